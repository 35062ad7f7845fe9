//! Streams: a second method for operations whose response can be read as a stream.

use super::Lowering;
use crate::ir::{Content, MediaType, NamedEvent, Operation, Status, Stream, StreamKind, StringKind, Type, TypeKind};
use crate::names;

impl Lowering<'_> {
    /// The methods of the client that have names already.
    pub(super) fn methods(&self, operations: &[Operation]) -> names::Scope {
        let mut taken: Vec<String> = operations.iter().map(|operation| operation.name.rust.clone()).collect();
        taken.extend(self.schemes.methods());
        taken.extend(names::CLIENT_METHODS.map(str::to_owned));
        names::Scope::new(&taken.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Adds a method with a free name to every operation with a streamed response.
    pub(super) fn streams(&mut self, operations: &mut [Operation], scope: &mut names::Scope) {
        for operation in operations {
            let Some(Found { kind, responses, item, events }) = streamed(operation) else { continue };
            // The values of a sequence are the items of its array.
            let item = item.map(|ty| self.item_of(&ty).unwrap_or(ty));
            let ideal = format!("{}_stream", operation.name.rust);
            let name = names::value_name(&scope.claim(&ideal, "_"));
            self.renamed(&operation.origin, &ideal, &name.rust);
            operation.stream = Some(Stream { name, kind, responses, item, events, unknown: String::new() });
        }
    }
}

impl Lowering<'_> {
    /// The items of an array, behind any number of aliases.
    fn item_of(&self, ty: &Type) -> Option<Type> {
        let mut current = ty;
        for _ in 0..=self.types.len() {
            match current {
                Type::Nullable(inner) => current = inner,
                Type::Array(item) => return Some(super::user_types::readable(item)),
                Type::Named(id) => match &self.types.get(id.0)?.kind {
                    TypeKind::Alias(ty) => current = ty,
                    TypeKind::Struct(_) | TypeKind::Enumeration(_) | TypeKind::Union(_) => return None,
                },
                _ => return None,
            }
        }
        None
    }
}

/// The streamed responses of an operation.
struct Found {
    kind: StreamKind,
    responses: Vec<(Status, String)>,
    item: Option<Type>,
    events: Vec<NamedEvent>,
}

/// The streamed responses: successes with a sequence of values, with a schema or without; or all successes, if all are
/// bytes.
fn streamed(operation: &Operation) -> Option<Found> {
    let wanted: Vec<(Status, &Content)> = operation
        .responses
        .iter()
        .filter(|response| response.status.is_success() == Some(true))
        .flat_map(|response| response.contents.iter().map(move |content| (response.status, content)))
        .collect();
    let key = |(status, content): &(Status, &Content)| (*status, content.media.as_str().to_owned());
    let values = wanted.iter().find(|(_, content)| content.ty.is_some() && stream_kind(&content.media).is_some());
    if let Some(first) = values {
        let kind = stream_kind(&first.1.media)?;
        let same = wanted.iter().filter(|(_, content)| content.media == first.1.media && content.ty == first.1.ty);
        let item = first.1.ty.as_ref().map(super::user_types::readable);
        return Some(Found { kind, responses: same.map(key).collect(), item, events: Vec::new() });
    }
    let named = wanted.iter().find(|(_, content)| !content.events.is_empty());
    if let Some((_, content)) = named {
        let types = |content: &Content| -> Vec<(String, Option<Type>)> {
            content.events.iter().map(|event| (event.name.wire.clone(), event.ty.clone())).collect()
        };
        let same = wanted.iter().filter(|(_, other)| other.media == content.media && types(other) == types(content));
        let mut events = content.events.clone();
        for event in &mut events {
            event.ty = event.ty.as_ref().map(super::user_types::readable);
        }
        return Some(Found { kind: StreamKind::NamedEvents, responses: same.map(key).collect(), item: None, events });
    }
    // Events and lines are a stream also without a schema.
    let untyped = wanted.iter().find_map(|(_, content)| Some((stream_kind(&content.media)?, content.media.clone())));
    if let Some((kind, media)) = untyped {
        let same = wanted.iter().filter(|(_, content)| content.media == media);
        let (kind, item) = match kind {
            StreamKind::Events => (StreamKind::TextEvents, Type::String(StringKind::Text { format: None })),
            kind => (kind, Type::Any),
        };
        return Some(Found { kind, responses: same.map(key).collect(), item: Some(item), events: Vec::new() });
    }
    let is_bytes =
        |content: &Content| matches!(content.media, MediaType::Bytes(_) | MediaType::Form | MediaType::Multipart);
    let all = !wanted.is_empty() && wanted.iter().all(|(_, content)| is_bytes(content));
    let responses = wanted.iter().map(key).collect();
    all.then_some(Found { kind: StreamKind::Bytes, responses, item: None, events: Vec::new() })
}

/// The stream kind of a media type with a sequence of values.
pub(super) fn stream_kind(media: &MediaType) -> Option<StreamKind> {
    match media.essence() {
        "text/event-stream" => Some(StreamKind::Events),
        "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/x-jsonlines"
        | "application/json-lines"
        | "application/stream+json" => Some(StreamKind::Lines),
        "application/json-seq" => Some(StreamKind::Sequence),
        other if other.ends_with("+json-seq") => Some(StreamKind::Sequence),
        _ => None,
    }
}

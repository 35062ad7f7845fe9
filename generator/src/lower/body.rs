//! Request bodies.

use super::{Lowering, docs, media};
use crate::ir::{Body, MediaType};
use crate::names::Wanted;
use crate::read::{Node, Section};
use crate::report::NoteKind;

impl<'d> Lowering<'d> {
    /// The body of an operation. `Some(None)`: the operation has none. `None`: it was refused.
    pub(super) fn body(&mut self, operation: &Node<'d>, prefix: &str) -> Option<Option<Body>> {
        let Some(node) = operation.get("requestBody") else { return Some(None) };
        let node = self.collect(node.resolve(Section::RequestBodies))?;
        let required = self.collect(node.flag("required"))?;
        let text = self.collect(node.text_at("description"))?.unwrap_or_default();
        if is_without_content(&node) {
            self.findings.formality(node.at(), "`content` is missing: the request has no body");
            return Some(None);
        }
        let content = self.collect(node.required("content"))?;
        let redundant = self.collect(media::same_as_json(&content))?;
        if !redundant.is_empty() {
            let what = format!("the body is always sent as JSON, never as {}", media::listed(&redundant));
            self.note(NoteKind::EquivalentMedia, content.at(), what);
        }
        // The enum for several bodies is named after the operation alone.
        let several = self.collect(media::is_several(&content, &redundant))?;
        let wanted = |media: &MediaType| match several {
            true => Wanted::words(format!("{prefix} {} body", media_words(media, &content))),
            false => Wanted::words(format!("{prefix} body")),
        };
        let contents = self.contents(&content, &redundant, &wanted)?;
        if contents.is_empty() {
            self.note(NoteKind::EmptyContent, content.at(), "a request body without media types");
            return Some(None);
        }
        Some(Some(Body { required, contents, docs: docs::clean(text) }))
    }
}

/// Whether a request body declares no content. With other properties, such as a schema, one of them may be the content.
fn is_without_content(body: &Node<'_>) -> bool {
    let is_annotation = |key: &str| matches!(key, "description" | "required") || key.starts_with("x-");
    body.entries().is_ok_and(|all| all.iter().all(|(key, _)| is_annotation(key)))
}

/// The words for a media type: with its parameters, if another one differs only by them.
fn media_words(media: &MediaType, content: &Node<'_>) -> String {
    let entries = content.entries().unwrap_or_default();
    let same = entries.iter().filter(|(other, _)| media::essence(other) == media.essence()).count();
    let words = media.as_str().split_once('/').filter(|_| same > 1).map(|(_, words)| words.replace(['=', ';'], " "));
    words.unwrap_or_else(|| media.short_name().to_owned())
}

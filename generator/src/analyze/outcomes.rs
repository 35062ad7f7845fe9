//! The outcomes of operations: their successes and failures, each with a Rust type.

pub(crate) use crate::ir::Payload;
use crate::ir::{Api, Docs, MediaType, Operation, Response, Status};
use crate::names::variant_names;

/// The outcomes of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// The `Ok` side.
    pub success: Side,
    /// The `Err` side: the declared failures.
    pub failure: Side,
}

/// One side of an [`Outcome`].
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// The Rust type.
    pub ty: SideType,
    /// Every case: the most specific status first, then by media type.
    pub cases: Vec<Case>,
}

/// The Rust type of a side.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SideType {
    /// No response is declared. The type is `()` for a success and an uninhabited type for a failure.
    Nothing,
    /// Every case has this payload.
    One(Payload),
    /// The cases have different payloads: an enum.
    Enum {
        /// Its Rust name.
        name: String,
        /// Its variants.
        variants: Vec<Variant>,
    },
}

/// A variant of an outcome enum.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variant {
    /// Its Rust name.
    pub name: String,
    /// Its payload.
    pub payload: Payload,
    /// Its status and media type, for the docs: `400`, `200, application/jwt`.
    pub label: String,
    /// Its description, cleaned.
    pub docs: Docs,
}

/// A declared response of one media type.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The status.
    pub status: Status,
    /// The media type; `None` without a body.
    pub media: Option<MediaType>,
    /// Its payload.
    pub payload: Payload,
    /// The index of its variant, for [`SideType::Enum`].
    pub variant: Option<usize>,
}

pub(super) fn outcomes(api: &Api) -> Vec<Outcome> {
    api.operations.iter().map(outcome).collect()
}

fn outcome(operation: &Operation) -> Outcome {
    Outcome {
        success: side(&operation.successes(), &operation.names.success),
        failure: side(&operation.failures(), &operation.names.failure),
    }
}

fn side(responses: &[&Response], enum_name: &str) -> Side {
    let mut cases = Vec::new();
    let mut sources = Vec::new();
    for response in responses {
        if response.contents.is_empty() {
            cases.push(Case { status: response.status, media: None, payload: Payload::Unit, variant: None });
            sources.push(*response);
        }
        for content in &response.contents {
            let case = Case {
                status: response.status,
                media: Some(content.media.clone()),
                payload: Payload::of(content),
                variant: None,
            };
            cases.push(case);
            sources.push(*response);
        }
    }
    let Some(first) = cases.first() else {
        return Side { ty: SideType::Nothing, cases };
    };
    if cases.iter().all(|case| case.payload == first.payload) {
        return Side { ty: SideType::One(first.payload.clone()), cases };
    }
    let name = enum_name.to_owned();
    // Media types of one status with the same payload share a variant.
    let mut variants: Vec<Variant> = Vec::new();
    let mut statuses = Vec::new();
    for (case, response) in cases.iter_mut().zip(&sources) {
        let known = variants.iter().zip(&statuses);
        let same =
            known.into_iter().position(|(variant, status)| *status == case.status && variant.payload == case.payload);
        case.variant = Some(same.unwrap_or(variants.len()));
        match same.and_then(|index| variants.get_mut(index)) {
            Some(variant) => {
                let media = case.media.as_ref().map(MediaType::as_str).unwrap_or_default();
                variant.label = format!("{}, `{media}`", variant.label);
            }
            None => {
                let (name, payload) = (variant_name(case, response), case.payload.clone());
                variants.push(Variant { name, payload, label: label(case), docs: response.docs.clone() });
                statuses.push(case.status);
            }
        }
    }
    let wanted: Vec<String> = variants.iter().map(|variant| variant.name.clone()).collect();
    for (variant, name) in variants.iter_mut().zip(variant_names(&wanted)) {
        variant.name = name;
    }
    Side { ty: SideType::Enum { name, variants }, cases }
}

/// `Ok`, `BadRequest`, `Default`; followed by the media type if the status has several.
fn variant_name(case: &Case, response: &Response) -> String {
    let status = case.status.name();
    let several = response.contents.len() > 1;
    match &case.media {
        Some(media) if several => {
            let alike = response.contents.iter().filter(|content| content.media.essence() == media.essence()).count();
            let text = if alike > 1 { media.as_str() } else { media.essence() };
            let subtype = text.split_once('/').map_or(text, |(_, subtype)| subtype);
            format!("{status} {}", subtype.replace(['=', ';'], " "))
        }
        _ => status,
    }
}

fn label(case: &Case) -> String {
    match &case.media {
        Some(media) => format!("{}, `{}`", case.status, media.as_str()),
        None => format!("{}, no body", case.status),
    }
}

//! What can an operation end in? Its declared answers, sorted into wanted and unwanted ones, each side with one Rust shape.

pub(crate) use crate::ir::Payload;
use crate::ir::{Api, Arm, Docs, MediaType, Operation, Status};
use crate::names::variant_names;

/// What an operation can end in.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// The `Ok` side.
    pub success: Side,
    /// The `Err` side: what a declared failure holds.
    pub failure: Side,
}

/// One side of an [`Outcome`].
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// The Rust shape.
    pub ty: SideType,
    /// Every case, most specific status first; within a status in the order of the document.
    pub cases: Vec<Case>,
}

/// The Rust shape of a side.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SideType {
    /// Nothing is declared on this side: an answer that would belong here is an undeclared one.
    /// Printed as `()` for a success and as an uninhabited type for a failure.
    Nothing,
    /// Every case has this payload.
    One(Payload),
    /// The cases differ: an enum of this name.
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
    /// What it holds.
    pub payload: Payload,
    /// The status and media type it stands for, as text for the docs: `400`, `200, application/jwt`.
    pub label: String,
    /// What the document says of it.
    pub docs: Docs,
}

/// An answer that is declared: when it is met, and what it becomes.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// The status.
    pub status: Status,
    /// The media type; `None` where the answer has no body.
    pub media: Option<MediaType>,
    /// What it holds.
    pub payload: Payload,
    /// The index of its variant, where the shape is [`SideType::Enum`].
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

fn side(arms: &[&Arm], enum_name: &str) -> Side {
    let mut cases = Vec::new();
    let mut sources = Vec::new();
    for arm in arms {
        if arm.contents.is_empty() {
            cases.push(Case { status: arm.status, media: None, payload: Payload::Unit, variant: None });
            sources.push(*arm);
        }
        for content in &arm.contents {
            let case = Case {
                status: arm.status,
                media: Some(content.media.clone()),
                payload: Payload::of(content),
                variant: None,
            };
            cases.push(case);
            sources.push(*arm);
        }
    }
    let Some(first) = cases.first() else {
        return Side { ty: SideType::Nothing, cases };
    };
    if cases.iter().all(|case| case.payload == first.payload) {
        return Side { ty: SideType::One(first.payload.clone()), cases };
    }
    let name = enum_name.to_owned();
    let wanted_names: Vec<String> = cases.iter().zip(&sources).map(|(case, arm)| variant_name(case, arm)).collect();
    let variants = variant_names(&wanted_names)
        .into_iter()
        .zip(cases.iter_mut().zip(sources).enumerate())
        .map(|(name, (index, (case, arm)))| {
            case.variant = Some(index);
            Variant { name, payload: case.payload.clone(), label: label(case), docs: arm.docs.clone() }
        })
        .collect();
    Side { ty: SideType::Enum { name, variants }, cases }
}

/// `Ok`, `BadRequest`, `Default`; with the media type behind it where the status has several.
fn variant_name(case: &Case, arm: &Arm) -> String {
    let status = case.status.name();
    let several = arm.contents.len() > 1;
    match &case.media {
        Some(media) if several => {
            let subtype = media.as_str().rsplit('/').next().unwrap_or_default();
            format!("{status} {subtype}")
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

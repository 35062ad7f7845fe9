//! Parts of the document that are left out because of their flaws: operations, path items and unused components.
//!
//! A flaw is found while its part is lowered. Then lowering starts again without the part, so that the output is the
//! same as that of a document without it.

use std::collections::BTreeMap;

use super::Lowering;
use crate::ir::{Operation, Type, TypeDef, TypeId, closure};
use crate::location::Location;
use crate::problem::Problem;
use crate::read::Document;
use crate::report::NoteKind;
use crate::settings::Settings;

/// A part of the document with a flaw.
#[derive(Clone, Debug)]
pub(super) struct Flawed {
    pub(super) at: Location,
    /// The name of the part, for people.
    pub(super) name: String,
    pub(super) kind: NoteKind,
    /// Whether the settings name it, so that it is not left out.
    pub(super) is_required: bool,
    /// Its problems.
    pub(super) problems: Vec<Problem>,
}

/// The parts that are left out, by pointer.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    parts: BTreeMap<String, Flawed>,
}

impl LeftOut {
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub(super) fn contains(&self, at: &Location) -> bool {
        self.parts.contains_key(at.pointer())
    }

    pub(super) fn extend(&mut self, found: Vec<Flawed>) {
        for flawed in found {
            self.parts.entry(flawed.at.pointer().to_owned()).or_insert(flawed);
        }
    }

    /// The problems of all parts.
    pub(super) fn problems(&self) -> impl Iterator<Item = Problem> {
        self.parts.values().flat_map(|flawed| flawed.problems.iter().cloned())
    }
}

impl<'d> Lowering<'d> {
    /// A note for each part that is left out.
    pub(super) fn note_left_out(&mut self, document: &Document, left_out: &LeftOut) {
        for Flawed { at, name, kind, problems, .. } in left_out.parts.values() {
            let Some((first, others)) = problems.split_first() else { continue };
            let first = first.clone().relocated(|at| document.original(at));
            let more = match others.len() {
                0 => String::new(),
                1 => "; and one more problem".to_owned(),
                more => format!("; and {more} more problems"),
            };
            self.note(*kind, at, format!("{name}: {first}{more}"));
        }
    }

    /// The flawed parts among these, for the flaws of types and forms that were added after the first `count` problems: every
    /// part that reaches such a type, or has such a form. A flaw that no part reaches stays a problem.
    pub(super) fn flawed_by_types(&mut self, count: usize, parts: &[Reaching]) -> Vec<Flawed> {
        let mut found: BTreeMap<String, Flawed> = BTreeMap::new();
        for flaw in self.findings.take_flaws_since(count) {
            let is_flawed = |id: TypeId| self.types.get(id.0).is_some_and(|def| contains(&def.origin, &flaw));
            let mut is_reached = false;
            for part in parts {
                let all = closure(part.types.iter().copied(), |id| {
                    self.types.get(id.0).map(TypeDef::named).unwrap_or_default()
                });
                let is_in_body = part.contents.iter().any(|at| contains(at, &flaw));
                if (is_in_body || all.iter().any(is_flawed)) && !part.part.is_required {
                    is_reached = true;
                    let entry = found.entry(part.part.at.pointer().to_owned()).or_insert_with(|| part.part.clone());
                    entry.problems.push(flaw.clone());
                }
            }
            if !is_reached {
                self.findings.refuse(flaw);
            }
        }
        found.into_values().collect()
    }
}

/// A part of the document and the types it refers to.
pub(super) struct Reaching {
    part: Flawed,
    /// The locations of its request bodies.
    contents: Vec<Location>,
    pub(super) types: Vec<TypeId>,
}

impl Reaching {
    pub(super) fn operation(operation: &Operation, part: Flawed) -> Self {
        let contents = operation.sent().map(|content| content.origin.clone()).collect();
        Self { part, contents, types: operation.types().flat_map(Type::named).collect() }
    }

    pub(super) fn component(part: Flawed, ty: &Type) -> Self {
        Self { part, contents: Vec::new(), types: ty.named() }
    }
}

impl Flawed {
    /// An operation.
    pub(super) fn operation(at: &Location, id: &str, method: &str, path: &str, settings: &Settings) -> Self {
        let address = format!("{method} {path}");
        let is_required = settings.operations.iter().flatten().any(|named| *named == address || named == id);
        let name = format!("the operation `{id}` (`{address}`)");
        Self { at: at.clone(), name, kind: NoteKind::LeftOutOperation, is_required, problems: Vec::new() }
    }

    /// A component or a webhook.
    pub(super) fn component(at: &Location, name: String) -> Self {
        let kind = NoteKind::LeftOutComponent;
        Self { at: at.clone(), name, kind, is_required: false, problems: Vec::new() }
    }

    /// A path item, with all its operations.
    pub(super) fn path_item(at: &Location, path: &str, problem: Problem) -> Self {
        let (name, kind) = (format!("the path `{path}`"), NoteKind::LeftOutOperation);
        Self { at: at.clone(), name, kind, is_required: false, problems: vec![problem] }
    }
}

/// Whether the location of a problem is at this location or below it.
fn contains(outer: &Location, flaw: &Problem) -> bool {
    let rest = flaw.location().pointer().strip_prefix(outer.pointer());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

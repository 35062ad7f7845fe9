//! `allOf`: several schemas that all hold, merged into one type.

use super::Lowering;
use super::structs::Members;
use crate::ir::Type;
use crate::problem::ProblemKind;
use crate::read::{Node, Section};

/// The keywords beside `allOf` that say something about the type.
const SHAPING: [&str; 8] =
    ["additionalProperties", "anyOf", "enum", "format", "items", "oneOf", "properties", "required"];

impl<'d> Lowering<'d> {
    pub(super) fn all_of(&mut self, node: &Node<'d>, wanted: &str) -> Option<Type> {
        let parts = node.get("allOf")?;
        let parts = self.collect(parts.elements())?;
        let shapes_itself = SHAPING.iter().any(|key| node.has(key));
        // One part, and only remarks beside it: the usual way to say something about a `$ref`.
        if let ([part], false) = (parts.as_slice(), shapes_itself) {
            return self.schema(part, wanted);
        }
        let mut members = Members::default();
        for part in &parts {
            self.gather_part(part, &mut members, 0)?;
        }
        self.gather(node, &mut members)?;
        self.object_of(node, members, wanted)
    }

    /// Adds the members of a part, and of the parts that it has itself.
    fn gather_part(&mut self, part: &Node<'d>, members: &mut Members<'d>, depth: usize) -> Option<()> {
        let resolved = self.collect(part.resolve(Section::Schemas))?;
        let unsupported = |what: &str| part.problem(ProblemKind::Unsupported { what: what.to_owned() });
        if depth > 32 || (part.reference().is_some() && self.is_open(resolved.at()) && depth > 0) {
            self.problems.push(unsupported("an `allOf` that leads back to itself"));
            return None;
        }
        self.collect(resolved.object())?;
        let is_object = match resolved.get("type") {
            Some(kind) => self.collect(kind.text())? == "object",
            None => true,
        };
        if !is_object || ["oneOf", "anyOf", "enum", "items"].iter().any(|key| resolved.has(key)) {
            self.problems.push(unsupported("an `allOf` with a part that is not a plain object"));
            return None;
        }
        if let Some(parts) = resolved.get("allOf") {
            for part in self.collect(parts.elements())? {
                self.gather_part(&part, members, depth + 1)?;
            }
        }
        self.gather(&resolved, members)
    }
}

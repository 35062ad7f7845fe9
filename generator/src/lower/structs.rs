//! Objects: declared members, and what happens to the others.

use super::{Lowering, Progress};
use crate::ir::{AdditionalMembers, Field, Kind, Name, Struct, Type};
use crate::location::Location;
use crate::names::{self, Scope};
use crate::problem::ProblemKind;
use crate::read::{Node, Section};

/// The declared members of one or several schemas, before they have Rust names.
#[derive(Clone, Debug, Default)]
pub(super) struct Members<'d> {
    pub(super) declared: Vec<(String, Node<'d>)>,
    pub(super) required: Vec<String>,
    /// The last `additionalProperties` that was met.
    pub(super) additional: Option<Node<'d>>,
}

impl<'d> Lowering<'d> {
    /// The type of an object: a struct where members are declared, else a map.
    pub(super) fn object(&mut self, node: &Node<'d>, wanted: &str) -> Option<Type> {
        let mut members = Members::default();
        self.gather(node, &mut members)?;
        self.object_of(node, members, wanted)
    }

    /// Adds what this schema itself declares.
    pub(super) fn gather(&mut self, node: &Node<'d>, members: &mut Members<'d>) -> Option<()> {
        if let Some(properties) = node.get("properties") {
            for (wire, property) in self.collect(properties.members())? {
                if let Some((_, first)) = members.declared.iter().find(|(name, _)| name == wire) {
                    if first.value() != property.value() {
                        let what = format!("the parts of `allOf` declare the member `{wire}` differently");
                        self.problems.push(property.problem(ProblemKind::Conflict { what }));
                        return None;
                    }
                    continue;
                }
                members.declared.push((wire.to_owned(), property));
            }
        }
        for required in self.collect(node.texts("required"))? {
            if !members.required.iter().any(|known| known == required) {
                members.required.push(required.to_owned());
            }
        }
        if let Some(additional) = node.get("additionalProperties") {
            members.additional = Some(additional);
        }
        Some(())
    }

    pub(super) fn object_of(&mut self, node: &Node<'d>, mut members: Members<'d>, wanted: &str) -> Option<Type> {
        members.declared.sort_by(|(a, _), (b, _)| a.cmp(b));
        if members.declared.is_empty() {
            return self.map(node, &members, wanted);
        }
        let id = self.reserve(node, wanted);
        // Members that lead back here have to know that it is an object.
        if let Some(def) = self.types.get_mut(id.0) {
            def.kind = Kind::Struct(Struct::default());
        }
        let type_name = self.types.get(id.0).map(|def| def.name.rust.clone()).unwrap_or_default();
        let rust_names = names::value_names(members.declared.iter().map(|(wire, _)| wire.as_str()), &[]);
        let mut scope = Scope::default();
        let mut fields = Vec::new();
        let mut complete = true;
        for ((wire, property), name) in members.declared.iter().zip(rust_names) {
            scope.claim(&name.rust, "_");
            self.renamed(property.at(), &names::value_name(wire).rust, &name.rust);
            let required = members.required.contains(wire);
            match self.field(property, name, required, &format!("{type_name} {wire}")) {
                Some(field) => fields.push(field),
                None => complete = false,
            }
        }
        for required in members.required.iter().filter(|name| !members.declared.iter().any(|(wire, _)| wire == *name)) {
            self.approximate(node.at(), format!("`required` names `{required}`, which is not declared"));
        }
        let additional = self.additional(&members, &mut scope, &type_name)?;
        if !complete {
            return None;
        }
        self.define(id, node, Kind::Struct(Struct { fields, additional }));
        Some(Type::Named(id))
    }

    fn map(&mut self, node: &Node<'d>, members: &Members<'d>, wanted: &str) -> Option<Type> {
        for required in &members.required {
            self.approximate(node.at(), format!("`required` names `{required}`, which is not declared"));
        }
        let value = match &members.additional {
            Some(additional) if additional.value().is_object() => {
                self.schema(additional, &format!("{wanted} value"))?
            }
            _ => Type::Any,
        };
        Some(Type::Map(Box::new(value)))
    }

    fn additional(&mut self, members: &Members<'d>, scope: &mut Scope, type_name: &str) -> Option<AdditionalMembers> {
        let Some(additional) = &members.additional else { return Some(AdditionalMembers::Ignored) };
        let ty = match additional.value() {
            serde_json::Value::Bool(false) => return Some(AdditionalMembers::Ignored),
            serde_json::Value::Bool(true) => Type::Any,
            _ => self.schema(additional, &format!("{type_name} value"))?,
        };
        Some(AdditionalMembers::Kept { name: scope.claim("additional_properties", "_"), ty })
    }

    fn field(&mut self, property: &Node<'d>, name: Name, required: bool, wanted: &str) -> Option<Field> {
        let ty = self.schema(property, wanted)?;
        // What is said of the member stands beside a `$ref` only in `allOf`; a bare `$ref` speaks for itself.
        let described = if property.reference().is_some() {
            self.collect(property.resolve(Section::Schemas))?
        } else {
            property.clone()
        };
        let is_named = matches!(ty.split_nullable().0, Type::Named(_));
        let docs =
            if property.reference().is_some() && is_named { crate::ir::Docs::default() } else { self.docs(&described) };
        Some(Field {
            name,
            ty,
            required,
            read_only: self.collect(described.flag("readOnly"))?,
            write_only: self.collect(described.flag("writeOnly"))?,
            deprecated: self.collect(described.flag("deprecated"))?,
            default: described.get("default").map(|default| default.value().clone()),
            docs,
        })
    }

    /// Whether lowering this schema led back to itself: it must not be gathered into its own members.
    pub(super) fn is_open(&self, at: &Location) -> bool {
        matches!(self.known.get(at.pointer()), Some(Progress::Nameless | Progress::Named(_)))
    }
}

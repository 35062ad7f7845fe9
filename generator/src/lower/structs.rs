//! Objects: declared and additional properties.

use std::collections::BTreeSet;

use super::Lowering;
use super::compose::says_type;
use super::in_progress::InProgress;
use super::overrides::Named;
use super::schema::only_constrain;
use crate::ir::{AdditionalMembers, Docs, Field, Kind, Name, Struct, Type, TypeId};
use crate::names::{self, Scope, Wanted};
use crate::read::{Node, Section};
use crate::report::NoteKind;

/// The properties of one or several schemas, before they have Rust names.
#[derive(Clone, Debug, Default)]
pub(super) struct Members<'d> {
    /// Each property with its schemas, in the order of lowering.
    pub(super) declared: Vec<(&'d str, Vec<Node<'d>>)>,
    pub(super) required: Vec<&'d str>,
    /// The properties in combinations of required properties, declared or not.
    named: Vec<&'d str>,
    /// The `additionalProperties` that keeps values, or else the last one.
    pub(super) additional: Option<Node<'d>>,
    /// `patternProperties`: their values are kept untyped.
    pub(super) patterns: bool,
}

impl<'d> Lowering<'d> {
    /// The type of an object: a struct if it declares properties, else a map.
    pub(super) fn object(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        let mut members = Members::default();
        self.gather(node, &mut members)?;
        self.object_of(node, members, wanted)
    }

    /// Adds the declarations of this schema.
    pub(super) fn gather(&mut self, node: &Node<'d>, members: &mut Members<'d>) -> Option<()> {
        if let Some(properties) = node.get("properties") {
            let is_first = members.declared.is_empty();
            for (wire, property) in self.collect(properties.members())? {
                match members.declared.iter_mut().find(|(name, _)| !is_first && *name == wire) {
                    Some((_, said)) if said.iter().any(|node| node.value() == property.value()) => {}
                    Some((_, said)) => said.push(property),
                    None => members.declared.push((wire, vec![property])),
                }
            }
        }
        for required in self.collect(node.texts("required"))? {
            if !members.required.contains(&required) {
                members.required.push(required);
            }
        }
        for branches in ["oneOf", "anyOf"].into_iter().filter_map(|key| node.get(key)) {
            let branches = self.collect(branches.elements())?;
            if only_constrain(node, &branches) {
                for branch in &branches {
                    members.named.extend(self.collect(branch.texts("required"))?);
                }
            }
        }
        if let Some(additional) = node.get("additionalProperties") {
            let keeps = |node: &Node<'_>| *node.value() != serde_json::Value::Bool(false);
            if keeps(&additional) || members.additional.is_none() {
                members.additional = Some(additional);
            }
        }
        if let Some(patterns) = node.get("patternProperties") {
            self.note(
                NoteKind::PatternProperties,
                patterns.at(),
                "`patternProperties`: each matching property may have any value",
            );
            members.patterns = true;
        }
        Some(())
    }

    pub(super) fn object_of(&mut self, node: &Node<'d>, members: Members<'d>, wanted: &Wanted) -> Option<Type> {
        if members.declared.is_empty() {
            return self.map(&members, wanted);
        }
        let id = self.reserve(node, wanted);
        self.fill(id, node, members)?;
        Some(Type::Named(id))
    }

    /// Defines the reserved type as a struct of these properties.
    pub(super) fn fill(&mut self, id: TypeId, node: &Node<'d>, mut members: Members<'d>) -> Option<()> {
        members.declared.sort_by_key(|(wire, _)| *wire);
        // Recursive properties need to know that this is an object.
        if let Some(def) = self.types.get_mut(id.0) {
            def.kind = Kind::Struct(Struct::default());
        }
        let keeps_undeclared = members.patterns
            || members.additional.as_ref().is_some_and(|node| *node.value() != serde_json::Value::Bool(false));
        // A required but undeclared property becomes a field, unless additional properties are kept.
        let mut undeclared = BTreeSet::new();
        if !keeps_undeclared {
            let is_declared = |wire: &str| members.declared.binary_search_by(|(other, _)| (*other).cmp(wire)).is_ok();
            undeclared.extend(members.required.iter().chain(&members.named).filter(|wire| !is_declared(wire)));
        }
        let mut wanted = Vec::new();
        for (wire, said) in &members.declared {
            let chosen = said.iter().find_map(|node| Some((self.overrides.name(node, Named::Value)?, node.original())));
            wanted.push((*wire, chosen));
        }
        wanted.extend(undeclared.iter().map(|wire| (*wire, None)));
        let is_chosen: Vec<bool> = wanted.iter().map(|(_, chosen)| chosen.is_some()).collect();
        let mut rust_names = self.overrides.value_names(&wanted, &[]).into_iter();
        let mut scope = Scope::default();
        let mut fields = Vec::new();
        let mut complete = true;
        for (((wire, said), name), is_chosen) in members.declared.iter().zip(rust_names.by_ref()).zip(is_chosen) {
            let Some(property) = said.first() else { continue };
            scope.claim(&name.rust, "_");
            if !is_chosen {
                self.renamed(property.at(), &names::value_name(wire).rust, &name.rust);
            }
            let required = members.required.contains(wire);
            match self.field(said, name, required, &Wanted::inside(id, *wire)) {
                Some(field) => fields.push(field),
                None => complete = false,
            }
        }
        for name in rust_names {
            scope.claim(&name.rust, "_");
            let required = members.required.contains(&name.wire.as_str());
            let named_by = if required { "`required`" } else { "`required` of a branch" };
            self.note(
                NoteKind::UndeclaredProperty,
                node.at(),
                format!("{named_by} lists the undeclared property `{}`: any value is accepted", name.wire),
            );
            fields.push(bare_field(name, Type::Any, required));
        }
        fields.sort_by(|a, b| a.name.wire.cmp(&b.name.wire));
        let additional = self.additional(&members, &mut scope, id)?;
        if let AdditionalMembers::Kept { name, .. } = &additional {
            self.renamed(node.at(), "additional_properties", name);
        }
        if !complete {
            return None;
        }
        self.define(id, node, Kind::Struct(Struct { fields, additional }));
        Some(())
    }

    pub(super) fn map(&mut self, members: &Members<'d>, wanted: &Wanted) -> Option<Type> {
        let value = match &members.additional {
            Some(additional) if additional.value().is_object() && !members.patterns => {
                self.schema(additional, &wanted.and("value"))?
            }
            _ => Type::Any,
        };
        Some(Type::Map(Box::new(value)))
    }

    fn additional(&mut self, members: &Members<'d>, scope: &mut Scope, id: TypeId) -> Option<AdditionalMembers> {
        let ty = match members.additional.as_ref().map(|node| (node, node.value())) {
            _ if members.patterns => Type::Any,
            None | Some((_, serde_json::Value::Bool(false))) => return Some(AdditionalMembers::Ignored),
            Some((_, serde_json::Value::Bool(true))) => Type::Any,
            Some((node, _)) => self.schema(node, &Wanted::inside(id, "value"))?,
        };
        Some(AdditionalMembers::Kept { name: scope.claim("additional_properties", "_"), ty })
    }

    fn field(&mut self, said: &[Node<'d>], name: Name, required: bool, wanted: &Wanted) -> Option<Field> {
        let ty = self.type_of_member(said, wanted)?;
        let is_named = matches!(ty.split_nullable().0, Type::Named(_));
        let mut field = bare_field(name, ty, required);
        for property in said {
            // A bare `$ref` has no siblings; those of a property are in `allOf`.
            let is_reference = property.reference().is_some();
            let described =
                if is_reference { self.collect(property.resolve(Section::Schemas))? } else { property.clone() };
            field.read_only |= self.collect(described.flag("readOnly"))?;
            field.write_only |= self.collect(described.flag("writeOnly"))?;
            field.deprecated |= self.collect(described.flag("deprecated"))?;
            if field.default.is_none() {
                field.default = described.get("default").map(|default| default.value().clone());
            }
            if field.docs.is_empty() && !(is_reference && is_named) {
                field.docs = self.docs(&described);
            }
        }
        Some(field)
    }

    /// The type of a property with one or several schemas.
    fn type_of_member(&mut self, said: &[Node<'d>], wanted: &Wanted) -> Option<Type> {
        if let [only] = said {
            return self.schema(only, wanted);
        }
        let saying: Vec<&Node<'d>> = said.iter().filter(|node| says_type(node)).collect();
        match (saying.as_slice(), said.last()) {
            ([only], _) => self.schema(only, wanted),
            ([], Some(any)) => self.schema(any, wanted),
            // The last schema is usually the narrowest, so its location is used.
            (_, Some(last)) => {
                let pointers: Vec<&str> = said.iter().map(|node| node.at().pointer()).collect();
                let (key, wanted) = (pointers.join("\n"), wanted.clone());
                let what = InProgress { node: last.clone(), key, wanted: wanted.clone(), lasts: false };
                self.deeper(last, |lowering| lowering.once(what, |lowering| lowering.all_of_these(last, said, &wanted)))
            }
            (_, None) => Some(Type::Any),
        }
    }
}

/// A property without further declarations.
fn bare_field(name: Name, ty: Type, required: bool) -> Field {
    Field {
        name,
        ty,
        required,
        read_only: false,
        write_only: false,
        deprecated: false,
        default: None,
        docs: Docs::default(),
    }
}

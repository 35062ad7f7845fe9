//! Objects: declared and additional properties.

use std::collections::BTreeSet;

use super::Lowering;
use super::compose::declares_type;
use super::in_progress::InProgress;
use super::overrides::Named;
use super::schema::only_constrain;
use crate::ir::{AdditionalProperties, Docs, Field, Name, Struct, Type, TypeId, TypeKind};
use crate::names::{self, Scope, Wanted};
use crate::read::{Node, Section};
use crate::report::NoteKind;

/// The properties of one or several schemas, before they have Rust names.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties<'d> {
    /// Each property with its schemas, in the order of lowering.
    pub(super) declared: Vec<(&'d str, Vec<Node<'d>>)>,
    pub(super) required: Vec<&'d str>,
    /// The properties in combinations of required properties, whether declared or not.
    named: Vec<&'d str>,
    /// The first `additionalProperties` that keeps values, or else the last one.
    pub(super) additional: Option<Node<'d>>,
    /// `patternProperties`: their values are kept untyped.
    pub(super) patterns: bool,
}

impl<'d> Lowering<'d> {
    /// The type of an object: a struct if it declares properties, else a map.
    pub(super) fn object(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        let mut properties = Properties::default();
        self.gather(node, &mut properties)?;
        self.object_of(node, properties, wanted)
    }

    /// Adds the declarations of this schema.
    pub(super) fn gather(&mut self, node: &Node<'d>, properties: &mut Properties<'d>) -> Option<()> {
        if let Some(declared) = node.get("properties") {
            let is_first = properties.declared.is_empty();
            for (wire, property) in self.collect(declared.entries())? {
                match properties.declared.iter_mut().find(|(name, _)| !is_first && *name == wire) {
                    Some((_, schemas)) if schemas.iter().any(|node| node.value() == property.value()) => {}
                    Some((_, schemas)) => schemas.push(property),
                    None => properties.declared.push((wire, vec![property])),
                }
            }
        }
        for required in self.collect(node.texts("required"))? {
            if !properties.required.contains(&required) {
                properties.required.push(required);
            }
        }
        for branches in ["oneOf", "anyOf"].into_iter().filter_map(|key| node.get(key)) {
            let branches = self.collect(branches.elements())?;
            if only_constrain(node, &branches) {
                for branch in &branches {
                    properties.named.extend(self.collect(branch.texts("required"))?);
                }
            }
        }
        if let Some(additional) = node.get("additionalProperties") {
            let keeps = |node: &Node<'_>| *node.value() != serde_json::Value::Bool(false);
            if keeps(&additional) || properties.additional.is_none() {
                properties.additional = Some(additional);
            }
        }
        if let Some(patterns) = node.get("patternProperties") {
            self.note(
                NoteKind::PatternProperties,
                patterns.at(),
                "`patternProperties`: each matching property may have any value",
            );
            properties.patterns = true;
        }
        Some(())
    }

    pub(super) fn object_of(&mut self, node: &Node<'d>, properties: Properties<'d>, wanted: &Wanted) -> Option<Type> {
        if properties.declared.is_empty() {
            return self.map(&properties, wanted);
        }
        let id = self.reserve(node, wanted);
        self.fill(id, node, properties)?;
        Some(Type::Named(id))
    }

    /// Defines a reserved type as a struct with these properties.
    pub(super) fn fill(&mut self, id: TypeId, node: &Node<'d>, mut properties: Properties<'d>) -> Option<()> {
        properties.declared.sort_by_key(|(wire, _)| *wire);
        // Recursive properties must see that this type is an object.
        if let Some(def) = self.types.get_mut(id.0) {
            def.kind = TypeKind::Struct(Struct::default());
        }
        let keeps_undeclared = properties.patterns
            || properties.additional.as_ref().is_some_and(|node| *node.value() != serde_json::Value::Bool(false));
        // A required but undeclared property becomes a field, unless additional properties are kept.
        let mut undeclared = BTreeSet::new();
        if !keeps_undeclared {
            let is_declared =
                |wire: &str| properties.declared.binary_search_by(|(other, _)| (*other).cmp(wire)).is_ok();
            undeclared.extend(properties.required.iter().chain(&properties.named).filter(|wire| !is_declared(wire)));
        }
        let mut wanted = Vec::new();
        for (wire, schemas) in &properties.declared {
            let chosen =
                schemas.iter().find_map(|node| Some((self.overrides.name(node, Named::Value)?, node.original())));
            wanted.push((*wire, chosen));
        }
        wanted.extend(undeclared.iter().map(|wire| (*wire, None)));
        let is_chosen: Vec<bool> = wanted.iter().map(|(_, chosen)| chosen.is_some()).collect();
        let mut rust_names = self.overrides.value_names(&wanted, &[]).into_iter();
        let mut scope = Scope::default();
        let mut fields = Vec::new();
        let mut complete = true;
        for (((wire, schemas), name), is_chosen) in properties.declared.iter().zip(rust_names.by_ref()).zip(is_chosen) {
            let Some(property) = schemas.first() else { continue };
            scope.claim(&name.rust, "_");
            if !is_chosen {
                self.renamed(property.at(), &names::value_name(wire).rust, &name.rust);
            }
            let required = properties.required.contains(wire);
            match self.field(schemas, name, required, &Wanted::inside(id, *wire)) {
                Some(field) => fields.push(field),
                None => complete = false,
            }
        }
        for name in rust_names {
            scope.claim(&name.rust, "_");
            let required = properties.required.contains(&name.wire.as_str());
            let named_by = if required { "`required`" } else { "`required` of a branch" };
            self.note(
                NoteKind::UndeclaredProperty,
                node.at(),
                format!("{named_by} lists the undeclared property `{}`: any value is accepted", name.wire),
            );
            fields.push(bare_field(name, Type::Any, required));
        }
        fields.sort_by(|a, b| a.name.wire.cmp(&b.name.wire));
        let additional = self.additional(&properties, &mut scope, id)?;
        if let AdditionalProperties::Kept { name, .. } = &additional {
            self.renamed(node.at(), "additional_properties", name);
        }
        if !complete {
            return None;
        }
        self.define(id, node, TypeKind::Struct(Struct { fields, additional }));
        Some(())
    }

    pub(super) fn map(&mut self, properties: &Properties<'d>, wanted: &Wanted) -> Option<Type> {
        let value = match &properties.additional {
            Some(additional) if additional.value().is_object() && !properties.patterns => {
                self.schema(additional, &wanted.and("value"))?
            }
            _ => Type::Any,
        };
        Some(Type::Map(Box::new(value)))
    }

    fn additional(
        &mut self,
        properties: &Properties<'d>,
        scope: &mut Scope,
        id: TypeId,
    ) -> Option<AdditionalProperties> {
        let ty = match properties.additional.as_ref().map(|node| (node, node.value())) {
            _ if properties.patterns => Type::Any,
            None | Some((_, serde_json::Value::Bool(false))) => return Some(AdditionalProperties::Ignored),
            Some((_, serde_json::Value::Bool(true))) => Type::Any,
            Some((node, _)) => self.schema(node, &Wanted::inside(id, "value"))?,
        };
        Some(AdditionalProperties::Kept { name: scope.claim("additional_properties", "_"), ty })
    }

    fn field(&mut self, schemas: &[Node<'d>], name: Name, required: bool, wanted: &Wanted) -> Option<Field> {
        let ty = self.type_of_property(schemas, wanted)?;
        let is_named = matches!(ty.split_nullable().0, Type::Named(_));
        let mut field = bare_field(name, ty, required);
        for property in schemas {
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
    fn type_of_property(&mut self, schemas: &[Node<'d>], wanted: &Wanted) -> Option<Type> {
        if let [only] = schemas {
            return self.schema(only, wanted);
        }
        let declaring: Vec<&Node<'d>> = schemas.iter().filter(|node| declares_type(node)).collect();
        match (declaring.as_slice(), schemas.last()) {
            ([only], _) => self.schema(only, wanted),
            ([], Some(any)) => self.schema(any, wanted),
            // The last schema is usually the narrowest, so its location is used.
            (_, Some(last)) => {
                let pointers: Vec<&str> = schemas.iter().map(|node| node.at().pointer()).collect();
                let (key, wanted) = (pointers.join("\n"), wanted.clone());
                let what = InProgress { node: last.clone(), key, wanted: wanted.clone(), lasts: false };
                self.deeper(last, |lowering| {
                    lowering.once(what, |lowering| lowering.all_of_these(last, schemas, &wanted))
                })
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

//! Objects: declared and additional properties.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Lowering;
use super::compose::declares_type;
use super::in_progress::InProgress;
use super::overrides::Named;
use super::schema::only_constrain;
use crate::ir::{AdditionalProperties, Docs, Field, Name, Struct, Type, TypeId, TypeKind};
use crate::names::{self, Scope, Wanted};
use crate::read::{Node, Section};
use crate::report::NoteKind;

/// The most conditional schemas inside each other whose properties are known.
const MOST_CONDITIONS: usize = 8;

/// The properties of one or several schemas, before they have Rust names.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties<'d> {
    /// Each property with its schemas, in the order of lowering.
    pub(super) declared: Vec<(&'d str, Vec<Node<'d>>)>,
    pub(super) required: Vec<&'d str>,
    /// The properties in combinations of required properties, whether declared or not.
    named: Vec<&'d str>,
    /// The properties of conditional schemas, which need not apply.
    conditional: Vec<(&'d str, Vec<Node<'d>>)>,
    /// Each `additionalProperties` or `unevaluatedProperties` that keeps values.
    additional: Vec<Node<'d>>,
    /// Each `additionalProperties` that may declare properties, with the properties that it does not apply to.
    values: Vec<(Node<'d>, Vec<&'d str>)>,
    /// Whether additional properties are kept, with any value.
    pub(super) keeps: bool,
}

impl<'d> Properties<'d> {
    pub(super) fn is_empty(&self) -> bool {
        self.declared.is_empty()
            && self.required.is_empty()
            && self.named.is_empty()
            && self.conditional.is_empty()
            && self.additional.is_empty()
            && !self.keeps
    }

    /// The properties that need not be there, some of them without declarations.
    pub(super) fn mentioned(&self) -> impl Iterator<Item = &'d str> {
        self.named.iter().copied().chain(self.conditional.iter().map(|(wire, _)| *wire))
    }

    /// Whether a schema of these declares the property.
    pub(super) fn declares(&self, wire: &str) -> bool {
        self.declared.iter().any(|(name, _)| *name == wire)
    }

    /// Adds a property that need not be there, and has no schema here.
    fn mention(&mut self, wire: &'d str) {
        if !self.conditional.iter().any(|(name, _)| *name == wire) {
            self.conditional.push((wire, Vec::new()));
        }
    }
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
        let is_additional = node.has("additionalProperties");
        let keyword = if is_additional { "additionalProperties" } else { "unevaluatedProperties" };
        if let Some(additional) = node.get(keyword).filter(|additional| !is_never(additional)) {
            if !is_additional && evaluates_conditionally(node, 0) {
                let what =
                    "`unevaluatedProperties` beside conditional properties: the other properties may have any value";
                self.note(NoteKind::Conditional, additional.at(), what);
                properties.keeps = true;
            }
            if is_additional && may_declare_properties(&additional) {
                let own = node.get("properties").map(|own| self.collect(own.entries()));
                let own = own.unwrap_or_else(|| Some(Vec::new()))?.into_iter().map(|(wire, _)| wire).collect();
                properties.values.push((additional.clone(), own));
            }
            if !properties.additional.iter().any(|other| other.value() == additional.value()) {
                properties.additional.push(additional);
            }
        }
        if let Some(patterns) = node.get("patternProperties") {
            self.note(
                NoteKind::PatternProperties,
                patterns.at(),
                "`patternProperties`: each matching property may have any value",
            );
            properties.keeps = true;
        }
        for key in ["if", "then", "else"] {
            if let Some(part) = node.get(key) {
                self.gather_conditional(&part, properties, 0)?;
            }
        }
        if let Some(dependent) = node.get("dependentSchemas") {
            for (wire, part) in self.collect(dependent.entries())? {
                properties.mention(wire);
                self.gather_conditional(&part, properties, 0)?;
            }
        }
        if let Some(dependent) = node.get("dependentRequired") {
            for (wire, _) in self.collect(dependent.entries())? {
                properties.mention(wire);
                self.collect(dependent.texts(wire))?.into_iter().for_each(|wire| properties.mention(wire));
            }
        }
        Some(())
    }

    /// Adds the properties of a schema that need not apply.
    pub(super) fn gather_conditional(
        &mut self,
        part: &Node<'d>,
        properties: &mut Properties<'d>,
        depth: usize,
    ) -> Option<()> {
        let resolved = self.collect(part.resolve(Section::Schemas))?;
        if depth >= MOST_CONDITIONS {
            properties.keeps = true;
            return Some(());
        }
        if let Some(declared) = resolved.get("properties") {
            for (wire, property) in self.collect(declared.entries())? {
                match properties.conditional.iter_mut().find(|(name, _)| *name == wire) {
                    Some((_, schemas)) => schemas.push(property),
                    None => properties.conditional.push((wire, vec![property])),
                }
            }
        }
        self.collect(resolved.texts("required"))?.into_iter().for_each(|wire| properties.mention(wire));
        let keeps = |key: &&str| resolved.get(key).is_some_and(|schema| !is_never(&schema));
        let keeping = ["additionalProperties", "unevaluatedProperties", "patternProperties"];
        properties.keeps |= keeping.iter().any(keeps);
        for part in conditional_parts(&resolved) {
            self.gather_conditional(&part, properties, depth + 1)?;
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
        // The map values of one schema are also those of a property that another schema declares.
        for (wire, schemas) in &mut properties.declared {
            for (additional, own) in &properties.values {
                let is_known = schemas.iter().any(|schema| schema.value() == additional.value());
                if !own.contains(wire) && !is_known && schemas.iter().any(may_declare_properties) {
                    schemas.push(additional.clone());
                }
            }
        }
        // Recursive properties must see that this type is an object.
        if let Some(def) = self.types.get_mut(id.0) {
            def.kind = TypeKind::Struct(Struct::default());
        }
        let keeps_undeclared = properties.keeps || !properties.additional.is_empty();
        // A required or conditional but undeclared property becomes a field, unless additional properties are kept.
        let mut undeclared = BTreeSet::new();
        if !keeps_undeclared {
            let is_declared =
                |wire: &str| properties.declared.binary_search_by(|(other, _)| (*other).cmp(wire)).is_ok();
            let conditional = properties.conditional.iter().map(|(wire, _)| wire);
            let all = properties.required.iter().chain(&properties.named).chain(conditional);
            undeclared.extend(all.filter(|wire| !is_declared(wire)).copied());
        }
        let mut wanted = Vec::new();
        for (wire, schemas) in &properties.declared {
            let chosen =
                schemas.iter().find_map(|node| Some((self.overrides.name(node, Named::Value)?, node.original())));
            wanted.push((*wire, chosen));
        }
        wanted.extend(undeclared.iter().map(|&wire| (wire, None)));
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
            let conditional = properties.conditional.iter().find(|(name, _)| name == wire);
            let conditional = conditional.map(|(_, schemas)| schemas.as_slice()).unwrap_or_default();
            match self.field(schemas, conditional, name, required, &Wanted::inside(id, *wire)) {
                Some(field) => fields.push(field),
                None => complete = false,
            }
        }
        for name in rust_names {
            scope.claim(&name.rust, "_");
            let required = properties.required.contains(&name.wire.as_str());
            let wire = name.wire.as_str();
            if !required && !properties.named.contains(&wire) {
                fields.push(bare_field(name, Type::Any, false));
                continue;
            }
            let named_by = if required { "`required`" } else { "`required` of a branch" };
            self.note(
                NoteKind::UndeclaredProperty,
                node.at(),
                format!("{named_by} lists the undeclared property `{}`: any value is accepted", name.wire),
            );
            fields.push(bare_field(name, Type::Any, required));
        }
        fields.sort_by(|a, b| a.name.wire.cmp(&b.name.wire));
        for field in &mut fields {
            let order = properties.required.iter().position(|wire| *wire == field.name.wire);
            field.order = order.unwrap_or_default();
        }
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
        let value = self.value(properties, &wanted.and("value"))?;
        Some(Type::Map(Box::new(value)))
    }

    /// The type of additional properties.
    fn value(&mut self, properties: &Properties<'d>, wanted: &Wanted) -> Option<Type> {
        let schemas: Vec<Node<'d>> =
            properties.additional.iter().filter(|additional| additional.value().is_object()).cloned().collect();
        if properties.keeps || schemas.is_empty() {
            return Some(Type::Any);
        }
        self.type_of_property(&schemas, &[], wanted)
    }

    fn additional(
        &mut self,
        properties: &Properties<'d>,
        scope: &mut Scope,
        id: TypeId,
    ) -> Option<AdditionalProperties> {
        if !properties.keeps && properties.additional.is_empty() {
            return Some(AdditionalProperties::Ignored);
        }
        let ty = self.value(properties, &Wanted::inside(id, "value"))?;
        Some(AdditionalProperties::Kept { name: scope.claim("additional_properties", "_"), ty })
    }

    fn field(
        &mut self,
        schemas: &[Node<'d>],
        conditional: &[Node<'d>],
        name: Name,
        required: bool,
        wanted: &Wanted,
    ) -> Option<Field> {
        let ty = self.type_of_property(schemas, conditional, wanted)?;
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
            field.only = field.only.or_else(|| only_boolean(&described).filter(|_| field.ty == Type::Boolean));
            if field.default.is_none() {
                field.default = described.get("default").map(|default| default.value().clone());
            }
            if field.docs.is_empty() && !(is_reference && is_named) {
                field.docs = self.docs(&described);
            }
        }
        Some(field)
    }

    /// The type of a property with one or several schemas. `conditional` schemas add properties, but no limits.
    pub(super) fn type_of_property(
        &mut self,
        schemas: &[Node<'d>],
        conditional: &[Node<'d>],
        wanted: &Wanted,
    ) -> Option<Type> {
        let conditional: Vec<Node<'d>> =
            conditional.iter().filter(|schema| may_declare_properties(schema)).cloned().collect();
        if let ([only], []) = (schemas, conditional.as_slice()) {
            return self.schema(only, wanted);
        }
        let declaring: Vec<&Node<'d>> = schemas.iter().filter(|node| declares_type(node)).collect();
        match (declaring.as_slice(), schemas.last()) {
            ([only], _) if conditional.is_empty() => self.schema(only, wanted),
            ([], Some(any)) => self.schema(any, wanted),
            // The last schema is usually the narrowest, so its location is used.
            (_, Some(last)) => {
                let pointers: Vec<&str> = schemas.iter().chain(&conditional).map(|node| node.at().pointer()).collect();
                let (key, wanted) = (pointers.join("\n"), wanted.clone());
                let what = InProgress { node: last.clone(), key, wanted: wanted.clone(), lasts: false };
                self.deeper(last, |lowering| {
                    lowering.once(what, |lowering| lowering.all_of_these(last, schemas, &conditional, &wanted))
                })
            }
            (_, None) => Some(Type::Any),
        }
    }
}

/// Whether no value is valid for a schema: `false`, which the reader writes as `not: {}`.
pub(super) fn is_never(schema: &Node<'_>) -> bool {
    *schema.value() == Value::Bool(false) || *schema.value() == json!({ "not": {} })
}

/// The only boolean of an `enum`.
fn only_boolean(schema: &Node<'_>) -> Option<bool> {
    match schema.get("enum")?.value().as_array()?.as_slice() {
        [only] => only.as_bool(),
        _ => None,
    }
}

/// The schemas in a schema that apply to the same value.
fn conditional_parts<'d>(node: &Node<'d>) -> Vec<Node<'d>> {
    let lists = ["allOf", "anyOf", "oneOf"].iter().filter_map(|key| node.get(key)?.elements().ok()).flatten();
    let single = ["if", "then", "else"].iter().filter_map(|key| node.get(key));
    let named = node.get("dependentSchemas").and_then(|schemas| schemas.entries().ok()).unwrap_or_default();
    lists.chain(single).chain(named.into_iter().map(|(_, schema)| schema)).collect()
}

/// Whether some properties of a schema are declared only for some values.
fn evaluates_conditionally(node: &Node<'_>, depth: usize) -> bool {
    let Ok(node) = node.resolve(Section::Schemas) else { return true };
    let keywords = ["if", "then", "else", "dependentSchemas", "anyOf", "oneOf", "patternProperties", "$dynamicRef"];
    let parts = node.get("allOf").and_then(|parts| parts.elements().ok()).unwrap_or_default();
    depth >= MOST_CONDITIONS
        || keywords.iter().any(|key| node.has(key))
        || parts.iter().any(|part| evaluates_conditionally(part, depth + 1))
}

/// Whether a schema may declare properties, its own or those of elements.
fn may_declare_properties(node: &Node<'_>) -> bool {
    let Ok(node) = node.resolve(Section::Schemas) else { return false };
    ["properties", "items", "required", "additionalProperties", "unevaluatedProperties", "patternProperties"]
        .iter()
        .any(|key| node.has(key))
        || !conditional_parts(&node).is_empty()
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
        order: 0,
        only: None,
        default: None,
        docs: Docs::default(),
        setters: None,
    }
}

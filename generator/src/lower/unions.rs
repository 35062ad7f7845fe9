//! `oneOf` and `anyOf`: unions. Afterwards, `decide` chooses how a decoder finds the branch of a value.

use super::compose::MergedSchemas;
use super::enumerations::whole;
use super::schema::{is_null_only, nullable_of};
use super::structs::is_never;
use super::{Lowering, Progress, branch_names};
use crate::ir::{AdditionalProperties, Branch, Decision, EnumerationOf, StringKind, Type, TypeId, TypeKind, Union};
use crate::location::Location;
use crate::names::{self, Wanted};
use crate::read::Node;
use crate::report::NoteKind;

/// A union without a decision yet.
#[derive(Debug)]
pub(super) struct Undecided {
    pub(super) id: TypeId,
    pub(super) discriminator: Option<Discriminator>,
    /// The `$ref` target of each branch, if it is a `$ref`.
    pub(super) references: Vec<Option<String>>,
    /// The branch that the other branches extend.
    pub(super) base: Option<usize>,
    /// The location of an `anyOf`, whose values may be valid for several branches.
    pub(super) any_of: Option<Location>,
}

/// A Discriminator object.
#[derive(Clone, Debug)]
pub(super) struct Discriminator {
    pub(super) property: String,
    /// The mapping: value and component.
    pub(super) mapping: Vec<(String, String)>,
    /// The component for a missing or unknown value.
    pub(super) default: Option<String>,
}

/// A branch: its schema and its type.
type LoweredBranch<'d> = (Node<'d>, Type);

/// A branch, and the schemas that it is merged with.
type PossibleBranch<'d> = (Node<'d>, Option<MergedSchemas<'d>>);

impl<'d> Lowering<'d> {
    pub(super) fn union(&mut self, node: &Node<'d>, branches: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        self.union_of(node, node, branches, None, wanted)
    }

    /// The union for `node`, with the branches in `holder`. Every branch is merged with the schemas in `rest`.
    pub(super) fn union_of(
        &mut self,
        node: &Node<'d>,
        holder: &Node<'d>,
        branches: &Node<'d>,
        rest: Option<MergedSchemas<'d>>,
        wanted: &Wanted,
    ) -> Option<Type> {
        let elements = self.collect(branches.elements())?;
        if let Some(ty) = self.listed(node, &elements, wanted).or_else(|| self.suggested(node, &elements, wanted)) {
            return Some(ty);
        }
        let own_name = self.wanted_name(node, wanted);
        let mut lowered: Vec<LoweredBranch<'d>> = Vec::new();
        let mut complete = true;
        let mut nullable = false;
        let (possible, impossible) = self.possible_branches(elements, rest.as_ref())?;
        if let ([(element, Some(all))], false) = (possible.as_slice(), holder.has("discriminator"))
            && !is_null_only(element)
        {
            return self.deeper(element, |lowering| lowering.merged(node, all.clone(), wanted));
        }
        let nodes: Vec<Node<'d>> = possible.iter().map(|(element, _)| element.clone()).collect();
        for (index, (element, all)) in possible.into_iter().enumerate() {
            if is_null_only(&element) {
                nullable = true;
                continue;
            }
            let reference = element.reference().filter(|_| rest.is_some());
            let words = reference.map_or_else(|| branch_names::words(holder, &nodes, index), component);
            let wanted = own_name.and(&words);
            let ty = match all {
                None => self.schema(&element, &wanted),
                Some(all) => self.deeper(&element, |lowering| lowering.merged(&element, all, &wanted)),
            };
            match ty {
                Some(Type::Nullable(inner)) => {
                    nullable = true;
                    lowered.push((element, as_json(*inner)));
                }
                Some(ty) => lowered.push((element, as_json(ty))),
                None => complete = false,
            }
        }
        if !complete {
            return None;
        }
        let lowered = self.without_ambiguous_user_types(lowered);
        let lowered = self.distinct(lowered);
        if let (Some(branch), []) = (impossible.first().filter(|_| !nullable), lowered.as_slice()) {
            return Some(self.conflict(branch, "every branch contradicts the schemas around it"));
        }
        let ty = match lowered.as_slice() {
            [] => Type::Any,
            // A single branch with a discriminator is a union, because branches may be added.
            [(_, only)] if !holder.has("discriminator") => only.clone(),
            _ => self.new_union(node, holder, lowered, wanted)?,
        };
        Some(if nullable { nullable_of(ty) } else { ty })
    }

    /// The branches that a value may have, each merged with `rest`; and the branches that no value has.
    fn possible_branches(
        &mut self,
        elements: Vec<Node<'d>>,
        rest: Option<&MergedSchemas<'d>>,
    ) -> Option<(Vec<PossibleBranch<'d>>, Vec<Node<'d>>)> {
        let (mut possible, mut impossible) = (Vec::new(), Vec::new());
        for element in elements {
            let merged = match rest {
                _ if is_null_only(&element) => Some(None),
                None if is_never(&element) => None,
                None => Some(None),
                Some(rest) => self.with_branch(&element, rest)?.map(Some),
            };
            match merged {
                Some(all) => possible.push((element, all)),
                None => {
                    let what = "a branch that no value matches: it contradicts the schemas around it";
                    self.note(NoteKind::ImpossibleBranch, element.at(), what);
                    impossible.push(element);
                }
            }
        }
        Some((possible, impossible))
    }

    /// A union of these types, which have different JSON types.
    pub(super) fn alternatives(&mut self, node: &Node<'d>, types: Vec<Type>, wanted: &Wanted) -> Type {
        let lowered = self.distinct(types.into_iter().map(|ty| (node.clone(), ty)).collect());
        match lowered.as_slice() {
            [] => Type::Any,
            [(_, only)] => only.clone(),
            _ => {
                let id = self.reserve(node, wanted);
                let references = vec![None; lowered.len()];
                let undecided = Undecided { id, discriminator: None, references, base: None, any_of: None };
                self.define_union(node, lowered, undecided);
                Type::Named(id)
            }
        }
    }

    fn new_union(
        &mut self,
        node: &Node<'d>,
        holder: &Node<'d>,
        lowered: Vec<LoweredBranch<'d>>,
        wanted: &Wanted,
    ) -> Option<Type> {
        let discriminator = match holder.get("discriminator") {
            Some(discriminator) => self.discriminator(&discriminator)?,
            None => None,
        };
        let id = self.reserve(node, wanted);
        let references = lowered.iter().map(|(element, _)| element.reference().map(component)).collect();
        let any_of = holder.get("anyOf").map(|branches| branches.at().clone());
        self.define_union(node, lowered, Undecided { id, discriminator, references, base: None, any_of });
        Some(Type::Named(id))
    }

    fn define_union(&mut self, node: &Node<'d>, lowered: Vec<LoweredBranch<'d>>, undecided: Undecided) {
        let id = undecided.id;
        // A branch that is the whole schema has no separate name.
        let mut chosen = Vec::new();
        for (element, _) in &lowered {
            let own = if element.at() == node.at() { None } else { self.chosen(element) };
            chosen.push(own);
        }
        self.plan.branches.insert(id, chosen);
        let branches =
            lowered.into_iter().map(|(_, ty)| Branch { name: String::new(), ty, discriminators: Vec::new() }).collect();
        let unknown = Some("Unknown".to_owned());
        self.define(id, node, TypeKind::Union(Union { branches, decision: Decision::Shape, unknown }));
        self.undecided.push(undecided);
    }

    /// An enumeration from branches with single values and titles.
    fn listed(&mut self, node: &Node<'d>, elements: &[Node<'d>], wanted: &Wanted) -> Option<Type> {
        let only_value = |element: &Node<'d>| {
            let properties = element.value().as_object()?;
            let has_more =
                |key: &String| !matches!(key.as_str(), "enum" | "title" | "description" | "type" | "deprecated");
            if properties.keys().any(|key| has_more(key) && !key.starts_with("x-")) {
                return None;
            }
            match properties.get("enum")?.as_array()?.as_slice() {
                [value] if !value.is_null() => Some((value, element.text_at("title").ok().flatten())),
                _ => None,
            }
        };
        if elements.len() < 2 {
            return None;
        }
        let mut values = Vec::new();
        let mut nullable = false;
        for element in elements {
            match only_value(element) {
                Some(value) if !values.iter().any(|(known, _)| *known == value.0) => values.push(value),
                Some(_) => {}
                None if is_null_only(element) => nullable = true,
                None => return None,
            }
        }
        let titles: Vec<String> = values.iter().filter_map(|(_, title)| title.map(str::to_owned)).collect();
        let titles = if titles.len() == values.len() { titles } else { Vec::new() };
        let texts: Vec<&str> = values.iter().filter_map(|(value, _)| value.as_str()).collect();
        let integers: Vec<i64> = values.iter().filter_map(|(value, _)| whole(value)).collect();
        let ty = if texts.len() == values.len() {
            self.texts(node, &texts, &titles, wanted)
        } else if integers.len() == values.len() {
            self.integers(node, &integers, &titles, wanted)
        } else {
            return None;
        };
        Some(if nullable { nullable_of(ty) } else { ty })
    }

    /// An enumeration from a string beside an `enum` of strings. Enumerations are open, so the string adds nothing.
    fn suggested(&mut self, node: &Node<'d>, elements: &[Node<'d>], wanted: &Wanted) -> Option<Type> {
        let mut texts: Vec<&str> = Vec::new();
        let mut any = false;
        let mut nullable = false;
        for element in elements {
            if is_null_only(element) {
                nullable = true;
                continue;
            }
            let properties = element.value().as_object()?;
            let only = |key: &String| {
                matches!(key.as_str(), "enum" | "title" | "description" | "type" | "example" | "default")
            };
            if !properties.keys().all(only) || element.get("type").is_some_and(|name| name.value() != "string") {
                return None;
            }
            match properties.get("enum") {
                None if properties.contains_key("type") => any = true,
                None => return None,
                Some(values) => {
                    for value in values.as_array()? {
                        let text = value.as_str()?;
                        if !texts.contains(&text) {
                            texts.push(text);
                        }
                    }
                }
            }
        }
        if !any || texts.is_empty() {
            return None;
        }
        let ty = self.texts(node, &texts, &[], wanted);
        Some(if nullable { nullable_of(ty) } else { ty })
    }

    /// The branches without redundant ones: duplicate types, and a string beside an open enumeration of strings.
    fn distinct(&self, lowered: Vec<LoweredBranch<'d>>) -> Vec<LoweredBranch<'d>> {
        let is_text = |ty: &Type| matches!(ty, Type::String(StringKind::Text { .. }));
        let is_open = |ty: &Type| self.enumeration_of(ty).is_some_and(|values| values.of == EnumerationOf::Texts);
        let has_open = lowered.iter().any(|(_, ty)| is_open(ty));
        let mut kept: Vec<LoweredBranch<'d>> = Vec::new();
        for (element, ty) in lowered {
            let is_there = kept.iter().any(|(_, other)| *other == ty || (is_text(other) && is_text(&ty)));
            let is_suggested = has_open && is_text(&ty);
            if !is_there && !is_suggested {
                kept.push((element, ty));
            }
        }
        kept
    }

    /// The union for a component with a discriminator, which other components extend by `allOf`. `None` for other
    /// components.
    pub(super) fn family(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Option<Type>> {
        let discriminator = node.get("discriminator")?;
        let component = component_at(node)?;
        let is_open = matches!(self.resolved.get(node.at().pointer()), Some(Progress::Nameless | Progress::Named(_)));
        if !is_open || node.has("oneOf") || node.has("anyOf") {
            return None;
        }
        let children = self.descendants(&component);
        if children.is_empty() {
            self.note(NoteKind::ChildlessDiscriminator, discriminator.at(), "a discriminator without branches");
            return None;
        }
        Some(self.family_of(node, &discriminator, children, wanted))
    }

    fn family_of(
        &mut self,
        node: &Node<'d>,
        discriminator: &Node<'d>,
        children: Vec<String>,
        wanted: &Wanted,
    ) -> Option<Type> {
        let discriminator = self.discriminator(discriminator)?;
        let id = self.reserve(node, wanted);
        let own_name = self.wanted_name(node, wanted);
        // Recursive references must see that this type is an object.
        if let Some(def) = self.types.get_mut(id.0) {
            let union = Union { branches: Vec::new(), decision: Decision::Shape, unknown: None };
            def.kind = TypeKind::Union(union);
        }
        let base = self.reserve_beside(node, &own_name.and("base"));
        let properties = self.own_properties(node)?;
        self.fill(base, node, properties)?;
        // An undeclared child may have additional properties.
        if let Some(TypeKind::Struct(object)) = self.types.get_mut(base.0).map(|def| &mut def.kind)
            && object.additional == AdditionalProperties::Ignored
        {
            object.additional = AdditionalProperties::Kept { name: kept_name(object), ty: Type::Any };
        }
        let mut lowered = Vec::new();
        let mut references = Vec::new();
        for child in children {
            let location = Location::at("/components/schemas").child(&child);
            let target = node.elsewhere(&location)?;
            let ty = self.target(&target, &Wanted::component(&child))?.split_nullable().0.clone();
            if matches!(ty, Type::Named(_)) && !lowered.iter().any(|(_, other)| *other == ty) {
                lowered.push((target, ty));
                references.push(Some(child));
            }
        }
        let index = lowered.len();
        lowered.push((node.clone(), Type::Named(base)));
        references.push(None);
        let undecided = Undecided { id, discriminator, references, base: Some(index), any_of: None };
        self.define_union(node, lowered, undecided);
        Some(Type::Named(id))
    }

    /// The components that extend this one, directly or indirectly, by name.
    fn descendants(&self, component: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut open = vec![component.to_owned()];
        while let Some(parent) = open.pop() {
            for child in self.children.get(&parent).into_iter().flatten() {
                if !found.contains(child) && child != component {
                    found.push(child.clone());
                    open.push(child.clone());
                }
            }
        }
        found.sort();
        found
    }

    /// The discriminator. `None`: refused. `Some(None)`: unusable.
    fn discriminator(&mut self, node: &Node<'d>) -> Option<Option<Discriminator>> {
        self.collect(node.object())?;
        if node.get("propertyName").is_none_or(|name| name.value() == "") {
            self.note(
                NoteKind::UnnamedDiscriminator,
                node.at(),
                "a discriminator without `propertyName`: the properties decide the branch",
            );
            return Some(None);
        }
        let read: openapiv3::Discriminator =
            self.collect(node.typed_part("a Discriminator object", &["propertyName", "mapping"]))?;
        let mapping = read.mapping.into_iter().map(|(value, target)| (value, component(&target))).collect();
        let default = self.collect(node.text_at("defaultMapping"))?.map(component);
        Some(Some(Discriminator { property: read.property_name, mapping, default }))
    }
}

/// Replaces bytes by strings, because unions are always JSON.
pub(super) fn as_json(ty: Type) -> Type {
    match ty {
        Type::String(StringKind::Binary) => Type::String(StringKind::Text { format: Some("binary".to_owned()) }),
        Type::Array(inner) => Type::Array(Box::new(as_json(*inner))),
        Type::Tuple(members) => Type::Tuple(members.into_iter().map(as_json).collect()),
        Type::Map(inner) => Type::Map(Box::new(as_json(*inner))),
        Type::Nullable(inner) => Type::Nullable(Box::new(as_json(*inner))),
        other => other,
    }
}

/// Whether `part` is the parent with a discriminator that `node` extends.
pub(super) fn extends_a_family(node: &Node<'_>, part: &Node<'_>) -> bool {
    let parent = part.reference().and_then(|_| part.resolve(crate::read::Section::Schemas).ok());
    component_at(node).is_some()
        && parent.is_some_and(|parent| parent.has("discriminator") && !parent.has("oneOf") && !parent.has("anyOf"))
}

/// The name of the component, if the schema is one.
pub(super) fn component_at(node: &Node<'_>) -> Option<String> {
    let name = node.at().pointer().strip_prefix("/components/schemas/")?;
    (!name.contains('/')).then(|| crate::location::unescape(name))
}

/// The name of the field for additional properties.
fn kept_name(object: &crate::ir::Struct) -> String {
    let mut scope = names::Scope::default();
    for field in &object.fields {
        scope.claim(&field.name.rust, "_");
    }
    scope.claim("additional_properties", "_")
}

/// The component of a reference. A discriminator's mapping may have the bare name.
pub(super) fn component(reference: &str) -> String {
    let component = reference.strip_prefix("#/components/schemas/").unwrap_or(reference);
    let component = percent_encoding::percent_decode_str(component).decode_utf8_lossy();
    crate::location::unescape(&component)
}

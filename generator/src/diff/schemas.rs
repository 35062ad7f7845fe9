//! Compares two schemas: which values they add and which they remove, for each direction.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{ChangeKind, Direction, WireImpact};
use super::view::{Types, View, is_never};
use super::walk::{Draft, Excerpt, Pair, SiteId, Walk};
use crate::read::Node;

/// The change of the set of valid values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shift {
    /// Every old value is still valid.
    Wider,
    /// Every new value was valid before.
    Narrower,
    /// Neither.
    Other,
}

impl Shift {
    fn judge(self, direction: Direction) -> (WireImpact, &'static str) {
        match (self, direction) {
            (Shift::Wider, Direction::Request) => {
                (WireImpact::Additive, "values from deployed clients are still valid")
            }
            (Shift::Narrower, Direction::Response) => (WireImpact::Additive, "all responses were possible before"),
            (Shift::Wider, Direction::Response) => {
                (WireImpact::Breaking, "the server may return a value that a deployed client cannot decode")
            }
            (Shift::Narrower, Direction::Request) => {
                (WireImpact::Breaking, "a deployed client may send a value that is no longer valid")
            }
            (Shift::Other, Direction::Request) => {
                (WireImpact::Breaking, "values from a deployed client are no longer valid")
            }
            (Shift::Other, Direction::Response) => {
                (WireImpact::Breaking, "a deployed client cannot decode the response")
            }
        }
    }
}

/// Keywords that only limit the values of a type.
const LIMITS: [&str; 24] = [
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "not",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "dependentRequired",
    "unevaluatedItems",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "xml",
];

/// Keywords whose schemas apply to some values. Properties that only they declare are fields of any value.
const CONDITIONAL: [&str; 4] = ["if", "then", "else", "dependentSchemas"];

/// The context of a comparison.
pub(super) struct Context<'a> {
    /// The site that refers to the schemas.
    pub(super) parent: SiteId,
    /// The direction of the value.
    pub(super) direction: Direction,
    /// Its name in messages.
    pub(super) label: &'a str,
    /// Whether a deployed client decodes `null` here as absent.
    pub(super) may_lack: bool,
}

/// One comparison of two schemas.
struct Schemas<'d, 'a> {
    old: &'a View<'d>,
    new: &'a View<'d>,
    site: SiteId,
    direction: Direction,
    label: String,
    /// The name of the value that has the schema, even if the schema has a name.
    asked: &'a str,
}

impl<'d> Walk<'d> {
    /// Compares two schemas.
    pub(super) fn schema(&mut self, old: &Node<'d>, new: &Node<'d>, context: &Context<'_>) {
        self.views(&View::of(old), &View::of(new), context);
    }

    fn views(&mut self, old: &View<'d>, new: &View<'d>, context: &Context<'_>) {
        let key = (old.key(), new.key(), context.direction);
        let is_component = old.component.is_some() || old.component == new.component;
        let name = new.component.as_ref().filter(|_| is_component);
        let label = name.map_or_else(|| context.label.to_owned(), |name| format!("`{name}`"));
        let schemas = |site| Schemas { old, new, site, direction: context.direction, label, asked: context.label };
        if let Some(&site) = self.seen.get(&key) {
            // Whether a deployed client decodes `null` depends on the property.
            self.nullable(&schemas(site), context.may_lack);
            self.reached_from(site, context.parent);
            return;
        }
        let (old_names, new_names) = (self.old.type_names(old), self.new.type_names(new));
        let anchors = old_names.iter().chain(&new_names).map(|name| format!("types::{name}"));
        let site = self.site(Some(context.parent), anchors);
        self.seen.insert(key, site);
        let schemas = schemas(site);
        self.nullable(&schemas, context.may_lack);
        if self.is_another(&schemas) {
            // If only one side has a name, the component was added or removed, which is a different change.
            let is_in_both = |anchor: &String| {
                let is_of = |names: &[String]| names.iter().any(|name| anchor.strip_prefix("types::") == Some(name));
                is_of(&old_names) && is_of(&new_names)
            };
            if let Some(site) = self.sites.get_mut(site) {
                site.anchors.retain(is_in_both);
            }
            return;
        }
        self.pairs.push(Pair {
            site,
            old_component: old.component.clone(),
            new_component: new.component.clone(),
            old_pointer: old.pointer().to_owned(),
            new_pointer: new.pointer().to_owned(),
            types: old_names.into_iter().zip(new_names).collect(),
        });
        self.values(&schemas);
        self.branches(&schemas);
        self.properties(&schemas);
        self.others(&schemas);
        self.by_pattern(&schemas);
        self.conditional(&schemas);
        self.elements(&schemas);
        self.format(&schemas);
        self.json_in_string(&schemas);
        self.annotations(&schemas);
    }

    /// Notes a replaced schema. Returns whether the schemas are not compared further.
    fn is_another(&mut self, schemas: &Schemas<'d, '_>) -> bool {
        let Schemas { old, new, direction, asked, .. } = schemas;
        let shift = match (old.branches().as_slice(), new.branches().as_slice()) {
            ([], []) => types_shift(old, new),
            ([], branches) => union_shift(old, new, || single_shift(old, branches, Shift::Wider)),
            (branches, []) => union_shift(old, new, || single_shift(new, branches, Shift::Narrower)),
            _ => None,
        };
        let values_shift = match (old.values(), new.values()) {
            (None, Some(_)) => Some(Shift::Narrower),
            (Some(_), None) => Some(Shift::Wider),
            _ => None,
        };
        let (before, after) = match old.component == new.component {
            true => (described_type(old), described_type(new)),
            false => (described(old), described(new)),
        };
        if let Some(shift) = shift {
            let (wire, reason) = shift.judge(*direction);
            let name = if old.component == new.component { schemas.label.as_str() } else { asked };
            let what = format!("{name} changed from {before} to {after}");
            self.found(schemas, ChangeKind::TypeChanged, what, None, wire, reason);
            self.same_branch(schemas);
            return true;
        }
        if let Some(shift) = values_shift {
            let (wire, reason) = match (shift, direction) {
                (Shift::Wider, Direction::Response) => {
                    (WireImpact::Additive, "a deployed client keeps an unknown value")
                }
                _ => shift.judge(*direction),
            };
            let verb = if shift == Shift::Narrower { "now lists its values" } else { "no longer lists its values" };
            let what = format!("{} {verb}", schemas.label);
            self.found(schemas, ChangeKind::TypeChanged, what, None, wire, reason);
            return true;
        }
        match (&old.component, &new.component) {
            (Some(from), Some(to)) if from != to && (new.wraps(old) || old.wraps(new)) => {
                let inner = if new.wraps(old) { from } else { to };
                self.inside(&Schemas { label: format!("`{inner}`"), ..*schemas });
                true
            }
            (Some(from), Some(to)) if from != to && !self.may_be_renamed(old, new, from, to) => {
                let worst = self.try_out(|walk| {
                    walk.seen.retain(|_, site| *site != schemas.site);
                    walk.inside(schemas);
                });
                let reason = match worst {
                    WireImpact::None => "both schemas describe the same values",
                    WireImpact::Breaking => "the schemas are not compatible",
                    _ => "the schemas are compatible",
                };
                let what = format!("the reference of {asked} changed from `{from}` to `{to}`");
                self.found(schemas, ChangeKind::TypeChanged, what, None, worst, reason);
                true
            }
            _ => false,
        }
    }

    /// Compares a schema with the same component among the branches of the other side.
    fn same_branch(&mut self, schemas: &Schemas<'d, '_>) {
        let Schemas { old, new, direction, site, asked, .. } = schemas;
        let context = Context { parent: *site, direction: *direction, label: asked, may_lack: true };
        let of = |single: &View<'d>, branches: Vec<Node<'d>>| {
            let name = single.component.as_ref()?;
            branches.iter().map(View::of).find(|branch| branch.component.as_ref() == Some(name))
        };
        if let Some(branch) = of(old, new.branches()) {
            self.views(old, &branch, &context);
        } else if let Some(branch) = of(new, old.branches()) {
            self.views(&branch, new, &context);
        }
    }

    fn inside(&mut self, schemas: &Schemas<'d, '_>) {
        self.values(schemas);
        self.branches(schemas);
        self.properties(schemas);
        self.others(schemas);
        self.by_pattern(schemas);
        self.conditional(schemas);
        self.elements(schemas);
        self.format(schemas);
        self.json_in_string(schemas);
    }

    /// Whether a component is likely renamed: each document has only one of the two names, and the schemas share most
    /// of their properties.
    fn may_be_renamed(&self, old: &View<'d>, new: &View<'d>, from: &str, to: &str) -> bool {
        let has = |side: &super::side::Side, name: &str| {
            let pointer = crate::Location::at("/components/schemas").child(name).pointer().to_owned();
            side.reached.contains(&pointer)
        };
        if has(self.new, from) || has(self.old, to) {
            return false;
        }
        let before: BTreeSet<&str> = old.properties().into_keys().collect();
        let after: BTreeSet<&str> = new.properties().into_keys().collect();
        let shared = before.intersection(&after).count();
        shared * 2 >= before.len().max(after.len())
    }

    fn nullable(&mut self, schemas: &Schemas<'d, '_>, may_lack: bool) {
        let Schemas { old, new, direction, .. } = schemas;
        // Any value includes null.
        let is_any = |view: &View<'d>| view.types().is_none() && view.branches().is_empty() && view.values().is_none();
        if is_any(old) || is_any(new) {
            return;
        }
        let (before, after) = (old.null(), new.null());
        let (kind, is, (wire, reason)) = match (before.is_some(), after.is_some()) {
            (false, true) if may_lack && *direction == Direction::Response => (
                ChangeKind::Nullable,
                "is now nullable",
                (WireImpact::Additive, "a deployed client decodes `null` as absent"),
            ),
            (false, true) => (ChangeKind::Nullable, "is now nullable", Shift::Wider.judge(*direction)),
            (true, false) => (ChangeKind::NotNullable, "is no longer nullable", Shift::Narrower.judge(*direction)),
            _ => return,
        };
        // Null may be valid for a component, or only where a value refers to it.
        let is_of_component = before.iter().chain(&after).all(|node| {
            let component = if after.is_some() { new.pointer() } else { old.pointer() };
            node.at().pointer().starts_with(component)
        });
        let label = if is_of_component { schemas.label.as_str() } else { schemas.asked };
        let excerpts = match (before, after) {
            (None, None) => (Some(Excerpt::at(old.pointer())), Some(Excerpt::at(new.pointer()))),
            (before, after) => (before.map(|node| Excerpt::of(&node)), after.map(|node| Excerpt::of(&node))),
        };
        self.found_at(schemas, kind, format!("{label} {is}"), excerpts, (wire, reason), BTreeSet::new());
    }

    fn values(&mut self, schemas: &Schemas<'d, '_>) {
        let Schemas { old, new, direction, label, .. } = schemas;
        let (Some(before), Some(after)) = (old.values(), new.values()) else { return };
        for value in after.iter().filter(|value| !value.is_null() && !before.contains(value)) {
            let (wire, reason) = match direction {
                Direction::Request => Shift::Wider.judge(*direction),
                Direction::Response => (WireImpact::Additive, "a deployed client keeps an unknown value"),
            };
            let text = super::walk::shown(value);
            let what = format!("the value `{text}` added to {label}");
            let excerpt = new.value_node(value).map(|node| Excerpt::at(node.at().pointer()).showing(&text));
            let anchors = self.new.value_paths(new, &text).into_iter().collect();
            let kind = ChangeKind::EnumValueAdded;
            self.found_at(schemas, kind, what, (None, excerpt), (wire, reason), anchors);
        }
        for value in before.iter().filter(|value| !value.is_null() && !after.contains(value)) {
            let (wire, reason) = Shift::Narrower.judge(*direction);
            let text = super::walk::shown(value);
            let what = format!("the value `{text}` removed from {label}");
            let excerpt = old.value_node(value).map(|node| Excerpt::at(node.at().pointer()).showing(&text));
            let anchors = self.old.value_paths(old, &text).into_iter().collect();
            let kind = ChangeKind::EnumValueRemoved;
            self.found_at(schemas, kind, what, (excerpt, None), (wire, reason), anchors);
        }
    }

    fn branches(&mut self, schemas: &Schemas<'d, '_>) {
        let Schemas { old, new, direction, label, site, .. } = schemas;
        let has_named_events = self.old.has_named_events(old);
        let branches_of = |view: &View<'d>| match has_named_events {
            true => events_of(view, &mut BTreeSet::new()),
            false => view.branches(),
        };
        let (mut before, after) = (branches_of(old), branches_of(new));
        // A list of types, and a union of the same types.
        if before.is_empty() != after.is_empty() {
            return;
        }
        let mut unmatched = Vec::new();
        let name = |node: &Node<'d>| View::of(node).component;
        let branch_label = format!("a branch of {label}");
        let context = Context { parent: *site, direction: *direction, label: &branch_label, may_lack: false };
        for branch in after {
            let by_name = name(&branch);
            let same = before
                .iter()
                .position(|other| name(other) == by_name && (by_name.is_some() || other.value() == branch.value()));
            match same {
                Some(index) => {
                    let other = before.remove(index);
                    self.schema(&other, &branch, &context);
                }
                None => unmatched.push(branch),
            }
        }
        // The remaining branches are matched by their JSON types, and events by their names.
        for branch in unmatched {
            let types = View::of(&branch).types();
            let alike = before.iter().position(|other| {
                let (other, branch) = (View::of(other), View::of(&branch));
                if has_named_events {
                    return !event_names(&other).is_disjoint(&event_names(&branch));
                }
                let renamed = match (&other.component, &branch.component) {
                    (Some(from), Some(to)) => self.may_be_renamed(&other, &branch, from, to),
                    (None, None) => true,
                    _ => false,
                };
                renamed && other.types() == types
            });
            if let Some(index) = alike {
                let other = before.remove(index);
                self.schema(&other, &branch, &context);
                continue;
            }
            let (wire, reason) = match direction {
                Direction::Response if self.old.is_open_union(old) => {
                    (WireImpact::Additive, "a deployed client keeps a value that matches no branch")
                }
                _ => Shift::Wider.judge(*direction),
            };
            let what = format!("the branch {} added to {label}", described(&View::of(&branch)));
            let excerpt = Some(Excerpt::of(&branch));
            self.found_at(schemas, ChangeKind::BranchAdded, what, (None, excerpt), (wire, reason), BTreeSet::new());
        }
        for branch in before {
            let (wire, reason) = Shift::Narrower.judge(*direction);
            let what = format!("the branch {} removed from {label}", described(&View::of(&branch)));
            let excerpt = Some(Excerpt::of(&branch));
            self.found_at(schemas, ChangeKind::BranchRemoved, what, (excerpt, None), (wire, reason), BTreeSet::new());
        }
        self.discriminator(schemas);
    }

    fn discriminator(&mut self, schemas: &Schemas<'d, '_>) {
        let (before, after) = (Discriminator::of(schemas.old), Discriminator::of(schemas.new));
        if before == after {
            return;
        }
        let (wire, reason) = match (&before, &after) {
            (Some(old), Some(new)) if old.property == new.property => old.judge(new, schemas.direction),
            (None, _) => (WireImpact::Breaking, "a deployed client does not decide the branch by this property"),
            _ => (WireImpact::Breaking, "a deployed client decides the branch by the old property"),
        };
        let says = match (&before, &after) {
            (None, Some(new)) => format!("is now `{}`; there was none", new.property),
            (Some(old), None) => format!("`{}` removed", old.property),
            (Some(old), Some(new)) if old.property != new.property => {
                format!("changed from `{}` to `{}`", old.property, new.property)
            }
            (Some(old), Some(new)) => old.difference(new),
            (None, None) => return,
        };
        let what = format!("the discriminator of {} {says}", schemas.label);
        self.found(schemas, ChangeKind::DiscriminatorChanged, what, Some("discriminator"), wire, reason);
    }

    fn properties(&mut self, schemas: &Schemas<'d, '_>) {
        let Schemas { old, new, direction, label, site, .. } = schemas;
        let (before, after) = (old.properties(), new.properties());
        let (had_to, has_to) = (old.required(), new.required());
        let travels = |property: &View<'d>| match direction {
            Direction::Request => !property.flag("readOnly"),
            Direction::Response => !property.flag("writeOnly"),
        };
        for (&name, nodes) in &after {
            let Some((first, more)) = nodes.split_first() else { continue };
            let property = View::of_all(first, more);
            let is_required = has_to.contains(name);
            let Some((old_first, old_more)) = before.get(name).and_then(|nodes| nodes.split_first()) else {
                if travels(&property) {
                    self.property_added(schemas, name, &property, is_required);
                }
                continue;
            };
            let old_property = View::of_all(old_first, old_more);
            let mut anchors = self.old.property_paths(old, name);
            anchors.extend(self.new.property_paths(new, name));
            match (travels(&old_property), travels(&property)) {
                (true, true) => {}
                // The change of the flag already covers this property.
                (false, true) | (true, false) => {
                    self.travels_otherwise(schemas, name, (&old_property, &property), is_required, anchors);
                    continue;
                }
                (false, false) => continue,
            }
            let was_required = had_to.contains(name);
            if was_required != is_required {
                self.requiredness(schemas, name, is_required, &anchors);
            }
            let parent = self.site(Some(*site), anchors);
            let label = format!("`{name}` of {label}");
            let context = Context { parent, direction: *direction, label: &label, may_lack: !was_required };
            self.views(&old_property, &property, &context);
        }
        // An undeclared property may have any value, and may be required.
        for &name in had_to.symmetric_difference(&has_to) {
            if !before.contains_key(name) && !after.contains_key(name) {
                let mut anchors = self.old.property_paths(old, name);
                anchors.extend(self.new.property_paths(new, name));
                self.requiredness(schemas, name, has_to.contains(name), &anchors);
            }
        }
        let common = |order: Vec<&'d str>| -> Vec<&'d str> {
            order.into_iter().filter(|wire| had_to.contains(wire) && has_to.contains(wire)).collect()
        };
        let (order, now) = (common(old.required_order()), common(new.required_order()));
        if order != now {
            let what = format!("the required properties of {label} are listed in a different order");
            let reason = "the order has no meaning in JSON";
            self.found(schemas, ChangeKind::RequiredOrder, what, Some("required"), WireImpact::None, reason);
        }
        for (&name, nodes) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
            let Some((first, more)) = nodes.split_first() else { continue };
            let property = View::of_all(first, more);
            if !travels(&property) {
                continue;
            }
            let reason = match direction {
                Direction::Request => "a deployed client may still send it, but it is no longer declared",
                Direction::Response if had_to.contains(name) => "a deployed client cannot decode a response without it",
                Direction::Response => "it is missing for a deployed client that uses it",
            };
            let what = format!("the property `{name}` removed from {label}");
            let anchors = self.old.property_paths(old, name).into_iter().collect();
            let excerpts = (Some(Excerpt::of(first)), None);
            self.found_at(
                schemas,
                ChangeKind::PropertyRemoved,
                what,
                excerpts,
                (WireImpact::Breaking, reason),
                anchors,
            );
        }
    }

    fn property_added(&mut self, schemas: &Schemas<'d, '_>, name: &str, property: &View<'d>, is_required: bool) {
        let (wire, reason) = match (schemas.direction, is_required) {
            (Direction::Request, true) => {
                (WireImpact::Breaking, "it is required, and a deployed client does not send it")
            }
            (Direction::Request, false) => (WireImpact::Additive, "it is optional, and deployed clients leave it out"),
            (Direction::Response, _) => (WireImpact::Additive, "a deployed client ignores unknown properties"),
        };
        let required = if is_required { "required " } else { "" };
        let what = format!("the {required}property `{name}` added to {}", schemas.label);
        let anchors = self.new.property_paths(schemas.new, name).into_iter().collect();
        let excerpts = (None, Some(Excerpt::of(&property.node)));
        self.found_at(schemas, ChangeKind::PropertyAdded, what, excerpts, (wire, reason), anchors);
    }

    /// Notes an added or removed `readOnly` or `writeOnly`, which adds the property to a direction or removes it.
    fn travels_otherwise(
        &mut self,
        schemas: &Schemas<'d, '_>,
        name: &str,
        (old, new): (&View<'d>, &View<'d>),
        is_required: bool,
        anchors: Vec<String>,
    ) {
        let key = if schemas.direction == Direction::Request { "readOnly" } else { "writeOnly" };
        let kind = if key == "readOnly" { ChangeKind::ReadOnly } else { ChangeKind::WriteOnly };
        let comes = !new.flag(key);
        let (wire, reason) = match (schemas.direction, comes) {
            (Direction::Request, true) if is_required => {
                (WireImpact::Breaking, "it is now required in requests, and a deployed client does not send it")
            }
            (Direction::Request, true) => (WireImpact::Additive, "it is now accepted in requests"),
            (Direction::Request, false) => (WireImpact::Breaking, "a deployed client may still send it"),
            (Direction::Response, true) => (WireImpact::Additive, "a deployed client ignores unknown properties"),
            (Direction::Response, false) => (WireImpact::Breaking, "it is missing for a deployed client that uses it"),
        };
        let is = if comes { "is no longer" } else { "is" };
        let what = format!("`{name}` of {} {is} `{key}`", schemas.label);
        let excerpt = |view: &View<'d>| {
            view.get(key).map_or_else(|| Excerpt::at(view.node.at().pointer()), |node| Excerpt::of(&node))
        };
        let excerpts = (Some(excerpt(old)), Some(excerpt(new)));
        self.found_at(schemas, kind, what, excerpts, (wire, reason), anchors.into_iter().collect());
    }

    fn requiredness(&mut self, schemas: &Schemas<'d, '_>, name: &str, is_required: bool, anchors: &[String]) {
        let (kind, (wire, reason)) = match (is_required, schemas.direction) {
            (true, Direction::Request) => {
                (ChangeKind::Required, (WireImpact::Breaking, "a deployed client may leave it out"))
            }
            (true, Direction::Response) => {
                (ChangeKind::Required, (WireImpact::Additive, "deployed clients do not need it"))
            }
            (false, Direction::Request) => {
                (ChangeKind::NotRequired, (WireImpact::Additive, "deployed clients send it"))
            }
            (false, Direction::Response) => (
                ChangeKind::NotRequired,
                (WireImpact::Breaking, "a deployed client cannot decode a response without it"),
            ),
        };
        let is = if is_required { "is now required" } else { "is no longer required" };
        let what = format!("`{name}` of {} {is}", schemas.label);
        let excerpt = |view: &View<'d>| {
            let properties = view.properties();
            let first = properties.get(name).and_then(|nodes| nodes.first());
            let pointer = first.map_or(view.pointer(), |node| node.at().pointer());
            Some(Excerpt::at(pointer))
        };
        let excerpts = (
            excerpt(schemas.old).map(|excerpt| excerpt.showing(if is_required { "optional" } else { "required" })),
            excerpt(schemas.new).map(|excerpt| excerpt.showing(if is_required { "required" } else { "optional" })),
        );
        self.found_at(schemas, kind, what, excerpts, (wire, reason), anchors.iter().cloned().collect());
    }

    /// Compares `additionalProperties`.
    fn others(&mut self, schemas: &Schemas<'d, '_>) {
        let Schemas { old, new, direction, label, site, .. } = schemas;
        // `unevaluatedProperties` has the same meaning for the type.
        const KEYS: [&str; 2] = ["additionalProperties", "unevaluatedProperties"];
        let of = |view: &View<'d>| KEYS.into_iter().find_map(|key| view.get(key));
        let (before, after) = (of(old), of(new));
        let key = KEYS.into_iter().find(|key| old.get(key).is_some() || new.get(key).is_some());
        let is_false = |node: &Option<Node<'d>>| node.as_ref().is_some_and(is_never);
        let typed = |node: &Option<Node<'d>>| {
            node.clone()
                .filter(|node| !is_never(node) && node.value().as_object().is_some_and(|schema| !schema.is_empty()))
        };
        // An object without properties is a map, even without `additionalProperties`.
        let keeps = |view: &View<'d>, node: &Option<Node<'d>>| {
            !is_false(node) && (node.is_some() || view.properties().is_empty())
        };
        let named = |view: &View<'d>, node: &Option<Node<'d>>| match (is_false(node), typed(node).is_some()) {
            (true, _) => "forbidden",
            (_, true) => "of one schema",
            _ if keeps(view, node) => "of any value",
            _ => "not declared",
        };
        let (from, to) = (named(old, &before), named(new, &after));
        let what = format!("the additional properties of {label} changed from {from} to {to}");
        match (typed(&before), typed(&after)) {
            (Some(before), Some(after)) => {
                let label = format!("the additional properties of {label}");
                let context = Context { parent: *site, direction: *direction, label: &label, may_lack: false };
                return self.schema(&before, &after, &context);
            }
            (None, None) => {}
            (was_typed, _) => {
                let shift = if was_typed.is_some() && !is_false(&after) { Shift::Wider } else { Shift::Narrower };
                let (wire, reason) = match direction {
                    _ if keeps(old, &before) => shift.judge(*direction),
                    Direction::Request => (WireImpact::Additive, "deployed clients send no such properties"),
                    Direction::Response => (WireImpact::Additive, "a deployed client ignores unknown properties"),
                };
                return self.found(schemas, ChangeKind::AdditionalProperties, what, key, wire, reason);
            }
        }
        let state = |view: &View<'d>, node: &Option<Node<'d>>| (keeps(view, node), is_false(node));
        if state(old, &before) == state(new, &after) || !is_object(old) || !is_object(new) {
            return;
        }
        let (wire, reason) = match (is_false(&before), is_false(&after)) {
            (false, true) if keeps(old, &before) && *direction == Direction::Request => {
                (WireImpact::Breaking, "a deployed client may send properties that are no longer accepted")
            }
            (true, false) if *direction == Direction::Request => {
                (WireImpact::Additive, "values from deployed clients are still valid")
            }
            (true, false) => (WireImpact::Additive, "a deployed client ignores unknown properties"),
            _ => (WireImpact::None, "the same properties are sent"),
        };
        self.found(schemas, ChangeKind::AdditionalProperties, what, key, wire, reason);
    }

    fn by_pattern(&mut self, schemas: &Schemas<'d, '_>) {
        let Schemas { old, new, direction, label, .. } = schemas;
        const KEY: &str = "patternProperties";
        if old.get(KEY).map(|node| node.value()) == new.get(KEY).map(|node| node.value()) {
            return;
        }
        let (wire, reason) = match direction {
            Direction::Request => (WireImpact::ConstraintOnly, "only the set of valid values changed"),
            Direction::Response => (WireImpact::Additive, "a deployed client accepts any value of such properties"),
        };
        let what = format!("the `{KEY}` of {label} {}", becomes(old, new, KEY));
        self.found(schemas, ChangeKind::AdditionalProperties, what, Some(KEY), wire, reason);
    }

    fn conditional(&mut self, schemas: &Schemas<'d, '_>) {
        let Schemas { old, new, label, .. } = schemas;
        let differs = |key: &&str| old.get(key).map(|node| node.value()) != new.get(key).map(|node| node.value());
        let changed: Vec<&str> = CONDITIONAL.into_iter().filter(differs).collect();
        let Some(first) = changed.first() else { return };
        let keys: Vec<String> = changed.iter().map(|key| format!("`{key}`")).collect();
        let what = format!("the conditional schemas ({}) of {label} changed", keys.join(", "));
        let reason = "only the set of valid values changed";
        self.found(schemas, ChangeKind::TypeChanged, what, Some(first), WireImpact::ConstraintOnly, reason);
    }

    /// Compares arrays whose elements have their own schemas. Returns whether one of the schemas is such an array.
    fn tuples(&mut self, schemas: &Schemas<'d, '_>) -> bool {
        let Schemas { old, new, direction, label, site, .. } = schemas;
        let (before, after) = (old.tuple(), new.tuple());
        if before.is_none() && after.is_none() {
            return false;
        }
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        for (index, (old, new)) in before.iter().zip(&after).enumerate() {
            let label = format!("element {} of {label}", index + 1);
            let context = Context { parent: *site, direction: *direction, label: &label, may_lack: false };
            self.schema(old, new, &context);
        }
        if before.len() != after.len() {
            let (wire, reason) = if old.has_fixed_length() || new.has_fixed_length() {
                Shift::Other.judge(*direction)
            } else {
                (WireImpact::ConstraintOnly, "only the set of valid values changed")
            };
            let count = |elements: &[Node<'d>]| elements.len();
            let what =
                format!("the elements of {label} with a schema changed from {} to {}", count(&before), count(&after));
            self.found(schemas, ChangeKind::TypeChanged, what, Some("prefixItems"), wire, reason);
        }
        true
    }

    fn elements(&mut self, schemas: &Schemas<'d, '_>) {
        let Schemas { old, new, direction, label, site, .. } = schemas;
        if self.tuples(schemas) && (old.items().is_none() || new.items().is_none()) {
            return;
        }
        let shift = match (old.items(), new.items()) {
            (Some(before), Some(after)) => {
                let label = format!("an element of {label}");
                let context = Context { parent: *site, direction: *direction, label: &label, may_lack: false };
                return self.schema(&before, &after, &context);
            }
            (None, None) => return,
            (Some(_), None) => Shift::Wider,
            (None, Some(_)) => Shift::Narrower,
        };
        let (wire, reason) = shift.judge(*direction);
        let says = if shift == Shift::Wider { "no longer have a schema" } else { "now have a schema" };
        let what = format!("the elements of {label} {says}");
        self.found(schemas, ChangeKind::TypeChanged, what, Some("items"), wire, reason);
    }

    fn format(&mut self, schemas: &Schemas<'d, '_>) {
        let Schemas { old, new, direction, label, .. } = schemas;
        let of =
            |view: &View<'d>| view.get("format").and_then(|node| node.value().as_str()).unwrap_or_default().to_owned();
        let (before, after) = (of(old), of(new));
        if before == after {
            return;
        }
        let is_integer = old.types().is_some_and(|types| types.contains("integer"));
        let (wire, reason) = if is_integer && bits(&before) != bits(&after) {
            let ((low, high), (new_low, new_high)) = (bits(&before), bits(&after));
            let shift = match (new_low <= low && new_high >= high, new_low >= low && new_high <= high) {
                (true, _) => Shift::Wider,
                (_, true) => Shift::Narrower,
                _ => Shift::Other,
            };
            shift.judge(*direction)
        } else if let Some(shift) = self.types_of_formats(old, new) {
            shift.judge(*direction)
        } else if before == "binary" || after == "binary" {
            Shift::Other.judge(*direction)
        } else {
            (WireImpact::ConstraintOnly, "the type of the value is the same")
        };
        let what = format!("the format of {label} {}", becomes(old, new, "format"));
        self.found(schemas, ChangeKind::FormatChanged, what, Some("format"), wire, reason);
    }

    /// How the texts of a format with a user type changed. Such a type has only the texts of its format.
    fn types_of_formats(&self, old: &View<'d>, new: &View<'d>) -> Option<Shift> {
        match (self.old.type_of_format(old), self.new.type_of_format(new)) {
            (Some(_), None) => Some(Shift::Wider),
            (None, Some(_)) => Some(Shift::Narrower),
            (Some(before), Some(after)) if before != after => Some(Shift::Other),
            _ => None,
        }
    }

    /// Compares the JSON in a string that a deployed client decodes.
    fn json_in_string(&mut self, schemas: &Schemas<'d, '_>) {
        let Schemas { old, new, direction, label, site, .. } = schemas;
        let Some(before) = self.old.decoded(old) else { return };
        let label = format!("the JSON in {label}");
        let media = |view: &View<'d>, other: &View<'d>| view.own("contentMediaType", other);
        // The new client may not decode it, if it cannot tell the events apart.
        let is_json = self.new.decoded(new).is_some() || (media(old, new).is_none() && media(new, old).is_none());
        if let Some(after) = new.get("contentSchema").filter(|_| is_json) {
            let context = Context { parent: *site, direction: *direction, label: &label, may_lack: false };
            return self.schema(&before, &after, &context);
        }
        let (wire, reason) = (WireImpact::Breaking, "a deployed client decodes the text as JSON of the old schema");
        let what = format!("{label} no longer has a schema");
        self.found(schemas, ChangeKind::TypeChanged, what, Some("contentSchema"), wire, reason);
    }

    /// Compares limits, defaults, texts, examples and extensions, which do not change the type.
    fn annotations(&mut self, schemas: &Schemas<'d, '_>) {
        let Schemas { old, new, label, direction, .. } = schemas;
        let differs = |key: &str| old.own(key, new).is_some() || new.own(key, old).is_some();
        // The reader writes these as a `format`, which is compared on its own.
        let is_format = |key: &str, node: Option<Node<'d>>| {
            let Some(node) = node else { return true };
            matches!(
                (key, node.value().as_str()),
                ("contentEncoding", Some("base64" | "base64url"))
                    | ("contentMediaType", Some("application/octet-stream"))
            )
        };
        let is_decoded = self.old.decoded(old).is_some();
        let is_told = |key: &str| {
            let is_format = || is_format(key, old.own(key, new)) && is_format(key, new.own(key, old));
            key.starts_with("content") && (is_format() || (key == "contentSchema" && is_decoded))
        };
        for key in LIMITS.into_iter().filter(|key| differs(key) && !is_told(key)) {
            let what = format!("the limit `{key}` of {label} {}", becomes(old, new, key));
            // The limits decide the type of an integer.
            let (wire, reason) = if *direction == Direction::Response && exceeds(key, old, new) {
                Shift::Wider.judge(*direction)
            } else {
                (WireImpact::ConstraintOnly, "only the set of valid values changed")
            };
            self.found(schemas, ChangeKind::ConstraintChanged, what, Some(key), wire, reason);
        }
        // The `oneOf` only lists combinations of required properties.
        for key in ["oneOf", "anyOf"] {
            let of = |view: &View<'d>| view.combinations(key).map(|node| node.value());
            if of(old) != of(new) {
                let what = format!("the combinations of properties (`{key}`) of {label} changed");
                let reason = "only the set of valid values changed";
                self.found(schemas, ChangeKind::ConstraintChanged, what, Some(key), WireImpact::ConstraintOnly, reason);
            }
        }
        if differs("default") {
            let what = format!("the default of {label} {}", becomes(old, new, "default"));
            let reason = "the type is the same; an absent value has a different meaning";
            self.found(schemas, ChangeKind::DefaultChanged, what, Some("default"), WireImpact::ConstraintOnly, reason);
        }
        if old.flag("deprecated") != new.flag("deprecated") {
            let (kind, is) = if new.flag("deprecated") {
                (ChangeKind::Deprecated, "is now deprecated")
            } else {
                (ChangeKind::NotDeprecated, "is no longer deprecated")
            };
            let what = format!("{label} {is}");
            self.found(schemas, kind, what, Some("deprecated"), WireImpact::None, "it still works");
        }
        for key in ["title", "description", "externalDocs"].into_iter().filter(|key| differs(key)) {
            let what = format!("the `{key}` of {label} changed");
            self.found(
                schemas,
                ChangeKind::TextChanged,
                what,
                Some(key),
                WireImpact::None,
                "only documentation changed",
            );
        }
        for key in ["example", "examples"].into_iter().filter(|key| differs(key)) {
            let what = format!("the `{key}` of {label} changed");
            self.found(
                schemas,
                ChangeKind::ExampleChanged,
                what,
                Some(key),
                WireImpact::None,
                "only an example changed",
            );
        }
        let parts = old.parts.iter().chain(&new.parts).filter_map(|part| part.value().as_object());
        let keys: BTreeSet<&str> =
            parts.flat_map(|part| part.keys()).map(String::as_str).filter(|key| key.starts_with("x-")).collect();
        for key in keys.into_iter().filter(|key| differs(key)) {
            let what = format!("the extension `{key}` of {label} changed");
            let reason = "extensions do not change requests and responses";
            self.found(schemas, ChangeKind::ExtensionChanged, what, Some(key), WireImpact::None, reason);
        }
    }

    fn found(
        &mut self,
        schemas: &Schemas<'d, '_>,
        kind: ChangeKind,
        what: String,
        key: Option<&str>,
        wire: WireImpact,
        reason: &str,
    ) {
        let excerpt = |view: &View<'d>, other: &View<'d>| match key {
            Some(key) => differing(key, view, other).map(|node| Excerpt::of(&node)),
            // A `$ref` itself is shorter than its target.
            None if schemas.old.component.is_none() || schemas.old.component != schemas.new.component => {
                Some(Excerpt::of(&view.node))
            }
            None => Some(Excerpt::at(view.pointer()).showing(described_type(view))),
        };
        let (mut old, mut new) = (excerpt(schemas.old, schemas.new), excerpt(schemas.new, schemas.old));
        if old.is_none() && new.is_none() {
            old = Some(Excerpt::at(schemas.old.pointer()));
            new = Some(Excerpt::at(schemas.new.pointer()));
        }
        self.found_at(schemas, kind, what, (old, new), (wire, reason), BTreeSet::new());
    }

    fn found_at(
        &mut self,
        schemas: &Schemas<'d, '_>,
        kind: ChangeKind,
        what: String,
        (old, new): (Option<Excerpt>, Option<Excerpt>),
        (wire, reason): (WireImpact, &str),
        anchors: BTreeSet<String>,
    ) {
        let (site, direction) = (schemas.site, Some(schemas.direction));
        self.draft(Draft { site, kind, what, old, new, direction, wire, reason: reason.to_owned(), anchors });
    }
}

/// The value of a keyword that differs from the one of the other schema; if none does, the first one.
fn differing<'d>(key: &str, view: &View<'d>, other: &View<'d>) -> Option<Node<'d>> {
    let has_same = view.own(key, other).is_none() && other.own(key, view).is_none();
    view.own(key, other).or_else(|| view.get(key).filter(|_| has_same))
}

/// How a keyword changed, with its short values.
fn becomes<'d>(old: &View<'d>, new: &View<'d>, key: &str) -> String {
    const MOST: usize = 40;
    let shown = |node: Option<Node<'_>>| node.map(|node| super::walk::shown(node.value()));
    let (before, after) = (shown(differing(key, old, new)), shown(differing(key, new, old)));
    let is_short = |text: &String| text.len() <= MOST && !text.contains(['\n', '`']);
    match (before, after) {
        (None, Some(to)) if is_short(&to) => format!("is now `{to}`; there was none"),
        (None, _) => "added".to_owned(),
        (Some(from), None) if is_short(&from) => format!("`{from}` removed"),
        (Some(_), None) => "removed".to_owned(),
        (Some(from), Some(to)) if is_short(&from) && is_short(&to) => format!("changed from `{from}` to `{to}`"),
        _ => "changed".to_owned(),
    }
}

fn is_object(view: &View<'_>) -> bool {
    view.types().is_some_and(|types| types.contains("object"))
}

/// The branches of a union of server-sent events, and of the unions in it.
fn events_of<'d>(union: &View<'d>, seen: &mut BTreeSet<String>) -> Vec<Node<'d>> {
    // A union may contain itself.
    if !seen.insert(union.key()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for branch in union.branches() {
        let inner = events_of(&View::of(&branch), seen);
        if inner.is_empty() { found.push(branch) } else { found.extend(inner) }
    }
    found
}

/// The names of a server-sent event. One without a name is a `message` (HTML, section 9.2.6).
fn event_names(event: &View<'_>) -> BTreeSet<String> {
    let properties = event.properties();
    let name = properties.get("event").and_then(|nodes| nodes.split_first());
    let names = name.map(|(first, more)| View::of_all(first, more).values().unwrap_or_default());
    match names {
        Some(names) => names.into_iter().map(super::walk::shown).collect(),
        None => BTreeSet::from(["message".to_owned()]),
    }
}

/// How the JSON types changed; `None` if they are the same.
fn types_shift(old: &View<'_>, new: &View<'_>) -> Option<Shift> {
    let (before, after) = match (old.types(), new.types()) {
        (None, None) => return None,
        (None, Some(_)) => return Some(Shift::Narrower),
        (Some(_), None) => return Some(Shift::Wider),
        (Some(before), Some(after)) => (before, after),
    };
    shift_of(&before, &after)
}

/// How a set of JSON types changed; `None` if it is the same.
fn shift_of(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Option<Shift> {
    if before == after {
        return None;
    }
    // Every integer is a number.
    let holds = |types: &BTreeSet<String>, name: &String| {
        types.contains(name) || (name == "integer" && types.contains("number"))
    };
    Some(match (before.iter().all(|name| holds(after, name)), after.iter().all(|name| holds(before, name))) {
        (true, _) => Shift::Wider,
        (_, true) => Shift::Narrower,
        _ => Shift::Other,
    })
}

/// How the values changed, if only one of the schemas is a union. A list of types is a union of these types.
fn union_shift(old: &View<'_>, new: &View<'_>, otherwise: impl Fn() -> Shift) -> Option<Shift> {
    match (plain_types(old), plain_types(new)) {
        (Some(before), Some(after)) => shift_of(&before, &after),
        _ => Some(otherwise()),
    }
}

/// The JSON types of a schema, or of a union, that declares nothing else.
fn plain_types(view: &View<'_>) -> Types {
    let branches = view.branches();
    if branches.is_empty() {
        return view.types().filter(|_| view.declares_only_types());
    }
    let mut all = BTreeSet::new();
    for branch in branches.iter().map(View::of) {
        all.extend(branch.types().filter(|_| branch.declares_only_types())?);
    }
    Some(all)
}

/// Whether one schema became a union, or a union one schema.
fn single_shift(single: &View<'_>, branches: &[Node<'_>], if_one: Shift) -> Shift {
    if single.types().is_none() {
        return if if_one == Shift::Wider { Shift::Narrower } else { Shift::Wider };
    }
    let is_it = |branch: &Node<'_>| {
        let branch = View::of(branch);
        match (&branch.component, &single.component) {
            (Some(one), Some(other)) => one == other,
            (None, None) => branch.node.value() == single.node.value() || same_scalar(&branch, single),
            _ => false,
        }
    };
    if branches.iter().any(is_it) { if_one } else { Shift::Other }
}

/// Whether two schemas without properties and branches are equal.
fn same_scalar(one: &View<'_>, other: &View<'_>) -> bool {
    let scalar =
        |view: &View<'_>| !view.types().is_some_and(|types| types.contains("object") || types.contains("array"));
    scalar(one) && scalar(other) && one.types() == other.types() && one.values() == other.values()
}

/// Whether a limit of an integer is past the range of the type that a deployed client has for it.
fn exceeds(key: &str, old: &View<'_>, new: &View<'_>) -> bool {
    let limit = |view: &View<'_>, key: &str| view.get(key).and_then(|limit| limit.value().as_f64());
    let Some(now) = limit(new, key).filter(|_| old.types().is_some_and(|types| types.contains("integer"))) else {
        return false;
    };
    let format = old.get("format").and_then(|node| node.value().as_str()).unwrap_or_default();
    let (low, high) = bits(format);
    match key {
        "maximum" => {
            let most = limit(old, key).unwrap_or_default().max(2_f64.powi(high));
            now > most
        }
        "minimum" => {
            let least = limit(old, key).unwrap_or_default().min(if low == 0 { 0.0 } else { -(2_f64.powi(-low)) });
            now < least
        }
        _ => false,
    }
}

/// The property that decides the branch, and the branch of each of its values.
#[derive(Debug, PartialEq, Eq)]
struct Discriminator {
    property: String,
    /// The component of each value.
    branches: BTreeMap<String, String>,
}

impl Discriminator {
    fn of(view: &View<'_>) -> Option<Self> {
        let node = view.get("discriminator")?;
        let property = node.get("propertyName")?.value().as_str()?.to_owned();
        let mapping = node.get("mapping").and_then(|mapping| mapping.value().as_object());
        let mapped = mapping.into_iter().flatten().filter_map(|(value, target)| {
            let target = target.as_str()?;
            Some((value.clone(), target.rsplit('/').next().unwrap_or(target).to_owned()))
        });
        let mut branches: BTreeMap<String, String> = mapped.collect();
        for branch in view.branches().iter().map(View::of) {
            let Some(name) = branch.component.clone() else { continue };
            let properties = branch.properties();
            let declared = properties.get(property.as_str()).and_then(|nodes| nodes.split_first());
            let constants = declared.and_then(|(first, more)| View::of_all(first, more).values());
            for value in constants.iter().flatten() {
                branches.entry(super::walk::shown(value)).or_insert_with(|| name.clone());
            }
            if !branches.values().any(|known| *known == name) {
                branches.insert(name.clone(), name);
            }
        }
        Some(Self { property, branches })
    }

    /// The values that name no branch any more, that name another one, and the new ones.
    fn difference(&self, new: &Self) -> String {
        const MOST: usize = 4;
        let listed = |does: &str, values: Vec<&String>| {
            let names: Vec<String> = values.iter().take(MOST).map(|value| format!("`{value}`")).collect();
            let more = values.len().saturating_sub(MOST);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            (!names.is_empty()).then(|| format!("{does} {}{more}", names.join(", ")))
        };
        let only = |some: &Self, others: &Self, test: fn(Option<&String>, &String) -> bool| -> Vec<String> {
            let is = |(value, branch): &(&String, &String)| test(others.branches.get(*value), branch);
            some.branches.iter().filter(is).map(|(value, _)| value.clone()).collect()
        };
        let (gone, fresh) = (only(self, new, |now, _| now.is_none()), only(new, self, |before, _| before.is_none()));
        let moved = only(self, new, |now, branch| now.is_some_and(|now| now != branch));
        let all = [
            listed("no longer has", gone.iter().collect()),
            listed("has another branch for", moved.iter().collect()),
            listed("now has", fresh.iter().collect()),
        ];
        all.into_iter().flatten().collect::<Vec<_>>().join(", and ")
    }

    /// The impact of other values of the same property.
    fn judge(&self, new: &Self, direction: Direction) -> (WireImpact, &'static str) {
        let is_other = |(value, branch): (&String, &String)| new.branches.get(value).is_some_and(|now| now != branch);
        let is_gone = |value: &String| !new.branches.contains_key(value);
        if self.branches.iter().any(is_other) {
            return (WireImpact::Breaking, "a deployed client decides the old branch by a value of another branch");
        }
        match direction {
            Direction::Request if self.branches.keys().any(is_gone) => {
                (WireImpact::Breaking, "a deployed client may send a value that names no branch any more")
            }
            Direction::Request => (WireImpact::Additive, "values from deployed clients are still valid"),
            Direction::Response => (WireImpact::Additive, "a deployed client keeps a value that names no branch"),
        }
    }
}

/// The range of an integer format, as powers of two below and above zero.
fn bits(format: &str) -> (i32, i32) {
    match format {
        "int8" | "int16" | "int32" => (-31, 31),
        "uint8" | "uint16" | "uint32" => (0, 32),
        "uint64" | "uint" => (0, 64),
        _ => (-63, 63),
    }
}

/// A short description of a schema.
fn described(view: &View<'_>) -> String {
    view.component.as_ref().map_or_else(|| described_type(view), |name| format!("`{name}`"))
}

/// A branch in one or two words.
fn named(branch: &View<'_>) -> String {
    match (&branch.component, branch.types()) {
        (Some(name), _) => format!("`{name}`"),
        (None, Some(types)) => types.into_iter().collect::<Vec<_>>().join(" or "),
        (None, None) => "any value".to_owned(),
    }
}

/// A short description of a schema without its name.
fn described_type(view: &View<'_>) -> String {
    const MOST: usize = 4;
    let branches = view.branches();
    if !branches.is_empty() {
        let names: Vec<String> = branches.iter().take(MOST).map(|branch| named(&View::of(branch))).collect();
        let more = branches.len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        return format!("one of {}{more}", names.join(", "));
    }
    match view.types() {
        None => "any value".to_owned(),
        Some(types) => {
            let types: Vec<&str> = types.iter().map(String::as_str).collect();
            let article = if types.first().is_some_and(|name| name.starts_with(['a', 'i', 'o'])) { "an" } else { "a" };
            format!("{article} {}", types.join(" or "))
        }
    }
}

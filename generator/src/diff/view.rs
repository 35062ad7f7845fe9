//! A merged view of a schema: `$ref`s followed and `allOf` merged. A union of one branch and `null` is that branch, and
//! a union of single values is an enumeration.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::read::{Node, Section};

/// A limit above the nesting that lowering allows.
const MOST_PARTS: usize = 1000;

/// All schemas of one value, the outermost first.
#[derive(Clone, Debug)]
pub(super) struct View<'d> {
    /// The schema that is viewed.
    pub(super) node: Node<'d>,
    /// The merged schemas: `$ref`s resolved, `allOf` expanded.
    pub(super) parts: Vec<Node<'d>>,
    /// The component, if the schema only refers to one.
    pub(super) component: Option<String>,
}

/// The JSON types of a schema; `None` for any.
pub(super) type Types = Option<BTreeSet<String>>;

impl<'d> View<'d> {
    /// The view of one schema.
    pub(super) fn of(node: &Node<'d>) -> Self {
        Self::of_all(node, &[])
    }

    /// The view of several schemas of the same value.
    pub(super) fn of_all(node: &Node<'d>, more: &[Node<'d>]) -> Self {
        let mut opened = Opened::default();
        for node in std::iter::once(node).chain(more) {
            opened.open(node, false);
        }
        let Opened { parts, mut names, declares_itself } = opened;
        let component = if names.len() == 1 && !declares_itself { names.pop_first() } else { None };
        Self { node: node.clone(), parts, component }
    }

    /// Whether this schema only makes another one nullable.
    pub(super) fn wraps(&self, other: &View<'d>) -> bool {
        let is_of = |part: &Node<'d>| other.parts.iter().any(|known| known.at().pointer() == part.at().pointer());
        let only_wraps = |part: &&Node<'d>| only_branch(part).is_some() && !declares_type_of_value(part);
        let has = |part: &Node<'d>| self.parts.iter().any(|own| own.at().pointer() == part.at().pointer());
        // Parts of different documents have the same pointers, if a component is the same one.
        other.parts.iter().all(has) && self.parts.iter().filter(|part| !is_of(part)).all(|part| only_wraps(&part))
    }

    /// Identifies the merged schemas.
    pub(super) fn key(&self) -> String {
        let mut pointers: Vec<&str> = self.parts.iter().map(|part| part.at().pointer()).collect();
        pointers.dedup();
        pointers.join(" ")
    }

    /// The pointer of the schema, or of its component.
    pub(super) fn pointer(&self) -> &str {
        let own = self
            .component
            .as_ref()
            .and_then(|name| self.parts.iter().find(|part| component_of(part).as_ref() == Some(name)));
        own.or_else(|| self.parts.first()).unwrap_or(&self.node).at().pointer()
    }

    /// The first value of a keyword.
    pub(super) fn get(&self, key: &str) -> Option<Node<'d>> {
        self.parts.iter().find_map(|part| part.get(key))
    }

    /// The first value of a keyword that none of another view's schemas has: each part of an `allOf` limits the value.
    pub(super) fn own(&self, key: &str, other: &View<'d>) -> Option<Node<'d>> {
        let all = |view: &View<'d>| view.parts.iter().filter_map(|part| part.get(key)).collect::<Vec<_>>();
        let others = all(other);
        all(self).into_iter().find(|node| !others.iter().any(|known| known.value() == node.value()))
    }

    /// Whether any of the schemas sets a flag.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.parts.iter().any(|part| part.get(key).is_some_and(|flag| *flag.value() == Value::Bool(true)))
    }

    /// The declared properties, each with its schemas.
    pub(super) fn properties(&self) -> BTreeMap<&'d str, Vec<Node<'d>>> {
        let mut found: BTreeMap<&'d str, Vec<Node<'d>>> = BTreeMap::new();
        for part in &self.parts {
            for (name, node) in part.get("properties").and_then(|all| all.entries().ok()).unwrap_or_default() {
                found.entry(name).or_default().push(node);
            }
        }
        found
    }

    /// The required properties.
    pub(super) fn required(&self) -> BTreeSet<&'d str> {
        self.parts.iter().flat_map(|part| part.texts("required").unwrap_or_default()).collect()
    }

    /// The required properties in the order of the lists, each once.
    pub(super) fn required_order(&self) -> Vec<&'d str> {
        let mut order = Vec::new();
        for wire in self.parts.iter().flat_map(|part| part.texts("required").unwrap_or_default()) {
            if !order.contains(&wire) {
                order.push(wire);
            }
        }
        order
    }

    /// The branches of a `oneOf` or `anyOf`, without those that are only `null`. None if the union only lists
    /// combinations of required properties, single values, or one branch beside `null`.
    pub(super) fn branches(&self) -> Vec<Node<'d>> {
        if self.listed().is_some() {
            return Vec::new();
        }
        let all: Vec<Node<'d>> =
            self.parts.iter().filter(|part| only_branch(part).is_none()).flat_map(alternatives).collect();
        let all: Vec<Node<'d>> = all.into_iter().filter(|branch| !is_only_null(branch)).collect();
        if all.iter().any(|branch| View::of(branch).declares_type_of_value()) { all } else { Vec::new() }
    }

    /// A `oneOf` or `anyOf` that only lists combinations of required properties.
    pub(super) fn combinations(&self, key: &str) -> Option<Node<'d>> {
        let is_of_types = |list: &Node<'d>| {
            let branches = list.elements().unwrap_or_default();
            branches.iter().any(|branch| is_only_null(branch) || View::of(branch).declares_type_of_value())
        };
        self.get(key).filter(|list| !is_of_types(list))
    }

    /// The schemas of single elements.
    pub(super) fn tuple(&self) -> Option<Vec<Node<'d>>> {
        let list = self.get("prefixItems").or_else(|| self.get("items").filter(|items| items.value().is_array()));
        list?.elements().ok()
    }

    /// The schema of all elements, or of the further ones of a tuple.
    pub(super) fn items(&self) -> Option<Node<'d>> {
        self.get("items").filter(|items| items.value().is_object() && !is_never(items))
    }

    /// Whether every array has the same number of elements, or fewer.
    pub(super) fn has_fixed_length(&self) -> bool {
        let limit = |key: &str| self.get(key).and_then(|limit| limit.value().as_u64());
        let is_closed = self.get("items").is_some_and(|items| is_never(&items));
        is_closed || limit("maxItems").is_some_and(|most| limit("minItems") == Some(most))
    }

    /// The keyword or the branch that makes `null` valid.
    pub(super) fn null(&self) -> Option<Node<'d>> {
        let of = |part: &Node<'d>| {
            let flag = part.get("nullable").filter(|flag| *flag.value() == Value::Bool(true));
            let list = part
                .get("enum")
                .filter(|list| list.value().as_array().is_some_and(|values| values.iter().any(Value::is_null)));
            flag.or(list).or_else(|| alternatives(part).into_iter().find(is_only_null))
        };
        self.parts.iter().find_map(of)
    }

    /// The values of `enum`, or of a union of single values. Each part of an `allOf` must list a value.
    pub(super) fn values(&self) -> Option<Vec<&'d Value>> {
        let lists: Vec<&'d Vec<Value>> = self.enums().filter_map(|list| list.value().as_array()).collect();
        match lists.split_first() {
            Some((first, more)) => {
                Some(first.iter().filter(|value| more.iter().all(|list| list.contains(value))).collect())
            }
            None => Some(self.listed()?.into_iter().map(|(_, value)| value).collect()),
        }
    }

    fn enums(&self) -> impl Iterator<Item = Node<'d>> {
        self.parts.iter().filter_map(|part| part.get("enum"))
    }

    /// The location of a value of [`View::values`]: the shortest list, which decides.
    pub(super) fn value_node(&self, value: &Value) -> Option<Node<'d>> {
        let branch = || self.listed()?.into_iter().find(|(_, listed)| *listed == value).map(|(branch, _)| branch);
        self.enums().min_by_key(|list| list.value().as_array().map(Vec::len)).or_else(branch)
    }

    /// Whether a value may be an object.
    pub(super) fn may_be_object(&self) -> bool {
        !self.branches().is_empty() || self.types().is_none_or(|types| types.contains("object"))
    }

    /// The branches and values of a union whose branches have one value each, all strings or all integers.
    fn listed(&self) -> Option<Vec<(Node<'d>, &'d Value)>> {
        let mut found = Vec::new();
        for branch in self.parts.iter().flat_map(alternatives).filter(|branch| !is_only_null(branch)) {
            let target = branch.resolve(Section::Schemas).ok()?;
            match target.get("enum")?.value().as_array()?.as_slice() {
                [value] => found.push((branch, value)),
                _ => return None,
            }
        }
        let all = |test: fn(&Value) -> bool| found.iter().all(|(_, value)| test(value));
        (found.len() > 1 && (all(Value::is_string) || all(Value::is_i64))).then_some(found)
    }

    /// The JSON types, from `type` or implied by other keywords.
    pub(super) fn types(&self) -> Types {
        for part in &self.parts {
            match part.get("type").map(|node| node.value()) {
                Some(Value::String(name)) => return Some(BTreeSet::from([name.clone()])),
                Some(Value::Array(names)) => {
                    return Some(names.iter().filter_map(Value::as_str).map(str::to_owned).collect());
                }
                _ => {}
            }
        }
        let has = |keys: &[&str]| self.parts.iter().any(|part| keys.iter().any(|key| part.has(key)));
        let implied = if has(&["properties", "additionalProperties", "patternProperties"]) {
            "object"
        } else if has(&["items", "prefixItems"]) {
            "array"
        } else {
            return types_of(&self.values()?);
        };
        Some(BTreeSet::from([implied.to_owned()]))
    }

    /// Whether the type of the value depends on nothing but `type`.
    pub(super) fn declares_only_types(&self) -> bool {
        let others = SHAPE.iter().filter(|key| **key != "type").chain(&["format"]);
        self.component.is_none() && others.into_iter().all(|key| !self.parts.iter().any(|part| part.has(key)))
    }

    fn declares_type_of_value(&self) -> bool {
        self.parts.iter().any(declares_type_of_value)
    }
}

/// The JSON types of listed values; any if one is a list or an object, or if all are null.
fn types_of(values: &[&Value]) -> Types {
    let mut types = BTreeSet::new();
    for value in values.iter().filter(|value| !value.is_null()) {
        types.insert(match value {
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            _ => return None,
        });
    }
    (!types.is_empty()).then(|| types.into_iter().map(str::to_owned).collect())
}

/// The keywords that determine the type, apart from unions.
const SHAPE: [&str; 7] =
    ["type", "properties", "additionalProperties", "items", "prefixItems", "enum", "patternProperties"];

/// Whether a schema has a keyword that determines the type, and not only limits or texts.
fn declares_type_of_value(part: &Node<'_>) -> bool {
    SHAPE.iter().any(|key| part.has(key)) || (!alternatives(part).is_empty() && only_branch(part).is_none())
}

/// The branches of a schema's own `oneOf` and `anyOf`.
fn alternatives<'d>(part: &Node<'d>) -> Vec<Node<'d>> {
    let lists = ["oneOf", "anyOf"].into_iter().filter_map(|key| part.get(key));
    lists.flat_map(|list| list.elements().unwrap_or_default()).collect()
}

/// The branch of a union that has only one beside `null`.
fn only_branch<'d>(part: &Node<'d>) -> Option<Node<'d>> {
    let mut real = alternatives(part).into_iter().filter(|branch| !is_only_null(branch));
    let first = real.next()?;
    (real.next().is_none() && !part.has("discriminator")).then_some(first)
}

/// Whether `null` is the only valid value of a branch.
fn is_only_null(branch: &Node<'_>) -> bool {
    let Ok(target) = branch.resolve(Section::Schemas) else { return false };
    match target.get("enum").as_ref().and_then(|list| list.value().as_array()) {
        Some(values) => !values.is_empty() && values.iter().all(Value::is_null),
        None => {
            let has_shape = SHAPE.iter().chain(&["allOf", "oneOf", "anyOf"]).any(|key| target.has(key));
            target.flag("nullable").unwrap_or_default() && !has_shape
        }
    }
}

/// The name of the component at this location.
pub(super) fn component_of(node: &Node<'_>) -> Option<String> {
    component_at(node.at().pointer())
}

/// The name of the component schema with this pointer.
pub(super) fn component_at(pointer: &str) -> Option<String> {
    let name = pointer.strip_prefix("/components/schemas/")?;
    (!name.contains('/')).then(|| crate::location::unescape(name))
}

/// The expanded schemas so far.
#[derive(Default)]
struct Opened<'d> {
    parts: Vec<Node<'d>>,
    /// The components that the schema refers to.
    names: BTreeSet<String>,
    /// Whether it declares a type beside them.
    declares_itself: bool,
}

impl<'d> Opened<'d> {
    fn open(&mut self, node: &Node<'d>, inside_component: bool) {
        // Lowering refuses cycles of `allOf`. Here, the recursion only has to end.
        let Ok(target) = node.resolve(Section::Schemas) else { return };
        let is_known = self.parts.iter().any(|part| part.at().pointer() == target.at().pointer());
        if is_known || self.parts.len() >= MOST_PARTS {
            return;
        }
        let component = component_of(&target);
        let is_component = component.is_some();
        match component {
            Some(name) if !inside_component => {
                self.names.insert(name);
            }
            None if !inside_component && declares_type_of_value(&target) => self.declares_itself = true,
            _ => {}
        }
        self.parts.push(target.clone());
        for part in target.get("allOf").and_then(|list| list.elements().ok()).unwrap_or_default() {
            self.open(&part, inside_component || is_component);
        }
        if let Some(branch) = only_branch(&target) {
            self.open(&branch, inside_component || is_component);
        }
    }
}

/// Whether a schema has no valid values: `false`, which the reader writes as `not: {}`.
pub(super) fn is_never(schema: &Node<'_>) -> bool {
    *schema.value() == Value::Bool(false) || *schema.value() == serde_json::json!({ "not": {} })
}

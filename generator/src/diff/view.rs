//! A merged view of a schema: `$ref`s followed and `allOf` merged.

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

    /// The branches of a `oneOf` or `anyOf`; none if it only lists combinations of required properties.
    pub(super) fn branches(&self) -> Vec<Node<'d>> {
        let lists = self.parts.iter().flat_map(|part| ["oneOf", "anyOf"].into_iter().filter_map(|key| part.get(key)));
        let all: Vec<Node<'d>> = lists.flat_map(|list| list.elements().unwrap_or_default()).collect();
        if all.iter().any(|branch| View::of(branch).declares_type_of_value()) { all } else { Vec::new() }
    }

    /// Whether `null` is valid.
    pub(super) fn is_nullable(&self) -> bool {
        self.flag("nullable") || self.values().is_some_and(|values| values.iter().any(|value| value.is_null()))
    }

    /// The values of `enum`.
    pub(super) fn values(&self) -> Option<Vec<&'d Value>> {
        self.get("enum").and_then(|list| Some(list.value().as_array()?.iter().collect()))
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
        } else if self.values().is_some_and(|values| values.iter().all(|value| value.is_string() || value.is_null())) {
            "string"
        } else {
            return None;
        };
        Some(BTreeSet::from([implied.to_owned()]))
    }

    fn declares_type_of_value(&self) -> bool {
        self.parts.iter().any(declares_type_of_value)
    }
}

/// Whether a schema has a keyword that determines the type, and not only limits or texts.
fn declares_type_of_value(part: &Node<'_>) -> bool {
    const SHAPE: [&str; 9] = [
        "type",
        "properties",
        "additionalProperties",
        "items",
        "prefixItems",
        "enum",
        "oneOf",
        "anyOf",
        "patternProperties",
    ];
    SHAPE.iter().any(|key| part.has(key))
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
    }
}

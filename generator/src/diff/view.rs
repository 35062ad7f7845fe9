//! A schema as it counts: its `$ref`s followed and its `allOf` laid together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::read::{Node, Section};

/// Deeper than lowering lets any schema nest.
const MOST_PARTS: usize = 1000;

/// All that is said of one value, the outermost first.
#[derive(Clone, Debug)]
pub(super) struct View<'d> {
    /// Where it is asked for.
    pub(super) node: Node<'d>,
    /// Everything that is said, `$ref`s resolved, `allOf` opened.
    pub(super) parts: Vec<Node<'d>>,
    /// The component that this is, where it is one and nothing is added to it.
    pub(super) component: Option<String>,
}

/// What kinds of JSON value a schema admits; `None` where it may be any.
pub(super) type Types = Option<BTreeSet<String>>;

impl<'d> View<'d> {
    /// What is said at one place.
    pub(super) fn of(node: &Node<'d>) -> Self {
        Self::of_all(node, &[])
    }

    /// What is said at several places of the same value.
    pub(super) fn of_all(node: &Node<'d>, more: &[Node<'d>]) -> Self {
        let mut opened = Opened::default();
        for node in std::iter::once(node).chain(more) {
            opened.open(node, false);
        }
        let Opened { parts, mut names, says_itself } = opened;
        let component = if names.len() == 1 && !says_itself { names.pop_first() } else { None };
        Self { node: node.clone(), parts, component }
    }

    /// Identifies what is said.
    pub(super) fn key(&self) -> String {
        let mut pointers: Vec<&str> = self.parts.iter().map(|part| part.at().pointer()).collect();
        pointers.dedup();
        pointers.join(" ")
    }

    /// The pointer of what the schema itself is: of the component, where it is one.
    pub(super) fn pointer(&self) -> &str {
        let own = self
            .component
            .as_ref()
            .and_then(|name| self.parts.iter().find(|part| component_of(part).as_ref() == Some(name)));
        own.or_else(|| self.parts.first()).unwrap_or(&self.node).at().pointer()
    }

    /// The first that is said under a keyword.
    pub(super) fn get(&self, key: &str) -> Option<Node<'d>> {
        self.parts.iter().find_map(|part| part.get(key))
    }

    /// Whether a flag is set anywhere.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.parts.iter().any(|part| part.get(key).is_some_and(|flag| *flag.value() == Value::Bool(true)))
    }

    /// The declared members, each with all that is said of it.
    pub(super) fn properties(&self) -> BTreeMap<&'d str, Vec<Node<'d>>> {
        let mut found: BTreeMap<&'d str, Vec<Node<'d>>> = BTreeMap::new();
        for part in &self.parts {
            for (name, node) in part.get("properties").and_then(|all| all.members().ok()).unwrap_or_default() {
                found.entry(name).or_default().push(node);
            }
        }
        found
    }

    /// The members that have to be there.
    pub(super) fn required(&self) -> BTreeSet<&'d str> {
        self.parts.iter().flat_map(|part| part.texts("required").unwrap_or_default()).collect()
    }

    /// The alternatives of a `oneOf` or `anyOf`; none where it only says which members go together.
    pub(super) fn branches(&self) -> Vec<Node<'d>> {
        let lists = self.parts.iter().flat_map(|part| ["oneOf", "anyOf"].into_iter().filter_map(|key| part.get(key)));
        let all: Vec<Node<'d>> = lists.flat_map(|list| list.elements().unwrap_or_default()).collect();
        if all.iter().any(|branch| View::of(branch).says_shape()) { all } else { Vec::new() }
    }

    /// Whether `null` is a value.
    pub(super) fn is_nullable(&self) -> bool {
        self.flag("nullable") || self.values().is_some_and(|values| values.iter().any(|value| value.is_null()))
    }

    /// The values of `enum`.
    pub(super) fn values(&self) -> Option<Vec<&'d Value>> {
        self.get("enum").and_then(|list| Some(list.value().as_array()?.iter().collect()))
    }

    /// The kinds of value, as `type` says or other keywords imply.
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

    fn says_shape(&self) -> bool {
        self.parts.iter().any(says_shape)
    }
}

/// Whether something is said of the shape of the value, and not only about it.
fn says_shape(part: &Node<'_>) -> bool {
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

/// The name of the component that stands at this place.
pub(super) fn component_of(node: &Node<'_>) -> Option<String> {
    component_at(node.at().pointer())
}

/// The name of the component schema with this pointer.
pub(super) fn component_at(pointer: &str) -> Option<String> {
    let name = pointer.strip_prefix("/components/schemas/")?;
    (!name.contains('/')).then(|| crate::location::unescape(name))
}

/// What has been opened of a schema so far.
#[derive(Default)]
struct Opened<'d> {
    parts: Vec<Node<'d>>,
    /// The components that the schema leads to by itself.
    names: BTreeSet<String>,
    /// Whether it says something of the shape beside them.
    says_itself: bool,
}

impl<'d> Opened<'d> {
    fn open(&mut self, node: &Node<'d>, inside_component: bool) {
        // A circle of `allOf` is refused when lowering; here it only must end.
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
            None if !inside_component && says_shape(&target) => self.says_itself = true,
            _ => {}
        }
        self.parts.push(target.clone());
        for part in target.get("allOf").and_then(|list| list.elements().ok()).unwrap_or_default() {
            self.open(&part, inside_component || is_component);
        }
    }
}

//! A value of the document together with its location.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, value};
use serde_json::{Map, Value};

use super::Document;
use crate::location::Location;
use crate::problem::{Problem, ProblemKind};

/// Parses a word of the specification with openapiv3: a style, a format, a status. `None` if it is unknown.
pub(crate) fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(StrDeserializer::<value::Error>::new(text)).ok()
}

/// A value and its location.
#[derive(Clone, Debug)]
pub(crate) struct Node<'d> {
    pub(super) document: &'d Document,
    value: &'d Value,
    at: Location,
}

impl<'d> Node<'d> {
    pub(super) fn new(document: &'d Document, value: &'d Value, at: Location) -> Self {
        Self { document, value, at }
    }

    pub(crate) fn value(&self) -> &'d Value {
        self.value
    }

    pub(crate) fn at(&self) -> &Location {
        &self.at
    }

    /// The property `key`, if this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<Node<'d>> {
        let value = self.value.as_object()?.get(key)?;
        Some(Node::new(self.document, value, self.at.child(key)))
    }

    /// The node at another location of the same document, if it exists.
    pub(crate) fn elsewhere(&self, at: &Location) -> Option<Node<'d>> {
        let value = self.document.root.pointer(at.pointer())?;
        Some(Node::new(self.document, value, at.clone()))
    }

    /// The location in the text of the document, before normalization.
    pub(crate) fn original(&self) -> Location {
        self.document.original(&self.at)
    }

    /// Whether the text has a value at this pointer.
    pub(crate) fn has_location(&self, pointer: &str) -> bool {
        self.document.has_location(pointer)
    }

    /// Whether this is an object that has the property `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.value.as_object().is_some_and(|properties| properties.contains_key(key))
    }

    /// The property `key`, or the problem that it is missing.
    pub(crate) fn required(&self, key: &'static str) -> Result<Node<'d>, Problem> {
        self.object()?;
        self.get(key).ok_or_else(|| self.problem(ProblemKind::MissingProperty { property: key }))
    }

    pub(crate) fn object(&self) -> Result<&'d Map<String, Value>, Problem> {
        self.value.as_object().ok_or_else(|| self.wrong("an object"))
    }

    /// Every property, in the order of the keys.
    pub(crate) fn entries(&self) -> Result<Vec<(&'d str, Node<'d>)>, Problem> {
        let properties = self.object()?.iter();
        Ok(properties.map(|(key, value)| (key.as_str(), Node::new(self.document, value, self.at.child(key)))).collect())
    }

    /// Every element of an array.
    pub(crate) fn elements(&self) -> Result<Vec<Node<'d>>, Problem> {
        let elements = self.value.as_array().ok_or_else(|| self.wrong("an array"))?;
        let node = |(index, value)| Node::new(self.document, value, self.at.index(index));
        Ok(elements.iter().enumerate().map(node).collect())
    }

    pub(crate) fn text(&self) -> Result<&'d str, Problem> {
        self.value.as_str().ok_or_else(|| self.wrong("a string"))
    }

    pub(crate) fn boolean(&self) -> Result<bool, Problem> {
        self.value.as_bool().ok_or_else(|| self.wrong("`true` or `false`"))
    }

    /// The string property `key`, if it is present.
    pub(crate) fn text_at(&self, key: &str) -> Result<Option<&'d str>, Problem> {
        self.get(key).map(|node| node.text()).transpose()
    }

    /// The boolean property `key`; `false` if it is absent.
    pub(crate) fn flag(&self, key: &str) -> Result<bool, Problem> {
        self.get(key).map_or(Ok(false), |node| node.boolean())
    }

    /// The strings of the array property `key`; none if it is absent.
    pub(crate) fn texts(&self, key: &str) -> Result<Vec<&'d str>, Problem> {
        let Some(node) = self.get(key) else { return Ok(Vec::new()) };
        node.elements()?.iter().map(Node::text).collect()
    }

    /// These properties of the object as a type of openapiv3, so that errors in other properties are ignored. Only for
    /// objects without schemas inside, because schemas would lose their locations.
    pub(crate) fn typed_part<T: DeserializeOwned>(&self, expected: &'static str, keys: &[&str]) -> Result<T, Problem> {
        let properties = self.object()?.iter().filter(|(key, _)| keys.contains(&key.as_str()));
        let part: Map<String, Value> = properties.map(|(key, value)| (key.clone(), value.clone())).collect();
        T::deserialize(Value::Object(part))
            .map_err(|error| self.problem(ProblemKind::Malformed { expected, message: error.to_string() }))
    }

    pub(crate) fn problem(&self, kind: ProblemKind) -> Problem {
        Problem::new(kind, &self.at)
    }

    pub(crate) fn wrong(&self, expected: &'static str) -> Problem {
        // The text in the place of an object whose file cannot be read.
        if let Some(kind) = self.value.as_str().and_then(|text| self.document.unresolved.get(text)) {
            return self.problem(kind.clone());
        }
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        self.problem(ProblemKind::WrongShape { expected, found })
    }
}

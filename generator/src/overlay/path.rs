//! The locations that a JSONPath selects.

use serde_json_path::{JsonPath, PathElement};
use serde_yaml::Value;

use super::action::string;
use crate::location::escape;

/// The selected locations, inner before outer and last before first, so that a removal does not move the remaining
/// locations.
pub(super) fn locate(document: &Value, path: &JsonPath) -> Vec<Path> {
    let Ok(json) = serde_json::to_value(document) else {
        return Vec::new();
    };
    let mut locations: Vec<Path> = path
        .query_located(&json)
        .locations()
        .map(|location| {
            Path(
                location
                    .iter()
                    .map(|element| match element {
                        PathElement::Name(name) => Step::Property((*name).to_owned()),
                        PathElement::Index(index) => Step::Item(*index),
                    })
                    .collect(),
            )
        })
        .collect();
    locations.sort_by(|one, other| other.cmp(one));
    locations.dedup();
    locations
}

/// The path from the root of a document to a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Property(String),
    Item(usize),
}

impl Path {
    pub(super) fn property(&self, key: &Value) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Property(string(Some(key))));
        Self(steps)
    }

    /// Whether no step is an index, so that removals elsewhere cannot change the path.
    pub(super) fn is_named(&self) -> bool {
        self.0.iter().all(|step| matches!(step, Step::Property(_)))
    }

    pub(super) fn pointer(&self) -> String {
        let mut pointer = "#".to_owned();
        for step in &self.0 {
            pointer.push('/');
            match step {
                Step::Property(key) => pointer.push_str(&escape(key)),
                Step::Item(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }

    pub(super) fn find<'value>(&self, document: &'value mut Value) -> Option<&'value mut Value> {
        find(document, &self.0)
    }

    pub(super) fn remove(&self, document: &mut Value) {
        let Some((last, parents)) = self.0.split_last() else {
            return;
        };
        match (find(document, parents), last) {
            (Some(Value::Mapping(mapping)), Step::Property(key)) => {
                mapping.shift_remove(key.as_str());
            }
            (Some(Value::Sequence(items)), Step::Item(index)) if *index < items.len() => {
                items.remove(*index);
            }
            _ => {}
        }
    }
}

fn find<'value>(document: &'value mut Value, steps: &[Step]) -> Option<&'value mut Value> {
    steps.iter().try_fold(document, |value, step| match step {
        Step::Property(key) => value.get_mut(key.as_str()),
        Step::Item(index) => value.get_mut(*index),
    })
}

//! From text to a document in which every value knows its place.

mod node;
mod reference;
mod text;

pub(crate) use node::Node;
pub(crate) use reference::Section;

use serde_json::Value;

use crate::location::Location;
use crate::problem::{Problem, ProblemKind};

/// An OpenAPI document of a supported version.
#[derive(Debug)]
pub(crate) struct Document {
    root: Value,
}

impl Document {
    /// Reads JSON or YAML.
    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        let document = Self { root: text::parse(text)? };
        document.check_version()?;
        Ok(document)
    }

    pub(crate) fn root(&self) -> Node<'_> {
        Node::new(self, &self.root, Location::root())
    }

    fn check_version(&self) -> Result<(), Problem> {
        let root = Location::root();
        let problem = |kind, at: &Location| Err(Problem::new(kind, at));
        let Value::Object(members) = &self.root else {
            return problem(ProblemKind::NotOpenApi, &root);
        };
        if let Some(version) = members.get("swagger") {
            let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
            return problem(ProblemKind::UnsupportedVersion { version }, &root.child("swagger"));
        }
        match members.get("openapi") {
            None => problem(ProblemKind::NotOpenApi, &root),
            Some(Value::String(version)) if version == "3.0" || version.starts_with("3.0.") => Ok(()),
            Some(version) => {
                let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
                problem(ProblemKind::UnsupportedVersion { version }, &root.child("openapi"))
            }
        }
    }
}

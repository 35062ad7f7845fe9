//! Cuts the operations of one tag, and everything they refer to, out of a complete document.

use std::collections::BTreeSet;
use std::fmt;

use serde_yaml::{Mapping, Value};

use crate::roles::METHODS;

/// The error of cutting a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SliceError {
    /// No operation has the tag.
    NoOperation {
        /// The tag.
        tag: String,
    },
    /// A reference or a security requirement names a missing component.
    Dangling {
        /// The section and the name of the component.
        component: Component,
    },
}

impl fmt::Display for SliceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOperation { tag } => write!(
                f,
                "no operation has the tag `{tag}`; upstream may have renamed it: look at the `tags` of its operations"
            ),
            Self::Dangling { component } => write!(
                f,
                "#/components/{}/{} is referred to, but does not exist; correct the reference",
                component.0, component.1
            ),
        }
    }
}

impl std::error::Error for SliceError {}

/// The section and the name of a component, as in `#/components/<section>/<name>`.
pub type Component = (String, String);

/// The part of `document` that the operations with `tag` need, in the document's order.
pub fn slice(document: &Value, tag: &str) -> Result<Value, SliceError> {
    let mut sliced = Mapping::new();
    for key in ["openapi", "servers", "security"] {
        if let Some(value) = document.get(key) {
            sliced.insert(key.into(), value.clone());
        }
    }
    let tags: Vec<Value> = items(document.get("tags"))
        .filter(|entry| entry.get("name").and_then(Value::as_str) == Some(tag))
        .cloned()
        .collect();
    if !tags.is_empty() {
        sliced.insert("tags".into(), Value::Sequence(tags));
    }

    let mut paths = Mapping::new();
    for (path, path_item) in properties(document.get("paths")) {
        let kept: Mapping = properties(Some(path_item))
            .filter(|(key, operation)| !is_method(key) || has_tag(operation, tag))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if kept.keys().any(is_method) {
            paths.insert(path.clone(), Value::Mapping(kept));
        }
    }
    if paths.is_empty() {
        return Err(SliceError::NoOperation { tag: tag.to_owned() });
    }
    sliced.insert("paths".into(), Value::Mapping(paths));

    let mut with_all_components = sliced.clone();
    if let Some(components) = document.get("components") {
        with_all_components.insert("components".into(), components.clone());
    }
    let reached = reached(&Value::Mapping(with_all_components))?;
    let mut components = Mapping::new();
    for (section, entries) in properties(document.get("components")) {
        let kept: Mapping = properties(Some(entries))
            .filter(|(name, _)| reached.contains(&(text(section), text(name))))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if !kept.is_empty() {
            components.insert(section.clone(), Value::Mapping(kept));
        }
    }
    sliced.insert("components".into(), Value::Mapping(components));
    Ok(Value::Mapping(sliced))
}

/// The components of `document` that no operation refers to.
pub fn unreached(document: &Value) -> Result<BTreeSet<Component>, SliceError> {
    let reached = reached(document)?;
    Ok(properties(document.get("components"))
        .flat_map(|(section, entries)| properties(Some(entries)).map(|(name, _)| (text(section), text(name))))
        .filter(|component| !reached.contains(component))
        .collect())
}

fn reached(document: &Value) -> Result<BTreeSet<Component>, SliceError> {
    let mut reached = BTreeSet::new();
    let mut waiting = Vec::new();
    references(document.get("paths"), &mut waiting);
    requirements(document.get("security"), &mut waiting);
    for (_, path_item) in properties(document.get("paths")) {
        for (_, operation) in properties(Some(path_item)) {
            requirements(operation.get("security"), &mut waiting);
        }
    }
    while let Some(component) = waiting.pop() {
        if reached.contains(&component) {
            continue;
        }
        let value = document
            .get("components")
            .and_then(|components| components.get(&component.0))
            .and_then(|section| section.get(&component.1));
        let Some(value) = value else {
            return Err(SliceError::Dangling { component });
        };
        references(Some(value), &mut waiting);
        reached.insert(component);
    }
    Ok(reached)
}

fn references(value: Option<&Value>, found: &mut Vec<Component>) {
    match value {
        Some(Value::Mapping(mapping)) => {
            for (key, value) in mapping {
                match (key.as_str(), value) {
                    (Some("$ref"), Value::String(reference)) => found.extend(component(reference)),
                    // The values of a discriminator's mapping are references, too.
                    (Some("mapping"), Value::Mapping(mapping)) => {
                        found.extend(mapping.values().filter_map(Value::as_str).filter_map(component))
                    }
                    (_, value) => references(Some(value), found),
                }
            }
        }
        Some(Value::Sequence(items)) => {
            for item in items {
                references(Some(item), found);
            }
        }
        _ => {}
    }
}

fn requirements(security: Option<&Value>, found: &mut Vec<Component>) {
    for requirement in items(security) {
        for (scheme, _) in properties(Some(requirement)) {
            found.push(("securitySchemes".to_owned(), text(scheme)));
        }
    }
}

fn component(reference: &str) -> Option<Component> {
    let (section, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    // A pointer may continue inside a component. The whole component is needed.
    let name = name.split('/').next()?;
    Some((section.to_owned(), name.replace("~1", "/").replace("~0", "~")))
}

fn is_method(key: &Value) -> bool {
    key.as_str().is_some_and(|key| METHODS.contains(&key))
}

fn has_tag(operation: &Value, tag: &str) -> bool {
    items(operation.get("tags")).any(|entry| entry.as_str() == Some(tag))
}

fn properties(value: Option<&Value>) -> impl Iterator<Item = (&Value, &Value)> {
    value.and_then(Value::as_mapping).into_iter().flatten()
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_sequence).into_iter().flatten()
}

fn text(key: &Value) -> String {
    key.as_str().unwrap_or_default().to_owned()
}

//! The identifiers of schemas: `$id`, `$anchor` and `$dynamicAnchor`, as JSON Schema 2020-12, section 8 defines them.

use std::collections::BTreeMap;

use iri_string::types::{IriAbsoluteStr, IriReferenceStr, IriString};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{Target, ends};
use crate::read::walk::{holds_named, is_arbitrary, push};

/// The characters of a path that a URI has as they are.
const NOT_IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The base URI of the file at a location that has no URI. Nothing else can have it.
pub(super) fn internal_uri(location: &str) -> String {
    format!("openapi-smith:/{}", utf8_percent_encode(location, NOT_IN_PATH))
}

/// The URI of a document with this path or URI.
pub(super) fn document_uri(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    joined(name.split('#').next()?, "file:///").filter(|uri| !uri.ends_with('/'))
}

/// A reference relative to a base, without its fragment (RFC 3986, section 5.2).
pub(super) fn joined(reference: &str, base: &str) -> Option<String> {
    let base: IriString = IriAbsoluteStr::new(base).ok()?.to_owned().into();
    let reference = IriReferenceStr::new(reference).ok()?;
    let base = IriAbsoluteStr::new(base.as_str()).ok()?;
    Some(reference.resolve_against(base).to_string())
}

/// The identifiers of all files.
#[derive(Default)]
pub(super) struct Identifiers {
    /// Each schema resource, by URI.
    resources: BTreeMap<String, Target>,
    /// Each anchor, by the URI of its resource and its name.
    anchors: BTreeMap<(String, String), Target>,
    /// The URI of each schema resource.
    bases: BTreeMap<Target, String>,
    /// Each `$dynamicAnchor`, by name.
    dynamic_anchors: BTreeMap<String, Vec<Target>>,
}

impl Identifiers {
    /// Records a URI of a file. The first file with a URI keeps it.
    pub(super) fn document(&mut self, file: usize, uri: &str) {
        self.resources.entry(uri.to_owned()).or_insert_with(|| Target { file, pointer: String::new() });
    }

    /// Records the identifiers of a file with this base URI.
    pub(super) fn scan(&mut self, file: usize, value: &Value, uri: &str) {
        self.value(file, value, &mut String::new(), uri, false);
    }

    /// The schema resource with a URI.
    pub(super) fn resource(&self, uri: &str) -> Option<&Target> {
        self.resources.get(uri)
    }

    pub(super) fn anchor(&self, uri: &str, name: &str) -> Option<&Target> {
        self.anchors.get(&(uri.to_owned(), name.to_owned()))
    }

    /// The URI of the innermost schema resource around a value, if one has a `$id`.
    pub(super) fn base(&self, at: &Target) -> Option<&str> {
        if self.bases.is_empty() {
            return None;
        }
        let around = |end| Target { file: at.file, pointer: at.pointer.get(..end).unwrap_or_default().to_owned() };
        ends(&at.pointer).find_map(|end| self.bases.get(&around(end))).map(String::as_str)
    }

    /// Whether a `$dynamicRef` by this name to this target has the same target for every value: a schema without a
    /// `$dynamicAnchor`, or with the only one of its name.
    pub(super) fn is_static(&self, name: &str, target: &Target) -> bool {
        let anchors = self.dynamic_anchors.get(name).map(Vec::as_slice).unwrap_or_default();
        !anchors.contains(target) || anchors.len() == 1
    }

    /// The schemas of a file that have an anchor.
    pub(super) fn anchored(&self, file: usize) -> impl Iterator<Item = &str> {
        self.anchors.values().filter(move |target| target.file == file).map(|target| target.pointer.as_str())
    }

    /// Records the identifiers in a value. `is_named`: it is a map from names to objects, which has no identifier itself.
    fn value(&mut self, file: usize, value: &Value, at: &mut String, base: &str, is_named: bool) {
        match value {
            Value::Object(entries) if is_named => {
                for (name, entry) in entries {
                    let length = push(at, name);
                    self.value(file, entry, at, base, false);
                    at.truncate(length);
                }
            }
            Value::Object(properties) => {
                let text = |key: &str| properties.get(key).and_then(Value::as_str);
                let own = text("$id").and_then(|id| self.identify(file, id, at, base));
                let base = own.as_deref().unwrap_or(base);
                for anchor in ["$anchor", "$dynamicAnchor"] {
                    self.add_anchor(file, text(anchor).unwrap_or_default(), at, base);
                }
                if let Some(name) = text("$dynamicAnchor") {
                    let target = Target { file, pointer: at.clone() };
                    self.dynamic_anchors.entry(name.to_owned()).or_default().push(target);
                }
                for (key, property) in properties {
                    if is_arbitrary(key) {
                        continue;
                    }
                    let length = push(at, key);
                    self.value(file, property, at, base, holds_named(key));
                    at.truncate(length);
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    let length = push(at, &index.to_string());
                    self.value(file, element, at, base, false);
                    at.truncate(length);
                }
            }
            _ => {}
        }
    }

    /// The base URI of a schema with this `$id`, if it is a schema resource.
    fn identify(&mut self, file: usize, id: &str, at: &str, base: &str) -> Option<String> {
        let (before, fragment) = id.split_once('#').unwrap_or((id, ""));
        if before.is_empty() {
            // Older drafts write an anchor as `$id`.
            self.add_anchor(file, fragment, at, base);
            return None;
        }
        let uri = joined(before, base)?;
        let target = Target { file, pointer: at.to_owned() };
        self.resources.entry(uri.clone()).or_insert_with(|| target.clone());
        self.bases.insert(target, uri.clone());
        Some(uri)
    }

    fn add_anchor(&mut self, file: usize, name: &str, at: &str, base: &str) {
        if !name.is_empty() {
            let target = Target { file, pointer: at.to_owned() };
            self.anchors.entry((base.to_owned(), name.to_owned())).or_insert(target);
        }
    }
}

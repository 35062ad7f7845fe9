//! Resolves `$ref`s by `$id`, by `$anchor` and by the name of the document, as JSON Schema 2020-12, section 8 asks.
//!
//! A `$ref` to a part of this document is rewritten to a JSON pointer from the root. Others are left alone.

use std::collections::BTreeMap;

use iri_string::types::{IriAbsoluteStr, IriReferenceStr, IriString};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::formal::Formality;
use super::walk::{ARBITRARY, push};

/// The base URI of a document without a name. Nothing else can have it.
const UNNAMED: &str = "openapi-smith:/";

/// Resolves the references. `name` is the URI or the path of the document, and `own` the URI that the document gives
/// itself: its `$self`.
pub(super) fn resolve(
    root: &mut Value,
    is_3_1: bool,
    name: Option<&str>,
    own: Option<&str>,
    found: &mut Vec<Formality>,
) {
    let retrieved = name.and_then(document_uri).unwrap_or_else(|| UNNAMED.to_owned());
    let own = own.and_then(|own| joined(own.split('#').next()?, &retrieved));
    let own = own.unwrap_or_else(|| retrieved.clone());
    let mut pass = Pass { is_3_1, ..Pass::default() };
    pass.resources.insert(retrieved, String::new());
    pass.resources.insert(own.clone(), String::new());
    pass.value(root, &mut String::new(), &own);
    let mut rewritten = Vec::new();
    for Reference { at, text, base } in &pass.references {
        match pass.target(root, text, base, &own) {
            Some(Target::Pointer(pointer)) => rewritten.push((at.clone(), pointer)),
            Some(Target::Root(pointer)) => {
                let what = format!("`$ref: {text}` does not exist in its schema resource: the document has it");
                found.push(Formality { at: at.clone(), what });
                rewritten.push((at.clone(), pointer));
            }
            None => {}
        }
    }
    for Reference { at, text, base } in &pass.dynamic_references {
        if let Some(pointer) = pass.static_target(root, text, base, &own)
            && let Some(Value::Object(schema)) = root.pointer_mut(at)
            && !schema.contains_key("$ref")
        {
            schema.remove("$dynamicRef");
            schema.insert("$ref".to_owned(), Value::Null);
            rewritten.push((at.clone() + "/$ref", pointer));
        }
    }
    for at in pass.anchors.values() {
        if let Some(Value::Object(schema)) = root.pointer_mut(at) {
            schema.remove("$anchor");
            schema.remove("$dynamicAnchor");
        }
    }
    for (at, pointer) in rewritten {
        if let Some(reference) = root.pointer_mut(&at) {
            // Readers of references decode them.
            *reference = Value::String(format!("#{}", pointer.replace('%', "%25")));
        }
    }
}

/// The URI of a document with this path or URI.
fn document_uri(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    joined(name.split('#').next()?, "file:///").filter(|uri| !uri.ends_with('/'))
}

/// A reference relative to a base, without its fragment (RFC 3986, section 5.2).
fn joined(reference: &str, base: &str) -> Option<String> {
    let base: IriString = IriAbsoluteStr::new(base).ok()?.to_owned().into();
    let reference = IriReferenceStr::new(reference).ok()?;
    let base = IriAbsoluteStr::new(base.as_str()).ok()?;
    Some(reference.resolve_against(base).to_string())
}

#[derive(Default)]
struct Pass {
    is_3_1: bool,
    /// The pointer of each schema resource, by URI.
    resources: BTreeMap<String, String>,
    /// The pointer of each anchor, by the URI of its resource and its name.
    anchors: BTreeMap<(String, String), String>,
    references: Vec<Reference>,
    /// Each `$dynamicRef`, at the pointer of its schema.
    dynamic_references: Vec<Reference>,
    /// The pointers of each `$dynamicAnchor`, by name.
    dynamic_anchors: BTreeMap<String, Vec<String>>,
}

/// A reference: the pointer of its text, the text, and the base URI.
struct Reference {
    at: String,
    text: String,
    base: String,
}

enum Target {
    Pointer(String),
    /// The pointer is invalid in its schema resource, and valid in the document.
    Root(String),
}

impl Pass {
    /// Visits a value, to find its identifiers and references.
    fn value(&mut self, value: &Value, at: &mut String, base: &str) {
        match value {
            Value::Object(properties) => {
                let text = |key: &str| properties.get(key).and_then(Value::as_str);
                let own = self.identify(text("$id"), at, base);
                let base = own.as_deref().unwrap_or(base);
                for anchor in ["$anchor", "$dynamicAnchor"] {
                    self.anchor(text(anchor), at, base);
                }
                if let Some(name) = text("$dynamicAnchor").filter(|_| self.is_3_1) {
                    self.dynamic_anchors.entry(name.to_owned()).or_default().push(at.clone());
                }
                if let Some(text) = text("$dynamicRef").filter(|_| self.is_3_1) {
                    let (at, text, base) = (at.clone(), text.to_owned(), base.to_owned());
                    self.dynamic_references.push(Reference { at, text, base });
                }
                if let Some(reference) = text("$ref") {
                    self.reference(format!("{at}/$ref"), reference, base);
                }
                if let Some(Value::Object(mapping)) =
                    properties.get("discriminator").and_then(|object| object.get("mapping"))
                {
                    for (key, target) in mapping {
                        let mut at = format!("{at}/discriminator/mapping");
                        push(&mut at, key);
                        // A value without these characters may be the name of a component.
                        let target = target.as_str().filter(|target| target.contains(['#', '/', '.']));
                        target.into_iter().for_each(|target| self.reference(at.clone(), target, base));
                    }
                }
                for (key, property) in properties {
                    if ARBITRARY.contains(&key.as_str()) || key.starts_with("x-") {
                        continue;
                    }
                    let length = push(at, key);
                    self.value(property, at, base);
                    at.truncate(length);
                }
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    let length = push(at, &index.to_string());
                    self.value(element, at, base);
                    at.truncate(length);
                }
            }
            _ => {}
        }
    }

    /// The base URI of a schema with this `$id`, if it is a schema resource.
    fn identify(&mut self, id: Option<&str>, at: &str, base: &str) -> Option<String> {
        let id = id.filter(|_| self.is_3_1)?;
        let (before, fragment) = id.split_once('#').unwrap_or((id, ""));
        if before.is_empty() {
            // Older drafts write an anchor as `$id`.
            self.anchor(Some(fragment), at, base);
            return None;
        }
        let uri = joined(before, base)?;
        self.resources.entry(uri.clone()).or_insert_with(|| at.to_owned());
        Some(uri)
    }

    fn anchor(&mut self, name: Option<&str>, at: &str, base: &str) {
        if let Some(name) = name.filter(|name| self.is_3_1 && !name.is_empty()) {
            self.anchors.entry((base.to_owned(), name.to_owned())).or_insert_with(|| at.to_owned());
        }
    }

    fn reference(&mut self, at: String, text: &str, base: &str) {
        self.references.push(Reference { at, text: text.to_owned(), base: base.to_owned() });
    }

    /// The target of a `$dynamicRef` that is the same for every value: a schema without a `$dynamicAnchor`, or with the
    /// only one of its name.
    fn static_target(&self, root: &Value, text: &str, base: &str, own: &str) -> Option<String> {
        let (Target::Pointer(pointer) | Target::Root(pointer)) = self.target(root, text, base, own)?;
        let name = text.split_once('#').map_or("", |(_, fragment)| fragment);
        let anchors = self.dynamic_anchors.get(name).map(Vec::as_slice).unwrap_or_default();
        (!anchors.contains(&pointer) || anchors.len() == 1).then_some(pointer)
    }

    /// The target of a reference; `None` if it needs no change, or is in no resource of this document.
    fn target(&self, root: &Value, text: &str, base: &str, own: &str) -> Option<Target> {
        let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
        if before.is_empty() && base == own && (fragment.is_empty() || fragment.starts_with('/')) {
            return None;
        }
        let uri = if before.is_empty() { base.to_owned() } else { joined(before, base)? };
        let resource = self.resources.get(&uri)?;
        let fragment = percent_decode_str(fragment).decode_utf8_lossy().into_owned();
        if fragment.is_empty() {
            return Some(Target::Pointer(resource.clone()));
        }
        if !fragment.starts_with('/') {
            return self.anchors.get(&(uri, fragment)).cloned().map(Target::Pointer);
        }
        let pointer = format!("{resource}{fragment}");
        if root.pointer(&pointer).is_some() || uri == own {
            return Some(Target::Pointer(pointer));
        }
        root.pointer(&fragment).map(|_| Target::Root(fragment))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The targets of the references in the property `refs`.
    fn resolved(schemas: Value, name: Option<&str>, references: &[&str]) -> Vec<String> {
        let references: Vec<Value> = references.iter().map(|reference| json!({ "$ref": reference })).collect();
        let mut root = json!({ "refs": references, "components": { "schemas": schemas } });
        resolve(&mut root, true, name, None, &mut Vec::new());
        let resolved = root.get("refs").unwrap().as_array().unwrap();
        resolved.iter().map(|object| object.get("$ref").unwrap().as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn identifiers_are_resolved_by_their_resource() {
        let schemas = json!({
            "A": { "$anchor": "a", "properties": { "b": { "$dynamicAnchor": "b" } } },
            "R": { "$id": "https://x.example/r.json", "$defs": { "d": { "$anchor": "d" }, "i": { "$id": "i" } } },
        });
        let at = |pointer: &str| format!("#/components/schemas/{pointer}");
        for (reference, target) in [
            ("#a", at("A")),
            ("#b", at("A/properties/b")),
            ("#/components/schemas/A", at("A")),
            ("https://x.example/r.json", at("R")),
            ("https://x.example/r.json#/$defs/d", at("R/$defs/d")),
            ("https://x.example/r.json#d", at("R/$defs/d")),
            ("https://x.example/i", at("R/$defs/i")),
            ("specs.yaml#/components/schemas/A", at("A")),
            ("./specs.yaml#a", at("A")),
            // Unknown ones stay.
            ("#d", "#d".to_owned()),
            ("other.yaml#/A", "other.yaml#/A".to_owned()),
        ] {
            assert_eq!(resolved(schemas.clone(), Some("specs.yaml"), &[reference]), [target], "{reference}");
        }
        assert_eq!(resolved(schemas, None, &["specs.yaml#a"]), ["specs.yaml#a"]);
    }

    #[test]
    fn a_dynamic_reference_with_one_target_is_static() {
        let mut root = json!({ "components": { "schemas": {
            "A": { "$dynamicAnchor": "once", "$anchor": "plain" },
            "B": { "$dynamicAnchor": "twice" },
            "C": { "$id": "c", "$dynamicAnchor": "twice" },
            "D": { "items": [{ "$dynamicRef": "#once" }, { "$dynamicRef": "#plain" }, { "$dynamicRef": "#twice" }] },
        } } });
        resolve(&mut root, true, None, None, &mut Vec::new());
        let reference = json!({ "$ref": "#/components/schemas/A" });
        let items = json!([reference, reference, { "$dynamicRef": "#twice" }]);
        assert_eq!(root.pointer("/components/schemas/D/items"), Some(&items));
    }

    #[test]
    fn references_inside_a_resource_start_there() {
        let mut root = json!({ "components": { "schemas": {
            "B": {},
            "R": { "$id": "r", "$defs": { "d": {} }, "items": { "$ref": "#/$defs/d" }, "not": { "$ref": "#/components/schemas/B" } },
        } } });
        let mut found = Vec::new();
        resolve(&mut root, true, None, None, &mut found);
        let at = |pointer| root.pointer(&format!("/components/schemas/R/{pointer}/$ref")).unwrap();
        assert_eq!(at("items"), "#/components/schemas/R/$defs/d");
        assert_eq!(at("not"), "#/components/schemas/B");
        assert_eq!(found.len(), 1, "{found:?}");
    }
}

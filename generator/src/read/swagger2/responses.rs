//! Responses and their headers.

use serde_json::{Map, Value, json};

use super::super::reference::{SCHEMA_KEYS, pointer_of};
use super::parameters::ListFormat;
use super::schemas::is_structured;
use super::{At, Converter, below, copy_extensions};
use crate::location::escape;

/// The media type of a response if the document declares none.
const ANY: &str = "*/*";

impl<'o> Converter<'o> {
    pub(super) fn responses(&mut self, responses: &'o Value, at: &At, produces: &[String]) -> Value {
        let Some(entries) = responses.as_object() else { return responses.clone() };
        let mut converted = Map::new();
        for (status, response) in entries {
            let response = match status.starts_with("x-") {
                true => response.clone(),
                false => self.response(response, &at.child(status), produces),
            };
            converted.insert(status.clone(), response);
        }
        Value::Object(converted)
    }

    pub(super) fn response(&mut self, response: &'o Value, at: &At, produces: &[String]) -> Value {
        let Some(reference) = response.get("$ref").and_then(Value::as_str) else {
            if let Some(reference) = self.response_as_schema(response) {
                let what = format!("`$ref: {reference}` as a schema is read as this response");
                self.formality(&below(&below(&at.old, "schema"), "$ref"), what);
                return self.response_reference(reference, at, produces);
            }
            return self.response_object(response, at, produces, None);
        };
        self.response_reference(reference, at, produces)
    }

    /// The `$ref` of a response's schema that leads to a response instead.
    fn response_as_schema<'r>(&self, response: &'r Value) -> Option<&'r str> {
        let reference = response.get("schema")?.get("$ref")?.as_str()?;
        let pointer = pointer_of(reference)?;
        let is_response = pointer.starts_with("/responses/") && self.old.pointer(&pointer)?.get("type").is_none();
        is_response.then_some(reference)
    }

    /// A response that is a `$ref`.
    fn response_reference(&mut self, reference: &str, at: &At, produces: &[String]) -> Value {
        if self.is_schema(reference) {
            let what = format!("`$ref: {reference}` is read as a response with this schema");
            self.formality(&below(&at.old, "$ref"), what);
            let with_schema = json!({ "description": "", "schema": { "$ref": reference } });
            let converted = self.response_object(&with_schema, at, produces, None);
            for media in converted.get("content").and_then(Value::as_object).into_iter().flat_map(Map::keys) {
                self.move_to(&below(&below(&below(&at.new, "content"), media), "schema"), &at.old);
            }
            return converted;
        }
        // A shared response has the media types of the document. An operation with other media types has a copy.
        if let Some((pointer, target)) = self.target(reference)
            && let Some(name) = pointer.strip_prefix("/responses/").filter(|name| !name.contains('/'))
            && produces != self.produces
            && target.get("schema").is_some()
        {
            self.move_to(&at.new, &pointer);
            let media = json_first(&self.produces);
            let schema = format!("/components/responses/{name}/content/{}/schema", escape(media));
            return self.response_object(
                target,
                &At { old: pointer.clone(), new: at.new.clone() },
                produces,
                Some(&schema),
            );
        }
        self.references.push(below(&at.new, "$ref"));
        json!({ "$ref": reference })
    }

    /// Whether a reference leads to a definition that has keywords of a schema and no property of a response.
    fn is_schema(&self, reference: &str) -> bool {
        let Some((_, Value::Object(target))) = self.target(reference) else { return false };
        let is_keyword = |key: &str| SCHEMA_KEYS.contains(&key);
        pointer_of(reference).is_some_and(|pointer| pointer.starts_with("/definitions/"))
            && target.keys().any(|key| is_keyword(key))
            && !["schema", "headers"].iter().any(|key| target.contains_key(*key))
    }

    /// A response without a `$ref`. `shared` is the new pointer of a schema that is the same.
    fn response_object(&mut self, response: &Value, at: &At, produces: &[String], shared: Option<&str>) -> Value {
        let Some(old) = response.as_object() else { return response.clone() };
        let mut converted = Map::new();
        copy_extensions(old, &mut converted);
        converted.extend(old.get("description").map(|text| ("description".to_owned(), text.clone())));
        if let Some(headers) = old.get("headers") {
            converted.insert("headers".to_owned(), self.headers(headers, &at.child("headers")));
        }
        let Some(schema) = old.get("schema") else { return Value::Object(converted) };
        let mut content = Map::new();
        let first = json_first(produces);
        // A type belongs to one media type. The others refer to it.
        let content_at = below(&at.new, "content");
        self.move_to(&content_at, &at.old);
        let first_at = below(&below(&content_at, first), "schema");
        if shared.is_none() {
            self.leads_to(&below(&at.old, "schema"), &first_at);
        }
        let media_types: &[String] = if produces.is_empty() { &[ANY.to_owned()] } else { produces };
        for media in media_types {
            let new = below(&content_at, media);
            self.move_to(&new, &at.old);
            let refers_to = match shared {
                Some(shared) => Some(shared),
                None => (media != first).then_some(first_at.as_str()),
            };
            let schema = match refers_to.filter(|_| is_structured(schema)) {
                Some(target) => json!({ "$ref": format!("#{}", target.replace('%', "%25")) }),
                None => self.response_schema(schema, &below(&new, "schema")),
            };
            let mut entry = json!({ "schema": schema });
            let example = old.get("examples").and_then(|examples| examples.get(media));
            if let (Some(entry), Some(example)) = (entry.as_object_mut(), example) {
                self.move_to(&below(&new, "example"), &below(&below(&at.old, "examples"), media));
                entry.insert("example".to_owned(), example.clone());
            }
            content.insert(media.clone(), entry);
        }
        converted.insert("content".to_owned(), Value::Object(content));
        Value::Object(converted)
    }

    /// A schema, or `type: file`.
    fn response_schema(&mut self, schema: &Value, at: &str) -> Value {
        let mut schema = self.definition(schema, at);
        if let Some(keywords) = schema.as_object_mut().filter(|keywords| keywords.get("type") == Some(&json!("file"))) {
            keywords.insert("type".to_owned(), json!("string"));
            keywords.insert("format".to_owned(), json!("binary"));
        }
        schema
    }

    fn headers(&mut self, headers: &Value, at: &At) -> Value {
        let Some(entries) = headers.as_object() else { return headers.clone() };
        let mut converted = Map::new();
        for (name, header) in entries {
            let at = at.child(name);
            let Some(old) = header.as_object() else {
                converted.insert(name.clone(), header.clone());
                continue;
            };
            let mut new = Map::new();
            copy_extensions(old, &mut new);
            new.extend(old.get("description").map(|text| ("description".to_owned(), text.clone())));
            let schema_at = below(&at.new, "schema");
            self.move_to(&schema_at, &at.old);
            let schema = match self.list_format(old, &at.old) {
                None | Some(ListFormat::Csv) => self.value_schema(old, &schema_at, &at.old),
                Some(format) => self.joined(format, &at.old),
            };
            new.insert("schema".to_owned(), schema);
            converted.insert(name.clone(), Value::Object(new));
        }
        Value::Object(converted)
    }
}

/// The media type whose schema has the type: JSON, or the first one.
fn json_first(media_types: &[String]) -> &str {
    let json = media_types.iter().find(|media| media.contains("json"));
    json.or_else(|| media_types.first()).map_or(ANY, String::as_str)
}

//! Request bodies: the parameters in `body` and in `formData`.

use serde_json::{Map, Value, json};

use super::parameters::{Declared, ListFormat};
use super::{At, Converter, below, copy_extensions};
use crate::report::NoteKind;

const URL_ENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

fn is_form(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(URL_ENCODED) || essence.eq_ignore_ascii_case(MULTIPART)
}

impl<'o> Converter<'o> {
    /// The request body of an operation, from its own parameters and those of its path item.
    pub(super) fn body(
        &mut self,
        shared: &[Declared<'o>],
        own: &[Declared<'o>],
        at: &At,
        consumes: &[String],
    ) -> Option<Value> {
        let body = own.iter().chain(shared).find(|parameter| parameter.location == "body");
        let is_own = |name: &str| own.iter().any(|own| own.location == "formData" && own.name == name);
        let shared = shared.iter().filter(|parameter| !is_own(parameter.name));
        let form: Vec<&Declared<'o>> = shared.chain(own).filter(|parameter| parameter.location == "formData").collect();
        let new = below(&at.new, "requestBody");
        let Some(body) = body else {
            return (!form.is_empty())
                .then(|| self.form(&form, &At { old: below(&at.old, "parameters"), new }, consumes));
        };
        if let Some(field) = form.first() {
            self.formality(&field.entry, "`formData` beside a parameter in `body`: the form is ignored");
        }
        // A shared body has the media types of the document.
        let component = body.old.strip_prefix("/parameters/").filter(|name| !name.contains('/'));
        if let (Some(component), true) = (component, consumes == self.consumes) {
            self.move_to(&new, &body.entry);
            return Some(json!({ "$ref": format!("#/components/requestBodies/{}", component.replace('%', "%25")) }));
        }
        Some(self.request_body(body.value, &At { old: body.old.clone(), new }, consumes))
    }

    /// A parameter in `body`.
    pub(super) fn request_body(&mut self, parameter: &Value, at: &At, consumes: &[String]) -> Value {
        let Some(old) = parameter.as_object() else { return parameter.clone() };
        self.move_to(&at.new, &at.old);
        let mut converted = Map::new();
        copy_extensions(old, &mut converted);
        for key in ["description", "required"] {
            converted.extend(old.get(key).map(|value| (key.to_owned(), value.clone())));
        }
        // Forms have parameters in `formData`, so a form is the media type of a body only if there is no other.
        let mut media_types: Vec<&str> = consumes.iter().map(String::as_str).filter(|media| !is_form(media)).collect();
        if media_types.is_empty() {
            media_types.extend(consumes.iter().map(String::as_str));
        }
        if media_types.is_empty() {
            media_types.push("application/json");
        }
        let mut content = Map::new();
        let content_at = below(&at.new, "content");
        self.move_to(&content_at, &at.old);
        for media in media_types {
            let at = At { old: at.old.clone(), new: below(&content_at, media) };
            self.move_to(&at.new, &at.old);
            self.leads_to(&below(&at.old, "schema"), &below(&at.new, "schema"));
            let entry = match old.get("schema") {
                Some(schema) => json!({ "schema": self.definition(schema, &below(&at.new, "schema")) }),
                None => json!({}),
            };
            content.insert(media.to_owned(), entry);
        }
        converted.insert("content".to_owned(), Value::Object(content));
        Value::Object(converted)
    }

    /// The parameters in `formData`. `at.old` is the list of parameters.
    fn form(&mut self, fields: &[&Declared<'o>], at: &At, consumes: &[String]) -> Value {
        let has_file = fields.iter().any(|field| is_file(field.value));
        let mut media_types: Vec<&str> = consumes.iter().map(String::as_str).filter(|media| is_form(media)).collect();
        if has_file {
            media_types.retain(|media| !media.starts_with(URL_ENCODED));
        }
        if media_types.is_empty() {
            media_types.push(if has_file { MULTIPART } else { URL_ENCODED });
        }
        self.move_to(&at.new, &at.old);
        let mut content = Map::new();
        let content_at = below(&at.new, "content");
        self.move_to(&content_at, &at.old);
        for media in media_types {
            let new = below(&content_at, media);
            self.move_to(&new, &at.old);
            self.move_to(&below(&new, "schema"), &at.old);
            content.insert(media.to_owned(), self.form_content(fields, &new, media.starts_with(URL_ENCODED)));
        }
        let is_required = fields.iter().any(|field| is_required(field));
        json!({ "required": is_required, "content": content })
    }

    fn form_content(&mut self, fields: &[&Declared<'o>], at: &str, is_url_encoded: bool) -> Value {
        let (mut properties, mut required, mut encoding) = (Map::new(), Vec::new(), Map::new());
        let properties_at = below(&below(at, "schema"), "properties");
        for field in fields {
            let Some(old) = field.value.as_object() else { continue };
            let property_at = below(&properties_at, field.name);
            self.move_to(&property_at, &field.old);
            self.move_to(&below(&below(at, "encoding"), field.name), &field.old);
            let mut schema = match old.get("schema") {
                Some(schema) => {
                    self.formality(&field.old, "`schema` of a parameter that is not in the body");
                    self.move_to(&property_at, &below(&field.old, "schema"));
                    self.definition(schema, &property_at)
                }
                None => self.value_schema(old, &property_at, &field.old),
            };
            match self.list_format(old, &field.old) {
                None | Some(ListFormat::Multi) => {}
                // Each file is a part of its own.
                Some(_) if is_file(field.value) => {}
                Some(ListFormat::Csv) if is_url_encoded => {
                    encoding.insert(field.name.to_owned(), json!({ "style": "form", "explode": false }));
                }
                Some(ListFormat::Ssv) if is_url_encoded => {
                    encoding.insert(field.name.to_owned(), json!({ "style": "spaceDelimited", "explode": false }));
                }
                Some(ListFormat::Pipes) if is_url_encoded => {
                    encoding.insert(field.name.to_owned(), json!({ "style": "pipeDelimited", "explode": false }));
                }
                Some(format) => schema = self.joined(format, &field.old),
            }
            if let (Some(schema), Some(text)) = (schema.as_object_mut(), old.get("description")) {
                schema.insert("description".to_owned(), text.clone());
            }
            if old.get("allowEmptyValue") == Some(&Value::Bool(true)) {
                self.note(NoteKind::EmptyValue, &field.old, "`allowEmptyValue` of a form's property");
            }
            if is_required(field) {
                required.push(json!(field.name));
            }
            properties.insert(field.name.to_owned(), schema);
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if let (Some(schema), false) = (schema.as_object_mut(), required.is_empty()) {
            schema.insert("required".to_owned(), Value::Array(required));
        }
        if encoding.is_empty() {
            json!({ "schema": schema })
        } else {
            json!({ "schema": schema, "encoding": encoding })
        }
    }
}

fn is_required(field: &Declared<'_>) -> bool {
    field.value.get("required") == Some(&Value::Bool(true))
}

/// Whether a parameter is a file or a list of files.
fn is_file(parameter: &Value) -> bool {
    let of = |value: &Value| value.get("type").is_some_and(|name| name == "file");
    of(parameter) || parameter.get("items").is_some_and(of)
}

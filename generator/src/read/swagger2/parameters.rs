//! Parameters of the path, the query and headers; the schemas of values without `schema`; the formats of lists.

use serde_json::{Map, Value, json};

use super::{At, Converter, below, copy_extensions};
use crate::report::NoteKind;

/// The properties of a parameter, an items object or a header that are no keywords of a schema.
const NOT_OF_SCHEMA: [&str; 8] =
    ["name", "in", "required", "allowEmptyValue", "collectionFormat", "schema", "deprecated", "$ref"];

/// A parameter of a list, after its `$ref`.
#[derive(Clone)]
pub(super) struct Declared<'o> {
    pub(super) value: &'o Value,
    /// Its pointer in the text: after its `$ref`.
    pub(super) old: String,
    /// The pointer of its entry in the list.
    pub(super) entry: String,
    /// The `$ref` of its entry.
    pub(super) reference: Option<&'o str>,
    pub(super) location: &'o str,
    pub(super) name: &'o str,
}

/// `collectionFormat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListFormat {
    Csv,
    Ssv,
    Tsv,
    Pipes,
    Multi,
}

impl<'o> Converter<'o> {
    /// The parameters of an operation or a path item; `None` if it has no list of them.
    pub(super) fn declared(&self, holder: &'o Map<String, Value>, at: &At) -> Option<Vec<Declared<'o>>> {
        let list = holder.get("parameters")?.as_array()?;
        let list_at = below(&at.old, "parameters");
        let declared = list.iter().enumerate().map(|(index, entry)| {
            let entry_at = below(&list_at, &index.to_string());
            let reference = entry.get("$ref").and_then(Value::as_str);
            let (old, value) =
                reference.and_then(|reference| self.target(reference)).unwrap_or_else(|| (entry_at.clone(), entry));
            let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
            Declared { value, old, entry: entry_at, reference, location: text("in"), name: text("name") }
        });
        Some(declared.collect())
    }

    /// The new list of parameters: those that are not part of a body.
    pub(super) fn plain_parameters(&mut self, list: &Value, declared: Option<&[Declared<'o>]>, at: &At) -> Value {
        let Some(declared) = declared else { return list.clone() };
        let list_at = below(&at.new, "parameters");
        let mut converted = Vec::new();
        for parameter in declared.iter().filter(|parameter| !matches!(parameter.location, "body" | "formData")) {
            let at = At { old: parameter.entry.clone(), new: below(&list_at, &converted.len().to_string()) };
            self.move_to(&at.new, &at.old);
            self.leads_to(&at.old, &at.new);
            converted.push(match parameter.reference {
                Some(reference) => {
                    self.references.push(below(&at.new, "$ref"));
                    json!({ "$ref": reference })
                }
                None => self.parameter(parameter.value, &at),
            });
        }
        Value::Array(converted)
    }

    /// A parameter that is not part of a body.
    pub(super) fn parameter(&mut self, parameter: &Value, at: &At) -> Value {
        let Some(old) = parameter.as_object() else { return parameter.clone() };
        let mut converted = Map::new();
        copy_extensions(old, &mut converted);
        for key in ["$ref", "name", "in", "description", "required", "allowEmptyValue", "deprecated"] {
            converted.extend(old.get(key).map(|value| (key.to_owned(), value.clone())));
        }
        if old.contains_key("$ref") {
            self.references.push(below(&at.new, "$ref"));
        }
        let schema_at = below(&at.new, "schema");
        if let Some(schema) = old.get("schema") {
            self.formality(&at.old, "`schema` of a parameter that is not in the body");
            let schema = self.definition(schema, &schema_at);
            converted.insert("schema".to_owned(), schema);
            return Value::Object(converted);
        }
        if !old.contains_key("type") {
            return Value::Object(converted);
        }
        self.move_to(&schema_at, &at.old);
        let mut schema = self.value_schema(old, &schema_at, &at.old);
        let is_query = converted.get("in").is_some_and(|location| location == "query");
        let style = match self.list_format(old, &at.old) {
            None => None,
            Some(ListFormat::Csv) if is_query => Some(("form", false)),
            Some(ListFormat::Multi) if is_query => Some(("form", true)),
            Some(ListFormat::Ssv) if is_query => Some(("spaceDelimited", false)),
            Some(ListFormat::Pipes) if is_query => Some(("pipeDelimited", false)),
            Some(ListFormat::Csv) => None,
            Some(ListFormat::Multi) => {
                self.formality(&at.old, "`collectionFormat: multi` outside of the query and of forms is read as `csv`");
                None
            }
            Some(format) => {
                schema = self.joined(format, &at.old);
                None
            }
        };
        converted.insert("schema".to_owned(), schema);
        if let Some((style, explode)) = style {
            converted.insert("style".to_owned(), json!(style));
            converted.insert("explode".to_owned(), json!(explode));
        }
        Value::Object(converted)
    }

    /// The schema of a parameter, an items object or a header: these have the keywords of a schema beside their own.
    /// `old` is the pointer in the text.
    pub(super) fn value_schema(&mut self, value: &Map<String, Value>, at: &str, old: &str) -> Value {
        let is_keyword = |key: &str| !NOT_OF_SCHEMA.contains(&key) && (!key.starts_with("x-") || key == "x-nullable");
        let keywords = value.iter().filter(|(key, _)| is_keyword(key));
        // The description is that of the parameter.
        let keywords = keywords.filter(|(key, _)| *key != "description");
        let mut schema: Map<String, Value> = keywords.map(|(key, value)| (key.clone(), value.clone())).collect();
        if let Some(Value::Object(items)) = value.get("items") {
            let (at, old) = (below(at, "items"), below(old, "items"));
            let items = match self.list_format(items, &old) {
                // A list in a list has its own delimiter, which no style of 3.0 has.
                Some(format) => self.joined(format, &old),
                None => self.value_schema(items, &at, &old),
            };
            schema.insert("items".to_owned(), items);
        }
        if schema.get("type").is_some_and(|name| name == "file") {
            schema.insert("type".to_owned(), json!("string"));
            schema.insert("format".to_owned(), json!("binary"));
        }
        let mut schema = Value::Object(schema);
        // The items are converted already, and have no keyword that changes again.
        self.schema(&mut schema, &mut at.to_owned());
        schema
    }

    /// The format of a list; `None` for other values.
    pub(super) fn list_format(&mut self, value: &Map<String, Value>, old: &str) -> Option<ListFormat> {
        if value.get("type")? != "array" {
            return None;
        }
        Some(match value.get("collectionFormat").map(Value::as_str) {
            None | Some(Some("csv")) => ListFormat::Csv,
            Some(Some("ssv")) => ListFormat::Ssv,
            Some(Some("tsv")) => ListFormat::Tsv,
            Some(Some("pipes")) => ListFormat::Pipes,
            Some(Some("multi")) => ListFormat::Multi,
            Some(_) => {
                self.formality(&below(old, "collectionFormat"), "an unknown `collectionFormat` is read as `csv`");
                ListFormat::Csv
            }
        })
    }

    /// A list that the caller writes as one string, because no style of 3.0 has its delimiter.
    pub(super) fn joined(&mut self, format: ListFormat, old: &str) -> Value {
        let delimiter = match format {
            ListFormat::Csv => "commas",
            ListFormat::Ssv => "spaces",
            ListFormat::Tsv => "tabs",
            ListFormat::Pipes => "`|`",
            ListFormat::Multi => "separate values, which have no form here",
        };
        let what = format!("a list with {delimiter} between its values: it is a string, which the caller joins");
        self.note(NoteKind::ParameterStyle, old, what);
        json!({ "type": "string" })
    }
}

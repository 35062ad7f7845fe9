//! `content`: media types, and how their bodies are encoded.

use openapiv3::StringFormat;
use serde_json::Value;

use super::Lowering;
use super::events::BodySchema;
use super::parameters::style_of;
use super::unions::as_json;
use super::walk::{COMBINED, applied, each_once, parts};
use crate::ir::{Content, FormEncoding, MediaType, ParameterLocation, Type};
use crate::names::Wanted;
use crate::problem::Problem;
use crate::read::{Node, Section, word};
use crate::report::NoteKind;

impl<'d> Lowering<'d> {
    /// The media types of a `content` object, without the redundant ones: JSON first, then by name.
    pub(super) fn contents(
        &mut self,
        content: &Node<'d>,
        redundant: &[&str],
        wanted: &dyn Fn(&MediaType) -> Wanted,
    ) -> Option<Vec<Content>> {
        let entries = self.collect(content.entries())?;
        let mut contents: Vec<Content> = Vec::new();
        let mut complete = true;
        for (media, entry) in entries.into_iter().filter(|(media, _)| !redundant.contains(media)) {
            if let Some(same) = contents.iter().find(|content| is_same(content.media.as_str(), media)) {
                let what = format!("`{media}`, which means the same as `{}`", same.media.as_str());
                self.note(NoteKind::SameMedia, entry.at(), what);
                continue;
            }
            match self.content(written(media), &entry, wanted) {
                Some(content) => {
                    if is_request(&entry) && !is_same(content.media.as_str(), media) {
                        let what = format!("the parameters of `{media}`: forms are sent in UTF-8");
                        self.note(NoteKind::FormParameters, entry.at(), what);
                    }
                    contents.push(content);
                }
                None => complete = false,
            }
        }
        let (mut contents, others): (Vec<Content>, Vec<Content>) =
            contents.into_iter().partition(|content| matches!(content.media, MediaType::Json(_)));
        contents.extend(others);
        complete.then_some(contents)
    }

    pub(super) fn content(
        &mut self,
        written: String,
        entry: &Node<'d>,
        wanted: &dyn Fn(&MediaType) -> Wanted,
    ) -> Option<Content> {
        self.collect(entry.object())?;
        let BodySchema { schema, is_item, events } = match entry.get("schema") {
            Some(schema) => self.body_schema(&written, entry, schema),
            None => self.item_schema(&written, entry),
        };
        let target = match &schema {
            Some(schema) => Some(self.collect(schema.resolve(Section::Schemas))?),
            None => None,
        };
        let media = media_type(written, target.as_ref());
        let is_stream = is_stream(&media, target.as_ref());
        let is_request = is_request(entry);
        match &media {
            MediaType::Json(text) if text.contains('*') => {
                self.note(
                    NoteKind::MediaRange,
                    entry.at(),
                    format!("`{text}` has a schema that is not a string: it is decoded as JSON"),
                );
            }
            _ if is_stream && !is_request => {}
            MediaType::Text(text) if !is_text(target.as_ref()) => {
                self.note(
                    NoteKind::MediaSchema,
                    entry.at(),
                    format!("`{text}` is kept as text: its schema is ignored"),
                );
            }
            MediaType::Bytes(text) if !is_text(target.as_ref()) => {
                self.note(
                    NoteKind::MediaSchema,
                    entry.at(),
                    format!("`{text}` is kept as bytes: its schema is ignored"),
                );
            }
            _ => {}
        }
        let ty = match schema {
            Some(schema) if is_typed(&media, target.as_ref()) => {
                let ty = self.schema(&schema, &wanted(&media))?;
                if media == MediaType::Multipart && matches!(ty, Type::Foreign(_)) {
                    let what = "a multipart form is sent property by property";
                    let key = target.as_ref().unwrap_or(&schema).original();
                    let cure = "replace its properties instead";
                    self.findings.refuse(Problem::of_setting("replace", &key.key(), schema.at(), what, cure));
                }
                let ty = if matches!(media, MediaType::Json(_)) { as_json(ty) } else { ty };
                self.contents.insert(schema.at().pointer().to_owned(), ty.clone());
                // A sequence is the array of its items.
                Some(if is_item { Type::Array(Box::new(ty)) } else { ty })
            }
            _ => None,
        };
        let events = self.named_events(events, &wanted(&media))?;
        let encodings = match (&media, &target) {
            (MediaType::Form | MediaType::Multipart, Some(target)) => self.encodings(&media, entry, target)?,
            _ => Vec::new(),
        };
        Some(Content { media, origin: entry.at().clone(), ty, encodings, variant: String::new(), events })
    }

    /// The properties of a form with a special encoding.
    fn encodings(&mut self, media: &MediaType, entry: &Node<'d>, schema: &Node<'d>) -> Option<Vec<FormEncoding>> {
        let encoding = match entry.get("encoding") {
            Some(encoding) => self.collect(encoding.entries())?,
            None => Vec::new(),
        };
        let mut found: Vec<FormEncoding> = Vec::new();
        for (wire, node) in encoding {
            let encoding = self.collect(encoding_of(wire, &node))?;
            if node.has("encoding") || node.has("itemEncoding") || node.has("prefixEncoding") {
                self.note(NoteKind::PartHeaders, node.at(), "the encodings inside a multipart form's part");
            }
            if node.has("headers") {
                self.note(NoteKind::PartHeaders, node.at(), "`headers` of a multipart form's part");
            }
            found.push(encoding);
        }
        if *media == MediaType::Multipart {
            for wire in self.collect(files(schema, self.is_3_1))? {
                match found.iter_mut().find(|encoding| encoding.wire == wire) {
                    Some(encoding) => encoding.is_file = true,
                    None => found.push(FormEncoding { wire, is_file: true, style: None, content_type: None }),
                }
            }
        }
        Some(found)
    }
}

fn encoding_of(wire: &str, node: &Node<'_>) -> Result<FormEncoding, Problem> {
    let content_type = node.text_at("contentType")?.map(str::to_owned);
    let style = match ["style", "explode", "allowReserved"].iter().any(|key| node.has(key)) {
        true => {
            let style = node.text_at("style")?.unwrap_or("form");
            let explode = node.get("explode").map_or(Ok(style == "form"), |explode| explode.boolean())?;
            style_of(style, ParameterLocation::Query, explode, node.flag("allowReserved")?)
        }
        false => None,
    };
    Ok(FormEncoding { wire: wire.to_owned(), is_file: false, style, content_type })
}

/// The file properties of a form: binary strings, alone or in a list, nullable or not.
fn files(schema: &Node<'_>, is_3_1: bool) -> Result<Vec<String>, Problem> {
    let mut found = Vec::new();
    for properties in applied(schema, &COMBINED)?.iter().filter_map(|holder| holder.get("properties")) {
        for (wire, property) in properties.entries()? {
            if is_file(&property, is_3_1)? {
                found.push(wire.to_owned());
            }
        }
    }
    Ok(found)
}

/// Whether a property is a file or a list of files. In 3.1 a schema without keywords is a file, too.
fn is_file(property: &Node<'_>, is_3_1: bool) -> Result<bool, Problem> {
    let is_empty = |node: &Node<'_>| {
        node.value().as_object().is_some_and(|keywords| !keywords.keys().any(|keyword| has_meaning(keyword)))
    };
    let found = each_once(property.resolve(Section::Schemas)?, |schema| match schema.get("items") {
        Some(items) => Ok(vec![items.resolve(Section::Schemas)?]),
        None => Ok(parts(schema, &COMBINED)?.into_iter().filter(|part| !is_empty(part)).collect()),
    })?;
    Ok(found.iter().any(|schema| is_binary(schema) || (is_3_1 && is_empty(schema))))
}

/// Whether a keyword is more than an annotation of a value.
fn has_meaning(keyword: &str) -> bool {
    !matches!(keyword, "title" | "description" | "deprecated" | "example" | "examples" | "$comment")
        && !keyword.starts_with("x-")
}

fn is_binary(schema: &Node<'_>) -> bool {
    let text = |key| schema.get(key).and_then(|node| node.value().as_str());
    matches!(text("format").and_then(word), Some(StringFormat::Binary))
        || (text("contentMediaType").is_some() && text("contentEncoding").is_none())
}

/// Whether a body of this schema is a sequence of values that are decoded one by one.
fn is_stream(media: &MediaType, schema: Option<&Node<'_>>) -> bool {
    !is_text(schema) && super::streams::stream_kind(media).is_some()
}

/// Whether the schema decides the type of a body, which is otherwise text or bytes.
pub(crate) fn is_typed(media: &MediaType, schema: Option<&Node<'_>>) -> bool {
    is_stream(media, schema) || matches!(media, MediaType::Json(_) | MediaType::Form | MediaType::Multipart)
}

/// Whether a media type is one of a request body.
pub(super) fn is_request(entry: &Node<'_>) -> bool {
    let at = entry.at().pointer();
    at.contains("/requestBody/content/") || at.starts_with("/components/requestBodies/")
}

/// Whether a body of this schema is text or bytes and not a JSON value. Also true without a schema.
pub(super) fn is_text(schema: Option<&Node<'_>>) -> bool {
    let Some(schema) = schema else { return true };
    match schema.get("type") {
        Some(kind) => kind.value().as_str() == Some("string"),
        None => schema
            .value()
            .as_object()
            .is_some_and(|properties| !KEYWORDS_OF_VALUES.iter().any(|key| properties.contains_key(*key))),
    }
}

/// The keywords of a schema without `type` that is not a string.
const KEYWORDS_OF_VALUES: [&str; 7] =
    ["$ref", "allOf", "anyOf", "oneOf", "properties", "additionalProperties", "items"];

/// Whether a `content` object has media types that differ, apart from the redundant ones.
pub(super) fn is_several(content: &Node<'_>, redundant: &[&str]) -> Result<bool, Problem> {
    let entries = content.entries()?;
    let mut left = entries.iter().map(|(media, _)| *media).filter(|media| !redundant.contains(media));
    let Some(first) = left.next() else { return Ok(false) };
    Ok(left.any(|media| !is_same(first, media)))
}

/// Whether a body may carry what JSON does not: bytes, files, or parts with encodings of their own.
pub(super) fn has_bytes(media: &str, entry: &Node<'_>) -> Result<bool, Problem> {
    let Some(schema) = entry.get("schema") else {
        return Ok(matches!(media_type(written(media), None), MediaType::Bytes(_)));
    };
    let schema = schema.resolve(Section::Schemas)?;
    if essence(media) != "multipart/form-data" {
        return Ok(is_binary(&schema));
    }
    // A schema without keywords is any JSON value here, because it is that of a JSON body, too.
    Ok(entry.has("encoding") || !files(&schema, false)?.is_empty())
}

/// The media types beside `application/json` that have the same schema and carry nothing else. A request body is sent as JSON.
pub(crate) fn same_as_json<'d>(content: &Node<'d>) -> Result<Vec<&'d str>, Problem> {
    let Some(json) = content.get("application/json") else { return Ok(Vec::new()) };
    let schema = |node: &Node<'d>| -> Result<Option<&'d Value>, Problem> {
        let schema = node.get("schema").map(|schema| schema.resolve(Section::Schemas)).transpose()?;
        Ok(schema.map(|schema| schema.value()))
    };
    let wanted = schema(&json)?;
    let mut found = Vec::new();
    for (media, node) in content.entries()? {
        // Different JSON media types give the same value different meanings: merge patch and JSON patch.
        if media != "application/json" && !is_json(media) && schema(&node)? == wanted && !has_bytes(media, &node)? {
            found.push(media);
        }
    }
    Ok(found)
}

/// Those of them that a client of a response does not request: plain text, HTML, XML and `*/*`, if the JSON is no string. The client
/// decodes none of them, and a server that declares them writes the same value as JSON. A table or a file may be another value.
pub(crate) fn as_json_alone<'d>(content: &Node<'d>) -> Result<Vec<&'d str>, Problem> {
    let schema = content.get("application/json").and_then(|json| json.get("schema"));
    let Some(schema) = schema.map(|schema| schema.resolve(Section::Schemas)).transpose()? else {
        return Ok(Vec::new());
    };
    if is_text(Some(&schema)) {
        return Ok(Vec::new());
    }
    let mut found = same_as_json(content)?;
    found.retain(|media| {
        let essence = essence(media);
        matches!(essence.as_str(), "text/plain" | "text/html" | "*/*") || is_xml(&essence)
    });
    Ok(found)
}

/// Media types in a note.
pub(super) fn listed(media: &[&str]) -> String {
    media.iter().map(|media| format!("`{media}`")).collect::<Vec<_>>().join(", ")
}

/// A media type as it is sent: with its parameters, the type itself in lower case.
fn written(media: &str) -> String {
    match media.split_once(';') {
        Some((essence, parameters)) => format!("{};{}", essence.trim().to_ascii_lowercase(), parameters.trim_end()),
        None => media.trim().to_ascii_lowercase(),
    }
}

/// Whether two media types mean the same: they have the same parameters in any order. UTF-8 is the default charset.
fn is_same(one: &str, other: &str) -> bool {
    let parts = |media: &str| {
        let mut parts = media.split(';').map(|part| part.replace(['"', ' ', '\t'], ""));
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let mut parameters: Vec<String> =
            parts.filter(|part| !part.is_empty() && !part.eq_ignore_ascii_case("charset=utf-8")).collect();
        parameters.sort_unstable();
        (essence, parameters)
    };
    parts(one) == parts(other)
}

/// The media type without its parameters, in lower case.
pub(super) fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// `application/json`, `text/json`, types that end with `+json` (RFC 6839), and vendors' types that end with `.json`.
pub(super) fn is_json(media: &str) -> bool {
    let essence = essence(media);
    let subtype = essence.split_once('/').map(|(_, subtype)| subtype).unwrap_or_default();
    matches!(essence.as_str(), "application/json" | "text/json")
        || subtype.ends_with("+json")
        || (subtype.starts_with("vnd.") && subtype.ends_with(".json"))
}

/// `application/xml`, `text/xml` and types that end with `+xml` (RFC 7303).
fn is_xml(essence: &str) -> bool {
    essence.ends_with("/xml") || essence.ends_with("+xml")
}

/// The media type of a body with this schema.
pub(crate) fn media_type(media: String, schema: Option<&Node<'_>>) -> MediaType {
    let essence = essence(&media);
    let is_binary = schema.is_some_and(is_binary);
    let is_text_type =
        essence.starts_with("text/") || is_xml(&essence) || essence.ends_with("/yaml") || essence.ends_with("+yaml");
    match essence.as_str() {
        _ if is_json(&essence) && !is_binary => MediaType::Json(media),
        "application/x-www-form-urlencoded" => MediaType::Form,
        "multipart/form-data" => MediaType::Multipart,
        "*/*" | "application/*" if schema.is_some() && !is_text(schema) => MediaType::Json(media),
        "*/*" | "application/*" => MediaType::Bytes(media),
        _ if is_binary => MediaType::Bytes(media),
        _ if is_text_type => MediaType::Text(media),
        _ if schema.is_some() && is_text(schema) => MediaType::Text(media),
        _ => MediaType::Bytes(media),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::read::Document;

    fn of(media: &str, schema: &str) -> MediaType {
        let document = Document::read(&format!("openapi: 3.0.3\nschema: {schema}")).unwrap();
        media_type(written(media), document.root().get("schema").as_ref())
    }

    #[test]
    fn media_types() {
        let text = "{ type: string }";
        assert_eq!(
            of("application/JSON; charset=utf-8", "{}"),
            MediaType::Json("application/json; charset=utf-8".into())
        );
        assert_eq!(
            of("application/vnd.b.json;Version=2 ", "{}"),
            MediaType::Json("application/vnd.b.json;Version=2".into())
        );
        assert_eq!(of("application/problem+json", "{}"), MediaType::Json("application/problem+json".into()));
        assert_eq!(of("application/jwt", text), MediaType::Text("application/jwt".into()));
        assert_eq!(of("text/html", "{ type: object }"), MediaType::Text("text/html".into()));
        assert_eq!(
            of("application/octet-stream", "{ type: object }"),
            MediaType::Bytes("application/octet-stream".into())
        );
        assert_eq!(media_type("application/zip".into(), None), MediaType::Bytes("application/zip".into()));
        assert_eq!(of("*/*", "{ type: object }"), MediaType::Json("*/*".into()));
        assert_eq!(of("*/*", text), MediaType::Bytes("*/*".into()));
        assert_eq!(of("image/*", "{ type: string, format: binary }"), MediaType::Bytes("image/*".into()));
    }

    #[test]
    fn media_types_that_mean_the_same() {
        assert!(is_same("application/json", "Application/JSON; charset=\"UTF-8\""));
        assert!(is_same("a/b; x=1; y=2", "a/b;y=2;x=1"));
        assert!(!is_same("a/b;version=2", "a/b;version=3"));
        assert!(!is_same("a/b;version=2", "a/b"));
    }
}

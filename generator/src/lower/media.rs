//! `content`: media types, and how their bodies are encoded.

use std::collections::BTreeSet;

use openapiv3::StringFormat;
use serde_json::Value;

use super::Lowering;
use super::parameters::style_of;
use super::unions::as_json;
use crate::ir::{Content, FormEncoding, MediaType, Name, NamedEvent, ParameterLocation, Type};
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
        let is_stream = target.is_some() && !is_text(target.as_ref()) && super::streams::stream_kind(&media).is_some();
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
        let is_typed = is_stream || matches!(media, MediaType::Json(_) | MediaType::Form | MediaType::Multipart);
        let ty = match schema {
            Some(schema) if is_typed => {
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

    /// The types of events by their names.
    fn named_events(&mut self, schemas: Vec<EventSchema<'d>>, wanted: &Wanted) -> Option<Vec<NamedEvent>> {
        let mut events = Vec::new();
        for EventSchema { name, event, data } in schemas {
            let ty = match &data {
                Some(data) => {
                    let ty = self.schema(data, &wanted.and(&name))?;
                    self.contents.insert(data.at().pointer().to_owned(), ty.clone());
                    Some(as_json(ty))
                }
                None => None,
            };
            let name = Name { wire: name, rust: String::new(), is_raw: false };
            events.push(NamedEvent { name, origin: event.at().clone(), ty, docs: self.docs(&event) });
        }
        Some(events)
    }

    /// The schema of a body. A schema of server-sent events may describe whole events, alone or as the items of an array.
    fn body_schema(&mut self, media: &str, entry: &Node<'d>, schema: Node<'d>) -> BodySchema<'d> {
        if essence(media) != "text/event-stream" || is_request(entry) {
            return BodySchema { schema: Some(schema), ..BodySchema::default() };
        }
        let resolved = schema.resolve(Section::Schemas).ok();
        let items = resolved.and_then(|schema| schema.get("items")).unwrap_or_else(|| schema.clone());
        let Some(data) = event_data(&items, &["data", "event"]).ok().flatten() else {
            return BodySchema { schema: Some(schema), ..BodySchema::default() };
        };
        let what = "the schema has the fields of an event: it describes events, and not their data";
        self.note(NoteKind::EventSchema, schema.at(), what);
        self.data_schema(data)
    }

    /// The schema of the items of a sequence, if it is used.
    fn item_schema(&mut self, media: &str, entry: &Node<'d>) -> BodySchema<'d> {
        let Some(items) = entry.get("itemSchema") else { return BodySchema::default() };
        if is_request(entry) || super::streams::stream_kind(&MediaType::Text(media.to_owned())).is_none() {
            let what = format!("`{media}` is kept undecoded: `itemSchema` is ignored");
            self.note(NoteKind::MediaSchema, items.at(), what);
            return BodySchema::default();
        }
        let items_of = |items| BodySchema { schema: Some(items), is_item: true, events: Vec::new() };
        if essence(media) != "text/event-stream" {
            return items_of(items);
        }
        // OpenAPI 3.2, section "Special Considerations for Server-Sent Events": an item is an event.
        match self.collect(event_data(&items, &[])) {
            Some(Some(data)) => self.data_schema(data),
            Some(None) => {
                let what = "`itemSchema` has no fields of an event: it describes the data of the events";
                self.note(NoteKind::EventSchema, items.at(), what);
                items_of(items)
            }
            None => BodySchema::default(),
        }
    }

    /// The schema of the data of events.
    fn data_schema(&mut self, data: EventData<'d>) -> BodySchema<'d> {
        match data {
            EventData::Json(schema) => BodySchema { schema: Some(schema), is_item: true, events: Vec::new() },
            EventData::Text => BodySchema::default(),
            EventData::Named(events) => BodySchema { events, ..BodySchema::default() },
            EventData::Undecided(at) => {
                let what = "events of one name with different schemas, or without a name: the data is a string";
                self.note(NoteKind::MediaSchema, at.at(), what);
                BodySchema::default()
            }
        }
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

/// The schemas of a body.
#[derive(Default)]
struct BodySchema<'d> {
    /// The schema, if it is used.
    schema: Option<Node<'d>>,
    /// Whether that is the schema of each item of a sequence.
    is_item: bool,
    /// The events, if their names decide their data.
    events: Vec<EventSchema<'d>>,
}

/// The schemas of the server-sent events of one name.
struct EventSchema<'d> {
    name: String,
    /// The schema of the whole event.
    event: Node<'d>,
    /// The schema of its data; `None` if that is text.
    data: Option<Node<'d>>,
}

/// The data of server-sent events, if a schema describes whole events.
enum EventData<'d> {
    /// JSON of this schema.
    Json(Node<'d>),
    Text,
    /// The name of the event decides.
    Named(Vec<EventSchema<'d>>),
    /// It depends on the event in another way, by this union.
    Undecided(Node<'d>),
}

/// The data that a schema of whole events describes; `None` if it is not an object of the fields of an event (HTML, section
/// 9.2.6), with all of `needed`. Then it is the schema of the data itself.
fn event_data<'d>(items: &Node<'d>, needed: &[&str]) -> Result<Option<EventData<'d>>, Problem> {
    const FIELDS: [&str; 5] = ["comment", "data", "event", "id", "retry"];
    let event = items.resolve(Section::Schemas)?;
    let mut properties = Vec::new();
    for holder in applied(&event, &COMBINED)? {
        if let Some(declared) = holder.get("properties") {
            properties.extend(declared.entries()?);
        }
    }
    let has = |wanted: &str| properties.iter().any(|(name, _)| *name == wanted);
    let is_event = properties.iter().all(|(name, _)| FIELDS.contains(name)) && (has("data") || has("event"));
    if !is_event || !needed.iter().all(|name| has(name)) {
        return Ok(None);
    }
    if let Some(union) = ["oneOf", "anyOf"].into_iter().find_map(|key| event.get(key)) {
        return Ok(Some(named_schemas(&event)?.map_or(EventData::Undecided(union), EventData::Named)));
    }
    Ok(Some(match json_data(properties.into_iter().find(|(name, _)| *name == "data").map(|(_, data)| data))? {
        Some(schema) => EventData::Json(schema),
        None => EventData::Text,
    }))
}

/// The events of a union, if each has names of its own. An event without a name has the name `message` (HTML, section 9.2.6).
fn named_schemas<'d>(union: &Node<'d>) -> Result<Option<Vec<EventSchema<'d>>>, Problem> {
    let shared = property(union, "data")?;
    let mut events: Vec<EventSchema<'d>> = Vec::new();
    let mut taken = BTreeSet::new();
    for event in branches(union)? {
        let mut names = match property(&event, "event")? {
            Some(name) => name.resolve(Section::Schemas)?.texts("enum").unwrap_or_default(),
            None => vec!["message"],
        };
        let data = json_data(property(&event, "data")?.or_else(|| shared.clone()))?;
        if names.is_empty() || names.iter().any(|name| taken.contains(name)) {
            return Ok(None);
        }
        names.retain(|name| taken.insert(*name));
        let of_name = |name: &str| EventSchema { name: name.to_owned(), event: event.clone(), data: data.clone() };
        events.extend(names.into_iter().map(of_name));
    }
    Ok(Some(events))
}

/// The branches of a union, and of the unions in it.
fn branches<'d>(union: &Node<'d>) -> Result<Vec<Node<'d>>, Problem> {
    let unions = ["oneOf", "anyOf"];
    let mut found = applied(union, &unions)?;
    found.retain(|branch| !unions.iter().any(|key| branch.has(key)));
    Ok(found)
}

/// A property of a schema, or of a part of its `allOf`.
fn property<'d>(schema: &Node<'d>, wire: &str) -> Result<Option<Node<'d>>, Problem> {
    let holders = applied(schema, &["allOf"])?;
    Ok(holders.iter().find_map(|holder| holder.get("properties")?.get(wire)))
}

/// The schema of JSON data; `None` for text.
fn json_data(data: Option<Node<'_>>) -> Result<Option<Node<'_>>, Problem> {
    let Some(data) = data else { return Ok(None) };
    let resolved = data.resolve(Section::Schemas)?;
    let is_json = resolved.text_at("contentMediaType")?.is_some_and(is_json);
    Ok(match resolved.get("contentSchema").filter(|_| is_json) {
        None if is_text(Some(&resolved)) => None,
        // The data is JSON, although its schema does not say so.
        schema => Some(schema.unwrap_or(data)),
    })
}

/// The lists of schemas that describe the same value.
const COMBINED: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// A schema and those that apply with it, in these lists.
fn applied<'d>(schema: &Node<'d>, keys: &[&str]) -> Result<Vec<Node<'d>>, Problem> {
    each_once(schema.clone(), |node| parts(node, keys))
}

/// A schema and those that it leads to at any depth, before the next ones of each. Each is there once, because schemas may lead back
/// to themselves.
pub(super) fn each_once<'d>(
    first: Node<'d>,
    next: impl Fn(&Node<'d>) -> Result<Vec<Node<'d>>, Problem>,
) -> Result<Vec<Node<'d>>, Problem> {
    let (mut found, mut seen, mut open) = (Vec::new(), BTreeSet::new(), vec![first]);
    while let Some(node) = open.pop() {
        if seen.insert(node.at().pointer().to_owned()) {
            open.extend(next(&node)?.into_iter().rev());
            found.push(node);
        }
    }
    Ok(found)
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

/// The schemas in these lists.
fn parts<'d>(schema: &Node<'d>, keys: &[&str]) -> Result<Vec<Node<'d>>, Problem> {
    let mut found = Vec::new();
    for list in keys.iter().filter_map(|key| schema.get(key)) {
        for part in list.elements()? {
            found.push(part.resolve(Section::Schemas)?);
        }
    }
    Ok(found)
}

fn is_binary(schema: &Node<'_>) -> bool {
    let text = |key| schema.get(key).and_then(|node| node.value().as_str());
    matches!(text("format").and_then(word), Some(StringFormat::Binary))
        || (text("contentMediaType").is_some() && text("contentEncoding").is_none())
}

/// Whether a media type is one of a request body.
fn is_request(entry: &Node<'_>) -> bool {
    let at = entry.at().pointer();
    at.contains("/requestBody/content/") || at.starts_with("/components/requestBodies/")
}

/// Whether a body of this schema is text or bytes and not a JSON value. Also true without a schema.
fn is_text(schema: Option<&Node<'_>>) -> bool {
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

fn media_type(media: String, schema: Option<&Node<'_>>) -> MediaType {
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

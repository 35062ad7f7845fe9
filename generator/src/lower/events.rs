//! Server-sent events: the data that the schema of a body, or of the items of a sequence, describes.

use std::collections::BTreeSet;

use super::Lowering;
use super::media::{essence, is_json, is_request, is_text};
use super::unions::as_json;
use super::walk::{COMBINED, UNIONS, applied};
use crate::ir::{MediaType, Name, NamedEvent};
use crate::names::Wanted;
use crate::problem::Problem;
use crate::read::{Node, Section};
use crate::report::NoteKind;

impl<'d> Lowering<'d> {
    /// The types of events by their names.
    pub(super) fn named_events(&mut self, schemas: Vec<EventSchema<'d>>, wanted: &Wanted) -> Option<Vec<NamedEvent>> {
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
    pub(super) fn body_schema(&mut self, media: &str, entry: &Node<'d>, schema: Node<'d>) -> BodySchema<'d> {
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
    pub(super) fn item_schema(&mut self, media: &str, entry: &Node<'d>) -> BodySchema<'d> {
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
}

/// The schemas of a body.
#[derive(Default)]
pub(super) struct BodySchema<'d> {
    /// The schema, if it is used.
    pub(super) schema: Option<Node<'d>>,
    /// Whether that is the schema of each item of a sequence.
    pub(super) is_item: bool,
    /// The events, if their names decide their data.
    pub(super) events: Vec<EventSchema<'d>>,
}

/// The schemas of the server-sent events of one name.
pub(super) struct EventSchema<'d> {
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
    if let Some(union) = UNIONS.into_iter().find_map(|key| event.get(key)) {
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
    let mut found = applied(union, &UNIONS)?;
    found.retain(|branch| !UNIONS.iter().any(|key| branch.has(key)));
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

//! Collects the references of a part of a file, each with the object that OpenAPI has at its location.

use serde_json::Value;

use crate::location::unescape;
use crate::read::Section;
use crate::read::walk::{ARBITRARY, holds_named, push, section_of};

/// A reference.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    /// The pointer of the object with the `$ref`, or of the value of a discriminator's mapping.
    pub(super) at: String,
    pub(super) text: String,
    pub(super) role: Role,
}

/// What a reference stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// An object of a section of `components`.
    Component(Section),
    /// Any other value. The target is put in its place.
    Value(Place),
    /// A value of a discriminator's mapping.
    Mapping,
    /// A `$dynamicRef`.
    Dynamic,
}

/// Whether OpenAPI has references at a location.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// It has none.
    #[default]
    Irregular,
    /// It has: callbacks, media types.
    Regular,
    /// It has, and the generator does not read them: examples, links.
    Unread,
}

/// What is known of a value by its location.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Context {
    /// The section of the objects here.
    pub(super) section: Option<Section>,
    /// Whether the value is a map from names to objects.
    pub(super) is_named: bool,
    place: Place,
    is_callbacks: bool,
}

impl Context {
    /// An object of a section.
    pub(super) fn of(section: Section) -> Self {
        Self { section: Some(section), ..Self::default() }
    }

    /// The value of a property.
    pub(super) fn of_key(key: &str) -> Self {
        let section = if key == "securityDefinitions" { Some(Section::SecuritySchemes) } else { section_of(key) };
        Self {
            section,
            is_named: holds_named(key) || matches!(key, "securityDefinitions" | "examples"),
            place: match key {
                "callbacks" | "content" | "mediaTypes" => Place::Regular,
                "examples" | "links" => Place::Unread,
                _ => Place::Irregular,
            },
            is_callbacks: key == "callbacks",
        }
    }

    /// An entry of a map from names to objects.
    fn entry(self) -> Self {
        if self.is_callbacks {
            // A callback is a map from expressions to path items.
            return Self {
                section: Some(Section::PathItems),
                is_named: true,
                place: Place::Regular,
                is_callbacks: false,
            };
        }
        Self { is_named: false, ..self }
    }

    /// The context of the value at a pointer below.
    fn at(self, pointer: &str) -> Self {
        pointer.split('/').skip(1).map(unescape).fold(self, |context, segment| {
            let is_index = segment.bytes().all(|byte| byte.is_ascii_digit());
            match () {
                () if context.is_named => context.entry(),
                () if is_index => context,
                () if segment.starts_with("x-") || ARBITRARY.contains(&segment.as_str()) => Self::default(),
                () => Self::of_key(&segment),
            }
        })
    }

    /// Whether OpenAPI has an object of a section at a pointer below an object of a section.
    pub(super) fn has(outer: Section, pointer: &str, inner: Section) -> bool {
        let context = Self::of(outer).at(pointer);
        context.section == Some(inner) && !context.is_named
    }

    fn role(self) -> Role {
        match self.section {
            Some(section) if !self.is_named => Role::Component(section),
            _ => Role::Value(self.place),
        }
    }
}

/// The references of a value with this context.
pub(super) fn references(value: &Value, at: &str, context: Context) -> Vec<Reference> {
    let mut found = Vec::new();
    visit(value, &mut at.to_owned(), context, &mut found);
    found
}

fn visit(value: &Value, at: &mut String, context: Context, found: &mut Vec<Reference>) {
    match value {
        Value::Object(properties) => {
            for (key, role) in [("$ref", context.role()), ("$dynamicRef", Role::Dynamic)] {
                if let Some(Value::String(text)) = properties.get(key) {
                    found.push(Reference { at: at.clone(), text: text.clone(), role });
                }
            }
            if context.is_named {
                let has_extensions = matches!(context.section, Some(Section::PathItems | Section::Responses));
                for (name, property) in properties {
                    if has_extensions && name.starts_with("x-") {
                        continue;
                    }
                    let length = push(at, name);
                    visit(property, at, context.entry(), found);
                    at.truncate(length);
                }
                return;
            }
            mapping(properties.get("discriminator"), at, found);
            for (key, property) in properties {
                if key.starts_with("x-") {
                    continue;
                }
                if ARBITRARY.contains(&key.as_str()) {
                    if key == "examples" {
                        examples(property, at, found);
                    }
                    continue;
                }
                let length = push(at, key);
                visit(property, at, Context::of_key(key), found);
                at.truncate(length);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let length = push(at, &index.to_string());
                visit(element, at, Context { is_named: false, ..context }, found);
                at.truncate(length);
            }
        }
        _ => {}
    }
}

/// The targets of a discriminator's mapping. A value without these characters may be the name of a component.
fn mapping(discriminator: Option<&Value>, at: &str, found: &mut Vec<Reference>) {
    let Some(Value::Object(mapping)) = discriminator.and_then(|object| object.get("mapping")) else { return };
    for (value, target) in mapping {
        if let Some(text) = target.as_str().filter(|text| text.contains(['#', '/', '.'])) {
            let mut at = format!("{at}/discriminator/mapping");
            push(&mut at, value);
            found.push(Reference { at, text: text.to_owned(), role: Role::Mapping });
        }
    }
}

/// The references among Example objects. The examples of a schema are a list of arbitrary values.
fn examples(value: &Value, at: &str, found: &mut Vec<Reference>) {
    for (name, example) in value.as_object().into_iter().flatten() {
        if let Some(text) = example.get("$ref").and_then(Value::as_str) {
            let mut at = format!("{at}/examples");
            push(&mut at, name);
            found.push(Reference { at, text: text.to_owned(), role: Role::Value(Place::Unread) });
        }
    }
}

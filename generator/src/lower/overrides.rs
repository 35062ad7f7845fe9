//! Overrides: the settings that name a location of the document, and which of them were used.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::ir::{HttpMethod, Name};
use crate::location::{Location, Point};
use crate::names;
use crate::problem::Problem;
use crate::read::Node;
use crate::settings::{RustType, Settings};

/// The kind of a chosen name, which decides its spelling.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A type or a variant: `OneName`.
    Type,
    /// A property, a parameter or a method: `one_name`.
    Value,
}

impl Named {
    /// The kind of a name by its spelling. The location of a property may have two names: of the property and of its
    /// type.
    fn of(name: &str) -> Self {
        if name.starts_with(char::is_uppercase) { Self::Type } else { Self::Value }
    }

    /// The name as the generator would spell it.
    fn written(self, name: &str) -> String {
        match self {
            Self::Type => names::type_name(name),
            Self::Value => names::value_name(name).rust,
        }
    }
}

/// Stands for any text in a pattern of the setting `rename`.
const ANY: char = '*';

/// The start of a pattern for components, and for those of Swagger 2.0.
const SCHEMAS: [&str; 2] = ["/components/schemas/", "/definitions/"];

/// The settings for single locations of the document.
pub(super) struct Overrides<'s> {
    settings: &'s Settings,
    used: Used<'s>,
    problems: Vec<Problem>,
}

/// The keys of the used settings.
#[derive(Default)]
struct Used<'s> {
    replaced: BTreeSet<&'s str>,
    renamed: BTreeSet<&'s str>,
    derived: BTreeSet<&'s str>,
}

impl<'s> Overrides<'s> {
    pub(super) fn new(settings: &'s Settings) -> Self {
        Self { settings, used: Used::default(), problems: Vec::new() }
    }

    /// The user type that replaces this schema.
    pub(super) fn replacement(&mut self, node: &Node<'_>) -> Option<&'s RustType> {
        if self.settings.replaced.is_empty() {
            return None;
        }
        let (key, ty) = self.settings.replaced.get_key_value(&*node.original().key())?;
        self.used.replaced.insert(key);
        Some(ty)
    }

    /// The traits from the settings that the type of this schema derives.
    pub(super) fn derives(&mut self, node: &Node<'_>) -> Vec<String> {
        let mut derives = self.settings.derives.clone();
        if !self.settings.derives_at.is_empty()
            && let Some((key, own)) = self.settings.derives_at.get_key_value(&*node.original().key())
        {
            self.used.derived.insert(key);
            derives.extend(own.iter().cloned());
        }
        derives
    }

    /// The chosen name at this location. The setting counts as used.
    pub(super) fn name(&mut self, node: &Node<'_>, named: Named) -> Option<&'s str> {
        if self.settings.renamed.is_empty() {
            return None;
        }
        self.name_by(&node.original().key(), named)
    }

    /// The chosen name at this location. The setting does not count as used.
    pub(super) fn peek_name(&self, node: &Node<'_>, named: Named) -> Option<&'s str> {
        if self.settings.renamed.is_empty() {
            return None;
        }
        let name = self.settings.renamed.get(&*node.original().key())?;
        (Named::of(name) == named).then_some(name.as_str())
    }

    fn name_by(&mut self, key: &str, named: Named) -> Option<&'s str> {
        let (key, name) = self.settings.renamed.get_key_value(key)?;
        if Named::of(name) != named {
            return None;
        }
        self.used.renamed.insert(key);
        Some(name)
    }

    /// The chosen name of an operation: by its pointer, its id, or its method and path.
    pub(super) fn operation(&mut self, node: &Node<'_>, method: &HttpMethod, path: &str) -> Option<&'s str> {
        if self.settings.renamed.is_empty() {
            return None;
        }
        let id = node.get("operationId").and_then(|id| id.value().as_str());
        self.name(node, Named::Value)
            .or_else(|| self.name_by(&format!("{} {path}", method.as_str()), Named::Value))
            .or_else(|| id.and_then(|id| self.name_by(id, Named::Value)))
    }

    /// The name of an operation by a pattern of the settings.
    pub(super) fn operation_by_pattern(&mut self, id: &str) -> Option<String> {
        self.by_pattern(id, |key| (!key.starts_with('/')).then_some(key))
    }

    /// The name of a component by a pattern of the settings.
    pub(super) fn component_by_pattern(&mut self, wire: &str) -> Option<String> {
        let name = self.by_pattern(wire, |key| SCHEMAS.iter().find_map(|start| key.strip_prefix(start)))?;
        Some(names::type_name(&name))
    }

    /// The name by the longest pattern that matches a text.
    fn by_pattern(&mut self, text: &str, of: impl Fn(&'s str) -> Option<&'s str>) -> Option<String> {
        let patterns = self.settings.renamed.iter().filter(|(_, name)| name.contains(ANY));
        let matching = patterns.filter_map(|(key, name)| {
            let (before, after) = of(key)?.split_once(ANY)?;
            let inside = text.strip_prefix(before)?.strip_suffix(after).filter(|inside| !inside.is_empty())?;
            Some((key, name.replacen(ANY, inside, 1)))
        });
        let (key, name) = matching.max_by_key(|(key, _)| (key.len(), *key))?;
        self.used.renamed.insert(key);
        Some(name)
    }

    /// The Rust names of properties, parameters or methods in one scope. The input is each wire name, with the chosen
    /// name and its location, if any. Chosen names are assigned first.
    pub(super) fn value_names(
        &mut self,
        wanted: &[(&str, Option<(&'s str, Location)>)],
        reserved: &[&str],
    ) -> Vec<Name> {
        if wanted.iter().all(|(_, chosen)| chosen.is_none()) {
            return names::value_names(wanted.iter().map(|(wire, _)| *wire), reserved);
        }
        let chosen_of = |index: usize| wanted.get(index).and_then(|(_, chosen)| chosen.as_ref());
        let (mut order, others): (Vec<usize>, Vec<usize>) =
            (0..wanted.len()).partition(|index| chosen_of(*index).is_some());
        order.extend(others);
        let spelled: Vec<&str> = order
            .iter()
            .filter_map(|index| wanted.get(*index))
            .map(|(wire, chosen)| chosen.as_ref().map_or(*wire, |(name, _)| *name))
            .collect();
        let ideal: Vec<String> = spelled.iter().map(|name| names::value_name(name).rust).collect();
        let mut given = vec![None; wanted.len()];
        for (at, (index, name)) in order.iter().zip(names::value_names(spelled.iter().copied(), reserved)).enumerate() {
            let wire = wanted.get(*index).map(|(wire, _)| (*wire).to_owned()).unwrap_or_default();
            if let (Some((chosen, location)), Some(own)) = (chosen_of(*index), ideal.get(at)) {
                let is_taken = reserved.contains(&own.as_str())
                    || ideal.iter().enumerate().any(|(other, ideal)| other != at && ideal == own);
                if is_taken {
                    self.taken(location, chosen);
                }
            }
            if let Some(slot) = given.get_mut(*index) {
                *slot = Some(Name { wire, ..name });
            }
        }
        given.into_iter().flatten().collect()
    }

    /// Reports that two items need one name.
    pub(super) fn taken(&mut self, at: &Location, name: &str) {
        self.problems.push(self.settings.taken(at, name));
    }

    /// The problems of invalid settings.
    pub(super) fn invalid(&mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        for (key, name) in self.settings.renamed.iter().filter(|(_, name)| name.contains(ANY)) {
            let is_of_names = !key.starts_with('/') || SCHEMAS.iter().any(|start| key.starts_with(start));
            if key.matches(ANY).count() != 1 || name.matches(ANY).count() != 1 || !is_of_names {
                let what = format!("invalid pattern `{key}` for `{name}`");
                let cure = "write one `*` in an `operationId` or after `/components/schemas/` or `/definitions/`, and one in the new name";
                problems.push(Problem::of_setting("rename", key, &location_of(key), what, cure));
            }
        }
        for (key, name) in self.settings.renamed.iter().filter(|(_, name)| !name.contains(ANY)) {
            if Named::of(name).written(name) != *name {
                let what = format!("invalid Rust name `{name}`");
                let cure = "write types and variants as `OneName`, properties, parameters and methods as `one_name`";
                problems.push(Problem::of_setting("rename", key, &location_of(key), what, cure));
            }
        }
        for (key, ty) in &self.settings.replaced {
            if let Err(error) = ty.check() {
                problems.push(Problem::of_setting("replace", key, &location_of(key), error.to_string(), WHOLE_PATH));
            }
        }
        if let Some(path) = self.settings.module_path.as_deref().filter(|path| !is_module_path(path)) {
            let what = format!("invalid path of a Rust module `{path}`");
            let cure = "write the path of the generated module, such as `my_crate::api`";
            problems.push(Problem::of_setting("module-path", path, &Location::root(), what, cure));
        }
        let at = self.settings.derives_at.iter().map(|(key, traits)| ("derives-at", key.as_str(), traits));
        for (setting, key, traits) in at.chain([("derives", "", &self.settings.derives)]) {
            for wrong in traits.iter().filter(|path| syn::parse_str::<syn::Path>(path).is_err()) {
                let key = if key.is_empty() { wrong } else { key };
                let location = if setting == "derives" { Location::root() } else { location_of(key) };
                let what = format!("invalid path of a trait `{wrong}`");
                let cure = "write `Eq`, `Hash`, or a path such as `schemars::JsonSchema`";
                problems.push(Problem::of_setting(setting, key, &location, what, cure));
            }
        }
        problems
    }

    /// The problems of unused settings.
    pub(super) fn unused(&self, root: &Node<'_>) -> Vec<Problem> {
        let replaced = self.settings.replaced.keys().map(|key| ("replace", key, &self.used.replaced));
        let renamed = self.settings.renamed.keys().map(|key| ("rename", key, &self.used.renamed));
        let derived = self.settings.derives_at.keys().map(|key| ("derives-at", key, &self.used.derived));
        replaced
            .chain(renamed)
            .chain(derived)
            .filter(|(_, key, used)| !used.contains(key.as_str()))
            .map(|(setting, key, _)| {
                let is_pattern = self.settings.renamed.get(key).is_some_and(|name| name.contains(ANY));
                let (what, cure) = match is_pattern && setting == "rename" {
                    true => {
                        ("nothing in the document matches the pattern", "correct the pattern or remove it".to_owned())
                    }
                    false => unused_reason(root, setting, key),
                };
                Problem::of_setting(setting, key, &location_of(key), what, cure)
            })
            .collect()
    }
}

/// Why a setting is unused, and the remedy.
fn unused_reason(root: &Node<'_>, setting: &str, key: &str) -> (&'static str, String) {
    if !key.starts_with('/') && !key.contains('#') {
        let cure = "use an `operationId`, method and path (`GET /path`), or a JSON pointer";
        return ("there is no such operation among the chosen ones", cure.to_owned());
    }
    if !root.has_location(key) {
        let cure = match root.nearest_location(key) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "correct the JSON pointer: write `/` as `~1` and `~` as `~0`".to_owned(),
        };
        return ("the document has no such location", cure);
    }
    let (what, cure) = match setting {
        "replace" => (
            "this location is not a schema with its own type that the chosen operations use",
            "use the pointer of the schema, or remove the setting",
        ),
        "derives-at" => (
            "no type is generated for this location",
            "use the pointer of an object, an `enum` or a `oneOf` that a chosen operation uses",
        ),
        _ => (
            "nothing at this location has such a name in the chosen operations",
            "use a schema or a value for a name such as `OneName`, or a property, a parameter or an operation for a name such \
             as `one_name`",
        ),
    };
    (what, cure.to_owned())
}

/// The remedy for an invalid type.
pub(super) const WHOLE_PATH: &str = "write a complete path, which is valid in any module of the crate";

/// Whether a text is a path of plain names.
fn is_module_path(text: &str) -> bool {
    syn::parse_str::<syn::Path>(text).is_ok_and(|path| path.segments.iter().all(|segment| segment.arguments.is_none()))
}

fn location_of(key: &str) -> Location {
    match key.split_once('#') {
        Some((file, pointer)) => Location::in_file(Arc::new(file.to_owned()), pointer),
        None if key.starts_with('/') => Location::original(Point::original(None, key.to_owned())),
        None => Location::at("/paths"),
    }
}

//! Overrides: the settings that name a location of the document, and which of them were used.

use std::collections::BTreeSet;

use crate::ir::{HttpMethod, Name};
use crate::location::Location;
use crate::names;
use crate::problem::Problem;
use crate::read::Node;
use crate::settings::{RustType, Settings};

/// Where a name stands, which decides how it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A type or a variant: `OneName`.
    Type,
    /// A member, a parameter or a method: `one_name`.
    Value,
}

impl Named {
    /// What a name is the name of: a place may be of a member and of its type at once.
    fn of(name: &str) -> Self {
        if name.starts_with(char::is_uppercase) { Self::Type } else { Self::Value }
    }

    /// How the generator would write the name.
    fn written(self, name: &str) -> String {
        match self {
            Self::Type => names::type_name(name),
            Self::Value => names::value_name(name).rust,
        }
    }
}

/// The settings that name places.
pub(super) struct Overrides<'s> {
    settings: &'s Settings,
    met: Met<'s>,
    problems: Vec<Problem>,
}

/// The keys of the settings that were met.
#[derive(Default)]
struct Met<'s> {
    replaced: BTreeSet<&'s str>,
    renamed: BTreeSet<&'s str>,
    derived: BTreeSet<&'s str>,
}

impl<'s> Overrides<'s> {
    pub(super) fn new(settings: &'s Settings) -> Self {
        Self { settings, met: Met::default(), problems: Vec::new() }
    }

    /// The type that takes the place of this schema.
    pub(super) fn replacement(&mut self, node: &Node<'_>) -> Option<&'s RustType> {
        if self.settings.replaced.is_empty() {
            return None;
        }
        let (key, ty) = self.settings.replaced.get_key_value(node.place().pointer())?;
        self.met.replaced.insert(key);
        Some(ty)
    }

    /// The traits that the type of this schema is to derive.
    pub(super) fn derives(&mut self, node: &Node<'_>) -> Vec<String> {
        let mut derives = self.settings.derives.clone();
        if !self.settings.derives_at.is_empty()
            && let Some((key, own)) = self.settings.derives_at.get_key_value(node.place().pointer())
        {
            self.met.derived.insert(key);
            derives.extend(own.iter().cloned());
        }
        derives
    }

    /// The name that was chosen for what stands here.
    pub(super) fn name(&mut self, node: &Node<'_>, named: Named) -> Option<&'s str> {
        if self.settings.renamed.is_empty() {
            return None;
        }
        self.name_by(node.place().pointer(), named)
    }

    /// The same, for who only wants to know: nothing gets the name by that.
    pub(super) fn looked_up(&self, node: &Node<'_>, named: Named) -> Option<&'s str> {
        if self.settings.renamed.is_empty() {
            return None;
        }
        let name = self.settings.renamed.get(node.place().pointer())?;
        (Named::of(name) == named).then_some(name.as_str())
    }

    fn name_by(&mut self, key: &str, named: Named) -> Option<&'s str> {
        let (key, name) = self.settings.renamed.get_key_value(key)?;
        if Named::of(name) != named {
            return None;
        }
        self.met.renamed.insert(key);
        Some(name)
    }

    /// The name that was chosen for an operation: by its place, by its id, or by method and path.
    pub(super) fn operation(&mut self, node: &Node<'_>, method: HttpMethod, path: &str) -> Option<&'s str> {
        if self.settings.renamed.is_empty() {
            return None;
        }
        let id = node.get("operationId").and_then(|id| id.value().as_str());
        self.name(node, Named::Value)
            .or_else(|| self.name_by(&format!("{} {path}", method.as_str()), Named::Value))
            .or_else(|| id.and_then(|id| self.name_by(id, Named::Value)))
    }

    /// The name that was chosen for a component.
    pub(super) fn component(&self, wire: &str) -> Option<&'s str> {
        if self.settings.renamed.is_empty() {
            return None;
        }
        let place = Location::at("/components/schemas").child(wire);
        let (_, name) = self.settings.renamed.get_key_value(place.pointer())?;
        (Named::of(name) == Named::Type).then_some(name.as_str())
    }

    /// The Rust names of members, parameters or methods that stand beside each other; of each its name in the
    /// document, and the one that was chosen with its place. What was chosen comes first.
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
            if let (Some((chosen, place)), Some(own)) = (chosen_of(*index), ideal.get(at)) {
                let is_taken = reserved.contains(&own.as_str())
                    || ideal.iter().enumerate().any(|(other, ideal)| other != at && ideal == own);
                if is_taken {
                    self.taken(place, chosen);
                }
            }
            if let Some(slot) = given.get_mut(*index) {
                *slot = Some(Name { wire, ..name });
            }
        }
        given.into_iter().flatten().collect()
    }

    /// Two things need one name.
    pub(super) fn taken(&mut self, at: &Location, name: &str) {
        self.problems.push(self.settings.taken(at, name));
    }

    /// What is wrong with the settings themselves.
    pub(super) fn faults(&mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        for (key, name) in &self.settings.renamed {
            if Named::of(name).written(name) != *name {
                let what = format!("`{name}` is not a Rust name");
                let cure = "write types and variants as `OneName`, members, parameters and methods as `one_name`";
                problems.push(Problem::of_setting("rename", key, &place_of(key), what, cure));
            }
        }
        for (key, ty) in &self.settings.replaced {
            if let Err(error) = ty.check() {
                problems.push(Problem::of_setting("replace", key, &place_of(key), error.to_string(), WHOLE_PATH));
            }
        }
        if let Some(path) = self.settings.module_path.as_deref().filter(|path| !is_module_path(path)) {
            let what = format!("`{path}` is not the path of a Rust module");
            let cure = "write the path of the generated module for its users, such as `my_crate::api`";
            problems.push(Problem::of_setting("module-path", path, &Location::root(), what, cure));
        }
        let at = self.settings.derives_at.iter().map(|(key, traits)| ("derives-at", key.as_str(), traits));
        for (setting, key, traits) in at.chain([("derives", "", &self.settings.derives)]) {
            for wrong in traits.iter().filter(|path| syn::parse_str::<syn::Path>(path).is_err()) {
                let key = if key.is_empty() { wrong } else { key };
                let place = if setting == "derives" { Location::root() } else { place_of(key) };
                let what = format!("`{wrong}` is not the path of a trait");
                let cure = "write `Eq`, `Hash`, or a path such as `schemars::JsonSchema`";
                problems.push(Problem::of_setting(setting, key, &place, what, cure));
            }
        }
        problems
    }

    /// What asked for something in vain.
    pub(super) fn unmet(&self, root: &Node<'_>) -> Vec<Problem> {
        let replaced = self.settings.replaced.keys().map(|key| ("replace", key, &self.met.replaced));
        let renamed = self.settings.renamed.keys().map(|key| ("rename", key, &self.met.renamed));
        let derived = self.settings.derives_at.keys().map(|key| ("derives-at", key, &self.met.derived));
        replaced
            .chain(renamed)
            .chain(derived)
            .filter(|(_, key, met)| !met.contains(key.as_str()))
            .map(|(setting, key, _)| {
                let (what, cure) = vain(root, setting, key);
                Problem::of_setting(setting, key, &place_of(key), what, cure)
            })
            .collect()
    }
}

/// Why nothing came of a setting, and what to do about it.
fn vain(root: &Node<'_>, setting: &str, key: &str) -> (&'static str, String) {
    if !key.starts_with('/') {
        let cure = "name an operation by its `operationId`, as in `GET /path`, or by its JSON pointer";
        return ("this is none of the chosen operations", cure.to_owned());
    }
    if !root.has_place(key) {
        let cure = match root.nearest_place(key) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "mend the JSON pointer, in which `~1` stands for `/` and `~0` for `~`".to_owned(),
        };
        return ("the document has no such place", cure);
    }
    let (what, cure) = match setting {
        "replace" => (
            "the chosen operations reach no schema here that has a type of its own",
            "name the schema itself, or take the setting out",
        ),
        "derives-at" => (
            "the chosen operations reach no schema here that a type is made for",
            "name the schema of an object, an `enum` or a choice",
        ),
        _ => (
            "the chosen operations reach nothing here that has such a name",
            "name a schema or a value to give it a name such as `OneName`, or a member, a parameter or an operation for one \
             such as `one_name`",
        ),
    };
    (what, cure.to_owned())
}

/// What to do about a type that is not one.
pub(super) const WHOLE_PATH: &str = "write the path so that it holds in any module of the crate";

/// Whether a text is a path of names alone.
fn is_module_path(text: &str) -> bool {
    syn::parse_str::<syn::Path>(text).is_ok_and(|path| path.segments.iter().all(|segment| segment.arguments.is_none()))
}

fn place_of(key: &str) -> Location {
    if key.starts_with('/') { Location::at(key) } else { Location::at("/paths") }
}

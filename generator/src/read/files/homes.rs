//! The pointer of each part in the assembled document: a component with the name of its key or its file.

use std::collections::{BTreeMap, BTreeSet};

use super::references::Context;
use super::resolve::Resolver;
use super::{Renamed, Target, ends};
use crate::location::{escape, unescape};
use crate::read::Section;

/// The pointer of each part.
pub(super) struct Homes {
    /// All of them.
    pub(super) all: BTreeMap<Target, String>,
    /// The parts that are added to the root document.
    pub(super) added: Vec<Target>,
    pub(super) renamed: Vec<Renamed>,
}

/// Decides the pointers.
pub(super) fn homes(resolver: &Resolver<'_>) -> Homes {
    let mut homes = Homes { all: resolver.entries.clone(), added: Vec::new(), renamed: Vec::new() };
    let mut taken: BTreeMap<&str, BTreeSet<String>> =
        resolver.taken.iter().map(|(map, keys)| (*map, keys.clone())).collect();
    // By file and pointer, so a part comes before the parts inside it.
    let mut parts: Vec<(&Target, Section)> =
        resolver.parts.iter().map(|(target, section)| (target, *section)).collect();
    parts.sort_by_key(|(target, _)| (resolver.files.get(target.file).map(|file| file.location.clone()), *target));
    for (target, section) in parts {
        if homes.all.contains_key(target) {
            continue;
        }
        if let Some(home) = inside(target, section, resolver, &homes.all) {
            homes.all.insert(target.clone(), home);
            continue;
        }
        let map = map_of(section, resolver.is_2);
        let keys = taken.entry(map).or_default();
        let wanted = resolver.names.get(target).cloned().unwrap_or_else(|| name_of(target, resolver));
        let key = free(&wanted, keys);
        keys.insert(key.clone());
        let home = format!("{map}/{}", escape(&key));
        if key != wanted {
            homes.renamed.push(Renamed { at: home.clone(), wanted, given: key });
        }
        homes.all.insert(target.clone(), home);
        homes.added.push(target.clone());
    }
    homes
}

/// The pointer of a part inside another part, in a place where OpenAPI has such an object.
fn inside(
    target: &Target,
    section: Section,
    resolver: &Resolver<'_>,
    homes: &BTreeMap<Target, String>,
) -> Option<String> {
    ends(&target.pointer).skip(1).find_map(|end| {
        let (outer, rest) = target.pointer.split_at_checked(end)?;
        let outer = Target { file: target.file, pointer: outer.to_owned() };
        let (home, around) = (homes.get(&outer)?, resolver.parts.get(&outer)?);
        Context::has(*around, rest, section).then(|| format!("{home}{rest}"))
    })
}

/// The map for the components of a section.
fn map_of(section: Section, is_2: bool) -> &'static str {
    match (section, is_2) {
        (Section::Schemas, false) => "/components/schemas",
        (Section::Responses, false) => "/components/responses",
        (Section::Parameters, false) => "/components/parameters",
        (Section::RequestBodies, _) => "/components/requestBodies",
        (Section::SecuritySchemes, false) => "/components/securitySchemes",
        (Section::PathItems, _) => "/components/pathItems",
        (Section::Headers, _) => "/components/headers",
        (Section::Schemas, true) => "/definitions",
        (Section::Responses, true) => "/responses",
        (Section::Parameters, true) => "/parameters",
        (Section::SecuritySchemes, true) => "/securityDefinitions",
    }
}

/// The first of `Name`, `Name2`, `Name3` that is not taken.
fn free(wanted: &str, taken: &BTreeSet<String>) -> String {
    let numbered = (2_usize..).map(|number| format!("{wanted}{number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|key| !taken.contains(key)).unwrap_or_default()
}

/// The name of a part: its key, or else the name of its file.
fn name_of(target: &Target, resolver: &Resolver<'_>) -> String {
    let segments: Vec<String> = target.pointer.split('/').skip(1).map(unescape).collect();
    match segments.last() {
        // The keys of arrays and the keywords with a schema name nothing.
        Some(last) if last.bytes().all(|byte| byte.is_ascii_digit()) || is_keyword(last) => segments.join(" "),
        Some(last) => last.clone(),
        None => {
            let location = resolver.files.get(target.file).map(|file| file.location.as_str()).unwrap_or_default();
            file_name(location)
        }
    }
}

fn is_keyword(key: &str) -> bool {
    matches!(key, "schema" | "items" | "additionalProperties" | "not" | "contains" | "propertyNames")
}

/// The name of a file: without its folder and extension. An index has the name of its folder.
fn file_name(location: &str) -> String {
    let path = location.split(['?', '#']).next().unwrap_or_default();
    let mut segments = path.rsplit('/');
    let stem = |file: &str| {
        let mut stem = file;
        for end in [".json", ".yaml", ".yml", ".schema"] {
            stem = stem.strip_suffix(end).unwrap_or(stem);
        }
        stem.to_owned()
    };
    let own = stem(segments.next().unwrap_or_default());
    match (own.as_str(), segments.next()) {
        ("index" | "_index" | "schema", Some(folder)) if !folder.is_empty() => folder.to_owned(),
        _ => own,
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn the_name_of_a_file_has_no_extension() {
        for (location, name) in [
            ("schemas/Pet.yaml", "Pet"),
            ("Pet.schema.json", "Pet"),
            ("pets/index.yml", "pets"),
            ("_index.yaml", "_index"),
            ("https://x.example/a/pet.json?v=1", "pet"),
            ("v1.pet.yaml", "v1.pet"),
            ("pet", "pet"),
        ] {
            assert_eq!(file_name(location), name, "{location}");
        }
    }
}

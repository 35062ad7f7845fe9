//! The wire names of public items. If the wire name of an item moves to another item, code still compiles and sends
//! something else.

use std::collections::BTreeMap;

use super::surface::{Entry, Surface};
use crate::ir::{Api, Operation, Parameter, ParameterLocation, TypeDef, TypeKind};

/// Adds the wire names of variants, fields and parameters to the items of a module.
pub(super) fn add(surface: &mut Surface, api: &Api) {
    let mut set = |path: String, key: &str, wire: &str| {
        if let Some(entry) = surface.get_mut(&path) {
            entry.wire.insert(key.to_owned(), wire.to_owned());
        }
    };
    for def in &api.types {
        of_type(def, &mut |path, wire| set(path, "", wire));
    }
    for operation in &api.operations {
        let params = &operation.names.params;
        for parameter in &operation.parameters {
            let (wire, rust) = (sent_as(operation, parameter), &parameter.name.rust);
            for path in [format!("{params}.{rust}"), format!("{params}::{rust}"), format!("{params}::with_{rust}")] {
                set(path, "", &wire);
            }
            let stream = operation.stream.iter().map(|stream| &stream.name.rust);
            for method in stream.chain([&operation.name.rust]) {
                set(format!("Client::{method}"), rust, &wire);
            }
        }
    }
}

fn of_type(def: &TypeDef, set: &mut impl FnMut(String, &str)) {
    let names = std::iter::once(&def.name.rust).chain(&def.request_name);
    for name in names {
        match &def.kind {
            TypeKind::Struct(object) => {
                for field in &object.fields {
                    set(format!("types::{name}.{}", field.name.rust), &field.name.wire);
                }
            }
            TypeKind::Enumeration(known) => {
                for value in &known.values {
                    set(format!("types::{name}::{}", value.name.rust), &value.name.wire);
                }
            }
            TypeKind::Union(_) | TypeKind::Alias(_) => {}
        }
    }
}

/// A path parameter is identified by its position, because its name is never sent.
fn sent_as(operation: &Operation, parameter: &Parameter) -> String {
    let wire = &parameter.name.wire;
    match parameter.location {
        ParameterLocation::Path => {
            let names: Vec<&str> =
                operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
            let position = names.iter().position(|name| name == wire).map_or(0, |index| index + 1);
            format!("part {position} of the path")
        }
        ParameterLocation::Query => format!("{wire} in the query"),
        ParameterLocation::Header => format!("the header {wire}"),
        ParameterLocation::Cookie => format!("the cookie {wire}"),
    }
}

/// Which keys of an item have a wire name that another item of the same owner had before, or has now.
pub(super) fn moved(path: &str, old: &Surface, new: &Surface) -> Vec<String> {
    let (Some(before), Some(after)) = (old.get(path), new.get(path)) else { return Vec::new() };
    let differs = |(key, wire): (&String, &String)| {
        let is_moved = after.wire.get(key).is_some_and(|now| {
            now != wire && (has_elsewhere(new, path, after, key, wire) || has_elsewhere(old, path, before, key, now))
        });
        is_moved.then(|| key.clone())
    };
    before.wire.iter().filter_map(differs).collect()
}

/// Whether another argument, or another item of the same owner, has a wire name.
fn has_elsewhere(surface: &Surface, path: &str, entry: &Entry, key: &str, wire: &str) -> bool {
    if !key.is_empty() {
        return entry.wire.iter().any(|(other, of)| other != key && of == wire);
    }
    let Some(owner) = &entry.owner else { return false };
    let siblings = surface.range(owner.clone()..).take_while(|(other, _)| other.starts_with(owner.as_str()));
    let has = |(other, of): (&String, &Entry)| {
        other != path && of.owner.as_ref() == Some(owner) && of.wire.get("").is_some_and(|name| name == wire)
    };
    let mut same_kind = siblings.filter(|(other, _)| is_setter(other) == is_setter(path));
    same_kind.any(has)
}

/// `with_limit` sets the field `limit`, so both have its wire name.
fn is_setter(path: &str) -> bool {
    path.contains("::with_")
}

/// The declaration of an item with the wire names under these keys.
pub(super) fn shown(entry: &Entry, keys: &[String]) -> String {
    let names: BTreeMap<&String, &String> = entry.wire.iter().filter(|(key, _)| keys.contains(key)).collect();
    let one = |(key, wire): (&&String, &&String)| {
        if key.is_empty() { format!("sent as {wire}") } else { format!("{key} sent as {wire}") }
    };
    let names: Vec<String> = names.iter().map(one).collect();
    if names.is_empty() { entry.shown() } else { format!("{}, {}", entry.shown(), names.join(", ")) }
}

//! Prints the checked API as Rust. It cannot fail.
//!
//! Each kind of output has a file. A file returns [`Item`]s: printed text, with the imports and crates that it needs.
//! The needs of all items decide the imports and the dependencies of the output.

mod adapters;
mod aliases;
mod bodies;
mod client;
mod docs;
mod enumerations;
mod enums;
mod forms;
mod item;
mod objects;
mod operation_docs;
mod operations;
mod outcomes;
mod pages;
mod parallel;
mod params;
mod preamble;
mod render;
mod request_conversions;
mod response_headers;
mod shapes;
mod signatures;
mod streams;
mod structs;
mod types;
mod unions;
mod webhooks;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::analyze::Facts;
use crate::ir::{Api, Type, TypeId, TypeKind};
use crate::names::Paths;
use crate::output::{Dependency, GeneratedType};
use crate::settings::Settings;
use crate::signature::{GeneratedCredential, GeneratedOperation};
use item::Item;
use types::{Direction, Viewpoint};

/// The input of every file: the API, the facts about it, and the settings.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) api: &'a Api,
    pub(crate) facts: &'a Facts,
    pub(crate) settings: &'a Settings,
    pub(crate) paths: &'a Paths,
}

/// Prints the whole module. Returns its text and the crates that it needs.
pub(crate) fn emit(scene: &Scene<'_>) -> (String, Vec<Dependency>) {
    let mut items = if scene.settings.types_only { Vec::new() } else { calls(scene) };
    items.push(types_module(scene));
    items.extend(webhooks::module(scene));
    items.extend(adapters::module(scene));
    let body = Item::page(items);
    let dependencies = preamble::dependencies(scene, body.needs);
    let preamble = preamble::preamble(scene, body.needs, &dependencies);
    (format!("{}\n", render::page(&[preamble, body.text])), dependencies)
}

/// The client, its operations, and the types that belong to one operation.
fn calls(scene: &Scene<'_>) -> Vec<Item> {
    let mut items = client::client(scene);
    items.extend(Item::section("Credentials", client::credentials(scene)));
    items.extend(Item::section("Operations", operations::methods(scene)));
    let mut own = params::all(scene);
    own.extend(bodies::all(scene));
    own.extend(forms::all(scene));
    own.extend(outcomes::all(scene));
    own.extend(streams::all(scene));
    items.extend(Item::section("Optional parameters, and responses of several types", own));
    items.extend(Item::section("Response headers", response_headers::all(scene)));
    items.extend(operations::values(scene));
    items
}

/// The Rust type of each schema, as a path in the generated module.
pub(crate) fn types(scene: &Scene<'_>, reached: BTreeMap<String, Type>) -> Vec<GeneratedType> {
    let rust = |ty: &Type| {
        let shown = scene.without_alias_of_secret(ty);
        render::type_text(&scene.rust(&shown, Direction::Response, Viewpoint::Root))
    };
    reached.into_iter().map(|(pointer, ty)| GeneratedType { rust: rust(&ty), pointer }).collect()
}

/// The methods of the generated module as data: operations, and setters of credentials.
pub(crate) fn signatures(scene: &Scene<'_>) -> (Vec<GeneratedOperation>, Vec<GeneratedCredential>) {
    (signatures::operations(scene), signatures::credentials(scene))
}

/// `pub mod types`: the response type of each schema, and its request type if that differs.
fn types_module(scene: &Scene<'_>) -> Item {
    let convertible = request_conversions::convertible(scene);
    let mut items = parallel::each(scene.api.types.len(), |index| {
        let id = TypeId(index);
        if scene.api.get(id).is_some_and(|def| def.is_hidden) {
            return Vec::new();
        }
        let mut items = type_items(scene, id, Direction::Response);
        if scene.facts.request_types.contains_key(&id) {
            items.extend(type_items(scene, id, Direction::Request));
            items.extend(request_conversions::conversion(scene, &convertible, id));
        }
        items
    });
    items.extend(shapes::module(scene));
    types::module(scene, items)
}

fn type_items(scene: &Scene<'_>, id: TypeId, direction: Direction) -> Vec<Item> {
    let Some(def) = scene.api.get(id) else { return Vec::new() };
    match &def.kind {
        TypeKind::Struct(object) => structs::items(scene, id, def, object, direction),
        TypeKind::Enumeration(enumeration) => enumerations::items(def, enumeration),
        TypeKind::Union(union) => unions::items(scene, id, def, union, direction),
        TypeKind::Alias(ty) => aliases::items(scene, id, def, ty, direction),
    }
}

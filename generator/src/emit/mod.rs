//! Prints a checked API as Rust. It cannot fail.
//!
//! One file a printed kind. Each returns [`Item`]s: the text of a piece, and what the piece needs around it. The needs of
//! all pieces decide what is imported, and which crates the output depends on.

mod aliases;
mod bodies;
mod client;
mod docs;
mod enumerations;
mod forms;
mod header;
mod headers;
mod item;
mod objects;
mod operation_docs;
mod operations;
mod outcomes;
mod parallel;
mod params;
mod render;
mod requests;
mod shapes;
mod signatures;
mod streams;
mod structs;
mod types;
mod unions;
mod written;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::analyze::Facts;
use crate::ir::{Api, Kind, Type, TypeId};
use crate::names::Paths;
use crate::output::{Dependency, GeneratedType};
use crate::settings::Settings;
use crate::signature::{GeneratedCredential, GeneratedOperation};
use item::Item;
use types::{Direction, Viewpoint};

/// What every printer looks at.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) api: &'a Api,
    pub(crate) facts: &'a Facts,
    pub(crate) settings: &'a Settings,
    pub(crate) paths: &'a Paths,
}

/// The whole module as text, and the crates that it needs.
pub(crate) fn emit(scene: &Scene<'_>) -> (String, Vec<Dependency>) {
    let mut items = if scene.settings.types_only { Vec::new() } else { calls(scene) };
    items.push(types_module(scene));
    items.extend(written::module(scene));
    let body = Item::page(items);
    let dependencies = header::dependencies(scene, body.needs);
    let header = header::header(scene, body.needs, &dependencies);
    (format!("{}\n", render::page(&[header, body.text])), dependencies)
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
    items.extend(Item::section("Optional parameters, and responses of several types", own));
    items.extend(Item::section("Response headers", headers::all(scene)));
    items
}

/// The type of each schema, as it is written in the generated module.
pub(crate) fn types(scene: &Scene<'_>, places: BTreeMap<String, Type>) -> Vec<GeneratedType> {
    let rust = |ty: &Type| {
        let shown = scene.without_alias_of_secret(ty);
        render::type_text(&scene.rust(&shown, Direction::Received, Viewpoint::Root))
    };
    places.into_iter().map(|(pointer, ty)| GeneratedType { rust: rust(&ty), pointer }).collect()
}

/// The methods of the generated module as data: those of the operations, and those that take credentials.
pub(crate) fn signatures(scene: &Scene<'_>) -> (Vec<GeneratedOperation>, Vec<GeneratedCredential>) {
    (signatures::operations(scene), signatures::credentials(scene))
}

/// `pub mod types`: every schema, in its received form and, if that differs, in its sent form.
fn types_module(scene: &Scene<'_>) -> Item {
    let convertible = requests::convertible(scene);
    let mut items = parallel::each(scene.api.types.len(), |index| {
        let id = TypeId(index);
        let mut items = type_items(scene, id, Direction::Received);
        if scene.facts.request_forms.contains_key(&id) {
            items.extend(type_items(scene, id, Direction::Sent));
            items.extend(requests::conversion(scene, &convertible, id));
        }
        items
    });
    items.extend(shapes::module(scene));
    types::module(scene, items)
}

fn type_items(scene: &Scene<'_>, id: TypeId, direction: Direction) -> Vec<Item> {
    let Some(def) = scene.api.get(id) else { return Vec::new() };
    match &def.kind {
        Kind::Struct(object) => structs::items(scene, id, def, object, direction),
        Kind::Enumeration(enumeration) => enumerations::items(def, enumeration),
        Kind::Union(union) => unions::items(scene, id, def, union, direction),
        Kind::Alias(ty) => aliases::items(scene, id, def, ty, direction),
    }
}

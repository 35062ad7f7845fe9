//! Prints a checked API as Rust. It cannot fail.
//!
//! One file a printed kind. Each gives its items as text blocks; [`render`] sets blank lines between them.

mod aliases;
mod bodies;
mod client;
mod deprecation;
mod docs;
mod enumerations;
mod forms;
mod header;
mod headers;
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
mod support;
mod types;
mod unions;
mod written;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::GeneratedType;
use crate::analyze::Facts;
use crate::ir::{Api, Kind, Type, TypeId};
use crate::settings::Settings;
use crate::signature::{GeneratedCredential, GeneratedOperation};
use types::Form;

/// What every printer looks at.
#[derive(Clone, Copy)]
struct Scene<'a> {
    api: &'a Api,
    facts: &'a Facts,
    settings: &'a Settings,
}

/// The whole module as text.
pub(crate) fn emit(api: &Api, facts: &Facts, settings: &Settings) -> String {
    let scene = Scene { api, facts, settings };
    if settings.types_only {
        return types_only(&scene);
    }
    let mut items = vec![render::section("Credentials")];
    items.extend(client::schemes(&scene));
    if items.len() == 1 {
        items.clear();
    }
    items.push(render::section("Operations"));
    items.push(operations::methods(&scene));
    items.push(render::section("Optional parameters, and answers of more than one shape"));
    items.extend(params::all(&scene));
    items.extend(bodies::all(&scene));
    items.extend(forms::all(&scene));
    items.extend(outcomes::all(&scene));
    if items.last().is_some_and(|last| render::is_section(last)) {
        items.pop();
    }
    let headers = headers::all(&scene);
    if !headers.is_empty() {
        items.push(render::section("Headers of answers"));
        items.extend(headers);
    }
    let mut items = deprecation::allow(&scene, items);
    items.push(types_module(&scene));
    items.extend(written::module(&scene));
    let body = render::page(&items);
    let support = support::module(&scene, &body);
    let header = header::header(&scene, &body);
    let mut text = render::page(&[header, body, render::section("Shared by all operations"), support]);
    text.push('\n');
    text
}

/// The types and what they need, for who has another way to send them.
fn types_only(scene: &Scene<'_>) -> String {
    let mut items = vec![types_module(scene)];
    items.extend(written::module(scene));
    let body = render::page(&items);
    let support = support::module(scene, &body);
    let mut text = render::page(&[header::header(scene, &body), body, support]);
    text.push('\n');
    text
}

/// Each schema's type, as it is written in the generated module.
pub(crate) fn types(
    api: &Api,
    facts: &Facts,
    settings: &Settings,
    places: BTreeMap<String, Type>,
) -> Vec<GeneratedType> {
    let scene = Scene { api, facts, settings };
    let rust = |ty: &Type| {
        let shown = scene.without_alias_of_secret(ty);
        render::type_text(&scene.rust(&shown, Form::Answer, types::Place::Root))
    };
    places.into_iter().map(|(pointer, ty)| GeneratedType { rust: rust(&ty), pointer }).collect()
}

/// The methods of the generated module as data: those of the operations, and those that take credentials.
pub(crate) fn signatures(
    api: &Api,
    facts: &Facts,
    settings: &Settings,
) -> (Vec<GeneratedOperation>, Vec<GeneratedCredential>) {
    let scene = Scene { api, facts, settings };
    (signatures::operations(&scene), signatures::credentials(&scene))
}

/// `pub mod types`: every schema, in the form that comes back and, where it differs, in the form that is sent.
fn types_module(scene: &Scene<'_>) -> String {
    let convertible = requests::convertible(scene);
    let mut items = parallel::each(scene.api.types.len(), |index| {
        let id = TypeId(index);
        let mut items = type_items(scene, id, Form::Answer);
        if scene.facts.request_forms.contains_key(&id) {
            items.extend(type_items(scene, id, Form::Request));
            items.extend(requests::conversion(scene, &convertible, id));
        }
        items
    });
    items.extend(shapes::module(scene));
    types::module(scene, &items)
}

fn type_items(scene: &Scene<'_>, id: TypeId, form: Form) -> Vec<String> {
    let Some(def) = scene.api.get(id) else { return Vec::new() };
    match &def.kind {
        Kind::Struct(object) => structs::items(scene, id, def, object, form),
        Kind::Enumeration(enumeration) => enumerations::items(def, enumeration),
        Kind::Union(union) => unions::items(scene, id, def, union, form),
        Kind::Alias(ty) => aliases::items(scene, id, def, ty, form),
    }
}

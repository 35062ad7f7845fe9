//! The method for the pages of an operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::Needs;
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, render};
use crate::ir::{Field, NextPage, Operation, PagesEnd, Pagination, Type, TypeKind};

/// The type of the items, its needs, and the closure that takes the items out of a page.
pub(super) fn items(scene: &Scene<'_>, page: &Type, pagination: &Pagination) -> (TokenStream, Needs, TokenStream) {
    let (list, taken) = taken(scene, page, quote!(page), &pagination.items);
    let item = match list {
        Type::Array(item) => item,
        other => other,
    };
    let closure = if pagination.items.is_empty() && matches!(page, Type::Array(_)) {
        quote!(rt::identity)
    } else {
        quote!(|page| #taken)
    };
    (scene.rust(item, Direction::Response, Viewpoint::Root), scene.needs(item), closure)
}

/// The expression of the list at the end of a path, and its type. A list that is absent or `null` is empty.
fn taken<'t>(scene: &'t Scene<'_>, ty: &'t Type, value: TokenStream, path: &[String]) -> (&'t Type, TokenStream) {
    let (behind, is_nullable) = scene.resolved(ty).split_nullable();
    let behind = scene.resolved(behind);
    if is_nullable {
        let (ty, inner) = taken(scene, behind, quote!(value), path);
        let empty = if path.is_empty() {
            quote!(#value.unwrap_or_default())
        } else {
            quote!(#value.map_or_else(Vec::new, |value| #inner))
        };
        return (ty, empty);
    }
    let Some((name, rest)) = path.split_first() else { return (behind, value) };
    let Some(field) = field(scene, behind, name) else { return (behind, value) };
    let ident = render::name(&field.name);
    let value = quote!(#value.#ident);
    if field.required && !field.write_only {
        return taken(scene, &field.ty, value, rest);
    }
    let (ty, inner) = taken(scene, &field.ty, quote!(value), rest);
    let is_plain = rest.is_empty() && !matches!(scene.resolved(&field.ty), Type::Nullable(_));
    let taken = if is_plain {
        quote!(#value.unwrap_or_default())
    } else {
        quote!(#value.map_or_else(Vec::new, |value| #inner))
    };
    (ty, taken)
}

fn field<'t>(scene: &'t Scene<'_>, ty: &Type, name: &str) -> Option<&'t Field> {
    let Type::Named(id) = ty else { return None };
    match &scene.api.get(*id)?.kind {
        TypeKind::Struct(object) => object.fields.iter().find(|field| field.name.wire == name),
        TypeKind::Enumeration(_) | TypeKind::Union(_) | TypeKind::Alias(_) => None,
    }
}

/// The static table that the runtime follows.
pub(super) fn table(pagination: &Pagination) -> TokenStream {
    let path = |path: &[String]| quote!(&[#(#path),*]);
    let next = match &pagination.next {
        NextPage::Number { parameter, first } => {
            let first = proc_macro2::Literal::u64_unsuffixed(*first);
            quote!(Number { parameter: #parameter, first: #first })
        }
        NextPage::Offset { parameter } => quote!(Offset { parameter: #parameter }),
        NextPage::Cursor { parameter, property } => {
            let property = path(property);
            quote!(Cursor { parameter: #parameter, property: #property })
        }
        NextPage::Url { property } => {
            let property = path(property);
            quote!(Url { property: #property })
        }
        NextPage::Link => quote!(Link),
    };
    let end = match &pagination.end {
        PagesEnd::Empty => quote!(Empty),
        PagesEnd::More(property) => {
            let property = path(property);
            quote!(More(#property))
        }
        PagesEnd::Pages(property) => {
            let property = path(property);
            quote!(Pages(#property))
        }
        PagesEnd::Total(property) => {
            let property = path(property);
            quote!(Total(#property))
        }
    };
    let items = path(&pagination.items);
    quote!(rt::Pagination { next: rt::Next::#next, items: #items, end: rt::End::#end })
}

pub(super) fn comment(scene: &Scene<'_>, operation: &Operation, pagination: &Pagination) -> TokenStream {
    let how = match &pagination.next {
        NextPage::Number { parameter, .. } => format!("by their number in the parameter {}", docs::code(parameter)),
        NextPage::Offset { parameter } => format!("by the number of items before them in {}", docs::code(parameter)),
        NextPage::Cursor { parameter, property } => {
            format!("by the cursor {}, sent as {}", docs::code(&property.join(".")), docs::code(parameter))
        }
        NextPage::Url { property } => format!("by the URL in {}", docs::code(&property.join("."))),
        NextPage::Link => "by the header `Link`".to_owned(),
    };
    let method = &operation.name.rust;
    let first = format!("The pages of [`Client::{method}`] as a stream, {how}. `items()` reads their items.");
    if !scene.settings.docs {
        return docs::comment(&[first]);
    }
    docs::comment(&[first, "# Errors".to_owned(), format!("Those of [`Client::{method}`], for each page.")])
}

//! Doc comments of the output. Every public item has one.

use proc_macro2::TokenStream;
use quote::quote;

use super::render;
use crate::ir::{Docs, Field, Name, StringKind, Type};
use crate::settings::Settings;

/// Paragraphs as `#[doc]` attributes, one for each line. They print as `///`.
pub(super) fn comment(paragraphs: &[String]) -> TokenStream {
    let text = paragraphs.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>();
    let text = text.join("\n\n");
    let lines = text.lines().map(|line| {
        let line: String = line.chars().filter(|c| is_printable(*c)).collect();
        let line = line.trim_end();
        if line.is_empty() { String::new() } else { format!(" {line}") }
    });
    quote!(#(#[doc = #lines])*)
}

/// Whether a character may appear in a comment. rustc rejects a lone carriage return, and warns about characters that
/// change the direction of text and can disguise code.
fn is_printable(c: char) -> bool {
    (c == '\t' || !c.is_control()) && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The description from the document, or else the fallback.
pub(super) fn or_else(docs: &Docs, fallback: impl FnOnce() -> String) -> String {
    if docs.0.trim().is_empty() { fallback() } else { docs.0.clone() }
}

/// The first paragraph on one line, for lists.
pub(super) fn brief(docs: &Docs) -> String {
    let first = docs.0.trim().split("\n\n").next().unwrap_or_default();
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The docs of a property.
pub(super) fn field(field: &Field) -> TokenStream {
    let mut paragraphs = vec![or_else(&field.docs, || format!("The {} property.", code(&field.name.wire)))];
    if let Some(format) = format_of(&field.ty) {
        paragraphs.push(format!("Format: {}.", code(format)));
    }
    if let Some(default) = &field.default {
        paragraphs.push(format!("Default: {}.", code(&default.to_string())));
    }
    comment(&paragraphs)
}

fn format_of(ty: &Type) -> Option<&str> {
    match ty {
        Type::String(StringKind::Text { format }) => format.as_deref(),
        Type::Nullable(inner) => format_of(inner),
        Type::Foreign(foreign) => format_of(&foreign.of),
        _ => None,
    }
}

/// Text as code, without backticks and line breaks.
pub(super) fn code(text: &str) -> String {
    let text: String = text.chars().filter(|c| is_printable(*c) && *c != '`').collect();
    format!("`{}`", if text.trim().is_empty() { "\"\"" } else { &text })
}

/// An alias, so that a search for the wire name finds the item. Only for names that rustdoc accepts.
pub(super) fn alias(name: &Name) -> TokenStream {
    let wire = &name.wire;
    let is_plain = !wire.is_empty() && wire.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if is_plain && *wire != name.rust { quote!(#[doc(alias = #wire)]) } else { TokenStream::new() }
}

/// `#[derive(...)]` of the type's own traits and of those from the settings, without the traits in `by_hand`.
pub(super) fn derive(own: &[&str], by_hand: &[&str], asked: &[String]) -> TokenStream {
    let mut taken: Vec<&str> = own.iter().chain(by_hand).map(|path| trait_name(path)).collect();
    let mut paths: Vec<TokenStream> = own.iter().map(|path| render::path(path)).collect();
    for path in asked {
        let name = trait_name(path);
        if !taken.contains(&name) {
            taken.push(name);
            paths.push(render::path(path));
        }
    }
    quote!(#[derive(#(#paths),*)])
}

/// The same for items of an operation, which contain values of many schemas: of the traits from the settings only
/// `PartialEq` is derived.
pub(super) fn derive_for_operation(own: &[&str], settings: &Settings) -> TokenStream {
    let asked = settings.derives.iter().filter(|path| trait_name(path) == "PartialEq");
    derive(own, &[], &asked.cloned().collect::<Vec<_>>())
}

fn trait_name(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or_default().trim()
}

/// `#[deprecated]`, if the item is deprecated.
pub(super) fn deprecated(is_deprecated: bool) -> TokenStream {
    if is_deprecated { quote!(#[deprecated]) } else { TokenStream::new() }
}

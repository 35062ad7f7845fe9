//! Tokens to text: each item printed by itself, blank lines between items.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::ir::Name;

/// One item, or the items of one thought, as text. What does not parse is printed as it is: the compiler will say more
/// of it than a panic here could.
pub(super) fn item(tokens: TokenStream) -> String {
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file).trim_end().to_owned(),
        Err(_) => tokens.to_string(),
    }
}

/// An `impl` block with a blank line between its methods.
pub(super) fn impl_block(attributes: TokenStream, target: TokenStream, methods: &[TokenStream]) -> String {
    let methods: Vec<String> = methods.iter().map(method).collect();
    impl_of(attributes, target, &methods)
}

/// A method of an `impl` block, as [`impl_of`] takes it. It is printed under a short head, which is one line.
pub(super) fn method(tokens: &TokenStream) -> String {
    let printed = item(quote!(impl T { #tokens }));
    let lines: Vec<&str> = printed.lines().collect();
    match lines.as_slice() {
        [_, inner @ .., _] => inner.join("\n"),
        _ => printed.clone(),
    }
}

/// An `impl` block of methods that are printed.
pub(super) fn impl_of(attributes: TokenStream, target: TokenStream, methods: &[String]) -> String {
    let shell = item(quote!(#attributes impl #target {}));
    let open = shell.trim_end().trim_end_matches('}').trim_end().trim_end_matches('{').trim_end();
    format!("{open} {{\n{}\n}}", methods.join("\n\n"))
}

/// A `mod` block around items.
pub(super) fn mod_block(head: &str, items: &[String]) -> String {
    format!("{head} {{\n{}\n}}", indent(&page(items)))
}

/// Four spaces before each line. No literal of the output spans lines, so no text changes.
pub(super) fn indent(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| if line.is_empty() { String::new() } else { format!("    {line}") }).collect();
    lines.join("\n")
}

/// Blocks with a blank line between them.
pub(super) fn page(blocks: &[String]) -> String {
    let blocks: Vec<&str> = blocks.iter().map(String::as_str).filter(|block| !block.is_empty()).collect();
    blocks.join("\n\n")
}

/// A comment that heads the items after it.
pub(super) fn section(title: &str) -> String {
    format!("// ---- {title}")
}

/// Whether a block is such a comment.
pub(super) fn is_section(block: &str) -> bool {
    block.starts_with("// ---- ")
}

/// A type as text on one line, for the docs.
pub(super) fn type_text(ty: &TokenStream) -> String {
    let printed = item(quote!(type T = #ty;));
    let text = printed.trim_start_matches("type T =").trim_end_matches(';');
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("< ", "<").replace(", >", ">").replace(" >", ">")
}

/// An identifier. Names are valid by construction; one that is not gives code that does not compile, but no panic.
pub(super) fn ident(text: &str) -> Ident {
    // Whether a word is a keyword is not left to the parser: it knows those of one edition.
    let raw = if crate::names::is_keyword(text) { "r#" } else { "" };
    syn::parse_str::<Ident>(&format!("{raw}{text}")).unwrap_or_else(|_| Ident::new("not_a_name", Span::call_site()))
}

/// The path of a type or module of the user's own. That it is one has been looked at before.
pub(super) fn path(text: &str) -> TokenStream {
    syn::parse_str::<syn::Path>(text).map_or_else(|_| quote!(not_a_path), |path| quote!(#path))
}

/// The Rust side of a name.
pub(super) fn name(name: &Name) -> Ident {
    ident(&name.rust)
}

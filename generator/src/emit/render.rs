//! Converts tokens to text.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::parse::Parse;

use super::item::{Item, Needs};
use crate::ir::Name;
use crate::names::Identifier;

/// Items as text.
pub(super) fn items(tokens: TokenStream) -> String {
    parsed::<syn::File>(tokens, |file| prettyplease::unparse(&file))
}

/// A method of an `impl` block as text. It is printed as a function, because both have the same syntax.
pub(super) fn method(tokens: TokenStream) -> String {
    parsed::<syn::ImplItemFn>(tokens, |method| {
        let syn::ImplItemFn { attrs, vis, modifiers, sig, block } = method;
        let function = syn::ItemFn { attrs, vis, modifiers, sig, block: Box::new(block) };
        let file =
            syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![syn::Item::Fn(function)] };
        prettyplease::unparse(&file)
    })
}

/// Prints tokens that parse. Emission produces no others, which tests prove. Other tokens would become a
/// `compile_error!` that asks for a bug report.
fn parsed<T: Parse>(tokens: TokenStream, print: impl FnOnce(T) -> String) -> String {
    match syn::parse2::<T>(tokens) {
        Ok(parsed) => print(parsed).trim_end().to_owned(),
        Err(error) => {
            let message = format!("openapi-smith printed code that does not parse, please report it: {error}");
            format!("compile_error!({message:?});")
        }
    }
}

/// An `impl` block, such as `impl Client`, with a blank line between its methods.
pub(super) fn impl_block(head: &str, methods: Vec<TokenStream>, needs: Needs) -> Item {
    let methods: Vec<String> = methods.into_iter().map(method).collect();
    impl_of(head, &methods, needs)
}

/// An `impl` block of printed methods.
pub(super) fn impl_of(head: &str, methods: &[String], needs: Needs) -> Item {
    Item { text: format!("{head} {{\n{}\n}}", indent(&methods.join("\n\n"))), needs }
}

/// `#[allow(..)]` on its own line; nothing if there are no lints.
pub(super) fn allow(lints: &[&str], reason: &str) -> String {
    if lints.is_empty() { String::new() } else { format!("#[allow({}, reason = {reason:?})]\n", lints.join(", ")) }
}

/// A `mod` block around items.
pub(super) fn mod_block(head: &str, items: &[String]) -> String {
    format!("{head} {{\n{}\n}}", indent(&page(items)))
}

/// Indents each line by four spaces. Literals of the output never span lines, so their values do not change.
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

/// A type as text on one line.
pub(super) fn type_text(ty: &TokenStream) -> String {
    let mut text = String::new();
    write_type(ty.clone(), &mut text);
    text
}

fn write_type(tokens: TokenStream, text: &mut String) {
    let mut after_word = false;
    for token in tokens {
        let is_word = matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
        if after_word && is_word {
            text.push(' ');
        }
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write_type(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                ',' => text.push_str(", "),
                sign @ ('+' | '=') => text.push_str(&format!(" {sign} ")),
                sign => text.push(sign),
            },
            word => text.push_str(&word.to_string()),
        }
        after_word = is_word;
    }
}

/// An identifier.
pub(super) fn ident(text: &str) -> Ident {
    Identifier::new(text).to_ident()
}

/// The Rust identifier of a name.
pub(super) fn name(name: &Name) -> Ident {
    ident(&name.rust)
}

/// The path of a user's type, trait or module. Lowering refuses invalid paths, so this one parses. An invalid path
/// would become a `compile_error!`.
pub(super) fn path(text: &str) -> TokenStream {
    syn::parse_str::<syn::Path>(text).map_or_else(
        |_| {
            let message = format!("not the path of a Rust item: {text}");
            quote!(compile_error!(#message))
        },
        |path| quote!(#path),
    )
}

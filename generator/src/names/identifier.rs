//! [`Identifier`] and [`ModulePath`]: Rust names that cannot be invalid.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt as _, quote};

use super::{cannot_be_raw, is_keyword, value_name};

/// A Rust identifier. It is valid by construction, in every edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identifier {
    text: String,
    is_raw: bool,
}

impl Identifier {
    /// The identifier for this name. A keyword becomes raw. An invalid name becomes a valid one.
    pub(crate) fn new(name: &str) -> Self {
        if is_name(name) && !cannot_be_raw(name) {
            return Self { text: name.to_owned(), is_raw: is_keyword(name) };
        }
        let name = value_name(name);
        Self { text: name.rust, is_raw: name.is_raw }
    }

    /// The identifier as a token.
    pub(crate) fn to_ident(&self) -> Ident {
        let new = if self.is_raw { Ident::new_raw } else { Ident::new };
        new(&self.text, Span::call_site())
    }
}

/// Whether a text has the syntax of an identifier. It may be a keyword.
fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    first.is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c)) && chars.all(unicode_ident::is_xid_continue)
}

/// The path of a module, such as `my_crate::api` or `::my_crate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModulePath {
    is_global: bool,
    /// `crate`, `self` or `super`.
    start: Option<&'static str>,
    names: Vec<Identifier>,
}

impl ModulePath {
    /// Parses a path; `None` if the text is not the path of a module.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (is_global, text) = text.strip_prefix("::").map_or((false, text), |rest| (true, rest));
        let mut names = text.split("::").map(str::trim).peekable();
        let start = ["crate", "self", "super"].into_iter().find(|start| names.peek() == Some(start));
        if start.is_some() {
            names.next();
        }
        let is_valid = |name: &str| is_name(name) && name != "_" && !is_keyword(name) && !cannot_be_raw(name);
        let names: Option<Vec<Identifier>> = names.map(|name| is_valid(name).then(|| Identifier::new(name))).collect();
        let path = Self { is_global, start, names: names? };
        let is_whole = if is_global { path.start.is_none() } else { path.start.is_some() || !path.names.is_empty() };
        is_whole.then_some(path)
    }

    /// The name of the crate, unless the path starts with `crate`, `self` or `super`.
    pub(crate) fn crate_name(&self) -> Option<&str> {
        self.start.is_none().then(|| self.names.first().map(|name| name.text.as_str())).flatten()
    }
}

impl ToTokens for ModulePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if self.is_global {
            tokens.append_all(quote!(::));
        }
        let start = self.start.map(|start| Ident::new(start, Span::call_site()));
        let names = start.into_iter().chain(self.names.iter().map(Identifier::to_ident));
        tokens.append_separated(names, quote!(::));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_becomes_a_valid_identifier() {
        for text in ["a", "type", "gen", "Self", "crate", "_", "", "1", "a b", "a::b", "日本", "🦀", "r#type", "\0"]
        {
            let ident = Identifier::new(text).to_ident().to_string();
            assert!(syn::parse_str::<syn::Ident>(&ident).is_ok(), "{text:?} -> {ident:?}");
        }
        assert_eq!(Identifier::new("type").to_ident().to_string(), "r#type");
        assert_eq!(Identifier::new("Pet2").to_ident().to_string(), "Pet2");
    }

    #[test]
    fn a_module_path_is_made_of_names() {
        for text in ["a", "a::b_c", "::a", "::a::b", "crate", "crate::a", "self::a", "super::a"] {
            let path = ModulePath::parse(text);
            let printed = path.map(|path| path.to_token_stream().to_string().replace(' ', ""));
            assert_eq!(printed.as_deref(), Some(text));
        }
        for text in ["", "::", "a::", "::crate", "a::crate", "a b", "a-b", "type", "a<b>", "1", "a.b", "_"] {
            assert_eq!(ModulePath::parse(text), None, "{text}");
        }
        assert_eq!(ModulePath::parse("::a::b").as_ref().and_then(ModulePath::crate_name), Some("a"));
        assert_eq!(ModulePath::parse("crate::b").as_ref().and_then(ModulePath::crate_name), None);
    }
}

//! The public items of a generated module with their signatures, parsed from the code.
//!
//! The items come from the code and not from the IR, so they cannot differ from the output.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Fields, FnArg, ImplItem, Item, ReturnType, Signature, Type, Visibility};

/// Every public item by its path.
pub(super) type Surface = BTreeMap<String, Entry>;

/// A public item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// The declaration, without the arguments of a function.
    pub(super) signature: String,
    /// The arguments of a function: name and type.
    pub(super) arguments: Vec<(String, String)>,
    /// The return type of a function.
    pub(super) returns: String,
    /// The documentation.
    pub(super) docs: String,
    /// Whether it is deprecated.
    pub(super) deprecated: bool,
    /// Whether an added field or variant breaks users.
    pub(super) is_exhaustive: bool,
    /// The item that contains this one.
    pub(super) owner: Option<String>,
    /// The wire name of this item, under an empty key, or of each argument of a function.
    pub(super) wire: BTreeMap<String, String>,
}

impl Entry {
    /// The whole declaration on one line.
    pub(super) fn shown(&self) -> String {
        if !self.signature.ends_with("fn") {
            return self.signature.clone();
        }
        let arguments: Vec<String> = self.arguments.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        let returns = if self.returns.is_empty() { String::new() } else { format!(" -> {}", self.returns) };
        format!("{}({}){returns}", self.signature, arguments.join(", "))
    }
}

/// Parses the surface of a module. Invalid code results in an empty surface; the generator's tests prove its code
/// valid.
pub(super) fn surface(code: &str) -> Surface {
    let mut surface = Surface::new();
    if let Ok(file) = syn::parse_file(code) {
        items(&file.items, "", &mut surface);
    }
    surface
}

fn items(items_of_module: &[Item], prefix: &str, surface: &mut Surface) {
    for item in items_of_module {
        match item {
            Item::Const(item) if is_public(&item.vis) => {
                let path = format!("{prefix}{}", item.ident);
                // The title, the version and the origin of a document are different in each version.
                let value = if path == DEFAULT_SERVER { format!(" = {}", text(&item.expr)) } else { String::new() };
                let signature = format!("const {}{value}", text(&item.ty));
                add(surface, path, signature, &item.attrs, None);
            }
            Item::Static(item) if is_public(&item.vis) => {
                let path = format!("{prefix}{}", item.ident);
                add(surface, path.clone(), "static".to_owned(), &item.attrs, None);
                rows(&item.expr, &path, surface);
            }
            Item::Type(item) if is_public(&item.vis) => {
                let signature = format!("type = {}", text(&item.ty));
                add(surface, format!("{prefix}{}", item.ident), signature, &item.attrs, None);
            }
            Item::Use(item) if is_public(&item.vis) => {
                for name in used(&item.tree.to_token_stream()) {
                    add(surface, format!("{prefix}{name}"), "use".to_owned(), &[], None);
                }
            }
            Item::Struct(item) if is_public(&item.vis) => {
                let path = format!("{prefix}{}", item.ident);
                declared(surface, &path, "struct", &item.attrs);
                fields(surface, &path, &item.fields);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let path = format!("{prefix}{}", item.ident);
                declared(surface, &path, "enum", &item.attrs);
                for variant in &item.variants {
                    let signature = format!("variant{}", text(&variant.fields));
                    add(surface, format!("{path}::{}", variant.ident), signature, &variant.attrs, Some(&path));
                }
            }
            Item::Impl(item) => implementation(item, prefix, surface),
            // The macro writes the `Debug` of an object with undeclared properties, which may be secrets.
            Item::Macro(item) if used(&item.mac.tokens).contains("redacted") => {
                if let Some(TokenTree::Ident(of)) = item.mac.tokens.clone().into_iter().next() {
                    let path = format!("{prefix}{of}");
                    add(surface, format!("{path}: Debug"), "impl Debug".to_owned(), &[], Some(&path));
                }
            }
            // A value of `ops` follows its method, which is in the list.
            Item::Mod(item) if is_public(&item.vis) && !(prefix.is_empty() && item.ident == "ops") => {
                let inside = item.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default();
                items(inside, &format!("{prefix}{}::", item.ident), surface);
            }
            _ => {}
        }
    }
}

/// The constant with the URL of the first server, which programs complete and call.
const DEFAULT_SERVER: &str = "DEFAULT_SERVER";

/// The rows of a table of pairs: a program names a row by its first text.
fn rows(table: &syn::Expr, path: &str, surface: &mut Surface) {
    let syn::Expr::Array(table) = table else { return };
    for row in &table.elems {
        let syn::Expr::Tuple(pair) = row else { continue };
        let mut texts = pair.elems.iter().map(|element| match element {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => text.value(),
            other => text(other),
        });
        if let (Some(key), Some(value)) = (texts.next(), texts.next()) {
            // As in `servers`, a slash at the end makes no difference.
            let key = key.trim_end_matches('/');
            add(surface, format!("{path}: {key}"), value, &[], Some(path));
        }
    }
}

fn declared(surface: &mut Surface, path: &str, word: &str, attributes: &[Attribute]) {
    add(surface, path.to_owned(), word.to_owned(), attributes, None);
    let is_open = attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"));
    if let Some(entry) = surface.get_mut(path) {
        entry.is_exhaustive = !is_open;
    }
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        for derived in used(&attribute.meta.to_token_stream()).into_iter().filter(|name| name != "derive") {
            add(surface, format!("{path}: {derived}"), format!("impl {derived}"), &[], Some(path));
        }
    }
}

fn fields(surface: &mut Surface, path: &str, fields: &Fields) {
    for (index, field) in fields.iter().enumerate().filter(|(_, field)| is_public(&field.vis)) {
        let name = field.ident.as_ref().map_or_else(|| index.to_string(), |ident| unraw(&ident.to_string()));
        add(surface, format!("{path}.{name}"), text(&field.ty), &field.attrs, Some(path));
    }
}

fn implementation(item: &syn::ItemImpl, prefix: &str, surface: &mut Surface) {
    let Type::Path(of) = item.self_ty.as_ref() else { return };
    // A lifetime of the type is not part of its path.
    let Some(of) = of.path.segments.last() else { return };
    let path = format!("{prefix}{}", of.ident);
    if let Some((of_trait, _)) = &item.trait_ {
        let last = of_trait.segments.last().map(text).unwrap_or_default();
        add(surface, format!("{path}: {last}"), format!("impl {last}"), &[], Some(&path));
        return;
    }
    for method in &item.items {
        let ImplItem::Fn(method) = method else { continue };
        if is_public(&method.vis) {
            let name = unraw(&method.sig.ident.to_string());
            let path_of_method = format!("{path}::{name}");
            add(surface, path_of_method.clone(), word(&method.sig), &method.attrs, Some(&path));
            if let Some(entry) = surface.get_mut(&path_of_method) {
                entry.arguments = method.sig.inputs.iter().map(argument).collect();
                if let ReturnType::Type(_, ty) = &method.sig.output {
                    entry.returns = text(ty);
                }
            }
        }
    }
}

fn word(signature: &Signature) -> String {
    if signature.asyncness.is_some() { "async fn".to_owned() } else { "fn".to_owned() }
}

fn argument(argument: &FnArg) -> (String, String) {
    match argument {
        FnArg::Receiver(receiver) => {
            let by = if text(receiver).starts_with('&') { "&self" } else { "self" };
            ("self".to_owned(), by.to_owned())
        }
        FnArg::Typed(typed) => {
            let name = match typed.pat.as_ref() {
                syn::Pat::Ident(pattern) => unraw(&pattern.ident.to_string()),
                other => text(other),
            };
            let ty: &Type = &typed.ty;
            (name, text(ty))
        }
    }
}

fn add(surface: &mut Surface, path: String, signature: String, attributes: &[Attribute], owner: Option<&str>) {
    let mut docs = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(line), .. }) = &pair.value
        {
            docs.push(line.value());
        }
    }
    let entry = Entry {
        signature,
        docs: docs.join("\n"),
        deprecated: attributes.iter().any(|attribute| attribute.path().is_ident("deprecated")),
        owner: owner.map(str::to_owned),
        ..Entry::default()
    };
    surface.insert(path, entry);
}

/// The names of a `use` or a `derive`: every identifier without a following `::`.
fn used(tokens: &TokenStream) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut trees = tokens.clone().into_iter().peekable();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Group(group) => names.extend(used(&group.stream())),
            TokenTree::Ident(ident) => {
                let leads_on = matches!(trees.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
                if !leads_on {
                    names.insert(ident.to_string());
                }
            }
            _ => {}
        }
    }
    names
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn unraw(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}

/// The tokens with usual spacing.
fn text(tokens: &impl quote::ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let mut text = spaced.replace(" :: ", "::").replace(" ,", ",").replace("& ", "&");
    // A comma at the end only means that the code is on several lines.
    let ends = [(",)", ")"), (",>", ">")];
    let spaces = [(" < ", "<"), (" >", ">"), ("( ", "("), (" )", ")"), (" (", "("), ("# ", "#")];
    for (spaced, tight) in spaces.into_iter().chain(ends) {
        text = text.replace(spaced, tight);
    }
    text
}

/// The surface with renamed identifiers.
pub(super) fn renamed(surface: &Surface, renames: &BTreeMap<String, String>) -> Surface {
    if renames.is_empty() {
        return surface.clone();
    }
    let name = |text: &str| rename(text, renames);
    surface
        .iter()
        .map(|(path, entry)| {
            let entry = Entry {
                signature: name(&entry.signature),
                arguments: entry.arguments.iter().map(|(argument, ty)| (argument.clone(), name(ty))).collect(),
                returns: name(&entry.returns),
                docs: name(&entry.docs),
                owner: entry.owner.as_deref().map(name),
                wire: entry.wire.clone(),
                ..*entry
            };
            (name(path), entry)
        })
        .collect()
}

/// A path or text with renamed identifiers. Methods are renamed as `Client::name`.
pub(super) fn rename(text: &str, renames: &BTreeMap<String, String>) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
        out.push_str(before);
        let method = out.ends_with("Client::").then(|| renames.get(&format!("Client::{word}"))).flatten();
        // A field or a method of the same name is a different item.
        let is_type = word.starts_with(char::is_uppercase) && !out.ends_with('.');
        let known = method.or_else(|| renames.get(word).filter(|_| is_type));
        out.push_str(known.map_or(word, String::as_str));
        rest = after;
    }
    out.push_str(rest);
    out
}

//! Types as they are written, and what has to be known of them to write them.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{Scene, render};
use crate::ir::{IntegerKind, Kind, StringKind, Type, TypeId};

/// Which form of a type is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it comes back; the only form of most types.
    Answer,
    /// As it is sent.
    Request,
}

/// From where a type is named.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Inside `mod types`.
    Types,
    /// In the generated module itself.
    Root,
    /// In a crate that uses the generated module, for the examples.
    Outside,
}

impl Scene<'_> {
    /// The type as it is written.
    pub(super) fn rust(&self, ty: &Type, form: Form, place: Place) -> TokenStream {
        match ty {
            Type::Any => quote!(serde_json::Value),
            Type::Boolean => quote!(bool),
            Type::Integer(IntegerKind::I32) => quote!(i32),
            Type::Integer(IntegerKind::I64) => quote!(i64),
            Type::Integer(IntegerKind::U32) => quote!(u32),
            Type::Integer(IntegerKind::U64) => quote!(u64),
            Type::Integer(IntegerKind::Unbounded) => quote!(serde_json::Number),
            Type::Number => quote!(f64),
            Type::String(StringKind::Text { .. }) => quote!(String),
            Type::String(StringKind::Secret) => self.ours("Secret", place),
            Type::String(StringKind::Binary) => quote!(Vec<u8>),
            Type::Array(inner) => {
                let inner = self.rust(inner, form, place);
                quote!(Vec<#inner>)
            }
            Type::Map(inner) if **inner == Type::Any => quote!(serde_json::Map<String, serde_json::Value>),
            Type::Map(inner) => {
                let inner = self.rust(inner, form, place);
                quote!(std::collections::BTreeMap<String, #inner>)
            }
            Type::Nullable(inner) => {
                let inner = self.rust(inner, form, place);
                quote!(Option<#inner>)
            }
            Type::Named(id) => self.named(*id, form, place),
            Type::Foreign(foreign) => self.foreign(&foreign.rust, place),
        }
    }

    /// A type of the user's own. What is in their crate is seen from outside under its name.
    fn foreign(&self, path: &str, place: Place) -> TokenStream {
        if place == Place::Outside
            && let Some(module) = self.settings.module_path.as_deref().and_then(|path| path.split("::").next())
        {
            return render::path(&path.replace("crate::", &format!("{module}::")));
        }
        render::path(path)
    }

    fn named(&self, id: TypeId, form: Form, place: Place) -> TokenStream {
        let name = render::ident(self.type_name(id, form));
        match place {
            Place::Types => quote!(#name),
            Place::Root => quote!(types::#name),
            Place::Outside => {
                let module = self.module_path();
                quote!(#module::types::#name)
            }
        }
    }

    /// The name of a type in one of its forms.
    pub(super) fn type_name(&self, id: TypeId, form: Form) -> &str {
        let own = self.api.get(id).map(|def| def.name.rust.as_str()).unwrap_or_default();
        match form {
            Form::Answer => own,
            Form::Request => self.facts.request_forms.get(&id).map_or(own, String::as_str),
        }
    }

    /// An item of the generated module.
    pub(super) fn ours(&self, item: &str, place: Place) -> TokenStream {
        let item = render::ident(item);
        match place {
            Place::Types | Place::Root => quote!(#item),
            Place::Outside => {
                let module = self.module_path();
                quote!(#module::#item)
            }
        }
    }

    /// Where users find the generated module.
    pub(super) fn module_path(&self) -> TokenStream {
        let path = self.settings.module_path.as_deref().unwrap_or("crate");
        syn::parse_str::<syn::Path>(path).map_or_else(|_| quote!(crate), |path| quote!(#path))
    }

    /// The type that an alias stands for, in the end.
    pub(super) fn resolved<'t>(&'t self, ty: &'t Type) -> &'t Type {
        let mut current = ty;
        // Every step leads to another type; more steps than types means a circle of aliases.
        for _ in 0..=self.api.types.len() {
            match current {
                Type::Named(id) => match self.api.get(*id).map(|def| &def.kind) {
                    Some(Kind::Alias(target)) if !self.is_circular(*id) => current = target,
                    _ => return current,
                },
                _ => return current,
            }
        }
        current
    }

    /// Whether a value of this type is copied rather than lent.
    pub(super) fn is_scalar(&self, ty: &Type) -> bool {
        matches!(self.resolved(ty.split_nullable().0), Type::Boolean | Type::Integer(_) | Type::Number)
    }

    /// Whether a value of this type is a secret, or made of secrets and nothing else.
    pub(super) fn is_secret(&self, ty: &Type) -> bool {
        match self.resolved(ty) {
            Type::String(kind) => *kind == StringKind::Secret,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.is_secret(inner),
            _ => false,
        }
    }

    /// The type, where it is made of secrets written out in full: whoever sees it knows that it cannot be printed.
    pub(super) fn without_alias_of_secret(&self, ty: &Type) -> Type {
        if !self.is_secret(ty) {
            return ty.clone();
        }
        let inside = |inner: &Type| Box::new(self.without_alias_of_secret(inner));
        match self.resolved(ty) {
            Type::Array(inner) => Type::Array(inside(inner)),
            Type::Map(inner) => Type::Map(inside(inner)),
            Type::Nullable(inner) => Type::Nullable(inside(inner)),
            other => other.clone(),
        }
    }

    /// Whether a value of this type is bytes, or made of bytes and nothing else.
    pub(super) fn is_binary(&self, ty: &Type) -> bool {
        match self.resolved(ty) {
            Type::String(kind) => *kind == StringKind::Binary,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.is_binary(inner),
            _ => false,
        }
    }

    /// Whether a value of this type has parts of which nothing is declared.
    pub(super) fn holds_any(&self, ty: &Type) -> bool {
        match self.resolved(ty) {
            Type::Any => true,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.holds_any(inner),
            _ => false,
        }
    }

    /// Whether `null` is a value of this type that its Rust type does not tell from an absent one by itself.
    pub(super) fn takes_null(&self, ty: &Type) -> bool {
        matches!(self.resolved(ty), Type::Nullable(_) | Type::Any)
    }

    /// Whether an alias stands for itself, by way of other aliases: Rust has no such `type`, so it becomes a struct.
    pub(super) fn is_circular(&self, id: TypeId) -> bool {
        self.facts.is_circular(id)
    }

    /// The type as another type holds it: in a `Box` where it is large.
    pub(super) fn held(&self, ty: &Type, form: Form, place: Place) -> TokenStream {
        if !self.is_large(ty) {
            return self.rust(ty, form, place);
        }
        let (inner, is_nullable) = ty.split_nullable();
        let inner = self.rust(inner, form, place);
        if is_nullable { quote!(Option<Box<#inner>>) } else { quote!(Box<#inner>) }
    }

    /// Whether a value of this type is too large for another type to hold it by value.
    pub(super) fn is_large(&self, ty: &Type) -> bool {
        self.facts.is_large(self.api, ty)
    }

    /// The names of the types that are deprecated, in both forms.
    pub(super) fn deprecated_types(&self) -> impl Iterator<Item = String> {
        let types = self.api.types.iter().enumerate().filter(|(_, def)| def.deprecated);
        let forms = types.flat_map(|(index, _)| [Form::Answer, Form::Request].map(|form| (TypeId(index), form)));
        forms.map(|(id, form)| self.type_name(id, form).to_owned())
    }

    /// Whether anything at all is deprecated: what uses it must not warn.
    pub(super) fn has_deprecated_types(&self) -> bool {
        self.api.types.iter().any(|def| {
            def.deprecated
                || matches!(&def.kind, Kind::Struct(object) if object.fields.iter().any(|field| field.deprecated))
        })
    }
}

/// The words of the code: what only a comment or a literal says needs no import.
fn words(code: &str) -> BTreeSet<&str> {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("///"));
    let outside_literals = lines.flat_map(|line| line.split('"').step_by(2));
    let mut words = BTreeSet::new();
    words.extend(outside_literals.flat_map(|piece| piece.split(|c: char| !c.is_alphanumeric() && c != '_')));
    words
}

/// `pub mod types` around its items.
pub(super) fn module(scene: &Scene<'_>, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let text = render::page(items);
    let mut imports = Vec::new();
    let implements = |head: &str| {
        let mut after = text.lines().filter_map(|line| line.trim_start().strip_prefix(head));
        after.any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    match (implements("impl<'de> Deserialize<'de>"), implements("impl Serialize")) {
        (true, true) => imports.push("use serde::{Deserialize, Serialize};\n"),
        (true, false) => imports.push("use serde::Deserialize;\n"),
        (false, true) => imports.push("use serde::Serialize;\n"),
        (false, false) => {}
    }
    // A value of an enum may have that name, too.
    if scene.facts.uses.secret_types && words(&text).contains("Secret") {
        imports.push("use super::Secret;");
    }
    if text.contains("object! {") {
        imports.push("use super::support::object::object;");
    }
    if text.contains("open_enum! {") {
        imports.push("use super::support::open_enum::open_enum;");
    }
    if text.contains("open_integer! {") {
        imports.push("use super::support::open_integer::open_integer;");
    }
    let mut blocks = vec![imports.join("\n").trim_end().to_owned()];
    blocks.extend(items.iter().cloned());
    let allow = if scene.has_deprecated_types() {
        "#[allow(deprecated, reason = \"what is deprecated still has to be read and written\")]\n"
    } else {
        ""
    };
    render::mod_block(
        &format!("/// What is sent and what comes back: the schemas of the document.\n{allow}pub mod types"),
        &blocks,
    )
}

//! Types as they are written, and the questions that writing them asks.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::{Item, Needs};
use super::{Scene, render};
use crate::ir::{IntegerKind, Kind, StringKind, Type, TypeId};
use crate::names::ModulePath;

/// Which of its two forms a type has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// As it is received; the only form of most types.
    Received,
    /// As it is sent.
    Sent,
}

/// From where a type is named.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Viewpoint {
    /// Inside `mod types`.
    Types,
    /// In the generated module itself.
    Root,
    /// In a crate that uses the generated module, for the examples.
    Outside,
}

impl Scene<'_> {
    /// The type as it is written.
    pub(super) fn rust(&self, ty: &Type, direction: Direction, viewpoint: Viewpoint) -> TokenStream {
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
            Type::String(StringKind::Secret) => self.ours("Secret", viewpoint),
            Type::String(StringKind::Binary) => quote!(Vec<u8>),
            Type::Array(inner) => {
                let inner = self.rust(inner, direction, viewpoint);
                quote!(Vec<#inner>)
            }
            Type::Map(inner) if **inner == Type::Any => quote!(serde_json::Map<String, serde_json::Value>),
            Type::Map(inner) => {
                let inner = self.rust(inner, direction, viewpoint);
                quote!(std::collections::BTreeMap<String, #inner>)
            }
            Type::Nullable(inner) => {
                let inner = self.rust(inner, direction, viewpoint);
                quote!(Option<#inner>)
            }
            Type::Named(id) => self.named(*id, direction, viewpoint),
            Type::Foreign(foreign) => self.foreign(&foreign.rust, viewpoint),
        }
    }

    /// A type of the user's own. What is in their crate is seen from outside under its name.
    fn foreign(&self, path: &str, viewpoint: Viewpoint) -> TokenStream {
        if viewpoint == Viewpoint::Outside
            && let Some(module) = self.paths.module.as_ref().and_then(ModulePath::crate_name)
        {
            return render::path(&path.replace("crate::", &format!("{module}::")));
        }
        render::path(path)
    }

    fn named(&self, id: TypeId, direction: Direction, viewpoint: Viewpoint) -> TokenStream {
        let name = render::ident(self.type_name(id, direction));
        match viewpoint {
            Viewpoint::Types => quote!(#name),
            Viewpoint::Root => quote!(types::#name),
            Viewpoint::Outside => {
                let module = self.module_path();
                quote!(#module::types::#name)
            }
        }
    }

    /// What the type needs where it is written.
    pub(super) fn needs(&self, ty: &Type) -> Needs {
        match ty {
            Type::Any | Type::Integer(IntegerKind::Unbounded) => Needs::SERDE_JSON,
            Type::String(StringKind::Secret) => Needs::SECRET,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.needs(inner),
            Type::Named(id) if self.api.get(*id).is_some_and(|def| def.deprecated) => Needs::DEPRECATED,
            // An argument has the type that an alias stands for, as far as it is a text.
            Type::Named(_) if self.is_secret(ty) => Needs::SECRET,
            Type::Named(_) | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) | Type::Foreign(_) => {
                Needs::NONE
            }
        }
    }

    /// What several types need.
    pub(super) fn needs_of<'t>(&self, types: impl IntoIterator<Item = &'t Type>) -> Needs {
        types.into_iter().map(|ty| self.needs(ty)).sum()
    }

    /// The name of a type in one of its forms.
    pub(super) fn type_name(&self, id: TypeId, direction: Direction) -> &str {
        let own = self.api.get(id).map(|def| def.name.rust.as_str()).unwrap_or_default();
        match direction {
            Direction::Received => own,
            Direction::Sent => self.facts.request_forms.get(&id).map_or(own, String::as_str),
        }
    }

    /// An item of the generated module.
    pub(super) fn ours(&self, item: &str, viewpoint: Viewpoint) -> TokenStream {
        let item = render::ident(item);
        match viewpoint {
            Viewpoint::Types | Viewpoint::Root => quote!(#item),
            Viewpoint::Outside => {
                let module = self.module_path();
                quote!(#module::#item)
            }
        }
    }

    /// Where users find the generated module.
    pub(super) fn module_path(&self) -> TokenStream {
        self.paths.module.as_ref().map_or_else(|| quote!(crate), |path| quote!(#path))
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
    pub(super) fn held(&self, ty: &Type, direction: Direction, viewpoint: Viewpoint) -> TokenStream {
        if !self.is_large(ty) {
            return self.rust(ty, direction, viewpoint);
        }
        let (inner, is_nullable) = ty.split_nullable();
        let inner = self.rust(inner, direction, viewpoint);
        if is_nullable { quote!(Option<Box<#inner>>) } else { quote!(Box<#inner>) }
    }

    /// Whether a value of this type is too large for another type to hold it by value.
    pub(super) fn is_large(&self, ty: &Type) -> bool {
        self.facts.is_large(self.api, ty)
    }

    /// Whether anything at all is deprecated: what uses it must not warn.
    pub(super) fn has_deprecated_types(&self) -> bool {
        self.api.types.iter().any(|def| {
            def.deprecated
                || matches!(&def.kind, Kind::Struct(object) if object.fields.iter().any(|field| field.deprecated))
        })
    }
}

/// `pub mod types` around its items.
pub(super) fn module(scene: &Scene<'_>, items: Vec<Item>) -> Item {
    if items.is_empty() {
        return Item::default();
    }
    let Item { text, needs } = Item::page(items);
    let mut imports = Vec::new();
    if needs.has(Needs::SECRET) {
        imports.push("use super::Secret;");
    }
    if needs.has(Needs::RUNTIME) {
        imports.push("use super::rt;");
    }
    let lints: &[&str] = if scene.has_deprecated_types() { &["deprecated"] } else { &[] };
    let allow = render::allow(lints, "what is deprecated still has to be read and written");
    let head =
        format!("/// The types of what is sent and received: the schemas of the document.\n{allow}pub mod types");
    Item { text: render::mod_block(&head, &[imports.join("\n"), text]), needs }
}

//! Rust types, and queries about types.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::{Item, Needs};
use super::{Scene, render};
use crate::ir::{IntegerKind, StringKind, Type, TypeId, TypeKind};
use crate::names::ModulePath;

/// The most unions inside each other that are searched. No real document nests them as deeply.
const MOST_NESTING: usize = 8;

/// The direction of a value, which selects the request or the response type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// In a response. Most types have only this one.
    Response,
    /// In a request.
    Request,
}

/// The module from which a type is named.
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
    /// The type as Rust code.
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
            Type::String(StringKind::Secret) => self.runtime_item("Secret", viewpoint),
            Type::String(StringKind::Binary) => quote!(Vec<u8>),
            Type::Array(inner) => {
                let inner = self.rust(inner, direction, viewpoint);
                quote!(Vec<#inner>)
            }
            Type::Tuple(elements) => {
                let elements = elements.iter().map(|element| {
                    let ty = self.rust(element, direction, viewpoint);
                    if self.is_boxed_element(element) { quote!(Box<#ty>) } else { ty }
                });
                quote!((#(#elements,)*))
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

    /// A user type. From outside, a type in `crate` is in the user's crate.
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

    /// The needs of a use of the type.
    pub(super) fn needs(&self, ty: &Type) -> Needs {
        match ty {
            Type::Any | Type::Integer(IntegerKind::Unbounded) => Needs::SERDE_JSON,
            Type::String(StringKind::Secret) => Needs::SECRET,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.needs(inner),
            Type::Tuple(elements) => self.needs_of(elements),
            Type::Named(id) if self.api.get(*id).is_some_and(|def| def.deprecated) => Needs::DEPRECATED,
            // An argument for an alias of a secret has the type `Secret` itself.
            Type::Named(_) if self.is_secret(ty) => Needs::SECRET,
            Type::Named(_) | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) | Type::Foreign(_) => {
                Needs::NONE
            }
        }
    }

    /// The needs of several types.
    pub(super) fn needs_of<'t>(&self, types: impl IntoIterator<Item = &'t Type>) -> Needs {
        types.into_iter().map(|ty| self.needs(ty)).sum()
    }

    /// The name of the request or response type.
    pub(super) fn type_name(&self, id: TypeId, direction: Direction) -> &str {
        let own = self.api.get(id).map(|def| def.name.rust.as_str()).unwrap_or_default();
        match direction {
            Direction::Response => own,
            Direction::Request => self.facts.request_types.get(&id).map_or(own, String::as_str),
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

    /// The path of an item of the runtime, which the module exports unless a type has its name.
    pub(super) fn runtime_item(&self, item: &str, viewpoint: Viewpoint) -> TokenStream {
        if !self.facts.unexported.contains(item) {
            return self.ours(item, viewpoint);
        }
        let name = render::ident(item);
        match viewpoint {
            Viewpoint::Types => quote!(super::#name),
            Viewpoint::Root => quote!(#name),
            Viewpoint::Outside => {
                let runtime = &self.paths.runtime;
                quote!(#runtime::#name)
            }
        }
    }

    /// The path of the generated module for users.
    pub(super) fn module_path(&self) -> TokenStream {
        self.paths.module.as_ref().map_or_else(|| quote!(crate), |path| quote!(#path))
    }

    /// The type behind aliases.
    pub(super) fn resolved<'t>(&'t self, ty: &'t Type) -> &'t Type {
        let mut current = ty;
        // Each step goes to a different type, so more steps than types mean a recursive alias.
        for _ in 0..=self.api.types.len() {
            match current {
                Type::Named(id) => match self.api.get(*id).map(|def| &def.kind) {
                    Some(TypeKind::Alias(target)) if !self.is_circular(*id) => current = target,
                    _ => return current,
                },
                _ => return current,
            }
        }
        current
    }

    /// Whether an element of a tuple is in a `Box`: a struct or a union, which may be large, or contain the tuple.
    pub(super) fn is_boxed_element(&self, ty: &Type) -> bool {
        let Type::Named(id) = self.resolved(ty.split_nullable().0) else { return false };
        !matches!(self.api.get(*id).map(|def| &def.kind), Some(TypeKind::Enumeration(_)))
    }

    /// Whether a value of this type is copied and not borrowed.
    pub(super) fn is_scalar(&self, ty: &Type) -> bool {
        matches!(self.resolved(ty.split_nullable().0), Type::Boolean | Type::Integer(_) | Type::Number)
    }

    /// Whether a type consists of secrets only.
    pub(super) fn is_secret(&self, ty: &Type) -> bool {
        match self.resolved(ty) {
            Type::String(kind) => *kind == StringKind::Secret,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.is_secret(inner),
            _ => false,
        }
    }

    /// The type without aliases if it consists of secrets, so that readers see that it is secret.
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

    /// The type with its aliases replaced by their targets at any depth.
    pub(super) fn without_aliases(&self, ty: &Type) -> Type {
        let inside = |inner: &Type| Box::new(self.without_aliases(inner));
        match self.resolved(ty) {
            Type::Array(inner) => Type::Array(inside(inner)),
            Type::Map(inner) => Type::Map(inside(inner)),
            Type::Nullable(inner) => Type::Nullable(inside(inner)),
            other => other.clone(),
        }
    }

    /// Whether a type consists of bytes only.
    pub(super) fn is_binary(&self, ty: &Type) -> bool {
        match self.resolved(ty) {
            Type::String(kind) => *kind == StringKind::Binary,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.is_binary(inner),
            _ => false,
        }
    }

    /// Whether a type contains values of any type.
    pub(super) fn holds_any(&self, ty: &Type) -> bool {
        match self.resolved(ty) {
            Type::Any => true,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.holds_any(inner),
            Type::Tuple(elements) => elements.iter().any(|element| self.holds_any(element)),
            _ => false,
        }
    }

    /// Whether `null` is a valid value. An optional property of such a type must distinguish `null` from absence.
    pub(super) fn takes_null(&self, ty: &Type) -> bool {
        self.takes_null_inside(ty, 0)
    }

    fn takes_null_inside(&self, ty: &Type, depth: usize) -> bool {
        match self.resolved(ty) {
            Type::Nullable(_) | Type::Any => true,
            // A union with a branch for any value.
            Type::Named(id) if depth < MOST_NESTING => match self.api.get(*id).map(|def| &def.kind) {
                Some(TypeKind::Union(union)) => {
                    union.branches.iter().any(|branch| self.takes_null_inside(&branch.ty, depth + 1))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether an alias is recursive. Rust's `type` cannot express it, so it becomes a struct.
    pub(super) fn is_circular(&self, id: TypeId) -> bool {
        self.facts.is_circular(id)
    }

    /// The type as a field: in a `Box` if it is large.
    pub(super) fn field_type(&self, ty: &Type, direction: Direction, viewpoint: Viewpoint) -> TokenStream {
        if !self.is_large(ty) {
            return self.rust(ty, direction, viewpoint);
        }
        let (inner, is_nullable) = ty.split_nullable();
        let inner = self.rust(inner, direction, viewpoint);
        if is_nullable { quote!(Option<Box<#inner>>) } else { quote!(Box<#inner>) }
    }

    /// Whether a type is too large to be contained by value.
    pub(super) fn is_large(&self, ty: &Type) -> bool {
        self.facts.is_large(self.api, ty)
    }

    /// Whether any type or property is deprecated. Generated code must use it without warnings.
    pub(super) fn has_deprecated_types(&self) -> bool {
        self.api.types.iter().any(|def| {
            def.deprecated
                || matches!(&def.kind, TypeKind::Struct(object) if object.fields.iter().any(|field| field.deprecated))
        })
    }
}

/// `pub mod types` with these items.
pub(super) fn module(scene: &Scene<'_>, items: Vec<Item>) -> Item {
    if items.is_empty() {
        return Item::default();
    }
    let Item { text, needs } = Item::page(items);
    let mut imports = Vec::new();
    if needs.has(Needs::SECRET) && !scene.facts.unexported.contains("Secret") {
        imports.push("use super::Secret;");
    }
    if needs.has(Needs::RUNTIME) {
        imports.push("use super::rt;");
    }
    let lints: &[&str] = if scene.has_deprecated_types() { &["deprecated"] } else { &[] };
    let allow = render::allow(lints, "what is deprecated still has to be read and written");
    let head = format!("/// The types of requests and responses: the schemas of the document.\n{allow}pub mod types");
    Item { text: render::mod_block(&head, &[imports.join("\n"), text]), needs }
}

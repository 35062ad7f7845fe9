//! Conversions from response types to request types, if every property converts.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::{Item, Needs};
use super::structs::{Member, members};
use super::types::Direction;
use super::{Scene, render};
use crate::ir::{AdditionalMembers, Kind, Type, TypeId, TypeSet};

/// `impl From<X> for XRequest`, if every property converts.
pub(super) fn conversion(scene: &Scene<'_>, convertible: &TypeSet, id: TypeId) -> Option<Item> {
    if !convertible.contains(id) {
        return None;
    }
    let from = render::ident(scene.type_name(id, Direction::Received));
    let to = render::ident(scene.type_name(id, Direction::Sent));
    let mut is_used = true;
    let body = match &scene.api.get(id)?.kind {
        Kind::Struct(object) => {
            let received = members(scene, id, object, Direction::Received);
            let mut values = Vec::new();
            for member in members(scene, id, object, Direction::Sent) {
                let same = received.iter().find(|other| std::ptr::eq(other.field, member.field))?;
                let ident = &member.ident;
                let converted = member_conversion(scene, convertible, &member, same, quote!(value.#ident))?;
                values.push(quote!(#ident: #converted));
            }
            if let AdditionalMembers::Kept { name, ty } = &object.additional {
                let name = render::ident(name);
                let map = Type::Map(Box::new(ty.clone()));
                let converted = converted(scene, convertible, &map, quote!(value.#name))?;
                values.push(quote!(#name: #converted));
            }
            is_used = !values.is_empty();
            quote!(Self { #(#values),* })
        }
        Kind::Union(union) => {
            let mut arms = Vec::new();
            for (index, branch) in union.branches.iter().enumerate() {
                let variant = render::ident(&branch.name);
                let inner = if scene.facts.is_boxed(id, index) && changes(scene, &branch.ty) {
                    let inner = converted(scene, convertible, &branch.ty, quote!((*inner)))?;
                    quote!(Box::new(#inner))
                } else {
                    converted(scene, convertible, &branch.ty, quote!(inner))?
                };
                arms.push(quote!(#from::#variant(inner) => Self::#variant(#inner),));
            }
            if let Some(unknown) = &union.unknown {
                let unknown = render::ident(unknown);
                arms.push(quote!(#from::#unknown(inner) => Self::#unknown(inner),));
            }
            quote!(match value { #(#arms)* })
        }
        Kind::Alias(_) | Kind::Enumeration(_) => return None,
    };
    // If only the server sets all properties, nothing is sent.
    let value = if is_used { quote!(value) } else { quote!(_) };
    let tokens = quote! {
        impl From<#from> for #to {
            #[inline]
            fn from(#value: #from) -> Self {
                #body
            }
        }
    };
    Some(Item::new(tokens, Needs::NONE))
}

/// The types that convert: starts with all, and removes types with an unconvertible property until none is left.
pub(super) fn convertible(scene: &Scene<'_>) -> TypeSet {
    let mut set = TypeSet::default();
    for id in scene.facts.request_forms.keys() {
        set.insert(*id);
    }
    loop {
        let falls: Vec<TypeId> = set.iter().filter(|id| !converts(scene, &set, *id)).collect();
        if falls.is_empty() {
            return set;
        }
        for id in falls {
            set.remove(id);
        }
    }
}

fn converts(scene: &Scene<'_>, set: &TypeSet, id: TypeId) -> bool {
    let fits = |ty: &Type| converted(scene, set, ty, TokenStream::new()).is_some();
    match scene.api.get(id).map(|def| &def.kind) {
        Some(Kind::Struct(object)) => {
            let kept = match &object.additional {
                AdditionalMembers::Kept { ty, .. } => fits(ty),
                AdditionalMembers::Ignored => true,
            };
            kept && object
                .fields
                .iter()
                .filter(|field| !field.read_only)
                .all(|field| !(field.write_only && field.required) && fits(&field.ty))
        }
        Some(Kind::Union(union)) => union.branches.iter().all(|branch| fits(&branch.ty)),
        Some(Kind::Alias(_) | Kind::Enumeration(_)) | None => false,
    }
}

/// Whether the request and response types of a type differ.
fn changes(scene: &Scene<'_>, ty: &Type) -> bool {
    ty.named().iter().any(|id| scene.facts.request_forms.contains_key(id))
}

fn member_conversion(
    scene: &Scene<'_>,
    set: &TypeSet,
    member: &Member<'_>,
    received: &Member<'_>,
    value: TokenStream,
) -> Option<TokenStream> {
    if member.required != received.required {
        return None;
    }
    if !changes(scene, &member.field.ty) {
        return Some(value);
    }
    let (inner, is_nullable) = member.field.ty.split_nullable();
    let innermost = |value: TokenStream| {
        if member.boxed {
            let inner = converted(scene, set, inner, quote!((*#value)))?;
            Some(quote!(Box::new(#inner)))
        } else {
            converted(scene, set, inner, value)
        }
    };
    let nullable = |value: TokenStream| {
        if is_nullable {
            let inner = innermost(quote!(value))?;
            Some(quote!(#value.map(|value| #inner)))
        } else {
            innermost(value)
        }
    };
    if member.required {
        nullable(value)
    } else {
        let inner = nullable(quote!(value))?;
        Some(quote!(#value.map(|value| #inner)))
    }
}

/// The expression that converts `value` to its request type; `None` if it cannot be converted.
fn converted(scene: &Scene<'_>, set: &TypeSet, ty: &Type, value: TokenStream) -> Option<TokenStream> {
    if !changes(scene, ty) {
        return Some(value);
    }
    match ty {
        Type::Named(id) => match scene.api.get(*id).map(|def| &def.kind)? {
            Kind::Alias(target) if !scene.is_circular(*id) => converted(scene, set, target, value),
            _ if set.contains(*id) => Some(quote!(#value.into())),
            _ => None,
        },
        Type::Array(inner) => {
            let inner = converted(scene, set, inner, quote!(value))?;
            Some(quote!(#value.into_iter().map(|value| #inner).collect()))
        }
        Type::Map(inner) => {
            let inner = converted(scene, set, inner, quote!(value))?;
            Some(quote!(#value.into_iter().map(|(name, value)| (name, #inner)).collect()))
        }
        Type::Nullable(inner) => {
            let inner = converted(scene, set, inner, quote!(value))?;
            Some(quote!(#value.map(|value| #inner)))
        }
        Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) | Type::Foreign(_) => Some(value),
    }
}

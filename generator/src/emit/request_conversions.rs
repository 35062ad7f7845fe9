//! Conversions from response types to request types, if every property converts.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::{Item, Needs};
use super::structs::{Property, properties};
use super::types::Direction;
use super::{Scene, render};
use crate::ir::{AdditionalProperties, Type, TypeId, TypeKind, TypeSet};

/// `impl From<X> for XRequest`, if every property converts.
pub(super) fn conversion(scene: &Scene<'_>, convertible: &TypeSet, id: TypeId) -> Option<Item> {
    if !convertible.contains(id) {
        return None;
    }
    let from = render::ident(scene.type_name(id, Direction::Response));
    let to = render::ident(scene.type_name(id, Direction::Request));
    let mut is_used = true;
    let body = match &scene.api.get(id)?.kind {
        TypeKind::Struct(object) => {
            let received = properties(scene, id, object, Direction::Response);
            let mut values = Vec::new();
            for property in properties(scene, id, object, Direction::Request) {
                let same = received.iter().find(|other| std::ptr::eq(other.field, property.field))?;
                let ident = &property.ident;
                let converted = property_conversion(scene, convertible, &property, same, quote!(value.#ident))?;
                values.push(quote!(#ident: #converted));
            }
            if let AdditionalProperties::Kept { name, ty } = &object.additional {
                let name = render::ident(name);
                let map = Type::Map(Box::new(ty.clone()));
                let converted = converted(scene, convertible, &map, quote!(value.#name))?;
                values.push(quote!(#name: #converted));
            }
            is_used = !values.is_empty();
            quote!(Self { #(#values),* })
        }
        TypeKind::Union(union) => {
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
        TypeKind::Alias(_) | TypeKind::Enumeration(_) => return None,
    };
    // If all properties are `readOnly`, the request type is empty.
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

/// The types that convert. Starts with all types, and removes those with an unconvertible property until none is left.
pub(super) fn convertible(scene: &Scene<'_>) -> TypeSet {
    let mut set = TypeSet::default();
    for id in scene.facts.request_types.keys() {
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
        Some(TypeKind::Struct(object)) => {
            let kept = match &object.additional {
                AdditionalProperties::Kept { ty, .. } => fits(ty),
                AdditionalProperties::Ignored => true,
            };
            kept && object
                .fields
                .iter()
                .filter(|field| !field.read_only)
                .all(|field| !(field.write_only && field.required) && fits(&field.ty))
        }
        Some(TypeKind::Union(union)) => union.branches.iter().all(|branch| fits(&branch.ty)),
        Some(TypeKind::Alias(_) | TypeKind::Enumeration(_)) | None => false,
    }
}

/// Whether the request and response types of a type differ.
fn changes(scene: &Scene<'_>, ty: &Type) -> bool {
    ty.named().iter().any(|id| scene.facts.request_types.contains_key(id))
}

fn property_conversion(
    scene: &Scene<'_>,
    set: &TypeSet,
    property: &Property<'_>,
    received: &Property<'_>,
    value: TokenStream,
) -> Option<TokenStream> {
    if property.required != received.required {
        return None;
    }
    if !changes(scene, &property.field.ty) {
        return Some(value);
    }
    let (inner, is_nullable) = property.field.ty.split_nullable();
    let innermost = |value: TokenStream| {
        if property.boxed {
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
    if property.required {
        nullable(value)
    } else {
        let inner = nullable(quote!(value))?;
        Some(quote!(#value.map(|value| #inner)))
    }
}

/// The expression that converts `value` to its request type; `None` if there is no conversion.
fn converted(scene: &Scene<'_>, set: &TypeSet, ty: &Type, value: TokenStream) -> Option<TokenStream> {
    if !changes(scene, ty) {
        return Some(value);
    }
    match ty {
        Type::Named(id) => match scene.api.get(*id).map(|def| &def.kind)? {
            TypeKind::Alias(target) if !scene.is_circular(*id) => converted(scene, set, target, value),
            _ if set.contains(*id) => Some(quote!(#value.into())),
            _ => None,
        },
        Type::Array(inner) => {
            let inner = converted(scene, set, inner, quote!(value))?;
            Some(quote!(#value.into_iter().map(|value| #inner).collect()))
        }
        Type::Tuple(elements) => {
            let names: Vec<_> = (0..elements.len()).map(|index| render::ident(&format!("value_{index}"))).collect();
            let mut values = Vec::new();
            for (element, name) in elements.iter().zip(&names) {
                let is_boxed = scene.is_boxed_element(element) && changes(scene, element);
                let value = converted(scene, set, element, if is_boxed { quote!((*#name)) } else { quote!(#name) })?;
                values.push(if is_boxed { quote!(Box::new(#value)) } else { value });
            }
            Some(quote!({ let (#(#names,)*) = #value; (#(#values,)*) }))
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

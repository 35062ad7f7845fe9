//! Shapes: tables of declarations, for unions whose branch depends on the whole value.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::{Item, Needs};
use super::{Scene, render};
use crate::ir::{
    AdditionalProperties, Branch, Decision, Enumeration, EnumerationOf, Field, IntegerKind, Otherwise, Struct, Type,
    TypeDef, TypeId, TypeKind, TypeSet,
};

/// The shape of a type, as an expression inside `mod types`.
pub(super) fn expression(scene: &Scene<'_>, ty: &Type) -> TokenStream {
    shape(scene, ty, true)
}

/// `mod shapes`: the shapes of all types that the branches of such unions reach.
pub(super) fn module(scene: &Scene<'_>) -> Option<Item> {
    let mut items = Vec::new();
    for id in needed(scene).iter() {
        if let Some(def) = scene.api.get(id) {
            let name = name(scene, id);
            let shape = named_shape(scene, def);
            items.push(render::items(quote!(pub(super) static #name: rt::Shape = #shape;)));
        }
    }
    if items.is_empty() {
        return None;
    }
    items.insert(0, "use super::rt;".to_owned());
    let allow = render::allow(&["non_upper_case_globals"], "a table has the name of its type");
    let head = format!("/// The declarations of union branches, to decide the branch of a value.\n{allow}mod shapes");
    Some(Item { text: render::mod_block(&head, &items), needs: Needs::RUNTIME })
}

/// The types in the branches of unions that compare the whole value, at any depth.
fn needed(scene: &Scene<'_>) -> TypeSet {
    let mut open = Vec::new();
    for def in scene.api.types.iter().filter(|def| !def.is_hidden) {
        let TypeKind::Union(union) = &def.kind else { continue };
        // The base takes the remaining values, so no value is compared with it.
        let is_compared = |branch: &&Branch| match union.decision {
            Decision::Shape
            | Decision::Discriminator { otherwise: Otherwise::Shape, .. }
            | Decision::Discriminator { shared: true, .. } => true,
            Decision::Discriminator { otherwise: Otherwise::Base(_), .. } => !branch.discriminators.is_empty(),
            Decision::Discriminator { otherwise: Otherwise::Unknown | Otherwise::Default(_), .. }
            | Decision::JsonType => false,
        };
        open.extend(union.branches.iter().filter(is_compared).flat_map(|branch| branch.ty.named()));
    }
    scene.api.reached(open)
}

fn name(scene: &Scene<'_>, id: TypeId) -> proc_macro2::Ident {
    render::ident(scene.type_name(id, super::types::Direction::Response))
}

/// The shape of a type inside another shape.
fn inner(scene: &Scene<'_>, ty: &Type) -> TokenStream {
    shape(scene, ty, false)
}

fn shape(scene: &Scene<'_>, ty: &Type, from_outside: bool) -> TokenStream {
    let of = |ty: &Type| shape(scene, ty, from_outside);
    let variant = match ty {
        Type::Any => quote!(Anything),
        Type::Boolean => quote!(Boolean),
        // Unbounded integers are decoded as any number, because the document may declare `type: number`.
        Type::Integer(IntegerKind::Unbounded) | Type::Number => quote!(Number),
        Type::Integer(IntegerKind::I32) => quote!(Int32),
        Type::Integer(IntegerKind::I64) => quote!(Integer),
        Type::Integer(IntegerKind::U32) => quote!(UInt32),
        Type::Integer(IntegerKind::U64) => quote!(UInt64),
        Type::String(_) => quote!(Text),
        Type::Array(inner) => {
            let of = of(inner);
            quote!(Array(&#of))
        }
        Type::Tuple(elements) => {
            let elements = elements.iter().map(of);
            quote!(Tuple(&[#(&#elements),*]))
        }
        Type::Map(inner) => {
            let of = of(inner);
            quote!(Object(&[], Some(&#of)))
        }
        Type::Nullable(inner) => {
            let of = of(inner);
            quote!(Nullable(&#of))
        }
        Type::Foreign(foreign) => return of(&foreign.of),
        Type::Named(id) => {
            let name = name(scene, *id);
            return if from_outside { quote!(shapes::#name) } else { quote!(#name) };
        }
    };
    quote!(rt::Shape::#variant)
}

fn named_shape(scene: &Scene<'_>, def: &TypeDef) -> TokenStream {
    match &def.kind {
        TypeKind::Struct(object) => object_shape(scene, object),
        TypeKind::Enumeration(enumeration) => values_shape(enumeration),
        TypeKind::Union(union) => {
            let branches = union.branches.iter().map(|branch| inner(scene, &branch.ty));
            quote!(rt::Shape::OneOf(&[#(&#branches),*]))
        }
        TypeKind::Alias(ty) => {
            let of = inner(scene, ty);
            quote!(rt::Shape::OneOf(&[&#of]))
        }
    }
}

fn object_shape(scene: &Scene<'_>, object: &Struct) -> TokenStream {
    // The runtime searches them by name.
    let mut fields: Vec<&Field> = object.fields.iter().collect();
    fields.sort_by_key(|field| &field.name.wire);
    let properties = fields.into_iter().map(|field| {
        let wire = &field.name.wire;
        let of = match field.only {
            Some(flag) => quote!(rt::Shape::Flag(#flag)),
            None => inner(scene, &field.ty),
        };
        match (field.required, field.read_only || field.write_only) {
            (true, false) => quote!((#wire, rt::Presence::Always, &#of)),
            // A one-way property is absent in one direction.
            (true, true) => quote!((#wire, rt::Presence::Mostly, &#of)),
            (false, _) => quote!((#wire, rt::Presence::Maybe, &#of)),
        }
    });
    let others = match &object.additional {
        AdditionalProperties::Ignored => quote!(None),
        AdditionalProperties::Kept { ty, .. } => {
            let of = inner(scene, ty);
            quote!(Some(&#of))
        }
    };
    quote!(rt::Shape::Object(&[#(#properties),*], #others))
}

fn values_shape(enumeration: &Enumeration) -> TokenStream {
    let wires = enumeration.values.iter().map(|value| &value.name.wire);
    match enumeration.of {
        EnumerationOf::Texts => quote!(rt::Shape::Texts(&[#(#wires),*])),
        EnumerationOf::Integers => {
            let numbers = wires.filter_map(|wire| wire.parse::<i64>().ok()).map(proc_macro2::Literal::i64_unsuffixed);
            quote!(rt::Shape::Integers(&[#(#numbers),*]))
        }
    }
}

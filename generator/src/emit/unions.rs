//! Unions: an enum, and the code that chooses the branch of a value.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::item::{Item, Needs};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, render, shapes};
use crate::ir::{Branch, Decision, JsonType, Otherwise, Type, TypeDef, TypeId, TypeKind, Union};

/// The enum with `Serialize` and `Deserialize`.
pub(super) fn items(scene: &Scene<'_>, id: TypeId, def: &TypeDef, union: &Union, direction: Direction) -> Vec<Item> {
    let name = render::ident(scene.type_name(id, direction));
    let mut items = vec![declaration(scene, id, def, union, direction)];
    items.extend(debug_impl(union, &name));
    items.extend([serialize(scene, union, &name), deserialize(scene, id, union, &name)]);
    let mut needs = scene.needs_of(union.branches.iter().map(|branch| &branch.ty)) | Needs::RUNTIME;
    if union.unknown.is_some() {
        needs = needs | Needs::SERDE_JSON;
    }
    items.into_iter().map(|tokens| Item::new(tokens, needs)).collect()
}

fn declaration(scene: &Scene<'_>, id: TypeId, def: &TypeDef, union: &Union, direction: Direction) -> TokenStream {
    let name = render::ident(scene.type_name(id, direction));
    let mut paragraphs =
        vec![docs::or_else(&def.docs, || format!("{}: one of several types.", docs::code(&def.name.wire)))];
    if direction == Direction::Request {
        paragraphs.push(format!("The request type; responses have [`{}`].", def.name.rust));
    }
    let comment = docs::comment(&paragraphs);
    let alias = if direction == Direction::Response { docs::alias(&def.name) } else { TokenStream::new() };
    let deprecated = docs::deprecated(def.deprecated);
    let own: &[&str] = if union.unknown.is_some() { &["Clone"] } else { &["Clone", "Debug"] };
    let derive = docs::derive(own, &["Debug", "Serialize", "Deserialize"], &def.derives);
    let branches = union.branches.iter().enumerate().map(|(index, branch)| {
        let variant = render::ident(&branch.name);
        let ty = scene.rust(&branch.ty, direction, Viewpoint::Types);
        let ty = if scene.facts.is_boxed(id, index) { quote!(Box<#ty>) } else { ty };
        let comment = docs::comment(&[branch_docs(&union.decision, branch)]);
        quote!(#comment #variant(#ty),)
    });
    let unknown = union.unknown.as_ref().map(|unknown| {
        let unknown = render::ident(unknown);
        quote! {
            /// Any other value.
            #unknown(serde_json::Value),
        }
    });
    quote! {
        #comment
        #alias
        #deprecated
        #derive
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "large values are boxed; smaller ones are easier to match without")]
        pub enum #name {
            #(#branches)*
            #unknown
        }
    }
}

/// `Debug` by hand for unions that keep values of no branch, because such a value may contain a secret.
fn debug_impl(union: &Union, name: &Ident) -> Option<TokenStream> {
    let unknown = union.unknown.as_ref()?;
    let arms = union.branches.iter().map(|branch| {
        let (variant, label) = (render::ident(&branch.name), &branch.name);
        quote!(Self::#variant(value) => f.debug_tuple(#label).field(value).finish(),)
    });
    let (unknown, label) = (render::ident(unknown), format!("{unknown}(..)"));
    Some(quote! {
        /// Does not show a value of no branch, since it may hold a secret.
        impl std::fmt::Debug for #name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    #(#arms)*
                    Self::#unknown(_) => f.write_str(#label),
                }
            }
        }
    })
}

fn branch_docs(decision: &Decision, branch: &Branch) -> String {
    let list = |texts: &[String]| texts.iter().map(|text| docs::code(text)).collect::<Vec<_>>().join(" or ");
    match decision {
        Decision::Discriminator { property, .. } if !branch.discriminators.is_empty() => {
            format!("{} is {}.", docs::code(property), list(&branch.discriminators))
        }
        Decision::Discriminator { otherwise: Otherwise::Base(_), .. } => "Any other value.".to_owned(),
        Decision::Discriminator { .. } | Decision::Shape => {
            format!("Values that match the schema {}.", docs::code(&branch.name))
        }
        Decision::JsonType => format!("Values of the JSON type of {}.", docs::code(&branch.name)),
    }
}

fn serialize(scene: &Scene<'_>, union: &Union, name: &Ident) -> TokenStream {
    let arms = union.branches.iter().map(|branch| {
        let variant = render::ident(&branch.name);
        if let Some((property, text)) = tag(scene, union, branch) {
            let value = scene.lent(&branch.ty, quote!(value), Viewpoint::Types);
            quote!(Self::#variant(value) => rt::union::tagged(#value, #property, #text, serializer),)
        } else if scene.is_secret(&branch.ty) {
            quote!(Self::#variant(value) => rt::serde::Serialize::serialize(&rt::Exposed(value), serializer),)
        } else if let Some(adapter) = scene.json_adapter(&branch.ty, Viewpoint::Types) {
            quote!(Self::#variant(value) => rt::Via::<#adapter>::serialize(value, serializer),)
        } else {
            quote!(Self::#variant(value) => rt::serde::Serialize::serialize(value, serializer),)
        }
    });
    let unknown = union.unknown.as_ref().map(|unknown| {
        let unknown = render::ident(unknown);
        quote!(Self::#unknown(value) => rt::serde::Serialize::serialize(value, serializer),)
    });
    quote! {
        impl rt::serde::Serialize for #name {
            fn serialize<S: rt::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    #(#arms)*
                    #unknown
                }
            }
        }
    }
}

/// The discriminator's property and value, if serializing the branch alone would not write them.
fn tag<'a>(scene: &Scene<'_>, union: &'a Union, branch: &'a Branch) -> Option<(&'a str, &'a str)> {
    let Decision::Discriminator { property, otherwise: decision } = &union.decision else { return None };
    let text = branch.discriminators.first()?;
    // If the discriminator may be absent, a branch with an optional property writes it itself.
    let must_be_there = matches!(decision, Otherwise::Unknown);
    if let Type::Named(id) = scene.resolved(&branch.ty)
        && let Some(TypeKind::Struct(object)) = scene.api.get(*id).map(|def| &def.kind)
        && object
            .fields
            .iter()
            .any(|field| field.name.wire == *property && !field.read_only && (field.required || !must_be_there))
    {
        return None;
    }
    Some((property, text))
}

fn deserialize(scene: &Scene<'_>, id: TypeId, union: &Union, name: &Ident) -> TokenStream {
    let read = |index: usize, branch: &Branch| {
        let variant = render::ident(&branch.name);
        let label = &branch.name;
        if scene.facts.is_boxed(id, index) {
            quote!(rt::union::read(&value, #label).map(|value| Self::#variant(Box::new(value))))
        } else if let Some(adapter) = scene.json_adapter(&branch.ty, Viewpoint::Types) {
            let read = quote!(rt::As<_, #adapter>);
            quote!(rt::union::read(&value, #label).map(|value: #read| Self::#variant(value.0)))
        } else {
            quote!(rt::union::read(&value, #label).map(Self::#variant))
        }
    };
    let label = name.to_string();
    let otherwise = match &union.unknown {
        Some(unknown) => {
            let unknown = render::ident(unknown);
            quote!(Ok(Self::#unknown(value)))
        }
        None => quote!(rt::union::no_branch(#label)),
    };
    let decision = match &union.decision {
        Decision::Discriminator { property, otherwise: after } => {
            by_discriminator(scene, union, (property, *after), &read, &otherwise)
        }
        Decision::Shape => by_shape(scene, union, "candidates", &read, &otherwise),
        Decision::JsonType => by_json_type(scene, union, &read, &otherwise),
    };
    quote! {
        impl<'de> rt::serde::Deserialize<'de> for #name {
            fn deserialize<D: rt::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <rt::Value as rt::serde::Deserialize>::deserialize(deserializer)?;
                #decision
            }
        }
    }
}

type Read<'a> = dyn Fn(usize, &Branch) -> TokenStream + 'a;

fn by_discriminator(
    scene: &Scene<'_>,
    union: &Union,
    (property, after): (&str, Otherwise),
    read: &Read<'_>,
    unknown: &TokenStream,
) -> TokenStream {
    let tagged = union.branches.iter().enumerate().filter(|(_, branch)| !branch.discriminators.is_empty());
    let arms = tagged.map(|(index, branch)| {
        let values = &branch.discriminators;
        let read = read(index, branch);
        // A value with the discriminator of a branch that it does not match belongs to the base.
        let fits = matches!(after, Otherwise::Base(_)).then(|| {
            let shape = shapes::expression(scene, &branch.ty);
            quote!(if rt::shape::fits(&value, &#shape))
        });
        quote!(Some(#(#values)|*) #fits => #read,)
    });
    let rest = match after {
        Otherwise::Unknown => quote!(_ => #unknown,),
        Otherwise::Shape => {
            let by_shape = by_shape(scene, union, "exact_candidates", read, unknown);
            quote!(Some(_) => #unknown, None => { #by_shape })
        }
        Otherwise::Base(base) => {
            let read = union.branches.get(base).map_or_else(|| unknown.clone(), |branch| read(base, branch));
            quote!(_ => #read,)
        }
    };
    quote! {
        let mut text = String::new();
        match rt::union::discriminator(&value, #property, &mut text) {
            #(#arms)*
            #rest
        }
    }
}

/// Reads the nearest branch that can decode the value.
fn by_shape(scene: &Scene<'_>, union: &Union, choose: &str, read: &Read<'_>, unknown: &TokenStream) -> TokenStream {
    let branches = &union.branches;
    let choose = render::ident(choose);
    let shapes = branches.iter().map(|branch| shapes::expression(scene, &branch.ty));
    let arms = branches.iter().enumerate().map(|(index, branch)| {
        let read = read(index, branch);
        quote!(#index => #read,)
    });
    // A `static`, because a table of references needs constants.
    quote! {
        static BRANCHES: &[&rt::Shape] = &[#(&#shapes),*];
        for branch in rt::shape::#choose(&value, BRANCHES) {
            let read: Result<Self, D::Error> = match branch {
                #(#arms)*
                _ => break,
            };
            if read.is_ok() {
                return read;
            }
        }
        #unknown
    }
}

fn by_json_type(scene: &Scene<'_>, union: &Union, read: &Read<'_>, otherwise: &TokenStream) -> TokenStream {
    let mut arms = Vec::new();
    let mut rest = otherwise.clone();
    let mut taken = Vec::new();
    for (index, branch) in union.branches.iter().enumerate() {
        let read = read(index, branch);
        match json_types(scene, &branch.ty) {
            Some(mut names) => {
                names.retain(|name| !taken.contains(name));
                taken.extend(names.iter().copied());
                let patterns: Vec<TokenStream> = names
                    .iter()
                    .map(|name| {
                        let kind = render::ident(name);
                        if *name == "Null" { quote!(rt::Value::#kind) } else { quote!(rt::Value::#kind(_)) }
                    })
                    .collect();
                if !patterns.is_empty() {
                    arms.push(quote!(#(#patterns)|* => #read,));
                }
            }
            // A union or any value: the branch takes the values that no other branch takes.
            None => rest = read,
        }
    }
    if taken.len() == 6 {
        return quote!(match value { #(#arms)* });
    }
    quote!(match value { #(#arms)* _ => #rest, })
}

/// The variants of `serde_json::Value` for a type; `None` if it may have any.
fn json_types(scene: &Scene<'_>, ty: &Type) -> Option<Vec<&'static str>> {
    let kinds = ty.json_types(&scene.api.types)?;
    let name = |kind: JsonType| match kind {
        JsonType::Null => "Null",
        JsonType::Bool => "Bool",
        JsonType::Number => "Number",
        JsonType::String => "String",
        JsonType::Array => "Array",
        JsonType::Object => "Object",
    };
    Some(kinds.into_iter().map(name).collect())
}

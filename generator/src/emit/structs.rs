//! Objects with declared properties.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::item::{Item, Needs};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, objects, render};
use crate::ir::{AdditionalMembers, Field, StringKind, Struct, Type, TypeDef, TypeId};

/// A member in one form of its struct.
pub(super) struct Member<'a> {
    pub(super) field: &'a Field,
    pub(super) ident: Ident,
    pub(super) required: bool,
    pub(super) boxed: bool,
}

/// The members of one form: what is sent has no `readOnly` ones, and what comes back may lack `writeOnly` ones.
pub(super) fn members<'a>(scene: &Scene<'_>, id: TypeId, object: &'a Struct, direction: Direction) -> Vec<Member<'a>> {
    object
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| direction == Direction::Received || !field.read_only)
        .map(|(index, field)| Member {
            field,
            ident: render::name(&field.name),
            required: field.required && (direction == Direction::Sent || !field.write_only),
            boxed: scene.facts.is_boxed(id, index),
        })
        .collect()
}

/// The struct, and `new` where a member is required.
pub(super) fn items(scene: &Scene<'_>, id: TypeId, def: &TypeDef, object: &Struct, direction: Direction) -> Vec<Item> {
    let name = render::ident(scene.type_name(id, direction));
    let members = members(scene, id, object, direction);
    let has_required = members.iter().any(|member| member.required);
    let comment = docs::comment(&type_docs(def, direction));
    let alias = if direction == Direction::Received { docs::alias(&def.name) } else { TokenStream::new() };
    let deprecated = docs::deprecated(def.deprecated);
    let shown = shown(scene, &name, &members, &object.additional);
    let own: Vec<&str> = ["Clone", "Debug", "Default"]
        .into_iter()
        .filter(|name| !(*name == "Debug" && shown.is_some() || *name == "Default" && has_required))
        .collect();
    let derive = docs::derive(&own, &["Debug", "Serialize", "Deserialize"], &def.derives);
    let fields = members.iter().map(|member| declaration(scene, member, direction));
    let additional = additional(scene, &object.additional, direction);
    let declared = quote! {
        #comment
        #alias
        #deprecated
        #derive
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
            #additional
        }
    };
    let mut needs = scene.needs_of(members.iter().map(|member| &member.field.ty));
    if let AdditionalMembers::Kept { ty, .. } = &object.additional {
        needs = needs | scene.needs(ty);
    }
    let mut items = vec![Item::new(declared, needs)];
    items.extend(shown);
    if has_required {
        items.push(constructor(scene, &name, &members, &object.additional, direction));
    }
    items.push(objects::item(scene, id, &name, &members, &object.additional));
    items
}

fn type_docs(def: &TypeDef, direction: Direction) -> Vec<String> {
    let mut paragraphs = vec![docs::or_else(&def.docs, || format!("The schema {}.", docs::code(&def.name.wire)))];
    if direction == Direction::Sent {
        paragraphs.push(format!("The request type; responses have [`{}`].", def.name.rust));
    }
    paragraphs
}

fn declaration(scene: &Scene<'_>, member: &Member<'_>, direction: Direction) -> TokenStream {
    let Member { field, ident, .. } = member;
    let comment = docs::field(field);
    let deprecated = docs::deprecated(field.deprecated);
    let ty = member_type(scene, member, direction);
    quote!(#comment #deprecated pub #ident: #ty,)
}

fn member_type(scene: &Scene<'_>, member: &Member<'_>, direction: Direction) -> TokenStream {
    let (inner, is_nullable) = member.field.ty.split_nullable();
    let mut ty = scene.rust(inner, direction, Viewpoint::Types);
    if member.boxed {
        ty = quote!(Box<#ty>);
    }
    if is_nullable {
        ty = quote!(Option<#ty>);
    }
    if !member.required {
        ty = quote!(Option<#ty>);
    }
    ty
}

fn additional(scene: &Scene<'_>, additional: &AdditionalMembers, direction: Direction) -> TokenStream {
    let AdditionalMembers::Kept { name, ty } = additional else { return TokenStream::new() };
    let name = render::ident(name);
    let map = scene.rust(&Type::Map(Box::new(ty.clone())), direction, Viewpoint::Types);
    quote! {
        /// All additional properties.
        pub #name: #map,
    }
}

/// `Debug` by hand where members of any kind are kept: nobody declared which of them are secrets, so only their names
/// are shown.
fn shown(scene: &Scene<'_>, name: &Ident, members: &[Member<'_>], additional: &AdditionalMembers) -> Option<Item> {
    let AdditionalMembers::Kept { name: kept, ty } = additional else { return None };
    if !scene.holds_any(ty) {
        return None;
    }
    let label = name.to_string();
    let fields = members.iter().map(|member| {
        let (ident, label) = (&member.ident, &member.field.name.rust);
        quote!(.field(#label, &self.#ident))
    });
    let kept_ident = render::ident(kept);
    let tokens = quote! {
        /// Shows only the names of additional properties, since their values may be secrets.
        impl std::fmt::Debug for #name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(#label)
                    #(#fields)*
                    .field(#kept, &self.#kept_ident.keys().collect::<Vec<_>>())
                    .finish()
            }
        }
    };
    Some(Item::new(tokens, Needs::NONE))
}

fn constructor(
    scene: &Scene<'_>,
    name: &Ident,
    members: &[Member<'_>],
    additional: &AdditionalMembers,
    direction: Direction,
) -> Item {
    let required: Vec<&Member<'_>> = members.iter().filter(|member| member.required).collect();
    let arguments = required.iter().map(|member| {
        let ident = &member.ident;
        let ty = argument_type(scene, &member.field.ty, direction, Viewpoint::Types);
        quote!(#ident: #ty)
    });
    let mut values: Vec<TokenStream> = members
        .iter()
        .map(|member| {
            let ident = &member.ident;
            if !member.required {
                return quote!(#ident: None);
            }
            let is_nullable = matches!(member.field.ty, Type::Nullable(_));
            match (takes_into(scene, &member.field.ty), member.boxed, is_nullable) {
                (true, _, _) => quote!(#ident: #ident.into()),
                (false, false, _) => quote!(#ident),
                (false, true, false) => quote!(#ident: Box::new(#ident)),
                (false, true, true) => quote!(#ident: #ident.map(Box::new)),
            }
        })
        .collect();
    if let AdditionalMembers::Kept { name, .. } = additional {
        let name = render::ident(name);
        values.push(quote!(#name: Default::default()));
    }
    let comment = docs::comment(&["A value with the required properties only.".to_owned()]);
    let allow = too_many_arguments(required.len());
    let named = if name == "New" {
        quote!(#[allow(clippy::self_named_constructors, reason = "the name is the document's")])
    } else {
        TokenStream::new()
    };
    let method = quote! {
        #comment
        #allow
        #named
        pub fn new(#(#arguments),*) -> Self {
            Self { #(#values),* }
        }
    };
    render::impl_block(&format!("impl {name}"), vec![method], Needs::NONE)
}

/// Whether an argument of this type is taken as `impl Into<..>`: texts are, so that a `&str` will do.
pub(super) fn takes_into(scene: &Scene<'_>, ty: &Type) -> bool {
    matches!(scene.resolved(ty), Type::String(StringKind::Text { .. } | StringKind::Secret))
}

/// The type of an argument that is going to be owned.
pub(super) fn argument_type(scene: &Scene<'_>, ty: &Type, direction: Direction, viewpoint: Viewpoint) -> TokenStream {
    if takes_into(scene, ty) {
        let target = scene.rust(scene.resolved(ty), direction, viewpoint);
        quote!(impl Into<#target>)
    } else {
        scene.rust(ty, direction, viewpoint)
    }
}

/// clippy counts arguments; a document does not.
pub(super) fn too_many_arguments(count: usize) -> TokenStream {
    if count > 7 {
        quote!(#[allow(clippy::too_many_arguments, reason = "the document asks for them")])
    } else {
        TokenStream::new()
    }
}

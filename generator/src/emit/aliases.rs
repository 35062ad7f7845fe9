//! Type aliases.

use quote::quote;

use super::item::{Item, Needs};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, render};
use crate::ir::{Type, TypeDef, TypeId};

/// A `type` alias. A recursive alias is a struct with one field.
pub(super) fn items(scene: &Scene<'_>, id: TypeId, def: &TypeDef, ty: &Type, direction: Direction) -> Vec<Item> {
    let name = render::ident(scene.type_name(id, direction));
    let comment = docs::comment(&[docs::or_else(&def.docs, || format!("The schema {}.", docs::code(&def.name.wire)))]);
    let alias = docs::alias(&def.name);
    let deprecated = docs::deprecated(def.deprecated);
    let target = scene.rust(ty, direction, Viewpoint::Types);
    let needs = scene.needs(ty);
    if !scene.is_circular(id) {
        return vec![Item::new(quote!(#comment #alias #deprecated pub type #name = #target;), needs)];
    }
    let derive = docs::derive(&["Clone", "Debug"], &["Serialize", "Deserialize"], &def.derives);
    let target = if scene.facts.is_boxed(id, 0) { quote!(Box<#target>) } else { target };
    let declared = quote! {
        #comment
        #alias
        #deprecated
        #derive
        pub struct #name(
            /// The value.
            pub #target,
        );
    };
    let serialize = quote! {
        impl rt::serde::Serialize for #name {
            fn serialize<S: rt::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                rt::serde::Serialize::serialize(&self.0, serializer)
            }
        }
    };
    let deserialize = quote! {
        impl<'de> rt::serde::Deserialize<'de> for #name {
            fn deserialize<D: rt::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                rt::serde::Deserialize::deserialize(deserializer).map(Self)
            }
        }
    };
    [declared, serialize, deserialize].map(|tokens| Item::new(tokens, needs | Needs::RUNTIME)).into()
}

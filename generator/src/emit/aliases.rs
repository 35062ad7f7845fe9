//! Types that are another type under a name of their own.

use quote::quote;

use super::types::{Form, Place};
use super::{Scene, docs, render};
use crate::ir::{Type, TypeDef, TypeId};

/// A `type`; a struct of one member where the alias stands for itself.
pub(super) fn items(scene: &Scene<'_>, id: TypeId, def: &TypeDef, ty: &Type, form: Form) -> Vec<String> {
    let name = render::ident(scene.type_name(id, form));
    let comment =
        docs::comment(&[docs::or_else(&def.docs, || format!("{} of the document.", docs::code(&def.name.wire)))]);
    let alias = docs::alias(&def.name);
    let deprecated = docs::deprecated(def.deprecated);
    let target = scene.rust(ty, form, Place::Types);
    if !scene.is_circular(id) {
        return vec![render::item(quote!(#comment #alias #deprecated pub type #name = #target;))];
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
        impl Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }
    };
    let deserialize = quote! {
        impl<'de> Deserialize<'de> for #name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Deserialize::deserialize(deserializer).map(Self)
            }
        }
    };
    vec![render::item(declared), render::item(serialize), render::item(deserialize)]
}

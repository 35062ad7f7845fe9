//! Open enumerations: the known values as variants, and one variant for all other values.

use quote::quote;

use super::item::{Item, Needs};
use super::{docs, render};
use crate::ir::{Enumeration, EnumerationOf, EnumerationValue, TypeDef};

/// The enum, and a macro call that implements its conversions.
pub(super) fn items(def: &TypeDef, enumeration: &Enumeration) -> Vec<Item> {
    let name = render::name(&def.name);
    let unknown = render::ident(&enumeration.unknown);
    let comment =
        docs::comment(&[docs::or_else(&def.docs, || format!("The values of {}.", docs::code(&def.name.wire)))]);
    let alias = docs::alias(&def.name);
    let deprecated = docs::deprecated(def.deprecated);
    let variants = enumeration.values.iter().map(|value| {
        let variant = render::name(&value.name);
        let comment = docs::comment(&[docs::code(&value.name.wire)]);
        quote!(#comment #variant,)
    });
    let kept = match enumeration.of {
        EnumerationOf::Texts => quote!(String),
        EnumerationOf::Integers => quote!(i64),
    };
    let derive = docs::derive(
        &["Clone", "Debug", "PartialEq", "Eq", "Hash"],
        &["Serialize", "Deserialize", "Display"],
        &def.derives,
    );
    let declared = quote! {
        #comment
        #alias
        #deprecated
        #derive
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// Any other value.
            #unknown(#kept),
        }
    };
    let (open, rows): (_, String) = match enumeration.of {
        EnumerationOf::Texts => ("open_enum", rows(enumeration, |wire| format!("{wire:?}"))),
        EnumerationOf::Integers => ("open_integer", rows(enumeration, str::to_owned)),
    };
    vec![
        Item::new(declared, Needs::NONE),
        Item { text: format!("rt::{open}! {{\n    {name}, {unknown}, [\n{rows}    ]\n}}"), needs: Needs::RUNTIME },
    ]
}

fn rows(enumeration: &Enumeration, literal: impl Fn(&str) -> String) -> String {
    let row =
        |value: &EnumerationValue| format!("        {} = {},\n", render::name(&value.name), literal(&value.name.wire));
    enumeration.values.iter().map(row).collect()
}

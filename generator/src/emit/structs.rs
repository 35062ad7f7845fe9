//! Structs: objects with declared properties.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::item::{Item, Needs};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, objects, params, render, unions};
use crate::ir::{AdditionalProperties, Field, Setters, StringKind, Struct, Type, TypeDef, TypeId, TypeKind};

/// A property of a request or response type.
pub(super) struct Property<'a> {
    pub(super) field: &'a Field,
    pub(super) ident: Ident,
    pub(super) required: bool,
    pub(super) boxed: bool,
    /// Whether the property decides the branch of a union.
    is_tag: bool,
}

impl Property<'_> {
    /// Its setters, if it is optional.
    fn setters(&self) -> Option<&Setters> {
        self.field.setters.as_ref().filter(|_| !self.required)
    }
}

/// The properties of a type in one direction. Requests have no `readOnly` properties; responses may lack `writeOnly`
/// ones.
pub(super) fn properties<'a>(
    scene: &Scene<'_>,
    id: TypeId,
    object: &'a Struct,
    direction: Direction,
) -> Vec<Property<'a>> {
    object
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| direction == Direction::Response || !field.read_only)
        .map(|(index, field)| Property {
            field,
            ident: render::name(&field.name),
            required: field.required && (direction == Direction::Request || !field.write_only),
            boxed: scene.facts.is_boxed(id, index),
            is_tag: scene.facts.is_tag(id, &field.name.wire),
        })
        .collect()
}

/// The struct, and `new` if it sets a property.
pub(super) fn items(scene: &Scene<'_>, id: TypeId, def: &TypeDef, object: &Struct, direction: Direction) -> Vec<Item> {
    let name = render::ident(scene.type_name(id, direction));
    let properties = properties(scene, id, object, direction);
    let has_new = properties.iter().any(|property| property.required || tag(scene, property).is_some());
    let comment = docs::comment(&type_docs(def, direction));
    let alias = if direction == Direction::Response { docs::alias(&def.name) } else { TokenStream::new() };
    let deprecated = docs::deprecated(def.deprecated);
    let is_redacted = objects::is_redacted(scene, &object.additional);
    let own: Vec<&str> = ["Clone", "Debug", "Default"]
        .into_iter()
        .filter(|name| !(*name == "Debug" && is_redacted || *name == "Default" && has_new))
        .collect();
    let derive = docs::derive(&own, &["Debug", "Serialize", "Deserialize"], &def.derives);
    let fields = properties.iter().map(|property| declaration(scene, property, direction));
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
    let mut needs = scene.needs_of(properties.iter().map(|property| &property.field.ty));
    if let AdditionalProperties::Kept { ty, .. } = &object.additional {
        needs = needs | scene.needs(ty);
    }
    let mut items = vec![Item::new(declared, needs)];
    let mut methods = Vec::new();
    if has_new {
        methods.push(constructor(scene, &name, &properties, &object.additional, direction));
    }
    if direction == Direction::Request || !scene.facts.request_types.contains_key(&id) {
        methods.extend(setters(scene, &properties, direction));
    }
    if !methods.is_empty() {
        let lints = params::allowances(
            properties.iter().filter(|property| property.setters().is_some()).map(
                // The module allows what is deprecated.
                |property| (&property.ident, false),
            ),
            Needs::NONE,
        );
        let head = format!("{}impl {name}", render::allow(&lints, "the names are the document's"));
        items.push(render::impl_block(&head, methods, Needs::NONE));
    }
    if has_new && arguments(scene, &properties).is_empty() {
        let default = quote! {
            impl Default for #name {
                fn default() -> Self {
                    Self::new()
                }
            }
        };
        items.push(Item::new(default, Needs::NONE));
    }
    items.push(objects::item(scene, id, &name, &properties, &object.additional));
    items
}

fn type_docs(def: &TypeDef, direction: Direction) -> Vec<String> {
    let mut paragraphs = vec![docs::or_else(&def.docs, || format!("The schema {}.", docs::code(&def.name.wire)))];
    if direction == Direction::Request {
        paragraphs.push(format!("The request type; responses have [`{}`].", def.name.rust));
    }
    paragraphs
}

fn declaration(scene: &Scene<'_>, property: &Property<'_>, direction: Direction) -> TokenStream {
    let Property { field, ident, .. } = property;
    let comment = docs::field(field);
    let deprecated = docs::deprecated(field.deprecated);
    let ty = property_type(scene, property, direction);
    quote!(#comment #deprecated pub #ident: #ty,)
}

fn property_type(scene: &Scene<'_>, property: &Property<'_>, direction: Direction) -> TokenStream {
    let (inner, is_nullable) = property.field.ty.split_nullable();
    let mut ty = scene.rust(inner, direction, Viewpoint::Types);
    if property.boxed {
        ty = quote!(Box<#ty>);
    }
    if is_nullable {
        ty = quote!(Option<#ty>);
    }
    if !property.required {
        ty = quote!(Option<#ty>);
    }
    ty
}

fn additional(scene: &Scene<'_>, additional: &AdditionalProperties, direction: Direction) -> TokenStream {
    let AdditionalProperties::Kept { name, ty } = additional else { return TokenStream::new() };
    let name = render::ident(name);
    let map = scene.rust(&Type::Map(Box::new(ty.clone())), direction, Viewpoint::Types);
    quote! {
        /// All additional properties.
        pub #name: #map,
    }
}

/// The required properties that `new` takes, in the order of the `required` list.
fn arguments<'p, 'a>(scene: &Scene<'_>, properties: &'p [Property<'a>]) -> Vec<&'p Property<'a>> {
    let mut arguments: Vec<&Property<'_>> =
        properties.iter().filter(|property| property.required && only_value(scene, property.field).is_none()).collect();
    arguments.sort_by_key(|property| property.field.order);
    arguments
}

/// The expression of the only valid value of an optional property that decides the branch of a union. Without it the value
/// would be of no branch.
fn tag(scene: &Scene<'_>, property: &Property<'_>) -> Option<TokenStream> {
    only_value(scene, property.field).filter(|_| property.is_tag && !property.required)
}

/// The expression of the only valid value of a property.
fn only_value(scene: &Scene<'_>, field: &Field) -> Option<TokenStream> {
    match scene.resolved(&field.ty) {
        Type::Boolean => field.only.map(|only| quote!(#only)),
        Type::Named(id) => match scene.api.get(*id)? {
            TypeDef { name, kind: TypeKind::Enumeration(enumeration), .. } => {
                let [only] = enumeration.values.as_slice() else { return None };
                let (name, variant) = (render::name(name), render::name(&only.name));
                Some(quote!(#name::#variant))
            }
            _ => None,
        },
        _ => None,
    }
}

fn constructor(
    scene: &Scene<'_>,
    name: &Ident,
    properties: &[Property<'_>],
    additional: &AdditionalProperties,
    direction: Direction,
) -> TokenStream {
    let required = arguments(scene, properties);
    let arguments = required.iter().map(|property| {
        let ident = &property.ident;
        let ty = setter_argument_type(scene, &property.field.ty, direction, Viewpoint::Types);
        quote!(#ident: #ty)
    });
    let mut values: Vec<TokenStream> = properties
        .iter()
        .map(|property| {
            let ident = &property.ident;
            if !property.required {
                return tag(scene, property).map_or_else(|| quote!(#ident: None), |only| quote!(#ident: Some(#only)));
            }
            if let Some(only) = only_value(scene, property.field) {
                return quote!(#ident: #only);
            }
            let value = stored(scene, property, &property.field.ty);
            if *ident == value.to_string() { quote!(#ident) } else { quote!(#ident: #value) }
        })
        .collect();
    if let AdditionalProperties::Kept { name, .. } = additional {
        let name = render::ident(name);
        values.push(quote!(#name: Default::default()));
    }
    let has_tag = properties.iter().any(|property| tag(scene, property).is_some());
    let comment = docs::comment(&[match has_tag {
        true => "A value with the required properties, and with the one that tells it from other branches of a union.",
        false => "A value with the required properties only.",
    }
    .to_owned()]);
    let allow = too_many_arguments(required.len());
    let named = if name == "New" {
        quote!(#[allow(clippy::self_named_constructors, reason = "the name is the document's")])
    } else {
        TokenStream::new()
    };
    quote! {
        #comment
        #allow
        #named
        pub fn new(#(#arguments),*) -> Self {
            Self { #(#values),* }
        }
    }
}

/// The expression that converts an argument of type `ty` to the field's type.
fn stored(scene: &Scene<'_>, property: &Property<'_>, ty: &Type) -> TokenStream {
    let ident = &property.ident;
    let is_nullable = matches!(ty, Type::Nullable(_));
    match (setter_takes_into(scene, ty), property.boxed) {
        (true, true) => quote!(Box::new(#ident.into())),
        (true, false) => quote!(#ident.into()),
        (false, false) => quote!(#ident),
        (false, true) if is_nullable => quote!(#ident.map(Box::new)),
        (false, true) => quote!(Box::new(#ident)),
    }
}

/// The setters of the optional properties.
fn setters(scene: &Scene<'_>, properties: &[Property<'_>], direction: Direction) -> Vec<TokenStream> {
    let mut methods = Vec::new();
    for (property, setters) in properties.iter().filter_map(|property| Some((property, property.setters()?))) {
        let (ident, wire) = (&property.ident, docs::code(&property.field.name.wire));
        let (inner, is_nullable) = property.field.ty.split_nullable();
        let argument = setter_argument_type(scene, inner, direction, Viewpoint::Types);
        let value = stored(scene, property, inner);
        let value = if is_nullable { quote!(Some(#value)) } else { value };
        let deprecated = docs::deprecated(property.field.deprecated);
        let method = render::ident(&setters.value);
        let comment = docs::comment(&[format!("Sets {wire}.")]);
        methods.push(quote! {
            #comment
            #deprecated
            #[must_use]
            #[inline]
            pub fn #method(mut self, #ident: #argument) -> Self {
                self.#ident = Some(#value);
                self
            }
        });
        if let Some(null) = setters.null.as_ref().filter(|_| is_nullable) {
            let null = render::ident(null);
            let comment = docs::comment(&[format!("Sets {wire} to `null`.")]);
            methods.push(quote! {
                #comment
                #deprecated
                #[must_use]
                #[inline]
                pub fn #null(mut self) -> Self {
                    self.#ident = Some(None);
                    self
                }
            });
        }
    }
    methods
}

/// Whether a setter's argument of this type is `impl Into<..>`: for strings, and for unions with conversions.
pub(super) fn setter_takes_into(scene: &Scene<'_>, ty: &Type) -> bool {
    takes_into(scene, ty) || matches!(scene.resolved(ty), Type::Named(id) if unions::has_conversions(scene, *id))
}

/// The type of a setter's argument.
pub(super) fn setter_argument_type(
    scene: &Scene<'_>,
    ty: &Type,
    direction: Direction,
    viewpoint: Viewpoint,
) -> TokenStream {
    if setter_takes_into(scene, ty) && !takes_into(scene, ty) {
        let target = scene.rust(ty, direction, viewpoint);
        return quote!(impl Into<#target>);
    }
    argument_type(scene, ty, direction, viewpoint)
}

/// Whether an argument of this type is `impl Into<..>`: strings are, so that users can pass a `&str`.
pub(super) fn takes_into(scene: &Scene<'_>, ty: &Type) -> bool {
    matches!(scene.resolved(ty), Type::String(StringKind::Text { .. } | StringKind::Secret))
}

/// The type of an argument whose value is stored.
pub(super) fn argument_type(scene: &Scene<'_>, ty: &Type, direction: Direction, viewpoint: Viewpoint) -> TokenStream {
    if takes_into(scene, ty) {
        let target = scene.rust(scene.resolved(ty), direction, viewpoint);
        quote!(impl Into<#target>)
    } else {
        scene.rust(ty, direction, viewpoint)
    }
}

/// The allowance for clippy's limit on the number of arguments.
pub(super) fn too_many_arguments(count: usize) -> TokenStream {
    if count > 7 {
        quote!(#[allow(clippy::too_many_arguments, reason = "the document asks for them")])
    } else {
        TokenStream::new()
    }
}

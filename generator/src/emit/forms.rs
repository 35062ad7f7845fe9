//! Multipart forms (`multipart/form-data`): a struct for each.

use std::borrow::Cow;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::item::{Item, Needs};
use super::structs::{setter_argument_type, setter_takes_into, too_many_arguments};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, params, render, signatures};
use crate::ir::{Content, Field, FormEncoding, MediaType, Operation, StringKind, Type, TypeKind};
use crate::names::Scope;
use crate::signature::{GeneratedArgument, GeneratedValue};

/// The name of the struct.
pub(super) fn name(operation: &Operation) -> String {
    operation.names.form.clone()
}

/// The structs of all operations.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Item> {
    let bodies = scene.api.operations.iter().filter_map(|operation| Some((operation, operation.body.as_ref()?)));
    bodies
        .flat_map(|(operation, body)| body.contents.iter().map(move |content| (operation, content)))
        .filter(|(_, content)| content.media == MediaType::Multipart)
        .flat_map(|(operation, content)| items(scene, operation, content))
        .collect()
}

/// How a property of a form is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PartKind {
    /// As a file.
    File,
    /// As any number of files.
    Files,
    /// As a JSON value or text.
    Value,
}

struct FormProperty<'a> {
    field: Cow<'a, Field>,
    ident: Ident,
    kind: PartKind,
    /// Whether the constructor takes it. A list of files may be empty, so it is never required.
    required: bool,
    content_type: Option<&'a str>,
}

impl<'a> FormProperty<'a> {
    fn new(scene: &Scene<'_>, field: Cow<'a, Field>, encoding: Option<&'a FormEncoding>) -> Self {
        let (ty, _) = field.ty.split_nullable();
        let is_binary = |ty: &Type| matches!(scene.resolved(ty), Type::String(StringKind::Binary));
        let is_file = encoding.is_some_and(|encoding| encoding.is_file);
        let kind = match scene.resolved(ty) {
            Type::Array(inner) if is_file || is_binary(inner) => PartKind::Files,
            _ if is_file || is_binary(ty) => PartKind::File,
            _ => PartKind::Value,
        };
        let (ident, required) = (render::name(&field.name), field.required && kind != PartKind::Files);
        Self {
            field,
            ident,
            kind,
            required,
            // If `contentType` is a list or a range, the caller decides.
            content_type: encoding
                .and_then(|one| one.content_type.as_deref())
                .filter(|text| !text.contains([',', '*'])),
        }
    }

    fn inner_type(&self, scene: &Scene<'_>) -> TokenStream {
        match self.kind {
            PartKind::File => quote!(Part),
            PartKind::Files => quote!(Vec<Part>),
            PartKind::Value => scene.field_type(self.value_type(), Direction::Request, Viewpoint::Root),
        }
    }

    /// The type of the value without `null`.
    fn value_type(&self) -> &Type {
        self.field.ty.split_nullable().0
    }

    fn ty(&self, scene: &Scene<'_>) -> TokenStream {
        let inner = self.inner_type(scene);
        if self.required || self.kind == PartKind::Files { inner } else { quote!(Option<#inner>) }
    }

    fn argument(&self, scene: &Scene<'_>) -> TokenStream {
        match self.kind {
            PartKind::File => quote!(impl Into<Part>),
            PartKind::Files => quote!(Vec<Part>),
            PartKind::Value => setter_argument_type(scene, self.value_type(), Direction::Request, Viewpoint::Root),
        }
    }

    /// Whether the setter converts its argument with `into`.
    fn is_into(&self, scene: &Scene<'_>) -> bool {
        match self.kind {
            PartKind::File => true,
            PartKind::Files => false,
            PartKind::Value => setter_takes_into(scene, self.value_type()),
        }
    }

    /// The expression that converts the argument to the field's type.
    fn stored(&self, scene: &Scene<'_>) -> TokenStream {
        let ident = &self.ident;
        let is_large = self.kind == PartKind::Value && scene.is_large(self.value_type());
        match (self.is_into(scene), is_large) {
            (true, true) => quote!(Box::new(#ident.into())),
            (true, false) => quote!(#ident.into()),
            (false, true) => quote!(Box::new(#ident)),
            (false, false) => quote!(#ident),
        }
    }

    /// Whether the argument has the field's type.
    fn is_plain(&self, scene: &Scene<'_>) -> bool {
        let is_large = self.kind == PartKind::Value && scene.is_large(self.value_type());
        !(self.is_into(scene) || is_large)
    }

    fn put(&self, scene: &Scene<'_>) -> TokenStream {
        let (ident, wire) = (&self.ident, &self.field.name.wire);
        let content_type = match self.content_type {
            Some(text) => quote!(Some(#text)),
            None => quote!(None),
        };
        match self.kind {
            PartKind::File if self.required => quote!(parts.files(#wire, #content_type, [self.#ident]);),
            PartKind::File | PartKind::Files => quote!(parts.files(#wire, #content_type, self.#ident);),
            PartKind::Value if scene.is_secret(&self.field.ty) => {
                quote!(parts.value(#wire, #content_type, &rt::Exposed(&self.#ident));)
            }
            PartKind::Value => {
                let (inner, _) = self.field.ty.split_nullable();
                let given = if self.required { inner.clone() } else { Type::Nullable(Box::new(inner.clone())) };
                let value = scene.lent(&given, quote!(&self.#ident), Viewpoint::Root);
                quote!(parts.value(#wire, #content_type, #value);)
            }
        }
    }

    fn docs(&self) -> TokenStream {
        docs::field(&self.field)
    }
}

/// The properties of a form as data.
pub(super) fn arguments(scene: &Scene<'_>, content: &Content) -> Vec<GeneratedArgument> {
    let signature = |property: &FormProperty<'_>| GeneratedArgument {
        name: if property.required { property.ident.clone() } else { setter(&property.ident) }.to_string(),
        wire: property.field.name.wire.clone(),
        pointer: content.origin.pointer().to_owned(),
        required: property.required,
        by_reference: false,
        value: match property.kind {
            PartKind::File => GeneratedValue::File,
            PartKind::Files => GeneratedValue::Files,
            PartKind::Value => signatures::json(scene, &property.field.ty),
        },
    };
    let properties = properties(scene, content);
    let (mut taken, set): (Vec<_>, Vec<_>) = properties.iter().partition(|property| property.required);
    taken.sort_by_key(|property| property.field.order);
    taken.into_iter().chain(set).map(signature).collect()
}

fn properties<'a>(scene: &'a Scene<'_>, content: &'a Content) -> Vec<FormProperty<'a>> {
    let fields = content.ty.as_ref().map(|ty| fields(scene, ty, 0)).unwrap_or_default();
    let encoding = |wire: &str| content.encodings.iter().find(|encoding| encoding.wire == wire);
    let fields = fields.into_iter().filter(|field| !field.read_only);
    fields
        .map(|field| {
            let encoding = encoding(&field.name.wire);
            FormProperty::new(scene, field, encoding)
        })
        .collect()
}

/// The fields of a form. Those of a union are the fields of all branches, each optional.
fn fields<'a>(scene: &'a Scene<'_>, ty: &'a Type, depth: usize) -> Vec<Cow<'a, Field>> {
    const MOST: usize = 16;
    let Type::Named(id) = scene.resolved(ty.split_nullable().0) else { return Vec::new() };
    match scene.api.get(*id).map(|def| &def.kind) {
        Some(TypeKind::Struct(object)) => object.fields.iter().map(Cow::Borrowed).collect(),
        Some(TypeKind::Union(union)) if depth < MOST => {
            let mut scope = Scope::default();
            let mut merged: Vec<Field> = Vec::new();
            for field in union.branches.iter().flat_map(|branch| fields(scene, &branch.ty, depth + 1)) {
                match merged.iter_mut().find(|known| known.name.wire == field.name.wire) {
                    Some(known) if known.ty.without_formats() == field.ty.without_formats() => {}
                    Some(known) => known.ty = Type::Any,
                    None => {
                        let mut field = Field { required: false, ..field.into_owned() };
                        field.name.rust = scope.claim(&field.name.rust, "_");
                        merged.push(field);
                    }
                }
            }
            merged.into_iter().map(Cow::Owned).collect()
        }
        _ => Vec::new(),
    }
}

fn items(scene: &Scene<'_>, operation: &Operation, content: &Content) -> Vec<Item> {
    let properties = properties(scene, content);
    let rest = rest(&properties);
    let name = render::ident(&name(operation));
    let comment = docs::comment(&[format!("The form body of [`Client::{}`].", operation.name.rust)]);
    let has_required = properties.iter().any(|property| property.required);
    let derive = if has_required { quote!(#[derive(Debug)]) } else { quote!(#[derive(Debug, Default)]) };
    let declared = properties.iter().map(|property| {
        let (docs, ident, ty) = (property.docs(), &property.ident, property.ty(scene));
        let deprecated = docs::deprecated(property.field.deprecated);
        quote!(#docs #deprecated pub #ident: #ty,)
    });
    let needs = scene.needs_of(properties.iter().map(|property| &property.field.ty)) | Needs::PART | Needs::RUNTIME;
    let allow = needs.allowance();
    let item = quote! {
        #comment
        #allow
        #derive
        #[non_exhaustive]
        pub struct #name {
            #(#declared)*
            #rest: Vec<(String, Part)>,
        }
    };
    let lints =
        params::allowances(properties.iter().map(|property| (&property.ident, property.field.deprecated)), needs);
    let head = format!("{}impl {name}", render::allow(&lints, "the names are the document's"));
    vec![Item::new(item, needs), render::impl_block(&head, methods(scene, &properties), needs)]
}

/// The field for undeclared parts.
fn rest(properties: &[FormProperty<'_>]) -> Ident {
    let taken: Vec<&str> = properties.iter().map(|property| property.field.name.rust.as_str()).collect();
    render::ident(&Scope::new(&taken).claim("other_parts", "_"))
}

/// The name of a property's setter: the property's own name, unless a method has it.
fn setter(property: &Ident) -> Ident {
    params::setter_beside(property, &["new", "with_part", "into_parts", "default", "clone"])
}

fn methods(scene: &Scene<'_>, properties: &[FormProperty<'_>]) -> Vec<TokenStream> {
    let rest = rest(properties);
    let mut required: Vec<&FormProperty<'_>> = properties.iter().filter(|property| property.required).collect();
    required.sort_by_key(|property| property.field.order);
    let arguments = required.iter().map(|property| {
        let (ident, argument) = (&property.ident, property.argument(scene));
        quote!(#ident: #argument)
    });
    let initial = properties.iter().map(|property| {
        let ident = &property.ident;
        if !property.required {
            return quote!(#ident: Default::default(),);
        }
        let stored = property.stored(scene);
        if property.is_plain(scene) { quote!(#ident,) } else { quote!(#ident: #stored,) }
    });
    let new = if required.is_empty() {
        quote! {
            /// An empty form.
            pub fn new() -> Self {
                Self::default()
            }
        }
    } else {
        let allow = too_many_arguments(required.len());
        quote! {
            /// A form with the required properties.
            #allow
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#initial)* #rest: Vec::new() }
            }
        }
    };
    let mut methods = vec![new];
    for property in properties.iter().filter(|property| !property.required) {
        let (docs, ident, argument) = (property.docs(), &property.ident, property.argument(scene));
        let setter = setter(ident);
        let stored = property.stored(scene);
        let value = if property.kind == PartKind::Files { stored } else { quote!(Some(#stored)) };
        let deprecated = docs::deprecated(property.field.deprecated);
        methods.push(quote! {
            #docs
            #deprecated
            #[must_use]
            pub fn #setter(mut self, #ident: #argument) -> Self {
                self.#ident = #value;
                self
            }
        });
    }
    let puts = properties.iter().map(|property| property.put(scene));
    methods.push(quote! {
        /// Adds a part that the document does not declare.
        #[must_use]
        pub fn with_part(mut self, name: impl Into<String>, part: Part) -> Self {
            self.#rest.push((name.into(), part));
            self
        }
    });
    methods.push(quote! {
        fn into_parts(self) -> rt::Parts {
            let mut parts = rt::Parts::default();
            #(#puts)*
            parts.list.extend(self.#rest);
            parts
        }
    });
    methods
}

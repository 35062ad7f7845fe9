//! Request bodies: one value, a multipart form, or an enum of media types.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::item::{Item, Needs};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, enums, forms, params, render};
use crate::ir::{Body, Content, FormEncoding, MediaType, Operation, ParameterStyle, Type};

/// The request body of an operation.
pub(super) enum RequestBody<'a> {
    /// One media type.
    Single(BodyContent<'a>),
    /// Several media types, of which the caller chooses one: the Rust variant and the content of each.
    Choice(Vec<(String, BodyContent<'a>)>),
}

/// The content of a request body in one media type.
pub(super) enum BodyContent<'a> {
    /// A JSON value: its media type and its Rust type.
    Json(&'a str, Option<&'a Type>),
    /// A URL-encoded form: the properties of a type.
    Form(&'a Content),
    /// A multipart form.
    Multipart,
    /// Text with this media type.
    Text(&'a str),
    /// Bytes with this media type.
    Bytes(&'a str),
}

impl<'a> RequestBody<'a> {
    pub(super) fn of(body: &'a Body) -> Option<Self> {
        if let [only] = body.contents.as_slice() {
            return Some(RequestBody::Single(BodyContent::of(only)));
        }
        let variants = body.contents.iter().map(|content| (content.variant.clone(), BodyContent::of(content)));
        (!body.contents.is_empty()).then(|| RequestBody::Choice(variants.collect()))
    }

    /// Whether the method takes the body by value, even if it is optional: a file can be read only once.
    pub(super) fn is_by_value(&self) -> bool {
        matches!(self, RequestBody::Choice(_) | RequestBody::Single(BodyContent::Multipart))
    }

    /// Whether it is one JSON value that may be `null`.
    pub(super) fn is_nullable(&self) -> bool {
        matches!(self, RequestBody::Single(BodyContent::Json(_, Some(Type::Nullable(_)))))
    }

    /// The needs of its type in the signature of a method.
    pub(super) fn needs(&self, scene: &Scene<'_>) -> Needs {
        match self {
            RequestBody::Single(content) => content.needs(scene),
            RequestBody::Choice(_) => Needs::NONE,
        }
    }

    /// The media types, for the docs.
    pub(super) fn media_types(&self) -> Vec<&'a str> {
        match self {
            RequestBody::Single(content) => vec![content.media_type()],
            RequestBody::Choice(variants) => variants.iter().map(|(_, content)| content.media_type()).collect(),
        }
    }

    pub(super) fn owned_type(&self, scene: &Scene<'_>, operation: &Operation, viewpoint: Viewpoint) -> TokenStream {
        match self {
            RequestBody::Single(content) => content.owned_type(scene, operation, viewpoint),
            RequestBody::Choice(_) => scene.ours(&choice_name(operation), viewpoint),
        }
    }

    /// The type of the body as a field of the struct of optional parameters, and whether that is a `Box`.
    pub(super) fn field_type(
        &self,
        scene: &Scene<'_>,
        operation: &Operation,
        viewpoint: Viewpoint,
    ) -> (TokenStream, bool) {
        match self {
            RequestBody::Single(content) => (content.field_type(scene, operation, viewpoint), content.is_large(scene)),
            RequestBody::Choice(_) => (self.owned_type(scene, operation, viewpoint), false),
        }
    }

    /// The type of the argument for a required body.
    pub(super) fn argument_type(&self, scene: &Scene<'_>, operation: &Operation, viewpoint: Viewpoint) -> TokenStream {
        match self {
            RequestBody::Single(BodyContent::Text(_)) => quote!(&str),
            RequestBody::Single(BodyContent::Json(_, ty)) => borrowed(scene, *ty, viewpoint),
            RequestBody::Single(BodyContent::Form(content)) => borrowed(scene, content.ty.as_ref(), viewpoint),
            _ => self.owned_type(scene, operation, viewpoint),
        }
    }

    /// The statement that sets the body. `value` is a reference, or the value itself if the method takes it.
    pub(super) fn put(
        &self,
        scene: &Scene<'_>,
        operation: &Operation,
        request: &Ident,
        value: TokenStream,
        is_argument: bool,
    ) -> TokenStream {
        match self {
            RequestBody::Single(content) => content.put(scene, request, value, is_argument),
            RequestBody::Choice(variants) => {
                let name = render::ident(&choice_name(operation));
                let arms = variants.iter().map(|(variant, content)| {
                    let variant = render::ident(variant);
                    let lent = match content {
                        BodyContent::Json(..) | BodyContent::Form(_) => quote!(&value),
                        _ => quote!(value),
                    };
                    let put = content.put(scene, request, lent, false);
                    quote!(#name::#variant(value) => { #put })
                });
                quote!(match #value { #(#arms)* })
            }
        }
    }
}

fn borrowed(scene: &Scene<'_>, ty: Option<&Type>, viewpoint: Viewpoint) -> TokenStream {
    ty.map_or_else(|| quote!(&serde_json::Value), |ty| params::borrowed_type(scene, ty, viewpoint))
}

impl<'a> BodyContent<'a> {
    fn of(content: &'a Content) -> Self {
        match &content.media {
            MediaType::Json(media) => BodyContent::Json(concrete(media, "application/json"), content.ty.as_ref()),
            MediaType::Form => BodyContent::Form(content),
            MediaType::Multipart => BodyContent::Multipart,
            MediaType::Text(media) => BodyContent::Text(concrete(media, "text/plain")),
            MediaType::Bytes(media) => BodyContent::Bytes(concrete(media, "application/octet-stream")),
        }
    }

    fn media_type(&self) -> &'a str {
        match self {
            BodyContent::Json(media, _) | BodyContent::Text(media) | BodyContent::Bytes(media) => media,
            BodyContent::Form(_) => MediaType::Form.as_str(),
            BodyContent::Multipart => MediaType::Multipart.as_str(),
        }
    }

    fn owned_type(&self, scene: &Scene<'_>, operation: &Operation, viewpoint: Viewpoint) -> TokenStream {
        match self {
            BodyContent::Json(_, Some(ty)) => scene.rust(ty, Direction::Request, viewpoint),
            BodyContent::Json(_, None) => quote!(serde_json::Value),
            BodyContent::Form(content) => match &content.ty {
                Some(ty) => scene.rust(ty, Direction::Request, viewpoint),
                None => quote!(serde_json::Value),
            },
            BodyContent::Multipart => scene.ours(&forms::name(operation), viewpoint),
            BodyContent::Text(_) => quote!(String),
            BodyContent::Bytes(_) => quote!(Vec<u8>),
        }
    }

    /// The type as a field of another type: in a `Box` if it is large.
    fn field_type(&self, scene: &Scene<'_>, operation: &Operation, viewpoint: Viewpoint) -> TokenStream {
        match self.json_type() {
            Some(ty) => scene.field_type(ty, Direction::Request, viewpoint),
            None => self.owned_type(scene, operation, viewpoint),
        }
    }

    pub(super) fn is_large(&self, scene: &Scene<'_>) -> bool {
        self.json_type().is_some_and(|ty| scene.is_large(ty))
    }

    /// The type of a body that is one JSON value or one URL-encoded form.
    fn json_type(&self) -> Option<&'a Type> {
        match self {
            BodyContent::Json(_, ty) => *ty,
            BodyContent::Form(content) => content.ty.as_ref(),
            BodyContent::Multipart | BodyContent::Text(_) | BodyContent::Bytes(_) => None,
        }
    }

    /// The statement that sets the body. An argument is never null; a field or the content of a variant may be.
    fn put(&self, scene: &Scene<'_>, request: &Ident, value: TokenStream, is_argument: bool) -> TokenStream {
        let lent = |ty: Option<&Type>| match ty {
            Some(ty) if scene.is_secret(ty) => quote!(&rt::Exposed(#value)),
            Some(ty) => {
                scene.lent(if is_argument { ty.split_nullable().0 } else { ty }, value.clone(), Viewpoint::Root)
            }
            None => value.clone(),
        };
        match self {
            BodyContent::Json(media, ty) => {
                let value = lent(*ty);
                quote!(#request.json(#media, #value);)
            }
            BodyContent::Form(content) => {
                let value = lent(content.ty.as_ref());
                let own: Vec<TokenStream> =
                    content.encodings.iter().filter(|encoding| encoding.is_special()).map(encoding_literal).collect();
                if own.is_empty() {
                    quote!(#request.form(#value);)
                } else {
                    quote!(#request.form_with(#value, &[#(#own),*]);)
                }
            }
            BodyContent::Multipart => quote!(#request.multipart(#value.into_parts());),
            BodyContent::Text(media) => quote!(#request.body(#media, #value.as_bytes().to_vec());),
            BodyContent::Bytes(media) => quote!(#request.body(#media, #value);),
        }
    }

    /// The needs of its type.
    pub(super) fn needs(&self, scene: &Scene<'_>) -> Needs {
        match self {
            BodyContent::Json(_, ty) => scene.needs(ty.unwrap_or(&Type::Any)),
            BodyContent::Form(content) => scene.needs(content.ty.as_ref().unwrap_or(&Type::Any)),
            BodyContent::Multipart => Needs::PART,
            BodyContent::Text(_) | BodyContent::Bytes(_) => Needs::NONE,
        }
    }

    /// Whether a variant with this content can be cloned and compared.
    fn is_plain(&self) -> bool {
        !matches!(self, BodyContent::Multipart)
    }
}

fn encoding_literal(encoding: &FormEncoding) -> TokenStream {
    let style = match encoding.style {
        _ if encoding.is_json() => ParameterStyle::Json,
        Some(style) => style,
        None => ParameterStyle::Form { explode: true, allow_reserved: false },
    };
    params::parameter_literal(&encoding.wire, quote!(Query), style)
}

/// The media type to send. A range such as `*/*` cannot be sent, so `otherwise` replaces it.
fn concrete<'a>(media: &'a str, otherwise: &'a str) -> &'a str {
    if media.contains('*') { otherwise } else { media }
}

/// The name of the enum for a body with several media types.
pub(super) fn choice_name(operation: &Operation) -> String {
    operation.names.body.clone()
}

/// The enums of all operations whose body has several media types.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Item> {
    let bodies = scene.api.operations.iter().filter_map(|operation| Some((operation, operation.body.as_ref()?)));
    bodies
        .filter_map(|(operation, body)| match RequestBody::of(body)? {
            RequestBody::Choice(variants) => Some(choice(scene, operation, &variants)),
            RequestBody::Single(_) => None,
        })
        .flatten()
        .collect()
}

fn choice(scene: &Scene<'_>, operation: &Operation, variants: &[(String, BodyContent<'_>)]) -> Vec<Item> {
    let name = render::ident(&choice_name(operation));
    let comment = docs::comment(&[format!("The body of [`Client::{}`].", operation.name.rust)]);
    let declared = variants.iter().map(|(variant, content)| {
        let comment = docs::comment(&[format!("Sent as {}.", docs::code(content.media_type()))]);
        let variant = render::ident(variant);
        let ty = content.field_type(scene, operation, Viewpoint::Root);
        quote!(#comment #variant(#ty),)
    });
    let derive = if variants.iter().all(|(_, content)| content.is_plain()) {
        docs::derive_for_operation(&["Clone"], scene.settings)
    } else {
        TokenStream::new()
    };
    let needs = variants.iter().map(|(_, content)| content.needs(scene)).sum::<Needs>();
    let allow = needs.allowance();
    let arms = variants.iter().map(|(variant, _)| enums::hidden(variant));
    let debug = enums::debug(&name, "Shows only the variant, since the body may be a credential.", arms);
    let declared = enums::declaration(&quote!(#comment #allow #derive), &name, &quote!(#(#declared)*));
    vec![Item::new(declared, needs), Item::new(debug, Needs::NONE)]
}

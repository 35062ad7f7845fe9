//! Request bodies: one value, a multipart form, or an enum of media types.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::item::{Item, Needs};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, forms, params, render};
use crate::ir::{Body, Content, FormMember, MediaType, Operation, ParameterStyle, Type};

/// A body as the method of its operation takes it.
pub(super) enum SentBody<'a> {
    /// Of one media type.
    One(Sent<'a>),
    /// Of the caller's choice: variant and content of each.
    Choice(Vec<(String, Sent<'a>)>),
}

/// What is sent under one media type.
pub(super) enum Sent<'a> {
    /// JSON of this type, under this media type.
    Json(&'a str, Option<&'a Type>),
    /// A form made of the members of a type.
    Form(&'a Content),
    /// A form in parts.
    Multipart,
    /// Text under this media type.
    Text(&'a str),
    /// Bytes under this media type.
    Bytes(&'a str),
}

impl<'a> SentBody<'a> {
    pub(super) fn of(body: &'a Body) -> Option<Self> {
        if let [only] = body.contents.as_slice() {
            return Some(SentBody::One(Sent::of(only)));
        }
        let variants = body.contents.iter().map(|content| (content.variant.clone(), Sent::of(content)));
        (!body.contents.is_empty()).then(|| SentBody::Choice(variants.collect()))
    }

    /// Whether it is taken by value, also where it may be left out: it may be a file that can be read only once.
    pub(super) fn is_taken(&self) -> bool {
        matches!(self, SentBody::Choice(_) | SentBody::One(Sent::Multipart))
    }

    /// What its type needs in the signature of a method.
    pub(super) fn needs(&self, scene: &Scene<'_>) -> Needs {
        match self {
            SentBody::One(sent) => sent.needs(scene),
            SentBody::Choice(_) => Needs::NONE,
        }
    }

    /// The media types, for the docs.
    pub(super) fn media_types(&self) -> Vec<&'a str> {
        match self {
            SentBody::One(sent) => vec![sent.media_type()],
            SentBody::Choice(variants) => variants.iter().map(|(_, sent)| sent.media_type()).collect(),
        }
    }

    pub(super) fn owned_type(&self, scene: &Scene<'_>, operation: &Operation, viewpoint: Viewpoint) -> TokenStream {
        match self {
            SentBody::One(sent) => sent.owned_type(scene, operation, viewpoint),
            SentBody::Choice(_) => scene.ours(&choice_name(operation), viewpoint),
        }
    }

    /// The type as a struct of optional parameters holds it, and whether that is a `Box`.
    pub(super) fn held_type(
        &self,
        scene: &Scene<'_>,
        operation: &Operation,
        viewpoint: Viewpoint,
    ) -> (TokenStream, bool) {
        match self {
            SentBody::One(sent) => (sent.held_type(scene, operation, viewpoint), sent.is_large(scene)),
            SentBody::Choice(_) => (self.owned_type(scene, operation, viewpoint), false),
        }
    }

    /// The type of the argument, where the body is required.
    pub(super) fn argument_type(&self, scene: &Scene<'_>, operation: &Operation, viewpoint: Viewpoint) -> TokenStream {
        match self {
            SentBody::One(Sent::Text(_)) => quote!(&str),
            SentBody::One(Sent::Json(_, ty)) => borrowed(scene, *ty, viewpoint),
            SentBody::One(Sent::Form(content)) => borrowed(scene, content.ty.as_ref(), viewpoint),
            _ => self.owned_type(scene, operation, viewpoint),
        }
    }

    /// The statement that puts the body in. `value` is a reference, or what is taken by value.
    pub(super) fn put(
        &self,
        scene: &Scene<'_>,
        operation: &Operation,
        request: &Ident,
        value: TokenStream,
        is_argument: bool,
    ) -> TokenStream {
        match self {
            SentBody::One(sent) => sent.put(scene, request, value, is_argument),
            SentBody::Choice(variants) => {
                let name = render::ident(&choice_name(operation));
                let arms = variants.iter().map(|(variant, sent)| {
                    let variant = render::ident(variant);
                    let lent = match sent {
                        Sent::Json(..) | Sent::Form(_) => quote!(&value),
                        _ => quote!(value),
                    };
                    let put = sent.put(scene, request, lent, false);
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

impl<'a> Sent<'a> {
    fn of(content: &'a Content) -> Self {
        match &content.media {
            MediaType::Json(media) => Sent::Json(concrete(media, "application/json"), content.ty.as_ref()),
            MediaType::Form => Sent::Form(content),
            MediaType::Multipart => Sent::Multipart,
            MediaType::Text(media) => Sent::Text(concrete(media, "text/plain")),
            MediaType::Bytes(media) => Sent::Bytes(concrete(media, "application/octet-stream")),
        }
    }

    fn media_type(&self) -> &'a str {
        match self {
            Sent::Json(media, _) | Sent::Text(media) | Sent::Bytes(media) => media,
            Sent::Form(_) => MediaType::Form.as_str(),
            Sent::Multipart => MediaType::Multipart.as_str(),
        }
    }

    fn owned_type(&self, scene: &Scene<'_>, operation: &Operation, viewpoint: Viewpoint) -> TokenStream {
        match self {
            Sent::Json(_, Some(ty)) => scene.rust(ty, Direction::Sent, viewpoint),
            Sent::Json(_, None) => quote!(serde_json::Value),
            Sent::Form(content) => match &content.ty {
                Some(ty) => scene.rust(ty, Direction::Sent, viewpoint),
                None => quote!(serde_json::Value),
            },
            Sent::Multipart => scene.ours(&forms::name(operation), viewpoint),
            Sent::Text(_) => quote!(String),
            Sent::Bytes(_) => quote!(Vec<u8>),
        }
    }

    /// The type as another type holds it: in a `Box` where it is large.
    fn held_type(&self, scene: &Scene<'_>, operation: &Operation, viewpoint: Viewpoint) -> TokenStream {
        match self.json_type() {
            Some(ty) => scene.held(ty, Direction::Sent, viewpoint),
            None => self.owned_type(scene, operation, viewpoint),
        }
    }

    pub(super) fn is_large(&self, scene: &Scene<'_>) -> bool {
        self.json_type().is_some_and(|ty| scene.is_large(ty))
    }

    /// The type of the document that is sent whole.
    fn json_type(&self) -> Option<&'a Type> {
        match self {
            Sent::Json(_, ty) => *ty,
            Sent::Form(content) => content.ty.as_ref(),
            Sent::Multipart | Sent::Text(_) | Sent::Bytes(_) => None,
        }
    }

    /// An argument is never null; a member, or what a variant holds, may be.
    fn put(&self, scene: &Scene<'_>, request: &Ident, value: TokenStream, is_argument: bool) -> TokenStream {
        let lent = |ty: Option<&Type>| match ty {
            Some(ty) if scene.is_secret(ty) => quote!(&rt::Exposed(#value)),
            Some(ty) => {
                scene.lent(if is_argument { ty.split_nullable().0 } else { ty }, value.clone(), Viewpoint::Root)
            }
            None => value.clone(),
        };
        match self {
            Sent::Json(media, ty) => {
                let value = lent(*ty);
                quote!(#request.json(#media, #value);)
            }
            Sent::Form(content) => {
                let value = lent(content.ty.as_ref());
                let own: Vec<TokenStream> =
                    content.members.iter().filter(|member| member.is_special()).map(form_member).collect();
                if own.is_empty() {
                    quote!(#request.form(#value);)
                } else {
                    quote!(#request.form_with(#value, &[#(#own),*]);)
                }
            }
            Sent::Multipart => quote!(#request.multipart(#value.into_parts());),
            Sent::Text(media) => quote!(#request.body(#media, #value.as_bytes().to_vec());),
            Sent::Bytes(media) => quote!(#request.body(#media, #value);),
        }
    }

    /// What its type needs.
    pub(super) fn needs(&self, scene: &Scene<'_>) -> Needs {
        match self {
            Sent::Json(_, ty) => scene.needs(ty.unwrap_or(&Type::Any)),
            Sent::Form(content) => scene.needs(content.ty.as_ref().unwrap_or(&Type::Any)),
            Sent::Multipart => Needs::PART,
            Sent::Text(_) | Sent::Bytes(_) => Needs::NONE,
        }
    }

    /// Whether a variant that holds it can be cloned and compared.
    fn is_plain(&self) -> bool {
        !matches!(self, Sent::Multipart)
    }
}

fn form_member(member: &FormMember) -> TokenStream {
    let style = match member.style {
        _ if member.is_json() => ParameterStyle::Json,
        Some(style) => style,
        None => ParameterStyle::Form { explode: true, allow_reserved: false },
    };
    params::written(&member.wire, quote!(Query), style)
}

/// What is sent where the document names a range.
fn concrete<'a>(media: &'a str, otherwise: &'a str) -> &'a str {
    if media.contains('*') { otherwise } else { media }
}

/// The name of the enum of a body that may be of several media types.
pub(super) fn choice_name(operation: &Operation) -> String {
    operation.names.body.clone()
}

/// The enums of all operations whose body may be of several media types.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Item> {
    let bodies = scene.api.operations.iter().filter_map(|operation| Some((operation, operation.body.as_ref()?)));
    bodies
        .filter_map(|(operation, body)| match SentBody::of(body)? {
            SentBody::Choice(variants) => Some(choice(scene, operation, &variants)),
            SentBody::One(_) => None,
        })
        .flatten()
        .collect()
}

fn choice(scene: &Scene<'_>, operation: &Operation, variants: &[(String, Sent<'_>)]) -> Vec<Item> {
    let name = render::ident(&choice_name(operation));
    let comment = docs::comment(&[format!("The body of [`Client::{}`].", operation.name.rust)]);
    let declared = variants.iter().map(|(variant, sent)| {
        let comment = docs::comment(&[format!("Sent as {}.", docs::code(sent.media_type()))]);
        let variant = render::ident(variant);
        let ty = sent.held_type(scene, operation, Viewpoint::Root);
        quote!(#comment #variant(#ty),)
    });
    let derive = if variants.iter().all(|(_, sent)| sent.is_plain()) {
        docs::derive_for_operation(&["Clone"], scene.settings)
    } else {
        TokenStream::new()
    };
    let shown = variants.iter().map(|(variant, _)| {
        let (ident, label) = (render::ident(variant), format!("{variant}(..)"));
        quote!(Self::#ident(_) => f.write_str(#label),)
    });
    let needs = variants.iter().map(|(_, sent)| sent.needs(scene)).sum::<Needs>();
    let allow = needs.allowance();
    vec![
        Item::new(
            quote! {
                #comment
                #allow
                #derive
                #[allow(clippy::large_enum_variant, reason = "large values are boxed; smaller ones are easier to match without")]
                pub enum #name {
                    #(#declared)*
                }
            },
            needs,
        ),
        Item::new(
            quote! {
                /// Shows only the variant, since the body may be a credential.
                impl std::fmt::Debug for #name {
                    #[inline]
                    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        match self {
                            #(#shown)*
                        }
                    }
                }
            },
            Needs::NONE,
        ),
    ]
}

//! The struct of an operation's optional parameters.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::bodies::SentBody;
use super::item::{Item, Needs};
use super::structs::argument_type;
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, render};
use crate::ir::{Operation, Parameter, ParameterStyle, Type};

/// What may be left out.
pub(super) struct Optional<'a> {
    pub(super) parameters: Vec<&'a Parameter>,
    /// The member for the body, where that may be left out.
    pub(super) body: Option<(Ident, SentBody<'a>)>,
}

/// The optional things of an operation, where it has any.
pub(super) fn optional(operation: &Operation) -> Option<Optional<'_>> {
    let parameters: Vec<&Parameter> = operation.parameters.iter().filter(|parameter| !parameter.required).collect();
    let body = operation.body.as_ref().filter(|body| !body.required).and_then(|body| {
        let sent = SentBody::of(body).filter(|sent| !sent.is_taken())?;
        // No parameter has this name: it is reserved.
        Some((render::ident("body"), sent))
    });
    (!parameters.is_empty() || body.is_some()).then_some(Optional { parameters, body })
}

/// The name of the struct.
pub(super) fn name(operation: &Operation) -> String {
    operation.names.params.clone()
}

/// The structs of all operations, each with its setters.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Item> {
    scene
        .api
        .operations
        .iter()
        .filter_map(|operation| Some((operation, optional(operation)?)))
        .flat_map(|(operation, optional)| items(scene, operation, &optional))
        .collect()
}

/// A member of the struct.
struct Member {
    ident: Ident,
    docs: TokenStream,
    deprecated: bool,
    ty: TokenStream,
    argument: TokenStream,
    is_into: bool,
    is_boxed: bool,
}

fn items(scene: &Scene<'_>, operation: &Operation, optional: &Optional<'_>) -> Vec<Item> {
    let name = render::ident(&name(operation));
    let members = members(scene, operation, optional);
    let comment = docs::comment(&[format!("The optional parameters of [`Client::{}`].", operation.name.rust)]);
    let derive = docs::derive_for_operation(&["Clone", "Debug", "Default"], scene.settings);
    let fields = members.iter().map(|member| {
        let Member { ident, docs, ty, .. } = member;
        let deprecated = docs::deprecated(member.deprecated);
        quote!(#docs #deprecated pub #ident: Option<#ty>,)
    });
    let setters: Vec<TokenStream> = members
        .iter()
        .map(|member| {
            let Member { ident, docs, argument, .. } = member;
            let setter = setter(ident);
            let value = match (member.is_into, member.is_boxed) {
                (true, _) => quote!(#ident.into()),
                (false, true) => quote!(Box::new(#ident)),
                (false, false) => quote!(#ident),
            };
            let deprecated = docs::deprecated(member.deprecated);
            quote! {
                #docs
                #deprecated
                #[must_use]
                pub fn #setter(mut self, #ident: #argument) -> Self {
                    self.#ident = Some(#value);
                    self
                }
            }
        })
        .collect();
    let mut needs = scene.needs_of(optional.parameters.iter().map(|parameter| &parameter.ty));
    if let Some((_, body)) = &optional.body {
        needs = needs | body.needs(scene);
    }
    let allow = needs.allowance();
    let declared = quote! {
        #comment
        #allow
        #derive
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
        }
    };
    let lints = allowances(members.iter().map(|member| (&member.ident, member.deprecated)), needs);
    let head = format!("{}impl {name}", render::allow(&lints, "the names are the document's"));
    vec![Item::new(declared, needs), render::impl_block(&head, setters, needs)]
}

/// The lints that setters of these names, deprecated or not, set off.
pub(super) fn allowances<'a>(members: impl Iterator<Item = (&'a Ident, bool)>, needs: Needs) -> Vec<&'static str> {
    let (mut is_deprecated, mut is_odd) = (needs.has(Needs::DEPRECATED), false);
    for (ident, deprecated) in members {
        is_deprecated |= deprecated;
        is_odd |= looks_like_another(&ident.to_string());
    }
    let mut lints = Vec::new();
    if is_deprecated {
        lints.push("deprecated");
    }
    if is_odd {
        lints.extend(["clippy::should_implement_trait", "clippy::wrong_self_convention"]);
    }
    lints
}

/// How a parameter of this name is written, as the runtime takes it.
pub(super) fn written(wire: &str, location: TokenStream, style: ParameterStyle) -> TokenStream {
    let (style, explode, allow_reserved) = match style {
        ParameterStyle::Simple { explode } => (quote!(Simple), explode, false),
        ParameterStyle::Label { explode } => (quote!(Label), explode, false),
        ParameterStyle::Matrix { explode } => (quote!(Matrix), explode, false),
        ParameterStyle::Form { explode, allow_reserved } => (quote!(Form), explode, allow_reserved),
        ParameterStyle::SpaceDelimited => (quote!(SpaceDelimited), false, false),
        ParameterStyle::PipeDelimited => (quote!(PipeDelimited), false, false),
        ParameterStyle::DeepObject => (quote!(DeepObject), true, false),
        ParameterStyle::Json => (quote!(Json), false, false),
    };
    quote! {
        rt::Parameter {
            name: #wire,
            location: rt::Location::#location,
            style: rt::Style::#style,
            explode: #explode,
            allow_reserved: #allow_reserved,
        }
    }
}

/// The setter of a member is called as it is, but for the names that would hide a method that every such struct has.
pub(super) fn setter(member: &Ident) -> Ident {
    let name = member.to_string();
    if matches!(name.as_str(), "default" | "clone") { render::ident(&format!("{name}_")) } else { member.clone() }
}

/// Whether clippy takes a setter of this name for something else: a conversion, or the method of an operator.
fn looks_like_another(name: &str) -> bool {
    let prefixes = ["from_", "to_", "into_", "as_", "is_"];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
        || matches!(
            name,
            "add" | "sub" | "mul" | "div" | "rem" | "shl" | "shr" | "cmp" | "eq" | "index" | "not" | "neg"
        )
}

fn members(scene: &Scene<'_>, operation: &Operation, optional: &Optional<'_>) -> Vec<Member> {
    let mut members: Vec<Member> = optional
        .parameters
        .iter()
        .map(|parameter| {
            let (ty, _) = parameter.ty.split_nullable();
            let says =
                docs::or_else(&parameter.docs, || format!("The {} parameter.", docs::code(&parameter.name.wire)));
            Member {
                ident: render::name(&parameter.name),
                docs: docs::comment(&[says]),
                deprecated: parameter.deprecated,
                ty: scene.held(ty, Direction::Sent, Viewpoint::Root),
                is_boxed: scene.is_large(ty),
                argument: argument_type(scene, ty, Direction::Sent, Viewpoint::Root),
                is_into: super::structs::takes_into(scene, ty),
            }
        })
        .collect();
    if let Some((ident, body)) = &optional.body {
        let (ty, is_boxed) = body.held_type(scene, operation, Viewpoint::Root);
        members.push(Member {
            ident: ident.clone(),
            docs: docs::comment(&["The body.".to_owned()]),
            deprecated: false,
            argument: body.owned_type(scene, operation, Viewpoint::Root),
            ty,
            is_into: false,
            is_boxed,
        });
    }
    members
}

/// The type of a required parameter: texts and lists are borrowed, scalars are copied.
pub(super) fn borrowed_type(scene: &Scene<'_>, ty: &Type, viewpoint: Viewpoint) -> TokenStream {
    let (ty, _) = ty.split_nullable();
    let resolved = scene.resolved(ty);
    match resolved {
        Type::Boolean | Type::Integer(_) | Type::Number => scene.rust(ty, Direction::Sent, viewpoint),
        Type::String(crate::ir::StringKind::Text { .. }) => quote!(&str),
        Type::Array(inner) => {
            let inner = scene.rust(inner, Direction::Sent, viewpoint);
            quote!(&[#inner])
        }
        _ => {
            let ty = scene.rust(ty, Direction::Sent, viewpoint);
            quote!(&#ty)
        }
    }
}

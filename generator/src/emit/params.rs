//! The struct of an operation's optional parameters.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::bodies::RequestBody;
use super::item::{Item, Needs};
use super::structs::{setter_argument_type, setter_takes_into};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, render};
use crate::ir::{Operation, Parameter, ParameterStyle, Type};
use crate::names;

/// The optional arguments of an operation.
pub(super) struct OptionalArguments<'a> {
    pub(super) parameters: Vec<&'a Parameter>,
    /// The field for the body, if that is optional.
    pub(super) body: Option<(Ident, RequestBody<'a>)>,
}

/// The optional arguments of an operation, if it has any.
pub(super) fn optional(operation: &Operation) -> Option<OptionalArguments<'_>> {
    let parameters: Vec<&Parameter> = operation.parameters.iter().filter(|parameter| !parameter.required).collect();
    let body = operation.body.as_ref().filter(|body| !body.required).and_then(|body| {
        let content = RequestBody::of(body).filter(|content| !content.is_by_value())?;
        // `body` is a reserved name, so no parameter has it.
        Some((render::ident("body"), content))
    });
    (!parameters.is_empty() || body.is_some()).then_some(OptionalArguments { parameters, body })
}

/// The name of the struct.
pub(super) fn name(operation: &Operation) -> String {
    operation.names.params.clone()
}

/// The structs of all operations, with setters.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Item> {
    scene
        .api
        .operations
        .iter()
        .filter_map(|operation| Some((operation, optional(operation)?)))
        .flat_map(|(operation, optional)| items(scene, operation, &optional))
        .collect()
}

/// A field of the struct.
struct OptionalField {
    ident: Ident,
    docs: TokenStream,
    deprecated: bool,
    ty: TokenStream,
    argument: TokenStream,
    is_into: bool,
    is_boxed: bool,
}

fn items(scene: &Scene<'_>, operation: &Operation, optional: &OptionalArguments<'_>) -> Vec<Item> {
    let name = render::ident(&name(operation));
    let fields = fields(scene, operation, optional);
    let comment = docs::comment(&[format!("The optional parameters of [`Client::{}`].", operation.name.rust)]);
    let derive = docs::derive_for_operation(&["Clone", "Debug", "Default"], scene.settings);
    let declarations = fields.iter().map(|field| {
        let OptionalField { ident, docs, ty, .. } = field;
        let deprecated = docs::deprecated(field.deprecated);
        quote!(#docs #deprecated pub #ident: Option<#ty>,)
    });
    let setters: Vec<TokenStream> = fields
        .iter()
        .map(|field| {
            let OptionalField { ident, docs, argument, .. } = field;
            let setter = setter(ident);
            let value = match (field.is_into, field.is_boxed) {
                (true, true) => quote!(Box::new(#ident.into())),
                (true, false) => quote!(#ident.into()),
                (false, true) => quote!(Box::new(#ident)),
                (false, false) => quote!(#ident),
            };
            let deprecated = docs::deprecated(field.deprecated);
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
            #(#declarations)*
        }
    };
    let lints = allowances(fields.iter().map(|field| (&field.ident, field.deprecated)), needs);
    let head = format!("{}impl {name}", render::allow(&lints, "the names are the document's"));
    vec![Item::new(declared, needs), render::impl_block(&head, setters, needs)]
}

/// The lints that the setters of these fields trigger. The flag is whether the field is deprecated.
pub(super) fn allowances<'a>(fields: impl Iterator<Item = (&'a Ident, bool)>, needs: Needs) -> Vec<&'static str> {
    let (mut is_deprecated, mut is_odd) = (needs.has(Needs::DEPRECATED), false);
    for (ident, deprecated) in fields {
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

/// The literal `rt::Parameter { .. }` of a parameter.
pub(super) fn parameter_literal(wire: &str, location: TokenStream, style: ParameterStyle) -> TokenStream {
    let (style, explode, allow_reserved) = match style {
        ParameterStyle::Simple { explode } => (quote!(Simple), explode, false),
        ParameterStyle::Label { explode } => (quote!(Label), explode, false),
        ParameterStyle::Matrix { explode } => (quote!(Matrix), explode, false),
        ParameterStyle::Form { explode, allow_reserved } => (quote!(Form), explode, allow_reserved),
        ParameterStyle::SpaceDelimited => (quote!(SpaceDelimited), false, false),
        ParameterStyle::PipeDelimited => (quote!(PipeDelimited), false, false),
        ParameterStyle::DeepObject => (quote!(DeepObject), true, false),
        // A value of several cookies has no other form.
        ParameterStyle::Cookie => (quote!(Form), true, false),
        ParameterStyle::Json | ParameterStyle::WholeQuery { .. } => (quote!(Json), false, false),
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

/// The name of a field's setter: the field's own name, unless it would hide a method of a derived trait.
pub(super) fn setter(field: &Ident) -> Ident {
    setter_beside(field, &["default", "clone"])
}

/// The name of a field's setter beside these methods.
pub(super) fn setter_beside(field: &Ident, methods: &[&str]) -> Ident {
    let name = field.to_string();
    let setter = names::setter(&name, methods);
    if setter == name { field.clone() } else { render::ident(&setter) }
}

/// Whether clippy mistakes a setter of this name for a conversion or an operator.
fn looks_like_another(name: &str) -> bool {
    let prefixes = ["from_", "to_", "into_", "as_", "is_"];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
        || matches!(
            name,
            "add" | "sub" | "mul" | "div" | "rem" | "shl" | "shr" | "cmp" | "eq" | "index" | "not" | "neg"
        )
}

fn fields(scene: &Scene<'_>, operation: &Operation, optional: &OptionalArguments<'_>) -> Vec<OptionalField> {
    let mut fields: Vec<OptionalField> = optional
        .parameters
        .iter()
        .map(|parameter| {
            let (ty, _) = parameter.ty.split_nullable();
            let text =
                docs::or_else(&parameter.docs, || format!("The {} parameter.", docs::code(&parameter.name.wire)));
            OptionalField {
                ident: render::name(&parameter.name),
                docs: docs::comment(&[text]),
                deprecated: parameter.deprecated,
                ty: scene.field_type(ty, Direction::Request, Viewpoint::Root),
                is_boxed: scene.is_large(ty),
                argument: setter_argument_type(scene, ty, Direction::Request, Viewpoint::Root),
                is_into: setter_takes_into(scene, ty),
            }
        })
        .collect();
    if let Some((ident, body)) = &optional.body {
        let (ty, is_boxed) = body.field_type(scene, operation, Viewpoint::Root);
        fields.push(OptionalField {
            ident: ident.clone(),
            docs: docs::comment(&["The body.".to_owned()]),
            deprecated: false,
            argument: body.owned_type(scene, operation, Viewpoint::Root),
            ty,
            is_into: false,
            is_boxed,
        });
    }
    fields
}

/// The type of a required argument: strings and lists are borrowed, scalars are copied.
pub(super) fn borrowed_type(scene: &Scene<'_>, ty: &Type, viewpoint: Viewpoint) -> TokenStream {
    let (ty, _) = ty.split_nullable();
    let resolved = scene.resolved(ty);
    match resolved {
        Type::Boolean | Type::Integer(_) | Type::Number => scene.rust(ty, Direction::Request, viewpoint),
        Type::String(crate::ir::StringKind::Text { .. }) => quote!(&str),
        Type::Array(inner) => {
            let inner = scene.rust(inner, Direction::Request, viewpoint);
            quote!(&[#inner])
        }
        _ => {
            let ty = scene.rust(ty, Direction::Request, viewpoint);
            quote!(&#ty)
        }
    }
}

//! Fills the signatures of the generated methods from the IR.

use super::bodies::{BodyContent, RequestBody};
use super::types::{Direction, Viewpoint};
use super::{Scene, bodies, forms, params, render};
use crate::ir::{Content, Operation, Parameter, SchemeKind, Type};
use crate::signature::{GeneratedArgument, GeneratedCredential, GeneratedOperation, GeneratedValue};

/// Every operation, in the order of the methods.
pub(super) fn operations(scene: &Scene<'_>) -> Vec<GeneratedOperation> {
    let operation = |operation: &Operation| GeneratedOperation {
        pointer: operation.origin.pointer().to_owned(),
        id: operation.name.wire.clone(),
        method: render::name(&operation.name).to_string(),
        address: format!("{} {}", operation.method.as_str(), operation.path),
        deprecated: operation.deprecated,
        security: security(scene, operation),
        arguments: arguments(scene, operation),
        server: operation.server.as_ref().map(|server| server.url.clone()),
    };
    scene.api.operations.iter().map(operation).collect()
}

/// The schemes of the first alternative, unless the operation needs none.
fn security(scene: &Scene<'_>, operation: &Operation) -> Vec<String> {
    if operation.security.iter().any(|requirement| requirement.schemes.is_empty()) {
        return Vec::new();
    }
    let first = operation.security.first().map(|requirement| requirement.schemes.as_slice()).unwrap_or_default();
    first.iter().filter_map(|index| Some(scene.api.schemes.get(*index)?.name.clone())).collect()
}

/// Every security scheme, in the order of the methods.
pub(super) fn credentials(scene: &Scene<'_>) -> Vec<GeneratedCredential> {
    let credential = |scheme: &crate::ir::SecurityScheme| GeneratedCredential {
        scheme: scheme.name.clone(),
        method: format!("with_{}", scheme.rust),
        texts: if scheme.kind == SchemeKind::Basic { 2 } else { 1 },
    };
    scene.api.schemes.iter().map(credential).collect()
}

fn arguments(scene: &Scene<'_>, operation: &Operation) -> Vec<GeneratedArgument> {
    let required = operation.parameters.iter().filter(|parameter| parameter.required);
    let mut arguments: Vec<GeneratedArgument> = required
        .map(|parameter| GeneratedArgument {
            by_reference: !scene.is_scalar(&parameter.ty),
            ..self::parameter(scene, parameter)
        })
        .collect();
    let body = operation.body.as_ref().and_then(|body| Some((body, RequestBody::of(body)?)));
    if let Some((body, kind)) = &body
        && (body.required || kind.is_by_value())
    {
        arguments.extend(self::body(scene, operation, &body.contents, kind, "body", body.required));
    }
    if let Some(optional) = params::optional(operation) {
        let mut fields: Vec<GeneratedArgument> = optional
            .parameters
            .iter()
            .map(|parameter| {
                let plain = self::parameter(scene, parameter);
                GeneratedArgument { name: params::setter(&render::name(&parameter.name)).to_string(), ..plain }
            })
            .collect();
        if let (Some((name, kind)), Some((body, _))) = (&optional.body, &body) {
            let argument = self::body(scene, operation, &body.contents, kind, &name.to_string(), false);
            fields.extend(argument.map(|argument| GeneratedArgument { by_reference: false, ..argument }));
        }
        arguments.push(GeneratedArgument {
            name: "params".to_owned(),
            wire: String::new(),
            pointer: operation.origin.pointer().to_owned(),
            required: true,
            by_reference: true,
            value: GeneratedValue::Struct { rust: params::name(operation), fields },
        });
    }
    arguments
}

fn parameter(scene: &Scene<'_>, parameter: &Parameter) -> GeneratedArgument {
    GeneratedArgument {
        name: render::name(&parameter.name).to_string(),
        wire: parameter.name.wire.clone(),
        pointer: parameter.origin.pointer().to_owned(),
        required: parameter.required,
        by_reference: false,
        value: json(scene, &parameter.ty),
    }
}

/// The body as an argument with this name.
fn body(
    scene: &Scene<'_>,
    operation: &Operation,
    contents: &[Content],
    kind: &RequestBody<'_>,
    name: &str,
    required: bool,
) -> Option<GeneratedArgument> {
    let argument = |name: &str, content: &Content, one: &BodyContent<'_>| GeneratedArgument {
        name: name.to_owned(),
        wire: content.media.as_str().to_owned(),
        pointer: content.origin.pointer().to_owned(),
        required: true,
        by_reference: is_by_reference(scene, one),
        value: value(scene, operation, content, one),
    };
    let first = contents.first()?;
    Some(match kind {
        RequestBody::Single(one) => {
            GeneratedArgument { required: required && !kind.is_nullable(), ..argument(name, first, one) }
        }
        RequestBody::Choice(variants) => {
            let variants = variants.iter().zip(contents).map(|((variant, one), content)| {
                let plain = argument(&render::ident(variant).to_string(), content, one);
                let value = match plain.value {
                    GeneratedValue::Json(rust) if one.is_large(scene) => GeneratedValue::Json(format!("Box<{rust}>")),
                    other => other,
                };
                GeneratedArgument { by_reference: false, value, ..plain }
            });
            GeneratedArgument {
                name: name.to_owned(),
                wire: String::new(),
                pointer: operation.origin.child("requestBody").pointer().to_owned(),
                required,
                by_reference: false,
                value: GeneratedValue::Enum { rust: bodies::choice_name(operation), variants: variants.collect() },
            }
        }
    })
}

/// Whether a method takes a reference to the content.
fn is_by_reference(scene: &Scene<'_>, kind: &BodyContent<'_>) -> bool {
    match kind {
        BodyContent::Json(_, ty) => !ty.is_some_and(|ty| scene.is_scalar(ty)),
        BodyContent::Form(content) => !content.ty.as_ref().is_some_and(|ty| scene.is_scalar(ty)),
        BodyContent::Text(_) => true,
        BodyContent::Multipart | BodyContent::Bytes(_) => false,
    }
}

fn value(scene: &Scene<'_>, operation: &Operation, content: &Content, kind: &BodyContent<'_>) -> GeneratedValue {
    match kind {
        BodyContent::Json(_, Some(ty)) => json(scene, ty),
        BodyContent::Json(_, None) => GeneratedValue::Json("serde_json::Value".to_owned()),
        BodyContent::Form(content) => content.ty.as_ref().map_or_else(
            || GeneratedValue::Json("serde_json::Value".to_owned()),
            |ty| GeneratedValue::Json(render::type_text(&scene.rust(ty, Direction::Request, Viewpoint::Root))),
        ),
        BodyContent::Multipart => {
            GeneratedValue::Struct { rust: forms::name(operation), fields: forms::arguments(scene, content) }
        }
        BodyContent::Text(_) => GeneratedValue::Text,
        BodyContent::Bytes(_) => GeneratedValue::Bytes,
    }
}

/// A value of this type, without `null`.
pub(super) fn json(scene: &Scene<'_>, ty: &Type) -> GeneratedValue {
    let ty = scene.rust(ty.split_nullable().0, Direction::Request, Viewpoint::Root);
    GeneratedValue::Json(render::type_text(&ty))
}

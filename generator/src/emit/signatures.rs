//! The signatures of the generated methods, for programs that call them.

use super::bodies::{Sent, SentBody};
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
        arguments: arguments(scene, operation),
        server: operation.server.as_ref().map(|server| server.url.clone()),
    };
    scene.api.operations.iter().map(operation).collect()
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
    let body = operation.body.as_ref().and_then(|body| Some((body, SentBody::of(body)?)));
    if let Some((body, sent)) = &body
        && (body.required || sent.is_taken())
    {
        arguments.extend(self::body(scene, operation, &body.contents, sent, "body", body.required));
    }
    if let Some(optional) = params::optional(operation) {
        let mut members: Vec<GeneratedArgument> = optional
            .parameters
            .iter()
            .map(|parameter| {
                let plain = self::parameter(scene, parameter);
                GeneratedArgument { name: params::setter(&render::name(&parameter.name)).to_string(), ..plain }
            })
            .collect();
        if let (Some((name, sent)), Some((body, _))) = (&optional.body, &body) {
            let given = self::body(scene, operation, &body.contents, sent, &name.to_string(), false);
            members.extend(given.map(|given| GeneratedArgument { by_reference: false, ..given }));
        }
        arguments.push(GeneratedArgument {
            name: "params".to_owned(),
            wire: String::new(),
            pointer: operation.origin.pointer().to_owned(),
            required: true,
            by_reference: true,
            value: GeneratedValue::Struct { rust: params::name(operation), members },
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

/// A body that is given under this name.
fn body(
    scene: &Scene<'_>,
    operation: &Operation,
    contents: &[Content],
    sent: &SentBody<'_>,
    name: &str,
    required: bool,
) -> Option<GeneratedArgument> {
    let given = |name: &str, content: &Content, one: &Sent<'_>| GeneratedArgument {
        name: name.to_owned(),
        wire: content.media.as_str().to_owned(),
        pointer: content.origin.pointer().to_owned(),
        required: true,
        by_reference: is_lent(scene, one),
        value: value(scene, operation, content, one),
    };
    let first = contents.first()?;
    Some(match sent {
        SentBody::One(one) => GeneratedArgument { required, ..given(name, first, one) },
        SentBody::Choice(variants) => {
            let variants = variants.iter().zip(contents).map(|((variant, one), content)| {
                let plain = given(&render::ident(variant).to_string(), content, one);
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

/// Whether a method takes a reference to it.
fn is_lent(scene: &Scene<'_>, sent: &Sent<'_>) -> bool {
    match sent {
        Sent::Json(_, ty) => !ty.is_some_and(|ty| scene.is_scalar(ty)),
        Sent::Form(content) => !content.ty.as_ref().is_some_and(|ty| scene.is_scalar(ty)),
        Sent::Text(_) => true,
        Sent::Multipart | Sent::Bytes(_) => false,
    }
}

fn value(scene: &Scene<'_>, operation: &Operation, content: &Content, sent: &Sent<'_>) -> GeneratedValue {
    match sent {
        Sent::Json(_, Some(ty)) => json(scene, ty),
        Sent::Json(_, None) => GeneratedValue::Json("serde_json::Value".to_owned()),
        Sent::Form(content) => content.ty.as_ref().map_or_else(
            || GeneratedValue::Json("serde_json::Value".to_owned()),
            |ty| GeneratedValue::Json(render::type_text(&scene.rust(ty, Direction::Sent, Viewpoint::Root))),
        ),
        Sent::Multipart => {
            GeneratedValue::Struct { rust: forms::name(operation), members: forms::arguments(scene, content) }
        }
        Sent::Text(_) => GeneratedValue::Text,
        Sent::Bytes(_) => GeneratedValue::Bytes,
    }
}

/// A value of this type; where it may be `null`, one that is not.
pub(super) fn json(scene: &Scene<'_>, ty: &Type) -> GeneratedValue {
    let ty = scene.rust(ty.split_nullable().0, Direction::Sent, Viewpoint::Root);
    GeneratedValue::Json(render::type_text(&ty))
}

//! The docs of an operation.

use proc_macro2::TokenStream;

use super::bodies::RequestBody;
use super::item::Needs;
use super::types::{Direction, Viewpoint};
use super::{Scene, client, docs, outcomes, params, render, response_headers};
use crate::analyze::{Case, Outcome, Payload, Side, SideType};
use crate::ir::{Operation, Type};

pub(super) fn comment(
    scene: &Scene<'_>,
    operation: &Operation,
    outcome: &Outcome,
    arguments: &[(String, String)],
    needs: Needs,
) -> TokenStream {
    let line = format!("{} {}", operation.method.as_str(), operation.path);
    if !scene.settings.docs {
        return docs::comment(&[docs::code(&line)]);
    }
    let mut paragraphs = vec![docs::or_else(&operation.summary, || docs::code(&line))];
    if !operation.summary.is_empty() {
        paragraphs.push(docs::code(&line));
    }
    paragraphs.push(operation.docs.0.clone());
    paragraphs.extend(argument_list(operation));
    paragraphs.push(credential(scene, operation));
    paragraphs.push(responses(scene, operation, outcome));
    paragraphs.extend(operation.notes.iter().map(|(label, value)| format!("**{label}**: {}", docs::code(value))));
    paragraphs.push("# Errors".to_owned());
    paragraphs.push(errors(scene, operation, outcome));
    if scene.paths.module.is_some() {
        paragraphs.push("# Example".to_owned());
        paragraphs.push(example(scene, operation, outcome, arguments, needs));
    }
    docs::comment(&paragraphs)
}

/// The list of arguments. The fields of the struct of optional parameters have their own docs.
fn argument_list(operation: &Operation) -> Option<String> {
    let mut lines: Vec<String> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required)
        .map(|parameter| list_item(&docs::code(&parameter.name.rust), &docs::brief(&parameter.docs)))
        .collect();
    if let Some(body) = &operation.body
        && let Some(content) = RequestBody::of(body).filter(|content| body.required || content.is_by_value())
    {
        let media_types: Vec<String> = content.media_types().into_iter().map(docs::code).collect();
        let media = format!("`body`, sent as {}", media_types.join(" or "));
        lines.push(list_item(&media, &docs::brief(&body.docs)));
    }
    (!lines.is_empty()).then(|| format!("**Arguments**\n\n{}", lines.join("\n")))
}

fn list_item(head: &str, rest: &str) -> String {
    if rest.is_empty() { format!("- {head}") } else { format!("- {head}: {rest}") }
}

fn credential(scene: &Scene<'_>, operation: &Operation) -> String {
    if operation.security.is_empty() {
        return "**Credential**: none.".to_owned();
    }
    let mut is_optional = false;
    let mut alternatives = Vec::new();
    for requirement in &operation.security {
        let schemes: Vec<String> = requirement
            .schemes
            .iter()
            .filter_map(|index| scene.api.schemes.get(*index))
            .map(|scheme| {
                let setter = format!("[`Client::with_{}`]", scheme.rust);
                format!("{} {} ({setter})", docs::code(&scheme.name), client::carriage(scheme))
            })
            .collect();
        if schemes.is_empty() {
            is_optional = true;
        } else {
            alternatives.push(schemes.join(" and "));
        }
    }
    if alternatives.is_empty() {
        return "**Credential**: none.".to_owned();
    }
    let optional = if is_optional { "optional; " } else { "" };
    format!("**Credential**: {optional}{}, or [`Call::credential`].", alternatives.join(", or "))
}

/// The security schemes of an operation, for the error about a missing credential.
pub(super) fn schemes(scene: &Scene<'_>, operation: &Operation) -> String {
    let alternatives: Vec<String> = operation
        .security
        .iter()
        .map(|requirement| {
            let names: Vec<&str> = requirement
                .schemes
                .iter()
                .filter_map(|index| scene.api.schemes.get(*index))
                .map(|scheme| scheme.name.as_str())
                .collect();
            names.join(" and ")
        })
        .filter(|names| !names.is_empty())
        .collect();
    alternatives.join(", or ")
}

fn responses(scene: &Scene<'_>, operation: &Operation, outcome: &Outcome) -> String {
    let lines = outcome
        .success
        .cases
        .iter()
        .map(|case| (case, &outcome.success))
        .chain(outcome.failure.cases.iter().map(|case| (case, &outcome.failure)))
        .map(|(case, side)| response(scene, operation, case, side));
    let mut unique: Vec<String> = Vec::new();
    for line in lines {
        if !unique.contains(&line) {
            unique.push(line);
        }
    }
    if unique.is_empty() {
        return "**Responses**: none is declared.".to_owned();
    }
    format!("**Responses**\n\n{}", unique.join("\n"))
}

fn response(scene: &Scene<'_>, operation: &Operation, case: &Case, side: &Side) -> String {
    let media = case.media.as_ref().map(|media| format!(" as {}", docs::code(media.as_str()))).unwrap_or_default();
    let holds = match (&side.ty, case.variant) {
        (SideType::Enum { name, variants }, Some(index)) => {
            variants.get(index).map(|variant| format!("[`{name}::{}`]", variant.name)).unwrap_or_default()
        }
        _ => payload(scene, &case.payload),
    };
    let arm = operation.responses.iter().find(|arm| arm.status == case.status);
    let description = arm.map(|arm| docs::brief(&arm.docs)).unwrap_or_default();
    let declared: Vec<String> =
        arm.map(|arm| arm.headers.iter().map(|name| docs::code(name)).collect()).unwrap_or_default();
    let mut line = list_item(&format!("`{}`{media}, {holds}", case.status), &description);
    if !declared.is_empty() {
        let name = response_headers::name(operation).unwrap_or_default();
        line.push_str(&format!(" Headers ([`{name}`]): {}.", declared.join(", ")));
    }
    line
}

fn payload(scene: &Scene<'_>, payload: &Payload) -> String {
    match payload {
        Payload::Unit => "no body".to_owned(),
        Payload::Text => "text".to_owned(),
        Payload::Bytes => "bytes".to_owned(),
        Payload::Json(Type::Named(id)) => format!("[`types::{}`]", scene.type_name(*id, Direction::Response)),
        Payload::Json(ty) => format!("`{}`", render::type_text(&scene.rust(ty, Direction::Response, Viewpoint::Root))),
    }
}

fn errors(scene: &Scene<'_>, operation: &Operation, outcome: &Outcome) -> String {
    let declared = match &outcome.failure.ty {
        SideType::Nothing => "[`Error::Undecoded`] for a failure: none is declared.".to_owned(),
        SideType::One(one) => {
            format!("[`Error::Failure`] with {} for a declared failure.", payload(scene, one))
        }
        SideType::Enum { name, .. } => format!("[`Error::Failure`] with [`{name}`] for a declared failure."),
    };
    let credential = if operation.security.iter().any(|requirement| !requirement.schemes.is_empty()) {
        " [`Error::MissingCredential`] without a credential."
    } else {
        ""
    };
    format!("{declared}{credential} Other variants of [`Error`] for other failures.")
}

/// An example of a call, which compiles. The arguments are the parameters of a hidden function.
fn example(
    scene: &Scene<'_>,
    operation: &Operation,
    outcome: &Outcome,
    arguments: &[(String, String)],
    needs: Needs,
) -> String {
    let module = render::type_text(&scene.module_path());
    let error = render::type_text(&scene.runtime_item("Error", Viewpoint::Outside));
    let failure = render::type_text(&outcomes::failure_type(scene, &outcome.failure, Viewpoint::Outside));
    let mut given = vec![format!("client: &{module}::Client")];
    let mut passed = Vec::new();
    let mut statements = Vec::new();
    let optional = params::optional(operation).map(|_| params::name(operation));
    for (index, (name, ty)) in arguments.iter().enumerate() {
        if index + 1 == arguments.len()
            && let Some(optional) = &optional
        {
            statements.push(format!("let {name} = {optional}::default();"));
            passed.push(format!("&{name}"));
        } else {
            let name = if name == "client" { "client_" } else { name };
            given.push(format!("{name}: {ty}"));
            passed.push(name.to_owned());
        }
    }
    let method = render::name(&operation.name);
    let mut lines = vec!["```no_run".to_owned()];
    lines.extend(optional.iter().flat_map(|name| [format!("use {module}::{name};"), String::new()]));
    if operation.deprecated || needs.has(Needs::DEPRECATED) {
        lines.push("# #[allow(deprecated)]".to_owned());
    }
    lines.push(format!("# async fn example({}) -> Result<(), {error}<{failure}>> {{", given.join(", ")));
    lines.extend(statements);
    lines.extend([
        format!("let response = client.{method}({}).await?;", passed.join(", ")),
        "println!(\"{}\", response.status());".to_owned(),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ]);
    lines.join("\n")
}

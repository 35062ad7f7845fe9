//! `pub mod webhooks`: the requests that the server sends, and how their bodies are decoded.

use proc_macro2::TokenStream;
use quote::quote;

use super::item::{Item, Needs};
use super::types::{Direction, Viewpoint};
use super::{Scene, docs, render};
use crate::ir::{Response, Webhook};

/// The module, if the document has webhooks or callbacks.
pub(super) fn module(scene: &Scene<'_>) -> Option<Item> {
    let webhooks = &scene.api.webhooks;
    if webhooks.is_empty() {
        return None;
    }
    let bodies = || webhooks.iter().filter_map(Webhook::json);
    let needs = scene.needs_of(bodies()) | Needs::RUNTIME;
    let mut imports = Vec::new();
    if bodies().next().is_some() {
        imports.push("pub use super::runtime::InvalidBody;");
        imports.push("use super::rt;");
    }
    if needs.has(Needs::SECRET) {
        imports.push("use super::Secret;");
    }
    if bodies().any(|ty| !ty.named().is_empty()) {
        imports.push("use super::types;");
    }
    if bodies().any(|ty| scene.adapter(ty, Viewpoint::Root).is_some()) {
        imports.push("use super::adapters;");
    }
    let mut items = vec![imports.join("\n")];
    for webhook in webhooks {
        items.extend([render::items(declaration(scene, webhook)), render::items(methods(scene, webhook))]);
    }
    let lints: &[&str] = if scene.has_deprecated_types() { &["deprecated"] } else { &[] };
    let allow = render::allow(lints, "what is deprecated still has to be read");
    let head = format!(
        "/// The requests that the server sends: webhooks, and callbacks of operations.\n{allow}pub mod webhooks"
    );
    Some(Item { text: render::mod_block(&head, &items), needs })
}

fn declaration(scene: &Scene<'_>, webhook: &Webhook) -> TokenStream {
    let name = render::ident(&webhook.rust);
    let method = docs::code(webhook.method.as_str());
    let first = match &webhook.callback_of {
        Some(operation) => format!("The callback {method} {} of {}.", docs::code(&webhook.wire), docs::code(operation)),
        None => format!("The webhook {}, sent by {method}.", docs::code(&webhook.wire)),
    };
    let mut texts = vec![first];
    if scene.settings.docs {
        texts.extend([webhook.summary.0.clone(), webhook.docs.0.clone(), responses(scene, &webhook.responses)]);
    }
    let comment = docs::comment(&texts);
    let deprecated = docs::deprecated(webhook.deprecated);
    quote! {
        #comment
        #deprecated
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct #name;
    }
}

/// The responses that the server accepts, with the types of their bodies.
fn responses(scene: &Scene<'_>, responses: &[Response]) -> String {
    let mut lines = vec!["The server accepts these responses:".to_owned()];
    for response in responses {
        let status = docs::code(&response.status.to_string());
        let text = response.docs.0.lines().next().unwrap_or_default();
        let colon = if text.is_empty() { "" } else { ": " };
        if response.contents.is_empty() {
            lines.push(format!("- {status}, no body{colon}{text}"));
        }
        for content in &response.contents {
            let media = docs::code(content.media.as_str());
            let ty = content.ty.as_ref().map(|ty| {
                let rust = scene.rust(&scene.without_alias_of_secret(ty), Direction::Response, Viewpoint::Root);
                format!(", {}", docs::code(&render::type_text(&rust)))
            });
            lines.push(format!("- {status} as {media}{}{colon}{text}", ty.unwrap_or_default()));
        }
    }
    lines.join("\n")
}

fn methods(scene: &Scene<'_>, webhook: &Webhook) -> TokenStream {
    let name = render::ident(&webhook.rust);
    let (wire, method) = (&webhook.wire, webhook.method.as_str());
    let what = match &webhook.callback_of {
        Some(_) => "The expression for the URL of the callback.",
        None => "The name of the webhook in the document.",
    };
    let name_comment = docs::comment(&[what.to_owned()]);
    let rows = webhook.responses.iter().flat_map(|response| {
        let status = response.status.to_string();
        let media: Vec<&str> = match response.contents.as_slice() {
            [] => vec![""],
            contents => contents.iter().map(|content| content.media.as_str()).collect(),
        };
        media.into_iter().map(move |media| quote!((#status, #media))).collect::<Vec<_>>()
    });
    let deprecated = if webhook.deprecated { quote!(#[allow(deprecated)]) } else { quote!() };
    let decode = webhook.json().map(|ty| decode(scene, ty));
    quote! {
        #deprecated
        impl #name {
            #name_comment
            pub const NAME: &'static str = #wire;
            /// The HTTP method of the request.
            pub const METHOD: &'static str = #method;
            /// The responses that the server accepts: status (`200`, `4XX`, `default`), and media type or an empty text.
            pub const RESPONSES: &'static [(&'static str, &'static str)] = &[#(#rows),*];
            #decode
        }
    }
}

/// The function that decodes the body.
fn decode(scene: &Scene<'_>, ty: &crate::ir::Type) -> TokenStream {
    let ty = scene.without_alias_of_secret(ty);
    let rust = scene.rust(&ty, Direction::Response, Viewpoint::Root);
    let body = match scene.adapter(&ty, Viewpoint::Root) {
        Some(adapter) => quote!(rt::incoming_body::<rt::As<_, #adapter>>(body).map(|value| value.0)),
        None => quote!(rt::incoming_body(body)),
    };
    quote! {
        /// Decodes the body of the request. Check its signature first, if the server signs it.
        ///
        /// # Errors
        ///
        /// The body is not JSON of this type. The error has the location, and quotes no value.
        pub fn from_json(body: &[u8]) -> Result<#rust, InvalidBody> {
            #body
        }
    }
}

//! The part of the client that depends on the document: security schemes and servers of single operations.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::item::{Item, Needs};
use super::{Scene, docs, render};
use crate::ir::{SchemeKind, SecurityScheme};

/// The servers of single operations, each once: as the document writes it, and with the defaults of its variables.
pub(super) fn operation_servers<'a>(scene: &Scene<'a>) -> Vec<(&'a str, String)> {
    let mut servers: Vec<(&str, String)> = Vec::new();
    for server in scene.api.operations.iter().filter_map(|operation| operation.server.as_ref()) {
        if !servers.iter().any(|(url, _)| *url == server.url) {
            servers.push((&server.url, server.default_url()));
        }
    }
    servers
}

/// Their table, if there are any.
pub(super) fn servers(scene: &Scene<'_>) -> Option<String> {
    let servers = operation_servers(scene);
    let count = Literal::usize_unsuffixed(servers.len());
    let rows = servers.iter().map(|(url, default)| quote!((#url, #default)));
    let comment = docs::comment(&[
        "The servers of single operations: the URL in the document, and the address that is used for it unless \
         [`Client::with_operation_server`] or [`Client::with_one_server`] set another."
            .to_owned(),
    ]);
    (!servers.is_empty())
        .then(|| render::items(quote!(#comment pub static OPERATION_SERVERS: [(&str, &str); #count] = [#(#rows),*];)))
}

/// The client, and the table of what it knows of the document.
pub(super) fn client(scene: &Scene<'_>) -> Vec<Item> {
    let schemes = scene.api.schemes.iter().map(|scheme| {
        let name = &scheme.name;
        let carrier = match &scheme.kind {
            SchemeKind::Bearer => quote!(Bearer),
            SchemeKind::Basic => quote!(Basic),
            SchemeKind::Authorization(scheme) => quote!(Authorization(#scheme)),
            SchemeKind::ApiKeyHeader(name) => quote!(Header(#name)),
            SchemeKind::ApiKeyQuery(name) => quote!(Query(#name)),
            SchemeKind::ApiKeyCookie(name) => quote!(Cookie(#name)),
        };
        quote!(rt::Scheme { name: #name, carrier: rt::Carrier::#carrier })
    });
    let has_servers = !operation_servers(scene).is_empty();
    let servers = if has_servers { quote!(&OPERATION_SERVERS) } else { quote!(&[]) };
    let methods = if has_servers { quote!(rt::operation_servers!();) } else { TokenStream::new() };
    let table = quote!(static API: rt::Api = rt::Api { schemes: &[#(#schemes),*], servers: #servers };);
    [table, quote!(rt::client!(API); #methods)].map(|tokens| Item::new(tokens, Needs::RUNTIME)).into()
}

/// `with_<scheme>` for each security scheme, of the client and of its builder.
pub(super) fn credentials(scene: &Scene<'_>) -> Vec<Item> {
    let schemes = &scene.api.schemes;
    if schemes.is_empty() {
        return Vec::new();
    }
    let method = |(index, scheme): (usize, &SecurityScheme), setter: &TokenStream, is_builder: bool| {
        let index = Literal::usize_unsuffixed(index);
        let name = render::ident(&format!("with_{}", scheme.rust));
        let first = format!("Sets the credential for {}, sent {}.", docs::code(&scheme.name), carriage(scheme));
        let text = &scheme.docs.0;
        let more = if is_builder && !text.is_empty() { format!("See [`Client::{name}`].") } else { text.clone() };
        let comment = docs::comment(&[first, more]);
        let attribute = if is_builder { TokenStream::new() } else { quote!(#[must_use]) };
        let (arguments, credential) = match &scheme.kind {
            SchemeKind::Basic => (
                quote!(username: impl Into<String>, password: impl Into<Secret>),
                quote!(Credential::Basic { username: username.into(), password: password.into() }),
            ),
            SchemeKind::Bearer => (quote!(token: impl Into<AccessToken>), quote!(Credential::Bearer(token.into()))),
            SchemeKind::Authorization(_) => {
                (quote!(credentials: impl Into<Secret>), quote!(Credential::ApiKey(credentials.into())))
            }
            SchemeKind::ApiKeyHeader(_) | SchemeKind::ApiKeyQuery(_) | SchemeKind::ApiKeyCookie(_) => {
                (quote!(key: impl Into<Secret>), quote!(Credential::ApiKey(key.into())))
            }
        };
        quote! {
            #comment
            #attribute
            pub fn #name(self, #arguments) -> Self {
                Self(self.0.#setter(#index, #credential))
            }
        }
    };
    let is_bearer = |scheme: &SecurityScheme| matches!(scheme.kind, SchemeKind::Bearer);
    let tokens = if schemes.iter().any(is_bearer) { Needs::ACCESS_TOKEN } else { Needs::NONE };
    let secrets = if schemes.iter().all(is_bearer) { Needs::NONE } else { Needs::SECRET };
    let of = |head, setter, is_builder| {
        let methods = schemes.iter().enumerate().map(|scheme| method(scheme, &setter, is_builder)).collect();
        render::impl_block(head, methods, Needs::CREDENTIAL | tokens | secrets)
    };
    vec![of("impl Client", quote!(with_credential), false), of("impl ClientBuilder", quote!(credential), true)]
}

/// How a scheme sends its credential, for the docs.
pub(super) fn carriage(scheme: &SecurityScheme) -> String {
    match &scheme.kind {
        SchemeKind::Bearer => "as `Authorization: Bearer`".to_owned(),
        SchemeKind::Basic => "as `Authorization: Basic`".to_owned(),
        SchemeKind::Authorization(scheme) => {
            format!("as {}, followed by this text", docs::code(&format!("Authorization: {scheme}")))
        }
        SchemeKind::ApiKeyHeader(name) => format!("in the header {}", docs::code(name)),
        SchemeKind::ApiKeyQuery(name) => format!("in the query as {}", docs::code(name)),
        SchemeKind::ApiKeyCookie(name) => format!("in the cookie {}", docs::code(name)),
    }
}

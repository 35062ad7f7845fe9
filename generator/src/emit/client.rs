//! The part of the client that depends on the document: its security schemes.

use proc_macro2::Literal;
use quote::quote;

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

/// Their table, where there are any.
pub(super) fn servers(scene: &Scene<'_>) -> Option<String> {
    let servers = operation_servers(scene);
    let count = Literal::usize_unsuffixed(servers.len());
    let rows = servers.iter().map(|(url, default)| quote!((#url, #default)));
    let comment = docs::comment(&[
        "The servers of single operations: as the document writes each, and the address that is used for it unless \
         [`Client::with_operation_server`] or [`Client::with_one_server`] say otherwise."
            .to_owned(),
    ]);
    (!servers.is_empty())
        .then(|| render::item(quote!(#comment pub static OPERATION_SERVERS: [(&str, &str); #count] = [#(#rows),*];)))
}

/// The table of schemes, and `with_<scheme>` for each. The client itself is support code.
pub(super) fn schemes(scene: &Scene<'_>) -> Vec<String> {
    let schemes = &scene.api.schemes;
    if schemes.is_empty() {
        return Vec::new();
    }
    let count = Literal::usize_unsuffixed(schemes.len());
    let rows = schemes.iter().map(|scheme| {
        let name = &scheme.name;
        let carrier = match &scheme.kind {
            SchemeKind::Bearer => quote!(Bearer),
            SchemeKind::Basic => quote!(Basic),
            SchemeKind::Authorization(scheme) => quote!(Authorization(#scheme)),
            SchemeKind::ApiKeyHeader(name) => quote!(Header(#name)),
            SchemeKind::ApiKeyQuery(name) => quote!(Query(#name)),
            SchemeKind::ApiKeyCookie(name) => quote!(Cookie(#name)),
        };
        quote!(support::operation::Scheme { name: #name, carrier: support::operation::Carrier::#carrier },)
    });
    let table = quote!(static SCHEMES: [support::operation::Scheme; #count] = [#(#rows)*];);
    let methods: Vec<_> = schemes
        .iter()
        .enumerate()
        .map(|(index, scheme)| {
            let index = Literal::usize_unsuffixed(index);
            let name = render::ident(&format!("with_{}", scheme.rust));
            let first = format!(
                "The same client with the credential for {}, sent {}.",
                docs::code(&scheme.name),
                carriage(scheme)
            );
            let comment = docs::comment(&[first, scheme.docs.0.clone()]);
            let (arguments, credential) = match &scheme.kind {
                SchemeKind::Basic => (
                    quote!(username: impl Into<String>, password: impl Into<Secret>),
                    quote!(Credential::Basic { username: username.into(), password: password.into() }),
                ),
                SchemeKind::Bearer => (quote!(token: impl Into<Secret>), quote!(Credential::Bearer(token.into()))),
                SchemeKind::Authorization(_) => {
                    (quote!(credentials: impl Into<Secret>), quote!(Credential::ApiKey(credentials.into())))
                }
                SchemeKind::ApiKeyHeader(_) | SchemeKind::ApiKeyQuery(_) | SchemeKind::ApiKeyCookie(_) => {
                    (quote!(key: impl Into<Secret>), quote!(Credential::ApiKey(key.into())))
                }
            };
            quote! {
                #comment
                #[must_use]
                pub fn #name(self, #arguments) -> Self {
                    support::client::with_credential(self, #index, #credential)
                }
            }
        })
        .collect();
    vec![render::item(table), render::impl_block(quote!(), quote!(Client), &methods)]
}

/// How a scheme sends its credential, for the docs.
pub(super) fn carriage(scheme: &SecurityScheme) -> String {
    match &scheme.kind {
        SchemeKind::Bearer => "as `Authorization: Bearer`".to_owned(),
        SchemeKind::Basic => "as `Authorization: Basic`".to_owned(),
        SchemeKind::Authorization(scheme) => {
            format!("as {}, followed by the text given here", docs::code(&format!("Authorization: {scheme}")))
        }
        SchemeKind::ApiKeyHeader(name) => format!("in the header {}", docs::code(name)),
        SchemeKind::ApiKeyQuery(name) => format!("in the query as {}", docs::code(name)),
        SchemeKind::ApiKeyCookie(name) => format!("in the cookie {}", docs::code(name)),
    }
}

//! The part of the client that depends on the document: its security schemes.

use proc_macro2::Literal;
use quote::quote;

use super::{Scene, docs, render};
use crate::ir::{SchemeKind, SecurityScheme};

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
        SchemeKind::ApiKeyHeader(name) => format!("in the header {}", docs::code(name)),
        SchemeKind::ApiKeyQuery(name) => format!("in the query as {}", docs::code(name)),
        SchemeKind::ApiKeyCookie(name) => format!("in the cookie {}", docs::code(name)),
    }
}

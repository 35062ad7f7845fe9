//! [`ServerMetadata`]: the metadata of an OAuth 2.0 authorization server (RFC 8414), from one of its two addresses.

use std::fmt;

use reqwest::{StatusCode, Url};
use serde_json::Value;

use super::{ExpectedIssuer, OPERATION, issuer_setters, resolve};
use crate::api::ResponseValue;
use crate::call::{Options, request};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::lenient_json::{self, Object};
use crate::response::Response;

const PATH: &str = "/.well-known/oauth-authorization-server";
const WHERE: &str = "the metadata may be at the other address: see `path_inserted` and `path_appended`";

impl Client {
    /// Fetches the metadata of the authorization server.
    ///
    /// `GET /.well-known/oauth-authorization-server`; RFC 8414 section 3. Clients that know nothing of OpenID Connect, such as MCP
    /// clients, begin with it. Ory serves its discovery document there, too; other servers may have no more than RFC 8414 requires,
    /// so nothing but the `issuer` is required here.
    ///
    /// If the base URL has no path, there is one address. If it has one, as in `https://h/p`, the address is
    /// `https://h/.well-known/oauth-authorization-server/p` by RFC 8414, which is the default; a server behind a proxy may have it at
    /// `https://h/p/.well-known/oauth-authorization-server`: see [`path_appended`](ServerMetadataRequest::path_appended).
    ///
    /// The `issuer` must be the expected one, as for [`discover`](Self::discover). [Hooks](crate::Hook) and retries see the request as
    /// [`DiscoverOidcConfiguration`](crate::Operation::DiscoverOidcConfiguration).
    ///
    /// ```no_run
    /// # async fn example(ory: ory_oidc::Client) -> Result<(), ory_oidc::Error> {
    /// let metadata = ory.server_metadata().await?;
    /// if metadata.supports_client_id_metadata_documents() {
    ///     println!("no registration is needed");
    /// } else {
    ///     println!("register at {:?}", metadata.registration_endpoint());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Verification`](ErrorKind::Verification) if the issuer is different, [`UnexpectedResponse`](ErrorKind::UnexpectedResponse) if
    /// there is none.
    #[doc(alias = "/.well-known/oauth-authorization-server")]
    #[doc(alias = "RFC 8414")]
    pub fn server_metadata(&self) -> ServerMetadataRequest {
        ServerMetadataRequest {
            client: self.clone(),
            issuer: ExpectedIssuer::BaseUrl,
            appended: false,
            options: Options::default(),
        }
    }
}

/// A request for the metadata of the authorization server, made by [`Client::server_metadata`].
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct ServerMetadataRequest {
    client: Client,
    issuer: ExpectedIssuer,
    appended: bool,
    options: Options,
}

issuer_setters!(ServerMetadataRequest);

impl ServerMetadataRequest {
    /// Puts the path of the base URL behind the well-known path, as RFC 8414 section 3.1 has it. This is the default.
    #[inline]
    pub fn path_inserted(mut self) -> Self {
        self.appended = false;
        self
    }

    /// Puts the well-known path behind the path of the base URL, as OpenID Connect Discovery does.
    #[inline]
    pub fn path_appended(mut self) -> Self {
        self.appended = true;
        self
    }

    async fn respond(self) -> Result<Response<ServerMetadata>> {
        let Self { client, issuer, appended, options } = self;
        let has_path = client.base_url().path() != "/";
        let call = client.api().discover_oidc_configuration().at(PATH, address(client.base_url(), appended));
        options
            .send(&client, OPERATION, call, |result, sent| {
                let failed = |error| {
                    let error = Error::from_api(OPERATION, error).without(sent.redaction());
                    let is_missing = has_path && error.status() == Some(StatusCode::NOT_FOUND);
                    if is_missing { error.with_hint(WHERE) } else { error }
                };
                // The declared success of the operation is another document.
                let document = result.and_then(|response| match response.status().is_success() {
                    true => response.json::<Object>(),
                    false => {
                        response.decode().map(|_| ResponseValue::new(Object::new(), StatusCode::OK, <_>::default()))
                    }
                });
                issuer.checked_metadata(client.given_base_url(), document.map_err(failed)?)
            })
            .await
    }
}

request!(ServerMetadataRequest => ServerMetadata);

/// The address of the metadata.
fn address(base_url: &Url, appended: bool) -> Url {
    let own = base_url.path().trim_end_matches('/');
    let mut url = base_url.clone();
    url.set_path(&if appended { format!("{own}{PATH}") } else { format!("{PATH}{own}") });
    url
}

impl ExpectedIssuer {
    /// The metadata, if its issuer is the expected one.
    fn checked_metadata(&self, base_url: &str, response: ResponseValue<Object>) -> Result<Response<ServerMetadata>> {
        let response = Response::from_api(response).map(|document| ServerMetadata { document });
        if response.value().get("issuer").and_then(Value::as_str).is_none() {
            let problem = "the metadata has no `issuer`";
            return Err(Error::new(ErrorKind::UnexpectedResponse, Some(OPERATION), problem)
                .with_response(response.status(), response.headers().clone()));
        }
        self.checked_response(base_url, response.value().issuer(), response.status(), response.headers())?;
        Ok(response)
    }
}

/// The metadata of an authorization server whose issuer was checked (RFC 8414 section 2).
#[derive(Clone, PartialEq)]
pub struct ServerMetadata {
    document: Object,
}

macro_rules! endpoints {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name(&self) -> Option<Url> {
                self.endpoint(stringify!($name))
            }
        )*
    };
}

impl ServerMetadata {
    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.get("issuer").and_then(Value::as_str).unwrap_or_default()
    }

    endpoints! {
        /// Where the user's browser is sent to log in.
        authorization_endpoint
        /// Where codes and refresh tokens are turned into tokens.
        token_endpoint
        /// Where clients are registered: what [`Client::register`] calls on an Ory server.
        registration_endpoint
        /// Where the server's public keys are.
        jwks_uri
        /// Where tokens are revoked.
        revocation_endpoint
        /// Where a resource server asks about a token.
        introspection_endpoint
        /// Where a device without a browser begins (RFC 8628).
        device_authorization_endpoint
    }

    /// The scopes that may be asked for. Empty if the server does not say.
    #[must_use]
    pub fn scopes_supported(&self) -> Vec<&str> {
        self.texts("scopes_supported")
    }

    /// The response types; see [`ResponseType`](crate::ResponseType). Empty if the server does not say.
    #[must_use]
    pub fn response_types_supported(&self) -> Vec<&str> {
        self.texts("response_types_supported")
    }

    /// The grant types; see [`GrantType`](crate::GrantType). Empty if the server does not say, which means
    /// `authorization_code` and `implicit`.
    #[must_use]
    pub fn grant_types_supported(&self) -> Vec<&str> {
        self.texts("grant_types_supported")
    }

    /// How clients may authenticate at the token endpoint; see
    /// [`TokenEndpointAuthMethod`](crate::TokenEndpointAuthMethod). Empty if the server does not say, which means
    /// `client_secret_basic`.
    #[must_use]
    pub fn token_endpoint_auth_methods_supported(&self) -> Vec<&str> {
        self.texts("token_endpoint_auth_methods_supported")
    }

    /// The methods of PKCE (RFC 7636). Empty if the server does not say: MCP clients must not go on then.
    #[must_use]
    pub fn code_challenge_methods_supported(&self) -> Vec<&str> {
        self.texts("code_challenge_methods_supported")
    }

    /// Whether a client may use the URL of its own metadata as its id, without a registration (OAuth Client ID Metadata Documents).
    #[must_use]
    pub fn supports_client_id_metadata_documents(&self) -> bool {
        self.get("client_id_metadata_document_supported").and_then(Value::as_bool).unwrap_or_default()
    }

    /// An endpoint by its property name. A relative one is resolved against the issuer. `None` if it is absent or not a URL.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> Option<Url> {
        resolve(self.issuer(), self.get(name)?.as_str()?)
    }

    /// Any property, by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.document.get(name)
    }

    /// The whole document, as the server sent it.
    #[must_use]
    pub fn as_object(&self) -> &Object {
        &self.document
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        self.get(name).map(lenient_json::texts).unwrap_or_default()
    }
}

/// Shows the issuer and the names of the properties.
impl fmt::Debug for ServerMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerMetadata")
            .field("issuer", &self.issuer())
            .field("properties", &self.document.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn addresses() {
        for (base_url, inserted, appended) in [
            (
                "https://h",
                "https://h/.well-known/oauth-authorization-server",
                "https://h/.well-known/oauth-authorization-server",
            ),
            (
                "https://h:1/",
                "https://h:1/.well-known/oauth-authorization-server",
                "https://h:1/.well-known/oauth-authorization-server",
            ),
            (
                "https://h/p",
                "https://h/.well-known/oauth-authorization-server/p",
                "https://h/p/.well-known/oauth-authorization-server",
            ),
            (
                "https://h/p/q/",
                "https://h/.well-known/oauth-authorization-server/p/q",
                "https://h/p/q/.well-known/oauth-authorization-server",
            ),
        ] {
            let base_url = Url::parse(base_url).unwrap();
            assert_eq!(address(&base_url, false).as_str(), inserted);
            assert_eq!(address(&base_url, true).as_str(), appended);
        }
    }

    #[test]
    fn properties_are_read_leniently() {
        let document = json!({
            "issuer": "https://h/p", "token_endpoint": "/token", "authorization_endpoint": 1, "jwks_uri": "",
            "scopes_supported": ["openid", 1], "client_id_metadata_document_supported": true
        });
        let Value::Object(document) = document else { panic!() };
        let metadata = ServerMetadata { document };
        assert_eq!(metadata.token_endpoint().map(String::from).as_deref(), Some("https://h/token"));
        assert_eq!((metadata.authorization_endpoint(), metadata.jwks_uri()), (None, None));
        assert_eq!(metadata.scopes_supported(), ["openid"]);
        assert_eq!(metadata.code_challenge_methods_supported(), [""; 0]);
        assert!(metadata.supports_client_id_metadata_documents());
    }
}

//! Discovery: the document with the server's endpoints and capabilities, used only if its issuer is the expected one; and the
//! metadata of RFC 8414.

mod server_metadata;

pub use self::server_metadata::{ServerMetadata, ServerMetadataRequest};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};
use tokio::time::Instant;

use crate::api::types::OidcConfiguration;
use crate::api::{RawResponse, ResponseValue};
use crate::call::{Options, request};
use crate::client::Client;
use crate::error::{Error, Result, VerificationFailure, clean};
use crate::operation::Operation;
use crate::response::Response;
use openapi_smith_runtime::SingleFlight;

const OPERATION: Operation = Operation::DiscoverOidcConfiguration;

impl Client {
    /// Fetches the discovery document.
    ///
    /// `discoverOidcConfiguration`, `GET /.well-known/openid-configuration`; OpenID Connect Discovery 1.0 section 4.
    ///
    /// The `issuer` in the document must be the base URL of this client, as it was given, with or without one slash at its
    /// end; nothing else is normalised. A project can be reached under an address that is not its issuer (custom domains,
    /// internal names): set the right issuer then, with [`expect_issuer`](DiscoverRequest::expect_issuer).
    ///
    /// The document rarely changes. The server forbids HTTP caches to keep it, but Ory recommends to keep it for about a day: see
    /// [`cached`](DiscoverRequest::cached).
    ///
    /// ```no_run
    /// # async fn example(ory: ory_oidc::Client) -> Result<(), ory_oidc::Error> {
    /// let discovery = ory.discover().expect_issuer("https://login.example.com").await?;
    /// println!("{:?}", discovery.jwks_uri());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Verification`](crate::ErrorKind::Verification) if the issuer is different; the message shows both.
    #[doc(alias = "discoverOidcConfiguration")]
    #[doc(alias = "/.well-known/openid-configuration")]
    pub fn discover(&self) -> DiscoverRequest {
        DiscoverRequest { client: self.clone(), issuer: ExpectedIssuer::BaseUrl, options: Options::default() }
    }
}

/// A request for the discovery document, made by [`Client::discover`].
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct DiscoverRequest {
    client: Client,
    issuer: ExpectedIssuer,
    options: Options,
}

#[derive(Clone, Debug)]
enum ExpectedIssuer {
    BaseUrl,
    Exactly(String),
    Any,
}

/// The setters of the expected issuer, for a request with a field `issuer`.
macro_rules! issuer_setters {
    ($request:ident) => {
        impl $request {
            /// Expects this issuer, compared character by character: a slash at the end counts.
            ///
            /// If not set, the issuer must be the base URL of the client; a slash at the end does not count.
            pub fn expect_issuer(mut self, issuer: impl Into<String>) -> Self {
                self.issuer = $crate::discovery::ExpectedIssuer::Exactly(issuer.into());
                self
            }

            /// Accepts any issuer.
            ///
            /// An attacker who can respond in the server's place then decides which tokens count as genuine, and which endpoints
            /// are used. Compare the issuer by other means.
            #[inline]
            pub fn any_issuer(mut self) -> Self {
                self.issuer = $crate::discovery::ExpectedIssuer::Any;
                self
            }
        }
    };
}
use issuer_setters;

issuer_setters!(DiscoverRequest);

impl DiscoverRequest {
    /// Makes a cache that sends this request on demand, and keeps the document for `lifetime`; Ory recommends a day. Nothing is
    /// sent yet.
    #[must_use]
    #[inline]
    pub fn cached(self, lifetime: Duration) -> CachedDiscovery {
        CachedDiscovery { inner: Arc::new(Cache { request: self, lifetime, flight: SingleFlight::new(None) }) }
    }

    async fn respond(self) -> Result<Response<Discovery>> {
        let Self { client, issuer, options } = self;
        let call = client.api().discover_oidc_configuration();
        options
            .send(&client, OPERATION, call, |result, sent| match result.and_then(RawResponse::decode) {
                Ok(document) => issuer.checked(client.given_base_url(), document),
                Err(error) => Err(Error::from_api(OPERATION, error).without(sent.redaction())),
            })
            .await
    }
}

request!(DiscoverRequest => Discovery);

impl ExpectedIssuer {
    /// The document, if its issuer is the expected one.
    fn checked(&self, base_url: &str, response: ResponseValue<OidcConfiguration>) -> Result<Response<Discovery>> {
        let response = Response::from_api(response).map(|document| Discovery { document });
        self.checked_response(base_url, response.value().issuer(), response.status(), response.headers())?;
        Ok(response)
    }

    /// Refuses a response with another issuer.
    fn checked_response(&self, base_url: &str, issuer: &str, status: StatusCode, headers: &HeaderMap) -> Result<()> {
        self.check(base_url, issuer).map_err(|message| {
            Error::unverified(VerificationFailure::Issuer, message)
                .with_operation(OPERATION)
                .with_response(status, headers.clone())
                .with_hint("set the right one with `expect_issuer`, or skip the check with `any_issuer`")
        })
    }

    fn check(&self, base_url: &str, issuer: &str) -> Result<(), String> {
        fn without_slash(text: &str) -> &str {
            text.strip_suffix('/').unwrap_or(text)
        }
        let (matches, expected) = match self {
            Self::Any => return Ok(()),
            Self::Exactly(expected) => (issuer == expected, expected.as_str()),
            Self::BaseUrl => (without_slash(issuer) == without_slash(base_url), base_url),
        };
        if matches {
            return Ok(());
        }
        Err(format!("the issuer is `{}`, expected was `{}`", clean(issuer, 300), clean(expected, 300)))
    }
}

/// A discovery document that is fetched on demand and kept for some time; made by [`DiscoverRequest::cached`].
///
/// Concurrent callers share one request. They also share its failure, which is not kept: the next call sends a new request. Cheap
/// to clone: clones share the document.
///
/// ```no_run
/// # async fn example(ory: ory_oidc::Client) -> Result<(), ory_oidc::Error> {
/// use std::time::Duration;
///
/// let discovery = ory.discover().expect_issuer("https://login.example.com").cached(Duration::from_secs(24 * 60 * 60));
/// println!("{:?}", discovery.get().await?.jwks_uri());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CachedDiscovery {
    inner: Arc<Cache>,
}

struct Cache {
    request: DiscoverRequest,
    lifetime: Duration,
    /// The document, with the time of its arrival.
    flight: SingleFlight<(Instant, Arc<Discovery>), Error>,
}

impl CachedDiscovery {
    /// The document, fetched if none is kept or its lifetime has ended.
    ///
    /// # Errors
    ///
    /// As for [`Client::discover`].
    pub async fn get(&self) -> Result<Arc<Discovery>> {
        let Cache { request, lifetime, flight } = &*self.inner;
        let (_, discovery) = flight
            .value(&|(since, _)| since.elapsed() < *lifetime, &|| {
                let request = request.clone();
                Box::pin(async move { Ok((Instant::now(), Arc::new(request.send().await?))) })
            })
            .await?;
        Ok(discovery)
    }

    /// The client that fetches the document.
    #[cfg(feature = "verify")]
    pub(crate) fn client(&self) -> &Client {
        &self.inner.request.client
    }

    /// Drops the document, so that the next [`get`](Self::get) fetches it: for example if an endpoint in it has moved.
    pub async fn invalidate(&self) {
        self.inner.flight.reset().await;
    }
}

impl fmt::Debug for CachedDiscovery {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedDiscovery")
            .field("request", &self.inner.request)
            .field("lifetime", &self.inner.lifetime)
            .finish_non_exhaustive()
    }
}

/// The discovery document of a server whose issuer was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Discovery {
    document: OidcConfiguration,
}

/// Methods for required and optional endpoints, each with the name of its property.
macro_rules! endpoints {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            #[inline]
            pub fn $name(&self) -> Option<Url> {
                self.resolve(Option::<&String>::from(&self.document.$name))
            }
        )*
    };
}

impl Discovery {
    #[cfg(all(test, feature = "verify"))]
    pub(crate) fn from_document(document: OidcConfiguration) -> Self {
        Self { document }
    }

    /// The issuer: what ID tokens must carry as `iss`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.document.issuer
    }

    endpoints! {
        /// Where the user's browser is sent to log in.
        authorization_endpoint
        /// Where codes and refresh tokens are turned into tokens.
        token_endpoint
        /// Where the server's public keys are.
        jwks_uri
        /// Where the claims about a user are: what [`Client::userinfo`] asks.
        userinfo_endpoint
        /// Where the user's browser is sent to log out: what [`Client::logout_url`] points to.
        end_session_endpoint
        /// Where tokens are revoked.
        revocation_endpoint
        /// Where a device without a browser begins. Absent before Hydra 25.4.
        device_authorization_endpoint
        /// The endpoint for registration.
        ///
        /// This is a setting of its own: it may be absent where [`Client::register`] works, and present where registration is
        /// switched off.
        registration_endpoint
    }

    /// Whether a client may use the URL of its own metadata as its id, without a registration (OAuth Client ID Metadata Documents).
    #[must_use]
    #[inline]
    pub fn supports_client_id_metadata_documents(&self) -> bool {
        self.document.client_id_metadata_document_supported.unwrap_or_default()
    }

    /// The endpoint that issues verifiable credentials, used by [`Client::issue_credential`].
    #[must_use]
    #[inline]
    pub fn credentials_endpoint(&self) -> Option<Url> {
        self.resolve(self.document.credentials_endpoint_draft_00.as_ref())
    }

    /// An endpoint by its property name, for those beyond the standard.
    ///
    /// An endpoint may be written relative to the issuer, as in `/userinfo`; this and the other methods resolve it. `None` if
    /// it is absent or not a URL; [`document`](Self::document) has the document as it was sent.
    #[must_use]
    #[inline]
    pub fn endpoint(&self, property: &str) -> Option<Url> {
        let document = serde_json::to_value(&self.document).ok()?;
        self.resolve(document.get(property)?.as_str())
    }

    /// The whole document, as the server sent it.
    #[must_use]
    pub fn document(&self) -> &OidcConfiguration {
        &self.document
    }

    #[inline]
    fn resolve(&self, value: Option<impl AsRef<str>>) -> Option<Url> {
        resolve(self.issuer(), value?.as_ref())
    }
}

/// An endpoint, which may be written relative to the issuer.
#[inline]
fn resolve(issuer: &str, value: &str) -> Option<Url> {
    match Url::parse(value) {
        Ok(url) => Some(url),
        Err(_) if value.is_empty() => None,
        Err(_) => Url::parse(issuer).ok()?.join(value).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_issuer_must_be_the_expected_one() {
        let base = &ExpectedIssuer::BaseUrl;
        for (base_url, issuer) in [
            ("http://h:4444", "http://h:4444"),
            ("http://h:4444/", "http://h:4444"),
            ("http://h:4444", "http://h:4444/"),
            ("https://h/p/", "https://h/p"),
        ] {
            base.check(base_url, issuer).unwrap();
        }
        for (base_url, issuer) in [
            ("http://h:4444", "http://h:4445"),
            ("http://h//", "http://h"),
            ("https://h", "https://H"),
            ("https://h/p", "https://h"),
        ] {
            let message = base.check(base_url, issuer).unwrap_err();
            assert_eq!(message, format!("the issuer is `{issuer}`, expected was `{base_url}`"));
        }
        ExpectedIssuer::Exactly("https://h/".into()).check("x", "https://h").unwrap_err();
        ExpectedIssuer::Any.check("x", "y").unwrap();
    }

    #[test]
    fn relative_endpoints_are_resolved() {
        let document = json!({
            "issuer": "https://h/p", "authorization_endpoint": "https://h/p/oauth2/auth", "token_endpoint": "/p/token",
            "jwks_uri": "", "userinfo_endpoint": "/userinfo", "subject_types_supported": [], "response_types_supported": [],
            "id_token_signing_alg_values_supported": [], "id_token_signed_response_alg": [],
            "userinfo_signed_response_alg": [], "check_session_iframe": "check"
        });
        let discovery = Discovery { document: serde_json::from_value(document).unwrap() };
        let text = |url: Option<Url>| url.map(String::from).unwrap_or_default();
        assert_eq!(text(discovery.userinfo_endpoint()), "https://h/userinfo");
        assert_eq!(text(discovery.token_endpoint()), "https://h/p/token");
        assert_eq!(text(discovery.authorization_endpoint()), "https://h/p/oauth2/auth");
        assert_eq!(text(discovery.endpoint("check_session_iframe")), "https://h/check");
        assert_eq!(discovery.jwks_uri(), None);
        assert_eq!(discovery.end_session_endpoint(), None);
    }
}

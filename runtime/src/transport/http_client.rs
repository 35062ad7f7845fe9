//! The HTTP client that is used unless the caller brings one: no redirects, no retries, TLS by the features chosen.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};

use super::error::TransportError;
use super::loopback::is_loopback;
use crate::boxed::BoxError;

/// The settings of the HTTP clients.
pub(crate) struct Settings {
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) proxies: Proxies,
}

/// The proxies of all requests but plain HTTP to this machine.
#[derive(Clone, Default)]
pub(crate) enum Proxies {
    /// Those of the environment or of the system, as reqwest finds them.
    #[default]
    Environment,
    /// These, in this order; none if it is empty.
    Chosen(Vec<reqwest::Proxy>),
}

impl Proxies {
    /// The same with one proxy more. The first chosen one takes the place of the environment's.
    pub(crate) fn and(self, proxy: reqwest::Proxy) -> Self {
        let mut chosen = match self {
            Self::Environment => Vec::new(),
            Self::Chosen(chosen) => chosen,
        };
        chosen.push(proxy);
        Self::Chosen(chosen)
    }

    pub(crate) fn are_chosen(&self) -> bool {
        matches!(self, Self::Chosen(_))
    }

    fn apply(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        match self {
            Self::Environment => builder,
            Self::Chosen(proxies) => proxies.iter().cloned().fold(builder.no_proxy(), reqwest::ClientBuilder::proxy),
        }
    }
}

/// Two HTTP clients, each built when it is needed: one for plain HTTP to this machine, and one for all other requests.
///
/// A proxy is another machine. It must not see plain HTTP to this machine, which shows each token, and reqwest has no such rule
/// for the proxies of the environment: a client uses them for all requests or for none.
pub(crate) struct HttpClients {
    settings: Settings,
    direct: OnceLock<reqwest::Client>,
    proxied: OnceLock<reqwest::Client>,
}

impl HttpClients {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, direct: OnceLock::new(), proxied: OnceLock::new() }
    }

    /// The client for requests to this URL.
    pub(crate) fn for_url(&self, url: &Url) -> Result<&reqwest::Client, BoxError> {
        let is_direct = url.scheme() == "http" && is_loopback(url);
        let client = if is_direct { &self.direct } else { &self.proxied };
        if let Some(client) = client.get() {
            return Ok(client);
        }
        let Settings { user_agent, timeout, connect_timeout, proxies } = &self.settings;
        // It decompresses nothing. Without this header a server may choose any encoding (RFC 9110, section 12.5.3).
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
        let builder = builder(url.scheme() == "https")?.default_headers(headers);
        let mut builder = builder.timeout(*timeout).connect_timeout(*connect_timeout);
        if let Some(user_agent) = user_agent {
            builder = builder.user_agent(user_agent.clone());
        }
        builder = if is_direct { builder.no_proxy() } else { proxies.apply(builder) };
        let built = builder.build()?;
        Ok(client.get_or_init(|| built))
    }
}

/// A builder of HTTP clients that follow no redirects, retry nothing, and have the TLS of this crate's features.
///
/// For a client of your own in a program that has no TLS from reqwest itself: with only this crate's feature `rustls`, a
/// plain `reqwest::Client::new()` finds no cryptography and panics.
///
/// Proxies are left to reqwest, so that one of your own takes the place of those of the environment. The latter get plain HTTP
/// to this machine, too, and with it every token: for such a base URL call `no_proxy()`.
///
/// With the feature `rustls`, TLS connections offer the server HTTP/1.1 only, whatever the features of reqwest.
///
/// # Errors
///
/// The certificates of the system cannot be loaded.
pub fn http_client_builder() -> Result<reqwest::ClientBuilder, TransportError> {
    builder(true).map_err(TransportError::unbuilt)
}

/// `https`: whether the first request is. Missing system certificates are an error at once then.
fn builder(https: bool) -> Result<reqwest::ClientBuilder, BoxError> {
    let builder = reqwest::Client::builder()
        // A redirect that is followed sends a body or a token to another address.
        .redirect(reqwest::redirect::Policy::none())
        // Retries belong to the policy: the HTTP client would also retry requests that must not be sent twice.
        .retry(reqwest::retry::never());
    #[cfg(feature = "rustls")]
    let builder = builder.tls_backend_preconfigured(rustls_config(https)?);
    #[cfg(not(feature = "rustls"))]
    let _ = https;
    Ok(builder)
}

/// rustls with ring, chosen for this client alone.
///
/// ring builds in a fraction of the time of aws-lc, reqwest's default. reqwest would use the provider of the process, and panic
/// without one. A library must neither install a provider nor depend on it, so reqwest gets the whole configuration. Certificates
/// are verified by the system's rules, as reqwest does by default, so that a company's own certificates are accepted; the
/// crate for it is in reqwest's tree anyway.
#[cfg(feature = "rustls")]
fn rustls_config(https: bool) -> Result<rustls::ClientConfig, BoxError> {
    use super::lazy_verifier::LazyVerifier;
    use rustls_platform_verifier::BuilderVerifierExt;
    use std::sync::Arc;

    // Only the text is kept: the error itself would bring the `Debug` of all of rustls's errors into the build.
    let as_text = |error: rustls::Error| BoxError::from(error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(as_text)?;
    let builder = if https {
        builder.with_platform_verifier().map_err(as_text)?
    } else {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(LazyVerifier::new(provider)))
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

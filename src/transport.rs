//! The HTTP client that is used unless the caller brings one: no redirects, no retries, TLS by the feature chosen.

use std::time::Duration;

use reqwest::header::HeaderValue;

use crate::error::{BoxError, Error};
use crate::proxy;

/// Builds the HTTP client. `https`: whether the base URL is, so that missing system certificates are an error at once.
pub(crate) fn http_client(
    user_agent: HeaderValue,
    timeout: Duration,
    connect_timeout: Duration,
    https: bool,
) -> Result<reqwest::Client, Error> {
    if https && !cfg!(any(feature = "rustls", feature = "native-tls")) {
        return Err(Error::invalid(
            None,
            "base url: https needs the feature `rustls` or `native-tls` of ory-oidc, or an http client of your own given to \
             `http_client`",
        ));
    }
    let builder = builder(https)?.user_agent(user_agent).timeout(timeout).connect_timeout(connect_timeout);
    builder.proxy(proxy::of_environment()).build().map_err(|error| cannot_build(error.into()))
}

/// A builder of HTTP clients that follow no redirects, retry nothing, and have the TLS of this crate's features.
///
/// For a client of your own ([`ClientBuilder::http_client`](crate::ClientBuilder::http_client), [`api::Client::new`](crate::api::Client::new))
/// in a program that has no TLS from reqwest itself: with only this crate's `rustls` feature on, a plain
/// `reqwest::Client::new()` finds no cryptography and panics.
///
/// Proxies are left to reqwest, so that one of your own takes the place of those of the environment. The latter get plain http
/// to this machine, too, and with it every token: for such a base URL call `no_proxy()`.
///
/// With the feature `rustls`, TLS connections offer the server HTTP/1.1 only, whatever the features of reqwest.
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the certificates of the system cannot be loaded.
///
/// # Example
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let http = ory_oidc::http_client_builder()?.user_agent("shop/2.1").build()?;
/// let client = ory_oidc::Client::builder("https://example.projects.oryapis.com").http_client(http).build()?;
/// # Ok(())
/// # }
/// ```
pub fn http_client_builder() -> Result<reqwest::ClientBuilder, Error> {
    builder(true)
}

fn builder(https: bool) -> Result<reqwest::ClientBuilder, Error> {
    let builder = reqwest::Client::builder()
        // The result of a logout is its Location; any other redirect would send a body or a token to another address.
        .redirect(reqwest::redirect::Policy::none())
        // Replacing a client twice locks it out for good.
        .retry(reqwest::retry::never());
    #[cfg(feature = "rustls")]
    let builder = builder.tls_backend_preconfigured(rustls_config(https).map_err(cannot_build)?);
    #[cfg(not(feature = "rustls"))]
    let _ = https;
    Ok(builder)
}

fn cannot_build(source: BoxError) -> Error {
    Error::invalid(None, "the http client cannot be built").with_source(source)
}

/// rustls with ring, chosen for this client alone.
///
/// ring builds in a fraction of the time of aws-lc, reqwest's default. reqwest would use the provider of the process, and panic
/// without one. A library must neither install a provider nor depend on it, so reqwest gets the whole configuration. Certificates
/// are verified by the system's rules, as reqwest does by default, so that a company's own certificates are accepted; the
/// crate for it is in reqwest's tree anyway.
#[cfg(feature = "rustls")]
fn rustls_config(https: bool) -> Result<rustls::ClientConfig, BoxError> {
    use crate::lazy_verifier::LazyVerifier;
    use rustls_platform_verifier::BuilderVerifierExt;
    use std::sync::Arc;

    // Only the text is kept: the error itself would bring the `Debug` of all of rustls's errors into the build.
    let in_words = |error: rustls::Error| BoxError::from(error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(in_words)?;
    let builder = if https {
        builder.with_platform_verifier().map_err(in_words)?
    } else {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(LazyVerifier::new(provider)))
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

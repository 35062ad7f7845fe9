//! [`Client`] and [`ClientBuilder`]: where the server is, and what holds for all calls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::api;
use crate::error::{Error, Result};
use crate::headers::Headers;
use crate::hook::{Adapter, Hook};
use openapi_smith_runtime::{BoxError, BuildError, RetryPolicy, Transport, is_loopback};

/// The environment variable with the base URL.
const BASE_URL: &str = "ORY_SDK_URL";

const OUR_AGENT: &str = concat!("ory-oidc/", env!("CARGO_PKG_VERSION"));

/// Client for the OpenID Connect operations of one Ory project or one self-hosted Hydra.
///
/// Cheap to clone: clones share the connections and the settings. One client serves any number of tasks, users and tokens,
/// since no token is kept in it: each operation takes the one that it needs.
///
/// | method | credential |
/// |---|---|
/// | [`discover`](Self::discover), [`register`](Self::register), [`start_logout`](Self::start_logout) | none |
/// | [`read_client`](Self::read_client), [`replace_client`](Self::replace_client), [`delete_client`](Self::delete_client) | the client's registration access token, in its [`RegistrationHandle`](crate::RegistrationHandle) |
/// | [`userinfo`](Self::userinfo), [`credential_nonce`](Self::credential_nonce), [`issue_credential`](Self::issue_credential) | an access token of the user |
///
/// ```no_run
/// # async fn example() -> Result<(), ory_oidc::Error> {
/// let ory = ory_oidc::Client::builder("https://slug.projects.oryapis.com").user_agent("shop/2.1").build()?;
/// let discovery = ory.discover().await?;
/// println!("{}", discovery.issuer());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    api: api::Client,
    /// As it was given, for comparing the issuer with: `Url` normalises.
    given: String,
    /// The default headers, for requests that are not calls.
    headers: HeaderMap,
    /// Whether plain HTTP to another machine is allowed.
    #[cfg(feature = "verify")]
    allow_http: bool,
    retries: Option<RetryPolicy>,
}

impl Client {
    /// Starts building a client for the server at `base_url`.
    ///
    /// The base URL is absolute, `https` (or `http` for the machine itself), without query, fragment and user name. A path,
    /// for a server behind a proxy, and a trailing slash are fine. For the Ory Network it is the project's SDK URL,
    /// `https://{slug}.projects.oryapis.com` or a custom domain.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        let base_url = base_url.into();
        ClientBuilder {
            api: api::Client::builder(&base_url)
                .response_limit(ClientBuilder::DEFAULT_RESPONSE_LIMIT)
                .strict_responses(true)
                .bodies_in_errors(false),
            base_url,
            from_env: false,
            user_agent: None,
            headers: Headers::default(),
            has_transport: false,
            allow_http: false,
            retries: None,
        }
    }

    /// Builds a client for the server in the environment variable `ORY_SDK_URL`, with the default settings.
    ///
    /// Ory's own tools and SDKs read the same variable. [`builder_from_env`](Self::builder_from_env) is for other settings.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), ory_oidc::Error> {
    /// let ory = ory_oidc::Client::from_env()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the variable is not set, or not a base URL.
    pub fn from_env() -> Result<Self> {
        Self::builder_from_env()?.build()
    }

    /// Starts building a client for the server in the environment variable `ORY_SDK_URL`.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the variable is not set, or is empty.
    pub fn builder_from_env() -> Result<ClientBuilder> {
        match std::env::var(BASE_URL) {
            Ok(base_url) if !base_url.trim().is_empty() => {
                Ok(ClientBuilder { from_env: true, ..Self::builder(base_url.trim()) })
            }
            // The value is not shown: it may be anything.
            Err(std::env::VarError::NotUnicode(_)) => Err(Error::invalid(None, format!("{BASE_URL} is not UTF-8"))),
            _ => Err(Error::invalid(
                None,
                format!("{BASE_URL} is not set: set it to the base URL, like `https://slug.projects.oryapis.com`"),
            )),
        }
    }

    /// The base URL.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        self.inner.api.base_url()
    }

    /// The generated client underneath, one method an operation.
    ///
    /// It has the settings of this client, but retries nothing. Hooks see the status of its failures, and no kind.
    #[must_use]
    pub fn api(&self) -> &api::Client {
        &self.inner.api
    }

    /// The time limit of each call; `None` if it is left to an HTTP client of the caller's own.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.inner.api.core().timeout()
    }

    pub(crate) fn retries(&self) -> Option<&RetryPolicy> {
        self.inner.retries.as_ref()
    }

    #[cfg(feature = "verify")]
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.inner.headers
    }

    #[cfg(feature = "verify")]
    pub(crate) fn allows_http(&self) -> bool {
        self.inner.allow_http
    }

    pub(crate) fn given_base_url(&self) -> &str {
        &self.inner.given
    }
}

/// Shows the base URL and the names of the headers.
impl fmt::Debug for Client {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url().as_str())
            .field("headers", &self.inner.headers.keys().collect::<Vec<_>>())
            .field("timeout", &self.timeout())
            .finish_non_exhaustive()
    }
}

/// Settings of a [`Client`] to be; see [`Client::builder`].
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    api: api::ClientBuilder,
    base_url: String,
    /// Whether the base URL was read from the environment.
    from_env: bool,
    user_agent: Option<String>,
    headers: Headers,
    has_transport: bool,
    allow_http: bool,
    retries: Option<RetryPolicy>,
}

impl ClientBuilder {
    /// How long a whole call may take unless something else is set: 30 seconds.
    pub const DEFAULT_TIMEOUT: Duration = openapi_smith_runtime::DEFAULT_TIMEOUT;
    /// How long connecting may take unless something else is set: 5 seconds.
    pub const DEFAULT_CONNECT_TIMEOUT: Duration = openapi_smith_runtime::DEFAULT_CONNECT_TIMEOUT;
    /// The default limit of the response size: 4 MiB.
    pub const DEFAULT_RESPONSE_LIMIT: u64 = 4 << 20;

    /// Names your program in `User-Agent`, in front of this crate's name: `shop/2.1 ory-oidc/0.1.0`.
    ///
    /// This crate's name alone if not set; with an [`http_client`](Self::http_client) of your own, what that client sends.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// Limits how long a whole call may take, from connecting to the last byte of the response; where [`retries`](Self::retries)
    /// are on, each attempt.
    ///
    /// [`DEFAULT_TIMEOUT`](Self::DEFAULT_TIMEOUT) if not set; with an [`http_client`](Self::http_client) of your own, what
    /// that client is set to.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.api = self.api.timeout(timeout);
        self
    }

    /// Limits how long connecting may take.
    ///
    /// [`DEFAULT_CONNECT_TIMEOUT`](Self::DEFAULT_CONNECT_TIMEOUT) if not set. Cannot be combined with an
    /// [`http_client`](Self::http_client) of your own, which has its own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.api = self.api.connect_timeout(timeout);
        self
    }

    /// Sends requests through this proxy, in place of those of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`) or of the
    /// system. Of several, the first that accepts the address of a request is used.
    ///
    /// Plain http to this machine never goes through a proxy. To an `https` address the proxy opens a tunnel, and sees host and port
    /// only. `NO_PROXY` has no effect, unless the proxy is given [`NoProxy::from_env`](reqwest::NoProxy::from_env). Cannot be
    /// combined with an [`http_client`](Self::http_client) of your own, which has its own. See [the guide](crate::guide::proxies).
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use ory_oidc::reqwest::Proxy;
    ///
    /// let proxy = Proxy::all("http://proxy.example:3128")?.basic_auth("shop", "secret");
    /// let ory = ory_oidc::Client::builder("https://slug.projects.oryapis.com").proxy(proxy).build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.api = self.api.proxy(proxy);
        self
    }

    /// Sends requests through no proxy, whatever the environment or the system says. Proxies that were set before are dropped.
    ///
    /// Cannot be combined with an [`http_client`](Self::http_client) of your own, which has its own proxies.
    #[inline]
    pub fn no_proxy(mut self) -> Self {
        self.api = self.api.no_proxy();
        self
    }

    /// Limits the size of a response in bytes, counted after decompression. A larger response is an error.
    ///
    /// [`DEFAULT_RESPONSE_LIMIT`](Self::DEFAULT_RESPONSE_LIMIT) if not set.
    pub fn response_limit(mut self, limit: u64) -> Self {
        self.api = self.api.response_limit(limit);
        self
    }

    /// Sends a header with every call, such as `X-Forwarded-Host`.
    ///
    /// A name or a value that cannot be sent is reported by [`build`](Self::build). `Authorization` cannot be set: most
    /// operations must not carry one, and the others take their token as an argument.
    pub fn default_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        self.headers.set(name, value);
        self
    }

    /// Uses an HTTP client of your own, with its connections, proxies and TLS settings.
    ///
    /// Without one, requests go through the proxies of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, except for
    /// `NO_PROXY`) or of the system; plain HTTP to this machine never does. A client of your own has its own rules: for a base
    /// URL that is plain HTTP on this machine, turn proxies off in it with `no_proxy()`, or the proxy sees every token.
    ///
    /// Turn redirects off in it, with `reqwest::redirect::Policy::none()`: a redirect that is followed sends tokens and
    /// client documents elsewhere, and makes [`start_logout`](Client::start_logout) useless. Turn retries off as well,
    /// with `reqwest::retry::never()`: over HTTP/2, reqwest repeats a request that the server claims not to have processed; if that
    /// is not so, a client is registered or replaced twice. [`http_client_builder`](crate::http_client_builder) has both off.
    #[inline]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        (self.api, self.has_transport) = (self.api.http_client(client), true);
        self
    }

    /// Uses a transport of your own: a [`reqwest::Client`] with tower's layers around it, or a server in the memory of a test.
    ///
    /// The rules of [`http_client`](Self::http_client) hold.
    #[inline]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        (self.api, self.has_transport) = (self.api.transport(transport), true);
        self
    }

    /// Retries transient failures of reads, with the backoff and the limits of the policy. Off by default.
    ///
    /// Only reads are retried: [discovery](Client::discover), [reading a client](Client::read_client),
    /// [userinfo](Client::userinfo) and the issuer's keys (feature `verify`), after an error that [is retryable](Error::is_retryable). Registering, replacing and deleting
    /// a client, issuing a credential and logging out are never retried.
    ///
    /// The backoff uses tokio's clock, like reqwest's timeouts: the runtime needs `enable_time`.
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.retries = Some(policy);
        self
    }

    /// Adds a hook, called before and after each attempt of each call. Hooks are called in the order in which they were added.
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.api = self.api.hook(Adapter { hook, base_url: self.base_url.clone() });
        self
    }

    /// Allows plain `http` to a machine other than this one, for the base URL and, if that is `http`, for the issuer's keys.
    ///
    /// Every token and every client secret then crosses the network in the clear, and the keys can be replaced on their way. It
    /// is meant for networks that are protected by other means, such as a service mesh.
    pub fn allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), naming the setting that cannot be used and what to do.
    pub fn build(self) -> Result<Client> {
        let base = parse_base_url(&self.base_url, self.allow_http).map_err(|problem| {
            let from = if self.from_env { format!(" (from {BASE_URL})") } else { String::new() };
            Error::invalid(None, format!("base URL{from}: {problem}"))
        })?;
        if base.scheme() == "https" && !self.has_transport && !cfg!(any(feature = "rustls", feature = "native-tls")) {
            return Err(Error::invalid(
                None,
                "base URL: https needs the feature `rustls` or `native-tls` of ory-oidc, or an HTTP client of your own given \
                 to `http_client`",
            ));
        }
        let headers = self.headers.checked().map_err(|fault| Error::invalid(None, fault))?.clone();
        let mut api = self.api;
        for (name, value) in &headers {
            api = api.default_header(name.clone(), value.clone());
        }
        // A client of the caller's own may go by a name of its own, which cannot be seen from here; a header would hide it.
        if !self.has_transport || self.user_agent.is_some() {
            let agent =
                self.user_agent.map_or_else(|| OUR_AGENT.to_owned(), |product| format!("{product} {OUR_AGENT}"));
            api = api.user_agent(&agent);
        }
        let api = api.build().map_err(|error| match error {
            BuildError::ConnectTimeout => {
                Error::invalid(None, "connect timeout: cannot be applied to an HTTP client of your own: set it there")
            }
            BuildError::Proxy => {
                Error::invalid(None, "proxy: cannot be applied to an HTTP client of your own: set it there")
            }
            // The default headers were checked before.
            BuildError::Header(_) => Error::invalid(None, "user agent: contains a control character"),
            BuildError::HttpClient(source) => cannot_build(source),
            other => Error::invalid(None, "base URL: cannot be used").with_source(other),
        })?;
        Ok(Client {
            inner: Arc::new(Inner {
                api,
                // `Url` ignores these characters around it, such as the end of a line in a file.
                given: self.base_url.trim_matches(|c| c <= ' ').to_owned(),
                headers,
                #[cfg(feature = "verify")]
                allow_http: self.allow_http,
                retries: self.retries,
            }),
        })
    }
}

/// Shows the settings; of the headers, that they are there.
impl fmt::Debug for ClientBuilder {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("api", &self.api)
            .field("user_agent", &self.user_agent)
            .field("allow_http", &self.allow_http)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}

/// A builder of HTTP clients that follow no redirects, retry nothing, and have the TLS of this crate's features.
///
/// For a client of your own ([`ClientBuilder::http_client`]) in a program that has no TLS from reqwest itself: with only this
/// crate's `rustls` feature on, a plain `reqwest::Client::new()` finds no cryptography and panics.
///
/// Proxies are left to reqwest, so that one of your own takes the place of those of the environment. The latter get plain HTTP
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
/// # fn main() -> Result<(), ory_oidc::Error> {
/// let http = ory_oidc::http_client_builder()?.user_agent("shop/2.1").build().unwrap();
/// let client = ory_oidc::Client::builder("https://example.projects.oryapis.com").http_client(http).build()?;
/// # Ok(())
/// # }
/// ```
pub fn http_client_builder() -> Result<reqwest::ClientBuilder> {
    openapi_smith_runtime::http_client_builder().map_err(|error| cannot_build(error.into_source()))
}

fn cannot_build(source: BoxError) -> Error {
    Error::invalid(None, "the HTTP client cannot be built").with_source(source)
}

/// Parses and checks the base URL. The problem does not show the URL, which may contain a password.
fn parse_base_url(text: &str, allow_http: bool) -> Result<Url, &'static str> {
    let Ok(url) = Url::parse(text) else {
        return Err("is not an absolute URL: write it like `https://slug.projects.oryapis.com`");
    };
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("is neither https nor http");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("has a query or a fragment: give it without");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("has a user name or a password: give it without, tokens are given to the operations");
    }
    if url.scheme() == "http" && !allow_http && !is_loopback(&url) {
        return Err(
            "is plain HTTP to another machine, which shows every secret on the way: use HTTPS, or call `allow_http()`",
        );
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn base_urls() {
        let good = [
            "https://slug.projects.oryapis.com",
            "https://slug.projects.oryapis.com/",
            "https://host/prefix",
            "https://host:8443/prefix/",
            "http://127.0.0.1:4444",
            "http://127.8.9.1",
            "http://[::1]:4444/",
            "http://localhost:4444",
            "http://hydra.localhost",
        ];
        for url in good {
            parse_base_url(url, false).unwrap();
        }
        let bad = [
            "",
            "slug.projects.oryapis.com",
            "/path",
            "ftp://host",
            "file:///etc",
            "mailto:a@b",
            "https://host/?a",
            "https://host/#a",
            "https://user@host",
            "https://user:hunter2@host",
            "http://host",
            "http://localhost.example.com",
            "http://10.0.0.1:4444",
        ];
        for url in bad {
            parse_base_url(url, false).unwrap_err();
            let error = Client::builder(url).build().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().starts_with("base URL: "), "{error}");
            assert!(!format!("{error:?} {error}").contains("hunter2"));
        }
        parse_base_url("http://10.0.0.1:4444", true).unwrap();
        for (text, given) in [
            ("https://host/prefix\n", "https://host/prefix"),
            ("\u{1} https://host/prefix \u{0}", "https://host/prefix"),
            // `Url` escapes it, as a part of the path.
            ("https://host/prefix\u{a0}", "https://host/prefix\u{a0}"),
        ] {
            assert_eq!(Client::builder(text).build().unwrap().given_base_url(), given);
        }
    }

    #[test]
    fn settings_that_cannot_be() {
        let builder = || Client::builder("http://127.0.0.1:1");
        let own = http_client_builder().unwrap().build().unwrap();
        for (builder, place) in [
            (builder().user_agent("a\nb"), "user agent"),
            (builder().default_header("x-a", "secret\n"), "header `x-a`"),
            (builder().default_header("x a", "b"), "name"),
            (builder().default_header("Authorization", "Bearer secret"), "authorization"),
            (builder().http_client(own.clone()).connect_timeout(Duration::ZERO), "connect timeout"),
            (builder().http_client(own).no_proxy(), "proxy"),
        ] {
            let error = builder.build().unwrap_err();
            assert!(error.to_string().contains(place), "{error}");
            assert!(!error.to_string().contains("secret"));
        }
        let client = builder().default_header("cookie", "canary").user_agent("shop/1").build().unwrap();
        assert!(!format!("{client:?}").contains("canary"));
    }
}

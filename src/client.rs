//! [`Client`] and [`ClientBuilder`]: where the server is, and what holds for all calls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use crate::api;
use crate::call::Headers;
use crate::error::{Error, Result};
use crate::hook::Hook;
use crate::loopback::is_loopback;
use crate::retry::RetryPolicy;
use crate::transport;

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
    headers: HeaderMap,
    timeout: Option<Duration>,
    /// Of the HTTP client, if it was built here.
    http_timeout: Option<Duration>,
    /// Whether plain http to another machine is allowed.
    #[cfg_attr(not(feature = "verify"), allow(dead_code, reason = "calls go to the base url, which `build` checks"))]
    allow_http: bool,
    retries: Option<RetryPolicy>,
    hooks: Vec<Arc<dyn Hook>>,
}

impl Client {
    /// Starts building a client for the server at `base_url`.
    ///
    /// The base URL is absolute, `https` (or `http` for the machine itself), without query, fragment and user name. A path,
    /// for a server behind a proxy, and a trailing slash are fine. For the Ory Network it is the project's SDK URL,
    /// `https://{slug}.projects.oryapis.com` or a custom domain.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            base_url: base_url.into(),
            user_agent: None,
            timeout: None,
            connect_timeout: None,
            response_limit: ClientBuilder::DEFAULT_RESPONSE_LIMIT,
            headers: Headers::default(),
            http_client: None,
            allow_http: false,
            retries: None,
            hooks: Vec::new(),
        }
    }

    /// The base URL.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        self.inner.api.base_url()
    }

    /// The generated client underneath, one method an operation.
    ///
    /// The headers that were set for each call are not in it, nor is the timeout if the HTTP client is one of your own: give
    /// them as [`api::CallOptions`].
    #[must_use]
    pub fn api(&self) -> &api::Client {
        &self.inner.api
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.inner.headers
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.inner.timeout
    }

    /// The timeout that calls have without being given one.
    pub(crate) fn http_timeout(&self) -> Option<Duration> {
        self.inner.http_timeout
    }

    pub(crate) fn retries(&self) -> Option<&RetryPolicy> {
        self.inner.retries.as_ref()
    }

    pub(crate) fn hooks(&self) -> &[Arc<dyn Hook>] {
        &self.inner.hooks
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
            .field("timeout", &self.inner.timeout)
            .finish_non_exhaustive()
    }
}

/// Settings of a [`Client`] to be; see [`Client::builder`].
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    base_url: String,
    user_agent: Option<String>,
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    response_limit: u64,
    headers: Headers,
    http_client: Option<reqwest::Client>,
    allow_http: bool,
    retries: Option<RetryPolicy>,
    hooks: Vec<Arc<dyn Hook>>,
}

impl ClientBuilder {
    /// How long a whole call may take unless something else is set: 30 seconds.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
    /// How long connecting may take unless something else is set: 5 seconds.
    pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
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
        self.timeout = Some(timeout);
        self
    }

    /// Limits how long connecting may take.
    ///
    /// [`DEFAULT_CONNECT_TIMEOUT`](Self::DEFAULT_CONNECT_TIMEOUT) if not set. Cannot be combined with an
    /// [`http_client`](Self::http_client) of your own, which has its own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Limits the size of a response in bytes, counted after decompression. A larger response is an error.
    ///
    /// [`DEFAULT_RESPONSE_LIMIT`](Self::DEFAULT_RESPONSE_LIMIT) if not set.
    pub fn response_limit(mut self, limit: u64) -> Self {
        self.response_limit = limit;
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
    /// `NO_PROXY`) or of the system; plain http to this machine never does. A client of your own has its own rules: for a base
    /// URL that is plain http on this machine, turn proxies off in it with `no_proxy()`, or the proxy sees every token.
    ///
    /// Turn redirects off in it, with `reqwest::redirect::Policy::none()`: a redirect that is followed sends tokens and
    /// client documents elsewhere, and makes [`start_logout`](Client::start_logout) useless. Turn repetition off as well,
    /// with `reqwest::retry::never()`: over HTTP/2, reqwest sends again what a server says that it has not looked at, and if that
    /// is not so, a client is registered or replaced twice. [`http_client_builder`](crate::http_client_builder) has both off.
    #[inline]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Retries transient failures, by the rules of [`RetryPolicy`]. Off by default.
    ///
    /// The backoff uses tokio's clock, like reqwest's timeouts: the runtime needs `enable_time`.
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.retries = Some(policy);
        self
    }

    /// Adds a hook, called before and after each attempt of each call. Hooks are called in the order in which they were added.
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.hooks.push(Arc::new(hook));
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
        let base = parse_base_url(&self.base_url, self.allow_http)?;
        let mut headers = self.headers.checked().map_err(|fault| Error::invalid(None, fault))?.clone();
        let agent = match &self.user_agent {
            Some(product) => format!("{product} {OUR_AGENT}"),
            None => OUR_AGENT.to_owned(),
        };
        let agent = HeaderValue::from_str(&agent)
            .map_err(|_| Error::invalid(None, "user agent: contains a control character"))?;

        let (http, timeout, http_timeout) = match self.http_client {
            Some(_) if self.connect_timeout.is_some() => {
                return Err(Error::invalid(
                    None,
                    "connect timeout: cannot be applied to an http client of your own: set it there",
                ));
            }
            Some(http) => {
                // It may go by a name of its own, which cannot be seen from here; a header would hide it.
                if self.user_agent.is_some() && !headers.contains_key(USER_AGENT) {
                    headers.insert(USER_AGENT, agent);
                }
                (http, self.timeout, None)
            }
            None => {
                let timeout = self.timeout.unwrap_or(Self::DEFAULT_TIMEOUT);
                let connect_timeout = self.connect_timeout.unwrap_or(Self::DEFAULT_CONNECT_TIMEOUT);
                let http = transport::http_client(agent, timeout, connect_timeout, base.scheme() == "https")?;
                (http, Some(timeout), Some(timeout))
            }
        };
        let api = api::Client::new(base.as_str(), http)
            .map_err(|error| Error::invalid(None, "base url: cannot be used").with_source(error))?
            .with_response_limit(self.response_limit);
        let (given, allow_http, retries, hooks) = (self.base_url, self.allow_http, self.retries, self.hooks);
        Ok(Client { inner: Arc::new(Inner { api, given, headers, timeout, http_timeout, allow_http, retries, hooks }) })
    }
}

/// Shows the settings; of the headers, that they are there.
impl fmt::Debug for ClientBuilder {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("user_agent", &self.user_agent)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("response_limit", &self.response_limit)
            .field("allow_http", &self.allow_http)
            .field("retries", &self.retries)
            .field("hooks", &self.hooks.len())
            .finish_non_exhaustive()
    }
}

/// Parses and checks the base URL. The error does not show the URL, which may contain a password.
fn parse_base_url(text: &str, allow_http: bool) -> Result<Url> {
    let invalid = |problem: &str| Err(Error::invalid(None, format!("base url: {problem}")));
    let Ok(url) = Url::parse(text) else {
        return invalid("is not an absolute url: write it like `https://slug.projects.oryapis.com`");
    };
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return invalid("is neither https nor http");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return invalid("has a query or a fragment: give it without");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return invalid("has a user name or a password: give it without, tokens are given to the operations");
    }
    if url.scheme() == "http" && !allow_http && !is_loopback(&url) {
        return invalid(
            "is plain http to another machine, which shows every secret on the way: use https, or say `allow_http()`",
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
            let error = parse_base_url(url, false).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().starts_with("base url: "), "{error}");
            assert!(!format!("{error:?} {error}").contains("hunter2"));
        }
        parse_base_url("http://10.0.0.1:4444", true).unwrap();
    }

    #[test]
    fn settings_that_cannot_be() {
        let builder = || Client::builder("http://127.0.0.1:1");
        let own = transport::http_client_builder().unwrap().build().unwrap();
        for (builder, place) in [
            (builder().user_agent("a\nb"), "user agent"),
            (builder().default_header("x-a", "secret\n"), "header `x-a`"),
            (builder().default_header("x a", "b"), "name"),
            (builder().default_header("Authorization", "Bearer secret"), "authorization"),
            (builder().http_client(own).connect_timeout(Duration::ZERO), "connect timeout"),
        ] {
            let error = builder.build().unwrap_err();
            assert!(error.to_string().contains(place), "{error}");
            assert!(!error.to_string().contains("secret"));
        }
        let client = builder().default_header("cookie", "canary").user_agent("shop/1").build().unwrap();
        assert!(!format!("{client:?}").contains("canary"));
    }
}

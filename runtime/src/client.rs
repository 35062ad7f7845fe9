//! The state of a generated client: the base URL, the credentials, and the settings of all calls.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use crate::base_url::{InvalidBaseUrl, parse};
use crate::boxed::{BoxError, BoxFuture};
use crate::credential::Credential;
use crate::hook::Hook;
use crate::operation::Api;
use crate::retry::RetryPolicy;
use crate::transport::{HttpClients, Proxies, Sender, Settings, Transport, TransportError};

/// How many bytes the body of a response may have, unless the client or the call sets another limit: 16 MiB.
pub const DEFAULT_RESPONSE_LIMIT: u64 = 16 * 1024 * 1024;

/// How long a call may take unless the client or the call sets another limit: 30 seconds.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// How long connecting may take unless the client sets another limit: 5 seconds.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings of a client that is not built yet.
#[derive(Clone)]
pub struct Builder {
    api: &'static Api,
    base_url: String,
    user_agent: Option<String>,
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    proxies: Proxies,
    response_limit: u64,
    is_strict: bool,
    has_messages: bool,
    headers: HeaderMap,
    /// Whether a header cannot be sent.
    has_invalid_header: bool,
    transport: Option<Sender>,
    retry: Option<RetryPolicy>,
    hooks: Vec<Arc<dyn Hook>>,
    credentials: Vec<Option<Credential>>,
}

impl Builder {
    /// The settings of a client of the server at `base_url`.
    pub fn new(api: &'static Api, base_url: &str) -> Self {
        Self {
            api,
            base_url: base_url.to_owned(),
            user_agent: None,
            timeout: None,
            connect_timeout: None,
            proxies: Proxies::default(),
            response_limit: DEFAULT_RESPONSE_LIMIT,
            is_strict: false,
            has_messages: true,
            headers: HeaderMap::new(),
            has_invalid_header: false,
            transport: None,
            retry: None,
            hooks: Vec::new(),
            credentials: vec![None; api.schemes.len()],
        }
    }

    /// The header `User-Agent`.
    pub fn user_agent(mut self, product: &str) -> Self {
        self.user_agent = Some(product.to_owned());
        self
    }

    /// The limit for a call, or for each of its attempts.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The limit for connecting.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Adds a proxy, in place of those of the environment.
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.proxies = self.proxies.and(proxy);
        self
    }

    /// No proxy.
    pub fn no_proxy(mut self) -> Self {
        self.proxies = Proxies::Chosen(Vec::new());
        self
    }

    /// The limit for the body of a response.
    pub fn response_limit(mut self, bytes: u64) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Whether a response has to be one that the operation declares.
    pub fn strict_responses(mut self, is_strict: bool) -> Self {
        self.is_strict = is_strict;
        self
    }

    /// Whether errors show what the server says about a failure.
    pub fn bodies_in_errors(mut self, are_shown: bool) -> Self {
        self.has_messages = are_shown;
        self
    }

    /// A header of every request.
    pub fn default_header(mut self, name: Option<HeaderName>, value: Option<HeaderValue>) -> Self {
        match name.zip(value) {
            Some((name, mut value)) => {
                value.set_sensitive(true);
                self.headers.insert(name, value);
            }
            None => self.has_invalid_header = true,
        }
        self
    }

    /// reqwest as the transport, which is called directly.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.transport = Some(Sender::Http(client));
        self
    }

    /// Any transport.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(Sender::Other(transport));
        self
    }

    /// The retry policy for safe methods.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Adds a hook.
    pub fn hook(mut self, hook: Arc<dyn Hook>) -> Self {
        self.hooks.push(hook);
        self
    }

    /// A credential for the scheme with this index.
    pub fn credential(mut self, scheme: usize, credential: Credential) -> Self {
        if let Some(slot) = self.credentials.get_mut(scheme) {
            *slot = Some(credential);
        }
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// A setting is invalid.
    pub fn build(self) -> Result<ClientCore, BuildError> {
        let base_url = parse(&self.base_url).map_err(BuildError::BaseUrl)?;
        if self.has_invalid_header {
            return Err(BuildError::Header("a default header has a name or value that cannot be sent"));
        }
        let user_agent = self.user_agent.as_deref().map(HeaderValue::from_str).transpose();
        let user_agent = user_agent.map_err(|_| BuildError::Header("the user agent cannot be sent as a header"))?;
        let mut headers = self.headers;
        let (sender, timeout, http_timeout) = match self.transport {
            Some(_) if self.connect_timeout.is_some() => return Err(BuildError::ConnectTimeout),
            Some(_) if self.proxies.are_chosen() => return Err(BuildError::Proxy),
            Some(sender) => {
                // Without a chosen user agent no header is set: the transport may have a user agent of its own.
                if let Some(user_agent) = user_agent.filter(|_| !headers.contains_key(USER_AGENT)) {
                    headers.insert(USER_AGENT, user_agent);
                }
                (sender, self.timeout, None)
            }
            None => {
                let timeout = self.timeout.unwrap_or(DEFAULT_TIMEOUT);
                let connect_timeout = self.connect_timeout.unwrap_or(DEFAULT_CONNECT_TIMEOUT);
                let clients =
                    HttpClients::new(Settings { user_agent, timeout, connect_timeout, proxies: self.proxies });
                clients.for_url(&base_url).map_err(BuildError::HttpClient)?;
                (Sender::Ours(Arc::new(clients)), Some(timeout), Some(timeout))
            }
        };
        let shared = Shared {
            api: self.api,
            base_url,
            sender,
            headers,
            hooks: self.hooks,
            retry: self.retry,
            timeout,
            http_timeout,
            response_limit: self.response_limit,
            is_strict: self.is_strict,
            has_messages: self.has_messages,
            servers: vec![None; self.api.servers.len()],
            one_server: false,
            credentials: self.credentials,
        };
        Ok(ClientCore { shared: Arc::new(shared) })
    }
}

/// Shows the settings; of headers and credentials, nothing.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("user_agent", &self.user_agent)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("response_limit", &self.response_limit)
            .field("retry", &self.retry)
            .field("hooks", &self.hooks.len())
            .finish_non_exhaustive()
    }
}

/// Why a client cannot be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL is invalid.
    BaseUrl(InvalidBaseUrl),
    /// A default header or the user agent cannot be sent. The text names which.
    Header(&'static str),
    /// A transport of your own has its own limit for connecting.
    ConnectTimeout,
    /// A transport of your own has its own proxies.
    Proxy,
    /// The HTTP client cannot be built, for example because the certificates of the system cannot be loaded.
    HttpClient(BoxError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BaseUrl(error) => error.fmt(f),
            Self::Header(problem) => f.write_str(problem),
            Self::ConnectTimeout => {
                f.write_str("the connect timeout cannot be applied to a transport of your own: set it there")
            }
            Self::Proxy => f.write_str("proxies cannot be applied to a transport of your own: set them there"),
            Self::HttpClient(_) => f.write_str("the HTTP client cannot be built"),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::HttpClient(error) => Some(&**error),
            Self::BaseUrl(_) | Self::Header(_) | Self::ConnectTimeout | Self::Proxy => None,
        }
    }
}

/// The state of a generated client. A clone is cheap and shares the connections.
#[derive(Clone)]
pub struct ClientCore {
    shared: Arc<Shared>,
}

#[derive(Clone)]
struct Shared {
    api: &'static Api,
    base_url: Url,
    sender: Sender,
    headers: HeaderMap,
    hooks: Vec<Arc<dyn Hook>>,
    retry: Option<RetryPolicy>,
    timeout: Option<Duration>,
    /// Of the HTTP client, if it was built here.
    http_timeout: Option<Duration>,
    response_limit: u64,
    is_strict: bool,
    has_messages: bool,
    servers: Vec<Option<Url>>,
    one_server: bool,
    credentials: Vec<Option<Credential>>,
}

impl ClientCore {
    /// The same client with a credential for the scheme with this index.
    #[must_use]
    pub fn with_credential(self, scheme: usize, credential: Credential) -> Self {
        self.with(|shared| {
            if let Some(slot) = shared.credentials.get_mut(scheme) {
                *slot = Some(credential);
            }
        })
    }

    /// The same client with another address for the operations of one server.
    ///
    /// # Errors
    ///
    /// `base_url` is invalid, or no operation has the server `declared`.
    pub fn with_operation_server(self, declared: &str, base_url: &str) -> Result<Self, InvalidBaseUrl> {
        let url = parse(base_url)?;
        let index = self.shared.api.servers.iter().position(|(name, _)| *name == declared);
        let index = index.ok_or(InvalidBaseUrl("no operation has this server of its own"))?;
        Ok(self.with(|shared| {
            if let Some(slot) = shared.servers.get_mut(index) {
                *slot = Some(url);
            }
        }))
    }

    /// The same client with its base URL for all operations.
    #[must_use]
    pub fn with_one_server(self) -> Self {
        self.with(|shared| shared.one_server = true)
    }

    fn with(mut self, change: impl FnOnce(&mut Shared)) -> Self {
        change(Arc::make_mut(&mut self.shared));
        self
    }

    /// The base URL.
    pub fn base_url(&self) -> &Url {
        &self.shared.base_url
    }

    /// Timeouts, pauses and reqwest need a runtime of tokio, and panic without one.
    pub(crate) fn check_runtime() -> Result<(), TransportError> {
        tokio::runtime::Handle::try_current().map(drop).map_err(TransportError::no_runtime)
    }

    /// Sends a request of the caller's own.
    pub fn send(&self, request: reqwest::Request) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        Box::pin(async move {
            Self::check_runtime()?;
            self.shared.sender.send(None, Box::new(request)).await
        })
    }

    pub(crate) fn api(&self) -> &'static Api {
        self.shared.api
    }

    pub(crate) fn sender(&self) -> &Sender {
        &self.shared.sender
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.shared.headers
    }

    pub(crate) fn hooks(&self) -> &[Arc<dyn Hook>] {
        &self.shared.hooks
    }

    pub(crate) fn retry_policy(&self) -> Option<RetryPolicy> {
        self.shared.retry
    }

    /// The time limit of each call; `None` if it is left to a transport of your own.
    pub fn timeout(&self) -> Option<Duration> {
        self.shared.timeout
    }

    /// The timeout that requests have without being given one.
    pub(crate) fn http_timeout(&self) -> Option<Duration> {
        self.shared.http_timeout
    }

    /// Whether a response has to be one that the operation declares.
    pub(crate) fn is_strict(&self) -> bool {
        self.shared.is_strict
    }

    /// Whether errors show what the server says about a failure.
    pub(crate) fn has_messages(&self) -> bool {
        self.shared.has_messages
    }

    /// All credentials.
    pub(crate) fn credentials(&self) -> impl Iterator<Item = &Credential> {
        self.shared.credentials.iter().flatten()
    }

    pub(crate) fn response_limit(&self) -> u64 {
        self.shared.response_limit
    }

    /// The credential for the scheme with this index.
    pub(crate) fn credential(&self, scheme: usize) -> Option<&Credential> {
        self.shared.credentials.get(scheme)?.as_ref()
    }

    /// The address of the operations with this server of their own. A relative one starts from the base URL.
    pub(crate) fn operation_server(&self, index: usize) -> Option<Url> {
        if self.shared.one_server {
            return None;
        }
        match self.shared.servers.get(index)? {
            Some(given) => Some(given.clone()),
            None => self.shared.base_url.join(self.shared.api.servers.get(index)?.1).ok(),
        }
    }
}

/// Shows the base URL, and of headers and credentials their names.
impl fmt::Debug for ClientCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials = self.shared.api.schemes.iter().zip(&self.shared.credentials);
        let names: Vec<_> = credentials.filter(|(_, given)| given.is_some()).map(|(scheme, _)| scheme.name).collect();
        f.debug_struct("Client")
            .field("base_url", &self.shared.base_url.as_str())
            .field("headers", &self.shared.headers.keys().collect::<Vec<_>>())
            .field("credentials", &names)
            .finish_non_exhaustive()
    }
}

/// `struct Client` and `struct ClientBuilder` of a generated module, with what every client has. `$api` is the table of the
/// document.
#[doc(hidden)]
#[macro_export]
macro_rules! __client {
    ($api:expr) => {
        /// A client of the API: one method an operation. A clone is cheap and shares the connections.
        #[derive(Clone)]
        pub struct Client($crate::generated::ClientCore);

        impl Client {
            /// A client of the server at `base_url`, which is absolute, `http` or `https`, and may have a path.
            ///
            /// Its HTTP client follows no redirects, retries nothing, and limits a call to 30 seconds, connecting to 5.
            /// [`builder`](Self::builder) has settings.
            ///
            /// # Errors
            ///
            /// `base_url` is not absolute, or has a query, a fragment, a user name or a password; or the certificates of the
            /// system cannot be loaded.
            pub fn new(base_url: &str) -> ::core::result::Result<Self, $crate::BuildError> {
                Self::builder(base_url).build()
            }

            /// The settings of a client of the server at `base_url`.
            pub fn builder(base_url: &str) -> ClientBuilder {
                ClientBuilder($crate::generated::Builder::new(&$api, base_url))
            }

            /// The base URL.
            pub fn base_url(&self) -> &$crate::reqwest::Url {
                self.0.base_url()
            }

            /// Sends a request of your own with the client's transport, without its credentials, headers and hooks.
            ///
            /// # Errors
            ///
            /// No response came.
            pub async fn send_request(
                &self,
                request: $crate::reqwest::Request,
            ) -> ::core::result::Result<$crate::reqwest::Response, $crate::TransportError> {
                self.0.send(request).await
            }
        }

        impl ::core::fmt::Debug for Client {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, f)
            }
        }

        /// The settings of a [`Client`]; see [`Client::builder`].
        #[derive(Clone)]
        #[must_use = "a builder does nothing until `build` is called"]
        pub struct ClientBuilder($crate::generated::Builder);

        impl ClientBuilder {
            /// Sends this as `User-Agent`.
            pub fn user_agent(self, product: &str) -> Self {
                Self(self.0.user_agent(product))
            }

            /// How long a call may take, from connecting to the last byte of the response; with retries, each attempt. 30
            /// seconds if not set; with a transport of your own, as long as that takes.
            pub fn timeout(self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.timeout(timeout))
            }

            /// How long connecting may take. 5 seconds if not set. Cannot be combined with a transport of your own.
            pub fn connect_timeout(self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.connect_timeout(timeout))
            }

            /// Sends requests through this proxy, in place of those of the environment. Of several, the first that accepts
            /// the address of a request is used. Plain http to this machine never goes through a proxy. Cannot be combined
            /// with a transport of your own.
            pub fn proxy(self, proxy: $crate::reqwest::Proxy) -> Self {
                Self(self.0.proxy(proxy))
            }

            /// Sends requests through no proxy, not even one of the environment. Cannot be combined with a transport of your own.
            pub fn no_proxy(self) -> Self {
                Self(self.0.no_proxy())
            }

            /// How many bytes the body of a response may have. [`DEFAULT_RESPONSE_LIMIT`] if not set.
            pub fn response_limit(self, bytes: u64) -> Self {
                Self(self.0.response_limit(bytes))
            }

            /// Whether a response has to be one that the operation declares. If not set, another 2xx is read as a declared
            /// one, by its media type; JSON may come as `text/plain`, and text as any media type.
            pub fn strict_responses(self, is_strict: bool) -> Self {
                Self(self.0.strict_responses(is_strict))
            }

            /// Whether errors show what the server says about a failure: the first line of a problem's text, without the secrets
            /// of the call, see [`Error::server_message`]($crate::Error::server_message). They do if not set.
            pub fn bodies_in_errors(self, are_shown: bool) -> Self {
                Self(self.0.bodies_in_errors(are_shown))
            }

            /// Sends a header with every request. [`build`](Self::build) refuses an invalid name or value.
            pub fn default_header<N, V>(self, name: N, value: V) -> Self
            where
                N: ::core::convert::TryInto<$crate::reqwest::header::HeaderName>,
                V: ::core::convert::TryInto<$crate::reqwest::header::HeaderValue>,
            {
                Self(self.0.default_header(name.try_into().ok(), value.try_into().ok()))
            }

            /// Uses an HTTP client of your own, with its connections, proxies and TLS settings. It should follow no redirects
            /// and retry nothing, as that of [`http_client_builder`]($crate::http_client_builder).
            pub fn http_client(self, client: $crate::reqwest::Client) -> Self {
                Self(self.0.http_client(client))
            }

            /// Uses a transport of your own: a `tower` service, or a server in the memory of a test.
            pub fn transport(self, transport: impl $crate::Transport + 'static) -> Self {
                Self(self.0.transport(::std::sync::Arc::new(transport)))
            }

            /// Retries failed calls whose method is safe, by the rules of the policy. Off by default.
            pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
                Self(self.0.retry(policy))
            }

            /// Adds a hook, which runs before and after each attempt. Hooks run in the order in which they were added.
            pub fn hook(self, hook: impl $crate::Hook + 'static) -> Self {
                Self(self.0.hook(::std::sync::Arc::new(hook)))
            }

            /// Builds the client. Nothing is sent.
            ///
            /// # Errors
            ///
            /// A setting is invalid: see [`BuildError`]($crate::BuildError).
            pub fn build(self) -> ::core::result::Result<Client, $crate::BuildError> {
                self.0.build().map(Client)
            }
        }

        impl ::core::fmt::Debug for ClientBuilder {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

/// `with_<scheme>` of a client and its builder.
#[doc(hidden)]
#[macro_export]
macro_rules! __credential {
    ($(#[$docs:meta])* $name:ident($($argument:ident: $ty:ty),*), $scheme:literal, $credential:expr) => {
        impl Client {
            $(#[$docs])*
            #[must_use]
            pub fn $name(self, $($argument: impl Into<$ty>),*) -> Self {
                $(let $argument: $ty = $argument.into();)*
                Self(self.0.with_credential($scheme, $credential))
            }
        }

        impl ClientBuilder {
            $(#[$docs])*
            pub fn $name(self, $($argument: impl Into<$ty>),*) -> Self {
                $(let $argument: $ty = $argument.into();)*
                Self(self.0.credential($scheme, $credential))
            }
        }
    };
}

/// The methods of a client whose document gives single operations servers of their own.
#[doc(hidden)]
#[macro_export]
macro_rules! __operation_servers {
    () => {
        impl Client {
            /// The same client with another address for the operations that the document gives the server `declared`,
            /// which is one of [`OPERATION_SERVERS`].
            ///
            /// # Errors
            ///
            /// `base_url` is invalid, see [`Client::new`], or no operation has the server `declared`.
            pub fn with_operation_server(
                self,
                declared: &str,
                base_url: &str,
            ) -> ::core::result::Result<Self, $crate::InvalidBaseUrl> {
                self.0.with_operation_server(declared, base_url).map(Self)
            }

            /// The same client for one server that serves all operations: none goes to a server of its own.
            #[must_use]
            pub fn with_one_server(self) -> Self {
                Self(self.0.with_one_server())
            }
        }
    };
}

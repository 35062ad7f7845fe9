//! What a generated client holds: where the server is, its credentials, and the connections to it.

use std::fmt;
use std::sync::Arc;

use reqwest::Url;

use crate::base_url::{InvalidBaseUrl, parse};
use crate::credential::Credential;
use crate::hooks::Hooks;
use crate::operation::Api;

/// How many bytes the body of a response may have, unless the client or the call sets another limit: 16 MiB.
pub const DEFAULT_RESPONSE_LIMIT: u64 = 16 * 1024 * 1024;

/// What a generated client holds. A clone is cheap and shares the connections.
#[derive(Clone)]
pub struct ClientCore {
    shared: Arc<Shared>,
}

#[derive(Clone)]
struct Shared {
    api: &'static Api,
    base_url: Url,
    http: reqwest::Client,
    hooks: Option<Arc<dyn Hooks>>,
    response_limit: u64,
    servers: Vec<Option<Url>>,
    one_server: bool,
    credentials: Vec<Option<Credential>>,
}

impl ClientCore {
    /// A client of the server at `base_url`.
    ///
    /// # Errors
    ///
    /// `base_url` is invalid.
    pub fn new(api: &'static Api, base_url: &str, http: reqwest::Client) -> Result<Self, InvalidBaseUrl> {
        let shared = Shared {
            api,
            base_url: parse(base_url)?,
            http,
            hooks: None,
            response_limit: DEFAULT_RESPONSE_LIMIT,
            servers: vec![None; api.servers.len()],
            one_server: false,
            credentials: vec![None; api.schemes.len()],
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The same client with another limit for the bodies of responses.
    #[must_use]
    pub fn with_response_limit(self, bytes: u64) -> Self {
        self.with(|shared| shared.response_limit = bytes)
    }

    /// The same client with hooks.
    #[must_use]
    pub fn with_hooks(self, hooks: Arc<dyn Hooks>) -> Self {
        self.with(|shared| shared.hooks = Some(hooks))
    }

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

    /// The HTTP client.
    pub fn http_client(&self) -> &reqwest::Client {
        &self.shared.http
    }

    pub(crate) fn api(&self) -> &'static Api {
        self.shared.api
    }

    pub(crate) fn hooks(&self) -> Option<&dyn Hooks> {
        self.shared.hooks.as_deref()
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

/// Shows the base URL, and of credentials the names of their schemes.
impl fmt::Debug for ClientCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials = self.shared.api.schemes.iter().zip(&self.shared.credentials);
        let names: Vec<_> = credentials.filter(|(_, given)| given.is_some()).map(|(scheme, _)| scheme.name).collect();
        f.debug_struct("Client")
            .field("base_url", &self.shared.base_url.as_str())
            .field("credentials", &names)
            .finish_non_exhaustive()
    }
}

/// `struct Client` of a generated module, with what every client has. `$api` is the table of the document.
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
            /// # Errors
            ///
            /// `base_url` is not absolute, or has a query, a fragment, a user name or a password.
            pub fn new(
                base_url: &str,
                http: $crate::reqwest::Client,
            ) -> ::core::result::Result<Self, $crate::InvalidBaseUrl> {
                $crate::generated::ClientCore::new(&$api, base_url, http).map(Self)
            }

            /// The same client with another limit for the bodies of responses, in bytes. The default is
            /// [`DEFAULT_RESPONSE_LIMIT`].
            #[must_use]
            pub fn with_response_limit(self, bytes: u64) -> Self {
                Self(self.0.with_response_limit(bytes))
            }

            /// The same client with hooks, which run before and after each request.
            #[must_use]
            pub fn with_hooks(self, hooks: impl $crate::Hooks + 'static) -> Self {
                Self(self.0.with_hooks(::std::sync::Arc::new(hooks)))
            }

            /// The base URL.
            pub fn base_url(&self) -> &$crate::reqwest::Url {
                self.0.base_url()
            }

            /// The HTTP client that sends the requests.
            pub fn http_client(&self) -> &$crate::reqwest::Client {
                self.0.http_client()
            }
        }

        impl ::core::fmt::Debug for Client {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, f)
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

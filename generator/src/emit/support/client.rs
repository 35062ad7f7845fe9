//! The client: where the server is, what is presented to it, and the connections to it.

use std::fmt;
// In the prelude since the edition of 2024 only.
use std::future::Future;
use std::sync::Arc;

use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::{Request, Response, Url};
// when credentials

use super::credential::Credential;
// end

/// How many bytes the body of an answer may have, unless the client or the call says otherwise: 16 MiB.
pub const DEFAULT_RESPONSE_LIMIT: u64 = 16 * 1024 * 1024;

/// A client of the API: one method an operation. A clone is cheap and shares the connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Clone)]
struct Shared {
    base_url: Url,
    http: reqwest::Client,
    response_limit: u64,
    // when servers
    servers: Vec<Option<Url>>,
    one_server: bool,
    // end
    // when credentials
    credentials: Vec<Option<Credential>>,
    // end
}

impl Client {
    /// A client of the server at `base_url`, which is absolute, `http` or `https`, and may have a path.
    ///
    /// # Errors
    ///
    /// `base_url` is not an absolute address, or has a query, a fragment, or a user name.
    pub fn new(base_url: &str, http: reqwest::Client) -> Result<Self, InvalidBaseUrl> {
        let url = parse(base_url)?;
        let shared = Shared {
            base_url: url,
            http,
            response_limit: DEFAULT_RESPONSE_LIMIT,
            // when servers
            servers: vec![None; super::super::OPERATION_SERVERS.len()],
            one_server: false,
            // end
            // when credentials
            credentials: vec![None; super::super::SCHEMES.len()],
            // end
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// How many bytes the body of an answer may have; [`DEFAULT_RESPONSE_LIMIT`] unless set.
    #[must_use]
    pub fn with_response_limit(mut self, bytes: u64) -> Self {
        Arc::make_mut(&mut self.shared).response_limit = bytes;
        self
    }
    // when servers

    /// The same client with another address for the operations that the document gives the server `declared`, which is
    /// one of [`OPERATION_SERVERS`](super::super::OPERATION_SERVERS).
    ///
    /// # Errors
    ///
    /// `base_url` is not as [`Client::new`] wants it, or no operation has the server `declared`.
    pub fn with_operation_server(mut self, declared: &str, base_url: &str) -> Result<Self, InvalidBaseUrl> {
        let url = parse(base_url)?;
        let index = super::super::OPERATION_SERVERS.iter().position(|(name, _)| *name == declared);
        let slots = &mut Arc::make_mut(&mut self.shared).servers;
        match index.and_then(|index| slots.get_mut(index)) {
            Some(slot) => *slot = Some(url),
            None => return Err(InvalidBaseUrl("no operation has this server of its own")),
        }
        Ok(self)
    }

    /// The same client for one server that does it all: no operation goes to a server of its own.
    #[must_use]
    pub fn with_one_server(mut self) -> Self {
        Arc::make_mut(&mut self.shared).one_server = true;
        self
    }
    // end

    /// The address of the server.
    pub fn base_url(&self) -> &Url {
        &self.shared.base_url
    }
}

fn parse(base_url: &str) -> Result<Url, InvalidBaseUrl> {
    let url = Url::parse(base_url).map_err(|_| InvalidBaseUrl("not an absolute address"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(InvalidBaseUrl("neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(InvalidBaseUrl("it has a user name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(InvalidBaseUrl("it has a query or a fragment"));
    }
    Ok(url)
}

/// The number of bytes that the body of an answer may have.
pub(crate) fn response_limit(client: &Client) -> u64 {
    client.shared.response_limit
}
// when servers

/// The address of the operations with this server of their own. A relative one starts from the client's.
pub(crate) fn operation_server(client: &Client, index: usize) -> Option<Url> {
    if client.shared.one_server {
        return None;
    }
    match client.shared.servers.get(index)? {
        Some(given) => Some(given.clone()),
        None => client.shared.base_url.join(super::super::OPERATION_SERVERS.get(index)?.1).ok(),
    }
}
// end
// when credentials

/// The same client with a credential for the scheme with this index.
pub(crate) fn with_credential(mut client: Client, scheme: usize, credential: Credential) -> Client {
    if let Some(slot) = Arc::make_mut(&mut client.shared).credentials.get_mut(scheme) {
        *slot = Some(credential);
    }
    client
}

/// The credential for the scheme with this index.
pub(crate) fn credential(client: &Client, scheme: usize) -> Option<&Credential> {
    client.shared.credentials.get(scheme)?.as_ref()
}
// end

impl ClientInfo<()> for Client {
    fn api_version() -> &'static str {
        super::super::SPEC_VERSION
    }

    fn baseurl(&self) -> &str {
        self.shared.base_url.as_str()
    }

    fn client(&self) -> &reqwest::Client {
        &self.shared.http
    }

    fn inner(&self) -> &() {
        &()
    }
}

// The hooks that do nothing. `impl ClientHooks<()> for Client` takes precedence over them where it exists.
impl ClientHooks<()> for &Client {
    // As the one that it replaces, but for a future that does not keep the request twice.
    fn exec(&self, request: Request, _: &OperationInfo) -> impl Future<Output = reqwest::Result<Response>> {
        self.shared.http.execute(request)
    }
}

impl fmt::Debug for Client {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Client");
        shown.field("base_url", &self.shared.base_url.as_str());
        // when credentials
        let credentials = super::super::SCHEMES.iter().zip(&self.shared.credentials);
        let names: Vec<_> = credentials.filter(|(_, given)| given.is_some()).map(|(scheme, _)| scheme.name).collect();
        shown.field("credentials", &names);
        // end
        shown.finish_non_exhaustive()
    }
}

/// A base address that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidBaseUrl(&'static str);

impl fmt::Display for InvalidBaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid base URL: {}", self.0)
    }
}

impl std::error::Error for InvalidBaseUrl {}

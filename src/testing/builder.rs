//! Settings of a stand-in, before it starts.

use std::io;
use std::time::Duration;

use super::server::OryServer;

/// The settings of a stand-in; made by [`OryServer::builder`].
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use ory_oidc::testing::OryServer;
///
/// let ory = OryServer::builder()
///     .path_prefix("/ory")
///     .issuer("https://auth.app.example")
///     .registration(false)
///     .start()
///     .await?;
/// assert!(ory.base_url().ends_with("/ory"));
/// assert_eq!(ory.issuer(), "https://auth.app.example");
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct OryServerBuilder {
    pub(super) registration: bool,
    pub(super) registration_endpoint: Option<bool>,
    pub(super) initial_access_token: Option<String>,
    pub(super) client_id_metadata_documents: bool,
    pub(super) path_prefix: String,
    pub(super) issuer: Option<String>,
    pub(super) post_logout_url: String,
    pub(super) logout_url: String,
    pub(super) error_url: String,
    pub(super) access_token_lifetime: Duration,
    pub(super) nonce_lifetime: Duration,
    pub(super) race_window: Duration,
}

impl OryServerBuilder {
    pub(super) fn new() -> Self {
        Self {
            registration: true,
            registration_endpoint: None,
            initial_access_token: None,
            client_id_metadata_documents: false,
            path_prefix: String::new(),
            issuer: None,
            post_logout_url: "http://127.0.0.1:3000/after-logout".to_owned(),
            logout_url: "http://127.0.0.1:3000/logout".to_owned(),
            error_url: "http://127.0.0.1:3000/error".to_owned(),
            access_token_lifetime: Duration::from_secs(3600),
            nonce_lifetime: Duration::from_secs(3600),
            race_window: Duration::ZERO,
        }
    }

    /// Whether dynamic client registration is switched on (default: yes; Ory itself ships with no).
    /// [`OryServer::set_registration`] changes it later.
    pub fn registration(mut self, on: bool) -> Self {
        self.registration = on;
        self
    }

    /// Whether the discovery document names a `registration_endpoint`.
    ///
    /// On a real server, that is a separate setting. It does not show whether registration works.
    /// Default: as [`registration`](Self::registration).
    pub fn registration_endpoint(mut self, named: bool) -> Self {
        self.registration_endpoint = Some(named);
        self
    }

    /// Demands this initial access token for registrations (RFC 7591 section 3), as a gateway before Ory may do. A request without
    /// the token gets 401. By default, the stand-in demands no token and ignores one that is sent, as Ory does.
    pub fn initial_access_token(mut self, token: impl Into<String>) -> Self {
        self.initial_access_token = Some(token.into());
        self
    }

    /// Whether the discovery document declares that client ids may be URLs of metadata documents (default: no). The stand-in
    /// reads no such document.
    pub fn client_id_metadata_documents(mut self, supported: bool) -> Self {
        self.client_id_metadata_documents = supported;
        self
    }

    /// Serves everything below a path such as `/ory`, as behind a reverse proxy (default: at the root).
    pub fn path_prefix(mut self, prefix: impl AsRef<str>) -> Self {
        let trimmed = prefix.as_ref().trim_matches('/');
        self.path_prefix = if trimmed.is_empty() { String::new() } else { format!("/{trimmed}") };
        self
    }

    /// The issuer, taken literally (default: the base URL). With a custom domain on the Ory Network, the issuer can differ from
    /// the base URL.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// The page after a logout without a post-logout redirect URI (default: `http://127.0.0.1:3000/after-logout`).
    pub fn post_logout_url(mut self, url: impl Into<String>) -> Self {
        self.post_logout_url = url.into();
        self
    }

    /// The page that asks the user to confirm a logout (default: `http://127.0.0.1:3000/logout`).
    /// No server has to listen there: [`OryServer::accept_logout`] takes the place of the page.
    pub fn logout_url(mut self, url: impl Into<String>) -> Self {
        self.logout_url = url.into();
        self
    }

    /// The page that shows the errors of a logout (default: `http://127.0.0.1:3000/error`).
    pub fn error_url(mut self, url: impl Into<String>) -> Self {
        self.error_url = url.into();
        self
    }

    /// How long access tokens live (default: an hour).
    pub fn access_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.access_token_lifetime = lifetime;
        self
    }

    /// How long proof nonces live (default: an hour, as on every real server).
    pub fn nonce_lifetime(mut self, lifetime: Duration) -> Self {
        self.nonce_lifetime = lifetime;
        self
    }

    /// Lets simultaneous replacements of one client with one token race, as on a real server (default: they do not).
    ///
    /// A real server checks the token, and replaces the client some time later. So of two replacements that arrive in the meantime,
    /// both get a 200 and a new token, and the token of the one that is carried out first is dead. With this setting each
    /// replacement waits between the two until another one of the same client has been checked, and no longer than `window`.
    /// Without it, replacements are carried out one after the other, and the second is a 401.
    pub fn racing_replacements(mut self, window: Duration) -> Self {
        self.race_window = window;
        self
    }

    /// Starts the stand-in on a free loopback port. It must be called on a tokio runtime, and ends with that runtime.
    ///
    /// # Errors
    ///
    /// If no port can be bound, or the system has no randomness for the signing key.
    pub async fn start(self) -> io::Result<OryServer> {
        OryServer::launch(self).await
    }
}

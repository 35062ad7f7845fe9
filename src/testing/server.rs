//! [`OryServer`]: the methods of a test, to start, seed, break, inspect and stop a stand-in.

use std::fmt;
use std::io;
use std::sync::Arc;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::builder::OryServerBuilder;
use super::client::{InvalidDocument, RegisteredClient};
use super::failure::Failure;
use super::grant::Grant;
use super::operation::Operation;
use super::race::Race;
use super::recorded::RecordedRequest;
use super::state::{Settings, State, World};
use super::tokens::Tokens;
use super::user::User;
use super::{logout, registration, transport};

/// A stand-in Ory: an HTTP server on a loopback port of this process, with state of its own.
///
/// It stops when it is dropped. Every method takes `&self`, so that one stand-in can be shared in an `Arc`.
/// See the [module](super) for what it does and an example.
pub struct OryServer {
    world: Arc<World>,
    task: JoinHandle<()>,
}

impl OryServer {
    /// Starts a stand-in with the default settings: registration on, issuer equal to the base URL.
    /// It must be called on a tokio runtime, and ends with that runtime.
    ///
    /// # Errors
    ///
    /// If no port can be bound, or the system has no randomness for the signing key.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// The settings of a stand-in, if they are not the defaults.
    pub fn builder() -> OryServerBuilder {
        OryServerBuilder::new()
    }

    pub(super) async fn launch(builder: OryServerBuilder) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let base_url = format!("http://{}{}", listener.local_addr()?, builder.path_prefix);
        let settings = Settings {
            issuer: builder.issuer.unwrap_or_else(|| base_url.clone()),
            base_url,
            prefix: builder.path_prefix,
            registration_endpoint: builder.registration_endpoint.unwrap_or(builder.registration),
            initial_access_token: builder.initial_access_token,
            client_id_metadata_documents: builder.client_id_metadata_documents,
            post_logout_url: builder.post_logout_url,
            logout_url: builder.logout_url,
            error_url: builder.error_url,
            access_token_lifetime: span(builder.access_token_lifetime),
            nonce_lifetime: span(builder.nonce_lifetime),
        };
        let world = Arc::new(World::new(settings, builder.registration, Race::new(builder.race_window))?);
        let task = tokio::spawn(transport::serve(listener, Arc::clone(&world)));
        Ok(Self { world, task })
    }

    /// Stops the server and waits until its port is closed. Dropping it stops it as well, without waiting.
    pub async fn shutdown(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }

    /// `http://127.0.0.1:PORT`, with the path prefix if there is one; no slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.world.settings.base_url
    }

    /// The issuer, as in the discovery document and in every token.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.world.settings.issuer
    }

    // ----- users and tokens

    /// Logs a user in at a client, with consent, and returns the token response.
    ///
    /// The session is remembered, so that a logout asks for confirmation. A client that does not exist is added with
    /// nothing but its id: no secret, no registration access token, no redirect URIs.
    #[must_use]
    pub fn log_in(&self, client_id: &str, user: impl Into<User>) -> Tokens {
        self.world.log_in(client_id, user.into(), true)
    }

    /// Logs a user in without "remember me": there is no cookie, and a logout has nothing to confirm.
    #[must_use]
    pub fn log_in_without_remembering(&self, client_id: &str, user: impl Into<User>) -> Tokens {
        self.world.log_in(client_id, user.into(), false)
    }

    /// An access token of the client itself (`client_credentials`): `/userinfo` has no `sub` for it.
    #[must_use]
    pub fn client_credentials_token(&self, client_id: &str) -> String {
        let token = self.world.ids.access_token();
        self.insert_client_credentials_token(&token, client_id);
        token
    }

    /// Makes a text of your choice an access token of that user, issued now.
    pub fn insert_access_token(&self, token: &str, client_id: &str, user: impl Into<User>) {
        let user = user.into();
        self.insert(token, client_id, |now, expires_at| {
            Grant::of_user(client_id, user, now, expires_at, Some(self.world.ids.uuid()))
        });
    }

    /// Makes a text of your choice a refresh token of that user.
    pub fn insert_refresh_token(&self, token: &str, client_id: &str, user: impl Into<User>) {
        let user = user.into();
        self.insert(token, client_id, |now, expires_at| {
            Grant::of_user(client_id, user, now, expires_at, Some(self.world.ids.uuid())).into_refresh()
        });
    }

    /// Makes a text of your choice an access token of the client itself.
    pub fn insert_client_credentials_token(&self, token: &str, client_id: &str) {
        self.insert(token, client_id, |now, expires_at| Grant::of_client(client_id, now, expires_at));
    }

    fn insert(&self, token: &str, client_id: &str, grant: impl FnOnce(i64, i64) -> Grant) {
        let mut state = self.world.state();
        state.ensure_client(client_id);
        let now = state.now().unix_timestamp();
        let expires_at = now.saturating_add(self.world.settings.access_token_lifetime.whole_seconds());
        state.grants.insert(token.to_owned(), grant(now, expires_at));
    }

    /// Lets an access token expire now. Returns whether there is such a token.
    pub fn expire(&self, token: &str) -> bool {
        let mut state = self.world.state();
        let now = state.now().unix_timestamp();
        state.grants.get_mut(token).map(|grant| grant.expires_at = now).is_some()
    }

    /// Revokes an access or refresh token: the server no longer knows it. Returns whether there was such a token.
    pub fn revoke(&self, token: &str) -> bool {
        self.world.state().grants.remove(token).is_some()
    }

    /// A proof nonce for that access token, as in the response of the token endpoint, or to a request for a credential without a
    /// proof.
    #[must_use]
    pub fn nonce_for(&self, access_token: &str) -> String {
        let now = self.world.state().now().unix_timestamp();
        self.world.nonce_for(access_token, now)
    }

    /// Signs claims of your choice with the server's key: an ID token with a wrong issuer, one without `sid`, ...
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        self.world.sign(claims)
    }

    /// Makes a new key, which signs from now on. The old ones stay in the set at `jwks_uri`, as on a real server.
    ///
    /// # Errors
    ///
    /// If the system has no randomness for the key.
    pub fn rotate_signing_key(&self) -> io::Result<()> {
        self.world.signing_keys.rotate(self.world.ids.uuid())
    }

    /// Moves the server's clock ahead, so that tokens and nonces expire without waiting.
    pub fn advance_time(&self, by: std::time::Duration) {
        let mut state = self.world.state();
        state.ahead = state.ahead.saturating_add(span(by));
    }

    // ----- clients

    /// Adds a client as an administrator does: its id may be any text, and `metadata`, `skip_consent`,
    /// `access_token_strategy`, `client_secret` and `registration_access_token` may be chosen. The server chooses missing values.
    /// A client of the same id is replaced.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// use ory_oidc::testing::OryServer;
    /// use serde_json::json;
    ///
    /// let ory = OryServer::start().await?;
    /// let client = ory.add_client(json!({"client_id": "a b/c", "metadata": {"team": "blue"}}))?;
    /// assert_eq!(client.id(), "a b/c");
    /// assert!(client.registration_access_token().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the server would not accept the document even from an administrator.
    pub fn add_client(&self, document: Value) -> Result<RegisteredClient, InvalidDocument> {
        let mut state = self.world.state();
        let id = registration::create_as_admin(&self.world, &mut state, &document).map_err(InvalidDocument)?;
        found(&self.world, &state, &id).ok_or_else(|| InvalidDocument(format!("the client {id} was not kept")))
    }

    /// The client of that id as it stands now, however it was made.
    #[must_use]
    pub fn client(&self, id: &str) -> Option<RegisteredClient> {
        found(&self.world, &self.world.state(), id)
    }

    /// All clients as they stand now, by id.
    #[must_use]
    pub fn clients(&self) -> Vec<RegisteredClient> {
        let state = self.world.state();
        state.clients.keys().filter_map(|id| found(&self.world, &state, id)).collect()
    }

    /// Removes a client and its tokens. Returns whether there was such a client.
    pub fn remove_client(&self, id: &str) -> bool {
        let mut state = self.world.state();
        let known = state.clients.contains_key(id);
        state.remove_client(id);
        known
    }

    /// Switches dynamic client registration on or off: while it is off, its four operations respond with 404.
    pub fn set_registration(&self, on: bool) {
        self.world.state().registration = on;
    }

    // ----- logout

    /// Confirms a logout, as the page at `logout_url` does. The browser then goes to the returned URL.
    ///
    /// `challenge` is the value of `logout_challenge`, or the whole `Location` that has it. `None` if it is unknown.
    #[must_use]
    pub fn accept_logout(&self, challenge: &str) -> Option<String> {
        let challenge = match challenge.split_once("logout_challenge=") {
            Some((_, rest)) => rest.split('&').next().unwrap_or_default(),
            None => challenge,
        };
        logout::accept(&self.world, &mut self.world.state(), challenge)
    }

    /// Whether the session with that id (the `sid` of an ID token) is remembered and not logged out.
    #[must_use]
    pub fn is_logged_in(&self, session_id: &str) -> bool {
        self.world.state().sessions.contains_key(session_id)
    }

    // ----- failures

    /// Lets the next request for that operation fail. After two calls, the next two requests fail.
    pub fn fail_next(&self, operation: Operation, failure: Failure) {
        self.world.state().failures.push(operation, failure);
    }

    /// Lets every request for that operation fail, until [`recover`](Self::recover).
    pub fn fail_always(&self, operation: Operation, failure: Failure) {
        self.world.state().failures.set(operation, failure);
    }

    /// Removes all failures of that operation.
    pub fn recover(&self, operation: Operation) {
        self.world.state().failures.clear(operation);
    }

    // ----- what was received

    /// Every request since the start or the last [`take_requests`](Self::take_requests), failed ones included.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.world.state().requests.clone()
    }

    /// Returns the [`requests`](Self::requests), and removes them.
    pub fn take_requests(&self) -> Vec<RecordedRequest> {
        std::mem::take(&mut self.world.state().requests)
    }
}

fn found(world: &World, state: &State, id: &str) -> Option<RegisteredClient> {
    state.clients.get(id).map(|client| RegisteredClient {
        id: id.to_owned(),
        secret: client.secret.clone(),
        registration_access_token: client.registration_token.clone(),
        registration_client_uri: registration::registration_client_uri(world, id),
        document: registration::as_stored(client),
    })
}

/// A longer time is treated as for ever.
fn span(duration: std::time::Duration) -> time::Duration {
    const EVER: time::Duration = time::Duration::days(365 * 100);
    time::Duration::try_from(duration).unwrap_or(EVER).min(EVER)
}

impl Drop for OryServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for OryServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OryServer").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}

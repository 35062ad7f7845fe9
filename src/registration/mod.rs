//! Dynamic client registration: register, read, replace and delete a client (RFC 7591, RFC 7592), and management of clients by
//! several workers.
//!
//! Uses the generated module and the shared call; only `lib.rs` uses this module.

mod check;
mod handle;
mod metadata;
mod presets;
mod redirect_uri;
mod registrations;
mod store;
mod to_the_end;
mod values;

pub use self::check::MetadataProblem;
pub use self::handle::{RegistrationHandle, StoredHandle};
pub use self::metadata::ClientMetadata;
pub use self::registrations::Registrations;
#[cfg(feature = "file-store")]
pub use self::store::FileStore;
pub use self::store::{InMemoryStore, RegistrationLock, RegistrationStore};
pub use self::values::{GrantType, ResponseType, SubjectType, TokenEndpointAuthMethod};

use serde_json::Value;

use crate::api::types::{JsonWebKey, OAuth2Client, OAuth2ClientRequest};
use crate::api::{self, RawResponse, UndecodedReason};
use crate::call::{Options, request};
use crate::client::Client;
use crate::error::{Error, Result, SalvagedClient, remedies};
use crate::operation::Operation;
use crate::response::Response;
use openapi_smith_runtime::{AccessToken, Credential, Redaction, Secret};

impl Client {
    /// Registers a client.
    ///
    /// `createOidcDynamicClient`, `POST /oauth2/register`; RFC 7591 section 3. Ory needs no credential, but registration must
    /// be switched on at the server. Where a gateway or another server demands an initial access token, give it with
    /// [`initial_access_token`](RegisterRequest::initial_access_token). The id is always made by the server.
    ///
    /// The server silently accepts much that cannot work, such as a misspelt grant type: see [`ClientMetadata::check`].
    ///
    /// ```no_run
    /// # async fn example(ory: ory_oidc::Client) -> Result<(), ory_oidc::Error> {
    /// use ory_oidc::ClientMetadata;
    ///
    /// let metadata = ClientMetadata::new(["https://shop.example/callback"]).client_name("Shop");
    /// let registration = ory.register(metadata).await?;
    /// println!("{}", registration.client_id());
    /// // The secret and the registration access token are given now and never again: store both.
    /// let secret = registration.client_secret();
    /// let handle = registration.handle();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Rejected`](crate::ErrorKind::Rejected) with 404 if registration is switched off, with 400 if the metadata is not
    /// acceptable. Never [retryable](Error::is_retryable): every attempt that arrives makes another client. If the client
    /// was registered but the response could not be decoded, [`Error::salvaged`] has its id and secrets.
    #[doc(alias = "createOidcDynamicClient")]
    #[doc(alias = "/oauth2/register")]
    pub fn register(&self, metadata: impl Into<ClientMetadata>) -> RegisterRequest {
        RegisterRequest {
            client: self.clone(),
            metadata: metadata.into(),
            initial_access_token: None,
            options: Options::default(),
        }
    }

    /// Reads a client.
    ///
    /// `getOidcDynamicClient`, `GET /oauth2/register/{id}`; RFC 7592 section 2.1. The response has no secret in it, and the
    /// registration access token stays as it is.
    ///
    /// # Errors
    ///
    /// [`Rejected`](crate::ErrorKind::Rejected) with 401 if the token is not the latest one, if an administrator's PUT or PATCH of the
    /// client ended it (see [the guide](crate::guide::registration)) **or if there is no such client**, with
    /// 404 if registration is switched off; [`InvalidInput`](crate::ErrorKind::InvalidInput) for an id that is empty, `.` or
    /// `..`, or a token that cannot be one.
    #[doc(alias = "getOidcDynamicClient")]
    #[doc(alias = "/oauth2/register/{id}")]
    #[inline]
    pub fn read_client(&self, handle: &RegistrationHandle) -> ReadClientRequest {
        ReadClientRequest { client: self.clone(), handle: handle.clone(), options: Options::default() }
    }

    /// Replaces the metadata of a client.
    ///
    /// `setOidcDynamicClient`, `PUT /oauth2/register/{id}`; RFC 7592 section 2.2. Everything is replaced: a property that is
    /// not set goes back to its default. Start from what [`read_client`](Self::read_client) or
    /// [`register`](Self::register) returned, as [`ClientMetadata`] shows.
    ///
    /// **A replacement changes the registration access token**, and the old one is dead at once. The new token is put into
    /// `handle` before anything else can go wrong, even if the rest of the response cannot be decoded. Store the handle if it
    /// changed, with [`store_if_changed`](RegistrationHandle::store_if_changed), before you look at the result. Where several
    /// processes or tasks manage one client, use [`Client::registrations`], or hold a lock for that client from loading the handle to
    /// storing it.
    ///
    /// **Cancellation**: do not drop the future half-way (in `select!` or under a time limit of your own). The handle is then as
    /// it was, but the token may have changed: if the request had arrived by then, the new token is lost. To find out, read the
    /// client with the token at hand.
    ///
    /// # Errors
    ///
    /// As for [`read_client`](Self::read_client), with 400 if the metadata is not acceptable; all of these leave the token as
    /// it was. Never [retryable](Error::is_retryable). After a lost connection, a timeout or a 5xx it is unknown which token is good; the
    /// error says so. [`Registrations::update`] finds out.
    #[doc(alias = "setOidcDynamicClient")]
    #[doc(alias = "update")]
    pub fn replace_client<'a>(
        &self,
        handle: &'a mut RegistrationHandle,
        metadata: impl Into<ClientMetadata>,
    ) -> ReplaceClientRequest<'a> {
        ReplaceClientRequest { client: self.clone(), handle, metadata: metadata.into(), options: Options::default() }
    }

    /// Deletes a client.
    ///
    /// `deleteOidcDynamicClient`, `DELETE /oauth2/register/{id}`; RFC 7592 section 2.3.
    ///
    /// # Errors
    ///
    /// As for [`read_client`](Self::read_client). Deleting a deleted client fails with 401, like a wrong token.
    #[doc(alias = "deleteOidcDynamicClient")]
    #[inline]
    pub fn delete_client(&self, handle: &RegistrationHandle) -> DeleteClientRequest {
        DeleteClientRequest { client: self.clone(), handle: handle.clone(), options: Options::default() }
    }
}

/// A request to register a client, made by [`Client::register`].
#[derive(Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct RegisterRequest {
    client: Client,
    metadata: ClientMetadata,
    initial_access_token: Option<AccessToken>,
    options: Options,
}

/// A request to read a client, made by [`Client::read_client`].
#[derive(Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct ReadClientRequest {
    client: Client,
    handle: RegistrationHandle,
    options: Options,
}

/// A request to replace a client, made by [`Client::replace_client`].
#[derive(Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct ReplaceClientRequest<'a> {
    client: Client,
    handle: &'a mut RegistrationHandle,
    metadata: ClientMetadata,
    options: Options,
}

/// A request to delete a client, made by [`Client::delete_client`].
#[derive(Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct DeleteClientRequest {
    client: Client,
    handle: RegistrationHandle,
    options: Options,
}

impl RegisterRequest {
    /// Sends an initial access token, as a bearer token (RFC 7591 section 3).
    ///
    /// It shows a server, or a gateway before it, that the caller may register clients. Ory itself ignores it.
    ///
    /// ```no_run
    /// # async fn example(ory: ory_oidc::Client, token: String) -> Result<(), ory_oidc::Error> {
    /// use ory_oidc::ClientMetadata;
    ///
    /// let metadata = ClientMetadata::native_app(["http://127.0.0.1/callback"]).client_name("Notes");
    /// let registration = ory.register(metadata).initial_access_token(token).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn initial_access_token(mut self, token: impl Into<AccessToken>) -> Self {
        self.initial_access_token = Some(token.into());
        self
    }

    async fn respond(self) -> Result<Response<Registration>> {
        let Self { client, metadata, initial_access_token, options } = self;
        let operation = Operation::CreateOidcDynamicClient;
        let metadata = metadata.checked().map_err(|fault| Error::invalid(operation, fault))?;
        let mut call = client.api().create_oidc_dynamic_client(metadata);
        if let Some(token) = initial_access_token {
            call = call.credential(Credential::Bearer(token));
        }
        options
            .send(&client, operation, call, |result, sent| match result.and_then(RawResponse::decode) {
                Ok(document) => {
                    Ok(Response::from_api(document)
                        .map(|document| Registration { client: RegisteredClient { document } }))
                }
                Err(error) => Err(failed_write(operation, error, sent.redaction().and(&secrets(metadata)))),
            })
            .await
    }
}

impl ReadClientRequest {
    async fn respond(self) -> Result<Response<RegisteredClient>> {
        let Self { client, handle, options } = self;
        let operation = Operation::GetOidcDynamicClient;
        let call = client.api().get_oidc_dynamic_client(handle.client_id()).credential(handle.credential());
        options
            .send(&client, operation, call, |result, sent| match result.and_then(RawResponse::decode) {
                Ok(document) => Ok(Response::from_api(document).map(|document| RegisteredClient { document })),
                Err(error) => Err(Error::from_api(operation, error).without(sent.redaction())),
            })
            .await
    }
}

impl ReplaceClientRequest<'_> {
    async fn respond(self) -> Result<Response<RegisteredClient>> {
        let Self { client, handle, mut metadata, options } = self;
        let operation = Operation::SetOidcDynamicClient;
        metadata.checked().map_err(|fault| Error::invalid(operation, fault))?;
        // The id is in the path, and must be in the body as well (RFC 7592 section 2.2). Hydra ignores the latter; other servers
        // reject a body without it.
        let properties = &mut metadata.as_request_mut().additional_properties;
        properties.insert("client_id".to_owned(), handle.client_id().into());
        let metadata = metadata.as_request();
        let call = client.api().set_oidc_dynamic_client(handle.client_id(), metadata).credential(handle.credential());
        options
            .send(&client, operation, call, |result, sent| match result.and_then(RawResponse::decode) {
                Ok(document) => {
                    if let Some(token) = document.registration_access_token.as_ref().filter(|token| !token.is_empty()) {
                        handle.rotate(token.clone());
                    }
                    Ok(Response::from_api(document).map(|document| RegisteredClient { document }))
                }
                Err(error) => {
                    let error = failed_write(operation, error, sent.redaction().and(&secrets(metadata)));
                    if let Some(token) = error.rotated_token() {
                        handle.rotate(token.clone());
                    }
                    Err(error)
                }
            })
            .await
    }
}

impl DeleteClientRequest {
    async fn respond(self) -> Result<Response<()>> {
        let Self { client, handle, options } = self;
        let operation = Operation::DeleteOidcDynamicClient;
        let call = client.api().delete_oidc_dynamic_client(handle.client_id()).credential(handle.credential());
        options
            .send(&client, operation, call, |result, sent| {
                let deleted = result.and_then(RawResponse::decode).map(Response::from_api);
                deleted.map_err(|error| Error::from_api(operation, error).without(sent.redaction()))
            })
            .await
    }
}

request!(RegisterRequest => Registration);
request!(ReadClientRequest => RegisteredClient);
request!(ReplaceClientRequest<'a> => RegisteredClient);
request!(DeleteClientRequest => ());

/// The possible secrets of a client document that is sent: private keys, which should not be in it, and every string in an
/// undeclared property, such as a software statement.
#[inline]
fn secrets(metadata: &OAuth2ClientRequest) -> Vec<Secret> {
    let keys: Vec<&JsonWebKey> = metadata.jwks.iter().flat_map(|set| set.keys.iter().flatten()).collect();
    let private = keys.iter().flat_map(|key| [&key.d, &key.p, &key.q, &key.dp, &key.dq, &key.qi, &key.k]);
    let mut secrets: Vec<Secret> = private.flatten().cloned().collect();
    // The id is added by this crate and is not secret.
    let open = metadata.additional_properties.iter().filter(|(name, _)| *name != "client_id");
    let mut open: Vec<&Value> = open.map(|(_, value)| value).collect();
    open.extend(metadata.jwks.iter().flat_map(|set| set.additional_properties.values()));
    open.extend(keys.iter().flat_map(|key| key.additional_properties.values()));
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => secrets.push(text.into()),
            Value::Array(values) => open.extend(values),
            Value::Object(properties) => open.extend(properties.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    secrets
}

/// The error of a registration or replacement. Of a response that cannot be decoded, it keeps the readable secrets.
#[inline]
fn failed_write<E>(operation: Operation, error: api::Error<E>, sent: Redaction) -> Error {
    let is_declared = !matches!(&error, api::Error::Undecoded(undecoded)
        if matches!(undecoded.reason(), UndecodedReason::Status | UndecodedReason::MediaType));
    let error = Error::from_api(operation, error).without(sent);
    if !error.status().is_some_and(|status| status.is_success()) {
        return error;
    }
    let salvaged = SalvagedClient::from_body(error.body());
    let has_token = salvaged.as_ref().is_some_and(|client| client.registration_access_token().is_some());
    let has_id = salvaged.as_ref().is_some_and(|client| client.client_id().is_some());
    let hint = match (operation, has_token) {
        (Operation::SetOidcDynamicClient, false) if !is_declared => remedies::REPLACED_ELSEWHERE,
        (_, false) if !is_declared && !has_id => remedies::REGISTERED_ELSEWHERE,
        (Operation::SetOidcDynamicClient, true) => "the client was replaced, and its new token is in the handle",
        (Operation::SetOidcDynamicClient, false) => "the client was probably replaced, and its new token is lost",
        (_, true) if has_id => "the client was registered: `salvaged()` has its id and secrets",
        (_, true) => "the client was registered: `salvaged()` has its token, but there is no id in the response",
        (_, false) => "a client was probably registered: `salvaged()` and `body()` have what arrived",
    };
    error.with_salvaged(salvaged).with_hint(hint)
}

/// A client as the server describes it.
///
/// The common properties have methods; all of them are in [`document`](Self::document). A list that the server sends as
/// `null`, as it does in responses to registration and replacement, is empty here.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisteredClient {
    document: OAuth2Client,
}

impl RegisteredClient {
    /// The id of the client.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.document.client_id
    }

    /// The name that users see.
    #[must_use]
    pub fn client_name(&self) -> Option<&str> {
        self.document.client_name.as_deref()
    }

    /// Where users may be sent back to after login.
    #[must_use]
    pub fn redirect_uris(&self) -> &[String] {
        self.document.redirect_uris.as_ref().and_then(Option::as_deref).unwrap_or_default()
    }

    /// How the client gets tokens; [`GrantType::from`] makes a typed value of each.
    #[must_use]
    pub fn grant_types(&self) -> &[String] {
        self.document.grant_types.as_ref().and_then(Option::as_deref).unwrap_or_default()
    }

    /// What the client may ask the authorization endpoint for.
    #[must_use]
    pub fn response_types(&self) -> &[String] {
        self.document.response_types.as_ref().and_then(Option::as_deref).unwrap_or_default()
    }

    /// The scopes that the client may ask for.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.document.scope.as_deref().unwrap_or_default().split_ascii_whitespace()
    }

    /// The whole document, as the server sent it.
    #[must_use]
    pub fn document(&self) -> &OAuth2Client {
        &self.document
    }

    /// The metadata to replace the client with; the same as `ClientMetadata::from(&client)`.
    #[must_use]
    #[inline]
    pub fn to_metadata(&self) -> ClientMetadata {
        ClientMetadata::from(&self.document)
    }
}

/// A client that was just registered, with the secrets that the server sends only once.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    client: RegisteredClient,
}

impl Registration {
    /// The id of the client, made by the server.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.client.client_id()
    }

    /// The secret of the client; `None` for a client without authentication (`token_endpoint_auth_method: none`).
    #[must_use]
    #[inline]
    pub fn client_secret(&self) -> Option<&Secret> {
        self.client.document.client_secret.as_ref().filter(|secret| !secret.is_empty())
    }

    /// The handle that reads, replaces and deletes the client; `None` if the server sent no token for it, which RFC 7591
    /// allows and Ory never does.
    ///
    /// It counts as [changed](RegistrationHandle::is_changed): it has not been stored yet.
    #[must_use]
    #[doc(alias = "management")]
    #[inline]
    pub fn handle(&self) -> Option<RegistrationHandle> {
        let document = &self.client.document;
        let token = document.registration_access_token.clone().filter(|token| !token.is_empty())?;
        let handle = RegistrationHandle::new(self.client_id(), token);
        Some(handle.with_client_uri(document.registration_client_uri.clone()).unstored())
    }

    /// The client as the server describes it.
    #[must_use]
    pub fn client(&self) -> &RegisteredClient {
        &self.client
    }

    /// The whole document, as the server sent it.
    #[must_use]
    pub fn document(&self) -> &OAuth2Client {
        self.client.document()
    }

    /// The metadata to replace the client with; the same as `ClientMetadata::from(&registration)`.
    #[must_use]
    #[inline]
    pub fn to_metadata(&self) -> ClientMetadata {
        self.client.to_metadata()
    }
}

impl From<&RegisteredClient> for ClientMetadata {
    #[inline]
    fn from(client: &RegisteredClient) -> Self {
        client.to_metadata()
    }
}

impl From<&Registration> for ClientMetadata {
    #[inline]
    fn from(registration: &Registration) -> Self {
        registration.to_metadata()
    }
}

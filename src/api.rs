//! TEMPORARY stand-in for the generated module, written by hand after CONTRACT.md.
//!
//! It goes away when `include!(concat!(env!("OUT_DIR"), "/oidc.rs"))` is there; nothing else may be built on
//! details of it that the contract does not promise.
#![allow(missing_docs, missing_debug_implementations, clippy::too_many_arguments, clippy::large_enum_variant)]

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use progenitor_client::ResponseValue;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode, Url};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub const SPEC_VERSION: &str = "v1.22.65";

#[derive(Clone)]
pub struct Secret(zeroize::Zeroizing<String>);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(zeroize::Zeroizing::new(value.into()))
    }
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        use subtle::ConstantTimeEq;
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}
impl Eq for Secret {}
impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}
impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}
impl From<&Secret> for Secret {
    fn from(secret: &Secret) -> Self {
        secret.clone()
    }
}
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
fn expose<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(Secret::expose_secret).serialize(serializer)
}
fn expose_required<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    secret.expose_secret().serialize(serializer)
}
fn some<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[non_exhaustive]
#[derive(Clone, Debug)]
pub enum Credential {
    Bearer(Secret),
}

#[derive(Clone, Default)]
pub struct CallOptions {
    timeout: Option<Duration>,
    headers: Vec<(HeaderName, HeaderValue)>,
    credential: Option<Credential>,
    response_limit: Option<u64>,
}
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallOptions")
    }
}
impl CallOptions {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(credential);
        self
    }
    pub fn response_limit(mut self, limit: u64) -> Self {
        self.response_limit = Some(limit);
        self
    }
}

#[non_exhaustive]
#[derive(Debug)]
pub enum Error<E = Infallible> {
    Argument { name: &'static str, reason: &'static str },
    MissingCredential { schemes: &'static str },
    Hook(String),
    Transport(reqwest::Error),
    Encode,
    Failure(Box<ResponseValue<E>>),
    Undecoded(Box<Undecoded>),
}
impl<E: fmt::Debug> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument { name, reason } => write!(f, "`{name}`: {reason}"),
            Self::MissingCredential { schemes } => write!(f, "a credential is missing: {schemes}"),
            Self::Hook(reason) => write!(f, "a hook refused: {reason}"),
            Self::Encode => f.write_str("the body of the request could not be written"),
            Self::Transport(_) => f.write_str("the request could not be carried out"),
            Self::Failure(value) => write!(f, "the server answered {}", value.status()),
            Self::Undecoded(undecoded) => write!(f, "the answer {} could not be read", undecoded.status),
        }
    }
}
impl<E: fmt::Debug> std::error::Error for Error<E> {}

pub struct Undecoded {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    reason: UndecodedReason,
}
impl fmt::Debug for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Undecoded({}, {:?}, {} bytes)", self.status, self.reason, self.body.len())
    }
}
impl Undecoded {
    pub fn status(&self) -> StatusCode {
        self.status
    }
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
    pub fn body(&self) -> &[u8] {
        &self.body
    }
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }
    pub fn reason(&self) -> &UndecodedReason {
        &self.reason
    }
}
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub enum UndecodedReason {
    Status,
    MediaType,
    Decode { path: String, line: usize, column: usize },
    TooLarge { limit: u64 },
    Cut { timed_out: bool },
    NotUtf8,
}
#[derive(Debug)]
pub struct InvalidBaseUrl(&'static str);
impl fmt::Display for InvalidBaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
impl std::error::Error for InvalidBaseUrl {}

#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    limit: u64,
}
struct Inner {
    base: Url,
    http: reqwest::Client,
}

struct Raw {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    fault: Option<UndecodedReason>,
}

impl Raw {
    fn undecoded<E>(self, reason: UndecodedReason) -> Error<E> {
        Error::Undecoded(Box::new(Undecoded { status: self.status, headers: self.headers, body: self.body, reason }))
    }
    fn json<T: serde::de::DeserializeOwned, E>(self) -> Result<ResponseValue<T>, Error<E>> {
        if let Some(reason) = self.fault.clone() {
            return Err(self.undecoded(reason));
        }
        let media = self.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("application/json");
        if !media.contains("json") {
            return Err(self.undecoded(UndecodedReason::MediaType));
        }
        let mut de = serde_json::Deserializer::from_slice(&self.body);
        let decoded = serde_path_to_error::deserialize::<_, T>(&mut de)
            .map_err(|e| (e.path().to_string(), e.into_inner()))
            .and_then(|value| de.end().map(|()| value).map_err(|e| (String::from("."), e)));
        match decoded {
            Ok(value) => Ok(ResponseValue::new(value, self.status, self.headers)),
            Err((path, error)) => {
                Err(self.undecoded(UndecodedReason::Decode { path, line: error.line(), column: error.column() }))
            }
        }
    }
    fn failure<T: serde::de::DeserializeOwned>(self) -> Error<T> {
        match self.json::<T, T>() {
            Ok(value) => Error::Failure(Box::new(value)),
            Err(error) => error,
        }
    }
}

impl Client {
    pub fn new(base_url: &str, http: reqwest::Client) -> Result<Self, InvalidBaseUrl> {
        let base = Url::parse(base_url).map_err(|_| InvalidBaseUrl("not an absolute url"))?;
        Ok(Self { inner: Arc::new(Inner { base, http }), limit: 16 << 20 })
    }
    pub fn with_response_limit(mut self, limit: u64) -> Self {
        self.limit = limit;
        self
    }
    pub fn base_url(&self) -> &Url {
        &self.inner.base
    }

    async fn call<E>(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        accept: &'static str,
        secured: bool,
        body: Option<Vec<u8>>,
        options: &CallOptions,
    ) -> Result<Raw, Error<E>> {
        for segment in path {
            if matches!(*segment, "" | "." | "..") {
                return Err(Error::Argument { name: "id", reason: "must not be empty, `.` or `..`" });
            }
        }
        let mut url = self.inner.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = self.inner.http.request(method, url).header(header::ACCEPT, accept);
        if secured {
            let Some(Credential::Bearer(token)) = &options.credential else {
                return Err(Error::MissingCredential { schemes: "bearer" });
            };
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
                .map_err(|_| Error::Argument { name: "credential", reason: "contains a control character" })?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        for (name, value) in &options.headers {
            request = request.header(name, value);
        }
        if let Some(timeout) = options.timeout {
            request = request.timeout(timeout);
        }
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        let mut response = request.send().await.map_err(|e| Error::Transport(e.without_url()))?;
        let limit = options.response_limit.unwrap_or(self.limit);
        let mut raw =
            Raw { status: response.status(), headers: response.headers().clone(), body: Vec::new(), fault: None };
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    raw.body.extend_from_slice(&chunk);
                    if raw.body.len() as u64 > limit {
                        raw.fault = Some(UndecodedReason::TooLarge { limit });
                        break;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    raw.fault = Some(UndecodedReason::Cut { timed_out: error.is_timeout() });
                    break;
                }
            }
        }
        Ok(raw)
    }

    pub async fn discover_oidc_configuration(
        &self,
        options: &CallOptions,
    ) -> Result<ResponseValue<types::OidcConfiguration>, Error<types::ErrorOAuth2>> {
        let path = [".well-known", "openid-configuration"];
        let raw = self.call(Method::GET, &path, &[], "application/json", false, None, options).await?;
        match raw.status.as_u16() {
            200 => raw.json(),
            300..=399 => Err(raw.undecoded(UndecodedReason::Status)),
            _ => Err(raw.failure()),
        }
    }

    pub async fn create_verifiable_credential(
        &self,
        body: &types::CreateVerifiableCredentialRequestBody,
        options: &CallOptions,
    ) -> Result<ResponseValue<types::VerifiableCredentialResponse>, Error<CreateVerifiableCredentialFailure>> {
        let body = serde_json::to_vec(body).ok();
        let raw = self.call(Method::POST, &["credentials"], &[], "application/json", true, body, options).await?;
        fn wrap<T>(
            error: Error<T>,
            f: impl FnOnce(T) -> CreateVerifiableCredentialFailure,
        ) -> Error<CreateVerifiableCredentialFailure> {
            match error {
                Error::Failure(value) => {
                    let (status, headers) = (value.status(), value.headers().clone());
                    Error::Failure(Box::new(ResponseValue::new(f(value.into_inner()), status, headers)))
                }
                Error::Undecoded(undecoded) => Error::Undecoded(undecoded),
                _ => Error::Hook(String::new()),
            }
        }
        match raw.status.as_u16() {
            200 => raw.json(),
            300..=399 => Err(raw.undecoded(UndecodedReason::Status)),
            400 => Err(wrap(raw.failure(), CreateVerifiableCredentialFailure::BadRequest)),
            401 => Err(wrap(raw.failure(), CreateVerifiableCredentialFailure::Unauthorized)),
            _ => Err(wrap(raw.failure(), CreateVerifiableCredentialFailure::Default)),
        }
    }

    pub async fn create_oidc_dynamic_client(
        &self,
        body: &types::OAuth2ClientRequest,
        options: &CallOptions,
    ) -> Result<ResponseValue<types::OAuth2Client>, Error<types::ErrorOAuth2>> {
        let body = serde_json::to_vec(body).ok();
        let path = ["oauth2", "register"];
        let raw = self.call(Method::POST, &path, &[], "application/json", false, body, options).await?;
        match raw.status.as_u16() {
            201 => raw.json(),
            200..=399 => Err(raw.undecoded(UndecodedReason::Status)),
            _ => Err(raw.failure()),
        }
    }

    pub async fn get_oidc_dynamic_client(
        &self,
        id: &str,
        options: &CallOptions,
    ) -> Result<ResponseValue<types::OAuth2Client>, Error<types::ErrorOAuth2>> {
        let path = ["oauth2", "register", id];
        let raw = self.call(Method::GET, &path, &[], "application/json", true, None, options).await?;
        match raw.status.as_u16() {
            200 => raw.json(),
            201..=399 => Err(raw.undecoded(UndecodedReason::Status)),
            _ => Err(raw.failure()),
        }
    }

    pub async fn set_oidc_dynamic_client(
        &self,
        id: &str,
        body: &types::OAuth2ClientRequest,
        options: &CallOptions,
    ) -> Result<ResponseValue<types::OAuth2Client>, Error<types::ErrorOAuth2>> {
        let body = serde_json::to_vec(body).ok();
        let path = ["oauth2", "register", id];
        let raw = self.call(Method::PUT, &path, &[], "application/json", true, body, options).await?;
        match raw.status.as_u16() {
            200 => raw.json(),
            201..=399 => Err(raw.undecoded(UndecodedReason::Status)),
            _ => Err(raw.failure()),
        }
    }

    pub async fn delete_oidc_dynamic_client(
        &self,
        id: &str,
        options: &CallOptions,
    ) -> Result<ResponseValue<()>, Error<types::ErrorOAuth2>> {
        let path = ["oauth2", "register", id];
        let raw = self.call(Method::DELETE, &path, &[], "application/json", true, None, options).await?;
        match raw.status.as_u16() {
            204 => Ok(ResponseValue::new((), raw.status, raw.headers)),
            200..=399 => Err(raw.undecoded(UndecodedReason::Status)),
            _ => Err(raw.failure()),
        }
    }

    pub async fn get_oidc_user_info(
        &self,
        options: &CallOptions,
    ) -> Result<ResponseValue<GetOidcUserInfoResponse>, Error<types::ErrorOAuth2>> {
        let accept = "application/json, application/jwt";
        let raw = self.call(Method::GET, &["userinfo"], &[], accept, true, None, options).await?;
        match raw.status.as_u16() {
            200 => {
                let jwt = raw
                    .headers
                    .get(header::CONTENT_TYPE)
                    .and_then(|v| v.to_str().ok())
                    .is_some_and(|v| v.starts_with("application/jwt"));
                if jwt {
                    if let Some(fault) = raw.fault.clone() {
                        return Err(raw.undecoded(fault));
                    }
                    let Ok(text) = String::from_utf8(raw.body.clone()) else {
                        return Err(raw.undecoded(UndecodedReason::NotUtf8));
                    };
                    return Ok(ResponseValue::new(GetOidcUserInfoResponse::OkJwt(text), raw.status, raw.headers));
                }
                let value = raw.json::<types::OidcUserInfo, types::ErrorOAuth2>()?;
                let (status, headers) = (value.status(), value.headers().clone());
                Ok(ResponseValue::new(GetOidcUserInfoResponse::OkJson(value.into_inner()), status, headers))
            }
            201..=399 => Err(raw.undecoded(UndecodedReason::Status)),
            _ => Err(raw.failure()),
        }
    }

    pub async fn revoke_oidc_session(
        &self,
        params: &RevokeOidcSessionParams,
        options: &CallOptions,
    ) -> Result<ResponseValue<RevokeOidcSessionResponse>, Error<Infallible>> {
        let mut query = Vec::new();
        if let Some(v) = &params.id_token_hint {
            query.push(("id_token_hint", v.expose_secret()));
        }
        if let Some(v) = &params.post_logout_redirect_uri {
            query.push(("post_logout_redirect_uri", v.as_str()));
        }
        if let Some(v) = &params.state {
            query.push(("state", v.as_str()));
        }
        if let Some(v) = &params.logout_verifier {
            query.push(("logout_verifier", v.expose_secret()));
        }
        let path = ["oauth2", "sessions", "logout"];
        let raw = self.call(Method::GET, &path, &query, "text/html", false, None, options).await?;
        match raw.status.as_u16() {
            200 => {
                if let Some(fault) = raw.fault.clone() {
                    return Err(raw.undecoded(fault));
                }
                let text = String::from_utf8_lossy(&raw.body).into_owned();
                Ok(ResponseValue::new(RevokeOidcSessionResponse::Ok(text), raw.status, raw.headers))
            }
            302 => Ok(ResponseValue::new(RevokeOidcSessionResponse::Found, raw.status, raw.headers)),
            _ => Err(raw.undecoded(UndecodedReason::Status)),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum CreateVerifiableCredentialFailure {
    BadRequest(types::CreateVerifiableCredentialBadRequest),
    Unauthorized(types::ErrorOAuth2),
    Default(types::ErrorOAuth2),
}
#[derive(Clone, Debug, PartialEq)]
pub enum GetOidcUserInfoResponse {
    OkJson(types::OidcUserInfo),
    OkJwt(String),
}
#[derive(Clone, Debug, PartialEq)]
pub enum RevokeOidcSessionResponse {
    Ok(String),
    Found,
}
#[non_exhaustive]
#[derive(Clone, Debug, Default)]
pub struct RevokeOidcSessionParams {
    pub id_token_hint: Option<Secret>,
    pub post_logout_redirect_uri: Option<String>,
    pub state: Option<String>,
    pub logout_verifier: Option<Secret>,
}

pub mod types {
    use super::{Deserialize, Secret, Serialize, expose, expose_required, some};
    type Extra = serde_json::Map<String, serde_json::Value>;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    pub enum CreateVerifiableCredentialBadRequest {
        VerifiableCredentialPrimingResponse(VerifiableCredentialPrimingResponse),
        ErrorOAuth2(ErrorOAuth2),
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[non_exhaustive]
    pub struct VerifiableCredentialPrimingResponse {
        #[serde(serialize_with = "expose_required")]
        pub c_nonce: Secret,
        pub c_nonce_expires_in: i64,
        pub error: String,
        pub error_description: String,
        pub format: String,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[non_exhaustive]
    pub struct ErrorOAuth2 {
        pub error: String,
        pub error_description: String,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[non_exhaustive]
    pub struct CreateVerifiableCredentialRequestBody {
        pub format: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub types: Option<Vec<String>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub proof: Option<VerifiableCredentialProof>,
    }
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[non_exhaustive]
    pub struct VerifiableCredentialProof {
        pub proof_type: String,
        #[serde(serialize_with = "expose_required")]
        pub jwt: Secret,
    }
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[non_exhaustive]
    pub struct VerifiableCredentialResponse {
        pub format: String,
        #[serde(serialize_with = "expose_required")]
        pub credential_draft_00: Secret,
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[non_exhaustive]
    pub struct JsonWebKeySet {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub keys: Option<Vec<JsonWebKey>>,
        #[serde(flatten)]
        pub additional_properties: Extra,
    }
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[non_exhaustive]
    pub struct JsonWebKey {
        pub kty: String,
        #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose")]
        pub d: Option<Secret>,
        #[serde(flatten)]
        pub additional_properties: Extra,
    }

    macro_rules! document {
        ($(#[$meta:meta])* $name:ident { text: $($text:ident)*; list: $($list:ident)*; flag: $($flag:ident)*; span: $($span:ident)*; $($rest:tt)* }) => {
            $(#[$meta])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[non_exhaustive]
            pub struct $name {
                $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $text: Option<String>,)*
                $(#[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some")] pub $list: Option<Option<Vec<String>>>,)*
                $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $flag: Option<bool>,)*
                $(#[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some")] pub $span: Option<Option<String>>,)*
                $($rest)*
                #[serde(flatten)]
                pub additional_properties: Extra,
            }
        };
    }
    macro_rules! client {
        ($(#[$meta:meta])* $name:ident { $($rest:tt)* }) => {
            document! { $(#[$meta])* $name {
                text: backchannel_logout_uri client_name client_uri frontchannel_logout_uri jwks_uri logo_uri owner policy_uri
                    request_object_signing_alg scope sector_identifier_uri subject_type token_endpoint_auth_method
                    token_endpoint_auth_signing_alg tos_uri userinfo_signed_response_alg;
                list: allowed_cors_origins audience contacts grant_types post_logout_redirect_uris redirect_uris request_uris response_types;
                flag: backchannel_logout_session_required frontchannel_logout_session_required;
                span: authorization_code_grant_access_token_lifespan authorization_code_grant_id_token_lifespan
                    authorization_code_grant_refresh_token_lifespan client_credentials_grant_access_token_lifespan
                    device_authorization_grant_access_token_lifespan device_authorization_grant_id_token_lifespan
                    device_authorization_grant_refresh_token_lifespan implicit_grant_access_token_lifespan
                    implicit_grant_id_token_lifespan jwt_bearer_grant_access_token_lifespan refresh_token_grant_access_token_lifespan
                    refresh_token_grant_id_token_lifespan refresh_token_grant_refresh_token_lifespan;
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub jwks: Option<JsonWebKeySet>,
                $($rest)*
            } }
        };
    }
    client! { OAuth2Client {
        pub client_id: String,
        #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose")]
        pub client_secret: Option<Secret>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub client_secret_expires_at: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose")]
        pub registration_access_token: Option<Secret>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub registration_client_uri: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created_at: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub updated_at: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub metadata: Option<serde_json::Value>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub skip_consent: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some")]
        pub skip_logout_consent: Option<Option<bool>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub access_token_strategy: Option<String>,
    } }
    client! { #[derive(Default)] OAuth2ClientRequest {} }

    const READ_ONLY: [&str; 11] = [
        "client_id",
        "client_secret",
        "client_secret_expires_at",
        "registration_access_token",
        "registration_client_uri",
        "created_at",
        "updated_at",
        "metadata",
        "skip_consent",
        "skip_logout_consent",
        "access_token_strategy",
    ];
    impl From<OAuth2Client> for OAuth2ClientRequest {
        fn from(client: OAuth2Client) -> Self {
            let mut value = serde_json::to_value(client).unwrap_or_default();
            if let Some(object) = value.as_object_mut() {
                object.retain(|name, _| !READ_ONLY.contains(&name.as_str()));
            }
            serde_json::from_value(value).unwrap_or_default()
        }
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[non_exhaustive]
    pub struct CredentialSupportedDraft00 {
        #[serde(flatten)]
        pub additional_properties: Extra,
    }

    macro_rules! configuration {
        ($($text:ident)*; $($list:ident)*; $($flag:ident)*) => {
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[non_exhaustive]
            pub struct OidcConfiguration {
                pub issuer: String,
                pub authorization_endpoint: String,
                pub token_endpoint: String,
                pub jwks_uri: String,
                pub subject_types_supported: Vec<String>,
                pub response_types_supported: Vec<String>,
                pub id_token_signing_alg_values_supported: Vec<String>,
                $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $text: Option<String>,)*
                $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $list: Option<Vec<String>>,)*
                $(#[serde(default, skip_serializing_if = "Option::is_none")] pub $flag: Option<bool>,)*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub credentials_supported_draft_00: Option<Vec<CredentialSupportedDraft00>>,
                #[serde(flatten)]
                pub additional_properties: Extra,
            }
        };
    }
    configuration! {
        device_authorization_endpoint registration_endpoint userinfo_endpoint revocation_endpoint end_session_endpoint
            credentials_endpoint_draft_00;
        claims_supported grant_types_supported response_modes_supported scopes_supported token_endpoint_auth_methods_supported
            userinfo_signing_alg_values_supported id_token_signed_response_alg userinfo_signed_response_alg
            request_object_signing_alg_values_supported code_challenge_methods_supported;
        request_parameter_supported request_uri_parameter_supported require_request_uri_registration claims_parameter_supported
            backchannel_logout_supported backchannel_logout_session_supported frontchannel_logout_supported
            frontchannel_logout_session_supported
    }

    macro_rules! user {
        ($($text:ident)*; $($flag:ident)*) => {
            #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
            #[non_exhaustive]
            pub struct OidcUserInfo {
                $(#[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some")] pub $text: Option<Option<String>>,)*
                $(#[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some")] pub $flag: Option<Option<bool>>,)*
                #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "some")]
                pub updated_at: Option<Option<f64>>,
                #[serde(flatten)]
                pub additional_properties: Extra,
            }
        };
    }
    user! {
        birthdate email family_name gender given_name locale middle_name name nickname phone_number picture preferred_username
            profile sub website zoneinfo;
        _none
    }
}

//! [`Error`]: the one error of the crate, small and without secrets in its text.
//!
//! Every module may use this one. It knows the operations, and not the flows.

pub(crate) mod remedies;
mod salvaged;
mod verification;

pub use self::salvaged::SalvagedClient;
pub use self::verification::VerificationFailure;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use zeroize::Zeroizing;

use crate::api;
use crate::api::{Secret, UndecodedReason};
use crate::lenient_json;
use crate::operation::Operation;
use openapi_smith_runtime::{
    AttemptError, BearerChallenge, BoxError, RateLimit, Redaction, TokenError, TransportError, TransportErrorKind,
    is_transient, retry_after,
};

/// The result of this crate's calls.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument or a setting is invalid; nothing was sent.
    InvalidInput,
    /// No connection could be opened; nothing was sent.
    Connect,
    /// The connection broke after the request was on its way.
    Transport,
    /// The time allowed for the call ran out.
    Timeout,
    /// The server rejected the request: [`status`](Error::status) and [`oauth`](Error::oauth) have the reason.
    Rejected,
    /// The response is not one that this operation declares.
    UnexpectedResponse,
    /// The response or the JWT must not be trusted: wrong issuer, wrong subject, or invalid signature, for example.
    ///
    /// [`verification_failure`](Error::verification_failure) has the rule that it breaks.
    Verification,
    /// The issuer's keys could not be fetched or are unusable, so nothing was verified.
    ///
    /// The message has the reason and the address that was asked. [`status`](Error::status), [`headers`](Error::headers) and
    /// [`body`](Error::body) are empty, because they would be about another request than the one whose response is verified. The
    /// [source](std::error::Error::source) is the [`Error`] of the request that failed, with its
    /// [`operation`](Error::operation): [`DiscoverOidcConfiguration`](crate::Operation::DiscoverOidcConfiguration) or
    /// [`DiscoverJsonWebKeys`](crate::Operation::DiscoverJsonWebKeys). There is none if nothing was sent.
    KeysUnavailable,
    /// A [`ProofSigner`](crate::ProofSigner) failed or produced something unusable.
    ProofSigner,
    /// A [`TokenProvider`](crate::TokenProvider) failed; nothing was sent.
    TokenProvider,
    /// The `ReplayGuard` of a `LogoutTokenVerifier` failed, so the logout token was not accepted.
    ReplayGuard,
    /// A [`RegistrationStore`](crate::RegistrationStore) failed: its error is the [source](std::error::Error::source).
    ///
    /// If the server had registered or replaced the client by then, [`salvaged`](Error::salvaged) has the secrets that were to be
    /// stored.
    RegistrationStore,
}

/// Why an operation did not succeed.
///
/// `Display` is one line: the operation, what happened, the status, the server's error code and description, and what a
/// person can do about it. Neither `Display` nor `Debug` shows tokens, bodies, header values or addresses with a query; what
/// the server sent is behind [`body`](Self::body) and [`headers`](Self::headers). The error of code of your own (a
/// token provider, a signer, a transport, a verifier, a guard or a store) is the [`source`](std::error::Error::source), and `Debug` shows
/// nothing of it.
///
/// ```no_run
/// # async fn example(client: ory_oidc::Client, token: String) -> Result<(), ory_oidc::Error> {
/// use ory_oidc::ErrorKind;
///
/// match client.userinfo(&token).await {
///     Ok(info) => println!("{info:?}"),
///     Err(error) if error.kind() == ErrorKind::Rejected && error.status().is_some_and(|s| s == 401) => {
///         eprintln!("please log in again: {error}");
///     }
///     Err(error) if error.is_retryable() => eprintln!("retry in {:?}", error.retry_after()),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: Option<Operation>,
    message: String,
    hint: Option<&'static str>,
    status: Option<StatusCode>,
    headers: HeaderMap,
    // The response to a registration holds secrets even if it cannot be decoded.
    body: Zeroizing<Vec<u8>>,
    oauth: Option<OAuthError>,
    salvaged: Option<SalvagedClient>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    verification_failure: Option<VerificationFailure>,
    /// Whether a retry would fail in the same way, although the kind is a transient one.
    permanent: bool,
    /// Whether the request may have reached the server, if there is no response.
    was_sent: bool,
    /// For redacting the challenge, which is parsed on demand.
    sent: Redaction,
}

impl Error {
    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed; `None` for what is not part of one, such as building a client or reading a key.
    #[must_use]
    pub fn operation(&self) -> Option<Operation> {
        self.0.operation
    }

    /// The status of the response, if there is one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The headers of the response; empty if there is none.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The body of the response, which may hold secrets; empty if there is none.
    ///
    /// A response that could not be decoded is here byte for byte; it may be truncated. A decoded failure is encoded again, so white
    /// space and the order of properties may differ.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// The OAuth error of the response: from its body, or from its `WWW-Authenticate` header if the body has none.
    #[must_use]
    pub fn oauth(&self) -> Option<&OAuthError> {
        self.0.oauth.as_ref()
    }

    /// The `WWW-Authenticate: Bearer` challenge of the response.
    #[must_use]
    #[inline]
    pub fn challenge(&self) -> Option<BearerChallenge> {
        BearerChallenge::from_headers(&self.0.headers).map(|challenge| challenge.redacted(&self.0.sent))
    }

    /// The rule that the response or the JWT breaks, if the kind is [`Verification`](ErrorKind::Verification).
    #[must_use]
    pub fn verification_failure(&self) -> Option<VerificationFailure> {
        self.0.verification_failure
    }

    /// The rate limit as the Ory Network reports it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(&self.0.headers)
    }

    /// How long the server asks to wait before the next attempt: `Retry-After`, in seconds or as a date, else
    /// `x-ratelimit-reset`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.0.headers)
    }

    /// Whether the failure is transient, and the operation [is retryable](Operation::is_retryable).
    ///
    /// A [`RetryPolicy`](crate::RetryPolicy) retries exactly these errors; nothing is retried without one.
    ///
    /// For [`KeysUnavailable`](ErrorKind::KeysUnavailable) the call to retry is the verification.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let is_retryable = self.0.operation.is_some_and(Operation::is_retryable);
        match self.0.kind {
            ErrorKind::KeysUnavailable => !self.0.permanent,
            ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Timeout => is_retryable && !self.0.permanent,
            ErrorKind::Rejected => {
                // The second is a 400, but a transient one: two writes in the database collided.
                let passing = self.0.status.is_some_and(is_transient)
                    || self.0.oauth.as_ref().is_some_and(|o| o.error.starts_with("Unable to serialize access"));
                is_retryable && passing
            }
            _ => false,
        }
    }

    /// The readable part of a client document that could not be decoded as a whole.
    ///
    /// With status 201 or 200 the server has registered or replaced the client, and it sends the secrets only once. If a property
    /// of the response has the wrong type, the id, the secret and the registration access token are still picked out of the body. The
    /// same parts are here if a [`RegistrationStore`](crate::RegistrationStore) fails to store a new handle.
    #[must_use]
    pub fn salvaged(&self) -> Option<&SalvagedClient> {
        self.0.salvaged.as_ref()
    }

    /// The new registration access token, if a client was replaced but the response could not be decoded, or the handle not stored.
    ///
    /// [`replace_client`](crate::Client::replace_client) has put it into the handle already. After
    /// [`update`](crate::Registrations::update), store it with [`put`](crate::Registrations::put).
    #[must_use]
    pub fn rotated_token(&self) -> Option<&Secret> {
        match self.0.operation {
            Some(Operation::SetOidcDynamicClient) => self.0.salvaged.as_ref()?.registration_access_token(),
            _ => None,
        }
    }

    /// Whether the server may have carried out the request: it was sent, and no response tells that it was refused.
    pub(crate) fn may_have_taken_effect(&self) -> bool {
        match self.0.status {
            Some(status) => !status.is_client_error(),
            None => self.0.was_sent,
        }
    }

    /// Whether Ory itself sent the response. A proxy may refuse a request, too, but Ory's refusal has an OAuth error, in the body or the
    /// challenge.
    pub(crate) fn is_by_ory(&self) -> bool {
        self.oauth().is_some_and(OAuthError::is_from_handler)
            || self.challenge().is_some_and(|challenge| challenge.error().is_some())
    }

    pub(crate) fn new(kind: ErrorKind, operation: Option<Operation>, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            operation,
            message: message.into(),
            hint: None,
            status: None,
            headers: HeaderMap::new(),
            body: Zeroizing::default(),
            oauth: None,
            salvaged: None,
            source: None,
            verification_failure: None,
            permanent: false,
            was_sent: false,
            sent: Redaction::default(),
        }))
    }

    pub(crate) fn invalid(operation: impl Into<Option<Operation>>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, operation.into(), message)
    }

    /// A response or a JWT that must not be trusted.
    pub(crate) fn unverified(failure: VerificationFailure, message: impl Into<String>) -> Self {
        let mut new = Self::new(ErrorKind::Verification, None, message);
        new.0.verification_failure = Some(failure);
        new
    }

    pub(crate) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    pub(crate) fn with_hint(mut self, hint: &'static str) -> Self {
        self.0.hint = Some(hint);
        self
    }

    pub(crate) fn with_operation(mut self, operation: Operation) -> Self {
        self.0.operation = Some(operation);
        self
    }

    pub(crate) fn with_response(mut self, status: StatusCode, headers: HeaderMap) -> Self {
        self.0.status = Some(status);
        self.0.headers = headers;
        self
    }

    /// Keeps a body that was decoded, but is not what it should be.
    pub(crate) fn with_body(mut self, body: Vec<u8>) -> Self {
        self.0.body = Zeroizing::new(body);
        self
    }

    /// The issuer's keys cannot be fetched or used. Without an operation: the verification adds its own.
    #[cfg(feature = "verify")]
    pub(crate) fn no_keys(problem: impl fmt::Display, is_retryable: bool) -> Self {
        let mut new = Self::new(ErrorKind::KeysUnavailable, None, format!("the issuer's keys cannot be {problem}"));
        new.0.permanent = !is_retryable;
        new
    }

    pub(crate) fn with_salvaged(mut self, salvaged: Option<SalvagedClient>) -> Self {
        self.0.salvaged = salvaged;
        self
    }

    /// Whether `Debug` shows this source. Errors of code of the caller's own, such as a transport, a verifier or a store, may hold
    /// secrets. reqwest's has lost its URL, unless it is theirs.
    fn shows(&self, source: &(dyn std::error::Error + 'static)) -> bool {
        use ErrorKind as K;
        let of_transport =
            matches!(self.0.kind, K::InvalidInput | K::Connect | K::Transport | K::Timeout | K::UnexpectedResponse);
        source.is::<Self>() || of_transport && source.is::<reqwest::Error>()
    }

    /// Redacts the secrets that were sent.
    pub(crate) fn without(mut self, sent: Redaction) -> Self {
        self.0.oauth = self.0.oauth.map(|oauth| OAuthError {
            error: sent.redact(&oauth.error),
            description: oauth.description.as_deref().map(|text| sent.redact(text)),
            ..oauth
        });
        self.0.sent = sent;
        self
    }

    /// Converts an error of the generated layer.
    pub(crate) fn from_api<E>(operation: Operation, error: api::Error<E>) -> Self {
        match error {
            api::Error::Transport(error) => Self::from_transport(operation, error),
            api::Error::Failure(failure) => {
                let (status, headers, text) = failure.into_parts();
                let value = lenient_json::value(&text);
                Self::from_response(operation, status, headers, text, value.as_ref(), None)
            }
            api::Error::Undecoded(undecoded) => {
                let (status, headers) = (undecoded.status(), undecoded.headers().clone());
                let reason = undecoded.reason().clone();
                let text = undecoded.into_body();
                // A success has no OAuth error; `registration` picks the secrets out of it.
                let value = if is_refusal(status) { lenient_json::value(&text) } else { None };
                Self::from_response(operation, status, headers, text, value.as_ref(), Some(&reason))
            }
            api::Error::Token(error) => Self::from(error).with_operation(operation),
            api::Error::Hook(text) => Self::invalid(operation, text),
            api::Error::InvalidArgument { name: "credential", reason } => {
                let token = operation.token_name();
                Self::invalid(operation, format!("the {token} {}", reason.strip_prefix("it ").unwrap_or(reason)))
            }
            // All other errors occur before sending; their messages hold no value of the caller's.
            refused => Self::invalid(operation, refused.to_string()),
        }
    }

    fn from_transport(operation: Operation, error: TransportError) -> Self {
        let mut new = Self::new(kind_of(&error), Some(operation), error.to_string());
        new.0.hint = match error.kind() {
            TransportErrorKind::NotHttp => remedies::for_no_http(operation),
            TransportErrorKind::Certificate => Some(remedies::CERTIFICATE),
            TransportErrorKind::Proxy => Some(remedies::PROXY),
            TransportErrorKind::ProxyCredentials => Some(remedies::PROXY_CREDENTIALS),
            TransportErrorKind::Invalid | TransportErrorKind::NoRuntime | TransportErrorKind::Blocking => None,
            _ => remedies::for_silence(operation, error.was_sent()),
        };
        (new.0.permanent, new.0.was_sent) = (!error.is_retryable(), error.was_sent());
        new.with_source(error.into_source())
    }

    fn from_response(
        operation: Operation,
        status: StatusCode,
        headers: HeaderMap,
        body: Vec<u8>,
        value: Option<&serde_json::Value>,
        undecoded: Option<&UndecodedReason>,
    ) -> Self {
        let refused = is_refusal(status);
        let mut oauth = if refused { value.and_then(OAuthError::from_value) } else { None };
        if refused && oauth.as_ref().is_none_or(OAuthError::is_unspecific) {
            oauth = BearerChallenge::from_headers(&headers).and_then(OAuthError::from_challenge).or(oauth);
        }
        let status_text = with_reason(status);
        let (kind, message) = match undecoded {
            _ if refused => (ErrorKind::Rejected, format!("refused with {status_text}")),
            Some(UndecodedReason::Truncated { timed_out: true }) => {
                (ErrorKind::Timeout, format!("response {status_text} is truncated: the call took too long"))
            }
            Some(UndecodedReason::Truncated { timed_out: false }) => {
                (ErrorKind::Transport, format!("response {status_text} is truncated: the connection was lost"))
            }
            Some(reason) => {
                (ErrorKind::UnexpectedResponse, format!("invalid response {status_text}: {}", describe(reason)))
            }
            None => (ErrorKind::UnexpectedResponse, format!("unexpected response {status_text}")),
        };
        let mut new = Self::new(kind, Some(operation), message).with_response(status, headers);
        let by_reason = || undecoded.filter(|_| !refused).and_then(|reason| remedies::for_undecoded(operation, reason));
        new.0.hint = remedies::for_response(operation, status, oauth.as_ref()).or_else(by_reason);
        new.0.oauth = oauth;
        new.0.body = Zeroizing::new(body);
        new
    }
}

/// Ory's descriptions begin with up to 250 characters of RFC text; the reason follows.
const DESCRIPTION_LIMIT: usize = 600;

/// What kind of failure a request without a response is.
pub(crate) fn kind_of(error: &TransportError) -> ErrorKind {
    match error.kind() {
        TransportErrorKind::Invalid | TransportErrorKind::NoRuntime | TransportErrorKind::Blocking => {
            ErrorKind::InvalidInput
        }
        TransportErrorKind::Connect
        | TransportErrorKind::Certificate
        | TransportErrorKind::Proxy
        | TransportErrorKind::ProxyCredentials => ErrorKind::Connect,
        TransportErrorKind::ConnectTimeout | TransportErrorKind::Timeout => ErrorKind::Timeout,
        TransportErrorKind::NotHttp => ErrorKind::UnexpectedResponse,
        _ => ErrorKind::Transport,
    }
}

fn is_refusal(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// `404 Not Found`; the number alone if it has no reason phrase.
fn with_reason(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// Describes why the generated layer could not decode a response.
fn describe(reason: &UndecodedReason) -> String {
    match reason {
        UndecodedReason::Status => "this operation declares no such response".to_owned(),
        UndecodedReason::MediaType => "its media type is not one of this operation".to_owned(),
        UndecodedReason::Decode { path, line, column, .. } if path.is_empty() => {
            format!("its body is not what was declared (line {line}, column {column})")
        }
        UndecodedReason::Decode { path, line, column, .. } => {
            format!("`{}` in it is not what was declared (line {line}, column {column})", clean(path, 100))
        }
        UndecodedReason::Missing { path } => format!("`{}` in it is missing", clean(path, 100)),
        UndecodedReason::TooLarge { limit } => format!("it is larger than the limit of {limit} bytes"),
        UndecodedReason::NotUtf8 => "its text is not UTF-8".to_owned(),
        UndecodedReason::Compressed { encoding } => format!("it is compressed ({})", clean(encoding, 40)),
        _ => "it is not what was declared".to_owned(),
    }
}

/// Without an operation: it is about the token alone.
impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        let kind = if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::TokenProvider };
        let mut new = Self::new(kind, None, error.to_string());
        if error.is_timeout() {
            new.0.hint = Some("nothing was sent: the next call continues to wait for the same token");
        }
        new.0.source = error.into_source();
        new
    }
}

impl AttemptError for Error {
    fn status(&self) -> Option<StatusCode> {
        self.status()
    }

    fn headers(&self) -> Option<&HeaderMap> {
        Some(self.headers())
    }

    fn is_retryable(&self) -> bool {
        self.is_retryable()
    }

    fn error_type(&self) -> Cow<'static, str> {
        match (self.kind(), self.status()) {
            (ErrorKind::Rejected, Some(status)) => status.as_str().to_owned().into(),
            (kind, _) => format!("{kind:?}").into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&inner.message)?;
        if let Some(oauth) = &inner.oauth {
            write!(f, ": {}", clean(&oauth.error, 100))?;
            if let Some(description) = oauth.description.as_deref().map(|text| clean(text, DESCRIPTION_LIMIT))
                && !description.is_empty()
            {
                write!(f, ": {description}")?;
            }
        }
        if let Some(hint) = inner.hint {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

/// The line of `Display`, then the rest: a `main` that returns the error shows it in this form.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        write!(f, "{self} ")?;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("status", &inner.status)
            .field("body_length", &inner.body.len())
            .field("salvaged", &inner.salvaged)
            .field("source", &inner.source.as_deref().filter(|source| self.shows(*source)))
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// The OAuth error in a response body (RFC 6749 section 5.2), read tolerantly.
///
/// Ory's handlers send exactly `error` and `error_description`, where `error` is a code such as `invalid_token` **or a
/// sentence** such as `The request could not be authorized`: compare it only where a code is certain to be sent. Routers and
/// proxies send an object as `error`, with `message` and `reason`; these are read too.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OAuthError {
    error: String,
    description: Option<String>,
    from_handler: bool,
}

impl OAuthError {
    /// The code, or a sentence in its place.
    #[must_use]
    pub fn error(&self) -> &str {
        &self.error
    }

    /// The text that explains it, as the server sent it; `None` if it sent none or an empty one.
    ///
    /// If the server repeats a token or another secret that was sent to it, `[redacted]` replaces it.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Whether it has the shape of Ory's own handlers, which routers and proxies do not imitate.
    fn is_from_handler(&self) -> bool {
        self.from_handler && self.description.is_some()
    }

    /// Ory sends `{"error":"error","error_description":"The error is unrecognizable"}` for unknown errors.
    fn is_unspecific(&self) -> bool {
        self.error == "error"
    }

    fn from_value(value: &serde_json::Value) -> Option<Self> {
        let text = |value: Option<&serde_json::Value>| {
            value.and_then(serde_json::Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        match value.get("error")? {
            serde_json::Value::String(error) => Some(Self {
                error: error.clone(),
                description: text(value.get("error_description")),
                from_handler: true,
            }),
            object @ serde_json::Value::Object(_) => Some(Self {
                error: text(object.get("message")).or_else(|| text(object.get("error")))?,
                description: text(object.get("reason")).or_else(|| text(object.get("error_description"))),
                from_handler: false,
            }),
            _ => None,
        }
    }

    fn from_challenge(challenge: BearerChallenge) -> Option<Self> {
        Some(Self {
            error: challenge.error()?.to_owned(),
            description: challenge.error_description().map(str::to_owned),
            from_handler: true,
        })
    }
}

/// Shows the texts as [`Error`]'s `Display` does: on one line and of bounded length.
impl fmt::Debug for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthError")
            .field("error", &clean(&self.error, 100))
            .field("description", &self.description.as_deref().map(|text| clean(text, DESCRIPTION_LIMIT)))
            .finish()
    }
}

/// Makes a server's text fit for one line of a log: no control characters, no dot at the end, at most `limit` characters.
pub(crate) fn clean(text: &str, limit: usize) -> String {
    let mut short: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(limit.saturating_add(1)).collect();
    if short.chars().count() > limit {
        short.pop();
        short.push_str("...");
        return short;
    }
    short.trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn response(operation: Operation, status: u16, body: serde_json::Value) -> Error {
        let status = StatusCode::from_u16(status).unwrap();
        Error::from_response(operation, status, HeaderMap::new(), body.to_string().into_bytes(), Some(&body), None)
    }

    #[test]
    fn display_is_one_line_with_a_hint() {
        let error = response(
            Operation::GetOidcDynamicClient,
            401,
            json!({"error": "The request could not be authorized", "error_description": "No\r\nsuch client."}),
        );
        assert_eq!(
            error.to_string(),
            "getOidcDynamicClient: refused with 401 Unauthorized: The request could not be authorized: No  such \
             client (wrong registration access token, or no such client: each replacement changes the token, and an \
             administrator's PUT or PATCH of the client ends it; the guide of registration has the way back)"
        );
        assert_eq!(error.oauth().unwrap().description(), Some("No\r\nsuch client."));
    }

    #[test]
    fn a_404_of_the_handler_and_of_the_router_have_different_hints() {
        let off = response(
            Operation::CreateOidcDynamicClient,
            404,
            json!({"error": "The requested resource could not be found", "error_description": "Dynamic registration is not enabled."}),
        );
        assert!(off.to_string().contains("switched off"), "{off}");
        let unrouted = response(
            Operation::CreateOidcDynamicClient,
            404,
            json!({"error": {"code": 404, "message": "Not Found", "reason": "The requested route does not exist."}}),
        );
        assert!(unrouted.to_string().contains("no such endpoint"), "{unrouted}");
        assert_eq!(unrouted.oauth().unwrap().error(), "Not Found");
    }

    #[test]
    fn the_challenge_replaces_an_unspecific_body() {
        let body = json!({"error": "error", "error_description": "The error is unrecognizable"});
        let mut headers = HeaderMap::new();
        headers.insert(
            reqwest::header::WWW_AUTHENTICATE,
            reqwest::header::HeaderValue::from_static(
                r#"Bearer error="invalid_token",error_description="Only access tokens are allowed in the authorization header.""#,
            ),
        );
        let error = Error::from_response(
            Operation::GetOidcUserInfo,
            StatusCode::UNAUTHORIZED,
            headers,
            Vec::new(),
            Some(&body),
            None,
        );
        assert_eq!(error.oauth().unwrap().error(), "invalid_token");
        assert!(error.to_string().contains("Only access tokens are allowed"), "{error}");
    }

    #[test]
    fn retries_depend_on_the_operation() {
        for status in [429, 500, 503] {
            assert!(response(Operation::GetOidcUserInfo, status, json!({})).is_retryable());
            for operation in [
                Operation::CreateOidcDynamicClient,
                Operation::SetOidcDynamicClient,
                Operation::DeleteOidcDynamicClient,
            ] {
                assert!(!response(operation, status, json!({})).is_retryable());
            }
        }
        assert!(!response(Operation::GetOidcUserInfo, 401, json!({})).is_retryable());
    }

    #[test]
    fn long_texts_are_truncated() {
        assert_eq!(clean(&"ä".repeat(400), 300), format!("{}...", "ä".repeat(300)));
        assert_eq!(clean("fine.", 300), "fine");
    }

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(std::mem::size_of::<Error>(), std::mem::size_of::<usize>());
    }
}

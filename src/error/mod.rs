//! [`Error`]: the one error of the crate, small and without secrets in its text.

pub(crate) mod remedies;
pub(crate) mod reqwest_errors;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use zeroize::Zeroizing;

use crate::api;
use crate::api::{Secret, UndecodedReason};
use crate::challenge::BearerChallenge;
use crate::lenient_json;
use crate::operation::Operation;
use crate::rate_limit::{self, RateLimit};
use crate::redaction::Sent;
use crate::registration::SalvagedClient;

/// What a call of this crate gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error that comes from outside, such as from a signer or a verifier.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Something that was given cannot be used; nothing was sent.
    InvalidInput,
    /// No connection came about; nothing was sent.
    Connect,
    /// The connection broke after the request was on its way.
    Transport,
    /// The time allowed for the call ran out.
    Timeout,
    /// The server refused the request: [`status`](Error::status) and [`oauth`](Error::oauth) say why.
    Rejected,
    /// The server answered with something that is not an answer to this operation.
    UnexpectedResponse,
    /// The answer is well-formed but must not be trusted: wrong issuer, wrong subject, or a signature that does not hold.
    Verification,
    /// The issuer's keys could not be fetched or are unusable, so nothing was verified.
    ///
    /// The text says why. [`status`](Error::status), [`headers`](Error::headers) and [`body`](Error::body) are empty: they are
    /// about the response of an operation, and fetching the keys is not an operation.
    KeysUnavailable,
    /// A [`ProofSigner`](crate::ProofSigner) failed or produced something unusable.
    ProofSigner,
    /// A [`TokenProvider`](crate::TokenProvider) failed; nothing was sent.
    TokenProvider,
}

/// Why an operation did not succeed.
///
/// `Display` is one line: the operation, what happened, the status, the server's error code and description, and what a
/// person can do about it. Neither `Display` nor `Debug` shows tokens, bodies, header values or addresses with a query; what
/// the server sent is behind [`body`](Self::body) and [`headers`](Self::headers).
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
///     Err(error) if error.is_retryable() => eprintln!("again in {:?}", error.retry_after()),
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
    // An answer to a registration holds secrets even where it cannot be decoded.
    body: Zeroizing<Vec<u8>>,
    oauth: Option<OAuthError>,
    salvaged: Option<SalvagedClient>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    /// Whether it would be the same the next time, though the kind is a passing one.
    lasting: bool,
    /// For the challenge, which is read when it is asked for.
    sent: Sent,
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

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The headers of the answer; empty if there was none.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The body of the answer, which may hold secrets; empty if there was none.
    ///
    /// The bytes as they came for an answer that could not be decoded, which may end early if the connection did. A refusal
    /// that was decoded is encoded again, so white space and the order of members may differ.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// The OAuth error of the answer: of its body, or of its `WWW-Authenticate` header where the body says nothing.
    #[must_use]
    pub fn oauth(&self) -> Option<&OAuthError> {
        self.0.oauth.as_ref()
    }

    /// The `WWW-Authenticate: Bearer` challenge of the answer.
    #[must_use]
    #[inline]
    pub fn challenge(&self) -> Option<BearerChallenge> {
        BearerChallenge::from_headers(&self.0.headers).map(|challenge| challenge.without(&self.0.sent))
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
        rate_limit::retry_after(&self.0.headers)
    }

    /// Whether the call may be made again as it is: the failure looks passing, and the operation
    /// [may be repeated](Operation::is_repeatable).
    ///
    /// For [`KeysUnavailable`](ErrorKind::KeysUnavailable) the call is the verification, which can always be repeated.
    ///
    /// Always `false` for registering, replacing and deleting a client. The crate itself makes a call again only if it is told
    /// to, with [`ClientBuilder::retries`](crate::ClientBuilder::retries).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let is_repeatable = self.0.operation.is_some_and(Operation::is_repeatable);
        match self.0.kind {
            ErrorKind::KeysUnavailable => !self.0.lasting,
            ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Timeout => is_repeatable && !self.0.lasting,
            ErrorKind::Rejected => {
                // The second is a 400, but one that the next attempt need not meet: two writes in the database collided.
                let passing = self.0.status.is_some_and(may_pass)
                    || self.0.oauth.as_ref().is_some_and(|o| o.error.starts_with("Unable to serialize access"));
                is_repeatable && passing
            }
            _ => false,
        }
    }

    /// What could be read of a client document that could not be decoded as a whole.
    ///
    /// A 201 or 200 answer to registering or replacing a client means that the server has done it, and the secrets in the
    /// answer are given only once. So that a client is never orphaned by an answer with one member of the wrong type, its
    /// id, secret and registration access token are picked out of the body.
    #[must_use]
    pub fn salvaged(&self) -> Option<&SalvagedClient> {
        self.0.salvaged.as_ref()
    }

    /// The new registration access token, when a client was replaced but the answer could not be decoded.
    ///
    /// [`replace_client`](crate::Client::replace_client) has put it into the handle already.
    #[must_use]
    pub fn rotated_token(&self) -> Option<&Secret> {
        match self.0.operation {
            Some(Operation::SetOidcDynamicClient) => self.0.salvaged.as_ref()?.registration_access_token(),
            _ => None,
        }
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
            lasting: false,
            sent: Sent::default(),
        }))
    }

    pub(crate) fn invalid(operation: impl Into<Option<Operation>>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, operation.into(), message)
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

    pub(crate) fn with_answer(mut self, status: StatusCode, headers: HeaderMap) -> Self {
        self.0.status = Some(status);
        self.0.headers = headers;
        self
    }

    /// The issuer's keys cannot be fetched or used. Without an operation: the verification adds its own.
    #[cfg(feature = "verify")]
    pub(crate) fn no_keys(problem: impl fmt::Display, may_pass: bool) -> Self {
        let mut new = Self::new(ErrorKind::KeysUnavailable, None, format!("the issuer's keys cannot be {problem}"));
        new.0.lasting = !may_pass;
        new
    }

    pub(crate) fn with_salvaged(mut self, salvaged: Option<SalvagedClient>) -> Self {
        self.0.salvaged = salvaged;
        self
    }

    /// Takes what was sent out of what the server says.
    pub(crate) fn without(mut self, sent: Sent) -> Self {
        self.0.oauth = self.0.oauth.map(|oauth| OAuthError {
            error: sent.redact(&oauth.error),
            description: oauth.description.as_deref().map(|text| sent.redact(text)),
            ..oauth
        });
        self.0.sent = sent;
        self
    }

    /// Takes over what the generated layer says.
    pub(crate) fn from_api<E>(operation: Operation, error: api::Error<E>) -> Self {
        match error {
            api::Error::Transport(error) => Self::from_transport(operation, error),
            api::Error::Failure(failure) => {
                let (status, headers, text) = failure.into_parts();
                let value = lenient_json::value(&text);
                Self::from_answer(operation, status, headers, text, value.as_ref(), None)
            }
            api::Error::Undecoded(undecoded) => {
                let (status, headers) = (undecoded.status(), undecoded.headers().clone());
                let reason = undecoded.reason().clone();
                let text = undecoded.into_body();
                // Of a success nothing but secrets is to be had, and these are picked out elsewhere.
                let value = if is_refusal(status) { lenient_json::value(&text) } else { None };
                Self::from_answer(operation, status, headers, text, value.as_ref(), Some(&reason))
            }
            // Everything else was refused before it was sent, in words that hold no value of the caller's.
            refused => Self::invalid(operation, refused.to_string()),
        }
    }

    fn from_transport(operation: Operation, error: reqwest::Error) -> Self {
        let sent = !(error.is_connect() || error.is_builder());
        let (kind, message, fault) = reqwest_errors::told(&error);
        let mut new = Self::new(kind, Some(operation), message);
        new.0.hint = match &fault {
            Some(fault) => fault.hint(operation),
            None => remedies::for_silence(operation, sent),
        };
        new.0.lasting = fault.is_some();
        // The address may carry a hint token in its query.
        new.with_source(error.without_url())
    }

    fn from_answer(
        operation: Operation,
        status: StatusCode,
        headers: HeaderMap,
        body: Vec<u8>,
        value: Option<&serde_json::Value>,
        undecoded: Option<&UndecodedReason>,
    ) -> Self {
        let refused = is_refusal(status);
        let mut oauth = if refused { value.and_then(OAuthError::from_value) } else { None };
        if refused && oauth.as_ref().is_none_or(OAuthError::says_nothing) {
            oauth = BearerChallenge::from_headers(&headers).and_then(OAuthError::from_challenge).or(oauth);
        }
        let said = in_words(status);
        let (kind, message) = match undecoded {
            _ if refused => (ErrorKind::Rejected, format!("refused with {said}")),
            Some(UndecodedReason::Truncated { timed_out: true }) => {
                (ErrorKind::Timeout, format!("answered {said}, but the call took too long for the whole of it"))
            }
            Some(UndecodedReason::Truncated { timed_out: false }) => {
                (ErrorKind::Transport, format!("answered {said}, but the connection was lost on the way"))
            }
            Some(reason) => (ErrorKind::UnexpectedResponse, format!("answered {said}, but {}", describe(reason))),
            None => (ErrorKind::UnexpectedResponse, format!("answered {said}, which is not an answer to this")),
        };
        let mut new = Self::new(kind, Some(operation), message).with_answer(status, headers);
        let by_reason = || undecoded.filter(|_| !refused).and_then(|reason| remedies::for_undecoded(operation, reason));
        new.0.hint = remedies::for_answer(operation, status, oauth.as_ref()).or_else(by_reason);
        new.0.oauth = oauth;
        new.0.body = Zeroizing::new(body);
        new
    }
}

/// Ory begins its descriptions with up to 250 characters of RFC text; what is really wrong comes after that.
const DESCRIPTION_LIMIT: usize = 600;

/// Whether the next attempt need not meet this status.
pub(crate) fn may_pass(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

fn is_refusal(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// `404 Not Found`; the number alone where it has no name.
fn in_words(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// Says in words why the generated layer could not decode an answer.
fn describe(reason: &UndecodedReason) -> String {
    #[allow(unreachable_patterns, reason = "the generated enum may grow, and these words with it")]
    match reason {
        UndecodedReason::Status => "this operation has no such answer".to_owned(),
        UndecodedReason::MediaType => "its media type is not one of this operation".to_owned(),
        UndecodedReason::Decode { path, line, column } if matches!(path.as_str(), "" | "." | "?") => {
            format!("its body is not what was declared (line {line}, column {column})")
        }
        UndecodedReason::Decode { path, line, column } => {
            format!("`{}` in it is not what was declared (line {line}, column {column})", clean(path, 100))
        }
        UndecodedReason::TooLarge { limit } => format!("it is larger than the limit of {limit} bytes"),
        UndecodedReason::NotUtf8 => "its text is not utf-8".to_owned(),
        _ => "it is not what was declared".to_owned(),
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

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("message", &inner.message)
            .field("status", &inner.status)
            .field("oauth", &inner.oauth)
            .field("body_length", &inner.body.len())
            .field("salvaged", &inner.salvaged)
            .field("source", &inner.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// The error in an answer's body (RFC 6749 section 5.2), read tolerantly.
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
    /// Where the server repeats a token or another secret that was sent to it, `[redacted]` stands in its place.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Whether it has the shape of Ory's own handlers, which routers and proxies do not imitate.
    pub(crate) fn is_from_handler(&self) -> bool {
        self.from_handler && self.description.is_some()
    }

    /// `{"error":"error","error_description":"The error is unrecognizable"}` is what Ory sends for lack of anything better.
    fn says_nothing(&self) -> bool {
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

    fn answer(operation: Operation, status: u16, body: serde_json::Value) -> Error {
        let status = StatusCode::from_u16(status).unwrap();
        Error::from_answer(operation, status, HeaderMap::new(), body.to_string().into_bytes(), Some(&body), None)
    }

    #[test]
    fn one_line_with_a_hint() {
        let error = answer(
            Operation::GetOidcDynamicClient,
            401,
            json!({"error": "The request could not be authorized", "error_description": "No\r\nsuch client."}),
        );
        assert_eq!(
            error.to_string(),
            "getOidcDynamicClient: refused with 401 Unauthorized: The request could not be authorized: No  such \
             client (wrong registration access token, or no such client: every replacement changes the token, and only the \
             latest works)"
        );
        assert_eq!(error.oauth().unwrap().description(), Some("No\r\nsuch client."));
    }

    #[test]
    fn a_404_of_the_handler_and_of_the_router_differ() {
        let off = answer(
            Operation::CreateOidcDynamicClient,
            404,
            json!({"error": "The requested resource could not be found", "error_description": "Dynamic registration is not enabled."}),
        );
        assert!(off.to_string().contains("switched off"), "{off}");
        let unrouted = answer(
            Operation::CreateOidcDynamicClient,
            404,
            json!({"error": {"code": 404, "message": "Not Found", "reason": "The requested route does not exist."}}),
        );
        assert!(unrouted.to_string().contains("no such endpoint"), "{unrouted}");
        assert_eq!(unrouted.oauth().unwrap().error(), "Not Found");
    }

    #[test]
    fn the_challenge_speaks_where_the_body_does_not() {
        let body = json!({"error": "error", "error_description": "The error is unrecognizable"});
        let mut headers = HeaderMap::new();
        headers.insert(
            reqwest::header::WWW_AUTHENTICATE,
            reqwest::header::HeaderValue::from_static(
                r#"Bearer error="invalid_token",error_description="Only access tokens are allowed in the authorization header.""#,
            ),
        );
        let error = Error::from_answer(
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
            assert!(answer(Operation::GetOidcUserInfo, status, json!({})).is_retryable());
            for operation in [
                Operation::CreateOidcDynamicClient,
                Operation::SetOidcDynamicClient,
                Operation::DeleteOidcDynamicClient,
            ] {
                assert!(!answer(operation, status, json!({})).is_retryable());
            }
        }
        assert!(!answer(Operation::GetOidcUserInfo, 401, json!({})).is_retryable());
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(clean(&"ä".repeat(400), 300), format!("{}...", "ä".repeat(300)));
        assert_eq!(clean("fine.", 300), "fine");
    }

    #[test]
    fn size() {
        assert_eq!(std::mem::size_of::<Error>(), std::mem::size_of::<usize>());
    }
}

//! The attempts of one call: each with its token, between the hooks, and with the backoff that the retry policy asks for.
//!
//! Nothing here depends on the type of the response, so that it is compiled once.

use std::fmt;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Request, StatusCode};
use tokio::time::{Instant, sleep};

use super::Exchanged;
use super::authentication::check_token;
use super::options::Options;
use crate::base_url::concatenated;
use crate::boxed::BoxFuture;
use crate::client::ClientCore;
use crate::credential::TokenSource;
use crate::error::{AttemptError, Error, is_transient};
use crate::hook::{AttemptEnded, AttemptStarted};
use crate::operation::Operation;
use crate::rate_limit::retry_after;
use crate::redaction::Redaction;
use crate::request::Request as Draft;
use crate::response::Response;
use crate::retry::chance;
use crate::secret::Secret;

/// The headers of a request as it was sent, including those of the credential and of hooks.
#[derive(Default)]
pub struct SentRequest {
    headers: HeaderMap,
}

impl SentRequest {
    /// The secrets in the headers, to replace them in texts of the response.
    pub fn redaction(&self) -> Redaction {
        Redaction::default().and_headers(&self.headers)
    }

    /// The bearer token, if one was sent.
    pub fn bearer_token(&self) -> Option<Secret> {
        let value = self.headers.get(AUTHORIZATION)?.to_str().ok()?;
        value.strip_prefix("Bearer ").map(Secret::from)
    }
}

/// Shows the names of the headers.
impl fmt::Debug for SentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.headers.keys()).finish()
    }
}

/// How an attempt ended.
#[derive(Clone, Copy)]
pub(crate) struct Ending<'a> {
    pub(super) status: Option<StatusCode>,
    pub(super) headers: Option<&'a HeaderMap>,
    pub(super) error: Option<&'a dyn AttemptError>,
    pub(super) is_retryable: bool,
}

impl<'a> Ending<'a> {
    pub(crate) fn succeeded(status: StatusCode, headers: &'a HeaderMap) -> Self {
        Self { status: Some(status), headers: Some(headers), error: None, is_retryable: false }
    }

    pub(crate) fn failed(error: &'a dyn AttemptError) -> Self {
        let (status, headers, is_retryable) = (error.status(), error.headers(), error.is_retryable());
        Self { status, headers, error: Some(error), is_retryable }
    }

    /// With a response that is not decoded yet.
    pub(super) fn of(response: &'a Response) -> Self {
        let is_retryable = is_transient(response.status);
        Self { is_retryable, ..Self::succeeded(response.status, &response.headers) }
    }
}

/// One call from its beginning to its end. It owns all that it needs, so that its future is `'static`.
///
/// It is large, and passed on several times: it lives in one box.
pub(crate) struct Attempts {
    pub(super) client: ClientCore,
    pub(super) operation: &'static Operation,
    /// The path that hooks and spans see.
    pub(super) path: &'static str,
    /// The request as the generated code made it; empty as soon as `request` is there.
    pub(super) draft: Draft,
    pub(super) options: Options,
    /// The request, or the reason why nothing is sent. There from the start if the caller made it; kept as long as there may
    /// be another attempt.
    pub(super) request: Option<Result<Box<Request>, Error>>,
    /// The source of the bearer token.
    pub(super) source: Option<TokenSource>,
    /// Whether the caller of an attempt decides on the next one; the headers are kept for it.
    is_judged: bool,
    /// The secret parameters, and the secrets in the body.
    pub(super) secrets: Vec<Secret>,
    /// Whether errors show what the server says.
    pub(super) has_messages: bool,
    pub(super) progress: Progress,
    #[cfg(feature = "tracing")]
    pub(super) span: tracing::Span,
}

/// How far a call is.
#[derive(Default)]
pub(super) struct Progress {
    /// The headers of the last attempt.
    sent: SentRequest,
    /// The token that the source gave for the last attempt.
    pub(super) token: Option<Secret>,
    /// The token that was rejected, as soon as it is replaced.
    pub(super) replaced: Option<Secret>,
    /// What may be a secret in the last request, if hooks changed it.
    pub(super) by_hooks: Redaction,
    /// The token that was just rejected, for the source to give another.
    rejected: Option<Secret>,
    /// Whether the source was asked for another token already: there is no third.
    is_refreshed: bool,
    begun: Option<Instant>,
    attempts: u32,
    /// Before the next attempt.
    pause: Duration,
    /// The begin of the current attempt, if there are hooks, which are told of its end.
    since: Option<Instant>,
}

impl Attempts {
    pub(super) fn new(client: &ClientCore, operation: &'static Operation, draft: Draft) -> Box<Self> {
        Box::new(Self {
            client: client.clone(),
            operation,
            path: operation.path,
            draft,
            options: Options::default(),
            request: None,
            source: None,
            is_judged: false,
            secrets: Vec::new(),
            has_messages: client.has_messages(),
            progress: Progress::default(),
            #[cfg(feature = "tracing")]
            span: tracing::Span::none(),
        })
    }

    /// The attempts of a request that is made already: the client adds neither headers nor credentials to it.
    pub(super) fn of_request(client: &ClientCore, operation: &'static Operation, request: Request) -> Box<Self> {
        let mut attempts = Self::new(client, operation, Draft::default());
        attempts.request = Some(Ok(Box::new(request)));
        // It may hold secrets that nobody here knows.
        attempts.has_messages = false;
        attempts
    }

    /// Makes the request, as soon as the options of the call are known.
    pub(crate) fn begun(mut self: Box<Self>) -> Box<Self> {
        #[cfg(feature = "tracing")]
        {
            let own = self.request.as_ref().and_then(|request| request.as_ref().ok());
            let url = own.map_or(self.client.base_url(), |own| own.url());
            self.span = super::span::new(url, self.operation, self.path);
        }
        if self.request.is_none() {
            self.request = Some(self.prepare());
        }
        let by_client = self.client.retry_policy().filter(|_| self.operation.is_safe());
        self.options.retry = self.options.retry.or(by_client);
        self
    }

    /// Makes the request. The caller judges each attempt.
    pub(super) fn judged(mut self: Box<Self>) -> Box<Self> {
        self.is_judged = true;
        self.begun()
    }

    /// Sends the request until there is no retry, and reads each response in full.
    pub(crate) fn whole(mut self: Box<Self>) -> BoxFuture<'static, Exchanged<Response>> {
        #[cfg(feature = "tracing")]
        let span = self.span.clone();
        let call = async move {
            loop {
                let result = match self.send().await {
                    Ok(response) => self.read(response).await,
                    Err(error) => Err(error),
                };
                let ending = match &result {
                    Ok(response) => Ending::of(response),
                    Err(error) => Ending::failed(error),
                };
                if self.is_judged || !self.repeats(ending) {
                    return (result, self);
                }
            }
        };
        #[cfg(feature = "tracing")]
        let call = tracing::Instrument::instrument(call, span);
        Box::pin(call)
    }

    /// Makes the next attempt, up to the head of the response.
    pub(super) async fn send(&mut self) -> Result<reqwest::Response, Error> {
        ClientCore::check_runtime().map_err(Error::Transport)?;
        if !self.progress.pause.is_zero() {
            sleep(self.progress.pause).await;
        }
        if self.options.retry.is_some() {
            self.progress.begun.get_or_insert_with(Instant::now);
        }
        let mut request = self.next_request()?;
        if let Some(source) = &self.source {
            let rejected = self.progress.rejected.take();
            let token = source.get(rejected.as_ref(), self.time_left()).await.map_err(Error::Token)?;
            request.headers_mut().insert(AUTHORIZATION, bearer(&token)?);
            self.progress.token = Some(token);
            self.progress.replaced = rejected.or(self.progress.replaced.take());
        }
        // Setting a timeout that the HTTP client has already would cost three allocations.
        let timeout = self.time_left();
        if timeout != self.client.http_timeout() {
            *request.timeout_mut() = timeout;
        }
        self.progress.attempts += 1;
        if !self.client.hooks().is_empty() {
            self.progress.since = Some(Instant::now());
        }
        let before = super::secrets::fingerprint(&request, self.client.hooks());
        for hook in self.client.hooks() {
            let (operation, path, number) = (self.operation, self.path, self.progress.attempts);
            let mut started = AttemptStarted { operation, path, number, request: &mut request };
            hook.before(&mut started).await.map_err(|error| Error::Hook(error.to_string()))?;
        }
        if before != super::secrets::fingerprint(&request, self.client.hooks()) {
            self.progress.by_hooks = Redaction::default().and_all_of(&request);
        }
        if self.is_judged {
            self.progress.sent = SentRequest { headers: request.headers().clone() };
        }
        self.client.sender().send(Some(self.operation), request).await.map_err(Error::Transport)
    }

    fn next_request(&mut self) -> Result<Box<Request>, Error> {
        let request = self.request.take().unwrap_or(Err(Error::Encode))?;
        let may_repeat = self.options.retry.is_some() || self.source.is_some();
        // A body that is sent as it is read cannot be sent twice.
        match may_repeat.then(|| request.try_clone()).flatten() {
            Some(copy) => {
                self.request = Some(Ok(request));
                Ok(Box::new(copy))
            }
            None => Ok(request),
        }
    }

    /// Whether there is another attempt after one that ended in this way.
    pub(super) fn repeats(&mut self, ending: Ending<'_>) -> bool {
        let pause = self.pause_after(ending);
        if let Some(pause) = pause {
            self.progress.pause = pause;
            self.tell(ending, true);
        }
        pause.is_some()
    }

    /// Takes the result of the last attempt.
    pub(crate) fn ended(&mut self, ending: Ending<'_>) {
        self.tell(ending, false);
    }

    /// The request of the last attempt.
    pub(super) fn sent(&self) -> &SentRequest {
        &self.progress.sent
    }

    fn pause_after(&mut self, ending: Ending<'_>) -> Option<Duration> {
        self.request.as_ref()?;
        // A refusal by 401 has changed nothing, whatever the operation.
        let is_rejected = ending.status == Some(StatusCode::UNAUTHORIZED);
        if is_rejected && self.progress.token.is_some() && !self.progress.is_refreshed {
            self.progress.is_refreshed = true;
            self.progress.rejected = self.progress.token.take();
            return Some(Duration::ZERO);
        }
        let policy = self.options.retry.filter(|_| ending.is_retryable)?;
        let made = self.progress.attempts.saturating_sub(u32::from(self.progress.is_refreshed));
        policy.pause(made, self.spent(), ending.headers.and_then(retry_after), chance())
    }

    /// Tells the hooks, once for each attempt that they were told of, and the span at the end of the call.
    fn tell(&mut self, ending: Ending<'_>, will_retry: bool) {
        if let Some(since) = self.progress.since.take() {
            let ended = AttemptEnded {
                operation: self.operation,
                path: self.path,
                number: self.progress.attempts,
                duration: since.elapsed(),
                status: ending.status,
                headers: ending.headers,
                error: ending.error.map(|error| error as _),
                will_retry,
            };
            self.client.hooks().iter().for_each(|hook| hook.after(&ended));
        }
        #[cfg(feature = "tracing")]
        if !will_retry {
            let resends = self.progress.attempts.saturating_sub(1);
            super::span::ended(&self.span, resends, ending.status, ending.error);
        }
    }

    /// How long the next attempt may take.
    fn time_left(&self) -> Option<Duration> {
        let timeout = self.options.timeout.or(self.client.timeout());
        match self.options.retry {
            None => timeout,
            Some(policy) => {
                let left = policy.left(self.spent());
                Some(timeout.map_or(left, |own| own.min(left)))
            }
        }
    }

    /// How many bytes the body of the response may have.
    pub(super) fn response_limit(&self) -> u64 {
        self.options.response_limit.unwrap_or_else(|| self.client.response_limit())
    }

    fn spent(&self) -> Duration {
        self.progress.begun.map(|begun| begun.elapsed()).unwrap_or_default()
    }
}

/// A call that nobody waits for any more.
impl Drop for Attempts {
    fn drop(&mut self) {
        if self.progress.since.is_some() {
            self.tell(Ending { status: None, headers: None, error: None, is_retryable: false }, false);
        }
    }
}

/// The value of the header `Authorization` for a token.
fn bearer(token: &Secret) -> Result<HeaderValue, Error> {
    check_token(token)?;
    let mut value = HeaderValue::try_from(concatenated("Bearer ", token.expose_secret())).map_err(|_| Error::Encode)?;
    value.set_sensitive(true);
    Ok(value)
}

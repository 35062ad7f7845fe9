//! [`Attempts`]: one call from its beginning to its end, with all the attempts that it takes.
//!
//! The flows ask for the options of an attempt, make it, and tell what came of it:
//!
//! ```text
//! loop {
//!     let options = attempts.next().await?;
//!     let result = ...;
//!     if !attempts.again(&result) { return result }
//! }
//! ```
//!
//! Nothing here depends on the type of the answer, so that it is compiled once, in this crate.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::time::{Instant, sleep};

use crate::api::CallOptions;
use crate::call::{BoxFuture, Call, Headers};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::hook::{AttemptEnded, AttemptStarted};
use crate::operation::Operation;
use crate::redaction::Redaction;
use crate::registration::RegistrationHandle;
use crate::response::Response;
use crate::retry;
use crate::secret::Secret;
use crate::token::AccessToken;

/// What an operation presents, and what that is called in an error.
#[derive(Clone, Copy)]
pub(crate) enum Token<'a> {
    None,
    Registration(&'a RegistrationHandle),
    Access(&'a AccessToken),
}

pub(crate) struct Attempts<'a> {
    client: &'a Client,
    call: &'a Call,
    operation: Operation,
    token: Token<'a>,
    /// The token that the source gave for the last attempt.
    given: Option<Secret>,
    /// The token that was just refused, for the source to give another.
    rejected: Option<Secret>,
    /// Whether there was one already: there is no second.
    refreshed: bool,
    begun: Instant,
    made: u32,
    /// Before the next one.
    pause: Duration,
    /// When the attempt began that is under way.
    since: Option<Instant>,
    /// By the hooks, to the last attempt.
    added: Headers,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(client: &'a Client, call: &'a Call, operation: Operation, token: Token<'a>) -> Self {
        Self {
            client,
            call,
            operation,
            token,
            given: None,
            rejected: None,
            refreshed: false,
            begun: Instant::now(),
            made: 0,
            pause: Duration::ZERO,
            since: None,
            added: Headers::default(),
        }
    }

    /// Waits until it is time for the next attempt, and gives its options.
    pub(crate) async fn next(&mut self) -> Result<CallOptions> {
        if let Some(wait) = self.wait() {
            wait.await?;
        }
        self.begin()
    }

    /// For the pause, and for a token; most attempts need neither, and no future is made for them.
    fn wait(&mut self) -> Option<BoxFuture<'_, Result<()>>> {
        let source = match self.token {
            Token::Access(token) if token.fixed().is_none() => Some(token),
            _ => None,
        };
        if source.is_none() && self.pause.is_zero() {
            return None;
        }
        Some(Box::pin(async move {
            if !self.pause.is_zero() {
                sleep(self.pause).await;
            }
            if let Some(source) = source {
                let rejected = self.rejected.take();
                self.given = Some(source.get(self.operation, rejected.as_ref(), self.timeout()).await?);
            }
            Ok(())
        }))
    }

    /// Begins the next attempt.
    fn begin(&mut self) -> Result<CallOptions> {
        let mut options = match self.options() {
            Ok(options) => options,
            Err(error) => {
                self.ended(Err(&error));
                return Err(error);
            }
        };
        self.made += 1;
        self.since = Some(Instant::now());
        self.added = Headers::default();
        for hook in self.client.hooks() {
            let (operation, number) = (self.operation, self.made);
            hook.before(&mut AttemptStarted { operation, number, headers: &mut self.added });
        }
        let added = self.added.checked().map_err(|fault| Error::invalid(self.operation, fault));
        match added {
            Ok(added) => {
                added.iter().for_each(|(name, value)| drop(options.headers_mut().insert(name.clone(), value.clone())))
            }
            Err(error) => {
                self.ended(Err(&error));
                return Err(error);
            }
        }
        Ok(options)
    }

    /// What the next attempt begins with, unless there is something that can be refused without sending it.
    fn options(&self) -> Result<CallOptions> {
        // To say again what the HTTP client has been told costs three allocations.
        let timeout = self.timeout().filter(|timeout| Some(*timeout) != self.client.http_timeout());
        let options = self.call.options(self.client, self.operation, self.presented(), timeout)?;
        if let Token::Registration(handle) = self.token {
            handle.check(self.operation)?;
        }
        Ok(options)
    }

    /// The token of the last attempt.
    fn presented(&self) -> Option<(&'static str, &Secret)> {
        match self.token {
            Token::None => None,
            Token::Registration(handle) => Some(("registration access token", handle.registration_access_token())),
            Token::Access(token) => Some(("access token", token.fixed().or(self.given.as_ref())?)),
        }
    }

    /// The token that the last attempt presented, from now on the only one.
    pub(crate) fn token(&self) -> Option<AccessToken> {
        self.presented().map(|(_, token)| token.into())
    }

    /// Refuses what [`next`](Self::next) would refuse, for flows that do something else before.
    pub(crate) fn check(&self) -> Result<()> {
        self.call.options(self.client, self.operation, self.presented(), None).map(drop)
    }

    /// Whether there is to be another attempt, after this came of the last one.
    pub(crate) fn again<T>(&mut self, result: &Result<Response<T>>) -> bool {
        self.ended(result.as_ref().map(|answer| (answer.status(), answer.headers())))
    }

    /// What is secret of all that goes out with the call, besides the token and what its operation adds.
    pub(crate) fn sent<'s>(&self, secrets: impl IntoIterator<Item = &'s Secret>) -> Redaction {
        let token = self.presented().map(|(_, token)| token);
        let headers = [self.client.headers(), self.call.headers.as_map(), self.added.as_map()];
        headers.into_iter().fold(Redaction::of(token).and(secrets), Redaction::and_headers)
    }

    fn ended(&mut self, result: Result<(StatusCode, &HeaderMap), &Error>) -> bool {
        let pause = result.err().and_then(|error| self.pause_after(error));
        self.pause = pause.unwrap_or_default();
        let (status, headers) = match result {
            Ok((status, headers)) => (Some(status), headers),
            Err(error) => (error.status(), error.headers()),
        };
        self.tell(|after| AttemptEnded {
            status,
            error: result.err().map(Error::kind),
            headers: Some(headers),
            repeated: pause.is_some(),
            ..after
        });
        #[cfg(feature = "tracing")]
        if let Some(span) = self.call.span.as_ref().filter(|_| pause.is_none()) {
            crate::span::ended(span, self.made.saturating_sub(1), result.map(|(status, _)| status));
        }
        pause.is_some()
    }

    /// Tells the hooks, once for each attempt that they were told of.
    fn tell<'h>(&mut self, came: impl Fn(AttemptEnded<'h>) -> AttemptEnded<'h>) {
        let Some(since) = self.since.take() else { return };
        for hook in self.client.hooks() {
            hook.after(&came(AttemptEnded {
                operation: self.operation,
                number: self.made,
                duration: since.elapsed(),
                status: None,
                error: None,
                headers: None,
                repeated: false,
            }));
        }
    }

    fn pause_after(&mut self, error: &Error) -> Option<Duration> {
        // A refusal by 401 has changed nothing, whatever the operation.
        if self.given.is_some() && !self.refreshed && error.status() == Some(StatusCode::UNAUTHORIZED) {
            self.refreshed = true;
            self.rejected = self.given.clone();
            return Some(Duration::ZERO);
        }
        let policy = self.client.retries().filter(|_| self.operation.is_retryable())?;
        if !error.is_retryable() {
            return None;
        }
        let made = self.made - u32::from(self.refreshed);
        policy.pause(made, self.begun.elapsed(), error.retry_after(), retry::chance())
    }

    /// How long the next attempt may take.
    fn timeout(&self) -> Option<Duration> {
        let own = self.call.timeout.or(self.client.timeout());
        match self.client.retries().filter(|_| self.operation.is_retryable()) {
            None => own,
            Some(policy) => {
                let left = policy.left(self.begun.elapsed());
                Some(own.map_or(left, |own| own.min(left)))
            }
        }
    }
}

/// A call that nobody waits for any more.
impl Drop for Attempts<'_> {
    fn drop(&mut self) {
        self.tell(|after| after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::retry::RetryPolicy;
    use reqwest::header::{HeaderMap, HeaderValue};

    fn refused(status: u16, headers: &[(&'static str, &'static str)]) -> Error {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect();
        let error = Error::new(ErrorKind::Rejected, Some(Operation::GetOidcUserInfo), "");
        error.with_answer(StatusCode::from_u16(status).unwrap(), headers)
    }

    fn client(policy: RetryPolicy) -> Client {
        Client::builder("http://127.0.0.1:1").retries(policy).build().unwrap()
    }

    /// Goes through attempts that all fail alike; gives the pauses between them and the time-outs of the attempts.
    async fn attempts(client: &Client, operation: Operation, error: &Error) -> (Vec<Duration>, Vec<Duration>) {
        let call = Call::default();
        let mut attempts = Attempts::new(client, &call, operation, Token::None);
        let (mut pauses, mut timeouts) = (Vec::new(), Vec::new());
        loop {
            let before = Instant::now();
            timeouts.push(attempts.next().await.unwrap().get_timeout().or(client.http_timeout()).unwrap());
            pauses.push(before.elapsed());
            // Each takes a second.
            tokio::time::advance(Duration::from_secs(1)).await;
            if !attempts.ended(Err(error)) {
                return (pauses, timeouts);
            }
        }
    }

    const READ: Operation = Operation::GetOidcUserInfo;

    #[tokio::test(start_paused = true)]
    async fn nothing_is_repeated_unless_asked_for() {
        let client = Client::builder("http://127.0.0.1:1").build().unwrap();
        let (pauses, timeouts) = attempts(&client, READ, &refused(503, &[])).await;
        assert_eq!((pauses.len(), timeouts), (1, vec![Duration::from_secs(30)]));
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_are_made() {
        let (pauses, _) = attempts(&client(RetryPolicy::new()), READ, &refused(503, &[])).await;
        assert_eq!(pauses.len(), 3);
        assert_eq!(pauses[0], Duration::ZERO);
        // The clock of tokio counts milliseconds, and a sleep ends with the one after.
        let within = |pause: Duration, least, most| (least..=most).contains(&pause.as_millis());
        assert!(within(pauses[1], 100, 202) && within(pauses[2], 200, 402), "{pauses:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_server_says_how_long() {
        let client = client(RetryPolicy::new().initial_backoff(Duration::ZERO));
        for headers in [
            &[("retry-after", "7")][..],
            &[("x-ratelimit-reset", "7")],
            &[("retry-after", "7"), ("x-ratelimit-reset", "1")],
            &[("retry-after", "Sun, 06 Nov 1994 08:49:44 GMT"), ("date", "Sun, 06 Nov 1994 08:49:37 GMT")],
        ] {
            let (pauses, _) = attempts(&client, READ, &refused(429, headers)).await;
            let seconds: Vec<u64> = pauses.iter().map(Duration::as_secs).collect();
            assert_eq!(seconds, [0, 7, 7], "{headers:?}");
        }
        let (pauses, _) = attempts(&client, READ, &refused(429, &[("retry-after", "11")])).await;
        assert_eq!(pauses.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_budget_is_kept() {
        let policy =
            RetryPolicy::new().max_attempts(100).total_timeout(Duration::from_secs(35)).initial_backoff(Duration::ZERO);
        let (pauses, timeouts) = attempts(&client(policy), READ, &refused(429, &[("retry-after", "9")])).await;
        // One second and nine of waiting each; the last one begins after 30 seconds.
        assert_eq!(pauses.len(), 4);
        // The client's own time-out, and then what is left, give or take a tick of the clock.
        let left = |timeout: Duration, most: u64| {
            (most * 1000 - 10..=most * 1000).contains(&u64::try_from(timeout.as_millis()).unwrap())
        };
        assert_eq!(timeouts[0], Duration::from_secs(30));
        assert!(left(timeouts[1], 25) && left(timeouts[2], 15) && left(timeouts[3], 5), "{timeouts:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_must_not_be_repeated_is_not() {
        let client = client(RetryPolicy::new());
        for operation in [
            Operation::CreateVerifiableCredential,
            Operation::CreateOidcDynamicClient,
            Operation::SetOidcDynamicClient,
            Operation::DeleteOidcDynamicClient,
            Operation::RevokeOidcSession,
        ] {
            // Whatever the error says of itself.
            assert_eq!(attempts(&client, operation, &refused(503, &[])).await.0.len(), 1, "{operation}");
        }
        assert_eq!(attempts(&client, READ, &refused(401, &[])).await.0.len(), 1);
        let wrong = Error::new(ErrorKind::Verification, Some(READ), "");
        assert_eq!(attempts(&client, READ, &wrong).await.0.len(), 1);
    }
}

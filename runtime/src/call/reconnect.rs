//! A stream that is opened again after it was cut: the same request with the id of the last event.

use std::time::Duration;

use progenitor_client::ResponseValue;
use reqwest::StatusCode;
use reqwest::header::{HeaderName, HeaderValue};
use tokio::time::{Instant, sleep};

use super::attempts::{Attempts, Ending};
use super::exchange::Opened;
use super::template::Template;
use crate::boxed::BoxFuture;
use crate::error::Error;
use crate::response::Reopen;
use crate::retry::{RetryPolicy, chance};

static LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

struct Reconnection {
    template: Template,
    policy: RetryPolicy,
    streamed: &'static [(&'static str, &'static str)],
    /// The number of attempts since the last event, with the one that was cut.
    made: u32,
    /// When the stream was cut first since the last event.
    since: Option<Instant>,
}

impl Attempts {
    /// The reconnection of the stream, if the call has a policy for it. Called before the call begins.
    pub(super) fn reopening(&mut self, streamed: &'static [(&'static str, &'static str)]) -> Option<Box<dyn Reopen>> {
        let policy = self.options.reconnect?;
        let Some(template) = Template::copied(self) else {
            let reason = "a body that is sent as it is read cannot be sent again";
            self.options.refusal.get_or_insert(Error::InvalidArgument { name: "reconnect", reason });
            return None;
        };
        Some(Box::new(Reconnection { template, policy, streamed, made: 1, since: None }))
    }
}

impl Reopen for Reconnection {
    fn received(&mut self) {
        (self.made, self.since) = (1, None);
    }

    fn reopen(
        &mut self,
        last_event_id: &str,
        asked: Option<Duration>,
    ) -> Option<BoxFuture<'static, Result<Option<reqwest::Response>, Error>>> {
        let since = *self.since.get_or_insert_with(Instant::now);
        let pause = self.policy.pause(self.made, since.elapsed(), asked, chance())?;
        self.made += 1;
        let mut attempts = self.template.call();
        if let (false, Ok(id)) = (last_event_id.is_empty(), HeaderValue::from_bytes(last_event_id.as_bytes())) {
            attempts.options.headers.insert(LAST_EVENT_ID.clone(), id);
        }
        let streamed = self.streamed;
        Some(Box::pin(async move {
            sleep(pause).await;
            let (result, mut attempts) = attempts.opened(streamed).await;
            let result = result.and_then(|opened| match opened {
                Opened::Stream(source) => Ok(Some(source.response)),
                Opened::Response(response) => response.undeclared().map(|_: ResponseValue<()>| None),
            });
            attempts.ended(match &result {
                Ok(Some(response)) => Ending::succeeded(response.status(), response.headers()),
                Ok(None) => return Ok(None),
                Err(error) => Ending::failed(error),
            });
            // 204 ends the stream, declared or not.
            let is_end = matches!(&result, Err(error) if error.status() == Some(StatusCode::NO_CONTENT));
            if is_end { Ok(None) } else { result }
        }))
    }
}

//! A call that is made several times: the pages of an operation, or a stream that is opened again.

use super::attempts::Attempts;
use super::options::Options;
use crate::client::ClientCore;
use crate::error::Error;
use crate::operation::Operation;
use crate::request::Request as Draft;

/// The request and the options of a call that is made several times. Each call has its own retries, hooks and token.
pub(crate) struct Template {
    client: ClientCore,
    operation: &'static Operation,
    path: &'static str,
    pub(crate) draft: Draft,
    pub(crate) options: Options,
}

impl Template {
    /// The template of a call that is not begun.
    pub(crate) fn of(mut attempts: Box<Attempts>) -> Self {
        Self {
            client: attempts.client.clone(),
            operation: attempts.operation,
            path: attempts.path,
            draft: std::mem::take(&mut attempts.draft),
            options: std::mem::take(&mut attempts.options),
        }
    }

    /// A copy for later calls; `None` if the body is sent as it is read.
    pub(super) fn copied(attempts: &Attempts) -> Option<Self> {
        Some(Self {
            client: attempts.client.clone(),
            operation: attempts.operation,
            path: attempts.path,
            draft: attempts.draft.copied()?,
            options: attempts.options.copied(),
        })
    }

    /// One call, not begun.
    pub(crate) fn call(&mut self) -> Box<Attempts> {
        let draft = self.draft.copied().unwrap_or_else(|| {
            let reason = "a body that is sent as it is read cannot be sent several times";
            Draft { refusal: Some(Error::InvalidArgument { name: "body", reason }), ..Draft::default() }
        });
        let mut attempts = Attempts::new(&self.client, self.operation, draft);
        attempts.path = self.path;
        attempts.options = self.options.copied();
        attempts.options.next = self.options.next.take();
        attempts.options.refusal = self.draft.refusal.take().or(self.options.refusal.take());
        attempts
    }
}

impl Attempts {
    /// The URL of a call that is begun and not sent.
    pub(crate) fn url(&self) -> Option<&reqwest::Url> {
        self.request.as_ref()?.as_ref().ok().map(|request| request.url())
    }
}

//! [`LogoutUrlBuilder`]: the URL that logs a user out when their browser goes there.

use std::fmt;

use reqwest::Url;

use super::{Parameters, bare, endpoint, parameter_setters};
use crate::error::Result;
use openapi_smith_runtime::Secret;

/// A builder of logout URLs, made by [`Client::logout_url`](crate::Client::logout_url).
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct LogoutUrlBuilder {
    pub(super) base: Url,
    pub(super) endpoint: Option<Url>,
    pub(super) parameters: Parameters,
}

parameter_setters!(
    LogoutUrlBuilder,
    "",
    " The ID token becomes part of the URL, and so of the browser's history and of server logs. RP-Initiated Logout requires this."
);

impl LogoutUrlBuilder {
    /// Uses this endpoint instead of the one at the client's base URL: the
    /// [`end_session_endpoint`](crate::Discovery::end_session_endpoint), where the browser reaches the server under another
    /// name than this program does.
    pub fn endpoint(mut self, endpoint: Url) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// Builds the URL.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if a parameter is too long, or if a redirect URI or a state is given without a
    /// hint, which the server refuses.
    #[inline]
    pub fn build(self) -> Result<Url> {
        self.parameters.check()?;
        let mut url = self.endpoint.unwrap_or_else(|| endpoint(&self.base));
        let hint = self.parameters.id_token_hint.as_ref().map(Secret::expose_secret);
        let values = [
            ("id_token_hint", hint),
            ("post_logout_redirect_uri", self.parameters.post_logout_redirect_uri.as_deref()),
            ("state", self.parameters.state.as_deref()),
        ];
        for (name, value) in values {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        Ok(url)
    }
}

/// Shows the base URL without its query.
impl fmt::Debug for LogoutUrlBuilder {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutUrlBuilder").field("base", &bare(&self.base)).finish_non_exhaustive()
    }
}

//! The secrets that a call sent, and what the server says about a failure without them.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use reqwest::header::HeaderMap;
use zeroize::Zeroizing;

use super::attempts::Attempts;
use crate::credential::Credential;
use crate::hook::Hook;
use crate::redaction::{Redaction, is_credential};
use crate::request::Request as Draft;
use crate::response::{one_line, server_message};
use crate::secret::Secret;

/// Takes the secrets of a request before it has credentials: declared ones, headers with the name of a credential, and cookies.
pub(super) fn of_draft(draft: &mut Draft) -> Vec<Secret> {
    let mut secrets = std::mem::take(&mut draft.secrets);
    let named = draft.headers.iter().filter(|(name, _)| is_credential(name.as_str()));
    secrets.extend(named.filter_map(|(_, value)| value.to_str().ok()).map(Secret::from));
    let cookies = draft.cookies.split(';').filter_map(|pair| pair.split_once('='));
    secrets.extend(cookies.map(|(_, value)| Secret::from(value)));
    secrets
}

/// A hash of the URL and the headers, to see whether hooks change them; the same for all requests if there are no hooks.
pub(super) fn fingerprint(request: &reqwest::Request, hooks: &[Arc<dyn Hook>]) -> u64 {
    let mut hasher = DefaultHasher::new();
    if !hooks.is_empty() {
        request.url().as_str().hash(&mut hasher);
        let headers = request.headers().iter();
        headers.for_each(|(name, value)| (name.as_str(), value.as_bytes()).hash(&mut hasher));
    }
    hasher.finish()
}

impl Attempts {
    /// What the server says about a failure, without the secrets that were sent.
    pub(super) fn message(&self, url: &Url, headers: &HeaderMap, body: &[u8]) -> Option<Box<str>> {
        let message = server_message(headers, body)?;
        one_line(&self.redaction().and_query(url).redact(&message))
    }

    fn redaction(&self) -> Redaction {
        let mut redaction = self.progress.by_hooks.clone();
        for credential in self.client.credentials().chain(&self.options.credential) {
            redaction = match credential {
                Credential::Bearer(token) => redaction.and_short(token.fixed()),
                Credential::ApiKey(key) => redaction.and_short([key]),
                Credential::Basic { username, password } => {
                    let both = Zeroizing::new(format!("{username}:{}", password.expose_secret()));
                    redaction.and_short([password, &Secret::new(STANDARD.encode(&*both))])
                }
            };
        }
        redaction
            .and_short(&self.progress.token)
            .and_short(&self.progress.replaced)
            .and_short(&self.secrets)
            .and_sensitive(self.client.headers())
            .and_sensitive(&self.options.headers)
    }
}

//! Issued tokens: the grant of each, and the server's verdict on the token of a request.

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::response::Refusal;
use super::state::State;
use super::user::User;

/// The user, client and times of a token.
#[derive(Clone)]
pub(super) struct Grant {
    pub(super) client_id: String,
    /// `None` for a client_credentials token: no user is behind it.
    pub(super) subject: Option<String>,
    /// The claims that the consent added to the ID token.
    pub(super) claims: Map<String, Value>,
    /// `acr` and `amr`.
    pub(super) authentication: Map<String, Value>,
    pub(super) session_id: Option<String>,
    pub(super) issued_at: i64,
    pub(super) expires_at: i64,
    refresh: bool,
}

impl Grant {
    pub(super) fn of_user(client_id: &str, user: User, now: i64, expires_at: i64, session_id: Option<String>) -> Self {
        Self {
            client_id: client_id.to_owned(),
            authentication: user.authentication().collect(),
            subject: Some(user.subject),
            claims: user.claims,
            session_id,
            issued_at: now,
            expires_at,
            refresh: false,
        }
    }

    pub(super) fn of_client(client_id: &str, now: i64, expires_at: i64) -> Self {
        Self {
            client_id: client_id.to_owned(),
            subject: None,
            claims: Map::new(),
            authentication: Map::new(),
            session_id: None,
            issued_at: now,
            expires_at,
            refresh: false,
        }
    }

    pub(super) fn into_refresh(mut self) -> Self {
        self.refresh = true;
        // A refresh token outlives every test.
        self.expires_at = i64::MAX;
        self
    }
}

/// A valid token.
pub(super) enum Found<'a> {
    Access(&'a Grant),
    Refresh,
}

impl State {
    pub(super) fn introspect(&self, token: Option<&str>) -> Result<Found<'_>, Refusal> {
        let token = token.filter(|token| !token.is_empty()).ok_or_else(Refusal::unauthorized)?;
        let Some(grant) = self.grants.get(token).or_else(|| self.grants.get(&format!("ory_at_{token}"))) else {
            return Err(self.stranger(token));
        };
        if grant.refresh {
            return Ok(Found::Refresh);
        }
        if self.now().unix_timestamp() >= grant.expires_at {
            let expired_at =
                OffsetDateTime::from_unix_timestamp(grant.expires_at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
            let (date, time) = (expired_at.date(), expired_at.time());
            return Err(Refusal::new(
                401,
                "invalid_token",
                format!(
                    "Token expired. Access token expired at '{date} {:02}:{:02}:{:02} +0000 UTC'.",
                    time.hour(),
                    time.minute(),
                    time.second()
                ),
            ));
        }
        Ok(Found::Access(grant))
    }

    /// Tokens are found by the part behind the dot. A known part with another front part was altered.
    fn stranger(&self, token: &str) -> Refusal {
        let signature = |token: &str| token.split_once('.').map(|(_, signature)| signature.to_owned());
        let shown = signature(token);
        if shown.is_some() && self.grants.keys().any(|known| signature(known) == shown) {
            return Refusal::new(
                400,
                "token_signature_mismatch",
                "Token signature mismatch. Check that you provided  a valid token in the right format.",
            );
        }
        Refusal::unauthorized()
    }
}

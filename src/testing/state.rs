//! The state of a stand-in, and the settings and keys with which it was started.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::client_document::ClientDocument;
use super::failure::Failures;
use super::grant::Grant;
use super::nonce::NonceKey;
use super::race::Race;
use super::random_ids::RandomIds;
use super::recorded::RecordedRequest;
use super::signing_keys::{self, SigningKeys};
use super::tokens::Tokens;
use super::user::User;

/// Name of the session cookie of a server in development mode, which is the one that was recorded.
pub(super) const SESSION_COOKIE: &str = "ory_hydra_session_dev";

/// The settings, which never change after the start.
pub(super) struct Settings {
    pub(super) base_url: String,
    pub(super) prefix: String,
    pub(super) issuer: String,
    pub(super) registration_endpoint: bool,
    pub(super) initial_access_token: Option<String>,
    pub(super) client_id_metadata_documents: bool,
    pub(super) post_logout_url: String,
    pub(super) logout_url: String,
    pub(super) error_url: String,
    pub(super) access_token_lifetime: Duration,
    pub(super) nonce_lifetime: Duration,
}

pub(super) struct World {
    pub(super) settings: Settings,
    pub(super) race: Race,
    pub(super) ids: RandomIds,
    pub(super) signing_keys: SigningKeys,
    pub(super) nonces: NonceKey,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) registration: bool,
    /// How far the test has moved the clock ahead.
    pub(super) ahead: Duration,
    pub(super) clients: BTreeMap<String, Client>,
    pub(super) grants: BTreeMap<String, Grant>,
    pub(super) sessions: BTreeMap<String, Session>,
    pub(super) logout_challenges: BTreeMap<String, Logout>,
    pub(super) logout_verifiers: BTreeMap<String, Logout>,
    pub(super) failures: Failures,
    pub(super) requests: Vec<RecordedRequest>,
}

pub(super) struct Client {
    pub(super) document: ClientDocument,
    pub(super) secret: Option<String>,
    pub(super) registration_token: Option<String>,
}

/// A remembered session: the browser that holds the cookie is logged in.
pub(super) struct Session {
    pub(super) subject: String,
    pub(super) cookie: String,
    pub(super) clients: Vec<String>,
}

/// A logout that waits for its confirmation, or that was confirmed.
#[derive(Clone)]
pub(super) struct Logout {
    pub(super) session_id: String,
    pub(super) subject: String,
    pub(super) redirect_to: String,
    pub(super) by_hint: bool,
    pub(super) expires_at: i64,
}

impl World {
    pub(super) fn new(settings: Settings, registration: bool, race: Race) -> std::io::Result<Self> {
        let ids = RandomIds::new()?;
        Ok(Self {
            signing_keys: SigningKeys::new(ids.uuid())?,
            nonces: NonceKey::new(&ids)?,
            ids,
            settings,
            race,
            state: Mutex::new(State {
                registration,
                ahead: Duration::ZERO,
                clients: BTreeMap::new(),
                grants: BTreeMap::new(),
                sessions: BTreeMap::new(),
                logout_challenges: BTreeMap::new(),
                logout_verifiers: BTreeMap::new(),
                failures: Failures::default(),
                requests: Vec::new(),
            }),
        })
    }

    /// A test that panicked while it held the lock must not affect the other tests.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tokens of one log-in. A client that does not exist yet is added with nothing but its id.
    pub(super) fn log_in(&self, client_id: &str, user: User, remember: bool) -> Tokens {
        let mut state = self.state();
        state.ensure_client(client_id);
        let now = state.now().unix_timestamp();
        let expires_at = now.saturating_add(self.settings.access_token_lifetime.whole_seconds());
        let session_id = self.ids.uuid();
        let access_token = self.ids.access_token();
        let refresh_token = self.ids.refresh_token();
        let id_token = self.id_token(client_id, &user, &access_token, &session_id, now);
        let cookie = remember.then(|| {
            let cookie = self.ids.word();
            let line = format!("{SESSION_COOKIE}={cookie}");
            let session = Session { subject: user.subject.clone(), cookie, clients: vec![client_id.to_owned()] };
            state.sessions.insert(session_id.clone(), session);
            line
        });
        let grant = Grant::of_user(client_id, user, now, expires_at, Some(session_id.clone()));
        state.grants.insert(refresh_token.clone(), grant.clone().into_refresh());
        state.grants.insert(access_token.clone(), grant);
        let c_nonce = self.nonce_for(&access_token, now);
        Tokens { access_token, refresh_token, id_token, c_nonce, session_id, cookie }
    }

    pub(super) fn nonce_for(&self, access_token: &str, now: i64) -> String {
        let expires_at = now.saturating_add(self.settings.nonce_lifetime.whole_seconds());
        self.nonces.issue(&self.ids, access_token, expires_at)
    }

    fn id_token(&self, client_id: &str, user: &User, access_token: &str, session_id: &str, now: i64) -> String {
        let mut claims: BTreeMap<String, Value> =
            user.claims.clone().into_iter().chain(user.authentication()).collect();
        let standing = [
            ("at_hash", json!(signing_keys::half_hash(access_token))),
            ("aud", json!([client_id])),
            ("auth_time", json!(now)),
            ("exp", json!(now.saturating_add(3600))),
            ("iat", json!(now)),
            ("iss", json!(self.settings.issuer)),
            ("jti", json!(self.ids.uuid())),
            ("rat", json!(now)),
            ("sid", json!(session_id)),
            ("sub", json!(user.subject)),
        ];
        claims.extend(standing.map(|(name, value)| (name.to_owned(), value)));
        claims.extend(user.nonce.iter().map(|nonce| ("nonce".to_owned(), json!(nonce))));
        self.sign(&claims)
    }

    /// A JWT of the server. Empty in the one case that a test cannot bring about: a system without randomness.
    pub(super) fn sign(&self, claims: &impl serde::Serialize) -> String {
        serde_json::to_vec(claims).ok().and_then(|claims| self.signing_keys.sign(&claims)).unwrap_or_default()
    }
}

impl State {
    pub(super) fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc().saturating_add(self.ahead)
    }

    pub(super) fn ensure_client(&mut self, id: &str) {
        if !self.clients.contains_key(id) {
            let now = rfc3339(whole_second(self.now()));
            let mut document = ClientDocument::decode(&Value::Object(Map::new())).unwrap_or_default();
            // Cannot fail for a document without properties; it only fills in the defaults.
            let _ = super::client_rules::check(&mut document);
            document.set("client_id", id);
            document.set("created_at", now.clone());
            document.set("updated_at", now);
            self.clients.insert(id.to_owned(), Client { document, secret: None, registration_token: None });
        }
    }

    /// As in the server's database, a client's tokens go with it.
    pub(super) fn remove_client(&mut self, id: &str) {
        self.clients.remove(id);
        self.grants.retain(|_, grant| grant.client_id != id);
    }
}

pub(super) fn rfc3339(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}

pub(super) fn whole_second(time: OffsetDateTime) -> OffsetDateTime {
    time.replace_nanosecond(0).unwrap_or(time)
}

pub(super) fn whole_microsecond(time: OffsetDateTime) -> OffsetDateTime {
    time.replace_microsecond(time.microsecond()).unwrap_or(time)
}

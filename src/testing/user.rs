//! [`User`]: the person whom a test logs in.

use std::fmt;

use serde_json::{Map, Value, json};

/// An end user who logs in, with the claims that the consent adds to the ID token.
///
/// ```
/// use ory_oidc::testing::User;
/// use serde_json::json;
///
/// let alice = User::new("alice")
///     .claim("email", json!("alice@app.example"))
///     .claim("email_verified", json!(true));
/// ```
///
/// `Debug` shows the names of the claims, not their values.
#[derive(Clone)]
#[must_use]
pub struct User {
    pub(super) subject: String,
    pub(super) claims: Map<String, Value>,
    pub(super) acr: String,
    pub(super) amr: Vec<String>,
    pub(super) nonce: Option<String>,
}

impl User {
    /// A user whose `sub` is `subject`, with `acr` `"1"`, `amr` `["pwd"]` and no further claims.
    pub fn new(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            claims: Map::new(),
            acr: "1".to_owned(),
            amr: vec!["pwd".to_owned()],
            nonce: None,
        }
    }

    /// Adds a claim, in place of one with the same name. Userinfo, the ID token and a credential have it with the same type: a real
    /// server does not correct types either.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// The authentication context class; an empty text leaves the claim out.
    pub fn acr(mut self, acr: impl Into<String>) -> Self {
        self.acr = acr.into();
        self
    }

    /// The authentication methods; an empty list leaves the claim out.
    pub fn amr<T: Into<String>>(mut self, methods: impl IntoIterator<Item = T>) -> Self {
        self.amr = methods.into_iter().map(Into::into).collect();
        self
    }

    /// The `nonce` of the authorization request of this log-in; it appears in the ID token only.
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// `acr` and `amr` as claims.
    pub(super) fn authentication(&self) -> impl Iterator<Item = (String, Value)> {
        let acr = (!self.acr.is_empty()).then(|| ("acr".to_owned(), json!(self.acr)));
        let amr = (!self.amr.is_empty()).then(|| ("amr".to_owned(), json!(self.amr)));
        acr.into_iter().chain(amr)
    }
}

/// The subject alone is a user without claims.
impl From<&str> for User {
    fn from(subject: &str) -> Self {
        Self::new(subject)
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("subject", &self.subject)
            .field("claims", &self.claims.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

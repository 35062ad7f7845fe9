//! Credentials: what is presented, and which one an operation takes.

use super::client::{Client, credential};
use super::error::{Error, Fault};
use super::operation::{Carrier, Operation, Scheme};
use super::options::CallOptions;
use super::secret::Secret;

/// What is presented to the server.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// A token, sent as `Authorization: Bearer <token>`.
    Bearer(Secret),
    /// A name and a password, sent as `Authorization: Basic <both>`.
    Basic {
        /// The name; it has no colon.
        username: String,
        /// The password.
        password: Secret,
    },
    /// An API key, sent where the scheme of the operation says.
    ApiKey(Secret),
}

impl Credential {
    fn fits(&self, scheme: &Scheme) -> bool {
        matches!(
            (self, &scheme.carrier),
            (Credential::Bearer(_), Carrier::Bearer)
                | (Credential::Basic { .. }, Carrier::Basic)
                | (Credential::ApiKey(_), Carrier::Header(_) | Carrier::Query(_) | Carrier::Cookie(_))
        )
        // when authorizations
            || matches!((self, &scheme.carrier), (Credential::ApiKey(_), Carrier::Authorization(_)))
        // end
    }

    /// Refuses what can only be a mistake, or could not be sent as it stands.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let refused = |reason| Err(Error::Argument { name: "credential", reason });
        match self {
            Credential::Bearer(secret) | Credential::ApiKey(secret) if secret.is_empty() => refused("it is empty"),
            // Nearly all are good; not stopping at the first bad byte lets the compiler look at many at a time.
            Credential::Bearer(secret)
                if !secret.expose_secret().bytes().fold(true, |good, byte| good & byte.is_ascii_graphic()) =>
            {
                refused("a token consists of visible ASCII characters")
            }
            Credential::ApiKey(secret) if secret.expose_secret().chars().any(char::is_control) => {
                refused("it has a control character")
            }
            Credential::Basic { username, .. } if username.contains(':') => refused("the user name has a colon"),
            Credential::Basic { username, password }
                if username.chars().chain(password.expose_secret().chars()).any(char::is_control) =>
            {
                refused("it has a control character")
            }
            _ => Ok(()),
        }
    }
}

/// The credentials to present: the caller's own where there is one, else the client's for the first alternative
/// that is complete.
pub(crate) fn choose<'a>(
    client: &'a Client,
    operation: &Operation,
    options: &'a CallOptions,
) -> Result<Vec<(&'static Scheme, &'a Credential)>, Fault> {
    let own = options.credential.as_ref();
    for alternative in operation.security.iter().filter(|alternative| !alternative.is_empty()) {
        let mut unused = own;
        let chosen: Option<Vec<_>> = alternative
            .iter()
            .map(|&index| {
                let scheme = super::super::SCHEMES.get(index)?;
                let credential = unused.take_if(|own| own.fits(scheme)).or_else(|| credential(client, index))?;
                Some((scheme, credential))
            })
            .collect();
        if let (Some(chosen), None) = (chosen, unused) {
            for (_, credential) in &chosen {
                credential.check()?;
            }
            return Ok(chosen);
        }
    }
    if own.is_some() {
        let reason = match operation.security {
            [] => "the operation takes none",
            _ => "the operation takes one of another kind, or several together",
        };
        return Err(Error::Argument { name: "credential", reason });
    }
    if operation.security.iter().all(|alternative| !alternative.is_empty()) && !operation.security.is_empty() {
        return Err(Error::MissingCredential { schemes: operation.schemes });
    }
    Ok(Vec::new())
}

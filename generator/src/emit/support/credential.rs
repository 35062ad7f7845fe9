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
    // when basic
    /// A name and a password, sent as `Authorization: Basic <both>`.
    Basic {
        /// The name; it has no colon.
        username: String,
        /// The password.
        password: Secret,
    },
    // end
    // when keys
    /// An API key, sent where the scheme of the operation says.
    ApiKey(Secret),
    // end
}

impl Credential {
    fn fits(&self, scheme: &Scheme) -> bool {
        matches!((self, &scheme.carrier), (Credential::Bearer(_), Carrier::Bearer))
        // when basic
            || matches!((self, &scheme.carrier), (Credential::Basic { .. }, Carrier::Basic))
        // end
        // when keys
            || matches!(
                (self, &scheme.carrier),
                (Credential::ApiKey(_), Carrier::Header(_) | Carrier::Query(_) | Carrier::Cookie(_))
            )
        // end
        // when authorizations
            || matches!((self, &scheme.carrier), (Credential::ApiKey(_), Carrier::Authorization(_)))
        // end
    }

    /// Refuses what can only be a mistake, or could not be sent as it stands.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let refused = |reason| Err(Error::Argument { name: "credential", reason });
        match self {
            Credential::Bearer(secret) if secret.is_empty() => refused("it is empty"),
            // Nearly all are good; not stopping at the first bad byte lets the compiler look at many at a time.
            Credential::Bearer(secret)
                if !secret.expose_secret().bytes().fold(true, |good, byte| good & byte.is_ascii_graphic()) =>
            {
                refused("a token consists of visible ASCII characters")
            }
            // when keys
            Credential::ApiKey(secret) if secret.is_empty() => refused("it is empty"),
            Credential::ApiKey(secret) if secret.expose_secret().chars().any(char::is_control) => {
                refused("it has a control character")
            }
            // end
            // when basic
            Credential::Basic { username, .. } if username.contains(':') => refused("the user name has a colon"),
            Credential::Basic { username, password }
                if username.chars().chain(password.expose_secret().chars()).any(char::is_control) =>
            {
                refused("it has a control character")
            }
            // end
            _ => Ok(()),
        }
    }
}

/// The credentials to present, for the first alternative for which there are all: the caller's own if there is one, and
/// the client's.
pub(crate) fn choose<'a>(
    client: &'a Client,
    operation: &Operation,
    options: &'a CallOptions,
) -> Result<impl Iterator<Item = (&'static Scheme, &'a Credential)> + use<'a>, Fault> {
    let mut unused = options.credential.as_ref();
    let alternative = alternative(client, operation, options)?;
    Ok(alternative.iter().filter_map(move |&scheme| presented(client, scheme, &mut unused)))
}

/// The schemes of the first alternative that is complete, and that takes the caller's own credential if there is one.
fn alternative(
    client: &Client,
    operation: &Operation,
    options: &CallOptions,
) -> Result<&'static [usize], Fault> {
    for alternative in operation.security.iter().filter(|alternative| !alternative.is_empty()) {
        let mut unused = options.credential.as_ref();
        if alternative.iter().all(|&scheme| presented(client, scheme, &mut unused).is_some()) && unused.is_none() {
            return Ok(alternative);
        }
    }
    if options.credential.is_some() {
        let reason = match operation.security {
            [] => "the operation takes none",
            _ => "the operation takes one of another kind, or several together",
        };
        return Err(Error::Argument { name: "credential", reason });
    }
    if operation.security.iter().all(|alternative| !alternative.is_empty()) && !operation.security.is_empty() {
        return Err(Error::MissingCredential { schemes: operation.schemes });
    }
    Ok(&[])
}

/// What is presented for a scheme: the caller's own credential if it fits and is `unused`, else the client's.
fn presented<'a>(
    client: &'a Client,
    scheme: usize,
    unused: &mut Option<&'a Credential>,
) -> Option<(&'static Scheme, &'a Credential)> {
    let described = super::super::SCHEMES.get(scheme)?;
    let credential = unused.take_if(|own| own.fits(described)).or_else(|| credential(client, scheme))?;
    Some((described, credential))
}

//! The credentials of a call: which ones its operation takes, and how they are put into the request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::base_url::concatenated;
use crate::client::ClientCore;
use crate::credential::Credential;
use crate::error::Error;
use crate::operation::{Carrier, Operation, Scheme};
use crate::request::Request;
use crate::secret::Secret;

/// Whether the scheme takes a credential of this kind.
fn fits(credential: &Credential, scheme: &Scheme) -> bool {
    match scheme.carrier {
        Carrier::Bearer => matches!(credential, Credential::Bearer(_)),
        Carrier::Basic => matches!(credential, Credential::Basic { .. }),
        Carrier::Authorization(_) | Carrier::Header(_) | Carrier::Query(_) | Carrier::Cookie(_) => {
            matches!(credential, Credential::ApiKey(_))
        }
    }
}

/// Refuses a credential that can only be a mistake, or cannot be sent.
pub(super) fn check(credential: &Credential) -> Result<(), Error> {
    let refused = |reason| Err(Error::InvalidArgument { name: "credential", reason });
    match credential {
        Credential::Bearer(token) => match token.fixed() {
            Some(token) => check_token(token),
            None => Ok(()),
        },
        Credential::ApiKey(secret) if secret.is_empty() => refused("it is empty"),
        Credential::ApiKey(secret) if secret.expose_secret().chars().any(char::is_control) => {
            refused("it has a control character")
        }
        Credential::Basic { username, .. } if username.contains(':') => refused("the user name has a colon"),
        Credential::Basic { username, password }
            if username.chars().chain(password.expose_secret().chars()).any(char::is_control) =>
        {
            refused("it has a control character")
        }
        Credential::ApiKey(_) | Credential::Basic { .. } => Ok(()),
    }
}

/// Puts the credential into the request, as its scheme wants it; of a source, nothing: each attempt has its own token.
pub(super) fn put(credential: &Credential, request: &mut Request, scheme: &Scheme) {
    match (credential, scheme.carrier) {
        (Credential::Bearer(token), _) => {
            if let Some(token) = token.fixed() {
                request.authorization(concatenated("Bearer ", token.expose_secret()));
            }
        }
        (Credential::Basic { username, password }, _) => {
            let both = Zeroizing::new(format!("{username}:{}", password.expose_secret()));
            request.authorization(format!("Basic {}", STANDARD.encode(&*both)));
        }
        (Credential::ApiKey(key), Carrier::Query(name)) => request.query(name, key.expose_secret()),
        (Credential::ApiKey(key), Carrier::Cookie(name)) => request.cookie(name, key.expose_secret()),
        (Credential::ApiKey(key), Carrier::Header(name)) => request.secret_header(name, key.expose_secret()),
        (Credential::ApiKey(text), Carrier::Authorization(scheme)) => {
            request.authorization(format!("{scheme} {}", text.expose_secret()));
        }
        (Credential::ApiKey(_), Carrier::Bearer | Carrier::Basic) => {}
    }
}

/// Refuses a token that cannot be sent.
///
/// RFC 6750 section 2.1 allows letters, digits and `-._~+/=`. Anything that is visible ASCII passes here, since a server may
/// be more liberal than the RFC; white space and control characters never do: a token read from a file with its line end is
/// the usual mistake, and the server's response to it (401, "wrong token") hides the cause.
pub(super) fn check_token(token: &Secret) -> Result<(), Error> {
    let text = token.expose_secret();
    // Nearly all are valid; without a stop at the first invalid byte the compiler looks at many at a time.
    let is_valid = text.bytes().fold(true, |valid, byte| valid & byte.is_ascii_graphic());
    let reason = if text.is_empty() {
        "it is empty"
    } else if is_valid {
        return Ok(());
    } else if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        "it contains white space: trim it"
    } else {
        "it contains an invalid character (a control character, or one outside of ASCII)"
    };
    Err(Error::InvalidArgument { name: "credential", reason })
}

/// The credentials of a call, each with its scheme. They are those of the first alternative that is complete: the
/// caller's own credential, if there is one, and the client's. If no alternative takes the caller's own credential, or the operation
/// declares none, that credential is sent alone: documents often lack `security`.
pub(super) fn choose<'a>(
    client: &'a ClientCore,
    operation: &Operation,
    own: Option<&'a Credential>,
) -> Result<impl Iterator<Item = (&'static Scheme, &'a Credential)> + use<'a>, Error> {
    let mut unused = own;
    let complete = complete(client, operation, own);
    let alone = match own.filter(|_| complete.is_none()) {
        Some(own) => Some((scheme_of(client, operation, own)?, own)),
        None => None,
    };
    if own.is_none() && complete.is_none() && is_needed(operation) {
        return Err(Error::MissingCredential { schemes: operation.schemes });
    }
    let alternative = complete.unwrap_or_default().iter();
    Ok(alone.into_iter().chain(alternative.filter_map(move |&scheme| credential_for(client, scheme, &mut unused))))
}

/// The first alternative that is complete, and that takes the caller's own credential if there is one.
fn complete(client: &ClientCore, operation: &Operation, own: Option<&Credential>) -> Option<&'static [usize]> {
    let mut alternatives = operation.security.iter().filter(|alternative| !alternative.is_empty());
    let complete = alternatives.find(|alternative| {
        let mut unused = own;
        let is_complete = alternative.iter().all(|&scheme| credential_for(client, scheme, &mut unused).is_some());
        is_complete && unused.is_none()
    });
    complete.copied()
}

/// Whether the operation declares alternatives, and none without a credential.
fn is_needed(operation: &Operation) -> bool {
    !operation.security.is_empty() && operation.security.iter().all(|alternative| !alternative.is_empty())
}

/// The scheme for a credential that is sent alone: one of the operation, else the only one of the document, else that of HTTP.
fn scheme_of(client: &ClientCore, operation: &Operation, own: &Credential) -> Result<&'static Scheme, Error> {
    static BEARER: Scheme = Scheme { name: "bearer", carrier: Carrier::Bearer };
    static BASIC: Scheme = Scheme { name: "basic", carrier: Carrier::Basic };
    let declared = operation.security.iter().flat_map(|alternative| alternative.iter());
    let mut declared = declared.filter_map(|&scheme| client.api().schemes.get(scheme));
    if let Some(scheme) = declared.find(|scheme| fits(own, scheme)) {
        return Ok(scheme);
    }
    let refused = |reason| Err(Error::InvalidArgument { name: "credential", reason });
    let mut fitting = client.api().schemes.iter().filter(|scheme| fits(own, scheme));
    match (own, fitting.next(), fitting.next()) {
        (Credential::Bearer(_), _, _) => Ok(&BEARER),
        (Credential::Basic { .. }, _, _) => Ok(&BASIC),
        (Credential::ApiKey(_), Some(only), None) => Ok(only),
        (Credential::ApiKey(_), Some(_), Some(_)) => {
            refused("the operation declares no API key, and the document has several: send the right one as a header")
        }
        (Credential::ApiKey(_), None, _) => refused("the document has no API key: send it as a header"),
    }
}

/// The credential for a scheme: the caller's own if it fits and is `unused`, else the client's.
fn credential_for<'a>(
    client: &'a ClientCore,
    scheme: usize,
    unused: &mut Option<&'a Credential>,
) -> Option<(&'static Scheme, &'a Credential)> {
    let described = client.api().schemes.get(scheme)?;
    let credential = unused.take_if(|own| fits(own, described)).or_else(|| client.credential(scheme))?;
    Some((described, credential))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_cannot_be_sent() {
        for bad in ["", " ", "a b", "token\n", "\u{7f}", "tök", "a\0"] {
            assert!(check_token(&Secret::new(bad)).is_err(), "{bad:?}");
        }
        assert!(check_token(&Secret::new("ory_at_aB9-._~+/=")).is_ok());
    }
}

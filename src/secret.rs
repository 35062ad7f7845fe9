//! [`Secret`]: a value that does not print, and the check of a token before it is sent.

pub use openapi_smith_runtime::Secret;

/// The problem with a token that cannot be sent, if there is one.
///
/// RFC 6750 section 2.1 allows letters, digits and `-._~+/=`. Anything that is visible ASCII passes here, since a server may
/// be more liberal than the RFC; white space and control characters never do: a token read from a file with its line end is
/// the usual mistake, and the server's response to it (401, "wrong token") hides the cause.
pub(crate) fn token_problem(token: &Secret) -> Option<&'static str> {
    let text = token.expose_secret();
    // Nearly all are good; not stopping at the first bad byte lets the compiler look at many at a time.
    let is_good = text.bytes().fold(true, |good, byte| good & byte.is_ascii_graphic());
    if text.is_empty() {
        Some("is empty")
    } else if is_good {
        None
    } else if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        Some("contains white space: trim it")
    } else {
        Some("contains an invalid character (a control character, or one outside of ASCII)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_cannot_be_sent() {
        for bad in ["", " ", "a b", "token\n", "\u{7f}", "tök", "a\0"] {
            assert!(token_problem(&Secret::new(bad)).is_some(), "{bad:?}");
        }
        assert_eq!(token_problem(&Secret::new("ory_at_aB9-._~+/=")), None);
    }
}

//! Remedies: the sentence in brackets at the end of an error.

use reqwest::StatusCode;

use crate::api::UndecodedReason;
use crate::error::OAuthError;
use crate::operation::Operation;

/// The hint for a redirect of an operation other than logout.
pub(crate) const NOT_FOLLOWED: &str =
    "redirects are never followed: look for `http` instead of `https` or a wrong host or path in the base URL";

/// The hint for a certificate that is not accepted.
pub(crate) const CERTIFICATE: &str = "nothing was sent: check the host of the base URL, the clock, and that the system trusts the \
                                      issuer of the certificate";

/// The hint for a proxy that opens no tunnel.
pub(crate) const PROXY: &str = "nothing was sent: check that the proxy runs and allows this host and port; it is the one of `proxy(..)` or \
                                of the environment";

/// The hint for a proxy that wants credentials, before a tunnel or in place of the server's response.
pub(crate) const PROXY_CREDENTIALS: &str = "put them into the URL of the proxy";

/// The hint for a registration whose response is not one of Ory's, such as the login page of a proxy.
pub(crate) const REGISTERED_ELSEWHERE: &str = "the response may not be Ory's: check host and path of the base URL, and proxies; a client \
                                               may have been registered all the same";

/// The hint for a replacement whose response is not one of Ory's.
pub(crate) const REPLACED_ELSEWHERE: &str = "the response may not be Ory's: check host and path of the base URL, and proxies; the \
                                             registration access token may or may not have changed: read the client with the token at \
                                             hand to find out";

/// The hint for a change without a usable response, after which the old token is accepted.
pub(crate) const STILL_WORKS: &str = "a request after it shows that the registration access token still works: the call can be \
                                      repeated";

/// The hint for a replacement without a usable response, after which the old token is rejected.
pub(crate) const REPLACED: &str = "a replacement before it took effect without a usable response, so its new registration access token \
                                   is lost; the guide of registration has the way back";

/// The hint for a deletion without a usable response, after which the token is rejected.
pub(crate) const DELETED: &str = "a deletion before it had no usable response, and took effect unless the registration access token was \
                                  dead before; the store keeps the handle until you remove it with `forget`";

/// The hint for a page in place of a logout's redirect.
pub(crate) const OTHER_PAGE: &str = "nothing is known about the session: it may be a page of a proxy, a login, or a form that asks \
                                     for confirmation; `body()` has it";

/// The hint for keys that cannot be fetched or used. They need not be at the base URL.
pub(crate) const KEYS: &str = "see `jwks_uri` in the discovery document";

/// The hint for a response, if its status suggests one.
pub(crate) fn for_response(
    operation: Operation,
    status: StatusCode,
    oauth: Option<&OAuthError>,
) -> Option<&'static str> {
    use Operation as O;
    let registration = matches!(
        operation,
        O::CreateOidcDynamicClient | O::GetOidcDynamicClient | O::SetOidcDynamicClient | O::DeleteOidcDynamicClient
    );
    match (operation, status.as_u16()) {
        (O::DiscoverJsonWebKeys, _) => Some(KEYS),
        (_, 304) => Some("the request had no condition: a cache before the server is wrong"),
        (_, 300..=399) => Some(NOT_FOLLOWED),
        (_, 407) => Some("a proxy before the server wants credentials: put them into the URL of the proxy"),
        // Ory's handlers return 404 only if registration is off. The 404 of a router or proxy has a different body and needs a
        // different remedy.
        (_, 404) if registration && oauth.is_some_and(OAuthError::is_from_handler) => Some(
            "dynamic client registration is switched off on this server: set `oidc.dynamic_client_registration.enabled`",
        ),
        (_, 404) => Some("there is no such endpoint at this base URL: check its host and path"),
        (O::GetOidcDynamicClient | O::SetOidcDynamicClient | O::DeleteOidcDynamicClient, 401) => Some(
            "wrong registration access token, or no such client: each replacement changes the token, and an administrator's PUT or \
             PATCH of the client ends it; the guide of registration has the way back",
        ),
        (O::CreateOidcDynamicClient, 401 | 403) => {
            Some("registration needs a valid initial access token here: give one with `initial_access_token`")
        }
        (O::GetOidcUserInfo | O::CreateVerifiableCredential, 401) => {
            Some("the access token is unknown, expired, revoked, or not an access token")
        }
        (O::SetOidcDynamicClient, 403) => Some("the client secret is made by the server and cannot be chosen"),
        (_, 414 | 431) => {
            Some("the server or a proxy before it takes no request that long: see the length of the token")
        }
        (_, 429) => Some("too many requests: wait for the time that `retry_after()` gives"),
        // A proxy may have given up while the server was still at work.
        (_, 500..) if changes_a_client(operation) => for_silence(operation, true),
        (_, 500..) => Some("the server or a proxy before it is in trouble: try again later"),
        _ => None,
    }
}

/// The hint for a success that cannot be decoded.
pub(crate) fn for_undecoded(operation: Operation, reason: &UndecodedReason) -> Option<&'static str> {
    match reason {
        _ if operation == Operation::DiscoverJsonWebKeys => Some(KEYS),
        UndecodedReason::Status | UndecodedReason::MediaType => {
            Some("the base URL may not point to Ory: check host and path")
        }
        UndecodedReason::Decode { .. } | UndecodedReason::Missing { .. } | UndecodedReason::NotUtf8 => {
            Some("`body()` has the response")
        }
        UndecodedReason::TooLarge { .. } => Some("allow more with `response_limit` if that is right"),
        UndecodedReason::Compressed { .. } => Some("a proxy may have compressed it: no compression was asked for"),
        UndecodedReason::Truncated { timed_out: true } => Some("allow more with `timeout`"),
        UndecodedReason::Truncated { timed_out: false } => for_silence(operation, true),
        // A reason of a later version of the runtime.
        _ => None,
    }
}

/// The hint for a response that is not HTTP.
pub(crate) fn for_no_http(operation: Operation) -> Option<&'static str> {
    if changes_a_client(operation) || operation == Operation::DiscoverJsonWebKeys {
        for_silence(operation, true)
    } else {
        Some("the base URL may not point to Ory: check scheme, host and port")
    }
}

/// The hint for a request without a usable response: whether it may have taken effect.
pub(crate) fn for_silence(operation: Operation, sent: bool) -> Option<&'static str> {
    use Operation as O;
    match (operation, sent) {
        (O::DiscoverJsonWebKeys, _) => Some(KEYS),
        (O::SetOidcDynamicClient, false) => Some("nothing was sent: the registration access token is unchanged"),
        (O::SetOidcDynamicClient, true) => Some(
            "the registration access token may or may not have changed: read the client with the token at hand to find out",
        ),
        (O::CreateOidcDynamicClient, true) => Some("a client may have been registered all the same"),
        (O::DeleteOidcDynamicClient, true) => Some("the client may have been deleted all the same"),
        (_, false) => {
            Some("check host and port of the base URL, and that the server runs; or the proxy, if there is one")
        }
        (_, true) => Some("nothing was changed: it may be tried again"),
    }
}

/// Whether the operation registers, replaces or deletes a client.
const fn changes_a_client(operation: Operation) -> bool {
    use Operation as O;
    matches!(operation, O::CreateOidcDynamicClient | O::SetOidcDynamicClient | O::DeleteOidcDynamicClient)
}

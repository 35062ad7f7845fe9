//! The known differences between the stand-in and the recorded server, each with its reason.
//!
//! An unlisted difference fails the test. So does a listed one that no recording shows.

/// Properties whose value is different. Their presence and type are compared.
pub const VALUES: [(&str, &str); 14] = [
    ("client_secret", "a secret that the server makes"),
    ("registration_access_token", "a token that the server makes"),
    ("c_nonce", "a nonce that the server makes"),
    ("jti", "an ID that the server makes"),
    ("sid", "an ID that the server makes"),
    ("kid", "the ID of the server's own key"),
    ("id", "the ID of the subject in a credential contains the key of the client, which is new in each run"),
    ("created_at", "the time of the exchange; whole seconds or fractions are compared"),
    ("updated_at", "the time of the exchange"),
    ("iat", "the time of the exchange"),
    ("exp", "the time of the exchange"),
    ("nbf", "the time of the exchange"),
    ("auth_time", "the time of the exchange"),
    ("rat", "the time of the exchange"),
];

const KEY: &str = "the server's key is an RSA key in the recordings (RS256), an EC key here (ES256)";

/// Properties that name the algorithm of the server's key.
pub const KEY_ALGORITHMS: [(&str, &str); 5] = [
    ("userinfo_signing_alg_values_supported", KEY),
    ("id_token_signing_alg_values_supported", KEY),
    ("id_token_signed_response_alg", KEY),
    ("userinfo_signed_response_alg", KEY),
    ("alg", KEY),
];

/// Different parts of texts: name, reason, the text before the part, and the characters that end it.
pub const TEXTS: [(&str, &str, &str, &str); 4] = [
    ("logout challenge", "a challenge that the server makes", "logout_challenge=", "\"&"),
    ("session cookie", "a cookie that the server makes", "ory_hydra_session_dev=", ";"),
    ("did of a key", "the key of the client, which is new in each run", "did:jwk:", "\""),
    ("time of expiry", "the time of the exchange", "expired at '", "'"),
];

pub const SERVER: (&str, &str) = ("base URL", "each server has its own address");
pub const UUID: (&str, &str) = ("UUID", "an ID that the server makes");
pub const PAGE: (&str, &str) = ("page", "the wording of HTML pages is the stand-in's own; links in them are compared");
pub const SIGNATURE: (&str, &str) = ("signature", "signed with the server's own key; other tests verify it");

/// The names of all known differences.
pub fn names() -> Vec<&'static str> {
    let single = [SERVER, UUID, PAGE, SIGNATURE];
    let texts = TEXTS.map(|(name, reason, ..)| (name, reason));
    let all = [&VALUES[..], &KEY_ALGORITHMS, &texts, &single].concat();
    assert!(all.iter().all(|(_, reason)| !reason.is_empty()));
    all.into_iter().map(|(name, _)| name).collect()
}

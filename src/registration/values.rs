//! Typed values of client metadata: the known ones by name, and all others as text.
//!
//! The server stores any text, so these are no types of the document: a closed list there would contradict the server.

use std::fmt;

/// Defines an open enumeration of texts. `$same` compares a text with a known one.
macro_rules! values {
    ($(#[$doc:meta])* $name:ident, $same:expr; $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// Any other text.
            Other(String),
        }

        impl $name {
            /// The known values, as texts.
            pub(super) const KNOWN: &[&str] = &[$($text),+];

            /// The text, as it is sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                let same: fn(&str, &str) -> bool = $same;
                $(
                    if same(text, $text) {
                        return Self::$variant;
                    }
                )+
                Self::Other(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                match value {
                    $name::Other(text) => text,
                    known => known.as_str().to_owned(),
                }
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

values! {
    /// How a client gets tokens (RFC 7591 section 2), for [`ClientMetadata::grant_types`](crate::ClientMetadata::grant_types).
    ///
    /// ```
    /// use ory_oidc::{ClientMetadata, GrantType};
    ///
    /// let metadata = ClientMetadata::default().grant_types([GrantType::ClientCredentials]);
    /// assert_eq!(GrantType::from("client_credentials"), GrantType::ClientCredentials);
    /// assert_eq!(GrantType::from("urn:example:grant").as_str(), "urn:example:grant");
    /// ```
    GrantType, |text, known| text == known;
    /// A login in a browser (RFC 6749 section 4.1).
    AuthorizationCode = "authorization_code",
    /// Renewal of access tokens (RFC 6749 section 6).
    RefreshToken = "refresh_token",
    /// The client on its own behalf (RFC 6749 section 4.4).
    ClientCredentials = "client_credentials",
    /// A device without a browser (RFC 8628).
    DeviceCode = "urn:ietf:params:oauth:grant-type:device_code",
    /// A signed assertion (RFC 7523 section 2.1).
    JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer",
    /// Tokens in the redirect (RFC 6749 section 4.2). Do not use it in new programs (RFC 9700 section 2.1.2).
    Implicit = "implicit",
}

values! {
    /// How a client authenticates at the token endpoint (OpenID Connect Core 1.0 section 9), for
    /// [`ClientMetadata::token_endpoint_auth_method`](crate::ClientMetadata::token_endpoint_auth_method).
    ///
    /// ```
    /// use ory_oidc::TokenEndpointAuthMethod;
    ///
    /// assert_eq!(TokenEndpointAuthMethod::None.as_str(), "none");
    /// ```
    TokenEndpointAuthMethod, |text, known| text == known;
    /// Id and secret by HTTP Basic authentication.
    ClientSecretBasic = "client_secret_basic",
    /// Id and secret in the form.
    ClientSecretPost = "client_secret_post",
    /// A JWT signed with the client's private key (RFC 7523 section 2.2).
    PrivateKeyJwt = "private_key_jwt",
    /// Not at all: a public client, such as a program on a user's device.
    None = "none",
}

values! {
    /// What a client asks the authorization endpoint for (OAuth 2.0 Multiple Response Type Encoding Practices), for
    /// [`ClientMetadata::response_types`](crate::ClientMetadata::response_types). The order of the words has no meaning.
    ///
    /// ```
    /// use ory_oidc::ResponseType;
    ///
    /// assert_eq!(ResponseType::from("id_token code"), ResponseType::CodeIdToken);
    /// ```
    ResponseType, same_words;
    /// The code of the authorization code flow: the only one to use in new programs.
    Code = "code",
    /// An ID token in the redirect.
    IdToken = "id_token",
    /// An access token in the redirect.
    Token = "token",
    /// An ID token and an access token in the redirect.
    IdTokenToken = "id_token token",
    /// A code and an ID token.
    CodeIdToken = "code id_token",
    /// A code and an access token.
    CodeToken = "code token",
    /// A code, an ID token and an access token.
    CodeIdTokenToken = "code id_token token",
}

values! {
    /// Whether all clients see the same `sub` of a user (OpenID Connect Core 1.0 section 8), for
    /// [`ClientMetadata::subject_type`](crate::ClientMetadata::subject_type).
    ///
    /// ```
    /// use ory_oidc::SubjectType;
    ///
    /// assert_eq!(SubjectType::from("pairwise"), SubjectType::Pairwise);
    /// ```
    SubjectType, |text, known| text == known;
    /// All clients see the same.
    Public = "public",
    /// Each sector of clients sees another.
    Pairwise = "pairwise",
}

fn same_words(text: &str, known: &str) -> bool {
    let words = |text: &str| {
        let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    words(text) == words(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_other_values_round_trip() {
        for text in GrantType::KNOWN.iter().chain(&["urn:example:grant", "", "Implicit"]) {
            let value = GrantType::from(*text);
            assert_eq!(value.as_str(), *text);
            assert_eq!(matches!(value, GrantType::Other(_)), !GrantType::KNOWN.contains(text));
            assert_eq!(String::from(value), *text);
        }
        assert_eq!(ResponseType::from("token code id_token"), ResponseType::CodeIdTokenToken);
        for other in ["code code", "code  id_token", "codes", "CODE"] {
            assert_eq!(ResponseType::from(other), ResponseType::Other(other.to_owned()));
        }
    }
}

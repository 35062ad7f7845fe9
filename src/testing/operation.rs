//! The eight operations, as names to hang failures and assertions on.

use std::fmt;

/// One of the eight OpenID Connect operations that the stand-in serves.
///
/// Used to say which operation a [`Failure`](super::Failure) is for, and which one a
/// [`RecordedRequest`](super::RecordedRequest) reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// `GET /.well-known/openid-configuration`
    DiscoverOidcConfiguration,
    /// `POST /credentials`
    CreateVerifiableCredential,
    /// `POST /oauth2/register`
    CreateOidcDynamicClient,
    /// `GET /oauth2/register/{id}`
    GetOidcDynamicClient,
    /// `PUT /oauth2/register/{id}`
    SetOidcDynamicClient,
    /// `DELETE /oauth2/register/{id}`
    DeleteOidcDynamicClient,
    /// `GET /userinfo` and `POST /userinfo`
    GetOidcUserInfo,
    /// `GET /oauth2/sessions/logout` and `POST /oauth2/sessions/logout`
    RevokeOidcSession,
}

impl Operation {
    /// All eight, for tests that loop over them.
    pub const ALL: &'static [Self] = &[
        Self::DiscoverOidcConfiguration,
        Self::CreateVerifiableCredential,
        Self::CreateOidcDynamicClient,
        Self::GetOidcDynamicClient,
        Self::SetOidcDynamicClient,
        Self::DeleteOidcDynamicClient,
        Self::GetOidcUserInfo,
        Self::RevokeOidcSession,
    ];

    /// The `operationId` that Ory's OpenAPI document gives it, e.g. `getOidcUserInfo`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::DiscoverOidcConfiguration => "discoverOidcConfiguration",
            Self::CreateVerifiableCredential => "createVerifiableCredential",
            Self::CreateOidcDynamicClient => "createOidcDynamicClient",
            Self::GetOidcDynamicClient => "getOidcDynamicClient",
            Self::SetOidcDynamicClient => "setOidcDynamicClient",
            Self::DeleteOidcDynamicClient => "deleteOidcDynamicClient",
            Self::GetOidcUserInfo => "getOidcUserInfo",
            Self::RevokeOidcSession => "revokeOidcSession",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

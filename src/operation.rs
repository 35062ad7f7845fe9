//! [`Operation`]: the eight operations and the request for the issuer's keys by name, and which of them may be retried.

use std::fmt;

/// One of the eight operations, or the request for the issuer's keys, named by its `operationId` in Ory's API document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// `GET /.well-known/openid-configuration`; also the metadata of RFC 8414, the same document at another path
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
    /// `GET /userinfo`
    GetOidcUserInfo,
    /// `GET /oauth2/sessions/logout`
    RevokeOidcSession,
    /// `GET /.well-known/jwks.json`: the issuer's keys, which the feature `verify` fetches from the `jwks_uri` of the discovery
    /// document, whatever its path and host are.
    DiscoverJsonWebKeys,
}

impl Operation {
    const ALL: [Self; 9] = [
        Self::DiscoverOidcConfiguration,
        Self::CreateVerifiableCredential,
        Self::CreateOidcDynamicClient,
        Self::GetOidcDynamicClient,
        Self::SetOidcDynamicClient,
        Self::DeleteOidcDynamicClient,
        Self::GetOidcUserInfo,
        Self::RevokeOidcSession,
        Self::DiscoverJsonWebKeys,
    ];

    /// The `operationId`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DiscoverOidcConfiguration => "discoverOidcConfiguration",
            Self::CreateVerifiableCredential => "createVerifiableCredential",
            Self::CreateOidcDynamicClient => "createOidcDynamicClient",
            Self::GetOidcDynamicClient => "getOidcDynamicClient",
            Self::SetOidcDynamicClient => "setOidcDynamicClient",
            Self::DeleteOidcDynamicClient => "deleteOidcDynamicClient",
            Self::GetOidcUserInfo => "getOidcUserInfo",
            Self::RevokeOidcSession => "revokeOidcSession",
            Self::DiscoverJsonWebKeys => "discoverJsonWebKeys",
        }
    }

    /// The operation with this `operationId`.
    pub(crate) fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.as_str() == id)
    }

    /// The name of the token that authenticates the operation.
    pub(crate) fn token_name(self) -> &'static str {
        match self {
            Self::GetOidcDynamicClient | Self::SetOidcDynamicClient | Self::DeleteOidcDynamicClient => {
                "registration access token"
            }
            Self::CreateOidcDynamicClient => "initial access token",
            _ => "access token",
        }
    }

    /// The HTTP method.
    #[must_use]
    pub const fn method(self) -> &'static str {
        match self {
            Self::CreateVerifiableCredential | Self::CreateOidcDynamicClient => "POST",
            Self::SetOidcDynamicClient => "PUT",
            Self::DeleteOidcDynamicClient => "DELETE",
            Self::DiscoverOidcConfiguration
            | Self::GetOidcDynamicClient
            | Self::GetOidcUserInfo
            | Self::RevokeOidcSession
            | Self::DiscoverJsonWebKeys => "GET",
        }
    }

    /// The path, as Ory's API document has it: with `{id}` in place of the client's id.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::DiscoverOidcConfiguration => "/.well-known/openid-configuration",
            Self::CreateVerifiableCredential => "/credentials",
            Self::CreateOidcDynamicClient => "/oauth2/register",
            Self::GetOidcDynamicClient | Self::SetOidcDynamicClient | Self::DeleteOidcDynamicClient => {
                "/oauth2/register/{id}"
            }
            Self::GetOidcUserInfo => "/userinfo",
            Self::RevokeOidcSession => "/oauth2/sessions/logout",
            Self::DiscoverJsonWebKeys => "/.well-known/jwks.json",
        }
    }

    /// Whether a [`RetryPolicy`](crate::RetryPolicy) retries the operation: only the reads.
    ///
    /// [`Error::is_retryable`](crate::Error::is_retryable) follows the same list.
    ///
    /// - A second registration creates another client, whose secret nobody has.
    /// - A second replacement fails for good if the first one changed the registration access token.
    /// - A second deletion fails with 401.
    /// - A second nonce or credential counts against a low rate limit.
    /// - A logout is not read-only.
    #[must_use]
    #[doc(alias = "is_repeatable")]
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::DiscoverOidcConfiguration
            | Self::GetOidcDynamicClient
            | Self::GetOidcUserInfo
            | Self::DiscoverJsonWebKeys => true,
            Self::CreateVerifiableCredential
            | Self::CreateOidcDynamicClient
            | Self::SetOidcDynamicClient
            | Self::DeleteOidcDynamicClient
            | Self::RevokeOidcSession => false,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_found_by_its_id() {
        for operation in Operation::ALL {
            assert_eq!(Operation::of_id(operation.as_str()), Some(operation));
        }
        assert_eq!(Operation::of_id("other"), None);
    }

    #[test]
    fn only_reads_are_retried() {
        let retried: Vec<_> = Operation::ALL.into_iter().filter(|operation| operation.is_retryable()).collect();
        use Operation as O;
        let reads = [O::DiscoverOidcConfiguration, O::GetOidcDynamicClient, O::GetOidcUserInfo, O::DiscoverJsonWebKeys];
        assert_eq!(retried, reads);
    }
}

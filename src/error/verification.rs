//! [`VerificationFailure`]: the rule that a response or a JWT breaks.

/// The rule that a response or a JWT breaks, for an error of the kind [`Verification`](crate::ErrorKind::Verification).
///
/// Most are named after the claim that they are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerificationFailure {
    /// It is not a JWT in compact form (RFC 7515 section 3.1).
    Format,
    /// `alg` is `none`, unsupported, or not allowed (RFC 8725 section 3.1).
    Algorithm,
    /// `typ` belongs to another kind of JWT (RFC 8725 section 3.11).
    Type,
    /// `crit` demands an extension (RFC 7515 section 4.1.11).
    Extension,
    /// The issuer has no usable key for the JWT.
    Key,
    /// The signature is not of the key that the JWT names, or a [`JwtVerifier`](crate::JwtVerifier) rejected it.
    Signature,
    /// `iss` is missing, or another issuer than expected.
    Issuer,
    /// `aud` is missing, does not include the client, or includes an audience that is not trusted.
    Audience,
    /// `azp` is missing beside several audiences, or another client.
    AuthorizedParty,
    /// `sub` is missing, or another subject than expected.
    Subject,
    /// `exp` is missing, invalid or over.
    ExpirationTime,
    /// `nbf` is invalid or not yet reached.
    NotBefore,
    /// `iat` is missing, invalid, in the future, or too long ago.
    IssuedAt,
    /// `nonce` is missing, another one than expected, or present where there must be none.
    Nonce,
    /// `at_hash` is missing, or not of the access token.
    AccessTokenHash,
    /// `auth_time` is missing, invalid or too long ago.
    AuthenticationTime,
    /// `events` does not declare a logout, or declares one where there must be none.
    Events,
    /// Both `sid` and `sub` are missing.
    Session,
    /// `jti` is missing.
    TokenId,
    /// A JWT with this `jti` was accepted before.
    Replay,
    /// `vc` is missing: the JWT is not a credential.
    Credential,
}

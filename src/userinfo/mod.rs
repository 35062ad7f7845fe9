//! Userinfo: claims about the user of an access token, plain or signed.
//!
//! Uses the generated module, the shared call, and `jwt`; only `lib.rs` uses this module.

mod claims;
mod kept_claims;

pub use self::claims::Claims;

use self::kept_claims::KeptClaims;
use crate::api::types::ErrorOAuth2;
use crate::api::{self, GetOidcUserInfoResponse, RawResponse};
use crate::call::{Options, request};
use crate::client::Client;
use crate::error::{Error, Result, VerificationFailure};
use crate::jwt::{CompactJwt, JwtVerifier};
use crate::operation::Operation;
use crate::response::Response;
use openapi_smith_runtime::{AccessToken, Credential, Secret};

const OPERATION: Operation = Operation::GetOidcUserInfo;

impl Client {
    /// Fetches the claims about the user who granted `access_token`, a token or a [`TokenSource`](crate::TokenSource).
    ///
    /// `getOidcUserInfo`, `GET /userinfo`; OpenID Connect Core 1.0 section 5.3. Whether the response is signed depends on
    /// the `userinfo_signed_response_alg` of the client that the token was issued to.
    ///
    /// ```no_run
    /// # async fn example(ory: ory_oidc::Client, access_token: String, id_token_subject: String) -> Result<(), ory_oidc::Error> {
    /// use ory_oidc::UserInfo;
    ///
    /// match ory.userinfo(&access_token).expect_subject(&id_token_subject).await? {
    ///     UserInfo::Claims(claims) => println!("{:?}", claims.email()),
    ///     UserInfo::Signed(_) => println!("signed: call verify()"),
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Rejected`](crate::ErrorKind::Rejected) with 401 if the token is unknown, expired, revoked, or a refresh token;
    /// [`Verification`](crate::ErrorKind::Verification) if the claims are not about the subject of
    /// [`expect_subject`](UserInfoRequest::expect_subject); [`InvalidInput`](crate::ErrorKind::InvalidInput) if the token is
    /// malformed.
    #[doc(alias = "getOidcUserInfo")]
    #[doc(alias = "/userinfo")]
    pub fn userinfo(&self, access_token: impl Into<AccessToken>) -> UserInfoRequest {
        UserInfoRequest {
            client: self.clone(),
            access_token: access_token.into(),
            subject: None,
            options: Options::default(),
        }
    }
}

/// A request for claims, made by [`Client::userinfo`].
#[derive(Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct UserInfoRequest {
    client: Client,
    access_token: AccessToken,
    subject: Option<String>,
    options: Options,
}

impl UserInfoRequest {
    /// Requires that the claims are about `subject`, the `sub` of the ID token.
    ///
    /// OpenID Connect Core 1.0 section 5.3.2 requires this comparison, and the server cannot make it: without it, an access
    /// token that was swapped for another user's goes unnoticed. A response without `sub` fails. A signed
    /// response is compared by [`SignedUserInfo::verify`].
    pub fn expect_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    async fn respond(self) -> Result<Response<UserInfo>> {
        let Self { client, access_token, subject, options } = self;
        let call = client.api().get_oidc_user_info().credential(Credential::Bearer(access_token));
        options
            .send(&client, OPERATION, call, |result, sent| {
                let read = result.and_then(|response| read(response, subject.as_deref()));
                let response = read.map_err(|error| Error::from_api(OPERATION, error).without(sent.redaction()))?;
                check(response, subject.as_deref())
            })
            .await
    }
}

/// Decodes the claims. The consent app may put claims of any type into the session, so no type is required here.
#[inline]
fn read(
    response: RawResponse<GetOidcUserInfoResponse, ErrorOAuth2>,
    subject: Option<&str>,
) -> Result<Response<UserInfo>, api::Error<ErrorOAuth2>> {
    if response.media_type() == "application/jwt" {
        let signed = |jwt: String| SignedUserInfo { jwt: Secret::new(jwt.trim()), subject: subject.map(str::to_owned) };
        return Ok(Response::from_api(response.text()?).map(|jwt| UserInfo::Signed(signed(jwt))));
    }
    Ok(Response::from_api(response.json::<KeptClaims>()?).map(|claims| UserInfo::Claims(Claims::new(claims))))
}

request!(UserInfoRequest => UserInfo);

#[inline]
fn check(response: Response<UserInfo>, subject: Option<&str>) -> Result<Response<UserInfo>> {
    if let UserInfo::Claims(claims) = response.value() {
        let checked = check_subject(claims, subject);
        checked.map_err(|error| error.with_response(response.status(), response.headers().clone()))?;
    }
    Ok(response)
}

#[inline]
fn check_subject(claims: &Claims, expected: Option<&str>) -> Result<()> {
    let problem = match (expected, claims.sub()) {
        (None, _) => return Ok(()),
        (Some(expected), Some(sub)) if expected == sub => return Ok(()),
        (Some(_), Some(_)) => "the claims are about another subject than expected",
        (Some(_), None) => "the claims have no subject",
    };
    Err(Error::unverified(VerificationFailure::Subject, problem)
        .with_operation(OPERATION)
        .with_hint("the access token may not belong to the ID token: use neither"))
}

/// The response of the userinfo endpoint.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum UserInfo {
    /// Claims as plain JSON.
    Claims(Claims),
    /// Claims in a JWT that the server signed, because the client is registered with `userinfo_signed_response_alg`.
    Signed(SignedUserInfo),
}

impl UserInfo {
    /// The claims, if they are plain JSON.
    #[must_use]
    pub fn claims(&self) -> Option<&Claims> {
        match self {
            Self::Claims(claims) => Some(claims),
            Self::Signed(_) => None,
        }
    }

    /// The signed response, if it is signed.
    #[must_use]
    pub fn signed(&self) -> Option<&SignedUserInfo> {
        match self {
            Self::Claims(_) => None,
            Self::Signed(signed) => Some(signed),
        }
    }
}

/// Claims in a signed JWT, which has not been verified yet.
///
/// Ory signs with its ID-token key, whatever algorithm that has: `RS256` in the registration only means "signed". The JWT
/// carries no `exp`.
#[derive(Clone, Debug)]
pub struct SignedUserInfo {
    jwt: Secret,
    subject: Option<String>,
}

impl SignedUserInfo {
    /// The JWT as it came.
    #[must_use]
    pub fn jwt(&self) -> &Secret {
        &self.jwt
    }

    /// Verifies the signature, then the subject if one is expected, and returns the claims.
    ///
    /// # Errors
    ///
    /// [`Verification`](crate::ErrorKind::Verification) if the verifier rejects the JWT or the subject differs;
    /// [`KeysUnavailable`](crate::ErrorKind::KeysUnavailable) if an `IssuerVerifier` has no keys to verify with;
    /// [`UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse) if this is not a JWT.
    pub async fn verify(&self, verifier: &dyn JwtVerifier) -> Result<Claims> {
        let claims = Claims::new(self.parse()?.verified(OPERATION, verifier).await?);
        check_subject(&claims, self.subject.as_deref())?;
        Ok(claims)
    }

    /// The claims, **without verifying anything**: neither the signature nor the subject.
    ///
    /// OpenID Connect lets a client trust the connection to the server instead of the signature; then this is enough, as
    /// long as the subject is compared by hand.
    ///
    /// # Errors
    ///
    /// [`UnexpectedResponse`](crate::ErrorKind::UnexpectedResponse) if this is not a JWT.
    #[inline]
    pub fn insecure_claims_without_verification(&self) -> Result<Claims> {
        Ok(Claims::new(self.parse()?.into_claims()))
    }

    #[inline]
    fn parse(&self) -> Result<CompactJwt> {
        CompactJwt::parse(&self.jwt).map_err(|error| error.with_operation(OPERATION))
    }
}

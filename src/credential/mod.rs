//! Verifiable credentials: request a nonce, sign a proof, request the credential.
//!
//! Uses the generated module, the shared call, and `jwt`; only `lib.rs` uses this module.

#[cfg(feature = "ed25519")]
mod ed25519;
#[cfg(feature = "p256")]
mod p256;
mod proof;

#[cfg(feature = "ed25519")]
pub use self::ed25519::Ed25519Signer;
#[cfg(feature = "p256")]
pub use self::p256::P256Signer;
pub use self::proof::ProofSigner;

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::Value;

use self::proof::proof;
use crate::api::CreateVerifiableCredentialFailure as Failure;
use crate::api::types::{
    CreateVerifiableCredentialBadRequest as BadRequest, CreateVerifiableCredentialRequestBody,
    VerifiableCredentialProof, VerifiableCredentialResponse,
};
use crate::api::{self, RawResponse};
use crate::call::{Options, request};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::jwt::{CompactJwt, JwtVerifier};
use crate::lenient_json::{self, Object};
use crate::operation::Operation;
use crate::response::Response;
use openapi_smith_runtime::{AccessToken, Credential, Secret};

const OPERATION: Operation = Operation::CreateVerifiableCredential;

/// The only format that Ory issues.
const FORMAT: &str = "jwt_vc_json";

impl Client {
    /// Requests a nonce, which a proof must contain.
    ///
    /// `createVerifiableCredential`, `POST /credentials`, without a proof; OpenID for Verifiable Credential Issuance, draft 0,
    /// as Ory implements it. The server responds with status 400, error `missing_proof` and the nonce: this is a value here.
    ///
    /// The nonce is valid for this access token only, until it [expires](CredentialNonce::expires_in), and for any number of
    /// proofs. [`issue_credential`](Self::issue_credential) requests one itself.
    ///
    /// # Errors
    ///
    /// [`Rejected`](ErrorKind::Rejected) with 401 if the token is unknown, expired or revoked, with 400 if it is a refresh
    /// token.
    #[doc(alias = "createVerifiableCredential")]
    #[doc(alias = "/credentials")]
    pub fn credential_nonce(&self, access_token: impl Into<AccessToken>) -> CredentialNonceRequest {
        CredentialNonceRequest { client: self.clone(), access_token: access_token.into(), options: Options::default() }
    }

    /// Issues a verifiable credential bound to `signer`'s key.
    ///
    /// `createVerifiableCredential`, `POST /credentials`. Requests a nonce, has `signer` sign it, and sends the proof. If
    /// the token response has a nonce already (`c_nonce_draft_00`), pass it to [`nonce`](IssueCredentialRequest::nonce) and
    /// save the first request. Any access token works; the scopes `openid userinfo_credential_draft_00` only make the token
    /// endpoint send a nonce.
    ///
    /// The credential expires one hour after the user's session was granted, however late it is asked for.
    ///
    /// ```no_run
    /// # #[cfg(feature = "ed25519")]
    /// # async fn example(ory: ory_oidc::Client, access_token: String) -> Result<(), ory_oidc::Error> {
    /// let signer = ory_oidc::Ed25519Signer::generate()?;
    /// let credential = ory.issue_credential(&access_token, &signer).await?;
    /// println!("{} characters", credential.jwt().expose_secret().len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ProofSigner`](ErrorKind::ProofSigner) if the signer fails; [`Rejected`](ErrorKind::Rejected) if the server does not accept token,
    /// nonce or proof.
    #[doc(alias = "createVerifiableCredential")]
    #[inline]
    pub fn issue_credential<'a>(
        &self,
        access_token: impl Into<AccessToken>,
        signer: &'a dyn ProofSigner,
    ) -> IssueCredentialRequest<'a> {
        IssueCredentialRequest {
            client: self.clone(),
            access_token: access_token.into(),
            signer,
            nonce: None,
            options: Options::default(),
        }
    }
}

/// A request for a nonce, made by [`Client::credential_nonce`].
#[derive(Debug)]
#[must_use = "a request does nothing until it is awaited"]
pub struct CredentialNonceRequest {
    client: Client,
    access_token: AccessToken,
    options: Options,
}

impl CredentialNonceRequest {
    async fn respond(self) -> Result<Response<CredentialNonce>> {
        Ok(nonce(&self.client, self.access_token, &self.options).await?.0)
    }
}

request!(CredentialNonceRequest => CredentialNonce);

/// A request for a credential, made by [`Client::issue_credential`].
#[must_use = "a request does nothing until it is awaited"]
pub struct IssueCredentialRequest<'a> {
    client: Client,
    access_token: AccessToken,
    signer: &'a dyn ProofSigner,
    nonce: Option<Secret>,
    options: Options,
}

impl<'a> IssueCredentialRequest<'a> {
    /// Uses this nonce instead of requesting one: a [`CredentialNonce`], or the `c_nonce_draft_00` of the token endpoint.
    pub fn nonce(mut self, nonce: impl Into<Secret>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    async fn respond(self) -> Result<Response<VerifiableCredential>> {
        let Self { client, access_token, signer, nonce: given, options } = self;
        // A nonce belongs to one access token, so both requests use the same one.
        let (nonce, token) = match given {
            Some(nonce) if nonce.is_empty() => return Err(Error::invalid(OPERATION, "the nonce is empty")),
            Some(nonce) => {
                let token = access_token.get(options.timeout.or(client.timeout())).await;
                (nonce, token.map_err(|error| Error::from(error).with_operation(OPERATION))?)
            }
            None => {
                let (response, token) = nonce(&client, access_token, &options).await?;
                (response.into_value().value, token)
            }
        };
        let jwt = proof(signer, &nonce).await?;
        let proof = VerifiableCredentialProof { proof_type: "jwt".into(), jwt };
        let body = CreateVerifiableCredentialRequestBody { proof: Some(proof), ..body() };
        let call = client.api().create_verifiable_credential(&body).credential(Credential::Bearer(token.into()));
        options
            .send(&client, OPERATION, call, |result, sent| match result.and_then(RawResponse::decode) {
                Ok(response) => credential(Response::from_api(response)),
                Err(error) => {
                    let jwt = body.proof.as_ref().map(|proof| &proof.jwt);
                    Err(Error::from_api(OPERATION, error).without(sent.redaction().and(jwt).and([&nonce])))
                }
            })
            .await
    }
}

request!(IssueCredentialRequest<'a> => VerifiableCredential);

impl fmt::Debug for IssueCredentialRequest<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssueCredentialRequest").field("client", &self.client).finish_non_exhaustive()
    }
}

#[inline]
fn body() -> CreateVerifiableCredentialRequestBody {
    CreateVerifiableCredentialRequestBody {
        format: FORMAT.into(),
        // The draft requires them; the server ignores them.
        types: Some(vec!["VerifiableCredential".into(), "UserInfoCredential".into()]),
        proof: None,
    }
}

/// Requests a nonce; also returns the token that it belongs to.
async fn nonce(client: &Client, token: AccessToken, options: &Options) -> Result<(Response<CredentialNonce>, Secret)> {
    let mut presented = None;
    let call = client.api().create_verifiable_credential(&body()).credential(Credential::Bearer(token));
    let judged = options.send(client, OPERATION, call, |result, sent| {
        presented = sent.bearer_token();
        match result.and_then(RawResponse::decode) {
            Ok(response) => {
                let problem = "a credential was issued without a proof";
                Err(Error::new(ErrorKind::UnexpectedResponse, Some(OPERATION), problem)
                    .with_response(response.status(), response.headers().clone()))
            }
            Err(error) => nonce_in(&error).ok_or_else(|| Error::from_api(OPERATION, error).without(sent.redaction())),
        }
    });
    let response = judged.await?;
    let token = presented.ok_or_else(|| Error::invalid(OPERATION, "the access token was not sent"))?;
    Ok((response, token))
}

/// The nonce in a response that is otherwise a failure.
#[inline]
fn nonce_in(error: &api::Error<Failure>) -> Option<Response<CredentialNonce>> {
    if let api::Error::Failure(failure) = error
        && let Failure::BadRequest(BadRequest::VerifiableCredentialPrimingResponse(priming)) = failure.value()
        && !priming.c_nonce.is_empty()
    {
        let nonce = CredentialNonce::new(priming.c_nonce.clone(), priming.c_nonce_expires_in);
        return Some(Response::new(failure.status(), failure.headers().clone(), nonce));
    }
    // The status is 400 with and without a nonce. A nonce among undeclared properties is a nonce, too.
    if let api::Error::Undecoded(undecoded) = error
        && undecoded.status() == StatusCode::BAD_REQUEST
        && let Some(body) = lenient_json::value(undecoded.body())
        && let Some(value) = body.get("c_nonce").and_then(Value::as_str).filter(|value| !value.is_empty())
    {
        let nonce = CredentialNonce::new(value.into(), body.get("c_nonce_expires_in").and_then(lenient_json::seconds));
        return Some(Response::new(undecoded.status(), undecoded.headers().clone(), nonce));
    }
    None
}

#[inline]
fn credential(response: Response<VerifiableCredentialResponse>) -> Result<Response<VerifiableCredential>> {
    if response.value().credential_draft_00.is_empty() {
        return Err(Error::new(ErrorKind::UnexpectedResponse, Some(OPERATION), "the response has no credential in it")
            .with_response(response.status(), response.headers().clone()));
    }
    Ok(response.map(|value| VerifiableCredential { jwt: value.credential_draft_00 }))
}

/// The nonce that a proof must contain to be fresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialNonce {
    value: Secret,
    expires_in: Option<Duration>,
}

impl CredentialNonce {
    #[inline]
    fn new(value: Secret, seconds: impl Into<Option<i64>>) -> Self {
        let seconds = seconds.into().and_then(|seconds| u64::try_from(seconds).ok());
        Self { value, expires_in: seconds.map(Duration::from_secs) }
    }

    /// The nonce.
    #[must_use]
    pub fn value(&self) -> &Secret {
        &self.value
    }

    /// The lifetime of the nonce; `None` if the server sent none.
    #[must_use]
    pub fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }
}

impl From<CredentialNonce> for Secret {
    fn from(nonce: CredentialNonce) -> Self {
        nonce.value
    }
}

impl From<&CredentialNonce> for Secret {
    fn from(nonce: &CredentialNonce) -> Self {
        nonce.value.clone()
    }
}

/// A credential: a JWT that the server signed, about the user, bound to the key of the proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiableCredential {
    jwt: Secret,
}

impl VerifiableCredential {
    /// Takes a credential that was stored, or that another program presents. Nothing is verified yet.
    ///
    /// ```no_run
    /// # #[cfg(feature = "verify")]
    /// # async fn example(keys: ory_oidc::CachedJwkSet, stored: String) -> Result<(), ory_oidc::Error> {
    /// use ory_oidc::VerifiableCredential;
    ///
    /// let credential = VerifiableCredential::from_jwt(stored)?;
    /// let claims = credential.verify(&keys.credential_verifier()).await?;
    /// println!("{:?}", claims.exp());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if this is not a JWT in the compact form (RFC 7515 section 7.1).
    pub fn from_jwt(jwt: impl Into<Secret>) -> Result<Self> {
        let jwt = jwt.into();
        CompactJwt::parse(&jwt)
            .map_err(|error| Error::invalid(None, "the credential is not a JWT").with_source(error))?;
        Ok(Self { jwt })
    }

    /// The JWT.
    #[must_use]
    pub fn jwt(&self) -> &Secret {
        &self.jwt
    }

    /// Verifies the signature and returns the claims.
    ///
    /// # Errors
    ///
    /// [`Verification`](ErrorKind::Verification) if the verifier rejects the JWT; [`KeysUnavailable`](ErrorKind::KeysUnavailable) if an
    /// `IssuerVerifier` has no keys to verify with; [`UnexpectedResponse`](ErrorKind::UnexpectedResponse) if
    /// this is not a JWT.
    pub async fn verify(&self, verifier: &dyn JwtVerifier) -> Result<CredentialClaims> {
        Ok(CredentialClaims(self.parse()?.verified(OPERATION, verifier).await?))
    }

    /// The claims, **without verifying the signature**.
    ///
    /// # Errors
    ///
    /// [`UnexpectedResponse`](ErrorKind::UnexpectedResponse) if this is not a JWT.
    #[inline]
    pub fn insecure_claims_without_verification(&self) -> Result<CredentialClaims> {
        Ok(CredentialClaims(self.parse()?.into_claims()))
    }

    #[inline]
    fn parse(&self) -> Result<CompactJwt> {
        CompactJwt::parse(&self.jwt).map_err(|error| error.with_operation(OPERATION))
    }
}

/// The claims of a credential. The server writes its times in float notation (`1.795442613e+09`); the methods return integers.
#[derive(Clone, PartialEq)]
pub struct CredentialClaims(Object);

impl CredentialClaims {
    /// The issuer: the server.
    #[must_use]
    #[inline]
    pub fn iss(&self) -> Option<&str> {
        self.get("iss")?.as_str()
    }

    /// The subject: the key of the proof, as `did:jwk:` and the key in base64url.
    #[must_use]
    #[inline]
    pub fn sub(&self) -> Option<&str> {
        self.get("sub")?.as_str()
    }

    /// The id of the credential.
    #[must_use]
    #[inline]
    pub fn jti(&self) -> Option<&str> {
        self.get("jti")?.as_str()
    }

    /// When the credential expires, in seconds since 1970 (UTC).
    #[must_use]
    #[inline]
    pub fn exp(&self) -> Option<i64> {
        lenient_json::seconds(self.get("exp")?)
    }

    /// When the user's session was granted, in seconds since 1970 (UTC).
    #[must_use]
    #[inline]
    pub fn iat(&self) -> Option<i64> {
        lenient_json::seconds(self.get("iat")?)
    }

    /// When the credential becomes valid, in seconds since 1970 (UTC).
    #[must_use]
    #[inline]
    pub fn nbf(&self) -> Option<i64> {
        lenient_json::seconds(self.get("nbf")?)
    }

    /// The credential in the narrower sense (W3C Verifiable Credentials Data Model 1.1): `@context`, `type`,
    /// `credentialSubject`.
    #[must_use]
    #[inline]
    pub fn vc(&self) -> Option<&Object> {
        self.get("vc")?.as_object()
    }

    /// The claims about the user: `sub`, and the claims of userinfo. Its `id` is the key.
    #[must_use]
    #[inline]
    pub fn credential_subject(&self) -> Option<&Object> {
        self.vc()?.get("credentialSubject")?.as_object()
    }

    /// Whether the credential is bound to the key of `signer`: its subject is that key, and so is the `id` of its
    /// `credentialSubject` if there is one.
    ///
    /// Call it on claims that were verified. It compares public keys, and nothing is signed: the holder who presents a credential has to
    /// prove by other means that the key is theirs.
    ///
    /// ```no_run
    /// # #[cfg(feature = "ed25519")]
    /// # fn example(claims: ory_oidc::CredentialClaims, signer: ory_oidc::Ed25519Signer) {
    /// assert!(claims.is_bound_to(&signer));
    /// # }
    /// ```
    #[must_use]
    pub fn is_bound_to(&self, signer: &dyn ProofSigner) -> bool {
        let key = signer.public_jwk();
        let is_key = |subject: &str| {
            let encoded = subject.strip_prefix("did:jwk:").map(|encoded| URL_SAFE_NO_PAD.decode(encoded));
            let bound = encoded.and_then(|decoded| lenient_json::value(&decoded.ok()?));
            bound.is_some_and(|bound| is_same_key(&bound, &key))
        };
        let id = self.credential_subject().and_then(|subject| subject.get("id"));
        self.sub().is_some_and(is_key) && id.is_none_or(|id| id.as_str().is_some_and(is_key))
    }

    /// Any claim, by its name.
    #[must_use]
    #[inline]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All claims, as the server sent them.
    #[must_use]
    pub fn as_object(&self) -> &Object {
        &self.0
    }
}

/// Whether two public keys are the same, by the properties that RFC 7638 section 3.2 and RFC 8037 section 2 require.
fn is_same_key(one: &Value, other: &Value) -> bool {
    let required: &[&str] = match one.get("kty").and_then(Value::as_str) {
        Some("EC") => &["kty", "crv", "x", "y"],
        Some("OKP") => &["kty", "crv", "x"],
        Some("RSA") => &["kty", "n", "e"],
        _ => return false,
    };
    required.iter().all(|name| one.get(*name).is_some_and(|value| value.is_string() && Some(value) == other.get(*name)))
}

/// Shows the names of the claims: the values are about a person.
impl fmt::Debug for CredentialClaims {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CredentialClaims").field(&self.0.keys().collect::<Vec<_>>()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openapi_smith_runtime::{BoxError, BoxFuture};
    use serde_json::json;

    struct Holder(Value);

    impl ProofSigner for Holder {
        fn alg(&self) -> &str {
            "ES256"
        }
        fn public_jwk(&self) -> Value {
            self.0.clone()
        }
        fn sign<'a>(&'a self, _: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, BoxError>> {
            Box::pin(std::future::ready(Ok(Vec::new())))
        }
    }

    #[test]
    fn a_credential_is_bound_to_the_key_of_its_subject() {
        let did = |jwk: &Value| format!("did:jwk:{}", URL_SAFE_NO_PAD.encode(jwk.to_string()));
        let claims = |value: Value| CredentialClaims(value.as_object().unwrap().clone());
        let key = json!({"kty": "EC", "crv": "P-256", "x": "a", "y": "b"});
        let mut described = key.clone();
        described["kid"] = json!("k");
        let signer = Holder(key.clone());
        let bound = |value: Value| claims(value).is_bound_to(&signer);
        assert!(bound(json!({"sub": did(&key)})));
        assert!(bound(json!({"sub": did(&described), "vc": {"credentialSubject": {"id": did(&key)}}})));
        let mut other = key.clone();
        other["y"] = json!("c");
        for unbound in [
            json!({}),
            json!({"sub": "alice"}),
            json!({"sub": "did:jwk:e30"}),
            json!({"sub": did(&other)}),
            json!({"sub": did(&key), "vc": {"credentialSubject": {"id": did(&other)}}}),
            json!({"sub": did(&key), "vc": {"credentialSubject": {"id": 1}}}),
            json!({"sub": did(&json!({"kty": "EC", "crv": "P-256", "x": "a"}))}),
        ] {
            assert!(!bound(unbound.clone()), "{unbound}");
        }
        // Keys without coordinates are never the same.
        let empty = json!({"kty": "EC"});
        assert!(!claims(json!({"sub": did(&empty)})).is_bound_to(&Holder(empty)));
    }

    #[test]
    fn a_stored_credential_has_to_be_a_jwt() {
        let error = VerifiableCredential::from_jwt("canary").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(!format!("{error} {error:?}").contains("canary"));
        assert!(VerifiableCredential::from_jwt("e30.e30.").is_ok());
    }
}

//! Outcomes 42 to 48: ID tokens, logout tokens, signed userinfo and credentials, verified by the issuer's cached keys.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ory_oidc::testing::OryServer;
use ory_oidc::{
    AttemptEnded, BoxError, CachedJwkSet, Client, Ed25519Signer, Error, ErrorKind, Hook, Operation, UserInfo,
    VerificationFailure as Failure,
};
use serde_json::json;

use crate::key_set::browser;
use crate::listener::{Listener, json as json_response};
use crate::world::World;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn keys(ory: &Client) -> CachedJwkSet {
    ory.discover().cached(24 * HOUR).keys(HOUR)
}

/// Counts the attempts of each operation.
#[derive(Clone, Default)]
pub struct Attempts(Arc<Mutex<Vec<Operation>>>);

impl Attempts {
    pub fn of(&self, operation: Operation) -> usize {
        self.0.lock().unwrap().iter().filter(|other| **other == operation).count()
    }
}

impl Hook for Attempts {
    fn after(&self, attempt: &AttemptEnded<'_>) {
        self.0.lock().unwrap().push(attempt.operation());
    }
}

/// The JWT with another first character of its signature.
fn damaged(jwt: &str) -> String {
    let (input, signature) = jwt.rsplit_once('.').unwrap();
    let (first, rest) = signature.split_at(1);
    format!("{input}.{}{rest}", if first == "A" { "B" } else { "A" })
}

fn failure(result: Result<impl Sized, Error>) -> Failure {
    let error = result.err().expect("a rule is broken");
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    error.verification_failure().unwrap_or_else(|| panic!("{error}"))
}

/// The nonce is any: the logins of a live server may have one.
pub async fn an_id_token_is_verified(world: &World) {
    let (ory, tokens) = (world.client(), world.tokens());
    let login = &tokens.plain;
    let verifier = keys(&ory).id_token_verifier(&tokens.client_id).any_nonce().access_token(&*login.access_token);
    let verified = verifier.verify(&*login.id_token).await.unwrap();
    assert_eq!(verified.subject(), "alice");
    assert!(verified.session_id().is_some());
    assert_eq!(verified.claims().aud(), [tokens.client_id.as_str()]);
    ory.userinfo(&login.access_token).expect_subject(verified.subject()).await.unwrap();
    // The clients may be several, or the decision of a closure.
    let several = [tokens.client_id.clone(), tokens.signed_client_id.clone()];
    keys(&ory).id_token_verifier(several).any_nonce().verify(&*login.id_token).await.unwrap();
}

pub async fn an_id_token_that_breaks_a_rule_is_refused(world: &World) {
    let (keys, tokens) = (keys(&world.client()), world.tokens());
    let (id, id_token) = (&tokens.client_id, &*tokens.plain.id_token);
    let verifier = keys.id_token_verifier(id).any_nonce();
    assert_eq!(failure(verifier.verify(damaged(id_token)).await), Failure::Signature);
    assert_eq!(failure(verifier.verify("no.jwt").await), Failure::Format);
    let other_client = keys.id_token_verifier(&tokens.signed_client_id).any_nonce();
    assert_eq!(failure(other_client.verify(id_token).await), Failure::Audience);
    let other_login = keys.id_token_verifier(id).nonce("of-another-login");
    assert_eq!(failure(other_login.verify(id_token).await), Failure::Nonce);
    let other_access_token = verifier.clone().access_token(&*tokens.custom.access_token);
    assert_eq!(failure(other_access_token.verify(id_token).await), Failure::AccessTokenHash);
    assert_eq!(failure(verifier.algorithms(["ES512"]).verify(id_token).await), Failure::Algorithm);
    // An ID token is no logout token.
    assert_eq!(failure(keys.logout_token_verifier(id).verify(id_token).await), Failure::Events);
}

pub async fn signed_userinfo_is_verified_by_cached_keys(world: &World) {
    let (ory, tokens) = (world.client(), world.tokens());
    let info = ory.userinfo(&tokens.signed.access_token).expect_subject("alice").await.unwrap();
    let UserInfo::Signed(signed) = info else { panic!("{info:?}") };
    let keys = keys(&ory);
    let claims = signed.verify(&keys.userinfo_verifier(&tokens.signed_client_id)).await.unwrap();
    assert_eq!((claims.sub(), claims.email()), (Some("alice"), Some("alice@app.example")));
    assert_eq!(failure(signed.verify(&keys.userinfo_verifier(&tokens.client_id)).await), Failure::Audience);
}

pub async fn a_credential_is_verified_by_cached_keys(world: &World) {
    let (ory, tokens) = (world.client(), world.tokens());
    let signer = Ed25519Signer::generate().unwrap();
    let credential = ory.issue_credential(&tokens.custom.access_token, &signer).await.unwrap();
    let keys = keys(&ory);
    let claims = credential.verify(&keys.credential_verifier()).await.unwrap();
    assert!(claims.is_bound_to(&signer));
    assert_eq!(claims.credential_subject().unwrap()["email"], json!("alice@app.example"));
    // A credential is no ID token.
    let verifier = keys.id_token_verifier(&tokens.client_id).any_nonce();
    assert_eq!(failure(verifier.verify(credential.jwt().clone()).await), Failure::Audience);
}

pub async fn concurrent_verifications_share_one_request(world: &World) {
    let attempts = Attempts::default();
    let ory = world.builder().hook(attempts.clone()).build().unwrap();
    let verifier = keys(&ory).id_token_verifier(&world.tokens().client_id).any_nonce();
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let (verifier, id_token) = (verifier.clone(), world.tokens().plain.id_token.clone());
            tokio::spawn(async move { verifier.verify(id_token).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let asked = [Operation::DiscoverOidcConfiguration, Operation::DiscoverJsonWebKeys].map(|asked| attempts.of(asked));
    assert_eq!(asked, [1, 1]);
}

pub async fn keys_outlive_a_failing_fetch_for_a_grace_period(world: &World) {
    let issuer = OryServer::start().await.unwrap();
    let id_token = issuer.log_in("shop", "alice").id_token().to_owned();
    let jwks = browser().get(format!("{}/.well-known/jwks.json", issuer.base_url())).send().await.unwrap();
    let jwks = jwks.text().await.unwrap();
    for (grace, survives) in [(HOUR, true), (Duration::ZERO, false)] {
        // It responds to one request, and closes the connections of all others.
        let key_server = Listener::responding_with([json_response("200 OK", &jwks)]).await;
        let document = json!({
            "issuer": issuer.issuer(), "authorization_endpoint": "", "token_endpoint": "",
            "jwks_uri": format!("{}/keys", key_server.base_url), "subject_types_supported": [],
            "response_types_supported": [], "id_token_signed_response_alg": [],
            "id_token_signing_alg_values_supported": [], "userinfo_signed_response_alg": []
        });
        let server = Listener::responding_with([json_response("200 OK", &document.to_string())]).await;
        let discovery = world.client_at(&server.base_url).discover().any_issuer().cached(HOUR);
        // The keys are too old at once, and are fetched for each verification.
        let keys = discovery.keys(Duration::ZERO).refetch_interval(Duration::ZERO).grace_period(grace);
        let verifier = keys.id_token_verifier("shop");
        verifier.verify(&*id_token).await.unwrap();
        let again = verifier.verify(&*id_token).await;
        assert!(key_server.requests().len() > 1, "they were not fetched again");
        match survives {
            true => drop(again.unwrap()),
            false => assert_eq!(again.unwrap_err().kind(), ErrorKind::KeysUnavailable),
        }
    }
}

/// The stand-in signs the logout token as Ory does. It calls no program itself.
pub async fn a_logout_token_is_accepted_once(world: &World) {
    let issuer = OryServer::start().await.unwrap();
    let tokens = issuer.log_in("shop", "alice");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let logout_token = issuer.sign(&json!({
        "iss": issuer.issuer(), "aud": ["shop"], "iat": now, "jti": "1", "sid": tokens.session_id(),
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}}
    }));
    let seen = Mutex::new(HashSet::new());
    let guard = move |token_id: &str, _: Option<SystemTime>| -> Result<bool, BoxError> {
        Ok(seen.lock().unwrap().insert(token_id.to_owned()))
    };
    let keys = keys(&world.client_at(issuer.base_url()));
    let verifier = keys.logout_token_verifier("shop").replay_guard(guard);
    let logout = verifier.verify(&*logout_token).await.unwrap();
    assert_eq!((logout.session_id(), logout.subject()), (Some(tokens.session_id()), None));
    assert_eq!(failure(verifier.verify(&*logout_token).await), Failure::Replay);
    let other = keys.logout_token_verifier("another");
    assert_eq!(failure(other.verify(&*logout_token).await), Failure::Audience);
    assert_eq!(failure(verifier.verify(damaged(&logout_token)).await), Failure::Signature);
}

//! Outcomes 17 to 22: userinfo.

use ory_oidc::{Claims, CompactJwt, ErrorKind, JwtVerifier as _};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::key_set::KeySet;
use crate::world::World;

/// The plain claims for an access token, with the subject checked.
async fn claims_of_alice(world: &World, access_token: &str) -> Claims {
    let info = world.client().userinfo(access_token).expect_subject("alice").await.unwrap();
    info.claims().expect("this client did not ask for signed responses").clone()
}

pub async fn userinfo_plain(world: &World) {
    let tokens = world.tokens();
    let claims = claims_of_alice(world, &tokens.plain.access_token).await;
    assert_eq!(claims.sub(), Some("alice"));
    assert_eq!(claims.iss(), Some(world.client().discover().await.unwrap().issuer()));
    assert_eq!(claims.aud(), [tokens.client_id.as_str()]);
    assert_eq!((claims.email(), claims.updated_at()), (None, None));
}

pub async fn userinfo_custom_claims_kept(world: &World) {
    #[derive(Deserialize)]
    struct Mine {
        sub: String,
        groups: Vec<String>,
        #[serde(rename = "https://app.example/role")]
        role: String,
    }
    let claims = claims_of_alice(world, &world.tokens().custom.access_token).await;
    assert_eq!(claims.email(), Some("alice@app.example"));
    assert_eq!(claims.email_verified(), Some(true));
    assert_eq!(claims.updated_at(), Some(1_750_000_000));
    assert_eq!(claims.get("groups"), Some(&json!(["a", "b"])));
    assert_eq!(claims.get("https://app.example/role"), Some(&json!("admin")));
    let mine: Mine = claims.deserialize().unwrap();
    assert_eq!((mine.sub.as_str(), mine.role.as_str()), ("alice", "admin"));
    assert_eq!(mine.groups, ["a", "b"]);
}

pub async fn userinfo_loose_types(world: &World) {
    let claims = claims_of_alice(world, &world.tokens().loose.access_token).await;
    assert_eq!(claims.email_verified(), Some(true));
    assert_eq!(claims.updated_at(), Some(1));
    assert_eq!(claims.name(), None);
    // The claims are also available as they were sent.
    assert_eq!(claims.get("email_verified"), Some(&json!("true")));
    assert_eq!(claims.get("updated_at"), Some(&json!(1.5)));
    assert_eq!(claims.get("name"), Some(&Value::Null));
}

pub async fn userinfo_signed(world: &World) {
    let (ory, tokens) = (world.client(), world.tokens());
    let keys = KeySet::of(&ory).await;
    let info = ory.userinfo(&tokens.signed.access_token).expect_subject("alice").await.unwrap();
    let signed = info.signed().expect("this client asked for signed responses");
    let claims = signed.verify(&keys).await.unwrap();
    assert_eq!((claims.sub(), claims.email()), (Some("alice"), Some("alice@app.example")));
    assert_eq!(claims.aud(), [tokens.signed_client_id.as_str()]);

    // The verifier decides, and it rejects forgeries.
    let error = signed.verify(&KeySet::empty()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    let (input, signature) = signed.jwt().expose_secret().rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let rest: String = signature.chars().skip(1).collect();
    let forged = CompactJwt::parse(format!("{input}.{first}{rest}")).unwrap();
    keys.verify(&forged).await.unwrap_err();
}

pub async fn userinfo_refresh_token_reason(world: &World) {
    let error = world.client().userinfo(&world.tokens().plain.refresh_token).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 401));
    // The body says "error" and "The error is unrecognizable".
    let challenge = error.challenge().unwrap();
    let reason = "Only access tokens are allowed in the authorization header.";
    assert_eq!((challenge.error(), challenge.error_description()), (Some("invalid_token"), Some(reason)));
    let oauth = error.oauth().unwrap();
    assert_eq!((oauth.error(), oauth.description()), ("invalid_token", Some(reason)));
    assert!(error.to_string().contains("Only access tokens are allowed"), "{error}");
}

pub async fn userinfo_subject_mismatch_refused(world: &World) {
    let (ory, tokens) = (world.client(), world.tokens());
    let error = ory.userinfo(&tokens.plain.access_token).expect_subject("mallory").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    assert!(error.to_string().contains("another subject"), "{error}");
    assert!(!error.to_string().contains("alice"), "{error}");

    let keys = KeySet::of(&ory).await;
    let info = ory.userinfo(&tokens.signed.access_token).expect_subject("mallory").await.unwrap();
    let error = info.signed().unwrap().verify(&keys).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    assert!(error.to_string().contains("another subject"), "{error}");
}

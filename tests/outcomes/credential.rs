//! Outcomes 23 to 25: a verifiable credential, from the nonce to the verified claims.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ory_oidc::{Ed25519Signer, ErrorKind, P256Signer, ProofSigner, VerifiableCredential};
use serde_json::{Value, json};

use crate::key_set::KeySet;
use crate::world::World;

pub async fn credential_nonce(world: &World) {
    // The server sends the nonce in a 400.
    let nonce = world.client().credential_nonce(&world.tokens().plain.access_token).await.unwrap();
    assert!(!nonce.value().is_empty());
    assert!(nonce.expires_in().unwrap() > Duration::ZERO);
}

pub async fn credential_issued_es256(world: &World) {
    let signer = P256Signer::generate().unwrap();
    let credential = world.client().issue_credential(&world.tokens().custom.access_token, &signer).await.unwrap();
    check(world, &credential, &signer).await;
}

pub async fn credential_issued_eddsa(world: &World) {
    let signer = Ed25519Signer::generate().unwrap();
    let login = &world.tokens().custom;
    // With the nonce from the token response, there is one request instead of two.
    let credential = world.client().issue_credential(&login.access_token, &signer).nonce(&login.c_nonce).await.unwrap();
    check(world, &credential, &signer).await;
}

/// The credential is the server's, is about alice, and is bound to the signer's key.
async fn check(world: &World, credential: &VerifiableCredential, signer: &dyn ProofSigner) {
    let ory = world.client();
    let claims = credential.verify(&KeySet::of(&ory).await).await.unwrap();
    assert_eq!(credential.verify(&KeySet::empty()).await.unwrap_err().kind(), ErrorKind::Verification);
    assert_eq!(claims.iss(), Some(ory.discover().await.unwrap().issuer()));

    let written = credential.jwt().expose_secret().split('.').nth(1).unwrap();
    let written = String::from_utf8(URL_SAFE_NO_PAD.decode(written).unwrap()).unwrap();
    assert!(written.contains("e+09"), "no number in float notation: {written}");
    let (issued, expires) = (claims.iat().unwrap(), claims.exp().unwrap());
    assert_eq!((claims.nbf(), expires - issued), (Some(issued), 3600));
    assert!(!claims.jti().unwrap().is_empty());

    let key = claims.sub().unwrap().strip_prefix("did:jwk:").unwrap();
    let key: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(key).unwrap()).unwrap();
    for (name, value) in signer.public_jwk().as_object().unwrap() {
        assert_eq!(&key[name], value, "{name}");
    }
    assert_eq!(claims.vc().unwrap()["type"], json!(["VerifiableCredential", "UserInfoCredential"]));
    let subject = claims.credential_subject().unwrap();
    assert_eq!(subject["id"].as_str(), claims.sub());
    assert_eq!((&subject["sub"], &subject["email"]), (&json!("alice"), &json!("alice@app.example")));
    assert_eq!(subject["groups"], json!(["a", "b"]));
    assert_eq!(subject["updated_at"].as_f64(), Some(1_750_000_000.0));
}

pub async fn credential_bad_nonce_is_an_error_not_a_nonce(world: &World) {
    let (ory, tokens) = (world.client(), world.tokens());
    let signer = Ed25519Signer::generate().unwrap();
    let of_another = ory.credential_nonce(&tokens.custom.access_token).await.unwrap();
    for nonce in ["AAAA", of_another.value().expose_secret()] {
        let error = ory.issue_credential(&tokens.plain.access_token, &signer).nonce(nonce).await.unwrap_err();
        // The status of a response with a nonce is the same.
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 400));
        assert_eq!(error.oauth().unwrap().error(), "invalid_request");
        assert!(error.oauth().unwrap().description().unwrap().ends_with("The nonce is invalid."));
        assert!(error.to_string().contains("The nonce is invalid"), "{error}");
    }
    let error = ory.credential_nonce(&tokens.plain.refresh_token).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Rejected, 400));
    assert!(error.to_string().contains("not an access token"), "{error}");
}

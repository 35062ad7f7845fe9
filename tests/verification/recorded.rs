//! JWTs that a real Hydra signed.
//!
//! Its keys were not recorded, but nine signatures reveal their common modulus: it is the greatest common divisor of
//! all s^65537 - m, where s is a signature and m the padded digest.

use ory_oidc::{Ed25519Signer, ErrorKind, UserInfo};
use serde_json::json;
use test_support::{recording, say};
use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

use crate::issuer::Issuer;

const ISSUER: &str = "http://127.0.0.1:4444";
const KID: &str = "0929999c-f3fe-4c62-8877-8a42ca53503d";
const MODULUS: &str = include_str!("recorded-modulus.txt");

#[tokio::test]
async fn jwts_signed_by_hydra_are_accepted() {
    let recordings = recording::all();
    let key = json!({"kid": KID, "kty": "RSA", "alg": "RS256", "use": "sig", "n": MODULUS.trim(), "e": "AQAB"});
    let (mut infos, mut credentials) = (0, 0);
    let signed = |recording: &&recording::Recording| {
        let content_type = recording.response.header("content-type");
        recording.response.status == 200
            && (content_type == Some("application/jwt") || recording.operation == "createVerifiableCredential")
    };
    for recording in recordings.iter().filter(signed) {
        let issuer = Issuer::with_keys(std::slice::from_ref(&key)).await;
        let response = ResponseTemplate::new(200).set_body_raw(
            recording.response.body.as_str(),
            recording.response.header("content-type").unwrap_or_default(),
        );
        Mock::given(path(&recording.request.path)).respond_with(response).mount(&issuer.server).await;
        let ory = issuer.client();
        let document = json!({
            "issuer": ISSUER, "authorization_endpoint": "", "token_endpoint": "", "subject_types_supported": [],
            "jwks_uri": format!("{}/keys", issuer.server.uri()), "response_types_supported": [],
            "id_token_signed_response_alg": [], "id_token_signing_alg_values_supported": [], "userinfo_signed_response_alg": []
        });
        Mock::given(path("/.well-known/openid-configuration"))
            .respond_with(ResponseTemplate::new(200).set_body_json(document))
            .with_priority(1)
            .mount(&issuer.server)
            .await;
        let keys = ory.discover().expect_issuer(ISSUER).cached(crate::issuer::HOUR).keys(crate::issuer::HOUR);
        match recording.operation.as_str() {
            "getOidcUserInfo" => {
                let info = ory.userinfo("token").expect_subject("alice").await.unwrap();
                let UserInfo::Signed(signed) = info else { panic!("{}", recording.name()) };
                let client = signed.insecure_claims_without_verification().unwrap().aud()[0].to_owned();
                let claims = signed.verify(&keys.userinfo_verifier(client)).await.unwrap();
                assert_eq!(claims.email(), Some("alice@app.example"));
                infos += 1;
            }
            "createVerifiableCredential" => {
                let signer = Ed25519Signer::generate().unwrap();
                let credential = ory.issue_credential("token", &signer).nonce("nonce").await.unwrap();
                // They were valid for an hour.
                let verifier = keys.credential_verifier();
                let claims = credential.verify(&verifier.clone().leeway(std::time::Duration::MAX)).await.unwrap();
                assert_eq!(claims.iss(), Some(ISSUER));
                let error = credential.verify(&verifier).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Verification);
                assert!(error.to_string().contains("the JWT has expired"), "{error}");
                credentials += 1;
            }
            _ => panic!("{}", recording.name()),
        }
    }
    say(&format!("verified: {infos} userinfo response and {credentials} credentials of a real Hydra"));
    assert!(infos == 1 && credentials > 5, "{infos} {credentials}");
}

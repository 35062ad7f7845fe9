//! Verifiable credentials at Prism: the nonce, the proof, and both in one call.

use std::collections::BTreeSet;

use ory_oidc::reqwest::StatusCode;
use ory_oidc::{Ed25519Signer, Error, ErrorKind, Operation, P256Signer, ProofSigner, TokenSource};

use super::{PASSWORD, PREFER, SEEDS, Stage, TOKEN, assert_kind, assert_refused, code, seeded};

pub(super) async fn credentials(stage: &mut Stage) {
    let operation = Operation::CreateVerifiableCredential;
    let (ed25519, p256) = (Ed25519Signer::generate().unwrap(), P256Signer::generate().unwrap());
    let ory = &stage.ory;
    let response = ory.credential_nonce(TOKEN).header(PREFER, code(400)).send_with_response().await.unwrap();
    assert_eq!((response.status(), response.value().value().expose_secret()), (StatusCode::BAD_REQUEST, PASSWORD));
    assert_eq!(response.value().expires_in(), None, "Prism's is less than nothing");
    // Without a proof, no credential is issued.
    assert_kind(ory.credential_nonce(TOKEN).await, ErrorKind::UnexpectedResponse);
    for status in [401, 500] {
        let error = ory.credential_nonce(TOKEN).header(PREFER, code(status)).await.unwrap_err();
        assert_refused(&error, operation, status);
    }
    // Either meaning of a 400.
    let mut kinds = BTreeSet::new();
    for seed in SEEDS {
        let preferred = format!("code=400, {}", seeded(seed));
        kinds.insert(match ory.credential_nonce(TOKEN).header(PREFER, preferred).await {
            Ok(nonce) => (!nonce.value().is_empty()).to_string(),
            Err(error) => format!("{:?} {}", error.kind(), error.oauth().is_some()),
        });
    }
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["Rejected true", "true"]);
    let arrived = stage.arrived(operation, 4 + SEEDS.len());
    assert!(arrived.iter().all(|exchange| exchange.body().unwrap().get("proof").is_none()));

    for signer in [&ed25519 as &dyn ProofSigner, &p256] {
        let ory = &stage.ory;
        let response = ory.issue_credential(TOKEN, signer).nonce("a nonce").header("x-request-id", "1");
        let response = response.send_with_response().await.unwrap();
        assert_eq!((response.status(), response.value().jwt().expose_secret()), (StatusCode::OK, PASSWORD));
        for status in [401, 500] {
            let issued = ory.issue_credential(TOKEN, signer).nonce("a nonce").header(PREFER, code(status));
            assert_refused(&issued.await.unwrap_err(), operation, status);
        }
        let arrived = stage.arrived(operation, 3);
        assert!(arrived.iter().all(|exchange| exchange.body().unwrap()["proof"]["proof_type"] == "jwt"));

        // The client requests a nonce, signs it and sends the proof. The last response is a nonce again, which is then
        // a rejection.
        stage.wish(["code=400", "code=200", "code=400", "code=401", "code=400", "code=400"]);
        let ory = &stage.ory;
        let source = TokenSource::new(|_| async { Ok::<_, Error>(TOKEN) });
        ory.issue_credential(&source, signer).await.unwrap();
        for status in [401, 400] {
            assert_refused(&ory.issue_credential(TOKEN, signer).await.unwrap_err(), operation, status);
        }
        let arrived = stage.arrived(operation, 6);
        let proven: Vec<bool> =
            arrived.iter().map(|exchange| exchange.body().unwrap().get("proof").is_some()).collect();
        assert_eq!(proven, [false, true, false, true, false, true]);
    }
    for seed in SEEDS {
        let credential =
            stage.ory.issue_credential(TOKEN, &p256).nonce("n").header(PREFER, seeded(seed)).await.unwrap();
        assert!(!credential.jwt().is_empty());
    }
    stage.arrived(operation, SEEDS.len());
}

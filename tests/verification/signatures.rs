//! Valid signatures of every algorithm, and known forgeries.

use ory_oidc::ErrorKind;
use ring::hmac;
use serde_json::{Value, json};

use crate::issuer::{Issuer, Key, claims, encode, verdict};

/// A JWT, and the expected error.
type Case = (String, &'static str);

async fn all(issuer: &Issuer, cases: impl IntoIterator<Item = Case>) {
    let verifier = issuer.verifier();
    for (jwt, said) in cases {
        match verdict(&verifier, &jwt).await {
            Ok(()) => assert_eq!(said, "good", "{jwt}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
                assert!(said != "good" && error.to_string().contains(said), "expected `{said}`: {error}");
            }
        }
    }
}

fn header(alg: &str, kid: &str) -> Value {
    json!({"alg": alg, "kid": kid})
}

#[tokio::test]
async fn every_algorithm() {
    let keys = [("rsa", Key::rsa()), ("p256", Key::p256()), ("p384", Key::p384()), ("ed", Key::ed25519())];
    let published: Vec<Value> = keys.iter().map(|(kid, key)| key.public(kid)).collect();
    let issuer = Issuer::with_keys(&published).await;
    let algorithms: [&[&str]; 4] =
        [&["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"], &["ES256"], &["ES384"], &["EdDSA", "Ed25519"]];
    let mut cases: Vec<Case> = Vec::new();
    for ((kid, key), own) in keys.iter().zip(algorithms) {
        for alg in own {
            let jwt = key.sign(&header(alg, kid), &claims());
            let parts: Vec<&str> = jwt.split('.').collect();
            cases.push((jwt.clone(), "good"));
            // Other claims, another signature, a shorter one, none.
            let other = encode(json!({"iss": crate::issuer::ISSUER, "aud": "me", "sub": "mallory"}).to_string());
            for forged in [
                format!("{}.{other}.{}", parts[0], parts[2]),
                format!("{}.{}.{}", parts[0], parts[1], encode([7; 64])),
                format!("{}.{}.{}", parts[0], parts[1], parts[2].split_at(40).0),
                format!("{}.{}.", parts[0], parts[1]),
            ] {
                cases.push((forged, "is not of the key that it names"));
            }
            // The header names another algorithm than the signature has: for the same kind of key, or another.
            for of_kind in algorithms {
                for said in of_kind.iter().filter(|said| *said != alg) {
                    // Two names of the same algorithm. The header is signed, too, so the signature is invalid.
                    let forged = format!("{}.{}.{}", encode(header(said, kid).to_string()), parts[1], parts[2]);
                    let same_kind = own.contains(said);
                    cases.push((forged, if same_kind { "is not of the key that it names" } else { "is not for `" }));
                }
            }
        }
    }
    assert!(cases.len() > 100);
    all(&issuer, cases).await;
}

#[tokio::test]
async fn no_shared_secrets_and_no_alg_none() {
    let key = Key::rsa();
    let public = key.public("k");
    let issuer = Issuer::with_keys(&[public.clone(), json!({"kid": "s", "kty": "oct", "k": encode("secret")})]).await;
    let mut cases: Vec<Case> = Vec::new();
    // Signed with the public key as if it were a shared secret.
    for secret in [public.to_string(), public["n"].as_str().unwrap().to_owned(), "secret".to_owned()] {
        for kid in ["k", "s"] {
            let input = format!("{}.{}", encode(header("HS256", kid).to_string()), encode(claims().to_string()));
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), input.as_bytes());
            cases.push((format!("{input}.{}", encode(tag)), "`HS256` of the JWT is not one that is accepted"));
        }
    }
    for alg in ["none", "None", "nOnE", "", "RS1", "ES256K", "ES512", "dir", "RS256\u{0}"] {
        let unsigned = format!("{}.{}.", encode(header(alg, "k").to_string()), encode(claims().to_string()));
        cases.push((unsigned, "of the JWT is not one that is accepted"));
    }
    all(&issuer, cases).await;
    assert_eq!(issuer.asked().await, 0, "no keys are needed for that");
}

#[tokio::test]
async fn keys_in_the_jwt_are_ignored() {
    let (own, foreign) = (Key::p256(), Key::p256());
    let issuer = Issuer::with_keys(&[own.public("k")]).await;
    let with = |name: &str, value: Value| {
        let mut header = header("ES256", "k");
        header[name] = value;
        foreign.sign(&header, &claims())
    };
    let said = "is not of the key that it names";
    all(
        &issuer,
        [
            (with("jwk", foreign.public("k")), said),
            (with("jku", json!("http://127.0.0.1:1/keys")), said),
            (with("x5c", json!(["AAAA"])), said),
            (
                own.sign(&json!({"alg": "ES256", "kid": "k", "crit": ["exp"], "exp": 1}), &claims()),
                "an extension by `crit`",
            ),
            (own.sign(&json!({"alg": "ES256", "kid": "k", "crit": []}), &claims()), "an extension by `crit`"),
            (
                own.sign(&header("ES256", "k"), &json!({"iss": "https://other.example", "aud": "me"})),
                "the issuer of the JWT is",
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn which_key() {
    let (one, two, other) = (Key::p256(), Key::p256(), Key::ed25519());
    let issuer = Issuer::with_keys(&[one.public("1"), two.public("2"), other.public("3")]).await;
    let nameless = json!({"alg": "ES256"});
    all(
        &issuer,
        [
            (two.sign(&header("ES256", "2"), &claims()), "good"),
            (two.sign(&header("ES256", "1"), &claims()), "is not of the key that it names"),
            (two.sign(&header("ES256", "0"), &claims()), "the issuer has no key `0`"),
            (two.sign(&nameless, &claims()), "names no key, and 2 of the issuer's fit `ES256`"),
            (other.sign(&json!({"alg": "EdDSA"}), &claims()), "good"),
            (Key::ed25519().sign(&json!({"alg": "EdDSA"}), &claims()), "the only one that fits did not sign it"),
            (Key::rsa().sign(&json!({"alg": "RS256"}), &claims()), "none of the issuer's fits `RS256`"),
            // There is no key of that name.
            (two.sign(&json!({"alg": "ES256", "kid": ""}), &claims()), "the issuer has no key ``"),
        ],
    )
    .await;
    // Keys of two kinds may share a name (RFC 7517, section 4.5).
    let issuer = Issuer::with_keys(&[other.public("k"), one.public("k")]).await;
    all(
        &issuer,
        [(one.sign(&header("ES256", "k"), &claims()), "good"), (other.sign(&header("EdDSA", "k"), &claims()), "good")],
    )
    .await;
}

#[tokio::test]
async fn keys_for_another_use() {
    let key = Key::p256();
    let signed = key.sign(&header("ES256", "k"), &claims());
    let (rsa, short) = (Key::rsa(), encode([0x91; 128]));
    for (member, value, said) in [
        ("use", json!("enc"), "its `use` is not `sig`"),
        ("key_ops", json!(["sign"]), "its `key_ops` do not include `verify`"),
        ("key_ops", json!(["sign", "verify"]), "good"),
        ("d", json!("AAAA"), "its private half is published"),
        ("alg", json!("ES384"), "is not for `ES256`"),
        ("alg", json!("ES256"), "good"),
        ("crv", json!("P-521"), "its curve is not"),
        ("crv", json!("P-384"), "a coordinate is missing or has the wrong length"),
        ("kty", json!("oct"), "it is a symmetric key"),
        ("kty", json!("odd"), "its `kty` is not"),
        ("x", json!(encode([1; 32])), "is not of the key that it names"),
        ("x", json!("!"), "a coordinate is missing or has the wrong length"),
    ] {
        let mut public = key.public("k");
        public[member] = value;
        // An unusable key does not affect the others.
        let issuer = Issuer::with_keys(&[public, json!(7), rsa.public("other")]).await;
        all(&issuer, [(signed.clone(), said), (rsa.sign(&header("PS256", "other"), &claims()), "good")]).await;
    }
    for (member, value, said) in [
        ("n", json!(short), "less than 2048"),
        ("n", json!(encode([0x91; 1025])), "more than 8192"),
        ("n", json!(""), "less than 2048"),
        ("e", json!(null), "its `n` or `e` is missing"),
        ("e", json!("AQ"), "is not of the key that it names"),
        ("e", json!("AgAB"), "is not of the key that it names"),
        ("alg", json!("PS256"), "is not for `RS256`"),
    ] {
        let mut public = rsa.public("k");
        public[member] = value;
        all(&Issuer::with_keys(&[public]).await, [(rsa.sign(&header("RS256", "k"), &claims()), said)]).await;
    }
}

#[tokio::test]
async fn only_allowed_algorithms() {
    let key = Key::rsa();
    let issuer = Issuer::with_keys(&[key.public("k")]).await;
    let verifier = issuer.verifier().algorithms(["PS256"]);
    verdict(&verifier, &key.sign(&header("PS256", "k"), &claims())).await.unwrap();
    let error = verdict(&verifier, &key.sign(&header("RS256", "k"), &claims())).await.unwrap_err();
    assert!(error.to_string().contains("`RS256` of the JWT is not among those that were allowed"), "{error}");
}

//! The public methods of the stand-in match their documentation.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ory_oidc::testing::{Failure, Operation, OryServer, Tokens, User};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PSS_SHA256, RsaKeyPair,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::{Value, json};

use crate::prepare::part;
use crate::wire::{self, Exchange};

async fn call(ory: &OryServer, method: &str, path: &str, token: Option<&str>, body: Option<Value>) -> Option<Exchange> {
    let prefix = ory.base_url().splitn(4, '/').nth(3).map(|prefix| format!("/{prefix}")).unwrap_or_default();
    let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
    headers.extend(token.map(|token| ("authorization".to_owned(), format!("Bearer {token}"))));
    let body = body.map(|body| body.to_string());
    wire::send(ory.base_url(), method, &format!("{prefix}{path}"), &headers, body.as_deref()).await
}

async fn userinfo(ory: &OryServer, token: &str) -> Exchange {
    call(ory, "GET", "/userinfo", Some(token), None).await.unwrap()
}

async fn logout(ory: &OryServer, query: &str, cookie: Option<&str>) -> String {
    let headers: Vec<_> = cookie.map(|cookie| ("cookie".to_owned(), cookie.to_owned())).into_iter().collect();
    let response = wire::send(ory.base_url(), "GET", &format!("/oauth2/sessions/logout?{query}"), &headers, None).await;
    response.unwrap().header("location").unwrap().to_owned()
}

fn alice() -> User {
    User::new("alice").claim("email", "alice@app.example")
}

async fn assert_signed_by(ory: &OryServer, jwt: &str) {
    let keys = call(ory, "GET", "/.well-known/jwks.json", None, None).await.unwrap().json();
    let key = &keys["keys"][0];
    assert_eq!(part(jwt, 0).unwrap(), json!({"alg": "ES256", "kid": key["kid"], "typ": "JWT"}));
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let (input, signature) = jwt.rsplit_once('.').unwrap();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, [vec![4], bytes("x"), bytes("y")].concat())
        .verify(input.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
        .unwrap();
}

#[tokio::test]
async fn a_user_who_logs_in_has_working_tokens() {
    let ory = OryServer::start().await.unwrap();
    let tokens = ory.log_in("shop", alice().nonce("n-1").acr("").amr(["otp"]));
    let claims = userinfo(&ory, tokens.access_token()).await.json();
    assert_eq!((&claims["sub"], &claims["email"]), (&json!("alice"), &json!("alice@app.example")));
    assert_eq!((&claims["aud"], &claims["amr"]), (&json!(["shop"]), &json!(["otp"])));
    assert!(claims.get("acr").is_none() && claims.get("nonce").is_none());

    assert_signed_by(&ory, tokens.id_token()).await;
    let claims = part(tokens.id_token(), 1).unwrap();
    assert_eq!(claims["sid"], json!(tokens.session_id()));
    assert_eq!((&claims["nonce"], &claims["iss"]), (&json!("n-1"), &json!(ory.issuer())));
    assert!(ory.is_logged_in(tokens.session_id()));

    let unremembered = ory.log_in_without_remembering("shop", alice());
    assert!(unremembered.cookie().is_none() && !ory.is_logged_in(unremembered.session_id()));
}

#[tokio::test]
async fn signed_userinfo_verifies() {
    let ory = OryServer::start().await.unwrap();
    ory.add_client(json!({"client_id": "signed", "userinfo_signed_response_alg": "RS256"})).unwrap();
    let tokens = ory.log_in("signed", alice());
    let response = userinfo(&ory, tokens.access_token()).await;
    assert_eq!(response.header("content-type"), Some("application/jwt"));
    assert_signed_by(&ory, std::str::from_utf8(&response.body).unwrap()).await;
}

#[tokio::test]
async fn tokens_can_be_expired_and_revoked() {
    let ory = OryServer::start().await.unwrap();
    let (one, two, three) = (ory.log_in("shop", alice()), ory.log_in("shop", alice()), ory.log_in("shop", alice()));
    assert!(ory.expire(one.access_token()));
    assert!(ory.revoke(two.access_token()));
    assert!(!ory.revoke(two.access_token()) && !ory.expire("never heard of"));
    assert_eq!(userinfo(&ory, one.access_token()).await.json()["error"], "invalid_token");
    assert_eq!(userinfo(&ory, two.access_token()).await.json()["error"], "request_unauthorized");
    assert_eq!(userinfo(&ory, three.access_token()).await.status, 200);
    ory.advance_time(Duration::from_secs(3601));
    assert_eq!(userinfo(&ory, three.access_token()).await.json()["error"], "invalid_token");
}

#[tokio::test]
async fn failures_are_injected_in_order() {
    let ory = OryServer::start().await.unwrap();
    let token = ory.client_credentials_token("shop");
    let operation = Operation::GetOidcUserInfo;
    ory.fail_always(operation, Failure::body(502, "text/html", "<h1>Bad Gateway</h1>"));
    ory.fail_next(operation, Failure::status(503));
    ory.fail_next(operation, Failure::rate_limited(7));
    assert_eq!(userinfo(&ory, &token).await.status, 503);
    let limited = userinfo(&ory, &token).await;
    assert_eq!((limited.status, limited.header("x-ratelimit-reset")), (429, Some("7")));
    for _ in 0..2 {
        let response = userinfo(&ory, &token).await;
        assert_eq!((response.status, response.header("content-type")), (502, Some("text/html")));
        assert_eq!(response.body, b"<h1>Bad Gateway</h1>");
    }
    // Other operations are not affected.
    let discovery = call(&ory, "GET", "/.well-known/openid-configuration", None, None).await.unwrap();
    assert_eq!(discovery.status, 200);
    ory.recover(operation);
    assert_eq!(userinfo(&ory, &token).await.status, 200);
}

#[tokio::test]
async fn connections_can_be_made_to_break() {
    let ory = OryServer::start().await.unwrap();
    let token = ory.client_credentials_token("shop");
    let operation = Operation::GetOidcUserInfo;
    ory.fail_next(operation, Failure::drop_connection());
    assert!(call(&ory, "GET", "/userinfo", Some(&token), None).await.is_none());
    ory.fail_next(operation, Failure::broken_body());
    let broken = userinfo(&ory, &token).await;
    assert!(broken.cut && broken.status == 200 && !broken.body.is_empty());
    ory.fail_next(operation, Failure::broken_body().after_effect());
    let broken = userinfo(&ory, &token).await;
    assert!(broken.cut && broken.body.starts_with(b"{\"aud\":"));

    let delay = Duration::from_millis(60);
    ory.fail_next(operation, Failure::delay(delay));
    let start = Instant::now();
    assert_eq!(userinfo(&ory, &token).await.status, 200);
    assert!(start.elapsed() >= delay);
}

#[tokio::test]
async fn a_response_can_be_lost_after_the_token_was_rotated() {
    let ory = OryServer::start().await.unwrap();
    let client = ory.add_client(json!({"client_id": "shop"})).unwrap();
    let token = || ory.client("shop").unwrap().registration_access_token().unwrap().to_owned();
    let first = token();
    assert_eq!(client.registration_access_token(), Some(first.as_str()));
    let path = "/oauth2/register/shop";

    ory.fail_next(Operation::SetOidcDynamicClient, Failure::drop_connection());
    assert!(call(&ory, "PUT", path, Some(&first), Some(json!({"client_name": "lost"}))).await.is_none());
    assert_eq!(token(), first, "a failure as such changes nothing");

    ory.fail_next(Operation::SetOidcDynamicClient, Failure::drop_connection().after_effect());
    assert!(call(&ory, "PUT", path, Some(&first), Some(json!({"client_name": "done"}))).await.is_none());
    assert_ne!(token(), first);
    assert_eq!(ory.client("shop").unwrap().document()["client_name"], "done");

    ory.fail_next(
        Operation::SetOidcDynamicClient,
        Failure::rewrite(|response| response["client_secret_expires_at"] = json!("never")),
    );
    let response = call(&ory, "PUT", path, Some(&token()), Some(json!({}))).await.unwrap().json();
    assert_eq!(response["client_secret_expires_at"], "never");
    assert_eq!(response["registration_access_token"], json!(token()));
}

#[tokio::test]
async fn requests_are_recorded_unchanged() {
    let ory = OryServer::builder().path_prefix("ory/").start().await.unwrap();
    call(&ory, "GET", "/oauth2/register/a%20b?x=1", Some("T"), None).await;
    call(&ory, "POST", "/credentials", None, Some(json!({"format": "x"}))).await;
    call(&ory, "GET", "/nope", None, None).await;
    let requests = ory.requests();
    assert_eq!(
        requests.iter().map(|request| request.operation()).collect::<Vec<_>>(),
        [Some(Operation::GetOidcDynamicClient), Some(Operation::CreateVerifiableCredential), None]
    );
    let first = &requests[0];
    assert_eq!((first.method(), first.path(), first.query()), ("GET", "/ory/oauth2/register/a%20b", Some("x=1")));
    assert_eq!((first.bearer_token(), first.header("Accept")), (Some("T"), Some("application/json")));
    assert!(first.json().is_none() && first.headers().count() > 2);
    assert_eq!(requests[1].json(), Some(json!({"format": "x"})));
    assert_eq!(ory.take_requests().len(), 3);
    assert!(ory.requests().is_empty());
}

#[tokio::test]
async fn settings_show_in_the_discovery_document() {
    let discovery = "/.well-known/openid-configuration";
    let ory = OryServer::builder()
        .path_prefix("/ory")
        .issuer("https://auth.app.example/")
        .registration(false)
        .start()
        .await
        .unwrap();
    let document = call(&ory, "GET", discovery, None, None).await.unwrap().json();
    assert_eq!(document["issuer"], "https://auth.app.example/");
    assert_eq!(document["userinfo_endpoint"], json!(format!("{}/userinfo", ory.base_url())));
    assert!(document.get("registration_endpoint").is_none());
    assert_eq!(
        wire::send(ory.base_url(), "GET", discovery, &[], None).await.unwrap().status,
        404,
        "outside the prefix"
    );
    // Both in one call, because the two are independent.
    let ory = OryServer::builder().registration(false).registration_endpoint(true).start().await.unwrap();
    let document = call(&ory, "GET", discovery, None, None).await.unwrap().json();
    assert_eq!(document["registration_endpoint"], json!(format!("{}/oauth2/register", ory.base_url())));
    assert_eq!(call(&ory, "POST", "/oauth2/register", None, Some(json!({}))).await.unwrap().status, 404);
    ory.set_registration(true);
    assert_eq!(call(&ory, "POST", "/oauth2/register", None, Some(json!({}))).await.unwrap().status, 201);
}

#[tokio::test]
async fn a_replaced_client_loses_what_only_an_admin_can_set() {
    let ory = OryServer::start().await.unwrap();
    let given = json!({"client_id": "a b/c", "skip_consent": true, "metadata": {"team": "blue"}, "client_secret": "chosen-secret", "implicit_grant_id_token_lifespan": "90s"});
    let client = ory.add_client(given).unwrap();
    assert_eq!((client.id(), client.secret()), ("a b/c", Some("chosen-secret")));
    assert_eq!(client.document()["metadata"], json!({"team": "blue"}));
    let token = client.registration_access_token().unwrap();
    let path = "/oauth2/register/a%20b%2Fc";
    let read = call(&ory, "GET", path, Some(token), None).await.unwrap().json();
    assert_eq!((&read["skip_consent"], &read["implicit_grant_id_token_lifespan"]), (&json!(true), &json!("1m30s")));
    assert!(read.get("metadata").is_none());
    assert_eq!(call(&ory, "PUT", path, Some(token), Some(read)).await.unwrap().status, 400, "skip_consent came along");
    assert_eq!(call(&ory, "PUT", path, Some(token), Some(json!({"client_name": "new"}))).await.unwrap().status, 200);
    let client = ory.client("a b/c").unwrap();
    assert_eq!((&client.document()["metadata"], &client.document()["skip_consent"]), (&json!({}), &json!(false)));
    assert_eq!(client.secret(), Some("chosen-secret"), "the secret stays");

    let user = ory.log_in("a b/c", alice());
    let token = client.registration_access_token().unwrap().strip_prefix("ory_at_").unwrap();
    assert_eq!(
        call(&ory, "DELETE", path, Some(token), None).await.unwrap().status,
        204,
        "good without its prefix, too"
    );
    assert_eq!(userinfo(&ory, user.access_token()).await.status, 401, "its tokens went with it");
    assert!(ory.clients().is_empty() && !ory.remove_client("a b/c"));
    assert!(ory.add_client(json!({"redirect_uris": ["://"]})).unwrap_err().to_string().contains("Unable to parse"));
}

#[tokio::test]
async fn a_form_on_put_is_used_up_by_the_search_for_a_token() {
    let ory = OryServer::start().await.unwrap();
    let client = ory.add_client(json!({"client_id": "shop"})).unwrap();
    let body = format!("access_token={}", client.registration_access_token().unwrap());
    let headers = [("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    let response = wire::send(ory.base_url(), "PUT", "/oauth2/register/shop", &headers, Some(&body)).await.unwrap();
    assert_eq!(
        (response.status, response.json()["error_description"].as_str()),
        (400, Some("Unable to decode the request body. Is it valid JSON?"))
    );
}

async fn credential(ory: &OryServer, tokens: &Tokens, jwt: &str) -> Exchange {
    let body = json!({"format": "jwt_vc_json", "proof": {"proof_type": "jwt", "jwt": jwt}});
    call(ory, "POST", "/credentials", Some(tokens.access_token()), Some(body)).await.unwrap()
}

fn signed(header: &Value, nonce: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let claims = json!({"nonce": nonce}).to_string();
    let input = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.as_bytes()));
    format!("{input}.{}", encode(&sign(input.as_bytes())))
}

#[tokio::test]
async fn proofs_with_other_algorithms_are_verified_as_well() {
    let ory = OryServer::start().await.unwrap();
    let tokens = ory.log_in("wallet", alice());
    let random = SystemRandom::new();
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);

    let algorithm = &ECDSA_P384_SHA384_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(48);
    let mut header = json!({"alg": "ES384", "jwk": {"y": encode(y), "x": encode(x), "unknown": 1, "crv": "P-384", "kty": "EC", "use": "", "kid": "k"}});
    let sign = |input: &[u8]| pair.sign(&random, input).unwrap().as_ref().to_vec();
    let good = signed(&header, tokens.c_nonce(), sign);
    let response = credential(&ory, &tokens, &good).await;
    assert_eq!(response.status, 200);
    let jwt = response.json()["credential_draft_00"].as_str().unwrap().to_owned();
    assert_signed_by(&ory, &jwt).await;
    // The key as the server writes it: known properties only, in its order.
    let key = format!(r#"{{"kty":"EC","kid":"k","crv":"P-384","x":"{}","y":"{}"}}"#, encode(x), encode(y));
    let claims = part(&jwt, 1).unwrap();
    assert_eq!(claims["sub"], json!(format!("did:jwk:{}", encode(key.as_bytes()))));
    assert_eq!(claims["vc"]["credentialSubject"]["id"], claims["sub"]);

    header["alg"] = json!("ES256");
    let wrong_alg = signed(&header, tokens.c_nonce(), sign);
    assert_eq!(credential(&ory, &tokens, &wrong_alg).await.status, 400);

    let pair = RsaKeyPair::from_pkcs8(include_bytes!("worthless-rsa-key.pk8")).unwrap();
    let parts = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
    let header = json!({"alg": "PS256", "jwk": {"kty": "RSA", "n": encode(&parts.n), "e": encode(&parts.e)}});
    let jwt = signed(&header, tokens.c_nonce(), |input| {
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(&RSA_PSS_SHA256, &random, input, &mut signature).unwrap();
        signature
    });
    assert_eq!(credential(&ory, &tokens, &jwt).await.status, 200);

    let tampered = format!("{}{}", good.rsplit_once('.').unwrap().0, ".AAAA");
    assert_eq!(credential(&ory, &tokens, &tampered).await.status, 400);
}

#[tokio::test]
async fn nonces_expire_before_their_token() {
    let ory = OryServer::builder().nonce_lifetime(Duration::from_secs(60)).start().await.unwrap();
    let tokens = ory.log_in("wallet", alice());
    let pair = RsaKeyPair::from_pkcs8(include_bytes!("worthless-rsa-key.pk8")).unwrap();
    let parts = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let header = json!({"alg": "PS256", "jwk": {"kty": "RSA", "n": encode(&parts.n), "e": encode(&parts.e)}});
    let jwt = signed(&header, tokens.c_nonce(), |input| {
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(&RSA_PSS_SHA256, &SystemRandom::new(), input, &mut signature).unwrap();
        signature
    });
    ory.advance_time(Duration::from_secs(62));
    let response = credential(&ory, &tokens, &jwt).await.json();
    assert!(response["error_description"].as_str().unwrap().ends_with("The nonce has expired."));
    let priming = json!({"format": "jwt_vc_json"});
    let priming = call(&ory, "POST", "/credentials", Some(tokens.access_token()), Some(priming)).await.unwrap().json();
    assert_eq!(priming["c_nonce_expires_in"], 60);
}

#[tokio::test]
async fn a_confirmed_logout_ends_the_session_and_leaves_the_token() {
    let ory = OryServer::builder().logout_url("https://login.app.example/bye?lang=en").start().await.unwrap();
    let tokens = ory.log_in("shop", alice());
    let location = logout(&ory, &format!("id_token_hint={}", tokens.id_token()), None).await;
    assert!(location.starts_with("https://login.app.example/bye?lang=en&logout_challenge="));
    assert!(ory.is_logged_in(tokens.session_id()), "asking is not doing");
    assert!(ory.accept_logout("unknown").is_none());
    let next = ory.accept_logout(&location).unwrap();
    let query = next.split_once('?').unwrap().1;
    assert_eq!(logout(&ory, query, None).await, "http://127.0.0.1:3000/after-logout");
    assert!(!ory.is_logged_in(tokens.session_id()));
    assert_eq!(userinfo(&ory, tokens.access_token()).await.status, 200);
}

#[tokio::test]
async fn a_logout_by_cookie_works_in_that_browser_only() {
    let ory = OryServer::start().await.unwrap();
    let (mine, theirs) = (ory.log_in("shop", alice()), ory.log_in("shop", User::new("bob")));
    let location = logout(&ory, "", mine.cookie()).await;
    let next = ory.accept_logout(&location).unwrap();
    let query = next.split_once('?').unwrap().1;
    for cookie in [None, theirs.cookie()] {
        assert_eq!(logout(&ory, query, cookie).await, "http://127.0.0.1:3000/after-logout");
        assert!(ory.is_logged_in(mine.session_id()));
    }
    logout(&ory, query, mine.cookie()).await;
    assert!(!ory.is_logged_in(mine.session_id()) && ory.is_logged_in(theirs.session_id()));

    let late = ory.accept_logout(&logout(&ory, "", theirs.cookie()).await).unwrap();
    ory.advance_time(Duration::from_secs(1802));
    let location = logout(&ory, late.split_once('?').unwrap().1, theirs.cookie()).await;
    assert!(location.contains("error=request_unauthorized") && location.contains("has+expired"), "{location}");
}

#[tokio::test]
async fn each_invalid_hint_is_rejected_with_its_reason() {
    let ory = OryServer::start().await.unwrap();
    let good = part(ory.log_in("shop", alice()).id_token(), 1).unwrap();
    let cases = [
        ("iss", json!("https://elsewhere.example"), "issuer+claim+value"),
        ("iat", json!(9_999_999_999_i64), "is+before+now"),
        ("sid", Value::Null, "missing+sid+claim"),
        ("sub", json!(""), "missing+sub+claim"),
        ("aud", json!(["nobody"]), "error=error&error_description=The+error+is+unrecognizable"),
    ];
    for (claim, value, mark) in cases {
        let mut claims = good.clone();
        claims[claim] = value;
        let location = logout(&ory, &format!("id_token_hint={}", ory.sign(&claims)), None).await;
        assert!(location.starts_with("http://127.0.0.1:3000/error?") && location.contains(mark), "{claim}: {location}");
    }
    let other = OryServer::builder().issuer(ory.issuer()).start().await.unwrap();
    let location = logout(&ory, &format!("id_token_hint={}", other.sign(&good)), None).await;
    assert!(location.contains("error+in+cryptographic+primitive"), "{location}");
    // An expired hint is as good as a new one.
    let mut old = good.clone();
    old["exp"] = json!(1);
    assert!(logout(&ory, &format!("id_token_hint={}", ory.sign(&old)), None).await.contains("logout_challenge"));
}

#[tokio::test]
async fn ids_that_need_escaping_are_escaped_twice_in_their_address() {
    let ory = OryServer::start().await.unwrap();
    for (id, segment) in [
        ("a b/c", "a%2520b%252Fc"),
        ("caf\u{e9}?x#y", "caf%25C3%25A9%253Fx%2523y"),
        ("plus+sign", "plus+sign"),
        ("100%", "100%2525"),
    ] {
        let client = ory.add_client(json!({"client_id": id})).unwrap();
        let address = format!("{}/oauth2/register/{segment}", ory.base_url());
        assert_eq!(client.registration_client_uri(), address);
    }
}

#[tokio::test]
async fn a_pooling_client_is_served_on_one_connection() {
    fn shareable<T: Send + Sync + 'static>(_: &T) {}
    let ory = OryServer::start().await.unwrap();
    shareable(&ory);
    let token = ory.log_in("shop", "alice").access_token().to_owned();
    let client = ory_oidc::http_client_builder().unwrap().build().unwrap();
    let address = format!("{}/userinfo", ory.base_url());
    for _ in 0..3 {
        let head = client.head(&address).bearer_auth(&token).send().await.unwrap();
        assert!(head.headers()["content-length"].to_str().unwrap().parse::<u32>().unwrap() > 0);
        assert!(!head.headers().contains_key("cache-control"));
        let get = client.get(&address).bearer_auth(&token).send().await.unwrap();
        assert!(get.text().await.unwrap().contains("alice"));
    }
    ory.fail_next(Operation::GetOidcUserInfo, Failure::broken_body());
    let broken = client.get(&address).bearer_auth(&token).send().await.unwrap();
    assert!(broken.bytes().await.is_err());
    ory.fail_next(Operation::GetOidcUserInfo, Failure::drop_connection());
    assert!(client.get(&address).bearer_auth(&token).send().await.is_err());
}

#[tokio::test]
async fn the_port_is_closed_when_the_server_ends() {
    let ory = OryServer::start().await.unwrap();
    let address = ory.base_url().strip_prefix("http://").unwrap().to_owned();
    let idle = tokio::net::TcpStream::connect(&address).await.unwrap();
    ory.shutdown().await;
    assert!(tokio::net::TcpStream::connect(&address).await.is_err());
    drop(idle);
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let ory = OryServer::start().await.unwrap();
    let client = json!({"client_id": "shop", "client_secret": "CANARY-secret", "registration_access_token": "CANARY-registration"});
    let client = ory.add_client(client).unwrap();
    ory.insert_access_token("CANARY-access", "shop", alice());
    ory.insert_refresh_token("CANARY-refresh", "shop", alice());
    let user = User::new("alice").claim("email", "CANARY@app.example").nonce("CANARY-nonce");
    let tokens = ory.log_in("shop", user.clone());
    call(&ory, "GET", "/userinfo?access_token=CANARY-query", Some("CANARY-bearer"), None).await;
    call(&ory, "POST", "/oauth2/register", None, Some(json!({"client_secret": "CANARY-body"}))).await;
    let failure = Failure::body(500, "text/plain", "CANARY-response").header("x", "CANARY-header");
    let shown = format!("{ory:?} {client:?} {user:?} {tokens:?} {failure:?} {:?} {:?}", ory.requests(), ory.clients());
    assert!(shown.contains("/userinfo") && shown.contains("shop") && shown.contains("alice"), "{shown}");
    let cookie = tokens.cookie().unwrap().split_once('=').unwrap().1;
    let secrets =
        [tokens.access_token(), tokens.refresh_token(), tokens.id_token(), tokens.c_nonce(), cookie, "CANARY"];
    for secret in secrets {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

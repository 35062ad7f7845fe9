//! Logins at node-oidc-provider, whose ID tokens and logout tokens are verified.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ory_oidc::reqwest::{self, Url, header};
use ory_oidc::{CachedJwkSet, Client, ClientMetadata, VerificationFailure};
use ring::digest;
use serde_json::Value;
use test_support::{Listener, response};

use crate::node;
use crate::server::Server;

const CALLBACK: &str = "https://shop.example/callback";
const HOUR: Duration = Duration::from_secs(3600);

/// A browser: it follows redirects within the provider, and keeps cookies.
struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new() -> Self {
        Self { http: ory_oidc::http_client_builder().unwrap().build().unwrap(), cookies: BTreeMap::new() }
    }

    /// The page, or the first redirect to another host.
    async fn go(&mut self, mut request: reqwest::RequestBuilder) -> (Url, String) {
        loop {
            let kept: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let response = request.header(header::COOKIE, kept.join("; ")).send().await.unwrap();
            for cookie in response.headers().get_all(header::SET_COOKIE) {
                let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            let here = response.url().clone();
            let Some(location) = response.headers().get(header::LOCATION) else {
                let status = response.status();
                let page = response.text().await.unwrap();
                assert!(status.is_success(), "{here}: {status} {page}");
                return (here, page);
            };
            let url = here.join(location.to_str().unwrap()).unwrap();
            if url.host() != here.host() {
                return (url, String::new());
            }
            request = self.http.get(url);
        }
    }
}

fn form(pairs: &[(&str, &str)]) -> String {
    Url::parse_with_params("http://form/", pairs).unwrap().query().unwrap().to_owned()
}

fn post(http: &reqwest::Client, url: impl reqwest::IntoUrl, pairs: &[(&str, &str)]) -> reqwest::RequestBuilder {
    http.post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form(pairs))
}

/// Logs alice in by the authorization code flow. Returns the access token and the ID token.
async fn log_in(server: &Server, browser: &mut Browser, id: &str, secret: &str, nonce: &str) -> (String, String) {
    let verifier = "a-verifier-of-this-test-that-is-long-enough-for-pkce";
    let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
    let query = form(&[
        ("client_id", id),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("nonce", nonce),
        ("max_age", "600"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let request = browser.http.get(format!("{}/oauth2/auth?{query}", server.issuer));
    let (callback, page) = browser.go(request).await;
    let code = callback.query_pairs().find(|(name, _)| name == "code");
    let code = code.unwrap_or_else(|| panic!("{callback} {page}")).1.into_owned();
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", verifier),
    ];
    let request = post(&browser.http, format!("{}/oauth2/token", server.issuer), &pairs);
    let text = request.basic_auth(id, Some(secret)).send().await.unwrap().text().await.unwrap();
    let tokens: Value = serde_json::from_str(&text).unwrap();
    let token = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("{text}")).to_owned();
    (token("access_token"), token("id_token"))
}

fn keys(ory: &Client) -> CachedJwkSet {
    ory.discover().cached(HOUR).keys(HOUR)
}

#[tokio::test]
async fn id_tokens_and_logout_tokens() {
    let Some(server) = node::start() else { return };
    let ory = Client::builder(&server.issuer).build().unwrap();
    let keys = keys(&ory);
    let shop = Listener::respond(response("200 OK", "", "")).await;
    for alg in ["RS256", "PS512", "ES256", "EdDSA"] {
        let _earlier = shop.take();
        let metadata = ClientMetadata::new([CALLBACK])
            .set("id_token_signed_response_alg", alg)
            .set("backchannel_logout_uri", format!("{}/back-channel", shop.base_url()))
            .set("backchannel_logout_session_required", true);
        let registration = ory.register(metadata).await.unwrap();
        let (id, secret) = (registration.client_id(), registration.client_secret().unwrap().expose_secret());
        let mut browser = Browser::new();
        let (access_token, id_token) = log_in(&server, &mut browser, id, secret, "n-1").await;

        let verifier = keys.id_token_verifier(id).algorithms([alg]).nonce("n-1").max_age(Duration::from_secs(600));
        let verified = verifier.verify(id_token.as_str()).await;
        let verified = verified.unwrap_or_else(|error| panic!("{alg}: {error}"));
        assert_eq!(verified.subject(), "alice");
        ory.userinfo(access_token.as_str()).expect_subject(verified.subject()).await.unwrap();
        use VerificationFailure as Failure;
        let other = damaged(&id_token);
        for (verifier, token, expected) in [
            (keys.id_token_verifier(id).nonce("n-2"), &id_token, Failure::Nonce),
            (keys.id_token_verifier(id), &id_token, Failure::Nonce),
            (keys.id_token_verifier("another").any_nonce(), &id_token, Failure::Audience),
            // This provider sends no `at_hash` with a code, where it is optional.
            (verifier.clone().access_token(access_token.as_str()), &id_token, Failure::AccessTokenHash),
            (verifier.clone().algorithms(["ES384"]), &id_token, Failure::Algorithm),
            (verifier.clone(), &other, Failure::Signature),
        ] {
            let error = verifier.verify(token.as_str()).await.unwrap_err();
            assert_eq!(error.verification_failure(), Some(expected), "{alg}: {error}");
        }

        // The logout at the provider, confirmed as a person would.
        let hint = form(&[("id_token_hint", &id_token)]);
        let request = browser.http.get(format!("{}/oauth2/sessions/logout?{hint}", server.issuer));
        let (_, page) = browser.go(request).await;
        let xsrf = page.split_once("name=\"xsrf\" value=\"").unwrap_or_else(|| panic!("{page}")).1;
        let xsrf = xsrf.split('"').next().unwrap().to_owned();
        let confirm = format!("{}/oauth2/sessions/logout/confirm", server.issuer);
        let request = post(&browser.http, confirm, &[("xsrf", &xsrf), ("logout", "yes")]);
        browser.go(request).await;
        let request = shop.request();
        let logout_token = request.split_once("logout_token=").unwrap_or_else(|| panic!("{request}")).1.trim();
        let logout = keys.logout_token_verifier(id).algorithms([alg]).verify(logout_token).await;
        let logout = logout.unwrap_or_else(|error| panic!("{alg}: {error}"));
        assert_eq!(logout.subject(), Some("alice"));
        assert!(logout.session_id().is_some() && logout.session_id() == verified.session_id(), "{alg}");
        let error = keys.logout_token_verifier(id).verify(id_token).await.unwrap_err();
        assert_eq!(error.verification_failure(), Some(Failure::Events), "{error}");
        let error = keys.id_token_verifier(id).any_nonce().verify(logout_token).await.unwrap_err();
        assert_eq!(error.verification_failure(), Some(Failure::Type), "{error}");
    }
}

/// The token with one bit of its signature changed.
fn damaged(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    bytes[7] ^= 1;
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

//! Login and tokens by the `openidconnect` crate, everything after that by this one, over one HTTP client.
//!
//!     cargo run --example with_openidconnect
//!
//! against a stand-in Ory in this process. No browser comes along here: the example prints where it would be sent, and goes
//! on with the tokens that it would have come back with.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::str::FromStr;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreJsonWebKeySet, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    ClientId, CsrfToken, HttpClientError, HttpRequest, HttpResponse, IssuerUrl, JsonWebKey, Nonce, PkceCodeChallenge,
    RedirectUrl, Scope, http,
};
use ory_oidc::testing::{OryServer, User};
use ory_oidc::{BoxError, Client, CompactJwt, Ed25519Signer, UserInfo, reqwest};
use serde_json::{Value, json};

const CALLBACK: &str = "http://127.0.0.1:3000/callback";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = OryServer::start().await?;
    server.add_client(json!({"client_id": "shop", "redirect_uris": [CALLBACK]}))?;

    // One HTTP client for both crates. Both want it to follow no redirects.
    let http = ory_oidc::http_client_builder()?.build()?;
    let for_openidconnect = |request: HttpRequest| send(http.clone(), request);
    let ory = Client::builder(server.base_url()).http_client(http.clone()).build()?;

    // Login, by openidconnect: where the browser goes, and what must come back with it.
    let issuer = IssuerUrl::new(server.issuer().to_owned())?;
    let provider = CoreProviderMetadata::discover_async(issuer, &for_openidconnect).await?;
    let keys = provider.jwks().clone();
    let login = CoreClient::from_provider_metadata(provider, ClientId::new("shop".to_owned()), None)
        .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned())?);
    let (challenge, _verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, _state, nonce) = login
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    println!("browser to     {:.90}...", url.as_str());

    // Here `login.exchange_code(code)?.set_pkce_verifier(verifier).request_async(&for_openidconnect)` would give tokens.
    let alice = User::new("alice").claim("email", "alice@app.example").nonce(nonce.secret());
    let tokens = server.log_in("shop", alice);
    let id_token = CoreIdToken::from_str(tokens.id_token())?;
    let verifier = login.id_token_verifier().set_allowed_algs([CoreJwsSigningAlgorithm::EcdsaP256Sha256]);
    let subject = id_token.claims(&verifier, &nonce)?.subject().to_string();
    println!("verified       an ID token about {subject}");

    // From here on, by ory-oidc: claims that are certain to be about the same person, ...
    if let UserInfo::Claims(claims) = ory.userinfo(tokens.access_token()).expect_subject(&subject).await? {
        println!("userinfo       {}", claims.email().unwrap_or("no e-mail address"));
    }
    // ... a credential, verified with the keys that openidconnect has fetched, ...
    let credential = ory.issue_credential(tokens.access_token(), &Ed25519Signer::generate()?).await?;
    let claims = credential.verify(&|jwt: &CompactJwt| signed_by(&keys, jwt)).await?;
    let email = claims.credential_subject().and_then(|subject| subject.get("email")?.as_str());
    println!("credential     {}, verified", email.unwrap_or("no e-mail address"));
    // ... and the way out.
    let url = ory.logout_url().id_token_hint(tokens.id_token()).build()?;
    println!("log out at     {:.90}...", url.as_str());
    Ok(())
}

/// Sends a request of `openidconnect` with our HTTP client.
async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, HttpClientError<reqwest::Error>> {
    let response = http.execute(request.try_into().map_err(Box::new)?).await.map_err(Box::new)?;
    let mut answer = http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    Ok(answer.body(response.bytes().await.map_err(Box::new)?.to_vec())?)
}

/// Verifies a signature with the server's keys: a closure over this is a `JwtVerifier`.
fn signed_by(keys: &CoreJsonWebKeySet, jwt: &CompactJwt) -> Result<(), BoxError> {
    let key = keys.keys().iter().find(|key| key.key_id().map(|id| id.as_str()) == jwt.kid()).ok_or("no such key")?;
    let algorithm: CoreJwsSigningAlgorithm = serde_json::from_value(Value::from(jwt.alg()))?;
    Ok(key.verify_signature(&algorithm, jwt.signing_input(), jwt.signature())?)
}

//! Logs in with the crate `openidconnect`, and continues with ory-oidc, over one HTTP client.
//!
//!     cargo run --example with_openidconnect
//!
//! runs against a stand-in Ory in this process, without a browser: the example prints the URL for the browser, and
//! continues with the tokens of such a login. At a real server, you log in yourself:
//!
//!     ORY_SDK_URL=https://slug.projects.oryapis.com cargo run --example with_openidconnect
//!
//! registers a client, waits for the login, and deletes the client at the end.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::str::FromStr;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreJsonWebKeySet, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpClientError, HttpRequest, HttpResponse, IssuerUrl,
    JsonWebKey, Nonce, OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse, http,
};
use ory_oidc::testing::{OryServer, User};
use ory_oidc::{BoxError, Client, ClientMetadata, CompactJwt, Ed25519Signer, UserInfo, reqwest};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    match std::env::var("ORY_SDK_URL") {
        Ok(base_url) => at_server(&base_url, |url| println!("log in at      {url}")).await,
        Err(_) => at_stand_in().await,
    }
}

async fn at_stand_in() -> Result<(), Box<dyn Error>> {
    const CALLBACK: &str = "http://127.0.0.1:3000/callback";
    let server = OryServer::start().await?;
    server.add_client(json!({"client_id": "shop", "redirect_uris": [CALLBACK]}))?;

    // One HTTP client for both crates. Neither may follow redirects.
    let http = ory_oidc::http_client_builder()?.build()?;
    let for_openidconnect = |request: HttpRequest| send(http.clone(), request);
    let ory = Client::builder(server.base_url()).http_client(http.clone()).build()?;

    let issuer = IssuerUrl::new(server.issuer().to_owned())?;
    let provider = CoreProviderMetadata::discover_async(issuer, &for_openidconnect).await?;
    let keys = provider.jwks().clone();
    let algorithms = algorithms(&provider);
    let login = CoreClient::from_provider_metadata(provider, ClientId::new("shop".to_owned()), None)
        .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned())?);
    let (url, _state, nonce) = login
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".to_owned()))
        .url();
    println!("browser to     {:.90}...", url.as_str());

    // The stand-in has no login and no token endpoint; `at_server` shows these steps.
    let alice = User::new("alice").claim("email", "alice@app.example").nonce(nonce.secret());
    let tokens = server.log_in("shop", alice);
    let id_token = CoreIdToken::from_str(tokens.id_token())?;
    let verifier = login.id_token_verifier().set_allowed_algs(algorithms);
    let subject = id_token.claims(&verifier, &nonce)?.subject().to_string();
    after_login(&ory, &keys, &subject, tokens.access_token(), tokens.id_token()).await
}

/// All steps. `browser` receives the URL where a person has to log in.
pub async fn at_server(base_url: &str, browser: impl FnOnce(Url)) -> Result<(), Box<dyn Error>> {
    let http = ory_oidc::http_client_builder()?.build()?;
    let for_openidconnect = |request: HttpRequest| send(http.clone(), request);
    let ory = Client::builder(base_url).http_client(http.clone()).build()?;
    let issuer = ory.discover().await?.issuer().to_owned();

    // A new client, registered by ory-oidc.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let callback = format!("http://{}/callback", listener.local_addr()?);
    let metadata = ClientMetadata::new([&callback]).client_name("with_openidconnect").scope("openid email");
    let registration = ory.register(metadata).await?;
    let id = ClientId::new(registration.client_id().to_owned());
    let secret = registration.client_secret().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
    println!("registered     {}", registration.client_id());

    // The login, by openidconnect: the URL for the browser, the code that the browser brings back, and the tokens for
    // it.
    let provider = CoreProviderMetadata::discover_async(IssuerUrl::new(issuer)?, &for_openidconnect).await?;
    let keys = provider.jwks().clone();
    let algorithms = algorithms(&provider);
    let login =
        CoreClient::from_provider_metadata(provider, id, secret).set_redirect_uri(RedirectUrl::new(callback.clone())?);
    let (challenge, pkce_verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = login
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    browser(url);
    let code = code(&listener, &callback, &state).await?;
    let tokens = login.exchange_code(code)?.set_pkce_verifier(pkce_verifier).request_async(&for_openidconnect).await?;
    let id_token = tokens.id_token().ok_or("no ID token came")?;
    let verifier = login.id_token_verifier().set_allowed_algs(algorithms);
    let subject = id_token.claims(&verifier, &nonce)?.subject().to_string();
    after_login(&ory, &keys, &subject, tokens.access_token().secret(), &id_token.to_string()).await?;

    if let Some(handle) = registration.handle() {
        ory.delete_client(&handle).await?;
        println!("deleted        {}", handle.client_id());
    }
    Ok(())
}

/// Uses the tokens that openidconnect obtained and verified.
async fn after_login(
    ory: &Client,
    keys: &CoreJsonWebKeySet,
    subject: &str,
    access_token: &str,
    id_token: &str,
) -> Result<(), Box<dyn Error>> {
    println!("verified       an ID token about {subject}");
    // Claims about the same user, ...
    if let UserInfo::Claims(claims) = ory.userinfo(access_token).expect_subject(subject).await? {
        println!("userinfo       {}", claims.email().unwrap_or("no e-mail address"));
    }
    // ... a credential, verified with openidconnect's keys, if the server issues any, ...
    if ory.discover().await?.credentials_endpoint().is_some() {
        let credential = ory.issue_credential(access_token, &Ed25519Signer::generate()?).await?;
        let claims = credential.verify(&|jwt: &CompactJwt| signed_by(keys, jwt)).await?;
        let email = claims.credential_subject().and_then(|subject| subject.get("email")?.as_str());
        println!("credential     {}, verified", email.unwrap_or("no e-mail address"));
    }
    // ... and the logout.
    let url = ory.logout_url().id_token_hint(id_token).build()?;
    println!("log out at     {:.90}...", url.as_str());
    Ok(())
}

/// The algorithms of ID tokens that the provider declares, but never an empty list.
fn algorithms(provider: &CoreProviderMetadata) -> Vec<CoreJwsSigningAlgorithm> {
    let said = provider.id_token_signing_alg_values_supported();
    said.iter().filter(|alg| **alg != CoreJwsSigningAlgorithm::None).cloned().collect()
}

/// Waits for the browser to come back, and takes the code from its request.
async fn code(listener: &TcpListener, callback: &str, state: &CsrfToken) -> Result<AuthorizationCode, Box<dyn Error>> {
    loop {
        let (mut connection, _) = listener.accept().await?;
        let mut line = String::new();
        BufReader::new(&mut connection).read_line(&mut line).await?;
        let target = line.split(' ').nth(1).unwrap_or_default();
        let url = Url::parse(callback)?.join(target)?;
        let of = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        // Browsers also ask for icons.
        let found = url.path() == "/callback";
        let status = if found { "200 OK" } else { "404 Not Found" };
        let page = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        connection.write_all(page.as_bytes()).await?;
        if !found {
            continue;
        }
        if let Some(error) = of("error") {
            return Err(format!("{error}: {}", of("error_description").unwrap_or_default()).into());
        }
        if of("state").as_ref() != Some(state.secret()) {
            return Err("the browser came back from another login".into());
        }
        return Ok(AuthorizationCode::new(of("code").ok_or("no code came")?));
    }
}

/// Sends a request of `openidconnect` with our HTTP client.
async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, HttpClientError<reqwest::Error>> {
    let response = http.execute(request.try_into().map_err(Box::new)?).await.map_err(Box::new)?;
    let mut builder = http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        builder = builder.header(name, value);
    }
    Ok(builder.body(response.bytes().await.map_err(Box::new)?.to_vec())?)
}

/// Verifies a signature with the server's keys. A closure with this function is a `JwtVerifier`.
fn signed_by(keys: &CoreJsonWebKeySet, jwt: &CompactJwt) -> Result<(), BoxError> {
    let key = keys.keys().iter().find(|key| key.key_id().map(|id| id.as_str()) == jwt.kid()).ok_or("no such key")?;
    let algorithm: CoreJwsSigningAlgorithm = serde_json::from_value(Value::from(jwt.alg()))?;
    Ok(key.verify_signature(&algorithm, jwt.signing_input(), jwt.signature())?)
}

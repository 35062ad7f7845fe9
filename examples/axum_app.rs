//! A web application with axum: login by the crate `openidconnect`, userinfo, logout and back-channel logout.
//!
//!     cargo run --example axum_app
//!
//! runs against a stand-in Ory in this process, plays the browser itself, and ends. At a real server it serves until it is stopped:
//!
//!     ORY_SDK_URL=https://slug.projects.oryapis.com CLIENT_ID=... CLIENT_SECRET=... cargo run --example axum_app
//!
//! The client needs the redirect URI `http://127.0.0.1:3000/callback`, the post-logout URI `http://127.0.0.1:3000/`, and, where Ory
//! can reach it, the back-channel logout URI `http://127.0.0.1:3000/back-channel-logout`.
#![allow(clippy::print_stdout)]

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpClientError, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse, http,
};
use ory_oidc::testing::{OryServer, User};
use ory_oidc::{BearerUser, CachedJwkSet, Client, ErrorKind, UserInfo, reqwest};
use serde_json::json;
use tokio::net::TcpListener;

const HOUR: Duration = Duration::from_secs(60 * 60);
const COOKIE: &str = "session";

/// What all requests share.
#[derive(Clone)]
struct App {
    url: String,
    client_id: String,
    client_secret: Option<String>,
    http: reqwest::Client,
    ory: Client,
    keys: CachedJwkSet,
    logins: Arc<Mutex<HashMap<String, Login>>>,
    sessions: Arc<Mutex<HashMap<String, Session>>>,
}

/// A login that the browser has begun, by its state.
struct Login {
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// A user who is logged in, by the value of the cookie.
struct Session {
    subject: String,
    email: Option<String>,
    id_token: String,
    /// The session at Ory, which a back-channel logout names.
    ory_session: Option<String>,
}

type Failure = (StatusCode, String);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    match std::env::var("ORY_SDK_URL") {
        Ok(base_url) => {
            let listener = TcpListener::bind("127.0.0.1:3000").await?;
            let app =
                App::new(&base_url, &listener, &std::env::var("CLIENT_ID")?, std::env::var("CLIENT_SECRET").ok())?;
            println!("open {}", app.url);
            Ok(axum::serve(listener, router(app)).await?)
        }
        Err(_) => at_stand_in().await,
    }
}

fn router(app: App) -> Router {
    // The API for other programs: each request needs an access token that Ory accepts.
    let api = Router::new()
        .route("/api/me", get(me))
        .layer(app.ory.access_token_verifier().client_ids(app.client_id.clone()).layer());
    Router::new()
        .route("/", get(home))
        .route("/login", get(login))
        .route("/callback", get(callback))
        .route("/logout", get(logout))
        .route("/back-channel-logout", post(back_channel_logout))
        .with_state(app)
        .merge(api)
}

impl App {
    fn new(
        base_url: &str,
        listener: &TcpListener,
        client_id: &str,
        client_secret: Option<String>,
    ) -> Result<Self, Box<dyn Error>> {
        let http = ory_oidc::http_client_builder()?.no_proxy().build()?;
        let ory = Client::builder(base_url).http_client(http.clone()).build()?;
        Ok(Self {
            url: format!("http://{}", listener.local_addr()?),
            client_id: client_id.to_owned(),
            client_secret,
            http,
            keys: ory.discover().cached(24 * HOUR).keys(HOUR),
            ory,
            logins: Arc::default(),
            sessions: Arc::default(),
        })
    }

    async fn provider(&self) -> Result<CoreProviderMetadata, Failure> {
        let issuer = self.ory.discover().await.map_err(unavailable)?.issuer().to_owned();
        let issuer = IssuerUrl::new(issuer).map_err(unavailable)?;
        CoreProviderMetadata::discover_async(issuer, &|request| send(self.http.clone(), request))
            .await
            .map_err(unavailable)
    }

    fn redirect_url(&self) -> Result<RedirectUrl, Failure> {
        RedirectUrl::new(format!("{}/callback", self.url)).map_err(unavailable)
    }

    /// Verifies the ID token, asks for the claims, and starts a session. Returns the cookie.
    async fn start_session(&self, nonce: &Nonce, access_token: &str, id_token: &str) -> Result<String, Failure> {
        let verifier =
            self.keys.id_token_verifier(self.client_id.clone()).nonce(nonce.secret()).access_token(access_token);
        let verified = verifier.verify(id_token).await.map_err(rejected)?;
        // The access token must belong to the same user.
        let info = self.ory.userinfo(access_token).expect_subject(verified.subject()).await.map_err(rejected)?;
        let claims = match info {
            UserInfo::Claims(claims) => claims,
            UserInfo::Signed(signed) => {
                let verifier = self.keys.userinfo_verifier(self.client_id.clone());
                signed.verify(&verifier).await.map_err(rejected)?
            }
            _ => return Err((StatusCode::BAD_GATEWAY, "an unknown form of userinfo".to_owned())),
        };
        let session = Session {
            subject: verified.subject().to_owned(),
            email: claims.email().map(str::to_owned),
            id_token: id_token.to_owned(),
            ory_session: verified.session_id().map(str::to_owned),
        };
        let cookie = CsrfToken::new_random().secret().clone();
        lock(&self.sessions).insert(cookie.clone(), session);
        Ok(cookie)
    }
}

async fn home(State(app): State<App>, headers: HeaderMap) -> String {
    let sessions = lock(&app.sessions);
    match cookie(&headers).and_then(|cookie| sessions.get(&cookie)) {
        Some(session) => format!("{} ({})", session.subject, session.email.as_deref().unwrap_or("no e-mail address")),
        None => format!("nobody is logged in: go to {}/login", app.url),
    }
}

/// Sends the browser to Ory.
async fn login(State(app): State<App>) -> Result<Redirect, Failure> {
    let client = CoreClient::from_provider_metadata(app.provider().await?, ClientId::new(app.client_id.clone()), None)
        .set_redirect_uri(app.redirect_url()?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .set_pkce_challenge(challenge)
        .url();
    lock(&app.logins).insert(state.secret().clone(), Login { nonce, verifier });
    Ok(Redirect::to(url.as_str()))
}

/// The browser comes back with a code, which is exchanged for tokens.
async fn callback(State(app): State<App>, Query(query): Query<HashMap<String, String>>) -> Result<Response, Failure> {
    let of = |name: &str| query.get(name).cloned().unwrap_or_default();
    let login = lock(&app.logins).remove(&of("state"));
    let login = login.ok_or((StatusCode::BAD_REQUEST, "this login did not begin here".to_owned()))?;
    let secret = app.client_secret.clone().map(ClientSecret::new);
    let client =
        CoreClient::from_provider_metadata(app.provider().await?, ClientId::new(app.client_id.clone()), secret)
            .set_redirect_uri(app.redirect_url()?);
    let tokens = client
        .exchange_code(AuthorizationCode::new(of("code")))
        .map_err(unavailable)?
        .set_pkce_verifier(login.verifier)
        .request_async(&|request| send(app.http.clone(), request))
        .await
        .map_err(|_| (StatusCode::BAD_REQUEST, "the code was not accepted".to_owned()))?;
    let id_token = tokens.id_token().ok_or((StatusCode::BAD_GATEWAY, "no ID token came".to_owned()))?.to_string();
    let cookie = app.start_session(&login.nonce, tokens.access_token().secret(), &id_token).await?;
    let cookie = format!("{COOKIE}={cookie}; HttpOnly; SameSite=Lax; Path=/");
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

/// Ends the session here, and sends the browser to Ory to end it there.
async fn logout(State(app): State<App>, headers: HeaderMap) -> Result<Redirect, Failure> {
    let session = cookie(&headers).and_then(|cookie| lock(&app.sessions).remove(&cookie));
    let Some(session) = session else { return Ok(Redirect::to("/")) };
    let url = app.ory.logout_url().id_token_hint(session.id_token).post_logout_redirect_uri(format!("{}/", app.url));
    Ok(Redirect::to(url.build().map_err(unavailable)?.as_str()))
}

/// Ory says that a session ended, whichever program ended it.
async fn back_channel_logout(State(app): State<App>, Form(form): Form<HashMap<String, String>>) -> Result<(), Failure> {
    let logout_token = form.get("logout_token").ok_or((StatusCode::BAD_REQUEST, "no logout token came".to_owned()))?;
    let verifier = app.keys.logout_token_verifier(app.client_id.clone());
    let logout = verifier.verify(logout_token).await.map_err(rejected)?;
    lock(&app.sessions).retain(|_, session| match logout.session_id() {
        Some(ended) => session.ory_session.as_deref() != Some(ended),
        None => Some(session.subject.as_str()) != logout.subject(),
    });
    Ok(())
}

/// For other programs, which send an access token.
async fn me(Extension(user): Extension<BearerUser>) -> String {
    user.subject().unwrap_or("a client").to_owned()
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

/// The response to an invalid token, or to one whose keys are missing.
fn rejected(error: ory_oidc::Error) -> Failure {
    match error.kind() {
        ErrorKind::Verification => (StatusCode::BAD_REQUEST, error.to_string()),
        _ => unavailable(error),
    }
}

fn unavailable(error: impl Error) -> Failure {
    (StatusCode::SERVICE_UNAVAILABLE, error.to_string())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

/// The application with a stand-in, and the requests that browser, Ory and another program would send.
async fn at_stand_in() -> Result<(), Box<dyn Error>> {
    let server = OryServer::start().await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let app = App::new(server.base_url(), &listener, "shop", None)?;
    let (url, http) = (app.url.clone(), app.http.clone());
    server.add_client(json!({"client_id": "shop", "redirect_uris": [format!("{url}/callback")], "post_logout_redirect_uris": [format!("{url}/")]}))?;
    let serving = tokio::spawn({
        let app = app.clone();
        async move { axum::serve(listener, router(app)).await }
    });
    let location = |response: &reqwest::Response| -> Option<reqwest::Url> {
        response.headers().get(header::LOCATION)?.to_str().ok()?.parse().ok()
    };

    let response = http.get(format!("{url}/login")).send().await?;
    let to_ory = location(&response).ok_or("no redirect to Ory came")?;
    println!("login       {} to {}", response.status(), to_ory.path());

    // The stand-in has no login page and no token endpoint, so the steps of `callback` after the exchange of the code are taken here.
    let state = to_ory.query_pairs().find(|(name, _)| name == "state").ok_or("no state came")?.1.into_owned();
    let login = lock(&app.logins).remove(&state).ok_or("the login did not begin here")?;
    let alice = User::new("alice").claim("email", "alice@app.example").nonce(login.nonce.secret());
    let tokens = server.log_in("shop", alice);
    let session = app.start_session(&login.nonce, tokens.access_token(), tokens.id_token());
    let cookie = format!("{COOKIE}={}", session.await.map_err(|(_, text)| text)?);
    let home = async || -> Result<String, reqwest::Error> {
        http.get(&url).header(header::COOKIE, &cookie).send().await?.text().await
    };
    println!("home        {}", home().await?);

    // Another program, with and without an access token.
    let me = http.get(format!("{url}/api/me"));
    let response = me.try_clone().ok_or("the request has no body")?.bearer_auth(tokens.access_token()).send().await?;
    println!("api         {} {}", response.status(), response.text().await?);
    println!("api         {} without a token", me.send().await?.status());

    // Ory ends the session. The stand-in signs the logout token, and sends nothing itself.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let logout_token = server.sign(&json!({
        "iss": server.issuer(), "aud": ["shop"], "iat": now, "jti": "1", "sid": tokens.session_id(),
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}}
    }));
    for token in [tokens.id_token(), &logout_token] {
        // A JWT in base64url needs no escapes in a form.
        let response = http
            .post(format!("{url}/back-channel-logout"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(format!("logout_token={token}"))
            .send()
            .await?;
        println!("ory sends   {} {}", response.status(), response.text().await?);
    }
    println!("home        {}", home().await?);

    // A second session, which the user ends.
    let alice = User::new("alice").nonce(login.nonce.secret());
    let tokens = server.log_in("shop", alice);
    let session = app.start_session(&login.nonce, tokens.access_token(), tokens.id_token());
    let cookie = format!("{COOKIE}={}", session.await.map_err(|(_, text)| text)?);
    let response = http.get(format!("{url}/logout")).header(header::COOKIE, &cookie).send().await?;
    let to_ory = location(&response).ok_or("no redirect to Ory came")?;
    println!("logout      {} to {}", response.status(), to_ory.path());
    println!("ory         {}", http.get(to_ory).send().await?.status());
    serving.abort();
    Ok(())
}

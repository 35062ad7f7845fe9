//! Faults that a program meets in production: each test is named after one.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use ory_oidc::{
    BoxFuture, Client, ClientMetadata, ErrorKind, LogoutOutcome, RegistrationHandle, RetryPolicy, TokenSource,
    Transport, TransportError, UserInfo,
};
use test_support::Listener;
use test_support::listener::response;

async fn serving(bytes: Vec<u8>) -> (Listener, Client) {
    let server = Listener::respond(bytes).await;
    let client = Client::builder(server.base_url()).build().unwrap();
    (server, client)
}

#[tokio::test]
async fn a_compressed_response_is_called_compressed() {
    let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0];
    let headers = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    let (server, client) = serving(response("200 OK", headers, gzip)).await;
    let error = client.discover().await.unwrap_err();
    assert!(error.to_string().contains("it is compressed (gzip)"), "{error}");
    assert_eq!(error.body(), gzip);
    assert!(server.request().to_lowercase().contains("\r\naccept-encoding: identity\r\n"), "{}", server.request());
}

/// A transport that never responds.
struct Never;

impl Transport for Never {
    fn send(&self, _: reqwest::Request) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        Box::pin(std::future::pending())
    }
}

/// The error of the first poll, outside of a runtime.
fn refused<T: std::fmt::Debug>(call: impl IntoFuture<Output = Result<T, ory_oidc::Error>>) -> ory_oidc::Error {
    match pin!(call.into_future()).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result.unwrap_err(),
        Poll::Pending => panic!("the call waits"),
    }
}

#[test]
fn without_a_runtime_a_call_is_an_error() {
    let client = || Client::builder("http://127.0.0.1:1");
    let source = TokenSource::new(|_| std::future::pending::<Result<String, String>>());
    for error in [
        refused(client().build().unwrap().discover()),
        // Each of them waits with a time limit.
        refused(client().build().unwrap().userinfo(source)),
        refused(client().transport(Never).build().unwrap().discover()),
        refused(client().retries(RetryPolicy::default()).build().unwrap().discover()),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("runtime of tokio"), "{error}");
    }
}

#[tokio::test]
async fn a_status_304_is_no_redirect() {
    let (_server, client) = serving(response("304 Not Modified", "", "")).await;
    let error = client.discover().await.unwrap_err();
    assert!(error.to_string().contains("a cache before the server is wrong"), "{error}");
}

#[tokio::test]
async fn a_proxy_that_wants_credentials_is_not_the_server() {
    let (_server, client) = serving(response("407 Proxy Authentication Required", "", "")).await;
    let error = client.userinfo("token").await.unwrap_err();
    assert!(error.to_string().contains("a proxy before the server wants credentials"), "{error}");
    assert!(!error.is_retryable());
}

/// An `https` address needs a tunnel, which the proxy does not open.
#[tokio::test]
async fn a_proxy_without_a_tunnel_is_not_the_server() {
    let refusing = |status: &str| Listener::respond(response(status, "", ""));
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (proxy, expected, is_retryable) in [
        (
            refusing("407 Proxy Authentication Required").await.base_url().to_owned(),
            "the proxy wants credentials",
            false,
        ),
        (refusing("403 Forbidden").await.base_url().to_owned(), "check that the proxy runs and allows this host", true),
        (format!("http://{dead}"), "check that the proxy runs and allows this host", true),
    ] {
        let proxy = ory_oidc::reqwest::Proxy::all(proxy).unwrap();
        let client = Client::builder("https://ory.example").proxy(proxy).build().unwrap();
        let error = client.discover().await.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Connect, is_retryable), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!error.to_string().contains("base URL"), "{error}");
    }
}

#[tokio::test]
async fn a_registration_without_an_id_has_no_hint_of_one() {
    let body = r#"{"registration_access_token": "canary-token", "client_name": 1}"#;
    let (_server, client) = serving(response("201 Created", "Content-Type: application/json\r\n", body)).await;
    let error = client.register(ClientMetadata::default()).await.unwrap_err();
    assert!(error.to_string().contains("there is no id in the response"), "{error}");
    assert!(error.salvaged().unwrap().registration_access_token().is_some());
}

/// The page of a proxy is no sign that the server did something.
#[tokio::test]
async fn a_page_does_not_register_or_replace_a_client() {
    let page = response("200 OK", "Content-Type: text/html\r\n", "<html>a login</html>");
    let (_server, client) = serving(page).await;
    let error = client.register(ClientMetadata::default()).await.unwrap_err();
    assert!(error.to_string().contains("may not be Ory's") && !error.to_string().contains("probably"), "{error}");
    assert!(error.to_string().contains("a client may have been registered all the same"), "{error}");
    let mut handle = RegistrationHandle::new("c", "token");
    let error = client.replace_client(&mut handle, ClientMetadata::default()).await.unwrap_err();
    assert!(error.to_string().contains("may not be Ory's") && !error.to_string().contains("probably"), "{error}");
    assert!(error.to_string().contains("may or may not have changed"), "{error}");
}

#[tokio::test]
async fn a_long_id_token_is_refused_before_it_is_sent() {
    let (server, client) = serving(response("302 Found", "Location: /\r\n", "")).await;
    let error = client.start_logout().id_token_hint("x".repeat(16_385)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("the ID token hint is longer than"), "{error}");
    let error = client.logout_url().id_token_hint("x".repeat(16_385)).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let long = "x".repeat(16_385);
    for (build, expected) in [
        (client.logout_url().id_token_hint("a.b.c").state(&*long), "the state is longer than"),
        (
            client.logout_url().id_token_hint("a.b.c").post_logout_redirect_uri(&*long),
            "the post-logout redirect URI is longer",
        ),
    ] {
        let error = build.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert_eq!(server.connections(), 0);
    let outcome = client.start_logout().id_token_hint("x".repeat(16_384)).await.unwrap();
    assert!(matches!(outcome, LogoutOutcome::Redirected(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_token_that_is_too_long_for_the_server_is_called_so() {
    for status in ["431 Request Header Fields Too Large", "414 URI Too Long"] {
        let (_server, client) = serving(response(status, "", "")).await;
        let error = client.userinfo("token").await.unwrap_err();
        assert!(error.to_string().contains("takes no request that long"), "{error}");
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn debug_of_an_error_begins_with_its_text() {
    let (_server, client) = serving(response("404 Not Found", "", "")).await;
    let error = client.discover().await.unwrap_err();
    assert!(format!("{error:?}").starts_with(&error.to_string()), "{error:?}");
}

#[tokio::test]
async fn a_missing_property_is_named() {
    let (_server, client) = serving(response("200 OK", "Content-Type: application/json\r\n", DISCOVERY)).await;
    let error = client.discover().await.unwrap_err();
    assert!(error.to_string().contains("invalid response 200 OK: `token_endpoint` in it is missing"), "{error}");

    let body = r#"{"client_secret": "canary", "jwks": {"keys": [{"kty": "RSA"}, {"kid": "canary"}]}}"#;
    let (_server, client) = serving(response("201 Created", "Content-Type: application/json\r\n", body)).await;
    let error = client.register(ClientMetadata::default()).await.unwrap_err();
    assert!(error.to_string().contains("`jwks.keys[1].kty` in it is missing"), "{error}");
    let body = r#"{"client_secret": "canary", "jwks": {"keys": [{"kty": "RSA"}]}}"#;
    let (_server, client) = serving(response("201 Created", "Content-Type: application/json\r\n", body)).await;
    let error = client.register(ClientMetadata::default()).await.unwrap_err();
    assert!(error.to_string().contains("`client_id` in it is missing"), "{error}");
    assert!(!format!("{error:?} {error}").contains("canary"), "{error:?}");
}

#[tokio::test]
async fn a_missing_claim_of_an_own_type_is_named() {
    #[derive(Debug, serde::Deserialize)]
    struct Mine {
        #[allow(dead_code, reason = "only decoded")]
        team: Team,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Team {
        #[allow(dead_code, reason = "only decoded")]
        name: String,
    }
    for (body, location) in [
        (r#"{"sub": "canary"}"#, "the claims do not fit the type: `team` is missing"),
        (r#"{"team": {"lead": "canary"}}"#, "the claims do not fit the type: `team.name` is missing"),
        (r#"{"team": {"name": ["canary"]}}"#, "the claims do not fit the type at `team.name"),
    ] {
        let (_server, client) = serving(response("200 OK", "Content-Type: application/json\r\n", body)).await;
        let UserInfo::Claims(claims) = client.userinfo("token").await.unwrap() else { panic!("{body}") };
        let error = claims.deserialize::<Mine>().unwrap_err();
        assert!(error.to_string().contains(location), "{error}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

/// A discovery document without the endpoint for tokens.
const DISCOVERY: &str = r#"{"issuer": "canary", "authorization_endpoint": "/", "jwks_uri": "/", "subject_types_supported": [],
    "response_types_supported": [], "id_token_signed_response_alg": [], "userinfo_signed_response_alg": [],
    "id_token_signing_alg_values_supported": []}"#;

#[tokio::test]
async fn only_a_front_channel_page_is_a_finished_logout() {
    let page = |html: &str| serving(response("200 OK", "Content-Type: text/html; charset=utf-8\r\n", html));
    let frame = r#"<iframe src="https://app.example/out?iss=https%3A%2F%2Fh&amp;sid=s"></iframe>"#;
    let refresh = r#"<META HTTP-EQUIV='refresh' content="7; URL=https://app.example/bye">"#;
    for html in [
        "",
        "<html><form action='/vpn'><input name='canary' type='password'></form></html>",
        r#"<form method="post" action="/oauth2/sessions/logout"><input type="hidden" name="canary"></form>
            <script>document.forms[0].submit()</script>"#,
        // Frames and refreshes of other pages.
        frame,
        refresh,
        &format!("{refresh}<iframe src='https://ads.example/?sid=canary'></iframe>"),
        &format!("{refresh}<iframe data-src='https://app.example/?iss=a&sid=canary'></iframe>"),
        &format!("{refresh}<p>&lt;iframe src='https://app.example/?iss=a&sid=canary'></p>"),
    ] {
        let (_server, client) = page(html).await;
        let error = client.start_logout().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
        assert!(error.to_string().contains("unexpected response 200 OK: the page is not the one"), "{error}");
        assert_eq!(error.body(), html.as_bytes());
        assert!(!format!("{error:?} {error}").contains("canary"), "{error:?}");
    }
    for html in [format!("{refresh}{frame}"), format!("<!-- no > --><head>{refresh}</head>\n{frame}{frame}")] {
        let (_server, client) = page(&html).await;
        let outcome = client.start_logout().await.unwrap();
        assert_eq!(outcome, LogoutOutcome::FrontChannelPage { html });
    }
}

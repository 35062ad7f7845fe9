//! The texts of errors for responses of real servers: the server's own reason, the kind of a mismatch, and no secret.
#![allow(clippy::string_slice, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::atomic::{AtomicUsize, Ordering};

use compiled_fixtures::server_messages::{
    AccessToken, Client, ClientBuilder, Credential, Error, SendSecretsParams, UploadForm, types,
};
use openapi_smith_runtime::reqwest::header::HeaderValue;
use openapi_smith_runtime::{AttemptStarted, BoxError, BoxFuture, Hook, RetryPolicy, TokenSource};
use test_support::Listener;

/// A response with `connection: close`.
fn response(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

fn json(status: &str, body: &str) -> Vec<u8> {
    response(&format!("{status}\r\ncontent-type: application/json"), body)
}

/// A response whose problem repeats a text that was sent.
fn echo(status: &str, sent: &str) -> Vec<u8> {
    json(status, &serde_json::json!({ "detail": format!("no such value {sent} here") }).to_string())
}

/// Adds a header with a secret.
struct Signing;

impl Hook for Signing {
    fn before<'a>(&'a self, attempt: &'a mut AttemptStarted<'_>) -> BoxFuture<'a, Result<(), BoxError>> {
        let request = attempt.request_mut();
        request.headers_mut().insert("x-signature", HeaderValue::from_static("CANARY-of-a-hook"));
        request.url_mut().query_pairs_mut().append_pair("auth", "CANARY-in-the-url");
        Box::pin(async { Ok(()) })
    }
}

const STATUSES: [(&str, &str); 3] = [
    ("422 X", "unexpected status 422 Unprocessable Entity: the server says: "),
    ("409 X", "the server responded 409 Conflict: "),
    ("400 X", "unexpected status 400 Bad Request: the server says: "),
];

#[tokio::test]
async fn an_error_shows_no_secret_that_the_call_sent() {
    let settings = |base: &str| {
        let builder = Client::builder(base).with_token("CANARY-token").default_header("x-tenant", "CANARY-default");
        builder.hook(Signing).build().unwrap()
    };
    let mut secrets = types::Secrets::new("CANARY \"body\"\\");
    let mut inner = types::SecretsInner::default();
    inner.keys = Some(vec!["CANARY-list".into()]);
    secrets.inner = Some(inner);
    let params = SendSecretsParams::default()
        .pins(vec!["1234".into(), "CANARY-pins".into()])
        .session_token("CANARY-by-its-name")
        .x_pin("CANARY-header")
        .x_api_key("CANARY-named-header")
        .sid("CANARY-cookie");
    for sent in [
        "CANARY-token",
        "Bearer CANARY-token",
        "CANARY/path",
        "CANARY%2Fpath",
        "CANARY&query",
        "CANARY%26query",
        "1234",
        "CANARY-pins",
        "CANARY-by-its-name",
        "CANARY-header",
        "CANARY-named-header",
        "CANARY-cookie",
        "CANARY \"body\"\\",
        "CANARY \\\"body\\\"\\\\",
        "CANARY-list",
        "CANARY-default",
        "CANARY-of-the-call",
        "CANARY-of-a-hook",
        "CANARY-in-the-url",
    ] {
        for (status, start) in STATUSES {
            let server = Listener::respond(echo(status, sent)).await;
            let client = settings(server.base_url());
            let call = client.send_secrets(&"CANARY/path".into(), &"CANARY&query".into(), &secrets, &params);
            let error = call.header("x-of-the-call", "CANARY-of-the-call").await.unwrap_err();
            let body = String::from_utf8_lossy(error.body().unwrap()).into_owned();
            assert!(body.contains("CANARY") || body.contains("1234"), "the server repeats it: {body}");
            let shown = format!("{error} {error:?} {error:#?}");
            assert!(!shown.contains("CANARY") && !shown.contains("1234"), "{sent}: {shown}");
            let message = error.server_message().unwrap();
            assert!(message.starts_with("no such value ") && message.ends_with("[redacted] here"), "{message}");
            assert!(error.to_string().starts_with(&format!("{start}no such value ")), "{error}");
        }
    }
}

#[tokio::test]
async fn an_error_shows_no_secret_of_a_form() {
    for sent in ["CANARY-password", "dXNlcjpDQU5BUlktb2YtYmFzaWM=", "CANARY-of-basic"] {
        let server = Listener::respond(echo("400 X", sent)).await;
        let client = Client::new(server.base_url()).unwrap().with_user("user", "CANARY-of-basic");
        let error = client.send_form(&types::Secrets::new("CANARY-password")).await.unwrap_err();
        assert_eq!(error.server_message(), Some("no such value [redacted] here"), "{sent}");
    }
    for sent in ["CANARY-password", "CANARY-key+", "CANARY-key%2B", "key"] {
        let server = Listener::respond(echo("400 X", sent)).await;
        let client = Client::new(server.base_url()).unwrap().with_in_query("CANARY-key+");
        let call = client.upload(UploadForm::new("CANARY-password"));
        let error = call.await.unwrap_err();
        let expected = if sent == "key" { "no such value key here" } else { "no such value [redacted] here" };
        assert_eq!(error.server_message(), Some(expected), "{sent}");
    }
}

#[tokio::test]
async fn an_error_shows_no_token_of_a_source() {
    let server =
        Listener::respond_in_turn([echo("401 X", "CANARY-first"), echo("503 X", "CANARY-first and CANARY-second")])
            .await;
    let count = AtomicUsize::new(0);
    let source = TokenSource::new(move |_| {
        let token = ["CANARY-first", "CANARY-second"][count.fetch_add(1, Ordering::Relaxed).min(1)];
        async move { Ok::<_, BoxError>(token) }
    });
    let client = Client::new(server.base_url()).unwrap().with_token(AccessToken::from(&source));
    let error = client.add_item().await.unwrap_err();
    assert_eq!(server.requests().len(), 2);
    assert_eq!(error.server_message(), Some("no such value [redacted] and [redacted] here"));
}

async fn error_with(build: fn(ClientBuilder) -> ClientBuilder, bytes: Vec<u8>) -> Error {
    let server = Listener::respond(bytes).await;
    build(Client::builder(server.base_url())).build().unwrap().list_items().await.unwrap_err()
}

#[tokio::test]
async fn messages_are_off_on_request() {
    let bytes = echo("500 X", "x");
    let error = error_with(|builder| builder.bodies_in_errors(false), bytes.clone()).await;
    assert_eq!((error.server_message(), error.status().unwrap().as_u16()), (None, 500));
    assert!(!format!("{error} {error:?}").contains("no such value"), "{error:?}");
    #[derive(serde::Deserialize)]
    struct Detail {
        detail: String,
    }
    assert_eq!(error.body_json::<Detail>().unwrap().unwrap().detail, "no such value x here");
    let error = error_with(|builder| builder, bytes).await;
    assert_eq!(error.server_message(), Some("no such value x here"));
}

/// The results for responses of real servers to an operation that declares JSON with 200.
#[tokio::test]
async fn responses_of_real_servers() {
    const ITEMS: &str = r#"{"items": [], "total": 0}"#;
    let html = "<html><head><title>502 Bad Gateway</title></head><body>CANARY</body></html>";
    for (bytes, expected) in [
        // Failures that are declared nowhere.
        (
            json("404 X", r#"{"detail": "no such item"}"#),
            "unexpected status 404 Not Found: the server says: no such item (26 bytes kept)",
        ),
        (
            response("404 X\r\ncontent-type: text/plain", "404 page not found\n"),
            "unexpected status 404 Not Found: the server says: 404 page not found (19 bytes kept)",
        ),
        (response("502 X\r\ncontent-type: text/html", html), "unexpected status 502 Bad Gateway (75 bytes kept)"),
        (response("503 X", ""), "unexpected status 503 Service Unavailable (0 bytes kept)"),
        (response("304 X\r\netag: \"CANARY\"", ""), "unexpected status 304 Not Modified (0 bytes kept)"),
        (
            response("307 X\r\nlocation: /items/?CANARY", ""),
            "unexpected status 307 Temporary Redirect: redirects are not followed (0 bytes kept)",
        ),
        // Bodies that are not as declared.
        (json("200 X", ""), "unexpected body with status 200 OK: the body is empty (0 bytes kept)"),
        (response("204 X", ""), "unexpected body with status 204 No Content: the body is empty (0 bytes kept)"),
        (
            response("202 X\r\nlocation: /jobs/7", ""),
            "unexpected body with status 202 Accepted: the body is empty (0 bytes kept)",
        ),
        (json("200 X", r#"{"items": []}"#), "unexpected body with status 200 OK: `total` is missing (13 bytes kept)"),
        (
            json("200 X", r#"{"items": null, "total": 0}"#),
            "unexpected body with status 200 OK: at `items`, line 1 column 14: expected an array, found null (27 bytes kept)",
        ),
        (
            json("200 X", r#"{"items": [], "total": "7"}"#),
            "unexpected body with status 200 OK: at `total`, line 1 column 26: expected an integer, found a string (27 bytes kept)",
        ),
        (
            json("200 X", r#"{"items": [{"name": 7}], "total": 0}"#),
            "unexpected body with status 200 OK: at `items[0].name`, line 1 column 21: expected a string, found a number (36 bytes kept)",
        ),
        (
            json("200 X", "[]"),
            "unexpected body with status 200 OK: at line 1 column 0: expected an object, found an array (2 bytes kept)",
        ),
        (
            json("200 X", r#"{"items": ["#),
            "unexpected body with status 200 OK: at `items[0]`, line 1 column 11: the JSON ends too early (11 bytes kept)",
        ),
        (
            response("200 X\r\ncontent-type: text/html", html),
            "unexpected media type with status 200 OK: it is text/html (75 bytes kept)",
        ),
    ] {
        let error = error_with(|builder| builder, bytes).await;
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains("CANARY"), "{error:?}");
    }
    // And these are no errors.
    let chunked = format!(
        "HTTP/1.1 200 X\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n1\r\n{{\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        ITEMS.len() - 1,
        &ITEMS[1..]
    );
    for bytes in [
        response("200 X\r\ncontent-type: application/json;charset=utf8", ITEMS),
        response("200 X\r\ncontent-type: APPLICATION/JSON; charset=\"UTF-8\"", ITEMS),
        response("200 X", ITEMS),
        response("200 X\r\ncontent-type: text/plain; charset=utf-8", ITEMS),
        response("201 X\r\ncontent-type: application/hal+json", ITEMS),
        response("200 X\r\ncontent-type: text/html; charset=UTF-8", ITEMS),
        response("200 X\r\ncontent-type: application/octet-stream", ITEMS),
        json("200 X", &format!("\u{feff}{ITEMS}\r\n")),
        json("203 X", ITEMS),
        chunked.into_bytes(),
    ] {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let server = Listener::respond(bytes).await;
        let items = Client::new(server.base_url()).unwrap().list_items().await;
        assert_eq!(items.unwrap_or_else(|error| panic!("{text}: {error}")).total, 0);
    }
}

/// A server that encodes every value as JSON, also the text of an operation that declares text.
#[tokio::test]
async fn a_text_that_comes_as_json_is_the_text() {
    for (media_type, body, expected) in [
        ("application/json", "\"1.0\"", "1.0"),
        ("application/json", "1.0", "1.0"),
        ("text/plain", "\"1.0\"", "\"1.0\""),
        ("application/yaml", "a: 1", "a: 1"),
    ] {
        let head = format!("200 X\r\ncontent-type: {media_type}");
        let server = Listener::respond(response(&head, body)).await;
        let client = Client::new(server.base_url()).unwrap().with_token("t");
        assert_eq!(client.read_text().await.unwrap().into_inner(), expected, "{media_type} {body}");
        assert_eq!(client.read_text().raw().await.unwrap().text().unwrap().into_inner(), body);
    }
}

#[tokio::test]
async fn a_lost_connection_is_retryable_and_retried() {
    use test_support::Step;
    let good = json("200 X", r#"{"items": [], "total": 3}"#);
    let scripts: [(Vec<Step>, &str); 3] = [
        (vec![Step::Read, Step::Reset], "reset"),
        (vec![Step::Read], "closed without a response"),
        (
            vec![Step::Read, Step::Send(b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{".to_vec()), Step::Reset],
            "reset in the body",
        ),
    ];
    for (steps, name) in scripts {
        let server = Listener::scripted(steps.clone()).await;
        let error = Client::new(server.base_url()).unwrap().list_items().await.unwrap_err();
        assert!(error.is_retryable() && !error.is_timeout(), "{name}: {error:?}");
        let server = Listener::scripted_once(steps, good.clone()).await;
        let client = Client::builder(server.base_url()).retry(RetryPolicy::new()).build().unwrap();
        assert_eq!(client.list_items().await.unwrap_or_else(|error| panic!("{name}: {error:?}")).total, 3);
    }
}

#[tokio::test]
async fn an_explicit_credential_is_always_sent() {
    let done = || response("200 X\r\ncontent-type: application/json", r#"{"items": [], "total": 0}"#);
    for (credential, expected) in [
        (Credential::Bearer("own".into()), "authorization: Bearer own\r\n"),
        (Credential::Basic { username: "u".to_owned(), password: "p".into() }, "authorization: Basic dTpw\r\n"),
        (Credential::ApiKey("own".into()), "GET /items?sig=own HTTP/1.1\r\n"),
    ] {
        let server = Listener::respond(done()).await;
        let client = Client::new(server.base_url()).unwrap().with_token("of-the-client");
        client.list_items().credential(credential).await.unwrap();
        let request = server.requests().remove(0);
        assert!(request.contains(expected) && !request.contains("of-the-client"), "{request}");
    }
    // In place of a credential of another kind, too.
    let server = Listener::respond(json("201 X", r#"{"items": [], "total": 0}"#)).await;
    let client = Client::new(server.base_url()).unwrap();
    client.add_item().credential(Credential::ApiKey("own".into())).await.unwrap();
    assert!(server.requests()[0].starts_with("POST /items?sig=own HTTP/1.1\r\n"), "{:?}", server.requests());
    // Without one, nothing is sent.
    let server = Listener::respond(done()).await;
    Client::new(server.base_url()).unwrap().with_token("of-the-client").list_items().await.unwrap();
    assert!(!server.requests()[0].contains("authorization"), "{:?}", server.requests());
}

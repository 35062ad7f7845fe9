//! Generated clients against a listener that responds to one request with given bytes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use compiled_fixtures::everything::{types, *};
use test_support::{Listener, Step};

/// The request that a server received.
struct Seen(Listener);

impl Seen {
    fn text(self) -> String {
        self.0.request()
    }
}

/// Responds to requests with these bytes, then closes, or waits until the client does.
async fn server(response: &'static [u8], hang: bool) -> (String, Seen) {
    let listener = if hang {
        Listener::scripted([Step::Read, Step::Send(response.into()), Step::Stall]).await
    } else {
        Listener::respond(response).await
    };
    (format!("{}/base/", listener.base_url()), Seen(listener))
}

fn client(base: &str) -> Client {
    Client::new(base).unwrap()
}

const CLIENT: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close\r\n\r\n\xef\xbb\xbf{\"client_name\":\"n\",\"client_id\":\"i\",\"logo\":null,\"client_secret\":\"CANARY\",\"nickname\":null,\"x\":1,\"metadata\":null,\"old_secrets\":[\"CANARY\",null]}";

#[allow(dead_code)]
fn calls_can_be_spawned(client: &Client, body: &types::OAuth2ClientRequest) {
    fn is_spawnable<T: Send + 'static>(_: T) {}
    is_spawnable(client.get_client("", 1, &GetClientParams::default()));
    is_spawnable(client.create_client(body).send());
    is_spawnable(client.logout(&LogoutParams::default()).raw());
    fn is_all<T: Send + Sync + std::error::Error + 'static>() {}
    is_all::<Error<types::ErrorOAuth2>>();
    is_all::<InvalidBaseUrl>();
    const { assert!(size_of::<Error<types::OAuth2Client>>() <= 48) };
}

#[tokio::test]
async fn path_bearer_and_decoding() {
    let (base, seen) = server(CLIENT, false).await;
    let client = client(&base).with_bearer("t0ken");
    let params = GetClientParams::default().session("s;e").x_trace("tr");
    let response = client.get_client("a/b c?%é..", 7, &params).await.unwrap();
    let seen = seen.text();
    assert!(seen.starts_with("GET /base/clients/a%2Fb%20c%3F%25%C3%A9../keys?limit=7 HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("authorization: Bearer t0ken\r\n"), "{seen}");
    assert!(seen.contains("x-trace: tr\r\n") && seen.contains("cookie: session=s%3Be\r\n"), "{seen}");
    assert!(seen.contains("accept: application/json\r\n"), "{seen}");
    assert_eq!(response.client_secret.as_ref().unwrap().expose_secret(), "CANARY");
    assert_eq!(response.nickname, Some(None));
    assert_eq!(response.metadata, Some(serde_json::Value::Null));
    assert_eq!(response.additional_properties["x"], 1);
    assert!(!format!("{response:?} {client:?}").contains("CANARY"));
    assert!(!format!("{client:?}").contains("t0ken"));
    assert!(format!("{client:?}").contains("bearer"));
    let text = serde_json::to_string(&*response).unwrap();
    assert!(text.contains(r#""old_secrets":["CANARY",null]"#) && text.contains(r#""nickname":null"#), "{text}");
    let request = types::OAuth2ClientRequest::from(response.into_inner());
    assert!(!serde_json::to_string(&request).unwrap().contains("client_id"));
}

#[tokio::test]
async fn refusals() {
    let client = client("http://127.0.0.1:1/base");
    let params = GetClientParams::default();
    for id in ["", ".", ".."] {
        let error = client.clone().with_bearer("t").get_client(id, 1, &params).await.unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { name: "id", .. }), "{error:?}");
    }
    let error = client.get_client("a", 1, &params).await.unwrap_err();
    assert!(matches!(error, Error::MissingCredential { schemes: "bearer" }), "{error:?}");
    assert_eq!(error.to_string(), "no credential: the operation needs bearer");
    for token in ["", "a b", "a\n", "é"] {
        let error = client.clone().with_bearer(token).get_client("a", 1, &params).await.unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { name: "credential", .. }), "{error:?}");
    }
    let own = Credential::Bearer("t".into());
    let error = client.logout(&LogoutParams::default()).credential(own).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "a credential of the caller's own is sent: {error:?}");
    for (name, value, reason) in [("x y", "a", "its name is invalid"), ("x-y", "a\n", "its value is invalid")] {
        let error = client.logout(&LogoutParams::default()).header(name, value).await.unwrap_err();
        assert_eq!(error.to_string(), format!("invalid argument `header`: {reason}"));
    }
    let basic = Credential::Basic { username: "u".into(), password: "p".into() };
    let error = client.get_client("a", 1, &params).credential(basic).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "also in place of one of another kind: {error:?}");
    let params = GetClientParams::default().x_trace("a\r\nb: c");
    let error = client.clone().with_bearer("t").get_client("a", 1, &params).await.unwrap_err();
    assert!(matches!(error, Error::InvalidArgument { name: "X-Trace", .. }), "{error:?}");
    let error = client.logout(&LogoutParams::default()).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap().downcast_ref::<reqwest::Error>().unwrap();
    assert!(matches!(error, Error::Transport(_)) && source.url().is_none(), "{error:?}");
    assert!(error.is_retryable() && error.to_string() == "no connection to the server");
    for base in ["", "/x", "ftp://a", "http://a?b", "http://a#b", "http://u:p@a", "data:x"] {
        assert!(Client::new(base).is_err(), "{base}");
    }
}

#[tokio::test]
async fn own_credential_wins_and_alternatives() {
    let (base, seen) =
        server(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/jwt\r\n\r\na.b.c", false).await;
    let client = client(&base).with_basic("user", "pass").with_key("k3y");
    let response = client.get_user_info().await.unwrap();
    assert_eq!(response.into_inner(), GetUserInfoResponse::OkJwt("a.b.c".to_owned()));
    let seen = seen.text();
    assert!(seen.contains("authorization: Basic dXNlcjpwYXNz\r\n") && seen.contains("x-key: k3y\r\n"), "{seen}");
    let (base, seen) =
        server(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/hal+json\r\n\r\n{}", false).await;
    let client = crate::client(&base).with_basic("user", "pass").with_key("k3y");
    let own = Credential::Bearer("mine".into());
    let response = client.get_user_info().credential(own).header(reqwest::header::ACCEPT, "x/y").await.unwrap();
    assert!(matches!(response.into_inner(), GetUserInfoResponse::OkJson(_)));
    let seen = seen.text();
    assert!(
        seen.contains("authorization: Bearer mine\r\n") && !seen.contains("k3y") && seen.contains("accept: x/y\r\n"),
        "{seen}"
    );
    // Optional: none at all is fine.
    let (base, seen) = server(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", false).await;
    crate::client(&base).get_user_info().await.unwrap();
    let seen = seen.text();
    assert!(
        !seen.contains("authorization") && seen.contains("accept: application/json, application/jwt\r\n"),
        "{seen}"
    );
}

/// Not by themselves, with a call, with a client, nor in what refuses them.
#[tokio::test]
async fn credentials_are_not_shown() {
    for credential in [
        Credential::Bearer("CANARY".into()),
        Credential::ApiKey("CANARY".into()),
        Credential::Basic { username: "user".into(), password: "CANARY".into() },
    ] {
        let shown = format!("{credential:?} {credential:#?}");
        assert!(!shown.contains("CANARY") && shown.contains("[redacted]"), "{shown}");
    }
    let client = client("http://127.0.0.1:1").with_basic("user", "CANARY").with_key("CANARY").with_bearer("CANARY");
    assert!(!format!("{client:?} {client:#?}").contains("CANARY"));
    for credential in [
        Credential::Bearer("CANARY white".into()),
        Credential::ApiKey("CANARY\n".into()),
        Credential::Basic { username: "CANARY:".into(), password: "CANARY".into() },
        Credential::Basic { username: "user".into(), password: "CANARY\n".into() },
    ] {
        let error = client.get_user_info().credential(credential).await.unwrap_err();
        assert!(matches!(error, Error::InvalidArgument { name: "credential", .. }), "{error:?}");
        assert!(!format!("{error:?} {error:#?} {error}").contains("CANARY"), "{error:?}");
    }
}

#[tokio::test]
async fn queries() {
    let (base, seen) = server(b"HTTP/1.1 302 Found\r\nconnection: close\r\nlocation: /x\r\n\r\n", false).await;
    let params = LogoutParams::default()
        .state("a b&c=d")
        .id_token_hint("h")
        .scope(vec!["x".into(), "y,z".into()])
        .method(vec!["basic".into(), "o,k".into()])
        .filter(types::SubmissionRequest::new("me"));
    let response = client(&base).logout(&params).await.unwrap();
    assert_eq!(*response, LogoutResponse::Found);
    assert_eq!(response.headers()["location"], "/x");
    let seen = seen.text();
    assert!(seen.starts_with("GET /base/sessions/logout?id_token_hint=h&state=a%20b%26c%3Dd&scope=x&scope=y%2Cz&method=basic,o%2Ck&filter=%7B%22by%22%3A%22me%22%7D HTTP/1.1"), "{seen}");
    assert!(!format!("{params:?}").contains("\"h\""));
}

async fn failing(response: &'static [u8]) -> Error<types::ErrorOAuth2> {
    failing_with(response, |call| call).await
}

type GetClient = Call<types::OAuth2Client, types::ErrorOAuth2>;

async fn failing_with(response: &'static [u8], options: fn(GetClient) -> GetClient) -> Error<types::ErrorOAuth2> {
    let (base, _seen) = server(response, true).await;
    let client = client(&base).with_bearer("t");
    options(client.get_client("a", 1, &GetClientParams::default())).await.unwrap_err()
}

#[tokio::test]
async fn undecoded() {
    let error = failing(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 54\r\n\r\n{\"client_name\":{\"x\":\"CANARY\"},\n\"client_id\":1,\"l\":null}").await;
    let Error::Undecoded(inner) = &error else { panic!("{error:?}") };
    assert!(
        matches!(inner.reason(), UndecodedReason::Decode { path, line: 1, .. } if path == "client_name"),
        "{error:?}"
    );
    assert!(!format!("{error:?} {error} {error:#?}").contains("CANARY"), "{error:?}");
    assert_eq!(inner.body().len(), 54);

    let error =
        failing_with(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n0123456789", |call| call.response_limit(4)).await;
    let Error::Undecoded(inner) = &error else { panic!("{error:?}") };
    assert_eq!((inner.reason(), inner.body()), (&UndecodedReason::TooLarge { limit: 4 }, &b"0123"[..]));

    let error = failing_with(b"HTTP/1.1 200 OK\r\nx-a: b\r\ncontent-length: 100\r\n\r\n0123456789", |call| {
        call.timeout(Duration::from_millis(200))
    })
    .await;
    let Error::Undecoded(inner) = &error else { panic!("{error:?}") };
    assert_eq!((inner.reason(), inner.body()), (&UndecodedReason::Truncated { timed_out: true }, &b"0123456789"[..]));
    assert!(error.is_timeout() && error.headers().unwrap()["x-a"] == "b");

    let (base, _seen) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n0123456789", false).await;
    let error = client(&base).logout(&LogoutParams::default()).await.unwrap_err();
    let Error::Undecoded(inner) = &error else { panic!("{error:?}") };
    assert_eq!(inner.reason(), &UndecodedReason::Truncated { timed_out: false });

    let error = failing(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi").await;
    assert!(matches!(&error, Error::Undecoded(inner) if *inner.reason() == UndecodedReason::MediaType), "{error:?}");

    // Another success than the declared one is decoded as that.
    let error = failing(b"HTTP/1.1 202 X\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}").await;
    assert_eq!(error.status().unwrap(), 202);
    assert!(
        matches!(&error, Error::Undecoded(inner)
        if matches!(inner.reason(), UndecodedReason::Missing { path } if path == "client_id")),
        "{error:?}"
    );

    let (base, _seen) =
        server(b"HTTP/1.1 202 X\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]", false).await;
    let response = client(&base)
        .send_tokens(&[], &[], &types::Vault::new(0.0, vec![]), &"s".into(), &SendTokensParams::default())
        .await
        .unwrap();
    assert!(response.is_empty());

    let (base, _seen) = server(b"HTTP/1.1 418 T\r\ncontent-length: 2\r\n\r\nhi", false).await;
    let error = client(&base).logout(&LogoutParams::default()).await.unwrap_err();
    assert!(matches!(&error, Error::Undecoded(inner) if *inner.reason() == UndecodedReason::Status), "{error:?}");

    let (base, _seen) =
        server(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\n\xff\xfe", false).await;
    let error = client(&base).logout(&LogoutParams::default()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Undecoded(inner) if *inner.reason() == UndecodedReason::NotUtf8 && inner.body() == b"\xff\xfe"),
        "{error:?}"
    );

    let error = failing(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n{} x").await;
    assert!(matches!(&error, Error::Undecoded(_)), "{error:?}");

    let error =
        failing(b"HTTP/1.1 503 X\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{\"error\":\"e\"}")
            .await;
    let Error::Failure(failure) = &error else { panic!("{error:?}") };
    assert_eq!(failure.error.as_deref(), Some("e"));
    assert!(error.is_retryable());
    assert_eq!(error.to_string(), "the server responded 503 Service Unavailable: e");
}

/// The path does not depend on the text before it: names with escapes, values with brackets and commas in them.
#[tokio::test]
async fn an_error_has_the_path_of_the_value() {
    async fn place<T: serde::de::DeserializeOwned>(text: &str) -> String {
        let length = text.len();
        let response =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{text}");
        let (base, _seen) = server(response.leak().as_bytes(), false).await;
        let client = client(&base).with_bearer("t");
        let raw = client.get_client("a", 1, &GetClientParams::default()).raw().await.unwrap();
        let Error::Undecoded(undecoded) = raw.json::<T>().map(drop).unwrap_err() else { panic!("{text}") };
        match undecoded.reason() {
            UndecodedReason::Decode { path, .. } => path.clone(),
            other => panic!("{text}: {other:?}"),
        }
    }

    for (text, path) in [
        ("?", ""),
        ("{", ""),
        ("{\"a", ""),
        ("{\"a\":?", "a"),
        ("{\"a\":1?", "a"),
        ("{\"a\": 1, ?", "a"),
        ("{\"a\": 1, \"b\" ?", "b"),
        ("{\"a\": [?", "a[0]"),
        ("{\"a\": [1.5e3 ?", "a[0]"),
        ("{\"a\": [true, null, ?", "a[2]"),
        ("{\"a\": [[], {}, [{}, [?", "a[2][1][0]"),
        ("{\"a\": {\"b\": {\"c\": \"}]\\\"{,\", \"d\": ?", "a.b.d"),
        ("{\"a\": [{\"b\": []}, 2] ?", "a"),
        ("{\"a\\u00fc\\n\": {\"\u{fc}\": ?", "a\u{fc} .\u{fc}"),
        ("[\n[1,\n\"a\", ?", "[0][2]"),
        ("{\"a\": {\"b\": 1}}?", ""),
    ] {
        assert_eq!(place::<serde::de::IgnoredAny>(text).await, path, "{text}");
    }
    // The first item of a list, though the list may end there.
    assert_eq!(place::<Vec<String>>("[1]").await, "[0]");
    // A value that nests without end is passed over without being kept, or ends the text.
    let deep = format!("{}[0...", "[0]".repeat(66));
    assert_eq!(place::<serde_json::Value>(&"[".repeat(100_000)).await, deep);
    assert_eq!(place::<serde::de::IgnoredAny>(&"[".repeat(100_000)).await, deep);
    let passed = format!("{{\"a\": {}{}, \"b\": ?", "[".repeat(1000), "]".repeat(1000));
    assert_eq!(place::<serde::de::IgnoredAny>(&passed).await, "b");
}

#[tokio::test]
async fn raw_responses() {
    #[derive(serde::Deserialize)]
    struct Mine {
        client_name: String,
    }
    let get = async |response: &'static [u8]| {
        let (base, _seen) = server(response, false).await;
        let client = client(&base).with_bearer("t");
        client.get_client("a", 1, &GetClientParams::default()).raw().await
    };
    let raw = get(CLIENT).await.unwrap();
    assert_eq!((raw.status().as_u16(), raw.media_type()), (200, "application/json"));
    assert_eq!(raw.headers()["content-type"], "application/json; charset=utf-8");
    assert!(raw.body().starts_with(b"\xef\xbb\xbf{\"client_name\":\"n\""));
    assert!(!format!("{raw:?}").contains("CANARY") && format!("{raw:?}").contains("body_length"), "{raw:?}");
    assert_eq!(raw.decode().unwrap().client_id, "i");
    let mine = get(CLIENT).await.unwrap().json::<Mine>().unwrap();
    assert_eq!((mine.client_name.as_str(), mine.status().as_u16()), ("n", 200));
    assert!(get(CLIENT).await.unwrap().text().unwrap().contains("\"x\":1"));
    let (status, headers, body) = get(CLIENT).await.unwrap().into_parts();
    assert_eq!((status.as_u16(), headers.len(), body), (200, 2, CLIENT[CLIENT.len() - 143..].to_vec()));

    // A response that does not fit is kept, and the error has the path.
    let error = get(CLIENT).await.unwrap().json::<Vec<Mine>>().map(drop).unwrap_err();
    assert!(matches!(&error, Error::Undecoded(inner) if inner.body().len() == 143), "{error:?}");

    // A declared failure is a response; decoded as a different type it is the failure.
    const REFUSED: &[u8] =
        b"HTTP/1.1 400 X\r\ncontent-type: application/json\r\ncontent-length: 39\r\n\r\n{\"error\":\"e\",\"client_name\":\"of nobody\"}";
    let raw = get(REFUSED).await.unwrap();
    assert_eq!((raw.status().as_u16(), raw.body().len()), (400, 39));
    for error in [
        raw.decode().map(drop).unwrap_err(),
        get(REFUSED).await.unwrap().json::<Mine>().map(drop).unwrap_err(),
        get(REFUSED).await.unwrap().text().map(drop).unwrap_err(),
    ] {
        assert!(matches!(&error, Error::Failure(failure) if failure.error.as_deref() == Some("e")), "{error:?}");
    }

    // A response that is not declared is one, too. Only the operation's own types cannot be read from it.
    const PAGE: &[u8] =
        b"HTTP/1.1 200 OK\r\ncontent-type: text/x-log\r\ncontent-length: 16\r\n\r\n{\"message\":\"no\"}";
    let raw = get(PAGE).await.unwrap();
    assert_eq!((raw.status().as_u16(), raw.media_type(), raw.body().len()), (200, "", 16));
    let error = raw.decode().map(drop).unwrap_err();
    assert!(matches!(&error, Error::Undecoded(inner) if inner.body().len() == 16), "{error:?}");
    #[derive(serde::Deserialize)]
    struct Problem {
        message: String,
    }
    assert_eq!(error.body_json::<Problem>().unwrap().unwrap().message, "no");
    assert!(error.body_json::<Vec<u8>>().unwrap().is_err());
    let client = client("http://127.0.0.1:1/");
    let call = client.get_client("a", 1, &GetClientParams::default()).raw().await;
    assert!(matches!(call.map(drop).unwrap_err(), Error::MissingCredential { .. }));
}

#[tokio::test]
async fn failures_by_status_and_bodies() {
    let (base, seen) = server(b"HTTP/1.1 400 X\r\ncontent-type: application/json\r\ncontent-length: 30\r\n\r\n{\"c_nonce\":\"n\",\"format\":\"jwt\"}", false).await;
    let mut body = types::OAuth2ClientRequest::new("n", None);
    body.client_secret = Some("CANARY".into());
    body.auth_method = Some("private-key".into());
    let error = client(&base).create_client(&body).await.unwrap_err();
    assert!(!format!("{error:?}{body:?}").contains("CANARY"));
    let Error::Failure(failure) = error else { panic!("{error:?}") };
    assert!(
        matches!(failure.into_value(), CreateClientFailure::BadRequest(types::Either::Priming(p)) if p.format == "jwt")
    );
    let seen = seen.text();
    assert!(seen.contains("content-type: application/json\r\n"), "{seen}");
    assert!(
        seen.ends_with(r#"{"auth-method":"private-key","client_name":"n","client_secret":"CANARY","logo":null}"#),
        "{seen}"
    );

    let (base, _seen) =
        server(b"HTTP/1.1 404 X\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nno", false).await;
    let error = client(&base).create_client(&body).await.unwrap_err();
    assert!(matches!(error, Error::Failure(f) if **f == CreateClientFailure::ClientErrorPlain("no".into())));

    let (base, seen) = server(b"HTTP/1.1 200 X\r\ncontent-type: image/png\r\ncontent-length: 2\r\n\r\nno", false).await;
    let response = client(&base).with_query_key("k&").prime(&types::Priming::new("a b", "f")).await.unwrap();
    assert_eq!(response.into_inner(), b"no");
    let seen = seen.text();
    assert!(
        seen.starts_with("POST /base/prime?key=k%26 HTTP/1.1") && seen.ends_with("\r\n\r\nc_nonce=a%20b&format=f"),
        "{seen}"
    );

    let (base, seen) =
        server(b"HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: 6\r\n\r\n[[],[]", false).await;
    let tokens = [("a".to_owned(), Secret::new("b"))].into_iter().collect();
    let mut vault = types::Vault::new(1.5, vec!["c".into()]);
    vault.additional_properties.insert("m".into(), "n".into());
    let text = serde_json::to_string(&vault).unwrap();
    assert_eq!(text, r#"{"codes":["c"],"count":1.5,"m":"n"}"#);
    assert_eq!(serde_json::from_str::<types::Vault>(&text).unwrap(), vault);
    let error = client(&base)
        .send_tokens(&[1, 2], &["x".into(), "y".into()], &vault, &"s".into(), &SendTokensParams::default().body(tokens))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Undecoded(_)));
    let seen = seen.text();
    assert!(seen.starts_with("PUT /base/tokens?params=1&params=2&vault=%7B%22codes%22%3A%5B%22c%22%5D%2C%22count%22%3A1.5%2C%22m%22%3A%22n%22%7D&options=s HTTP"), "{seen}");
    assert!(seen.contains("request: x,y\r\n") && seen.ends_with(r#"{"a":"b"}"#), "{seen}");
}

#[test]
fn unions_and_enums() {
    let read = |text: &str| serde_json::from_str::<types::Animal>(text);
    assert!(matches!(read(r#"{"kind":"tree","left":{}}"#).unwrap(), types::Animal::Tree(_)));
    assert!(matches!(read(r#"{"kind":"x"}"#).unwrap(), types::Animal::Unknown(_)));
    assert_eq!(serde_json::to_string(&read(r#"{"kind":"x"}"#).unwrap()).unwrap(), r#"{"kind":"x"}"#);
    let missing = read(r#"{"kind":"client"}"#).unwrap_err().to_string();
    assert_eq!(missing, "missing field `client_id` at line 1 column 17");
    let tree = read(r#"{"kind":"tree","animal":{"kind":"tree","left":{"animal":{"kind":"client","client_name":"n","client_id":"i","logo":null}}}}"#).unwrap();
    let request = types::AnimalRequest::from(tree);
    let text = serde_json::to_string(&request).unwrap();
    assert!(text.contains("client_name") && !text.contains("client_id"));
    assert_eq!(serde_json::from_str::<types::Audience>("\"a\"").unwrap(), types::Audience::String("a".into()));
    assert_eq!(
        serde_json::from_str::<types::Audience>("[\"a\"]").unwrap(),
        types::Audience::StringArray(vec!["a".into()])
    );
    assert_eq!(types::AuthMethod::from("private-key"), types::AuthMethod::PrivateKey);
    assert_eq!(types::AuthMethod::from("z").to_string(), "z");
    assert_eq!(Secret::new("a"), Secret::new("a"));
    assert_ne!(Secret::new("a"), Secret::new("b"));
}

#[tokio::test]
async fn hooks() {
    use compiled_fixtures::{NamingHook, small};
    let (base, seen) =
        server(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/plain\r\n\r\na", false).await;
    let client = small::Client::builder(&base).hook(NamingHook).build().unwrap();
    assert_eq!(client.ping().await.unwrap().into_inner(), "a");
    assert!(seen.text().contains("x-hook: ping\r\n"));
    let error = client.ping().header("x-refuse", "1").await.unwrap_err();
    assert_eq!(error.to_string(), "refused by a hook: no");
}

/// An undeclared property may be a secret: it is kept, and not shown.
#[test]
fn undeclared_properties_are_not_shown() {
    let text = r#"{"client_name":"n","client_id":"i","logo":null,"software_statement":"CANARY","registration_access_token":"CANARY"}"#;
    let client: types::OAuth2Client = serde_json::from_str(text).unwrap();
    assert_eq!(client.additional_properties["software_statement"], "CANARY");
    for shown in [format!("{client:?}"), format!("{client:#?}")] {
        assert!(!shown.contains("CANARY") && shown.contains("software_statement"), "{shown}");
    }
    let unknown: types::Animal = serde_json::from_str(r#"{"kind":"x","token":"CANARY"}"#).unwrap();
    assert_eq!(format!("{unknown:?}"), "Unknown(..)");
    assert_eq!(format!("{:?}", GetUserInfoResponse::OkJwt("CANARY".to_owned())), "OkJwt(6 bytes)");
    assert_eq!(
        format!("{:?}", CreateClientFailure::ClientErrorPlain("CANARY".to_owned())),
        "ClientErrorPlain(6 bytes)"
    );
    assert_eq!(format!("{:?}", LogoutResponse::Found), "Found");
    let error = serde_json::from_str::<types::Priming>(r#"{"c_nonce":4711,"format":""}"#).unwrap_err();
    assert!(!error.to_string().contains("4711"), "{error}");
}

#[tokio::test]
async fn an_echo_is_not_shown() {
    let (base, _seen) = server(
        b"HTTP/1.1 401 X\r\ncontent-length: 59\r\nx-echo: CANARY\r\n\r\n{\"error\":\"CANARY\",\"error_description\":\"no such: CANARY...\"}",
        true,
    )
    .await;
    let client = client(&base).with_bearer("CANARY");
    let error = client.get_client("a", 1, &GetClientParams::default()).await.unwrap_err();
    let Error::Failure(failure) = &error else { panic!("{error:?}") };
    assert_eq!(failure.error.as_deref(), Some("CANARY"));
    let message = "[redacted]: no such: [redacted]...";
    assert_eq!(format!("{error:?}"), format!("Failure {{ status: 401, server_message: Some({message:?}), .. }}"));
    assert_eq!(error.to_string(), format!("the server responded 401 Unauthorized: {message}"));
}

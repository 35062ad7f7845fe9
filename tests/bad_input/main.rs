//! Bad input at run time: mistakes of a program or a server, and the error message for each.
//!
//! Messages are compared as a whole: each names the location, the mistake and the remedy.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use ory_oidc::api::types::OAuth2ClientRequest;
use ory_oidc::api::{self, Credential, UndecodedReason};
use ory_oidc::{Client, ClientMetadata, Error, ErrorKind, RegistrationHandle};
use test_support::{Listener, Step, endless, response};

const TOKEN: &str = "ory_at_good-enough";

fn client(base_url: &str) -> Client {
    Client::builder(base_url).build().unwrap()
}

/// The generated client, without the hand-written layer's settings.
fn generated(base_url: &str) -> api::Client {
    client(base_url).api().clone()
}

fn bearer() -> Credential {
    Credential::Bearer(TOKEN.into())
}

fn handle(id: &str) -> RegistrationHandle {
    RegistrationHandle::new(id, TOKEN)
}

/// Asserts the form of every message: one line, begins in lower case, without a full stop at the end.
#[track_caller]
fn well_formed(message: &str) {
    assert!(!message.chars().any(char::is_control), "one line: {message:?}");
    let first = message.chars().next().unwrap();
    assert!(!first.is_uppercase(), "begins small: {message}");
    assert!(!message.ends_with(['.', '!', '\n']), "no dot at the end: {message}");
}

#[track_caller]
fn expect(error: &Error, kind: ErrorKind, message: &str) {
    assert_eq!(error.to_string(), message);
    assert_eq!(error.kind(), kind, "{error}");
    well_formed(message);
}

#[track_caller]
fn refused(error: &Error, message: &str) {
    expect(error, ErrorKind::InvalidInput, message);
    assert_eq!((error.status(), error.headers().len(), error.body()), (None, 0, &b""[..]));
    assert!(!error.is_retryable());
}

mod before_sending {
    use super::*;

    #[test]
    fn base_urls() {
        let absolute = "base URL: is not an absolute URL: write it like `https://slug.projects.oryapis.com`";
        let scheme = "base URL: is neither https nor http";
        let query = "base URL: has a query or a fragment: give it without";
        let user = "base URL: has a user name or a password: give it without, tokens are given to the operations";
        let plain = "base URL: is plain HTTP to another machine, which shows every secret on the way: use HTTPS, or call \
                     `allow_http()`";
        let same = |message: &'static str| Some(message);
        let invalid = "invalid base URL: ";
        for (base_url, message, of_generated) in [
            ("", absolute, same("not an absolute URL")),
            ("slug.projects.oryapis.com", absolute, same("not an absolute URL")),
            ("/path", absolute, same("not an absolute URL")),
            ("https://", absolute, same("not an absolute URL")),
            ("https://a b", absolute, same("not an absolute URL")),
            ("ftp://host", scheme, same("neither http nor https")),
            ("mailto:a@b", scheme, same("neither http nor https")),
            ("localhost:4444", scheme, same("neither http nor https")),
            ("https://host?tenant=1", query, same("it has a query or a fragment")),
            ("https://host/?", query, same("it has a query or a fragment")),
            ("https://host/#top", query, same("it has a query or a fragment")),
            ("https://canary@host", user, same("it has a user name or a password")),
            ("https://a:canary@host", user, same("it has a user name or a password")),
            ("http://host", plain, None),
            ("http://192.168.0.1:4444", plain, None),
            ("http://localhost.example.com", plain, None),
        ] {
            let error = Client::builder(base_url).build().unwrap_err();
            refused(&error, message);
            assert_eq!(error.operation(), None);
            assert!(!format!("{error:?}").contains("canary"));
            let response = api::Client::new(base_url).map_err(|error| error.to_string());
            match of_generated {
                Some(reason) => assert_eq!(response.unwrap_err(), format!("{invalid}{reason}"), "{base_url}"),
                // The generated layer leaves this check to its user.
                None => drop(response.unwrap()),
            }
        }
        Client::builder("http://192.168.0.1:4444").allow_http().build().unwrap();
    }

    #[tokio::test]
    async fn ids_that_would_change_the_path() {
        let server = Listener::respond(response("200 OK", "", "{}")).await;
        let (ory, api) = (client(server.base_url()), generated(server.base_url()));
        let (metadata, body) = (ClientMetadata::new(["https://app.example/cb"]), OAuth2ClientRequest::default());
        let empty = "invalid argument `id`: an empty value would change the path";
        let dots = "invalid argument `id`: a value of dots would change the path";
        for (id, reason) in [("", empty), (".", dots), ("..", dots)] {
            let mut handle = handle(id);
            let error = ory.read_client(&handle).await.unwrap_err();
            refused(&error, &format!("getOidcDynamicClient: {reason}"));
            let error = ory.delete_client(&handle).await.unwrap_err();
            refused(&error, &format!("deleteOidcDynamicClient: {reason}"));
            let error = ory.replace_client(&mut handle, metadata.clone()).await.unwrap_err();
            refused(&error, &format!("setOidcDynamicClient: {reason}"));
            for error in [
                api.get_oidc_dynamic_client(id).credential(bearer()).await.unwrap_err(),
                api.set_oidc_dynamic_client(id, &body).credential(bearer()).await.unwrap_err(),
                api.delete_oidc_dynamic_client(id).credential(bearer()).await.unwrap_err(),
            ] {
                assert_eq!(error.to_string(), reason);
            }
        }
        assert_eq!(server.targets(), [""; 0]);
    }

    #[tokio::test]
    async fn ids_that_arrive_unchanged() {
        for (id, arrives) in [
            ("%2e%2e", "%252e%252e"),
            ("a/b", "a%2Fb"),
            ("a\\b", "a%5Cb"),
            ("a\tb", "a%09b"),
            ("a\r\nb: c", "a%0D%0Ab%3A%20c"),
            ("\0", "%00"),
            ("+", "%2B"),
            ("é", "%C3%A9"),
            ("a%2Fb", "a%252Fb"),
            ("../x", "..%2Fx"),
            ("...", "..."),
            (" ", "%20"),
            ("a?b#c;d=e&f", "a%3Fb%23c%3Bd%3De%26f"),
            ("-._~", "-._~"),
            ("🦀", "%F0%9F%A6%80"),
        ] {
            let server = Listener::respond(response("204 No Content", "", "")).await;
            client(server.base_url()).delete_client(&handle(id)).await.unwrap();
            generated(server.base_url()).delete_oidc_dynamic_client(id).credential(bearer()).await.unwrap();
            let target = format!("/oauth2/register/{arrives}");
            assert_eq!(server.targets(), [target.as_str(), target.as_str()], "{id:?}");
            assert!(server.requests().iter().all(|request| !request.contains("\r\nb: c")));
        }
    }

    #[tokio::test]
    async fn tokens() {
        let server = Listener::respond(response("200 OK", "", "{}")).await;
        let (ory, api) = (client(server.base_url()), generated(server.base_url()));
        let metadata = ClientMetadata::new(["https://app.example/cb"]);
        let (empty, white) = ("is empty", "contains white space: trim it");
        let odd = "contains an invalid character (a control character, or one outside of ASCII)";
        for (token, problem) in [
            ("", empty),
            (" ", white),
            ("canary\n", white),
            ("canary\r\nx-evil: 1", white),
            ("ory at", white),
            ("canary\0", odd),
            ("\u{7f}", odd),
            ("tök", odd),
        ] {
            let of_generated = format!("invalid argument `credential`: it {problem}");
            let error = ory.userinfo(token).await.unwrap_err();
            refused(&error, &format!("getOidcUserInfo: the access token {problem}"));
            let error = ory.credential_nonce(token).await.unwrap_err();
            refused(&error, &format!("createVerifiableCredential: the access token {problem}"));
            let mut handle = RegistrationHandle::new("id", token);
            let error = ory.read_client(&handle).await.unwrap_err();
            refused(&error, &format!("getOidcDynamicClient: the registration access token {problem}"));
            let error = ory.delete_client(&handle).await.unwrap_err();
            refused(&error, &format!("deleteOidcDynamicClient: the registration access token {problem}"));
            let error = ory.replace_client(&mut handle, metadata.clone()).await.unwrap_err();
            refused(&error, &format!("setOidcDynamicClient: the registration access token {problem}"));
            assert_eq!(handle.registration_access_token().expose_secret(), token);
            let own = Credential::Bearer(token.into());
            let error = api.get_oidc_user_info().credential(own).await.unwrap_err();
            assert_eq!(error.to_string(), of_generated);
            let kept = api.clone().with_oauth2(token).get_oidc_user_info().await.unwrap_err();
            assert_eq!(kept.to_string(), of_generated);
        }
        assert_eq!(server.targets(), [""; 0]);
    }

    #[tokio::test]
    async fn credentials_that_are_missing_or_not_declared() {
        let server = Listener::respond(response("200 OK", "", "{}")).await;
        let api = generated(server.base_url());
        let missing = api.get_oidc_user_info().await.unwrap_err();
        assert_eq!(missing.to_string(), "no credential: the operation needs oauth2");
        well_formed(&missing.to_string());
        assert_eq!(server.targets(), [""; 0]);
        api.discover_oidc_configuration().credential(bearer()).await.unwrap_err();
        let sent = server.requests().remove(0);
        assert!(sent.contains("authorization: Bearer "), "a credential of the caller's own is sent: {sent}");
    }

    #[tokio::test]
    async fn headers() {
        let server = Listener::respond(response("200 OK", "", "{}")).await;
        let ory = client(server.base_url());
        let value = "header `x-mine`: its value contains a control character";
        let name = "a header has an invalid name";
        let authorization = "header `authorization`: cannot be set: give the token to the operation that takes it";
        for (header, given, message) in [
            ("x-mine", "canary\nx-evil: 1", value),
            ("x-mine", "canary\0", value),
            ("x-mine", "canary\u{7f}", value),
            ("x mine", "canary", name),
            ("x-mine\n", "canary", name),
            ("", "canary", name),
            ("é", "canary", name),
            ("Authorization", "Bearer canary", authorization),
        ] {
            let error = ory.discover().header(header, given).await.unwrap_err();
            refused(&error, &format!("discoverOidcConfiguration: {message}"));
            let error = Client::builder(server.base_url()).default_header(header, given).build().unwrap_err();
            refused(&error, message);
        }
        let error = ory.start_logout().cookie("a=canary\r\nx-evil: 1").await.unwrap_err();
        refused(&error, "revokeOidcSession: header `cookie`: its value contains a control character");
        let error = Client::builder(server.base_url()).user_agent("shop\n").build().unwrap_err();
        refused(&error, "user agent: contains a control character");
        assert_eq!(server.targets(), [""; 0]);
    }

    #[tokio::test]
    async fn properties_that_the_server_would_reject() {
        let server = Listener::respond(response("200 OK", "", "{}")).await;
        let ory = client(server.base_url());
        let metadata = ClientMetadata::default();
        for (metadata, message) in [
            (
                metadata.clone().set("client_secret", "canary"),
                "the property `client_secret` of the client cannot be set: the server makes it",
            ),
            (
                metadata.clone().set("Metadata", "canary"),
                "the property `metadata` of the client cannot be set: only an administrator can",
            ),
            (metadata.clone().set("scope", 7), "`scope` has a value that does not fit"),
            (metadata.clone().jwks("canary"), "`jwks` has a value that does not fit"),
        ] {
            let error = ory.register(metadata.clone()).await.unwrap_err();
            refused(&error, &format!("createOidcDynamicClient: {message}"));
            let error = ory.replace_client(&mut handle("id"), metadata).await.unwrap_err();
            refused(&error, &format!("setOidcDynamicClient: {message}"));
        }
        let error = ory.start_logout().state("s").await.unwrap_err();
        refused(&error, "revokeOidcSession: a state needs an ID token hint: the server refuses it alone");
        let error = ory.start_logout().id_token_hint("").await.unwrap_err();
        refused(&error, "revokeOidcSession: the ID token hint is empty");
        let error = ory.start_logout().logout_verifier("").await.unwrap_err();
        refused(&error, "revokeOidcSession: the logout verifier is empty");
        assert_eq!(server.targets(), [""; 0]);
    }
}

mod responses {
    use super::*;

    /// An unusable response to userinfo, through both layers.
    struct Bad {
        what: &'static str,
        status: &'static str,
        headers: &'static str,
        body: &'static [u8],
        kind: ErrorKind,
        message: &'static str,
        reason: UndecodedReason,
    }

    fn decode(path: &str, mismatch: &str, line: usize, column: usize) -> UndecodedReason {
        UndecodedReason::Decode { path: path.to_owned(), mismatch: mismatch.to_owned(), line, column }
    }

    const JSON: &str = "content-type: application/json\r\n";

    #[tokio::test]
    async fn invalid() {
        use ErrorKind::{Rejected, UnexpectedResponse};
        for bad in [
            Bad {
                what: "a page with a good status",
                status: "200 OK",
                headers: "content-type: text/html; charset=utf-8\r\n",
                body: b"<h1>Maintenance</h1>",
                kind: UnexpectedResponse,
                message: "invalid response 200 OK: its media type is not one of this operation (the base URL may not point to Ory: check host and path)",
                reason: UndecodedReason::MediaType,
            },
            Bad {
                what: "a page of a proxy",
                status: "502 Bad Gateway",
                headers: "content-type: text/html\r\n",
                body: b"<h1>Bad Gateway</h1>",
                kind: Rejected,
                message: "refused with 502 Bad Gateway (the server or a proxy before it is in trouble: try again later)",
                reason: UndecodedReason::MediaType,
            },
            Bad {
                what: "nothing",
                status: "200 OK",
                headers: "",
                body: b"",
                kind: UnexpectedResponse,
                message: "invalid response 200 OK: its body is not what was declared (line 1, column 0) (`body()` has the response)",
                reason: decode("", "the body is empty", 1, 0),
            },
            Bad {
                what: "JSON that ends early",
                status: "200 OK",
                headers: JSON,
                body: b"{\"issuer\": \"canary",
                kind: UnexpectedResponse,
                message: "invalid response 200 OK: `issuer` in it is not what was declared (line 1, column 18) (`body()` has the response)",
                reason: decode("issuer", "the JSON ends too early", 1, 18),
            },
            Bad {
                what: "a number for a text",
                status: "200 OK",
                headers: JSON,
                body: b"{\n  \"issuer\": 4711\n}",
                kind: UnexpectedResponse,
                message: "invalid response 200 OK: `issuer` in it is not what was declared (line 2, column 16) (`body()` has the response)",
                reason: decode("issuer", "expected a string, found a number", 2, 16),
            },
            Bad {
                what: "a text for a list",
                status: "200 OK",
                headers: JSON,
                body: b"{\"response_types_supported\": [\"code\", {}]}",
                kind: UnexpectedResponse,
                message: "invalid response 200 OK: `response_types_supported[1]` in it is not what was declared (line 1, column 38) (`body()` has the response)",
                reason: decode("response_types_supported[1]", "expected a string, found an object", 1, 38),
            },
            Bad {
                what: "a list",
                status: "200 OK",
                headers: JSON,
                body: b"[\"canary\"]",
                kind: UnexpectedResponse,
                message: "invalid response 200 OK: its body is not what was declared (line 1, column 0) (`body()` has the response)",
                reason: decode("", "expected an object, found an array", 1, 0),
            },
            Bad {
                what: "a member that is missing",
                status: "200 OK",
                headers: JSON,
                body: b"{\"issuer\": \"canary\"}",
                kind: UnexpectedResponse,
                message: "invalid response 200 OK: `authorization_endpoint` in it is missing (`body()` has the response)",
                reason: UndecodedReason::Missing { path: "authorization_endpoint".to_owned() },
            },
            Bad {
                what: "bytes that are not UTF-8",
                status: "200 OK",
                headers: JSON,
                body: b"{\"issuer\": \"\xff\xfe\"}",
                kind: UnexpectedResponse,
                message: "invalid response 200 OK: `issuer` in it is not what was declared (line 1, column 13) (`body()` has the response)",
                reason: decode("issuer", "the text is not UTF-8", 1, 13),
            },
            Bad {
                what: "a letter of two bytes for a value, after a byte order mark",
                status: "200 OK",
                headers: JSON,
                body: b"\xef\xbb\xbf{\n \"issuer\": \xc3\xa4}",
                kind: UnexpectedResponse,
                message: "invalid response 200 OK: `issuer` in it is not what was declared (line 2, column 12) (`body()` has the response)",
                reason: decode("issuer", "the text is not JSON", 2, 12),
            },
            Bad {
                what: "an undeclared status",
                status: "299 Odd",
                headers: JSON,
                body: b"{}",
                kind: UnexpectedResponse,
                message: "invalid response 299: this operation declares no such response (the base URL may not point to Ory: check host and path)",
                reason: UndecodedReason::Status,
            },
            Bad {
                what: "an error of another shape",
                status: "418 I'm a teapot",
                headers: JSON,
                body: b"[]",
                kind: Rejected,
                message: "refused with 418 I'm a teapot",
                reason: decode("", "expected an object, found an array", 1, 0),
            },
            Bad {
                what: "an empty refusal",
                status: "503 Service Unavailable",
                headers: "retry-after: 7\r\n",
                body: b"",
                kind: Rejected,
                message: "refused with 503 Service Unavailable (the server or a proxy before it is in trouble: try again later)",
                reason: decode("", "the body is empty", 1, 0),
            },
            Bad {
                what: "a redirect",
                status: "302 Found",
                headers: "location: https://elsewhere.example/canary\r\n",
                body: b"",
                kind: UnexpectedResponse,
                message: "invalid response 302 Found: this operation declares no such response (redirects are never followed: look for `http` instead of `https` or a wrong host or path in the base URL)",
                reason: UndecodedReason::Status,
            },
        ] {
            let server =
                Listener::respond(response(bad.status, &format!("x-mark: seen\r\n{}", bad.headers), bad.body)).await;
            let error = client(server.base_url()).discover().any_issuer().await.unwrap_err();
            let of_generated = generated(server.base_url()).discover_oidc_configuration().await;
            let api::Error::Undecoded(undecoded) = of_generated.unwrap_err() else { panic!("{}", bad.what) };
            let status: u16 = bad.status.split(' ').next().unwrap().parse().unwrap();
            for (status_seen, headers, body) in [
                (error.status().unwrap(), error.headers(), error.body()),
                (undecoded.status(), undecoded.headers(), undecoded.body()),
            ] {
                assert_eq!((status_seen.as_u16(), &headers["x-mark"] == "seen", body), (status, true, bad.body));
            }
            assert_eq!(undecoded.reason(), &bad.reason, "{}", bad.what);
            expect(&error, bad.kind, &format!("discoverOidcConfiguration: {}", bad.message));
            well_formed(&undecoded.to_string());
            let shown = format!("{error} {error:?} {undecoded} {undecoded:?}");
            assert!(!shown.contains("canary") && !shown.contains("4711"), "{shown}");
            assert_eq!(server.targets().len(), 2, "nothing is followed, nothing is tried again");
        }
    }

    /// The smallest valid discovery document.
    const DOCUMENT: &str = r#"{"issuer":"https://i","authorization_endpoint":"","token_endpoint":"","jwks_uri":"","id_token_signed_response_alg":[],"userinfo_signed_response_alg":[],"subject_types_supported":[],"response_types_supported":[],"id_token_signing_alg_values_supported":[]}"#;

    /// Responses that are odd but valid.
    #[tokio::test]
    async fn odd_but_valid() {
        let with_mark = ["\u{feff}", DOCUMENT].concat();
        for (headers, body) in [
            ("", DOCUMENT),
            ("content-type: application/json\r\n", with_mark.as_str()),
            ("content-type: Application/JSON ; charset=latin-1\r\n", DOCUMENT),
            ("content-type: application/vnd.ory+json\r\n", DOCUMENT),
        ] {
            let server = Listener::respond(response("200 OK", headers, body)).await;
            let discovery = client(server.base_url()).discover().any_issuer().await.unwrap();
            assert_eq!(discovery.issuer(), "https://i");
        }
        for headers in ["content-type: text/plain\r\n", "content-type: application/jsonp\r\n", "content-type: \r\n"] {
            let server = Listener::respond(response("200 OK", headers, DOCUMENT)).await;
            let error = client(server.base_url()).discover().any_issuer().await.unwrap_err();
            assert_eq!((error.kind(), error.body()), (ErrorKind::UnexpectedResponse, DOCUMENT.as_bytes()), "{headers}");
        }
    }

    #[tokio::test]
    async fn with_trailing_garbage() {
        let body = [DOCUMENT, " {}"].concat();
        let server = Listener::respond(response("200 OK", "content-type: application/json\r\n", &body)).await;
        let error = client(server.base_url()).discover().any_issuer().await.unwrap_err();
        let message = format!(
            "discoverOidcConfiguration: invalid response 200 OK: its body is not what was declared (line 1, column {}) (`body()` has the response)",
            DOCUMENT.len() + 2
        );
        expect(&error, ErrorKind::UnexpectedResponse, &message);
        assert_eq!(error.body(), body.as_bytes());
    }

    #[tokio::test]
    async fn too_large() {
        let declared = |length: usize| {
            format!("HTTP/1.1 200 OK\r\nx-mark: seen\r\ncontent-length: {length}\r\n\r\n{}", "x".repeat(length))
        };
        let unframed = format!("HTTP/1.1 200 OK\r\nx-mark: seen\r\n\r\n{}", "x".repeat(2000));
        for response in [
            vec![Step::Read, Step::Send(declared(2000).into())],
            // The client does not wait for the rest of it.
            vec![Step::Read, Step::Send(declared(2000).into()), Step::Stall],
            endless("HTTP/1.1 200 OK\r\nx-mark: seen\r\ntransfer-encoding: chunked\r\n\r\n"),
            vec![Step::Read, Step::Send(unframed.into())],
        ] {
            let server = Listener::scripted(response).await;
            let message = "getOidcUserInfo: invalid response 200 OK: it is larger than the limit of 1000 bytes (allow more with \
                           `response_limit` if that is right)";
            for error in [
                client(server.base_url()).userinfo(TOKEN).response_limit(1000).await.unwrap_err(),
                Client::builder(server.base_url())
                    .response_limit(1000)
                    .build()
                    .unwrap()
                    .userinfo(TOKEN)
                    .await
                    .unwrap_err(),
            ] {
                expect(&error, ErrorKind::UnexpectedResponse, message);
                assert_eq!(
                    (error.status().unwrap().as_u16(), &error.headers()["x-mark"]),
                    (200, &"seen".parse().unwrap())
                );
                assert_eq!(error.body().len(), 1000);
                assert!(!error.is_retryable());
            }
            let call = generated(server.base_url()).get_oidc_user_info().credential(bearer());
            let error = call.response_limit(1000).await.unwrap_err();
            assert_eq!(error.to_string(), "body over 1000 bytes with status 200 OK (1000 bytes kept)");
        }
        // A response of exactly the limit is valid.
        let server = Listener::respond(response("200 OK", "", DOCUMENT)).await;
        let fits = u64::try_from(DOCUMENT.len()).unwrap();
        client(server.base_url()).discover().any_issuer().response_limit(fits).await.unwrap();
        let error = client(server.base_url()).discover().any_issuer().response_limit(fits - 1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    }

    #[tokio::test]
    async fn truncated() {
        for response in [
            "HTTP/1.1 200 OK\r\nx-mark: seen\r\ncontent-length: 100\r\n\r\n{\"sub\"",
            "HTTP/1.1 200 OK\r\nx-mark: seen\r\ntransfer-encoding: chunked\r\n\r\n6\r\n{\"sub\"\r\n",
        ] {
            let server = Listener::respond(response).await;
            let error = client(server.base_url()).userinfo(TOKEN).await.unwrap_err();
            let message = "getOidcUserInfo: response 200 OK is truncated: the connection was lost (nothing was changed: it \
                           may be tried again)";
            expect(&error, ErrorKind::Transport, message);
            assert_eq!((error.status().unwrap().as_u16(), error.body()), (200, &b"{\"sub\""[..]));
            assert!(error.is_retryable());
            let error = generated(server.base_url()).get_oidc_user_info().credential(bearer()).await.unwrap_err();
            assert_eq!(error.to_string(), "truncated body with status 200 OK (6 bytes kept)");
            assert_eq!((&error.headers().unwrap()["x-mark"], error.is_timeout()), (&"seen".parse().unwrap(), false));
        }
        for response in ["", "HTTP/1.1 200 OK\r\ncontent-le"] {
            let server = Listener::respond(response).await;
            let ory = client(server.base_url());
            let error = ory.userinfo(TOKEN).await.unwrap_err();
            let message = "getOidcUserInfo: the connection was lost before the response was complete (nothing was changed: it \
                           may be tried again)";
            expect(&error, ErrorKind::Transport, message);
            assert_eq!((error.status(), error.body()), (None, &b""[..]));
            let error = ory.register(ClientMetadata::default()).await.unwrap_err();
            let message = "createOidcDynamicClient: the connection was lost before the response was complete (a client may have \
                           been registered all the same)";
            expect(&error, ErrorKind::Transport, message);
            assert!(!error.is_retryable());
            let error = ory.delete_client(&handle("id")).await.unwrap_err();
            let message = "deleteOidcDynamicClient: the connection was lost before the response was complete (the client may \
                           have been deleted all the same)";
            expect(&error, ErrorKind::Transport, message);
            let error = ory.replace_client(&mut handle("id"), ClientMetadata::default()).await.unwrap_err();
            let message = "setOidcDynamicClient: the connection was lost before the response was complete (the registration \
                           access token may or may not have changed: read the client with the token at hand to find out)";
            expect(&error, ErrorKind::Transport, message);
            assert_eq!(server.targets().len(), 4, "nothing is tried again");
        }
    }

    #[tokio::test]
    async fn not_http() {
        let large = format!("HTTP/1.1 200 OK\r\nx: {}", "a".repeat(1 << 20));
        let problem = "the response is not HTTP, or its headers are too many or too large";
        for response in ["SSH-2.0-OpenSSH_9.9\r\n", &large] {
            let server = Listener::respond(response).await;
            let ory = client(server.base_url());
            let error = ory.userinfo(TOKEN).await.unwrap_err();
            let elsewhere = "the base URL may not point to Ory: check scheme, host and port";
            expect(&error, ErrorKind::UnexpectedResponse, &format!("getOidcUserInfo: {problem} ({elsewhere})"));
            assert!(!error.is_retryable());
            assert!(std::error::Error::source(&error).is_some());
            let error = ory.delete_client(&handle("id")).await.unwrap_err();
            let perhaps = "the client may have been deleted all the same";
            expect(&error, ErrorKind::UnexpectedResponse, &format!("deleteOidcDynamicClient: {problem} ({perhaps})"));
            assert_eq!(server.targets().len(), 2, "nothing is tried again");
        }
    }
}

mod silence {
    use super::*;

    /// A port of this machine without a listener.
    async fn nowhere() -> String {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", socket.local_addr().unwrap())
    }

    #[tokio::test]
    async fn a_port_without_a_listener() {
        let base_url = nowhere().await;
        let ory = client(&base_url);
        let check = "check host and port of the base URL, and that the server runs; or the proxy, if there is one";
        let error = ory.userinfo(TOKEN).await.unwrap_err();
        expect(&error, ErrorKind::Connect, &format!("getOidcUserInfo: no connection to the server ({check})"));
        assert!(error.is_retryable() && error.status().is_none());
        assert!(std::error::Error::source(&error).is_some(), "the system's own words are there");
        let error = ory.register(ClientMetadata::default()).await.unwrap_err();
        expect(&error, ErrorKind::Connect, &format!("createOidcDynamicClient: no connection to the server ({check})"));
        let mut handle = handle("id");
        let error = ory.replace_client(&mut handle, ClientMetadata::default()).await.unwrap_err();
        let unchanged = "nothing was sent: the registration access token is unchanged";
        expect(&error, ErrorKind::Connect, &format!("setOidcDynamicClient: no connection to the server ({unchanged})"));
        assert_eq!(handle.registration_access_token().expose_secret(), TOKEN);
        let error = generated(&base_url).get_oidc_user_info().credential(bearer()).await.unwrap_err();
        assert_eq!(error.to_string(), "no connection to the server");
        assert!(error.is_retryable() && !error.is_timeout());
    }

    #[tokio::test]
    async fn no_response_in_time() {
        let soon = Duration::from_millis(50);
        let server = Listener::scripted([Step::Read, Step::Stall]).await;
        let ory = client(server.base_url());
        let error = ory.discover().timeout(soon).await.unwrap_err();
        let message = "discoverOidcConfiguration: the call took too long (nothing was changed: it may be tried again)";
        expect(&error, ErrorKind::Timeout, message);
        assert!(error.is_retryable());
        let error = ory.replace_client(&mut handle("id"), ClientMetadata::default()).timeout(soon).await.unwrap_err();
        let message = "setOidcDynamicClient: the call took too long (the registration access token may or may not have \
                       changed: read the client with the token at hand to find out)";
        expect(&error, ErrorKind::Timeout, message);
        assert!(!error.is_retryable());
        let hasty = Client::builder(server.base_url()).timeout(soon).build().unwrap();
        assert_eq!(hasty.discover().await.unwrap_err().kind(), ErrorKind::Timeout);
        let error = generated(server.base_url()).discover_oidc_configuration().timeout(soon).await.unwrap_err();
        assert_eq!(error.to_string(), "the call took too long");
        assert!(error.is_timeout());
    }

    #[tokio::test]
    async fn half_a_response_in_time() {
        // The first half must arrive before the timeout, even on a busy machine.
        let soon = Duration::from_secs(1);
        let half = "HTTP/1.1 200 OK\r\nx-mark: seen\r\ncontent-length: 100\r\n\r\n{\"sub\"";
        let server = Listener::scripted([Step::Read, Step::Send(half.into()), Step::Stall]).await;
        let error = client(server.base_url()).userinfo(TOKEN).timeout(soon).await.unwrap_err();
        let message = "getOidcUserInfo: response 200 OK is truncated: the call took too long (allow more with \
                       `timeout`)";
        expect(&error, ErrorKind::Timeout, message);
        assert_eq!((error.status().unwrap().as_u16(), error.body()), (200, &b"{\"sub\""[..]));
        let error =
            generated(server.base_url()).get_oidc_user_info().credential(bearer()).timeout(soon).await.unwrap_err();
        assert_eq!(error.to_string(), "body not complete in time with status 200 OK (6 bytes kept)");
        assert!(error.is_timeout());
    }
}

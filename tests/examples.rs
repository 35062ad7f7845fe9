//! Each program in `examples/` runs against the stand-in, ends by itself, and prints what its reader expects.
//!
//! `cargo test` builds the examples. `cargo test --test examples` alone does not: call `cargo build --examples` before it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The lines that each example prints. `*` stands for any text that is not empty.
const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "axum_app",
        &[
            "login       303 See Other to /oauth2/auth",
            "home        alice (alice@app.example)",
            "api         200 OK alice",
            "api         401 Unauthorized without a token",
            "ory sends   400 Bad Request the JWT is not a logout token: its `events` do not declare a logout",
            "ory sends   200 OK ",
            "home        nobody is logged in: go to http://127.0.0.1:*/login",
            "logout      303 See Other to /oauth2/sessions/logout",
            "ory         302 Found",
        ],
    ),
    (
        "blocking",
        &[
            "issuer      http://127.0.0.1:*",
            "registered  *-*-*-*-*",
            "renamed     Shop 2",
            "deleted     *-*-*-*-*",
            "userinfo    alice@app.example",
            "log out at  http://127.0.0.1:*/oauth2/sessions/logout",
        ],
    ),
    (
        "issue_credential",
        &[
            r#"key        ES256 {"crv":"P-256","kty":"EC","x":"*","y":"*"}"#,
            "issued     a JWT of * characters",
            "verified   as issued by http://127.0.0.1:*",
            "about      alice",
            "bound to   did:jwk:*",
            "good for   3600 s",
            "bad nonce  createVerifiableCredential: refused with 400 Bad Request: invalid_request: *The nonce is invalid",
        ],
    ),
    (
        "logout_url",
        &[
            "for the browser     http://127.0.0.1:*/oauth2/sessions/logout?id_token_hint=*",
            "without a hint      revokeOidcSession: a post-logout redirect URI needs an ID token hint: *",
            "asks the user at    http://127.0.0.1:3000/logout",
            "when confirmed      http://127.0.0.1:3000/bye?state=xyz",
            "still logged in     false",
            "with a wrong hint   invalid_request",
        ],
    ),
    (
        "mcp_client",
        &[
            "issuer: http://127.0.0.1:*",
            "registered: *-*-*-*-*",
            "it may use: authorization_code, refresh_token",
            "the browser goes to: http://127.0.0.1:*/oauth2/auth?response_type=code&client_id=*&redirect_uri=*",
            "deleted again",
        ],
    ),
    (
        "register_and_rotate",
        &[
            "registered    *-*-*-*-*",
            "loaded        * characters, token included",
            r#"renamed       "Shop" to "Shop 2""#,
            "stored again  the token is another one: true",
            "old token     setOidcDynamicClient: refused with 401 Unauthorized: The request could not be authorized: *",
            "deleted       *-*-*-*-*",
        ],
    ),
    (
        "retries_and_metrics",
        &[
            "issuer after 3 attempts: http://127.0.0.1:*",
            "traceparent: 00-*-*-01",
            "traceparent: 00-*-*-01",
            "traceparent: 00-*-*-01",
            "http.client.request.duration of *: 1",
            "http.client.request.duration of *: 1",
            "http.client.request.duration of *: 1",
        ],
    ),
    ("test_with_stand_in", &["The greeter passed."]),
    (
        "tour",
        &[
            "A stand-in Ory in this process, at http://127.0.0.1:*",
            "discoverOidcConfiguration   GET /.well-known/openid-configuration",
            "    The issuer is http://127.0.0.1:*.",
            "    Its public keys are at http://127.0.0.1:*/.well-known/jwks.json.",
            "createOidcDynamicClient     POST /oauth2/register",
            "    Registered as *-*-*-*-*.",
            "    Its secret and its registration access token came along. They are given only now: store both.",
            "getOidcDynamicClient        GET /oauth2/register/{id}",
            r#"    It is called "Tour", and may ask for "openid email"."#,
            "setOidcDynamicClient        PUT /oauth2/register/{id}",
            r#"    It is called "Tour, renamed" now; all else is as it was read."#,
            "    The registration access token has changed with it, and the handle has the new one: store the handle.",
            "getOidcUserInfo             GET /userinfo",
            "    The token belongs to alice.",
            "    Their e-mail address is alice@app.example.",
            "    All claims: acr, amr, aud, auth_time, email, iat, iss, plan, rat, sub.",
            "createVerifiableCredential  POST /credentials",
            "    First a nonce, good for 3600s.",
            "    Then, for a proof signed with our key, a credential about alice.",
            "revokeOidcSession           GET /oauth2/sessions/logout",
            "    The user is asked to confirm at http://127.0.0.1:3000/logout; nothing has ended yet.",
            "deleteOidcDynamicClient     DELETE /oauth2/register/{id}",
            "    Gone. From now on the server says of it:",
            "    getOidcDynamicClient: refused with 401 Unauthorized: The request could not be authorized: *",
        ],
    ),
    (
        "two_workers",
        &[
            "registered  *-*-*-*-*, handle stored in *",
            r#"contacts    ["worker-*@shop.example", "worker-*@shop.example", "worker-*@shop.example", "worker-*@shop.example"]"#,
            "deleted     *-*-*-*-*",
        ],
    ),
    (
        "with_openidconnect",
        &[
            "browser to     http://127.0.0.1:*/oauth2/auth?response_type=code&client_id=shop&state=*",
            "verified       an ID token about alice",
            "userinfo       alice@app.example",
            "credential     alice@app.example, verified",
            "log out at     http://127.0.0.1:*/oauth2/sessions/logout?id_token_hint=*",
        ],
    ),
];

/// An example that runs longer than this hangs. Each takes less than a second.
const LIMIT: Duration = Duration::from_secs(60);

/// The compiled example: the executable of this test is in the folder beside.
fn compiled(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).unwrap().join("examples");
    folder.join(name).with_extension(std::env::consts::EXE_EXTENSION)
}

fn sources() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// Whether `text` is the pattern with something in the place of each `*`.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            let mut after = text.chars();
            std::iter::from_fn(|| after.next().map(|_| after.as_str())).any(|after| matches(rest, after))
        }),
    }
}

#[test]
fn a_star_stands_for_some_text() {
    assert!(matches("a*c", "abbc") && matches("*", "a") && matches("a*", "ab") && matches("*-*", "a-b-c"));
    assert!(!matches("a*c", "ac") && !matches("*", "") && !matches("a*", "a") && !matches("a*c", "abcd"));
}

#[test]
fn each_example_is_here() {
    let names = sources().into_iter().map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    assert_eq!(names.collect::<Vec<_>>(), EXAMPLES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}

#[test]
fn each_example_prints_what_its_reader_expects() {
    let running: Vec<_> = EXAMPLES
        .iter()
        .zip(sources())
        .map(|((name, expected), source)| {
            let program = compiled(name);
            let built = std::fs::metadata(&program).and_then(|file| file.modified());
            let written = std::fs::metadata(&source).unwrap().modified().unwrap();
            assert!(
                built.is_ok_and(|built| built >= written),
                "{} is missing or older than its source: `cargo build --examples` builds it",
                program.display()
            );
            let mut command = Command::new(program);
            // The variables for a real server.
            for variable in ["ORY_SDK_URL", "ORY_ACCESS_TOKEN", "ORY_ID_TOKEN", "CLIENT_ID", "CLIENT_SECRET"] {
                command.env_remove(variable);
            }
            let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            (name, expected, child)
        })
        .collect();
    for (name, expected, mut child) in running {
        let since = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if since.elapsed() > LIMIT {
                child.kill().unwrap();
                panic!("{name} does not end");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let output = child.wait_with_output().unwrap();
        let (printed, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(output.status.success() && errors.is_empty(), "{name}: {}\n{printed}\n{errors}", output.status);
        let lines: Vec<&str> = printed.lines().filter(|line| !line.is_empty()).collect();
        let wrong = expected.iter().zip(&lines).find(|(expected, line)| !matches(expected, line));
        assert!(wrong.is_none() && lines.len() == expected.len(), "{name}: {wrong:?} in\n{printed}");
    }
}

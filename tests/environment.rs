//! The proxies of the environment: plain HTTP to this machine bypasses them, all other requests use them.
//!
//! The environment belongs to a process, so the test starts itself again for each environment, as a program that makes
//! calls.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ory_oidc::reqwest::Proxy;
use ory_oidc::testing::OryServer;
use ory_oidc::{Client, CompactJwt, ErrorKind, JwtVerifier as _};
use serde_json::json;

const TOKEN: &str = "canary-access-token";
const HOUR: Duration = Duration::from_secs(60 * 60);
/// The variable with the task of the started process.
const PROGRAM: &str = "ORY_OIDC_ENVIRONMENT_PROGRAM";
const URLS: &str = "ORY_OIDC_ENVIRONMENT_URLS";
/// The variable with the proxy that the started process chooses for its client. No proxy at all if it is empty.
const CHOSEN: &str = "ORY_OIDC_ENVIRONMENT_CHOSEN";

/// Every variable that changes the destination of a request.
const VARIABLES: [&str; 9] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "REQUEST_METHOD",
];

#[test]
fn plain_http_to_this_machine_is_not_proxied() {
    let mut targets = vec![Recorder::start("127.0.0.1:0", "").unwrap()];
    let port = targets[0].address.port();
    let mut urls = vec![
        format!("http://127.0.0.1:{port}"),
        format!("http://localhost:{port}"),
        format!("http://127.0.0.1:{port}/prefix"),
    ];
    match Recorder::start("[::1]:0", "") {
        Ok(target) => {
            urls.push(format!("http://[::1]:{}", target.address.port()));
            targets.push(target);
        }
        Err(error) => test_support::say(&format!("skipped: [::1], there is no IPv6 loopback: {error}")),
    }
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = Recorder::start("127.0.0.1:0", "").unwrap();
        run("userinfo", &urls.join(" "), &[(variable, &proxy.url())]);
        run("verify", "", &[(variable, &proxy.url())]);
        assert_eq!(proxy.requests(), Vec::<String>::new(), "{variable}");
    }
    let arrived: Vec<String> = targets.iter().flat_map(Recorder::requests).collect();
    assert_eq!(arrived.len(), 4 * urls.len());
    assert!(arrived.iter().all(|request| request.contains(TOKEN)));
}

#[test]
fn plain_http_to_another_machine_is_proxied() {
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = Recorder::start("127.0.0.1:0", "").unwrap();
        let url = format!("http://user:p%40ss%2525@{}", proxy.address);
        run("userinfo", "http://ory.example", &[(variable, &url)]);
        let requests = proxy.requests();
        assert_eq!(requests.len(), 1, "{variable}");
        let request = requests[0].to_ascii_lowercase();
        assert!(request.starts_with("get http://ory.example/userinfo http/1.1\r\n"), "{request}");
        // `user:p@ss%25`, as in the variable.
        assert!(requests[0].contains("Basic dXNlcjpwQHNzJTI1"), "{request}");
    }
}

#[test]
fn keys_are_fetched_by_the_rules_of_their_own_url() {
    let here = Recorder::start("127.0.0.1:0", "").unwrap();
    let proxy = Recorder::start("127.0.0.1:0", &format!("{}/keys", here.url())).unwrap();
    run("keys", "http://ory.example", &[("HTTP_PROXY", &proxy.url())]);
    assert_eq!(heads(&proxy), ["GET http://ory.example/.well-known/openid-configuration HTTP/1.1"]);
    assert_eq!(heads(&here), ["GET /keys HTTP/1.1"]);

    let proxy = Recorder::start("127.0.0.1:0", "").unwrap();
    let here = Recorder::start("127.0.0.1:0", "https://keys.example/keys").unwrap();
    run("no keys", &here.url(), &[("ALL_PROXY", &proxy.url())]);
    assert_eq!(heads(&here), ["GET /.well-known/openid-configuration HTTP/1.1"]);
    assert_eq!(heads(&proxy), ["CONNECT keys.example:443 HTTP/1.1"]);
}

#[test]
fn no_proxy_is_respected() {
    for exception in [("NO_PROXY", "192.0.2.0/24"), ("no_proxy", "ory.example, 192.0.2.1"), ("REQUEST_METHOD", "GET")] {
        let proxy = Recorder::start("127.0.0.1:0", "").unwrap();
        run("unreachable", "http://192.0.2.1", &[("HTTP_PROXY", &proxy.url()), exception]);
        assert_eq!(proxy.requests(), Vec::<String>::new(), "{exception:?}");
    }
}

#[test]
fn https_to_this_machine_is_proxied() {
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let proxy = Recorder::start("127.0.0.1:0", "").unwrap();
        run("unreachable", "https://127.0.0.1:1 https://ory.example", &[(variable, &proxy.url())]);
        let requests = proxy.requests();
        assert_eq!(requests.len(), 2, "{variable}");
        assert!(requests[0].starts_with("CONNECT 127.0.0.1:1 "), "{requests:?}");
        assert!(requests[1].starts_with("CONNECT ory.example:443 "), "{requests:?}");
    }
}

#[test]
fn a_chosen_proxy_takes_the_place_of_the_environment() {
    let (environment, here) =
        (Recorder::start("127.0.0.1:0", "").unwrap(), Recorder::start("127.0.0.1:0", "").unwrap());
    let chosen = Recorder::start("127.0.0.1:0", "").unwrap();
    let variables = [("ALL_PROXY", environment.url()), ("NO_PROXY", "ory.example".to_owned()), (CHOSEN, chosen.url())];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    run("userinfo", &format!("http://ory.example {}", here.url()), &variables);
    run("unreachable", "https://ory.example", &variables);
    assert_eq!(heads(&chosen), ["GET http://ory.example/userinfo HTTP/1.1", "CONNECT ory.example:443 HTTP/1.1"]);
    // The token is in what the proxy of plain HTTP sees, and not in what the proxy of https sees.
    let has_token: Vec<bool> = chosen.requests().iter().map(|request| request.contains(TOKEN)).collect();
    assert_eq!(has_token, [true, false]);
    assert_eq!(heads(&here), ["GET /userinfo HTTP/1.1"]);

    // An empty value chooses no proxy at all.
    run("unreachable", "http://192.0.2.1", &[("ALL_PROXY", &environment.url()), (CHOSEN, "")]);
    assert_eq!(environment.requests(), Vec::<String>::new());
}

#[test]
fn plain_http_to_another_machine_is_refused_through_a_proxy_too() {
    let proxy = Recorder::start("127.0.0.1:0", "").unwrap();
    let here = Recorder::start("127.0.0.1:0", "http://keys.example/keys").unwrap();
    for variable in ["ALL_PROXY", CHOSEN] {
        run("refused", "http://ory.example http://192.0.2.1 http://[2001:db8::1]:4444", &[(variable, &proxy.url())]);
        run("refused keys", &here.url(), &[(variable, &proxy.url())]);
    }
    assert_eq!(proxy.requests(), Vec::<String>::new());
}

#[test]
fn the_base_url_is_read_from_the_environment() {
    let server = Recorder::start("127.0.0.1:0", "").unwrap();
    run("from env", "once", &[("ORY_SDK_URL", &server.url())]);
    assert!(server.requests()[0].starts_with("GET /userinfo "), "{:?}", server.requests());
    for (value, expected) in
        [(" ", "ORY_SDK_URL is not set"), ("canary.example", "base URL (from ORY_SDK_URL): is not an absolute URL")]
    {
        run("from bad env", expected, &[("ORY_SDK_URL", value)]);
    }
}

/// Runs a program in a process with these variables, and without other proxy variables.
fn run(program: &str, urls: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "program", "--nocapture"]).env(PROGRAM, program).env(URLS, urls);
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{program} {variables:?}:\n{}", String::from_utf8_lossy(&output.stderr));
}

/// The program of a started process. As a test of this process, it does nothing.
#[test]
fn program() {
    let Ok(program) = std::env::var(PROGRAM) else { return };
    let urls = std::env::var(URLS).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        if program == "from bad env" {
            let error = Client::from_env().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert!(error.to_string().contains(&urls) && !error.to_string().contains("canary"), "{error}");
            return;
        }
        for url in urls.split_ascii_whitespace() {
            let builder = Client::builder(url).timeout(Duration::from_secs(10));
            let builder = match std::env::var(CHOSEN) {
                Ok(chosen) if chosen.is_empty() => builder.no_proxy(),
                Ok(chosen) => builder.proxy(Proxy::all(chosen).unwrap()),
                Err(_) => builder,
            };
            match program.as_str() {
                "userinfo" => {
                    // Without `allow_http`, if it is not needed.
                    let elsewhere = url.contains(".example");
                    let ory = if elsewhere { builder.allow_http() } else { builder }.build().unwrap();
                    assert_eq!(ory.userinfo(TOKEN).await.unwrap().claims().unwrap().sub(), Some("alice"), "{url}");
                }
                "unreachable" => {
                    let builder = builder.allow_http().connect_timeout(Duration::from_millis(100));
                    let error = builder.build().unwrap().userinfo(TOKEN).await.unwrap_err();
                    assert!(matches!(error.kind(), ErrorKind::Connect | ErrorKind::Timeout), "{error}");
                }
                "refused" => {
                    let error = builder.build().unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::InvalidInput);
                    assert!(error.to_string().contains("is plain HTTP to another machine"), "{error}");
                }
                "refused keys" => {
                    let keys = builder.build().unwrap().discover().any_issuer().cached(HOUR).keys(HOUR);
                    let jwt = CompactJwt::parse("eyJhbGciOiJFUzI1NiJ9.e30.AAAA").unwrap();
                    let error = keys.credential_verifier().verify(&jwt).await.unwrap_err();
                    assert!(error.to_string().contains("their URL is plain HTTP to another machine"), "{error}");
                }
                "keys" | "no keys" => {
                    let keys = builder.allow_http().build().unwrap().discover().any_issuer().cached(HOUR).keys(HOUR);
                    let jwt = CompactJwt::parse("eyJhbGciOiJFUzI1NiJ9.e30.AAAA").unwrap();
                    let error = keys.credential_verifier().verify(&jwt).await.unwrap_err();
                    assert_eq!(error.to_string().contains("none of the issuer's fits"), program == "keys", "{error}");
                }
                "from env" => {
                    let ory = Client::from_env().unwrap();
                    assert_eq!(ory.userinfo(TOKEN).await.unwrap().claims().unwrap().sub(), Some("alice"));
                }
                _ => panic!("no such program: {program}"),
            }
        }
        if program == "verify" {
            let server = OryServer::start().await.unwrap();
            let ory = Client::builder(server.base_url()).build().unwrap();
            let keys = ory.discover().cached(HOUR).keys(HOUR);
            let jwt = server.sign(&json!({"iss": server.issuer(), "vc": {}}));
            keys.credential_verifier().verify(&CompactJwt::parse(jwt).unwrap()).await.unwrap();
        }
    });
}

/// The first line of each request.
fn heads(recorder: &Recorder) -> Vec<String> {
    recorder.requests().iter().map(|request| request.lines().next().unwrap_or_default().to_owned()).collect()
}

/// A listener that records requests, refuses tunnels, and otherwise sends the same document: claims of a user, a
/// discovery document and a set of keys.
struct Recorder {
    address: SocketAddr,
    arrived: Arc<Mutex<Vec<(SocketAddr, String)>>>,
}

impl Recorder {
    fn start(address: &str, jwks_uri: &str) -> std::io::Result<Self> {
        let socket = TcpListener::bind(address)?;
        let recorder = Self { address: socket.local_addr()?, arrived: Arc::default() };
        let arrived = Arc::clone(&recorder.arrived);
        let document = json!({
            "sub": "alice", "keys": [], "issuer": "https://issuer.example", "jwks_uri": jwks_uri,
            "authorization_endpoint": "", "token_endpoint": "", "subject_types_supported": [],
            "response_types_supported": [], "id_token_signed_response_alg": [],
            "id_token_signing_alg_values_supported": [], "userinfo_signed_response_alg": []
        })
        .to_string();
        std::thread::spawn(move || {
            // Connections are handled one after the other, so that the records are in the order of the connections.
            while let Ok((mut connection, peer)) = socket.accept() {
                let request = read(&mut connection);
                let response = if request.starts_with("CONNECT ") {
                    "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()
                } else {
                    let length = document.len();
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
                    format!("{head}\r\ncontent-length: {length}\r\n\r\n{document}")
                };
                arrived.lock().unwrap().push((peer, request));
                let _ = connection.write_all(response.as_bytes());
            }
        });
        Ok(recorder)
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests of all earlier connections. A connection of its own makes sure that they are complete.
    fn requests(&self) -> Vec<String> {
        let mut own = TcpStream::connect(self.address).unwrap();
        own.write_all(b"\r\n\r\n").unwrap();
        own.read_to_end(&mut Vec::new()).unwrap();
        let own = own.local_addr().unwrap();
        let arrived = self.arrived.lock().unwrap();
        arrived
            .iter()
            .filter(|(peer, request)| *peer != own && request != "\r\n\r\n")
            .map(|(_, request)| request.clone())
            .collect()
    }
}

/// The head of a request, as far as it arrived.
fn read(connection: &mut TcpStream) -> String {
    let _ = connection.set_read_timeout(Some(Duration::from_secs(10)));
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        match connection.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

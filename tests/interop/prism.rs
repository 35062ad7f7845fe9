//! Every flow against Prism, a mock server of other authors that reads `spec/oidc.yaml`: it says what is wrong with a request, and
//! sends any declared response that it is asked for.

mod credential;
mod declared;
mod discovery;
mod logout;
mod recorder;
mod registration;
mod userinfo;

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use ory_oidc::reqwest::RequestBuilder;
use ory_oidc::{AttemptStarted, Client, Error, ErrorKind, Hook, Operation};

use self::declared::Declared;
use self::recorder::{Exchange, Recorder};
use crate::node::npm_ci;
use crate::operations::OPERATIONS;
use crate::server::Process;

const LOCK: &str = include_str!("../../xtask/prism/package-lock.json");
const FILES: [(&str, &str); 2] =
    [("package.json", include_str!("../../xtask/prism/package.json")), ("end.js", include_str!("prism/end.js"))];

/// What Prism prints before its address, as soon as it listens.
const LISTENING: &str = "Prism is listening on ";

/// The header that chooses Prism's response.
const PREFER: &str = "prefer";

/// The value that Prism makes for a string, and for one of `format: password`.
const TEXT: &str = "string";
const PASSWORD: &str = "pa$$word";

const TOKEN: &str = "an.access-token_~+/==";

/// The seeds of responses with random values.
const SEEDS: std::ops::Range<u32> = 0..10;

/// Marks a request that is made from such a response, so its values are Prism's.
const MADE_FROM_RESPONSE: &str = "x-made-from-response";

/// The responses for the next requests, in turn: for flows that send several.
#[derive(Clone, Default)]
struct Wishes(Arc<Mutex<VecDeque<&'static str>>>);

impl Hook for Wishes {
    fn before(&self, attempt: &mut AttemptStarted<'_>) {
        if let Some(wish) = self.0.lock().unwrap().pop_front() {
            attempt.header(PREFER, wish);
        }
    }
}

/// A client, with Prism at the other end, and what came of the calls so far.
struct Stage {
    ory: Client,
    wishes: Wishes,
    recorder: Recorder,
    exchanges: Vec<Exchange>,
}

impl Stage {
    fn wish<const N: usize>(&self, wishes: [&'static str; N]) {
        self.wishes.0.lock().unwrap().extend(wishes);
    }

    /// The requests that have arrived since the last time: so many of this operation, and none of another.
    fn arrived(&mut self, operation: Operation, count: usize) -> &[Exchange] {
        let new = self.recorder.take();
        let operations: Vec<_> =
            new.iter().map(|exchange| exchange.operation().map(|(operation, _)| operation)).collect();
        assert_eq!(operations, vec![Some(operation); count]);
        assert!(self.wishes.0.lock().unwrap().is_empty(), "{operation}: a request was not made");
        let before = self.exchanges.len();
        self.exchanges.extend(new);
        self.exchanges.split_at(before).1
    }
}

fn code(status: u16) -> String {
    format!("code={status}")
}

fn seeded(seed: u32) -> String {
    format!("dynamic=true, seed={seed}")
}

/// Asserts that this is the refusal that Prism was asked for.
fn assert_refused(error: &Error, operation: Operation, status: u16) {
    let came = (error.kind(), error.operation(), error.status().map(|status| status.as_u16()));
    assert_eq!(came, (ErrorKind::Rejected, Some(operation), Some(status)), "{error}");
    assert_eq!(error.oauth().map(|oauth| (oauth.error(), oauth.description())), Some((TEXT, Some(TEXT))), "{error}");
}

fn assert_kind<T: std::fmt::Debug>(result: Result<T, Error>, kind: ErrorKind) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
}

fn objections_by_operation(exchange: &Exchange) -> Vec<String> {
    let operation = exchange.operation().map_or("none", |(operation, _)| operation.as_str());
    exchange.objections().iter().map(|objection| format!("{operation}: {objection}")).collect()
}

/// Asserts that the exchanges have every part of every declared request and response, and few parts more.
fn assert_whole_document(exchanges: &[Exchange]) {
    let declared = Declared::read();
    let mut undeclared = Vec::new();
    for operation in OPERATIONS {
        let is_of = |exchange: &&Exchange| exchange.operation().is_some_and(|(other, _)| other == operation);
        let mut exchanges: Vec<&Exchange> = exchanges.iter().filter(is_of).collect();
        let responses = declared.responses(operation);
        let named = |exchange: &&Exchange| {
            let status = exchange.status().to_string();
            if responses.contains(&status) { status } else { "default".to_owned() }
        };
        assert_eq!(exchanges.iter().map(named).collect::<BTreeSet<_>>(), responses, "{operation}: responses");
        exchanges.retain(|exchange| exchange.header(MADE_FROM_RESPONSE).is_none());
        let sent: BTreeSet<String> = exchanges.iter().flat_map(|exchange| exchange.parts()).collect();
        let declared = declared.parts(operation);
        let missing: Vec<&String> = declared.difference(&sent).collect();
        assert!(missing.is_empty(), "{operation}: never sent: {missing:?}");
        undeclared.extend(sent.difference(&declared).map(|part| format!("{operation} {part}")));
    }
    // These are sent on purpose, because the document allows additional properties.
    undeclared.retain(|part| !part.contains("body.x_") && !part.contains("body.jwks.keys.oth"));
    // The document marks it as read-only, which Prism accepts; RFC 7592 requires it.
    assert_eq!(undeclared, ["setOidcDynamicClient body.client_id"]);
}

/// Prism reports invalid requests: otherwise the absence of violations would prove nothing.
async fn objections_are_made(stage: &Stage) {
    let http = ory_oidc::http_client_builder().unwrap().build().unwrap();
    let to = |path: &str| format!("{}{path}", stage.recorder.url);
    let json =
        |request: RequestBuilder, body: &'static str| request.header("content-type", "application/json").body(body);
    for (request, objection) in [
        (http.get(to("/userinfo")), "request: Invalid security scheme used"),
        (json(http.put(to("/oauth2/register/id")), "{}"), "request: Invalid security scheme used"),
        (json(http.post(to("/oauth2/register")), r#"{"redirect_uris":3}"#), "request.body.redirect_uris: "),
        (json(http.post(to("/oauth2/register")), r#"{"jwks":{"keys":[{}]}}"#), "request.body.jwks.keys.0: "),
        (json(http.post(to("/credentials")), "{}").bearer_auth(TOKEN), "request.body: "),
        (http.get(to("/oauth2/sessions/logout?state=a&state=b")), "query parameter state must be string"),
        (
            http.post(to("/oauth2/register")).header("content-type", "text/plain").body("{}"),
            "request: Supported content types: application/json",
        ),
        (http.get(to("/oauth2/register/a/b")), "NO_PATH_MATCHED"),
    ] {
        request.send().await.unwrap();
        let objections: Vec<String> = stage.recorder.take().iter().flat_map(Exchange::objections).collect();
        assert!(objections.iter().any(|made| made.contains(objection)), "{objection}: {objections:?}");
    }
}

#[tokio::test]
async fn every_operation() {
    let Some(folder) = npm_ci("prism", LOCK, &FILES) else { return };
    let mut command = Command::new("node");
    command
        .current_dir(folder)
        .args(["--require", "./end.js", "node_modules/@stoplight/prism-cli/dist/index.js"])
        .args(["mock", "--host", "127.0.0.1", "--port", "0", "--multiprocess=false"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/oidc.yaml"));
    let (_process, address) = Process::start(&mut command, |line| Some(line.split_once(LISTENING)?.1));
    let recorder = Recorder::start(&address).await;
    let wishes = Wishes::default();
    let ory = Client::builder(&recorder.url).hook(wishes.clone()).build().unwrap();
    let mut stage = Stage { ory, wishes, recorder, exchanges: Vec::new() };

    discovery::discovery(&mut stage).await;
    registration::registration(&mut stage).await;
    registration::reading(&mut stage).await;
    registration::replacing(&mut stage).await;
    registration::deleting(&mut stage).await;
    userinfo::userinfo(&mut stage).await;
    credential::credentials(&mut stage).await;
    logout::logout(&mut stage).await;
    let objections: BTreeSet<String> = stage.exchanges.iter().flat_map(objections_by_operation).collect();
    assert!(objections.is_empty(), "Prism objects to requests: {objections:#?}");
    assert_whole_document(&stage.exchanges);
    objections_are_made(&stage).await;
}

//! A proxy in front of Prism that keeps what goes through it: what was sent, and what Prism says of it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use ory_oidc::Operation;
use ory_oidc::reqwest::Url;
use serde_json::Value;
use test_support::{Listener, request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::operations::OPERATIONS;

/// The header in which Prism lists what violates the document.
const VIOLATIONS: &str = "sl-violations";

/// A request, and the answer to it.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    request: Message,
    answer: Message,
}

#[derive(Clone, Debug)]
struct Message {
    start: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Message {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let (head, body) = bytes.split_at(end + 4);
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let start = lines.next().unwrap().to_owned();
        let header =
            |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
        Self { start, headers: lines.filter_map(header).collect(), body: body.to_vec() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// A part of the first line: method, target and version, or version, status and reason.
    fn part(&self, index: usize) -> &str {
        self.start.split(' ').nth(index).unwrap()
    }

    fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl Exchange {
    pub(crate) fn status(&self) -> u16 {
        self.answer.part(1).parse().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.request.header(name)
    }

    pub(crate) fn body(&self) -> Option<Value> {
        self.request.json()
    }

    pub(crate) fn answer(&self) -> Option<Value> {
        self.answer.json()
    }

    fn url(&self) -> Url {
        Url::parse("http://prism/").unwrap().join(self.request.part(1)).unwrap()
    }

    /// The parameters in the query, decoded.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        self.url().query_pairs().into_owned().collect()
    }

    /// The operation of the document that this is, with what stands for the `{id}` of its path, as it was sent.
    pub(crate) fn operation(&self) -> Option<(Operation, Option<String>)> {
        let path = self.request.part(1).split('?').next().unwrap();
        OPERATIONS.into_iter().filter(|operation| operation.method() == self.request.part(0)).find_map(|operation| {
            match operation.path().strip_suffix("{id}") {
                None => (operation.path() == path).then_some((operation, None)),
                Some(before) => {
                    let id = path.strip_prefix(before).filter(|id| !id.is_empty() && !id.contains('/'))?;
                    Some((operation, Some(id.to_owned())))
                }
            }
        })
    }

    /// The parts of the request by their names, as `declared` names them.
    pub(crate) fn parts(&self) -> BTreeSet<String> {
        let mut parts: BTreeSet<String> = self.query().into_iter().map(|(name, _)| format!("query.{name}")).collect();
        parts.extend(self.operation().and_then(|(_, id)| id).map(|_| "path.id".to_owned()));
        let mut open: Vec<(String, Value)> = self.body().map(|body| ("body".to_owned(), body)).into_iter().collect();
        while let Some((place, value)) = open.pop() {
            match value {
                Value::Object(members) => open.extend(members.into_iter().map(|(name, value)| {
                    let place = format!("{place}.{name}");
                    parts.insert(place.clone());
                    (place, value)
                })),
                Value::Array(values) => open.extend(values.into_iter().map(|value| (place.clone(), value))),
                _ => {}
            }
        }
        parts
    }

    /// What Prism finds wrong with the request, each in one line.
    pub(crate) fn objections(&self) -> Vec<String> {
        let mut objections = Vec::new();
        if let Some(listed) = self.answer.header(VIOLATIONS) {
            match serde_json::from_str::<Vec<Value>>(listed) {
                Ok(violations) => objections.extend(violations.iter().filter_map(of_request)),
                // A long list is cut short; what is wrong with the request is at its beginning.
                Err(_) => objections.push(listed.to_owned()),
            }
        }
        // What is not in the document at all, or cannot be answered by it, has an answer of Prism's own.
        if self.answer.header("content-type").is_some_and(|media| media.starts_with("application/problem+json")) {
            objections.push(String::from_utf8_lossy(&self.answer.body).into_owned());
        }
        objections
    }
}

/// A violation as `request.body.format: must be string`; `None` for one of Prism's own answer.
fn of_request(violation: &Value) -> Option<String> {
    let place = violation.get("location")?.as_array()?.iter();
    let place: Vec<String> = place.map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect();
    let message = violation.get("message").and_then(Value::as_str).unwrap_or_default();
    (place.first().is_some_and(|first| first == "request")).then(|| format!("{}: {message}", place.join(".")))
}

/// The proxy. It ends with the runtime that it was started in.
pub(crate) struct Recorder {
    pub(crate) url: String,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Recorder {
    /// Starts one in front of the server at this address, `http://127.0.0.1:1234`.
    pub(crate) async fn start(server: &str) -> Self {
        let exchanges = Arc::new(Mutex::new(Vec::new()));
        let (server, kept) = (server.strip_prefix("http://").unwrap().to_owned(), exchanges.clone());
        let proxy = Listener::raw(move |connection| pass_on(connection, server.clone(), kept.clone())).await;
        Self { url: proxy.base_url().to_owned(), exchanges }
    }

    /// What has come since the last time.
    pub(crate) fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut *self.exchanges.lock().unwrap())
    }
}

#[allow(clippy::print_stderr, reason = "the output of a test that fails")]
async fn pass_on(mut client: TcpStream, server: String, kept: Arc<Mutex<Vec<Exchange>>>) {
    let request = request::read(&mut client).await;
    let Some(line) = request.windows(2).position(|window| window == b"\r\n") else { return };
    let (start, rest) = request.split_at(line);
    let mut connection = TcpStream::connect(server).await.unwrap();
    // So that the end of the answer is the end of the connection, and nobody here has to know where else it could be.
    connection.write_all(&[start, b"\r\nconnection: close", rest].concat()).await.unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    let exchange = Exchange { request: Message::read(&request), answer: Message::read(&answer) };
    // To be seen where a call then fails for it.
    exchange.objections().iter().for_each(|objection| eprintln!("{}: {objection}", exchange.request.start));
    // Before the client has it, and can go on to look for it.
    kept.lock().unwrap().push(exchange);
    client.write_all(&answer).await.unwrap();
}

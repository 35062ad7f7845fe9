//! A proxy in front of Prism that records requests, responses and the violations that Prism finds.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use ory_oidc::Operation;
use ory_oidc::reqwest::Url;
use serde_json::Value;
use test_support::{Listener, request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::operations::OPERATIONS;

/// The header with Prism's list of violations.
const VIOLATIONS: &str = "sl-violations";

/// A request and its response.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    request: Message,
    response: Message,
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
        self.response.part(1).parse().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.request.header(name)
    }

    pub(crate) fn body(&self) -> Option<Value> {
        self.request.json()
    }

    pub(crate) fn response(&self) -> Option<Value> {
        self.response.json()
    }

    fn url(&self) -> Url {
        Url::parse("http://prism/").unwrap().join(self.request.part(1)).unwrap()
    }

    /// The query parameters, decoded.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        self.url().query_pairs().into_owned().collect()
    }

    /// The operation, and the `{id}` of its path as it was sent.
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

    /// The names of the request's parts, as in `declared`.
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

    /// The violations in the request, one line each.
    pub(crate) fn objections(&self) -> Vec<String> {
        let mut objections = Vec::new();
        if let Some(listed) = self.response.header(VIOLATIONS) {
            match serde_json::from_str::<Vec<Value>>(listed) {
                Ok(violations) => objections.extend(violations.iter().filter_map(of_request)),
                // A long list is truncated; violations of the request are at its beginning.
                Err(_) => objections.push(listed.to_owned()),
            }
        }
        // Prism sends its own response for unknown operations, or if it cannot mock a response.
        if self.response.header("content-type").is_some_and(|media| media.starts_with("application/problem+json")) {
            objections.push(String::from_utf8_lossy(&self.response.body).into_owned());
        }
        objections
    }
}

/// A violation as `request.body.format: must be string`; `None` for a violation in Prism's own response.
fn of_request(violation: &Value) -> Option<String> {
    let place = violation.get("location")?.as_array()?.iter();
    let place: Vec<String> = place.map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect();
    let message = violation.get("message").and_then(Value::as_str).unwrap_or_default();
    (place.first().is_some_and(|first| first == "request")).then(|| format!("{}: {message}", place.join(".")))
}

/// The proxy. It runs until its runtime ends.
pub(crate) struct Recorder {
    pub(crate) url: String,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Recorder {
    /// Starts a proxy for the server at this URL, `http://127.0.0.1:1234`.
    pub(crate) async fn start(server: &str) -> Self {
        let exchanges = Arc::new(Mutex::new(Vec::new()));
        let (server, kept) = (server.strip_prefix("http://").unwrap().to_owned(), exchanges.clone());
        let proxy = Listener::raw(move |connection| pass_on(connection, server.clone(), kept.clone())).await;
        Self { url: proxy.base_url().to_owned(), exchanges }
    }

    /// The exchanges since the last call of this method.
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
    // The response ends with the connection, so that the proxy need not parse its length.
    connection.write_all(&[start, b"\r\nconnection: close", rest].concat()).await.unwrap();
    let mut response = Vec::new();
    connection.read_to_end(&mut response).await.unwrap();
    let exchange = Exchange { request: Message::read(&request), response: Message::read(&response) };
    // Shown if a call fails because of it.
    exchange.objections().iter().for_each(|objection| eprintln!("{}: {objection}", exchange.request.start));
    // Before the client has the response and looks for the exchange.
    kept.lock().unwrap().push(exchange);
    client.write_all(&response).await.unwrap();
}

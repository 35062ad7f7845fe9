//! HTTP/1.1 and HTTP/2: one task for each connection, bodies read whole, and the failures that tests set.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response as HttpResponse, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::failure::{Failure, Kind};
use super::incoming::Incoming;
use super::operation::Operation;
use super::recorded::RecordedRequest;
use super::registration;
use super::response::Response;
use super::router::{self, Route};
use super::state::World;

/// Accepts until it is dropped; the connections go with it, since they live in its set.
pub(super) async fn serve(listener: TcpListener, world: Arc<World>) {
    let mut connections = JoinSet::new();
    loop {
        // Finished connections are swept up on the way.
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, most likely: others of this process need a moment to close theirs.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let world = Arc::clone(&world);
        connections.spawn(async move {
            let service = service_fn(move |request| respond(Arc::clone(&world), request));
            // An error here is a client that hung up, or a connection that a failure closed.
            let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn respond(world: Arc<World>, request: Request<hyper::body::Incoming>) -> io::Result<HttpResponse<Payload>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let sent_path = head.uri.path();
    let path = sent_path.strip_prefix(world.settings.prefix.as_str());
    // RFC 8414 section 3.1 puts the path of the issuer behind the well-known path.
    let inserted = (!world.settings.prefix.is_empty())
        .then(|| sent_path.strip_suffix(world.settings.prefix.as_str()))
        .flatten()
        .filter(|path| *path == "/.well-known/oauth-authorization-server");
    let route = match inserted.or(path) {
        Some(path) if path.starts_with('/') => Route::of(head.method.as_str(), path),
        _ => Route::Nowhere,
    };
    let mut request = Incoming {
        method: head.method.as_str().to_owned(),
        query: head.uri.query().map(str::to_owned),
        headers: head.headers,
        body,
        is_admitted: false,
    };

    let failure = {
        let mut state = world.state();
        state.requests.push(RecordedRequest {
            operation: route.operation(),
            method: request.method.clone(),
            target: head.uri.path_and_query().map_or_else(|| sent_path.to_owned(), ToString::to_string),
            headers: request
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
                .collect(),
            body: request.body.to_vec(),
        });
        route.operation().and_then(|operation| state.failures.take(operation))
    };
    if world.race.is_on()
        && let Route::To(Operation::SetOidcDynamicClient, id) = &route
    {
        request.is_admitted = registration::admits(&mut world.state(), id, &request);
        if request.is_admitted {
            world.race.wait(id).await;
        }
    }
    let handle = || router::handle(&world, &mut world.state(), &route, &request);
    match failure {
        None => Ok(into_http(handle(), false)),
        Some(failure) => fail(failure, handle).await,
    }
}

async fn fail(failure: Failure, handle: impl Fn() -> Response) -> io::Result<HttpResponse<Payload>> {
    let done = failure.after_effect.then(&handle);
    if !failure.delay.is_zero() {
        tokio::time::sleep(failure.delay).await;
    }
    match failure.kind {
        Kind::Late => Ok(into_http(done.unwrap_or_else(handle), false)),
        Kind::Response { status, content_type, body } => {
            let mut response = Response::text(status, &content_type, body);
            response.headers.extend(failure.headers);
            Ok(into_http(response, false))
        }
        Kind::CutBody => {
            let whole = done.filter(|response| !response.body.is_empty());
            let promised = || Response::text(200, "application/json; charset=utf-8", r#"{"broken":"off"}"#);
            Ok(into_http(whole.unwrap_or_else(promised), true))
        }
        Kind::Drop => Err(io::Error::other("dropped on order")),
        Kind::Rewrite(change) => {
            let mut response = done.unwrap_or_else(handle);
            if let Ok(mut value) = serde_json::from_slice(&response.body) {
                change(&mut value);
                response.body = serde_json::to_vec(&value).unwrap_or_default();
            }
            Ok(into_http(response, false))
        }
    }
}

fn into_http(response: Response, cut: bool) -> HttpResponse<Payload> {
    let mut http = HttpResponse::new(Payload::new(Bytes::from(response.body), cut));
    *http.status_mut() = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = http.headers_mut();
    for (name, value) in response.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(value.as_bytes())) {
            headers.append(name, value);
        }
    }
    let length = http.body().length;
    if http.status() != StatusCode::NO_CONTENT {
        http.headers_mut().insert(hyper::header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    http
}

/// A body that is sent in one piece, or half of it and then no more.
struct Payload {
    length: u64,
    rest: Option<Bytes>,
    cut: Cut,
}

#[derive(PartialEq)]
enum Cut {
    No,
    /// The first half must be on the wire before the connection breaks, so one turn is waited.
    AfterFlush,
    Now,
}

impl Payload {
    fn new(bytes: Bytes, cut: bool) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let (sent, cut) = if cut { (bytes.slice(..bytes.len() / 2), Cut::AfterFlush) } else { (bytes, Cut::No) };
        Self { length, rest: Some(sent).filter(|sent| !sent.is_empty()), cut }
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.rest.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.cut {
            Cut::No => Poll::Ready(None),
            Cut::AfterFlush => {
                self.cut = Cut::Now;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Cut::Now => Poll::Ready(Some(Err(io::Error::other("cut on order")))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none() && self.cut == Cut::No
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

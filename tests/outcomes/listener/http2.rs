//! HTTP/2 for the listener, with requests and responses as text in the form of HTTP/1.1: the same faults, in the other
//! version.

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// Whether the client speaks HTTP/2, which starts with a unique line.
pub async fn is_spoken(stream: &TcpStream) -> bool {
    const BEGIN: &[u8] = b"PRI ";
    let mut first = [0; BEGIN.len()];
    loop {
        match stream.peek(&mut first).await {
            Ok(0) | Err(_) => return false,
            Ok(count) if count == first.len() || first[..count] != BEGIN[..count] => return first == BEGIN,
            // The line arrived only in part.
            Ok(_) => tokio::task::yield_now().await,
        }
    }
}

/// Sends the next response to each request. An empty response closes the connection, with all of its requests.
pub async fn serve(stream: TcpStream, next: impl Fn(String) -> String + Clone + Send + Sync + 'static) {
    let over = Arc::new(Notify::new());
    let service = service_fn(|request| {
        let (next, over) = (next.clone(), Arc::clone(&over));
        async move {
            let response = next(written(request).await);
            if response.is_empty() {
                over.notify_one();
                std::future::pending::<()>().await;
            }
            Ok::<_, Infallible>(read(response))
        }
    });
    let connection = http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        _ = connection => {}
        () = over.notified() => {}
    }
}

/// The request in the form of HTTP/1.1, except for the version.
async fn written(request: Request<Incoming>) -> String {
    let (head, body) = request.into_parts();
    let mut text = format!("{} {} {:?}\r\n", head.method, head.uri.path_and_query().unwrap(), head.version);
    for (name, value) in &head.headers {
        text.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes())));
    }
    let body = body.collect().await.unwrap().to_bytes();
    format!("{text}\r\n{}", String::from_utf8_lossy(&body))
}

fn read(response: String) -> Response<Full<Bytes>> {
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let mut response = Response::builder().status(status);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        response = response.header(name, value);
    }
    response.body(Full::from(body.to_owned())).unwrap()
}

//! The server: three fixed responses over HTTP/1.1, in a separate process, so that its CPU time is not counted.

use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt;
use tokio::net::TcpSocket;

use crate::BoxError;

/// The number of connections that may wait to be accepted.
const BACKLOG: u32 = 16_384;

/// The server in its process. Dropping the value ends the process.
pub(crate) struct Server {
    pub(crate) base_url: String,
    process: Child,
}

impl Server {
    pub(crate) fn start() -> Result<Self, BoxError> {
        let mut process =
            Command::new(std::env::current_exe()?).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("the server has no output")?).read_line(&mut line)?;
        Ok(Self { base_url: line.trim().to_owned(), process })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process ends with its input.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

pub(crate) fn run() -> Result<(), BoxError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve())
}

async fn serve() -> Result<(), BoxError> {
    let socket = TcpSocket::new_v4()?;
    socket.bind("127.0.0.1:0".parse()?)?;
    let listener = socket.listen(BACKLOG)?;
    let base_url = format!("http://{}", listener.local_addr()?);
    println!("{base_url}");
    let body = |text: &str| Bytes::from(text.trim().replace("BASE_URL", &base_url));
    let discovery = body(include_str!("../responses/discovery.json"));
    let userinfo = body(include_str!("../responses/userinfo.json"));
    let client = body(include_str!("../responses/client.json"));
    let accept = async {
        loop {
            let (connection, _) = listener.accept().await?;
            connection.set_nodelay(true)?;
            let responses = (discovery.clone(), userinfo.clone(), client.clone());
            let service = service_fn(move |request: Request<Incoming>| {
                let (discovery, userinfo, client) = responses.clone();
                async move {
                    let (status, body) = match (request.method(), request.uri().path()) {
                        (&Method::GET, "/.well-known/openid-configuration") => (StatusCode::OK, discovery),
                        (&Method::GET, "/userinfo") => (StatusCode::OK, userinfo),
                        (&Method::POST, "/oauth2/register") => (StatusCode::CREATED, client),
                        _ => (StatusCode::NOT_FOUND, Bytes::from_static(b"{}")),
                    };
                    let _ = request.into_body().collect().await;
                    let mut response = Response::new(Full::new(body));
                    *response.status_mut() = status;
                    let headers = response.headers_mut();
                    headers.insert(
                        CONTENT_TYPE,
                        hyper::header::HeaderValue::from_static("application/json; charset=utf-8"),
                    );
                    headers.insert(CACHE_CONTROL, hyper::header::HeaderValue::from_static("no-store"));
                    Ok::<_, Infallible>(response)
                }
            });
            let connection =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(connection), service);
            tokio::spawn(async move { drop(connection.await) });
        }
    };
    let mut input = tokio::io::stdin();
    tokio::select! {
        ended = input.read_u8() => { drop(ended); Ok(()) }
        failed = accept => failed,
    }
}

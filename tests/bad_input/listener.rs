//! A server that answers every request with the same bytes, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use test_support::request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What goes out after a request has come in.
#[derive(Clone)]
pub(crate) enum Answer {
    /// These bytes; then the connection is closed.
    Bytes(Vec<u8>),
    /// These bytes; then nothing more, until the client goes.
    Stall(Vec<u8>),
    /// These bytes, and then chunks for as long as the client reads.
    Endless(Vec<u8>),
}

/// Runs until the test ends.
pub(crate) struct Listener {
    base_url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    pub(crate) async fn start(answer: Answer) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", socket.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((connection, _)) = socket.accept().await {
                tokio::spawn(serve(connection, answer.clone(), Arc::clone(&seen)));
            }
        });
        Self { base_url, requests }
    }

    /// One that answers with a status line, headers as written (each with its line end), and a body of the right length.
    pub(crate) async fn with_body(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let head = format!(
            "HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {length}\r\n\r\n",
            length = body.len()
        );
        Self::start(Answer::Bytes([head.as_bytes(), body].concat())).await
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The requests that came in so far, whole. A connection over which nothing was sent counts as an empty one.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The request lines without their method and version.
    pub(crate) fn targets(&self) -> Vec<String> {
        let target = |request: &String| request.split(' ').nth(1).unwrap_or_default().to_owned();
        self.requests().iter().map(target).collect()
    }
}

async fn serve(mut connection: TcpStream, answer: Answer, seen: Arc<Mutex<Vec<String>>>) {
    let request = String::from_utf8_lossy(&request::read(&mut connection).await).into_owned();
    // Before anything goes out: who has the answer finds the request here.
    seen.lock().unwrap().push(request);
    // The client may go at any time; that is its business.
    match answer {
        Answer::Bytes(bytes) => {
            let _ = connection.write_all(&bytes).await;
            let _ = connection.shutdown().await;
        }
        Answer::Stall(bytes) => {
            let _ = connection.write_all(&bytes).await;
            let _ = connection.read(&mut [0]).await;
        }
        Answer::Endless(bytes) => {
            let _ = connection.write_all(&bytes).await;
            let chunk = [b"1000\r\n".as_slice(), &[b' '; 0x1000], b"\r\n"].concat();
            while connection.write_all(&chunk).await.is_ok() {}
        }
    }
}

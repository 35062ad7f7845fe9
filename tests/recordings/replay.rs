//! A server that gives one recorded answer, whatever it is asked.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::shared::recording::Response;

/// The answer as it goes over the wire; how the body is framed is the connection's affair, not the recording's.
fn wire(answer: &Response) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} Recorded\r\n", answer.status);
    for (name, value) in &answer.headers {
        let is_framing = ["content-length", "transfer-encoding", "connection"]
            .iter()
            .any(|framing| name.eq_ignore_ascii_case(framing));
        if !is_framing {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    if answer.status != 204 {
        head.push_str(&format!("content-length: {}\r\n", answer.body.len()));
    }
    head.push_str("connection: close\r\n\r\n");
    let mut wire = head.into_bytes();
    wire.extend(answer.body.as_bytes());
    wire
}

/// A running replay; it ends with the test.
pub struct Replay {
    base_url: String,
}

impl Replay {
    pub async fn of(recorded: &Response) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let wire = wire(recorded);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(answer(connection, wire.clone()));
            }
        });
        Self { base_url }
    }

    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

/// Reads one request to its end, so that the connection is not reset under the client, and answers.
async fn answer(mut connection: TcpStream, wire: Vec<u8>) {
    let mut request = Vec::new();
    let mut chunk = [0_u8; 4096];
    while !is_complete(&request) {
        match connection.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(read) => request.extend(&chunk[..read]),
        }
    }
    // The client may have gone already; that is its business.
    let _ = connection.write_all(&wire).await;
    let _ = connection.shutdown().await;
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    body.len() >= length.unwrap_or_default()
}

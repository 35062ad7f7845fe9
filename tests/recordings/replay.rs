//! A server that gives one recorded answer, whatever it is asked.

use test_support::recording::Response;
use test_support::request;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

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

async fn answer(mut connection: TcpStream, wire: Vec<u8>) {
    if !request::is_complete(&request::read(&mut connection).await) {
        return;
    }
    // The client may have gone already; that is its business.
    let _ = connection.write_all(&wire).await;
    let _ = connection.shutdown().await;
}

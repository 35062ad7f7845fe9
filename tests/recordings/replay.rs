//! A server that gives one recorded answer, whatever it is asked.

use std::path::Path;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One recorded exchange.
pub struct Recording {
    pub operation: String,
    pub case: String,
    pub method: String,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Recording {
    /// Every recording, by name.
    pub fn all(folder: &Path) -> Vec<Self> {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .flat_map(|operation| std::fs::read_dir(operation.unwrap().path()).unwrap())
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        files.iter().map(|file| Self::read(&std::fs::read_to_string(file).unwrap())).collect()
    }

    fn read(text: &str) -> Self {
        let value: Value = serde_json::from_str(text).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let headers = value["response"]["headers"].as_array().unwrap();
        Self {
            operation: text(&value["operation"]),
            case: text(&value["case"]),
            method: text(&value["request"]["method"]),
            status: u16::try_from(value["response"]["status"].as_u64().unwrap()).unwrap(),
            headers: headers.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect(),
            body: text(&value["response"]["body"]),
        }
    }

    pub fn name(&self) -> String {
        format!("{}/{}", self.operation, self.case)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The answer as it goes over the wire; how the body is framed is the connection's affair, not the recording's.
    fn wire(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Recorded\r\n", self.status);
        for (name, value) in &self.headers {
            let is_framing = ["content-length", "transfer-encoding", "connection"]
                .iter()
                .any(|framing| name.eq_ignore_ascii_case(framing));
            if !is_framing {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        if self.status != 204 {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("connection: close\r\n\r\n");
        let mut wire = head.into_bytes();
        wire.extend(self.body.as_bytes());
        wire
    }
}

/// A running replay; it ends with the test.
pub struct Replay {
    base_url: String,
}

impl Replay {
    pub async fn of(recording: &Recording) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let wire = recording.wire();
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

//! The example makes its calls, and the documentation quotes it literally.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::Path;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Responds to each connection with the next of these bodies. Returns the heads of the requests.
async fn shop(responses: [(u16, &'static str); 2]) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let requests = tokio::spawn(async move {
        let mut seen = Vec::new();
        for (status, body) in responses {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 8192];
            let mut length = 0;
            // The body of the one request that has one comes last, and ends in a brace.
            while !request[..length].ends_with(b"\r\n\r\n") && !request[..length].ends_with(b"}") {
                let read = stream.read(&mut request[length..]).await.unwrap();
                assert_ne!(read, 0, "the request is cut");
                length += read;
            }
            seen.push(String::from_utf8_lossy(&request[..length]).into_owned());
            let response = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(response.as_bytes()).await.unwrap();
        }
        seen
    });
    (base, requests)
}

async fn told(second: (u16, &'static str)) -> (Result<String, String>, Vec<String>) {
    let list = r#"[{"id":1,"name":"Rio","kind":"parrot"},{"id":2,"name":"Iago","kind":"macaw","born":null}]"#;
    let (base, requests) = shop([(200, list), second]).await;
    let said = pets_example::another_parrot(&base, "t0ken").await;
    (said.map_err(|error| error.to_string()), requests.await.unwrap())
}

#[tokio::test]
async fn both_calls_arrive() {
    let (said, requests) = told((201, r#"{"id":3,"name":"Polly","kind":"parrot"}"#)).await;
    assert_eq!(said.unwrap(), "Polly is number 3, beside Rio and Iago");
    assert!(requests[0].starts_with("GET /v1/pets?kind=parrot&limit=5 HTTP/1.1\r\n"), "{}", requests[0]);
    assert!(!requests[0].contains("t0ken"), "an operation without security sends no credential");
    assert!(requests[1].contains("authorization: Bearer t0ken"), "{}", requests[1]);
    assert!(requests[1].ends_with(r#"{"kind":"parrot","name":"Polly"}"#), "{}", requests[1]);
}

#[tokio::test]
async fn failures_are_distinguished() {
    let clash = (409, r#"{"existing":{"id":7,"name":"Polly","kind":"parrot"}}"#);
    assert_eq!(told(clash).await.0.unwrap(), "there is one: number 7");
    assert_eq!(told((503, r#"{"message":"closed"}"#)).await.0, Err("closed".to_owned()));
}

/// A block after `<!-- example: FILE -->` stands in that file, but for a common indentation.
#[test]
fn the_documentation_quotes_this() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut quotes = 0;
    for page in ["../README.md", "../docs/switching.md"] {
        let text = fs::read_to_string(here.join(page)).unwrap();
        for quote in text.split("<!-- example: ").skip(1) {
            let (file, rest) = quote.split_once(" -->\n").unwrap();
            let block = rest.split("```").nth(1).and_then(|block| block.split_once('\n')).unwrap().1;
            let source = fs::read_to_string(here.join(file)).unwrap();
            let lines: Vec<&str> = source.lines().map(str::trim).collect();
            let wanted: Vec<&str> = block.trim_end().lines().map(str::trim).collect();
            assert!(lines.windows(wanted.len()).any(|window| window == wanted), "{page} misquotes {file}:\n{block}");
            quotes += 1;
        }
    }
    assert!(quotes >= 4, "only {quotes} quotes were found");
}

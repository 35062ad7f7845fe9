//! Reads one HTTP/1.1 request from a connection to its end, because closing earlier could reset the client's
//! connection.

use tokio::io::{AsyncRead, AsyncReadExt};

/// Reads head and body. Returns the bytes so far if the client closes early.
pub async fn read(connection: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let mut request = Vec::new();
    while !is_complete(&request) {
        match connection.read_buf(&mut request).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
    }
    request
}

/// Whether the head is complete and the body has its declared length.
#[must_use]
pub fn is_complete(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let (head, body) = request.split_at(end + 4);
    let head = String::from_utf8_lossy(head).to_lowercase();
    match head.lines().find_map(|line| line.strip_prefix("content-length:")) {
        Some(length) => body.len() >= length.trim().parse().unwrap(),
        None => !head.contains("transfer-encoding: chunked") || body.ends_with(b"0\r\n\r\n"),
    }
}

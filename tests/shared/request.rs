//! Reading one request off a connection: to its end, so that the connection is not reset under the client.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// Head and body as they came; what there was of them where the client closed before.
pub async fn read(connection: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    while !is_complete(&request) {
        match connection.read_buf(&mut request).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
    }
    request
}

/// Whether the head has ended, and as much has come after it as it says.
pub fn is_complete(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let (head, body) = request.split_at(end + 4);
    let head = String::from_utf8_lossy(head).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    body.len() >= length.map_or(0, |length| length.trim().parse().unwrap())
}

//! A server that refuses everything, and repeats in its answer everything that it was sent.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Starts it; gives its base URL.
pub(crate) async fn start(status: u16, media_type: &'static str) -> String {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", socket.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((connection, _)) = socket.accept().await {
            tokio::spawn(serve(connection, status, media_type));
        }
    });
    base_url
}

async fn serve(mut connection: TcpStream, status: u16, media_type: &str) {
    let mut request = Vec::new();
    let mut chunk = [0_u8; 4096];
    while !is_complete(&request) {
        match connection.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(read) => request.extend(&chunk[..read]),
        }
    }
    let request = String::from_utf8(request).unwrap();
    let token =
        request.split("uthorization: Bearer ").nth(1).and_then(|rest| rest.split("\r\n").next()).unwrap_or("none");
    let said = serde_json::json!({ "error": format!("no {token}"), "error_description": format!("what is {request}") });
    let (body, location) = (said.to_string(), query(&request));
    let quoted: String = request.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).collect();
    let answer = format!(
        "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\
         www-authenticate: Bearer error=\"{token}\",error_description=\"{quoted}\"\r\nset-cookie: echo={token}\r\n\
         location: /{token}?error={token}&error_description={location}\r\n\r\n{body}",
        length = body.len()
    );
    // The client may have gone; that is its business.
    let _ = connection.write_all(answer.as_bytes()).await;
    let _ = connection.shutdown().await;
}

/// The request as the value of a query.
fn query(request: &str) -> String {
    request.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    request.len() >= head.len() + 4 + length.unwrap_or(0_usize)
}

//! A server that refuses everything, and repeats in its answer everything that it was sent.

use test_support::request;
use tokio::io::AsyncWriteExt;
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
    let request = request::read(&mut connection).await;
    if !request::is_complete(&request) {
        return;
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

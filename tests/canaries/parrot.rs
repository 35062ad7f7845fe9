//! A response that rejects the request and repeats all of it.

/// The response to this request.
pub(crate) fn repeats(request: &str, status: u16, media_type: &str) -> Vec<u8> {
    let token =
        request.split("uthorization: Bearer ").nth(1).and_then(|rest| rest.split("\r\n").next()).unwrap_or("none");
    let said = serde_json::json!({ "error": format!("no {token}"), "error_description": format!("what is {request}") });
    let (body, location) = (said.to_string(), query(request));
    let quoted: String = request.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).collect();
    format!(
        "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\
         www-authenticate: Bearer error=\"{token}\",error_description=\"{quoted}\"\r\nset-cookie: echo={token}\r\n\
         location: /{token}?error={token}&error_description={location}\r\n\r\n{body}",
        length = body.len()
    )
    .into_bytes()
}

/// The request as the value of a query.
fn query(request: &str) -> String {
    request.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

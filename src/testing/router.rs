//! The router: handlers by method and path, with the oddities of the server's router (trimmed and cleaned paths, negotiated 404
//! pages).

use percent_encoding::percent_decode_str;

use super::incoming::Incoming;
use super::operation::Operation;
use super::response::Response;
use super::state::{State, World};
use super::{credential, discovery, html, logout, registration, userinfo};

/// Where a request goes.
pub(super) enum Route {
    /// The text is the decoded id, for the operations that have one.
    To(Operation, String),
    KeySet,
    /// The path was not clean; this one is.
    Clean(String),
    BadEscape,
    Nowhere,
}

impl Route {
    pub(super) fn of(method: &str, path: &str) -> Self {
        if !escapes_are_whole(path) {
            return Self::BadEscape;
        }
        let path = trim_slash(path);
        let clean = clean(path);
        if clean != path {
            return Self::Clean(clean);
        }
        // GET handlers also handle HEAD.
        let method = if method == "HEAD" { "GET" } else { method };
        let to = |operation| Self::To(operation, String::new());
        match (method, path) {
            ("GET", "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server") => {
                to(Operation::DiscoverOidcConfiguration)
            }
            ("GET", "/.well-known/jwks.json") => Self::KeySet,
            ("POST", "/credentials") => to(Operation::CreateVerifiableCredential),
            ("GET" | "POST", "/userinfo") => to(Operation::GetOidcUserInfo),
            ("GET" | "POST", "/oauth2/sessions/logout") => to(Operation::RevokeOidcSession),
            ("POST", "/oauth2/register") => to(Operation::CreateOidcDynamicClient),
            _ => {
                let operation = match method {
                    "GET" => Operation::GetOidcDynamicClient,
                    "PUT" => Operation::SetOidcDynamicClient,
                    "DELETE" => Operation::DeleteOidcDynamicClient,
                    _ => return Self::Nowhere,
                };
                match path.strip_prefix("/oauth2/register/") {
                    Some(id) if !id.is_empty() && !id.contains('/') => {
                        Self::To(operation, percent_decode_str(id).decode_utf8_lossy().into_owned())
                    }
                    _ => Self::Nowhere,
                }
            }
        }
    }

    pub(super) fn operation(&self) -> Option<Operation> {
        match self {
            Self::To(operation, _) => Some(*operation),
            _ => None,
        }
    }
}

/// Executes the request.
pub(super) fn handle(world: &World, state: &mut State, route: &Route, request: &Incoming) -> Response {
    let response = match route {
        Route::To(operation, id) => dispatch(world, state, *operation, id, request),
        Route::KeySet => discovery::key_set(world),
        Route::Clean(path) => moved(world, path, request),
        Route::Nowhere => not_found(request.header("accept")),
        Route::BadEscape => {
            return Response::text(400, "text/plain; charset=utf-8", "400 Bad Request").with("connection", "close");
        }
    };
    // Only GET forbids caching; the responses to POST and PUT have no such header, although they contain secrets.
    if request.method == "GET" {
        response.with("cache-control", "private, no-cache, no-store, must-revalidate")
    } else {
        response
    }
}

fn dispatch(world: &World, state: &mut State, operation: Operation, id: &str, request: &Incoming) -> Response {
    let outcome = match operation {
        Operation::DiscoverOidcConfiguration => Ok(discovery::response(world)),
        Operation::CreateVerifiableCredential => credential::response(world, state, request),
        Operation::CreateOidcDynamicClient => registration::create(world, state, request),
        Operation::GetOidcDynamicClient => registration::read(state, id, request),
        Operation::SetOidcDynamicClient => registration::replace(world, state, id, request),
        Operation::DeleteOidcDynamicClient => registration::delete(state, id, request),
        Operation::GetOidcUserInfo => Ok(userinfo::response(world, state, request)),
        Operation::RevokeOidcSession => Ok(logout::response(world, state, request)),
    };
    outcome.unwrap_or_else(Into::into)
}

fn moved(world: &World, path: &str, request: &Incoming) -> Response {
    let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    let location = format!("{}{path}{query}", world.settings.prefix);
    let response = if matches!(request.method.as_str(), "GET" | "HEAD") {
        let page = html::link(&location, "Temporary Redirect");
        Response::text(307, "text/html; charset=utf-8", page)
    } else {
        Response::new(307)
    };
    response.with("location", location)
}

const LOST: &str = "The requested route does not exist. Make sure you are using the right path, domain, and port.";

/// The only response whose `error` is an object, and the only one that depends on `Accept`.
fn not_found(accept: &str) -> Response {
    match negotiate(accept, &["text/html", "text/plain", "application/json"]) {
        Some("application/json") => {
            let body = format!(
                "{{\n  \"error\": {{\n    \"code\": 404,\n    \"message\": \"Not Found\",\n    \"reason\": \"{LOST}\"\n  }}\n}}\n"
            );
            Response::text(404, "application/json; charset=utf-8", body)
        }
        Some("text/plain") => Response::text(404, "text/plain; charset=utf-8", format!("Error 404 - {LOST}")),
        _ => {
            let body = format!(
                "<!doctype html>\n<html lang=\"en\">\n<head><title>404 - Route not found</title></head>\n<body><h1>Error 404</h1><p>{LOST}</p></body>\n</html>\n"
            );
            Response::text(404, "text/html; charset=utf-8", body)
        }
    }
}

/// The offer that the `Accept` header prefers: by weight, then by the precision of its range, then by order.
fn negotiate<'a>(accept: &str, offers: &[&'a str]) -> Option<&'a str> {
    let mut best: Option<(f32, u8, &str)> = None;
    for offer in offers {
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let weight = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
            let exactness = match name {
                "*/*" => 0,
                _ if name.eq_ignore_ascii_case(offer) => 2,
                _ if name.strip_suffix("/*").is_some_and(|kind| offer.split('/').next() == Some(kind)) => 1,
                _ => continue,
            };
            let better = best.is_none_or(|(known, exact, _)| weight > known || (weight >= known && exactness > exact));
            if weight > 0.0 && better {
                best = Some((weight, exactness, offer));
            }
        }
    }
    best.and_then(|(_, _, name)| offers.iter().find(|offer| **offer == name).copied())
}

fn escapes_are_whole(path: &str) -> bool {
    path.split('%').skip(1).all(|after| {
        let mut digits = after.bytes().take(2);
        digits.next().is_some_and(|byte| byte.is_ascii_hexdigit())
            && digits.next().is_some_and(|byte| byte.is_ascii_hexdigit())
    })
}

/// Removes one slash at the end, even an encoded one.
fn trim_slash(path: &str) -> &str {
    if path == "/" {
        return path;
    }
    ["/", "%2F", "%2f"].iter().find_map(|slash| path.strip_suffix(slash)).unwrap_or(path)
}

/// The path without empty, `.` and `..` segments; encoded dots stay.
fn clean(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let slash = if path.ends_with('/') && !kept.is_empty() { "/" } else { "" };
    format!("/{}{slash}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{Operation, Route, negotiate};

    fn id_of(path: &str) -> Option<String> {
        match Route::of("GET", path) {
            Route::To(Operation::GetOidcDynamicClient, id) => Some(id),
            _ => None,
        }
    }

    #[test]
    fn ids_arrive_as_the_server_sees_them() {
        for (sent, seen) in [
            ("a%2Fb", "a/b"),
            ("a%20b", "a b"),
            ("a+b", "a+b"),
            ("a%2Bb", "a+b"),
            ("%C3%A9", "\u{e9}"),
            ("a:b@c;d", "a:b@c;d"),
            ("%2E%2E", ".."),
            ("a%2F", "a"),
            ("a/", "a"),
        ] {
            assert_eq!(id_of(&format!("/oauth2/register/{sent}")).as_deref(), Some(seen), "{sent}");
        }
        assert!(id_of("/oauth2/register/").is_none());
        assert!(id_of("/oauth2/register/a/b").is_none());
    }

    #[test]
    fn unclean_paths_lead_elsewhere() {
        for (sent, leads_to) in [
            ("//oauth2/register", "/oauth2/register"),
            ("/oauth2/register/..", "/oauth2"),
            ("/./userinfo", "/userinfo"),
        ] {
            assert!(matches!(Route::of("GET", sent), Route::Clean(path) if path == leads_to), "{sent}");
        }
    }

    #[test]
    fn the_404_page_follows_the_accept_header() {
        let offers = ["text/html", "text/plain", "application/json"];
        for (accept, chosen) in [
            ("*/*", Some("text/html")),
            ("application/json", Some("application/json")),
            ("application/json, application/jwt", Some("application/json")),
            ("text/html;q=0.5, text/plain", Some("text/plain")),
            ("*/*, application/json", Some("application/json")),
            ("", None),
        ] {
            assert_eq!(negotiate(accept, &offers), chosen, "{accept}");
        }
    }
}

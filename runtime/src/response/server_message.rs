//! What a server says about a failure, in the forms that servers use.

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Map, Value};

/// Longer bodies are no messages.
const LONGEST_BODY: usize = 64 * 1024;

/// The most characters of a message that are shown.
const LONGEST: usize = 200;

/// How many objects may be around a message.
const DEPTH: u32 = 6;

/// The message in a body, as the server wrote it: it may hold what was sent.
pub(crate) fn server_message(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let text = std::str::from_utf8(body).ok().filter(|text| text.len() <= LONGEST_BODY)?.trim();
    match text.parse::<Value>() {
        Ok(value) => in_value(&value, DEPTH),
        Err(_) if text.is_empty() || text.starts_with(['<', '{', '[', '"']) => None,
        Err(_) => is_plain(headers).then(|| text.to_owned()),
    }
}

/// The first line with text, without control characters and characters that change the direction of a text, and shortened.
pub(crate) fn one_line(text: &str) -> Option<Box<str>> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let mut line: String = line.chars().map(|c| if is_shown(c) { c } else { ' ' }).take(LONGEST + 1).collect();
    if line.chars().count() > LONGEST {
        line.pop();
        line.push_str("...");
    }
    Some(line.into())
}

fn is_shown(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
}

/// Whether the body is declared as plain text, or not at all.
fn is_plain(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_none_or(|media_type| {
        let start = media_type.as_bytes().get(.."text/plain".len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(b"text/plain"))
    })
}

fn in_value(value: &Value, depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::String(text) => match text.parse::<Value>() {
            // Zod's message is its list of issues as JSON.
            Ok(inner @ (Value::Array(_) | Value::Object(_))) => in_value(&inner, depth),
            _ => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        },
        Value::Array(items) => in_list(items, depth),
        Value::Object(object) => in_object(object, depth),
        _ => None,
    }
}

/// The message of the first item, and how many there are.
fn in_list(items: &[Value], depth: u32) -> Option<String> {
    Some(and_more(in_value(items.first()?, depth)?, items.len()))
}

/// The message of the first name, and how many there are.
fn in_names(errors: &Map<String, Value>, depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let (name, error) = errors.iter().next()?;
    let message = match error {
        Value::Object(inner) => in_object(inner, depth).or_else(|| in_names(inner, depth)),
        other => in_value(other, depth),
    };
    Some(and_more(joined(Some(name.clone()), message?), errors.len()))
}

fn and_more(first: String, count: usize) -> String {
    match count.saturating_sub(1) {
        0 => first,
        more => format!("{first} (and {more} more)"),
    }
}

fn in_object(object: &Map<String, Value>, depth: u32) -> Option<String> {
    let at = |name: &str| object.get(name).and_then(|value| in_value(value, depth));
    let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let errors = || match object.get("errors")? {
        Value::Object(errors) => in_names(errors, depth),
        errors => in_value(errors, depth),
    };
    // RFC 9457, whose `errors` say where; and FastAPI, whose `detail` may be a list.
    if let Some(detail) = at("detail") {
        let detail = match errors() {
            Some(error) => joined(Some(detail), error),
            None => detail,
        };
        return Some(joined(text("title"), detail));
    }
    // RFC 6749, section 5.2.
    if let Some(description) = text("error_description") {
        return Some(joined(text("error"), description));
    }
    if let Some(message) = text("msg").or_else(|| at("message")) {
        return Some(joined(location(object), message));
    }
    match (text("title"), errors()) {
        (Some(title), Some(error)) => Some(joined(Some(title), error)),
        (title, error) => {
            at("error").or(error).or(title).or_else(|| text("reason")).or_else(|| in_lists(object, depth))
        }
    }
}

/// The message of an object that has nothing but lists of texts: Django REST framework and Rails name the properties.
fn in_lists(object: &Map<String, Value>, depth: u32) -> Option<String> {
    let is_list = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    if object.values().all(is_list) { in_names(object, depth) } else { None }
}

/// Where an item of a list of errors is, such as `body.items.0`: FastAPI, Zod and Huma.
fn location(object: &Map<String, Value>) -> Option<String> {
    let steps = ["loc", "path"].into_iter().find_map(|name| object.get(name)?.as_array());
    let Some(steps) = steps else {
        return ["location", "field"].into_iter().find_map(|name| object.get(name)?.as_str()).map(str::to_owned);
    };
    let step = |step: &Value| step.as_str().map_or_else(|| step.to_string(), str::to_owned);
    Some(steps.iter().map(step).collect::<Vec<_>>().join("."))
}

fn joined(first: Option<String>, second: String) -> String {
    match first {
        Some(first) if !first.is_empty() && first != second => format!("{first}: {second}"),
        _ => second,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(media_type: Option<&str>, body: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        if let Some(media_type) = media_type {
            headers.insert(CONTENT_TYPE, media_type.parse().unwrap());
        }
        server_message(&headers, body.as_bytes())
    }

    #[test]
    fn a_message_is_found_in_the_forms_that_servers_use() {
        for (body, expected) in [
            (
                r#"{"type": "about:blank", "title": "Out of stock", "detail": "none left", "status": 409}"#,
                "Out of stock: none left",
            ),
            (r#"{"title": "Not Found", "status": 404}"#, "Not Found"),
            (r#"{"detail": "no such item"}"#, "no such item"),
            (
                r#"{"detail": [{"type": "missing", "loc": ["body", "items", 0], "msg": "Field required", "input": "X"}, {"msg": "b"}]}"#,
                "body.items.0: Field required (and 1 more)",
            ),
            (r#"{"detail": {"message": "nested"}}"#, "nested"),
            (r#"{"error": "invalid_grant", "error_description": "it expired"}"#, "invalid_grant: it expired"),
            (r#"{"status": "error", "error": "bad query"}"#, "bad query"),
            (r#"{"error": {"code": 404, "message": "gone", "status": "NOT_FOUND"}}"#, "gone"),
            (r#"{"error": "Bad Request", "message": ["name is short", "b"]}"#, "name is short (and 1 more)"),
            (r#"{"errors": [{"message": "first"}, {"message": "second"}]}"#, "first (and 1 more)"),
            (r#"{"errors": [{"title": "Invalid", "detail": "too long"}]}"#, "Invalid: too long"),
            (r#"{"title": "Invalid", "errors": {"name": ["is required"]}}"#, "Invalid: name: is required"),
            (
                r#"{"title": "Invalid", "detail": "validation failed", "errors": [{"message": "too short", "location": "body.title", "value": "X"}]}"#,
                "Invalid: validation failed: body.title: too short",
            ),
            (
                r#"{"code": 422, "errors": {"json": {"name": ["Missing data."]}}, "status": "U"}"#,
                "json: name: Missing data.",
            ),
            (r#"{"name": ["c", "d"]}"#, "name: c (and 1 more)"),
            (
                r#"{"success": false, "error": {"name": "ZodError", "message": "[\n{\"code\": \"a\", \"path\": [\"tags\", 0], \"message\": \"a text\"}]"}}"#,
                "tags.0: a text",
            ),
            (r#"{"message": "m", "path": "/pets"}"#, "m"),
            (r#"{"detail": {"code": "gone", "reason": "no such pet"}}"#, "no such pet"),
            ("\u{feff}{\"message\": \"m\"}", "m"),
            ("\"a text\"", "a text"),
        ] {
            assert_eq!(message(Some("application/json"), body).as_deref(), Some(expected), "{body}");
        }
        assert_eq!(
            message(Some("Text/Plain; charset=utf-8"), "404 page not found\n").as_deref(),
            Some("404 page not found")
        );
        assert_eq!(message(None, "no").as_deref(), Some("no"));
    }

    #[test]
    fn other_bodies_have_no_message() {
        for body in [
            "",
            "{}",
            "[]",
            "7",
            "null",
            r#"{"detail": {"short": true}}"#,
            r#"{"names": ["a"], "count": 1}"#,
            r#"{"detail": ""}"#,
            "<html>",
            "{\"detail\": ",
        ] {
            assert_eq!(message(None, body), None, "{body}");
        }
        assert_eq!(message(Some("text/html"), "Bad Gateway"), None);
        assert_eq!(message(Some("application/octet-stream"), "ab"), None);
        assert_eq!(message(None, &"a".repeat(LONGEST_BODY + 1)), None);
        let deep = format!("{}\"a\"{}", "{\"error\": ".repeat(9), "}".repeat(9));
        assert_eq!(message(None, &deep), None);
    }

    #[test]
    fn a_shown_message_is_one_short_line() {
        assert_eq!(one_line("\n \u{1b}[31ma\u{202e}b\r\nc").as_deref(), Some(" [31ma b"));
        assert_eq!(one_line(&"é".repeat(300)).unwrap().chars().count(), LONGEST + 3);
        assert_eq!(one_line(" \n"), None);
    }
}

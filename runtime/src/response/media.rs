//! Which of the declared media types a response has.

#[cfg(feature = "testing")]
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

/// A declared response: status and media type.
type Row = (&'static str, &'static str);

/// The declared response with the media type that was sent. Unless it is strict, JSON may come as one of the types that servers
/// send without thinking of it, and text as anything.
pub(super) fn chosen<'r>(
    candidates: impl Iterator<Item = &'r Row> + Clone,
    sent: Option<&str>,
    is_strict: bool,
) -> Option<Row> {
    let tests: [fn(&str, Option<&str>) -> bool; 7] =
        [has_no_type, is_exactly, is_essence, is_json_too, is_in_range, has_no_body, is_json_as_other];
    let mut tests = tests.iter().take(if is_strict { 6 } else { 7 });
    let found = tests.find_map(|test| candidates.clone().find(|(_, media_type)| test(media_type, sent)));
    let mut all = candidates;
    let only = all.next().filter(|(_, media_type)| !is_strict && all.next().is_none() && is_text(media_type));
    found.or(only).copied()
}

/// Neither the declared response nor the sent one.
fn has_no_type(declared: &str, sent: Option<&str>) -> bool {
    declared.is_empty() && sent.is_none()
}

fn has_no_body(declared: &str, _: Option<&str>) -> bool {
    declared.is_empty()
}

/// The defaults of PHP, of Go, and of stores of files, and what JSON was called before it had a type.
fn is_json_as_other(declared: &str, sent: Option<&str>) -> bool {
    const OTHERS: [&str; 6] = [
        "text/plain",
        "text/html",
        "text/javascript",
        "application/javascript",
        "application/octet-stream",
        "binary/octet-stream",
    ];
    let is_other = |sent: &str| OTHERS.iter().any(|other| essence(sent).eq_ignore_ascii_case(other));
    is_json(essence(declared)) && sent.is_some_and(is_other)
}

/// Whether the response is declared as text, and came as JSON.
pub(super) fn is_text_as_json(declared: &str, sent: Option<&str>) -> bool {
    is_text(declared) && sent.is_some_and(|sent| is_json(essence(sent)))
}

/// Whether the response is declared as JSON, and came as something else.
pub(super) fn is_no_json(declared: &str, sent: Option<&str>) -> bool {
    is_json(essence(declared)) && sent.is_some_and(|sent| !is_json(essence(sent)))
}

fn is_text(declared: &str) -> bool {
    declared.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("text/"))
}

/// A media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// The type itself and all declared parameters.
fn is_exactly(declared: &str, sent: Option<&str>) -> bool {
    let parameters = declared.split(';').skip(1);
    is_essence(declared, sent) && parameters.into_iter().all(|parameter| sent.is_some_and(|sent| has(sent, parameter)))
}

/// Whether a media type has a parameter. Names have no case; whether values have one depends on the parameter.
fn has(media_type: &str, parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return true };
    media_type.split(';').skip(1).filter_map(|other| other.split_once('=')).any(|(other, sent)| {
        name.trim().eq_ignore_ascii_case(other.trim()) && unquoted(value).eq_ignore_ascii_case(unquoted(sent))
    })
}

fn unquoted(value: &str) -> &str {
    value.trim().trim_matches('"')
}

fn is_essence(declared: &str, sent: Option<&str>) -> bool {
    sent.is_some_and(|sent| essence(declared).eq_ignore_ascii_case(essence(sent)))
}

/// A declared JSON type accepts any other JSON type, and a response without a media type.
fn is_json_too(declared: &str, sent: Option<&str>) -> bool {
    is_json(declared) && sent.is_none_or(is_json)
}

/// Whether the declared media type names the sent one, or neither is there.
#[cfg(feature = "testing")]
pub(super) fn is_named(declared: &str, sent: Option<&str>) -> bool {
    match declared {
        "" => sent.is_none(),
        _ => sent.is_some() && (is_essence(declared, sent) || is_in_range(declared, sent)),
    }
}

/// The headers of a response with a JSON body.
#[cfg(feature = "testing")]
pub(super) fn as_json() -> HeaderMap {
    HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}

/// `/json`, `+json`, and vendors' `.json`.
pub(super) fn is_json(media_type: &str) -> bool {
    let media_type = essence(media_type);
    let end = media_type.len().checked_sub("/json".len()).and_then(|start| media_type.get(start..));
    end.is_some_and(|end| ["/json", "+json", ".json"].iter().any(|suffix| end.eq_ignore_ascii_case(suffix)))
}

/// `*/*` and `text/*`.
fn is_in_range(declared: &str, sent: Option<&str>) -> bool {
    match essence(declared).strip_suffix('*') {
        Some("*/") => true,
        Some(range) => {
            let start = sent.and_then(|sent| sent.trim_start().get(..range.len()));
            start.is_some_and(|start| start.eq_ignore_ascii_case(range))
        }
        None => false,
    }
}

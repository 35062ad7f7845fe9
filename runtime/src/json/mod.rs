//! JSON: decoding with the path of what does not fit, and what the types of generated modules are made of.

pub(crate) mod adapters;
mod buffer;
pub(crate) mod bytes;
mod enums;
pub(crate) mod input;
pub(crate) mod integers;
mod integral_numbers;
pub(crate) mod misfit;
mod mismatch;
pub(crate) mod object;
pub(crate) mod path;
pub(crate) mod secret_serde;
pub mod shape;
mod tokens;
pub mod union;

use serde::de::DeserializeOwned;

use crate::error::UndecodedReason;
use misfit::misfit;
pub(crate) use mismatch::NOT_JSON;

/// Decodes a value. The message of serde_json would quote values, so only the path is kept.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, UndecodedReason> {
    let text = text(body)?;
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let Some(respelled) = integral_numbers::respelled(text) else { return Err(misfit(text, &error).into()) };
    serde_json::from_str(&respelled).map_err(|second| match misfit(&respelled, &second) {
        // The first error may be about a number that fits now.
        missing if missing.is_missing => missing.into(),
        _ => misfit(text, &error).into(),
    })
}

/// The body as text. UTF-8 is validated once for the whole body. Some servers begin with a byte order mark.
fn text(body: &[u8]) -> Result<&str, UndecodedReason> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    std::str::from_utf8(body).map_err(|_| {
        let valid = body.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let mut lines = valid.rsplit('\n');
        let column = lines.next().map_or(0, str::len) + 1;
        let line = lines.count() + 1;
        let mismatch = "the text is not UTF-8".to_owned();
        UndecodedReason::Decode { path: path::path(valid, line, column), mismatch, line, column }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Pet {
        id: i64,
        name: Option<String>,
        rest: serde_json::Map<String, serde_json::Value>,
    }
    crate::__object! { Pet, [required id = "id", optional name = "na-me"], rest }

    fn misfit_path(body: &str) -> String {
        match decode::<Vec<Pet>>(body.as_bytes()) {
            Err(UndecodedReason::Decode { path, .. }) => path,
            Err(UndecodedReason::Missing { path }) => format!("no {path}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_object_round_trips_with_what_is_not_declared() {
        let text = r#"{"id":1,"na-me":"n","x":[1]}"#;
        let pet: Pet = decode(text.as_bytes()).unwrap();
        assert_eq!((pet.id, pet.name.as_deref(), pet.rest.len()), (1, Some("n"), 1));
        assert_eq!(serde_json::to_string(&pet).unwrap(), text);
        let pet: Pet = decode(b"\xef\xbb\xbf{\"id\": 1.0, \"na-me\": null}").unwrap();
        assert_eq!(serde_json::to_string(&pet).unwrap(), r#"{"id":1}"#);
    }

    #[test]
    fn a_misfit_has_the_path_of_the_value() {
        assert_eq!(misfit_path(r#"[{"id": 1}, {"id": "x"}]"#), "[1].id");
        assert_eq!(misfit_path(r#"[{"na-me": "n"}]"#), "no [0].id");
        assert_eq!(misfit_path(r#"[{"id": 1}, {"na-me": "n", "x": 1.0}]"#), "no [1].id");
        assert_eq!(misfit_path(r#"[{"id": 1, "id": 2}]"#), "[0].id");
        assert_eq!(misfit_path(r#"[[1, "n"]]"#), "[0]");
        assert_eq!(misfit_path("{}"), "");
        assert!(matches!(decode::<String>(b"\"a\xff\""), Err(UndecodedReason::Decode { line: 1, column: 3, .. })));
    }
}

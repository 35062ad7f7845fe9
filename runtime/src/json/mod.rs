//! JSON: decoding with the path of what does not fit, and what the types of generated modules are made of.

pub(crate) mod adapters;
mod buffer;
pub(crate) mod bytes;
mod enums;
pub(crate) mod input;
pub(crate) mod integers;
pub(crate) mod integral_numbers;
pub(crate) mod misfit;
mod mismatch;
pub(crate) mod object;
pub(crate) mod path;
pub(crate) mod secret_serde;
pub mod shape;
pub(crate) mod spare;
mod tokens;
pub mod union;

use serde::de::DeserializeOwned;

use crate::error::UndecodedReason;
use misfit::misfit;
pub(crate) use mismatch::NOT_JSON;

/// Decodes a value. The message of serde_json would quote values, so only the path is kept.
///
/// A value that does not fit is decoded again: with its integers written as integers, and with unions that keep values which
/// do not fit the branch of their discriminator.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, UndecodedReason> {
    let text = text(body)?;
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) if !error.is_data() => return Err(misfit(text, &error).into()),
        Err(error) => error,
    };
    let respelled = integral_numbers::respelled(text);
    let second = match respelled.as_deref().map(serde_json::from_str) {
        Some(Ok(value)) => return Ok(value),
        Some(Err(error)) => Some(error),
        None => None,
    };
    for text in [Some(text), respelled.as_deref()].into_iter().flatten() {
        if let Ok(value) = spare::keeping(|| serde_json::from_str(text)) {
            return Ok(value);
        }
    }
    if let (Some(text), Some(second)) = (&respelled, &second) {
        // The first error may be about a number that fits now.
        let missing = misfit(text, second);
        if missing.is_missing {
            return Err(missing.into());
        }
    }
    Err(misfit(text, &error).into())
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
    use serde::{Deserialize, Deserializer, Serialize};
    use serde_json::{Value, json};

    use super::buffer::Buffer;
    use super::input::Input;
    use super::spare::Spare;
    use super::union::Union;
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
    fn an_object_round_trips_with_undeclared_properties() {
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

    #[derive(Debug, Serialize)]
    #[serde(untagged)]
    enum Animal {
        Pet(Pet),
        Herd(Herd),
        Unknown(Value),
    }

    #[derive(Debug)]
    struct Herd {
        animals: Vec<Animal>,
    }
    crate::__object! { Herd, [required animals = "animals"] }

    impl<'de> Deserialize<'de> for Animal {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            union::decode(deserializer)
        }
    }

    impl<'de> Union<'de> for Animal {
        const SPARE: Option<Spare<Self>> = Some(Spare::new(Self::Unknown));

        fn from_input<I: Input<'de>>(mut input: I) -> Result<Self, I::Error> {
            match input.discriminator("kind")?.as_deref() {
                Some("pet") => Deserialize::deserialize(input).map(Self::Pet),
                Some("herd") => Deserialize::deserialize(input).map(Self::Herd),
                _ => Deserialize::deserialize(input).map(Self::Unknown),
            }
        }
    }

    #[test]
    fn a_value_that_does_not_fit_the_branch_of_its_discriminator_is_kept() {
        let text = r#"{"kind": "herd", "animals": [
            {"kind": "pet", "id": 1}, {"kind": "pet", "name": "n"}, {"animals": [{"kind": "pet"}], "kind": "herd"}, {"kind": "herd"}
        ]}"#;
        let Animal::Herd(herd) = decode(text.as_bytes()).unwrap() else { panic!("the outer value fits") };
        let [Animal::Pet(pet), Animal::Unknown(nameless), Animal::Herd(inner), Animal::Unknown(empty)] =
            herd.animals.as_slice()
        else {
            panic!("{herd:?}")
        };
        assert_eq!(pet.id, 1);
        assert_eq!(*nameless, json!({"kind": "pet", "name": "n"}));
        assert!(matches!(inner.animals.as_slice(), [Animal::Unknown(value)] if *value == json!({"kind": "pet"})));
        assert_eq!(*empty, json!({"kind": "herd"}));
        // serde_json decodes once.
        assert!(serde_json::from_str::<Animal>(text).is_err());
    }

    #[test]
    fn a_value_that_would_lose_a_property_is_not_kept() {
        let twice = br#"{"kind": "pet", "x": {"a": 1, "a": 2}}"#;
        assert!(matches!(decode::<Animal>(twice), Err(UndecodedReason::Missing { path }) if path == "id"));
        assert!(decode::<Animal>(br#"{"kind": "pet", "id": 1"#).is_err());
    }

    #[test]
    fn the_last_branch_names_a_missing_property_by_its_path() {
        for (value, path) in [
            (json!({"x": 1}), "missing field `animals`"),
            (json!({"animals": [{"kind": "pet", "id": 1}, {"kind": "pet"}]}), "missing field `animals[1].id`"),
            (json!({"animals": "CANARY"}), "expected a valid Herd"),
        ] {
            let buffer = Buffer::deserialize(&value).unwrap();
            let error = union::read_last::<Herd, serde_json::Error>(&buffer, "Herd").unwrap_err();
            assert_eq!(error.to_string(), path);
        }
    }
}

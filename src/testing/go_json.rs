//! JSON bodies read the way the server reads them: first value only, keys in any case, Go's sentences for what is wrong.

use serde_json::{Map, Value};

/// The first JSON value of a body; the rest is ignored.
///
/// The error is the sentence of Go's decoder. Its choice of words after `invalid character` depends on where the
/// character stands; here it is always the commonest one.
pub(super) fn first_value(body: &[u8]) -> Result<Value, String> {
    match serde_json::Deserializer::from_slice(body).into_iter::<Value>().next() {
        None => Err("EOF".to_owned()),
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) if error.is_eof() => Err("unexpected EOF".to_owned()),
        Some(Err(error)) => {
            let culprit = body
                .split(|byte| *byte == b'\n')
                .nth(error.line().saturating_sub(1))
                .and_then(|line| line.get(error.column().saturating_sub(1)))
                .map_or(' ', |byte| char::from(*byte));
            Err(format!("invalid character '{culprit}' looking for beginning of value"))
        }
    }
}

/// A property of an object. The case of its name does not count, but the exact name wins.
pub(super) fn property<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// Go's name for the type of a JSON value.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::first_value;

    #[test]
    fn sentences_are_those_of_the_recordings() {
        for (body, sentence) in [
            ("", "EOF"),
            ("  ", "EOF"),
            ("{", "unexpected EOF"),
            ("redirect_uris=x", "invalid character 'r' looking for beginning of value"),
        ] {
            assert_eq!(first_value(body.as_bytes()), Err(sentence.to_owned()), "{body:?}");
        }
        assert_eq!(first_value(b"{} trailing"), Ok(serde_json::json!({})));
    }
}

//! Numbers in an issued credential are floats in Go's shortest form: `1795442613` goes out as `1.795442613e+09`.

use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;

/// JSON text in which every number is written in Go's `%g` form, as the server does inside a credential.
pub(super) fn to_json_with_floats(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, GoFloats))?;
    Ok(bytes)
}

struct GoFloats;

impl Formatter for GoFloats {
    fn write_i64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        // The server holds these numbers as float64 as well, so nothing is lost that it would keep.
        self.write_f64(writer, value as f64)
    }

    fn write_u64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        self.write_f64(writer, value as f64)
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(shortest(value).as_bytes())
    }
}

/// Exponent form from one million up and below one ten-thousandth; at least two exponent digits.
fn shortest(value: f64) -> String {
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    match exponent.parse::<i32>() {
        Ok(exponent) if value != 0.0 && !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => format!("{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::to_json_with_floats;

    #[test]
    fn numbers_are_written_as_the_recorded_credentials_have_them() {
        let value = serde_json::json!({"a": 1_795_442_613, "b": 1_750_000_000, "c": 3, "d": 1.5, "e": 0, "f": -2_000_000, "g": 0.00001, "h": "1795442613"});
        let text = String::from_utf8(to_json_with_floats(&value).unwrap_or_default()).unwrap_or_default();
        assert_eq!(
            text,
            r#"{"a":1.795442613e+09,"b":1.75e+09,"c":3,"d":1.5,"e":0,"f":-2e+06,"g":1e-05,"h":"1795442613"}"#
        );
    }
}

//! Bytes that are base64 in JSON, for serde's attribute `with`.

use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

fn decode<'de, D: Deserializer<'de>>(engine: &GeneralPurpose, deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    // The error would quote the value.
    engine.decode(text.as_bytes()).map_err(|_| D::Error::custom("invalid base64"))
}

/// Base64 with the standard alphabet and padding (RFC 4648, section 4). Decoding accepts a missing padding.
pub mod standard {
    use super::*;

    const ENGINE: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);

    /// Serializes bytes as base64.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&ENGINE.encode(bytes))
    }

    /// Deserializes bytes from base64.
    ///
    /// # Errors
    ///
    /// The value is not a string of base64.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        decode(&ENGINE, deserializer)
    }
}

/// Base64 with the alphabet for URLs and without padding (RFC 4648, section 5). Decoding accepts padding.
pub mod url_safe {
    use super::*;

    const ENGINE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT.with_encode_padding(false));

    /// Serializes bytes as base64.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&ENGINE.encode(bytes))
    }

    /// Deserializes bytes from base64.
    ///
    /// # Errors
    ///
    /// The value is not a string of base64.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        decode(&ENGINE, deserializer)
    }
}

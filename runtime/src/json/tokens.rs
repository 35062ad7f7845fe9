//! JSON text token by token, for what is done only after a text could not be decoded.
//!
//! A deserializer of serde_json would do, but is compiled anew for each type.

/// The tokens of a text: strings and numbers are one token, and so is any other character.
pub(crate) struct Tokens<'a>(pub(crate) &'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let length = match self.0.as_bytes() {
            [b'"', inside @ ..] => 1 + string(inside),
            [b'-' | b'0'..=b'9', others @ ..] => {
                1 + others.iter().take_while(|byte| b"+-.0123456789Ee".contains(byte)).count()
            }
            _ => self.0.chars().next()?.len_utf8(),
        };
        let (token, rest) = self.0.split_at_checked(length).unwrap_or((self.0, ""));
        self.0 = rest;
        Some(token)
    }
}

/// The length of a string after its first quote; up to the end of the text if it has no last quote.
fn string(inside: &[u8]) -> usize {
    let mut escaped = false;
    let quote = inside.iter().position(|&byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    quote.map_or(inside.len(), |quote| quote + 1)
}

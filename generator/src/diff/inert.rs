//! Makes control characters in a document's text visible, for pages and terminals.

/// The text with visible escapes for control characters, and for characters that change the text direction. `lines`
/// keeps line breaks and tabs. Markup is not escaped.
///
/// ```
/// assert_eq!(openapi_smith::diff::inert("a\u{1b}[2J\tb", false), "a\\u{1b}[2J b");
/// ```
pub fn inert(text: &str, lines: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' if lines => out.push(c),
            '\n' | '\t' | '\r' => out.push(' '),
            c if c.is_control() || turns(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

fn turns(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(inert("a\u{1b}[31mb\u{202e}c\u{0}\n", false), "a\\u{1b}[31mb\\u{202e}c\\u{0} ");
        assert_eq!(inert("a\n\tb\r\n", true), "a\n\tb \n");
    }
}

//! Makes control characters in a document's text visible, for pages and terminals.

/// The text with every sign made visible that a terminal or a reader might obey: control characters, and those that turn
/// the direction of writing. Line breaks and tabs stay where `lines` says so. It says nothing of markup: escape the text
/// besides.
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
    fn nothing_is_obeyed() {
        assert_eq!(inert("a\u{1b}[31mb\u{202e}c\u{0}\n", false), "a\\u{1b}[31mb\\u{202e}c\\u{0} ");
        assert_eq!(inert("a\n\tb\r\n", true), "a\n\tb \n");
    }
}

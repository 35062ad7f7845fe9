//! Hostile documents: a random document, and the same document with hostile texts in every string.
//!
//! The two outputs of the generator may differ only in literals, comments and identifiers, and each identifier that
//! differs has the number of its name. So no text of a document is ever code.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde_json::{Map, Value, json};

/// Texts that end a string, a comment or a block, or are code.
const HOSTILE: [&str; 44] = [
    "\"",
    "\\",
    "\\\"",
    "'",
    "`",
    "```",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "\u{1b}[31m",
    "\u{2028}",
    "\u{85}",
    "\u{feff}",
    "\u{202e}",
    "*/",
    "/*",
    "//",
    "//!",
    "///",
    "#![no_std]",
    "#[cfg(any())]",
    "}",
    "{",
    "{}",
    "{0:?}",
    "${x}",
    ")",
    "]",
    "\"#",
    "r#\"",
    "b'",
    "'static",
    ";",
    "::std::process::exit(1);",
    "\"); panic!(\"",
    "} fn main() {",
    "unsafe { }",
    "crate::x",
    "<script>",
    "](x)",
    "🦀",
    "$crate",
];

/// Makes the strings of a document.
struct Texts {
    /// `None`: plain texts.
    hostile: Option<fastrand::Rng>,
    /// The start of all names, so that names have the same order in both documents.
    start: String,
    count: usize,
    /// The number of strings with hostile texts.
    hostile_count: usize,
}

impl Texts {
    fn new(seed: u64, is_hostile: bool) -> Self {
        let mut texts = Self {
            hostile: is_hostile.then(|| fastrand::Rng::with_seed(!seed)),
            start: String::new(),
            count: 0,
            hostile_count: 0,
        };
        texts.start = texts.hostile_text();
        texts
    }

    /// Up to three hostile texts; empty in the plain document.
    fn hostile_text(&mut self) -> String {
        let Some(random) = &mut self.hostile else { return String::new() };
        (0..random.usize(..4)).map(|_| HOSTILE[random.usize(..HOSTILE.len())]).collect()
    }

    /// A name with a unique number.
    fn name(&mut self) -> String {
        self.count += 1;
        let end = self.hostile_text();
        self.hostile_count += usize::from(!self.start.is_empty() || !end.is_empty());
        format!("{}n{:04}{end}", self.start, self.count)
    }

    /// A name without the characters that have a meaning at its location.
    fn name_without(&mut self, special: &[char]) -> String {
        self.name().replace(special, "")
    }

    /// A name that no type or branch is named after, in neither document: a title or a value with an exclamation mark.
    fn unfit(&mut self) -> String {
        self.name() + "!"
    }

    /// A text without a meaning for the output.
    fn text(&mut self) -> Value {
        let (start, end) = (self.hostile_text(), self.hostile_text());
        self.hostile_count += usize::from(!start.is_empty() || !end.is_empty());
        json!(format!("{start}t{end}"))
    }
}

/// A document in JSON. The texts alone depend on `is_hostile`.
#[must_use]
pub fn document(seed: u64, is_hostile: bool) -> String {
    made(seed, is_hostile).0
}

/// A document, and the number of its strings with hostile texts.
fn made(seed: u64, is_hostile: bool) -> (String, usize) {
    let mut maker = Maker { random: fastrand::Rng::with_seed(seed), texts: Texts::new(seed, is_hostile), is_hostile };
    let document = maker.document().to_string();
    (document, maker.texts.hostile_count)
}

struct Maker {
    random: fastrand::Rng,
    texts: Texts,
    is_hostile: bool,
}

impl Maker {
    fn document(&mut self) -> Value {
        let components: Vec<String> = (0..self.random.usize(1..4)).map(|_| self.texts.name()).collect();
        let scheme = self.texts.name();
        let mut schemas = Map::new();
        for component in &components {
            let schema = self.object(&components, 0);
            schemas.insert(component.clone(), schema);
        }
        let mut paths = Map::new();
        for _ in 0..self.random.usize(1..3) {
            // These characters separate the parts of a path.
            let path = self.texts.name_without(&['{', '}', '?', '#']);
            let parameter = self.texts.name_without(&['{', '}', '/', '?', '#']);
            let operation = self.operation(&components, &parameter, &scheme);
            paths.insert(format!("/{path}/{{{parameter}}}"), json!({ "post": operation }));
        }
        let version = ["3.0.3", "3.1.0"][self.random.usize(..2)];
        // Braces are the variables of a server.
        let server = self.texts.name_without(&['{', '}']);
        let mut info = json!({ "title": self.texts.text(), "version": self.texts.text() });
        if self.random.bool() {
            info["x-source"] = self.texts.text();
        }
        let scheme = (scheme, self.security_scheme());
        json!({
            "openapi": version,
            "info": info,
            "servers": [{ "url": format!("https://x.example/{server}"), "description": self.texts.text() }],
            "paths": paths,
            "components": { "schemas": schemas, "securitySchemes": Map::from_iter([scheme]) },
        })
    }

    fn security_scheme(&mut self) -> Value {
        match self.random.u8(..3) {
            0 => json!({ "type": "http", "scheme": "bearer", "description": self.texts.text() }),
            1 => json!({ "type": "apiKey", "in": "header", "name": "X-Key", "description": self.texts.text() }),
            _ => json!({ "type": "apiKey", "in": "query", "name": self.texts.name() }),
        }
    }

    fn operation(&mut self, components: &[String], path_parameter: &str, scheme: &str) -> Value {
        let mut parameters =
            vec![json!({ "in": "path", "name": path_parameter, "required": true, "schema": { "type": "string" } })];
        for _ in 0..self.random.usize(..3) {
            let place = ["query", "header", "cookie"][self.random.usize(..3)];
            let name = self.texts.name();
            let schema = self.scalar();
            let text = self.texts.text();
            parameters.push(json!({ "in": place, "name": name, "schema": schema, "description": text }));
        }
        let mut operation = json!({
            "operationId": self.texts.name(),
            "summary": self.texts.text(),
            "description": self.texts.text(),
            "tags": [self.texts.text()],
            "parameters": parameters,
            "security": [{ scheme: [] }],
            "x-limit": self.texts.text(),
        });
        if self.random.bool() {
            operation["requestBody"] = json!({ "description": self.texts.text(), "content": self.content(components) });
        }
        let mut responses = Map::new();
        for status in ["200", "404", "default"] {
            if self.random.bool() {
                let mut response = json!({ "description": self.texts.text(), "content": self.content(components) });
                if self.random.bool() {
                    let header = self.texts.name();
                    let schema = self.scalar();
                    response["headers"] = json!({ header: { "schema": schema, "description": self.texts.text() } });
                }
                responses.insert(status.to_owned(), response);
            }
        }
        operation["responses"] = Value::Object(responses);
        operation
    }

    fn content(&mut self, components: &[String]) -> Value {
        let mut content = Map::new();
        let mut schema = self.schema(components, 0);
        let media = match self.random.u8(..4) {
            0 | 1 => "application/json".to_owned(),
            2 => {
                // A form is an object.
                schema = json!({ "type": "object", "properties": { self.texts.name(): schema } });
                "application/x-www-form-urlencoded".to_owned()
            }
            // These characters separate the parts of a media type.
            _ => format!("application/{}", self.texts.name_without(&['/', ';', '*', '+', '\n', '\r', '\t', '\u{85}'])),
        };
        content.insert(media, json!({ "schema": schema, "example": self.texts.text() }));
        Value::Object(content)
    }

    fn scalar(&mut self) -> Value {
        match self.random.u8(..5) {
            0 => json!({ "type": "string", "pattern": self.texts.text(), "format": self.texts.text() }),
            1 => {
                json!({ "type": "string", "enum": [self.texts.unfit(), self.texts.unfit()], "default": self.texts.text() })
            }
            2 => json!({ "type": "integer", "format": "int32", "title": self.texts.text() }),
            3 => json!({ "type": "boolean", "description": self.texts.text() }),
            _ => json!({ "type": "string", "default": self.texts.text(), "example": self.texts.text() }),
        }
    }

    fn schema(&mut self, components: &[String], depth: usize) -> Value {
        let mut schema = match self.random.u8(..8) {
            0..=2 if depth < 3 => self.object(components, depth),
            3 if depth < 3 => json!({ "type": "array", "items": self.schema(components, depth + 1) }),
            4 if depth < 3 => {
                json!({ "type": "object", "additionalProperties": self.schema(components, depth + 1) })
            }
            5 if depth < 2 => {
                let branches = [self.object(components, 3), self.object(components, 3)];
                json!({ ["oneOf", "anyOf"][self.random.usize(..2)]: branches })
            }
            6 => return json!({ "$ref": reference(&components[self.random.usize(..components.len())]) }),
            _ => self.scalar(),
        };
        if self.is_hostile {
            // Nothing that a document may contain names code.
            schema["x-rust-type"] = json!("::std::process::Command");
            schema["x-rust-name"] = self.texts.text();
            schema["x-derive"] = json!(["::evil::Derive"]);
        }
        schema
    }

    fn object(&mut self, components: &[String], depth: usize) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for _ in 0..self.random.usize(1..4) {
            let name = self.texts.name();
            if self.random.bool() {
                required.push(name.clone());
            }
            let schema = self.schema(components, depth + 1);
            properties.insert(name, schema);
        }
        json!({
            "type": "object",
            "title": self.texts.unfit(),
            "description": self.texts.text(),
            "properties": properties,
            "required": required,
        })
    }
}

/// A reference to a component.
fn reference(component: &str) -> String {
    let escaped = component.replace('~', "~0").replace('/', "~1");
    let encoded: String = escaped.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("#/components/schemas/{encoded}")
}

/// Compares the outputs for the two documents of a seed. Returns the number of strings with hostile texts.
///
/// # Errors
///
/// A document is refused, or the outputs differ in more than literals, comments and identifiers.
pub fn check(seed: u64, generate: impl Fn(&str) -> Result<String, String>) -> Result<usize, String> {
    let (hostile_document, hostile_count) = made(seed, true);
    let tokens = |document: &str| {
        let code = generate(document).map_err(|error| format!("refused: {error}"))?;
        let tokens: TokenStream = code.parse().map_err(|error| format!("no tokens: {error}"))?;
        let mut found = Vec::new();
        flatten(tokens, &mut found);
        Ok::<_, String>(found)
    };
    let (plain, hostile) = (tokens(&document(seed, false))?, tokens(&hostile_document)?);
    let pairs = plain.iter().zip(&hostile).enumerate();
    if let Some((index, _)) = pairs.into_iter().find(|(_, (plain, hostile))| !is_same(plain, hostile)) {
        let around =
            |tokens: &[Token]| format!("{:?}", &tokens[index.saturating_sub(12)..(index + 4).min(tokens.len())]);
        return Err(format!("the outputs differ:\n{}\n{}", around(&plain), around(&hostile)));
    }
    if plain.len() == hostile.len() { Ok(hostile_count) } else { Err("one output is longer".to_owned()) }
}

/// A token without the text of literals.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Sign(char),
    Literal,
    Open(Delimiter),
    Close,
}

/// The tokens without comments and without the layout: the last commas of lists, and braces around one expression.
fn flatten(tokens: TokenStream, found: &mut Vec<Token>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let is_inner = tokens.next_if(|next| matches!(next, TokenTree::Punct(punct) if punct.as_char() == '!'));
                if tokens.next_if(is_doc).is_none() {
                    found.push(Token::Sign('#'));
                    found.extend(is_inner.map(|_| Token::Sign('!')));
                }
            }
            TokenTree::Punct(punct) => {
                if matches!(punct.as_char(), '>' | '|') {
                    without_last_comma(found);
                }
                found.push(Token::Sign(punct.as_char()));
            }
            TokenTree::Ident(ident) => found.push(Token::Word(ident.to_string())),
            TokenTree::Literal(_) => found.push(Token::Literal),
            TokenTree::Group(group) if is_optional(&group, found) => {
                flatten(group.stream(), found);
                let is_arm = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ',');
                if !is_arm {
                    found.push(Token::Sign(','));
                }
            }
            TokenTree::Group(group) => {
                found.push(Token::Open(group.delimiter()));
                flatten(group.stream(), found);
                without_last_comma(found);
                found.push(Token::Close);
            }
        }
    }
}

/// Whether these are the braces around the only expression of a match arm or a closure, which depend on the length of
/// the line.
fn is_optional(group: &proc_macro2::Group, before: &[Token]) -> bool {
    let is_body = before.ends_with(&[Token::Sign('='), Token::Sign('>')]) || before.ends_with(&[Token::Sign('|')]);
    let has_statements = |token: TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    group.delimiter() == Delimiter::Brace && is_body && !group.stream().into_iter().any(has_statements)
}

/// The last comma of a list depends on the length of its line.
fn without_last_comma(found: &mut Vec<Token>) {
    if found.last() == Some(&Token::Sign(',')) {
        found.pop();
    }
}

/// Whether this is the `[doc = "..."]` of a comment, or a `[doc(alias = "...")]`.
fn is_doc(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(ident)) if ident == "doc")
}

/// Whether two tokens differ at most as two identifiers of the same name do.
fn is_same(plain: &Token, hostile: &Token) -> bool {
    match (plain, hostile) {
        (Token::Word(plain), Token::Word(hostile)) if plain != hostile => {
            number(plain).is_some_and(|number| hostile.contains(number))
        }
        _ => plain == hostile,
    }
}

/// The number of a name in an identifier.
fn number(word: &str) -> Option<&str> {
    let lengths = word.char_indices().filter(|(_, c)| matches!(c, 'n' | 'N'));
    let mut numbers = lengths.filter_map(|(at, _)| word.get(at + 1..at + 5));
    numbers.find(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(plain: &str, hostile: &str) -> bool {
        check(0, |document| {
            Ok(if document == self::document(0, false) { plain.to_owned() } else { hostile.to_owned() })
        })
        .is_ok()
    }

    #[test]
    fn only_literals_comments_and_names_may_differ() {
        assert!(compared("/// a\nfn n0001() { \"a\" }", "/// b\n/// c\nfn evil_n0001() { \"}\" }"));
        assert!(!compared("fn n0001() { \"a\" }", "fn n0001() { \"a\"; evil() }"));
        assert!(!compared("fn n0001() { good() }", "fn n0001() { evil() }"));
        assert!(!compared("fn n0001() {}", "fn n0002() {}"));
        assert!(!compared("fn n0001() {}", "#[evil] fn n0001() {}"));
        assert!(!compared("a(1)", "a[1]"));
    }
}

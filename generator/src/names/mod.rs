//! Converts the document's names to Rust identifiers, without collisions and the same on every run.

mod assign;
mod casing;
mod identifier;
mod kana;
mod latin;
mod look_alikes;
mod paths;
mod scope;
mod setters;
mod wanted;

pub(crate) use assign::{Chosen, Plan, TypePlan, assign};
pub(crate) use identifier::{Identifier, ModulePath};
pub(crate) use paths::{Paths, RUNTIME};
pub(crate) use scope::Scope;
pub(crate) use setters::setter;
pub(crate) use wanted::Wanted;

use crate::ir::Name;

/// The Rust name of a property, a parameter or a method: snake case, never empty, a keyword marked as raw.
pub(crate) fn value_name(wire: &str) -> Name {
    let rust = casing::snake(wire);
    let is_raw = is_keyword(&rust);
    if cannot_be_raw(&rust) {
        return Name { wire: wire.to_owned(), rust: format!("{rust}_"), is_raw: false };
    }
    Name { wire: wire.to_owned(), rust, is_raw }
}

/// The Rust name of a type or a variant: camel case, never empty, never a keyword, short enough for rustdoc's file
/// name.
pub(crate) fn type_name(wire: &str) -> String {
    let name = casing::camel(wire);
    if name == "Self" { "Self_".to_owned() } else { shortened(name) }
}

/// The longest name: a file name has at most 255 bytes, with a prefix and a suffix.
const MOST_BYTES: usize = 200;

/// Shortens a long name to its beginning and its last words, because names of nested schemas differ at the end.
fn shortened(name: String) -> String {
    if name.len() <= MOST_BYTES {
        return name;
    }
    let begins = |(at, c): (usize, char)| (at >= name.len() - MOST_BYTES / 2 && !c.is_lowercase()).then_some(at);
    let tail = name.char_indices().find_map(begins).and_then(|at| name.get(at..)).unwrap_or_default();
    let ends = name.char_indices().map(|(at, _)| at).take_while(|at| at + tail.len() <= MOST_BYTES).last();
    let head = ends.and_then(|at| name.get(..at)).unwrap_or_default();
    format!("{head}{tail}")
}

/// The Rust names of properties or parameters in one scope. A name that several need stays with the one that is written
/// so; the others get a number. A reserved name gets an underscore, as setters do.
pub(crate) fn value_names<'a>(wires: impl IntoIterator<Item = &'a str>, reserved: &[&str]) -> Vec<Name> {
    let mut names: Vec<Name> = wires.into_iter().map(value_name).collect();
    for name in names.iter_mut().filter(|name| reserved.contains(&name.rust.as_str())) {
        *name = Name { rust: format!("{}_", name.rust), is_raw: false, wire: std::mem::take(&mut name.wire) };
    }
    let (exact, others): (Vec<usize>, Vec<usize>) =
        (0..names.len()).partition(|&index| names.get(index).is_some_and(|name| name.rust == name.wire));
    let mut scope = Scope::new(reserved);
    let mut given = vec![None; names.len()];
    for index in exact.into_iter().chain(others) {
        let (Some(name), Some(slot)) = (names.get(index), given.get_mut(index)) else { continue };
        let rust = scope.claim(&name.rust, "_");
        let is_raw = name.is_raw && rust == name.rust;
        *slot = Some(Name { rust, is_raw, ..name.clone() });
    }
    given.into_iter().flatten().collect()
}

/// The variant that keeps unknown values. If it is last, it is named last.
const CATCH_ALL: &str = "Unknown";

/// The Rust names of the variants of one enum. The shortest text gets a name that several need, so the names do not
/// depend on the order in the document.
pub(crate) fn variant_names(wanted: &[String]) -> Vec<String> {
    let mut order: Vec<(usize, &String)> = wanted.iter().enumerate().collect();
    let is_catch_all = |(index, name): &(usize, &String)| index + 1 == wanted.len() && name.as_str() == CATCH_ALL;
    let is_exact = |name: &str| type_name(name) == name;
    order.sort_by_key(|entry| (is_catch_all(entry), !is_exact(entry.1), entry.1.len(), entry.1, entry.0));
    let mut scope = Scope::new(&[]);
    let mut given = vec![String::new(); wanted.len()];
    for entry in order {
        let (index, name) = entry;
        if let Some(slot) = given.get_mut(index) {
            let ideal = type_name(name);
            // A known value `unknown` is a value of its own.
            let is_free = !is_catch_all(&entry) || scope.take(&ideal);
            *slot = match is_catch_all(&entry) {
                true if is_free => ideal,
                true => scope.claim(OTHER, ""),
                false => scope.claim(&ideal, ""),
            };
        }
    }
    given
}

/// The catch-all beside a known value of its name.
const OTHER: &str = "Other";

/// The items of the runtime that generated modules export. A type of the document may have such a name; then the module
/// does not export the item, so a name never means two things.
pub(crate) const RUNTIME_ITEMS: [&str; 17] = [
    "AccessToken",
    "BuildError",
    "ByteStream",
    "Call",
    "Credential",
    "Error",
    "Failure",
    "InvalidBaseUrl",
    "InvalidHeader",
    "JsonStream",
    "Part",
    "RawResponse",
    "ResponseValue",
    "Secret",
    "StreamCall",
    "Undecoded",
    "UndecodedReason",
];

/// The methods that every generated client has; an operation of the same name gets an underscore.
pub(crate) const CLIENT_METHODS: [&str; 7] =
    ["new", "builder", "with_operation_server", "with_one_server", "base_url", "send_request", "clone"];

/// The local names of generated methods; a parameter of the same name gets an underscore.
pub(crate) const METHOD_LOCALS: [&str; 11] =
    ["self", "body", "params", "request", "read", "client", "types", "support", "call", "open", "identity"];

/// The `with_` methods that every generated client has.
pub(crate) const WITH_METHODS: [&str; 2] = ["operation_server", "one_server"];

/// The keywords of every edition, strict and reserved (Rust reference, "Keywords").
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Whether a name has to be written `r#name`.
pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name) && !cannot_be_raw(name)
}

/// The names that may not be written `r#name`.
fn cannot_be_raw(name: &str) -> bool {
    matches!(name, "crate" | "self" | "Self" | "super" | "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_becomes_an_identifier_that_parses() {
        for keyword in KEYWORDS {
            let name = value_name(keyword);
            let text = if name.is_raw { format!("r#{}", name.rust) } else { name.rust.clone() };
            assert!(syn::parse_str::<syn::Ident>(&text).is_ok(), "{keyword} -> {text}");
            assert!(syn::parse_str::<syn::Ident>(&type_name(keyword)).is_ok(), "{keyword}");
        }
    }

    #[test]
    fn any_text_becomes_an_identifier_that_parses() {
        for wire in [
            "", "_", "-", "1st", "a b", "日本", "é", "🦀", "+1", "-1", "$ref", "@id", "a::b", "\u{0}", "x-y_Z", "²",
            "r#type",
        ] {
            let name = value_name(wire);
            let text = if name.is_raw { format!("r#{}", name.rust) } else { name.rust.clone() };
            assert!(syn::parse_str::<syn::Ident>(&text).is_ok(), "{wire:?} -> {text:?}");
            let name = type_name(wire);
            assert!(syn::parse_str::<syn::Ident>(&name).is_ok(), "{wire:?} -> {name:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_beginning_and_its_end() {
        let long = |last: &str| type_name(&format!("First{}{last}", "ThingOf".repeat(40)));
        for (name, end) in [(long("Item"), "ThingOfThingOfItem"), (long("Request"), "ThingOfThingOfRequest")] {
            assert!(name.len() <= MOST_BYTES && name.len() > MOST_BYTES - 20, "{name}");
            assert!(name.starts_with("FirstThingOfThing") && name.ends_with(end), "{name}");
        }
        // Letters without case, of several bytes.
        for text in ["日本".repeat(100), "é".repeat(300)] {
            let name = type_name(&text);
            assert!(!name.is_empty() && name.len() <= MOST_BYTES, "{name}");
        }
        assert_eq!(type_name(&"A".repeat(MOST_BYTES)).len(), MOST_BYTES);
    }

    #[test]
    fn variant_names_do_not_depend_on_the_order() {
        let names = |wanted: &[&str]| {
            let wanted: Vec<String> = wanted.iter().map(|&name| name.to_owned()).collect();
            let given = variant_names(&wanted);
            let mut pairs: Vec<(String, String)> = wanted.into_iter().zip(given).collect();
            pairs.sort();
            pairs
        };
        let pair = |wire: &str, rust: &str| (wire.to_owned(), rust.to_owned());
        assert_eq!(names(&["name", "-name"]), [pair("-name", "MinusName"), pair("name", "Name")]);
        assert_eq!(names(&["-name", "name"]), names(&["name", "-name"]));
        // A name that is written as in Rust keeps its name, whatever the lengths.
        assert_eq!(
            names(&["not in", "NotIn", "NOT_IN"]),
            [pair("NOT_IN", "NotIn2"), pair("NotIn", "NotIn"), pair("not in", "NotIn3")]
        );
        assert_eq!(
            names(&["created_desc", "CREATED_ASC"]),
            [pair("CREATED_ASC", "CreatedAsc"), pair("created_desc", "CreatedDesc")]
        );
        assert_eq!(names(&["a b", "a", "a_b", "a-b"]), names(&["a-b", "a_b", "a b", "a"]));
        // The catch-all is named last, whatever the lengths.
        assert_eq!(names(&["--unknown", "Unknown"]), [pair("--unknown", "Unknown"), pair("Unknown", "Other")]);
    }

    #[test]
    fn names_in_one_scope_differ() {
        let names = value_names(["a-b", "a_b", "aB", "type", "Type"], &["options"]);
        let rust: Vec<_> = names.iter().map(|name| name.rust.as_str()).collect();
        assert_eq!(rust, ["a_b_2", "a_b", "a_b_3", "type", "type_2"]);
        assert_eq!(names.iter().map(|name| name.is_raw).collect::<Vec<_>>(), [false, false, false, true, false]);
        let reserved = value_names(["options"], &["options"]);
        assert!(matches!(reserved.as_slice(), [name] if name.rust == "options_"), "{reserved:?}");
    }
}

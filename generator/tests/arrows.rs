//! The imports between the rooms of the sources match the drawings in ARCHITECTURE.md.
//!
//! A room is a folder or file directly below `src`. An import without an arrow fails, and so does an arrow without an
//! import.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

/// An arrow: from one room to another.
type Arrow = (String, String);

/// The arrows that point up, each with its reason. A removed arrow must be removed here, too.
const UP: &[(&str, &str, &str, &str)] = &[
    (
        "generator/src",
        "diff",
        "lib",
        "`ListedOperation` and the size of the stack are in lib.rs; a file `output.rs` is missing",
    ),
    (
        "generator/src",
        "emit",
        "lib",
        "`GeneratedType` and the size of the stack are in lib.rs; a file `output.rs` is missing",
    ),
    ("runtime/src", "generated", "lib", "`macro_rules` are exported at the root of their crate"),
    ("generator/src", "lower", "lib", "`ListedOperation` is in lib.rs; a file `output.rs` is missing"),
];

#[test]
fn the_drawings_match_the_imports() {
    let architecture = std::fs::read_to_string(test_support::workspace().join("ARCHITECTURE.md")).unwrap();
    let drawings = drawings(&architecture);
    assert_eq!(drawings.keys().collect::<Vec<_>>(), ["generator/src", "runtime/src", "src"]);
    let mut wrong = Vec::new();
    for (folder, drawn) in &drawings {
        let real = imports(&test_support::workspace().join(folder));
        let up: BTreeSet<Arrow> =
            UP.iter().filter(|(of, ..)| of == folder).map(|(_, from, to, _)| arrow(from, to)).collect();
        let gone = up.iter().filter(|arrow| !real.contains_key(arrow));
        wrong.extend(gone.map(|(from, to)| format!("{folder}: {from} no longer imports {to}: take it out of UP")));
        wrong.extend(real.iter().filter(|(arrow, _)| !drawn.contains(arrow) && !up.contains(arrow)).map(
            |((from, to), file)| format!("{folder}: {from} imports {to}, which is not drawn: {}", file.display()),
        ));
        let unused = drawn.iter().filter(|arrow| !real.contains_key(arrow));
        wrong.extend(unused.map(|(from, to)| format!("{folder}: {from} --> {to} is drawn, and nothing imports it")));
        if let Some(circle) = circle(drawn) {
            wrong.push(format!("{folder}: a circle: {}", circle.join(" --> ")));
        }
    }
    assert!(wrong.is_empty(), "see the drawings in ARCHITECTURE.md\n{}", wrong.join("\n"));
}

#[test]
fn every_form_of_import_is_found() {
    let text = "
        use crate::read::{Node, text};
        use crate::{names::Name, ir};
        use super::problem::Problem;
        fn f() -> crate::location::Location { quote! { crate::emitted::x } }
        mod inner { use super::super::report; fn g() { super::own() } }
        #[cfg(test)] mod tests { use crate::settings; }
    ";
    let mut found = BTreeSet::new();
    let tokens = syn::parse_file(text).unwrap().into_token_stream();
    targets(tokens, &["lower".to_owned()], &mut found);
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        ["ir", "location", "lower", "names", "problem", "read", "report"]
    );
}

/// The stand-in and the client share no code, so the two cannot be wrong in the same way.
#[test]
fn the_stand_in_shares_no_code_with_the_client() {
    let arrows = imports(&test_support::workspace().join("src"));
    let shared: Vec<_> = arrows.iter().filter(|((from, _), _)| from == "testing").collect();
    assert!(shared.is_empty(), "{shared:?}");
    assert!(arrows.keys().any(|(from, to)| from == "verify" && to == "error"), "{arrows:?}");
}

fn arrow(from: &str, to: &str) -> Arrow {
    (from.to_owned(), to.to_owned())
}

/// The Mermaid drawings: the folder in the first comment of each, and its arrows.
fn drawings(architecture: &str) -> BTreeMap<String, BTreeSet<Arrow>> {
    let blocks = architecture.split("```mermaid\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks
        .filter_map(|block| {
            let folder = block.lines().find_map(|line| line.trim().strip_prefix("%% rooms of "))?;
            let arrows = block.lines().filter_map(|line| line.split_once("-->"));
            let arrows = arrows.flat_map(|(from, to)| to.split('&').map(move |to| (from.trim(), to.trim())));
            Some((folder.to_owned(), arrows.map(|(from, to)| (from.to_owned(), to.to_owned())).collect()))
        })
        .collect()
}

/// Every import from one room to another, with a file that has it.
fn imports(src: &Path) -> BTreeMap<Arrow, PathBuf> {
    let mut arrows = BTreeMap::new();
    let rooms: BTreeSet<String> = entries(src).iter().map(|path| stem(path)).collect();
    for file in files(src) {
        let module = module(file.strip_prefix(src).unwrap());
        // The root of a crate may import everything. Programs and tests are not rooms.
        let Some(room) = module.first().filter(|room| *room != "bin" && !stem(&file).ends_with("tests")) else {
            continue;
        };
        let text = std::fs::read_to_string(&file).unwrap();
        let mut found = BTreeSet::new();
        targets(syn::parse_file(&text).unwrap().into_token_stream(), &module, &mut found);
        for target in found {
            let target = if rooms.contains(&target) { target } else { "lib".to_owned() };
            if target != *room {
                arrows.entry((room.clone(), target)).or_insert_with(|| file.clone());
            }
        }
    }
    arrows
}

/// The first segment after `crate::`, or after enough `super::` to reach the root.
fn targets(tokens: TokenStream, module: &[String], found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let ident = |index: usize| match tokens.get(index) {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    };
    let group = |index: usize| match tokens.get(index) {
        Some(TokenTree::Group(group)) => Some(group),
        _ => None,
    };
    let is_dollar = |index: usize| matches!(tokens.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == '$');
    let is_path = |index: usize| matches!(tokens.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    let mut index = 0;
    while index < tokens.len() {
        let word = ident(index);
        if word == "quote" && group(index + 2).is_some() {
            // Generated text is not an import.
            index += 3;
        } else if word == "mod" && group(index + 2).is_some() {
            let name = ident(index + 1);
            if name != "tests" {
                let inner = [module, &[name]].concat();
                targets(group(index + 2).unwrap().stream(), &inner, found);
            }
            index += 3;
        } else if is_dollar(index) {
            // `$crate` of a macro: what is printed in another crate.
            index += 2;
        } else if (word == "crate" || word == "super") && is_path(index + 1) {
            let mut at = if word == "crate" { &[][..] } else { module };
            while ident(index) == "super" && is_path(index + 1) {
                at = at.split_last().map_or(&[][..], |(_, parent)| parent);
                index += 3;
            }
            index += if word == "crate" { 3 } else { 0 };
            match (at.first(), group(index)) {
                (Some(room), _) => drop(found.insert(room.clone())),
                (None, Some(group)) => first_segments(group.stream(), found),
                (None, None) => drop(found.insert(ident(index))),
            }
        } else {
            if let Some(group) = group(index) {
                targets(group.stream(), module, found);
            }
            index += 1;
        }
    }
}

/// The first segment of each path in the braces of a `use`.
fn first_segments(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let mut is_first = true;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if is_first => {
                found.insert(ident.to_string());
                is_first = false;
            }
            TokenTree::Punct(punct) => is_first |= punct.as_char() == ',',
            TokenTree::Group(group) => assert_eq!(group.delimiter(), Delimiter::Brace),
            _ => {}
        }
    }
}

/// The rooms of a cycle, if the arrows have one.
fn circle(arrows: &BTreeSet<Arrow>) -> Option<Vec<String>> {
    fn search(room: &str, arrows: &BTreeSet<Arrow>, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> bool {
        if way.iter().any(|known| known == room) {
            way.push(room.to_owned());
            return true;
        }
        if !done.insert(room.to_owned()) {
            return false;
        }
        way.push(room.to_owned());
        let next = arrows.iter().filter(|(from, _)| from == room);
        if next.into_iter().any(|(_, to)| search(to, arrows, way, done)) {
            return true;
        }
        way.pop();
        false
    }
    let (mut way, mut done) = (Vec::new(), BTreeSet::new());
    arrows.iter().any(|(from, _)| search(from, arrows, &mut way, &mut done)).then_some(way)
}

fn module(file: &Path) -> Vec<String> {
    let segments = file.with_extension("");
    let segments = segments.iter().map(|segment| segment.to_str().unwrap().to_owned());
    segments.filter(|segment| segment != "mod" && segment != "lib" && segment != "main").collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

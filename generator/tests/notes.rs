//! Every kind of note has a fixture with its code, location and text; `docs/codes.md` lists every code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use openapi_smith::{NOTE_CODES, PROBLEM_CODES, Settings, generate};

/// The settings in the comments at the top of a fixture: `# format: uuid = uuid::Uuid`, `# all-schemas`.
fn settings(text: &str) -> Settings {
    let settings = Settings::new().all_schemas(text.lines().any(|line| line == "# all-schemas"));
    text.lines().filter_map(|line| line.strip_prefix("# format: ")).fold(settings, |settings, line| {
        let (format, ty) = line.split_once(" = ").unwrap();
        settings.format(format, ty)
    })
}

#[test]
fn every_kind_has_a_fixture() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/notes");
    let mut fixtures: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    fixtures.sort();
    let mut seen = BTreeSet::new();
    for path in fixtures {
        let text = fs::read_to_string(&path).unwrap();
        let output = generate(&text, &settings(&text)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let notes = output.report.notes();
        seen.extend(notes.iter().map(|note| note.code()));
        let lines: Vec<String> = notes.iter().map(|note| format!("{}: {note}", note.code())).collect();
        insta::assert_snapshot!(path.file_stem().unwrap().to_str().unwrap(), lines.join("\n"));
    }
    let listed: BTreeSet<&str> = NOTE_CODES.iter().copied().collect();
    assert_eq!(seen, listed, "the fixtures show the codes on the left");
    assert_eq!(listed.len(), NOTE_CODES.len(), "a code is listed twice");
}

#[test]
fn every_code_is_documented() {
    let page = include_str!("../docs/codes.md");
    for code in NOTE_CODES.iter().chain(PROBLEM_CODES) {
        assert!(page.contains(&format!("| `{code}` |")), "docs/codes.md has no row for {code}");
    }
    let rows = page.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, NOTE_CODES.len() + PROBLEM_CODES.len(), "docs/codes.md has rows for codes that do not exist");
}

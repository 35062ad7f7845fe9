//! Every kind of problem has a fixture with a snapshot of location, message and remedy.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use openapi_smith::{Error, FolderSources, Input, PROBLEM_CODES, Settings, generate};

/// The settings in the comments at the top of a fixture: `# tags: a, b`, `# operations: a, GET /b`, `# strict`, and
/// settings with two parts as in `# format: uuid = uuid::Uuid`.
fn settings(text: &str) -> Settings {
    text.lines().take_while(|line| line.starts_with('#')).fold(Settings::new(), |settings, line| {
        match line.trim_start_matches('#').trim() {
            "strict" => settings.strict(true),
            line if line.contains(" = ") => {
                let (what, said) = line.split_once(": ").unwrap();
                let (key, value) = said.split_once(" = ").unwrap();
                match what {
                    "format" => settings.format(key, value),
                    "replace" => settings.replace(key, value),
                    "derives" => settings.derives([value]),
                    "derives-at" => settings.derives_at(key, [value]),
                    "rename" => settings.rename(key, value),
                    "module-path" => settings.module_path(value),
                    _ => panic!("there is no setting `{what}`"),
                }
            }
            line => match line.split_once(':') {
                Some(("tags", tags)) => settings.tags(tags.split(',').map(str::trim)),
                Some(("operations", operations)) => settings.operations(operations.split(',').map(str::trim)),
                Some(("paths", paths)) => settings.paths(paths.split(',').map(str::trim)),
                Some(("without-tags", tags)) => settings.without_tags(tags.split(',').map(str::trim)),
                Some(("without-paths", paths)) => settings.without_paths(paths.split(',').map(str::trim)),
                _ => settings,
            },
        }
    })
}

fn refused(text: &str) -> Error {
    generate(text, &settings(text)).expect_err("the fixture is refused")
}

#[test]
fn every_kind_has_a_fixture_with_its_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/problems");
    let mut seen = BTreeSet::new();
    let mut fixtures: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    fixtures.retain(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "yaml"));
    fixtures.sort();
    for path in fixtures {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let error = if path.is_dir() {
            let sources = FolderSources::new(&path);
            generate(Input::files("openapi.yaml", &sources), &Settings::new()).expect_err("the fixture is refused")
        } else {
            refused(&fs::read_to_string(&path).unwrap())
        };
        let codes: Vec<&str> = error.problems().iter().map(|problem| problem.code()).collect();
        assert!(codes.iter().any(|code| name.starts_with(code)), "{name}.yaml gave {codes:?}");
        seen.extend(codes);
        insta::assert_snapshot!(name, error);
    }
    let missing: Vec<_> = PROBLEM_CODES.iter().filter(|code| !seen.contains(*code)).collect();
    assert!(missing.is_empty(), "no fixture shows {missing:?}");
}

#[test]
fn the_last_of_two_equal_keys_is_used_and_reported() {
    let text = include_str!("problems/duplicate-key.yaml").replacen("# strict\n", "", 1);
    let as_json = r##"{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/a": {
        "get": {"operationId": "a", "responses": {}}, "get": {"operationId": "b", "responses": {}}
    }}}"##;
    for text in [text.as_str(), as_json] {
        let output = generate(text, &Settings::new()).unwrap();
        assert!(output.code.contains("pub fn b(") && !output.code.contains("pub fn a("));
        let notes: Vec<String> = output.report.notes().iter().map(ToString::to_string).collect();
        let expected = "#/paths/~1a/get: approximated: duplicate key: the last value is used, the others are ignored";
        assert_eq!(notes, [expected]);
    }
}

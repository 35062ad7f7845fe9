//! Golden files: reviewed source text, compared and accepted by insta as binary snapshots, so that it stays a source file.

use std::path::Path;

use crate::workspace;

/// Compares a text with its golden file. `path` is the path in the repository, without insta's `.snap`: `tests/golden/oidc.rs`
/// for the file `tests/golden/oidc.snap.rs`.
///
/// # Panics
///
/// If the texts differ. insta names both files. It shows no differences of binary snapshots, so this prints the first line.
#[allow(clippy::print_stdout, reason = "libtest shows the line if the test fails")]
pub fn assert_golden(path: &str, text: &str) {
    let path = workspace().join(path);
    let (folder, name) = (path.parent().unwrap(), path.file_name().unwrap().to_str().unwrap());
    if let Some(difference) = first_difference(&reviewed(folder, name), text) {
        println!("{name}: {difference}");
    }
    insta::with_settings!({ snapshot_path => folder, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_binary_snapshot!(name, text.into());
    });
}

/// The accepted text; empty if there is none.
fn reviewed(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name.replacen('.', ".snap.", 1))).unwrap_or_default()
}

fn first_difference(old: &str, new: &str) -> Option<String> {
    if old == new {
        return None;
    }
    let (mut old, mut new) = (old.split_inclusive('\n'), new.split_inclusive('\n'));
    let mut number = 1;
    loop {
        match (old.next(), new.next()) {
            (Some(old), Some(new)) if old == new => number += 1,
            (old, new) => return Some(format!("line {number} differs\n  reviewed: {old:?}\n  new:      {new:?}")),
        }
    }
}

#[test]
fn the_first_difference_is_a_line_or_the_end() {
    assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    let changed = first_difference("a\nb\n", "a\nc\n").unwrap();
    assert_eq!(changed, "line 2 differs\n  reviewed: Some(\"b\\n\")\n  new:      Some(\"c\\n\")");
    assert!(first_difference("a\n", "a\nb").unwrap().ends_with("reviewed: None\n  new:      Some(\"b\")"));
    assert!(first_difference("a\n", "a").unwrap().starts_with("line 1 differs"));
}

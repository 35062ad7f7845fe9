//! The generated module, kept as a file so that a change to it is seen and reviewed.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

/// `ACCEPT_GOLDEN=1 cargo test --test golden` accepts what the generator makes now.
#[test]
fn the_generated_module_is_the_reviewed_one() {
    let generated = include_str!(concat!(env!("OUT_DIR"), "/oidc.rs"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/oidc.rs");
    if std::env::var_os("ACCEPT_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, generated).unwrap();
        panic!("accepted; look at the difference, and run the test again without ACCEPT_GOLDEN");
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some((number, (old, new))) =
        reviewed.lines().zip(generated.lines()).enumerate().find(|(_, (old, new))| old != new)
    {
        panic!(
            "line {} differs:\n  reviewed:  {old}\n  generated: {new}\nsee CONTRIBUTING.md, \"The golden\"",
            number + 1
        );
    }
    assert_eq!(reviewed.lines().count(), generated.lines().count(), "one is longer; see CONTRIBUTING.md");
}

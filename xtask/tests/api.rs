//! The public APIs are the reviewed ones.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

use std::path::Path;
use std::{env, fs};

use xtask::api::{self, Error, LISTED};
use xtask::spec;

#[test]
fn the_public_apis_are_the_reviewed_ones() {
    let root = spec::workspace();
    let mut differences = Vec::new();
    let listings = match api::listings(&root, Path::new(env!("CARGO_BIN_EXE_xtask"))) {
        Ok(listings) => listings,
        Err(error @ Error::Form { .. }) if env::var_os("ORY_OIDC_REQUIRE_API").is_none() => {
            eprintln!("skipped: {error}");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    for (listed, listing) in listings {
        assert!(listing.lines().count() > 100, "{} has hardly any items:\n{listing}", listed.package);
        differences.extend(api::difference(&root, listed, &listing).unwrap());
    }
    assert!(
        differences.is_empty(),
        "the public API has changed; if this is intended, run `cargo xtask api --accept`:\n{}",
        differences.join("\n")
    );
}

#[test]
fn an_unsupported_format_is_refused() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("form.json");
    for (text, number) in [(r#"{"format_version":12}"#, Some(12)), ("{}", None)] {
        fs::write(&path, text).unwrap();
        let error = api::list(&path).unwrap_err();
        assert!(matches!(error, Error::Form { found } if found == number), "{error}");
    }
}

#[test]
fn a_difference_is_shown() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kept-api");
    let [listed, ..] = LISTED;
    fs::create_dir_all(root.join(listed.path).parent().unwrap()).unwrap();
    api::accept(&root, listed, "pub fn a()\npub fn b()\n").unwrap();
    assert_eq!(api::difference(&root, listed, "pub fn a()\npub fn b()\n").unwrap(), None);
    let shown = api::difference(&root, listed, "pub fn a()\npub fn c()\n").unwrap().unwrap();
    assert!(shown.contains("-pub fn b()\n+pub fn c()\n"), "{shown}");
}

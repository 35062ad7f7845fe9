//! No text of a document becomes code: a fixed number of random documents.
//!
//! `cargo xtask hostile` tries any number of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use openapi_smith::{Settings, generate};
use test_support::hostile;

#[test]
fn hostile_texts_change_only_literals_comments_and_names() {
    let settings = Settings::new().module_path("my_crate::api").doc_extension("x-limit", "Limit");
    for seed in 0..60 {
        let generate = |document: &str| match generate(document, &settings) {
            Ok(output) if output.report.count(openapi_smith::Verdict::LeftOut) == 0 => Ok(output.code),
            Ok(output) => Err(output.report.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(difference) = hostile::check(seed, generate) {
            panic!("seed {seed}: {difference}\n{}", hostile::document(seed, true));
        }
    }
}

//! `cargo test --workspace` builds each crate once.

#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use test_support::{units, workspace};

#[test]
fn each_crate_is_built_once() {
    let mut built = BTreeMap::<_, Vec<_>>::new();
    for unit in units(&workspace(), "--locked") {
        let part = (unit.pkg_id, unit.target.kind, unit.target.name, unit.mode, unit.platform);
        built.entry(part).or_default().push(unit.features);
    }
    let mut twice = String::new();
    for ((package, kind, ..), features) in built.iter().filter(|(_, features)| features.len() > 1) {
        let [first, ..] = features.as_slice() else { continue };
        let common = features.iter().fold(first.clone(), |common, features| &common & features);
        let different: Vec<_> = features.iter().map(|features| features - &common).collect();
        twice += &format!("\n{package} {kind:?}: {different:?}");
    }
    assert!(
        twice.is_empty(),
        "these crates are built more than once, each time with these features that the others lack; a crate without \
         different features depends on one with them. Add the lacking features in xtask/Cargo.toml, to the crates for build \
         scripts or for tests:{twice}"
    );
}

//! The generated module, kept as a file so that each change of it is reviewed.

#[test]
fn the_generated_module_is_the_reviewed_one() {
    let generated = include_str!(concat!(env!("OUT_DIR"), "/oidc.rs"));
    test_support::assert_golden("tests/golden/oidc.rs", generated);
}

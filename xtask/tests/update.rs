//! Taking a new document of upstream's over, in a copy of `spec/`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    missing_docs
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use openapi_smith::diff::{ApiImpact, WireImpact};
use serde_yaml::Value;
use test_support::{Listener, response};
use xtask::merge::{PLACEHOLDER, merge};
use xtask::overlay::Problem;
use xtask::spec::{self, OIDC, OVERLAY, TEXTS, UPSTREAM, Verified};
use xtask::structure::structure;
use xtask::text_hashes::TextHashes;
use xtask::texts::texts;
use xtask::update::{self, Plan, Source};

/// `spec/` as it was at v1.22.65, which the test may change. What `spec/` says today must not decide what is tested.
struct Copy {
    root: PathBuf,
}

impl Copy {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("spec")).unwrap();
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendored");
        for path in [UPSTREAM, TEXTS, OVERLAY] {
            fs::copy(kept.join(Path::new(path).file_name().unwrap()), root.join(path)).unwrap();
        }
        spec::apply(&root).unwrap_or_else(|error| panic!("{error}"));
        Self { root }
    }

    fn plan(&self, from: &str) -> Result<Plan, spec::Error> {
        let source = Source { from: from.to_owned(), version: None, date: Some("2026-01-02".to_owned()) };
        update::plan(&self.root, &source)
    }

    fn update(&self, from: &str) -> Plan {
        let plan = self.plan(from).unwrap_or_else(|error| panic!("{error}"));
        plan.write(&self.root, None).unwrap();
        plan
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    fn texts(&self) -> [String; 4] {
        [UPSTREAM, TEXTS, OVERLAY, OIDC].map(|path| self.text(path))
    }
}

fn shared() -> PathBuf {
    spec::shared(&spec::workspace())
}

/// A document of upstream's, where it is at hand.
fn upstream(name: &str) -> Option<String> {
    let path = shared().join("upstream").join(name);
    if path.exists() {
        return Some(path.display().to_string());
    }
    assert!(env::var_os("ORY_OIDC_REQUIRE_SHARED").is_none(), "{} does not exist", path.display());
    eprintln!("skipped: {} does not exist", path.display());
    None
}

/// An update changes only the lines that it must.
#[test]
fn upstream_is_in_its_form() {
    let text = spec::read(&spec::workspace().join(UPSTREAM)).unwrap();
    spec::formatted(&text).unwrap_or_else(|error| panic!("{error}"));
}

/// A maintainer writes the missing texts by hand, in any form of YAML.
#[test]
fn a_text_in_another_form_is_shown_and_rewritten() {
    let copy = Copy::new("form");
    let before = copy.text(UPSTREAM);
    assert_eq!(spec::format(&copy.root).unwrap(), None);
    let sentence = "JWS algorithm of the client's assertions at the token endpoint.";
    let plain = format!("description: {sentence}");
    assert_eq!(before.matches(&plain).count(), 1);
    for form in [format!("description: \"{sentence}\""), format!("description: >-\n            {sentence}")] {
        let written = before.replace(&plain, &form);
        let parsed = |text: &str| spec::yaml(text, Path::new(UPSTREAM)).unwrap();
        assert_eq!(parsed(&written), parsed(&before), "{form}");
        fs::write(copy.root.join(UPSTREAM), &written).unwrap();
        let error = spec::formatted(&written).unwrap_err().to_string();
        assert!(
            error.contains("run `cargo xtask spec format`") && error.contains("\n-") && error.lines().count() < 20,
            "{error}"
        );
        assert!(spec::format(&copy.root).unwrap().unwrap().contains("\n+"));
        assert_eq!(copy.text(UPSTREAM), before);
    }
}

#[test]
fn our_texts_fit_the_structure_that_we_have() {
    let text = spec::read(&spec::workspace().join(UPSTREAM)).unwrap();
    let document = spec::yaml(&text, Path::new(UPSTREAM)).unwrap();
    let (merged, placeholders) = merge(&structure(&document), &document, &Default::default());
    assert_eq!(placeholders, Vec::<String>::new());
    for key in ["servers", "paths", "components"] {
        assert_eq!(merged.get(key), document.get(key), "{key}");
    }
}

#[test]
fn a_document_with_the_same_slice_writes_nothing() {
    for name in ["ory-client-v1.22.65.json", "history/v1.22.64.json"] {
        let Some(from) = upstream(name) else { return };
        let copy = Copy::new("same-slice");
        let before = copy.texts();
        let plan = copy.update(&from);
        assert!(plan.change.is_none());
        assert!(plan.to_terminal().starts_with("nothing in the slice changed"), "{}", plan.to_terminal());
        assert_eq!(copy.texts(), before);
    }
}

#[test]
fn the_release_that_broke() {
    let (Some(old), Some(new)) = (upstream("history/v1.20.12.json"), upstream("history/v1.20.13.json")) else { return };
    let copy = Copy::new("broke");
    let there = copy.update(&old);
    // The corrections are made for a newer document.
    let stale = actions(&there.change.unwrap().stale);
    assert!(stale.len() >= 5, "{stale:?}");

    let plan = copy.update(&new);
    assert_eq!((plan.old_version.as_str(), plan.new_version.as_str()), ("v1.20.12", "v1.20.13"));
    let shown = plan.to_terminal();
    let taken = plan.change.as_ref().unwrap();
    assert_eq!((plan.upstream.wire(), plan.upstream.rust()), (WireImpact::Breaking, ApiImpact::Breaking));
    assert_eq!(plan.upstream.changes.len(), 7, "{:#?}", plan.upstream.changes);
    // At that time four members referred to a list that is written out today, where the corrections are laid around.
    assert!(taken.stale.iter().all(|problem| problem.what.starts_with("half-stale")), "{:?}", taken.stale);
    let still = actions(&taken.stale);
    assert_eq!(still.len(), 1);
    assert_eq!(actions(&taken.fitting), stale.difference(&still).copied().collect());
    assert!(copy.text(OIDC).contains("- $ref: '#/components/schemas/StringSliceJSONFormat'"));
    assert!(taken.placeholders.contains(&"/components/schemas/jsonWebKey/properties/kty/description".to_owned()));
    assert!(taken.placeholders.iter().all(|place| shown.contains(place.as_str())), "{shown}");
    assert_eq!(copy.text(UPSTREAM).matches(PLACEHOLDER).count() - 1, taken.placeholders.len(), "one was there before");
    // The second text went: its property is a reference now.
    let retold = ["access_token_strategy", "jwks"]
        .map(|name| format!("/components/schemas/oAuth2Client/properties/{name}/description"));
    assert_eq!(plan.retold.as_deref(), Some(&retold[..]));

    // None of upstream's sentences came with it.
    let theirs = spec::json(&fs::read_to_string(&new).unwrap(), Path::new(&new)).unwrap();
    let ours = spec::yaml(&copy.text(UPSTREAM), Path::new(UPSTREAM)).unwrap();
    let theirs: BTreeSet<String> =
        texts(&theirs).into_iter().map(|(_, text)| text).filter(|text| text.len() > 20).collect();
    for (place, text) in texts(&ours) {
        assert!(!theirs.contains(&text), "{place} is upstream's: {text}");
    }

    // The hash is right, and a second run changes nothing.
    assert!(matches!(spec::verify(&copy.root, Path::new("nowhere")), Ok(Verified::HashOnly { .. })));
    assert!(matches!(spec::verify(&copy.root, &shared()), Ok(Verified::AgainstUpstream { .. })));
    let before = copy.texts();
    assert!(copy.update(&new).change.is_none());
    assert_eq!(copy.texts(), before);
}

/// The numbers of the actions that something is wrong with.
fn actions(problems: &[Problem]) -> BTreeSet<usize> {
    problems.iter().map(|problem| problem.action).collect()
}

// `update` blocks its thread, so the listener needs another one.
#[tokio::test(flavor = "multi_thread")]
async fn yaml_over_the_web_is_the_same() {
    let Some(from) = upstream("history/v1.22.57.json") else { return };
    let document: Value = serde_json::from_str(&fs::read_to_string(&from).unwrap()).unwrap();
    let yaml = serde_yaml::to_string(&document).unwrap();
    let web = Listener::respond(response("200 OK", "", yaml)).await;
    let (by_file, by_web) = (Copy::new("by-file"), Copy::new("by-web"));
    by_file.update(&from);
    by_web.update(&format!("{}/openapi/ory-client-v1.22.57.yaml", web.base_url()));
    assert_eq!(web.connections(), 1);
    assert_eq!(by_file.texts(), by_web.texts());
    assert!(by_web.text(UPSTREAM).contains("x-upstream-date: '2026-01-02'"));
}

#[test]
fn a_moved_item_keeps_its_text() {
    let Some(from) = upstream("ory-client-v1.22.65.json") else { return };
    let copy = Copy::new("moved");
    let text = fs::read_to_string(from).unwrap();
    let text = text
        .replace("#/components/schemas/verifiableCredentialResponse\"", "#/components/schemas/issuedCredential\"")
        .replace("\"verifiableCredentialResponse\":", "\"issuedCredential\":")
        .replace("\"/userinfo\":", "\"/oauth2/userinfo\":");
    let changed = copy.root.join("ory-client-v1.22.66.json");
    fs::write(&changed, text).unwrap();
    let plan = copy.update(changed.to_str().unwrap());
    let taken = plan.change.as_ref().unwrap();
    assert!(taken.placeholders.is_empty(), "{:?}", taken.placeholders);
    let kinds: Vec<&str> = plan.upstream.changes.iter().map(|change| change.kind.as_str()).collect();
    assert_eq!(kinds, ["schema-renamed", "path-renamed"]);
    // Corrections of renamed items are stale, with the reason.
    let stale: Vec<String> = taken.stale.iter().map(ToString::to_string).collect();
    assert!(stale.iter().any(|problem| problem.contains("verifiableCredentialResponse")), "{stale:#?}");
    assert!(copy.text(UPSTREAM).contains("    issuedCredential:\n      title: A verifiable credential as issued"));
}

/// Whatever step fails, nothing is written.
#[test]
fn a_failing_step_writes_nothing() {
    let Some(from) = upstream("history/v1.22.57.json") else { return };
    let copy = Copy::new("failing");
    let text = fs::read_to_string(&from).unwrap();
    type Case<'a> = (&'a str, &'a dyn Fn(&str) -> String, &'a str);
    let cases: [Case<'_>; 4] = [
        ("not a document", &|_| "{".to_owned(), "not-a-document"),
        ("without the tag", &|text| text.replace("\"oidc\"", "\"openid\""), "no operation has the tag"),
        (
            "a reference that leads nowhere",
            &|text| text.replace("\"#/components/schemas/NullDuration\"", "\"#/components/schemas/Gone\""),
            "#/components/schemas/Gone",
        ),
        (
            "a construct that the generator refuses",
            &|text| text.replace("\"#/components/schemas/jsonWebKey\"", "\"elsewhere.json\""),
            "spec/oidc.yaml would be refused",
        ),
    ];
    for (name, change, expected) in cases {
        let path = copy.root.join("not-a-document-v9.9.9.json");
        fs::write(&path, change(&text)).unwrap();
        let before = copy.texts();
        let error = copy.plan(path.to_str().unwrap()).err().unwrap_or_else(|| panic!("{name}: taken over"));
        assert!(error.to_string().contains(expected), "{name}: {error}");
        assert_eq!(copy.texts(), before, "{name}");
    }
    // A broken overlay is a failing step, too.
    fs::write(copy.root.join(OVERLAY), "overlay: 1.0.0\nactions: [{ target: $.info }]\n").unwrap();
    let before = copy.texts();
    assert!(copy.plan(&from).is_err());
    assert_eq!(copy.texts(), before);
}

/// All files or none.
#[test]
fn a_file_that_cannot_be_written_leaves_the_others_unchanged() {
    let Some(from) = upstream("history/v1.22.57.json") else { return };
    let copy = Copy::new("unwritable");
    let before = copy.texts();
    let report = copy.root.join("no-such-folder/report.html");
    assert!(copy.plan(&from).unwrap().write(&copy.root, Some(&report)).is_err());
    assert_eq!(copy.texts(), before);
}

#[test]
fn the_version_is_found_or_asked_for() {
    let Some(from) = upstream("history/v1.20.13.json") else { return };
    let copy = Copy::new("version");
    let nameless = copy.root.join("latest.json");
    fs::copy(&from, &nameless).unwrap();
    let error = copy.plan(nameless.to_str().unwrap()).unwrap_err().to_string();
    assert!(error.ends_with("give it with --version"), "{error}");
    assert_eq!(copy.plan(&from).unwrap().new_version, "v1.20.13");
}

/// The texts that changed are found by their hashes: nobody needs upstream's old document.
#[test]
fn changed_texts_are_listed_without_the_old_document() {
    let Some(from) = upstream("ory-client-v1.22.92.json") else { return };
    let copy = Copy::new("retold");
    let plan = copy.update(&from);
    let retold = plan.retold.clone().unwrap();
    assert_eq!(retold.len(), 15, "{retold:#?}");
    assert!(retold.contains(&"/paths/~1oauth2~1sessions~1logout/get/description".to_owned()));
    let written = TextHashes::parse(&copy.text(TEXTS)).unwrap();
    assert_eq!(written.version, "v1.22.92");
    // Each form of the report has all parts.
    let taken = plan.change.as_ref().unwrap();
    assert_eq!(taken.placeholders.len(), 1);
    for report in [plan.to_terminal(), plan.to_markdown(), plan.to_html()] {
        for place in retold.iter().chain(&taken.placeholders) {
            assert!(report.contains(place.as_str()), "{place} is missing in {report}");
        }
        assert!(report.contains("With our corrections") && report.contains("wire additive, Rust API additive"));
    }
}

/// A release that changes only texts writes nothing, so its texts are listed until a release is taken over.
#[test]
fn changed_texts_are_listed_if_nothing_else_changed() {
    let Some(from) = upstream("history/v1.22.63.json") else { return };
    let copy = Copy::new("only-texts");
    let before = copy.texts();
    let plan = copy.update(&from);
    assert!(plan.change.is_none());
    let retold = plan.retold.clone().unwrap();
    assert!(!retold.is_empty());
    for report in [plan.to_terminal(), plan.to_markdown(), plan.to_html()] {
        assert!(retold.iter().all(|place| report.contains(place.as_str())), "{report}");
    }
    assert!(plan.to_html().starts_with("<!DOCTYPE html>"));
    assert_eq!(copy.texts(), before);
}

#[test]
fn missing_hashes_are_not_taken_for_unchanged_texts() {
    let Some(from) = upstream("ory-client-v1.22.92.json") else { return };
    let copy = Copy::new("no-hashes");
    let before = copy.text(TEXTS);
    fs::remove_file(copy.root.join(TEXTS)).unwrap();
    let plan = copy.plan(&from).unwrap();
    assert_eq!(plan.retold, None);
    for report in [plan.to_terminal(), plan.to_markdown(), plan.to_html()] {
        assert!(report.contains("unknown, because spec/upstream-texts.tsv does not exist"), "{report}");
    }
    let error = spec::verify(&copy.root, Path::new("nowhere")).unwrap_err().to_string();
    assert!(error.contains("spec/upstream-texts.tsv does not have the hashes of v1.22.65"), "{error}");
    // The document of the present version brings them back.
    let present = upstream("ory-client-v1.22.65.json").unwrap();
    let source = Source { from: present, version: Some("v1.22.65".to_owned()), date: None };
    assert_eq!(update::plan(&copy.root, &source).unwrap().write(&copy.root, None).unwrap(), [TEXTS]);
    assert_eq!(copy.text(TEXTS), before);
}

/// No document has the day of its release, and the day of the update is a wrong one.
#[test]
fn the_day_is_demanded() {
    let Some(from) = upstream("ory-client-v1.22.92.json") else { return };
    let copy = Copy::new("day");
    let plan = |date: Option<&str>| {
        update::plan(&copy.root, &Source { from: from.clone(), version: None, date: date.map(str::to_owned) })
    };
    let error = plan(None).unwrap_err().to_string();
    assert!(error.contains("v1.22.92") && error.contains("give it with --date"), "{error}");
    for bad in ["today", "2026-2-30", "2026-02-30", "26-01-02"] {
        assert!(plan(Some(bad)).unwrap_err().to_string().contains(bad));
    }
    assert!(plan(Some("2026-11-05")).is_ok());
}

//! The stand-in against the recordings of a real server, and its methods against their documentation.
#![cfg(feature = "testing")]
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod compare;
mod known_differences;
mod methods;
mod prepare;
mod wire;

use std::collections::BTreeSet;

use compare::Comparison;

#[tokio::test]
async fn responses_equal_the_recorded_ones() {
    let recordings = test_support::recording::all();
    let facts = prepare::Facts::of(&recordings);
    let mut matching = 0;
    let mut known = BTreeSet::new();
    let mut wrong = Vec::new();
    for recording in &recordings {
        let prepared = facts.prepare(recording).await;
        let base_url = prepared.ory.base_url();
        let method = &recording.request.method;
        let got = wire::send(base_url, method, &prepared.target, &prepared.headers, prepared.body.as_deref()).await;
        let Some(got) = got else {
            wrong.push(format!("{}: no response", recording.name()));
            continue;
        };
        let comparison = Comparison::new(base_url);
        if let Some(difference) = comparison.difference(&recording.response, &got) {
            wrong.push(format!("{}: {difference}", recording.name()));
            continue;
        }
        matching += 1;
        known.extend(comparison.seen());
        for (name, mutant) in compare::mutants(&recording.response) {
            let seen = Comparison::without_order(base_url).difference(&mutant, &got);
            assert!(seen.is_some(), "{}: the comparison does not see {name}", recording.name());
        }
    }
    test_support::say(&format!("stand-in: {matching} of {}", recordings.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let gone: Vec<_> = known_differences::names().into_iter().filter(|name| !known.contains(name)).collect();
    assert!(gone.is_empty(), "no recording shows these known differences any more: {gone:?}");
}

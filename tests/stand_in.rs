//! The stand-in against the recordings of a real server, and its helpers against what their documentation says.
#![cfg(feature = "testing")]
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "stand_in/compare.rs"]
mod compare;
#[path = "stand_in/helpers.rs"]
mod helpers;
#[path = "stand_in/prepare.rs"]
mod prepare;
#[path = "stand_in/wire.rs"]
mod wire;

#[tokio::test]
async fn answers_are_those_of_the_recorded_server() {
    let recordings = test_support::recording::all();
    let facts = prepare::Facts::of(&recordings);
    let mut matching = 0;
    let mut differing = Vec::new();
    for recording in &recordings {
        let prepared = facts.prepare(recording).await;
        let base_url = prepared.ory.base_url();
        let method = &recording.request.method;
        let got = wire::send(base_url, method, &prepared.target, &prepared.headers, prepared.body.as_deref()).await;
        let difference = match &got {
            None => Some("no answer".to_owned()),
            Some(got) => compare::difference(&recording.response, got, base_url),
        };
        match difference {
            None => {
                matching += 1;
                for (name, mutant) in compare::mutants(&recording.response) {
                    let seen = compare::difference_of_mutant(&mutant, got.as_ref().unwrap(), base_url);
                    assert!(seen.is_some(), "{}: the comparison does not see {name}", recording.name());
                }
            }
            Some(difference) => differing.push(format!("{}: {difference}", recording.name())),
        }
    }
    for line in &differing {
        test_support::say(line);
    }
    test_support::say(&format!("stand-in: {matching} of {}", recordings.len()));
    assert!(matching >= 140, "only {matching} of {} recordings are matched", recordings.len());
}

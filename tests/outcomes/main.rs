//! What a user of the crate wants, one test an outcome, against the stand-in or against a real server.
//!
//!     cargo test --test outcomes [PART OF A NAME]
//!
//! All of it comes about five times: with the client as it is by default, with an HTTP client of the user's own, with retries,
//! with hooks, and over HTTP/2. The tests of the first are called by their names alone (`discover`), those of the others by the
//! configuration and the name (`retries::discover`); `--exact discover` runs one of the five, `http2::` all of HTTP/2.
//!
//! With `ORY_OIDC_LIVE_URL` the same tests run against the server there; outcome 8 needs `ORY_OIDC_LIVE_OFF_URL`, a server
//! with dynamic registration switched off, and whatever is about a user needs `ORY_OIDC_LIVE_TOKENS`, a file like
//! `tests/live-tokens.example.json`. What a server cannot be made to show (a path prefix, a lost connection, a response that
//! cannot be decoded) is shown by the stand-in or by a bare listener in both cases. A server that does not speak HTTP/2 is told
//! of, and counts nothing for that configuration.
//!
//! The tests run under libtest-mimic, which takes libtest's arguments, so that the closing lines come last and without
//! `--nocapture`: one for each configuration, and then `outcomes: N of 52` for the default.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

mod configuration;
mod credential;
mod discovery;
mod guarantees;
mod harness;
mod key_set;
mod listener;
mod logout;
mod mcp;
mod production;
mod registration;
mod userinfo;
mod world;

use std::process::ExitCode;

use harness::{Outcome, outcomes};

const OUTCOMES: &[Outcome] = outcomes! {
    1 discovery::discover,
    2 discovery::discover_base_url_with_trailing_slash_and_with_path_prefix,
    3 discovery::discover_issuer_mismatch_shows_both,
    4 registration::register_minimal,
    5 registration::register_every_member_comes_back,
    6 registration::register_bare_jwk_keeps_the_secret,
    7 registration::register_refused_says_why,
    8 registration::register_switched_off_says_so,
    9 registration::read_own,
    10 registration::read_wrong_token_is_401_typed,
    11 registration::read_id_that_needs_encoding,
    12 registration::replace_rotates_the_handle,
    13 registration::read_edit_replace,
    14 registration::created_answer_edit_replace,
    15 registration::delete,
    16 registration::delete_again_is_401_typed,
    17 userinfo::userinfo_plain,
    18 userinfo::userinfo_custom_claims_kept,
    19 userinfo::userinfo_loose_types,
    20 userinfo::userinfo_signed,
    21 userinfo::userinfo_refresh_token_reason,
    22 userinfo::userinfo_subject_mismatch_refused,
    23 credential::credential_nonce,
    24 credential::credential_issued_es256,
    24 credential::credential_issued_eddsa,
    25 credential::credential_bad_nonce_is_an_error_not_a_nonce,
    26 logout::logout_url_is_what_the_server_accepts,
    27 logout::logout_asks_for_confirmation,
    27 logout::logout_redirects,
    27 logout::logout_refused_with_reason,
    28 logout::logout_never_follows,
    29 guarantees::dot_dot_id_is_refused_before_sending,
    30 guarantees::unknown_members_and_values_survive,
    31 guarantees::lost_connection_during_replace_never_retries,
    32 guarantees::undecodable_answer_to_replace_still_yields_the_token,
    33 guarantees::empty_token_is_refused_before_sending,
    34 guarantees::one_client_shared_by_64_tasks,
    35 production::update_by_id_stores_each_token,
    36 production::simultaneous_updates_lose_neither_token_nor_edit,
    37 production::a_dead_token_names_both_causes,
    38 production::a_missing_property_is_named,
    39 production::a_page_is_no_finished_logout,
    40 production::unavailable_discovery_is_not_a_forgery,
    41 production::unavailable_keys_name_their_address,
    70 mcp::register_with_an_initial_access_token,
    71 mcp::an_initial_access_token_is_never_shown,
    72 mcp::presets_are_accepted_and_come_back,
    73 mcp::presets_refuse_redirect_uris_before_sending,
    74 mcp::check_names_what_the_server_accepts,
    75 mcp::typed_values_are_sent_and_read,
    76 mcp::server_metadata,
    77 mcp::server_metadata_behind_a_path,
    78 mcp::server_metadata_needs_only_the_issuer,
    79 mcp::key_and_credential_are_stored,
    80 mcp::handle_is_stored_inside_a_struct,
};

/// What comes about without a call of the client: it refuses to make one, or the caller only wants an address.
const WITHOUT_A_CALL: &[&str] = &[
    "logout_url_is_what_the_server_accepts",
    "dot_dot_id_is_refused_before_sending",
    "empty_token_is_refused_before_sending",
    "presets_refuse_redirect_uris_before_sending",
];

fn main() -> ExitCode {
    harness::run(OUTCOMES, WITHOUT_A_CALL)
}

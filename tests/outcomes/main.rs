//! The outcomes that a user of the crate wants, each a test, against the stand-in or a real server.
//!
//!     cargo test --test outcomes [PART OF A NAME]
//!
//! All of them run five times: with the client as it is by default, with an HTTP client of the user's own, with retries, with
//! hooks, and over HTTP/2. The tests of the first are called by their names alone (`discover`), those of the others by the
//! configuration and the name (`retries::discover`); `--exact discover` runs one of the five, `http2::` all of HTTP/2.
//!
//! With `ORY_OIDC_LIVE_URL` the same tests run against the server there; outcome 8 needs `ORY_OIDC_LIVE_OFF_URL`, a server
//! with dynamic registration switched off, and the outcomes of a user need `ORY_OIDC_LIVE_ADMIN_URL`, the server's admin API,
//! or `ORY_OIDC_LIVE_TOKENS`, a file like `tests/live-tokens.example.json`. Outcomes that a live server cannot show (a lost
//! connection, a response that cannot be decoded) are
//! shown by the stand-in or by a listener in both cases. They are listed below with their reasons, and counted separately. A server
//! that does not accept HTTP/2 without TLS is reported, and that configuration is not run.
//!
//! The tests run under libtest-mimic, which takes libtest's arguments, so that the closing lines come last and without
//! `--nocapture`: one for each configuration, and then `outcomes: N of 76` for the default.
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
#[path = "../live/hydra.rs"]
mod hydra;
mod key_set;
mod listener;
mod logout;
mod mcp;
mod production;
mod programs;
mod registration;
mod resource_server;
mod stores;
mod userinfo;
mod verifiers;
mod world;

use std::process::ExitCode;

use harness::{NotLive, Outcome, outcomes};

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
    14 registration::registered_metadata_edited_and_replaced,
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
    32 guarantees::undecodable_response_to_replace_still_yields_the_token,
    33 guarantees::empty_token_is_refused_before_sending,
    34 guarantees::one_client_shared_by_64_tasks,
    35 production::update_by_id_stores_each_token,
    36 production::simultaneous_updates_lose_neither_token_nor_edit,
    37 production::a_dead_token_names_both_causes,
    38 production::a_missing_property_is_named,
    39 production::a_page_is_no_finished_logout,
    40 production::unavailable_discovery_is_not_a_forgery,
    41 production::unavailable_keys_name_their_address,
    42 verifiers::an_id_token_is_verified,
    43 verifiers::an_id_token_that_breaks_a_rule_is_refused,
    44 verifiers::signed_userinfo_is_verified_by_cached_keys,
    45 verifiers::a_credential_is_verified_by_cached_keys,
    46 verifiers::concurrent_verifications_share_one_request,
    47 verifiers::keys_outlive_a_failing_fetch_for_a_grace_period,
    48 verifiers::a_logout_token_is_accepted_once,
    49 resource_server::the_layer_hands_over_the_user,
    50 resource_server::the_layer_refuses_with_a_challenge,
    51 resource_server::an_unreachable_ory_is_503,
    52 resource_server::many_requests_make_one_call_for_each_token,
    53 stores::two_workers_share_a_folder,
    54 stores::a_token_that_died_elsewhere_is_put_right,
    55 stores::a_lock_that_is_never_released_names_its_file,
    56 stores::a_handle_of_another_client_is_not_used,
    57 programs::every_flow_without_async,
    58 programs::waiting_inside_of_async_code_is_an_error,
    59 programs::a_call_without_a_tokio_runtime_is_an_error,
    60 programs::a_rejected_access_token_is_replaced_once,
    61 programs::a_cached_document_is_fetched_once,
    62 programs::a_main_that_returns_the_error_prints_its_line,
    63 programs::a_response_above_the_limit_is_an_error,
    64 programs::a_long_id_token_hint_is_refused_before_sending,
    65 programs::a_compressed_response_is_called_so,
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

/// Outcomes without a call: the client refuses to make one, or the caller only wants a URL.
const WITHOUT_A_CALL: &[&str] = &[
    "logout_url_is_what_the_server_accepts",
    "dot_dot_id_is_refused_before_sending",
    "empty_token_is_refused_before_sending",
    "presets_refuse_redirect_uris_before_sending",
    "a_lock_that_is_never_released_names_its_file",
    "a_handle_of_another_client_is_not_used",
    "waiting_inside_of_async_code_is_an_error",
    "a_call_without_a_tokio_runtime_is_an_error",
    "a_long_id_token_hint_is_refused_before_sending",
];

macro_rules! not_live {
    ($($name:literal: $reason:literal,)+) => {
        &[$(NotLive { name: $name, reason: $reason }),+]
    };
}

/// Outcomes that no live server can show. Those of which a live server shows a part are not among them.
const NOT_LIVE: &[NotLive] = not_live! {
    "logout_never_follows": "its redirects lead to its operator's pages",
    "dot_dot_id_is_refused_before_sending": "nothing may be sent",
    "lost_connection_during_replace_never_retries": "it loses no connection on demand",
    "undecodable_response_to_replace_still_yields_the_token": "its responses can be decoded",
    "empty_token_is_refused_before_sending": "nothing may be sent",
    "a_missing_property_is_named": "its responses have all properties",
    "a_page_is_no_finished_logout": "it sends no page of a VPN",
    "unavailable_discovery_is_not_a_forgery": "its discovery is open to all",
    "unavailable_keys_name_their_address": "its keys are open to all",
    "keys_outlive_a_failing_fetch_for_a_grace_period": "it does not go down on demand",
    "a_logout_token_is_accepted_once": "it sends logout tokens to programs that it can reach, after a logout in a browser",
    "an_unreachable_ory_is_503": "it is reachable",
    "a_lock_that_is_never_released_names_its_file": "nothing may be sent",
    "a_handle_of_another_client_is_not_used": "nothing may be sent",
    "waiting_inside_of_async_code_is_an_error": "nothing may be sent",
    "a_call_without_a_tokio_runtime_is_an_error": "nothing may be sent",
    "a_long_id_token_hint_is_refused_before_sending": "nothing may be sent",
    "a_compressed_response_is_called_so": "it compresses nothing that was asked for uncompressed",
    "an_initial_access_token_is_never_shown": "Ory demands no initial access token",
    "presets_refuse_redirect_uris_before_sending": "nothing may be sent",
    "server_metadata_behind_a_path": "only a proxy puts it behind a path",
    "server_metadata_needs_only_the_issuer": "its metadata has more than the issuer",
};

fn main() -> ExitCode {
    harness::run(OUTCOMES, WITHOUT_A_CALL, NOT_LIVE)
}

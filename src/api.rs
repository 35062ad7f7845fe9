//! The generated module: every type, every operation, every declared answer of the eight operations.
//!
//! It is made by build.rs from `spec/oidc.yaml`. The flows of this crate are built on it; use it directly where you want
//! an answer exactly as the server gave it.

include!(concat!(env!("OUT_DIR"), "/oidc.rs"));

// The flows read the names of members, name the place of a misfit, and refuse what cannot be in a path, the same way.
pub(crate) use self::support::object::Name;
pub(crate) use self::support::place::path as place_in_json;
pub(crate) use self::support::request::Request as ApiRequest;

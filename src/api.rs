//! The generated module: every type, every operation, every declared answer of the eight operations.
//!
//! It is made by build.rs from `spec/oidc.yaml`. The flows of this crate are built on it; use it directly where you want
//! an answer exactly as the server gave it.

include!(concat!(env!("OUT_DIR"), "/oidc.rs"));

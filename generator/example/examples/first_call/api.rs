//! What `openapi-smith generate pets.yaml --tag pets -o src/api.rs` writes.
#![allow(unreachable_pub, reason = "a lint of this repository, which is off by default")]

include!(concat!(env!("OUT_DIR"), "/pets.rs"));

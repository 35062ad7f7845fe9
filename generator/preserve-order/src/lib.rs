//! Empty: the crate exists for its test, see `Cargo.toml`.

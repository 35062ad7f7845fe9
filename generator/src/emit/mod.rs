//! Prints a checked API as Rust. It cannot fail.

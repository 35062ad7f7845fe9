//! Generates a typed Rust client from an OpenAPI document.

//! Generates a typed, async Rust client from an OpenAPI document.

mod analyze;
mod emit;
mod ir;
mod location;
mod names;
mod settings;

pub use location::Location;
pub use settings::Settings;

//! The maintainer's tool. It keeps `spec/` in step with upstream's document and with what the server does.
//!
//! ```text
//! upstream's whole document --slice--> structure of spec/upstream.yaml
//! spec/upstream.yaml + spec/overlay.yaml --overlay--> spec/oidc.yaml
//! ```
//!
//! Both arrows are pure functions over parsed documents ([`slice::slice`], [`overlay::apply`]); files are
//! read and written in [`spec`] alone.
//!
//! [`update`] takes a new document of upstream's over; [`merge`] and [`mod@write`] keep what is ours of the present one.
//!
//! [`corpus`] holds the generator against a folder of real documents, and [`requests`] what its clients send against
//! what Prism makes of those documents. [`api`] keeps the public APIs.
//!
//! [`docs`] shows every text that becomes rustdoc.

pub mod api;
pub mod corpus;
pub mod docs;
pub mod fetch;
pub mod members;
pub mod merge;
pub mod overlay;
pub mod requests;
pub mod slice;
pub mod spec;
pub mod structure;
pub mod texts;
pub mod update;
pub mod write;

#[path = "../../spec/settings.rs"]
mod settings;

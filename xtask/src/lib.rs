//! The maintainer's tool. It keeps `spec/` in step with upstream's document and with the server's behaviour.
//! ```text
//! upstream's whole document --slice--> structure of spec/upstream.yaml
//! spec/upstream.yaml + spec/overlay.yaml --overlay--> spec/oidc.yaml
//! ```
//!
//! Both arrows are pure functions over parsed documents ([`slice::slice`], [`overlay::apply`]). Only [`spec`] reads and
//! writes files.
//!
//! [`update`] applies a new document of upstream; [`merge`] and [`mod@write`] keep our texts and our formatting.
//!
//! [`corpus`] tests the generator with a folder of real documents, and [`requests`] tests the requests of generated
//! clients with Prism. [`servers`] calls real servers. [`suite`] tests types with the JSON Schema Test Suite, [`random`] with random schemas, and [`hostile`] tries
//! documents whose texts attack the generator. [`api`] keeps the lists of the public APIs. [`docs`] shows every text that becomes rustdoc.

pub mod api;
pub mod corpus;
pub mod docs;
pub mod fetch;
pub mod hostile;
pub mod merge;
pub mod overlay;
pub mod random;
pub mod requests;
pub mod roles;
pub mod servers;
pub mod slice;
pub mod spec;
pub mod structure;
pub mod suite;
pub mod text_hashes;
pub mod texts;
pub mod trials;
pub mod update;
pub mod write;

#[path = "../../spec/settings.rs"]
mod settings;

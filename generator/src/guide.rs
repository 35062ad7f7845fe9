//! The guides: recipes, settings, schemas, codes, tests, new crates, and how to switch to this generator and follow a document
//! that changes.
//!
//! | page | contents |
//! |---|---|
//! | [`cookbook`] | a recipe for each task |
//! | [`command_line`] | commands, reports, exit codes |
//! | [`schemas`] | the Rust type of each construct of a schema |
//! | [`settings`] | all settings, with examples |
//! | [`codes`] | the code of each problem and note |
//! | [`pagination`] | pages, server-sent events, and programs without async |
//! | [`testing`] | tests of a program without a server |
//! | [`comparison`] | the same calls with other generators |
//! | [`new`] | a crate for an API, documents of a URL, checks in CI |
//! | [`switching`] | the way from progenitor and openapi-generator |
//! | [`versions`] | each construct of Swagger 2.0, and each change of OpenAPI 3.2 |
//! | [`updates`] | a workflow for a document that changes |

#[doc = include_str!("../docs/codes.md")]
pub mod codes {}

#[doc = include_str!("../docs/command-line.md")]
pub mod command_line {}

#[doc = include_str!("../docs/comparison.md")]
pub mod comparison {}

#[doc = include_str!("../docs/cookbook.md")]
pub mod cookbook {}
#[doc = include_str!("../docs/new.md")]
pub mod new {}

#[doc = include_str!("../docs/pagination.md")]
pub mod pagination {}

#[doc = include_str!("../docs/schemas.md")]
pub mod schemas {}

#[doc = include_str!("../docs/settings.md")]
pub mod settings {}

#[doc = include_str!("../docs/switching.md")]
pub mod switching {}

#[doc = include_str!("../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../docs/updates.md")]
pub mod updates {}

#[doc = include_str!("../docs/versions.md")]
pub mod versions {}

//! The guides: schemas, settings, codes, pages, tests, new crates, and how to switch to this generator and follow a document
//! that changes.
//!
//! | page | contents |
//! |---|---|
//! | [`schemas`] | the Rust type of each construct of a schema |
//! | [`settings`] | the settings that take a type or a location |
//! | [`codes`] | the code of each problem and note |
//! | [`pagination`] | pages, server-sent events, and programs without async |
//! | [`testing`] | tests of a program without a server |
//! | [`new`] | a crate for an API, documents of a URL, checks in CI |
//! | [`switching`] | the way from progenitor and openapi-generator |
//! | [`versions`] | each construct of Swagger 2.0, and each change of OpenAPI 3.2 |
//! | [`updates`] | a workflow for a document that changes |

#[doc = include_str!("../docs/codes.md")]
pub mod codes {}

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

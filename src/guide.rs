//! The guides: one page for each flow, and pages about migration, performance and troubleshooting.
//!
//! | page | contents |
//! |---|---|
//! | [`discovery`] | the discovery document, its cache, the issuer's keys |
//! | [`registration`] | dynamic client registration and management |
//! | [`userinfo`] | claims, plain and signed |
//! | [`credentials`] | verifiable credentials |
//! | [`logout`] | RP-initiated logout and back-channel logout |
//! | [`id_tokens`] | ID tokens and their rules |
//! | [`resource_servers`] | access tokens that are presented to your program |
//! | [`blocking`] | programs without async |
//! | [`migration`] | the way from `ory-client`, call by call |
//! | [`proxies`] | proxies, company certificates, IPv6 |
//! | [`performance`] | the cost of a call and of a build |
//! | [`troubleshooting`] | error texts with their remedies |

// The pages link to each other by files, for readers of the repository. Here, the first definition of a link counts: that of rustdoc.

#[doc = include_str!("../docs/blocking.md")]
pub mod blocking {}

#[doc = include_str!("../docs/flows/credentials.md")]
pub mod credentials {}

#[doc = include_str!("../docs/flows/discovery.md")]
pub mod discovery {}

#[doc = include_str!("../docs/flows/id-tokens.md")]
pub mod id_tokens {}

#[doc = include_str!("../docs/flows/logout.md")]
pub mod logout {}

#[doc = include_str!("../docs/migration.md")]
pub mod migration {}

#[doc = "[troubleshooting]: crate::guide::troubleshooting\n\n"]
#[doc = include_str!("../docs/proxies.md")]
pub mod proxies {}

#[doc = include_str!("../docs/performance.md")]
pub mod performance {}

#[doc = "[discovery]: crate::guide::discovery\n\n"]
#[doc = include_str!("../docs/flows/registration.md")]
pub mod registration {}

#[doc = include_str!("../docs/flows/resource-servers.md")]
pub mod resource_servers {}

#[doc = "[dead-token]: crate::guide::registration#a-dead-token\n[flows]: crate::guide\n[proxies]: crate::guide::proxies\n\n"]
#[doc = include_str!("../docs/troubleshooting.md")]
pub mod troubleshooting {}

#[doc = "[resource-servers]: crate::guide::resource_servers\n\n"]
#[doc = include_str!("../docs/flows/userinfo.md")]
pub mod userinfo {}

//! How the generated module is made of a document, for build.rs and for the maintainer's tool alike.

use openapi_smith::Settings;

/// Not strict: what compares documents also takes those that would be refused.
pub(crate) fn settings() -> Settings {
    Settings::new()
        .tags(["oidc"])
        .module_path("ory_oidc::api")
        .derives(["PartialEq"])
        .doc_extension("x-ory-ratelimit-bucket", "Rate-limit bucket")
}

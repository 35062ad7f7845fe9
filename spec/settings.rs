//! The settings of the generated module, shared by build.rs and xtask.

use openapi_smith::Settings;

/// The settings without `strict`, because comparisons also accept documents that `strict` refuses.
pub(crate) fn settings() -> Settings {
    Settings::new()
        .tags(["oidc"])
        .module_path("ory_oidc::api")
        .derives(["PartialEq"])
        // The wrappers have setters of their own.
        .setters(false)
        .doc_extension("x-ory-ratelimit-bucket", "Rate-limit bucket")
}

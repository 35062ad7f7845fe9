//! The generated module: every type, every operation, every declared response of the eight operations.
//!
//! It is made by build.rs from `spec/oidc.yaml`. The flows of this crate are built on it; use it directly to get
//! a response exactly as the server sent it.

include!(concat!(env!("OUT_DIR"), "/oidc.rs"));

impl Client {
    /// What the client holds: its time limit, and what requests that are not in the module need.
    pub(crate) fn core(&self) -> &openapi_smith_runtime::generated::ClientCore {
        &self.0
    }
}

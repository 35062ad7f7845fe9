//! The generated modules of the fixtures. A warning in any of them is an error.
#![deny(warnings)]

use openapi_smith_runtime::reqwest::header::HeaderValue;
use openapi_smith_runtime::{AttemptStarted, BoxError, BoxFuture, Hook};

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// The golden with every case of emission.
pub mod everything {
    include!("../../tests/golden/everything.snap.rs");
}

/// The smallest golden.
pub mod small {
    include!("../../tests/golden/small.snap.rs");
}

/// A hook that sends the name of the operation, and refuses a request if asked to.
#[derive(Clone, Copy, Debug)]
pub struct NamingHook;

impl Hook for NamingHook {
    fn before<'a>(&'a self, attempt: &'a mut AttemptStarted<'_>) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(async move {
            let name = HeaderValue::from_static(attempt.operation_id());
            let headers = attempt.request_mut().headers_mut();
            headers.insert("x-hook", name);
            if headers.contains_key("x-refuse") { Err("no".into()) } else { Ok(()) }
        })
    }
}

/// A hook that refuses a request whose `Debug` shows a secret.
#[derive(Clone, Copy, Debug)]
pub struct CanaryHook;

impl Hook for CanaryHook {
    fn before<'a>(&'a self, attempt: &'a mut AttemptStarted<'_>) -> BoxFuture<'a, Result<(), BoxError>> {
        let shown = format!("{:?} {attempt:?}", attempt.request().headers());
        let result = if shown.contains("CANARY") { Err(shown.into()) } else { Ok(()) };
        Box::pin(std::future::ready(result))
    }
}

/// User types, which a fixture uses instead of generated ones.
pub mod own {
    use serde::{Deserialize, Serialize};

    /// An amount of money.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(transparent)]
    pub struct Cents(pub i64);

    /// A remark.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub struct Note {
        /// The text.
        pub says: String,
    }

    /// Dates without a time.
    #[allow(missing_docs, reason = "the macro gives its items none")]
    pub mod dates {
        time::serde::format_description!(pub date, Date, "[year]-[month]-[day]");
    }
}

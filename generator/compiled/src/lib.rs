//! The generated modules of the fixtures. A warning in any of them is an error.
#![deny(warnings)]

use openapi_smith_runtime::reqwest::{Request, header::HeaderValue};
use openapi_smith_runtime::{BoxFuture, Hooks};

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// The golden with every case of emission.
pub mod everything {
    include!("../../tests/golden/everything.rs");
}

/// The smallest golden.
pub mod small {
    include!("../../tests/golden/small.rs");
}

/// Hooks that see the operation, and refuse a request if asked to.
#[derive(Clone, Copy, Debug)]
pub struct NamingHooks;

impl Hooks for NamingHooks {
    fn before<'a>(&'a self, request: &'a mut Request, operation: &'a str) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            let name = HeaderValue::from_str(operation).map_err(|error| error.to_string())?;
            request.headers_mut().insert("x-hook", name);
            if request.headers().contains_key("x-refuse") { Err("no".to_owned()) } else { Ok(()) }
        })
    }
}

/// Hooks that refuse a request whose `Debug` shows a secret.
#[derive(Clone, Copy, Debug)]
pub struct CanaryHooks;

impl Hooks for CanaryHooks {
    fn before<'a>(&'a self, request: &'a mut Request, _: &'a str) -> BoxFuture<'a, Result<(), String>> {
        let shown = format!("{:?}", request.headers());
        let result = if shown.contains("CANARY") { Err(shown) } else { Ok(()) };
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

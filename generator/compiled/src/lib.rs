//! What the generator makes of its fixtures, a module each. A warning in any of them is an error here.
#![deny(warnings)]

use openapi_smith_runtime::reqwest::{Request, header::HeaderValue};
use openapi_smith_runtime::{BoxFuture, Hooks};

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// The golden of everything that emission has a case for.
pub mod everything {
    include!("../../tests/golden/everything.snap.rs");
}

/// The golden of the least there can be.
pub mod small {
    include!("../../tests/golden/small.snap.rs");
}

/// Hooks that name the operation, and refuse a request on demand.
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

/// Types that a fixture asks for in place of ours.
pub mod own {
    use serde::{Deserialize, Serialize};

    /// An amount of money.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(transparent)]
    pub struct Cents(pub i64);

    /// A remark.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub struct Note {
        /// What it says.
        pub says: String,
    }

    /// Dates without a time.
    #[allow(missing_docs, reason = "the macro gives its items none")]
    pub mod dates {
        time::serde::format_description!(pub date, Date, "[year]-[month]-[day]");
    }
}

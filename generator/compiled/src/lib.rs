//! What the generator makes of its fixtures, a module each. A warning in any of them is an error here.
#![deny(warnings)]

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// The golden of everything that emission has a case for.
pub mod everything {
    include!("../../tests/golden/everything.rs");
}

/// The golden of the least there can be.
pub mod small {
    include!("../../tests/golden/small.rs");
}

/// The same with hooks of its user.
pub mod hooked {
    include!("../../tests/golden/small.rs");

    impl progenitor_client::ClientHooks<()> for Client {
        async fn pre<E>(
            &self,
            request: &mut reqwest::Request,
            info: &progenitor_client::OperationInfo,
        ) -> Result<(), progenitor_client::Error<E>> {
            request.headers_mut().insert("x-hook", reqwest::header::HeaderValue::from_static(info.operation_id));
            if request.headers().contains_key("x-refuse") {
                return Err(progenitor_client::Error::Custom("no".to_owned()));
            }
            Ok(())
        }
    }
}

/// Refuses a request whose headers would show a secret to whoever prints them.
impl progenitor_client::ClientHooks<()> for secret_values::Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _: &progenitor_client::OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        let shown = format!("{:?}", request.headers());
        if shown.contains("CANARY") {
            return Err(progenitor_client::Error::Custom(shown));
        }
        Ok(())
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

//! Credentials: what authenticates a call. `client` holds them, `call` puts them into requests.

mod single_flight;
mod token_source;

pub use single_flight::SingleFlight;
pub use token_source::{AccessToken, TokenError, TokenProvider, TokenSource};

use crate::secret::Secret;

/// What authenticates a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// A token, or a source that renews it, sent as `Authorization: Bearer <token>`.
    Bearer(AccessToken),
    /// A user name and a password, sent as `Authorization: Basic <both>`.
    Basic {
        /// The user name; it has no colon.
        username: String,
        /// The password.
        password: Secret,
    },
    /// An API key, sent in the header, query parameter or cookie that the scheme names; or the text after the name of an
    /// `Authorization` scheme that is neither `Bearer` nor `Basic`.
    ApiKey(Secret),
}

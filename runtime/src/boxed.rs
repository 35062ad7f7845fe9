//! The boxed forms of futures and errors that traits of this crate return.

use std::error::Error;
use std::pin::Pin;

/// A boxed future. It is `Send` everywhere but on `wasm32`, where the HTTP client's futures are not.
#[cfg(not(target_arch = "wasm32"))]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A boxed future. It is `Send` everywhere but on `wasm32`, where the HTTP client's futures are not.
#[cfg(target_arch = "wasm32")]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Any error that comes from outside, such as from a transport or a token provider.
pub type BoxError = Box<dyn Error + Send + Sync>;

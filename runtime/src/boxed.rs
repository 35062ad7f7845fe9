//! The boxed forms of futures and errors that traits of this crate return.

use std::error::Error;
use std::pin::Pin;

/// A boxed future that can be sent between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Any error that comes from outside, such as from a transport or a token provider.
pub type BoxError = Box<dyn Error + Send + Sync>;

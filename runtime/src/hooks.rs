//! Hooks: code of the user that runs before and after each request of a client.

use std::future::{Future, ready};
use std::pin::Pin;

/// A boxed future. It is `Send` everywhere but on `wasm32`, where the HTTP client's futures are not.
#[cfg(not(target_arch = "wasm32"))]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A boxed future. It is `Send` everywhere but on `wasm32`, where the HTTP client's futures are not.
#[cfg(target_arch = "wasm32")]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Code that runs before and after each request of a client; given to it by `Client::with_hooks`.
///
/// Both methods do nothing unless they are written. `operation` is the `operationId`. An `Err` ends the call with
/// [`Error::Hook`](crate::Error::Hook), which shows its text.
///
/// ```
/// use openapi_smith_runtime::reqwest::{Request, header::HeaderValue};
/// use openapi_smith_runtime::{BoxFuture, Hooks};
///
/// struct Named;
///
/// impl Hooks for Named {
///     fn before<'a>(&'a self, request: &'a mut Request, operation: &'a str) -> BoxFuture<'a, Result<(), String>> {
///         Box::pin(async move {
///             let name = HeaderValue::from_str(operation).map_err(|error| error.to_string())?;
///             request.headers_mut().insert("x-operation", name);
///             Ok(())
///         })
///     }
/// }
/// ```
pub trait Hooks: Send + Sync {
    /// Runs before the request is sent, and may change it.
    fn before<'a>(
        &'a self,
        request: &'a mut reqwest::Request,
        operation: &'a str,
    ) -> BoxFuture<'a, Result<(), String>> {
        let _ = (request, operation);
        Box::pin(ready(Ok(())))
    }

    /// Runs when the head of the response is there, or the request failed.
    fn after<'a>(
        &'a self,
        response: &'a reqwest::Result<reqwest::Response>,
        operation: &'a str,
    ) -> BoxFuture<'a, Result<(), String>> {
        let _ = (response, operation);
        Box::pin(ready(Ok(())))
    }
}

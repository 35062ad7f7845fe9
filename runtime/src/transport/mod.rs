//! The transport: what sends a request and returns the response. It knows nothing of calls; `client` and `call` use it.

mod error;
mod http_client;
#[cfg(feature = "rustls")]
mod lazy_verifier;
mod loopback;

pub use error::{TransportError, TransportErrorKind};
pub use http_client::http_client_builder;
pub(crate) use http_client::{HttpClients, Proxies, Settings};
pub use loopback::is_loopback;

use std::future::poll_fn;
use std::sync::Arc;

use reqwest::{Request, Response};
use tower_service::Service;

use crate::boxed::{BoxError, BoxFuture};
use crate::operation::Operation;

/// Sends a request and returns the response; given to a client by `ClientBuilder::transport`.
///
/// [`reqwest::Client`] is one, and so is every [`tower_service::Service`] that takes a [`reqwest::Request`] and returns a
/// [`reqwest::Response`]: `reqwest::Client` with tower's layers around it, or a function in a test.
///
/// The timeout of a call is set on the request ([`Request::timeout`]). `reqwest::Client` enforces it to the last byte of the
/// response. For any other transport the client itself limits the wait for the head of the response; the transport limits
/// how long the body takes.
///
/// ```
/// use openapi_smith_runtime::reqwest::{Request, Response};
/// use openapi_smith_runtime::{BoxFuture, Transport, TransportError};
///
/// /// A server in the memory of a test.
/// struct InMemory;
///
/// impl Transport for InMemory {
///     fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
///         let found = request.url().path() == "/pets";
///         Box::pin(async move {
///             let response = http::Response::builder().status(if found { 200 } else { 404 }).body("[]");
///             response.map(Response::from).map_err(TransportError::new)
///         })
///     }
/// }
/// ```
pub trait Transport: Send + Sync {
    /// Sends the request. The response is there when its head has arrived.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>>;

    /// Sends a request of this operation. Only test doubles need to know what is called.
    #[doc(hidden)]
    fn send_for(
        &self,
        operation: &'static Operation,
        request: Request,
    ) -> BoxFuture<'_, Result<Response, TransportError>> {
        let _ = operation;
        self.send(request)
    }
}

impl<S> Transport for S
where
    S: Service<Request, Response = Response> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let mut service = self.clone();
        Box::pin(async move {
            poll_fn(|context| service.poll_ready(context)).await.map_err(TransportError::new)?;
            service.call(request).await.map_err(TransportError::new)
        })
    }
}

/// The transport of a client. reqwest's is called directly: its future needs no box.
#[derive(Clone)]
pub(crate) enum Sender {
    /// reqwest with our settings. It enforces timeouts itself.
    Ours(Arc<HttpClients>),
    /// reqwest with settings of the user.
    Http(reqwest::Client),
    /// Any other.
    Other(Arc<dyn Transport>),
}

impl Sender {
    /// The request comes in a box, as the future would keep several copies of it. It is one of `operation`, or the program's own.
    pub(crate) async fn send(
        &self,
        operation: Option<&'static Operation>,
        request: Box<Request>,
    ) -> Result<Response, TransportError> {
        match self {
            Self::Ours(clients) => {
                let client = clients.for_url(request.url()).map_err(TransportError::unbuilt)?;
                client.execute(*request).await.map_err(TransportError::new)
            }
            Self::Http(client) => client.execute(*request).await.map_err(TransportError::new),
            Self::Other(transport) => {
                let limit = request.timeout().copied();
                let response = match operation {
                    Some(operation) => transport.send_for(operation, *request),
                    None => transport.send(*request),
                };
                match limit {
                    None => response.await,
                    Some(limit) => tokio::time::timeout(limit, response)
                        .await
                        .unwrap_or_else(|elapsed| Err(TransportError::timeout(elapsed))),
                }
            }
        }
    }
}

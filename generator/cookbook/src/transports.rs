//! Transports: proxies, an HTTP client of your own, layers around it.

use openapi_smith_runtime::http_client_builder;
use openapi_smith_runtime::reqwest::{NoProxy, Proxy};
use tower::ServiceBuilder;

use crate::Result;
use crate::api::Client;

/// A client that goes through a proxy.
///
/// # Errors
///
/// An address is invalid.
pub fn proxied(base_url: &str) -> Result<Client> {
    let proxy = Proxy::all("http://proxy.example:3128")?.no_proxy(NoProxy::from_env());
    let workshop = Client::builder(base_url).proxy(proxy).build()?;
    Ok(workshop)
}

/// A client with an HTTP client of its own and at most eight requests at a time.
///
/// # Errors
///
/// The HTTP client cannot be built.
pub fn layered(base_url: &str) -> Result<Client> {
    let http = http_client_builder()?.user_agent("shop/2.1").pool_max_idle_per_host(4).build()?;
    let service = ServiceBuilder::new().concurrency_limit(8).service(http);
    let workshop = Client::builder(base_url).transport(service).build()?;
    Ok(workshop)
}

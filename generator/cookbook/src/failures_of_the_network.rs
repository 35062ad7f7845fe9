//! Failures of the network: retries, rate limits, timeouts.

use std::time::Duration;

use openapi_smith_runtime::{RateLimit, RetryPolicy};

use crate::Result;
use crate::api::types::ItemIn;
use crate::api::{Client, ClientBuilder, ListItemsParams};

/// A client that repeats reads, with its limits.
///
/// # Errors
///
/// A setting is invalid.
pub fn patient(builder: ClientBuilder) -> Result<Client> {
    let workshop = builder
        .timeout(Duration::from_secs(10))
        .retry(RetryPolicy::new().max_attempts(4).total_timeout(Duration::from_secs(60)))
        .build()?;
    Ok(workshop)
}

/// Creates an item, several times if need be.
///
/// # Errors
///
/// The call failed.
pub async fn repeated_write(workshop: &Client, item: &ItemIn) -> Result<String> {
    let created = workshop.create_item(item).retry(RetryPolicy::new()).await?;
    Ok(created.into_inner().id)
}

/// How long a program has to wait, and the calls that are left.
///
/// # Errors
///
/// The call failed for a reason that does not pass.
pub async fn limits(workshop: &Client) -> Result<(Option<u64>, Option<Duration>)> {
    match workshop.list_items(&ListItemsParams::default()).await {
        Ok(page) => {
            let limit = RateLimit::from_headers(page.headers());
            Ok((limit.and_then(|limit| limit.remaining), None))
        }
        Err(error) if error.is_retryable() => Ok((None, error.retry_after())),
        Err(error) => Err(error.into()),
    }
}

//! Streams: server-sent events and lines of JSON.

use openapi_smith_runtime::RetryPolicy;

use crate::Result;
use crate::api::{Client, LinesParams, SseTicksParams};

/// The numbers of the ticks, as they arrive.
///
/// # Errors
///
/// The stream cannot be opened, or a value is invalid.
pub async fn values(workshop: &Client) -> Result<Vec<i64>> {
    let mut numbers = Vec::new();
    let mut ticks = workshop.sse_ticks_stream(&SseTicksParams::default().count(3)).await?.into_inner();
    while let Some(tick) = ticks.next().await {
        numbers.push(tick?.n);
    }
    Ok(numbers)
}

/// The same with the other fields of each event, and with a new connection where one is lost.
///
/// # Errors
///
/// The stream cannot be opened, or is lost too often.
pub async fn events(workshop: &Client) -> Result<Vec<String>> {
    let mut seen = Vec::new();
    let stream = workshop.sse_ticks_stream(&SseTicksParams::default()).reconnect(RetryPolicy::new()).await?;
    let mut events = stream.into_inner().events();
    while let Some(event) = events.next().await {
        let event = event?;
        seen.push(format!("{} {:?} {}", event.id, event.event, event.data.n));
    }
    Ok(seen)
}

/// The same of lines of JSON.
///
/// # Errors
///
/// The stream cannot be opened, or a line is invalid.
pub async fn lines(workshop: &Client) -> Result<Vec<i64>> {
    let mut numbers = Vec::new();
    let mut ticks = workshop.lines_stream(&LinesParams::default()).await?.into_inner();
    while let Some(tick) = ticks.next().await {
        numbers.push(tick?.n);
    }
    Ok(numbers)
}

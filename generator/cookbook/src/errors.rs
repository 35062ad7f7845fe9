//! Errors: typed failures, what the document does not declare, bodies.

use openapi_smith_runtime::UndecodedReason;
use serde::Deserialize;

use crate::Result;
use crate::api::types::ItemIn;
use crate::api::{Client, CreateItemFailure, Error};

/// Creates an item unless its name is taken.
///
/// # Errors
///
/// The call failed for another reason.
pub async fn typed(workshop: &Client, item: &ItemIn) -> Result<String> {
    match workshop.create_item(item).await {
        Ok(item) => Ok(format!("created {}", item.id)),
        Err(error) => match error.failure() {
            Some(CreateItemFailure::Conflict(conflict)) => Ok(format!("taken by {}", conflict.existing)),
            Some(CreateItemFailure::UnprocessableContent(invalid)) => Err(format!("{:?}", invalid.detail).into()),
            _ => Err(error.into()),
        },
    }
}

/// What this server sends with a failure that its document does not declare.
#[derive(Debug, Deserialize)]
pub struct Detail {
    /// The reason.
    pub detail: String,
}

/// Deletes an item, also one that does not exist.
///
/// # Errors
///
/// The call failed for another reason.
pub async fn undeclared(workshop: &Client, id: &str) -> Result<String> {
    match workshop.delete_item(id).await {
        Ok(_) => Ok("deleted".to_owned()),
        Err(error) if error.status().is_some_and(|status| status == 404) => {
            // "no such item", without parsing the body.
            let reason = error.server_message().unwrap_or_default().to_owned();
            // The body, as bytes and as a type of your own.
            let bytes = error.body().unwrap_or_default().len();
            let detail = error.body_json::<Detail>().transpose()?.map(|body| body.detail);
            Ok(format!("{reason}: {bytes} bytes, {detail:?}"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Says where a response is not as the document says.
pub fn misfit<E>(error: &Error<E>) -> Option<String> {
    let Error::Undecoded(undecoded) = error else { return None };
    match undecoded.reason() {
        UndecodedReason::Decode { path, mismatch, .. } => Some(format!("{path}: {mismatch}")),
        UndecodedReason::Missing { path } => Some(format!("{path} is missing")),
        other => Some(format!("{other:?}")),
    }
}

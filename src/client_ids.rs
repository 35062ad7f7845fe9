//! [`ClientIds`]: the clients whose tokens are accepted, as one id, several, or a closure.

use std::fmt;
use std::sync::Arc;

/// The clients whose tokens are accepted: one id, several ids, or a closure that decides about an id.
///
/// ```
/// use ory_oidc::ClientIds;
///
/// let one = ClientIds::from("shop");
/// let several = ClientIds::from(["shop", "shop-mobile"]);
/// let many = ClientIds::from(|id: &str| id.starts_with("tenant-"));
/// assert!(one.accept("shop") && several.accept("shop-mobile") && many.accept("tenant-7"));
/// assert!(!one.accept("shop-mobile"));
/// ```
#[derive(Clone)]
pub struct ClientIds(Accepted);

#[derive(Clone)]
enum Accepted {
    Listed(Arc<[String]>),
    Matching(Arc<dyn Fn(&str) -> bool + Send + Sync>),
}

impl ClientIds {
    /// Whether tokens of the client with this id are accepted.
    #[must_use]
    pub fn accept(&self, client_id: &str) -> bool {
        match &self.0 {
            Accepted::Listed(ids) => ids.iter().any(|id| id == client_id),
            Accepted::Matching(accept) => accept(client_id),
        }
    }
}

impl From<&str> for ClientIds {
    fn from(id: &str) -> Self {
        Self::from([id])
    }
}

impl From<String> for ClientIds {
    fn from(id: String) -> Self {
        Self::from([id])
    }
}

impl From<&String> for ClientIds {
    fn from(id: &String) -> Self {
        Self::from([id])
    }
}

impl<T: Into<String>> From<Vec<T>> for ClientIds {
    fn from(ids: Vec<T>) -> Self {
        Self(Accepted::Listed(ids.into_iter().map(Into::into).collect()))
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for ClientIds {
    fn from(ids: [T; N]) -> Self {
        Self(Accepted::Listed(ids.into_iter().map(Into::into).collect()))
    }
}

impl<F> From<F> for ClientIds
where
    F: Fn(&str) -> bool + Send + Sync + 'static,
{
    fn from(accept: F) -> Self {
        Self(Accepted::Matching(Arc::new(accept)))
    }
}

impl fmt::Debug for ClientIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Accepted::Listed(ids) => f.debug_tuple("ClientIds").field(ids).finish(),
            Accepted::Matching(_) => f.debug_tuple("ClientIds").field(&"a closure").finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_accepts_nobody() {
        assert!(!ClientIds::from(Vec::<String>::new()).accept(""));
    }
}

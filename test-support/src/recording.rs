//! The recorded HTTP exchanges with a real Ory Hydra, in `tests/recordings`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::workspace;

/// One exchange.
#[derive(Debug, Deserialize)]
pub struct Recording {
    /// The operation ID.
    pub operation: String,
    /// The purpose of the request.
    pub case: String,
    /// The request.
    pub request: Request,
    /// The response.
    pub response: Response,
}

/// A recorded request.
#[derive(Debug, Deserialize)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The request target: path and query.
    pub path: String,
    /// The headers, with lower-case names.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body, verbatim.
    pub body: Option<String>,
}

/// A recorded response.
#[derive(Clone, Debug, Deserialize)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers, in their order.
    pub headers: Vec<(String, String)>,
    /// The body, verbatim.
    pub body: String,
}

impl Request {
    /// The bearer token of the `authorization` header.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        self.headers.get("authorization")?.strip_prefix("Bearer ")
    }

    /// The body, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(self.body.as_deref()?).ok()
    }
}

impl Response {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }
}

impl Recording {
    /// The operation ID and the case: `getOidcUserInfo/ok-plain`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.operation, self.case)
    }
}

/// The folder of the recordings, with a folder for each operation.
#[must_use]
pub fn folder() -> PathBuf {
    workspace().join("tests/recordings/hydra")
}

/// Every recording, sorted by name.
///
/// # Panics
///
/// If a recording cannot be read.
#[must_use]
pub fn all() -> Vec<Recording> {
    let entries = |path: &Path| {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let files = entries(&folder()).into_iter().flat_map(|operation| entries(&operation));
    files.map(|file| serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap()).collect()
}

//! The recorded exchanges with a real Ory Hydra, read from the folder that the project shares.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub struct Recording {
    pub operation: String,
    pub case: String,
    pub request: Request,
    pub response: Response,
}

#[derive(Deserialize)]
pub struct Request {
    pub method: String,
    pub path: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub body: Option<String>,
}

#[derive(Clone, Deserialize)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn bearer(&self) -> Option<&str> {
        self.headers.get("authorization")?.strip_prefix("Bearer ")
    }

    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(self.body.as_deref()?).ok()
    }
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }
}

impl Recording {
    pub fn name(&self) -> String {
        format!("{}/{}", self.operation, self.case)
    }
}

/// `$ORY_OIDC_SHARED`, else the `shared` folder beside the repository; `None` if it is not there.
pub fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("ORY_OIDC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    Some(shared.join("recordings/hydra")).filter(|folder| folder.is_dir())
}

pub fn all(folder: &Path) -> Vec<Recording> {
    let entries = |path: &Path| {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    entries(folder)
        .iter()
        .flat_map(|operation| entries(operation))
        .filter(|file| file.extension().is_some_and(|extension| extension == "json"))
        .map(|file| serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap())
        .collect()
}

//! Reads a document from a file or the web.

use std::path::Path;
use std::time::Duration;

use crate::spec::Error;

/// The size limit of a document; Ory's has about 1 MB.
const MOST_BYTES: u64 = 64 << 20;
const PATIENCE: Duration = Duration::from_secs(60);

/// The text of a file or an `http(s)` URL.
pub fn text(source: &str) -> Result<String, Error> {
    if !is_address(source) {
        return crate::spec::read(Path::new(source));
    }
    let failed = |message: String| Error::Fetch { url: source.to_owned(), message };
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let mut response = agent.get(source).call().map_err(|error| failed(error.to_string()))?;
    response.body_mut().with_config().limit(MOST_BYTES).read_to_string().map_err(|error| failed(error.to_string()))
}

fn is_address(source: &str) -> bool {
    source.starts_with("https://") || source.starts_with("http://")
}

//! A document from a file or from the web.

use std::path::Path;
use std::time::Duration;

use crate::spec::Error;

/// No document of this kind is larger; Ory's has about 1 MB.
const MOST_BYTES: u64 = 64 << 20;
const PATIENCE: Duration = Duration::from_secs(60);

/// The text behind a path or an `http(s)` address.
pub fn text(source: &str) -> Result<String, Error> {
    if !is_address(source) {
        return crate::spec::read(Path::new(source));
    }
    let failed = |message: String| Error::Fetch { url: source.to_owned(), message };
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let mut answer = agent.get(source).call().map_err(|error| failed(error.to_string()))?;
    answer.body_mut().with_config().limit(MOST_BYTES).read_to_string().map_err(|error| failed(error.to_string()))
}

fn is_address(source: &str) -> bool {
    source.starts_with("https://") || source.starts_with("http://")
}

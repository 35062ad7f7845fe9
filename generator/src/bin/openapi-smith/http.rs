//! Fetches documents over HTTP, within limits of size and time.

use std::io::Read as _;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use iri_string::types::{UriAbsoluteStr, UriReferenceStr};
use openapi_smith::SourceError;

/// The largest document: 64 MiB, more than any real one.
const MOST_BYTES: u64 = 64 << 20;

/// The most redirects of the root document.
const MOST_REDIRECTS: usize = 5;

/// An HTTP client that stops at a deadline.
#[derive(Debug)]
pub(crate) struct Fetcher {
    agent: ureq::Agent,
    deadline: Instant,
    timeout: Duration,
    most_bytes: u64,
    /// Whether documents on this machine may be fetched: only if the root document is on it, and until a document of
    /// another machine was fetched, which could refer to them.
    allows_loopback: AtomicBool,
}

/// A fetched document.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// Its URL, after redirects.
    pub(crate) url: String,
    pub(crate) text: String,
}

/// What a server responded.
enum Response {
    Text(String),
    Redirect(String),
}

impl Fetcher {
    /// A client for the documents of a root document at this URL. `timeout` is for all of them together.
    pub(crate) fn new(root: &str, timeout: Duration) -> Self {
        let is_local = !is_url(root) || host(root).is_some_and(|host| is_loopback(&host));
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .accept("application/json, application/yaml, text/yaml, */*;q=0.5")
            .user_agent(concat!("openapi-smith/", env!("CARGO_PKG_VERSION")));
        let deadline = Instant::now() + timeout;
        Self {
            agent: config.build().into(),
            deadline,
            timeout,
            most_bytes: MOST_BYTES,
            allows_loopback: is_local.into(),
        }
    }

    /// The root document, and its URL after redirects.
    pub(crate) fn root(&self, url: &str) -> Result<Fetched, SourceError> {
        let mut url = url.to_owned();
        for _ in 0..=MOST_REDIRECTS {
            match self.request(&url)? {
                Response::Text(text) => return Ok(Fetched { url, text }),
                Response::Redirect(target) => {
                    if scheme(&target) != scheme(&url) {
                        let remedy = "if you trust the target, fetch its URL";
                        return Err(SourceError::new(format!("the redirect to {target} changes the scheme"), remedy));
                    }
                    url = target;
                }
            }
        }
        Err(SourceError::new(format!("there are more than {MOST_REDIRECTS} redirects"), "correct the URL"))
    }

    /// A document that another one refers to. Relative references in it have its URL as their base, so that a redirect is
    /// refused.
    pub(crate) fn referenced(&self, url: &str) -> Result<String, SourceError> {
        match self.request(url)? {
            Response::Text(text) => Ok(text),
            Response::Redirect(target) => {
                let remedy = "let the `$ref` point to that URL, or to a copy of the document";
                Err(SourceError::new(format!("the server redirects to {target}"), remedy))
            }
        }
    }

    fn request(&self, url: &str) -> Result<Response, SourceError> {
        let is_loopback = self.check(url)?;
        if !is_loopback {
            self.allows_loopback.store(false, Ordering::Relaxed);
        }
        let failed = |error: &ureq::Error| match error {
            ureq::Error::Timeout(_) => self.late(),
            error => SourceError::new(error.to_string(), "check the URL and the network"),
        };
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(self.late());
        }
        let request = self.agent.get(url).config().timeout_global(Some(left));
        // A proxy would look for the server on its own machine.
        let request = if is_loopback { request.proxy(None) } else { request };
        let mut response = request.build().call().map_err(|error| failed(&error))?;
        let status = response.status();
        if status.is_redirection() {
            let target = response.headers().get("location").and_then(|target| target.to_str().ok());
            let target = target.and_then(|target| joined(target, url));
            let what = format!("the server responded {status} without a valid `Location`");
            return target.map(Response::Redirect).ok_or_else(|| SourceError::new(what, "check the URL"));
        }
        if status.as_u16() != 200 {
            let remedy = "check the URL; a document that needs a login can be downloaded by hand";
            return Err(SourceError::new(format!("the server responded {status}"), remedy));
        }
        // The limit is that of the text, also if it is sent compressed.
        let too_large =
            || SourceError::new(format!("the document has more than {} bytes", self.most_bytes), "split the document");
        let declared = response.headers().get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
        if declared.is_some_and(|length: u64| length > self.most_bytes) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        let mut body = response.body_mut().as_reader().take(self.most_bytes.saturating_add(1));
        body.read_to_end(&mut bytes).map_err(|error| failed(&ureq::Error::from(error)))?;
        if bytes.len() as u64 > self.most_bytes {
            return Err(too_large());
        }
        let remedy = "download the document, save it as UTF-8 text, and name the file";
        let text = String::from_utf8(bytes).map_err(|_| SourceError::new("the document is not UTF-8 text", remedy))?;
        if is_page(&text) { Err(page(&text, url)) } else { Ok(Response::Text(text)) }
    }

    /// Refuses URLs that are not safe to fetch. Returns whether the server is on this machine.
    fn check(&self, url: &str) -> Result<bool, SourceError> {
        let refused = |what: &str, remedy: &str| Err(SourceError::new(what, remedy));
        let Some(host) = host(url) else {
            return refused("this is not an absolute HTTP URL", "correct the URL");
        };
        if url.split(['/', '?', '#']).nth(2).is_some_and(|authority| authority.contains('@')) {
            return refused(
                "the URL has a user name, which would be stored in the lock file",
                "download the document by hand",
            );
        }
        let is_loopback = is_loopback(&host);
        match (scheme(url), is_loopback) {
            ("https" | "http", true) if !self.allows_loopback.load(Ordering::Relaxed) => {
                refused("a document of another machine may refer to this machine", "download the document by hand")
            }
            ("https", _) | ("http", true) => Ok(is_loopback),
            ("http", false) => {
                refused("plain `http` is only allowed to this machine", "use the `https` URL of the document")
            }
            _ => refused("only `https` and `http` URLs are fetched", "correct the URL"),
        }
    }

    fn late(&self) -> SourceError {
        let what = format!("the documents were not fetched within {} s", self.timeout.as_secs());
        SourceError::new(what, "allow more time with `--timeout SECONDS`")
    }
}

/// Whether a text is a URL, rather than a path.
pub(crate) fn is_url(text: &str) -> bool {
    text.contains("://")
}

fn scheme(url: &str) -> &str {
    url.split(':').next().unwrap_or_default()
}

/// The host of a URL, in lower case.
fn host(url: &str) -> Option<String> {
    let host = UriAbsoluteStr::new(url).ok()?.authority_components()?.host().to_ascii_lowercase();
    (!host.is_empty()).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A reference relative to a URL, without its fragment.
fn joined(reference: &str, base: &str) -> Option<String> {
    let reference = UriReferenceStr::new(reference.split('#').next()?).ok()?;
    Some(reference.resolve_against(UriAbsoluteStr::new(base).ok()?).to_string())
}

/// Whether a text is HTML or XML. No document of OpenAPI begins so.
fn is_page(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// The error of a page. Pages such as those of Swagger UI and Redoc name their document.
fn page(text: &str, url: &str) -> SourceError {
    const ENDS: [&str; 3] = [".json", ".yaml", ".yml"];
    const NAMES: [&str; 3] = ["openapi", "swagger", "api-docs"];
    let is_document = |quoted: &&str| {
        let (path, name) = (quoted.split('?').next().unwrap_or_default(), quoted.to_ascii_lowercase());
        ENDS.iter().any(|end| path.ends_with(end)) && NAMES.iter().any(|part| name.contains(part))
    };
    let named = text.split(['"', '\'']).find(is_document).and_then(|reference| joined(reference, url));
    let remedy = match named {
        Some(document) => format!("the page names {document}: use that URL"),
        None => "use the URL of the document itself, which often ends in `openapi.json`".to_owned(),
    };
    SourceError::new("the server responded with a page of HTML or XML, and no document", remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_from_a_document() {
        assert!(is_page("\u{feff}\n<!doctype html>") && is_page("<?xml version='1.0'?>"));
        assert!(!is_page("openapi: 3.0.3") && !is_page("{\"openapi\": \"<3\"}"));
        let remedy = |page: &str| super::page(page, "https://a.example/api/docs").remedy().to_owned();
        for (page, named) in [
            (
                "<script>SwaggerUIBundle({ url: '/v1/openapi.json', dom_id: '#ui' })",
                "https://a.example/v1/openapi.json",
            ),
            ("<redoc spec-url=\"swagger.yaml?v=2\">", "https://a.example/api/swagger.yaml?v=2"),
        ] {
            assert_eq!(remedy(page), format!("the page names {named}: use that URL"));
        }
        assert!(remedy("<script src='openapi.js'></script><link href='manifest.json'>").starts_with("use the URL"));
    }

    #[test]
    fn unsafe_urls_are_refused_before_a_request() {
        let refusal = |root: &str, url: &str| {
            Fetcher::new(root, Duration::from_secs(1)).check(url).err().map(|error| error.to_string())
        };
        let away = "https://api.example.com/openapi.yaml";
        for (root, url, what) in [
            (away, "http://api.example.com/pet.yaml", "plain `http`"),
            (away, "http://127.0.0.1:8080/pet.yaml", "may refer to this machine"),
            (away, "https://[::1]/pet.yaml", "may refer to this machine"),
            (away, "https://LOCALHOST/pet.yaml", "may refer to this machine"),
            (away, "file:///etc/passwd", "not an absolute HTTP URL"),
            (away, "ftp://api.example.com/pet.yaml", "only `https`"),
            (away, "https://user:word@api.example.com/pet.yaml", "user name"),
            (away, "https:pet.yaml", "not an absolute HTTP URL"),
        ] {
            let found = refusal(root, url).unwrap_or_default();
            assert!(found.contains(what), "{url}: {found}");
            assert!(!found.contains("word"), "{found}");
        }
        assert_eq!(refusal(away, away), None);
        for root in ["http://localhost:1/a", "specs/openapi.yaml"] {
            assert_eq!(refusal(root, "http://127.0.0.1:2/b"), None);
        }
    }
}

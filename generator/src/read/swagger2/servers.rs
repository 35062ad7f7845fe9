//! `host`, `basePath` and `schemes`.

use serde_json::{Map, Value, json};

use super::{At, Converter, below, media_types};

impl Converter<'_> {
    /// The servers of the document; `None` if it declares neither a host nor a base path. The base path `/` alone is the
    /// server of a document of 3.0 without servers.
    pub(super) fn servers(&mut self, root: &Map<String, Value>) -> Option<Value> {
        let text = |key: &str| root.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        let (host, base) = (self.without_template("/host", text("host")), text("basePath"));
        let base = self.without_template("/basePath", base);
        let at = if host.is_some() { "/host" } else { "/basePath" };
        let base = base.map(|base| format!("/{}", base.trim_matches('/'))).filter(|base| base != "/");
        let base = base.unwrap_or_default();
        if host.is_none() && base.is_empty() {
            return None;
        }
        self.move_to("/servers", at);
        let Some(host) = host else { return Some(json!([{ "url": base }])) };
        let (own_scheme, host) = match host.split_once("://") {
            Some((scheme, host)) => {
                self.formality("/host", format!("`{scheme}://` in `host` is read as the scheme"));
                (Some(scheme.to_owned()), host)
            }
            None => (None, host),
        };
        let host = host.trim_end_matches('/');
        let declared = root.get("schemes").and_then(media_types).unwrap_or_default();
        let mut schemes = http_schemes(&declared);
        if let Some(own) = own_scheme {
            schemes = vec![own];
        }
        if schemes.is_empty() {
            self.formality("/host", "no scheme is declared: `https` is assumed");
            schemes.push("https".to_owned());
        }
        for (index, scheme) in schemes.iter().enumerate() {
            let position = declared.iter().position(|declared| declared == scheme);
            let old = position.map_or_else(|| "/host".to_owned(), |position| format!("/schemes/{position}"));
            self.move_to(&below("/servers", &index.to_string()), &old);
        }
        let servers = schemes.iter().map(|scheme| json!({ "url": format!("{scheme}://{host}{base}") }));
        Some(Value::Array(servers.collect()))
    }

    /// The text, unless it is a template such as `{{prefix}}/api`, which some servers fail to fill in.
    fn without_template<'t>(&mut self, at: &str, text: Option<&'t str>) -> Option<&'t str> {
        if text.is_some_and(|text| text.contains(['{', '}'])) {
            self.formality(at, "a template is read as absent: the client needs the whole URL");
            return None;
        }
        text
    }

    /// The servers of an operation whose schemes do not include the one that the document's first server has.
    pub(super) fn operation_servers(&mut self, operation: &Map<String, Value>, at: &At) -> Option<Value> {
        let own = http_schemes(&operation.get("schemes").and_then(media_types)?);
        let root = self.old.as_object()?;
        let of_document = http_schemes(&root.get("schemes").and_then(media_types).unwrap_or_default());
        if own.is_empty() || of_document.first().is_none_or(|first| own.contains(first)) {
            return None;
        }
        let (host, base) =
            (root.get("host")?.as_str()?, root.get("basePath").and_then(Value::as_str).unwrap_or_default());
        let base = base.trim_matches('/');
        let slash = if base.is_empty() { "" } else { "/" };
        self.move_to(&below(&at.new, "servers"), &below(&at.old, "schemes"));
        let servers = own.iter().map(|scheme| json!({ "url": format!("{scheme}://{host}{slash}{base}") }));
        Some(Value::Array(servers.collect()))
    }
}

/// The schemes of HTTP, the secure one first: the first server is the default.
fn http_schemes(schemes: &[String]) -> Vec<String> {
    ["https", "http"].into_iter().filter(|scheme| schemes.iter().any(|own| own == scheme)).map(str::to_owned).collect()
}

//! The HTML that the server sends: escaped text, and the page of a redirect.

/// Text that is safe in an element and in a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&#34;").replace('\'', "&#39;")
}

/// The page for browsers that do not follow redirects.
pub(super) fn link(address: &str, text: &str) -> String {
    format!("<a href=\"{}\">{text}</a>.\n\n", escape(address))
}

//! The support code: real Rust in `support/`, taken over as text. Only the pieces that the output needs.

use super::{Scene, render};
use crate::analyze::Uses;

/// A file of the support code, and whether it is needed.
struct Piece {
    name: &'static str,
    text: &'static str,
    needed: bool,
}

macro_rules! piece {
    ($name:literal, $needed:expr) => {
        Piece { name: $name, text: include_str!(concat!("support/", $name, ".rs")), needed: $needed }
    };
}

/// `pub use support::{...}`: what of it users see.
pub(super) fn exports(scene: &Scene<'_>, body: &str) -> String {
    let uses = &scene.facts.uses;
    if scene.settings.types_only {
        return if has_secret_types(body) { "pub use support::secret::Secret;".to_owned() } else { String::new() };
    }
    let mut lines = vec![
        "pub use support::call::{Call, RawAnswer};",
        "pub use support::client::{Client, DEFAULT_RESPONSE_LIMIT, InvalidBaseUrl};",
    ];
    if uses.credentials {
        lines.push("pub use support::credential::Credential;");
    }
    lines.push("pub use support::error::Error;");
    lines.push("pub use support::failure::Failure;");
    if body.contains("support::header::") {
        lines.push("pub use support::header::InvalidHeader;");
    }
    lines.push("pub use support::options::CallOptions;");
    if uses.multipart {
        lines.push("pub use support::part::Part;");
    }
    if uses.secrets {
        lines.push("pub use support::secret::Secret;");
    }
    if body.contains("JsonStream<") {
        lines.push("pub use support::stream::JsonStream;");
    }
    if uses.streams {
        lines.push("pub use support::send::StreamCall;");
    }
    lines.push("pub use support::undecoded::{Undecoded, UndecodedReason};");
    lines.join("\n")
}

/// Whether a schema has a secret, and not only an operation.
fn has_secret_types(types: &str) -> bool {
    types.contains("use super::Secret;")
}

/// `mod support`. `body` is the rest of the output: what it does not mention is not needed.
pub(super) fn module(scene: &Scene<'_>, body: &str) -> String {
    let uses = &scene.facts.uses;
    let calls = !scene.settings.types_only;
    let has_secrets = uses.secrets && (calls || has_secret_types(body));
    let has_body_code = calls && uses.bodies || body.contains("support::body::");
    let pieces = [
        piece!("answer", calls),
        piece!("binary", body.contains("support::binary::")),
        piece!("body", has_body_code),
        piece!("call", calls),
        piece!("client", calls),
        piece!("credential", calls && uses.credentials),
        piece!("error", calls),
        piece!("expose", body.contains("support::expose::")),
        piece!("failure", calls),
        piece!("header", body.contains("support::header::")),
        piece!("json", calls),
        piece!("object", body.contains("object! {")),
        piece!("open_enum", body.contains("open_enum! {")),
        piece!("open_integer", body.contains("open_integer! {")),
        piece!("operation", calls),
        piece!("options", calls),
        piece!("parameter", calls && uses.form_members || body.contains("support::parameter::")),
        piece!("part", calls && uses.multipart),
        piece!("place", calls),
        piece!("received", calls),
        piece!("request", calls),
        piece!("secret", has_secrets),
        piece!("send", calls),
        piece!("stream", body.contains("JsonStream<")),
        piece!("tokens", calls),
        piece!("undecoded", calls),
        piece!("shape", body.contains("support::shape::")),
        piece!("union", body.contains("support::union::")),
        piece!("whole", calls),
        piece!(
            "with",
            ["with", "expose", "binary", "object"].iter().any(|piece| body.contains(&format!("support::{piece}::")))
        ),
    ];
    let modules: Vec<String> = pieces
        .iter()
        .filter(|piece| piece.needed)
        .map(|piece| {
            format!("pub(crate) mod {} {{\n{}\n}}", piece.name, render::indent(&only_needed(piece.text, uses)))
        })
        .collect();
    if modules.is_empty() {
        return String::new();
    }
    let reason = "which of it is used depends on what the document declares";
    render::mod_block(&format!("#[allow(dead_code, reason = \"{reason}\")]\nmod support"), &modules)
}

/// The text without what stands between `// when <something that is not needed>` and `// end`.
fn only_needed(text: &str, uses: &Uses) -> String {
    let mut lines = Vec::new();
    let is_needed = |what: &str| match what {
        "credentials" => uses.credentials,
        "basic" => uses.basic,
        "keys" => uses.keys,
        "authorizations" => uses.authorizations,
        "servers" => uses.servers,
        "multipart" => uses.multipart,
        "streams" => uses.streams,
        "form-members" => uses.form_members,
        _ => true,
    };
    let mut open = Vec::new();
    for line in text.lines() {
        match line.trim().strip_prefix("// when ") {
            Some(what) => open.push(is_needed(what)),
            None if line.trim() == "// end" => {
                open.pop();
            }
            None if open.iter().all(|kept| *kept) => lines.push(line),
            None => {}
        }
    }
    lines.join("\n").trim_end().to_owned()
}

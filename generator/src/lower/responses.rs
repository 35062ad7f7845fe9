//! Every answer that an operation declares, by status and media type.

use super::{Lowering, docs};
use crate::ir::{Arm, Content, MediaType, Status, StringKind, Type};
use crate::problem::ProblemKind;
use crate::read::{Node, Section};

impl<'d> Lowering<'d> {
    pub(super) fn responses(&mut self, operation: &Node<'d>, prefix: &str) -> Option<Vec<Arm>> {
        let responses = self.collect(operation.expect("responses"))?;
        let members = self.collect(responses.members())?;
        let mut arms = Vec::new();
        let mut complete = true;
        for (key, node) in members.into_iter().filter(|(key, _)| !key.starts_with("x-")) {
            match self.arm(key, &node, prefix) {
                Some(arm) => arms.push(arm),
                None => complete = false,
            }
        }
        arms.sort_by_key(|arm| arm.status);
        complete.then_some(arms)
    }

    fn arm(&mut self, key: &str, node: &Node<'d>, prefix: &str) -> Option<Arm> {
        let Some(status) = status(key) else {
            self.problems.push(node.problem(ProblemKind::Status { status: key.to_owned() }));
            return None;
        };
        let node = self.collect(node.resolve(Section::Responses))?;
        let text = self.collect(node.text_at("description"))?.unwrap_or_default();
        if let Some(links) = node.get("links") {
            self.ignore(links.at(), "`links` of an answer");
        }
        let headers = match node.get("headers") {
            Some(headers) => self.collect(headers.members())?.into_iter().map(|(name, _)| name.to_owned()).collect(),
            None => Vec::new(),
        };
        let contents = match node.get("content") {
            Some(content) => self.contents(&content, &format!("{prefix} {}", status.name()))?,
            None => Vec::new(),
        };
        Some(Arm { status, contents, headers, docs: docs::clean(text) })
    }

    /// The media types of a `content` object: JSON first, then by name.
    pub(super) fn contents(&mut self, content: &Node<'d>, wanted_name: &str) -> Option<Vec<Content>> {
        let members = self.collect(content.members())?;
        let mut contents = Vec::new();
        let mut complete = true;
        for (media, entry) in members {
            let schema = entry.get("schema");
            let ty = match &schema {
                Some(schema) => match self.schema(schema, wanted_name) {
                    Some(ty) => {
                        self.contents.insert(schema.at().pointer().to_owned(), ty.clone());
                        Some(ty)
                    }
                    None => {
                        complete = false;
                        continue;
                    }
                },
                None => None,
            };
            contents.push(Content { media: media_type(media, ty.as_ref()), ty });
        }
        contents.sort_by_key(|content| !matches!(content.media, MediaType::Json(_)));
        complete.then_some(contents)
    }
}

fn status(key: &str) -> Option<Status> {
    if key == "default" {
        return Some(Status::Default);
    }
    let [first @ b'1'..=b'5', rest @ ..] = key.as_bytes() else { return None };
    match rest {
        [b'X' | b'x', b'X' | b'x'] => Some(Status::Range(first - b'0')),
        [b'0'..=b'9', b'0'..=b'9'] => key.parse().ok().map(Status::Code),
        _ => None,
    }
}

/// The media type without its parameters, in lower case.
fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(super) fn is_json(media: &str) -> bool {
    let essence = essence(media);
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

fn media_type(media: &str, ty: Option<&Type>) -> MediaType {
    let essence = essence(media);
    let is_text = essence.starts_with("text/") || essence.ends_with("+xml") || essence == "application/xml";
    match (essence.as_str(), ty) {
        _ if is_json(media) => MediaType::Json(essence),
        ("application/x-www-form-urlencoded", _) => MediaType::Form,
        ("multipart/form-data", _) => MediaType::Multipart,
        (_, Some(Type::String(StringKind::Binary))) | ("*/*", _) => MediaType::Bytes(essence),
        _ if is_text => MediaType::Text(essence),
        (_, Some(Type::String(_))) => MediaType::Text(essence),
        _ => MediaType::Bytes(essence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        assert_eq!(status("200"), Some(Status::Code(200)));
        assert_eq!(status("4XX"), Some(Status::Range(4)));
        assert_eq!(status("default"), Some(Status::Default));
        for wrong in ["", "20", "2000", "600", "2X0", "ok", "２00"] {
            assert_eq!(status(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn media_types() {
        let text = Type::String(StringKind::Text { format: None });
        assert_eq!(media_type("application/JSON; charset=utf-8", None), MediaType::Json("application/json".into()));
        assert_eq!(media_type("application/problem+json", None), MediaType::Json("application/problem+json".into()));
        assert_eq!(media_type("application/jwt", Some(&text)), MediaType::Text("application/jwt".into()));
        assert_eq!(media_type("text/html", None), MediaType::Text("text/html".into()));
        assert_eq!(media_type("application/octet-stream", None), MediaType::Bytes("application/octet-stream".into()));
    }
}

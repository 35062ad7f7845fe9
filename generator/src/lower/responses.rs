//! Every answer that an operation declares, by status and media type.

use openapiv3::StatusCode;

use super::headers::Declared;
use super::{Lowering, docs};
use crate::ir::{Arm, Content, Header, HttpMethod, MediaType, Status};
use crate::names::Wanted;
use crate::problem::ProblemKind;
use crate::read::{Node, Section, word};
use crate::report::NoteKind;

impl<'d> Lowering<'d> {
    pub(super) fn responses(
        &mut self,
        operation: &Node<'d>,
        prefix: &str,
        method: HttpMethod,
    ) -> Option<(Vec<Arm>, Vec<Header>)> {
        let responses = self.collect(operation.member("responses"))?;
        let members = self.collect(responses.members())?;
        let mut arms = Vec::new();
        let mut headers = Vec::new();
        let mut complete = true;
        for (key, node) in members.into_iter().filter(|(key, _)| !key.starts_with("x-")) {
            match self.arm(key, &node, prefix, method, &mut headers) {
                Some(arm) => arms.push(arm),
                None => complete = false,
            }
        }
        if complete && arms.iter().all(|arm| arm.status.is_success() == Some(false)) {
            arms.push(any_success(&responses, method));
        }
        arms.sort_by_key(|arm| arm.status);
        let headers = self.named_headers(headers);
        complete.then_some((arms, headers))
    }

    fn arm(
        &mut self,
        key: &str,
        node: &Node<'d>,
        prefix: &str,
        method: HttpMethod,
        headers: &mut Vec<Declared<'d>>,
    ) -> Option<Arm> {
        let Some(status) = status(key) else {
            self.findings.refuse(node.problem(ProblemKind::Status { status: key.to_owned() }));
            return None;
        };
        let node = self.collect(node.resolve(Section::Responses))?;
        let text = self.collect(node.text_at("description"))?.unwrap_or_default();
        if let Some(links) = node.get("links") {
            self.note(NoteKind::Links, links.at(), "`links` of an answer");
        }
        let headers = self.headers(&node, prefix, headers)?;
        let contents = match node.get("content") {
            Some(content) if method == HttpMethod::Head => {
                self.note(NoteKind::HeadBody, content.at(), "the body of an answer to `HEAD`, which never comes");
                Vec::new()
            }
            Some(content) => self.contents(&content, &|_| Wanted::words(format!("{prefix} {}", status.name())))?,
            None => Vec::new(),
        };
        Some(Arm { status, contents, headers, docs: docs::clean(text) })
    }
}

/// Where no answer of success is declared, one comes all the same, and is not to be taken for an error: bytes are exact,
/// since any are allowed.
fn any_success(responses: &Node<'_>, method: HttpMethod) -> Arm {
    let media = MediaType::Bytes("*/*".to_owned());
    let content =
        Content { media, origin: responses.at().clone(), ty: None, members: Vec::new(), variant: String::new() };
    let contents = if method == HttpMethod::Head { Vec::new() } else { vec![content] };
    let docs = docs::clean("Success, of which the document declares nothing.");
    Arm { status: Status::Range(2), contents, headers: Vec::new(), docs }
}

pub(super) fn status(key: &str) -> Option<Status> {
    if key == "default" {
        return Some(Status::Default);
    }
    match word(key)? {
        StatusCode::Code(code) => (code < 600).then_some(Status::Code(code)),
        StatusCode::Range(digit @ 1..=5) => u8::try_from(digit).ok().map(Status::Range),
        StatusCode::Range(_) => None,
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
}

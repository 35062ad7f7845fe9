//! The declared responses of an operation, by status and media type.

use openapiv3::StatusCode;

use super::headers::DeclaredHeader;
use super::{Lowering, docs, media};
use crate::ir::{Content, Header, HttpMethod, MediaType, Response, Status};
use crate::names::Wanted;
use crate::problem::ProblemKind;
use crate::read::{Node, Section, word};
use crate::report::NoteKind;

impl<'d> Lowering<'d> {
    pub(super) fn responses(
        &mut self,
        operation: &Node<'d>,
        prefix: &str,
        method: &HttpMethod,
    ) -> Option<(Vec<Response>, Vec<Header>)> {
        let node = self.collect(operation.required("responses"))?;
        let properties = self.collect(node.entries())?;
        let mut responses = Vec::new();
        let mut headers = Vec::new();
        let mut complete = true;
        for (key, response) in properties.into_iter().filter(|(key, _)| !key.starts_with("x-")) {
            match self.response(key, &response, prefix, method, &mut headers) {
                Some(response) => responses.push(response),
                None => complete = false,
            }
        }
        if complete && responses.iter().all(|response| response.status.is_success() == Some(false)) {
            responses.push(any_success(&node, method));
        }
        responses.sort_by_key(|response| response.status);
        let headers = self.named_headers(headers);
        complete.then_some((responses, headers))
    }

    fn response(
        &mut self,
        key: &str,
        node: &Node<'d>,
        prefix: &str,
        method: &HttpMethod,
        headers: &mut Vec<DeclaredHeader<'d>>,
    ) -> Option<Response> {
        let Some(status) = status(key) else {
            self.findings.refuse(node.problem(ProblemKind::Status { status: key.to_owned() }));
            return None;
        };
        let node = self.collect(node.resolve(Section::Responses))?;
        let text = self.collect(node.text_at("description"))?.unwrap_or_default();
        if let Some(links) = node.get("links") {
            self.note(NoteKind::Links, links.at(), "`links` of a response");
        }
        let headers = self.headers(&node, prefix, headers)?;
        let contents = match node.get("content") {
            Some(content) if *method == HttpMethod::Head => {
                self.note(NoteKind::HeadBody, content.at(), "the body of a response to `HEAD`, which has none");
                Vec::new()
            }
            Some(content) => {
                let redundant = self.collect(media::as_json_alone(&content))?;
                if !redundant.is_empty() {
                    let what =
                        format!("the response is always requested as JSON, never as {}", media::listed(&redundant));
                    self.note(NoteKind::EquivalentMedia, content.at(), what);
                }
                let wanted = |_: &MediaType| Wanted::words(format!("{prefix} {}", status.name()));
                self.contents(&content, &redundant, &wanted)?
            }
            None => Vec::new(),
        };
        Some(Response { status, contents, headers, docs: docs::clean(text) })
    }
}

/// The success of an operation that declares none: any bytes. Without it, every success would be an error.
fn any_success(responses: &Node<'_>, method: &HttpMethod) -> Response {
    let media = MediaType::Bytes("*/*".to_owned());
    let content = Content {
        media,
        origin: responses.at().clone(),
        ty: None,
        encodings: Vec::new(),
        variant: String::new(),
        events: Vec::new(),
    };
    let contents = if *method == HttpMethod::Head { Vec::new() } else { vec![content] };
    let docs = docs::clean("Success. The document declares no successful response.");
    Response { status: Status::Range(2), contents, headers: Vec::new(), docs }
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

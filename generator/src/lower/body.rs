//! What an operation takes as body.

use super::{Lowering, docs};
use crate::ir::{Body, MediaType};
use crate::problem::ProblemKind;
use crate::read::{Node, Section};

impl<'d> Lowering<'d> {
    /// `Some(None)`: the operation takes no body. `None`: it takes one that was refused.
    pub(super) fn body(&mut self, operation: &Node<'d>, prefix: &str) -> Option<Option<Body>> {
        let Some(node) = operation.get("requestBody") else { return Some(None) };
        let node = self.collect(node.resolve(Section::RequestBodies))?;
        let required = self.collect(node.flag("required"))?;
        let text = self.collect(node.text_at("description"))?.unwrap_or_default();
        let content = self.collect(node.expect("content"))?;
        let contents = self.contents(&content, &format!("{prefix} body"))?;
        let refuse = |what: &str| content.problem(ProblemKind::Unsupported { what: what.to_owned() });
        match contents.as_slice() {
            [] => self.problems.push(refuse("a body without a media type")),
            [only] if matches!(only.media, MediaType::Form | MediaType::Multipart) => {
                self.problems.push(refuse(&format!("a body of the media type `{}`", only.media.as_str())));
            }
            [_] => return Some(Some(Body { required, contents, docs: docs::clean(text) })),
            _ => self.problems.push(refuse("a body that may be of several media types")),
        }
        None
    }
}

//! What an operation takes as body.

use super::{Lowering, docs, media};
use crate::ir::{Body, MediaType};
use crate::names::Wanted;
use crate::read::{Node, Section};
use crate::report::NoteKind;

impl<'d> Lowering<'d> {
    /// `Some(None)`: the operation takes no body. `None`: it takes one that was refused.
    pub(super) fn body(&mut self, operation: &Node<'d>, prefix: &str) -> Option<Option<Body>> {
        let Some(node) = operation.get("requestBody") else { return Some(None) };
        let node = self.collect(node.resolve(Section::RequestBodies))?;
        let required = self.collect(node.flag("required"))?;
        let text = self.collect(node.text_at("description"))?.unwrap_or_default();
        let content = self.collect(node.member("content"))?;
        if let Some(others) = self.collect(same_as_json(&content))? {
            self.note(
                NoteKind::EquivalentMedia,
                content.at(),
                format!("the body is sent as JSON, and not as {}", others.join(", ")),
            );
            let Some(json) = content.get("application/json") else { return Some(None) };
            let contents =
                vec![self.content("application/json".to_owned(), &json, &|_| Wanted::words(format!("{prefix} body")))?];
            return Some(Some(Body { required, contents, docs: docs::clean(text) }));
        }
        // The enum of several bodies has the name of the only one.
        let several = self.collect(media::is_several(&content))?;
        let wanted = |media: &MediaType| match several {
            true => Wanted::words(format!("{prefix} {} body", media.short_name())),
            false => Wanted::words(format!("{prefix} body")),
        };
        let contents = self.contents(&content, &wanted)?;
        if contents.is_empty() {
            self.note(NoteKind::EmptyContent, content.at(), "a body without a media type");
            return Some(None);
        }
        Some(Some(Body { required, contents, docs: docs::clean(text) }))
    }
}

/// The media types beside `application/json`, where all hold the same: then nothing is lost by sending JSON.
fn same_as_json(content: &Node<'_>) -> Result<Option<Vec<String>>, crate::problem::Problem> {
    let members = content.members()?;
    let Some(json) = content.get("application/json") else { return Ok(None) };
    let schema = |node: &Node<'_>| node.get("schema").map(|schema| schema.value().clone());
    let wanted = schema(&json);
    let others: Vec<&(&str, Node<'_>)> = members.iter().filter(|(media, _)| *media != "application/json").collect();
    let all_alike = others.iter().all(|(media, node)| {
        // Another kind of JSON means something else by the same value: a merge patch and a list of patches.
        *media != "multipart/form-data" && !media::is_json(media) && schema(node) == wanted
    });
    Ok((!others.is_empty() && all_alike).then(|| others.iter().map(|(media, _)| format!("`{media}`")).collect()))
}

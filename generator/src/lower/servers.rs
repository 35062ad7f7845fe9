//! Where the operations are: the servers of the document, of a path, of one operation.

use super::{Lowering, docs};
use crate::ir::Server;
use crate::problem::Problem;
use crate::read::Node;

impl<'d> Lowering<'d> {
    /// The server of this operation alone: the first of its own or of its path, where that is not the document's too.
    /// `None`: refused.
    pub(super) fn operation_server(
        &mut self,
        operation: &Node<'d>,
        item: &Node<'d>,
        root: &Node<'d>,
    ) -> Option<Option<Server>> {
        let Some(own) = operation.get("servers").or_else(|| item.get("servers")) else { return Some(None) };
        if root.get("servers").is_some_and(|shared| shared.value() == own.value()) {
            return Some(None);
        }
        let first = self.collect(list(&own))?.into_iter().next();
        // An empty list, and the address of the document itself, mean the same as none.
        Some(first.filter(|server| !matches!(server.url.as_str(), "" | "/")))
    }
}

/// The servers of the document.
pub(super) fn of(root: &Node<'_>) -> Result<Vec<Server>, Problem> {
    root.get("servers").map_or_else(|| Ok(Vec::new()), |servers| list(&servers))
}

fn list(servers: &Node<'_>) -> Result<Vec<Server>, Problem> {
    servers.elements()?.iter().map(server).collect()
}

fn server(node: &Node<'_>) -> Result<Server, Problem> {
    let url = node.member("url")?.text()?.to_owned();
    let variables = match node.get("variables") {
        Some(variables) => variables.members()?,
        None => Vec::new(),
    };
    let variables = variables
        .into_iter()
        .map(|(name, variable)| {
            let default = variable.member("default")?;
            // Ports are often written as numbers.
            let text = match default.value() {
                serde_json::Value::Number(number) => number.to_string(),
                _ => default.text()?.to_owned(),
            };
            Ok((name.to_owned(), text))
        })
        .collect::<Result<_, Problem>>()?;
    let docs = docs::clean(node.text_at("description")?.unwrap_or_default());
    Ok(Server { url, variables, docs })
}

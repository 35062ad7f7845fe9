//! Servers of the document, of path items and of operations.

use super::{Lowering, docs};
use crate::ir::Server;
use crate::problem::Problem;
use crate::read::Node;
use crate::report::NoteKind;

impl<'d> Lowering<'d> {
    /// The server that only this operation has: the first of the operation or its path item, unless it is the
    /// document's. `None`: refused.
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
        self.other_servers(&own);
        let first = self.collect(list(&own))?.into_iter().next();
        // An empty list and the URL of the document itself mean no server.
        Some(first.filter(|server| !matches!(server.url.as_str(), "" | "/")))
    }

    /// Notes the servers after the first.
    pub(super) fn other_servers(&mut self, servers: &Node<'d>) {
        let others = servers.elements().unwrap_or_default();
        if let [_, second, ..] = others.as_slice() {
            self.note(NoteKind::OtherServers, second.at(), "the servers after the first: give their URL to the client");
        }
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
    let server: openapiv3::Server = node.typed_part("a Server object", &["url", "description"])?;
    let mut variables = Vec::new();
    for (name, node) in node.get("variables").map_or_else(|| Ok(Vec::new()), |variables| variables.entries())? {
        variables.push((name.to_owned(), default(&node)?));
    }
    let docs = docs::clean(server.description.as_deref().unwrap_or_default());
    Ok(Server { url: server.url, variables, docs })
}

/// The default of a variable. Ports are often written as numbers.
fn default(variable: &Node<'_>) -> Result<String, Problem> {
    if let Some(serde_json::Value::Number(number)) = variable.get("default").map(|default| default.value()) {
        return Ok(number.to_string());
    }
    let variable: openapiv3::ServerVariable = variable.typed_part("a Server Variable object", &["default"])?;
    Ok(variable.default)
}

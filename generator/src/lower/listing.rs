//! Lists the operations of a document.

use super::operation::{Candidate, operations_of};
use crate::problem::Problem;
use crate::read::{Document, Node};
use crate::{ListedOperation, location};

/// Every operation, in the order of the paths. Path items without a target are skipped; generating reports them.
pub(crate) fn list(document: &Document) -> Result<Vec<ListedOperation>, Vec<Problem>> {
    let root = document.root();
    let paths = root.required("paths").and_then(|paths| paths.entries()).map_err(|problem| vec![problem])?;
    let mut listed = Vec::new();
    for (path, item) in paths.into_iter().filter(|(path, _)| !path.starts_with("x-")) {
        listed.extend(operations_of(path, &item).iter().flatten().map(entry));
    }
    Ok(listed)
}

/// Invalid parts are skipped; generating reports them.
fn entry(candidate: &Candidate<'_>) -> ListedOperation {
    let Candidate { node, path, method, .. } = candidate;
    let text = |key: &str| node.get(key).and_then(|node| node.value().as_str()).map(str::to_owned);
    ListedOperation {
        id: text("operationId"),
        method: method.as_str().to_owned(),
        path: path.clone(),
        tags: tags(node),
        summary: text("summary"),
        deprecated: node.flag("deprecated").unwrap_or_default(),
        location: location::Location::at(node.at().pointer()),
    }
}

fn tags(node: &Node<'_>) -> Vec<String> {
    node.texts("tags").unwrap_or_default().into_iter().map(str::to_owned).collect()
}

//! Lists the operations of a document.

use std::collections::BTreeMap;

use super::operation::{Candidate, operations_of};
use crate::ir::Operation;
use crate::problem::Problem;
use crate::read::{Document, Node};
use crate::{ListedOperation, location};

/// Every operation, in the order of the paths, with the names of the lowered ones. Path items without a target are skipped;
/// generating reports them.
pub(crate) fn list(document: &Document, lowered: &[Operation]) -> Result<Vec<ListedOperation>, Vec<Problem>> {
    let root = document.root();
    let paths = root.required("paths").and_then(|paths| paths.entries()).map_err(|problem| vec![problem])?;
    let names = lowered.iter().map(|operation| (operation.origin.pointer(), operation.name.rust.as_str())).collect();
    let mut listed = Vec::new();
    for (path, item) in paths.into_iter().filter(|(path, _)| !path.starts_with("x-")) {
        listed.extend(operations_of(path, &item).iter().flatten().map(|candidate| entry(candidate, &names)));
    }
    Ok(listed)
}

/// Invalid parts are skipped; generating reports them.
fn entry(candidate: &Candidate<'_>, names: &BTreeMap<&str, &str>) -> ListedOperation {
    let Candidate { node, path, method, .. } = candidate;
    let text = |key: &str| node.get(key).and_then(|node| node.value().as_str()).map(str::to_owned);
    ListedOperation {
        id: text("operationId"),
        rust_name: names.get(node.at().pointer()).map(|name| (*name).to_owned()),
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

//! Lists the operations of a document.

use std::collections::BTreeMap;

use super::left_out::LeftOut;
use super::operation::{self, Candidate, operations_of};
use super::{Lowering, effective};
use crate::problem::Problem;
use crate::read::{Document, Node};
use crate::settings::Settings;
use crate::{ListedOperation, location};

/// Every operation, in the order of the paths. Path items without a target are skipped; generating reports them.
pub(crate) fn list(document: &Document, settings: &Settings) -> Result<Vec<ListedOperation>, Vec<Problem>> {
    let root = document.root();
    let paths = root.required("paths").and_then(|paths| paths.entries()).map_err(|problem| vec![problem])?;
    let names = names(document, settings);
    let mut listed = Vec::new();
    for (path, item) in paths.into_iter().filter(|(path, _)| !path.starts_with("x-")) {
        listed.extend(operations_of(path, &item).iter().flatten().map(|candidate| entry(candidate, &names)));
    }
    Ok(listed)
}

/// The names of the methods, by the pointers of the operations. Empty if the settings choose no operations.
fn names(document: &Document, settings: &Settings) -> BTreeMap<String, String> {
    let root = document.root();
    let settings = effective(document, settings);
    let mut lowering = Lowering::new(&root, &settings);
    let chosen = operation::choose(&root, &mut lowering, &LeftOut::default(), &mut Vec::new());
    chosen.unwrap_or_default().iter().map(operation::Choice::method_name).collect()
}

/// Invalid parts are skipped; generating reports them.
fn entry(candidate: &Candidate<'_>, names: &BTreeMap<String, String>) -> ListedOperation {
    let Candidate { node, path, method, .. } = candidate;
    let text = |key: &str| node.get(key).and_then(|node| node.value().as_str()).map(str::to_owned);
    ListedOperation {
        id: text("operationId"),
        rust_name: names.get(node.at().pointer()).cloned(),
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

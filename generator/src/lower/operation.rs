//! Operations: which are chosen, and what each of them is.

use std::collections::BTreeMap;

use super::selection::Selection;
use super::{Lowering, docs};
use crate::ir::{HttpMethod, Operation};
use crate::location::Location;
use crate::names;
use crate::problem::{Problem, ProblemKind};
use crate::read::{Node, Section};
use crate::settings::Settings;

/// An operation that is to be lowered.
pub(super) struct Choice<'d> {
    node: Node<'d>,
    /// The path item around it, for what it shares.
    item: Node<'d>,
    path: String,
    method: HttpMethod,
    id: String,
    /// The name of its method, and whether another operation had taken the obvious one.
    name: crate::ir::Name,
    wanted: String,
}

/// The operations that the settings choose, in the order of their paths.
/// `taken` are names that methods of the client have already.
pub(super) fn choose<'d>(
    root: &Node<'d>,
    settings: &Settings,
    taken: &[String],
) -> Result<Vec<Choice<'d>>, Vec<Problem>> {
    let paths = root.expect("paths").and_then(|paths| paths.members()).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let mut candidates = Vec::new();
    let mut selection = Selection::new(settings);
    for (path, item) in paths.into_iter().filter(|(path, _)| !path.starts_with("x-")) {
        match operations_of(path, &item) {
            Ok(found) => candidates.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    candidates.retain(|candidate: &Candidate<'d>| match candidate.node.texts("tags") {
        Ok(tags) => {
            // An id that is not text is found where the operation is named.
            let id = candidate.node.get("operationId").and_then(|id| id.value().as_str());
            selection.takes(&tags, id, candidate.method.as_str(), &candidate.path)
        }
        Err(problem) => {
            problems.push(problem);
            false
        }
    });
    problems.extend(selection.problems());
    if candidates.is_empty() && problems.is_empty() {
        problems.push(Problem::new(ProblemKind::NoOperations, &Location::at("/paths")));
    }
    let chosen = identify(candidates, taken, &mut problems);
    if problems.is_empty() { Ok(chosen) } else { Err(problems) }
}

/// An operation of the document.
pub(super) struct Candidate<'d> {
    pub(super) node: Node<'d>,
    item: Node<'d>,
    pub(super) path: String,
    pub(super) method: HttpMethod,
}

/// Every operation of a path item.
pub(super) fn operations_of<'d>(path: &str, item: &Node<'d>) -> Result<Vec<Candidate<'d>>, Problem> {
    let item = item.resolve(Section::PathItems)?;
    item.object()?;
    Ok(HttpMethod::ALL
        .into_iter()
        .filter_map(|(key, method)| {
            Some(Candidate { node: item.get(key)?, item: item.clone(), path: path.to_owned(), method })
        })
        .collect())
}

/// Gives each operation its method name; an `operationId` has to be there, and only once.
fn identify<'d>(candidates: Vec<Candidate<'d>>, taken: &[String], problems: &mut Vec<Problem>) -> Vec<Choice<'d>> {
    let mut first: BTreeMap<String, Location> = BTreeMap::new();
    let mut with_id = Vec::new();
    for candidate in candidates {
        match candidate.node.text_at("operationId") {
            Err(problem) => problems.push(problem),
            Ok(None) => problems.push(candidate.node.problem(ProblemKind::MissingOperationId)),
            Ok(Some(id)) => match first.get(id) {
                Some(first) => {
                    let kind = ProblemKind::RepeatedOperationId { id: id.to_owned(), first: first.clone() };
                    problems.push(candidate.node.problem(kind));
                }
                None => {
                    first.insert(id.to_owned(), candidate.node.at().clone());
                    with_id.push((candidate, id.to_owned()));
                }
            },
        }
    }
    let taken: Vec<&str> = names::CLIENT_METHODS.into_iter().chain(taken.iter().map(String::as_str)).collect();
    let method_names = names::value_names(with_id.iter().map(|(_, id)| id.as_str()), &taken);
    with_id
        .into_iter()
        .zip(method_names)
        .map(|((candidate, id), name)| {
            let Candidate { node, item, path, method } = candidate;
            let wanted = names::value_name(&id).rust;
            Choice { node, item, path, method, id, name, wanted }
        })
        .collect()
}

impl<'d> Lowering<'d> {
    pub(super) fn operation(&mut self, root: &Node<'d>, choice: Choice<'d>) -> Option<Operation> {
        let Choice { node, item, path, method, id, name, wanted } = choice;
        self.renamed(node.at(), &wanted, &name.rust);
        for key in ["callbacks", "servers"] {
            if let Some(ignored) = node.get(key).or_else(|| item.get(key)) {
                self.ignore(ignored.at(), format!("`{key}` of an operation"));
            }
        }
        let type_prefix = names::type_name(&id);
        // Everything is lowered even where one part is refused, so that all problems are found at once.
        let parameters = self.parameters(&node, &item, &path, &type_prefix);
        let body = self.body(&node, &type_prefix);
        let arms = self.responses(&node, &type_prefix);
        let security = self.security(&node, root);
        let texts = self.collect(texts(&node));
        let (summary, docs, deprecated) = texts?;
        let (parameters, parts) = parameters?;
        let notes = self
            .settings
            .doc_extensions
            .iter()
            .filter_map(|(extension, label)| {
                Some((label.clone(), docs::inline_code(node.get(extension)?.value().as_str()?)))
            })
            .collect();
        Some(Operation {
            name,
            type_prefix,
            origin: node.at().clone(),
            method,
            path,
            parts,
            parameters,
            body: body?,
            arms: arms?,
            security: security?,
            summary,
            docs,
            deprecated,
            notes,
        })
    }
}

fn texts(node: &Node<'_>) -> Result<(crate::ir::Docs, crate::ir::Docs, bool), Problem> {
    let summary = docs::clean_line(node.text_at("summary")?.unwrap_or_default());
    let description = docs::clean(node.text_at("description")?.unwrap_or_default());
    Ok((summary, description, node.flag("deprecated")?))
}

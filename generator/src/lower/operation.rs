//! Chooses the operations and lowers them.

use std::collections::BTreeMap;

use super::function_names::{self, FunctionNames};
use super::left_out::{Flawed, LeftOut};
use super::overrides::Overrides;
use super::selection::Selection;
use super::webhooks::Callbacks;
use super::{Lowering, docs};
use crate::ir::{self, HttpMethod, Name, Operation};
use crate::location::Location;
use crate::names::{self, Scope};
use crate::problem::{Problem, ProblemKind};
use crate::read::{Node, Section};
use crate::report::NoteKind;
use crate::settings::{OperationNames, Settings};

/// A chosen operation.
pub(super) struct Choice<'d> {
    node: Node<'d>,
    /// Its path item, with shared parameters and servers.
    item: Node<'d>,
    path: String,
    method: HttpMethod,
    id: String,
    /// Whether the operation has no `operationId`. Then method and path make the id.
    is_made_up: bool,
    /// The name of its method.
    name: Name,
    wanted: String,
    /// The unique prefix of its type names.
    type_prefix: String,
}

/// The operations that the settings choose, in the order of their paths, without those that are left out. Adds the
/// path items and operations that are too flawed to have a name to `flawed`.
pub(super) fn choose<'d>(
    root: &Node<'d>,
    lowering: &mut Lowering<'_>,
    left_out: &LeftOut,
    flawed: &mut Vec<Flawed>,
) -> Result<Vec<Choice<'d>>, Vec<Problem>> {
    let settings = lowering.settings;
    let paths = root.required("paths").and_then(|paths| paths.entries()).map_err(|problem| vec![problem])?;
    let mut found = Vec::new();
    let mut candidates = Vec::new();
    let mut selection = Selection::new(settings);
    for (path, item) in paths.into_iter().filter(|(path, _)| !path.starts_with("x-")) {
        if left_out.contains(item.at()) {
            continue;
        }
        match operations_of(path, &item) {
            Ok(found) => candidates.extend(found),
            Err(problem) => found.push(Flawed::path_item(item.at(), path, problem)),
        }
    }
    let functions = match settings.operation_names {
        OperationNames::Functions => function_names::of(&candidates),
        OperationNames::AsWritten => FunctionNames::default(),
    };
    candidates.retain(|candidate: &Candidate<'d>| match readable(&candidate.node) {
        Ok((tags, id)) => selection.takes(&tags, id, candidate.method.as_str(), &candidate.path),
        Err(problem) => {
            let (at, id) = (candidate.node.at(), made_up_id(candidate));
            let part = Flawed::operation(at, &id, candidate.method.as_str(), &candidate.path, settings);
            found.push(Flawed { problems: vec![problem], ..part });
            false
        }
    });
    found.retain(|flawed| !left_out.contains(&flawed.at));
    candidates.retain(|candidate| !left_out.contains(candidate.node.at()));
    let mut problems = selection.problems();
    // A document without operations results in types only.
    let needs_operations = !(settings.types_only && settings.all_schemas);
    if candidates.is_empty() && needs_operations {
        problems.extend(left_out.problems());
    }
    if settings.strict || (candidates.is_empty() && needs_operations) {
        problems.extend(found.drain(..).flat_map(|flawed| flawed.problems));
    }
    if candidates.is_empty() && problems.is_empty() && needs_operations {
        let has_webhooks = root.has("webhooks");
        problems.push(Problem::new(ProblemKind::NoOperations { has_webhooks }, &Location::at("/paths")));
    }
    flawed.extend(found);
    let taken = lowering.schemes.methods();
    let FunctionNames { operations: functions, bodies, id_pattern } = functions;
    lowering.plan.words.extend(bodies);
    let is_by_function = |candidate: &Candidate<'_>| functions.contains_key(candidate.node.at().pointer());
    if candidates.iter().any(is_by_function) {
        let what = format!("every `operationId` is `{id_pattern}`: operations are named after the functions");
        lowering.note(NoteKind::FunctionNames, &Location::at("/paths"), what);
    }
    let chosen = identify(candidates, &functions, &taken, settings.strict, &mut lowering.overrides, &mut problems);
    if problems.is_empty() { Ok(chosen) } else { Err(problems) }
}

/// The tags and the id of an operation.
fn readable<'d>(node: &Node<'d>) -> Result<(Vec<&'d str>, Option<&'d str>), Problem> {
    node.object()?;
    Ok((node.texts("tags")?, node.text_at("operationId")?))
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
    let candidate = |node, method| Candidate { node, item: item.clone(), path: path.to_owned(), method };
    let own = HttpMethod::ALL.into_iter().filter_map(|(key, method)| Some(candidate(item.get(key)?, method)));
    let mut found: Vec<Candidate<'d>> = own.collect();
    if let Some(additional) = item.get("additionalOperations") {
        for (method, node) in additional.entries()? {
            let has_key = HttpMethod::ALL.iter().any(|(_, known)| known.as_str() == method);
            if has_key || !is_token(method) {
                let (expected, what) = ("a method without a field of its own", format!("`{method}`"));
                return Err(node.problem(ProblemKind::Malformed { expected, message: what }));
            }
            found.push(candidate(node, HttpMethod::Other(method.to_owned())));
        }
    }
    Ok(found)
}

/// Whether a text is a method (RFC 9110, sections 5.6.2 and 9.1).
fn is_token(text: &str) -> bool {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_of_token)
}

/// Assigns each operation a method name, from its `operationId` or else from method and path. Operations with an id are
/// named first. Of two equal names, the second gets a number.
fn identify<'d>(
    candidates: Vec<Candidate<'d>>,
    functions: &BTreeMap<String, String>,
    taken: &[String],
    strict: bool,
    overrides: &mut Overrides<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Choice<'d>> {
    let mut first: BTreeMap<String, Location> = BTreeMap::new();
    let mut with_id = Vec::new();
    for candidate in candidates {
        match candidate.node.text_at("operationId") {
            Err(problem) => problems.push(problem),
            Ok(None) => {
                let id = made_up_id(&candidate);
                with_id.push((candidate, id, true));
            }
            Ok(Some(id)) => match first.get(id) {
                Some(first) if strict => {
                    let kind = ProblemKind::RepeatedOperationId { id: id.to_owned(), first: first.clone() };
                    problems.push(candidate.node.problem(kind));
                }
                _ => {
                    first.entry(id.to_owned()).or_insert_with(|| candidate.node.at().clone());
                    with_id.push((candidate, id.to_owned(), false));
                }
            },
        }
    }
    let taken: Vec<&str> = names::CLIENT_METHODS.into_iter().chain(taken.iter().map(String::as_str)).collect();
    let (mut order, made_up): (Vec<usize>, Vec<usize>) =
        (0..with_id.len()).partition(|&index| with_id.get(index).is_some_and(|(_, _, is_made_up)| !is_made_up));
    order.extend(made_up);
    let in_order: Vec<&(Candidate<'d>, String, bool)> = order.iter().filter_map(|&index| with_id.get(index)).collect();
    let spelled: Vec<String> = in_order
        .iter()
        .map(|(candidate, id, _)| {
            let function = functions.get(candidate.node.at().pointer()).unwrap_or(id);
            overrides.operation_by_pattern(id).unwrap_or_else(|| function.clone())
        })
        .collect();
    let mut wanted = Vec::new();
    for ((candidate, ..), spelled) in in_order.iter().zip(&spelled) {
        let chosen = overrides.operation(&candidate.node, &candidate.method, &candidate.path);
        wanted.push((spelled.as_str(), chosen.map(|name| (name, candidate.node.original()))));
    }
    let mut prefixes = Scope::default();
    let mut given = vec![None; with_id.len()];
    let method_names = overrides.value_names(&wanted, &taken);
    for ((index, name), (spelled, chosen)) in order.into_iter().zip(method_names).zip(wanted) {
        let spelled = chosen.map_or(spelled, |(chosen, _)| chosen);
        let prefix = prefixes.claim(&names::type_name(spelled), "");
        if let Some(slot) = given.get_mut(index) {
            *slot = Some((name, prefix, names::value_name(spelled).rust));
        }
    }
    let named = with_id.into_iter().zip(given.into_iter().flatten());
    named
        .map(|((candidate, id, is_made_up), (name, type_prefix, wanted))| {
            let Candidate { node, item, path, method } = candidate;
            let name = Name { wire: id.clone(), ..name };
            Choice { node, item, path, method, id, is_made_up, name, wanted, type_prefix }
        })
        .collect()
}

/// `get_users_by_id` for `GET /users/{id}`.
fn made_up_id(candidate: &Candidate<'_>) -> String {
    let words = candidate.path.replace("/{", " by ").replace(['{', '}'], " ");
    names::value_name(&format!("{} {words}", candidate.method.as_str().to_lowercase())).rust
}

impl<'d> Choice<'d> {
    /// The operation as a part of the document that may have a flaw.
    pub(super) fn part(&self, settings: &Settings) -> Flawed {
        Flawed::operation(self.node.at(), &self.id, self.method.as_str(), &self.path, settings)
    }

    /// The operation and its path item.
    pub(super) fn nodes(&self) -> [&Node<'d>; 2] {
        [&self.node, &self.item]
    }

    /// The operation's pointer, and the prefix of its type names.
    pub(super) fn prefix(&self) -> (String, String) {
        (self.node.at().pointer().to_owned(), self.type_prefix.clone())
    }
}

impl<'d> Lowering<'d> {
    /// Notes a missing `operationId`, because the generated name changes with the path. Under `strict` it is a problem.
    fn made_up(&mut self, node: &Node<'d>, id: &str) {
        if self.settings.strict {
            self.findings.refuse(node.problem(ProblemKind::MissingOperationId));
        } else {
            self.note(
                NoteKind::MissingOperationId,
                node.at(),
                format!("the operation has no `operationId`: it is named `{id}`"),
            );
        }
    }

    pub(super) fn operation(&mut self, root: &Node<'d>, choice: Choice<'d>) -> Option<Operation> {
        let Choice { node, item, path, method, id, is_made_up, name, wanted, type_prefix } = choice;
        self.renamed(node.at(), &wanted, &name.rust);
        if is_made_up {
            self.made_up(&node, &id);
        }
        self.callbacks.extend(Callbacks::of(&node, &id, &type_prefix));
        self.pagination_extension(root, &node);
        let server = self.operation_server(&node, &item, root);
        // All parts are lowered, even if one is refused, to find all problems at once.
        let parameters = self.parameters(&node, &item, &path, &type_prefix);
        let body = self.body(&node, &type_prefix);
        let responses = self.responses(&node, &type_prefix, &method);
        let security = self.security(&node, root);
        let texts = self.collect(texts(&node));
        let (summary, docs, deprecated) = texts?;
        let (parameters, parts) = parameters?;
        let (responses, headers) = responses?;
        let query = super::parameters::fixed_query(&path).to_owned();
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
            query,
            server: server?,
            path_parts: parts,
            parameters,
            body: body?,
            responses,
            headers,
            security: security?,
            stream: None,
            pagination: None,
            summary,
            docs,
            deprecated,
            notes,
            names: ir::OperationNames::default(),
        })
    }
}

pub(super) fn texts(node: &Node<'_>) -> Result<(crate::ir::Docs, crate::ir::Docs, bool), Problem> {
    let summary = docs::clean_line(node.text_at("summary")?.unwrap_or_default());
    let description = docs::clean(node.text_at("description")?.unwrap_or_default());
    Ok((summary, description, node.flag("deprecated")?))
}

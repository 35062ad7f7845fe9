//! Lowers the document to the IR: the chosen operations and their types, with all problems of the stage.

mod body;
mod compose;
mod containment;
mod decide;
mod docs;
mod enumerations;
mod forms;
mod headers;
mod in_progress;
mod listing;
mod media;
mod operation;
mod overrides;
mod own_name;
mod parameters;
mod reached;
mod responses;
mod schema;
mod security;
mod selection;
mod servers;
mod streams;
mod structs;
mod unions;
mod user_types;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use docs::clean;
pub(crate) use listing::list;

use crate::findings::Findings;
use crate::ir::{Api, Info, Type, TypeDef, TypeId};
use crate::location::Location;
use crate::names::{Chosen, Plan};
use crate::problem::{Problem, ProblemKind};
use crate::read::{Document, Node};
use crate::report::NoteKind;
use crate::settings::Settings;

/// The result of lowering.
#[derive(Debug)]
pub(crate) struct Lowered {
    pub(crate) api: Api,
    /// The plan for the names of types and branches.
    pub(crate) plan: Plan,
    pub(crate) findings: Findings,
    /// The types of component, body and response schemas, by pointer.
    pub(crate) reached: BTreeMap<String, Type>,
}

/// Lowers the chosen operations and their types.
pub(crate) fn lower(document: &Document, settings: &Settings) -> Lowered {
    let root = document.root();
    let mut lowering = Lowering::new(&root, settings);
    let info = lowering.collect(info(&root)).unwrap_or_default();
    let servers = lowering.collect(servers::of(&root)).unwrap_or_default();
    if let Some(servers) = root.get("servers") {
        lowering.other_servers(&servers);
    }
    let chosen = match operation::choose(&root, settings, &lowering.schemes.methods(), &mut lowering.overrides) {
        Ok(chosen) => chosen,
        Err(problems) => {
            lowering.findings.refuse_all(problems);
            Vec::new()
        }
    };
    if let Some(webhooks) = root.get("webhooks") {
        lowering.note(NoteKind::Webhooks, webhooks.at(), "`webhooks`: requests that the server sends");
    }
    let mut operations = Vec::new();
    lowering.prefixes = chosen.iter().map(operation::Choice::prefix).collect();
    for choice in chosen {
        if let Some(operation) = lowering.operation(&root, choice) {
            operations.push(operation);
        }
    }
    if settings.all_schemas {
        lowering.all_schemas(&root);
    }
    lowering.check_containment();
    lowering.decide_all();
    lowering.check_forms(&operations);
    lowering.check_formats();
    lowering.check_overrides(&root);
    let reached = lowering.reached();
    lowering.streams(&mut operations);
    let Lowering { mut findings, plan, schemes, types, .. } = lowering;
    for at in document.repeated() {
        if settings.strict {
            findings.refuse(Problem::new(ProblemKind::DuplicateKey, &at));
        } else {
            let what = "duplicate key: the last value is used, the others are ignored";
            findings.note(NoteKind::DuplicateKey, &at, what);
        }
    }
    let api = Api { info, servers, schemes: schemes.into_schemes(), operations, types };
    Lowered { api, plan, findings, reached }
}

/// The state of lowering.
struct Lowering<'d> {
    settings: &'d Settings,
    /// Whether the document is OpenAPI 3.1 or later.
    is_3_1: bool,
    findings: Findings,
    /// The plan for the names of types and branches.
    plan: Plan,
    schemes: security::Schemes,
    types: Vec<TypeDef>,
    /// The type name prefix of each chosen operation, by pointer.
    prefixes: BTreeMap<String, String>,
    /// The targets of all `$ref`s.
    targets: BTreeSet<String>,
    /// The state of each schema that is a target of a `$ref` or recursive, by key.
    resolved: BTreeMap<String, Progress>,
    /// The schemas in progress around the current one.
    in_progress: Vec<in_progress::InProgress<'d>>,
    /// The unions without a decision yet.
    undecided: Vec<unions::Undecided>,
    /// The components that extend each component by `allOf`.
    children: BTreeMap<String, Vec<String>>,
    /// The type of each media type's schema, by pointer.
    contents: BTreeMap<String, Type>,
    /// The number of schemas in progress around the current one.
    depth: usize,
    /// The settings for single locations.
    overrides: overrides::Overrides<'d>,
    /// The used formats with a user type.
    used_formats: BTreeSet<&'d str>,
}

/// The state of a schema that a `$ref` may refer to.
#[derive(Clone, Debug)]
enum Progress {
    /// In progress, with the reserved name of its type.
    Named(TypeId),
    /// In progress, without a name, so it cannot refer to itself.
    Nameless,
    /// Resolved.
    Done(Type),
    /// Refused, with its problem reported.
    Refused,
}

impl<'d> Lowering<'d> {
    fn new(root: &Node<'_>, settings: &'d Settings) -> Self {
        let overrides = overrides::Overrides::new(settings);
        let schemas = root.get("components").and_then(|components| components.get("schemas"));
        let mut plan = Plan::default();
        for (wire, schema) in schemas.and_then(|schemas| schemas.entries().ok()).unwrap_or_default() {
            let chosen =
                overrides.component(wire).map(|name| Chosen { name: name.to_owned(), at: schema.at().clone() });
            plan.components.insert(wire.to_owned(), chosen);
        }
        let version = root.get("openapi").and_then(|version| version.value().as_str());
        Self {
            settings,
            is_3_1: !version.is_some_and(|version| version.starts_with("3.0")),
            findings: Findings::new(settings.strict),
            plan,
            schemes: security::Schemes::new(root),
            types: Vec::new(),
            prefixes: BTreeMap::new(),
            targets: own_name::targets(root.value()),
            resolved: BTreeMap::new(),
            in_progress: Vec::new(),
            undecided: Vec::new(),
            children: children(root),
            contents: BTreeMap::new(),
            depth: 0,
            overrides,
            used_formats: BTreeSet::new(),
        }
    }

    fn collect<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        self.findings.collect(result)
    }

    fn note(&mut self, kind: NoteKind, at: &Location, what: impl Into<String>) {
        self.findings.note(kind, at, what);
    }

    fn renamed(&mut self, at: &Location, wanted: &str, given: &str) {
        self.findings.renamed(at, wanted, given);
    }

    /// Reports invalid overrides; reports unused ones only if there are no other problems.
    fn check_overrides(&mut self, root: &Node<'d>) {
        self.findings.refuse_all(self.overrides.invalid());
        if self.findings.problem_count() == 0 {
            self.findings.refuse_all(self.overrides.unused(root));
        }
    }
}

/// The components that extend each component by `allOf`.
fn children(root: &Node<'_>) -> BTreeMap<String, Vec<String>> {
    let mut children: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let schemas = root.get("components").and_then(|components| components.get("schemas"));
    for (name, schema) in schemas.and_then(|schemas| schemas.entries().ok()).unwrap_or_default() {
        for part in schema.get("allOf").and_then(|parts| parts.elements().ok()).unwrap_or_default() {
            if let Some(parent) = part.reference().map(unions::component) {
                children.entry(parent).or_default().push(name.to_owned());
            }
        }
    }
    children
}

fn info(root: &Node<'_>) -> Result<Info, Problem> {
    let info: openapiv3::Info = root.required("info")?.typed("an Info object")?;
    let provenance = info
        .extensions
        .into_iter()
        .filter_map(|(key, value)| Some((key.strip_prefix("x-")?.to_owned(), value.as_str()?.to_owned())))
        .collect();
    Ok(Info { title: info.title, version: info.version, provenance })
}

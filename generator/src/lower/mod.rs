//! Lowers the document to the IR: the chosen operations and their types, with all problems of the stage.

mod body;
mod branch_names;
mod compose;
mod containment;
mod decide;
mod docs;
mod enumerations;
mod equal;
mod events;
mod formalities;
mod forms;
mod function_names;
mod headers;
mod hidden;
mod in_progress;
mod keywords;
mod left_out;
mod listing;
mod live;
mod mapping;
mod media;
mod operation;
mod overrides;
mod own_name;
mod pagination;
mod parameters;
mod pattern;
mod reached;
mod responses;
mod schema;
mod security;
mod selection;
mod servers;
mod streams;
mod structs;
mod tuples;
mod unions;
mod user_types;
mod walk;
mod webhooks;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use left_out::{Flawed, LeftOut, Reaching};

pub(crate) use docs::clean;
pub(crate) use listing::list;
#[cfg(feature = "diff")]
pub(crate) use media::{as_json_alone, is_typed, media_type, same_as_json};

use crate::findings::Findings;
use crate::ir::{Api, Crate, Info, Type, TypeDef, TypeId};
use crate::location::Location;
use crate::names::{Chosen, Plan};
use crate::problem::{Problem, ProblemKind};
use crate::read::{Document, Node};
use crate::report::NoteKind;
use crate::settings::{Preset, Settings};

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

/// The settings for a document. One with webhooks or schemas and without operations has types only, unless the settings
/// choose operations.
pub(crate) fn effective<'s>(document: &Document, settings: &'s Settings) -> Cow<'s, Settings> {
    if has_types_only(&document.root(), settings) {
        return Cow::Owned(settings.clone().types_only(true).all_schemas(true));
    }
    Cow::Borrowed(settings)
}

fn has_types_only(root: &Node<'_>, settings: &Settings) -> bool {
    let paths = root.get("paths").and_then(|paths| paths.entries().ok()).unwrap_or_default();
    let has_paths = paths.iter().any(|(path, _)| !path.starts_with("x-"));
    let has_any = |node: Option<Node<'_>>| node.and_then(|node| node.entries().ok()).is_some_and(|all| !all.is_empty());
    let schemas = root.get("components").and_then(|components| components.get("schemas"));
    let is_chosen = settings.tags.is_some() || settings.operations.is_some() || !settings.without.is_empty();
    !has_paths && !is_chosen && (has_any(root.get("webhooks")) || has_any(schemas))
}

/// Lowers the chosen operations and their types. An operation with a flaw is left out, unless `strict` is set, the
/// settings name the operation, or no operation remains.
pub(crate) fn lower(document: &Document, settings: &Settings) -> Lowered {
    let mut left_out = LeftOut::default();
    loop {
        let (lowered, flawed) = attempt(document, settings, &left_out);
        if flawed.is_empty() {
            return lowered;
        }
        left_out.extend(flawed);
    }
}

/// Lowers everything but the parts that are left out. Also returns further flawed parts; with one, the rest of the
/// result is incomplete.
fn attempt(document: &Document, settings: &Settings, left_out: &LeftOut) -> (Lowered, Vec<Flawed>) {
    let root = document.root();
    let mut lowering = Lowering::new(&root, settings);
    lowering.note_left_out(document, left_out);
    lowering.check_default_security(&root);
    let info = lowering.collect(info(&root)).unwrap_or_default();
    let servers = lowering.collect(servers::of(&root)).unwrap_or_default();
    if let Some(servers) = root.get("servers") {
        lowering.other_servers(&servers);
    }
    if !lowering.plan.words.is_empty() {
        let what = "the keys of components are numbers, such as `def-0`: types are named after their titles";
        lowering.note(NoteKind::TitleNames, &Location::at("/components/schemas"), what);
    }
    let mut flawed = Vec::new();
    let chosen = match operation::choose(&root, &mut lowering, left_out, &mut flawed) {
        Ok(chosen) => chosen,
        Err(problems) => {
            lowering.findings.refuse_all(problems);
            Vec::new()
        }
    };
    lowering.formalities(document, &chosen);
    let (mut operations, mut parts) = (Vec::new(), Vec::new());
    lowering.prefixes = chosen.iter().map(operation::Choice::prefix).collect();
    for choice in chosen {
        let part = choice.part(settings);
        let problems = lowering.findings.problem_count();
        let operation = lowering.operation(&root, choice);
        flawed.extend(lowering.flawed(part.clone(), problems));
        parts.extend(operation.as_ref().map(|operation| Reaching::operation(operation, part)));
        operations.extend(operation);
    }
    let callbacks = std::mem::take(&mut lowering.callbacks);
    let webhooks = lowering.webhooks(&root, callbacks, left_out, &mut parts, &mut flawed);
    lowering.note_undeclared_security(&root);
    if settings.all_schemas {
        lowering.all_schemas(&root, left_out, &mut parts, &mut flawed);
    }
    let problems = lowering.findings.problem_count();
    lowering.end_containment();
    lowering.decide_all();
    lowering.check_forms(&operations);
    if !settings.strict && flawed.is_empty() {
        flawed = lowering.flawed_by_types(problems, &parts);
    }
    lowering.note_mappings(&root);
    lowering.check_formats();
    lowering.check_overrides(&root, left_out);
    let mut reached = lowering.reached();
    let mut methods = lowering.methods(&operations);
    lowering.streams(&mut operations, &mut methods);
    lowering.paginations(&mut operations, &mut methods, left_out.is_empty() && flawed.is_empty());
    let Lowering { mut findings, mut plan, schemes, types, used_presets, .. } = lowering;
    for at in document.repeated() {
        if settings.strict {
            findings.refuse(Problem::new(ProblemKind::DuplicateKey, &at));
        } else {
            let what = "duplicate key: the last value is used, the others are ignored";
            findings.note(NoteKind::DuplicateKey, &at, what);
        }
    }
    let mut api = Api {
        info,
        servers,
        schemes: schemes.into_schemes(),
        operations,
        webhooks,
        types,
        crates: crates(&used_presets),
    };
    let merged = equal::merge(&api, &mut plan);
    let now = |id: TypeId| merged.get(&id).copied().unwrap_or(id);
    live::renumber(&mut api, &mut plan, &mut reached, now);
    let used = parts.into_iter().flat_map(|part| part.types).map(now).collect();
    live::keep(&mut api, &mut plan, &mut reached, used);
    if !(settings.all_schemas || settings.types_only) {
        hidden::hide(&mut api, &mut reached);
    }
    (Lowered { api, plan, findings, reached }, flawed)
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
    /// The callbacks of the operations so far.
    callbacks: Vec<webhooks::Callbacks<'d>>,
    /// The presets of the used formats.
    used_presets: BTreeSet<Preset>,
    /// The extensions that declare pages.
    paginations: pagination::Extensions,
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
    /// Refused, with its first problem.
    Refused(Option<Problem>),
}

impl<'d> Lowering<'d> {
    fn new(root: &Node<'_>, settings: &'d Settings) -> Self {
        let mut overrides = overrides::Overrides::new(settings);
        let schemas = root.get("components").and_then(|components| components.get("schemas"));
        let mut plan = Plan::default();
        for (wire, schema) in schemas.and_then(|schemas| schemas.entries().ok()).unwrap_or_default() {
            let name = overrides.peek_name(&schema, overrides::Named::Type).map(str::to_owned);
            let name = name.or_else(|| overrides.component_by_pattern(wire));
            let chosen = name.map(|name| Chosen { name, at: schema.original() });
            if let Some(title) = branch_names::title(&schema).filter(|_| is_numbered(wire)) {
                plan.words.insert(wire.to_owned(), title);
            }
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
            callbacks: Vec::new(),
            used_presets: BTreeSet::new(),
            paginations: pagination::Extensions::new(),
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

    /// The part, if it has flaws: problems that were added after the first `count`. Under `strict`, and if the settings
    /// name the part, they stay problems.
    fn flawed(&mut self, part: Flawed, count: usize) -> Option<Flawed> {
        if self.settings.strict || part.is_required {
            return None;
        }
        let problems = self.findings.take_flaws_since(count);
        (!problems.is_empty()).then_some(Flawed { problems, ..part })
    }

    /// Reports invalid overrides; reports unused ones only if there are no other problems and no part is left out.
    fn check_overrides(&mut self, root: &Node<'d>, left_out: &LeftOut) {
        self.findings.refuse_all(self.overrides.invalid());
        if self.findings.problem_count() == 0 && left_out.is_empty() {
            self.findings.refuse_all(self.overrides.unused(root));
        }
    }
}

/// The crates of these presets.
fn crates(presets: &BTreeSet<Preset>) -> Vec<Crate> {
    let dependencies = presets.iter().filter_map(|preset| preset.dependency());
    dependencies.map(|(name, version, features)| Crate { name, version, features }).collect()
}

/// Whether a key is a number only, as @fastify/swagger makes them: `def-0`.
fn is_numbered(key: &str) -> bool {
    key.strip_prefix("def-")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
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
    let node = root.required("info")?;
    let info: openapiv3::Info = node.typed_part("an Info object", &["title", "version"])?;
    let provenance = node
        .entries()?
        .into_iter()
        .filter_map(|(key, node)| Some((key.strip_prefix("x-")?.to_owned(), node.value().as_str()?.to_owned())))
        .collect();
    Ok(Info { title: info.title, version: info.version, provenance })
}

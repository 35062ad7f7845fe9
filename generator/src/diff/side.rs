//! One of the two documents, with its IR and the public items of its generated module.

use std::collections::{BTreeMap, BTreeSet};

use super::surface::{Surface, surface};
use super::view::View;
use super::wire_names;
use crate::ir::{Api, Operation, TypeDef, TypeId, TypeKind};
use crate::lower::{self, Lowered};
use crate::problem::Problem;
use crate::read::{Document, Node};
use crate::report::{Note, Verdict};
use crate::settings::{RustType, Settings, format_key};
use crate::sources::Input;
use crate::{ListedOperation, analyze, emit, names};

/// A document and its generated code.
pub(super) struct Side {
    document: Document,
    pub(super) api: Api,
    /// Every operation, chosen or not.
    pub(super) listed: Vec<ListedOperation>,
    pub(super) surface: Surface,
    /// The problems of the operations and path items that the output does not have because of them.
    flawed: Vec<Note>,
    /// The schemas of components, bodies and responses that the chosen operations reach, by their pointers.
    pub(super) reached: BTreeSet<String>,
    /// The unions of server-sent events whose names decide their data, by their pointers.
    event_unions: BTreeSet<String>,
    /// The named type of each schema that became one.
    types: BTreeMap<String, usize>,
    request_types: BTreeMap<TypeId, String>,
    settings: Settings,
}

impl Side {
    /// Reads a document and generates its code.
    pub(super) fn new(input: &Input<'_>, settings: &Settings) -> Result<Self, Vec<Problem>> {
        let paths = names::Paths::of(settings)?;
        let document =
            Document::read_named(input, settings.document_name.as_deref()).map_err(|problem| vec![problem])?;
        let settings = &*lower::effective(&document, settings);
        let Lowered { mut api, plan, mut findings, reached } = lower::lower(&document, settings);
        let listed = lower::list(&document, &api.operations)?;
        names::assign(&mut api, &plan, settings, &mut findings);
        let report = findings.close(|at| document.original(at))?;
        let flawed = report.notes().iter().filter(|note| note.verdict() == Verdict::LeftOut).cloned().collect();
        let facts = analyze::analyze(&api);
        let scene = emit::Scene { api: &api, facts: &facts, settings, paths: &paths };
        let mut surface = surface(&emit::emit(&scene).0);
        wire_names::add(&mut surface, &api);
        let mut types = BTreeMap::new();
        for (index, def) in api.types.iter().enumerate() {
            types.entry(def.origin.pointer().to_owned()).or_insert(index);
        }
        let mut event_unions = BTreeSet::new();
        let contents = api.operations.iter().flat_map(|operation| &operation.responses).flat_map(|one| &one.contents);
        for content in contents.filter(|content| !content.events.is_empty()) {
            let media = document.root().elsewhere(&content.origin);
            let events = media.and_then(|media| media.get("schema").or_else(|| media.get("itemSchema")));
            let events = events.map(|events| View::of(&events));
            if let Some(events) = events.map(|view| view.items().map_or(view, |items| View::of(&items))) {
                let unions = events.parts.iter().filter(|part| part.has("oneOf") || part.has("anyOf"));
                event_unions.extend(unions.map(|part| part.at().pointer().to_owned()));
            }
        }
        let (reached, request_types) = (reached.into_keys().collect(), facts.request_types);
        let settings = settings.clone();
        Ok(Self { document, api, listed, surface, flawed, reached, event_unions, types, request_types, settings })
    }

    pub(super) fn root(&self) -> Node<'_> {
        self.document.root()
    }

    /// The pointer in the text, before normalization.
    pub(super) fn true_pointer(&self, pointer: &str) -> String {
        self.document.original(&crate::Location::at(pointer)).key().into_owned()
    }

    /// The value at a pointer.
    pub(super) fn at(&self, pointer: &str) -> Option<Node<'_>> {
        self.root().elsewhere(&crate::Location::at(pointer))
    }

    /// The operation with this HTTP method and path.
    pub(super) fn node_of(&self, operation: &Operation) -> Option<Node<'_>> {
        self.at(operation.origin.pointer())
    }

    /// Why the output does not have an operation that has a flaw.
    pub(super) fn flaw_of(&self, operation: &ListedOperation) -> Option<&str> {
        self.flaw_at(operation.location.pointer())
    }

    /// Why the output does not have the part at a pointer, which has a flaw.
    pub(super) fn flaw_at(&self, pointer: &str) -> Option<&str> {
        let at = self.true_pointer(pointer);
        let is_around = |note: &&Note| {
            at.strip_prefix(&*note.location().key()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.flawed.iter().find(is_around).map(Note::text)
    }

    /// The named type of a schema.
    pub(super) fn type_of(&self, view: &View<'_>) -> Option<(TypeId, &TypeDef)> {
        let own = std::iter::once(view.pointer()).chain(view.parts.iter().map(|part| part.at().pointer()));
        let index = own.filter_map(|pointer| self.types.get(pointer)).next()?;
        Some((TypeId(*index), self.api.types.get(*index)?))
    }

    /// The Rust names of a schema's type: of the response type, and of the request type if it differs.
    pub(super) fn type_names(&self, view: &View<'_>) -> Vec<String> {
        let Some((id, def)) = self.type_of(view) else { return Vec::new() };
        std::iter::once(&def.name.rust).chain(self.request_types.get(&id)).cloned().collect()
    }

    /// The Rust name of the request type, if a type has one.
    pub(super) fn request_type(&self, name: &str) -> Option<&str> {
        let id = self.api.types.iter().position(|def| def.name.rust == name)?;
        self.request_types.get(&TypeId(id)).map(String::as_str)
    }

    /// The schema of the type with this Rust name.
    pub(super) fn origin_of(&self, name: &str) -> Option<String> {
        let request = self.request_types.iter().find(|(_, request)| *request == name).map(|(id, _)| *id);
        let of_request = request.and_then(|id| self.api.get(id));
        let def = self.api.types.iter().find(|def| def.name.rust == name).or(of_request)?;
        Some(def.origin.pointer().to_owned())
    }

    /// The paths of a property: the field, the argument of the constructor and the setters.
    pub(super) fn property_paths(&self, view: &View<'_>, wire: &str) -> Vec<String> {
        let Some((_, TypeDef { kind: TypeKind::Struct(object), .. })) = self.type_of(view) else { return Vec::new() };
        let Some(field) = object.fields.iter().find(|field| field.name.wire == wire) else { return Vec::new() };
        let rust = &field.name.rust;
        let setters = field.setters.iter().flat_map(|setters| std::iter::once(&setters.value).chain(&setters.null));
        let of = |name: String| {
            let mut paths = vec![format!("types::{name}.{rust}"), format!("types::{name}::new#{rust}")];
            // The setter, and its argument.
            paths.extend(setters.clone().map(|setter| format!("types::{name}::{setter}")));
            paths.extend(setters.clone().map(|setter| format!("types::{name}::{setter}#{rust}")));
            paths
        };
        self.type_names(view).into_iter().flat_map(of).collect()
    }

    /// The paths of a value of an enumeration.
    pub(super) fn value_paths(&self, view: &View<'_>, wire: &str) -> Vec<String> {
        let Some((_, TypeDef { name, kind: TypeKind::Enumeration(known), .. })) = self.type_of(view) else {
            return Vec::new();
        };
        let value = known.values.iter().find(|value| value.name.wire == wire);
        value.map(|value| format!("types::{}::{}", name.rust, value.name.rust)).into_iter().collect()
    }

    /// The user type of a schema's format.
    pub(super) fn type_of_format(&self, view: &View<'_>) -> Option<RustType> {
        let format = view.get("format")?.value().as_str()?;
        let key = format_key(view.types()?.first()?, format);
        let Settings { formats, presets, .. } = &self.settings;
        // Two types differ whatever the path of the runtime is.
        formats.get(&key).cloned().or_else(|| Some(presets.ty(&key, crate::names::RUNTIME)?.1))
    }

    /// The schema of the JSON in a string, if the client decodes it: the data of server-sent events.
    pub(super) fn decoded<'d>(&self, view: &View<'d>) -> Option<Node<'d>> {
        view.get("contentSchema").filter(|schema| self.reached.contains(schema.at().pointer()))
    }

    /// Whether a schema is a union of server-sent events whose names decide their data.
    pub(super) fn has_named_events(&self, view: &View<'_>) -> bool {
        view.parts.iter().any(|part| self.event_unions.contains(part.at().pointer()))
    }

    /// Whether a client keeps values of no branch of a union.
    pub(super) fn is_open_union(&self, view: &View<'_>) -> bool {
        if self.has_named_events(view) {
            return true;
        }
        matches!(self.type_of(view), Some((_, TypeDef { kind: TypeKind::Union(union), .. })) if union.unknown.is_some())
    }
}

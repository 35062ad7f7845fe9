//! Assigns the names of types, of union variants, and of the items that belong to an operation.
//!
//! A name depends on the schema and its own location. If several items need the same name, the first one gets it, in
//! this order: names from the settings, components, other schemas by their locations, request types, items of
//! operations by their locations. The others get a number, and each such rename is reported. A nested name is shortened
//! only if no other item needs the short name, so shortened names are assigned last.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::{Scope, TypeNames, as_start};
use super::{Wanted, casing, setters, type_name, variant_names};
use crate::findings::Findings;
use crate::ir::{Api, Name, Operation, StreamKind, Type, TypeDef, TypeId, TypeKind, TypeSet};
use crate::location::Location;
use crate::settings::Settings;

/// A name from the settings, and its location.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub(crate) name: String,
    pub(crate) at: Location,
}

/// The input for the assignment of names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// Every component of the document, used or not, so that no name depends on the chosen operations.
    pub(crate) components: BTreeMap<String, Option<Chosen>>,
    /// Better words for components whose keys are made up, by key.
    pub(crate) words: BTreeMap<String, String>,
    /// The types, in the order of [`Api::types`].
    pub(crate) types: Vec<TypePlan>,
    /// The names from the settings for single branches of unions.
    pub(crate) branches: BTreeMap<TypeId, Vec<Option<Chosen>>>,
}

/// The input for the name of one type.
#[derive(Clone, Debug)]
pub(crate) struct TypePlan {
    pub(crate) wanted: Wanted,
    /// The component of the type.
    pub(crate) component: Option<String>,
    pub(crate) chosen: Option<Chosen>,
    /// The title of its schema, if that can be a name.
    pub(crate) title: Option<String>,
}

/// Assigns every name that depends on other names.
pub(crate) fn assign(api: &mut Api, plan: &Plan, settings: &Settings, findings: &mut Findings) {
    let mut assigner = Assigner {
        settings,
        findings,
        taken: TypeNames::default(),
        chosen: BTreeMap::new(),
        starts: BTreeMap::new(),
        requests: api.types_with_request_type(),
    };
    let components = assigner.components(plan);
    let pending = assigner.known_types(api, plan, &components);
    let shortened = assigner.types(api, plan, &components, pending, Round::Whole);
    assigner.request_names(api);
    assigner.operations(api);
    assigner.types(api, plan, &components, shortened, Round::Shortened);
    assigner.variants(api, plan);
    if settings.setters {
        setters::assign(api, findings);
    }
}

/// The names so far.
struct Assigner<'a> {
    settings: &'a Settings,
    findings: &'a mut Findings,
    taken: TypeNames,
    /// The chosen names, and their locations.
    chosen: BTreeMap<String, Location>,
    /// The assigned name of each type as the start of other names.
    starts: BTreeMap<TypeId, Words>,
    /// The types that have a request type.
    requests: TypeSet,
}

/// The ideal and the assigned name of every component, by key.
type Components = BTreeMap<String, (String, String)>;

/// The words of a name, with and without those that repeat the words before them.
#[derive(Clone, Debug)]
struct Words {
    short: String,
    whole: String,
}

/// Which types to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    /// Those whose names cannot be shortened.
    Whole,
    /// All others, with their request types.
    Shortened,
}

impl Assigner<'_> {
    /// Assigns a chosen name. It never gets a number: a second use is a problem of the setting.
    fn choose(&mut self, chosen: &Chosen) {
        if !self.taken.take(&chosen.name) {
            self.findings.refuse(self.settings.taken(&chosen.at, &chosen.name));
        }
        self.chosen.insert(chosen.name.clone(), chosen.at.clone());
    }

    /// Assigns the name of these words, or the first free one with a number. Also returns the ideal name.
    fn claim(&mut self, words: &str) -> (String, String) {
        let ideal = type_name(words);
        if let Some(at) = self.chosen.get(&ideal) {
            self.findings.refuse(self.settings.taken(at, &ideal));
        }
        let given = self.taken.claim(words);
        (ideal, given)
    }

    /// The same, with a note at a location if the two differ.
    fn claim_at(&mut self, words: &str, at: &Location) -> String {
        let (ideal, given) = self.claim(words);
        self.findings.renamed(at, &ideal, &given);
        given
    }

    fn components(&mut self, plan: &Plan) -> Components {
        plan.components.values().flatten().for_each(|chosen| self.choose(chosen));
        plan.types.iter().filter_map(|plan| plan.chosen.as_ref()).for_each(|chosen| self.choose(chosen));
        let mut names = BTreeMap::new();
        // A better name never takes the name of another component.
        let (better, whole): (Vec<_>, Vec<_>) =
            plan.components.iter().partition(|(wire, chosen)| chosen.is_none() && plan.words.contains_key(*wire));
        for (wire, chosen) in whole.into_iter().chain(better) {
            let name = match chosen {
                Some(chosen) => (chosen.name.clone(), chosen.name.clone()),
                None => {
                    let words = plan.words.get(wire).filter(|words| self.taken.is_free(words));
                    self.claim(words.unwrap_or(wire))
                }
            };
            names.insert(wire.clone(), name);
        }
        names
    }

    /// Names the types of components and those that the settings name. Returns the others by their locations.
    fn known_types(&mut self, api: &mut Api, plan: &Plan, components: &Components) -> Vec<usize> {
        let mut others = Vec::new();
        let stand_ins = stand_ins(api, plan);
        let mut seen = BTreeSet::new();
        for (index, (plan, def)) in plan.types.iter().zip(&mut api.types).enumerate() {
            let component = plan.component.as_deref().or_else(|| stand_ins.get(&index).copied());
            let component = component.filter(|wire| seen.insert(*wire));
            let (wire, ideal, rust) =
                match (component.and_then(|wire| Some((wire, components.get(wire)?))), &plan.chosen) {
                    (Some((wire, (ideal, given))), _) => (wire, ideal, given),
                    (None, Some(chosen)) => (plan.wanted.own_words(), &chosen.name, &chosen.name),
                    (None, None) => {
                        others.push(index);
                        continue;
                    }
                };
            self.findings.renamed(&def.origin, ideal, rust);
            let start = as_start(ideal, rust).to_owned();
            self.starts.insert(TypeId(index), Words { short: start.clone(), whole: start });
            def.name = Name { wire: wire.to_owned(), rust: rust.clone(), is_raw: false };
        }
        others.sort_by_key(|index| (api.types.get(*index).map(|def| def.origin.pointer()), *index));
        others
    }

    /// Names the pending types of a round. Returns those that are still pending.
    fn types(
        &mut self,
        api: &mut Api,
        plan: &Plan,
        components: &Components,
        mut pending: Vec<usize>,
        round: Round,
    ) -> Vec<usize> {
        while !pending.is_empty() {
            let plans = pending.iter().filter_map(|index| Some((*index, plan.types.get(*index)?)));
            let entries: Vec<_> = plans.map(|(index, plan)| (index, plan, self.words(plan, components))).collect();
            // The shortest first, because a name is longer than the name that it begins with.
            let rank = |words: &Words| if words.short == words.whole { 0 } else { type_name(&words.short).len() };
            let least = entries.iter().filter_map(|(.., words)| words.as_ref().map(rank)).min();
            if round == Round::Whole && least != Some(0) {
                break;
            }
            let (now, later): (Vec<_>, Vec<_>) =
                entries.into_iter().partition(|(.., words)| words.as_ref().map(rank) == least);
            pending = later.into_iter().map(|(index, ..)| index).collect();
            for (index, plan, words) in now {
                let Some(def) = api.types.get_mut(index) else { continue };
                // A recursive type would wait forever, so its own words are its name.
                let own =
                    || Words { short: plan.wanted.own_words().to_owned(), whole: plan.wanted.own_words().to_owned() };
                self.name_type(def, TypeId(index), words.unwrap_or_else(own));
                if round == Round::Shortened {
                    self.request_name(def, TypeId(index));
                }
            }
        }
        pending
    }

    /// The words for the name of a type. `None` if the name that it begins with is not assigned yet.
    fn words(&self, plan: &TypePlan, components: &Components) -> Option<Words> {
        let of_component = |wire: &str| components.get(wire).map(|(ideal, given)| as_start(ideal, given));
        let short = plan.wanted.text(of_component, |id| Some(self.starts.get(&id)?.short.as_str()))?;
        let whole = plan.wanted.text(of_component, |id| Some(self.starts.get(&id)?.whole.as_str()))?;
        Some(Words { short: casing::without_repetition(&short), whole })
    }

    /// Assigns the short name if it is free, and if the name of the request type is.
    fn name_type(&mut self, def: &mut TypeDef, id: TypeId, Words { short, whole }: Words) {
        let request = format!("{}Request", type_name(&short));
        let is_free = self.taken.is_free(&short) && (!self.requests.contains(id) || self.taken.is_free(&request));
        let words = if is_free { &short } else { &whole };
        let rust = self.claim_at(words, &def.origin);
        let start = as_start(&type_name(words), &rust).to_owned();
        let whole_start = if is_free && short != whole { type_name(&whole) } else { start.clone() };
        self.starts.insert(id, Words { short: start, whole: whole_start });
        def.name = Name { wire: whole, rust, is_raw: false };
    }

    /// The variants of unions, which are named after their types.
    fn variants(&mut self, api: &mut Api, plan: &Plan) {
        let mut named = Vec::new();
        for (index, def) in api.types.iter().enumerate() {
            let TypeKind::Union(union) = &def.kind else { continue };
            let chosen = plan.branches.get(&TypeId(index)).map(Vec::as_slice).unwrap_or_default();
            let mut ideal: Vec<String> =
                union.branches.iter().map(|branch| variant(api, plan, &def.name.rust, &branch.ty)).collect();
            for (slot, chosen) in ideal.iter_mut().zip(chosen) {
                if let Some(chosen) = chosen {
                    slot.clone_from(&chosen.name);
                }
            }
            for (branch, chosen) in
                chosen.iter().enumerate().filter_map(|(branch, chosen)| Some((branch, chosen.as_ref()?)))
            {
                if ideal.iter().enumerate().any(|(other, name)| other != branch && *name == chosen.name) {
                    self.findings.refuse(self.settings.taken(&chosen.at, &chosen.name));
                }
            }
            // The variant for unknown values is named last, so it gets the number if names collide.
            if union.unknown.is_some() {
                ideal.push("Unknown".to_owned());
            }
            let given = variant_names(&ideal);
            for (ideal, given) in ideal.iter().zip(&given) {
                self.findings.renamed(&def.origin, ideal, given);
            }
            named.push((index, given));
        }
        for (index, given) in named {
            let Some(TypeDef { kind: TypeKind::Union(union), .. }) = api.types.get_mut(index) else { continue };
            let mut given = given.into_iter();
            for (branch, name) in union.branches.iter_mut().zip(given.by_ref()) {
                branch.name = name;
            }
            if let Some(unknown) = &mut union.unknown {
                *unknown = given.next().unwrap_or_default();
            }
        }
    }

    /// The request types of the types that are named already.
    fn request_names(&mut self, api: &mut Api) {
        let mut named: Vec<(TypeId, &mut TypeDef)> =
            api.types.iter_mut().enumerate().map(|(index, def)| (TypeId(index), def)).collect();
        named.retain(|(id, _)| self.starts.contains_key(id));
        named.sort_by(|one, other| (one.1.origin.pointer(), one.0).cmp(&(other.1.origin.pointer(), other.0)));
        for (id, def) in named {
            self.request_name(def, id);
        }
    }

    /// The name of the request type, if a type has one.
    fn request_name(&mut self, def: &mut TypeDef, id: TypeId) {
        if self.requests.contains(id) {
            def.request_name = Some(self.claim_at(&format!("{}Request", def.name.rust), &def.origin));
        }
    }

    /// The items that belong to one operation.
    fn operations(&mut self, api: &mut Api) {
        let mut constants = Scope::default();
        for operation in &mut api.operations {
            operation.names.constant = constants.claim(&operation.name.rust.to_uppercase(), "_");
            let needed = Needed::of(operation);
            let (prefix, at) = (&operation.type_prefix, &operation.origin);
            let mut name = |suffix: &str, is_needed: bool| {
                let words = format!("{prefix}{suffix}");
                if is_needed { self.claim_at(&words, at) } else { words }
            };
            operation.names.params = name("Params", needed.params);
            operation.names.body = name("Body", needed.body);
            operation.names.form = name("Form", needed.form);
            operation.names.success = name("Response", needed.success);
            operation.names.failure = name("Failure", needed.failure);
            operation.names.headers = name("Headers", needed.headers);
            operation.names.event = name("Event", needed.event);
            if let Some(stream) = &mut operation.stream {
                let wires = stream.events.iter().map(|event| event.name.wire.clone());
                let mut given = variant_names(&wires.chain(["Unknown".to_owned()]).collect::<Vec<_>>());
                stream.unknown = given.pop().unwrap_or_default();
                for (event, given) in stream.events.iter_mut().zip(given) {
                    self.findings.renamed(&event.origin, &type_name(&event.name.wire), &given);
                    event.name.rust = given;
                }
                self.findings.renamed(&operation.origin, "Unknown", &stream.unknown);
            }
            if let Some(body) = &mut operation.body {
                let mut ideal: Vec<String> = Vec::new();
                for content in &body.contents {
                    // `text/json` beside `application/json` is `TextJson`.
                    let short = type_name(content.media.short_name());
                    let is_taken = ideal.contains(&short);
                    ideal.push(if is_taken { type_name(content.media.as_str()) } else { short });
                }
                let given = variant_names(&ideal);
                for (content, (ideal, given)) in body.contents.iter_mut().zip(ideal.iter().zip(given)) {
                    self.findings.renamed(&content.origin, ideal, &given);
                    content.variant = given;
                }
            }
        }
    }
}

/// The types that are lowered in place of a component's own schema, such as the only branch of an `allOf` or a `oneOf`. If a
/// component has several, the first by location gets its name.
fn stand_ins<'p>(api: &Api, plan: &'p Plan) -> BTreeMap<usize, &'p str> {
    let mut named: BTreeSet<&str> = plan.types.iter().filter_map(|plan| plan.component.as_deref()).collect();
    let mut types: Vec<(usize, &TypePlan, &TypeDef)> =
        plan.types.iter().zip(&api.types).enumerate().map(|(index, (plan, def))| (index, plan, def)).collect();
    types.sort_by_key(|(index, _, def)| (def.origin.pointer(), *index));
    types
        .into_iter()
        .filter(|(_, plan, _)| plan.component.is_none() && plan.chosen.is_none())
        .filter_map(|(index, plan, _)| {
            let component = plan.wanted.component_itself();
            Some((index, component.filter(|wire| named.insert(*wire))?))
        })
        .collect()
}

/// The items that an operation has.
struct Needed {
    params: bool,
    body: bool,
    form: bool,
    success: bool,
    failure: bool,
    headers: bool,
    event: bool,
}

impl Needed {
    fn of(operation: &Operation) -> Self {
        Self {
            params: operation.has_optional(),
            body: operation.body.as_ref().is_some_and(|body| body.contents.len() > 1),
            form: operation.body.iter().any(|body| body.has_multipart()),
            success: operation.success_needs_enum(),
            failure: operation.failure_needs_enum(),
            headers: !operation.headers.is_empty(),
            event: operation.stream.as_ref().is_some_and(|stream| stream.kind == StreamKind::NamedEvents),
        }
    }
}

/// The variant for a branch of this type: the name of the type. An inline schema is named after the union, and the
/// variant is the rest of its name.
fn variant(api: &Api, plan: &Plan, union: &str, ty: &Type) -> String {
    let whole = type_name(&branch_words(&api.types, ty));
    let plan = ty.named().first().and_then(|id| plan.types.get(id.0));
    let is_inline = plan.is_some_and(|plan| plan.component.is_none() && plan.chosen.is_none());
    let rest = whole.strip_prefix(union).filter(|rest| is_inline && rest.starts_with(char::is_uppercase));
    rest.map_or_else(|| whole.clone(), str::to_owned)
}

/// The words for a branch of this type.
fn branch_words(types: &[TypeDef], ty: &Type) -> String {
    match ty {
        Type::Any => "Any".to_owned(),
        Type::Boolean => "Boolean".to_owned(),
        Type::Integer(_) => "Integer".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String(_) => "String".to_owned(),
        Type::Array(inner) => format!("{} array", branch_words(types, inner)),
        Type::Tuple(_) => "Tuple".to_owned(),
        Type::Map(inner) => format!("{} map", branch_words(types, inner)),
        Type::Nullable(inner) => branch_words(types, inner),
        Type::Named(id) => types.get(id.0).map(|def| def.name.rust.clone()).unwrap_or_default(),
        Type::Foreign(foreign) => foreign.last_segment().to_owned(),
    }
}

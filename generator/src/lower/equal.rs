//! Merges inline schemas that are equal: those with one title, and the bodies of failures.
//!
//! Generators of documents write a shared schema out wherever it is used. As one type, its values can be handled by one
//! function.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{AdditionalProperties, Api, Decision, Field, Status, Type, TypeDef, TypeId, TypeKind};
use crate::names::{Plan, TypePlan, Wanted, type_name};

/// Merges equal types. Returns the type that each merged type became.
pub(super) fn merge(api: &Api, plan: &mut Plan) -> BTreeMap<TypeId, TypeId> {
    let mut keys = Keys { api, plan, known: BTreeMap::new(), around: Vec::new() };
    let mut groups = failures(&mut keys);
    groups.extend(titled(&mut keys));
    let mut taken: BTreeSet<String> = plan.components.keys().map(|wire| type_name(wire)).collect();
    let mut merged = BTreeMap::new();
    for Group { mut members, words } in groups {
        members.retain(|id| !merged.contains_key(id) && !merged.values().any(|kept| kept == id));
        let pointer = |id: &TypeId| api.get(*id).map(|def| def.origin.pointer()).unwrap_or_default();
        // A shared response names its schema.
        let is_shared = |id: &TypeId| pointer(id).starts_with("/components/responses/");
        members.sort_by_key(|id| (!is_shared(id), pointer(id), *id));
        let Some((&kept, others)) = members.split_first().filter(|(_, others)| !others.is_empty()) else { continue };
        let is_branch_twice = |def: &TypeDef| {
            let TypeKind::Union(union) = &def.kind else { return false };
            let types =
                union.branches.iter().filter(|branch| matches!(&branch.ty, Type::Named(id) if members.contains(id)));
            types.count() > 1
        };
        if api.types.iter().any(is_branch_twice) {
            continue;
        }
        merged.extend(others.iter().map(|&other| (other, kept)));
        if let (Some(words), false) = (words, is_shared(&kept))
            && taken.insert(type_name(&words))
            && let Some(plan) = plan.types.get_mut(kept.0)
        {
            plan.wanted = Wanted::words(words);
        }
    }
    merged
}

/// Types that are equal.
struct Group {
    members: Vec<TypeId>,
    /// The words of their name, if they have one in common.
    words: Option<String>,
}

/// The inline bodies of failures that are equal: the largest group first.
fn failures(keys: &mut Keys<'_>) -> Vec<Group> {
    let mut groups: BTreeMap<String, (BTreeSet<TypeId>, BTreeSet<Status>)> = BTreeMap::new();
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for operation in &keys.api.operations {
        for failure in operation.failures() {
            for content in &failure.contents {
                let Some(Type::Named(id)) = content.ty else { continue };
                let is_struct = matches!(keys.api.get(id).map(|def| &def.kind), Some(TypeKind::Struct(_)));
                let Some(key) = Some(id).filter(|_| is_struct && keys.is_inline(id)).and_then(|id| keys.of(id)) else {
                    continue;
                };
                *uses.entry(key.clone()).or_default() += 1;
                let (members, statuses) = groups.entry(key).or_default();
                members.insert(id);
                statuses.insert(failure.status);
            }
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(key, _)| (std::cmp::Reverse(uses.get(key).copied()), key.clone()));
    let group = |(_, (members, statuses)): (String, (BTreeSet<TypeId>, BTreeSet<Status>))| {
        let titles: BTreeSet<Option<&str>> = members.iter().map(|id| keys.title(*id)).collect();
        let words = match (titles.first(), statuses.first(), statuses.len()) {
            (Some(Some(title)), ..) if titles.len() == 1 => (*title).to_owned(),
            (_, Some(status), 1) => format!("{} body", status.name()),
            _ => "Error body".to_owned(),
        };
        Group { members: members.into_iter().collect(), words: Some(words) }
    };
    groups.into_iter().map(group).collect()
}

/// The inline types with one title that are equal. The title is their name unless a type that differs has it, too.
fn titled(keys: &mut Keys<'_>) -> Vec<Group> {
    let mut groups: BTreeMap<String, BTreeMap<Option<String>, Vec<TypeId>>> = BTreeMap::new();
    for index in 0..keys.api.types.len() {
        let id = TypeId(index);
        let is_alias = matches!(keys.api.get(id).map(|def| &def.kind), Some(TypeKind::Alias(_)));
        let Some(title) = keys.title(id).filter(|_| keys.is_inline(id) && !is_alias).map(str::to_owned) else {
            continue;
        };
        let key = keys.of(id);
        groups.entry(title).or_default().entry(key).or_default().push(id);
    }
    let mut found = Vec::new();
    for (title, groups) in groups {
        let words = (groups.len() == 1).then_some(title);
        let equal = groups.into_iter().filter(|(key, _)| key.is_some());
        found.extend(equal.map(|(_, members)| Group { members, words: words.clone() }));
    }
    found
}

/// Texts that are equal for types that are equal, except for their docs.
struct Keys<'a> {
    api: &'a Api,
    plan: &'a Plan,
    known: BTreeMap<TypeId, Option<String>>,
    /// The types around the current one.
    around: Vec<TypeId>,
}

impl Keys<'_> {
    fn plan(&self, id: TypeId) -> Option<&TypePlan> {
        self.plan.types.get(id.0)
    }

    /// Whether a type is neither a component nor named by the settings.
    fn is_inline(&self, id: TypeId) -> bool {
        self.plan(id).is_some_and(|plan| {
            plan.component.is_none() && plan.chosen.is_none() && plan.wanted.component_itself().is_none()
        })
    }

    fn title(&self, id: TypeId) -> Option<&str> {
        self.plan(id)?.title.as_deref()
    }

    /// The text of an inline type; `None` if it refers to itself, or if the settings name a part of it.
    fn of(&mut self, id: TypeId) -> Option<String> {
        if let Some(known) = self.known.get(&id) {
            return known.clone();
        }
        if self.around.contains(&id) || self.plan.branches.get(&id).is_some_and(|all| all.iter().any(Option::is_some)) {
            return None;
        }
        self.around.push(id);
        let text = self.written(id);
        self.around.pop();
        self.known.insert(id, text.clone());
        text
    }

    fn written(&mut self, id: TypeId) -> Option<String> {
        let def = self.api.get(id)?;
        let mut text = format!("{:?} {:?} {} ", self.title(id), def.derives, def.deprecated);
        match &def.kind {
            TypeKind::Struct(object) => {
                for field in &object.fields {
                    let Field { name, required, order, read_only, write_only, deprecated, only, default, .. } = field;
                    let ty = self.ty(&field.ty)?;
                    let flags = (required, order, read_only, write_only, deprecated, only, default);
                    text.push_str(&format!("{name:?} {flags:?} {ty};"));
                }
                if let AdditionalProperties::Kept { name, ty } = &object.additional {
                    text.push_str(&format!("{name} {}", self.ty(ty)?));
                }
                text.push_str("struct");
            }
            TypeKind::Enumeration(known) => text.push_str(&format!("{known:?}")),
            TypeKind::Union(union) => {
                for branch in &union.branches {
                    text.push_str(&format!("{:?} {};", branch.discriminators, self.ty(&branch.ty)?));
                }
                let decision: &Decision = &union.decision;
                text.push_str(&format!("{decision:?} {:?}", union.unknown));
            }
            TypeKind::Alias(ty) => text.push_str(&self.ty(ty)?),
        }
        Some(text)
    }

    fn ty(&mut self, ty: &Type) -> Option<String> {
        Some(match ty {
            Type::Array(inner) => format!("[{}]", self.ty(inner)?),
            Type::Tuple(elements) => {
                let elements: Option<Vec<String>> = elements.iter().map(|element| self.ty(element)).collect();
                format!("({})", elements?.join(","))
            }
            Type::Map(inner) => format!("{{{}}}", self.ty(inner)?),
            Type::Nullable(inner) => format!("{}?", self.ty(inner)?),
            Type::Named(id) if self.is_inline(*id) => format!("({})", self.of(*id)?),
            Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) | Type::Foreign(_) => {
                format!("{ty:?}")
            }
            Type::Named(id) => format!("#{}", id.0),
        })
    }
}

//! The outline of both documents: all operations and types, changed or not.

use std::collections::{BTreeMap, BTreeSet};

use super::side::Side;
use super::walk::Walk;
use crate::ir::{Operation, Type, TypeDef, TypeId, TypeKind, TypeSet};

/// Which of the two documents has an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Presence {
    /// Only the old document.
    Old,
    /// Only the new document.
    New,
    /// Both documents.
    Both,
}

/// The chosen operations of both documents, and their types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outline {
    /// The operations, by their paths.
    pub operations: Vec<OutlineOperation>,
    /// The named types, by their names.
    pub types: Vec<OutlineType>,
}

/// An operation of an [`Outline`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutlineOperation {
    /// Its id, as [`super::Change::operations`] has it.
    pub id: String,
    /// Its HTTP method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Which document has it.
    pub presence: Presence,
    /// Its pointer, in the new document if both have it.
    pub pointer: String,
}

/// A named type of an [`Outline`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutlineType {
    /// Its Rust name.
    pub name: String,
    /// Which document has it.
    pub presence: Presence,
    /// Its pointer, in the new document if both have it.
    pub pointer: String,
    /// Its properties, known values or branches.
    pub members: Vec<OutlineMember>,
    /// The ids of the operations that use it.
    pub operations: BTreeSet<String>,
}

/// A property, known value or branch of an [`OutlineType`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutlineMember {
    /// Its name in the document.
    pub name: String,
    /// Which document has it.
    pub presence: Presence,
    /// The paths of its public items, as [`super::ItemChange::path`] has them.
    pub paths: Vec<String>,
}

/// The outline of both documents. `renames` maps old Rust names to new ones.
pub(super) fn outline(walk: &Walk<'_>, renames: &BTreeMap<String, String>) -> Outline {
    let mut outline = Outline::default();
    // A renamed or moved operation is the same one.
    let old_id = |new: &Operation| {
        let pair = walk.operation_pairs.iter().find(|(_, other)| *other == new.name.wire);
        pair.map(|(old, _)| old.clone())
    };
    let mut same = BTreeSet::new();
    for operation in &walk.new.api.operations {
        let old = old_id(operation);
        let presence = if old.is_some() { Presence::Both } else { Presence::New };
        same.extend(old);
        outline.operations.push(entry(operation, presence));
    }
    let gone = walk.old.api.operations.iter().filter(|operation| !same.contains(&operation.name.wire));
    outline.operations.extend(gone.map(|operation| entry(operation, Presence::Old)));
    outline.operations.sort_by(|one, other| (&one.path, &one.method).cmp(&(&other.path, &other.method)));

    let (old, new) = (types(walk.old), types(walk.new));
    let old: BTreeMap<String, OutlineType> = old
        .into_iter()
        .map(|(name, ty)| {
            let name = renames.get(&name).cloned().unwrap_or(name);
            (name.clone(), OutlineType { name, ..ty })
        })
        .collect();
    for (name, mut ty) in new {
        ty.presence = if old.contains_key(&name) { Presence::Both } else { Presence::New };
        join(&mut ty.members, old.get(&name).map(|before| before.members.as_slice()).unwrap_or_default());
        outline.types.push(ty);
    }
    let names: BTreeSet<String> = outline.types.iter().map(|ty| ty.name.clone()).collect();
    outline.types.extend(old.into_values().filter(|ty| !names.contains(&ty.name)));
    outline.types.sort_by(|one, other| one.name.cmp(&other.name));
    outline
}

fn entry(operation: &Operation, presence: Presence) -> OutlineOperation {
    OutlineOperation {
        id: operation.name.wire.clone(),
        method: operation.method.as_str().to_owned(),
        path: operation.path.clone(),
        presence,
        pointer: operation.origin.pointer().to_owned(),
    }
}

/// The members of both documents; removed ones are sorted in by name.
fn join(members: &mut Vec<OutlineMember>, before: &[OutlineMember]) {
    let is_in = |members: &[OutlineMember], name: &str| members.iter().any(|member| member.name == name);
    for member in members.iter_mut() {
        member.presence = if is_in(before, &member.name) { Presence::Both } else { Presence::New };
    }
    let gone: Vec<OutlineMember> = before.iter().filter(|member| !is_in(members, &member.name)).cloned().collect();
    members.extend(gone.into_iter().map(|member| OutlineMember { presence: Presence::Old, ..member }));
    members.sort_by(|one, other| one.name.cmp(&other.name));
}

fn types(side: &Side) -> BTreeMap<String, OutlineType> {
    let mut reached: BTreeMap<TypeId, BTreeSet<String>> = BTreeMap::new();
    for operation in &side.api.operations {
        for id in reach(side, operation).iter() {
            reached.entry(id).or_default().insert(operation.name.wire.clone());
        }
    }
    let of = |(index, def): (usize, &TypeDef)| {
        let name = def.name.rust.clone();
        let ty = OutlineType {
            name: name.clone(),
            presence: Presence::Old,
            pointer: side.true_pointer(def.origin.pointer()),
            members: members(side, def),
            operations: reached.get(&TypeId(index)).cloned().unwrap_or_default(),
        };
        (name, ty)
    };
    side.api.types.iter().enumerate().map(of).collect()
}

fn members(side: &Side, def: &TypeDef) -> Vec<OutlineMember> {
    let request = side.request_type(&def.name.rust);
    let paths = |separator: &str, rust: &str| -> Vec<String> {
        let names = std::iter::once(def.name.rust.as_str()).chain(request);
        names.map(|name| format!("types::{name}{separator}{rust}")).collect()
    };
    let member = |name: &str, paths| OutlineMember { name: name.to_owned(), presence: Presence::Old, paths };
    match &def.kind {
        TypeKind::Struct(object) => {
            object.fields.iter().map(|field| member(&field.name.wire, paths(".", &field.name.rust))).collect()
        }
        TypeKind::Enumeration(known) => {
            known.values.iter().map(|value| member(&value.name.wire, paths("::", &value.name.rust))).collect()
        }
        TypeKind::Union(union) => {
            union.branches.iter().map(|branch| member(&branch.name, paths("::", &branch.name))).collect()
        }
        TypeKind::Alias(_) => Vec::new(),
    }
}

/// The items that only one operation has: its methods, and the types in the module's root.
pub(super) fn own_items(operation: &Operation) -> Vec<String> {
    let stream = operation.stream.iter().map(|stream| stream.name.rust.as_str());
    let names = operation.names.all().into_iter().chain([operation.name.rust.as_str()]).chain(stream);
    names.map(str::to_owned).collect()
}

/// The named types in requests and responses of an operation, at any depth.
pub(super) fn reach(side: &Side, operation: &Operation) -> TypeSet {
    side.api.reached(operation.types().flat_map(Type::named))
}

//! Decides which fields and branches need a `Box`: recursive ones, and those of a large type.
//!
//! Sizes of nested types multiply. Six levels of six properties each make a value of megabytes, and decoding it
//! overflows the stack. Therefore no type contains a type of more than [`LARGEST_HELD`] bytes by value, and the size of
//! a type is linear in the number of its own properties.

use crate::ir::{
    AdditionalProperties, Api, EnumerationOf, IntegerKind, Type, TypeDef, TypeId, TypeKind, TypeSet, closure,
};

/// The largest size in bytes of a type that another type contains by value.
const LARGEST_HELD: usize = 256;

/// The sizes in bytes of basic types, on a 64-bit target.
const POINTER: usize = 8;
const VALUE: usize = 32;
const STRING: usize = 24;
const VEC: usize = 24;
const MAP: usize = 24;

/// The boxed fields and branches, and the resulting sizes.
#[derive(Clone, Debug, Default)]
pub(super) struct Boxing {
    /// For each type, the indices of the fields or branches that need a `Box`.
    boxed: Vec<Vec<usize>>,
    /// The size of each type, estimated: the compiler chooses padding and niches.
    sizes: Vec<usize>,
    /// The recursive aliases. Rust's `type` cannot express them.
    circular: TypeSet,
    /// The large structs whose values may nest in themselves to any depth.
    nesting: TypeSet,
}

/// Decides the boxes. Contained types come first.
pub(super) fn boxing(api: &Api) -> Boxing {
    let count = api.types.len();
    let circular = circular_aliases(api);
    let boxing =
        Boxing { boxed: vec![Vec::new(); count], sizes: vec![0; count], circular, nesting: TypeSet::default() };
    let mut search = Search { api, boxing, state: vec![State::New; count] };
    for index in 0..count {
        search.visit(TypeId(index));
    }
    let mut boxing = search.boxing;
    boxing.nesting = nesting_structs(api, &boxing);
    boxing
}

impl Boxing {
    /// Whether the field or branch with this index needs a `Box`.
    pub(super) fn is_boxed(&self, id: TypeId, index: usize) -> bool {
        self.boxed.get(id.0).is_some_and(|boxed| boxed.contains(&index))
    }

    /// Whether an alias is recursive.
    pub(super) fn is_circular(&self, id: TypeId) -> bool {
        self.circular.contains(id)
    }

    /// Whether a type is too large to be contained by value.
    pub(super) fn is_large(&self, api: &Api, ty: &Type) -> bool {
        self.held(api, ty).is_some_and(|id| self.size_of(id) > LARGEST_HELD)
    }

    /// Whether this is a large struct whose values may nest in themselves to any depth. Each level of such a value takes the
    /// size of the struct from the stack several times over, unless it is decoded into its box.
    pub(super) fn is_nesting(&self, id: TypeId) -> bool {
        self.nesting.contains(id)
    }

    /// The type that `ty` contains by value, if any. Arrays, tuples and maps keep theirs behind a pointer.
    fn held(&self, api: &Api, ty: &Type) -> Option<TypeId> {
        match self.resolved(api, ty) {
            Type::Named(id) => Some(*id),
            Type::Nullable(inner) => self.held(api, inner),
            Type::Any
            | Type::Boolean
            | Type::Integer(_)
            | Type::Number
            | Type::String(_)
            | Type::Array(_)
            | Type::Tuple(_)
            | Type::Map(_)
            | Type::Foreign(_) => None,
        }
    }

    /// The type behind aliases.
    fn resolved<'t>(&self, api: &'t Api, mut ty: &'t Type) -> &'t Type {
        while let Type::Named(id) = ty
            && !self.circular.contains(*id)
            && let Some(TypeKind::Alias(target)) = api.get(*id).map(|def| &def.kind)
        {
            ty = target;
        }
        ty
    }

    fn size_of(&self, id: TypeId) -> usize {
        self.sizes.get(id.0).copied().unwrap_or_default()
    }

    /// The size of a value of this type.
    fn size(&self, api: &Api, ty: &Type) -> usize {
        match self.resolved(api, ty) {
            Type::Any => VALUE,
            Type::Boolean => 1,
            Type::Integer(IntegerKind::I32 | IntegerKind::U32) => 4,
            Type::Integer(IntegerKind::I64 | IntegerKind::U64) | Type::Number => 8,
            Type::Integer(IntegerKind::Unbounded) => 16,
            // The size of a user type is unknown.
            Type::String(_) | Type::Foreign(_) => STRING,
            Type::Array(_) => VEC,
            // Structs and unions in it are in a `Box`.
            Type::Tuple(elements) => elements
                .iter()
                .map(|element| match self.held(api, element) {
                    Some(_) => STRING,
                    None => self.size(api, element).next_multiple_of(POINTER),
                })
                .sum(),
            Type::Map(_) => MAP,
            Type::Nullable(inner) => self.size_if_any(api, inner),
            Type::Named(id) => self.size_of(*id),
        }
    }

    /// The size of an `Option` of this type.
    fn size_if_any(&self, api: &Api, ty: &Type) -> usize {
        let size = self.size(api, ty);
        match self.resolved(api, ty) {
            // These types have no niche.
            Type::Integer(IntegerKind::Unbounded) => size,
            Type::Integer(_) | Type::Number => 2 * size,
            Type::Map(_) => size + POINTER,
            _ => size,
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    InProgress,
    Done,
}

struct Search<'a> {
    api: &'a Api,
    boxing: Boxing,
    state: Vec<State>,
}

impl Search<'_> {
    /// Visits depth first with an explicit stack, because a document may nest types deeper than the call stack allows.
    fn visit(&mut self, start: TypeId) {
        if self.state(start) != State::New {
            return;
        }
        self.set(start, State::InProgress);
        let mut stack = vec![(start, self.edges(start), 0)];
        while let Some((id, edges, next)) = stack.last_mut() {
            let id = *id;
            let Some((edge, target)) = edges.get(*next).copied() else {
                self.finish(id, stack.pop().map(|(_, edges, _)| edges).unwrap_or_default());
                continue;
            };
            *next += 1;
            match self.state(target) {
                State::InProgress => self.put_box(id, edge),
                State::New => {
                    self.set(target, State::InProgress);
                    stack.push((target, self.edges(target), 0));
                }
                State::Done => {}
            }
        }
    }

    /// Computes the size of a type from the sizes of its contained types.
    fn finish(&mut self, id: TypeId, edges: Vec<(usize, TypeId)>) {
        for (edge, target) in edges {
            if self.state(target) == State::Done && self.boxing.size_of(target) > LARGEST_HELD {
                self.put_box(id, edge);
            }
        }
        let size = self.size_of_def(id);
        if let Some(slot) = self.boxing.sizes.get_mut(id.0) {
            *slot = size;
        }
        self.set(id, State::Done);
    }

    fn size_of_def(&self, id: TypeId) -> usize {
        let is_boxed = |index: usize| self.boxing.is_boxed(id, index);
        let size = |index: usize, ty: &Type| if is_boxed(index) { POINTER } else { self.boxing.size(self.api, ty) };
        let optional =
            |index: usize, ty: &Type| if is_boxed(index) { POINTER } else { self.boxing.size_if_any(self.api, ty) };
        match self.api.get(id).map(|def| &def.kind) {
            Some(TypeKind::Struct(object)) => {
                let properties = object.fields.iter().enumerate().map(|(index, field)| {
                    if field.required { size(index, &field.ty) } else { optional(index, &field.ty) }
                });
                let kept = if object.additional == AdditionalProperties::Ignored { 0 } else { MAP };
                (properties.sum::<usize>() + kept).next_multiple_of(POINTER)
            }
            Some(TypeKind::Union(union)) => {
                let branches = union.branches.iter().enumerate().map(|(index, branch)| size(index, &branch.ty));
                let unknown = union.unknown.as_ref().map(|_| VALUE);
                branches.chain(unknown).max().unwrap_or_default().next_multiple_of(POINTER) + POINTER
            }
            Some(TypeKind::Enumeration(enumeration)) => match enumeration.of {
                EnumerationOf::Texts => STRING,
                EnumerationOf::Integers => 2 * POINTER,
            },
            Some(TypeKind::Alias(ty)) => size(0, ty),
            None => 0,
        }
    }

    /// The types that this one contains by value, with the index of the field or branch.
    fn edges(&self, id: TypeId) -> Vec<(usize, TypeId)> {
        let types: Vec<&Type> = match self.api.get(id).map(|def| &def.kind) {
            Some(TypeKind::Struct(object)) => object.fields.iter().map(|field| &field.ty).collect(),
            Some(TypeKind::Union(union)) => union.branches.iter().map(|branch| &branch.ty).collect(),
            Some(TypeKind::Alias(ty)) => vec![ty],
            Some(TypeKind::Enumeration(_)) | None => Vec::new(),
        };
        let held = |ty: &Type| self.boxing.held(self.api, ty);
        types.into_iter().enumerate().filter_map(|(index, ty)| Some((index, held(ty)?))).collect()
    }

    fn put_box(&mut self, id: TypeId, edge: usize) {
        if let Some(boxed) = self.boxing.boxed.get_mut(id.0)
            && !boxed.contains(&edge)
        {
            boxed.push(edge);
        }
    }

    fn state(&self, id: TypeId) -> State {
        self.state.get(id.0).copied().unwrap_or(State::Done)
    }

    fn set(&mut self, id: TypeId, state: State) {
        if let Some(slot) = self.state.get_mut(id.0) {
            *slot = state;
        }
    }
}

/// The large structs that contain themselves, in properties, items or map values.
fn nesting_structs(api: &Api, boxing: &Boxing) -> TypeSet {
    let named = |id: TypeId| api.get(id).map(TypeDef::named).unwrap_or_default();
    let mut nesting = TypeSet::default();
    for (index, def) in api.types.iter().enumerate() {
        let id = TypeId(index);
        let is_large = matches!(def.kind, TypeKind::Struct(_)) && boxing.size_of(id) > LARGEST_HELD;
        if is_large && closure(named(id), named).contains(id) {
            nesting.insert(id);
        }
    }
    nesting
}

/// The recursive aliases. Rust's `type` cannot express them, so each becomes a struct.
fn circular_aliases(api: &Api) -> TypeSet {
    let targets = |id| match api.get(id).map(|def| &def.kind) {
        Some(TypeKind::Alias(ty)) => ty.named(),
        _ => Vec::new(),
    };
    let mut circular = TypeSet::default();
    for index in 0..api.types.len() {
        let id = TypeId(index);
        if closure(targets(id), targets).contains(id) {
            circular.insert(id);
        }
    }
    circular
}

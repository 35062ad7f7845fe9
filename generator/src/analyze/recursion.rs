//! Which members need a `Box`? Those that close a cycle in which a type would hold itself by value.

use crate::ir::{Api, Kind, Type, TypeId};

/// Of each type, the edges along which it holds another by value, as far as they close a cycle.
pub(super) fn boxed(api: &Api) -> Vec<Vec<usize>> {
    let mut search = Search { api, state: vec![State::New; api.types.len()], boxed: vec![Vec::new(); api.types.len()] };
    for index in 0..api.types.len() {
        search.visit(TypeId(index));
    }
    search.boxed
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

struct Search<'a> {
    api: &'a Api,
    state: Vec<State>,
    boxed: Vec<Vec<usize>>,
}

impl Search<'_> {
    /// Depth first with an explicit stack: a document may chain types deeper than the call stack is.
    fn visit(&mut self, start: TypeId) {
        if self.state(start) != State::New {
            return;
        }
        self.set(start, State::Open);
        let mut stack = vec![(start, edges(self.api, start), 0)];
        while let Some((id, targets, next)) = stack.last_mut() {
            let id = *id;
            let Some((edge, target)) = targets.get(*next).copied() else {
                self.set(id, State::Done);
                stack.pop();
                continue;
            };
            *next += 1;
            match self.state(target) {
                State::Open => {
                    if let Some(boxed) = self.boxed.get_mut(id.0) {
                        boxed.push(edge);
                    }
                }
                State::New => {
                    self.set(target, State::Open);
                    stack.push((target, edges(self.api, target), 0));
                }
                State::Done => {}
            }
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

/// The types that this one holds by value, each with the index of the member or branch that does.
fn edges(api: &Api, id: TypeId) -> Vec<(usize, TypeId)> {
    let types: Vec<&Type> = match api.get(id).map(|def| &def.kind) {
        Some(Kind::Struct(object)) => object.fields.iter().map(|field| &field.ty).collect(),
        Some(Kind::Union(union)) => union.branches.iter().map(|branch| &branch.ty).collect(),
        Some(Kind::Alias(ty)) => vec![ty],
        Some(Kind::Enumeration(_)) | None => Vec::new(),
    };
    types.into_iter().enumerate().filter_map(|(index, ty)| Some((index, by_value(ty)?))).collect()
}

/// The type that `ty` holds by value: arrays and maps hold theirs behind a pointer.
fn by_value(ty: &Type) -> Option<TypeId> {
    match ty {
        Type::Named(id) => Some(*id),
        Type::Nullable(inner) => by_value(inner),
        Type::Any
        | Type::Boolean
        | Type::Integer(_)
        | Type::Number
        | Type::String(_)
        | Type::Array(_)
        | Type::Map(_)
        | Type::Foreign(_) => None,
    }
}

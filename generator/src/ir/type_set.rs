//! [`TypeSet`]: a set of types.

use super::TypeId;

/// A set of types, in the order of their ids. It has one flag for each type, since ids have no gaps.
#[derive(Clone, Debug, Default)]
pub(crate) struct TypeSet(Vec<bool>);

impl TypeSet {
    /// Adds a type. Returns whether it was missing.
    pub(crate) fn insert(&mut self, id: TypeId) -> bool {
        if self.0.len() <= id.0 {
            self.0.resize(id.0 + 1, false);
        }
        self.0.get_mut(id.0).is_some_and(|is_there| !std::mem::replace(is_there, true))
    }

    pub(crate) fn remove(&mut self, id: TypeId) {
        if let Some(is_there) = self.0.get_mut(id.0) {
            *is_there = false;
        }
    }

    pub(crate) fn contains(&self, id: TypeId) -> bool {
        self.0.get(id.0) == Some(&true)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = TypeId> {
        self.0.iter().enumerate().filter(|(_, is_there)| **is_there).map(|(index, _)| TypeId(index))
    }
}

//! The wanted name of a new type, used until names are assigned.

use super::type_name;
use crate::ir::TypeId;

/// A wanted name: an optional component or type whose name it starts with, and further words.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    base: Base,
    words: String,
}

/// The start of a wanted name.
#[derive(Clone, Debug)]
enum Base {
    /// Only the words.
    Words,
    /// The assigned name of a component.
    Component(String),
    /// The assigned name of a type.
    Type(TypeId),
}

impl Wanted {
    /// A name made of words alone.
    pub(crate) fn words(words: impl Into<String>) -> Self {
        Self { base: Base::Words, words: words.into() }
    }

    /// The name of a component, by its key.
    pub(crate) fn component(wire: impl Into<String>) -> Self {
        Self { base: Base::Component(wire.into()), words: String::new() }
    }

    /// The name of a type inside another type.
    pub(crate) fn inside(id: TypeId, words: impl Into<String>) -> Self {
        Self { base: Base::Type(id), words: words.into() }
    }

    /// The same name with further words.
    pub(crate) fn and(&self, words: &str) -> Self {
        let words = match (self.words.as_str(), words) {
            (own, "") => own.to_owned(),
            ("", words) => words.to_owned(),
            (own, words) => format!("{own} {words}"),
        };
        Self { base: self.base.clone(), words }
    }

    /// The same name as a single word, so that names of nested types start with it.
    pub(crate) fn as_word(&self) -> Self {
        match self.base {
            Base::Words => Self::words(type_name(&self.words)),
            Base::Component(_) | Base::Type(_) => self.clone(),
        }
    }

    /// The words of the complete name; `None` if the name that it starts with is not assigned yet.
    pub(super) fn text<'n>(
        &self,
        component: impl FnOnce(&str) -> Option<&'n str>,
        of_type: impl FnOnce(TypeId) -> Option<&'n str>,
    ) -> Option<String> {
        let base = match &self.base {
            Base::Words => return Some(self.words.clone()),
            Base::Component(wire) => component(wire)?,
            Base::Type(id) => of_type(*id)?,
        };
        Some(if self.words.is_empty() { base.to_owned() } else { format!("{base} {}", self.words) })
    }

    /// The key of the component whose name this is, if there are no further words.
    pub(crate) fn component_itself(&self) -> Option<&str> {
        match &self.base {
            Base::Component(wire) if self.words.is_empty() => Some(wire),
            Base::Words | Base::Component(_) | Base::Type(_) => None,
        }
    }

    /// The type whose name it starts with.
    pub(crate) fn base_type(&self) -> Option<TypeId> {
        match &self.base {
            Base::Type(id) => Some(*id),
            Base::Words | Base::Component(_) => None,
        }
    }

    /// Changes the ids of types.
    pub(crate) fn renumber(&mut self, renumbered: impl FnOnce(TypeId) -> TypeId) {
        if let Base::Type(id) = &mut self.base {
            *id = renumbered(*id);
        }
    }

    /// The words without the name that it starts with.
    pub(super) fn own_words(&self) -> &str {
        &self.words
    }
}

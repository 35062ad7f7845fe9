//! The wanted name of a new type, before names are assigned.

use super::type_name;
use crate::ir::TypeId;

/// A wanted name: the name of a component or type that contains the new type, and further words.
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

    /// The name of a component, given by its key.
    pub(crate) fn component(wire: impl Into<String>) -> Self {
        Self { base: Base::Component(wire.into()), words: String::new() }
    }

    /// The name of something inside a type.
    pub(crate) fn inside(id: TypeId, words: impl Into<String>) -> Self {
        Self { base: Base::Type(id), words: words.into() }
    }

    /// The same with further words.
    pub(crate) fn and(&self, words: &str) -> Self {
        let words = if self.words.is_empty() { words.to_owned() } else { format!("{} {words}", self.words) };
        Self { base: self.base.clone(), words }
    }

    /// The same as one word, from which the names of what is inside are made.
    pub(crate) fn as_word(&self) -> Self {
        match self.base {
            Base::Words => Self::words(type_name(&self.words)),
            Base::Component(_) | Base::Type(_) => self.clone(),
        }
    }

    /// The words of the whole name. `None` while the name that it begins with is not assigned.
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

    /// The component whose name is the whole name, given by its key.
    pub(super) fn component_itself(&self) -> Option<&str> {
        match &self.base {
            Base::Component(wire) if self.words.is_empty() => Some(wire),
            Base::Words | Base::Component(_) | Base::Type(_) => None,
        }
    }

    /// The words that are there without the name that it begins with.
    pub(super) fn own_words(&self) -> &str {
        &self.words
    }
}

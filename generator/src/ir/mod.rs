//! The intermediate representation: what the API means on the wire, with every Rust name already decided.
//!
//! Lowering makes it, analysis asks it questions, emission prints it. It says nothing of how Rust is written.

mod directions;
mod operation;
mod outcome;
mod security;
mod strip_docs;
mod type_set;
mod types;

pub(crate) use operation::{
    Arm, Body, Content, FormMember, Header, HeaderForm, HttpMethod, MediaType, Operation, OperationNames, Parameter,
    ParameterLocation, ParameterStyle, PathPart, Status, Stream, StreamKind,
};
pub(crate) use outcome::Payload;
pub(crate) use security::{Requirement, SchemeKind, SecurityScheme};
pub(crate) use type_set::TypeSet;
pub(crate) use types::{
    AdditionalMembers, Branch, Decision, Enumeration, EnumerationOf, EnumerationValue, Field, Foreign, IntegerKind,
    JsonKind, Kind, Otherwise, StringKind, Struct, Type, TypeDef, TypeId, Union,
};

use crate::location::Location;

/// A whole API, as far as the chosen operations reach.
#[derive(Clone, Debug, Default)]
pub(crate) struct Api {
    /// The document's own name and version.
    pub info: Info,
    /// The servers of the document; the first is the default.
    pub servers: Vec<Server>,
    /// The security schemes that an operation asks for, in the order of first use.
    pub schemes: Vec<SecurityScheme>,
    /// The operations, in the order of their paths.
    pub operations: Vec<Operation>,
    /// Every named type, in the order in which lowering reached them; a [`TypeId`] is an index into it.
    pub types: Vec<TypeDef>,
}

impl Api {
    /// The type with this id, if it is one of this API's.
    pub(crate) fn get(&self, id: TypeId) -> Option<&TypeDef> {
        self.types.get(id.0)
    }

    /// These types, and all that they refer to at any depth.
    pub(crate) fn reached(&self, from: impl IntoIterator<Item = TypeId>) -> TypeSet {
        closure(from, |id| self.get(id).map(TypeDef::named).unwrap_or_default())
    }
}

/// These types, and those that follow from one of them by any number of steps.
pub(crate) fn closure(from: impl IntoIterator<Item = TypeId>, next: impl Fn(TypeId) -> Vec<TypeId>) -> TypeSet {
    let mut open: Vec<TypeId> = from.into_iter().collect();
    let mut seen = TypeSet::default();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(next(id));
        }
    }
    seen
}

/// The document's own name, version and provenance.
#[derive(Clone, Debug, Default)]
pub(crate) struct Info {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// `info.description`, cleaned for rustdoc.
    #[allow(dead_code, reason = "kept for an output that shows it")]
    pub docs: Docs,
    /// The `x-` members of `info` with a text value: name without `x-`, value.
    pub provenance: Vec<(String, String)>,
}

/// One entry of `servers`.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    /// The address, with `{variable}` parts.
    pub url: String,
    /// Each variable and its default.
    pub variables: Vec<(String, String)>,
    /// What the document says of it.
    pub docs: Docs,
}

impl Server {
    /// The address, with the default of each variable in its place.
    pub(crate) fn default_url(&self) -> String {
        let fill = |url: String, (name, default): &(String, String)| url.replace(&format!("{{{name}}}"), default);
        self.variables.iter().fold(self.url.clone(), fill)
    }
}

/// Text that has been made safe to print as rustdoc.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Docs(pub String);

impl Docs {
    /// Whether there is nothing to print.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a thing is called on the wire and in Rust. The two always travel together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name {
    /// The name in the document, to the letter.
    pub wire: String,
    /// The Rust identifier, without `r#`; see [`Name::is_raw`].
    pub rust: String,
    /// Whether the identifier is a keyword and has to be written `r#name`.
    pub is_raw: bool,
}

/// The place of something, for messages and for the docs.
pub(crate) type Origin = Location;

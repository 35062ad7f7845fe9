//! The intermediate representation (IR): the API as lowering reads it from the document, with its Rust names.
//!
//! Lowering builds it, `names` assigns the names, analysis reads it, emission prints it. It contains no Rust syntax.

mod directions;
mod operation;
mod outcome;
mod pagination;
mod security;
mod strip_docs;
mod type_set;
mod types;
mod webhook;

pub(crate) use operation::{
    Body, Content, FormEncoding, Header, HeaderEncoding, HttpMethod, MediaType, NamedEvent, Operation, OperationNames,
    Parameter, ParameterLocation, ParameterStyle, PathPart, Response, Status, Stream, StreamKind,
};
pub(crate) use outcome::Payload;
pub(crate) use pagination::{NextPage, PagesEnd, Pagination, PropertyPath};
pub(crate) use security::{Requirement, SchemeKind, SecurityScheme};
pub(crate) use type_set::TypeSet;
pub(crate) use types::{
    AdditionalProperties, Branch, Decision, Enumeration, EnumerationOf, EnumerationValue, Field, Foreign, IntegerKind,
    JsonType, Otherwise, Setters, StringKind, Struct, Type, TypeDef, TypeId, TypeKind, Union,
};

pub(crate) use webhook::Webhook;

use crate::location::Location;

/// The chosen operations of an API and the types they use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Api {
    /// Title and version of the document.
    pub info: Info,
    /// The servers of the document; the first is the default.
    pub servers: Vec<Server>,
    /// The security schemes of the operations, in the order of first use.
    pub schemes: Vec<SecurityScheme>,
    /// The operations, in the order of their paths.
    pub operations: Vec<Operation>,
    /// The requests that the server sends.
    pub webhooks: Vec<Webhook>,
    /// Every named type, in the order in which lowering reached them; a [`TypeId`] is an index into it.
    pub types: Vec<TypeDef>,
    /// The crates of user types that the generator knows.
    pub crates: Vec<Crate>,
}

/// A crate of user types.
#[derive(Clone, Debug)]
pub(crate) struct Crate {
    /// Its name.
    pub name: &'static str,
    /// The oldest version.
    pub version: &'static str,
    /// Its features.
    pub features: &'static [&'static str],
}

impl Api {
    /// The type with this id, if the API has it.
    pub(crate) fn get(&self, id: TypeId) -> Option<&TypeDef> {
        self.types.get(id.0)
    }

    /// These types, and all types they refer to at any depth.
    pub(crate) fn reached(&self, from: impl IntoIterator<Item = TypeId>) -> TypeSet {
        closure(from, |id| self.get(id).map(TypeDef::named).unwrap_or_default())
    }
}

/// These types, and all types that `next` reaches from them in any number of steps.
pub(crate) fn closure(from: impl IntoIterator<Item = TypeId>, next: impl Fn(TypeId) -> Vec<TypeId>) -> TypeSet {
    let mut pending: Vec<TypeId> = from.into_iter().collect();
    let mut seen = TypeSet::default();
    while let Some(id) = pending.pop() {
        if seen.insert(id) {
            pending.extend(next(id));
        }
    }
    seen
}

/// Title, version and provenance of the document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Info {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// The `x-` properties of `info` with a string value: name without `x-`, value.
    pub provenance: Vec<(String, String)>,
}

/// One entry of `servers`.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    /// The URL, with `{variable}`s.
    pub url: String,
    /// Each variable and its default.
    pub variables: Vec<(String, String)>,
    /// Its description, cleaned.
    pub docs: Docs,
}

impl Server {
    /// The URL with the defaults of its variables.
    pub(crate) fn default_url(&self) -> String {
        let fill = |url: String, (name, default): &(String, String)| url.replace(&format!("{{{name}}}"), default);
        self.variables.iter().fold(self.url.clone(), fill)
    }
}

/// Text that is safe to print as rustdoc.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Docs(pub String);

impl Docs {
    /// Whether the text is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The name of an item on the wire and in Rust.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name {
    /// The name in the document.
    pub wire: String,
    /// The Rust identifier, without `r#`; see [`Name::is_raw`].
    pub rust: String,
    /// Whether the identifier is a keyword and has to be written `r#name`.
    pub is_raw: bool,
}

/// The location of an item, for messages and docs.
pub(crate) type Origin = Location;

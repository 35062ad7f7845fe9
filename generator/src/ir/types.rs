//! Types: what a schema says about a JSON value.

use serde_json::Value;

use super::{Docs, Name, Origin};

/// Names one of an API's types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TypeId(pub usize);

/// A type as it is used: in a member, a parameter, a body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    /// Any JSON value, `null` included.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer(IntegerKind),
    /// Any number.
    Number,
    /// A string.
    String(StringKind),
    /// A JSON array.
    Array(Box<Type>),
    /// A JSON object whose members all have one type.
    Map(Box<Type>),
    /// The type, or `null`.
    Nullable(Box<Type>),
    /// One of the API's named types.
    Named(TypeId),
    /// A type of the user's own.
    Foreign(Box<Foreign>),
}

/// A type of the user's own, in place of one of ours.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Foreign {
    /// Its path.
    pub rust: String,
    /// The module whose functions read and write it; none where it does that itself.
    pub with: Option<String>,
    /// What the document says that it is, as far as that tells its JSON type.
    pub of: Type,
}

impl Foreign {
    /// `DateTime` of `chrono::DateTime<chrono::Utc>`.
    pub(crate) fn last_segment(&self) -> &str {
        let path = self.rust.split('<').next().unwrap_or_default();
        path.rsplit("::").next().unwrap_or_default().trim()
    }
}

impl Type {
    /// The type without an outer [`Type::Nullable`], and whether there was one.
    pub(crate) fn split_nullable(&self) -> (&Type, bool) {
        match self {
            Type::Nullable(inner) => (inner, true),
            other => (other, false),
        }
    }

    /// The named types that stand in this one.
    pub(crate) fn named(&self) -> Vec<TypeId> {
        match self {
            Type::Named(id) => vec![*id],
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => inner.named(),
            Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) | Type::Foreign(_) => {
                Vec::new()
            }
        }
    }

    /// The type of the user's own that stands in this one.
    pub(crate) fn foreign(&self) -> Option<&Foreign> {
        match self {
            Type::Foreign(foreign) => Some(foreign),
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => inner.foreign(),
            Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) | Type::Named(_) => None,
        }
    }
}

/// How wide a whole number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IntegerKind {
    /// `format: int32`.
    I32,
    /// `format: int64`, or no format.
    I64,
    /// `format: uint32`.
    U32,
    /// `format: uint64`, or a limit past 63 bits.
    U64,
    /// Limits past 63 bits on both sides of zero; or a `number` with the format of a long integer, which may be a fraction.
    Unbounded,
}

/// What a string holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StringKind {
    /// Text, whatever its `format`, which is kept for the docs.
    Text {
        /// `format`, where the document gives one.
        format: Option<String>,
    },
    /// `format: password`: a value that is never shown.
    Secret,
    /// `format: binary`: raw bytes, which is a body and never a JSON value.
    Binary,
}

/// A named type.
#[derive(Clone, Debug)]
pub(crate) struct TypeDef {
    /// Its name; the wire side is the name of the component, or made up for an inline schema.
    pub name: Name,
    /// The Rust name of the form that is sent, if that differs from the one that comes back.
    pub sent_form: Option<String>,
    /// The schema it comes from.
    pub origin: Origin,
    /// What the document says of it.
    pub docs: Docs,
    /// `deprecated`.
    pub deprecated: bool,
    /// The traits that it derives for the user, by their paths.
    pub derives: Vec<String>,
    /// What it is.
    pub kind: Kind,
}

impl TypeDef {
    /// The named types that it refers to.
    pub(crate) fn named(&self) -> Vec<TypeId> {
        match &self.kind {
            Kind::Struct(object) => {
                let mut found: Vec<TypeId> = object.fields.iter().flat_map(|field| field.ty.named()).collect();
                if let AdditionalMembers::Kept { ty, .. } = &object.additional {
                    found.extend(ty.named());
                }
                found
            }
            Kind::Union(union) => union.branches.iter().flat_map(|branch| branch.ty.named()).collect(),
            Kind::Alias(ty) => ty.named(),
            Kind::Enumeration(_) => Vec::new(),
        }
    }
}

/// What a named type is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// An object with declared members.
    Struct(Struct),
    /// A string, or another scalar, of which some values are known.
    Enumeration(Enumeration),
    /// One of several types.
    Union(Union),
    /// Another type under a name of its own.
    Alias(Type),
}

/// An object with declared members.
#[derive(Clone, Debug, Default)]
pub(crate) struct Struct {
    /// The declared members, in the order of the document.
    pub fields: Vec<Field>,
    /// What happens to members that are not declared.
    pub additional: AdditionalMembers,
}

/// What happens to members that a schema does not declare.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum AdditionalMembers {
    /// The schema says nothing of them, or forbids them: ignored when read.
    #[default]
    Ignored,
    /// `additionalProperties` is `true` or a schema: kept, each with this type.
    Kept {
        /// The Rust name of the member that keeps them.
        name: String,
        /// The type of each.
        ty: Type,
    },
}

/// A declared member of an object.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name.
    pub name: Name,
    /// Its type; [`Type::Nullable`] outermost where `null` is a value.
    pub ty: Type,
    /// Whether the member has to be there.
    pub required: bool,
    /// `readOnly`: only ever sent by the server.
    pub read_only: bool,
    /// `writeOnly`: only ever sent to the server.
    pub write_only: bool,
    /// `deprecated`.
    pub deprecated: bool,
    /// `default`, for the docs: what the server takes where the member is absent.
    pub default: Option<Value>,
    /// What the document says of it.
    pub docs: Docs,
}

/// A string or a whole number of which some values are known. It is open: a value that is not known is kept.
#[derive(Clone, Debug)]
pub(crate) struct Enumeration {
    /// What the values are; the wire side of their names is their text.
    pub of: EnumerationOf,
    /// The known values, in the order of the document.
    pub values: Vec<EnumerationValue>,
    /// The Rust name of the variant that keeps a value that is not known.
    pub unknown: String,
}

/// What the values of an [`Enumeration`] are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EnumerationOf {
    /// Texts.
    #[default]
    Texts,
    /// Whole numbers.
    Integers,
}

/// A known value of an [`Enumeration`].
#[derive(Clone, Debug)]
pub(crate) struct EnumerationValue {
    /// The value and its variant.
    pub name: Name,
}

/// One of several types.
#[derive(Clone, Debug)]
pub(crate) struct Union {
    /// The types, in the order in which they are tried.
    pub branches: Vec<Branch>,
    /// How the branch of a value is found.
    pub decision: Decision,
    /// The Rust name of the variant that keeps a value that fits no branch, where there is one.
    pub unknown: Option<String>,
}

/// One type of a [`Union`].
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    /// The Rust name of the variant.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// The values of the discriminator that mean this branch.
    pub discriminators: Vec<String>,
    /// The required members that no other branch declares: one that is there settles the branch.
    pub distinctive: Vec<String>,
}

/// How the branch of a value is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// By the value of a member.
    Discriminator {
        /// The member.
        member: String,
        /// What a value is whose member is missing or says none of the branches.
        otherwise: Otherwise,
    },
    /// By the JSON type of the value: no two branches share one.
    JsonType,
    /// By required members that only one branch has; the last branch may have none.
    Members,
    /// By comparing the value with what each branch declares, at any depth.
    Shape,
}

/// What a value is that its discriminator does not settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Otherwise {
    /// None of the branches.
    Unknown,
    /// The branch whose declaration it fits, where the member is missing.
    Shape,
    /// This branch: the schema that the others extend. A value is only one of the others where it fits it.
    Base(usize),
}

/// The kinds of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonKind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl JsonKind {
    const ALL: [Self; 6] = [Self::Null, Self::Bool, Self::Number, Self::String, Self::Array, Self::Object];

    fn add_to(self, kinds: &mut Vec<Self>) {
        if !kinds.contains(&self) {
            kinds.push(self);
        }
    }
}

/// Aliases and unions may lead to each other in a circle; no real document nests them this deeply.
const MOST_NESTING: usize = 16;

impl Type {
    /// The kinds of JSON value that the type has, each once; none where it may have any.
    pub(crate) fn json_kinds(&self, types: &[TypeDef]) -> Option<Vec<JsonKind>> {
        let mut kinds = Vec::new();
        let are_told = self.add_kinds(types, &mut kinds, 0);
        are_told.then(|| JsonKind::ALL.into_iter().filter(|kind| kinds.contains(kind)).collect())
    }

    fn add_kinds(&self, types: &[TypeDef], kinds: &mut Vec<JsonKind>, depth: usize) -> bool {
        let kind = match self {
            Type::Any => return false,
            Type::Boolean => JsonKind::Bool,
            Type::Integer(_) | Type::Number => JsonKind::Number,
            Type::String(_) => JsonKind::String,
            Type::Array(_) => JsonKind::Array,
            Type::Map(_) => JsonKind::Object,
            Type::Nullable(inner) => {
                JsonKind::Null.add_to(kinds);
                return inner.add_kinds(types, kinds, depth + 1);
            }
            Type::Foreign(foreign) => return foreign.of.add_kinds(types, kinds, depth + 1),
            Type::Named(_) if depth > MOST_NESTING => return false,
            Type::Named(id) => match types.get(id.0).map(|def| &def.kind) {
                Some(Kind::Struct(_)) => JsonKind::Object,
                Some(Kind::Enumeration(enumeration)) => match enumeration.of {
                    EnumerationOf::Texts => JsonKind::String,
                    EnumerationOf::Integers => JsonKind::Number,
                },
                Some(Kind::Union(union)) => {
                    return union.branches.iter().all(|branch| branch.ty.add_kinds(types, kinds, depth + 1));
                }
                Some(Kind::Alias(ty)) => return ty.add_kinds(types, kinds, depth + 1),
                None => return false,
            },
        };
        kind.add_to(kinds);
        true
    }
}

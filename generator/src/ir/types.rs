//! The types of JSON values.

use serde_json::Value;

use super::{Docs, Name, Origin};

/// The index of a type in [`super::Api::types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TypeId(pub usize);

/// The type of a property, a parameter or a body.
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
    /// A JSON array of this length, whose items each have a type.
    Tuple(Vec<Type>),
    /// A JSON object whose properties all have one type.
    Map(Box<Type>),
    /// The type, or `null`.
    Nullable(Box<Type>),
    /// One of the API's named types.
    Named(TypeId),
    /// A user type.
    Foreign(Box<Foreign>),
}

/// A user type, which replaces a generated one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Foreign {
    /// Its path.
    pub rust: String,
    /// The module with its `serialize` and `deserialize`; `None` if the type implements serde's traits.
    pub with: Option<String>,
    /// The type from the document, which decides the JSON type.
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

    /// The named types in this type.
    pub(crate) fn named(&self) -> Vec<TypeId> {
        match self {
            Type::Named(id) => vec![*id],
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => inner.named(),
            Type::Tuple(elements) => elements.iter().flat_map(Type::named).collect(),
            Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) | Type::Foreign(_) => {
                Vec::new()
            }
        }
    }

    /// Changes the ids of the named types in this type.
    pub(crate) fn renumber(&mut self, renumbered: &impl Fn(TypeId) -> TypeId) {
        match self {
            Type::Named(id) => *id = renumbered(*id),
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => inner.renumber(renumbered),
            Type::Tuple(elements) => elements.iter_mut().for_each(|element| element.renumber(renumbered)),
            Type::Foreign(foreign) => foreign.of.renumber(renumbered),
            Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) => {}
        }
    }

    /// The user type in this type.
    pub(crate) fn foreign(&self) -> Option<&Foreign> {
        match self {
            Type::Foreign(foreign) => Some(foreign),
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => inner.foreign(),
            Type::Tuple(elements) => elements.iter().find_map(Type::foreign),
            Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) | Type::Named(_) => None,
        }
    }
}

/// The range of an integer.
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
    /// A number that no Rust integer type covers: an integer with limits past 63 bits on both sides of zero, or a
    /// `number` with `format: int64`, which may also be a fraction.
    Unbounded,
}

/// The content of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StringKind {
    /// Text. Its `format` is only used in docs.
    Text {
        /// `format`, if the schema has one.
        format: Option<String>,
    },
    /// `format: password`: a secret.
    Secret,
    /// `format: binary`: raw bytes of a body, never a JSON value.
    Binary,
}

/// A named type.
#[derive(Clone, Debug)]
pub(crate) struct TypeDef {
    /// Its name. The wire name is the key of the component; an inline schema has a generated one.
    pub name: Name,
    /// The Rust name of its request type, if that differs from the response type.
    pub request_name: Option<String>,
    /// The location of its schema.
    pub origin: Origin,
    /// Its description, cleaned.
    pub docs: Docs,
    /// `deprecated`.
    pub deprecated: bool,
    /// The paths of the traits that the settings derive.
    pub derives: Vec<String>,
    /// Whether it only describes a multipart form, which has a struct of its own.
    pub is_hidden: bool,
    /// Its definition.
    pub kind: TypeKind,
}

impl TypeDef {
    /// The named types that it refers to.
    pub(crate) fn named(&self) -> Vec<TypeId> {
        match &self.kind {
            TypeKind::Struct(object) => {
                let mut found: Vec<TypeId> = object.fields.iter().flat_map(|field| field.ty.named()).collect();
                if let AdditionalProperties::Kept { ty, .. } = &object.additional {
                    found.extend(ty.named());
                }
                found
            }
            TypeKind::Union(union) => union.branches.iter().flat_map(|branch| branch.ty.named()).collect(),
            TypeKind::Alias(ty) => ty.named(),
            TypeKind::Enumeration(_) => Vec::new(),
        }
    }

    /// The types of its parts.
    pub(crate) fn types_mut(&mut self) -> Vec<&mut Type> {
        match &mut self.kind {
            TypeKind::Struct(object) => {
                let mut found: Vec<&mut Type> = object.fields.iter_mut().map(|field| &mut field.ty).collect();
                if let AdditionalProperties::Kept { ty, .. } = &mut object.additional {
                    found.push(ty);
                }
                found
            }
            TypeKind::Union(union) => union.branches.iter_mut().map(|branch| &mut branch.ty).collect(),
            TypeKind::Alias(ty) => vec![ty],
            TypeKind::Enumeration(_) => Vec::new(),
        }
    }
}

/// The definition of a named type.
#[derive(Clone, Debug)]
pub(crate) enum TypeKind {
    /// An object with declared properties.
    Struct(Struct),
    /// A string or an integer with known values.
    Enumeration(Enumeration),
    /// One of several types.
    Union(Union),
    /// A second name for another type.
    Alias(Type),
}

/// An object with declared properties.
#[derive(Clone, Debug, Default)]
pub(crate) struct Struct {
    /// The declared properties, in alphabetical order of their wire names.
    pub fields: Vec<Field>,
    /// What happens to additional properties.
    pub additional: AdditionalProperties,
}

/// What happens to additional properties of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum AdditionalProperties {
    /// `additionalProperties` is absent or `false`: they are ignored when decoding.
    #[default]
    Ignored,
    /// `additionalProperties` is `true` or a schema: they are kept with this type.
    Kept {
        /// The Rust name of the field for them.
        name: String,
        /// The type of their values.
        ty: Type,
    },
}

/// A declared property of an object.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name.
    pub name: Name,
    /// Its type; [`Type::Nullable`] outermost if `null` is valid.
    pub ty: Type,
    /// Whether the property is required.
    pub required: bool,
    /// Its position in the `required` lists, which is its position among the arguments of `new`.
    pub order: usize,
    /// `readOnly`: only ever sent by the server.
    pub read_only: bool,
    /// `writeOnly`: only ever sent to the server.
    pub write_only: bool,
    /// `deprecated`.
    pub deprecated: bool,
    /// The only valid boolean, if the schema lists just one.
    pub only: Option<bool>,
    /// `default`, for the docs: the value that the server uses for an absent property.
    pub default: Option<Value>,
    /// Its description, cleaned.
    pub docs: Docs,
    /// Its setters, if it is optional in a request.
    pub setters: Option<Setters>,
}

/// The names of a property's setters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setters {
    /// The method that takes the value.
    pub value: String,
    /// The method that sends `null`, if `null` is a valid value.
    pub null: Option<String>,
}

/// A string or an integer with known values. Unknown values are kept.
#[derive(Clone, Debug)]
pub(crate) struct Enumeration {
    /// The JSON type of the values. Their wire names are their texts.
    pub of: EnumerationOf,
    /// The known values, in the order of the document.
    pub values: Vec<EnumerationValue>,
    /// The Rust name of the variant for unknown values.
    pub unknown: String,
}

/// The JSON type of an [`Enumeration`]'s values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EnumerationOf {
    /// Strings.
    #[default]
    Texts,
    /// Integers.
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
    /// The branches, in the order in which they are tried.
    pub branches: Vec<Branch>,
    /// How the branch of a value is decided.
    pub decision: Decision,
    /// The Rust name of the variant for values of no branch, if the union has one.
    pub unknown: Option<String>,
}

/// One type of a [`Union`].
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    /// The Rust name of the variant.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// The discriminator values of this branch, as text.
    pub discriminators: Vec<String>,
}

/// How the branch of a value is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// By the value of a property.
    Discriminator {
        /// The property.
        property: String,
        /// The branch of a value whose discriminator is missing or unknown.
        otherwise: Otherwise,
        /// Whether a value may have properties of several branches. The branch must not lose any.
        shared: bool,
    },
    /// By the JSON type of the value: no two branches share one.
    JsonType,
    /// By comparing the value with the declarations of each branch, at any depth.
    Shape,
}

/// The branch of a value that the discriminator does not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Otherwise {
    /// No branch.
    Unknown,
    /// The branch that the value matches, if the discriminator is missing.
    Shape,
    /// This branch: the schema that the others extend. Another branch is only chosen if the value matches it.
    Base(usize),
    /// This branch: `defaultMapping`.
    Default(usize),
}

/// The JSON types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonType {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

impl JsonType {
    /// The type in words, for messages.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::String => "a text",
            Self::Array => "a list",
            Self::Object => "an object",
        }
    }

    const ALL: [Self; 6] = [Self::Null, Self::Bool, Self::Number, Self::String, Self::Array, Self::Object];

    fn add_to(self, kinds: &mut Vec<Self>) {
        if !kinds.contains(&self) {
            kinds.push(self);
        }
    }
}

/// A limit for circles of aliases and unions. No real document nests them as deeply.
const MOST_NESTING: usize = 16;

impl Type {
    /// The JSON types of the values, each once; `None` for any.
    pub(crate) fn json_types(&self, types: &[TypeDef]) -> Option<Vec<JsonType>> {
        let mut kinds = Vec::new();
        let are_told = self.add_json_types(types, &mut kinds, 0);
        are_told.then(|| JsonType::ALL.into_iter().filter(|kind| kinds.contains(kind)).collect())
    }

    fn add_json_types(&self, types: &[TypeDef], kinds: &mut Vec<JsonType>, depth: usize) -> bool {
        let kind = match self {
            Type::Any => return false,
            Type::Boolean => JsonType::Bool,
            Type::Integer(_) | Type::Number => JsonType::Number,
            Type::String(_) => JsonType::String,
            Type::Array(_) | Type::Tuple(_) => JsonType::Array,
            Type::Map(_) => JsonType::Object,
            Type::Nullable(inner) => {
                JsonType::Null.add_to(kinds);
                return inner.add_json_types(types, kinds, depth + 1);
            }
            Type::Foreign(foreign) => return foreign.of.add_json_types(types, kinds, depth + 1),
            Type::Named(_) if depth > MOST_NESTING => return false,
            Type::Named(id) => match types.get(id.0).map(|def| &def.kind) {
                Some(TypeKind::Struct(_)) => JsonType::Object,
                Some(TypeKind::Enumeration(enumeration)) => match enumeration.of {
                    EnumerationOf::Texts => JsonType::String,
                    EnumerationOf::Integers => JsonType::Number,
                },
                Some(TypeKind::Union(union)) => {
                    return union.branches.iter().all(|branch| branch.ty.add_json_types(types, kinds, depth + 1));
                }
                Some(TypeKind::Alias(ty)) => return ty.add_json_types(types, kinds, depth + 1),
                None => return false,
            },
        };
        kind.add_to(kinds);
        true
    }
}

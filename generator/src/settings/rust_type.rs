//! A user type, which replaces a generated one.

use std::fmt;

use syn::{GenericArgument, Path, PathArguments, Type};

/// A Rust type that replaces a generated one, for [`Settings::format`] and [`Settings::replace`].
///
/// The type has to be `Clone`, `Debug`, `PartialEq`, `Serialize` and `Deserialize`. A module with the functions
/// `serialize` and `deserialize` can replace the last two, as with serde's own attribute `with`.
///
/// The generated module contains the path literally, so it has to be complete: `uuid::Uuid`, `crate::money::Money`,
/// `chrono::DateTime<chrono::Utc>`. [`generate`](crate::generate) checks a `RustType` that was made by `into`.
///
/// [`Settings::format`]: crate::Settings::format
/// [`Settings::replace`]: crate::Settings::replace
///
/// # Example
///
/// ```
/// use openapi_smith::RustType;
///
/// let id = RustType::parse("uuid::Uuid")?;
/// let time = RustType::parse("time::OffsetDateTime")?.with("time::serde::rfc3339")?;
/// assert!(RustType::parse("Uuid").is_err());
/// # Ok::<(), openapi_smith::InvalidRustType>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustType {
    pub(crate) path: String,
    pub(crate) with: Option<String>,
}

impl RustType {
    /// The type with this path.
    ///
    /// # Errors
    ///
    /// The text is not the complete path of a Rust type.
    pub fn parse(path: impl Into<String>) -> Result<Self, InvalidRustType> {
        let ty = Self { path: path.into(), with: None };
        ty.check().map(|()| ty)
    }

    /// The same type, encoded and decoded by the functions `serialize` and `deserialize` of this module.
    ///
    /// # Errors
    ///
    /// The text is not the complete path of a Rust module.
    pub fn with(mut self, module: impl Into<String>) -> Result<Self, InvalidRustType> {
        self.with = Some(module.into());
        self.check().map(|()| self)
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRustType> {
        let is_type = match syn::parse_str::<Type>(&self.path) {
            Ok(Type::Path(path)) => path.qself.is_none() && is_whole(&path.path),
            _ => false,
        };
        if !is_type {
            let what =
                format!("invalid type `{}`: not the complete path of a Rust type, such as `crate::Money`", self.path);
            return Err(InvalidRustType { what });
        }
        let is_module = |module: &String| {
            syn::parse_str::<Path>(module).is_ok_and(|path| {
                starts_anywhere(&path) && path.segments.iter().all(|segment| segment.arguments.is_none())
            })
        };
        match self.with.as_ref().filter(|module| !is_module(module)) {
            Some(module) => Err(InvalidRustType {
                what: format!(
                    "invalid module `{module}`: not the complete path of a Rust module, such as `time::serde::rfc3339`"
                ),
            }),
            None => Ok(()),
        }
    }
}

/// The error of [`RustType::parse`] and [`RustType::with`]: the path is not complete, or not a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRustType {
    what: String,
}

impl fmt::Display for InvalidRustType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for InvalidRustType {}

/// Not validated: [`generate`](crate::generate) refuses an invalid path.
impl From<&str> for RustType {
    fn from(path: &str) -> Self {
        Self { path: path.to_owned(), with: None }
    }
}

/// Not validated: [`generate`](crate::generate) refuses an invalid path.
impl From<String> for RustType {
    fn from(path: String) -> Self {
        Self { path, with: None }
    }
}

/// The types that need no path.
const EVERYWHERE: [&str; 19] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize", "String", "Vec", "Option",
];

/// Whether a path and its generic arguments have the same meaning in every module.
fn is_whole(path: &Path) -> bool {
    let is_known = path.segments.len() == 1
        && path.segments.first().is_some_and(|first| EVERYWHERE.iter().any(|name| first.ident == name));
    (is_known || starts_anywhere(path))
        && path.segments.iter().all(|segment| match &segment.arguments {
            PathArguments::None => true,
            PathArguments::AngleBracketed(brackets) => brackets.args.iter().all(|argument| match argument {
                GenericArgument::Type(Type::Path(inner)) => inner.qself.is_none() && is_whole(&inner.path),
                GenericArgument::Const(_) => true,
                _ => false,
            }),
            PathArguments::Parenthesized(_) => false,
        })
}

/// Whether a path starts with `::`, `crate` or the name of a crate.
fn starts_anywhere(path: &Path) -> bool {
    const OURS: [&str; 8] = ["self", "super", "Self", "types", "adapters", "shapes", "rt", "runtime"];
    path.leading_colon.is_some()
        || path.segments.len() > 1
            && path.segments.first().is_some_and(|first| !OURS.iter().any(|name| first.ident == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_paths_are_types() {
        for path in [
            "uuid::Uuid",
            "chrono::DateTime<chrono::Utc>",
            "crate::Money",
            "::time::Date",
            "u128",
            "String",
            "std::collections::BTreeMap<String, Vec<crate::A>>",
        ] {
            assert!(RustType::parse(path).is_ok(), "{path}");
        }
        for path in [
            "",
            "Uuid",
            "chrono::DateTime<Utc>",
            "self::A",
            "super::A",
            "types::Pet",
            "runtime::Secret",
            "&str",
            "(A, B)",
            "a b",
            "dyn A",
            "<A as B>::C",
        ] {
            assert!(RustType::parse(path).is_err(), "{path}");
        }
        for (module, is_good) in
            [("time::serde::rfc3339", true), ("rfc3339", false), ("a::b<c::D>", false), ("", false)]
        {
            assert_eq!(RustType::from("a::B").with(module).is_ok(), is_good, "{module}");
        }
    }
}

//! A type of the user's own, which stands where the generator would have made one.

use syn::{GenericArgument, Path, PathArguments, Type};

/// A Rust type that takes the place of what the generator would make, for [`Settings::format`] and
/// [`Settings::replace`].
///
/// It has to be `Clone`, `Debug`, `PartialEq`, `Serialize` and `Deserialize`; instead of the last two, a module can be
/// named that has the functions `serialize` and `deserialize`, as for serde's own attribute `with`.
///
/// It is written into the generated module as it stands, so it has to be given in full: `uuid::Uuid`,
/// `crate::money::Money`, and also `chrono::DateTime<chrono::Utc>`.
///
/// [`Settings::format`]: crate::Settings::format
/// [`Settings::replace`]: crate::Settings::replace
///
/// # Example
///
/// ```
/// use openapi_smith::RustType;
///
/// let id = RustType::new("uuid::Uuid");
/// let time = RustType::new("time::OffsetDateTime").with("time::serde::rfc3339");
/// assert_eq!((id.fault(), time.fault()), (None, None));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustType {
    pub(crate) path: String,
    pub(crate) with: Option<String>,
}

impl RustType {
    /// The type of this path.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), with: None }
    }

    /// The same type, read and written by the functions `serialize` and `deserialize` of this module.
    #[must_use]
    pub fn with(mut self, module: impl Into<String>) -> Self {
        self.with = Some(module.into());
        self
    }

    /// What is wrong with it, where something is: then [`generate`](crate::generate) refuses it.
    pub fn fault(&self) -> Option<String> {
        let is_type = match syn::parse_str::<Type>(&self.path) {
            Ok(Type::Path(path)) => path.qself.is_none() && is_whole(&path.path),
            _ => false,
        };
        if !is_type {
            return Some(format!("`{}` is not the whole path of a Rust type, such as `crate::Money`", self.path));
        }
        let with = self.with.as_ref()?;
        let is_module = syn::parse_str::<Path>(with).is_ok_and(|path| {
            starts_anywhere(&path) && path.segments.iter().all(|segment| segment.arguments.is_none())
        });
        (!is_module).then(|| format!("`{with}` is not the whole path of a Rust module, such as `time::serde::rfc3339`"))
    }
}

impl From<&str> for RustType {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl From<String> for RustType {
    fn from(path: String) -> Self {
        Self::new(path)
    }
}

/// The types that need no path.
const EVERYWHERE: [&str; 19] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize", "String", "Vec", "Option",
];

/// Whether a path, and each in its brackets, means the same in every module.
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

/// Whether a path begins with `::`, `crate` or the name of a crate, and not where it happens to stand.
fn starts_anywhere(path: &Path) -> bool {
    const OURS: [&str; 6] = ["self", "super", "Self", "types", "support", "written"];
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
            assert_eq!(RustType::new(path).fault(), None, "{path}");
        }
        for path in [
            "",
            "Uuid",
            "chrono::DateTime<Utc>",
            "self::A",
            "super::A",
            "types::Pet",
            "&str",
            "(A, B)",
            "a b",
            "dyn A",
            "<A as B>::C",
        ] {
            assert!(RustType::new(path).fault().is_some(), "{path}");
        }
        for (module, is_good) in
            [("time::serde::rfc3339", true), ("rfc3339", false), ("a::b<c::D>", false), ("", false)]
        {
            assert_eq!(RustType::new("a::B").with(module).fault().is_none(), is_good, "{module}");
        }
    }
}

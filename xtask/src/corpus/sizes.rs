//! The sizes of generated types.

use serde::{Deserialize, Serialize};

/// The size of a generated type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// The type as it is written inside the generated module.
    pub rust: String,
    /// Its size by `size_of`.
    pub bytes: usize,
}

/// The largest permitted size of a generated type in bytes. A call has several values at a time on a stack of perhaps
/// 512 kB, and a debug build copies them.
pub const LARGEST_TYPE: usize = 16 * 1024;

/// The number of sizes that are kept for a document.
const MOST: usize = 10;

/// The largest types, in descending order.
pub fn largest(sizes: Vec<(String, usize)>) -> Vec<Size> {
    let mut sizes: Vec<Size> = sizes.into_iter().map(|(rust, bytes)| Size { rust, bytes }).collect();
    sizes.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.rust.cmp(&b.rust)));
    sizes.truncate(MOST);
    sizes
}

/// The public structs and enums without parameters, of the generated module and its module `types`. The code is
/// formatted, so its indentation is known.
pub fn named(code: &str) -> Vec<String> {
    let mut named = Vec::new();
    let mut is_in_types = false;
    for line in code.lines() {
        match line {
            "pub mod types {" => is_in_types = true,
            "}" => is_in_types = false,
            _ => {
                let (path, indent) = if is_in_types { ("types::", "    ") } else { ("", "") };
                let name = line.strip_prefix(indent).and_then(name);
                named.extend(name.map(|name| format!("{path}{name}")));
            }
        }
    }
    named
}

/// The name of the type that a line declares.
fn name(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let (name, after) = rest.split_at_checked(end)?;
    (!after.starts_with('<')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_a_module() {
        let code = "\
pub struct Params {
    pub struct_name: u8,
}
pub struct Call<'a> {
}
struct Private;
pub mod types {
    /// pub struct Commented
    pub struct Pet {
    }
    pub enum Kind {
    }
    pub struct Name(
    pub(super) struct Inner;
    mod shapes {
        pub struct Deeper;
    }
}
mod support {
    pub struct Client;
}
";
        assert_eq!(named(code), ["Params", "types::Pet", "types::Kind", "types::Name"]);
    }

    #[test]
    fn the_largest_types_come_first() {
        let sizes = (0..20).map(|n| (format!("T{n}"), n)).collect();
        let bytes: Vec<usize> = largest(sizes).into_iter().map(|size| size.bytes).collect();
        assert_eq!(bytes, [19, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
    }
}

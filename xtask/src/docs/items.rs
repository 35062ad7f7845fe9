//! The items of a generated module with their docs, parsed from the formatted code.

/// The documented items.
pub(super) struct Items(Vec<Item>);

struct Item {
    name: String,
    docs: String,
}

impl Items {
    pub(super) fn read(code: &str) -> Self {
        let mut items = Vec::new();
        let mut owner = String::new();
        let mut docs = String::new();
        let mut depth = 0_usize;
        for line in code.lines() {
            let line = line.trim();
            if let Some(text) = line.strip_prefix("///") {
                docs.push_str(text.strip_prefix(' ').unwrap_or(text));
                docs.push('\n');
                continue;
            }
            // An attribute can have several lines.
            if depth > 0 || line.starts_with("#[") {
                depth = (depth + line.matches(['[', '(']).count()).saturating_sub(line.matches([']', ')']).count());
                continue;
            }
            let is_owner = ["pub struct ", "pub enum ", "impl"].iter().any(|start| line.starts_with(start));
            let name = named(line);
            if is_owner {
                owner.clone_from(&name);
            }
            if !docs.is_empty() {
                let name = if is_owner || owner.is_empty() { name } else { format!("{owner}::{name}") };
                items.push(Item { name, docs: std::mem::take(&mut docs) });
            }
        }
        Self(items)
    }

    /// The names of the items whose docs contain a text, or the first of its paragraphs, as lists do.
    pub(super) fn carrying(&self, text: &str) -> Vec<String> {
        if text.is_empty() {
            return Vec::new();
        }
        let first = text.split("\n\n").next().unwrap_or_default();
        let brief = first.split_whitespace().collect::<Vec<_>>().join(" ");
        let carrying = self.0.iter().filter(|item| item.docs.contains(text) || item.docs.contains(&brief));
        let mut names: Vec<String> = carrying.map(|item| item.name.clone()).collect();
        names.dedup();
        names
    }
}

/// The name that a line declares: `sub` of `pub sub: Option<String>,`.
fn named(line: &str) -> String {
    let mut words =
        line.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '#')).filter(|word| !word.is_empty());
    let skipped = ["pub", "struct", "enum", "fn", "async", "const", "type", "mod", "crate", "impl"];
    words.find(|word| !skipped.contains(word)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "\
/// Pets.
pub mod pets {
    /// A pet.
    ///
    /// With a name.
    #[derive(
        Clone, Debug
    )]
    pub struct Pet {
        /// Its name.
        #[serde(default)]
        pub r#type: Option<String>,
    }
    impl Client {
        /// Fetches it.
        ///
        /// - `200`: A pet.
        pub async fn fetch(&self) {}
    }
}
";

    #[test]
    fn each_has_its_docs() {
        let items = Items::read(CODE);
        assert_eq!(items.carrying("A pet.\n\nWith a name."), ["Pet", "Client::fetch"]);
        assert_eq!(items.carrying("Its name."), ["Pet::r#type"]);
        assert_eq!(items.carrying("Fetches it."), ["Client::fetch"]);
        assert_eq!(items.carrying("Nothing of it."), Vec::<String>::new());
    }
}

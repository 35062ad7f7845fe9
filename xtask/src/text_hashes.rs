//! The hashes of upstream's texts in `spec/upstream-texts.tsv`: an update compares them to list the texts that changed.
//!
//! The texts themselves are upstream's and stay there. The hashes are those of the version in `spec/upstream.yaml`, whose texts
//! were reviewed.

use std::collections::BTreeMap;
use std::fmt;

use serde_yaml::Value;
use sha2::{Digest, Sha256};

use crate::merge::at;
use crate::texts::texts;

const COMMENT: &str = "\
# SHA-256 of each text in the slice of upstream's document, by JSON pointer. Written by `cargo xtask spec update`; do not edit.
";
const VERSION: &str = "version";

/// The hash of each text of a slice, by JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextHashes {
    /// Upstream's version.
    pub version: String,
    hashes: BTreeMap<String, String>,
}

impl TextHashes {
    /// The hashes of a slice.
    pub fn of(version: &str, slice: &Value) -> Self {
        let hash = |text: &str| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        let hashes = texts(slice).into_iter().map(|(pointer, text)| (pointer, hash(&text))).collect();
        Self { version: version.to_owned(), hashes }
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    ///
    /// The first line that is no row.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut hashes: BTreeMap<String, String> = BTreeMap::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let row = line.split_once('\t').filter(|(key, value)| !key.is_empty() && !value.is_empty());
            let (key, value) = row.ok_or_else(|| format!("line {}: not a pointer, a tab and a hash", index + 1))?;
            hashes.insert(key.to_owned(), value.to_owned());
        }
        let version = hashes.remove(VERSION).ok_or_else(|| "the row `version` is missing".to_owned())?;
        Ok(Self { version, hashes })
    }

    /// The pointers of the texts that are different in `new`. Items that came or went are not listed: the comparison has them.
    ///
    /// `moved` maps the pointers of moved items to their former ones. `old` and `slice` are the structures on both sides.
    pub fn changed(&self, new: &Self, moved: &BTreeMap<String, String>, old: &Value, slice: &Value) -> Vec<String> {
        let mut seen = Vec::new();
        let mut changed = Vec::new();
        for (pointer, hash) in &new.hashes {
            let former = former(pointer, moved);
            let is_same = match self.hashes.get(&former) {
                Some(known) => known == hash || self.has_beside(&former, hash),
                // A text that is added to an item which was there before.
                None => at(old, owner(&former)).is_none() || self.has_beside(&former, hash),
            };
            if !is_same {
                changed.push(pointer.clone());
            }
            seen.push(former);
        }
        let gone = self.hashes.keys().filter(|pointer| !seen.contains(pointer));
        changed.extend(gone.filter(|pointer| at(slice, owner(pointer)).is_some()).cloned());
        changed.sort();
        changed
    }

    /// Whether another element of the same list has the text: a parameter that was inserted moves those behind it.
    fn has_beside(&self, pointer: &str, hash: &str) -> bool {
        let Some(pattern) = elements(pointer) else { return false };
        self.hashes.iter().any(|(other, known)| known == hash && elements(other).as_ref() == Some(&pattern))
    }
}

impl fmt::Display for TextHashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{COMMENT}{VERSION}\t{}", self.version)?;
        self.hashes.iter().try_for_each(|(pointer, hash)| writeln!(f, "{pointer}\t{hash}"))
    }
}

/// The former pointer of an item that may have moved.
fn former(pointer: &str, moved: &BTreeMap<String, String>) -> String {
    let ancestors = pointer.match_indices('/').map(|(end, _)| pointer.split_at(end)).chain([(pointer, "")]);
    let nearest = ancestors.rev().find_map(|(start, rest)| Some((moved.get(start)?, rest)));
    nearest.map_or_else(|| pointer.to_owned(), |(from, rest)| format!("{from}{rest}"))
}

/// The pointer of the object that a text belongs to.
fn owner(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(owner, _)| owner)
}

/// The pointer with `*` in place of the index in a list of parameters, tags or servers; `None` without such a list.
fn elements(pointer: &str) -> Option<String> {
    let mut parts: Vec<&str> = pointer.split('/').collect();
    let is_index = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let list = parts.iter().rposition(|part| ["parameters", "tags", "servers"].contains(part))?;
    let index = parts.get_mut(list + 1).filter(|part| is_index(part))?;
    *index = "*";
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(text: &str) -> Value {
        serde_yaml::from_str(text).unwrap_or_default()
    }

    const OLD: &str = "
tags: [{ name: a, description: About a. }]
paths:
  /a:
    get:
      summary: Fetches a.
      parameters: [{ name: x, in: query, description: The x. }]
      responses: { '200': { description: Fine. }, '404': { description: Gone. } }
components: { schemas: { A: { description: An a. }, B: { type: string }, C: { title: See } } }
";

    fn changed(new: &str, moved: &[(&str, &str)]) -> Vec<String> {
        let moved = moved.iter().map(|(new, old)| ((*new).to_owned(), (*old).to_owned())).collect();
        let (old, new) = (yaml(OLD), yaml(new));
        TextHashes::of("v1", &old).changed(&TextHashes::of("v2", &new), &moved, &old, &new)
    }

    #[test]
    fn changed_added_and_removed_texts_are_listed() {
        assert_eq!(changed(OLD, &[]), [""; 0]);
        let new = OLD.replace("Fine.", "Very fine.").replace("B: { type: string }", "B: { type: string, title: Bee }");
        let new = new.replace("{ title: See }", "{}");
        let expected =
            ["/components/schemas/B/title", "/components/schemas/C/title", "/paths/~1a/get/responses/200/description"];
        assert_eq!(changed(&new, &[]), expected);
        // Swapped texts of two statuses are changes.
        let new = OLD.replace("Fine.", "?").replace("Gone.", "Fine.").replace('?', "Gone.");
        assert_eq!(changed(&new, &[]).len(), 2);
    }

    #[test]
    fn items_that_come_go_or_move_are_not() {
        let new = OLD.replace("A: { description: An a. }", "Z: { description: A new one. }");
        assert_eq!(changed(&new, &[]), [""; 0]);
        let new = OLD.replace("A: {", "AA: {").replace("/a:", "/b:");
        let moved = [("/components/schemas/AA", "/components/schemas/A"), ("/paths/~1b", "/paths/~1a")];
        assert_eq!(changed(&new, &moved), [""; 0]);
        let new = OLD.replace("[{ name: x,", "[{ name: w, in: query, description: The w. }, { name: x,");
        assert_eq!(changed(&new, &[]), ["/paths/~1a/get/parameters/0/description"], "only the new parameter");
    }

    #[test]
    fn the_file_round_trips() {
        let hashes = TextHashes::of("v1", &yaml(OLD));
        assert_eq!(TextHashes::parse(&hashes.to_string()), Ok(hashes));
        for bad in ["", "version\tv1\nno tab", "/a\tb"] {
            assert!(TextHashes::parse(bad).is_err(), "{bad:?}");
        }
    }
}

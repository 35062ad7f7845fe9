//! Adds the dependencies of the output to a `Cargo.toml`.

use std::path::Path;

use openapi_smith::Dependency;
use toml::{Table, Value};

use crate::{UsageError, files};

/// The result for one dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// The line was added.
    Added,
    /// The manifest has the crate, with these features missing. It is left alone.
    Present {
        /// The features that the output needs and the manifest does not name.
        missing: Vec<&'static str>,
    },
}

/// Adds the dependencies that the manifest does not have. A dependency that is there is left alone.
pub(crate) fn add(manifest: &Path, dependencies: &[Dependency]) -> Result<Vec<Entry>, UsageError> {
    let text = files::read(manifest)?;
    let (text, entries) = with(&text, dependencies)
        .map_err(|message| UsageError(format!("cannot add dependencies to {}: {message}", manifest.display())))?;
    files::write(manifest, &text)?;
    Ok(entries)
}

/// The lines of the dependencies that the manifest does not have.
pub(crate) fn missing(manifest: &Path, dependencies: &[Dependency]) -> Result<Vec<String>, UsageError> {
    let text = files::read(manifest)?;
    let known = table(&text).map_err(|message| UsageError(format!("cannot read {}: {message}", manifest.display())))?;
    let is_missing = |dependency: &&Dependency| entry(known.as_ref(), dependency) == Entry::Added;
    Ok(dependencies.iter().filter(is_missing).map(ToString::to_string).collect())
}

fn with(text: &str, dependencies: &[Dependency]) -> Result<(String, Vec<Entry>), String> {
    let known = table(text)?;
    let entries: Vec<Entry> = dependencies.iter().map(|dependency| entry(known.as_ref(), dependency)).collect();
    let added: Vec<String> = dependencies
        .iter()
        .zip(&entries)
        .filter(|(_, entry)| **entry == Entry::Added)
        .map(|(dependency, _)| dependency.to_string())
        .collect();
    if added.is_empty() {
        return Ok((text.to_owned(), entries));
    }
    let mut lines: Vec<&str> = text.lines().collect();
    let header =
        lines.iter().position(|line| line.split('#').next().is_some_and(|line| line.trim() == "[dependencies]"));
    match header {
        Some(header) => {
            for line in added.iter().rev() {
                lines.insert(header + 1, line);
            }
        }
        None => lines.extend(["", "[dependencies]"].into_iter().chain(added.iter().map(String::as_str))),
    }
    let text = format!("{}\n", lines.join("\n"));
    // A manifest may write its dependencies in another way, such as `dependencies.serde = "1"`.
    let known = table(&text)?;
    let has_all = dependencies.iter().all(|one| known.as_ref().is_some_and(|known| known.contains_key(one.name)));
    if has_all { Ok((text, entries)) } else { Err("its dependencies are not in a table `[dependencies]`".to_owned()) }
}

fn table(text: &str) -> Result<Option<Table>, String> {
    let mut manifest: Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    Ok(match manifest.remove("dependencies") {
        Some(Value::Table(dependencies)) => Some(dependencies),
        _ => None,
    })
}

fn entry(known: Option<&Table>, dependency: &Dependency) -> Entry {
    let Some(present) = known.and_then(|known| known.get(dependency.name)) else { return Entry::Added };
    let features = present.get("features").and_then(Value::as_array);
    let has = |feature: &str| features.into_iter().flatten().any(|known| known.as_str() == Some(feature));
    let is_tls = |feature: &str| feature == "rustls" && has("native-tls");
    let missing = dependency.features.iter().copied().filter(|feature| !has(feature) && !is_tls(feature)).collect();
    Entry::Present { missing }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn needed() -> Vec<Dependency> {
        let document = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\npaths:\n  /x: { get: { operationId: x, \
                        responses: { '204': { description: Done. } } } }";
        openapi_smith::generate(document, &openapi_smith::Settings::new()).unwrap().dependencies
    }

    const LINE: &str = "openapi-smith-runtime = { version = \"0.1\", features = [\"rustls\"] }";

    #[test]
    fn a_missing_dependency_is_added_to_its_table() {
        let added = |text: &str| with(text, &needed()).unwrap().0;
        assert_eq!(added("[package]\nname = \"a\"\n"), format!("[package]\nname = \"a\"\n\n[dependencies]\n{LINE}\n"));
        assert_eq!(added("[dependencies] # ours\nb = \"1\"\n"), format!("[dependencies] # ours\n{LINE}\nb = \"1\"\n"));
    }

    #[test]
    fn a_present_dependency_is_left_alone() {
        let entries = |text: &str| {
            let (after, entries) = with(text, &needed()).unwrap();
            assert_eq!(after, text);
            entries
        };
        let dependency = |rest: &str| format!("[dependencies]\nopenapi-smith-runtime = {rest}\n");
        assert_eq!(entries(&dependency("\"0.1\"")), [Entry::Present { missing: vec!["rustls"] }]);
        let native = dependency("{ version = \"0.1\", features = [\"native-tls\"] }");
        assert_eq!(entries(&native), [Entry::Present { missing: Vec::new() }]);
    }

    #[test]
    fn dependencies_without_a_table_of_their_own_are_refused() {
        assert!(with("dependencies = { b = \"1\" }\n", &needed()).is_err());
        assert!(with("[dependencies\n", &needed()).is_err());
    }
}

//! The operations whose names resemble an unknown one.

use openapi_smith::{ListedOperation, Problem};

use crate::files::Document;

/// The most names that are suggested.
const MOST: usize = 3;

/// The least similarity of a suggested name, from 0 to 1.
const LEAST: f64 = 0.8;

/// The operations that a problem about an unknown operation may mean, the most similar first.
pub(crate) fn operations(document: &Document, problem: &Problem) -> Vec<String> {
    let Some((_, wanted)) = problem.setting().filter(|_| problem.code() == "unknown-operation") else {
        return Vec::new();
    };
    let listed = openapi_smith::list(document.input()).unwrap_or_default();
    let names = |operation: ListedOperation| {
        let address = format!("{} {}", operation.method, operation.path);
        operation.id.into_iter().chain([address])
    };
    let wanted = plain(wanted);
    let mut near: Vec<(f64, String)> = listed
        .into_iter()
        .flat_map(names)
        .map(|name| (similarity(&wanted, &plain(&name)), name))
        .filter(|(similarity, _)| *similarity >= LEAST)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    near.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// A name that contains the wanted one resembles it, however long it is.
fn similarity(wanted: &str, name: &str) -> f64 {
    let contains = wanted.len() > 2 && name.contains(wanted);
    if contains { strsim::jaro_winkler(wanted, name).max(LEAST) } else { strsim::jaro_winkler(wanted, name) }
}

/// The letters and digits: `list_pets` resembles `listPets`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '/').flat_map(char::to_lowercase).collect()
}

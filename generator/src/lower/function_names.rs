//! Operation ids that frameworks make of the name of a function and of its path.

use std::collections::{BTreeMap, BTreeSet};

use super::operation::Candidate;
use crate::ir::HttpMethod;

/// The names that the functions of a document lead to.
#[derive(Default)]
pub(super) struct FunctionNames {
    /// The name of each operation, by its pointer.
    pub(super) operations: BTreeMap<String, String>,
    /// The words for the forms of these operations, by the key of the component: `Body_{operationId}`.
    pub(super) bodies: BTreeMap<String, String>,
    /// The pattern of all ids.
    pub(super) id_pattern: &'static str,
}

/// A pattern of ids.
struct IdPattern {
    text: &'static str,
    /// The function in an id of this pattern, by id and path.
    function: for<'i> fn(&'i str, &str) -> Option<&'i str>,
}

/// FastAPI and Litestar.
const ID_PATTERNS: [IdPattern; 2] = [
    IdPattern { text: "{function}_{path}_{method}", function: before_path },
    IdPattern { text: "{path}{function}", function: after_path },
];

/// The names by function. Empty unless all ids of the document have one pattern. If a function has several methods of one path,
/// the method is part of the name. A function of several paths is no name for them, so these operations keep their ids.
pub(super) fn of(candidates: &[Candidate<'_>]) -> FunctionNames {
    ID_PATTERNS.iter().find_map(|pattern| of_pattern(candidates, pattern)).unwrap_or_default()
}

fn of_pattern(candidates: &[Candidate<'_>], pattern: &IdPattern) -> Option<FunctionNames> {
    let mut operations: BTreeMap<&str, Vec<(&Candidate<'_>, &str)>> = BTreeMap::new();
    for candidate in candidates {
        let id = candidate.node.get("operationId").and_then(|id| id.value().as_str())?;
        operations.entry((pattern.function)(id, &candidate.path)?).or_default().push((candidate, id));
    }
    let mut names = FunctionNames { id_pattern: pattern.text, ..FunctionNames::default() };
    let taken: BTreeSet<&str> = operations.keys().copied().collect();
    for (function, all) in &operations {
        let is_one_path = all.windows(2).all(|pair| matches!(pair, [one, other] if one.0.path == other.0.path));
        let name = |candidate: &Candidate<'_>| match all.len() {
            1 => (*function).to_owned(),
            _ => format!("{function}_{}", candidate.method.as_str().to_lowercase()),
        };
        if !is_one_path || (all.len() > 1 && all.iter().any(|(candidate, _)| taken.contains(name(candidate).as_str())))
        {
            continue;
        }
        for (candidate, id) in all.iter().filter(|(candidate, id)| name(candidate) != *id) {
            names.operations.insert(candidate.node.at().pointer().to_owned(), name(candidate));
            names.bodies.insert(format!("Body_{id}"), format!("{function} body"));
        }
    }
    Some(names)
}

/// The function in an id, if the id ends with the path and a method. FastAPI gives all methods of a function one id.
fn before_path<'i>(id: &'i str, path: &str) -> Option<&'i str> {
    let path: String = path.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let (before, method) = id.rsplit_once('_')?;
    let function = before.strip_suffix(&path).filter(|_| is_method(method))?;
    (!function.is_empty()).then_some(function)
}

/// The function in an id, if the id begins with the path, and both are written without separators: `PetsPetIdGetPet`.
fn after_path<'i>(id: &'i str, path: &str) -> Option<&'i str> {
    let path: String = path.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_written_so =
        id.starts_with(|c: char| c.is_ascii_uppercase()) && id.bytes().all(|b| b.is_ascii_alphanumeric());
    let (start, function) = id.split_at_checked(path.len()).filter(|_| is_written_so)?;
    // `PetsGet` has no function.
    let is_function =
        function.starts_with(|c: char| c.is_ascii_uppercase()) && !is_method(&function.to_ascii_lowercase());
    (is_function && start.eq_ignore_ascii_case(&path)).then_some(function)
}

fn is_method(text: &str) -> bool {
    HttpMethod::ALL.iter().any(|(key, _)| *key == text)
}

#[cfg(test)]
mod tests {
    use super::{after_path, before_path};

    #[test]
    fn an_id_of_litestar_begins_with_the_path() {
        assert_eq!(after_path("PetsPetIdGetPet", "/pets/{pet_id}"), Some("GetPet"));
        assert_eq!(after_path("ApiV1PetsGetPets", "/api/v1/pets"), Some("GetPets"));
        assert_eq!(after_path("Health", "/"), Some("Health"));
        for (id, path) in [
            ("PetsGet", "/pets"),
            ("Pets", "/pets"),
            ("PetsList", "/dogs"),
            ("Petshop", "/pets"),
            ("petsList", "/pets"),
            ("Pets_List", "/pets"),
            ("Pet\u{e9}", "/pet"),
        ] {
            assert_eq!(after_path(id, path), None, "{id} {path}");
        }
    }

    #[test]
    fn an_id_of_fastapi_ends_with_path_and_method() {
        let path = "/work_pools/{work_pool_name}/queues/{name}";
        let id = "read_work_queue_work_pools__work_pool_name__queues__name__get";
        assert_eq!(before_path(id, path), Some("read_work_queue"));
        assert_eq!(before_path("root__get", "/"), Some("root"));
        assert_eq!(before_path(id, "/work_pools/{name}"), None);
        assert_eq!(before_path("_pets_get", "/pets"), None);
        assert_eq!(before_path("list_pets_all", "/pets"), None);
        assert_eq!(before_path("listPets", "/pets"), None);
    }
}

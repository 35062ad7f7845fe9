//! Operation ids of FastAPI, which are made of a function's name, the path and the method.

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
}

/// The names by function. Empty unless all ids of the document have the form `{function}_{path}_{method}`. If a function has
/// several methods of one path, the method is part of the name. A function of several paths is no name for them, so these
/// operations keep their ids.
pub(super) fn of(candidates: &[Candidate<'_>]) -> FunctionNames {
    let mut operations: BTreeMap<&str, Vec<(&Candidate<'_>, &str)>> = BTreeMap::new();
    for candidate in candidates {
        let id = candidate.node.get("operationId").and_then(|id| id.value().as_str());
        let Some((id, function)) = id.and_then(|id| Some((id, function(id, &candidate.path)?))) else {
            return FunctionNames::default();
        };
        operations.entry(function).or_default().push((candidate, id));
    }
    let mut names = FunctionNames::default();
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
        for (candidate, id) in all {
            names.operations.insert(candidate.node.at().pointer().to_owned(), name(candidate));
            names.bodies.insert(format!("Body_{id}"), format!("{function} body"));
        }
    }
    names
}

/// The function in an id, if the id ends with the path and a method. FastAPI gives all methods of a function one id.
fn function<'i>(id: &'i str, path: &str) -> Option<&'i str> {
    let path: String = path.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let (before, method) = id.rsplit_once('_')?;
    let is_method = HttpMethod::ALL.iter().any(|(key, _)| *key == method);
    let function = before.strip_suffix(&path).filter(|_| is_method)?;
    (!function.is_empty()).then_some(function)
}

#[cfg(test)]
mod tests {
    use super::function;

    #[test]
    fn an_id_of_fastapi_ends_with_path_and_method() {
        let path = "/work_pools/{work_pool_name}/queues/{name}";
        let id = "read_work_queue_work_pools__work_pool_name__queues__name__get";
        assert_eq!(function(id, path), Some("read_work_queue"));
        assert_eq!(function("root__get", "/"), Some("root"));
        assert_eq!(function(id, "/work_pools/{name}"), None);
        assert_eq!(function("_pets_get", "/pets"), None);
        assert_eq!(function("list_pets_all", "/pets"), None);
        assert_eq!(function("listPets", "/pets"), None);
    }
}

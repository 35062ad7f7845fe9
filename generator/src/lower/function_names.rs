//! Operation ids of FastAPI, which are made of a function's name, the path and the method.

use std::collections::BTreeMap;

use super::operation::Candidate;

/// The function's name of each operation, by the operation's pointer. Empty unless all ids of the document have the form
/// `{function}_{path}_{method}`. A function of several operations is no name for them, so they keep their ids.
pub(super) fn of(candidates: &[Candidate<'_>]) -> BTreeMap<String, String> {
    let mut functions: Vec<(String, &str)> = Vec::new();
    for candidate in candidates {
        let id = candidate.node.get("operationId").and_then(|id| id.value().as_str());
        let Some(function) = id.and_then(|id| function(id, &candidate.path, candidate.method.as_str())) else {
            return BTreeMap::new();
        };
        functions.push((candidate.node.at().pointer().to_owned(), function));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, function) in &functions {
        *counts.entry(function).or_default() += 1;
    }
    let is_alone = |function: &str| counts.get(function) == Some(&1);
    let alone = functions.iter().filter(|(_, function)| is_alone(function));
    alone.map(|(pointer, function)| (pointer.clone(), (*function).to_owned())).collect()
}

/// The function in an id, if the id ends with path and method.
fn function<'i>(id: &'i str, path: &str, method: &str) -> Option<&'i str> {
    let path: String = path.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let function = id.strip_suffix(&format!("{path}_{}", method.to_lowercase()))?;
    (!function.is_empty()).then_some(function)
}

#[cfg(test)]
mod tests {
    use super::function;

    #[test]
    fn an_id_of_fastapi_ends_with_path_and_method() {
        let path = "/work_pools/{work_pool_name}/queues/{name}";
        let id = "read_work_queue_work_pools__work_pool_name__queues__name__get";
        assert_eq!(function(id, path, "GET"), Some("read_work_queue"));
        assert_eq!(function("root__get", "/", "GET"), Some("root"));
        assert_eq!(function(id, path, "PUT"), None);
        assert_eq!(function("_pets_get", "/pets", "GET"), None);
        assert_eq!(function("listPets", "/pets", "GET"), None);
    }
}

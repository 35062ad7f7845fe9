//! Compares lists of servers: which URLs a deployed client may use.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::WireImpact;
use crate::read::Node;

/// One entry of `servers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) url: String,
    /// The URL with a placeholder without name for each variable.
    template: String,
    /// The URL with the defaults of the variables.
    default: String,
    /// The values of each variable that lists them, by the position in the URL.
    values: BTreeMap<usize, BTreeSet<String>>,
}

/// The servers of a list.
pub(super) fn listed(servers: Option<&Node<'_>>) -> Vec<Server> {
    let all = servers.and_then(|node| node.value().as_array()).map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(server).collect()
}

fn server(value: &Value) -> Option<Server> {
    let url = value.get("url")?.as_str()?.trim_end_matches('/').to_owned();
    let variables = value.get("variables").and_then(Value::as_object);
    let mut server =
        Server { url: url.clone(), template: String::new(), default: String::new(), values: BTreeMap::new() };
    let mut rest = url.as_str();
    let mut position = 0;
    while let Some((before, from)) = rest.split_once('{') {
        let Some((name, after)) = from.split_once('}') else { break };
        let variable = variables.and_then(|all| all.get(name));
        let texts = variable.and_then(|of| of.get("enum")).and_then(Value::as_array);
        if let Some(texts) = texts {
            server.values.insert(position, texts.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        }
        let default = variable.and_then(|of| of.get("default")).and_then(Value::as_str).unwrap_or_default();
        server.template.extend([before, "{}"]);
        server.default.extend([before, default]);
        (rest, position) = (after, position + 1);
    }
    server.template.push_str(rest);
    server.default.push_str(rest);
    Some(server)
}

impl Server {
    /// Whether this server has every URL of another one.
    fn covers(&self, other: &Server) -> bool {
        let has_values = |(position, values): (&usize, &BTreeSet<String>)| {
            other.values.get(position).is_some_and(|before| before.is_subset(values))
        };
        let is_literal = other.template == other.url;
        (self.template == other.template && self.values.iter().all(has_values))
            || (is_literal && self.default == other.url)
    }
}

/// The impact of a changed list.
pub(super) fn judge(before: &[Server], after: &[Server]) -> (WireImpact, &'static str) {
    let covered = |some: &[Server], by: &[Server]| some.iter().all(|one| by.iter().any(|other| other.covers(one)));
    match (covered(before, after), covered(after, before)) {
        (true, true) => (WireImpact::None, "the URLs are the same"),
        (true, false) => (WireImpact::Additive, "the old URLs are still declared"),
        _ => (WireImpact::Breaking, "a URL that deployed clients may use is no longer declared"),
    }
}

/// The added and the removed URLs, in a few words.
pub(super) fn difference(before: &[Server], after: &[Server]) -> String {
    let only = |some: &[Server], others: &[Server]| -> Vec<String> {
        let is_other = |one: &&Server| others.iter().all(|other| other.url != one.url);
        some.iter().filter(is_other).map(|one| format!("`{}`", one.url)).collect()
    };
    let (gone, fresh) = (only(before, after).join(", "), only(after, before).join(", "));
    match (gone.is_empty(), fresh.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!(": {fresh} added"),
        (false, true) => format!(": {gone} removed"),
        (false, false) => format!(" from {gone} to {fresh}"),
    }
}

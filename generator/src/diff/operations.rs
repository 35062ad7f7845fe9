//! Compares operations: matches them, then their parameters, bodies and responses.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::change::{ChangeKind, Direction, WireImpact};
use super::schemas::Context;
use super::servers;
use super::side::Side;
use super::view::View;
use super::walk::{Draft, Excerpt, SiteId, Walk};
use crate::ir::{self, JsonType, Operation, ParameterLocation, ParameterStyle, SchemeKind};
use crate::lower;
use crate::read::{Node, Section};

/// Two matched operations.
struct Operations<'d> {
    old: &'d Operation,
    new: &'d Operation,
    old_node: Node<'d>,
    new_node: Node<'d>,
    site: SiteId,
    label: String,
}

/// The verdicts of something that comes and of something that goes, in one direction.
#[derive(Clone, Copy)]
pub(super) struct Verdicts {
    pub(super) direction: Direction,
    pub(super) comes: (WireImpact, &'static str),
    pub(super) goes: (WireImpact, &'static str),
}

/// `required` of what clients send.
const REQUIRED_OF_CLIENTS: Verdicts = Verdicts {
    direction: Direction::Request,
    comes: (WireImpact::Breaking, "a deployed client may leave it out"),
    goes: (WireImpact::Additive, "deployed clients send it"),
};

/// A declared parameter.
pub(super) struct Parameter<'d> {
    pub(super) name: String,
    pub(super) location: String,
    pub(super) node: Node<'d>,
    /// The element of `parameters`, which may refer to `node`.
    pub(super) own: Node<'d>,
}

impl<'d> Walk<'d> {
    /// Compares every chosen operation of the two documents.
    pub(super) fn operations_of_both(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut gone: Vec<&'d Operation> = old.api.operations.iter().collect();
        let mut pairs = Vec::new();
        let mut fresh: Vec<&'d Operation> = Vec::new();
        // Method and path identify an operation better than its name, so they are matched first.
        let tests: [fn(&Operation, &Operation) -> bool; 3] = [
            |one, other| one.method == other.method && one.path == other.path,
            |one, other| one.method == other.method && template(&one.path) == template(&other.path),
            |one, other| one.name.wire == other.name.wire,
        ];
        let mut waiting: Vec<&'d Operation> = new.api.operations.iter().collect();
        for test in tests {
            fresh.clear();
            for operation in waiting {
                match gone.iter().position(|other| test(other, operation)) {
                    Some(index) => pairs.push((gone.remove(index), operation)),
                    None => fresh.push(operation),
                }
            }
            waiting = fresh.clone();
        }
        for (old, new) in pairs {
            self.operation_pairs.push((old.name.wire.clone(), new.name.wire.clone()));
            self.operation(old, new);
        }
        for operation in waiting {
            self.alone(operation, true);
        }
        for operation in gone {
            self.alone(operation, false);
        }
        self.servers();
        self.schemes();
    }

    /// Notes an operation that only one document has, or that the settings choose in only one.
    fn alone(&mut self, operation: &'d Operation, is_new: bool) {
        let (here, there) = if is_new { (self.new, self.old) } else { (self.old, self.new) };
        let elsewhere = there.listed.iter().find(|listed| {
            listed.method == operation.method.as_str() && template(&listed.path) == template(&operation.path)
        });
        let id = &operation.name.wire;
        let address = format!("{} {}", operation.method.as_str(), operation.path);
        let flaw = elsewhere.and_then(|listed| there.flaw_of(listed));
        let (kind, what, wire, reason) = match (is_new, elsewhere.is_some()) {
            (true, true) if flaw.is_some() => (
                ChangeKind::OperationMended,
                format!("the operation `{id}` ({address}) has no flaw any more"),
                WireImpact::None,
                "it was left out of the old client because of its flaw",
            ),
            (false, true) if flaw.is_some() => (
                ChangeKind::OperationFlawed,
                format!("the operation `{id}` ({address}) has a flaw, and is left out"),
                WireImpact::Breaking,
                "because of the flaw, its requests and responses cannot be compared",
            ),
            (true, false) => (
                ChangeKind::OperationAdded,
                format!("the operation `{id}` ({address}) added"),
                WireImpact::Additive,
                "deployed clients do not call it",
            ),
            (false, false) => (
                ChangeKind::OperationRemoved,
                format!("the operation `{id}` ({address}) removed"),
                WireImpact::Breaking,
                "a deployed client that calls it gets no valid response",
            ),
            (true, true) => (
                ChangeKind::OperationSelected,
                format!("the operation `{id}` ({address}) is now chosen"),
                WireImpact::None,
                "the document had it before; its tags or the settings choose it now",
            ),
            (false, true) => (
                ChangeKind::OperationDeselected,
                format!("the operation `{id}` ({address}) is no longer chosen"),
                WireImpact::None,
                "the document still has it; its tags or the settings no longer choose it",
            ),
        };
        // The first line is the problem, the others say where it is and what to do.
        let flaw = flaw.and_then(|flaw| flaw.lines().next());
        let reason = flaw.map_or_else(|| reason.to_owned(), |flaw| format!("{reason}: {flaw}"));
        let anchors = anchors_of(operation);
        let site = self.site(None, anchors);
        if let Some(site) = self.sites.get_mut(site) {
            site.operation = Some(id.clone());
        }
        let own = here.node_of(operation).map(|node| Excerpt::at(node.at().pointer()).showing(&address));
        let other = elsewhere.map(|listed| Excerpt::at(listed.location.pointer()).showing(&address));
        let (old, new) = if is_new { (other, own) } else { (own, other) };
        self.draft(Draft { site, kind, what, old, new, direction: None, wire, reason, anchors: BTreeSet::new() });
    }

    fn operation(&mut self, old: &'d Operation, new: &'d Operation) {
        let (Some(old_node), Some(new_node)) = (self.old.node_of(old), self.new.node_of(new)) else { return };
        if old.name.rust != new.name.rust {
            self.renames.insert(format!("Client::{}", old.name.rust), new.name.rust.clone());
        }
        if let (Some(old), Some(new)) = (&old.stream, &new.stream)
            && old.name.rust != new.name.rust
        {
            self.renames.insert(format!("Client::{}", old.name.rust), new.name.rust.clone());
        }
        if old.type_prefix != new.type_prefix {
            for name in made_for(self.old, &old.type_prefix) {
                let rest = name.strip_prefix(old.type_prefix.as_str()).unwrap_or_default();
                let renamed = format!("{}{rest}", new.type_prefix);
                if self.new.surface.contains_key(&renamed) {
                    self.renames.insert(name, renamed);
                }
            }
        }
        let mut anchors = anchors_of(old);
        anchors.extend(anchors_of(new));
        let site = self.site(None, anchors);
        if let Some(site) = self.sites.get_mut(site) {
            site.operation = Some(new.name.wire.clone());
        }
        let label = format!("`{}`", new.name.wire);
        let operations = Operations { old, new, old_node, new_node, site, label };
        self.identity(&operations);
        self.annotations_of(
            (&operations.old_node, &operations.new_node),
            site,
            &operations.label,
            &["summary", "description", "externalDocs"],
        );
        self.parameters(&operations);
        self.body(&operations);
        self.responses(&operations);
        self.security(&operations);
        self.servers_of(&operations);
    }

    fn identity(&mut self, operations: &Operations<'d>) {
        let Operations { old, new, old_node, new_node, label, .. } = operations;
        let key = |node: &Node<'d>, key: &str| node.get(key).map(|node| Excerpt::of(&node));
        if old.name.wire != new.name.wire {
            let what = format!("the operation `{}` is renamed to {label}", old.name.wire);
            let excerpts = (key(old_node, "operationId"), key(new_node, "operationId"));
            let reason = "method and path are the same, and the name is never sent";
            self.note(operations.site, ChangeKind::OperationRenamed, what, excerpts, None, (WireImpact::None, reason));
        }
        let address = |node: &Node<'d>, text: &str| Some(Excerpt::at(node.at().pointer()).showing(text));
        if template(&old.path) != template(&new.path) {
            let what = format!("the path of {label} changed from `{}` to `{}`", old.path, new.path);
            let excerpts = (address(old_node, &old.path), address(new_node, &new.path));
            let verdict = (WireImpact::Breaking, "a deployed client calls the old path");
            self.note(operations.site, ChangeKind::PathRenamed, what, excerpts, None, verdict);
        }
        // The names of a path are never sent, but values are identified by them.
        let (before, after) = (placeholders(&old.path), placeholders(&new.path));
        let is_moved =
            |(index, name): (usize, &String)| after.iter().position(|now| now == name).is_some_and(|now| now != index);
        if template(&old.path) == template(&new.path) && before.iter().enumerate().any(is_moved) {
            let what = format!("the values in the path of {label} changed from `{}` to `{}`", old.path, new.path);
            let excerpts = (address(old_node, &old.path), address(new_node, &new.path));
            let verdict = (WireImpact::Breaking, "a deployed client sends the values in the old order");
            self.note(operations.site, ChangeKind::PathRenamed, what, excerpts, None, verdict);
        }
        if old.method != new.method {
            let (before, after) = (old.method.as_str(), new.method.as_str());
            let what = format!("the method of {label} changed from `{before}` to `{after}`");
            let excerpts = (address(old_node, before), address(new_node, after));
            let verdict = (WireImpact::Breaking, "a deployed client uses the old method");
            self.note(operations.site, ChangeKind::MethodChanged, what, excerpts, None, verdict);
        }
        let tags = |node: &Node<'d>| node.texts("tags").unwrap_or_default().into_iter().collect::<BTreeSet<_>>();
        if tags(old_node) != tags(new_node) {
            let what = format!("the tags of {label} changed");
            let excerpts = (key(old_node, "tags"), key(new_node, "tags"));
            let verdict = (WireImpact::None, "tags are never sent");
            self.note(operations.site, ChangeKind::TagsChanged, what, excerpts, None, verdict);
        }
    }

    fn parameters(&mut self, operations: &Operations<'d>) {
        let Operations { old, new, old_node, new_node, label, site } = operations;
        // OpenAPI ignores header parameters such as `Authorization`, and so does the client.
        let sent = |side: &'d Side, operation: &'d Operation, node: &Node<'d>| -> Vec<Parameter<'d>> {
            let all = declared(side, node).into_iter();
            all.filter(|parameter| lowered(operation, parameter).is_some()).collect()
        };
        let (mut before, mut after) = (sent(self.old, old, old_node), sent(self.new, new, new_node));
        let mut pairs = Vec::new();
        let mut take = |test: &dyn Fn(&Parameter<'d>, &Parameter<'d>) -> bool,
                        before: &mut Vec<Parameter<'d>>,
                        after: &mut Vec<Parameter<'d>>| {
            for parameter in std::mem::take(after) {
                match before.iter().position(|other| test(other, &parameter)) {
                    Some(index) => pairs.push((before.remove(index), parameter)),
                    None => after.push(parameter),
                }
            }
        };
        take(&|one, other| one.name == other.name && one.location == other.location, &mut before, &mut after);
        // The case of a header's name has no meaning.
        let same_header = |one: &Parameter<'d>, other: &Parameter<'d>| {
            one.location == "header" && other.location == "header" && one.name.eq_ignore_ascii_case(&other.name)
        };
        take(&same_header, &mut before, &mut after);
        // Path parameters are identified by their position.
        let (old_names, new_names) = (placeholders(&old.path), placeholders(&new.path));
        let position = |names: &[String], name: &str| names.iter().position(|other| other == name);
        let same_position = |one: &Parameter<'d>, other: &Parameter<'d>| {
            one.location == "path"
                && other.location == "path"
                && template(&old.path) == template(&new.path)
                && position(&old_names, &one.name) == position(&new_names, &other.name)
        };
        take(&same_position, &mut before, &mut after);
        take(&|one, other| one.name == other.name, &mut before, &mut after);
        for (one, other) in pairs {
            self.parameter(operations, &one, &other);
        }
        for parameter in after {
            let is_required = parameter.node.flag("required").unwrap_or_default();
            let verdict = if is_required {
                (WireImpact::Breaking, "it is required, and a deployed client does not send it")
            } else {
                (WireImpact::Additive, "it is optional, and deployed clients leave it out")
            };
            let what = format!("the {} parameter `{}` added to {label}", parameter.location, parameter.name);
            let site = self.site(Some(*site), parameter_paths(new, &parameter));
            let excerpts = (None, Some(own_excerpt(&parameter.own, &parameter.node)));
            self.note(site, ChangeKind::ParameterAdded, what, excerpts, Some(Direction::Request), verdict);
        }
        for parameter in before {
            let what = format!("the {} parameter `{}` removed from {label}", parameter.location, parameter.name);
            let site = self.site(Some(*site), parameter_paths(old, &parameter));
            let excerpts = (Some(own_excerpt(&parameter.own, &parameter.node)), None);
            let verdict = (WireImpact::Breaking, "a deployed client may still send it, but it is no longer declared");
            self.note(site, ChangeKind::ParameterRemoved, what, excerpts, Some(Direction::Request), verdict);
        }
    }

    fn parameter(&mut self, operations: &Operations<'d>, old: &Parameter<'d>, new: &Parameter<'d>) {
        let mut anchors = parameter_paths(operations.old, old);
        anchors.extend(parameter_paths(operations.new, new));
        let site = self.site(Some(operations.site), anchors);
        let of = match (shared(&old.node, &new.node), in_path_item(&old.node, &new.node)) {
            (Some(_), _) => "that operations share".to_owned(),
            (None, true) => format!("of the path `{}`", operations.new.path),
            (None, false) => format!("of {}", operations.label),
        };
        let label = format!("the {} parameter `{}` {of}", new.location, new.name);
        let direction = Some(Direction::Request);
        let excerpt =
            |parameter: &Parameter<'d>, text: &str| Some(Excerpt::at(parameter.node.at().pointer()).showing(text));
        if old.name != new.name {
            let what = format!(
                "the {} parameter `{}` of {} is renamed to `{}`",
                new.location, old.name, operations.label, new.name
            );
            let excerpts = (excerpt(old, &old.name), excerpt(new, &new.name));
            let reason = match new.location.as_str() {
                "header" => "the case of a header's name has no meaning",
                _ => "the path contains only its value",
            };
            let verdict = (WireImpact::None, reason);
            self.note(site, ChangeKind::ParameterRenamed, what, excerpts, direction, verdict);
        }
        if old.location != new.location {
            let what = format!(
                "the parameter `{}` of {} is sent in the {} now, and was in the {}",
                new.name, operations.label, new.location, old.location
            );
            let excerpts = (excerpt(old, &old.location), excerpt(new, &new.location));
            let verdict = (WireImpact::Breaking, "a deployed client sends it in the old location");
            self.note(site, ChangeKind::ParameterMoved, what, excerpts, direction, verdict);
        }
        let flag = |parameter: &Parameter<'d>, key: &str| parameter.node.flag(key).unwrap_or_default();
        let is_required = |parameter: &Parameter<'d>| parameter.location == "path" || flag(parameter, "required");
        let nodes = (&old.node, &new.node);
        self.required(nodes, (is_required(old), is_required(new)), site, &label, REQUIRED_OF_CLIENTS);
        let written = self.written(operations, old, new);
        if let Some((before, after)) = written.filter(|(before, after)| old.location == new.location && before != after)
        {
            let what = format!("the style of {label} changed from {before} to {after}");
            let excerpts = (flagged(&old.node, "style"), flagged(&new.node, "style"));
            let verdict = match (Style { is_reserved: true, ..before }) == after {
                true => (WireImpact::Additive, "percent-encoded characters are still valid"),
                false => (WireImpact::Breaking, "a deployed client uses the old style"),
            };
            self.note(site, ChangeKind::ParameterStyle, what, excerpts, direction, verdict);
        }
        self.deprecation((&old.node, &new.node), site, &label);
        self.annotations_of((&old.node, &new.node), site, &label, &["description"]);
        let verdicts = [
            (WireImpact::Breaking, "a deployed client may send any value"),
            (WireImpact::Additive, "values from deployed clients are still valid"),
        ];
        let context = Context { parent: site, direction: Direction::Request, label: &label, may_lack: false };
        self.schemas((schema_of(&old.node), schema_of(&new.node)), &context, verdicts);
    }

    /// How the client writes a parameter before and after, as far as it makes a difference for its values.
    fn written(&self, operations: &Operations<'d>, old: &Parameter<'d>, new: &Parameter<'d>) -> Option<(Style, Style)> {
        let (before, after) = (lowered(operations.old, old)?, lowered(operations.new, new)?);
        let kinds = [before.ty.json_types(&self.old.api.types), after.ty.json_types(&self.new.api.types)];
        let may_be =
            |kind: JsonType| kinds.iter().any(|kinds| kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind)));
        let (has_lists, has_objects) = (may_be(JsonType::Array), may_be(JsonType::Object));
        let of = |parameter: &ir::Parameter| Style::of(parameter.style, has_lists, has_objects);
        Some((of(before), of(after)))
    }

    /// The schemas of two parameters, headers or bodies. The verdicts are those of a schema that comes, and of one that goes.
    pub(super) fn schemas(
        &mut self,
        sides: (Option<Node<'d>>, Option<Node<'d>>),
        context: &Context<'_>,
        [comes, goes]: [(WireImpact, &'static str); 2],
    ) {
        match sides {
            (Some(old), Some(new)) => self.schema(&old, &new, context),
            (None, None) => {}
            (old, new) => {
                let (does, verdict) =
                    if new.is_some() { ("now has a schema", comes) } else { ("no longer has a schema", goes) };
                let what = format!("{} {does}", context.label);
                let excerpts = (old.map(|node| Excerpt::of(&node)), new.map(|node| Excerpt::of(&node)));
                self.note(context.parent, ChangeKind::TypeChanged, what, excerpts, Some(context.direction), verdict);
            }
        }
    }

    fn body(&mut self, operations: &Operations<'d>) {
        let Operations { old_node, new_node, label, .. } = operations;
        let of = |node: &Node<'d>| {
            let own = node.get("requestBody")?;
            Some((own.resolve(Section::RequestBodies).ok()?, own))
        };
        let mut anchors: Vec<String> = Vec::new();
        for operation in [operations.old, operations.new] {
            let (method, prefix) = (&operation.name.rust, &operation.type_prefix);
            anchors.extend(["body", "request_body"].into_iter().flat_map(|name| {
                let in_params = format!("{prefix}Params");
                [format!("Client::{method}#{name}"), format!("{in_params}.{name}"), format!("{in_params}::{name}")]
            }));
            anchors.extend([format!("{prefix}Body"), format!("{prefix}Form"), format!("Client::{method}#params")]);
        }
        let direction = Some(Direction::Request);
        let label = format!("the body of {label}");
        let is_required = |node: &Node<'d>| node.flag("required").unwrap_or_default();
        let (old, new) = match (of(old_node), of(new_node)) {
            (Some((old, _)), Some((new, _))) => (old, new),
            (None, None) => return,
            (None, Some((new, own))) => {
                let verdict = if is_required(&new) {
                    (WireImpact::Breaking, "it is required, and a deployed client does not send it")
                } else {
                    (WireImpact::Additive, "it is optional, and deployed clients leave it out")
                };
                let site = self.site(Some(operations.site), anchors);
                let excerpts = (None, Some(Excerpt::at(own.at().pointer())));
                let what = format!("{label} added");
                return self.note(site, ChangeKind::BodyAdded, what, excerpts, direction, verdict);
            }
            (Some((_, own)), None) => {
                let site = self.site(Some(operations.site), anchors);
                let excerpts = (Some(Excerpt::at(own.at().pointer())), None);
                let verdict =
                    (WireImpact::Breaking, "a deployed client may still send it, but it is no longer declared");
                return self.note(
                    site,
                    ChangeKind::BodyRemoved,
                    format!("{label} removed"),
                    excerpts,
                    direction,
                    verdict,
                );
            }
        };
        let site = self.site(Some(operations.site), anchors);
        let label = shared(&old, &new).map_or(label, |name| format!("the shared body `{name}`"));
        let required = (is_required(&old), is_required(&new));
        self.required((&old, &new), required, site, &label, REQUIRED_OF_CLIENTS);
        self.annotations_of((&old, &new), site, &label, &["description"]);
        self.contents((&old, &new), site, &label, Direction::Request);
    }

    fn responses(&mut self, operations: &Operations<'d>) {
        let Operations { old_node, new_node, label, .. } = operations;
        let (before, after) = (responses_of(old_node), responses_of(new_node));
        let mut anchors = Vec::new();
        for operation in [operations.old, operations.new] {
            let (method, prefix) = (&operation.name.rust, &operation.type_prefix);
            anchors.push(format!("Client::{method}#return"));
            anchors.extend(["Response", "Failure"].map(|suffix| format!("{prefix}{suffix}")));
            anchors.extend(operation.stream.iter().map(|stream| format!("Client::{}", stream.name.rust)));
        }
        let responses = self.site(Some(operations.site), anchors);
        let direction = Some(Direction::Response);
        for (status, (new, own)) in &after {
            let Some((old, _)) = before.get(status) else {
                let verdict = match covering(&before, status) {
                    Some((covering, _)) if self.cannot_decode(covering, new, responses) => match is_success(status) {
                        true => (WireImpact::Breaking, "a deployed client decodes it as the declared range or default"),
                        false => {
                            (WireImpact::Additive, "a deployed client returns a failure of another schema undecoded")
                        }
                    },
                    Some(_) => (WireImpact::Additive, "a deployed client handles it as the declared range or default"),
                    None if is_success(status) => (
                        WireImpact::Breaking,
                        "a deployed client has no type for this success and returns it undecoded",
                    ),
                    None => (WireImpact::Additive, "a deployed client returns an undeclared failure undecoded"),
                };
                let what = format!("{} of {label} added", named_response(status));
                let excerpts = (None, Some(Excerpt::at(own.at().pointer())));
                self.note(responses, ChangeKind::StatusAdded, what, excerpts, direction, verdict);
                continue;
            };
            let label = match shared(old, new) {
                Some(name) => format!("the shared response `{name}`"),
                None => format!("{} of {label}", named_response(status)),
            };
            let site = self.site(Some(responses), []);
            self.annotations_of((old, new), site, &label, &["description"]);
            self.headers((old, new), site, &label, [operations.old, operations.new]);
            self.contents((old, new), site, &label, Direction::Response);
        }
        for (status, (old, own)) in before.iter().filter(|(status, _)| !after.contains_key(*status)) {
            let what = format!("{} of {label} removed", named_response(status));
            let excerpts = (Some(Excerpt::at(own.at().pointer())), None);
            let verdict = match covering(&after, status) {
                Some((covering, _)) if is_success(status) && self.cannot_decode(old, covering, responses) => {
                    (WireImpact::Breaking, "a deployed client cannot decode the declared range or default")
                }
                Some(_) => (WireImpact::Additive, "the declared range or default includes it"),
                None if is_success(status) && !after.keys().any(|other| covers(status, other)) => {
                    (WireImpact::Breaking, "the success that a deployed client expects is no longer sent")
                }
                None => (WireImpact::Additive, "all responses were possible before"),
            };
            self.note(responses, ChangeKind::StatusRemoved, what, excerpts, direction, verdict);
        }
    }

    /// Whether a client that decodes a response as the old one fails with the schemas of the new one.
    fn cannot_decode(&mut self, old: &Node<'d>, new: &Node<'d>, site: SiteId) -> bool {
        let (before, after) = (Contents::of(old, Direction::Response).used(), contents_of(new));
        let same =
            before.iter().filter_map(|(media, old)| Some((old, after.get(media).or_else(|| in_range(&after, media))?)));
        let within = after.iter().filter_map(|(media, new)| Some((in_range(&before, media)?, new)));
        let shared: Vec<_> = same.chain(within).collect();
        if shared.is_empty() {
            // Without a body to decode, any content is ignored.
            return !before.is_empty();
        }
        let worst = self.try_out(|walk| {
            for pair in shared {
                walk.content(pair, site, "", Direction::Response);
            }
        });
        worst == WireImpact::Breaking
    }

    fn headers(
        &mut self,
        (old, new): (&Node<'d>, &Node<'d>),
        parent: SiteId,
        label: &str,
        operations: [&'d Operation; 2],
    ) {
        let of = |node: &Node<'d>| -> BTreeMap<String, (Node<'d>, Node<'d>)> {
            let all = node.get("headers").and_then(|all| all.entries().ok()).unwrap_or_default();
            let named = all.into_iter().map(|(name, own)| (name.to_ascii_lowercase(), own));
            // OpenAPI ignores a declared `Content-Type`.
            named
                .filter(|(name, _)| name != "content-type")
                .filter_map(|(name, own)| Some((name, (own.resolve(Section::Headers).ok()?, own))))
                .collect()
        };
        let (before, after) = (of(old), of(new));
        let direction = Some(Direction::Response);
        for (name, (node, own)) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
            let verdict = (WireImpact::Additive, "a deployed client ignores unknown headers");
            let what = format!("the header `{name}` added to {label}");
            let site = self.site(Some(parent), header_paths(operations, name));
            let excerpts = (None, Some(own_excerpt(own, node)));
            self.note(site, ChangeKind::HeaderAdded, what, excerpts, direction, verdict);
        }
        for (name, (node, own)) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
            let verdict = (WireImpact::Breaking, "it is missing for a deployed client that uses it");
            let what = format!("the header `{name}` removed from {label}");
            let site = self.site(Some(parent), header_paths(operations, name));
            let excerpts = (Some(own_excerpt(own, node)), None);
            self.note(site, ChangeKind::HeaderRemoved, what, excerpts, direction, verdict);
        }
        for (name, (new, _)) in &after {
            let Some((old, _)) = before.get(name) else { continue };
            let label = match shared(old, new) {
                Some(shared) => format!("the shared header `{shared}`"),
                None => format!("the header `{name}` of {label}"),
            };
            let site = self.site(Some(parent), header_paths(operations, name));
            self.header((old, new), site, &label);
        }
    }

    fn header(&mut self, (old, new): (&Node<'d>, &Node<'d>), site: SiteId, label: &str) {
        let direction = Some(Direction::Response);
        let flag = |node: &Node<'d>, key: &str| node.flag(key).unwrap_or_default();
        let was_required = flag(old, "required");
        let verdicts = Verdicts {
            direction: Direction::Response,
            comes: (WireImpact::Additive, "deployed clients do not need it"),
            goes: (WireImpact::Breaking, "it may be missing for a deployed client that uses it"),
        };
        self.required((old, new), (was_required, flag(new, "required")), site, label, verdicts);
        // Only the properties of an object are written in two ways.
        let has_objects = [old, new].into_iter().filter_map(schema_of).any(|schema| View::of(&schema).may_be_object());
        let style = |node: &Node<'d>| match node.has("content") {
            true => Style::of(ParameterStyle::Json, false, false),
            false => Style::of(ParameterStyle::Simple { explode: flag(node, "explode") }, true, has_objects),
        };
        let (before, after) = (style(old), style(new));
        if before != after {
            let what = format!("the style of {label} changed from {before} to {after}");
            let excerpts = (flagged(old, "explode"), flagged(new, "explode"));
            let verdict = (WireImpact::Breaking, "a deployed client reads the old style");
            self.note(site, ChangeKind::ParameterStyle, what, excerpts, direction, verdict);
        }
        self.deprecation((old, new), site, label);
        self.annotations_of((old, new), site, label, &["description"]);
        let verdicts = [
            (WireImpact::Additive, "all responses were possible before"),
            (WireImpact::Breaking, "the server may return a value that a deployed client cannot decode"),
        ];
        let context = Context { parent: site, direction: Direction::Response, label, may_lack: !was_required };
        self.schemas((schema_of(old), schema_of(new)), &context, verdicts);
    }

    /// Compares `required`, whose old and new value are given.
    pub(super) fn required(
        &mut self,
        (old, new): (&Node<'d>, &Node<'d>),
        (was_required, is_required): (bool, bool),
        site: SiteId,
        label: &str,
        verdicts: Verdicts,
    ) {
        let (kind, does, verdict) = match (was_required, is_required) {
            (false, true) => (ChangeKind::Required, "is now required", verdicts.comes),
            (true, false) => (ChangeKind::NotRequired, "is no longer required", verdicts.goes),
            _ => return,
        };
        let excerpts = (flagged(old, "required"), flagged(new, "required"));
        self.note(site, kind, format!("{label} {does}"), excerpts, Some(verdicts.direction), verdict);
    }

    fn contents(&mut self, (old, new): (&Node<'d>, &Node<'d>), site: SiteId, label: &str, direction: Direction) {
        let (before, after) = (Contents::of(old, direction), Contents::of(new, direction));
        let comes = match direction {
            Direction::Request => "values from deployed clients are still valid",
            Direction::Response if before.all.is_empty() => "a deployed client ignores an unexpected body",
            Direction::Response => "a deployed client requests only the old media types",
        };
        let is_left =
            |media: &String| after.all.contains_key(media) || after.all.keys().any(|other| is_in_range(other, media));
        let goes = match direction {
            Direction::Request => (WireImpact::Breaking, "a deployed client may send the removed media type"),
            Direction::Response if before.used().keys().any(is_left) => {
                (WireImpact::Additive, "a deployed client requests the other media types, too")
            }
            Direction::Response => (WireImpact::Breaking, "a deployed client requests the removed media type"),
        };
        let comes = (WireImpact::Additive, comes);
        self.media_types((&before, &after), site, label, Verdicts { direction, comes, goes });
    }

    /// Compares the media types of two bodies or responses.
    pub(super) fn media_types(
        &mut self,
        (before, after): (&Contents<'d>, &Contents<'d>),
        site: SiteId,
        label: &str,
        verdicts: Verdicts,
    ) {
        let Verdicts { direction, comes, goes } = verdicts;
        let only = before.all.len() < 2 && after.all.len() < 2;
        let label_of = |media: &str| if only { label.to_owned() } else { format!("{label} as `{media}`") };
        let used = before.used();
        for (media, new) in &after.all {
            if let Some(old) = before.all.get(media) {
                if used.contains_key(media) {
                    self.content((old, new), site, &label_of(media), direction);
                } else {
                    self.unused_content((old, new), site, &label_of(media), (direction, after.unused.contains(media)));
                }
                continue;
            }
            let mut verdict = comes;
            if let Some(old) = in_range(&used, media) {
                self.content((old, new), site, &label_of(media), direction);
                verdict = (WireImpact::Additive, "the declared range includes it");
            }
            let what = format!("the media type `{media}` added to {label}");
            let excerpts = (None, Some(Excerpt::of(new)));
            self.note(site, ChangeKind::MediaTypeAdded, what, excerpts, Some(direction), verdict);
        }
        for (media, old) in before.all.iter().filter(|(media, _)| !after.all.contains_key(*media)) {
            let mut verdict = goes;
            if before.unused.contains(media) {
                verdict = (WireImpact::None, json_alone(direction));
            } else if let Some(new) = in_range(&after.all, media) {
                self.content((old, new), site, &label_of(media), direction);
                verdict = (WireImpact::Additive, "the declared range includes it");
            }
            let what = format!("the media type `{media}` removed from {label}");
            let excerpts = (Some(Excerpt::of(old)), None);
            self.note(site, ChangeKind::MediaTypeRemoved, what, excerpts, Some(direction), verdict);
        }
    }

    /// Compares two media types of one name that a deployed client does not use. If the new client does not either, their
    /// schemas are those of the JSON.
    fn unused_content(
        &mut self,
        (old, new): (&Node<'d>, &Node<'d>),
        site: SiteId,
        label: &str,
        (direction, is_still): (Direction, bool),
    ) {
        self.annotations_of((old, new), site, label, &[]);
        if !is_still && self.try_out(|walk| walk.content((old, new), site, label, direction)) != WireImpact::None {
            let excerpts = (Some(Excerpt::of(old)), Some(Excerpt::of(new)));
            let verdict = (WireImpact::None, json_alone(direction));
            let what = format!("{label} no longer has the schema of the JSON");
            self.note(site, ChangeKind::TypeChanged, what, excerpts, Some(direction), verdict);
        }
    }

    /// Compares two media types of one name.
    fn content(&mut self, (old, new): (&Node<'d>, &Node<'d>), site: SiteId, label: &str, direction: Direction) {
        let (before, after) = (encodings_of(old), encodings_of(new));
        for part in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            let (old, new) = (before.get(part), after.get(part));
            if old.map(|(_, special)| special) != new.map(|(_, special)| special) {
                let what = format!("the `encoding` of the part `{part}` of {label} changed");
                let verdict = (WireImpact::Breaking, "a deployed client uses the old encoding");
                let excerpts = (old.map(|(node, _)| Excerpt::of(node)), new.map(|(node, _)| Excerpt::of(node)));
                self.note(site, ChangeKind::EncodingChanged, what, excerpts, Some(direction), verdict);
            }
        }
        self.annotations_of((old, new), site, label, &[]);
        let context = Context { parent: site, direction, label, may_lack: false };
        let harmless = (WireImpact::Additive, "deployed clients can still decode or send it");
        let verdicts = match direction {
            Direction::Request => [(WireImpact::Breaking, "a deployed client may send any value"), harmless],
            Direction::Response => [harmless, (WireImpact::Breaking, "a deployed client may fail to decode it")],
        };
        // Without a schema, a body that is not JSON is any text or bytes.
        let is_any = |schema: &Node<'d>| {
            let schema = View::of(schema);
            !has_typed_body(old)
                && !has_typed_body(new)
                && schema.values().is_none()
                && schema.types().is_some_and(|types| types.iter().eq(["string"]))
        };
        let mut items = (old.get("itemSchema"), new.get("itemSchema"));
        // A sequence is described by its items, or as the array of them.
        let of_array = |media: &Node<'d>| View::of(&media.get("schema")?).items();
        match (old.get("schema"), new.get("schema")) {
            (Some(_), None) if items.0.is_none() && items.1.is_some() && of_array(old).is_some() => {
                items.0 = of_array(old)
            }
            (None, Some(_)) if items.0.is_some() && items.1.is_none() && of_array(new).is_some() => {
                items.1 = of_array(new)
            }
            (Some(only), None) | (None, Some(only)) if is_any(&only) => {}
            schemas => self.schemas(schemas, &context, verdicts),
        }
        let label = &format!("an item of {label}");
        self.schemas(items, &Context { label, ..context }, verdicts);
    }

    fn security(&mut self, operations: &Operations<'d>) {
        let (old_node, new_node) = (&operations.old_node, &operations.new_node);
        let of = |side: &'d Side, node: &Node<'d>| node.get("security").or_else(|| side.root().get("security"));
        let (old, new) = (of(self.old, old_node), of(self.new, new_node));
        let (before, after) = (alternatives(old.as_ref()), alternatives(new.as_ref()));
        let order = |security: &Option<Node<'d>>| -> Vec<BTreeSet<&'d str>> {
            let all = security.as_ref().and_then(|node| node.elements().ok()).unwrap_or_default();
            let names = |one: &Node<'d>| one.entries().unwrap_or_default().into_iter().map(|(name, _)| name).collect();
            all.iter().map(names).collect()
        };
        let is_same = before == after;
        if is_same && order(&old) == order(&new) {
            return;
        }
        // A credential satisfies requirements with no more schemes and scopes.
        let satisfies = |one: &Alternative, other: &Alternative| {
            other.iter().all(|(scheme, scopes)| one.get(scheme).is_some_and(|has| scopes.is_subset(has)))
        };
        let known: BTreeSet<Alternative> = before.iter().map(|one| self.with_new_names(one)).collect();
        let verdict = if is_same {
            (WireImpact::None, "the server accepts each of the alternatives")
        } else if known == after {
            (WireImpact::None, "only the name of a scheme changed, which is never sent")
        } else if known.iter().all(|one| after.iter().any(|other| satisfies(one, other))) {
            (WireImpact::Additive, "credentials of deployed clients are still sufficient")
        } else if before.iter().any(BTreeMap::is_empty) {
            (WireImpact::Breaking, "a deployed client may send no credential, but one is now required")
        } else {
            (WireImpact::Breaking, "the credential of a deployed client may no longer be sufficient")
        };
        let schemes = before.iter().chain(&after).flat_map(BTreeMap::keys);
        let mut anchors: Vec<String> = schemes.flat_map(|name| self.scheme_paths(name)).collect();
        let methods = [operations.old, operations.new].map(|operation| &operation.name.rust);
        anchors.extend(methods.map(|method| format!("Client::{method}#security")));
        let (from, to) = (spelled_security(&before), spelled_security(&after));
        let what = match is_same {
            true => format!("the order of the security alternatives of {} changed", operations.label),
            false => format!("the security of {} changed from {from} to {to}", operations.label),
        };
        let excerpt = |node: Option<Node<'d>>, operation: &Node<'d>| {
            Some(node.map_or_else(|| Excerpt::at(operation.at().pointer()).showing("none"), |node| Excerpt::of(&node)))
        };
        let site = self.site(Some(operations.site), anchors);
        let excerpts = (excerpt(old, old_node), excerpt(new, new_node));
        self.note(site, ChangeKind::SecurityChanged, what, excerpts, Some(Direction::Request), verdict);
    }

    /// The requirement with the new names of renamed schemes: each document has only one of the names, and the credential
    /// is sent in the same way.
    fn with_new_names(&self, alternative: &Alternative) -> Alternative {
        let is_declared = |side: &Side, name: &str| {
            let pointer = crate::Location::at("/components/securitySchemes").child(name);
            side.at(pointer.pointer()).is_some()
        };
        let now = |name: &String| {
            let scheme = self.old.api.schemes.iter().find(|scheme| scheme.name == *name)?;
            let is_it = |other: &&ir::SecurityScheme| {
                same_credential(&scheme.kind, &other.kind) && !is_declared(self.old, &other.name)
            };
            self.new.api.schemes.iter().find(is_it).filter(|_| !is_declared(self.new, name)).map(|new| new.name.clone())
        };
        alternative.iter().map(|(name, scopes)| (now(name).unwrap_or_else(|| name.clone()), scopes.clone())).collect()
    }

    fn scheme_paths(&self, name: &str) -> Vec<String> {
        let schemes = self.old.api.schemes.iter().chain(&self.new.api.schemes);
        let setters = schemes.filter(|scheme| scheme.name == name).map(|scheme| &scheme.rust);
        setters.flat_map(|name| ["Client", "ClientBuilder"].map(|ty| format!("{ty}::with_{name}"))).collect()
    }

    /// Compares the security schemes that both documents use.
    fn schemes(&mut self) {
        let all = self.old.api.schemes.iter().chain(&self.new.api.schemes);
        for name in all.map(|scheme| &scheme.name).collect::<BTreeSet<_>>() {
            let pointer = crate::Location::at("/components/securitySchemes").child(name);
            let of = |side: &'d Side| side.at(pointer.pointer())?.resolve(Section::SecuritySchemes).ok();
            let (Some(old), Some(new)) = (of(self.old), of(self.new)) else { continue };
            let kind_in = |side: &'d Side| side.api.schemes.iter().find(|scheme| scheme.name == *name);
            let is_same = match (kind_in(self.old), kind_in(self.new)) {
                (Some(old), Some(new)) => same_credential(&old.kind, &new.kind),
                // One document does not use it, or it is not sent.
                _ => old.get("type").map(|node| node.value()) == new.get("type").map(|node| node.value()),
            };
            let label = format!("the security scheme `{name}`");
            let site = self.site(None, self.scheme_paths(name));
            let excerpts = (Some(Excerpt::of(&old)), Some(Excerpt::of(&new)));
            let (kind, direction) = (ChangeKind::SecuritySchemeChanged, Some(Direction::Request));
            if !is_same {
                let what = format!("the credential for {label} is sent differently");
                let verdict = (WireImpact::Breaking, "a deployed client sends it in the old way");
                self.note(site, kind, what, excerpts, direction, verdict);
            } else if declaration(&old) != declaration(&new) {
                let verdict = (WireImpact::None, "the credential is sent in the same way");
                self.note(site, kind, format!("the declaration of {label} changed"), excerpts, direction, verdict);
            }
            self.annotations_of((&old, &new), site, &label, &["description"]);
        }
    }

    /// Compares the servers of the document.
    fn servers(&mut self) {
        let (before, after) = (self.old.root().get("servers"), self.new.root().get("servers"));
        let site = self.site(None, ["DEFAULT_SERVER".to_owned()]);
        self.compare_servers((before, after), site, "the document");
    }

    /// Compares the servers of an operation, if they are its own in one of the documents.
    fn servers_of(&mut self, operations: &Operations<'d>) {
        let own = |side: &'d Side, node: &Node<'d>| {
            let item = || side.at(node.at().pointer().rsplit_once('/')?.0)?.get("servers");
            node.get("servers").or_else(item)
        };
        let (old, new) = (own(self.old, &operations.old_node), own(self.new, &operations.new_node));
        if old.is_none() && new.is_none() {
            return;
        }
        let (before, after) =
            (old.or_else(|| self.old.root().get("servers")), new.or_else(|| self.new.root().get("servers")));
        let mut anchors = Vec::new();
        for servers in [servers::listed(before.as_ref()), servers::listed(after.as_ref())] {
            anchors.extend(servers.iter().map(|server| format!("OPERATION_SERVERS: {}", server.url)));
        }
        anchors.push("OPERATION_SERVERS".to_owned());
        anchors.extend([operations.old, operations.new].iter().flat_map(|operation| anchors_of(operation)));
        let site = self.site(Some(operations.site), anchors);
        self.compare_servers((before, after), site, &operations.label);
    }

    fn compare_servers(&mut self, (before, after): (Option<Node<'d>>, Option<Node<'d>>), site: SiteId, of: &str) {
        if before.as_ref().map(|node| node.value()) == after.as_ref().map(|node| node.value()) {
            return;
        }
        let (from, to) = (servers::listed(before.as_ref()), servers::listed(after.as_ref()));
        let what = format!("the servers of {of} changed{}", servers::difference(&from, &to));
        let excerpts = (before.map(|node| Excerpt::of(&node)), after.map(|node| Excerpt::of(&node)));
        self.note(site, ChangeKind::ServersChanged, what, excerpts, None, servers::judge(&from, &to));
    }

    fn deprecation(&mut self, (old, new): (&Node<'d>, &Node<'d>), site: SiteId, label: &str) {
        let is = |node: &Node<'d>| node.flag("deprecated").unwrap_or_default();
        if is(old) == is(new) {
            return;
        }
        let (kind, says) = if is(new) {
            (ChangeKind::Deprecated, "is now deprecated")
        } else {
            (ChangeKind::NotDeprecated, "is no longer deprecated")
        };
        let excerpt = |node: &Node<'d>| node.get("deprecated").map(|node| Excerpt::of(&node));
        let excerpts = (excerpt(old), excerpt(new));
        self.note(site, kind, format!("{label} {says}"), excerpts, None, (WireImpact::None, "it still works"));
    }

    /// Compares texts, examples and extensions.
    pub(super) fn annotations_of(
        &mut self,
        (old, new): (&Node<'d>, &Node<'d>),
        site: SiteId,
        label: &str,
        texts: &[&str],
    ) {
        let differs = |key: &str| old.get(key).map(|node| node.value()) != new.get(key).map(|node| node.value());
        let extensions = [old, new].into_iter().filter_map(|node| node.value().as_object()).flat_map(|map| map.keys());
        let extensions: BTreeSet<&str> = extensions.map(String::as_str).filter(|key| key.starts_with("x-")).collect();
        let keys = texts.iter().copied().chain(["example", "examples"]).chain(extensions);
        for key in keys.filter(|key| differs(key)) {
            let (kind, reason) = match key {
                "example" | "examples" => (ChangeKind::ExampleChanged, "only an example changed"),
                key if key.starts_with("x-") => {
                    (ChangeKind::ExtensionChanged, "extensions do not change requests and responses")
                }
                _ => (ChangeKind::TextChanged, "only documentation changed"),
            };
            let excerpt = |node: &Node<'d>| node.get(key).map(|node| Excerpt::of(&node));
            let what = format!("the `{key}` of {label} changed");
            self.note(site, kind, what, (excerpt(old), excerpt(new)), None, (WireImpact::None, reason));
        }
        if texts.contains(&"summary") {
            self.deprecation((old, new), site, label);
        }
    }

    pub(super) fn note(
        &mut self,
        site: SiteId,
        kind: ChangeKind,
        what: String,
        (old, new): (Option<Excerpt>, Option<Excerpt>),
        direction: Option<Direction>,
        (wire, reason): (WireImpact, &str),
    ) {
        let anchors = BTreeSet::new();
        self.draft(Draft { site, kind, what, old, new, direction, wire, reason: reason.to_owned(), anchors });
    }
}

/// The schemes of an alternative, each with its scopes.
type Alternative = BTreeMap<String, BTreeSet<String>>;

/// The alternatives of a security requirement. An empty one means that no credential is needed.
fn alternatives(security: Option<&Node<'_>>) -> BTreeSet<Alternative> {
    let listed = security.and_then(|node| node.value().as_array()).map(Vec::as_slice).unwrap_or_default();
    let scopes = |value: &Value| {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let found: BTreeSet<Alternative> = listed
        .iter()
        .filter_map(Value::as_object)
        .map(|schemes| schemes.iter().map(|(name, value)| (name.clone(), scopes(value))).collect())
        .collect();
    if found.is_empty() { BTreeSet::from([Alternative::new()]) } else { found }
}

/// Whether two credentials are sent in the same way. The case of a header's name, and of a scheme's, has no meaning.
fn same_credential(one: &SchemeKind, other: &SchemeKind) -> bool {
    match (one, other) {
        (SchemeKind::Authorization(one), SchemeKind::Authorization(other))
        | (SchemeKind::ApiKeyHeader(one), SchemeKind::ApiKeyHeader(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

/// A security scheme without its texts and extensions.
fn declaration<'d>(scheme: &Node<'d>) -> BTreeMap<&'d str, &'d Value> {
    let is_text = |key: &str| key == "description" || key.starts_with("x-");
    let all = scheme.entries().unwrap_or_default().into_iter();
    all.filter(|(key, _)| !is_text(key)).map(|(key, node)| (key, node.value())).collect()
}

/// The requirements in a few words.
fn spelled_security(alternatives: &BTreeSet<Alternative>) -> String {
    let scheme = |(name, scopes): (&String, &BTreeSet<String>)| {
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        if scopes.is_empty() { format!("`{name}`") } else { format!("`{name}` ({})", scopes.join(", ")) }
    };
    let one = |alternative: &Alternative| match alternative.is_empty() {
        true => "no credential".to_owned(),
        false => alternative.iter().map(scheme).collect::<Vec<_>>().join(" and "),
    };
    alternatives.iter().map(one).collect::<Vec<_>>().join(" or ")
}

/// How the values of a parameter or a header are written. Equal if that makes no difference for the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Style {
    name: &'static str,
    is_exploded: bool,
    is_reserved: bool,
}

impl Style {
    /// A style for values that may be lists or objects. Others have no parts that could be exploded.
    fn of(style: ParameterStyle, has_lists: bool, has_objects: bool) -> Self {
        let has_parts = has_lists || has_objects;
        let (name, is_exploded, is_reserved) = match style {
            // With and without `explode`, a list is separated by commas.
            ParameterStyle::Simple { explode } => ("simple", explode && has_objects, false),
            ParameterStyle::Label { explode } => ("label", explode && has_parts, false),
            ParameterStyle::Matrix { explode } => ("matrix", explode && has_parts, false),
            ParameterStyle::Form { explode, allow_reserved } => ("form", explode && has_parts, allow_reserved),
            ParameterStyle::SpaceDelimited => ("spaceDelimited", false, false),
            ParameterStyle::PipeDelimited => ("pipeDelimited", false, false),
            ParameterStyle::DeepObject => ("deepObject", false, false),
            ParameterStyle::Json => ("content", false, false),
            ParameterStyle::WholeQuery { .. } => ("querystring", false, false),
            ParameterStyle::Cookie => ("cookie", false, false),
        };
        Self { name, is_exploded, is_reserved }
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = match (self.is_exploded, self.is_reserved) {
            (false, false) => "",
            (true, false) => " (exploded)",
            (false, true) => " (reserved characters allowed)",
            (true, true) => " (exploded, reserved characters allowed)",
        };
        write!(f, "`{}`{details}", self.name)
    }
}

/// The location of a keyword, or of the object that lacks it.
fn flagged(node: &Node<'_>, key: &str) -> Option<Excerpt> {
    Some(node.get(key).map_or_else(|| Excerpt::at(node.at().pointer()), |node| Excerpt::of(&node)))
}

/// The responses of an operation by their statuses: the response, and the element of `responses`, which may refer to it.
pub(super) fn responses_of<'d>(operation: &Node<'d>) -> BTreeMap<String, (Node<'d>, Node<'d>)> {
    let all = operation.get("responses").and_then(|all| all.entries().ok()).unwrap_or_default();
    let named = all.into_iter().filter(|(status, _)| !status.starts_with("x-"));
    named
        .filter_map(|(status, own)| Some((same_status(status), (own.resolve(Section::Responses).ok()?, own))))
        .collect()
}

/// A status without the case of its range.
fn same_status(status: &str) -> String {
    if status == DEFAULT { status.to_owned() } else { status.to_uppercase() }
}

const DEFAULT: &str = "default";

/// A response in messages.
pub(super) fn named_response(status: &str) -> String {
    if status == DEFAULT { "the default response".to_owned() } else { format!("the response {status}") }
}

fn is_success(status: &str) -> bool {
    status.starts_with(['1', '2', '3'])
}

/// The media types of a body or a response, by their names.
pub(super) struct Contents<'d> {
    all: BTreeMap<String, Node<'d>>,
    /// The media types that the generated client neither sends nor requests.
    unused: BTreeSet<String>,
}

impl<'d> Contents<'d> {
    /// The media types of what the client sends or requests.
    fn of(node: &Node<'d>, direction: Direction) -> Self {
        let unused = node.get("content").and_then(|content| match direction {
            Direction::Request => lower::same_as_json(&content).ok(),
            Direction::Response => lower::as_json_alone(&content).ok(),
        });
        let unused = unused.unwrap_or_default().into_iter().map(same_media).collect();
        Self { all: contents_of(node), unused }
    }

    /// The media types of a webhook's body or response: all of them may be sent.
    pub(super) fn of_webhook(node: &Node<'d>) -> Self {
        Self { all: contents_of(node), unused: BTreeSet::new() }
    }

    /// The media types without the unused ones.
    fn used(&self) -> BTreeMap<String, Node<'d>> {
        let used = self.all.iter().filter(|(media, _)| !self.unused.contains(*media));
        used.map(|(media, node)| (media.clone(), node.clone())).collect()
    }
}

/// Why a change of an unused media type breaks no client.
fn json_alone(direction: Direction) -> &'static str {
    match direction {
        Direction::Request => "a deployed client always sends JSON",
        Direction::Response => "a deployed client requests JSON alone",
    }
}

/// All media types of a body or a response, by their names.
pub(super) fn contents_of<'d>(node: &Node<'d>) -> BTreeMap<String, Node<'d>> {
    let all = node.get("content").and_then(|all| all.entries().ok()).unwrap_or_default();
    all.into_iter().map(|(media, node)| (same_media(media), node)).collect()
}

/// The name under which a media type is declared.
fn media_name(media: &Node<'_>) -> String {
    same_media(&media.at().pointer().rsplit('/').next().map(crate::location::unescape).unwrap_or_default())
}

/// Whether the schema of a media type decides the type of the body, which is otherwise text or bytes.
fn has_typed_body(media: &Node<'_>) -> bool {
    let schema = media.get("schema").and_then(|schema| schema.resolve(Section::Schemas).ok());
    lower::is_typed(&lower::media_type(media_name(media), schema.as_ref()), schema.as_ref())
}

/// The encodings of a form's parts, each with the keywords that change what is sent.
fn encodings_of<'d>(media: &Node<'d>) -> BTreeMap<&'d str, (Node<'d>, BTreeMap<&'d str, &'d Value>)> {
    let name = media_name(media);
    let has_parts = name.starts_with("multipart/") || name.starts_with("application/x-www-form-urlencoded");
    let all = media.get("encoding").filter(|_| has_parts).and_then(|all| all.entries().ok()).unwrap_or_default();
    let schema = media.get("schema").map(|schema| View::of(&schema));
    let mut found = BTreeMap::new();
    for (part, node) in all {
        let properties = schema.as_ref().map(View::properties).unwrap_or_default();
        let property = properties.get(part).and_then(|nodes| nodes.split_first());
        let property = property.map(|(first, more)| View::of_all(first, more));
        let is_default = |key: &str, value: &Value| match key {
            "contentType" => property.as_ref().is_some_and(|property| value.as_str() == default_type(property)),
            "style" => value.as_str() == Some("form"),
            "explode" => value.as_bool() == Some(node.get("style").is_none_or(|style| style.value() == "form")),
            "allowReserved" => *value == Value::Bool(false),
            key => key == "description" || key.starts_with("x-"),
        };
        // With a style, an object is no longer sent as JSON.
        let may_be_object = property.as_ref().is_none_or(View::may_be_object);
        let keywords = node.entries().unwrap_or_default().into_iter().map(|(key, node)| (key, node.value()));
        let special: BTreeMap<&str, &Value> =
            keywords.filter(|(key, value)| (may_be_object && *key == "style") || !is_default(key, value)).collect();
        if !special.is_empty() {
            found.insert(part, (node, special));
        }
    }
    found
}

/// The `contentType` of a form's part without one (OpenAPI, "Encoding Object"); `None` if it depends on the value.
fn default_type(property: &View<'_>) -> Option<&'static str> {
    let types = property.types()?;
    let mut types = types.iter().map(String::as_str);
    match (types.next()?, types.next()) {
        ("object", None) => Some("application/json"),
        ("string", None) if property.get("format").is_some_and(|format| format.value() == "binary") => {
            Some("application/octet-stream")
        }
        ("string" | "integer" | "number" | "boolean", None) => Some("text/plain"),
        ("array", None) => default_type(&View::of(&property.items()?)),
        _ => None,
    }
}

/// The media type that is a range with another one.
fn in_range<'m, 'd>(declared: &'m BTreeMap<String, Node<'d>>, media: &str) -> Option<&'m Node<'d>> {
    declared.iter().find(|(range, _)| is_in_range(media, range)).map(|(_, node)| node)
}

/// Whether a range such as `text/*` has a media type.
fn is_in_range(media: &str, range: &str) -> bool {
    let prefix = range.strip_suffix('*').map(|prefix| prefix.trim_start_matches('*').trim_start_matches('/'));
    media != range && prefix.is_some_and(|prefix| media.starts_with(prefix))
}

/// A media type without the charset that is the default anyway.
fn same_media(media: &str) -> String {
    let media = media.to_ascii_lowercase();
    let mut parts = media.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_owned();
    let is_default = |part: &&str| part.replace(['"', ' '], "") == "charset=utf-8";
    let mut more: Vec<&str> = parts.filter(|part| !part.is_empty() && !is_default(part)).collect();
    more.sort_unstable();
    std::iter::once(essence.as_str()).chain(more).collect::<Vec<_>>().join("; ")
}

/// The name of the component that both documents have here.
fn shared(old: &Node<'_>, new: &Node<'_>) -> Option<String> {
    let pointer = new.at().pointer();
    let (_, name) = pointer.strip_prefix("/components/")?.split_once('/')?;
    (old.at().pointer() == pointer && !name.contains('/')).then(|| crate::location::unescape(name))
}

/// Whether both documents declare a parameter for all operations of a path.
fn in_path_item(old: &Node<'_>, new: &Node<'_>) -> bool {
    let is = |node: &Node<'_>| {
        let segments: Vec<&str> = node.at().pointer().split('/').collect();
        matches!(segments.as_slice(), ["", "paths", _, "parameters", _])
    };
    is(old) && is(new)
}

/// The location of an element that may be a `$ref`, showing its target.
pub(super) fn own_excerpt(own: &Node<'_>, target: &Node<'_>) -> Excerpt {
    Excerpt::at(own.at().pointer()).showing(super::walk::shown(target.value()))
}

/// The public items of a response header.
fn header_paths(operations: [&Operation; 2], wire: &str) -> Vec<String> {
    let of = |operation: &Operation| {
        let holder = operation.names.headers.clone();
        let rust = operation.headers.iter().find(|header| header.name.wire.eq_ignore_ascii_case(wire));
        let own = rust.map(|header| format!("{holder}::{}", header.name.rust));
        own.into_iter().chain([holder])
    };
    operations.into_iter().flat_map(of).collect()
}

/// The response that is declared for this status by a range or as default.
pub(super) fn covering<'m, T>(declared: &'m BTreeMap<String, T>, status: &str) -> Option<&'m T> {
    let by_range = declared.iter().find(|(other, _)| covers(other, status)).map(|(_, response)| response);
    // Beside a declared success, the default is for failures.
    let is_for_failures = is_success(status) && declared.keys().any(|status| is_success(status));
    by_range.or_else(|| declared.get(DEFAULT).filter(|_| !is_for_failures))
}

/// Whether a range has a status.
fn covers(range: &str, status: &str) -> bool {
    range.strip_suffix("XX").is_some_and(|digit| status != range && status.starts_with(digit))
}

pub(super) fn schema_of<'d>(parameter: &Node<'d>) -> Option<Node<'d>> {
    let in_content = || parameter.get("content")?.entries().ok()?.first()?.1.get("schema");
    parameter.get("schema").or_else(in_content)
}

/// The parameters of an operation and of the path item around it.
pub(super) fn declared<'d>(side: &'d Side, operation: &Node<'d>) -> Vec<Parameter<'d>> {
    let item = operation.at().pointer().rsplit_once('/').map(|(item, _)| item).unwrap_or_default();
    let shared = side.at(item);
    let mut found: Vec<Parameter<'d>> = Vec::new();
    for holder in std::iter::once(operation).chain(shared.as_ref()) {
        for own in holder.get("parameters").and_then(|list| list.elements().ok()).unwrap_or_default() {
            let Ok(node) = own.resolve(Section::Parameters) else { continue };
            let text = |key| node.text_at(key).ok().flatten().unwrap_or_default().to_owned();
            let (name, location) = (text("name"), text("in"));
            if !found.iter().any(|other| other.name == name && other.location == location) {
                found.push(Parameter { name, location, node, own });
            }
        }
    }
    found
}

/// The path without the names of its parameters.
fn template(path: &str) -> String {
    let mut out = String::new();
    for piece in path.split_inclusive('}') {
        match piece.split_once('{') {
            Some((before, _)) => out.extend([before, "{}"]),
            None => out.push_str(piece),
        }
    }
    out
}

/// The names of the parameters in a path.
fn placeholders(path: &str) -> Vec<String> {
    path.split('{').skip(1).filter_map(|piece| Some(piece.split_once('}')?.0.to_owned())).collect()
}

/// The public items of one operation.
fn anchors_of(operation: &Operation) -> Vec<String> {
    let stream = operation.stream.iter().map(|stream| format!("Client::{}", stream.name.rust));
    let own = [format!("Client::{}", operation.name.rust), format!("{}*", operation.type_prefix)];
    own.into_iter().chain(stream).collect()
}

/// The parameter of the client; `None` if OpenAPI ignores it.
fn lowered<'o>(operation: &'o Operation, parameter: &Parameter<'_>) -> Option<&'o ir::Parameter> {
    let location = match parameter.location.as_str() {
        "path" => ParameterLocation::Path,
        "header" => ParameterLocation::Header,
        "cookie" => ParameterLocation::Cookie,
        _ => ParameterLocation::Query,
    };
    operation.parameters.iter().find(|own| own.name.wire == parameter.name && own.location == location)
}

fn parameter_paths(operation: &Operation, parameter: &Parameter<'_>) -> Vec<String> {
    let Some(own) = lowered(operation, parameter) else { return Vec::new() };
    let (method, prefix, rust) = (&operation.name.rust, &operation.type_prefix, &own.name.rust);
    let mut paths = vec![
        format!("Client::{method}#{rust}"),
        format!("{prefix}Params.{rust}"),
        format!("{prefix}Params::{rust}"),
        format!("{prefix}Params::with_{rust}"),
    ];
    if !own.required {
        paths.extend([format!("Client::{method}#params"), format!("{prefix}Params")]);
    }
    paths
}

/// The types in the module's root for the operation with this prefix.
fn made_for(side: &Side, prefix: &str) -> Vec<String> {
    let own = side.surface.keys().filter(|path| !path.contains([':', '.']));
    own.filter(|path| path.starts_with(prefix) && path.len() > prefix.len()).cloned().collect()
}

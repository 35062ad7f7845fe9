//! Webhooks, and the callbacks of operations: requests that the server sends.

use super::Lowering;
use super::left_out::{Flawed, LeftOut, Reaching};
use super::operation::{Candidate, operations_of, texts};
use crate::ir::Webhook;
use crate::location::Location;
use crate::names::{self, Scope};
use crate::read::{Node, pointer_of};
use crate::report::NoteKind;

/// The callbacks of a chosen operation.
pub(super) struct Callbacks<'d> {
    node: Node<'d>,
    operation: String,
    prefix: String,
}

impl<'d> Callbacks<'d> {
    pub(super) fn of(operation: &Node<'d>, id: &str, prefix: &str) -> Option<Self> {
        let node = operation.get("callbacks")?;
        Some(Self { node, operation: id.to_owned(), prefix: prefix.to_owned() })
    }
}

/// A request of the server: its name on the wire, the words for its Rust name, and its operation.
struct Request<'d> {
    wire: String,
    words: String,
    callback_of: Option<String>,
    candidate: Candidate<'d>,
}

impl<'d> Lowering<'d> {
    /// Lowers the webhooks of the document, and these callbacks. With chosen tags, a webhook needs one of them.
    pub(super) fn webhooks(
        &mut self,
        root: &Node<'d>,
        callbacks: Vec<Callbacks<'d>>,
        left_out: &LeftOut,
        parts: &mut Vec<Reaching>,
        flawed: &mut Vec<Flawed>,
    ) -> Vec<Webhook> {
        let mut requests = Vec::new();
        let entries = root.get("webhooks").map_or(Ok(Vec::new()), |webhooks| webhooks.entries());
        for (name, item) in self.collect(entries).unwrap_or_default() {
            if !name.starts_with("x-") {
                self.requests_of(name, name, None, &item, left_out, flawed, &mut requests);
            }
        }
        requests.retain(|request| self.takes(&request.candidate.node));
        for Callbacks { node, operation, prefix } in callbacks {
            for (name, callback) in self.collect(node.entries()).unwrap_or_default() {
                let target =
                    callback.reference().and_then(pointer_of).and_then(|at| callback.elsewhere(&Location::at(at)));
                let callback = target.unwrap_or(callback);
                let words = format!("{prefix} {name}");
                for (expression, item) in self.collect(callback.entries()).unwrap_or_default() {
                    if !expression.starts_with("x-") {
                        let of = Some(operation.as_str());
                        self.requests_of(expression, &words, of, &item, left_out, flawed, &mut requests);
                    }
                }
            }
        }
        let mut scope = Scope::default();
        let mut webhooks = Vec::new();
        for request in requests {
            if left_out.contains(request.candidate.node.at()) {
                continue;
            }
            let name = format!("the webhook `{}`", request.wire);
            let part = Flawed::component(request.candidate.node.at(), name);
            let problems = self.findings.problem_count();
            let webhook = self.webhook(request, &mut scope);
            flawed.extend(self.flawed(part.clone(), problems));
            if let Some(webhook) = webhook {
                parts.extend(webhook.types().map(|ty| Reaching::component(part.clone(), ty)));
                webhooks.push(webhook);
            }
        }
        webhooks
    }

    /// Whether the chosen tags include the webhook.
    fn takes(&self, node: &Node<'d>) -> bool {
        let is_chosen = |tags: &[String]| {
            let own = node.texts("tags").unwrap_or_default();
            tags.iter().any(|tag| own.contains(&tag.as_str()))
        };
        match (&self.settings.tags, &self.settings.operations) {
            (None, None) => true,
            (Some(tags), _) => is_chosen(tags),
            (None, Some(_)) => false,
        }
    }

    /// Adds the operations of a path item.
    #[allow(clippy::too_many_arguments, reason = "they are the parts of a request")]
    fn requests_of(
        &mut self,
        wire: &str,
        words: &str,
        callback_of: Option<&str>,
        item: &Node<'d>,
        left_out: &LeftOut,
        flawed: &mut Vec<Flawed>,
        requests: &mut Vec<Request<'d>>,
    ) {
        if left_out.contains(item.at()) {
            return;
        }
        let candidates = match operations_of(wire, item) {
            Ok(candidates) => candidates,
            Err(problem) if self.settings.strict => return self.findings.refuse(problem),
            Err(problem) => {
                let part = Flawed::component(item.at(), format!("the webhook `{wire}`"));
                return flawed.push(Flawed { problems: vec![problem], ..part });
            }
        };
        let several = candidates.len() > 1;
        for candidate in candidates {
            let method = if several { format!(" {}", candidate.method.as_str().to_lowercase()) } else { String::new() };
            let own = candidate.node.get("operationId").and_then(|id| id.value().as_str());
            let words = own.map_or_else(|| format!("{words}{method}"), str::to_owned);
            let (wire, callback_of) = (wire.to_owned(), callback_of.map(str::to_owned));
            requests.push(Request { wire, words, callback_of, candidate });
        }
    }

    fn webhook(&mut self, request: Request<'d>, scope: &mut Scope) -> Option<Webhook> {
        let Request { wire, words, callback_of, candidate: Candidate { node, method, .. } } = request;
        let ideal = names::type_name(&words);
        let rust = scope.claim(&ideal, "");
        self.renamed(node.at(), &ideal, &rust);
        let body = self.body(&node, &rust)?;
        let responses = match node.has("responses") {
            true => self.responses(&node, &rust, &method)?.0,
            false => Vec::new(),
        };
        let texts = self.collect(texts(&node));
        let (summary, docs, deprecated) = texts?;
        let contents = body.map(|body| body.contents).unwrap_or_default();
        let webhook = Webhook {
            rust,
            wire,
            callback_of,
            method,
            contents,
            responses,
            summary,
            docs,
            deprecated,
            #[cfg(feature = "diff")]
            origin: node.at().clone(),
        };
        let kind = if webhook.callback_of.is_some() { NoteKind::Callbacks } else { NoteKind::Webhooks };
        if !webhook.contents.is_empty() && webhook.json().is_none() {
            self.note(kind, node.at(), "the body of a webhook that is not JSON has no type");
        }
        if let Some(parameters) = node.get("parameters") {
            self.note(kind, parameters.at(), "the parameters of a webhook: read them from the request");
        }
        Some(webhook)
    }
}

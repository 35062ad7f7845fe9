//! Compares the requests that the server sends: webhooks, and callbacks of operations.
//!
//! The directions are those of the values: a webhook's request goes from the server to the client, as a response does, and
//! the responses to it go from the client to the server.

use super::change::{ChangeKind, Direction, WireImpact};
use super::operations::{
    Contents, Parameter, Verdicts, contents_of, covering, declared, named_response, own_excerpt, responses_of,
    schema_of,
};
use super::schemas::Context;
use super::walk::{Excerpt, SiteId, Walk};
use crate::ir::Webhook;
use crate::read::{Node, Section};

const RECEIVED: Option<Direction> = Some(Direction::Response);
const SENT: Option<Direction> = Some(Direction::Request);

/// `required` of what the server sends.
const REQUIRED_OF_SERVERS: Verdicts = Verdicts {
    direction: Direction::Response,
    comes: (WireImpact::Additive, "deployed programs do not need it"),
    goes: (WireImpact::Breaking, "it may be missing for a deployed program that reads it"),
};

/// Two matched webhooks.
struct Webhooks<'d> {
    old: Node<'d>,
    new: Node<'d>,
    site: SiteId,
    label: String,
}

impl<'d> Walk<'d> {
    /// Compares every chosen webhook and callback of the two documents. Call it after the operations are compared.
    pub(super) fn webhooks_of_both(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut gone: Vec<&'d Webhook> = old.api.webhooks.iter().collect();
        let mut waiting: Vec<&'d Webhook> = new.api.webhooks.iter().collect();
        let mut pairs = Vec::new();
        // Callbacks of an operation may have one URL and several names.
        let tests: [fn(&Webhook, &Webhook) -> bool; 3] = [
            |one, other| one.method == other.method && one.rust == other.rust,
            |one, other| one.method == other.method,
            |_, _| true,
        ];
        for test in tests {
            for webhook in std::mem::take(&mut waiting) {
                let is_same = |other: &&Webhook| {
                    other.wire == webhook.wire
                        && self.operation_of(other) == webhook.callback_of.as_deref()
                        && test(other, webhook)
                };
                match gone.iter().position(is_same) {
                    Some(index) => pairs.push((gone.remove(index), webhook)),
                    None => waiting.push(webhook),
                }
            }
        }
        for (old, new) in pairs {
            self.webhook(old, new);
        }
        for webhook in waiting {
            self.lone_webhook(webhook, true);
        }
        for webhook in gone {
            self.lone_webhook(webhook, false);
        }
    }

    /// The operation of an old callback, by its new name.
    fn operation_of<'w>(&'w self, callback: &'w Webhook) -> Option<&'w str> {
        let of = callback.callback_of.as_deref()?;
        let renamed = self.operation_pairs.iter().find(|(old, _)| old == of);
        Some(renamed.map_or(of, |(_, new)| new.as_str()))
    }

    fn site_of(&mut self, webhooks: &[&Webhook]) -> SiteId {
        let anchors = webhooks.iter().map(|webhook| format!("webhooks::{}", webhook.rust));
        let site = self.site(None, anchors);
        if let (Some(site), Some(webhook)) = (self.sites.get_mut(site), webhooks.last()) {
            site.operation.clone_from(&webhook.callback_of);
        }
        site
    }

    /// Notes a webhook that only one document has, or that is chosen in only one.
    fn lone_webhook(&mut self, webhook: &'d Webhook, is_new: bool) {
        let (here, there) = if is_new { (self.new, self.old) } else { (self.old, self.new) };
        let pointer = webhook.origin.pointer();
        let is_elsewhere = there.at(pointer).is_some();
        let flaw = there.flaw_at(pointer).and_then(|flaw| flaw.lines().next()).filter(|_| is_elsewhere);
        let label = label(webhook);
        let (kind, does) =
            if is_new { (ChangeKind::WebhookAdded, "added") } else { (ChangeKind::WebhookRemoved, "removed") };
        let what = match (is_elsewhere, flaw, is_new) {
            (false, ..) => format!("{label} {does}"),
            (true, Some(_), true) => format!("{label} has no flaw any more"),
            (true, Some(_), false) => format!("{label} has a flaw, and is left out"),
            (true, None, true) => format!("{label} is now chosen"),
            (true, None, false) => format!("{label} is no longer chosen"),
        };
        let (wire, reason) = match (is_elsewhere, flaw, is_new) {
            (false, _, true) => (WireImpact::Additive, "deployed programs do not ask for it".to_owned()),
            (false, _, false) => {
                (WireImpact::Breaking, "a deployed program that waits for it never receives it".to_owned())
            }
            (true, Some(flaw), true) => (WireImpact::None, format!("it was left out because of its flaw: {flaw}")),
            (true, Some(flaw), false) => {
                (WireImpact::Breaking, format!("because of the flaw, it cannot be compared: {flaw}"))
            }
            (true, None, _) => {
                (WireImpact::None, "both documents have it; their tags or the settings choose it in one".to_owned())
            }
        };
        let site = self.site_of(&[webhook]);
        // The first webhook of a module needs this export, the last one takes it away.
        if let Some(site) = self.sites.get_mut(site) {
            site.anchors.insert("webhooks::InvalidBody".to_owned());
        }
        let own = here.at(pointer).map(|node| Excerpt::of(&node));
        let other = there.at(pointer).map(|node| Excerpt::of(&node));
        let excerpts = if is_new { (other, own) } else { (own, other) };
        self.note(site, kind, what, excerpts, None, (wire, &reason));
    }

    fn webhook(&mut self, old: &'d Webhook, new: &'d Webhook) {
        let at = |side: &'d super::side::Side, webhook: &Webhook| side.at(webhook.origin.pointer());
        let (Some(old_node), Some(new_node)) = (at(self.old, old), at(self.new, new)) else { return };
        let site = self.site_of(&[old, new]);
        let webhooks = Webhooks { old: old_node, new: new_node, site, label: label(new) };
        if old.method != new.method {
            let (before, after) = (old.method.as_str(), new.method.as_str());
            let what = format!("the method of {} changed from `{before}` to `{after}`", webhooks.label);
            let address = |node: &Node<'d>, text: &str| Some(Excerpt::at(node.at().pointer()).showing(text));
            let excerpts = (address(&webhooks.old, before), address(&webhooks.new, after));
            let verdict = (WireImpact::Breaking, "a deployed program expects the old method");
            self.note(site, ChangeKind::MethodChanged, what, excerpts, RECEIVED, verdict);
        }
        let texts = ["summary", "description", "externalDocs"];
        self.annotations_of((&webhooks.old, &webhooks.new), site, &webhooks.label, &texts);
        self.webhook_parameters(&webhooks);
        self.webhook_body(&webhooks);
        self.webhook_responses(&webhooks);
    }

    /// The parameters of a webhook, which the server sends.
    fn webhook_parameters(&mut self, webhooks: &Webhooks<'d>) {
        let Webhooks { old, new, site, label } = webhooks;
        let mut before = declared(self.old, old);
        for parameter in declared(self.new, new) {
            let is_same = |other: &Parameter<'d>| other.name == parameter.name && other.location == parameter.location;
            let label = format!("the {} parameter `{}` of {label}", parameter.location, parameter.name);
            let Some(index) = before.iter().position(is_same) else {
                let excerpts = (None, Some(own_excerpt(&parameter.own, &parameter.node)));
                let verdict = (WireImpact::Additive, "a deployed program ignores unknown parameters");
                self.note(*site, ChangeKind::ParameterAdded, format!("{label} added"), excerpts, RECEIVED, verdict);
                continue;
            };
            let other = before.remove(index);
            let was_required = other.node.flag("required").unwrap_or_default();
            let is_required = parameter.node.flag("required").unwrap_or_default();
            let nodes = (&other.node, &parameter.node);
            self.required(nodes, (was_required, is_required), *site, &label, REQUIRED_OF_SERVERS);
            self.annotations_of((&other.node, &parameter.node), *site, &label, &["description"]);
            let verdicts = [
                (WireImpact::Additive, "all values were possible before"),
                (WireImpact::Breaking, "the server may send a value that a deployed program cannot read"),
            ];
            let context =
                Context { parent: *site, direction: Direction::Response, label: &label, may_lack: !was_required };
            self.schemas((schema_of(&other.node), schema_of(&parameter.node)), &context, verdicts);
        }
        for parameter in before {
            let what = format!("the {} parameter `{}` of {label} removed", parameter.location, parameter.name);
            let excerpts = (Some(own_excerpt(&parameter.own, &parameter.node)), None);
            let verdict = (WireImpact::Breaking, "it is missing for a deployed program that reads it");
            self.note(*site, ChangeKind::ParameterRemoved, what, excerpts, RECEIVED, verdict);
        }
    }

    fn webhook_body(&mut self, webhooks: &Webhooks<'d>) {
        let Webhooks { old, new, site, label } = webhooks;
        let of = |node: &Node<'d>| {
            let own = node.get("requestBody")?;
            Some((own.resolve(Section::RequestBodies).ok()?, own))
        };
        let label = format!("the body of {label}");
        match (of(old), of(new)) {
            (None, None) => {}
            (None, Some((_, own))) => {
                let excerpts = (None, Some(Excerpt::of(&own)));
                let verdict = (WireImpact::Additive, "a deployed program ignores an unexpected body");
                self.note(*site, ChangeKind::BodyAdded, format!("{label} added"), excerpts, RECEIVED, verdict);
            }
            (Some((_, own)), None) => {
                let excerpts = (Some(Excerpt::of(&own)), None);
                let verdict = (WireImpact::Breaking, "it is missing for a deployed program that decodes it");
                self.note(*site, ChangeKind::BodyRemoved, format!("{label} removed"), excerpts, RECEIVED, verdict);
            }
            (Some((old, _)), Some((new, _))) => {
                let is_required = |node: &Node<'d>| node.flag("required").unwrap_or_default();
                let required = (is_required(&old), is_required(&new));
                self.required((&old, &new), required, *site, &label, REQUIRED_OF_SERVERS);
                self.annotations_of((&old, &new), *site, &label, &["description"]);
                let comes = match contents_of(&old).is_empty() {
                    true => (WireImpact::Additive, "a deployed program ignores an unexpected body"),
                    false => (WireImpact::Breaking, "the server may send a body that a deployed program cannot decode"),
                };
                let goes = match contents_of(&new).is_empty() {
                    true => (WireImpact::Breaking, "it is missing for a deployed program that decodes it"),
                    false => (WireImpact::Additive, "all bodies were possible before"),
                };
                let verdicts = Verdicts { direction: Direction::Response, comes, goes };
                let contents = (&Contents::of_webhook(&old), &Contents::of_webhook(&new));
                self.media_types(contents, *site, &label, verdicts);
            }
        }
    }

    /// The responses to a webhook, which the client sends.
    fn webhook_responses(&mut self, webhooks: &Webhooks<'d>) {
        let Webhooks { old, new, site, label } = webhooks;
        let (before, after) = (responses_of(old), responses_of(new));
        for (status, (new, own)) in &after {
            let label = format!("{} to {label}", named_response(status));
            let Some((old, _)) = before.get(status) else {
                let excerpts = (None, Some(Excerpt::of(own)));
                let verdict = (WireImpact::Additive, "the responses of deployed programs are still valid");
                self.note(*site, ChangeKind::StatusAdded, format!("{label} added"), excerpts, SENT, verdict);
                continue;
            };
            self.annotations_of((old, new), *site, &label, &["description"]);
            let verdicts = Verdicts {
                direction: Direction::Request,
                comes: (WireImpact::Additive, "the responses of deployed programs are still valid"),
                goes: (WireImpact::Breaking, "a deployed program may respond with it"),
            };
            let contents = (&Contents::of_webhook(old), &Contents::of_webhook(new));
            self.media_types(contents, *site, &label, verdicts);
        }
        for (status, (_, own)) in before.iter().filter(|(status, _)| !after.contains_key(*status)) {
            let excerpts = (Some(Excerpt::of(own)), None);
            let verdict = if covering(&after, status).is_some() {
                (WireImpact::Additive, "the declared range or default includes it")
            } else {
                (WireImpact::Breaking, "a deployed program may respond with it")
            };
            let what = format!("{} to {label} removed", named_response(status));
            self.note(*site, ChangeKind::StatusRemoved, what, excerpts, SENT, verdict);
        }
    }
}

/// A webhook in messages.
fn label(webhook: &Webhook) -> String {
    match &webhook.callback_of {
        Some(operation) => format!("the callback `{}` of `{operation}`", webhook.wire),
        None => format!("the webhook `{}`", webhook.wire),
    }
}

//! Compares the requests that the server sends: webhooks, and callbacks of operations.
//!
//! The directions are those of the values: a webhook's request goes from the server to the client, as a response does, and
//! the responses to it go from the client to the server.

use std::collections::BTreeMap;

use super::change::{ChangeKind, Direction, WireImpact};
use super::operations::{Parameter, contents_of, covers, declared, own_excerpt, schema_of};
use super::schemas::Context;
use super::walk::{Excerpt, SiteId, Walk};
use crate::ir::Webhook;
use crate::read::{Node, Section};

const RECEIVED: Option<Direction> = Some(Direction::Response);
const SENT: Option<Direction> = Some(Direction::Request);

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
        self.remarks_of((&webhooks.old, &webhooks.new), site, &webhooks.label, &texts);
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
            self.received_required((&other.node, &parameter.node), *site, &label);
            self.remarks_of((&other.node, &parameter.node), *site, &label, &["description"]);
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

    /// Compares `required` of a value that the server sends.
    fn received_required(&mut self, (old, new): (&Node<'d>, &Node<'d>), site: SiteId, label: &str) {
        let is = |node: &Node<'d>| node.flag("required").unwrap_or_default();
        if is(old) == is(new) {
            return;
        }
        let (kind, does, verdict) = if is(new) {
            let verdict = (WireImpact::Additive, "deployed programs do not need it");
            (ChangeKind::Required, "is now required", verdict)
        } else {
            let verdict = (WireImpact::Breaking, "it may be missing for a deployed program that reads it");
            (ChangeKind::NotRequired, "is no longer required", verdict)
        };
        let excerpt = |node: &Node<'d>| {
            let flag = node.get("required").map(|node| Excerpt::of(&node));
            Some(flag.unwrap_or_else(|| Excerpt::at(node.at().pointer())))
        };
        self.note(site, kind, format!("{label} {does}"), (excerpt(old), excerpt(new)), RECEIVED, verdict);
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
                self.received_required((&old, &new), *site, &label);
                self.remarks_of((&old, &new), *site, &label, &["description"]);
                let verdicts = [
                    (WireImpact::Breaking, "the server may send a body that a deployed program cannot decode"),
                    (WireImpact::Additive, "all bodies were possible before"),
                ];
                self.webhook_contents((&old, &new), *site, &label, Direction::Response, verdicts);
            }
        }
    }

    /// The responses to a webhook, which the client sends.
    fn webhook_responses(&mut self, webhooks: &Webhooks<'d>) {
        let Webhooks { old, new, site, label } = webhooks;
        let of = |node: &Node<'d>| -> BTreeMap<String, (Node<'d>, Node<'d>)> {
            let all = node.get("responses").and_then(|all| all.entries().ok()).unwrap_or_default();
            let named = all.into_iter().filter(|(status, _)| !status.starts_with("x-"));
            named
                .filter_map(|(status, own)| Some((status.to_uppercase(), (own.resolve(Section::Responses).ok()?, own))))
                .collect()
        };
        let (before, after) = (of(old), of(new));
        for (status, (new, own)) in &after {
            let label = format!("the response {status} to {label}");
            let Some((old, _)) = before.get(status) else {
                let excerpts = (None, Some(Excerpt::of(own)));
                let verdict = (WireImpact::Additive, "the responses of deployed programs are still valid");
                self.note(*site, ChangeKind::StatusAdded, format!("{label} added"), excerpts, SENT, verdict);
                continue;
            };
            self.remarks_of((old, new), *site, &label, &["description"]);
            let verdicts = [
                (WireImpact::Additive, "the responses of deployed programs are still valid"),
                (WireImpact::Breaking, "a deployed program may respond with it"),
            ];
            self.webhook_contents((old, new), *site, &label, Direction::Request, verdicts);
        }
        for (status, (_, own)) in before.iter().filter(|(status, _)| !after.contains_key(*status)) {
            let excerpts = (Some(Excerpt::of(own)), None);
            let verdict = if covers(&after, status) {
                (WireImpact::Additive, "the declared range or default includes it")
            } else {
                (WireImpact::Breaking, "a deployed program may respond with it")
            };
            let what = format!("the response {status} to {label} removed");
            self.note(*site, ChangeKind::StatusRemoved, what, excerpts, SENT, verdict);
        }
    }

    /// The media types of a webhook's body or response. The verdicts are those of an added and of a removed one.
    fn webhook_contents(
        &mut self,
        (old, new): (&Node<'d>, &Node<'d>),
        site: SiteId,
        label: &str,
        direction: Direction,
        [added, removed]: [(WireImpact, &str); 2],
    ) {
        let (before, after) = (contents_of(old), contents_of(new));
        let is_received = direction == Direction::Response;
        let added = match before.is_empty() && is_received {
            true => (WireImpact::Additive, "a deployed program ignores an unexpected body"),
            false => added,
        };
        let removed = match after.is_empty() && is_received {
            true => (WireImpact::Breaking, "it is missing for a deployed program that decodes it"),
            false => removed,
        };
        let only = before.len() < 2 && after.len() < 2;
        for (media, new) in &after {
            let Some(old) = before.get(media) else {
                let what = format!("the media type `{media}` added to {label}");
                let excerpts = (None, Some(Excerpt::of(new)));
                self.note(site, ChangeKind::MediaTypeAdded, what, excerpts, Some(direction), added);
                continue;
            };
            let label = if only { label.to_owned() } else { format!("{label} as `{media}`") };
            self.content((old, new), site, &label, direction);
        }
        for (media, old) in before.iter().filter(|(media, _)| !after.contains_key(*media)) {
            let what = format!("the media type `{media}` removed from {label}");
            let excerpts = (Some(Excerpt::of(old)), None);
            self.note(site, ChangeKind::MediaTypeRemoved, what, excerpts, Some(direction), removed);
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

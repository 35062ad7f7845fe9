//! Compares webhooks and callbacks: requests that a deployed client receives, and its responses.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{ChangeKind, Direction, WireImpact};
use super::side::Side;
use super::walk::{Draft, Excerpt, SiteId, Walk};
use crate::ir::Webhook;
use crate::read::{Node, Section};

impl<'d> Walk<'d> {
    /// Compares every webhook and callback of the two documents.
    pub(super) fn webhooks_of_both(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut gone: Vec<&'d Webhook> = old.api.webhooks.iter().collect();
        for webhook in &new.api.webhooks {
            match gone.iter().position(|other| self.is_same(other, webhook)) {
                Some(index) => {
                    let other = gone.remove(index);
                    self.webhook(other, webhook);
                }
                None => self.lone_webhook(webhook, true),
            }
        }
        for webhook in gone {
            self.lone_webhook(webhook, false);
        }
    }

    fn is_same(&self, old: &Webhook, new: &Webhook) -> bool {
        let asks = |from: &Option<String>, to: &Option<String>| match (from, to) {
            (Some(from), Some(to)) => {
                from == to || self.operation_pairs.iter().any(|(old, new)| old == from && new == to)
            }
            (from, to) => from == to,
        };
        old.wire == new.wire && old.method == new.method && asks(&old.callback_of, &new.callback_of)
    }

    fn webhook_site(&mut self, webhooks: &[&'d Webhook]) -> SiteId {
        let site = self.site(None, webhooks.iter().map(|webhook| format!("webhooks::{}", webhook.rust)));
        if let Some(site) = self.sites.get_mut(site) {
            site.operation = webhooks.last().and_then(|webhook| webhook.callback_of.clone());
        }
        site
    }

    /// Notes a webhook that only one document has.
    fn lone_webhook(&mut self, webhook: &'d Webhook, is_new: bool) {
        let site = self.webhook_site(&[webhook]);
        let excerpt = Some(Excerpt::at(webhook.origin.pointer()));
        let (kind, verb, wire, reason, (old, new)) = if is_new {
            let reason = "a deployed client does not expect it";
            (ChangeKind::OperationAdded, "added", WireImpact::Additive, reason, (None, excerpt))
        } else {
            let reason = "it is missing for a deployed client that expects it";
            (ChangeKind::OperationRemoved, "removed", WireImpact::Breaking, reason, (excerpt, None))
        };
        let (what, reason) = (format!("{} {verb}", label(webhook)), reason.to_owned());
        // The module has the type of the webhook and, with the first one, an error.
        let anchors = BTreeSet::from([format!("webhooks::{}", webhook.rust), "webhooks::InvalidBody".to_owned()]);
        self.draft(Draft { site, kind, what, old, new, direction: None, wire, reason, anchors });
    }

    fn webhook(&mut self, old: &'d Webhook, new: &'d Webhook) {
        let node = |side: &'d Side, webhook: &Webhook| side.at(webhook.origin.pointer());
        let (Some(old_node), Some(new_node)) = (node(self.old, old), node(self.new, new)) else { return };
        let site = self.webhook_site(&[old, new]);
        let label = label(new);
        // The server sends the body, so a deployed client decodes it like a response.
        let body = |node: &Node<'d>| node.get("requestBody")?.resolve(Section::RequestBodies).ok();
        if let (Some(old), Some(new)) = (body(&old_node), body(&new_node)) {
            self.contents((&old, &new), site, &format!("the body of {label}"), Direction::Response);
        }
        let responses = |node: &Node<'d>| -> BTreeMap<String, Node<'d>> {
            let all = node.get("responses").and_then(|all| all.entries().ok()).unwrap_or_default();
            all.into_iter()
                .filter_map(|(status, own)| Some((status.to_uppercase(), own.resolve(Section::Responses).ok()?)))
                .collect()
        };
        let (before, after) = (responses(&old_node), responses(&new_node));
        for (status, new) in &after {
            if let Some(old) = before.get(status) {
                self.contents((old, new), site, &format!("the response {status} to {label}"), Direction::Request);
            }
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

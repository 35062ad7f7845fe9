//! Removes types that nothing uses: those of schemas that only became a part of another type.

use std::collections::BTreeMap;

use crate::ir::{Api, Type, TypeDef, TypeId, closure};
use crate::names::Plan;

/// Keeps these types, and all types that they refer to or are named after. The others get no name.
pub(super) fn keep(api: &mut Api, plan: &mut Plan, reached: &mut BTreeMap<String, Type>, used: Vec<TypeId>) {
    let live = closure(used, |id| {
        let named = api.types.get(id.0).map(TypeDef::named).unwrap_or_default();
        let base = plan.types.get(id.0).and_then(|plan| plan.wanted.base_type());
        named.into_iter().chain(base).collect()
    });
    let mut now: BTreeMap<TypeId, TypeId> = BTreeMap::new();
    for id in live.iter() {
        now.insert(id, TypeId(now.len()));
    }
    if now.len() == api.types.len() {
        return;
    }
    let is_live = |index: usize| now.contains_key(&TypeId(index));
    let renumbered = |id: TypeId| now.get(&id).copied().unwrap_or(id);
    retain(&mut api.types, is_live);
    retain(&mut plan.types, is_live);
    let branches = std::mem::take(&mut plan.branches);
    plan.branches = branches.into_iter().filter_map(|(id, chosen)| Some((*now.get(&id)?, chosen))).collect();
    reached.retain(|_, ty| ty.named().iter().all(|id| now.contains_key(id)));
    renumber(api, plan, reached, renumbered);
}

/// Changes the ids of types wherever a type is referred to.
pub(super) fn renumber(
    api: &mut Api,
    plan: &mut Plan,
    reached: &mut BTreeMap<String, Type>,
    renumbered: impl Fn(TypeId) -> TypeId,
) {
    plan.types.iter_mut().for_each(|plan| plan.wanted.renumber(&renumbered));
    let all = api.operations.iter_mut().flat_map(|operation| operation.types_mut());
    let all = all.chain(api.webhooks.iter_mut().flat_map(|webhook| webhook.types_mut()));
    let all = all.chain(api.types.iter_mut().flat_map(|def| def.types_mut()));
    all.chain(reached.values_mut()).for_each(|ty| ty.renumber(&renumbered));
}

/// Keeps the elements with these indices.
fn retain<T>(elements: &mut Vec<T>, keeps: impl Fn(usize) -> bool) {
    let mut index = 0;
    elements.retain(|_| {
        index += 1;
        keeps(index - 1)
    });
}

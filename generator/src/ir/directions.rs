//! The types whose request and response types differ.

use super::{Api, Content, Type, TypeDef, TypeId, TypeKind, TypeSet, Webhook, closure};

impl Api {
    /// The types in requests that need a request type: they have a `readOnly` property or a required `writeOnly`
    /// property, or refer to such a type.
    pub(crate) fn types_with_request_type(&self) -> TypeSet {
        let differs = differing(self);
        let mut found = TypeSet::default();
        for id in self.sent_types().iter().filter(|id| differs.contains(*id)) {
            found.insert(id);
        }
        found
    }

    /// Leaves out of the types that are only sent what only responses have, so that they need no second type.
    pub(crate) fn fit_sent_types(&mut self) {
        let received = self.received_types();
        let only_sent: Vec<TypeId> = self.sent_types().iter().filter(|id| !received.contains(*id)).collect();
        for id in only_sent {
            if let Some(TypeDef { kind: TypeKind::Struct(object), .. }) = self.types.get_mut(id.0) {
                object.fields.retain(|field| !field.read_only);
                object.fields.iter_mut().for_each(|field| field.write_only = false);
            }
        }
    }

    /// The types that a response or the body of a webhook reaches.
    fn received_types(&self) -> TypeSet {
        let mut open = Vec::new();
        for operation in &self.operations {
            open.extend(operation.received_types().flat_map(Type::named));
        }
        open.extend(self.webhooks.iter().flat_map(Webhook::types).flat_map(Type::named));
        self.reached(open)
    }

    /// The types that a body or a parameter reaches.
    pub(crate) fn sent_types(&self) -> TypeSet {
        let mut open = Vec::new();
        for operation in &self.operations {
            let types = operation.sent().flat_map(Content::types).chain(operation.parameter_types());
            open.extend(types.flat_map(Type::named));
        }
        self.reached(open)
    }
}

/// Every type that has a one-way property, or refers to a type that has one. The search follows references backwards.
fn differing(api: &Api) -> TypeSet {
    let mut users = vec![Vec::new(); api.types.len()];
    let mut open = Vec::new();
    for (index, def) in api.types.iter().enumerate() {
        let id = TypeId(index);
        for target in def.named() {
            if let Some(users) = users.get_mut(target.0) {
                users.push(id);
            }
        }
        if let TypeKind::Struct(object) = &def.kind
            && object.fields.iter().any(|field| field.read_only || (field.write_only && field.required))
        {
            open.push(id);
        }
    }
    closure(open, |id| users.get(id.0).cloned().unwrap_or_default())
}

//! The types whose request and response types differ.

use super::{Api, Content, Type, TypeId, TypeKind, TypeSet, closure};

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

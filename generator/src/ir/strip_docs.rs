//! Removes the descriptions from the IR.

use super::{AdditionalProperties, Api, Docs, StringKind, Type, TypeKind};

impl Api {
    /// Removes every text that is only printed in comments.
    pub(crate) fn strip_docs(&mut self) {
        for server in &mut self.servers {
            server.docs = Docs::default();
        }
        for scheme in &mut self.schemes {
            scheme.docs = Docs::default();
        }
        for def in &mut self.types {
            def.docs = Docs::default();
            match &mut def.kind {
                TypeKind::Struct(object) => {
                    for field in &mut object.fields {
                        field.docs = Docs::default();
                        field.default = None;
                        field.ty.forget_format();
                    }
                    if let AdditionalProperties::Kept { ty, .. } = &mut object.additional {
                        ty.forget_format();
                    }
                }
                TypeKind::Union(union) => union.branches.iter_mut().for_each(|branch| branch.ty.forget_format()),
                TypeKind::Alias(ty) => ty.forget_format(),
                TypeKind::Enumeration(_) => {}
            }
        }
        for webhook in &mut self.webhooks {
            (webhook.summary, webhook.docs) = (Docs::default(), Docs::default());
            webhook.responses.iter_mut().for_each(|response| response.docs = Docs::default());
            webhook.types_mut().for_each(Type::forget_format);
        }
        for operation in &mut self.operations {
            operation.summary = Docs::default();
            operation.docs = Docs::default();
            operation.notes.clear();
            operation.types_mut().into_iter().for_each(Type::forget_format);
            for parameter in &mut operation.parameters {
                parameter.docs = Docs::default();
            }
            if let Some(body) = &mut operation.body {
                body.docs = Docs::default();
            }
            for header in &mut operation.headers {
                header.docs = Docs::default();
            }
            for event in operation.stream.iter_mut().flat_map(|stream| &mut stream.events) {
                event.docs = Docs::default();
            }
            for response in &mut operation.responses {
                response.docs = Docs::default();
            }
        }
    }
}

impl Type {
    /// Removes the formats of texts, which are only printed in comments.
    fn forget_format(&mut self) {
        match self {
            Type::String(StringKind::Text { format }) => *format = None,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => inner.forget_format(),
            Type::Tuple(elements) => elements.iter_mut().for_each(Type::forget_format),
            Type::Foreign(foreign) => foreign.of.forget_format(),
            Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) | Type::Named(_) => {}
        }
    }

    /// The type without the formats of texts, for a comparison of what is generated.
    pub(crate) fn without_formats(&self) -> Type {
        let mut ty = self.clone();
        ty.forget_format();
        ty
    }
}

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
                        forget_format(&mut field.ty);
                    }
                    if let AdditionalProperties::Kept { ty, .. } = &mut object.additional {
                        forget_format(ty);
                    }
                }
                TypeKind::Union(union) => union.branches.iter_mut().for_each(|branch| forget_format(&mut branch.ty)),
                TypeKind::Alias(ty) => forget_format(ty),
                TypeKind::Enumeration(_) => {}
            }
        }
        for operation in &mut self.operations {
            operation.summary = Docs::default();
            operation.docs = Docs::default();
            operation.notes.clear();
            for parameter in &mut operation.parameters {
                parameter.docs = Docs::default();
                forget_format(&mut parameter.ty);
            }
            if let Some(body) = &mut operation.body {
                body.docs = Docs::default();
            }
            for header in &mut operation.headers {
                header.docs = Docs::default();
            }
            for response in &mut operation.responses {
                response.docs = Docs::default();
            }
        }
    }
}

/// Removes the format of a text, which is only printed in comments.
fn forget_format(ty: &mut Type) {
    match ty {
        Type::String(StringKind::Text { format }) => *format = None,
        Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => forget_format(inner),
        Type::Foreign(foreign) => forget_format(&mut foreign.of),
        Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) | Type::Named(_) => {}
    }
}

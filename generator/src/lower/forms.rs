//! Forms: whether a body that is sent property by property has properties.

use super::Lowering;
use crate::ir::{Content, MediaType, Operation, Type, TypeKind};
use crate::location::Location;
use crate::problem::{Problem, ProblemKind};
use crate::report::NoteKind;

impl Lowering<'_> {
    /// Reports the forms with alternatives, and refuses those that are not objects.
    pub(super) fn check_forms(&mut self, operations: &[Operation]) {
        let bodies = operations.iter().filter_map(|operation| operation.body.as_ref());
        for content in bodies.flat_map(|body| &body.contents) {
            let is_multipart = content.media == MediaType::Multipart;
            if is_multipart || content.media == MediaType::Form {
                self.check_form(content, is_multipart);
            }
        }
    }

    fn check_form(&mut self, content: &Content, is_multipart: bool) {
        let Some(ty) = &content.ty else { return };
        match self.form(ty, 0) {
            Some(Form::Properties | Form::Map) => {}
            Some(Form::Union) if !is_multipart => {}
            Some(Form::Union) => {
                let what = "the form has several alternatives: the properties of all of them are optional";
                self.note(NoteKind::FormUnion, &content.origin, what);
            }
            None => self.refuse_form(&content.origin),
        }
    }

    fn refuse_form(&mut self, at: &Location) {
        let what = "a form that is not an object".to_owned();
        self.findings.refuse(Problem::new(ProblemKind::Unsupported { what }, at));
    }

    /// `None`: some value of the type is no object.
    fn form(&self, ty: &Type, depth: usize) -> Option<Form> {
        const MOST: usize = 16;
        if depth > MOST {
            return None;
        }
        match ty {
            Type::Nullable(inner) => self.form(inner, depth + 1),
            Type::Map(_) | Type::Any => Some(Form::Map),
            Type::Foreign(foreign) => self.form(&foreign.of, depth + 1),
            Type::Named(id) => match &self.types.get(id.0)?.kind {
                TypeKind::Struct(_) => Some(Form::Properties),
                TypeKind::Alias(ty) => self.form(ty, depth + 1),
                TypeKind::Union(union) => {
                    let all = union.branches.iter().all(|branch| self.form(&branch.ty, depth + 1).is_some());
                    all.then_some(Form::Union)
                }
                TypeKind::Enumeration(_) => None,
            },
            Type::Array(_) | Type::Tuple(_) | Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_) => None,
        }
    }
}

/// What the properties of a form come from.
enum Form {
    /// A struct.
    Properties,
    /// A map, whose properties the caller names.
    Map,
    /// A union of forms.
    Union,
}

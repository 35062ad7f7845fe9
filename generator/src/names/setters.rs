//! The names of setters: the name of the property, unless a method or another setter has it.

use super::{Scope, value_name};
use crate::findings::Findings;
use crate::ir::{Api, Setters, TypeKind};

/// The methods of every struct with setters: its own, and those of derived and blanket traits, which a setter of the
/// same name would hide.
const METHODS: [&str; 9] =
    ["new", "clone", "default", "into", "try_into", "to_owned", "borrow", "serialize", "deserialize"];

/// The name of a setter beside these methods.
pub(crate) fn setter(property: &str, methods: &[&str]) -> String {
    if methods.contains(&property) { format!("{property}_") } else { property.to_owned() }
}

/// Assigns the setters of the optional properties that a request may have. Only types in requests have setters, because
/// each one costs the compiler time.
pub(super) fn assign(api: &mut Api, findings: &mut Findings) {
    for id in api.sent_types().iter().collect::<Vec<_>>() {
        let Some(def) = api.types.get_mut(id.0) else { continue };
        let TypeKind::Struct(object) = &mut def.kind else { continue };
        // `From` converts a response type to a request type.
        let has_from = def.request_name.is_some();
        let methods: Vec<&str> = METHODS.into_iter().chain(has_from.then_some("from")).collect();
        let mut scope = Scope::default();
        let optional = |required: bool, read_only: bool| !required && !read_only;
        for field in object.fields.iter_mut().filter(|field| optional(field.required, field.read_only)) {
            let value = scope.claim(&setter(&field.name.rust, &methods), "_");
            field.setters = Some(Setters { value, null: None });
        }
        for field in &mut object.fields {
            let (_, is_nullable) = field.ty.split_nullable();
            let Some(setters) = field.setters.as_mut().filter(|_| is_nullable) else { continue };
            let wanted = value_name(&format!("{} null", field.name.wire)).rust;
            let null = scope.claim(&wanted, "_");
            findings.renamed(&def.origin, &wanted, &null);
            setters.null = Some(null);
        }
    }
}

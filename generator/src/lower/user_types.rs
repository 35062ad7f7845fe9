//! User types, which replace generated ones.

use super::Lowering;
use super::overrides::WHOLE_PATH;
use super::schema::{implied_type, may_be_null, nullable_of};
use crate::ir::{Foreign, IntegerKind, StringKind, Type};
use crate::location::Location;
use crate::problem::Problem;
use crate::read::{Node, Section};
use crate::report::NoteKind;
use crate::settings::RustType;

/// The formats with a fixed type.
const FIXED: [&str; 2] = ["password", "binary"];

impl<'d> Lowering<'d> {
    /// The user type for the format of this schema, or else `of`.
    pub(super) fn by_format(&mut self, node: &Node<'d>, json_type: &str, of: Type) -> Option<Type> {
        if self.settings.formats.is_empty() && self.settings.presets.is_empty() {
            return Some(of);
        }
        let Some(format) = self.collect(node.text_at("format"))? else { return Some(of) };
        let key = crate::settings::format_key(json_type, format);
        if let Some((key, ty)) = self.settings.formats.get_key_value(&key) {
            self.used_formats.insert(key);
            return Some(foreign(ty, of));
        }
        let runtime = self.settings.runtime_path.as_deref().unwrap_or(crate::names::RUNTIME);
        if let Some((preset, ty)) = self.settings.presets.ty(&key, runtime) {
            self.used_presets.insert(preset);
            return Some(foreign(&ty, of));
        }
        Some(of)
    }

    /// The user type that replaces this schema.
    pub(super) fn replaced(&mut self, node: &Node<'d>) -> Option<Type> {
        let ty = foreign(self.overrides.replacement(node)?, json_type(node, 0));
        Some(if may_be_null(node) { nullable_of(ty) } else { ty })
    }

    /// Reports invalid types of formats and unused formats.
    pub(super) fn check_formats(&mut self) {
        let root = Location::root();
        for (format, ty) in &self.settings.formats {
            if FIXED.contains(&format.as_str()) {
                let what = "this format always has its own type";
                let cure = "use `replace` with the pointers of single schemas";
                self.findings.refuse(Problem::of_setting("formats", format, &root, what, cure));
            } else if let Err(error) = ty.check() {
                self.findings.refuse(Problem::of_setting("formats", format, &root, error.to_string(), WHOLE_PATH));
            } else if !self.used_formats.contains(format.as_str()) {
                self.note(NoteKind::UnusedFormat, &root, format!("no schema has the format `{format}` of the setting"));
            }
        }
    }

    /// The branches of a union. If two branches share a JSON type, they get no user types: the schemas decide the
    /// branch, and a user type may accept different values.
    pub(super) fn without_ambiguous_user_types(&mut self, mut lowered: Vec<(Node<'d>, Type)>) -> Vec<(Node<'d>, Type)> {
        if lowered.iter().all(|(_, ty)| ty.foreign().is_none()) {
            return lowered;
        }
        let kinds: Vec<_> = lowered.iter().map(|(_, ty)| ty.json_types(&self.types)).collect();
        for (index, (node, ty)) in lowered.iter_mut().enumerate() {
            let of_scalar = ty.foreign().is_some_and(|foreign| is_scalar(&foreign.of));
            let own = kinds.get(index).cloned().flatten().unwrap_or_default();
            let is_shared = kinds.iter().enumerate().any(|(other, kinds)| {
                other != index && kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|kind| own.contains(kind)))
            });
            if of_scalar && is_shared {
                self.findings.note(
                    NoteKind::AmbiguousFormat,
                    node.at(),
                    "the setting for this format: another branch of the union has the same JSON type",
                );
                *ty = without_foreign(ty);
            }
        }
        lowered
    }
}

fn is_scalar(ty: &Type) -> bool {
    matches!(ty, Type::Boolean | Type::Integer(_) | Type::Number | Type::String(_))
}

/// A type with the JSON type of this schema; `Type::Any` if the schema declares none.
fn json_type(node: &Node<'_>, depth: usize) -> Type {
    const MOST: usize = 8;
    let Ok(node) = node.resolve(Section::Schemas) else { return Type::Any };
    match node.get("type").and_then(|name| name.value().as_str()).or_else(|| implied_type(&node)) {
        Some("object") => Type::Map(Box::new(Type::Any)),
        Some("array") => Type::Array(Box::new(Type::Any)),
        Some("string") => Type::String(StringKind::Text { format: None }),
        Some("integer") => Type::Integer(IntegerKind::I64),
        Some("number") => Type::Number,
        Some("boolean") => Type::Boolean,
        _ => match node.get("allOf").and_then(|parts| parts.elements().ok()?.into_iter().next()) {
            Some(part) if depth < MOST => json_type(&part, depth + 1),
            _ => Type::Any,
        },
    }
}

/// The user type `ty`, which replaces `of`.
fn foreign(ty: &RustType, of: Type) -> Type {
    Type::Foreign(Box::new(Foreign { rust: ty.path.clone(), with: ty.with.clone(), of }))
}

/// The type without user types.
pub(super) fn without_foreign(ty: &Type) -> Type {
    let inside = |inner: &Type| Box::new(without_foreign(inner));
    match ty {
        Type::Foreign(foreign) => foreign.of.clone(),
        Type::Array(inner) => Type::Array(inside(inner)),
        Type::Tuple(elements) => Type::Tuple(elements.iter().map(without_foreign).collect()),
        Type::Map(inner) => Type::Map(inside(inner)),
        Type::Nullable(inner) => Type::Nullable(inside(inner)),
        other => other.clone(),
    }
}

/// The type of a streamed value, without user types that need a module to decode.
pub(super) fn readable(ty: &Type) -> Type {
    if ty.foreign().is_some_and(|foreign| foreign.with.is_some()) { without_foreign(ty) } else { ty.clone() }
}

//! Arrays whose items have their own schemas: tuples, if the length is fixed.

use super::Lowering;
use super::structs::is_never;
use crate::ir::{StringKind, Type, TypeKind};
use crate::names::Wanted;
use crate::read::Node;
use crate::report::NoteKind;

/// The longest tuple. Rust's standard library has no traits for longer ones.
const MOST: usize = 12;

/// Whether the items of an array have their own schemas: `prefixItems`, or a list in `items` as before JSON Schema
/// 2020-12.
pub(super) fn is_tuple(node: &Node<'_>) -> bool {
    prefix(node).is_some()
}

fn prefix<'d>(node: &Node<'d>) -> Option<Node<'d>> {
    node.get("prefixItems").or_else(|| node.get("items").filter(|items| items.value().is_array()))
}

impl<'d> Lowering<'d> {
    /// The type of an array whose items have their own schemas.
    pub(super) fn tuple(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        let Some(items) = prefix(node) else { return Some(self.any_items(node, "the types of single elements")) };
        let schemas = self.collect(items.elements())?;
        // The schema of all further items.
        let rest = node.get(if node.has("prefixItems") { "items" } else { "additionalItems" });
        let is_closed = rest.as_ref().is_some_and(|rest| *rest.value() == false || is_never(rest));
        let limit = |key: &str| {
            let limit = node.get(key)?.value().as_f64()?;
            // A limit past any length is no limit.
            (0.0..1e6).contains(&limit).then_some(limit as usize)
        };
        let own = is_closed.then_some(schemas.len());
        let least = limit("minItems").unwrap_or(0);
        let Some(length) = own.into_iter().chain(limit("maxItems")).min().filter(|most| *most == least) else {
            return Some(self.any_items(&items, "the types of single elements, because the length is not fixed"));
        };
        if length == 0 || length > MOST {
            return Some(self.any_items(&items, "the types of single elements, because of their number"));
        }
        let mut elements = Vec::new();
        for index in 0..length {
            let wanted = wanted.and(&(index + 1).to_string());
            let rest = rest.as_ref().filter(|rest| rest.value().is_object());
            elements.push(match schemas.get(index).or(rest) {
                Some(schema) => self.schema(schema, &wanted)?,
                None => Type::Any,
            });
        }
        if elements.iter().any(|element| self.holds_secret(element, 0)) {
            return Some(self.any_items(&items, "the types of single elements, because one is a secret"));
        }
        Some(Type::Tuple(elements.into_iter().map(super::unions::as_json).collect()))
    }

    /// A list of any values.
    fn any_items(&mut self, at: &Node<'d>, what: &str) -> Type {
        self.note(NoteKind::PrefixItems, at.at(), format!("{what}: each may be any value"));
        Type::Array(Box::new(Type::Any))
    }

    /// Whether a secret is in a type without a struct or a union around it.
    fn holds_secret(&self, ty: &Type, depth: usize) -> bool {
        const MOST_DEPTH: usize = 16;
        match ty {
            _ if depth > MOST_DEPTH => true,
            Type::String(kind) => *kind == StringKind::Secret,
            Type::Array(inner) | Type::Map(inner) | Type::Nullable(inner) => self.holds_secret(inner, depth + 1),
            Type::Tuple(elements) => elements.iter().any(|element| self.holds_secret(element, depth + 1)),
            Type::Named(id) => match self.types.get(id.0).map(|def| &def.kind) {
                Some(TypeKind::Alias(ty)) => self.holds_secret(ty, depth + 1),
                _ => false,
            },
            Type::Any | Type::Boolean | Type::Integer(_) | Type::Number | Type::Foreign(_) => false,
        }
    }
}

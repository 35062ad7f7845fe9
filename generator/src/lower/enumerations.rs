//! `enum`: an open type of known values, for strings and integers.

use serde_json::Value;

use super::Lowering;
use super::overrides::Named;
use crate::ir::{Enumeration, EnumerationOf, EnumerationValue, IntegerKind, Name, Type, TypeKind};
use crate::names::{self, Wanted};
use crate::read::Node;
use crate::report::NoteKind;

impl<'d> Lowering<'d> {
    /// The type of a schema with an `enum`, or without any keyword.
    pub(super) fn of_values(&mut self, node: &Node<'d>, wanted: &Wanted) -> Option<Type> {
        let declared = node.get("type").and_then(|name| name.value().as_str());
        let by_type = |this: &mut Self| match declared {
            Some("string") => Some(Type::String(crate::ir::StringKind::Text { format: None })),
            Some("integer") => Some(Type::Integer(this.integer(node)?)),
            Some("number") => Some(number_of(&listed_values(node))),
            Some("boolean") => Some(Type::Boolean),
            _ => Some(Type::Any),
        };
        let Some(list) = node.get("enum") else { return by_type(self) };
        let listed = node.get("type").and_then(|types| types.value().as_array());
        // If several types are listed, values of other types are invalid.
        let may_be = |value: &Value| listed.is_none_or(|types| types.iter().any(|name| is_of(value, name)));
        let mut values = Vec::new();
        for element in self.collect(list.elements())? {
            let value = element.value();
            if !value.is_null() && !values.contains(&value) && may_be(value) {
                values.push(value);
            }
        }
        let texts: Vec<&str> = values.iter().filter_map(|value| value.as_str()).collect();
        let integers: Vec<i64> = values.iter().filter_map(|value| whole(value)).collect();
        let may = |name: &str| declared.is_none_or(|declared| declared == name);
        if values.is_empty() {
            if declared.is_none() {
                self.note(NoteKind::EnumValues, node.at(), "an `enum` whose only value is null: any value is accepted");
            }
            return by_type(self);
        }
        if texts.len() == values.len() && may("string") {
            return Some(self.texts(node, &texts, &[], wanted));
        }
        if integers.len() == values.len() && (may("integer") || may("number")) {
            return Some(self.integers(node, &integers, &[], wanted));
        }
        let all = |is: fn(&Value) -> bool| values.iter().all(|value| is(value));
        if all(Value::is_boolean) && may("boolean") {
            if values.len() == 1 {
                self.note(NoteKind::EnumValues, node.at(), "an `enum` with one boolean: both booleans are accepted");
            }
            return Some(Type::Boolean);
        }
        if declared.is_some() || all(Value::is_number) {
            let what = if all(Value::is_number) && declared != Some("string") {
                "an `enum` of numbers: any number of the type is accepted"
            } else {
                "an `enum` with values of other types: any value of the type is accepted"
            };
            self.note(NoteKind::EnumValues, node.at(), what);
            return if declared.is_some() { by_type(self) } else { Some(number_of(&values)) };
        }
        self.mixed(node, &values, &texts, &integers, wanted)
    }

    /// Values of several JSON types: a branch for each type.
    fn mixed(
        &mut self,
        node: &Node<'d>,
        values: &[&Value],
        texts: &[&str],
        integers: &[i64],
        wanted: &Wanted,
    ) -> Option<Type> {
        if values.iter().any(|value| value.is_array() || value.is_object()) {
            self.note(NoteKind::EnumValues, node.at(), "an `enum` with arrays or objects: any value is accepted");
            return Some(Type::Any);
        }
        let mut alternatives = Vec::new();
        if !texts.is_empty() {
            let id = self.reserve_beside(node, &self.wanted_name(node, wanted).and("text"));
            alternatives.push(Type::Named(id));
            let kind = self.enumeration(node, EnumerationOf::Texts, texts.iter().map(|&text| text.to_owned()), &[]);
            self.define(id, node, kind);
        }
        let numbers = values.iter().filter(|value| value.is_number()).count();
        if numbers > 0 {
            if numbers == integers.len() {
                let id = self.reserve_beside(node, &self.wanted_name(node, wanted).and("number"));
                alternatives.push(Type::Named(id));
                let texts = integers.iter().map(i64::to_string);
                let kind = self.enumeration(node, EnumerationOf::Integers, texts, &[]);
                self.define(id, node, kind);
            } else {
                self.note(NoteKind::EnumValues, node.at(), "an `enum` of numbers: any number is accepted");
                alternatives.push(number_of(values));
            }
        }
        if values.iter().any(|value| value.is_boolean()) {
            alternatives.push(Type::Boolean);
        }
        Some(self.alternatives(node, alternatives, wanted))
    }

    /// An open enumeration of strings. `titles` are names for the variants, if the document has any.
    pub(super) fn texts(&mut self, node: &Node<'d>, texts: &[&str], titles: &[String], wanted: &Wanted) -> Type {
        let id = self.reserve(node, wanted);
        let kind = self.enumeration(node, EnumerationOf::Texts, texts.iter().map(|&text| text.to_owned()), titles);
        self.define(id, node, kind);
        Type::Named(id)
    }

    /// An open enumeration of integers.
    pub(super) fn integers(&mut self, node: &Node<'d>, integers: &[i64], titles: &[String], wanted: &Wanted) -> Type {
        let id = self.reserve(node, wanted);
        let kind = self.enumeration(node, EnumerationOf::Integers, integers.iter().map(i64::to_string), titles);
        self.define(id, node, kind);
        Type::Named(id)
    }

    fn enumeration(
        &mut self,
        node: &Node<'d>,
        of: EnumerationOf,
        wires: impl Iterator<Item = String>,
        titles: &[String],
    ) -> TypeKind {
        let wires: Vec<String> = wires.collect();
        let named = variant_names(node, wires.len());
        let titles = if titles.is_empty() { named.as_slice() } else { titles };
        // The variant for unknown values is named last, so it gets the number if names collide.
        let mut ideal: Vec<String> = if titles.len() == wires.len() { titles.to_vec() } else { wires.clone() };
        self.choose_variants(node, &wires, &mut ideal);
        let mut all = ideal.clone();
        all.push("Unknown".to_owned());
        let mut variants = names::variant_names(&all);
        let unknown = variants.pop().unwrap_or_else(|| "Unknown".to_owned());
        for (ideal, variant) in ideal.iter().zip(&variants) {
            self.renamed(node.at(), &names::type_name(ideal), variant);
        }
        self.renamed(node.at(), "Unknown", &unknown);
        let values = wires
            .into_iter()
            .zip(variants)
            .map(|(wire, rust)| EnumerationValue { name: Name { wire, rust, is_raw: false } })
            .collect();
        TypeKind::Enumeration(Enumeration { of, values, unknown })
    }
}

impl<'d> Lowering<'d> {
    /// Applies the names from the settings. A value is listed in an `enum`, or alone in the `enum` of a branch.
    fn choose_variants(&mut self, node: &Node<'d>, wires: &[String], ideal: &mut [String]) {
        let mut elements = Vec::new();
        for key in ["enum", "oneOf", "anyOf"] {
            for element in node.get(key).and_then(|list| list.elements().ok()).unwrap_or_default() {
                let only = element.get("enum").and_then(|values| values.elements().ok()?.into_iter().next());
                elements.push((only.as_ref().unwrap_or(&element).value(), element));
            }
        }
        let mut chosen = Vec::new();
        for (value, element) in elements {
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let Some(index) = wires.iter().position(|wire| *wire == text) else { continue };
            if let Some(name) = self.overrides.name(&element, Named::Type)
                && let Some(slot) = ideal.get_mut(index)
            {
                *slot = name.to_owned();
                chosen.push((index, name, element.original()));
            }
        }
        for (index, name, location) in chosen {
            let is_other = |(other, ideal): (usize, &String)| other != index && names::type_name(ideal) == name;
            if ideal.iter().enumerate().any(is_other) {
                self.overrides.taken(&location, name);
            }
        }
    }
}

/// `x-enum-varnames`, which several generators read.
fn variant_names(node: &Node<'_>, count: usize) -> Vec<String> {
    let names = node.texts("x-enum-varnames").unwrap_or_default();
    if names.len() == count { names.into_iter().map(str::to_owned).collect() } else { Vec::new() }
}

/// An integer, in any JSON spelling.
pub(super) fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| whole_of_f64(value))
}

/// The integer that the value is as an `f64`, in the range in which an `f64` represents every integer.
fn whole_of_f64(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_exact = |number: &f64| number.fract() == 0.0 && number.abs() <= EXACT;
    value.as_f64().filter(is_exact).map(|number| number as i64)
}

/// The values of the `enum`.
fn listed_values<'d>(node: &Node<'d>) -> Vec<&'d Value> {
    node.get("enum").and_then(|list| list.value().as_array()).into_iter().flatten().collect()
}

/// The type of these numbers. A fraction would round a large integer.
fn number_of(values: &[&Value]) -> Type {
    let is_large = |value: &&Value| (value.is_i64() || value.is_u64()) && whole_of_f64(value).is_none();
    if values.iter().any(is_large) { Type::Integer(IntegerKind::Unbounded) } else { Type::Number }
}

/// Whether a value is of the JSON type of this name.
fn is_of(value: &Value, name: &Value) -> bool {
    match name.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64() || whole(value).is_some(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    }
}

//! `oneOf` and `anyOf`: one of several types, and how a value shows which.

use std::collections::BTreeMap;

use super::Lowering;
use crate::ir::{Branch, Decision, Kind, Struct, Type, Union};
use crate::names;
use crate::problem::ProblemKind;
use crate::read::Node;

impl<'d> Lowering<'d> {
    pub(super) fn union(&mut self, node: &Node<'d>, branches: &Node<'d>, wanted: &str) -> Option<Type> {
        let elements = self.collect(branches.elements())?;
        if ["properties", "additionalProperties", "required"].iter().any(|key| node.has(key)) {
            let what = "a `oneOf` or `anyOf` beside members of its own".to_owned();
            self.problems.push(node.problem(ProblemKind::Unsupported { what }));
            return None;
        }
        if let [only] = elements.as_slice() {
            return self.schema(only, wanted);
        }
        let id = self.reserve(node, wanted);
        let type_name = self.types.get(id.0).map(|def| def.name.rust.clone()).unwrap_or_default();
        let mut lowered = Vec::new();
        let mut complete = true;
        let mut nullable = false;
        for (index, element) in elements.iter().enumerate() {
            match self.schema(element, &format!("{type_name} {}", index + 1)) {
                Some(Type::Nullable(inner)) => {
                    nullable = true;
                    lowered.push((element, *inner));
                }
                Some(ty) => lowered.push((element, ty)),
                None => complete = false,
            }
        }
        if !complete {
            return None;
        }
        let union = self.decide(node, &lowered)?;
        self.define(id, node, Kind::Union(union));
        let ty = Type::Named(id);
        Some(if nullable { Type::Nullable(Box::new(ty)) } else { ty })
    }

    fn decide(&mut self, node: &Node<'d>, lowered: &[(&Node<'d>, Type)]) -> Option<Union> {
        let wanted: Vec<String> = lowered.iter().map(|(_, ty)| self.branch_name(ty)).collect();
        let mut all = wanted;
        all.push("Unknown".to_owned());
        let mut variants = names::variant_names(&all);
        let unknown = variants.pop();
        let mut branches: Vec<Branch> = lowered
            .iter()
            .zip(variants)
            .map(|((_, ty), name)| Branch { name, ty: ty.clone(), discriminators: Vec::new(), distinctive: Vec::new() })
            .collect();
        if let Some(discriminator) = node.get("discriminator") {
            let member = self.discriminate(&discriminator, lowered, &mut branches)?;
            return Some(Union { branches, decision: Decision::Discriminator(member), unknown });
        }
        if self.json_types_differ(&branches) {
            return Some(Union { branches, decision: Decision::JsonType, unknown: None });
        }
        if self.members_decide(&mut branches) {
            return Some(Union { branches, decision: Decision::Members, unknown: None });
        }
        let what = "a `oneOf` or `anyOf` whose branch cannot be told from the value".to_owned();
        self.problems.push(node.problem(ProblemKind::Unsupported { what }));
        None
    }

    /// The member that decides, with the values of each branch on record.
    fn discriminate(
        &mut self,
        node: &Node<'d>,
        lowered: &[(&Node<'d>, Type)],
        branches: &mut [Branch],
    ) -> Option<String> {
        let discriminator: openapiv3::Discriminator = self.collect(node.typed("a Discriminator object"))?;
        let mut complete = true;
        let mut values: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        let component = |reference: &str| {
            let component = reference.strip_prefix("#/components/schemas/").unwrap_or(reference);
            crate::location::unescape(component)
        };
        for (index, (element, _)) in lowered.iter().enumerate() {
            match element.reference() {
                Some(reference) => {
                    let name = component(reference);
                    let mapped: Vec<String> = discriminator
                        .mapping
                        .iter()
                        .filter(|(_, target)| component(target) == name)
                        .map(|(value, _)| value.clone())
                        .collect();
                    values.insert(index, if mapped.is_empty() { vec![name] } else { mapped });
                }
                None => {
                    let what = "a discriminator over a branch that is not a `$ref`".to_owned();
                    self.problems.push(element.problem(ProblemKind::Unsupported { what }));
                    complete = false;
                }
            }
        }
        for (branch, values) in branches.iter_mut().zip(values.into_values()) {
            branch.discriminators = values;
        }
        complete.then_some(discriminator.property_name)
    }

    fn json_types_differ(&self, branches: &[Branch]) -> bool {
        let mut seen = Vec::new();
        branches.iter().all(|branch| match self.json_type(&branch.ty) {
            Some(json_type) if !seen.contains(&json_type) => {
                seen.push(json_type);
                true
            }
            _ => false,
        })
    }

    /// The JSON type of every value of the type, where there is one.
    fn json_type(&self, ty: &Type) -> Option<&'static str> {
        match ty {
            Type::Boolean => Some("boolean"),
            Type::Integer(_) | Type::Number => Some("number"),
            Type::String(_) => Some("string"),
            Type::Array(_) => Some("array"),
            Type::Map(_) => Some("object"),
            Type::Any | Type::Nullable(_) => None,
            Type::Named(id) => match &self.types.get(id.0)?.kind {
                Kind::Struct(_) => Some("object"),
                Kind::Enumeration(_) => Some("string"),
                Kind::Alias(ty) => self.json_type(ty),
                Kind::Union(_) => None,
            },
        }
    }

    /// Whether required members decide: each branch but the last has one that no other branch declares.
    fn members_decide(&self, branches: &mut [Branch]) -> bool {
        let Some(structs) = branches.iter().map(|branch| self.plain_struct(&branch.ty)).collect::<Option<Vec<_>>>()
        else {
            return false;
        };
        let distinctive: Vec<Vec<String>> = structs
            .iter()
            .enumerate()
            .map(|(index, object)| {
                let declared_elsewhere = |wire: &str| {
                    let others = structs.iter().enumerate().filter(|(other, _)| *other != index);
                    others.flat_map(|(_, other)| &other.fields).any(|field| field.name.wire == wire)
                };
                let required = object.fields.iter().filter(|field| field.required);
                required.map(|field| field.name.wire.clone()).filter(|wire| !declared_elsewhere(wire)).collect()
            })
            .collect();
        // One branch may have none: it is what is left when no other branch shows itself.
        let decided = distinctive.iter().filter(|members| members.is_empty()).count() <= 1;
        for (branch, members) in branches.iter_mut().zip(distinctive) {
            branch.distinctive = members;
        }
        decided
    }

    fn plain_struct(&self, ty: &Type) -> Option<&Struct> {
        let Type::Named(id) = ty else { return None };
        match &self.types.get(id.0)?.kind {
            // One without members is still being lowered: nobody knows yet what it has.
            Kind::Struct(object) => Some(object).filter(|object| !object.fields.is_empty()),
            Kind::Enumeration(_) | Kind::Union(_) | Kind::Alias(_) => None,
        }
    }

    fn branch_name(&self, ty: &Type) -> String {
        match ty {
            Type::Any => "Any".to_owned(),
            Type::Boolean => "Boolean".to_owned(),
            Type::Integer(_) => "Integer".to_owned(),
            Type::Number => "Number".to_owned(),
            Type::String(_) => "String".to_owned(),
            Type::Array(inner) => format!("{} array", self.branch_name(inner)),
            Type::Map(inner) => format!("{} map", self.branch_name(inner)),
            Type::Nullable(inner) => self.branch_name(inner),
            Type::Named(id) => self.types.get(id.0).map(|def| def.name.rust.clone()).unwrap_or_default(),
        }
    }
}

//! Schemas in progress: a reference back to one of them refers to its type instead of lowering it again.

use super::overrides::Named;
use super::schema::may_be_null;
use super::unions::component_at;
use super::{Lowering, Progress, branch_names};
use crate::ir::{Docs, Name, Type, TypeDef, TypeId, TypeKind};
use crate::names::{Chosen, TypePlan, Wanted};
use crate::problem::ProblemKind;
use crate::read::Node;
use crate::report::NoteKind;

/// The largest number of types, several times the need of the largest documents. Properties that `allOf` repeats can
/// double the number of types at every level.
const MOST_TYPES: usize = 50_000;

/// A schema that is being lowered.
#[derive(Debug)]
pub(super) struct InProgress<'d> {
    /// The origin of its type.
    pub(super) node: Node<'d>,
    /// Its key: its pointer, or the pointers of all merged schemas.
    pub(super) key: String,
    /// The wanted name of its type.
    pub(super) wanted: Wanted,
    /// Whether it stays resolved when it is done. Otherwise it becomes a new type wherever `allOf` repeats it, named
    /// after that location. Recursive schemas stay resolved, because each repetition would repeat all others.
    pub(super) lasts: bool,
}

/// Whether an inline schema can refer to itself: a schema that `allOf` repeats may contain the repetition.
///
/// Arrays and maps cannot, because their elements have names.
pub(super) fn may_lead_back(node: &Node<'_>) -> bool {
    ["allOf", "anyOf", "oneOf", "properties"].iter().any(|key| node.has(key))
        || node.get("type").is_some_and(|types| types.value().is_array())
}

impl<'d> Lowering<'d> {
    /// Whether the document has too many types to compile. Reports that once.
    pub(super) fn is_too_much(&mut self, node: &Node<'d>) -> bool {
        let is_too_much = self.types.len() >= MOST_TYPES;
        if is_too_much && !self.findings.has_problem(ProblemKind::TooManyTypes.code()) {
            self.findings.refuse(node.problem(ProblemKind::TooManyTypes));
        }
        is_too_much
    }

    /// Lowers a schema once: later calls return the resolved type, or the name of the schema in progress.
    pub(super) fn once(&mut self, what: InProgress<'d>, lower: impl FnOnce(&mut Self) -> Option<Type>) -> Option<Type> {
        let (node, key) = (what.node.clone(), what.key.clone());
        match self.resolved.get(&key) {
            Some(Progress::Done(ty)) => return Some(ty.clone()),
            Some(Progress::Refused(flaw)) => {
                // Every operation that reaches the schema has its flaw.
                let flaw = flaw.clone();
                self.findings.refuse_all(flaw);
                return None;
            }
            Some(Progress::Named(_) | Progress::Nameless) => return Some(self.back_to(&key)),
            None => {}
        }
        self.resolved.insert(key.clone(), Progress::Nameless);
        let problems = self.findings.problem_count();
        self.in_progress.push(what);
        let ty = lower(self).and_then(|ty| self.under_its_name(&node, &key, ty));
        let lasts = self.in_progress.pop().is_some_and(|opened| opened.lasts);
        if lasts {
            let flaw = self.findings.problems_since(problems).first().cloned();
            let progress = match &ty {
                Some(ty) if flaw.is_none() => Progress::Done(ty.clone()),
                _ => Progress::Refused(flaw),
            };
            self.resolved.insert(key, progress);
        } else {
            self.resolved.remove(&key);
        }
        ty
    }

    /// The type of a schema in progress. It needs a name.
    fn back_to(&mut self, key: &str) -> Type {
        let Some(index) = self.in_progress.iter().rposition(|opened| opened.key == key) else { return Type::Any };
        let Some((opened, inner)) = self.in_progress.get_mut(index..).and_then(<[_]>::split_first_mut) else {
            return Type::Any;
        };
        if !opened.lasts {
            opened.lasts = true;
            inner.iter_mut().for_each(|opened| opened.lasts = true);
        }
        let (node, wanted) = (opened.node.clone(), opened.wanted.clone());
        let ty = Type::Named(self.reserve_for(key, &node, &wanted));
        if may_be_null(&node) { Type::Nullable(Box::new(ty)) } else { ty }
    }

    /// Defines a type under its reserved name, if a name was reserved while the schema was in progress.
    fn under_its_name(&mut self, target: &Node<'d>, key: &str, ty: Type) -> Option<Type> {
        let Some(&Progress::Named(id)) = self.resolved.get(key) else { return Some(ty) };
        let (inner, nullable) = ty.split_nullable();
        if *inner == Type::Named(id) {
            if self.types.get(id.0).is_some_and(|def| matches!(def.kind, TypeKind::Alias(Type::Any))) {
                self.note(
                    NoteKind::RecursiveUnion,
                    target.at(),
                    "a schema that only refers to itself: any value is accepted",
                );
            }
            return Some(ty);
        }
        let inner = inner.clone();
        self.define(id, target, TypeKind::Alias(inner));
        let named = Type::Named(id);
        Some(if nullable { Type::Nullable(Box::new(named)) } else { named })
    }

    /// Reserves a named type for this schema, which [`Lowering::define`] fills in. The schema may already refer to it.
    pub(super) fn reserve(&mut self, node: &Node<'d>, wanted: &Wanted) -> TypeId {
        // The same schema may be in progress twice: alone, and merged with others. The innermost is the current one.
        let at_hand = self.in_progress.iter().rev().find(|opened| opened.node.at().pointer() == node.at().pointer());
        match at_hand.map(|opened| opened.key.clone()) {
            Some(key) => self.reserve_for(&key, node, wanted),
            None => self.new_type(node, wanted),
        }
    }

    fn reserve_for(&mut self, key: &str, node: &Node<'d>, wanted: &Wanted) -> TypeId {
        if let Some(&Progress::Named(id)) = self.resolved.get(key) {
            return id;
        }
        let id = self.new_type(node, wanted);
        if let Some(progress) = self.resolved.get_mut(key) {
            *progress = Progress::Named(id);
        }
        id
    }

    fn new_type(&mut self, node: &Node<'d>, wanted: &Wanted) -> TypeId {
        let component = component_at(node);
        let chosen = self.chosen(node).filter(|_| component.is_none());
        self.add(node, TypePlan { wanted: wanted.clone(), component, chosen, title: branch_names::title(node) })
    }

    /// Adds a named type for this schema. References to the schema do not use it.
    pub(super) fn reserve_beside(&mut self, node: &Node<'d>, wanted: &Wanted) -> TypeId {
        self.add(node, TypePlan { wanted: wanted.clone(), component: None, chosen: None, title: None })
    }

    /// The name that the settings choose for the type of this schema.
    pub(super) fn chosen(&mut self, node: &Node<'d>) -> Option<Chosen> {
        let name = self.overrides.name(node, Named::Type)?.to_owned();
        Some(Chosen { name, at: node.original() })
    }

    fn add(&mut self, node: &Node<'d>, plan: TypePlan) -> TypeId {
        let id = TypeId(self.types.len());
        let wire = plan.component.clone().unwrap_or_default();
        self.plan.types.push(plan);
        self.types.push(TypeDef {
            name: Name { wire, rust: String::new(), is_raw: false },
            request_name: None,
            origin: node.at().clone(),
            docs: Docs::default(),
            deprecated: false,
            derives: self.overrides.derives(node),
            is_hidden: false,
            kind: TypeKind::Alias(Type::Any),
        });
        id
    }
}

//! Notes values of a discriminator that lead to no branch of its union.

use super::Lowering;
use super::unions::component;
use crate::ir::TypeKind;
use crate::read::Node;
use crate::report::NoteKind;

impl<'d> Lowering<'d> {
    /// A note for each mapped value whose target is not a branch.
    pub(super) fn note_mappings(&mut self, root: &Node<'d>) {
        let unions = self.types.iter().filter(|def| matches!(def.kind, TypeKind::Union(_)));
        let unions: Vec<Node<'d>> = unions.filter_map(|def| root.elsewhere(&def.origin)).collect();
        for node in unions {
            let branches = ["oneOf", "anyOf"].iter().find_map(|key| node.get(key)?.elements().ok());
            let mapping = node.get("discriminator").and_then(|object| object.get("mapping")?.entries().ok());
            let (Some(branches), Some(mapping)) = (branches, mapping) else { continue };
            let branches: Vec<String> =
                branches.iter().filter_map(|branch| branch.reference().map(component)).collect();
            for (value, target) in mapping {
                let Ok(name) = target.text() else { continue };
                if !branches.contains(&component(name)) {
                    let what = format!("the discriminator maps `{value}` to `{name}`, which is not a branch");
                    self.note(NoteKind::MappingElsewhere, target.at(), what);
                }
            }
        }
    }
}

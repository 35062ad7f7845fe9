//! Which credential an operation takes.

use std::collections::BTreeMap;

use super::{Lowering, docs};
use crate::ir::{Requirement, SchemeKind, SecurityScheme};
use crate::names;
use crate::problem::{Problem, ProblemKind};
use crate::read::{Node, Section};

/// The security schemes that were asked for so far.
pub(super) struct Schemes {
    used: Vec<SecurityScheme>,
    rust_names: BTreeMap<String, String>,
}

impl Schemes {
    /// Every scheme of the document has its Rust name from the start, so that it does not depend on what is reached.
    pub(super) fn new(root: &Node<'_>) -> Self {
        let declared = declared(root);
        let rust_names = names::value_names(declared.iter().map(String::as_str), &names::WITH_METHODS)
            .into_iter()
            .map(|name| (name.wire, name.rust))
            .collect();
        Self { used: Vec::new(), rust_names }
    }

    /// The methods by which the client takes its credentials.
    pub(super) fn methods(&self) -> Vec<String> {
        self.rust_names.values().map(|name| format!("with_{name}")).collect()
    }

    pub(super) fn into_schemes(self) -> Vec<SecurityScheme> {
        self.used
    }
}

impl<'d> Lowering<'d> {
    pub(super) fn security(&mut self, operation: &Node<'d>, root: &Node<'d>) -> Option<Vec<Requirement>> {
        let Some(security) = operation.get("security").or_else(|| root.get("security")) else {
            return Some(Vec::new());
        };
        let alternatives = self.collect(security.elements())?;
        let mut requirements = Vec::new();
        for alternative in alternatives {
            let mut requirement = Requirement::default();
            for (name, node) in self.collect(alternative.members())? {
                requirement.schemes.push(self.scheme(name, &node, root)?);
            }
            requirements.push(requirement);
        }
        Some(requirements)
    }

    /// The index of the scheme `name`.
    fn scheme(&mut self, name: &str, asked_at: &Node<'d>, root: &Node<'d>) -> Option<usize> {
        if let Some(index) = self.schemes.used.iter().position(|scheme| scheme.name == name) {
            return Some(index);
        }
        let declared_at = root
            .get("components")
            .and_then(|components| components.get("securitySchemes"))
            .and_then(|all| all.get(name));
        let Some(node) = declared_at else {
            let kind = ProblemKind::UnknownSecurityScheme { name: name.to_owned(), known: declared(root) };
            self.problems.push(asked_at.problem(kind));
            return None;
        };
        let rust = self.schemes.rust_names.get(name).cloned().unwrap_or_else(|| names::value_name(name).rust);
        let scheme = self.collect(scheme(name, rust, &node))?;
        self.schemes.used.push(scheme);
        Some(self.schemes.used.len() - 1)
    }
}

fn declared(root: &Node<'_>) -> Vec<String> {
    let schemes = root.get("components").and_then(|components| components.get("securitySchemes"));
    let members = schemes.as_ref().and_then(|schemes| schemes.value().as_object());
    members.into_iter().flat_map(|members| members.keys().cloned()).collect()
}

fn scheme(name: &str, rust: String, node: &Node<'_>) -> Result<SecurityScheme, Problem> {
    let node = node.resolve(Section::SecuritySchemes)?;
    let unsupported = |what: String| Err(node.problem(ProblemKind::Unsupported { what }));
    let (kind, description) = match node.typed::<openapiv3::SecurityScheme>("a security scheme")? {
        openapiv3::SecurityScheme::OAuth2 { description, .. }
        | openapiv3::SecurityScheme::OpenIDConnect { description, .. } => (SchemeKind::Bearer, description),
        openapiv3::SecurityScheme::HTTP { scheme, description, .. } => match scheme.to_ascii_lowercase().as_str() {
            "bearer" => (SchemeKind::Bearer, description),
            "basic" => (SchemeKind::Basic, description),
            other => return unsupported(format!("the HTTP authentication scheme `{other}`")),
        },
        openapiv3::SecurityScheme::APIKey { location, name, description, .. } => {
            let kind = match location {
                openapiv3::APIKeyLocation::Header => SchemeKind::ApiKeyHeader(name),
                openapiv3::APIKeyLocation::Query => SchemeKind::ApiKeyQuery(name),
                openapiv3::APIKeyLocation::Cookie => SchemeKind::ApiKeyCookie(name),
            };
            (kind, description)
        }
    };
    let docs = docs::clean(description.as_deref().unwrap_or_default());
    Ok(SecurityScheme { name: name.to_owned(), rust, kind, docs })
}

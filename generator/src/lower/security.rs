//! Security schemes and requirements.

use std::collections::BTreeMap;

use openapiv3::APIKeyLocation;

use super::{Lowering, docs};
use crate::ir::{Requirement, SchemeKind, SecurityScheme};
use crate::location::Location;
use crate::names;
use crate::problem::{Problem, ProblemKind};
use crate::read::{Node, Section};
use crate::report::NoteKind;

/// The used security schemes.
pub(super) struct Schemes {
    used: Vec<SecurityScheme>,
    rust_names: BTreeMap<String, String>,
    counts: Counts,
}

/// How many operations declare security.
#[derive(Default)]
struct Counts {
    /// Those that need a credential.
    protected: usize,
    /// Those without `security`, of their own or of the document.
    undeclared: usize,
    /// Those of the latter that declare 401.
    refusing: usize,
    all: usize,
}

impl Schemes {
    /// The Rust names of all schemes of the document, so that no name depends on the chosen operations.
    pub(super) fn new(root: &Node<'_>) -> Self {
        let declared = declared(root);
        let mut rust_names = BTreeMap::new();
        for name in names::value_names(declared.iter().map(String::as_str), &names::WITH_METHODS) {
            rust_names.insert(name.wire, name.rust);
        }
        Self { used: Vec::new(), rust_names, counts: Counts::default() }
    }

    /// The methods that set credentials.
    pub(super) fn methods(&self) -> Vec<String> {
        self.rust_names.values().map(|name| format!("with_{name}")).collect()
    }

    pub(super) fn into_schemes(self) -> Vec<SecurityScheme> {
        self.used
    }
}

impl<'d> Lowering<'d> {
    pub(super) fn security(&mut self, operation: &Node<'d>, root: &Node<'d>) -> Option<Vec<Requirement>> {
        self.schemes.counts.all += 1;
        let Some(security) = operation.get("security").or_else(|| root.get("security")) else {
            let refuses = operation.get("responses").is_some_and(|responses| responses.get("401").is_some());
            self.schemes.counts.undeclared += 1;
            self.schemes.counts.refusing += usize::from(refuses);
            return self.default_security(root);
        };
        let alternatives = self.collect(security.elements())?;
        let mut requirements: Vec<Requirement> = Vec::new();
        let mut unknown = None;
        for alternative in alternatives {
            let mut schemes = Vec::new();
            let mut is_known = true;
            for (name, node) in self.collect(alternative.entries())? {
                match self.scheme(name, &node, root)? {
                    Found::Scheme(index) => schemes.push(index),
                    Found::Elsewhere => {}
                    Found::Unknown => {
                        is_known = false;
                        unknown = Some(alternative.clone());
                    }
                }
            }
            if is_known {
                requirements.push(Requirement { schemes });
            }
        }
        if let (Some(at), true) = (unknown, requirements.is_empty()) {
            self.note(
                NoteKind::NoCredential,
                at.at(),
                "no credential is sent automatically: no alternative has a known scheme",
            );
        }
        let is_protected = !requirements.is_empty() && requirements.iter().all(|needed| !needed.schemes.is_empty());
        self.schemes.counts.protected += usize::from(is_protected);
        Some(requirements)
    }

    /// The alternatives that the settings name for operations without `security`, and no credential as the last one.
    fn default_security(&mut self, root: &Node<'d>) -> Option<Vec<Requirement>> {
        let mut requirements = Vec::new();
        let declared = declared(root);
        for name in self.settings.default_security.iter().filter(|name| declared.contains(name)) {
            if let Found::Scheme(index) = self.scheme(name, root, root)? {
                requirements.push(Requirement { schemes: vec![index] });
            }
        }
        if !requirements.is_empty() {
            requirements.push(Requirement { schemes: Vec::new() });
        }
        Some(requirements)
    }

    /// Refuses a default scheme that the document does not have.
    pub(super) fn check_default_security(&mut self, root: &Node<'d>) {
        let declared = declared(root);
        for name in self.settings.default_security.iter().filter(|name| !declared.contains(name)) {
            let what = format!("there is no security scheme `{name}`");
            let cure = match declared.as_slice() {
                [] => "the document has no security schemes: send credentials with `Call::credential`".to_owned(),
                _ => format!("choose one of {}", declared.join(", ")),
            };
            let at = Location::at("/components/securitySchemes");
            self.findings.refuse(Problem::of_setting("default-security", name, &at, what, cure));
        }
    }

    /// Notes that most operations declare no security although others do, or that such an operation declares 401.
    pub(super) fn note_undeclared_security(&mut self, root: &Node<'d>) {
        let Counts { protected, undeclared, refusing, all } = self.schemes.counts;
        let is_likely = refusing > 0 || (protected > 0 && undeclared > protected);
        if !is_likely || !self.settings.default_security.is_empty() {
            return;
        }
        let refused = match refusing {
            0 => format!("operations that need one: {protected}"),
            _ => format!("{refusing} of them declare a response 401"),
        };
        let cure = match declared(root).as_slice() {
            [] => "`Call::credential` sends one".to_owned(),
            names => format!("the setting `default-security` names the scheme to use: {}", names.join(", ")),
        };
        let what = format!(
            "{undeclared} of {all} operations declare no `security`, so no credential is sent with them ({refused}); {cure}"
        );
        self.note(NoteKind::UndeclaredSecurity, &Location::at("/paths"), what);
    }

    /// The index of the scheme `name`.
    fn scheme(&mut self, name: &str, asked_at: &Node<'d>, root: &Node<'d>) -> Option<Found> {
        // The name may be a reference.
        let name = name.strip_prefix("#/components/securitySchemes/").unwrap_or(name);
        if let Some(index) = self.schemes.used.iter().position(|scheme| scheme.name == name) {
            return Some(Found::Scheme(index));
        }
        let declared_at = root
            .get("components")
            .and_then(|components| components.get("securitySchemes"))
            .and_then(|all| all.get(name));
        let Some(node) = declared_at else {
            if self.settings.strict {
                let kind = ProblemKind::UnknownSecurityScheme { name: name.to_owned(), known: declared(root) };
                self.findings.refuse(asked_at.problem(kind));
                return None;
            }
            self.note(NoteKind::UnknownSecurityScheme, asked_at.at(), format!("there is no security scheme `{name}`"));
            return Some(Found::Unknown);
        };
        let rust = self.schemes.rust_names.get(name).cloned().unwrap_or_else(|| names::value_name(name).rust);
        self.renamed(node.at(), &names::value_name(name).rust, &rust);
        let Some(scheme) = self.collect(scheme(name, rust, &node))? else {
            self.note(NoteKind::ClientCertificate, node.at(), "configure client certificates in the HTTP client");
            return Some(Found::Elsewhere);
        };
        if let SchemeKind::Authorization(scheme) = &scheme.kind {
            let what = format!(
                "unknown HTTP authentication scheme `{scheme}`: the caller passes the text after the scheme's name"
            );
            self.note(NoteKind::AuthenticationScheme, node.at(), what);
        }
        self.schemes.used.push(scheme);
        Some(Found::Scheme(self.schemes.used.len() - 1))
    }
}

/// The target of a name in `security`.
enum Found {
    /// The scheme with this index.
    Scheme(usize),
    /// A scheme without a credential in the request.
    Elsewhere,
    /// An unknown scheme.
    Unknown,
}

fn declared(root: &Node<'_>) -> Vec<String> {
    let schemes = root.get("components").and_then(|components| components.get("securitySchemes"));
    let properties = schemes.as_ref().and_then(|schemes| schemes.value().as_object());
    properties.into_iter().flat_map(|properties| properties.keys().cloned()).collect()
}

/// The scheme; `None` if its credential is not part of a request.
fn scheme(name: &str, rust: String, node: &Node<'_>) -> Result<Option<SecurityScheme>, Problem> {
    const EXPECTED: &str = "a Security Scheme object";
    let node = node.resolve(Section::SecuritySchemes)?;
    let mut docs = docs::clean(node.text_at("description")?.unwrap_or_default());
    if node.flag("deprecated")? {
        let space = if docs.is_empty() { "" } else { "\n\n" };
        docs.0.push_str(&format!("{space}Deprecated."));
    }
    let kind = match node.required("type")?.text()? {
        // All flows result in a token, so the flows are not read. Real documents often have invalid ones.
        "oauth2" | "openIdConnect" => SchemeKind::Bearer,
        "http" | "apiKey" => match node.typed_part(EXPECTED, &["type", "scheme", "name", "in"])? {
            openapiv3::SecurityScheme::HTTP { scheme, .. } if scheme.eq_ignore_ascii_case("bearer") => {
                SchemeKind::Bearer
            }
            openapiv3::SecurityScheme::HTTP { scheme, .. } if scheme.eq_ignore_ascii_case("basic") => SchemeKind::Basic,
            openapiv3::SecurityScheme::HTTP { scheme, .. } => SchemeKind::Authorization(scheme),
            openapiv3::SecurityScheme::APIKey { location, name, .. } => match location {
                APIKeyLocation::Header => SchemeKind::ApiKeyHeader(name),
                APIKeyLocation::Query => SchemeKind::ApiKeyQuery(name),
                APIKeyLocation::Cookie => SchemeKind::ApiKeyCookie(name),
            },
            openapiv3::SecurityScheme::OAuth2 { .. } | openapiv3::SecurityScheme::OpenIDConnect { .. } => {
                SchemeKind::Bearer
            }
        },
        "mutualTLS" => return Ok(None),
        other => {
            let what = format!("unsupported security scheme type `{other}`");
            return Err(node.problem(ProblemKind::Unsupported { what }));
        }
    };
    Ok(Some(SecurityScheme { name: name.to_owned(), rust, kind, docs }))
}

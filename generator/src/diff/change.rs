//! A change between two documents, and its impact on the wire and on the Rust API.

use std::collections::{BTreeMap, BTreeSet};

/// The impact of a change on deployed clients.
///
/// A deployed client was generated from the old document; the server follows the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WireImpact {
    /// Requests and responses are the same.
    None,
    /// Only a limit on values changed: pattern, length, range, default, or a format that does not change the type.
    ConstraintOnly,
    /// Requests or responses may have something new, which deployed clients accept or do not need.
    Additive,
    /// A deployed client may send invalid requests, fail to decode responses, or miss data that it uses.
    Breaking,
}

impl WireImpact {
    /// The impact in words: `none`, `constraint only`, `additive`, `breaking`.
    pub fn as_str(self) -> &'static str {
        match self {
            WireImpact::None => "none",
            WireImpact::ConstraintOnly => "constraint only",
            WireImpact::Additive => "additive",
            WireImpact::Breaking => "breaking",
        }
    }
}

/// The impact of a change on users of the generated module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ApiImpact {
    /// The public items and their documentation are the same.
    None,
    /// Only documentation changed.
    DocsOnly,
    /// Items were added; the old ones are the same.
    Additive,
    /// An item was removed or changed.
    Breaking,
}

impl ApiImpact {
    /// The impact in words: `none`, `docs only`, `additive`, `breaking`.
    pub fn as_str(self) -> &'static str {
        match self {
            ApiImpact::None => "none",
            ApiImpact::DocsOnly => "docs only",
            ApiImpact::Additive => "additive",
            ApiImpact::Breaking => "breaking",
        }
    }
}

/// The kind of a change. The names are part of the JSON output and do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are self-explanatory")]
pub enum ChangeKind {
    OperationAdded,
    OperationRemoved,
    OperationSelected,
    OperationDeselected,
    OperationFlawed,
    OperationMended,
    OperationRenamed,
    PathRenamed,
    MethodChanged,
    TagsChanged,
    ParameterAdded,
    ParameterRemoved,
    ParameterRenamed,
    ParameterMoved,
    ParameterStyle,
    BodyAdded,
    BodyRemoved,
    MediaTypeAdded,
    MediaTypeRemoved,
    EncodingChanged,
    StatusAdded,
    StatusRemoved,
    HeaderAdded,
    HeaderRemoved,
    SecurityChanged,
    SecuritySchemeChanged,
    ServersChanged,
    WebhookAdded,
    WebhookRemoved,
    SchemaAdded,
    SchemaRemoved,
    SchemaRenamed,
    SchemaMoved,
    PropertyAdded,
    PropertyRemoved,
    AdditionalProperties,
    Required,
    NotRequired,
    /// The required properties are listed in a different order, which is that of the arguments of `new`.
    RequiredOrder,
    Nullable,
    NotNullable,
    ReadOnly,
    WriteOnly,
    TypeChanged,
    FormatChanged,
    EnumValueAdded,
    EnumValueRemoved,
    BranchAdded,
    BranchRemoved,
    DiscriminatorChanged,
    DefaultChanged,
    ConstraintChanged,
    Deprecated,
    NotDeprecated,
    TextChanged,
    ExampleChanged,
    ExtensionChanged,
    GeneratedOnly,
}

impl ChangeKind {
    /// The name of the kind: `property-added`.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::OperationAdded => "operation-added",
            ChangeKind::OperationRemoved => "operation-removed",
            ChangeKind::OperationSelected => "operation-selected",
            ChangeKind::OperationDeselected => "operation-deselected",
            ChangeKind::OperationFlawed => "operation-flawed",
            ChangeKind::OperationMended => "operation-mended",
            ChangeKind::OperationRenamed => "operation-renamed",
            ChangeKind::PathRenamed => "path-renamed",
            ChangeKind::MethodChanged => "method-changed",
            ChangeKind::TagsChanged => "tags-changed",
            ChangeKind::ParameterAdded => "parameter-added",
            ChangeKind::ParameterRemoved => "parameter-removed",
            ChangeKind::ParameterRenamed => "parameter-renamed",
            ChangeKind::ParameterMoved => "parameter-moved",
            ChangeKind::ParameterStyle => "parameter-style",
            ChangeKind::BodyAdded => "body-added",
            ChangeKind::BodyRemoved => "body-removed",
            ChangeKind::MediaTypeAdded => "media-type-added",
            ChangeKind::MediaTypeRemoved => "media-type-removed",
            ChangeKind::EncodingChanged => "encoding-changed",
            ChangeKind::StatusAdded => "status-added",
            ChangeKind::StatusRemoved => "status-removed",
            ChangeKind::HeaderAdded => "header-added",
            ChangeKind::HeaderRemoved => "header-removed",
            ChangeKind::SecurityChanged => "security-changed",
            ChangeKind::SecuritySchemeChanged => "security-scheme-changed",
            ChangeKind::ServersChanged => "servers-changed",
            ChangeKind::WebhookAdded => "webhook-added",
            ChangeKind::WebhookRemoved => "webhook-removed",
            ChangeKind::SchemaAdded => "schema-added",
            ChangeKind::SchemaRemoved => "schema-removed",
            ChangeKind::SchemaRenamed => "schema-renamed",
            ChangeKind::SchemaMoved => "schema-moved",
            ChangeKind::PropertyAdded => "property-added",
            ChangeKind::PropertyRemoved => "property-removed",
            ChangeKind::AdditionalProperties => "additional-properties",
            ChangeKind::Required => "required",
            ChangeKind::NotRequired => "not-required",
            ChangeKind::RequiredOrder => "required-order",
            ChangeKind::Nullable => "nullable",
            ChangeKind::NotNullable => "not-nullable",
            ChangeKind::ReadOnly => "read-only",
            ChangeKind::WriteOnly => "write-only",
            ChangeKind::TypeChanged => "type-changed",
            ChangeKind::FormatChanged => "format-changed",
            ChangeKind::EnumValueAdded => "enum-value-added",
            ChangeKind::EnumValueRemoved => "enum-value-removed",
            ChangeKind::BranchAdded => "branch-added",
            ChangeKind::BranchRemoved => "branch-removed",
            ChangeKind::DiscriminatorChanged => "discriminator-changed",
            ChangeKind::DefaultChanged => "default-changed",
            ChangeKind::ConstraintChanged => "constraint-changed",
            ChangeKind::Deprecated => "deprecated",
            ChangeKind::NotDeprecated => "not-deprecated",
            ChangeKind::TextChanged => "text-changed",
            ChangeKind::ExampleChanged => "example-changed",
            ChangeKind::ExtensionChanged => "extension-changed",
            ChangeKind::GeneratedOnly => "generated-only",
        }
    }

    /// Whether such a change can alter the generated code, and not only its documentation.
    pub(super) fn is_structural(self) -> bool {
        !matches!(
            self,
            ChangeKind::TextChanged
                | ChangeKind::ExampleChanged
                | ChangeKind::ExtensionChanged
                | ChangeKind::ConstraintChanged
                | ChangeKind::DefaultChanged
                | ChangeKind::TagsChanged
        )
    }
}

impl ChangeKind {
    /// Whether only texts for readers changed, which never alter code.
    pub(super) fn is_text(self) -> bool {
        matches!(self, ChangeKind::TextChanged | ChangeKind::ExampleChanged | ChangeKind::TagsChanged)
    }
}

/// The direction of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Direction {
    /// From the client to the server: requests, and the responses to webhooks.
    Request,
    /// From the server to the client: responses, and the requests of webhooks.
    Response,
}

impl Direction {
    /// `request` or `response`.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Request => "request",
            Direction::Response => "response",
        }
    }
}

/// A changed public item of the generated module.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemChange {
    /// The path inside the generated module: `types::Pet.name`, `Client::get_pet`.
    pub path: String,
    /// The old declaration; `None` for a new item.
    pub old: Option<String>,
    /// The new declaration; `None` for a removed item.
    pub new: Option<String>,
    /// The impact on users of the item.
    pub verdict: ApiImpact,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The kind of change.
    pub kind: ChangeKind,
    /// A description in a few words.
    pub what: String,
    /// The JSON pointer in the old document.
    pub old_pointer: Option<String>,
    /// The JSON pointer in the new document.
    pub new_pointer: Option<String>,
    /// The old value: a string as it is, any other value as JSON.
    pub old_value: Option<String>,
    /// The new value.
    pub new_value: Option<String>,
    /// The ids of the affected operations: from the new document, or from the old one for removed operations.
    pub operations: BTreeSet<String>,
    /// The affected directions.
    pub directions: BTreeSet<Direction>,
    /// The affected directions in each operation. Empty for a change that has none, such as of a name.
    pub directions_of: BTreeMap<String, BTreeSet<Direction>>,
    /// The impact on the wire.
    pub wire: WireImpact,
    /// The reason of the impact.
    pub wire_reason: String,
    /// The impact on the Rust API.
    pub rust: ApiImpact,
    /// The reason of the impact.
    pub rust_reason: String,
    /// The changed public items.
    pub items: Vec<ItemChange>,
}

/// The combined impact, by which the outputs sort and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Neither the wire nor the generated module changes.
    None,
    /// Limits on values, or documentation.
    Minor,
    /// Something new, compatible with existing code and clients.
    Additive,
    /// Existing code or clients may have to change.
    Breaking,
}

impl Severity {
    /// All values, the most severe first.
    pub const ALL: [Severity; 4] = [Severity::Breaking, Severity::Additive, Severity::Minor, Severity::None];

    /// In one word: `breaking`, `additive`, `minor` (limits and texts), `none`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::None => "none",
            Severity::Minor => "minor",
            Severity::Additive => "additive",
            Severity::Breaking => "breaking",
        }
    }

    /// The severity as a heading.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Severity::None => "No effect",
            Severity::Minor => "Limits and documentation",
            Severity::Additive => "Additive",
            Severity::Breaking => "Breaking",
        }
    }
}

impl Change {
    /// The more severe of the two impacts.
    pub fn severity(&self) -> Severity {
        let wire = match self.wire {
            WireImpact::None => Severity::None,
            WireImpact::ConstraintOnly => Severity::Minor,
            WireImpact::Additive => Severity::Additive,
            WireImpact::Breaking => Severity::Breaking,
        };
        let rust = match self.rust {
            ApiImpact::None => Severity::None,
            ApiImpact::DocsOnly => Severity::Minor,
            ApiImpact::Additive => Severity::Additive,
            ApiImpact::Breaking => Severity::Breaking,
        };
        wire.max(rust)
    }

    /// The affected operations, each with its directions.
    pub(super) fn reach(&self) -> impl Iterator<Item = (&str, String)> {
        self.directions_of.iter().map(|(operation, directions)| {
            let names: Vec<&str> = directions.iter().map(|direction| direction.as_str()).collect();
            (operation.as_str(), names.join(", "))
        })
    }

    /// The pointer in the new document, or in the old one for removed parts.
    pub fn pointer(&self) -> &str {
        self.new_pointer.as_deref().or(self.old_pointer.as_deref()).unwrap_or_default()
    }
}

/// A version bump, by cargo's rules of semver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Bump {
    /// No release is needed.
    None,
    /// `1.2.3` to `1.2.4`.
    Patch,
    /// `1.2.3` to `1.3.0`.
    Minor,
    /// `1.2.3` to `2.0.0`.
    Major,
}

impl Bump {
    /// `none`, `patch`, `minor` or `major`.
    pub fn as_str(self) -> &'static str {
        match self {
            Bump::None => "none",
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        }
    }

    /// The bump for a crate with a version `0.x`, where the second number is the breaking one.
    #[must_use]
    pub fn before_1_0(self) -> Self {
        match self {
            Bump::Major => Bump::Minor,
            Bump::Minor => Bump::Patch,
            other => other,
        }
    }
}

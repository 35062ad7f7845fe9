//! What a difference is, and the two verdicts on it.

use std::collections::BTreeSet;

/// What a difference means for the two sides of the wire as they are deployed today.
///
/// The question is what a client that was generated from the old document meets once the server follows the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WireImpact {
    /// The same bytes are sent and answered.
    None,
    /// Only a limit on values moved: pattern, length, range, default, or a format that does not change the type.
    ConstraintOnly,
    /// Something new may be sent or answered, and a deployed client takes it or does without it.
    Additive,
    /// A deployed client sends what is refused, cannot read what is answered, or lacks what it used.
    Breaking,
}

impl WireImpact {
    /// The verdict in words: `none`, `constraint only`, `additive`, `breaking`.
    pub fn as_str(self) -> &'static str {
        match self {
            WireImpact::None => "none",
            WireImpact::ConstraintOnly => "constraint only",
            WireImpact::Additive => "additive",
            WireImpact::Breaking => "breaking",
        }
    }
}

/// What a difference means for the users of the generated module, judged by what is emitted for both documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ApiImpact {
    /// The public items and their documentation are the same.
    None,
    /// Only documentation changed.
    DocsOnly,
    /// There are new items, and every old one is as it was.
    Additive,
    /// An item is gone, or is no longer what it was.
    Breaking,
}

impl ApiImpact {
    /// The verdict in words: `none`, `docs only`, `additive`, `breaking`.
    pub fn as_str(self) -> &'static str {
        match self {
            ApiImpact::None => "none",
            ApiImpact::DocsOnly => "docs only",
            ApiImpact::Additive => "additive",
            ApiImpact::Breaking => "breaking",
        }
    }
}

/// What kind of difference it is. The names are part of the JSON output and do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say it all, and `as_str` gives them to machines")]
pub enum ChangeKind {
    OperationAdded,
    OperationRemoved,
    OperationSelected,
    OperationDeselected,
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
    SchemaAdded,
    SchemaRemoved,
    SchemaRenamed,
    SchemaMoved,
    MemberAdded,
    MemberRemoved,
    AdditionalMembers,
    Required,
    NotRequired,
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
    /// The name of the kind: `member-added`.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::OperationAdded => "operation-added",
            ChangeKind::OperationRemoved => "operation-removed",
            ChangeKind::OperationSelected => "operation-selected",
            ChangeKind::OperationDeselected => "operation-deselected",
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
            ChangeKind::SchemaAdded => "schema-added",
            ChangeKind::SchemaRemoved => "schema-removed",
            ChangeKind::SchemaRenamed => "schema-renamed",
            ChangeKind::SchemaMoved => "schema-moved",
            ChangeKind::MemberAdded => "member-added",
            ChangeKind::MemberRemoved => "member-removed",
            ChangeKind::AdditionalMembers => "additional-members",
            ChangeKind::Required => "required",
            ChangeKind::NotRequired => "not-required",
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

    /// Whether it can alter the shape of the generated code, and not only what its documentation says.
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

/// In which direction a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Direction {
    /// From the client to the server.
    Request,
    /// From the server to the client.
    Answer,
}

impl Direction {
    /// `request` or `answer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Request => "request",
            Direction::Answer => "answer",
        }
    }
}

/// A public item of the generated module that is not the same for both documents.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemChange {
    /// The path inside the generated module: `types::Pet.name`, `Client::get_pet`.
    pub path: String,
    /// As it was declared; `None` where it is new.
    pub old: Option<String>,
    /// As it is declared; `None` where it is gone.
    pub new: Option<String>,
    /// What that means for whoever uses it.
    pub verdict: ApiImpact,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// What kind of difference it is.
    pub kind: ChangeKind,
    /// In a few words, with the names of the document.
    pub what: String,
    /// The JSON pointer in the old document.
    pub old_pointer: Option<String>,
    /// The JSON pointer in the new document.
    pub new_pointer: Option<String>,
    /// What stood there: a text as it is, any other value as JSON.
    pub old_value: Option<String>,
    /// What stands there now.
    pub new_value: Option<String>,
    /// The operations that it reaches, by their ids in the new document, or in the old one where they are gone.
    pub operations: BTreeSet<String>,
    /// In which directions it is seen.
    pub directions: BTreeSet<Direction>,
    /// The verdict on the wire.
    pub wire: WireImpact,
    /// Why.
    pub wire_reason: String,
    /// The verdict on the Rust API.
    pub rust: ApiImpact,
    /// Why.
    pub rust_reason: String,
    /// The public items that it alters.
    pub items: Vec<ItemChange>,
}

/// Both verdicts together, as the outputs sort and colour by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Neither the wire nor the generated module changes.
    None,
    /// Limits on values, or documentation.
    Minor,
    /// Something new, that nobody has to care for.
    Additive,
    /// Somebody has to do something.
    Breaking,
}

impl Severity {
    /// Every one, the most severe first.
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

    /// As a heading.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Severity::None => "Without effect",
            Severity::Minor => "Limits and texts",
            Severity::Additive => "Additive",
            Severity::Breaking => "Breaking",
        }
    }
}

impl Change {
    /// The graver of the two verdicts.
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

    /// Where it is in the new document, or in the old one where it is gone.
    pub fn pointer(&self) -> &str {
        self.new_pointer.as_deref().or(self.old_pointer.as_deref()).unwrap_or_default()
    }
}

/// How far the version of a crate has to go, by the rules of semver as cargo reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Bump {
    /// Nothing is to be released.
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

    /// The same for a crate whose version begins with `0.`: there the second number is the one that breaks.
    #[must_use]
    pub fn before_1_0(self) -> Self {
        match self {
            Bump::Major => Bump::Minor,
            Bump::Minor => Bump::Patch,
            other => other,
        }
    }
}

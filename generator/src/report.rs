//! The report: every part of the document that the output does not represent literally.

use std::collections::BTreeSet;
use std::fmt;

use crate::location::Location;

/// The parts of the document that the output does not represent literally, as notes with locations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    notes: Vec<Note>,
    /// The notes so far, to skip duplicates.
    seen: BTreeSet<(NoteKind, Location, String)>,
}

impl Report {
    pub(crate) fn push(&mut self, kind: NoteKind, at: &Location, text: impl Into<String>) {
        let note = Note { kind, at: at.clone(), text: text.into() };
        if self.seen.insert((kind, at.alone(), note.text.clone())) {
            self.notes.push(note);
        }
    }

    /// Replaces the location of every note.
    pub(crate) fn relocate(&mut self, location: impl Fn(&Location) -> Location) {
        for note in &mut self.notes {
            note.at = location(&note.at);
        }
    }

    /// The notes, in the order in which the document was read.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The number of notes with this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.notes.iter().filter(|note| note.verdict() == verdict).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        write!(
            f,
            "{} approximated, {} renamed, {} ignored, {} left out",
            self.count(Verdict::Approximated),
            self.count(Verdict::Renamed),
            self.count(Verdict::Ignored),
            self.count(Verdict::LeftOut)
        )
    }
}

/// One entry of a [`Report`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    kind: NoteKind,
    at: Location,
    text: String,
}

impl Note {
    /// A short, stable name of the kind of note, such as `unknown-keyword`. The README's `docs/codes.md` lists them.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// What the generator did.
    pub fn verdict(&self) -> Verdict {
        self.kind.verdict()
    }

    /// The location in the document.
    pub fn location(&self) -> &Location {
        &self.at
    }

    /// The message, without its location.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.at, self.verdict().as_str(), self.text)
    }
}

/// What the generator did with a part of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Verdict {
    /// The Rust type accepts more values than the schema. Or the document contradicts itself, and the generator follows
    /// one of the contradicting parts, such as the last of two equal keys. Or a schema has no `type`, and the generator
    /// takes the type that its other keywords imply.
    Approximated,
    /// The Rust name differs from the obvious one.
    Renamed,
    /// The part does not change the output: callbacks, links, unknown keywords.
    Ignored,
    /// The operation or component has a flaw, so the output does not have it.
    LeftOut,
}

impl Verdict {
    /// The verdict in words: `approximated`, `renamed`, `ignored`, `left out`.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Approximated => "approximated",
            Verdict::Renamed => "renamed",
            Verdict::Ignored => "ignored",
            Verdict::LeftOut => "left out",
        }
    }
}

/// Declares the kinds of note with their codes and verdicts.
macro_rules! note_kinds {
    ($($kind:ident = $code:literal, $verdict:ident;)*) => {
        /// The kinds of note.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum NoteKind {
            $($kind,)*
        }

        impl NoteKind {
            pub(crate) fn code(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)*
                }
            }

            pub(crate) fn verdict(self) -> Verdict {
                match self {
                    $(Self::$kind => Verdict::$verdict,)*
                }
            }
        }

        /// The code of every kind of note. See [`Note::code`].
        pub const NOTE_CODES: &[&str] = &[$($code,)*];
    };
}

note_kinds! {
    // The document
    Formality = "formality", Approximated;
    LeftOutOperation = "left-out-operation", LeftOut;
    LeftOutComponent = "left-out-component", LeftOut;
    // Schemas
    Not = "not", Approximated;
    UnknownType = "unknown-type", Approximated;
    PrefixItems = "prefix-items", Approximated;
    PatternProperties = "pattern-properties", Approximated;
    UndeclaredProperty = "undeclared-property", Approximated;
    RequiredTogether = "required-together", Approximated;
    EnumValues = "enum-values", Approximated;
    SeveralUnions = "several-unions", Approximated;
    MappingElsewhere = "mapping-elsewhere", Approximated;
    UnnamedDiscriminator = "unnamed-discriminator", Approximated;
    SchemaReference = "schema-reference", Approximated;
    AnyOf = "any-of", Approximated;
    Conflict = "conflict", Approximated;
    ImpliedType = "implied-type", Approximated;
    RecursiveUnion = "recursive-union", Approximated;
    Conditional = "conditional", Approximated;
    DynamicReference = "dynamic-reference", Approximated;
    UnknownKeyword = "unknown-keyword", Ignored;
    ImpossibleBranch = "impossible-branch", Ignored;
    ReferenceSiblings = "reference-siblings", Ignored;
    RecursiveAllOf = "recursive-all-of", Ignored;
    ObjectKeywords = "object-keywords", Ignored;
    ChildlessDiscriminator = "childless-discriminator", Ignored;
    // Operations
    DuplicateKey = "duplicate-key", Approximated;
    UndeclaredPathParameter = "undeclared-path-parameter", Approximated;
    ParameterSchema = "parameter-schema", Approximated;
    ParameterContent = "parameter-content", Approximated;
    ParameterBytes = "parameter-bytes", Approximated;
    ParameterStyle = "parameter-style", Approximated;
    HeaderText = "header-text", Approximated;
    MediaRange = "media-range", Approximated;
    MediaSchema = "media-schema", Approximated;
    EventSchema = "event-schema", Approximated;
    FormUnion = "form-union", Approximated;
    UnknownSecurityScheme = "unknown-security-scheme", Approximated;
    Pagination = "pagination", Approximated;
    AuthenticationScheme = "authentication-scheme", Approximated;
    UnusedPathParameter = "unused-path-parameter", Ignored;
    ReservedHeader = "reserved-header", Ignored;
    RepeatedHeader = "repeated-header", Ignored;
    EmptyValue = "empty-value", Ignored;
    OtherServers = "other-servers", Ignored;
    PathFragment = "path-fragment", Ignored;
    EquivalentMedia = "equivalent-media", Ignored;
    SameMedia = "same-media", Ignored;
    FormParameters = "form-parameters", Ignored;
    EmptyContent = "empty-content", Ignored;
    HeadBody = "head-body", Ignored;
    PartHeaders = "part-headers", Ignored;
    NoCredential = "no-credential", Ignored;
    UndeclaredSecurity = "undeclared-security", Ignored;
    ClientCertificate = "client-certificate", Ignored;
    Callbacks = "callbacks", Ignored;
    Links = "links", Ignored;
    Webhooks = "webhooks", Ignored;
    // Names and settings
    NameCollision = "name-collision", Renamed;
    MissingOperationId = "missing-operation-id", Renamed;
    FunctionNames = "function-names", Renamed;
    TitleNames = "title-names", Renamed;
    UnusedFormat = "unused-format", Ignored;
    AmbiguousFormat = "ambiguous-format", Ignored;
}

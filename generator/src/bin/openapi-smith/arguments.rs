//! The command-line arguments.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Generates a typed, async Rust client from an OpenAPI document
#[derive(Debug, Parser)]
#[command(name = "openapi-smith", version, styles = STYLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Generates the client as one Rust module
    #[command(after_help = GENERATE_CODES)]
    Generate(Generate),
    /// Reports problems, approximations, renames and ignored parts; writes no code
    Check(Check),
    /// Lists the operations by tag; with a choice, the chosen ones and the number of their types
    List(List),
    /// Writes the document with its overlays applied, and reports what each action changed
    Apply(Apply),
    /// Writes a crate for a document: client, example, test, README and CI recipe
    New(New),
    /// Downloads the documents of a URL into a folder, with a lock file; every other command is offline
    #[command(after_help = FETCH_CODES)]
    Fetch(Fetch),
    /// Writes the JSON Schema of the settings file, for editors
    SettingsSchema(SettingsSchema),
    /// Compares two versions of a document and reports breaking changes
    #[command(after_help = DIFF_CODES)]
    Diff(Diff),
}

const GENERATE_CODES: &str = "\
Exit codes: 0 generated (with --check: current), 1 refused document (with --check: also missing or stale outputs), 2 \
                              wrong usage";

const FETCH_CODES: &str = "\
The lock file `openapi-lock.json` has the URL, the path and the SHA-256 of each document. If it exists, the documents are \
fetched again and compared with it: differences are listed, and nothing is written without --update.

Limits: 64 MiB for each document, 500 documents, https only (http for this machine), no redirect to another scheme.

Exit codes: 0 the documents are pinned, 1 they differ from the lock file, 2 a document cannot be read or wrong usage";

const DIFF_CODES: &str = "\
Exit codes: 0 compared, 1 changes that --fail-on selects, 2 invalid document or wrong usage";

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The old document, JSON or YAML; `-` is standard input
    pub(crate) old: PathBuf,
    /// The new document, JSON or YAML; `-` is standard input
    pub(crate) new: PathBuf,
    /// The folder that the files of both documents may be in; by default, the folder of each document
    #[arg(long, value_name = "FOLDER")]
    pub(crate) root: Option<PathBuf>,
    /// Apply this OpenAPI overlay to both documents first; may be repeated
    #[arg(long = "overlay", value_name = "FILE")]
    pub(crate) overlays: Vec<PathBuf>,
    /// Apply this overlay to the old document only, after those for both; may be repeated
    #[arg(long = "old-overlay", value_name = "FILE")]
    pub(crate) old_overlays: Vec<PathBuf>,
    /// Apply this overlay to the new document only, after those for both; may be repeated
    #[arg(long = "new-overlay", value_name = "FILE")]
    pub(crate) new_overlays: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) presets: Presets,
    /// Output format
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
    /// Output file, left alone if its content is the same; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    /// Changes that result in exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Never)]
    pub(crate) fail_on: FailOn,
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// The URL or the file of the document
    #[arg(value_name = "URL_OR_FILE")]
    pub(crate) spec: String,
    /// The folder of the crate, which must be empty or new
    pub(crate) folder: PathBuf,
    /// The name of the crate; by default, the name of the folder
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Only operations with this tag; `*` stands for any text; may be repeated
    #[arg(short, long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<String>,
    /// Apply this OpenAPI overlay to the document; the crate gets a copy; may be repeated
    #[arg(long = "overlay", value_name = "FILE")]
    pub(crate) overlays: Vec<PathBuf>,
    /// The folder that the files of a document may be in; by default, the folder of the document
    #[arg(long, value_name = "FOLDER")]
    pub(crate) root: Option<PathBuf>,
    /// Generate in `src/api.rs`, which is committed (the default)
    #[arg(long, conflicts_with = "build_rs")]
    pub(crate) committed: bool,
    /// Generate in each build, by `build.rs`
    #[arg(long)]
    pub(crate) build_rs: bool,
    /// Depend on the crates of this checkout of openapi-smith, instead of the published ones
    #[arg(long, value_name = "CHECKOUT")]
    pub(crate) local: Option<PathBuf>,
    /// The time for all documents of a URL together
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) timeout: u64,
}

#[derive(Debug, Args)]
pub(crate) struct SettingsSchema {
    /// Output file, left alone if its content is the same; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// The URL of the root document, or a file whose `$ref`s to URLs are pinned beside it; by default, that of the lock
    /// file
    #[arg(value_name = "URL_OR_FILE")]
    pub(crate) spec: Option<String>,
    /// The folder of the documents of a URL; by default, `spec`
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) output: Option<PathBuf>,
    /// Writes nothing; exit code 1 if the documents or their copies differ from the lock file
    #[arg(long)]
    pub(crate) check: bool,
    /// Accepts changed documents, and writes them with a new lock file
    #[arg(long, conflicts_with = "check")]
    pub(crate) update: bool,
    /// The time for all documents together
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) timeout: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// Text, in colour on a terminal
    Text,
    /// Markdown for a pull request
    Markdown,
    /// One JSON object
    Json,
    /// One HTML page
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// No change
    Never,
    /// Changes that break the wire or the Rust API
    Breaking,
    /// Any change
    Any,
}

#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// Output file, left alone if its content is the same; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    /// Adds the missing dependencies of the code to this `Cargo.toml`
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,
    /// Writes nothing; exit code 1 if the output file or the manifest is missing or stale
    #[arg(long)]
    pub(crate) check: bool,
    /// Prints problems only
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// Prints problems only
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// The document, JSON or YAML; `-` is standard input
    pub(crate) spec: PathBuf,
    /// The overlay; may be repeated
    #[arg(long = "overlay", value_name = "FILE", required = true)]
    pub(crate) overlays: Vec<PathBuf>,
    /// Output file, YAML or (with the extension `.json`) JSON, left alone if its content is the same; `-` is standard
    /// output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
}

/// The document and the output format.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// The document, JSON or YAML; `-` is standard input
    pub(crate) spec: PathBuf,
    /// The folder that the files of the document may be in; by default, the folder of the document
    #[arg(long, value_name = "FOLDER")]
    pub(crate) root: Option<PathBuf>,
    /// Apply this OpenAPI overlay to the document first; may be repeated
    #[arg(long = "overlay", value_name = "FILE")]
    pub(crate) overlays: Vec<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

/// The chosen operations and the settings.
#[derive(Debug, Args)]
pub(crate) struct Choice {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) presets: Presets,
    /// Treat flaws, formalities, approximations and name collisions as problems
    #[arg(long)]
    pub(crate) strict: bool,
}

/// The types of well-known crates, in addition to those of the settings file.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Presets {
    /// Crate for the formats `date-time` and `date`
    #[arg(long, value_enum, value_name = "CRATE")]
    pub(crate) dates: Option<DateCrate>,
    /// Use the crate `uuid` for the format `uuid`
    #[arg(long)]
    pub(crate) uuid: bool,
    /// Use the crate `url` for the formats `uri` and `url`
    #[arg(long)]
    pub(crate) url: bool,
    /// Use the crate `rust_decimal` for the format `decimal`
    #[arg(long)]
    pub(crate) decimal: bool,
    /// Decode the formats `byte` and `base64url` to bytes
    #[arg(long)]
    pub(crate) bytes: bool,
}

/// The chosen operations, on the command line and in the settings file. In all of them, `*` stands for any text.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Selection {
    /// Only operations with this tag; `*` stands for any text; may be repeated
    #[arg(short, long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<String>,
    /// Only this operation, by its operationId or as `GET /path`; `*` stands for any text; may be repeated, and adds to
    /// --tag
    #[arg(long = "operation", value_name = "ID")]
    pub(crate) operations: Vec<String>,
    /// Only operations of this path, such as `/v1/*`; may be repeated, and adds to --tag
    #[arg(long = "path", value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// Leave out operations with this tag; may be repeated
    #[arg(long = "exclude-tag", value_name = "TAG")]
    pub(crate) without_tags: Vec<String>,
    /// Leave out this operation, by its operationId or as `GET /path`; may be repeated
    #[arg(long = "exclude-operation", visible_alias = "without", value_name = "ID")]
    pub(crate) without: Vec<String>,
    /// Leave out operations of this path; may be repeated
    #[arg(long = "exclude-path", value_name = "PATH")]
    pub(crate) without_paths: Vec<String>,
    /// Settings file, TOML or (with the extension `.json`) JSON; command-line options take precedence
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
}

impl Selection {
    /// Whether operations are chosen, here or in the settings file.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { tags, operations, paths, without_tags, without, without_paths, settings } = self;
        [tags, operations, paths, without_tags, without, without_paths].iter().all(|list| list.is_empty())
            && settings.is_none()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DateCrate {
    /// `jiff::Timestamp` and `jiff::civil::Date`
    Jiff,
    /// `time::OffsetDateTime` and `time::Date`
    Time,
    /// `chrono::DateTime<chrono::FixedOffset>` and `chrono::NaiveDate`
    Chrono,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text, in colour on a terminal
    Human,
    /// One JSON object
    Json,
}

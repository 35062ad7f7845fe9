//! The arguments.

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
    /// Writes the client as one Rust module
    Generate(Generate),
    /// Says what would be refused, approximated, renamed or ignored, and writes nothing
    Check(Check),
    /// Lists the operations by tag
    List(List),
    /// Says what changed between two versions of a document, and what that breaks
    #[command(after_help = DIFF_CODES)]
    Diff(Diff),
}

const DIFF_CODES: &str = "\
Exit codes: 0 compared, 1 changes that --fail-on asks for, 2 a document is refused, or wrong usage";

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The old document, JSON or YAML; `-` is standard input
    pub(crate) old: PathBuf,
    /// The new document, JSON or YAML; `-` is standard input
    pub(crate) new: PathBuf,
    /// Only operations with this tag; may be repeated
    #[arg(short, long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<String>,
    /// Only this operation, by its operationId or as `GET /path`; may be repeated, and adds to --tag
    #[arg(long = "operation", value_name = "ID")]
    pub(crate) operations: Vec<String>,
    /// The settings with which the module is generated, in TOML, or in JSON where the name ends so
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// In which form
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
    /// The file to write, only where it changes; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
    /// Which changes are a failure
    #[arg(long, value_enum, default_value_t = FailOn::Never)]
    pub(crate) fail_on: FailOn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// Lines for a person, in colour on a terminal
    Text,
    /// Markdown for a pull request
    Markdown,
    /// One JSON object for a machine
    Json,
    /// One page for a browser
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// None
    Never,
    /// What is breaking on the wire or in the Rust API
    Breaking,
    /// Every one
    Any,
}

#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// The file to write, only where it changes; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) input: Input,
    #[command(flatten)]
    pub(crate) choice: Choice,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) input: Input,
}

/// The document, and for whom the answer is.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// The document, JSON or YAML; `-` is standard input
    pub(crate) spec: PathBuf,
    /// For whom the report is
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

/// What is to be generated, and how.
#[derive(Debug, Args)]
pub(crate) struct Choice {
    /// Only operations with this tag; may be repeated
    #[arg(short, long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<String>,
    /// Only this operation, by its operationId or as `GET /path`; may be repeated, and adds to --tag
    #[arg(long = "operation", value_name = "ID")]
    pub(crate) operations: Vec<String>,
    /// Settings in TOML, or in JSON where the name ends so; what is said on the command line comes first
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// Refuse what can only be approximated
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Lines for a person, in colour on a terminal
    Human,
    /// One JSON object for a machine
    Json,
}

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

//! The command-line arguments of `cargo xtask corpus`.

use std::path::PathBuf;

use clap::Args;

/// Generates, compiles and tries every document of a folder
#[derive(Clone, Debug, Default, Args)]
pub struct Options {
    /// The folders of documents (.json, .yaml, .yml), and of subfolders with documents of several files [default: specs/,
    /// multi/, swagger2/ and oas32/ of ../shared or $ORY_OIDC_SHARED]
    #[arg(value_name = "DIR")]
    pub dirs: Vec<PathBuf>,
    /// The folder of instances, one `DOCUMENT.jsonl` each [default: the folder `instances` in DIR, or beside it]
    #[arg(long, value_name = "DIR")]
    pub instances: Option<PathBuf>,
    /// Only the document of this name, with or without its extension; may be repeated
    #[arg(long, value_name = "NAME")]
    pub only: Vec<String>,
    /// Generate only: do not compile, and do not try instances
    #[arg(long)]
    pub no_check: bool,
    /// Generate and compile, but do not try instances
    #[arg(long)]
    pub no_instances: bool,
    /// Build the programs that try instances as release builds
    #[arg(long)]
    pub release: bool,
    /// Compile only documents of at most this many kB; all are generated
    #[arg(long, value_name = "N")]
    pub max_kb: Option<u64>,
    /// Reuse the results of an earlier run for unchanged documents and an unchanged generator
    #[arg(long)]
    pub resume: bool,
    /// Print one JSON object for each document and one for the totals, instead of the table
    #[arg(long)]
    pub json: bool,
    /// Compare the outcomes with this table, and fail on a regression
    #[arg(long, value_name = "FILE")]
    pub expect: Option<PathBuf>,
    /// Write the outcomes to the file of --expect
    #[arg(long, requires = "expect")]
    pub accept: bool,
    /// The largest number of seconds for each stage of a document
    #[arg(long, value_name = "S", default_value_t = 900)]
    pub timeout: u64,
    /// The largest number of MB of address space for each process
    #[arg(long, value_name = "N", default_value_t = 16_000)]
    pub memory: u64,
}

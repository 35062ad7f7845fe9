//! The command-line arguments of `cargo xtask requests`.

use std::path::PathBuf;

use clap::Args;

/// Calls every operation of generated clients against Prism, and lists the invalid requests
#[derive(Clone, Debug, Default, Args)]
pub struct Options {
    /// Documents, or folders of them [default: spec/oidc.yaml and eight of ../shared/specs or $ORY_OIDC_SHARED/specs]
    pub documents: Vec<PathBuf>,
    /// Only the document of this name, with or without its extension; may be repeated
    #[arg(long, value_name = "NAME")]
    pub only: Vec<String>,
    /// The list of violations that Prism reports wrongly
    #[arg(long, value_name = "FILE", default_value = "xtask/requests.allowed.tsv")]
    pub allowed: PathBuf,
    /// The largest number of seconds for building the program of a document, and for its calls
    #[arg(long, value_name = "S", default_value_t = 600)]
    pub timeout: u64,
}

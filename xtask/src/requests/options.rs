//! What the command line says.

use std::path::PathBuf;

use clap::Args;

/// Calls every operation of generated clients against Prism, and lists what it finds wrong with the requests
#[derive(Clone, Debug, Default, Args)]
pub struct Options {
    /// Documents, or folders of them [default: spec/oidc.yaml and eight of ../shared/specs or $ORY_OIDC_SHARED/specs]
    pub documents: Vec<PathBuf>,
    /// Only the document of this name, with or without its extension; may be repeated
    #[arg(long, value_name = "NAME")]
    pub only: Vec<String>,
    /// The list of violations that are not the request's fault
    #[arg(long, value_name = "FILE", default_value = "xtask/requests.allowed.tsv")]
    pub allowed: PathBuf,
    /// Most seconds for building the program of a document, and for its calls
    #[arg(long, value_name = "S", default_value_t = 600)]
    pub timeout: u64,
}

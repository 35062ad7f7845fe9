//! The options of `cargo xtask servers`.

use clap::Args;

/// The servers, the one that needs least first.
pub const NAMES: [&str; 3] = ["shop", "chroma", "prefect"];

/// Starts real servers, and calls them with clients of the documents that they serve
#[derive(Clone, Debug, Default, Args)]
pub struct Options {
    /// Only this server: shop, chroma or prefect; may be repeated
    #[arg(long, value_name = "NAME", value_parser = NAMES)]
    pub only: Vec<String>,
    /// Print every call
    #[arg(long)]
    pub verbose: bool,
    /// The largest number of seconds for building the program of a server, and for its calls
    #[arg(long, value_name = "S", default_value_t = 900)]
    pub timeout: u64,
}

impl Options {
    pub(super) fn takes(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == name)
    }
}

//! `cargo xtask requests`: whether the generated clients send what their documents say, as Prism sees it.
//!
//! ```text
//! document --generate--> module, and the list of its methods
//! the list --samples of the document's schemas--> calls (JSON), and a program that makes them
//! the program --calls--> Prism (`prism mock`, of the document without its answers' schemas) --the header `sl-violations`--> table
//! ```
//!
//! Nothing of a call is written by hand. Prism is other people's reading of OpenAPI; where it errs, the violation is
//! listed in a reviewed file ([`allowed`]).

pub mod allowed;
pub mod calls;
pub mod options;
pub mod prism;
pub mod program;
pub mod run;
pub mod sample;
pub mod schema;
pub mod slim;
pub mod table;
pub mod text;
pub mod verdict;

pub use options::Options;
pub use run::run;

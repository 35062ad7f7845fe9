//! `cargo xtask requests`: checks with Prism that generated clients send valid requests.
//!
//! ```text
//! document --generate--> module, and the list of its methods
//! the list --samples of the document's schemas--> calls (JSON), and a program that makes them
//! the program --calls--> Prism (`prism mock`, of the document without response schemas) --the header `sl-violations`--> table
//! ```
//!
//! All calls are generated. Prism is an independent implementation of OpenAPI; its wrong violations are listed in a
//! reviewed file ([`allowed`]).

pub mod allowed;
pub mod calls;
pub mod options;
pub mod prism;
pub mod program;
pub mod run;
pub mod slim;
pub mod table;
pub mod verdict;

pub use options::Options;
pub use run::run;

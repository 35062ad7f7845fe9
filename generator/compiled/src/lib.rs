//! What the generator makes of its fixtures, a module each. A warning in any of them is an error here.
#![deny(warnings)]

include!(concat!(env!("OUT_DIR"), "/modules.rs"));

//! What the tests of this package share beside `test-support`: the operations.
#![allow(dead_code, unreachable_pub)]

pub mod operations;

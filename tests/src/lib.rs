//! Helpers that the tests and benchmarks of the whole share.

pub mod memory;
pub mod world;

//! Sans-I/O core of the PolyAI Outbound Calling client.

mod input;

pub use input::InvalidInput;

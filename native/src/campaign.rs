//! Lists that are dialled: reading them, the durable store, and the runner that does what core's campaign machine says.

mod holidays;
mod list;
mod number;
mod rejects;
mod suppression;

pub use holidays::read_holidays;
pub use list::{Digest, Entry, List, ListError, ListOptions, Problem, Refused};
pub use number::read_number;
pub use rejects::Rejects;
pub use suppression::{Fingerprint, SuppressionList};

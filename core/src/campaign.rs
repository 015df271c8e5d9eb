//! Many calls: whom to call, when they may be called, and what became of each.

mod windows;
mod zone;

pub use windows::{Calendar, CallingWindows, Holiday, Opening};
pub use zone::{Zone, Zones};

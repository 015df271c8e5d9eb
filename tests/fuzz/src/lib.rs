//! What must hold of whatever comes in from outside: one function of bytes for each kind of thing that comes in.
//!
//! A function panics where one of its properties does not hold. The properties are checked by a second reading that shares
//! no code with the first: `serde_json`'s values, the crates `url`, `csv` and `jiff`, or a few plain lines. The fuzzer's
//! targets (`targets/`) call these functions and do nothing else; `tests/corpus.rs` replays the inputs in `corpus/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a property that does not hold ends the process: that is how a fuzzer learns of it"
)]

mod answer;
mod base_url;
mod clock;
mod csv_list;
mod files;
mod holidays;
mod json;
mod json_list;
mod list;
mod metadata;
mod number;
mod options;
mod phone;
mod play;
mod request;
mod retry_after;
mod rules;
mod sandbox;
mod secrets;
mod snapshot;
mod suppression;

pub use answer::answer;
pub use base_url::base_url;
pub use csv_list::csv_list;
pub use holidays::holidays;
pub use json_list::json_list;
pub use metadata::metadata;
pub use number::number;
pub use options::options;
pub use phone::phone;
pub use request::request;
pub use retry_after::retry_after;
pub use rules::rules;
pub use sandbox::sandbox;
pub use snapshot::snapshot;
pub use suppression::suppression;

/// A name, as targets and folders of the corpus have it, and the function.
pub type Subject = (&'static str, fn(&[u8]));

/// All of them.
pub const SUBJECTS: [Subject; 15] = [
    ("answer", answer),
    ("base_url", base_url),
    ("csv_list", csv_list),
    ("holidays", holidays),
    ("json_list", json_list),
    ("metadata", metadata),
    ("number", number),
    ("options", options),
    ("phone", phone),
    ("request", request),
    ("retry_after", retry_after),
    ("rules", rules),
    ("sandbox", sandbox),
    ("snapshot", snapshot),
    ("suppression", suppression),
];

//! Numbers and text on their way between JavaScript and Rust.

use std::time::Duration;

use polyai_outbound_core::Timestamp;

/// The moment so many milliseconds since the Unix epoch.
pub(crate) const fn moment(millis: f64) -> Timestamp {
    Timestamp::from_millis(whole(millis))
}

/// A moment, or a span, in milliseconds: whole ones, because writing fractions takes a tenth of the package.
pub(crate) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// The whole part of a number; nothing below 0, and what is beyond all bounds is the largest.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, and not a number is 0"
)]
pub(crate) const fn whole(number: f64) -> u64 {
    number as u64
}

//! Time as core knows it: told by the shell, never read.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::text::{decimal, trim_end};

/// A moment: milliseconds since the Unix epoch, UTC.
///
/// Arithmetic saturates at both ends, so no clock, however wrong, makes it panic or wrap.
///
/// ```
/// use std::time::Duration;
/// use polyai_outbound_core::Timestamp;
///
/// let sent = Timestamp::from_millis(1_000);
/// let answered = sent + Duration::from_millis(250);
/// assert_eq!(answered.since(sent), Duration::from_millis(250));
/// assert_eq!(sent.since(answered), Duration::ZERO, "a clock that stepped back measures nothing");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// From milliseconds since the Unix epoch.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero if it is not.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }
}

/// Whole milliseconds of `span`, rounded up so that a wait is never cut short, saturating.
fn millis(span: Duration) -> u64 {
    const LONGEST: u64 = u64::MAX / 1_000 - 1;
    if span.as_secs() > LONGEST {
        return u64::MAX;
    }
    span.as_secs() * 1_000 + u64::from(span.subsec_nanos().div_ceil(1_000_000))
}

/// A span as people read it: in seconds, with milliseconds if there are any.
pub(crate) fn seconds(span: Duration) -> String {
    let mut out = decimal(span.as_secs());
    let millis = span.subsec_millis();
    if millis > 0 {
        out.push('.');
        out.push_str(trim_end(decimal((1_000 + millis).into()).get(1..).unwrap_or_default(), "0"));
    }
    out
}

/// So many times the span, to the nanosecond. (`Duration` has its own, which may panic.)
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "saturates, and what is lost is less than a nanosecond of what anybody waits"
)]
pub(crate) fn times(span: Duration, factor: f64) -> Duration {
    let product = span.as_secs_f64() * factor;
    let whole = product as u64;
    let nanos = ((product - whole as f64) * 1e9 + 0.5) as u32;
    Duration::new(whole, nanos.min(999_999_999))
}

/// Why a machine waits; said with every deadline, so that a wait can be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// For the answer to a request: when due, that request has timed out.
    Answer,
    /// To send a request again after a failure.
    Retry,
    /// To read the status of a call again.
    Poll,
    /// For the end of all the time that the caller gave.
    Deadline,
    /// For the next call that the rate allows.
    #[cfg(feature = "campaign")]
    Rate,
    /// For the next recipient that is due: its window opens, say.
    #[cfg(feature = "campaign")]
    Due,
    /// To look into the store again.
    #[cfg(feature = "campaign")]
    Store,
    /// To try a service that failed.
    #[cfg(feature = "campaign")]
    Probe,
}

impl WaitReason {
    /// The reason in one word, as it stands in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Retry => "retry",
            Self::Poll => "poll",
            Self::Deadline => "deadline",
            #[cfg(feature = "campaign")]
            Self::Rate => "rate",
            #[cfg(feature = "campaign")]
            Self::Due => "due",
            #[cfg(feature = "campaign")]
            Self::Store => "store",
            #[cfg(feature = "campaign")]
            Self::Probe => "probe",
        }
    }
}

impl fmt::Display for WaitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The end of all the time there is, unless something is due before it.
pub(crate) fn soonest(total: Option<Wait>, own: Option<Deadline>) -> Option<Deadline> {
    let total = total.map(|it| Deadline { at: it.at(), reason: WaitReason::Deadline });
    match (total, own) {
        (Some(total), Some(own)) if own.at < total.at => Some(own),
        (total, own) => total.or(own),
    }
}

/// When a machine wants to be woken, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The moment.
    pub at: Timestamp,
    /// What is waited for.
    pub reason: WaitReason,
}

/// How much later than it asked for a machine may be told the time before it takes that for a late wake: the process was
/// frozen, the machine asleep, or the clock stepped forward. Then what arrived meanwhile is read before anything is given up.
pub const LATE_WAKE: Duration = Duration::from_secs(5);

/// Whether a machine that wanted to be woken at `due` is woken late.
pub(crate) fn is_late(due: Timestamp, now: Timestamp) -> bool {
    now.since(due) > LATE_WAKE
}

/// A wait that survives a clock which steps back: then it starts over instead of growing by the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    from: Timestamp,
    millis: u64,
}

impl Wait {
    pub(crate) fn new(from: Timestamp, span: Duration) -> Self {
        Self { from, millis: millis(span) }
    }

    /// When it is over, as far as is known.
    pub(crate) const fn at(self) -> Timestamp {
        Timestamp(self.from.0.saturating_add(self.millis))
    }

    /// Takes note of the time: a clock may have stepped back.
    pub(crate) fn notice(&mut self, now: Timestamp) {
        self.from = self.from.min(now);
    }

    /// Moves its end by a span in which nothing could be done.
    pub(crate) fn put_off(&mut self, span: Duration) {
        self.from = self.from + span;
    }

    /// Whether it is over; takes note of the time as well.
    pub(crate) fn is_over(&mut self, now: Timestamp) -> bool {
        self.notice(now);
        now >= self.at()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000_000);

    #[test]
    fn a_span_is_written_in_seconds() {
        for (millis, written) in [
            (0, "0"),
            (1, "0.001"),
            (20, "0.02"),
            (300, "0.3"),
            (1_005, "1.005"),
            (1_450, "1.45"),
            (30_000, "30"),
        ] {
            assert_eq!(seconds(Duration::from_millis(millis)), written);
        }
    }

    #[test]
    fn a_span_is_multiplied_as_std_does() {
        for millis in [0, 1, 500, 4_500, 30_000, 86_400_000] {
            for factor in [0.0, 1e-9, 0.123_456_789, 0.999_999_999, 1.2] {
                let span = Duration::from_millis(millis);
                let ours = times(span, factor);
                assert!(ours.abs_diff(span.mul_f64(factor)) <= Duration::from_nanos(1), "{span:?} {factor}");
            }
        }
        assert!(times(Duration::MAX, 1.0) >= Duration::from_secs(u64::MAX), "what has no end does not panic");
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Timestamp::from_millis(u64::MAX) + Duration::MAX, Timestamp::from_millis(u64::MAX));
        assert_eq!(Timestamp::from_millis(5) - Duration::MAX, Timestamp::from_millis(0));
    }

    #[test]
    fn a_moment_is_its_milliseconds() {
        assert_eq!((START + Duration::from_secs(2) - Duration::from_millis(1)).as_millis(), 1_001_999);
        assert_eq!(serde_json::to_string(&START).unwrap(), "1000000");
    }

    #[test]
    fn a_wait_says_its_reason_in_a_word() {
        let words = [WaitReason::Answer, WaitReason::Retry, WaitReason::Poll, WaitReason::Deadline];
        assert_eq!(words.map(|it| it.to_string()), ["answer", "retry", "poll", "deadline"]);
    }

    #[test]
    fn a_wait_is_never_cut_short_by_rounding() {
        assert_eq!(START + Duration::from_nanos(1), START + Duration::from_millis(1));
    }

    #[test]
    fn a_wait_starts_over_when_the_clock_steps_back() {
        let mut wait = Wait::new(START, Duration::from_secs(3));
        let hour_back = START - Duration::from_secs(3600);
        assert!(!wait.is_over(hour_back));
        assert!(!wait.is_over(hour_back + Duration::from_millis(2_999)));
        assert!(wait.is_over(hour_back + Duration::from_secs(3)));
    }

    /// Milliseconds of a span, rounded up, where nothing can overflow. Within the last second of all time is at its end.
    fn wide(span: Duration) -> u128 {
        let millis = span.as_nanos().div_ceil(1_000_000);
        if span.as_secs() < u64::MAX / 1_000 { millis } else { u128::from(u64::MAX) }
    }

    fn a_span() -> impl Strategy<Value = Duration> {
        let seconds = prop_oneof![
            3 => 0..1_000_000_u64,
            1 => any::<u64>(),
            1 => u64::MAX / 1_000 - 3..=u64::MAX / 1_000 + 3,
        ];
        let nanos = prop_oneof![Just(0), Just(1), Just(999_999_999), 0..1_000_000_000_u32];
        (seconds, nanos).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos))
    }

    fn a_moment() -> impl Strategy<Value = u64> {
        prop_oneof![
            0..1_000_000_u64,
            0..2_000_u64,
            any::<u64>(),
            u64::MAX - 1_000_000..=u64::MAX,
            u64::MAX - 2_000..=u64::MAX
        ]
    }

    proptest! {
        #[test]
        fn moments_add_and_subtract_as_wide_numbers_do_and_stop_at_both_ends(at in a_moment(), span in a_span()) {
            let moment = Timestamp::from_millis(at);
            let later = (u128::from(at) + wide(span)).min(u128::from(u64::MAX));
            prop_assert_eq!(u128::from((moment + span).as_millis()), later);
            let earlier = u128::from(at).saturating_sub(wide(span));
            prop_assert_eq!(u128::from((moment - span).as_millis()), earlier);
        }

        #[test]
        fn what_passed_since_an_earlier_moment_leads_back_to_the_later_one(one in a_moment(), other in a_moment()) {
            let (earlier, later) = (Timestamp::from_millis(one.min(other)), Timestamp::from_millis(one.max(other)));
            // Nearly all the time that there is leads to its end.
            prop_assume!(one.abs_diff(other) < u64::MAX - 2_000);
            prop_assert_eq!(earlier + later.since(earlier), later);
            prop_assert_eq!(later - later.since(earlier), earlier);
            prop_assert!(one == other || earlier.since(later).is_zero());
        }

        #[test]
        fn a_wait_is_over_when_its_span_has_passed_since_the_earliest_moment_that_was_told(
            from in a_moment(),
            span in a_span(),
            told in prop::collection::vec(a_moment(), 1..8),
        ) {
            let mut wait = Wait::new(Timestamp::from_millis(from), span);
            let mut earliest = from;
            for now in told {
                earliest = earliest.min(now);
                let end = (u128::from(earliest) + wide(span)).min(u128::from(u64::MAX));
                prop_assert_eq!(wait.is_over(Timestamp::from_millis(now)), u128::from(now) >= end);
                prop_assert_eq!(u128::from(wait.at().as_millis()), end);
            }
        }

        #[test]
        fn a_span_times_a_part_is_a_part_of_it(millis in 0..u64::MAX / 2_000_000, factor in 0.0..=1.0_f64) {
            let span = Duration::from_millis(millis);
            let part = times(span, factor);
            prop_assert!(part <= span, "{part:?}");
            prop_assert!(part.abs_diff(span.mul_f64(factor)) <= Duration::from_nanos(1));
        }

        #[test]
        fn a_span_in_seconds_is_read_back_as_the_span(millis in 0..u64::MAX / 1_000) {
            let span = Duration::from_millis(millis);
            let written = seconds(span);
            let (whole, part) = written.split_once('.').unwrap_or((&written, ""));
            prop_assert!(!part.ends_with('0') && part.len() <= 3, "{}", written);
            let read = whole.parse::<u64>().unwrap() * 1_000 + format!("{part:0<3}").parse::<u64>().unwrap();
            prop_assert_eq!(Duration::from_millis(read), span);
        }
    }
}

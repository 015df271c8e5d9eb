//! How fast calls are placed: a rate and a number in flight, lowered when the service is congested, raised again to what was asked for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::InvalidInput;
use crate::time::{Deadline, Timestamp, Wait, WaitReason, times};

/// How fast calls are placed at most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Triggers a second.
    pub rate: f64,
    /// Calls at a time, from the trigger to the end.
    pub max_in_flight: u32,
    /// Triggers on their way at a time: so many recipients at most does a crash or an outage leave unconfirmed. They are
    /// answered within a second or so: where the rate asks for more at a time, this has to be raised with it.
    pub max_dialing: u32,
}

impl Default for Pace {
    /// One call a second, 10 at a time, 3 of which may be triggers.
    fn default() -> Self {
        Self { rate: 1.0, max_in_flight: 10, max_dialing: 3 }
    }
}

impl Pace {
    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        if !(self.rate.is_finite() && self.rate > 0.0) {
            let expected = "calls a second, above 0: 0.5 is one every two seconds";
            return Err(InvalidInput::new("rate", "is no rate", expected));
        }
        if self.max_in_flight == 0 || self.max_dialing == 0 {
            return Err(InvalidInput::new(
                "max_in_flight",
                "is 0, so that nobody would be called",
                "1 or more",
            ));
        }
        Ok(())
    }
}

/// Nothing is lowered twice for what is one congestion.
const LOWERED_FOR: Duration = Duration::from_secs(5);
/// In how many seconds a limit grows from nothing to all.
const RAISED_IN: f64 = 60.0;
/// What a limit never falls below: this part of it.
const FLOOR: f64 = 1.0 / 64.0;

pub(super) struct Pacing {
    pace: Pace,
    /// As lowered for now.
    rate: f64,
    in_flight: f64,
    tokens: f64,
    filled_at: Option<Timestamp>,
    raised_at: Option<Timestamp>,
    lowered: Option<Wait>,
    /// The service asked for so long.
    asked: Option<Wait>,
    /// It asked to wait, and has accepted no trigger since.
    cautious: bool,
}

impl Pacing {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            rate: pace.rate,
            in_flight: f64::from(pace.max_in_flight),
            tokens: 1.0,
            filled_at: None,
            raised_at: None,
            lowered: None,
            asked: None,
            cautious: false,
            pace,
        }
    }

    /// Triggers a second and calls in flight, as allowed now.
    pub(super) fn allowed(&self) -> (f64, u32) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at least 1 and at most a u32"
        )]
        (self.rate, self.in_flight as u32)
    }

    /// Whether another trigger may leave while so many calls are in flight, of them so many triggers.
    pub(super) fn may_dial(&mut self, now: Timestamp, in_flight: usize, dialing: usize) -> bool {
        self.fill(now);
        self.has_room(in_flight, dialing) && self.asked.is_none() && self.tokens >= 1.0 - 1e-9
    }

    /// Whether there is room for another trigger beside them.
    pub(super) fn has_room(&self, in_flight: usize, dialing: usize) -> bool {
        let dialing_at_most = if self.cautious { 1 } else { self.pace.max_dialing as usize };
        in_flight < self.allowed().1 as usize && dialing < dialing_at_most
    }

    /// Takes note that one leaves.
    pub(super) fn take(&mut self) {
        self.tokens = (self.tokens - 1.0).max(0.0);
    }

    /// Takes note that one did not leave after all.
    pub(super) fn give_back(&mut self) {
        self.tokens = (self.tokens + 1.0).min(self.most());
    }

    /// When the next may leave, as far as time decides.
    pub(super) fn wait(&self, now: Timestamp) -> Deadline {
        let missing = (1.0 - self.tokens).max(0.0);
        // However little is missing, it ends after now: a wait is no spin.
        let span = times(Duration::from_secs(1), missing / self.rate).max(Duration::from_nanos(1));
        let rate = Deadline { at: now + span, reason: WaitReason::Rate };
        match self.asked {
            Some(asked) if asked.at() > rate.at => Deadline { at: asked.at(), reason: WaitReason::Retry },
            Some(_) | None => rate,
        }
    }

    /// A trigger was accepted.
    pub(super) fn accepted(&mut self, now: Timestamp) {
        self.cautious = false;
        // A time without calls raises nothing, but for the time that the rate leaves between two of them.
        let longest = (1.0 / self.rate).max(1.0);
        let since = self.raised_at.map_or(0.0, |raised| now.since(raised).as_secs_f64().min(longest));
        self.raised_at = Some(now);
        let raise = |held: f64, limit: f64| limit.min(held + limit * since / RAISED_IN);
        self.rate = raise(self.rate, self.pace.rate);
        self.in_flight = raise(self.in_flight, f64::from(self.pace.max_in_flight));
    }

    /// The service asks for so long to be left alone; until when, if that is later than was known.
    pub(super) fn asked_to_wait(&mut self, now: Timestamp, asked: Duration) -> Option<Timestamp> {
        self.cautious = true;
        let asked = Wait::new(now, asked);
        if self.asked.is_some_and(|held| held.at() >= asked.at()) {
            return None;
        }
        self.asked = Some(asked);
        Some(asked.at())
    }

    /// Until when the service asks to be left alone.
    pub(super) fn asked_until(&self) -> Option<Timestamp> {
        self.asked.map(Wait::at)
    }

    /// The service failed and works again: it is not to fail anew under all that waits.
    pub(super) fn recovered(&mut self, now: Timestamp) {
        const PART: f64 = 8.0;
        // What is slow already is slow enough.
        let slow = (self.pace.rate / PART).max(self.pace.rate.min(1.0));
        self.rate = self.rate.min(slow);
        self.tokens = self.tokens.min(self.most());
        self.raised_at = Some(now);
    }

    /// The service asks for fewer calls; whether the limits are lower now.
    pub(super) fn congested(&mut self, now: Timestamp) -> bool {
        if let Some(lowered) = &mut self.lowered
            && !lowered.is_over(now)
        {
            return false;
        }
        self.lowered = Some(Wait::new(now, LOWERED_FOR));
        self.raised_at = Some(now);
        let before = self.allowed();
        self.rate = (self.rate / 2.0).max(self.pace.rate * FLOOR);
        self.in_flight = (self.in_flight / 2.0).max(1.0);
        self.tokens = self.tokens.min(self.most());
        before != self.allowed()
    }

    /// A tenth of a second's worth, so that timers need not be exact; one at least.
    fn most(&self) -> f64 {
        (self.rate / 10.0).max(1.0)
    }

    fn fill(&mut self, now: Timestamp) {
        let since = self.filled_at.map_or(Duration::ZERO, |filled| now.since(filled));
        self.filled_at = Some(now);
        self.tokens = self.most().min(self.tokens + since.as_secs_f64() * self.rate);
        if self.asked.as_mut().is_some_and(|asked| asked.is_over(now)) {
            self.asked = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000_000);

    fn pacing(rate: f64, max_in_flight: u32) -> Pacing {
        Pacing::new(Pace { rate, max_in_flight, max_dialing: 64 })
    }

    /// How many leave within so many seconds, if time is looked at as often as is asked for.
    fn leave(pacing: &mut Pacing, from: Timestamp, seconds: u64) -> u32 {
        let (mut now, mut count) = (from, 0);
        while now.since(from) < Duration::from_secs(seconds) {
            if pacing.may_dial(now, 0, 0) {
                pacing.take();
                count += 1;
            } else {
                let next = pacing.wait(now).at;
                assert!(next > now, "a wait is no spin");
                now = next;
            }
        }
        count
    }

    #[test]
    fn the_rate_is_kept_and_used() {
        for rate in [0.1, 0.5, 1.0, 3.0, 50.0, 400.0] {
            let count = f64::from(leave(&mut pacing(rate, 10), START, 60));
            assert!(count <= rate * 60.0 + (rate / 10.0).max(1.0) + 1e-6, "{rate}: {count}");
            assert!(count >= rate * 60.0 * 0.95, "{rate}: {count}");
        }
    }

    #[test]
    fn a_forward_step_of_the_clock_is_no_burst_and_a_backward_one_no_stop() {
        let mut pacing = pacing(1.0, 10);
        leave(&mut pacing, START, 5);
        let later = START + Duration::from_secs(3605);
        assert!(leave(&mut pacing, later, 1) <= 2);
        assert!((4..=6).contains(&leave(&mut pacing, START, 5)), "an hour back it goes on at the same rate");
    }

    #[test]
    fn congestion_halves_once_for_a_while_and_recovery_never_passes_the_limit() {
        let mut pacing = pacing(10.0, 8);
        assert!(pacing.congested(START));
        assert!(!pacing.congested(START + Duration::from_secs(1)), "one congestion is one step");
        assert_eq!(pacing.allowed(), (5.0, 4));
        let mut now = START + Duration::from_secs(6);
        assert!(pacing.congested(now));
        assert_eq!(pacing.allowed(), (2.5, 2));
        for _ in 0..600 {
            now = now + Duration::from_millis(500);
            pacing.accepted(now);
            let (rate, in_flight) = pacing.allowed();
            assert!(rate <= 10.0 && in_flight <= 8);
        }
        assert_eq!(pacing.allowed(), (10.0, 8));
    }

    #[test]
    fn slow_rates_recover_in_the_same_time_as_fast_ones() {
        for rate in [0.1, 0.5, 10.0] {
            let mut pacing = pacing(rate, 10);
            pacing.congested(START);
            let (mut now, mut took) = (START, 0.0);
            while pacing.allowed() != (rate, 10) {
                now = now + Duration::from_secs_f64(1.0 / pacing.allowed().0);
                pacing.accepted(now);
                took = now.since(START).as_secs_f64();
            }
            assert!((25.0..=60.0).contains(&took), "{rate}: {took}");
        }
    }

    #[test]
    fn a_wait_for_next_to_nothing_ends_after_now() {
        let mut pacing = pacing(500.0, 10);
        assert!(pacing.may_dial(START, 0, 0));
        pacing.tokens = 1.0 - 1e-8;
        assert!(!pacing.may_dial(START, 0, 0));
        assert!(pacing.wait(START).at > START);
    }

    #[test]
    fn the_limits_never_fall_to_nothing() {
        let mut pacing = pacing(1.0, 10);
        for step in 0..100 {
            pacing.congested(START + Duration::from_secs(10 * step));
        }
        assert!(pacing.allowed().0 > 0.0 && pacing.allowed().1 == 1);
    }

    #[test]
    fn nothing_leaves_while_the_service_asks_to_wait() {
        let mut pacing = pacing(10.0, 10);
        pacing.asked_to_wait(START, Duration::from_secs(30));
        assert!(!pacing.may_dial(START + Duration::from_secs(29), 0, 0));
        assert_eq!(pacing.wait(START).at, START + Duration::from_secs(30));
        assert!(pacing.may_dial(START + Duration::from_secs(30), 0, 0));
    }

    #[test]
    fn calls_in_flight_and_triggers_are_bounded() {
        let mut pacing = Pacing::new(Pace { rate: 100.0, max_in_flight: 10, max_dialing: 3 });
        assert!(!pacing.may_dial(START, 10, 0));
        assert!(!pacing.may_dial(START, 9, 3));
        assert!(pacing.may_dial(START, 9, 2));
    }

    #[test]
    fn what_did_not_leave_after_all_leaves_at_once_later_and_alone() {
        let mut pacing = pacing(1.0, 10);
        assert!(pacing.may_dial(START, 0, 0));
        pacing.take();
        assert!(!pacing.may_dial(START, 0, 0));
        pacing.give_back();
        pacing.give_back();
        assert!(pacing.may_dial(START, 0, 0));
        pacing.take();
        assert!(!pacing.may_dial(START, 0, 0), "what is given back twice is no burst");
    }

    #[test]
    fn a_wait_for_the_rate_is_what_is_left_of_it() {
        let mut pacing = pacing(0.5, 10);
        assert!(pacing.may_dial(START, 0, 0));
        pacing.take();
        let next = START + Duration::from_secs(2);
        for passed in [0, 500, 1_500] {
            let now = START + Duration::from_millis(passed);
            assert!(!pacing.may_dial(now, 0, 0));
            assert_eq!(pacing.wait(now).at, next, "{passed}");
        }
        assert!(pacing.may_dial(next, 0, 0));
    }

    #[test]
    fn a_wait_that_the_service_asks_for_does_not_shorten_that_of_the_rate() {
        let mut pacing = pacing(0.2, 10);
        assert!(pacing.may_dial(START, 0, 0));
        pacing.take();
        pacing.asked_to_wait(START, Duration::from_secs(3));
        let rate = Deadline { at: START + Duration::from_secs(5), reason: WaitReason::Rate };
        assert_eq!(pacing.wait(START), rate);
    }

    #[test]
    fn of_two_waits_that_the_service_asks_for_the_longer_counts() {
        for asked in [[30, 10], [10, 30]] {
            let mut pacing = pacing(10.0, 10);
            for asked in asked {
                pacing.asked_to_wait(START, Duration::from_secs(asked));
            }
            let end = START + Duration::from_secs(30);
            assert_eq!(pacing.wait(START), Deadline { at: end, reason: WaitReason::Retry });
            assert!(!pacing.may_dial(START + Duration::from_secs(29), 0, 0));
            assert!(pacing.may_dial(end, 0, 0));
        }
    }

    #[test]
    fn after_a_wait_that_the_service_asked_for_one_trigger_leaves_at_a_time_until_one_is_accepted() {
        let mut pacing = pacing(10.0, 10);
        assert_eq!(
            pacing.asked_to_wait(START, Duration::from_secs(30)),
            Some(START + Duration::from_secs(30))
        );
        assert_eq!(pacing.asked_to_wait(START, Duration::from_secs(20)), None, "that is no later");
        let end = START + Duration::from_secs(30);
        assert_eq!(pacing.asked_until(), Some(end));
        assert!(pacing.may_dial(end, 5, 0) && !pacing.may_dial(end, 5, 1));
        assert_eq!(pacing.asked_until(), None);
        pacing.accepted(end);
        assert!(pacing.may_dial(end, 5, 1));
    }

    #[test]
    fn after_an_outage_calls_begin_slowly_and_a_slow_pace_stays_as_it_is() {
        for (rate, after) in [(0.2, 0.2), (1.0, 1.0), (4.0, 1.0), (40.0, 5.0)] {
            let mut pacing = pacing(rate, 10);
            pacing.recovered(START);
            assert_eq!(pacing.allowed(), (after, 10));
            let mut now = START;
            while pacing.allowed().0 < rate {
                now = now + Duration::from_secs(1);
                pacing.accepted(now);
            }
            assert!(now.since(START) <= Duration::from_secs(60), "{rate}");
        }
        let mut congested = pacing(4.0, 10);
        for step in 0..3 {
            congested.congested(START + Duration::from_secs(10 * step));
        }
        congested.recovered(START);
        assert_eq!(congested.allowed(), (0.5, 1), "it raises nothing");
    }

    #[test]
    fn a_limit_grows_by_a_sixtieth_for_each_second_with_calls_and_by_no_more_for_one_without() {
        let close = |held: f64, expected: f64| (held - expected).abs() < 1e-9;
        let mut pacing = pacing(12.0, 60);
        assert!(pacing.congested(START));
        let mut now = START;
        for (passed, rate, in_flight) in [(1.0, 6.2, 31), (0.5, 6.3, 31), (0.5, 6.4, 32), (3600.0, 6.6, 33)] {
            now = now + Duration::from_secs_f64(passed);
            pacing.accepted(now);
            assert!(close(pacing.allowed().0, rate), "{passed}: {:?}", pacing.allowed());
            assert_eq!(pacing.allowed().1, in_flight, "{passed}");
        }
        pacing.accepted(START);
        assert!(close(pacing.allowed().0, 6.6), "a clock that stepped back raises nothing");
        // Of a slow rate the time between two calls counts, all of it.
        let mut slow = Pacing::new(Pace { rate: 0.1, max_in_flight: 10, max_dialing: 1 });
        assert!(slow.congested(START));
        slow.accepted(START + Duration::from_secs(12));
        assert!(close(slow.allowed().0, 0.05 + 0.1 * 12.0 / 60.0), "{:?}", slow.allowed());
    }

    #[test]
    fn a_limit_falls_to_a_sixty_fourth_and_one_call_at_a_time_and_says_so_when_it_is_lower() {
        let mut pacing = pacing(64.0, 4);
        let mut now = START;
        for (lower, rate, in_flight) in [
            (true, 32.0, 2),
            (true, 16.0, 1),
            (true, 8.0, 1),
            (true, 4.0, 1),
            (true, 2.0, 1),
            (true, 1.0, 1),
            (false, 1.0, 1),
        ] {
            assert_eq!((pacing.congested(now), pacing.allowed()), (lower, (rate, in_flight)));
            now = now + LOWERED_FOR - Duration::from_millis(1);
            assert!(!pacing.congested(now), "it is one congestion");
            now = now + Duration::from_millis(1);
        }
    }

    #[test]
    fn what_may_leave_at_once_is_a_tenth_of_a_second_s_worth_and_one_at_least() {
        for (rate, at_once) in [(0.5, 1), (1.0, 1), (10.0, 1), (30.0, 3), (400.0, 40)] {
            let mut pacing = pacing(rate, 1_000);
            assert!(pacing.may_dial(START, 0, 0));
            let later = START + Duration::from_secs(3_600);
            let mut left = 0;
            while pacing.may_dial(later, 0, 0) {
                pacing.take();
                left += 1;
            }
            assert_eq!(left, at_once, "{rate}");
            let next = pacing.wait(later);
            let between = Duration::from_secs_f64(1.0 / rate);
            assert_eq!(next.reason, WaitReason::Rate);
            assert!(
                next.at.since(later) >= between && next.at.since(later) <= between + Duration::from_millis(1)
            );
            assert!(
                !pacing.may_dial(next.at - Duration::from_millis(2), 0, 0) && pacing.may_dial(next.at, 0, 0)
            );
        }
    }
}

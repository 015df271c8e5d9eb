//! Tests of the table, of waits and of `Retry-After`.

use proptest::prelude::*;

use super::*;

#[test]
fn the_tables_rows_stand_in_the_order_of_the_variants() {
    for row in RULES {
        assert_eq!(row.happened.rule(), row);
    }
}

#[test]
fn what_may_have_rung_is_never_sent_again() {
    for row in RULES {
        assert!(!row.trigger_again || row.placement == Placement::NotPlaced, "{row:?}");
    }
}

#[test]
fn waits_grow_with_full_jitter_up_to_the_cap() {
    let policy = RetryPolicy::default();
    let mut rng = fastrand::Rng::with_seed(1);
    for (retry, bound) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (60, 30), (u32::MAX, 30)] {
        let waits: Vec<_> = (0..500).map(|_| policy.delay(retry, None, &mut rng)).collect();
        let bound = Duration::from_secs(bound);
        assert!(waits.iter().all(|wait| *wait <= bound));
        assert!(waits.iter().any(|wait| *wait < bound / 4) && waits.iter().any(|wait| *wait > bound * 3 / 4));
    }
}

#[test]
fn a_wait_is_never_shorter_than_the_service_asks() {
    let policy = RetryPolicy::default();
    let mut rng = fastrand::Rng::with_seed(1);
    for asked in [0, 2, 120] {
        let asked = Duration::from_secs(asked);
        let wait = policy.delay(1, Some(asked), &mut rng);
        assert!((asked..=asked + policy.base).contains(&wait));
    }
    assert_eq!(policy.delay(1, Some(Duration::MAX), &mut rng), Duration::MAX);
}

#[test]
fn a_retry_after_date_is_read_by_the_clock_of_the_server_that_wrote_it() {
    const AFTER: &str = "Wed, 21 Oct 2015 07:28:00 GMT";
    let millis = Timestamp::from_millis;
    for (value, date, expected) in [
        (AFTER, Some("Wed, 21 Oct 2015 07:27:50 GMT"), RetryAfter::Delay(Duration::from_secs(10))),
        (AFTER, Some("Wednesday, 21-Oct-15 07:27:58 GMT"), RetryAfter::Delay(Duration::from_secs(2))),
        (AFTER, Some("Wed, 21 Oct 2015 07:29:00 GMT"), RetryAfter::Delay(Duration::ZERO)),
        (AFTER, Some("yesterday"), RetryAfter::At(millis(1_445_412_480_000))),
        (AFTER, None, RetryAfter::At(millis(1_445_412_480_000))),
        ("7", Some("Wed, 21 Oct 2015 07:27:50 GMT"), RetryAfter::Delay(Duration::from_secs(7))),
    ] {
        assert_eq!(RetryAfter::parse_dated(value, date), Some(expected), "{value} at {date:?}");
    }
    assert_eq!(RetryAfter::parse_dated("soon", Some(AFTER)), None);
}

#[test]
fn retry_after_is_read_as_seconds_or_as_a_date() {
    let now = Timestamp::from_millis(1_445_412_470_000);
    for (value, delay) in [
        ("0", Some(0)),
        (" 120 ", Some(120)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", Some(10)),
        ("Wednesday, 21-Oct-15 07:28:00 GMT", Some(10)),
        ("Wed Oct 21 07:28:00 2015", Some(10)),
        ("Wed, 21 Oct 2015 07:27:00 GMT", Some(0)),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
    ] {
        let read = RetryAfter::parse(value).map(|it| it.delay(now));
        assert_eq!(read, delay.map(Duration::from_secs), "{value}");
    }
    assert_eq!(
        RetryAfter::parse("99999999999999999999999"),
        Some(RetryAfter::Delay(Duration::from_secs(u64::MAX))),
        "a wait without end is not no wait"
    );
}

#[test]
fn a_budget_runs_dry_and_is_filled_by_successes() {
    let mut budget = RetryBudget::new(2);
    assert!(budget.withdraw() && budget.withdraw() && !budget.withdraw());
    (0..9).for_each(|_| budget.deposit());
    assert!(!budget.withdraw());
    budget.deposit();
    assert!(budget.withdraw());
    (0..1_000).for_each(|_| budget.deposit());
    assert!(budget.withdraw() && budget.withdraw() && !budget.withdraw());
    (0..9).for_each(|_| budget.deposit());
    assert!(!budget.withdraw(), "a thousand successes left nothing over");
}

/// Spans as people set them, and those that no arithmetic may break on.
fn a_span() -> impl Strategy<Value = Duration> {
    prop_oneof![
        4 => (0..120_000_u64).prop_map(Duration::from_millis),
        1 => any::<u64>().prop_map(Duration::from_millis),
        1 => (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos)),
    ]
}

proptest! {
    #[test]
    fn a_wait_is_between_nothing_and_its_bound(
        base in a_span(),
        cap in a_span(),
        retry in prop_oneof![4 => 0..40_u32, 1 => any::<u32>()],
        seed: u64,
    ) {
        let policy = RetryPolicy { max_retries: 3, base, cap };
        let wait = policy.delay(retry, None, &mut fastrand::Rng::with_seed(seed));
        let doubled = (1..retry.min(40)).fold(base, |bound, _| bound.saturating_mul(2));
        prop_assert!(wait <= cap, "{wait:?}");
        prop_assert!(wait <= doubled, "{wait:?} of {doubled:?}");
    }

    #[test]
    fn a_wait_that_the_service_asks_for_is_kept_and_jittered_by_less_than_the_first_wait(
        base in a_span(),
        cap in a_span(),
        asked in a_span(),
        retry: u32,
        seed: u64,
    ) {
        let policy = RetryPolicy { max_retries: 3, base, cap };
        let wait = policy.delay(retry, Some(asked), &mut fastrand::Rng::with_seed(seed));
        prop_assert!(wait >= asked);
        prop_assert!(wait <= asked.saturating_add(base.min(cap)));
    }

    #[test]
    fn retry_after_in_seconds_is_read_as_it_is_written(seconds: u64, before in "[ \t]{0,2}", after in "[ \t]{0,2}") {
        let read = RetryAfter::parse(&format!("{before}{seconds}{after}"));
        prop_assert_eq!(read, Some(RetryAfter::Delay(Duration::from_secs(seconds))));
    }

    #[test]
    fn retry_after_as_a_date_is_that_moment_and_no_wait_once_it_is_over(
        seconds in 0..253_402_300_800_u64,
        now: u64,
    ) {
        let written = httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(seconds));
        let read = RetryAfter::parse(&written).unwrap();
        prop_assert_eq!(read, RetryAfter::At(Timestamp::from_millis(seconds * 1_000)), "{}", written);
        let wait = Duration::from_millis((seconds * 1_000).saturating_sub(now));
        prop_assert_eq!(read.delay(Timestamp::from_millis(now)), wait);
    }

    #[test]
    fn no_text_in_retry_after_makes_it_panic(text in "\\PC{0,40}") {
        let _ = RetryAfter::parse(&text).map(|it| it.delay(Timestamp::from_millis(0)));
    }

    #[test]
    fn a_budget_never_gives_more_than_it_holds_and_a_tenth_for_each_success(
        retries in 0..8_u32,
        steps in prop::collection::vec(any::<bool>(), 0..200),
    ) {
        let mut budget = RetryBudget::new(retries);
        // In tenths, by hand.
        let (mut held, limit) = (retries * 10, retries * 10);
        for succeeded in steps {
            if succeeded {
                budget.deposit();
                held = (held + 1).min(limit);
            } else {
                prop_assert_eq!(budget.withdraw(), held >= 10);
                held -= if held >= 10 { 10 } else { 0 };
            }
        }
    }
}

//! Tests of the table, of waits and of `Retry-After`.

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

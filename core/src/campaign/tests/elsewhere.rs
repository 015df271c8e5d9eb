//! Numbers that another campaign of the store has called: for how long they are left in peace.

use super::*;

const THEIRS: &str = "+12015550128";

/// One row, in London, whose number another campaign called so long before the beginning.
fn called(within: Duration, before: Duration, windows: &[&str]) -> Stage {
    let mut options = Options { not_again_within: within, ..quick(10.0) };
    if !windows.is_empty() {
        options.windows = CallingWindows::parse(windows).unwrap();
    }
    let mut stage = Stage::new(options, Answering::Quickly).with([row(2, THEIRS)]);
    stage.store.called_elsewhere(&number(THEIRS), START - before);
    stage.lazy = secs(60);
    stage
}

#[test]
fn a_number_that_another_campaign_called_is_left_in_peace_until_the_time_is_over() {
    // For how long, how long ago it was called, and when it is due.
    for (within, before, free) in [
        (DAY, HOUR, Some(DAY - HOUR)),
        (DAY, secs(0), Some(DAY)),
        (2 * HOUR, secs(5400), Some(secs(1800))),
        (7 * DAY, 2 * DAY, Some(5 * DAY)),
        (DAY, DAY - secs(90), Some(secs(90))),
        (DAY, DAY, None),
        (HOUR, DAY, None),
        // Nobody is called a minute after another has called.
        (secs(0), secs(1), Some(secs(59))),
        (secs(0), secs(60), None),
    ] {
        let mut stage = called(within, before, &["mon-sun 00:00-24:00"]);
        stage.run_while(|stage| stage.sent.is_empty());
        let sent = stage.sent[0].at;
        match free {
            Some(free) => {
                assert!(sent >= START + free, "{within:?} after {before:?}");
                assert!(sent < START + free + secs(300), "{within:?} after {before:?}: {sent:?}");
            }
            None => assert!(sent < START + secs(10), "{within:?} after {before:?}: {sent:?}"),
        }
    }
}

#[test]
fn a_row_that_is_left_in_peace_says_so_and_until_when() {
    let mut stage = called(DAY, HOUR, &["mon-sun 00:00-24:00"]);
    stage.run_while(|stage| stage.standing(0).wait.is_none());
    let standing = stage.standing(0);
    assert_eq!((standing.state, standing.wait), (State::Scheduled, Some(WaitRule::RecentCall)));
    assert_eq!(standing.due_at, Some(START + (DAY - HOUR)));
    assert_eq!(
        standing.reason,
        "another campaign called its number less than 1d ago; it waits until 2026-11-26 15:00 (Europe/London)"
    );
}

#[test]
fn a_time_that_ends_at_night_is_followed_by_the_next_window() {
    let mut stage = called(12 * HOUR, HOUR, &["mon-fri 09:00-20:00"]);
    stage.run_while(|stage| stage.standing(0).wait.is_none());
    let standing = stage.standing(0);
    assert_eq!(standing.wait, Some(WaitRule::Window));
    assert!(standing.reason.contains("another campaign called its number"), "{}", standing.reason);
    assert!(standing.reason.contains("opens 2026-11-26 09:00"), "{}", standing.reason);
}

#[test]
fn a_row_whose_time_is_over_before_expires_with_that_reason() {
    let options = Options { until: Some(START + 2 * HOUR), ..quick(10.0) };
    let mut own = row(3, "+12015550129");
    own.not_after = Some(START + HOUR);
    let mut stage = Stage::new(options, Answering::Quickly).with([row(2, THEIRS), own]);
    for theirs in [THEIRS, "+12015550129"] {
        stage.store.called_elsewhere(&number(theirs), START - HOUR);
    }
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!(stage.states(), [State::Expired, State::Expired]);
    for nth in [0, 1] {
        let reason = &stage.standing(nth).reason;
        assert!(reason.starts_with("another campaign called its number less than 1d ago"), "{reason}");
    }
    assert_eq!(stage.sent.len(), 0);
}

#[test]
fn a_call_of_another_campaign_that_comes_after_the_row_was_fetched_is_noticed_when_the_intent_is_saved() {
    for way in WAYS {
        let pace = Pace { rate: 2.0, max_in_flight: 1, max_dialing: 1 };
        let windows = CallingWindows::always("a test").unwrap();
        let options = Options { pace, windows, ..Options::default() };
        let mut stage = Stage::new(options, way).with(plain(12));
        // As soon as the first has left, the others are held; all of them are called elsewhere then, long enough ago that
        // a minute's rest would be over.
        stage.run_while(|stage| stage.sent.is_empty());
        for nth in 1..12 {
            let number = number(&format!("+1{}5550100", 201 + nth));
            stage.store.called_elsewhere(&number, START - HOUR);
        }
        stage.run_for(2 * HOUR);
        assert_eq!(stage.sent.len(), 1, "{way:?}");
        assert!((1..12).all(|nth| stage.standing(nth).state == State::Scheduled), "{way:?}");
    }
}

#[test]
fn a_clock_that_was_set_back_by_days_lets_nobody_be_called_at_once_and_nobody_wait_for_good() {
    let mut stage = called(DAY, secs(0), &["mon-sun 00:00-24:00"]);
    stage.store.called_elsewhere(&number(THEIRS), START + 3 * DAY);
    stage.run_while(|stage| stage.sent.is_empty());
    let sent = stage.sent[0].at;
    assert!(sent >= START + DAY && sent < START + DAY + secs(300), "{sent:?}");
}

#[test]
fn a_call_that_is_dated_ahead_counts_from_when_the_clock_was_set_right_and_the_row_says_so() {
    for years in [1, 10] {
        let mut stage = called(DAY, secs(0), &["mon-sun 00:00-24:00"]);
        stage.store.called_elsewhere(&number(THEIRS), START + years * 365 * DAY);
        stage.run_while(|stage| stage.standing(0).wait.is_none());
        assert_eq!(stage.standing(0).wait, Some(WaitRule::RecentCall));
        let reason = &stage.standing(0).reason;
        assert_eq!(
            *reason,
            "another campaign called its number before the clock was set back; it waits until 2026-11-26 16:00 \
             (Europe/London)"
        );
        stage.run_while(|stage| stage.sent.is_empty());
        let sent = stage.sent[0].at;
        assert!(sent >= START + DAY && sent < START + DAY + secs(300), "{sent:?}");
    }
}

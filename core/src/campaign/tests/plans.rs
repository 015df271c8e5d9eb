//! When a row is to be called, by its own times, the campaign's and its windows; and what is said of it, to the letter.

use super::*;

/// Noon in London on the day of the stage; its clocks show UTC.
const NOON: Timestamp = Timestamp::from_millis(1_795_608_000_000);
const MINUTE: Duration = secs(60);

fn first(
    options: &Options,
    recipient: &NewRecipient,
) -> (State, Option<Timestamp>, Option<WaitRule>, String) {
    let Standing { state, due_at, wait, reason } = Planner::new(options).first(NOON, recipient);
    (state, due_at, wait, reason)
}

fn said(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_row_without_times_of_its_own_is_called_as_soon_as_the_pace_allows() {
    let expected = (State::Scheduled, Some(NOON), None, said("is to be called as soon as the pace allows"));
    assert_eq!(first(&Options::default(), &plain(1)[0]), expected);
}

#[test]
fn a_row_waits_for_its_own_time_or_its_window_whichever_is_later_and_says_which() {
    let mut recipient = plain(1).remove(0);
    recipient.not_before = Some(NOON + HOUR);
    let reason = said("is not to be called before 2026-11-25 13:00 (Europe/London)");
    assert_eq!(
        first(&Options::default(), &recipient),
        (State::Scheduled, Some(NOON + HOUR), Some(WaitRule::NotBefore), reason)
    );
    recipient.not_before = Some(NOON + 9 * HOUR);
    let reason = said("waits for its calling window, which opens 2026-11-26 09:00 (Europe/London)");
    assert_eq!(
        first(&Options::default(), &recipient),
        (State::Scheduled, Some(NOON + 21 * HOUR), Some(WaitRule::Window), reason)
    );
}

#[test]
fn the_sooner_of_the_rows_end_and_the_campaigns_counts_and_is_named() {
    let row = |end| NewRecipient { not_after: Some(end), ..plain(1).remove(0) };
    let until = |end| Options { until: Some(end), ..Options::default() };
    let own = said("it is not to be called from 2026-11-25 12:00 (Europe/London) on");
    let of_all = said("the campaign calls nobody from 2026-11-25 12:00 (Europe/London) on");
    for (options, recipient, reason) in [
        (Options::default(), row(NOON), &own),
        (until(NOON + HOUR), row(NOON), &own),
        (until(NOON), row(NOON), &own),
        (until(NOON), row(NOON + HOUR), &of_all),
        (until(NOON), plain(1).remove(0), &of_all),
    ] {
        assert_eq!(first(&options, &recipient), (State::Expired, None, None, reason.clone()));
    }
    for (options, recipient) in [
        (until(NOON + MINUTE), row(NOON + HOUR)),
        (until(NOON + HOUR), row(NOON + MINUTE)),
        (Options::default(), row(NOON + MINUTE)),
        (until(NOON + MINUTE), plain(1).remove(0)),
    ] {
        assert_eq!(first(&options, &recipient).0, State::Scheduled, "there is a minute left");
    }
}

#[test]
fn a_window_that_opens_when_it_is_too_late_is_named_with_the_end() {
    let mut recipient = plain(1).remove(0);
    recipient.not_before = Some(NOON + 9 * HOUR);
    recipient.not_after = Some(NOON + 10 * HOUR);
    let reason = said(
        "it is not to be called from 2026-11-25 22:00 (Europe/London) on, \
         and its next calling window opens 2026-11-26 09:00 (Europe/London)",
    );
    assert_eq!(first(&Options::default(), &recipient), (State::Expired, None, None, reason));
}

#[test]
fn a_row_of_no_known_place_says_its_times_in_utc_and_is_held_where_there_are_windows() {
    let freephone = NewRecipient::new(1, number("+80012345678"));
    let reason = said("nobody knows in which time zone this number is: give its time_zone");
    assert_eq!(
        first(&Options::default(), &freephone),
        (State::Held, None, Some(WaitRule::ZoneUnknown), reason)
    );
    let always = Options { windows: CallingWindows::always("a test").unwrap(), ..Options::default() };
    let later = NewRecipient { not_before: Some(NOON + HOUR), ..freephone };
    let reason = said("is not to be called before 2026-11-25 13:00 UTC");
    assert_eq!(
        first(&always, &later),
        (State::Scheduled, Some(NOON + HOUR), Some(WaitRule::NotBefore), reason)
    );
    let until = Options { until: Some(NOON + HOUR), ..always };
    let reason = said("the campaign calls nobody from 2026-11-25 13:00 UTC on");
    assert_eq!(first(&until, &later), (State::Expired, None, None, reason));
}

#[test]
fn a_row_whose_zones_have_no_window_in_common_is_held_and_says_so() {
    let options = Options { windows: CallingWindows::parse(&["09:00-10:00"]).unwrap(), ..Options::default() };
    // A mobile of Russia may be in any of eleven zones.
    let (state, due_at, wait, reason) = first(&options, &NewRecipient::new(1, number("+79161234567")));
    assert_eq!((state, due_at, wait), (State::Held, None, Some(WaitRule::NoWindow)));
    assert!(reason.starts_with("there is no moment within the calling windows of every zone"), "{reason}");
}

#[test]
fn a_rule_that_puts_a_call_off_gives_its_reason_unless_the_rows_own_time_is_later() {
    let mut planner = Planner::new(&Options::default());
    let mut recipient = row(1, "+12015550100");
    let rule = || Some((WaitRule::Retry, said("its trigger placed no call")));
    let standing = |planner: &mut Planner, recipient: &NewRecipient, at| {
        let whom = planner::Whom {
            to_number: &recipient.to_number,
            time_zone: recipient.time_zone,
            also_in: &recipient.also_in,
            not_before: recipient.not_before,
            not_after: recipient.not_after,
        };
        let Standing { due_at, wait, reason, .. } = planner.standing(NOON, whom, at, rule());
        (due_at, wait, reason)
    };
    let at = NOON + MINUTE;
    let expected = (Some(at), Some(WaitRule::Retry), said("its trigger placed no call"));
    assert_eq!(standing(&mut planner, &recipient, at), expected);
    recipient.not_before = Some(NOON + HOUR);
    let reason = said("is not to be called before 2026-11-25 13:00 (Europe/London)");
    let expected = (Some(NOON + HOUR), Some(WaitRule::NotBefore), reason);
    assert_eq!(standing(&mut planner, &recipient, at), expected);
}

#[test]
fn a_moment_is_told_as_the_clocks_show_it_there() {
    let at = NOON + Duration::from_millis(59_999);
    for (zone, shown) in [
        ("Europe/London", "2026-11-25 12:00 (Europe/London)"),
        ("Asia/Kathmandu", "2026-11-25 17:45 (Asia/Kathmandu)"),
        ("Pacific/Kiritimati", "2026-11-26 02:00 (Pacific/Kiritimati)"),
        ("Pacific/Honolulu", "2026-11-25 02:00 (Pacific/Honolulu)"),
    ] {
        assert_eq!(local(at, Zone::parse(zone).unwrap()), shown);
    }
    let end = local(Timestamp::from_millis(u64::MAX), Zone::parse("Europe/London").unwrap());
    assert!(end.starts_with("9999-12-"), "{end}");
}

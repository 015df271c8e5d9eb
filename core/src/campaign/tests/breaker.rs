//! A service that fails for everybody: no row ends because of it, few may have rung, and the list is finished when it is over.

use std::cell::Cell;
use std::rc::Rc;

use super::stage::is_to;
use super::*;
use crate::Method;
use crate::testing::{Cause, foreign, foreign_with, outbound, own_envelope, refused, reply, reset, status};

const PAGE: &str = "<html><form>Sign in</form></html>";
const OUTAGE: Duration = secs(600);

/// What every request comes to in an outage, and whether a trigger may have rung then.
fn outages() -> Vec<(&'static str, Cause, bool)> {
    vec![
        ("refused", Cause::Transport(refused()), false),
        ("own 500", Cause::Reply(reply(500, own_envelope(&outbound()))), false),
        ("own 503", Cause::Reply(reply(503, own_envelope(&outbound()))), false),
        ("foreign 400", Cause::Reply(foreign(400, PAGE)), false),
        ("foreign 401", Cause::Reply(foreign(401, own_envelope(&outbound()))), false),
        ("foreign 404", Cause::Reply(foreign(404, own_envelope(&outbound()))), false),
        ("foreign 405", Cause::Reply(foreign(405, "")), false),
        ("reset", Cause::Transport(reset()), true),
        ("hang", Cause::Silence, true),
        ("502 page", Cause::Reply(foreign(502, PAGE)), true),
        ("503 page", Cause::Reply(foreign_with(503, &[("Retry-After", "5")], PAGE)), true),
        ("504 page", Cause::Reply(foreign(504, PAGE)), true),
        ("302", Cause::Reply(foreign(302, "")), true),
        ("login page", Cause::Reply(foreign(200, PAGE)), true),
    ]
}

fn options() -> Options {
    Options { windows: CallingWindows::always("a test").unwrap(), ..Options::default() }
}

/// A stage whose service can be turned off.
struct Failing {
    stage: Stage,
    triggers: Rc<Cell<bool>>,
    readings: Rc<Cell<bool>>,
}

impl Failing {
    fn new(way: Answering, cause: Cause, rows: u32) -> Self {
        Self::until(None, way, cause, rows)
    }

    fn until(until: Option<Timestamp>, way: Answering, cause: Cause, rows: u32) -> Self {
        let (triggers, readings) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
        let (no_triggers, no_readings) = (Rc::clone(&triggers), Rc::clone(&readings));
        let stage = Stage::new(Options { until, ..options() }, way)
            .scripted(move |request| match request.method {
                Method::Post if no_triggers.get() => cause.clone(),
                Method::Post => Cause::Reply(accepted(&outbound())),
                _ if no_readings.get() => cause.clone(),
                _ => Cause::Reply(status(&outbound(), "success", "")),
            })
            .with(one_every(Duration::ZERO, rows));
        Self { stage, triggers, readings }
    }

    fn fails(&self, fails: bool) {
        self.triggers.set(fails);
        self.readings.set(fails);
    }

    fn unconfirmed(&self) -> usize {
        self.stage.store.count(State::Unconfirmed)
    }
}

#[test]
fn no_outage_ends_a_row_and_at_most_three_may_have_rung_and_the_list_is_finished_by_itself_or_one_resume() {
    const ROWS: u32 = 40;
    for (name, cause, unknown) in outages() {
        for way in WAYS {
            for begins_after in [0, 20, 39] {
                let what = format!("{name}, {way:?}, after {begins_after}");
                let mut it = Failing::new(way, cause.clone(), ROWS);
                it.fails(begins_after == 0);
                it.stage.run_while(|stage| stage.sent.len() < begins_after);
                it.fails(true);
                let before = it.stage.sent.len();
                it.stage.run_for(OUTAGE);
                // Whose answer was on its way when it began, and whose is when it ends.
                let (ended, states) = (it.stage.store.count(State::Succeeded), it.stage.states());
                let unended = [State::Scheduled, State::InProgress, State::Dialing, State::Unconfirmed];
                assert!(
                    states.iter().filter(|state| unended.contains(state)).count() + ended == ROWS as usize,
                    "{what}: {states:?}"
                );
                assert!(ended <= begins_after, "{what}");
                assert!(it.unconfirmed() <= 3, "{what}: {}", it.unconfirmed());
                assert!(it.stage.sent.len() - before <= 13, "{what}: {}", it.stage.sent.len() - before);
                it.fails(false);
                if it.stage.finish.is_none() && it.stage.store.breaker().is_some_and(is_stopped) {
                    assert!(unknown, "{what} needs no person");
                    assert_eq!(it.stage.campaign.command(), Command::Pause, "{what}");
                    it.stage.run_for(HOUR);
                    assert_eq!(it.stage.finish, None, "{what} waits for a person");
                    it.stage.store.command(Command::Run);
                }
                let over = it.stage.real;
                if it.stage.finish.is_none() {
                    assert_eq!(it.stage.run(), Finish::Done, "{what}");
                    assert!(
                        it.stage.real.since(over) <= secs(300 + 120),
                        "{what}: {:?}",
                        it.stage.real.since(over)
                    );
                }
                let unconfirmed = it.unconfirmed();
                assert!(unconfirmed <= 3 && (unknown || unconfirmed == 0), "{what}: {unconfirmed}");
                assert_eq!(it.stage.store.count(State::Succeeded), ROWS as usize - unconfirmed, "{what}");
                assert!(it.stage.sent.len() <= ROWS as usize + 13, "{what}: {}", it.stage.sent.len());
            }
        }
    }
}

fn is_stopped(state: &BreakerState) -> bool {
    state.phase == BreakerPhase::Stopped
}

/// What is between them.
fn spans(at: &[Timestamp]) -> Vec<Duration> {
    at.windows(2).map(|pair| pair[1].since(pair[0])).collect()
}

/// The longest time between one probe and the next, from the first on.
const INTERVALS: [u64; 8] = [5, 10, 20, 40, 80, 160, 300, 300];

fn judge_intervals(spans: &[Duration], count: usize) {
    assert!(spans.len() >= count, "{spans:?}");
    for (span, longest) in spans.iter().zip(INTERVALS) {
        // An answer takes a tenth of a second.
        let least = secs(longest) * 4 / 5;
        assert!(
            *span >= least && *span <= secs(longest) + Duration::from_millis(1_200),
            "{longest}: {spans:?}"
        );
    }
}

#[test]
fn where_nothing_ever_worked_the_first_fault_is_enough_and_single_triggers_try_it_ever_later() {
    let mut it = Failing::new(Answering::Quickly, Cause::Transport(refused()), 30);
    it.fails(true);
    it.stage.run_for(HOUR / 3);
    let at: Vec<_> = it.stage.sent.iter().map(|sent| sent.really_at).collect();
    judge_intervals(&spans(&at), 8);
    assert!(it.stage.probes.is_empty(), "there is no call to be read");
    let ids: std::collections::BTreeSet<_> = it.stage.sent.iter().map(|sent| sent.id).collect();
    assert_eq!(ids.len(), at.len(), "each is tried for another row");
    let told = it.stage.breaker_told();
    assert_eq!(told.len(), at.len(), "one is told for each");
    for (nth, state) in (0..).zip(&told) {
        assert_eq!((state.phase, state.triggers, state.probes), (BreakerPhase::Open, nth + 1, nth));
        assert_eq!((state.reads, state.unknown, state.next_probe), (0, 0, Some(ProbeKind::Trigger)));
        assert_eq!(state.why, "Cannot reach http://localhost: connection refused");
        assert_eq!(state.since, told[0].since);
    }
    assert!(!it.stage.events.iter().any(|event| matches!(event, Event::Pace { .. })), "it is no congestion");
    assert_eq!(it.stage.store.breaker(), told.last().copied(), "it is saved");
}

#[test]
fn where_a_call_is_known_its_status_is_read_and_nobody_is_dialed_before_it_is_answered() {
    for way in WAYS {
        let mut it = Failing::new(way, Cause::Transport(refused()), 60);
        it.stage.run_while(|stage| stage.sent.len() < 10);
        it.stage.run_for(secs(20));
        it.fails(true);
        it.stage.run_while(|stage| stage.campaign.breaker().is_none());
        let sent = it.stage.sent.len();
        it.stage.run_for(HOUR / 3);
        assert_eq!(it.stage.sent.len(), sent, "{way:?}");
        let mut at = vec![it.stage.breaker_told()[0].since];
        at.extend(&it.stage.probes);
        judge_intervals(&spans(&at), 8);
        // Only readings work: one trigger tries it, and then nobody is dialed for nearly a minute.
        it.readings.set(false);
        it.stage.run_while(|stage| stage.sent.len() == sent);
        it.stage.run_for(secs(40));
        assert_eq!(it.stage.sent.len(), sent + 1, "{way:?}");
        it.fails(false);
        assert_eq!(it.stage.run(), Finish::Done);
        assert_eq!(it.stage.store.count(State::Succeeded), 60);
        let last = it.stage.breaker_told().last().copied().cloned().unwrap();
        assert_eq!((last.phase, last.next_probe_at), (BreakerPhase::Closed, None));
        assert_eq!(it.stage.store.breaker(), Some(&last));
    }
}

#[test]
fn a_service_that_answers_readings_and_fails_at_triggers_ends_no_row_of_a_long_list() {
    for (cause, reads_probe) in
        [(reply(500, own_envelope(&outbound())), true), (reply(503, own_envelope(&outbound())), true)]
    {
        let mut it = Failing::new(Answering::Quickly, Cause::Reply(cause), 60);
        it.stage.run_while(|stage| stage.sent.len() < 10);
        it.stage.run_for(secs(20));
        it.triggers.set(true);
        let before = it.stage.sent.len();
        it.stage.run_for(OUTAGE);
        assert_eq!(it.stage.store.count(State::Failed), 0);
        let tried = it.stage.sent.len() - before;
        // It is tried every minute, because it is alive.
        assert!((5 + 10..=5 + 18).contains(&tried), "{tried}");
        assert_eq!(!it.stage.probes.is_empty(), reads_probe);
        it.triggers.set(false);
        let over = it.stage.real;
        assert_eq!(it.stage.run(), Finish::Done);
        assert_eq!(it.stage.store.count(State::Succeeded), 60);
        assert!(it.stage.real.since(over) < secs(180));
    }
}

#[test]
fn an_outage_of_the_triggers_alone_ends_none_of_the_last_rows_of_a_list() {
    for rows in 1..=5 {
        let cause = Cause::Reply(reply(500, own_envelope(&outbound())));
        let mut it = Failing::new(Answering::Quickly, cause, 10 + rows);
        it.stage.run_while(|stage| stage.sent.len() < 10);
        it.triggers.set(true);
        it.stage.run_for(OUTAGE * 3);
        assert_eq!(it.stage.store.count(State::Failed), 0, "{rows} rows are left");
        it.triggers.set(false);
        assert_eq!(it.stage.run(), Finish::Done);
        assert_eq!(it.stage.store.count(State::Succeeded), 10 + rows as usize);
    }
}

#[test]
fn readings_of_calls_that_are_followed_try_a_service_as_well_as_any() {
    let calling = Rc::new(Cell::new(true));
    let (is_calling, fails) = (Rc::clone(&calling), Rc::new(Cell::new(false)));
    let failing = Rc::clone(&fails);
    let mut stage = Stage::new(options(), Answering::Quickly)
        .scripted(move |request| match request.method {
            Method::Post if failing.get() => Cause::Transport(refused()),
            Method::Post => Cause::Reply(accepted(&outbound())),
            _ => Cause::Reply(status(&outbound(), if is_calling.get() { "calling" } else { "success" }, "")),
        })
        .with(one_every(Duration::ZERO, 20));
    stage.run_while(|stage| stage.sent.len() < 3);
    fails.set(true);
    stage.run_for(secs(120));
    assert!(stage.breaker_told().len() > 3);
    assert!(stage.probes.is_empty(), "they are read anyway");
    calling.set(false);
    fails.set(false);
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!(stage.store.count(State::Succeeded), 20);
}

#[test]
fn a_bad_number_that_is_left_alone_is_given_up_within_a_day_because_readings_are_answered() {
    for rows in [1, 2, 5] {
        let bad: Vec<_> = (0..rows).map(|nth| format!("+1201{:07}", 5_550_110 + nth)).collect();
        let mut stage = Stage::new(options(), Answering::Quickly)
            .scripted(move |request| match request.method {
                Method::Post if bad.iter().any(|number| is_to(request, number)) => {
                    Cause::Reply(reply(500, own_envelope(&outbound())))
                }
                Method::Post => Cause::Reply(accepted(&outbound())),
                _ => Cause::Reply(status(&outbound(), "success", "")),
            })
            .with(one_every(Duration::ZERO, 10 + rows));
        assert_eq!(stage.run(), Finish::Done);
        assert_eq!(stage.store.count(State::Failed), rows as usize);
        assert!(stage.standing(10).reason.starts_with("tried 4 times: the service failed"));
        // For an hour the triggers of everybody may fail; and one alone is tried ten times in a day.
        let took = stage.real.since(START);
        assert!((HOUR..secs(25 * 3_600)).contains(&took), "{rows}: {took:?}");
    }
}

#[test]
fn a_list_of_one_is_called_when_the_service_works_again_whatever_it_did() {
    for (name, cause, unknown) in outages() {
        for way in WAYS {
            let mut it = Failing::new(way, cause.clone(), 1);
            it.fails(true);
            it.stage.run_for(OUTAGE);
            it.fails(false);
            if it.stage.finish.is_none() {
                assert_eq!(it.stage.run(), Finish::Done);
            }
            let state = if unknown { State::Unconfirmed } else { State::Succeeded };
            assert_eq!(it.stage.states(), [state], "{name} {way:?}");
        }
    }
}

#[test]
fn restarts_while_the_service_fails_are_no_new_beginning() {
    for (name, cause, unknown) in outages() {
        let mut it = Failing::new(Answering::Quickly, cause, 40);
        it.stage.run_while(|stage| stage.sent.len() < 10);
        it.stage.run_for(secs(20));
        it.fails(true);
        it.stage.run_while(|stage| stage.campaign.breaker().is_none());
        it.stage.run_while(|stage| stage.campaign.dialing() > 0 || stage.away);
        let (sent, probes) = (it.stage.sent.len(), it.stage.probes.len());
        for _ in 0..60 {
            it.stage.run_for(secs(10));
            it.stage.crash();
        }
        it.stage.run_for(secs(1));
        assert_eq!(it.stage.sent.len(), sent, "{name}: nobody is dialed");
        let probed = it.stage.probes.len() - probes;
        assert!(if unknown { probed == 0 } else { (5..=12).contains(&probed) }, "{name}: {probed}");
        assert!(it.unconfirmed() <= 3, "{name}");
        it.fails(false);
        it.stage.store.command(Command::Run);
        assert_eq!(it.stage.run(), Finish::Done);
        assert_eq!(it.stage.store.count(State::Succeeded) + it.unconfirmed(), 40, "{name}");
    }
}

#[test]
fn what_stopped_it_is_kept_until_a_person_resumes_it_and_then_it_is_tried_without_ringing_anybody() {
    for way in WAYS {
        let mut it = Failing::new(way, Cause::Reply(foreign(200, PAGE)), 40);
        it.stage.run_while(|stage| stage.sent.len() < 10);
        it.stage.run_for(secs(20));
        it.fails(true);
        it.stage.run_while(|stage| stage.store.breaker().is_none_or(|it| it.phase != BreakerPhase::Stopped));
        let stopped = it.stage.store.breaker().unwrap().clone();
        assert_eq!(
            stopped.why,
            "Something other than the service answers at http://localhost (HTTP 200), such as a proxy or a login page: \
             check the base URL and the network"
        );
        assert_eq!((stopped.unknown, stopped.next_probe_at, stopped.next_probe), (3, None, None));
        let sent = it.stage.sent.len();
        for _ in 0..3 {
            it.stage.crash();
            it.stage.run_for(HOUR);
            assert_eq!((it.stage.sent.len(), it.stage.probes.len()), (sent, 0), "{way:?}");
            assert_eq!(it.stage.campaign.command(), Command::Pause);
            assert_eq!(it.stage.campaign.breaker(), Some(&stopped), "and a later run knows why");
        }
        // It is resumed too early.
        it.stage.store.command(Command::Run);
        it.stage.run_for(HOUR);
        assert_eq!((it.stage.sent.len(), it.unconfirmed()), (sent, 3), "{way:?}: a reading rings nobody");
        assert!(it.stage.probes.len() > 10);
        it.fails(false);
        assert_eq!(it.stage.run(), Finish::Done);
        assert_eq!(it.stage.store.count(State::Succeeded), 37);
    }
}

#[test]
fn a_service_that_hangs_is_sent_three_triggers_and_no_more() {
    for way in WAYS {
        let mut it = Failing::new(way, Cause::Silence, 40);
        it.stage.run_while(|stage| stage.sent.len() < 10);
        it.stage.run_for(secs(20));
        let before = it.stage.sent.len();
        it.fails(true);
        it.stage.run_for(OUTAGE);
        assert_eq!((it.stage.sent.len() - before, it.unconfirmed()), (3, 3), "{way:?}");
    }
}

/// What every trigger comes to by its number in the order of sending, and what came of the campaign.
fn in_turn(causes: impl Fn(u32) -> Cause + 'static) -> Stage {
    let mut nth = 0;
    let mut stage = Stage::new(options(), Answering::Quickly)
        .scripted(move |request| match request.method {
            Method::Post => {
                nth += 1;
                causes(nth)
            }
            _ => Cause::Reply(status(&outbound(), "success", "")),
        })
        .with(one_every(Duration::ZERO, 60));
    stage.run_for(HOUR);
    stage
}

#[test]
fn two_lost_answers_between_others_stop_nothing() {
    let stage = in_turn(|nth| match nth % 5 {
        1 | 2 => Cause::Transport(reset()),
        3 => Cause::Reply(reply(400, own_envelope(&outbound()))),
        _ => Cause::Reply(accepted(&outbound())),
    });
    // But where nothing has worked yet, one fault is enough to be careful.
    let phases: Vec<_> = stage.breaker_told().iter().map(|it| it.phase).collect();
    assert_eq!(phases, [BreakerPhase::Open, BreakerPhase::Open, BreakerPhase::Closed]);
    assert_eq!(stage.finish, Some(Finish::Done));
    assert_eq!(stage.store.count(State::Unconfirmed), 24);
}

#[test]
fn being_turned_away_opens_nothing() {
    let stage = in_turn(|nth| match nth {
        1..=40 => Cause::Reply(reply(429, own_envelope(&outbound()))),
        _ => Cause::Reply(accepted(&outbound())),
    });
    assert_eq!(stage.breaker_told(), Vec::<&BreakerState>::new());
    assert!(stage.events.iter().any(|event| matches!(event, Event::Pace { .. })), "it is congestion");
    assert_eq!(stage.store.count(State::Succeeded), 60);
}

#[test]
fn ten_faults_among_twenty_triggers_open_it_and_nine_do_not() {
    for (every, opens) in [(2, true), (3, false)] {
        let stage = in_turn(move |nth| match nth {
            2..=40 if nth % every == 0 => Cause::Transport(refused()),
            _ => Cause::Reply(accepted(&outbound())),
        });
        assert_eq!(!stage.breaker_told().is_empty(), opens, "every {every}");
        assert_eq!(stage.store.count(State::Succeeded), 60);
        if opens {
            assert_eq!(stage.breaker_told()[0].triggers, 1, "since the last that worked");
        }
    }
}

#[test]
fn four_faults_in_a_row_open_nothing_and_five_do() {
    for (faults, opens) in [(4, false), (5, true)] {
        let stage = in_turn(move |nth| match nth {
            10 => Cause::Reply(accepted(&outbound())),
            11.. if nth < 11 + faults => Cause::Transport(refused()),
            _ => Cause::Reply(accepted(&outbound())),
        });
        assert_eq!(!stage.breaker_told().is_empty(), opens, "{faults}");
        assert_eq!(stage.store.count(State::Succeeded), 60);
    }
}

#[test]
fn a_list_whose_last_answers_are_lost_is_done_and_waits_for_nobody() {
    let mut it = Failing::new(Answering::Quickly, Cause::Transport(reset()), 3);
    it.fails(true);
    assert_eq!(it.stage.run(), Finish::Done);
    assert_eq!(it.stage.states(), [State::Unconfirmed; 3]);
}

#[test]
fn whoever_stops_the_run_while_a_probe_is_on_its_way_waits_for_nothing() {
    for input in [Input::Drain, Input::Stop] {
        let mut it = Failing::new(Answering::Quickly, Cause::Silence, 40);
        it.stage.run_while(|stage| stage.sent.len() < 10);
        it.stage.run_for(secs(20));
        it.triggers.set(true);
        it.stage.run_for(secs(120));
        it.readings.set(true);
        it.stage.store.command(Command::Run);
        it.stage.run_while(|stage| stage.probes.is_empty());
        let before = it.stage.real;
        it.stage.tell(input);
        assert_eq!(it.stage.run(), Finish::Stopped);
        assert!(it.stage.real.since(before) < secs(2));
    }
}

/// How often the breaker opened, and how long the list took, with a service that fails at so many of a hundred triggers.
fn now_and_then(percent: u8, seed: u64) -> (usize, Duration) {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut stage = Stage::seeded(options(), Answering::Quickly, seed)
        .scripted(move |request| match request.method {
            Method::Post if rng.u8(..100) < percent => Cause::Transport(refused()),
            Method::Post => Cause::Reply(accepted(&outbound())),
            _ => Cause::Reply(status(&outbound(), "success", "")),
        })
        .with(one_every(Duration::ZERO, 300));
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!(stage.store.count(State::Succeeded), 300);
    let opened =
        stage.breaker_told().into_iter().filter(|it| it.phase == BreakerPhase::Open && it.probes == 0);
    (opened.count(), stage.real.since(START))
}

#[test]
fn a_service_that_fails_now_and_then_is_hardly_ever_stopped_and_one_that_fails_often_costs_little_more_than_its_faults()
 {
    // At one a second, and as many again for each that failed.
    for (percent, opened_at_most, took_at_most) in [(5, 0, secs(325)), (10, 0, secs(350)), (30, 6, secs(500))]
    {
        let runs: Vec<_> = (0..8).map(|seed| now_and_then(percent, seed)).collect();
        let opened: usize = runs.iter().map(|(opened, _)| opened).sum();
        let took: Duration = runs.iter().map(|(_, took)| took).sum();
        assert!(opened <= opened_at_most * 8, "{percent}: {runs:?}");
        assert!(took <= took_at_most * 8, "{percent}: {runs:?}");
    }
}

#[test]
fn a_campaign_that_is_canceled_or_over_while_the_service_fails_takes_everybody_off_the_list() {
    for (name, cause, _) in outages() {
        for canceled in [true, false] {
            let until = (!canceled).then_some(START + HOUR);
            let mut it = Failing::until(until, Answering::Quickly, cause.clone(), 40);
            it.fails(true);
            if canceled {
                it.stage.run_for(secs(60));
                it.stage.store.command(Command::Cancel);
            } else {
                it.stage.run_for(HOUR);
                // One that stopped itself waits for a person all the same.
                it.stage.store.command(Command::Run);
            }
            it.stage.run_for(secs(60));
            assert_eq!(it.stage.finish, Some(Finish::Done), "{name}, canceled: {canceled}");
            let state = if canceled { State::Cancelled } else { State::Expired };
            assert_eq!(it.stage.store.count(state) + it.unconfirmed(), 40, "{name}");
        }
    }
}

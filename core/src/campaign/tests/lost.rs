//! Calls that were placed and whose end was lost: they are read again as long as the service may tell of them, and nobody is
//! called for it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::*;
use crate::testing::{Cause, outbound, reply, status};
use crate::{CallStatus, Method};

/// What the service answers to status reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tells {
    NoSuchCall,
    Ended(&'static str, &'static str),
}

/// A service that accepts every trigger under a SID of its own, and counts status reads.
#[derive(Clone)]
struct Told {
    tells: Rc<Cell<Tells>>,
    reads: Rc<Cell<u32>>,
    triggers: Rc<Cell<u32>>,
}

fn stage(options: Options, count: u64) -> (Stage, Told) {
    let told = Told {
        tells: Rc::new(Cell::new(Tells::NoSuchCall)),
        reads: Rc::new(Cell::new(0)),
        triggers: Rc::new(Cell::new(0)),
    };
    let service = told.clone();
    let stage = Stage::new(options, Answering::Quickly)
        .scripted(move |request| {
            let more = |count: &Cell<u32>| {
                count.set(count.get() + 1);
                count.get()
            };
            Cause::Reply(match (&request.method, service.tells.get()) {
                (Method::Post, _) => {
                    reply(200, &format!(r#"{{"call_sid":"OUT-{}"}}"#, more(&service.triggers)))
                }
                (_, Tells::NoSuchCall) => {
                    more(&service.reads);
                    reply(404, r#"{"error":"no such call"}"#)
                }
                (_, Tells::Ended(word, reason)) => {
                    more(&service.reads);
                    status(&outbound(), word, reason)
                }
            })
        })
        .with(plain(count));
    (stage, told)
}

/// All rows are placed, and then lost.
fn lost(options: Options, count: u64) -> (Stage, Told) {
    let (mut stage, told) = stage(options, count);
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!(stage.store.count(State::StatusLost), usize::try_from(count).unwrap());
    (stage, told)
}

/// Another run of the same campaign, so long after the last; how it ended.
fn again(stage: &mut Stage, after: Duration) -> Finish {
    stage.crash();
    stage.real = stage.real + after;
    stage.run()
}

#[test]
fn a_call_that_was_lost_is_read_again_by_the_next_run_and_ends_as_any_other() {
    for (tells, state) in [
        (Tells::Ended("success", ""), State::Succeeded),
        (Tells::Ended("failure", "nobody answered"), State::Failed),
    ] {
        let (mut stage, told) = lost(quick(1.0), 2);
        told.tells.set(tells);
        assert_eq!(again(&mut stage, HOUR), Finish::Done);
        assert_eq!(stage.states(), [state, state]);
        assert_eq!((told.triggers.get(), stage.sent.len()), (2, 2), "nobody is called for it");
        let attempt = &stage.attempts(0)[0];
        assert_eq!(attempt.ended_at, Some(stage.real), "when it was known to have ended");
        assert_eq!((attempt.error.as_deref(), stage.attempts(0).len()), (None, 1));
        let notes: Vec<_> = stage
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Saved(change) if change.row == 1 && change.note => Some(change.reason.as_str()),
                _ => None,
            })
            .collect();
        assert!(notes[0].starts_with("it was placed, and its end is lost: "), "{notes:?}");
        assert_eq!(notes[1..], ["was placed, its end was lost, and it is read again"]);
    }
}

#[test]
fn a_call_that_failed_after_all_is_followed_by_another_if_a_rule_asks_for_it() {
    let options = Options { redial: vec!["busy=1x1h".parse().unwrap()], ..quick(1.0) };
    let (mut stage, told) = lost(options, 1);
    told.tells.set(Tells::Ended("failure", "line busy"));
    let before = stage.real + HOUR;
    assert_eq!(again(&mut stage, HOUR), Finish::Done);
    assert_eq!((stage.states(), stage.sent.len()), (vec![State::Failed], 2));
    assert!(stage.sent[1].at >= before + HOUR, "an hour after it was known to have ended");
}

#[test]
fn a_call_that_is_still_not_known_is_lost_as_before_and_read_once_for_each_run_while_it_may_be_told_of() {
    let (mut stage, told) = lost(quick(1.0), 1);
    let (lost_at, before) = (stage.attempts(0)[0].ended_at, told.reads.get());
    assert!(lost_at.is_some());
    let mut reads = Vec::new();
    for _ in 0..4 {
        assert_eq!(again(&mut stage, HOUR), Finish::Done);
        reads.push(told.reads.get() - before);
        assert_eq!(stage.states(), [State::StatusLost]);
        assert!(stage.standing(0).reason.starts_with("it was placed, and its end is lost: "));
        let attempt = &stage.attempts(0)[0];
        assert_eq!((attempt.ended_at, attempt.outcome), (lost_at, Outcome::Lost));
        assert_eq!(attempt.error.as_deref(), Some("not_found"));
    }
    // After two hours and some time for the call itself, the service tells of it no more.
    assert_eq!(reads, [1, 2, 2, 2]);
    assert_eq!(stage.sent.len(), 1);
}

#[test]
fn many_that_were_lost_are_read_some_at_a_time_and_all_before_the_end() {
    for way in WAYS {
        let (mut stage, told) = lost(quick(50.0), 75);
        stage.answering = way;
        told.tells.set(Tells::Ended("success", ""));
        let before = told.reads.get();
        stage.crash();
        stage.run_while(|stage| {
            assert!(stage.store.count(State::InProgress) <= READ_AGAIN, "{way:?}");
            true
        });
        assert_eq!(stage.finish, Some(Finish::Done));
        assert_eq!(stage.store.count(State::Succeeded), 75, "{way:?}");
        assert_eq!((told.reads.get() - before, stage.sent.len()), (75, 75), "{way:?}");
    }
}

#[test]
fn a_call_is_read_again_while_the_campaign_runs_if_a_person_says_so() {
    for command in [Command::Run, Command::Pause] {
        let (mut stage, told) = stage(quick(1.0), 1);
        // One that keeps the campaign open.
        let far = NewRecipient { not_before: Some(stage.real + DAY), ..row(2, "+12125550100") };
        stage = stage.with([far]);
        stage.run_while(|stage| stage.store.count(State::StatusLost) == 0);
        stage.store.command(command);
        told.tells.set(Tells::Ended("success", ""));
        let before = told.reads.get();
        stage.run_for(secs(600));
        assert_eq!(told.reads.get(), before, "not by itself");
        let now = stage.real;
        stage.store.read_again(RecipientId(0), now);
        stage.run_for(secs(5));
        assert_eq!(stage.states(), [State::Succeeded, State::Scheduled], "{command:?}");
        assert_eq!((told.reads.get(), stage.sent.len()), (before + 1, 1));
    }
}

#[test]
fn a_run_that_comes_to_an_end_takes_up_no_call_that_was_lost() {
    let (mut stage, told) = lost(quick(1.0), 20);
    told.tells.set(Tells::Ended("success", ""));
    stage.crash();
    stage.tell(Input::Drain);
    assert_eq!(stage.run(), Finish::Stopped);
    assert_eq!(stage.store.count(State::StatusLost), 20);
    assert_eq!(again(&mut stage, secs(1)), Finish::Done);
    assert_eq!(stage.store.count(State::Succeeded), 20, "the next one does");
}

#[test]
fn a_call_that_is_known_again_and_goes_on_is_followed_through_crashes_to_its_end() {
    let (mut stage, told) = lost(quick(1.0), 1);
    told.tells.set(Tells::Ended("calling", ""));
    stage.crash();
    stage.run_while(|stage| {
        stage.attempts(0)[0].reading.as_ref().is_none_or(|it| it.status != CallStatus::Calling)
    });
    stage.drain();
    let attempt = stage.attempts(0)[0].clone();
    assert_eq!((attempt.outcome, attempt.ended_at), (Outcome::InProgress, None));
    stage.crash();
    told.tells.set(Tells::Ended("success", ""));
    assert_eq!(stage.run(), Finish::Done);
    assert_eq!((stage.states(), stage.sent.len()), (vec![State::Succeeded], 1));
}

#[test]
fn the_store_hands_out_lost_calls_that_may_be_told_of_and_those_that_a_person_names() {
    let mut store = MemoryStore::new();
    let scheduled =
        Standing { state: State::Scheduled, due_at: Some(START), wait: None, reason: "due".to_owned() };
    let ids: Vec<_> = plain(4).into_iter().map(|it| store.add(it, scheduled.clone())).collect();
    let turn = |store: &mut MemoryStore, now, changes, fetch| {
        store.turn(&Turn {
            now,
            changes,
            breaker: None,
            not_again_within: Duration::ZERO,
            fetch: Some(fetch),
        })
    };
    let due = |by| Fetch::Due { by, limit: 0, dialed_since: START };
    let lost = |id, before: Duration, call_sid: Option<&str>| Change {
        id,
        row: 1,
        state: State::StatusLost,
        due_at: None,
        wait: None,
        reason: "lost".to_owned(),
        tries: Tries { attempts: 1, ..Tries::default() },
        attempt: Some(Attempt {
            outcome: Outcome::Lost,
            call_sid: call_sid.map(|it| crate::CallSid::parse(it).unwrap()),
            ended_at: Some(START - before),
            ..Attempt::intended(1, START - DAY)
        }),
        statuses: Vec::new(),
        note: false,
    };
    let second = Duration::from_secs(1);
    let changes = vec![
        lost(ids[0], STATUS_KEPT - second, Some("OUT-1")),
        lost(ids[1], STATUS_KEPT, Some("OUT-2")),
        lost(ids[2], second, None),
    ];
    assert!(turn(&mut store, START, changes, due(START)).unfinished.is_empty(), "not by itself");
    assert!(turn(&mut store, START, vec![], Fetch::Unfinished).unfinished.is_empty());
    let told = |store: &mut MemoryStore, by| {
        let told = turn(store, START, vec![], due(by)).unfinished;
        told.into_iter().map(|it| (it.recipient.id, it.attempt.outcome)).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(told(&mut store, START), [(ids[0], Outcome::Lost)].into());
    store.read_again(ids[1], START + second);
    store.read_again(ids[3], START);
    assert_eq!(told(&mut store, START).len(), 1, "later, and one that is not lost never");
    assert_eq!(told(&mut store, START + second).len(), 2);
    let read = Change { state: State::InProgress, ..lost(ids[0], second, Some("OUT-1")) };
    turn(&mut store, START, vec![read], due(START));
    assert_eq!(told(&mut store, START + second), [(ids[1], Outcome::Lost)].into());
}

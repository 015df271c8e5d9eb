//! The store in memory does of a turn what every store has to.

use super::*;

fn scheduled(due_at: Timestamp) -> Standing {
    Standing { state: State::Scheduled, due_at: Some(due_at), wait: None, reason: "is due".to_owned() }
}

fn change(id: RecipientId, state: State, due_at: Option<Timestamp>, attempt: Option<Attempt>) -> Change {
    Change {
        id,
        row: 1,
        state,
        due_at,
        wait: None,
        reason: state.to_string(),
        tries: Tries { attempts: attempt.as_ref().map_or(0, |it| it.number), ..Tries::default() },
        attempt,
        statuses: Vec::new(),
        note: false,
    }
}

fn save(store: &mut MemoryStore, changes: Vec<Change>) -> Vec<Refusal> {
    store
        .turn(&Turn { now: START, changes, breaker: None, not_again_within: Duration::ZERO, fetch: None })
        .refused
}

fn fetch(store: &mut MemoryStore, by: Timestamp, limit: usize) -> (Vec<i64>, Option<Timestamp>) {
    let fetch = Some(Fetch::Due { by, limit, dialed_since: START - DAY });
    let turned = store.turn(&Turn {
        now: START,
        changes: Vec::new(),
        breaker: None,
        not_again_within: Duration::ZERO,
        fetch,
    });
    (turned.due.iter().map(|it| it.id.0).collect(), turned.next_due)
}

#[test]
fn who_is_due_comes_in_the_order_of_priority_and_time_up_to_the_limit_with_when_the_next_is_due() {
    let mut store = MemoryStore::new();
    let minute = |nth: u64| START + secs(60 * nth);
    for (nth, priority, due) in [(1, 5, 3), (2, 5, 1), (3, 9, 2), (4, 0, 0), (5, 5, 9)] {
        let recipient =
            NewRecipient { priority: Priority::new(priority).unwrap(), ..plain(5).remove(nth - 1) };
        assert_eq!(store.add(recipient, scheduled(minute(due))).0, i64::try_from(nth).unwrap() - 1);
    }
    let held = Standing { state: State::Held, due_at: None, ..scheduled(START) };
    store.add(row(9, "+12085550100"), held);
    assert_eq!(
        fetch(&mut store, minute(3), 10),
        (vec![2, 1, 0, 3], Some(minute(9))),
        "due at that very moment too"
    );
    assert_eq!(fetch(&mut store, minute(9), 10), (vec![2, 1, 0, 4, 3], None));
    assert_eq!(fetch(&mut store, minute(2), 10), (vec![2, 1, 3], Some(minute(3))));
    assert_eq!(
        fetch(&mut store, minute(9), 2),
        (vec![2, 1], Some(minute(0))),
        "the soonest of those left over"
    );
    assert_eq!(fetch(&mut store, minute(9), 0), (vec![], Some(minute(0))));
    assert_eq!(
        (store.count(State::Scheduled), store.count(State::Held), store.count(State::Failed)),
        (5, 1, 0)
    );
}

#[test]
fn an_intent_is_refused_for_a_number_on_a_list_and_for_a_row_that_is_not_scheduled() {
    let mut store = MemoryStore::new();
    let ids = plain(3).into_iter().map(|it| store.add(it, scheduled(START))).collect::<Vec<_>>();
    store.suppress(&number("+12015550100"));
    assert!(save(&mut store, vec![change(ids[1], State::Cancelled, None, None)]).is_empty());
    let intents = ids.iter().map(|id| change(*id, State::Dialing, None, Some(Attempt::intended(1, START))));
    let refused = save(&mut store, intents.collect());
    let expected = [
        Refusal { id: ids[0], obstacle: Obstacle::Suppressed },
        Refusal { id: ids[1], obstacle: Obstacle::NotScheduled },
    ];
    assert_eq!(refused, expected);
    let states: Vec<_> = store.iter().map(|(_, standing, _)| standing.state).collect();
    assert_eq!(
        states,
        [State::Scheduled, State::Cancelled, State::Dialing],
        "the refused are left as they were"
    );
    let attempts: Vec<_> = store.iter().map(|(.., attempts)| attempts.len()).collect();
    assert_eq!(attempts, [0, 0, 1]);
    assert_eq!(fetch(&mut store, START, 9).0, [0], "who is dialed is not due");
    store.command(Command::Pause);
    let nobody = change(RecipientId(7), State::Failed, None, None);
    let turned = store.turn(&Turn {
        now: START,
        changes: vec![nobody],
        breaker: None,
        not_again_within: Duration::ZERO,
        fetch: None,
    });
    assert_eq!((turned.command, turned.blocked, turned.due.len()), (Command::Pause, None, 0));
}

#[test]
fn dials_of_a_number_are_told_to_all_its_rows_while_they_count_and_if_they_may_have_rung() {
    let mut store = MemoryStore::new();
    let ids = [1, 2].map(|nth| store.add(row(nth, "+12015550100"), scheduled(START)));
    let attempt =
        |number, outcome, before: Duration| Attempt { outcome, ..Attempt::intended(number, START - before) };
    let far = DAY - Duration::from_millis(1);
    for (number, outcome, before) in [
        (1, Outcome::Failure, DAY + secs(1)),
        (2, Outcome::Success, far),
        (3, Outcome::NotPlaced, secs(9)),
        (4, Outcome::Unknown, secs(5)),
        (5, Outcome::Dialing, secs(1)),
    ] {
        save(
            &mut store,
            vec![change(ids[0], State::Scheduled, Some(START), Some(attempt(number, outcome, before)))],
        );
    }
    let fetch = Some(Fetch::Due { by: START, limit: 9, dialed_since: START - DAY });
    let dialed = |store: &mut MemoryStore| {
        let due = store
            .turn(&Turn {
                now: START,
                changes: Vec::new(),
                breaker: None,
                not_again_within: Duration::ZERO,
                fetch,
            })
            .due;
        due.into_iter().map(|it| it.dialed).collect::<Vec<_>>()
    };
    let expected = vec![START - far, START - secs(5), START - secs(1)];
    assert_eq!(dialed(&mut store), [expected.clone(), expected]);
    // What was feared to have rung did not.
    save(
        &mut store,
        vec![change(ids[0], State::Scheduled, Some(START), Some(attempt(5, Outcome::NotPlaced, secs(1))))],
    );
    assert_eq!(dialed(&mut store)[1], [START - far, START - secs(5)]);
    assert_eq!(store.iter().next().unwrap().2.len(), 5, "an attempt is one, however often it is saved");
}

#[test]
fn what_an_earlier_run_left_unfinished_is_told_with_its_last_attempt_until_it_ends() {
    let mut store = MemoryStore::new();
    let ids = plain(3).into_iter().map(|it| store.add(it, scheduled(START))).collect::<Vec<_>>();
    let unfinished = |store: &mut MemoryStore| {
        let turn = Turn {
            now: START,
            changes: Vec::new(),
            breaker: None,
            not_again_within: Duration::ZERO,
            fetch: Some(Fetch::Unfinished),
        };
        let unfinished = store.turn(&turn).unfinished;
        unfinished.iter().map(|it| (it.recipient.id.0, it.attempt.number)).collect::<Vec<_>>()
    };
    assert_eq!(unfinished(&mut store), []);
    let attempt = |number| Some(Attempt::intended(number, START));
    save(&mut store, vec![change(ids[0], State::Dialing, None, attempt(1))]);
    save(&mut store, vec![change(ids[2], State::Dialing, None, attempt(1))]);
    save(&mut store, vec![change(ids[2], State::Scheduled, Some(START), attempt(1))]);
    save(&mut store, vec![change(ids[2], State::Dialing, None, attempt(2))]);
    save(&mut store, vec![change(ids[2], State::InProgress, None, attempt(2))]);
    assert_eq!(unfinished(&mut store), [(0, 1), (2, 2)]);
    save(&mut store, vec![change(ids[0], State::Succeeded, None, attempt(1))]);
    assert_eq!(unfinished(&mut store), [(2, 2)]);
}

#[test]
fn a_breaker_is_kept_and_one_that_is_stopped_pauses_the_campaign_once() {
    let mut store = MemoryStore::new();
    let mut save = |phase, command: Option<Command>| {
        if let Some(command) = command {
            store.command(command);
        }
        let breaker = BreakerState {
            phase,
            since: START,
            why: "it fails".to_owned(),
            triggers: 1,
            reads: 0,
            unknown: 0,
            probes: 0,
            next_probe_at: None,
            next_probe: None,
        };
        let saving = Turn {
            now: START,
            changes: Vec::new(),
            breaker: Some(Box::new(breaker.clone())),
            not_again_within: Duration::ZERO,
            fetch: None,
        };
        let command = store.turn(&saving).command;
        let begin = Turn { breaker: None, fetch: Some(Fetch::Unfinished), ..saving };
        assert_eq!(store.turn(&begin).breaker.as_deref(), Some(&breaker));
        assert_eq!(store.breaker(), Some(&breaker));
        command
    };
    assert_eq!(save(BreakerPhase::Open, None), Command::Run);
    assert_eq!(save(BreakerPhase::Stopped, None), Command::Pause);
    assert_eq!(save(BreakerPhase::Closed, None), Command::Pause, "a person resumes it");
    assert_eq!(save(BreakerPhase::Closed, Some(Command::Run)), Command::Run);
    assert_eq!(save(BreakerPhase::Stopped, Some(Command::Cancel)), Command::Cancel);
}

#[test]
fn the_call_that_was_placed_last_is_known_and_triggers_count_whatever_was_answered() {
    let mut store = MemoryStore::new();
    let id = store.add(plain(1).remove(0), scheduled(START));
    let mut known = |number: u32, outcome, sent, placed: Option<u64>| {
        let attempt = Attempt {
            outcome,
            sent,
            placed_at: placed.map(|at| START + secs(at)),
            call_sid: placed.map(|at| crate::CallSid::parse(format!("OUT-{at}")).unwrap()),
            ..Attempt::intended(number, START + secs(number.into()))
        };
        save(&mut store, vec![change(id, State::Scheduled, Some(START), Some(attempt))]);
        let begin = Turn {
            now: START,
            changes: Vec::new(),
            breaker: None,
            not_again_within: Duration::ZERO,
            fetch: Some(Fetch::Unfinished),
        };
        let known = store.turn(&begin).known.map(|it| (it.attempt, it.call_sid.as_str().to_owned()));
        let due = Fetch::Due { by: START, limit: 1, dialed_since: START };
        let recipient = store.turn(&Turn { fetch: Some(due), ..begin }).due.remove(0);
        (known, recipient.dialed.len(), recipient.triggered.len())
    };
    assert_eq!(known(1, Outcome::NotPlaced, false, None), (None, 0, 0), "it never left");
    assert_eq!(known(2, Outcome::NotPlaced, true, None), (None, 0, 1));
    assert_eq!(known(3, Outcome::Success, true, Some(9)), (Some((3, "OUT-9".to_owned())), 1, 2));
    assert_eq!(known(4, Outcome::Unknown, true, None), (Some((3, "OUT-9".to_owned())), 2, 3));
    assert_eq!(known(5, Outcome::Failure, true, Some(20)).0, Some((5, "OUT-20".to_owned())));
}

#[test]
fn a_number_is_suppressed_counted_and_told_in_whichever_form_it_is_written() {
    for (on_the_list, in_the_row) in [
        ("+541123456789", "+5491123456789"),
        ("+5491123456789", "+541123456789"),
        ("+551187654321", "+5511987654321"),
        ("+39612345678", "+390612345678"),
        ("+49030123456", "+4930123456"),
        ("+5712345678", "+576012345678"),
    ] {
        let mut store = MemoryStore::new();
        let ids = [in_the_row, on_the_list].map(|it| store.add(row(2, it), scheduled(START)));
        let dialing = |id| change(id, State::Dialing, None, Some(Attempt::intended(1, START)));
        assert!(save(&mut store, vec![dialing(ids[0])]).is_empty(), "{in_the_row}");
        let due = Fetch::Due { by: START, limit: 9, dialed_since: START - DAY };
        let fetched = store.turn(&Turn {
            now: START,
            changes: Vec::new(),
            breaker: None,
            not_again_within: Duration::ZERO,
            fetch: Some(due),
        });
        assert_eq!(fetched.due[0].dialed_by_others, Some(START), "{in_the_row}");
        assert_eq!((fetched.due[0].dialed.len(), fetched.due[0].triggered.len()), (1, 1), "{in_the_row}");
        store.suppress(&number(in_the_row));
        let refused = save(&mut store, vec![dialing(ids[1])]);
        assert_eq!(refused, [Refusal { id: ids[1], obstacle: Obstacle::Suppressed }], "{in_the_row}");
    }
}

//! What stops a campaign while the service fails: it is kept, pauses the campaign where a person has to resume it, and is told
//! to the next run together with a call whose status can be read.

use polyai_outbound::campaign::{
    BreakerPhase, BreakerState, Command, Database, Duplicates, ProbeKind, Store,
};
use polyai_outbound::core::campaign::{Attempt, Fetch, Known, Outcome, RecipientId, State, Turn, Turned};
use polyai_outbound::{CallSid, Timestamp};

use crate::common::{Fixture, NOW, at, change, entry, imported, intent, number, turn, with_attempt};

fn breaker(phase: BreakerPhase) -> BreakerState {
    BreakerState {
        phase,
        since: at(-60),
        why: "Cannot reach https://api.example: connection \"refused\"".to_owned(),
        triggers: 5,
        reads: 2,
        unknown: 1,
        probes: 2,
        next_probe_at: Some(at(20)),
        next_probe: Some(ProbeKind::StatusRead),
    }
}

async fn save(fixture: &mut Fixture, state: &BreakerState, now: Timestamp) -> Turned {
    let saving = Turn { breaker: Some(Box::new(state.clone())), ..turn(now, Vec::new(), None) };
    fixture.store.turn(&saving).await.unwrap()
}

async fn unfinished(fixture: &mut Fixture) -> Turned {
    fixture.store.turn(&turn(NOW, Vec::new(), Some(Fetch::Unfinished))).await.unwrap()
}

#[tokio::test]
async fn a_breaker_is_told_as_it_was_saved_last() {
    let mut fixture = Fixture::of(1).await;
    assert_eq!(unfinished(&mut fixture).await.breaker, None);
    for phase in [BreakerPhase::Open, BreakerPhase::Stopped, BreakerPhase::Closed] {
        let state = breaker(phase);
        save(&mut fixture, &state, NOW).await;
        assert_eq!(unfinished(&mut fixture).await.breaker.as_deref(), Some(&state));
        let campaign = fixture.database.campaign("spring").await.unwrap().unwrap();
        assert_eq!(campaign.breaker, Some(state));
    }
}

#[tokio::test]
async fn one_that_is_stopped_pauses_the_campaign_until_a_person_resumes_it() {
    let mut fixture = Fixture::of(1).await;
    assert_eq!(save(&mut fixture, &breaker(BreakerPhase::Open), NOW).await.command, Command::Run);
    assert_eq!(save(&mut fixture, &breaker(BreakerPhase::Stopped), at(3)).await.command, Command::Pause);
    let campaign = fixture.database.campaign("spring").await.unwrap().unwrap();
    assert_eq!(
        (campaign.command, campaign.command_at, campaign.command_by.as_deref()),
        (Command::Pause, Some(at(3)), Some("the campaign itself"))
    );
    let id = fixture.campaign;
    fixture.database.set_command(id, Command::Run, "ada", at(5)).await.unwrap();
    assert_eq!(unfinished(&mut fixture).await.command, Command::Run);
    assert_eq!(save(&mut fixture, &breaker(BreakerPhase::Open), at(6)).await.command, Command::Run);
    // What a person said of it is not written over.
    for command in [Command::Pause, Command::Cancel] {
        fixture.database.set_command(id, command, "ada", at(7)).await.unwrap();
        assert_eq!(save(&mut fixture, &breaker(BreakerPhase::Stopped), at(8)).await.command, command);
        let campaign = fixture.database.campaign("spring").await.unwrap().unwrap();
        assert_eq!((campaign.command_at, campaign.command_by.as_deref()), (Some(at(7)), Some("ada")));
    }
}

#[tokio::test]
async fn a_breaker_is_saved_with_the_changes_of_its_turn_or_not_at_all() {
    let mut fixture = Fixture::of(1).await;
    let nobody = change(99, State::Failed, "");
    let saving =
        Turn { breaker: Some(Box::new(breaker(BreakerPhase::Stopped))), ..turn(NOW, vec![nobody], None) };
    fixture.store.turn(&saving).await.unwrap_err();
    let told = unfinished(&mut fixture).await;
    assert_eq!((told.breaker, told.command), (None, Command::Run));
    let intended = Turn { changes: vec![intent(1)], ..saving };
    let told = fixture.store.turn(&intended).await.unwrap();
    assert_eq!((told.refused, told.command), (Vec::new(), Command::Pause));
    assert_eq!(fixture.text("SELECT state FROM recipients WHERE id = 1").await, "dialing");
}

#[tokio::test]
async fn a_breaker_that_cannot_be_read_keeps_a_campaign_from_running_and_nobody_from_looking() {
    let mut fixture = Fixture::of(1).await;
    let mut sql = fixture.sql().await;
    sqlx::query(r#"UPDATE campaigns SET breaker = '{"phase":"ajar"}'"#).execute(&mut sql).await.unwrap();
    let asked = turn(NOW, Vec::new(), Some(Fetch::Unfinished));
    let error = fixture.store.turn(&asked).await.unwrap_err();
    assert!(error.to_string().contains("column breaker"), "{error}");
    assert_eq!(fixture.database.campaign("spring").await.unwrap().unwrap().breaker, None);
}

#[tokio::test]
async fn a_call_that_was_placed_is_known_to_the_next_run_whatever_became_of_it() {
    let placed = |sid: &str, outcome| Attempt {
        outcome,
        call_sid: Some(CallSid::parse(sid).unwrap()),
        placed_at: Some(at(1)),
        ..Attempt::intended(2, NOW)
    };
    let mut fixture = Fixture::of(5).await;
    let other = imported(&mut fixture.database, "autumn", Duplicates::Each, &[entry(1, 9)]).await;
    let mut theirs = fixture.database.store(other).await.unwrap();
    let theirs_placed = with_attempt(6, State::InProgress, placed("OUT-9", Outcome::InProgress));
    theirs.turn(&turn(NOW, vec![theirs_placed], None)).await.unwrap();
    let looked_for = Attempt { placed_at: None, ..placed("OUT-1", Outcome::InProgress) };
    fixture.save(vec![with_attempt(1, State::InProgress, looked_for)]).await.unwrap();
    assert_eq!(unfinished(&mut fixture).await.known, None, "nobody knows whether it was placed");
    for (id, state, outcome) in [
        (2, State::Failed, Outcome::Failure),
        (3, State::StatusLost, Outcome::Lost),
        (4, State::Succeeded, Outcome::Success),
        (5, State::InProgress, Outcome::InProgress),
    ] {
        let sid = format!("OUT-{id}");
        fixture.save(vec![with_attempt(id, state, placed(&sid, outcome))]).await.unwrap();
        let call_sid = CallSid::parse(&sid).unwrap();
        let known = Known { recipient: RecipientId(id), attempt: 2, call_sid };
        assert_eq!(unfinished(&mut fixture).await.known, Some(known), "{state}");
    }
}

#[tokio::test]
async fn triggers_that_may_have_reached_a_server_are_told_whatever_came_of_them() {
    let mut fixture = Fixture::with(&[entry(1, 1), entry(2, 1)]).await;
    let attempts = [
        (1, -50, Outcome::NotPlaced, true),
        (2, -40, Outcome::NotPlaced, false),
        (3, -30, Outcome::Failure, true),
        (4, -90_000, Outcome::Failure, true),
    ];
    for (nth, dialed, outcome, sent) in attempts {
        let attempt = Attempt { outcome, sent, ..Attempt::intended(nth, at(dialed)) };
        fixture.save(vec![with_attempt(1, State::Failed, attempt)]).await.unwrap();
    }
    let due = fixture.due(NOW, 9).await.due;
    assert_eq!((&due[0].dialed[..], &due[0].triggered[..]), (&[at(-30)][..], &[at(-50), at(-30)][..]));
    assert_eq!(due[0].dialed_by_others, Some(at(-30)));
    let told = fixture.database.triggered(&number(1), NOW, at(-60)).await.unwrap();
    assert_eq!(told, [at(-50), at(-30)]);
}

#[tokio::test]
async fn calls_that_last_are_counted_by_when_they_were_placed() {
    let mut fixture = Fixture::of(3).await;
    for (id, placed, state) in
        [(1, -1_800, State::InProgress), (2, -1_799, State::InProgress), (3, -9_000, State::Failed)]
    {
        let placed_at = Some(at(placed));
        let attempt = Attempt { outcome: Outcome::InProgress, placed_at, ..Attempt::intended(1, at(placed)) };
        fixture.save(vec![with_attempt(id, state, attempt)]).await.unwrap();
    }
    let id = fixture.campaign;
    assert_eq!(fixture.database.stuck(id, at(-1_800)).await.unwrap(), 1);
}

#[tokio::test]
async fn a_file_of_an_earlier_version_is_brought_up_to_date_with_what_it_knows() {
    let mut fixture = Fixture::of(5).await;
    for (id, outcome, error) in [
        (1, Outcome::NotPlaced, None),
        (2, Outcome::NotPlaced, Some("not_connected")),
        (3, Outcome::NotPlaced, Some("service_failed")),
        (4, Outcome::Failure, None),
        (5, Outcome::Unknown, Some("connection_lost")),
    ] {
        let attempt = Attempt { outcome, error: error.map(Into::into), ..Attempt::intended(1, NOW) };
        fixture.save(vec![with_attempt(id, State::Failed, attempt)]).await.unwrap();
    }
    let mut sql = fixture.sql().await;
    for undone in [
        "ALTER TABLE campaigns DROP COLUMN breaker",
        "ALTER TABLE attempts DROP COLUMN sent",
        "DROP INDEX attempts_counted",
        "ALTER TABLE attempts DROP COLUMN recounted_at",
        "DROP INDEX recipients_decided",
        "ALTER TABLE recipients DROP COLUMN also_in",
        "DROP INDEX recipients_lost",
        "DROP INDEX attempts_by_call_sid",
        "DROP TABLE opt_outs",
        "DROP TABLE suppression_blocks",
        "DROP TABLE suppression_lists",
        "DROP TABLE identity",
        "ALTER TABLE campaigns DROP COLUMN intents",
        "ALTER TABLE campaigns DROP COLUMN token_key",
        "ALTER TABLE campaigns DROP COLUMN token_fingerprint",
        "DROP INDEX recipients_by_canonical",
        "DROP INDEX attempts_by_canonical",
        "ALTER TABLE recipients DROP COLUMN canonical",
        "ALTER TABLE recipients DROP COLUMN canonical_form",
        "ALTER TABLE attempts DROP COLUMN canonical",
        "ALTER TABLE attempts DROP COLUMN canonical_form",
        "CREATE INDEX recipients_by_number ON recipients (campaign_id, to_number, row)",
        "CREATE INDEX attempts_by_number ON attempts (to_number, dialed_at)",
        "DELETE FROM _sqlx_migrations WHERE version >= 2",
    ] {
        sqlx::query(undone).execute(&mut sql).await.unwrap();
    }
    let error = Database::read_only(fixture.path()).await.unwrap_err();
    assert!(error.to_string().contains("older version"), "{error}");
    Database::open(fixture.path(), false).await.unwrap();
    let sent =
        "SELECT group_concat(recipient_id) FROM (SELECT recipient_id FROM attempts WHERE sent ORDER BY 1)";
    assert_eq!(fixture.text(sent).await, "3,4,5");
}

//! What people ask and decide about a campaign, while its runner goes on.

use polyai_outbound::campaign::{
    Database, Decided, Duplicates, Ending, Holder, Reason, Resolution, ResolveError, Rows, StoreError,
    Waiting, Who,
};
use polyai_outbound::core::campaign::{Attempt, Command, Outcome, State, Tries, WaitRule, ZoneBy, Zones};
use polyai_outbound::{CallSid, CallStatus, Reading, StatusChange};

use crate::common::{
    Fixture, NOW, at, change, entry, ids, imported, intent, new_campaign, number, with_attempt,
};

/// Somebody who was not reached, with all that is told of it.
fn failed(id: i64, attempt: u32) -> polyai_outbound::core::campaign::Change {
    let mut failed = with_attempt(
        id,
        State::Failed,
        Attempt {
            outcome: Outcome::Failure,
            call_sid: Some(CallSid::parse("OUT-1").unwrap()),
            reading: Some(Reading { status: CallStatus::Failure, reason: "no answer".to_owned() }),
            ended_at: Some(at(9)),
            disposition: Some("no-answer".into()),
            error: None,
            correlation_id: Some("c-1".to_owned()),
            ..Attempt::intended(attempt, at(i64::from(attempt)))
        },
    );
    failed.reason = "nobody answered".to_owned();
    let seen = |status, seconds, id: Option<&str>| StatusChange {
        status,
        reason: String::new(),
        at: at(seconds),
        correlation_id: id.map(str::to_owned),
    };
    failed.statuses = vec![seen(CallStatus::Calling, 2, None), seen(CallStatus::Failure, 9, Some("c-1"))];
    failed
}

fn decided(note: &'static str) -> Decided<'static> {
    Decided { by: "Grace", note, now: at(60) }
}

#[tokio::test]
async fn a_campaign_is_told_as_it_was_made() {
    let mut fixture = Fixture::of(2).await;
    let holder = Holder { pid: 42, host: "desk".to_owned(), since: at(1) };
    fixture.database.set_runner(fixture.campaign, &holder).await.unwrap();
    let mut reader = Database::read_only(fixture.path()).await.unwrap();
    let told = reader.campaign("spring").await.unwrap().unwrap();
    let made = new_campaign("spring", Duplicates::Each);
    assert_eq!((told.name, told.created_at, told.options), (made.name, made.created_at, made.options));
    assert_eq!((told.service, told.source, told.duplicates), (made.service, made.source, made.duplicates));
    assert_eq!((told.command, told.command_by, told.runner), (Command::Run, None, Some(holder)));
}

#[tokio::test]
async fn a_report_counts_ends_reasons_and_waits() {
    let mut rows: Vec<_> = (1..=8).map(|row| entry(row, row)).collect();
    for row in &mut rows[5..] {
        row.standing.wait = Some(WaitRule::Window);
        row.standing.due_at = Some(at(600));
    }
    let mut fixture = Fixture::with(&rows).await;
    let mut held = change(5, State::Held, "nobody knows its zone");
    held.wait = Some(WaitRule::ZoneUnknown);
    fixture.save(vec![failed(1, 1), failed(2, 1), intent(3), held]).await.unwrap();
    let (campaign, mut reader) = (fixture.campaign, Database::read_only(fixture.path()).await.unwrap());
    let tally: Vec<_> = reader.tally(campaign).await.unwrap().into_iter().collect();
    assert_eq!(tally, [(State::Scheduled, 4), (State::Held, 1), (State::Dialing, 1), (State::Failed, 2)]);
    let waiting = |rule, recipients, next| Waiting { rule, recipients, next };
    assert_eq!(
        reader.waiting(campaign).await.unwrap(),
        [waiting(Some(WaitRule::Window), 3, at(600)), waiting(None, 1, NOW)]
    );
    let ending = |state, outcome, disposition: Option<&str>, recipients| Ending {
        state,
        outcome,
        disposition: disposition.map(str::to_owned),
        error: None,
        recipients,
    };
    assert_eq!(
        reader.endings(campaign).await.unwrap(),
        [
            ending(State::Scheduled, None, None, 4),
            ending(State::Failed, Some(Outcome::Failure), Some("no-answer"), 2),
            ending(State::Dialing, Some(Outcome::Dialing), None, 1),
            ending(State::Held, None, None, 1),
        ]
    );
    let reason = |state, reason: &str, recipients| Reason { state, reason: reason.to_owned(), recipients };
    assert_eq!(
        reader.reasons(campaign, 2).await.unwrap(),
        [reason(State::Scheduled, "to be called", 4), reason(State::Failed, "nobody answered", 2)]
    );
    let mut numbers = Vec::new();
    let mut each = |number: &polyai_outbound::PhoneNumber, _: Zones, state| {
        numbers.push((number.clone(), state));
        Ok::<_, StoreError>(())
    };
    reader.for_each_number(campaign, ZoneBy::AreaCode, &mut each).await.unwrap();
    assert_eq!(numbers.len(), 8);
    assert!(numbers.contains(&(number(1), State::Failed)));
}

#[tokio::test]
async fn a_thousand_rows_of_one_cause_are_one_reason() {
    let mut fixture = Fixture::of(1_000).await;
    let reason = |id: i64| {
        format!(
            "tried {} times: no route to {} for OUT-{id:08x}-0000-4000-8000-000000000000 (HTTP 500, correlation id \
             {id:08x}-1111-4111-9111-111111111111, at 2026-03-02T12:{:02}:00Z, after {id} ms)",
            id % 7 + 1,
            number(id.unsigned_abs()).as_str(),
            id % 60
        )
    };
    let changes =
        |state, ids: std::ops::RangeInclusive<i64>| ids.map(|id| change(id, state, &reason(id))).collect();
    fixture.save(changes(State::Failed, 1..=990)).await.unwrap();
    fixture.save(changes(State::Unconfirmed, 991..=999)).await.unwrap();
    let reasons = fixture.database.reasons(fixture.campaign, 9).await.unwrap();
    let told: Vec<_> = reasons.iter().map(|it| (it.state, it.reason.as_str(), it.recipients)).collect();
    let cause = "tried … times: no route to … for OUT-… (HTTP 500, correlation id …, at …, after …)";
    assert_eq!(
        told,
        [(State::Failed, cause, 990), (State::Unconfirmed, cause, 9), (State::Scheduled, "to be called", 1)]
    );
}

#[tokio::test]
async fn an_export_tells_every_row_in_order_with_its_last_attempt_while_the_runner_goes_on() {
    let mut fixture = Fixture::of(500).await;
    fixture.save(vec![failed(2, 1)]).await.unwrap();
    fixture.save(vec![failed(2, 2)]).await.unwrap();
    let mut reader = Database::read_only(fixture.path()).await.unwrap();
    let mut rows = Vec::new();
    let exporting = reader.for_each_recipient(fixture.campaign, |record| {
        rows.push(record);
        Ok::<_, StoreError>(())
    });
    exporting.await.unwrap();
    assert_eq!(rows.iter().map(|it| it.row).collect::<Vec<_>>(), (1..=500).collect::<Vec<_>>());
    let last = rows[1].last.as_ref().unwrap();
    assert_eq!(
        (last.number, last.outcome, last.disposition.as_deref()),
        (2, Outcome::Failure, Some("no-answer"))
    );
    assert_eq!(rows[1].tries, Tries { attempts: 2, dials: 2, ..Tries::default() });
    assert_eq!((rows[0].last.as_ref(), rows[0].due_at), (None, Some(NOW)));
    assert_eq!(rows[0].metadata, entry(1, 1).recipient.metadata);
}

#[tokio::test]
async fn who_takes_the_rows_ends_the_export_when_it_says_so() {
    let fixture = Fixture::of(200).await;
    enum End {
        Enough,
        Store(StoreError),
    }
    impl From<StoreError> for End {
        fn from(error: StoreError) -> Self {
            Self::Store(error)
        }
    }
    let mut reader = Database::read_only(fixture.path()).await.unwrap();
    let mut seen = 0;
    for _ in 0..2 {
        let ended = reader
            .for_each_recipient(fixture.campaign, |_| {
                seen += 1;
                if seen % 3 == 0 { Err(End::Enough) } else { Ok(()) }
            })
            .await;
        match ended.unwrap_err() {
            End::Enough => {}
            End::Store(error) => panic!("{error}"),
        }
    }
    assert_eq!(seen, 6);
}

#[tokio::test]
async fn the_history_of_a_row_is_found_by_row_number_or_name_and_is_in_order() {
    let mut rows = [entry(1, 1), entry(2, 7), entry(3, 7)];
    rows[1].recipient.external_id = Some("A-1".to_owned());
    let mut fixture = Fixture::with(&rows).await;
    let mut put_off = change(2, State::Scheduled, "its window was closed");
    put_off.note = true;
    fixture.save(vec![put_off.clone()]).await.unwrap();
    put_off.reason = "it was called as often as it may".to_owned();
    fixture.store_turn(at(1), vec![put_off]).await;
    fixture.save(vec![failed(2, 1)]).await.unwrap();
    fixture.save(vec![failed(2, 2)]).await.unwrap();
    let campaign = fixture.campaign;
    let mut reader = Database::read_only(fixture.path()).await.unwrap();
    let mut by = async |who| reader.history(campaign, &who).await.unwrap();
    let found = by(Who::Row(2)).await;
    assert_eq!(by(Who::ExternalId("A-1".to_owned())).await, found);
    let both = by(Who::Number(number(7))).await;
    assert_eq!((&both[0], both[1].record.row, both.len()), (&found[0], 3, 2));
    assert_eq!(by(Who::Row(9)).await, []);
    let [history] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(history.record.state, State::Failed);
    assert_eq!(
        history.attempts.iter().map(|it| (it.number, it.dialed_at)).collect::<Vec<_>>(),
        [(1, at(1)), (2, at(2))]
    );
    assert_eq!(history.attempts[1].correlation_id.as_deref(), Some("c-1"));
    let statuses: Vec<_> =
        history.statuses.iter().map(|(attempt, it)| (*attempt, it.status.as_str(), it.at)).collect();
    assert_eq!(
        statuses,
        [(1, "calling", at(2)), (1, "failure", at(9)), (2, "calling", at(2)), (2, "failure", at(9))]
    );
    let notes: Vec<_> = history.notes.iter().map(|it| (it.at, it.by.as_str(), it.text.as_str())).collect();
    assert_eq!(
        notes,
        [(NOW, "campaign", "its window was closed"), (at(1), "campaign", "it was called as often as it may")]
    );
}

#[tokio::test]
async fn pause_and_run_reach_the_runner_and_cancel_is_final() {
    let mut fixture = Fixture::of(4).await;
    let campaign = fixture.campaign;
    fixture.save(vec![intent(1), change(2, State::Held, "nobody knows its zone")]).await.unwrap();
    for command in [Command::Pause, Command::Run] {
        assert_eq!(fixture.database.set_command(campaign, command, "Grace", at(5)).await.unwrap(), 0);
        assert_eq!(fixture.save(Vec::new()).await.unwrap().command, command);
    }
    assert_eq!(fixture.database.set_command(campaign, Command::Cancel, "Grace", at(6)).await.unwrap(), 3);
    assert_eq!(fixture.save(Vec::new()).await.unwrap().command, Command::Cancel);
    let tally: Vec<_> = fixture.database.tally(campaign).await.unwrap().into_iter().collect();
    assert_eq!(tally, [(State::Dialing, 1), (State::Cancelled, 3)]);
    assert_eq!(
        fixture.text("SELECT reason FROM recipients WHERE id = 3").await,
        "the campaign was cancelled by Grace before it was called"
    );
    assert_eq!(fixture.save(vec![intent(3)]).await.unwrap().refused.len(), 1);
    let error = fixture.database.set_command(campaign, Command::Run, "Grace", at(7)).await.unwrap_err();
    assert!(error.to_string().contains("stays so"), "{error}");
    assert_eq!(fixture.database.set_command(campaign, Command::Cancel, "Grace", at(8)).await.unwrap(), 0);
    let told = fixture.database.campaign("spring").await.unwrap().unwrap();
    assert_eq!((told.command_at, told.command_by.as_deref()), (Some(at(8)), Some("Grace")));
}

#[tokio::test]
async fn who_is_put_off_by_a_runner_that_does_not_know_of_the_cancel_yet_is_cancelled_too() {
    let mut fixture = Fixture::of(2).await;
    fixture.save(vec![intent(1), intent(2)]).await.unwrap();
    fixture.database.set_command(fixture.campaign, Command::Cancel, "Grace", at(6)).await.unwrap();
    let mut again = failed(1, 1);
    again.state = State::Scheduled;
    again.due_at = Some(at(600));
    let turned = fixture.save(vec![again]).await.unwrap();
    assert_eq!(turned.command, Command::Cancel);
    let tally: Vec<_> = fixture.database.tally(fixture.campaign).await.unwrap().into_iter().collect();
    assert_eq!(tally, [(State::Dialing, 1), (State::Cancelled, 1)]);
    assert_eq!(
        fixture.text("SELECT reason FROM recipients WHERE id = 1").await,
        "the campaign was cancelled by Grace before it was called again"
    );
}

async fn with_unconfirmed() -> Fixture {
    let mut fixture = Fixture::of(5).await;
    let unconfirmed = |id| {
        with_attempt(
            id,
            State::Unconfirmed,
            Attempt { outcome: Outcome::Unknown, ..Attempt::intended(1, NOW) },
        )
    };
    fixture.save(vec![unconfirmed(1), unconfirmed(2), unconfirmed(3), failed(4, 1)]).await.unwrap();
    fixture
}

#[tokio::test]
async fn an_unconfirmed_row_is_called_again_or_closed_as_a_person_decides_and_says_why() {
    let mut fixture = with_unconfirmed().await;
    let campaign = fixture.campaign;
    let again = fixture
        .database
        .resolve(campaign, &Rows::Of(vec![1]), Resolution::Redial, decided("she asked"))
        .await;
    assert_eq!(again.unwrap(), 1);
    let second = Rows::Of(vec![2]);
    let closed = fixture.database.resolve(campaign, &second, Resolution::Succeeded, decided("spoke to him"));
    assert_eq!(closed.await.unwrap(), 1);
    let rest = fixture.database.resolve(campaign, &Rows::All, Resolution::Failed, decided("gone")).await;
    assert_eq!(rest.unwrap(), 1);
    let due = fixture.due(at(60), 9).await;
    assert_eq!(ids(&due), [5, 1]);
    assert_eq!(due.due[1].tries.attempts, 1, "its next attempt is the second");
    assert_eq!(due.due[1].dialed, [NOW], "it may have rung");
    let mut of = async |row| fixture.database.history(campaign, &Who::Row(row)).await.unwrap().remove(0);
    let (first, second, third) = (of(1).await, of(2).await, of(3).await);
    assert_eq!(first.record.reason, "Grace decided to call again: she asked");
    assert_eq!(
        (second.record.state, second.record.reason.as_str()),
        (State::Succeeded, "Grace closed it: spoke to him")
    );
    assert_eq!((third.record.state, third.record.due_at), (State::Failed, None));
    for history in [&first, &second, &third] {
        let told: Vec<_> = history.notes.iter().map(|it| (it.by.as_str(), it.at)).collect();
        assert_eq!(told, [("campaign", NOW), ("Grace", at(60))], "what was known before is kept");
    }
    assert_eq!(first.notes[0].text, "unconfirmed");
}

#[tokio::test]
async fn nothing_is_resolved_if_one_of_the_rows_is_in_another_state() {
    let mut fixture = with_unconfirmed().await;
    let rows = Rows::Of(vec![1, 4, 77]);
    let error =
        fixture.database.resolve(fixture.campaign, &rows, Resolution::Redial, decided("")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "only rows that are unconfirmed can be resolved, and nothing was done: row 4 is failed, row 77 is no recipient"
    );
    assert!(matches!(error, ResolveError::NotUnconfirmed(rows) if rows.len() == 2));
    assert_eq!(fixture.count("SELECT count(*) FROM recipients WHERE state = 'unconfirmed'").await, 3);
    assert_eq!(fixture.count("SELECT count(*) FROM notes").await, 0);
}

#[tokio::test]
async fn a_lost_call_is_closed_but_never_repeated_and_never_among_all() {
    let mut fixture = with_unconfirmed().await;
    let lost = Attempt { outcome: Outcome::Lost, ..Attempt::intended(1, NOW) };
    fixture.save(vec![with_attempt(5, State::StatusLost, lost)]).await.unwrap();
    let campaign = fixture.campaign;
    let fifth = Rows::Of(vec![5]);
    let again =
        fixture.database.resolve(campaign, &fifth, Resolution::Redial, decided("x")).await.unwrap_err();
    assert!(matches!(again, ResolveError::NotUnconfirmed(rows) if rows == [(5, Some(State::StatusLost))]));
    let all = fixture.database.resolve(campaign, &Rows::All, Resolution::Failed, decided("x")).await;
    assert_eq!(all.unwrap(), 3);
    let closed = fixture.database.resolve(campaign, &fifth, Resolution::Succeeded, decided("x")).await;
    assert_eq!(closed.unwrap(), 1);
}

#[tokio::test]
async fn a_cancelled_campaign_calls_nobody_again_but_its_rows_can_be_closed() {
    let mut fixture = with_unconfirmed().await;
    let campaign = fixture.campaign;
    fixture.database.set_command(campaign, Command::Cancel, "Grace", at(6)).await.unwrap();
    let again = fixture.database.resolve(campaign, &Rows::All, Resolution::Redial, decided("")).await;
    assert!(again.unwrap_err().to_string().contains("cancelled"));
    let closed = fixture.database.resolve(campaign, &Rows::All, Resolution::Failed, decided("")).await;
    assert_eq!(closed.unwrap(), 3);
}

#[tokio::test]
async fn reading_goes_on_while_a_turn_is_being_saved_and_the_other_way_round() {
    let mut fixture = Fixture::of(3).await;
    let mut writer = fixture.sql().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut writer).await.unwrap();
    sqlx::query("UPDATE recipients SET state = 'held'").execute(&mut writer).await.unwrap();
    let mut reader = Database::read_only(fixture.path()).await.unwrap();
    assert_eq!(reader.tally(fixture.campaign).await.unwrap()[&State::Scheduled], 3);
    sqlx::query("ROLLBACK").execute(&mut writer).await.unwrap();
    fixture.save(vec![intent(1)]).await.unwrap();
    let mut long = fixture.sql().await;
    sqlx::query("BEGIN").execute(&mut long).await.unwrap();
    sqlx::query("SELECT * FROM recipients").fetch_one(&mut long).await.unwrap();
    fixture.save(vec![intent(2)]).await.unwrap();
    assert_eq!(reader.tally(fixture.campaign).await.unwrap()[&State::Dialing], 2);
}

#[tokio::test]
async fn people_read_times_as_text() {
    let mut fixture = Fixture::of(1).await;
    fixture.save(vec![failed(1, 1)]).await.unwrap();
    assert_eq!(fixture.text("SELECT dialed FROM calls").await, "2026-03-02T12:00:01.000Z");
    assert_eq!(fixture.text("SELECT ended FROM calls").await, "2026-03-02T12:00:09.000Z");
    assert_eq!(
        fixture.text("SELECT campaign || ' ' || updated FROM recipients_readable").await,
        "spring 2026-03-02T12:00:00.000Z"
    );
    imported(&mut fixture.database, "autumn", Duplicates::Each, &[entry(1, 9)]).await;
    assert_eq!(
        fixture.text("SELECT due FROM recipients_readable WHERE campaign = 'autumn'").await,
        "2026-03-02T12:00:00.000Z"
    );
}

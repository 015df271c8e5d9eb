//! What one turn saves and fetches.

use polyai_outbound::campaign::{Duplicates, Store};
use polyai_outbound::core::campaign::{
    Attempt, Change, Command, Fetch, Obstacle, Outcome, Priority, RecipientId, Refusal, STATUS_KEPT,
    SharedSid, State, Tries, Turned, WaitRule,
};
use polyai_outbound::{CallSid, CallStatus, Reading, StatusChange};

use crate::common::{
    Fixture, NOW, at, change, entry, fetch_due, ids, imported, intent, number, turn, with_attempt,
};

fn placed(number: u32) -> Attempt {
    Attempt {
        outcome: Outcome::InProgress,
        call_sid: Some(CallSid::parse("OUT-1").unwrap()),
        placed_at: Some(at(1)),
        seen_at: Some(at(2)),
        reading: Some(Reading { status: CallStatus::Calling, reason: String::new() }),
        correlation_id: Some("c-1".to_owned()),
        ..Attempt::intended(number, NOW)
    }
}

fn ended(id: i64, dialed_at: polyai_outbound::Timestamp, outcome: Outcome) -> Change {
    with_attempt(id, State::Failed, Attempt { outcome, ..Attempt::intended(1, dialed_at) })
}

#[tokio::test]
async fn who_is_due_comes_by_priority_then_by_how_long_it_is_due_then_as_listed() {
    let mut entries: Vec<_> = (1..=6).map(|row| entry(row, row)).collect();
    entries[1].standing.due_at = Some(at(-60));
    entries[4].recipient.priority = Priority::FIRST;
    entries[5].recipient.priority = Priority::LAST;
    entries[5].standing.due_at = Some(at(-600));
    let mut fixture = Fixture::with(&entries).await;
    assert_eq!(ids(&fixture.due(NOW, 10).await), [5, 2, 1, 3, 4, 6]);
    assert_eq!(ids(&fixture.due(NOW, 3).await), [5, 2, 1]);
    assert_eq!(ids(&fixture.due(at(-1), 10).await), [2, 6]);
    assert_eq!(ids(&fixture.due(NOW, 0).await), [0_i64; 0]);
}

#[tokio::test]
async fn a_recipient_comes_back_as_it_was_imported() {
    let mut entries = [entry(7, 1)];
    entries[0].recipient.not_before = Some(at(-5));
    entries[0].recipient.not_after = Some(at(500));
    let mut fixture = Fixture::with(&entries).await;
    let due = fixture.due(NOW, 1).await.due;
    let [recipient] = due.as_slice() else { panic!("{due:?}") };
    let expected = &entries[0].recipient;
    assert_eq!(recipient.row, 7);
    assert_eq!(recipient.to_number, expected.to_number);
    assert_eq!(recipient.metadata, expected.metadata);
    assert_eq!((recipient.not_before, recipient.not_after), (expected.not_before, expected.not_after));
    assert_eq!(recipient.tries, Tries::default());
    assert_eq!(recipient.dialed, []);
}

#[tokio::test]
async fn next_due_is_that_of_the_first_who_was_not_fetched() {
    let mut entries: Vec<_> = (1..=4).map(|row| entry(row, row)).collect();
    entries[0].recipient.priority = Priority::FIRST;
    entries[0].standing.due_at = Some(at(30));
    entries[2].standing.due_at = Some(at(-10));
    entries[3].standing.due_at = Some(at(20));
    let mut fixture = Fixture::with(&entries).await;
    assert_eq!(fixture.due(NOW, 0).await.next_due, Some(at(-10)));
    assert_eq!(fixture.due(NOW, 1).await.next_due, Some(NOW));
    assert_eq!(fixture.due(NOW, 2).await.next_due, Some(at(20)));
    assert_eq!(fixture.due(at(25), 9).await.next_due, Some(at(30)));
    assert_eq!(fixture.due(at(30), 9).await.next_due, None);
}

#[tokio::test]
async fn what_a_turn_saves_is_what_it_fetches() {
    let mut fixture = Fixture::of(3).await;
    let mut put_off = change(1, State::Scheduled, "its window opens later");
    put_off.due_at = Some(at(90));
    put_off.wait = Some(WaitRule::Window);
    put_off.tries =
        Tries { attempts: 2, dials: 1, refusals: 1, redials: vec![("no \"answer\"".to_owned(), 2)] };
    let turned = fixture
        .store
        .turn(&turn(NOW, vec![put_off.clone(), intent(2)], Some(fetch_due(NOW, 9))))
        .await
        .unwrap();
    assert_eq!(ids(&turned), [3]);
    assert_eq!(turned.next_due, Some(at(90)));
    let due = fixture.due(at(90), 9).await.due;
    assert_eq!(due.iter().map(|it| it.id.0).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(due[1].tries, put_off.tries);
    assert_eq!(fixture.text("SELECT wait FROM recipients WHERE id = 1").await, "window");
}

#[tokio::test]
async fn an_intent_is_taken_once_and_only_from_who_is_scheduled() {
    let mut fixture = Fixture::of(3).await;
    fixture.save(vec![change(2, State::Held, "nobody knows its zone")]).await.unwrap();
    let turned = fixture.save(vec![intent(1), intent(2), intent(3)]).await.unwrap();
    assert_eq!(turned.refused, [Refusal { id: RecipientId(2), obstacle: Obstacle::NotScheduled }]);
    assert_eq!(
        fixture.text("SELECT state || reason FROM recipients WHERE id = 2").await,
        "heldnobody knows its zone"
    );
    assert_eq!(fixture.count("SELECT count(*) FROM attempts WHERE recipient_id = 2").await, 0);
    let second = with_attempt(1, State::Dialing, Attempt::intended(2, at(5)));
    let turned = fixture.save(vec![second]).await.unwrap();
    assert_eq!(turned.refused, [Refusal { id: RecipientId(1), obstacle: Obstacle::NotScheduled }]);
    assert_eq!(fixture.count("SELECT count(*) FROM attempts WHERE recipient_id = 1").await, 1);
}

#[tokio::test]
async fn an_intent_whose_turn_comes_again_is_still_taken() {
    let mut fixture = Fixture::of(1).await;
    for _ in 0..2 {
        assert_eq!(fixture.save(vec![intent(1)]).await.unwrap().refused, []);
    }
    assert_eq!(fixture.count("SELECT count(*) FROM attempts").await, 1);
    fixture.save(vec![with_attempt(1, State::InProgress, placed(1))]).await.unwrap();
    assert_eq!(fixture.save(vec![intent(1)]).await.unwrap().refused.len(), 1, "it has left long ago");
}

#[tokio::test]
async fn an_intent_to_somebody_elses_row_or_to_none_is_refused() {
    let mut fixture = Fixture::of(1).await;
    let other = imported(&mut fixture.database, "autumn", Duplicates::Each, &[entry(1, 9)]).await;
    let mut theirs = fixture.database.store(other).await.unwrap();
    let turned = theirs.turn(&turn(NOW, vec![intent(1), intent(99)], None)).await.unwrap();
    assert_eq!(turned.refused.len(), 2);
    let error = theirs.turn(&turn(NOW, vec![change(1, State::Failed, "")], None)).await.unwrap_err();
    assert!(error.to_string().contains("not in this campaign"), "{error}");
    assert_eq!(fixture.text("SELECT state FROM recipients WHERE id = 1").await, "scheduled");
}

#[tokio::test]
async fn a_number_that_comes_on_a_list_while_the_campaign_runs_is_not_dialed() {
    let mut fixture = Fixture::of(2).await;
    fixture.suppress(number(2)).await;
    let turned = fixture.save(vec![intent(1), intent(2)]).await.unwrap();
    assert_eq!(turned.refused, [Refusal { id: RecipientId(2), obstacle: Obstacle::Suppressed }]);
    assert_eq!(fixture.text("SELECT state FROM recipients WHERE id = 2").await, "scheduled");
    assert_eq!(fixture.count("SELECT count(*) FROM attempts").await, 1);
}

/// A row that waits for its redial keeps standing as it does when a list says so meanwhile.
#[tokio::test]
async fn a_number_of_which_a_list_says_so_while_its_row_is_in_flight_is_not_dialed_again() {
    // By its own list, and by another: only what is certain holds for every list.
    for (by_another, certain, may_be_dialed) in
        [(false, 1, false), (false, 0, false), (true, 1, false), (true, 0, true)]
    {
        let mut fixture = Fixture::of(1).await;
        let other = imported(&mut fixture.database, "autumn", Duplicates::Each, &[entry(1, 9)]).await;
        fixture.save(vec![with_attempt(1, State::InProgress, placed(1))]).await.unwrap();
        let campaign = if by_another { other.0 } else { fixture.campaign.0 };
        let said = "INSERT INTO opt_outs (campaign_id, to_number, row, list, said, certain)
            VALUES (?1, ?2, 7, 'b.csv', 'DNC=yes', ?3)";
        let said =
            sqlx::query(said).bind(campaign).bind(number(1).canonical().as_str().to_owned()).bind(certain);
        said.execute(&mut fixture.sql().await).await.unwrap();
        fixture.save(vec![change(1, State::Scheduled, "is called again")]).await.unwrap();
        let again = with_attempt(1, State::Dialing, Attempt::intended(2, at(60)));
        let turned = fixture.save(vec![again]).await.unwrap();
        let refused = [Refusal { id: RecipientId(1), obstacle: Obstacle::Suppressed }];
        let expected = if may_be_dialed { &[][..] } else { &refused };
        assert_eq!(turned.refused, expected, "by another: {by_another}, certain: {certain}");
    }
}

/// When its file is opened again, as many calls are looked for as this count says.
#[tokio::test]
async fn intents_are_counted_when_they_are_saved_and_not_when_they_are_refused() {
    let mut fixture = Fixture::of(3).await;
    fixture.suppress(number(2)).await;
    let refused = fixture.save(vec![intent(2)]).await.unwrap().refused;
    assert_eq!(refused.len(), 1);
    assert_eq!(fixture.count("SELECT intents FROM campaigns").await, 0);
    fixture.save(vec![intent(1), intent(2), intent(3)]).await.unwrap();
    assert_eq!(fixture.count("SELECT intents FROM campaigns").await, 2);
    fixture.save(vec![with_attempt(1, State::InProgress, placed(1))]).await.unwrap();
    assert_eq!(fixture.count("SELECT intents FROM campaigns").await, 2);
}

#[tokio::test]
async fn all_but_intents_may_be_saved_again_from_any_state() {
    let mut fixture = Fixture::of(1).await;
    let mut end = with_attempt(1, State::Succeeded, Attempt { outcome: Outcome::Success, ..placed(1) });
    end.reason = "answered".to_owned();
    end.note = true;
    let seen = |status, seconds, id: Option<&str>| StatusChange {
        status,
        reason: String::new(),
        at: at(seconds),
        correlation_id: id.map(str::to_owned),
    };
    end.statuses = vec![
        seen(CallStatus::Queued, 1, Some("c-1")),
        seen(CallStatus::Calling, 2, None),
        seen(CallStatus::Other("ringing".to_owned()), 2, None),
    ];
    for _ in 0..3 {
        fixture.save(vec![end.clone()]).await.unwrap();
    }
    assert_eq!(fixture.count("SELECT count(*) FROM attempts").await, 1);
    assert_eq!(fixture.count("SELECT count(*) FROM status_changes").await, 3);
    assert_eq!(fixture.count("SELECT count(*) FROM notes WHERE text = 'answered'").await, 1);
    assert_eq!(fixture.text("SELECT status FROM attempts").await, "calling");
    assert_eq!(
        fixture
            .text("SELECT group_concat(status) FROM (SELECT status FROM status_changes ORDER BY at, status)")
            .await,
        "queued,calling,ringing"
    );
}

#[tokio::test]
async fn what_an_earlier_run_left_behind_comes_with_its_attempt() {
    let mut fixture = Fixture::of(4).await;
    fixture.save(vec![intent(1), intent(2), intent(3)]).await.unwrap();
    fixture
        .save(vec![
            with_attempt(2, State::InProgress, placed(1)),
            with_attempt(3, State::Failed, Attempt { outcome: Outcome::Failure, ..placed(1) }),
        ])
        .await
        .unwrap();
    let turned = fixture.store.turn(&turn(at(9), Vec::new(), Some(Fetch::Unfinished))).await.unwrap();
    let found: Vec<_> = turned.unfinished.iter().map(|it| (it.recipient.id.0, it.attempt.clone())).collect();
    assert_eq!(found, [(1, Attempt::intended(1, NOW)), (2, placed(1))]);
    assert_eq!(turned.unfinished[0].recipient.dialed, [NOW]);
    assert_eq!(turned.unfinished[0].recipient.dialed_by_others, None, "it was for this very row");
    assert_eq!(turned.unfinished[1].recipient.tries.attempts, 1);
}

#[tokio::test]
async fn calls_whose_end_was_lost_are_handed_out_to_be_read_again_while_they_may_be_told_of() {
    let mut fixture = Fixture::of(14).await;
    let kept = i64::try_from(STATUS_KEPT.as_secs()).unwrap();
    let lost = |id, ended: i64, call_sid| {
        let attempt = Attempt { outcome: Outcome::Lost, ended_at: Some(at(ended)), call_sid, ..placed(1) };
        with_attempt(id, State::StatusLost, attempt)
    };
    let sid = |id: i64| Some(CallSid::parse(format!("OUT-{id}")).unwrap());
    let mut changes: Vec<_> = (1..=12).map(|id| lost(id, -1, sid(id))).collect();
    changes.extend([lost(13, -kept, sid(13)), lost(14, -1, None)]);
    fixture.save(changes).await.unwrap();
    assert!(fixture.due(NOW, 9).await.unfinished.is_empty(), "not by itself");
    let began = fixture.store.turn(&turn(NOW, Vec::new(), Some(Fetch::Unfinished))).await.unwrap();
    assert!(began.unfinished.is_empty(), "but from then on");
    let told = |turned: &Turned| turned.unfinished.iter().map(|it| it.recipient.id.0).collect::<Vec<_>>();
    let due = fixture.due(NOW, 9).await;
    assert_eq!(told(&due), (1..=10).collect::<Vec<_>>(), "so many at a time");
    assert_eq!(
        due.unfinished[0].attempt,
        Attempt { outcome: Outcome::Lost, ended_at: Some(at(-1)), call_sid: sid(1), ..placed(1) }
    );
    assert!(fixture.due(at(-1), 9).await.unfinished.is_empty());
    let read: Vec<_> = (1..=10).map(|id| with_attempt(id, State::InProgress, placed(1))).collect();
    let turned = fixture.store.turn(&turn(NOW, read, Some(fetch_due(NOW, 9)))).await.unwrap();
    assert_eq!(told(&turned), [11, 12], "what was gone for so long is not among them");
    fixture.save(vec![lost(11, -1, sid(11))]).await.unwrap();
    assert_eq!(told(&fixture.due(NOW, 9).await), [12], "what is lost again waits for the next run");
}

#[tokio::test]
async fn a_call_sid_that_another_attempt_has_is_told_of_whichever_campaign_and_of_the_later_one_alone() {
    let mut fixture = Fixture::of(4).await;
    let other = imported(&mut fixture.database, "autumn", Duplicates::First, &[entry(7, 9)]).await;
    let mut theirs = fixture.database.store(other).await.unwrap();
    let named = |sid: &str, placed_at: Option<i64>, outcome| Attempt {
        outcome,
        call_sid: Some(CallSid::parse(sid).unwrap()),
        placed_at: placed_at.map(at),
        ..placed(1)
    };
    let placed =
        |id, sid, placed_at| with_attempt(id, State::InProgress, named(sid, placed_at, Outcome::InProgress));
    let shared = |id, other_row, campaign: Option<&str>| SharedSid {
        id: RecipientId(id),
        other_row,
        other_campaign: campaign.map(str::to_owned),
    };
    theirs.turn(&turn(NOW, vec![placed(5, "OUT-9", Some(1))], None)).await.unwrap();
    let turned = fixture.save(vec![
        placed(1, "OUT-1", Some(5)),
        placed(2, "OUT-1", Some(4)),
        placed(3, "OUT-3", Some(6)),
    ]);
    assert_eq!(turned.await.unwrap().shared, [shared(1, 2, None)], "the later one, though it comes first");
    let again = vec![placed(2, "OUT-1", Some(4)), placed(3, "OUT-3", Some(6))];
    assert_eq!(fixture.save(again).await.unwrap().shared, [], "and not the one that was first");
    assert_eq!(
        fixture.save(vec![placed(3, "OUT-9", Some(6))]).await.unwrap().shared,
        [shared(3, 7, Some("autumn"))]
    );
    assert_eq!(
        fixture.save(vec![placed(4, "OUT-9", None)]).await.unwrap().shared,
        [shared(4, 7, Some("autumn"))]
    );
    let known = with_attempt(3, State::Unconfirmed, named("OUT-9", Some(6), Outcome::Unknown));
    assert_eq!(fixture.save(vec![known]).await.unwrap().shared, [], "it is told of once");
    let ended = with_attempt(1, State::Failed, named("OUT-1", Some(5), Outcome::Failure));
    assert_eq!(fixture.save(vec![ended]).await.unwrap().shared, [shared(1, 2, None)], "an end is none of it");

    let calls = fixture.database.shared_calls(fixture.campaign, None).await.unwrap();
    let told = calls.iter().map(|call| {
        let rows: Vec<_> =
            call.attempts.iter().map(|it| (it.campaign.as_str(), it.row, it.attempt)).collect();
        (call.call_sid.as_str(), rows)
    });
    let spring = |row| ("spring", row, 1);
    assert_eq!(
        told.collect::<Vec<_>>(),
        [("OUT-1", vec![spring(1), spring(2)]), ("OUT-9", vec![spring(3), spring(4), ("autumn", 7, 1)]),]
    );
    let of_one = fixture.database.shared_calls(fixture.campaign, Some(RecipientId(2))).await.unwrap();
    assert_eq!(of_one, calls[..1]);
    assert_eq!(fixture.database.shared_calls(other, None).await.unwrap(), calls[1..], "from either side");
}

#[tokio::test]
async fn dials_of_a_number_are_told_across_rows_and_campaigns_but_not_those_that_placed_no_call() {
    let same: Vec<_> = (1..=5).map(|row| entry(row, 1)).collect();
    let mut fixture = Fixture::with(&same).await;
    let other =
        imported(&mut fixture.database, "autumn", Duplicates::Each, &[entry(1, 1), entry(2, 2)]).await;
    let mut theirs = fixture.database.store(other).await.unwrap();
    theirs.turn(&turn(NOW, vec![ended(6, at(-70), Outcome::Unknown)], None)).await.unwrap();
    fixture
        .save(vec![
            ended(1, at(-10), Outcome::Failure),
            ended(2, at(-20), Outcome::NotPlaced),
            ended(3, at(-90_000), Outcome::Success),
            intent(4),
        ])
        .await
        .unwrap();
    let due = fixture.due(NOW, 9).await.due;
    let [recipient] = due.as_slice() else { panic!("{due:?}") };
    assert_eq!(recipient.dialed, [at(-70), at(-10), NOW]);
    assert_eq!(recipient.dialed_by_others, Some(NOW));
    let theirs = theirs.turn(&turn(NOW, Vec::new(), Some(fetch_due(NOW, 9)))).await.unwrap();
    assert_eq!(theirs.due[0].dialed, [], "the other number was never dialed");
    assert_eq!(theirs.due[0].dialed_by_others, None);
}

#[tokio::test]
async fn an_intent_waits_while_another_campaign_calls_its_number_and_for_a_minute_after_it_was_dialed() {
    let mut fixture = Fixture::of(1).await;
    let other = imported(&mut fixture.database, "autumn", Duplicates::First, &[entry(1, 1)]).await;
    let mut theirs = fixture.database.store(other).await.unwrap();
    let near = [Refusal { id: RecipientId(1), obstacle: Obstacle::SameNumber }];
    for (dialed_at, outcome, refused) in [
        (at(-3_599), Outcome::InProgress, near.as_slice()),
        (at(-3_600), Outcome::InProgress, &[]),
        (at(-59), Outcome::Failure, &near),
        (at(-60), Outcome::Failure, &[]),
    ] {
        let attempt = Attempt { outcome, ..Attempt::intended(1, dialed_at) };
        theirs.turn(&turn(NOW, vec![with_attempt(2, State::InProgress, attempt)], None)).await.unwrap();
        assert_eq!(
            fixture.save(vec![intent(1)]).await.unwrap().refused,
            refused,
            "{dialed_at:?} {outcome:?}"
        );
        fixture.save(vec![change(1, State::Scheduled, "again")]).await.unwrap();
    }
}

#[tokio::test]
async fn the_command_is_told_with_every_turn() {
    let mut fixture = Fixture::of(1).await;
    assert_eq!(fixture.save(Vec::new()).await.unwrap().command, Command::Run);
    sqlx::query("UPDATE campaigns SET command = 'pause'").execute(&mut fixture.sql().await).await.unwrap();
    assert_eq!(fixture.save(Vec::new()).await.unwrap().command, Command::Pause);
    assert_eq!(fixture.save(vec![change(1, State::Held, "")]).await.unwrap().command, Command::Pause);
    assert_eq!(fixture.due(NOW, 1).await.command, Command::Pause);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_keeps_no_result_of_another_from_being_saved() {
    let mut fixture = Fixture::of(2).await;
    fixture.save(vec![intent(1)]).await.unwrap();
    let mut sql = fixture.sql().await;
    sqlx::query("UPDATE recipients SET time_zone = 'Mars/Olympus' WHERE id = 2")
        .execute(&mut sql)
        .await
        .unwrap();
    let ended = ended(1, NOW, Outcome::Failure);
    let asked = turn(NOW, vec![ended], Some(fetch_due(NOW, 9)));
    let error = fixture.store.turn(&asked).await.unwrap_err();
    assert_eq!(error.kind(), polyai_outbound::campaign::StoreErrorKind::Corrupt);
    assert!(error.to_string().contains("column time_zone of row 2"), "{error}");
    assert_eq!(fixture.text("SELECT state FROM recipients WHERE id = 1").await, "failed");
    assert_eq!(fixture.text("SELECT outcome FROM attempts").await, "failure");
}

#[tokio::test]
async fn a_row_that_was_suppressed_since_it_was_fetched_is_put_off_no_more() {
    let mut fixture = Fixture::of(2).await;
    let mut sql = fixture.sql().await;
    sqlx::query(
        "UPDATE recipients SET state = 'suppressed', due_at = NULL, reason = 'row 7 says so' WHERE id = 1",
    )
    .execute(&mut sql)
    .await
    .unwrap();
    let put_off = |id| {
        let mut change = change(id, State::Scheduled, "its window opens later");
        change.due_at = Some(at(90));
        change.wait = Some(WaitRule::Window);
        change
    };
    fixture.save(vec![put_off(1), put_off(2)]).await.unwrap();
    assert_eq!(ids(&fixture.due(at(90), 9).await), [2]);
    assert_eq!(
        fixture.text("SELECT state || ': ' || reason FROM recipients WHERE id = 1").await,
        "suppressed: row 7 says so"
    );
    assert_eq!(
        fixture
            .count("SELECT count(*) FROM recipients WHERE id = 1 AND due_at IS NULL AND wait IS NULL")
            .await,
        1
    );
}

//! Putting rows back in place, while a runner goes on.

use polyai_outbound::campaign::{Decided, Requeue, Selected, Selection, Who};
use polyai_outbound::core::campaign::{Attempt, Change, Command, Outcome, State, Tries, WaitRule};

use crate::common::{Fixture, NOW, at, change, ids, intent, with_attempt};

const DECIDED: Decided<'static> = Decided { by: "Grace", note: "the lines are free", now: at(60) };

fn failed(id: i64, reason: &str, disposition: &'static str) -> Change {
    let attempt = Attempt {
        outcome: Outcome::Failure,
        disposition: Some(disposition.into()),
        ended_at: Some(at(9)),
        ..Attempt::intended(2, NOW)
    };
    let tries = Tries { attempts: 2, dials: 1, refusals: 3, redials: vec![("busy".to_owned(), 2)] };
    Change { reason: reason.to_owned(), tries, ..with_attempt(id, State::Failed, attempt) }
}

async fn selected(fixture: &mut Fixture, selection: &Selection) -> Vec<Selected> {
    let mut all = Vec::new();
    let each = |it| {
        all.push(it);
        Ok::<_, polyai_outbound::campaign::StoreError>(())
    };
    fixture.database.for_each_selected(fixture.campaign, selection, each).await.unwrap();
    all
}

fn rows(selected: &[Selected]) -> Vec<u64> {
    selected.iter().map(|it| it.row).collect()
}

#[tokio::test]
async fn rows_are_selected_by_all_that_is_said_of_them() {
    let mut fixture = Fixture::of(5).await;
    fixture
        .save(vec![
            failed(1, "tried 4 times: HTTP 500", "busy"),
            failed(2, "tried 9 times: HTTP 500", "no-answer"),
            failed(3, "line is BUSY", "busy"),
            change(4, State::Unconfirmed, "tried 4 times: HTTP 500"),
        ])
        .await
        .unwrap();
    let any = Selection::default;
    for (selection, expected) in [
        (any(), &[1, 2, 3, 4, 5][..]),
        (Selection { states: vec![State::Failed], ..any() }, &[1, 2, 3]),
        (Selection { states: vec![State::Failed, State::Scheduled], ..any() }, &[1, 2, 3, 5]),
        (Selection { reason: Some("4 times".to_owned()), ..any() }, &[1, 4]),
        (Selection { reason: Some("tried … times: http 500".to_owned()), ..any() }, &[1, 2, 4]),
        (Selection { disposition: Some("busy".to_owned()), ..any() }, &[1, 3]),
        (Selection { rows: Some(vec![5, 2, 99]), ..any() }, &[2, 5]),
        (Selection { rows: Some(vec![]), ..any() }, &[]),
        (
            Selection {
                states: vec![State::Failed],
                disposition: Some("busy".to_owned()),
                rows: Some(vec![1, 2]),
                ..any()
            },
            &[1],
        ),
    ] {
        assert_eq!(rows(&selected(&mut fixture, &selection).await), expected, "{selection:?}");
    }
}

#[tokio::test]
async fn who_is_put_back_is_due_at_once_keeps_its_attempts_and_may_be_tried_anew() {
    let mut fixture = Fixture::of(2).await;
    fixture
        .save(vec![failed(1, "tried 4 times", "busy"), change(2, State::Suppressed, "on a list")])
        .await
        .unwrap();
    let all =
        selected(&mut fixture, &Selection { states: vec![State::Failed], ..Selection::default() }).await;
    assert_eq!(fixture.database.requeue(fixture.campaign, &all, DECIDED).await.unwrap(), 1);
    let due = fixture.due(at(60), 9).await.due;
    let [recipient] = due.as_slice() else { panic!("{due:?}") };
    assert_eq!(recipient.tries, Tries { attempts: 2, dials: 1, refusals: 0, redials: vec![] });
    assert_eq!(recipient.dialed, [NOW], "its calls still count");
    let history = fixture.database.history(fixture.campaign, &Who::Row(1)).await.unwrap().remove(0);
    assert_eq!(history.record.reason, "Grace put it back to be called again: the lines are free");
    assert_eq!(history.record.wait, None::<WaitRule>);
    let notes: Vec<_> = history.notes.iter().map(|it| (it.by.as_str(), it.text.as_str())).collect();
    assert_eq!(notes, [("campaign", "tried 4 times"), ("Grace", history.record.reason.as_str())]);
    let next = with_attempt(1, State::Dialing, Attempt::intended(3, at(61)));
    assert_eq!(fixture.save(vec![next]).await.unwrap().refused, [], "its attempts go on being numbered");
    assert_eq!(fixture.count("SELECT count(*) FROM attempts").await, 2);
}

#[tokio::test]
async fn a_call_that_was_lost_is_read_again_and_its_row_is_not_due_to_be_called() {
    let mut fixture = Fixture::of(1).await;
    let call_sid = polyai_outbound::CallSid::parse("OUT-1").ok();
    let attempt = Attempt {
        outcome: Outcome::Lost,
        call_sid,
        ended_at: Some(at(-90_000)),
        ..Attempt::intended(1, NOW)
    };
    fixture.save(vec![with_attempt(1, State::StatusLost, attempt)]).await.unwrap();
    let all = selected(&mut fixture, &Selection::default()).await;
    assert_eq!(fixture.database.requeue(fixture.campaign, &all, DECIDED).await.unwrap(), 1);
    let due = fixture.due(at(60), 9).await;
    assert_eq!((ids(&due).len(), due.next_due, due.unfinished.len()), (0, None, 1));
    let text = fixture.text("SELECT state || ': ' || reason FROM recipients").await;
    assert_eq!(text, "status_lost: its end is read again, as Grace decided: the lines are free");
}

#[tokio::test]
async fn a_row_that_changed_since_it_was_looked_at_is_left_as_it_is() {
    let mut fixture = Fixture::of(3).await;
    fixture.save(vec![failed(1, "a", "busy"), failed(2, "b", "busy"), failed(3, "c", "busy")]).await.unwrap();
    let all = selected(&mut fixture, &Selection::default()).await;
    let attempt = Attempt { outcome: Outcome::Failure, ..Attempt::intended(3, at(1)) };
    fixture
        .save(vec![change(2, State::Succeeded, "reached after all"), with_attempt(3, State::Failed, attempt)])
        .await
        .unwrap();
    assert_eq!(fixture.database.requeue(fixture.campaign, &all, DECIDED).await.unwrap(), 1);
    assert_eq!(ids(&fixture.due(at(60), 9).await), [1]);
    // What was put back is so no more.
    assert_eq!(fixture.database.requeue(fixture.campaign, &all, DECIDED).await.unwrap(), 0);
}

#[tokio::test]
async fn nobody_is_put_back_who_may_be_ringing_or_may_have_rung_or_must_not_be_called() {
    let mut fixture = Fixture::of(1).await;
    for state in State::ALL {
        let one = Selected { row: 1, state, reason: String::new(), attempts: 0, dials: 0 };
        let done = fixture.database.requeue(fixture.campaign, &[one], DECIDED).await;
        assert_eq!(done.is_ok(), Requeue::of(state).is_some(), "{state}");
    }
    for state in [State::Unconfirmed, State::Dialing, State::InProgress, State::Suppressed, State::Succeeded]
    {
        assert_eq!(Requeue::of(state), None, "{state}");
    }
    assert_eq!(
        Requeue::of(State::StatusLost),
        Some(Requeue::ReadAgain),
        "it rang: it is never called again by this"
    );
}

#[tokio::test]
async fn a_campaign_that_is_cancelled_puts_nobody_back_to_be_called() {
    let mut fixture = Fixture::of(2).await;
    fixture.save(vec![failed(1, "a", "busy"), intent(2)]).await.unwrap();
    fixture.database.set_command(fixture.campaign, Command::Cancel, "Grace", NOW).await.unwrap();
    let all =
        selected(&mut fixture, &Selection { states: vec![State::Failed], ..Selection::default() }).await;
    let error = fixture.database.requeue(fixture.campaign, &all, DECIDED).await.unwrap_err();
    assert!(error.to_string().contains("is cancelled and calls nobody"), "{error}");
    assert_eq!(fixture.text("SELECT state FROM recipients WHERE id = 1").await, "failed");
}

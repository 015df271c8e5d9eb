//! What people ask who look closer at a campaign.

use polyai_outbound::campaign::{Redialed, Who};
use polyai_outbound::core::campaign::{Attempt, Outcome, Priority, State, WaitRule};

use crate::common::{Fixture, NOW, at, change, entry, intent, number, with_attempt};

/// Three that are due, one of them first; two that wait; one that is held.
async fn waiting() -> Fixture {
    let mut rows: Vec<_> = (1..=6).map(|row| entry(row, row)).collect();
    rows[2].recipient.priority = Priority::FIRST;
    for (at_row, seconds) in [(3, 900), (4, 600)] {
        rows[at_row].standing.wait = Some(WaitRule::Window);
        rows[at_row].standing.due_at = Some(at(seconds));
        rows[at_row].standing.reason = format!("opens in {seconds} s");
    }
    rows[5].standing.state = State::Held;
    rows[5].standing.wait = Some(WaitRule::ZoneUnknown);
    rows[5].standing.due_at = None;
    Fixture::with(&rows).await
}

#[tokio::test]
async fn why_the_first_of_those_that_wait_is_not_called_is_told_for_each_rule() {
    let mut fixture = waiting().await;
    let (campaign, database) = (fixture.campaign, &mut fixture.database);
    let window = database.first_reason(campaign, Some(WaitRule::Window)).await.unwrap();
    assert_eq!(window.as_deref(), Some("opens in 600 s"));
    assert_eq!(database.first_reason(campaign, None).await.unwrap().as_deref(), Some("to be called"));
    assert_eq!(database.first_reason(campaign, Some(WaitRule::Redial)).await.unwrap(), None);
    assert_eq!(database.held(campaign).await.unwrap(), [(Some(WaitRule::ZoneUnknown), 1)]);
}

#[tokio::test]
async fn those_before_a_recipient_are_of_higher_priority_or_longer_due() {
    let mut fixture = waiting().await;
    let (campaign, database) = (fixture.campaign, &mut fixture.database);
    for (row, before) in [(3, 0), (1, 1), (2, 2)] {
        let record = database.history(campaign, &Who::Row(row)).await.unwrap().remove(0).record;
        assert_eq!(database.before(campaign, &record, NOW).await.unwrap(), before, "row {row}");
    }
}

#[tokio::test]
async fn a_number_is_found_by_its_last_digits_and_its_dials_and_lists_are_told() {
    let mut fixture = Fixture::of(3).await;
    fixture.save(vec![intent(2)]).await.unwrap();
    let (campaign, database) = (fixture.campaign, &mut fixture.database);
    assert_eq!(database.rows_ending_in(campaign, 5_550_002, 9).await.unwrap(), [2]);
    assert_eq!(database.rows_ending_in(campaign, 1_415_555_000, 9).await.unwrap(), [0; 0]);
    assert_eq!(database.dialed(&number(2), NOW, at(-5)).await.unwrap(), [NOW]);
    assert_eq!(database.dialed(&number(2), NOW, at(5)).await.unwrap(), []);
    let mut never = database.replace_suppressions(campaign, "never.txt").await.unwrap();
    never.add(&[number(3)]).await.unwrap();
    never.finish().await.unwrap();
    assert_eq!(database.suppressing(campaign, &number(3)).await.unwrap(), ["never.txt"]);
    assert!(database.suppressing(campaign, &number(1)).await.unwrap().is_empty());
}

#[tokio::test]
async fn redials_and_attempts_are_counted_and_the_unsettled_listed() {
    let mut fixture = Fixture::of(3).await;
    let mut redialed =
        with_attempt(1, State::Succeeded, Attempt { outcome: Outcome::Success, ..Attempt::intended(2, NOW) });
    redialed.tries.redials = vec![("busy".to_owned(), 1)];
    let mut waits = change(2, State::Scheduled, "to be called again");
    waits.due_at = Some(at(60));
    waits.tries.redials = vec![("busy".to_owned(), 2), ("failure".to_owned(), 1)];
    let unknown = Attempt { outcome: Outcome::Unknown, ..Attempt::intended(1, NOW) };
    let unconfirmed = with_attempt(3, State::Unconfirmed, unknown);
    fixture.save(vec![redialed, waits, unconfirmed]).await.unwrap();
    let (campaign, database) = (fixture.campaign, &mut fixture.database);
    let came_to = |rule: &str, recipients, redials, succeeded| Redialed {
        rule: rule.to_owned(),
        recipients,
        redials,
        succeeded,
    };
    assert_eq!(
        database.redialed(campaign).await.unwrap(),
        [came_to("busy", 2, 3, 1), came_to("failure", 1, 1, 0)]
    );
    let attempted = database.attempted(campaign).await.unwrap();
    assert_eq!(attempted, [(Outcome::Success, 1), (Outcome::Unknown, 1)]);
    let listed = database.recipients_in(campaign, State::Unconfirmed, 9).await.unwrap();
    assert_eq!(listed.iter().map(|it| it.row).collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn metadata_of_a_version_that_took_more_names_is_read_and_sent_as_it_was_saved() {
    let mut fixture = Fixture::of(1).await;
    let saved = r#"{"Contact":"Ada","name":"a","Name":"b"}"#;
    let mut sql = fixture.sql().await;
    sqlx::query("UPDATE recipients SET metadata = ?").bind(saved).execute(&mut sql).await.unwrap();
    let due = fixture.due(NOW, 1).await.due.remove(0);
    assert_eq!(serde_json::to_string(&due.metadata).unwrap(), saved);
    let (campaign, database) = (fixture.campaign, &mut fixture.database);
    let record = database.history(campaign, &Who::Row(1)).await.unwrap().remove(0).record;
    assert_eq!(record.metadata, due.metadata);
}

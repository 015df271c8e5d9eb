//! Calls of a number by other campaigns, and calls that are dated ahead: every store treats them alike.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{CampaignId, Database, Duplicates, SqliteStore, Store};
use polyai_outbound::core::campaign::{
    Attempt, Fetch, MemoryStore, Obstacle, Outcome, Recipient, RecipientId, Refusal, State, Turn,
};
use tempfile::TempDir;

use crate::common::{NOW, at, change, entry, imported, intent, number, turn, with_attempt};

const DAY: i64 = 86_400;
const YEARS: i64 = 10 * 365 * DAY;

/// A store of each kind with one recipient, whose number another campaign can call.
struct Both {
    memory: Arc<Mutex<MemoryStore>>,
    sqlite: SqliteStore,
    theirs: SqliteStore,
    database: Database,
    campaign: CampaignId,
    _directory: TempDir,
}

impl Both {
    async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let mut database = Database::open(directory.path().join("calls.db"), true).await.unwrap();
        let campaign = imported(&mut database, "spring", Duplicates::Each, &[entry(1, 1)]).await;
        let other = imported(&mut database, "autumn", Duplicates::Each, &[entry(1, 1)]).await;
        let (sqlite, theirs) =
            (database.store(campaign).await.unwrap(), database.store(other).await.unwrap());
        let mut memory = MemoryStore::new();
        // Its first is called 0 where the first of a database is called 1.
        for row in [0, 1] {
            let planned = entry(row, if row == 1 { 1 } else { 99 });
            let mut standing = planned.standing;
            standing.state = if row == 1 { State::Scheduled } else { State::Held };
            memory.add(planned.recipient, standing);
        }
        let memory = Arc::new(Mutex::new(memory));
        Self { memory, sqlite, theirs, database, campaign, _directory: directory }
    }

    /// The other campaign dialed the number.
    async fn theirs(&mut self, attempt: Attempt) {
        self.memory.lock().unwrap().dialed_elsewhere(&number(1), attempt.dialed_at, attempt.outcome);
        let saved = vec![with_attempt(2, State::InProgress, attempt)];
        self.theirs.turn(&turn(NOW, saved, None)).await.unwrap();
    }

    /// Answer of both stores to a visit, which is the same.
    async fn turn(&mut self, turn: &Turn) -> (Vec<Refusal>, Option<Recipient>) {
        let told = self.sqlite.turn(turn).await.unwrap();
        let in_memory = self.memory.turn(turn).await.unwrap();
        assert_eq!(in_memory.refused, told.refused);
        assert_eq!(in_memory.due, told.due);
        (told.refused, told.due.into_iter().next())
    }

    async fn fetch(&mut self, now: Timestamp) -> Recipient {
        let day = Duration::from_secs(24 * 3_600);
        let fetch = Fetch::Due { by: now.max(NOW), limit: 9, dialed_since: now - day };
        let turn = turn(now, Vec::new(), Some(fetch));
        self.turn(&turn).await.1.expect("it is due")
    }
}

fn attempt(dialed_at: Timestamp, outcome: Outcome) -> Attempt {
    Attempt { outcome, ..Attempt::intended(1, dialed_at) }
}

#[tokio::test]
async fn an_intent_waits_for_calls_of_other_campaigns_that_are_recent_or_may_last() {
    use Outcome::{Dialing, Failure, InProgress, Lost, NotPlaced, Success, Unknown};
    const HOURS: u64 = 3_600;
    // How long ago, what came of it, for how many hours a number is left in peace, and whether it stands in the way.
    for (ago, outcome, within, near) in [
        (0, Success, 0, true),
        (59, NotPlaced, 0, true),
        (60, NotPlaced, 24, false),
        (59, Failure, 0, true),
        (60, Failure, 0, false),
        (60, Success, 24, true),
        (3_599, InProgress, 0, true),
        (3_599, Dialing, 0, true),
        (3_600, InProgress, 0, false),
        (3_600, Dialing, 24, true),
        (DAY - 1, Unknown, 24, true),
        (DAY - 1, Lost, 24, true),
        (DAY, Success, 24, false),
        (DAY, Success, 48, true),
        (7_199, Failure, 2, true),
        (7_200, Failure, 2, false),
        (7_199, NotPlaced, 2, false),
        (-50, Success, 0, true),
    ] {
        let mut both = Both::new().await;
        both.theirs(attempt(at(-ago), outcome)).await;
        let not_again_within = Duration::from_secs(within * HOURS);
        let saving = Turn { not_again_within, ..turn(NOW, vec![intent(1)], None) };
        let (refused, _) = both.turn(&saving).await;
        let expected = Refusal { id: RecipientId(1), obstacle: Obstacle::SameNumber };
        assert_eq!(refused, if near { vec![expected] } else { Vec::new() }, "{ago} {outcome:?} {within}");
    }
}

#[tokio::test]
async fn an_intent_whose_turn_comes_again_is_taken_again_in_every_store() {
    let mut both = Both::new().await;
    for _ in 0..2 {
        assert_eq!(both.turn(&turn(NOW, vec![intent(1)], None)).await.0, []);
    }
    let other = with_attempt(1, State::Dialing, Attempt::intended(2, at(5)));
    let not = Refusal { id: RecipientId(1), obstacle: Obstacle::NotScheduled };
    assert_eq!(both.turn(&turn(at(5), vec![other], None)).await.0, [not]);
    let ended = with_attempt(1, State::Failed, attempt(NOW, Outcome::Failure));
    both.turn(&turn(at(6), vec![ended], None)).await;
    assert_eq!(both.turn(&turn(at(7), vec![intent(1)], None)).await.0, [not]);
}

#[tokio::test]
async fn a_call_that_is_dated_ahead_counts_from_the_first_visit_that_finds_it_and_from_its_date_when_that_has_come()
 {
    let mut both = Both::new().await;
    both.theirs(attempt(at(YEARS), Outcome::Success)).await;
    let first = both.fetch(at(5)).await;
    assert_eq!((first.called_elsewhere, first.recounted_at), (Some(at(5)), Some(at(5))));
    assert_eq!((first.dialed, first.triggered), (vec![at(5)], vec![at(5)]));
    assert_eq!(first.dialed_by_others, Some(at(5)));
    // Once: later visits, other processes and other campaigns find it as it is.
    let again = both.fetch(at(500)).await;
    assert_eq!((again.called_elsewhere, again.recounted_at), (Some(at(5)), Some(at(5))));
    both.sqlite = both.database.store(both.campaign).await.unwrap();
    assert_eq!(both.fetch(at(600)).await.dialed, [at(5)]);
    // Its day is over, for every rule.
    let next_day = both.fetch(at(DAY + 6)).await;
    assert_eq!((next_day.dialed, next_day.dialed_by_others), (Vec::new(), None));
    let within = |now| Turn {
        not_again_within: Duration::from_secs(24 * 3_600),
        ..turn(now, vec![with_attempt(1, State::Dialing, Attempt::intended(1, now))], None)
    };
    assert_eq!(both.turn(&within(at(DAY + 4))).await.0.len(), 1);
    assert_eq!(both.turn(&within(at(DAY + 5))).await.0, []);
    // What comes of it changes nothing of that.
    both.theirs(attempt(at(YEARS), Outcome::Failure)).await;
    let scheduled = change(1, State::Scheduled, "again");
    let scheduled = polyai_outbound::core::campaign::Change { due_at: Some(NOW), ..scheduled };
    both.turn(&turn(at(DAY + 7), vec![scheduled], None)).await;
    assert_eq!(both.fetch(at(DAY + 8)).await.called_elsewhere, Some(at(5)));
    // The clock may have been right when it was dialed.
    let then = both.fetch(at(YEARS + 1)).await;
    assert_eq!((then.called_elsewhere, then.recounted_at), (Some(at(YEARS)), None));
}

#[tokio::test]
async fn a_clock_that_is_behind_for_a_while_makes_no_call_seem_old() {
    let mut both = Both::new().await;
    both.theirs(attempt(at(-10), Outcome::Success)).await;
    assert_eq!(both.fetch(at(-YEARS)).await.called_elsewhere, Some(at(-YEARS)));
    let right = both.fetch(NOW).await;
    assert_eq!((right.called_elsewhere, right.dialed), (Some(at(-10)), vec![at(-10)]));
}

#[tokio::test]
async fn a_clock_that_is_set_back_twice_counts_from_the_last_time_and_a_minute_is_not_worth_it() {
    let mut both = Both::new().await;
    both.theirs(attempt(at(YEARS), Outcome::Success)).await;
    assert_eq!(both.fetch(at(3 * DAY)).await.called_elsewhere, Some(at(3 * DAY)));
    assert_eq!(both.fetch(at(2)).await.called_elsewhere, Some(at(2)));
    let mut both = Both::new().await;
    both.theirs(attempt(at(60), Outcome::Success)).await;
    let recipient = both.fetch(NOW).await;
    assert_eq!((recipient.called_elsewhere, recipient.recounted_at), (Some(at(60)), None));
}

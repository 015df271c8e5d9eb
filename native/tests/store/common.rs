//! A database in a directory of its own, and what tests say to it in few words.

use std::path::PathBuf;

use polyai_outbound::campaign::{
    CampaignId, Database, Duplicates, NewCampaign, Planned, Source, SqliteStore, Store, StoreError,
};
use polyai_outbound::core::campaign::{
    Attempt, Change, Fetch, NewRecipient, Priority, RecipientId, Standing, State, Tries, Turn, Turned,
};
use polyai_outbound::{Metadata, PhoneNumber, Timestamp};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

/// When tests happen: 2026-03-02, 12:00 UTC.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_772_452_800_000);

/// A moment so many seconds after [`NOW`].
pub(crate) const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis().checked_add_signed(seconds * 1000).unwrap())
}

/// The nth of the fictional numbers.
pub(crate) fn number(nth: u64) -> PhoneNumber {
    PhoneNumber::parse(&format!("+1415{:07}", 5_550_000 + nth)).unwrap()
}

pub(crate) fn entry(row: u64, nth: u64) -> Planned {
    Planned {
        recipient: NewRecipient {
            row,
            to_number: number(nth),
            time_zone: None,
            also_in: polyai_outbound::campaign::Zones::NONE,
            not_before: None,
            not_after: None,
            priority: Priority::default(),
            external_id: None,
            metadata: Metadata::new([("name", "Ada \"the first\" König"), ("row", &row.to_string())])
                .unwrap(),
        },
        standing: Standing {
            state: State::Scheduled,
            due_at: Some(NOW),
            wait: None,
            reason: "to be called".to_owned(),
        },
    }
}

pub(crate) struct Fixture {
    pub(crate) directory: TempDir,
    pub(crate) database: Database,
    pub(crate) campaign: CampaignId,
    pub(crate) store: SqliteStore,
}

impl Fixture {
    /// A campaign with these rows, imported to the end.
    pub(crate) async fn with(entries: &[Planned]) -> Self {
        let directory = TempDir::new().unwrap();
        let mut database = Database::open(directory.path().join("calls.db"), true).await.unwrap();
        let campaign = imported(&mut database, "spring", Duplicates::Each, entries).await;
        let store = database.store(campaign).await.unwrap();
        Self { directory, database, campaign, store }
    }

    /// A campaign with so many rows, each with a number of its own.
    pub(crate) async fn of(rows: u64) -> Self {
        Self::with(&(1..=rows).map(|row| entry(row, row)).collect::<Vec<_>>()).await
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("calls.db")
    }

    /// A connection that has nothing to do with the store, as a person's database browser has one.
    pub(crate) async fn sql(&self) -> SqliteConnection {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.path());
        SqliteConnection::connect_with(&options).await.unwrap()
    }

    /// What a query says, as one integer.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.sql().await).await.unwrap()
    }

    /// What a query says, as one text.
    pub(crate) async fn text(&self, sql: &'static str) -> String {
        sqlx::query_scalar(sql).fetch_one(&mut self.sql().await).await.unwrap()
    }

    pub(crate) async fn save(&mut self, changes: Vec<Change>) -> Result<Turned, StoreError> {
        self.store.turn(&turn(NOW, changes, None)).await
    }

    /// Puts a number on a suppression list of the campaign, which held nobody before.
    pub(crate) async fn suppress(&mut self, number: PhoneNumber) {
        let mut list = self.database.replace_suppressions(self.campaign, "stop.csv").await.unwrap();
        list.add(&[number]).await.unwrap();
        assert_eq!(list.finish().await.unwrap(), 1);
    }

    pub(crate) async fn store_turn(&mut self, now: Timestamp, changes: Vec<Change>) -> Turned {
        self.store.turn(&turn(now, changes, None)).await.unwrap()
    }

    pub(crate) async fn due(&mut self, by: Timestamp, limit: usize) -> Turned {
        self.store.turn(&turn(NOW, Vec::new(), Some(fetch_due(by, limit)))).await.unwrap()
    }
}

pub(crate) fn fetch_due(by: Timestamp, limit: usize) -> Fetch {
    Fetch::Due { by, limit, dialed_since: at(-86_400) }
}

pub(crate) fn new_campaign(name: &str, duplicates: Duplicates) -> NewCampaign {
    NewCampaign {
        name: name.to_owned(),
        created_at: NOW,
        options: "{}".to_owned(),
        service: "https://api.us.poly.ai outbound".to_owned(),
        source: Source { file: "list.csv".to_owned(), size: 1, modified_at: Some(NOW) },
        duplicates,
    }
}

pub(crate) async fn imported(
    database: &mut Database,
    name: &str,
    duplicates: Duplicates,
    entries: &[Planned],
) -> CampaignId {
    let campaign = database.create_campaign(&new_campaign(name, duplicates)).await.unwrap();
    let mut importer = database.importer(campaign).await.unwrap();
    importer.add(entries, 0, entries.len() as u64).await.unwrap();
    importer.finish("00", NOW).await.unwrap();
    campaign
}

pub(crate) fn turn(now: Timestamp, changes: Vec<Change>, fetch: Option<Fetch>) -> Turn {
    Turn { now, changes, breaker: None, not_again_within: std::time::Duration::ZERO, fetch }
}

/// A change without an attempt.
pub(crate) fn change(id: i64, state: State, reason: &str) -> Change {
    Change {
        id: RecipientId(id),
        row: id.unsigned_abs(),
        state,
        due_at: None,
        wait: None,
        reason: reason.to_owned(),
        tries: Tries::default(),
        attempt: None,
        statuses: Vec::new(),
        note: false,
    }
}

/// The first intent to call somebody.
pub(crate) fn intent(id: i64) -> Change {
    with_attempt(id, State::Dialing, Attempt::intended(1, NOW))
}

pub(crate) fn with_attempt(id: i64, state: State, attempt: Attempt) -> Change {
    Change {
        tries: Tries { attempts: attempt.number, dials: attempt.number, ..Tries::default() },
        attempt: Some(attempt),
        ..change(id, state, state.as_str())
    }
}

pub(crate) fn ids(turned: &Turned) -> Vec<i64> {
    turned.due.iter().map(|recipient| recipient.id.0).collect()
}

//! What is asked about campaigns as a whole: which there are, how far they are, how their calls ended.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sqlx::SqliteConnection;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};

use super::connect::failed;
use super::import::{Duplicates, Source};
use super::rows::{Columns, counts_from, millis};
use super::{CampaignId, Database};
use crate::campaign::{Holder, StoreError, cause};
use polyai_outbound_core::campaign::{BreakerState, Command, Outcome, State, WaitRule};
use polyai_outbound_core::{CanonicalNumber, PhoneNumber, Timestamp};

/// A campaign, but for its recipients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// What it is known by.
    pub id: CampaignId,
    /// What it is called.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// What it is run with, as JSON.
    pub options: String,
    /// Base URL and API.
    pub service: String,
    /// The list that is dialed.
    pub source: Source,
    /// The list's SHA-256, if its import is complete.
    pub source_sha256: Option<String>,
    /// What is done about rows with the same number.
    pub duplicates: Duplicates,
    /// Whether all of the list is in the database; only then it may be run.
    pub imported: bool,
    /// How many lines of the list are dealt with.
    pub lines_done: u64,
    /// How many of them are recipients.
    pub recipients: u64,
    /// How many are none, because something is wrong with them.
    pub refused: u64,
    /// How many are none, because their number came before.
    pub duplicate_rows: u64,
    /// What a person wants of it.
    pub command: Command,
    /// Since when, if ever a person said so.
    pub command_at: Option<Timestamp>,
    /// Who said so.
    pub command_by: Option<String>,
    /// What its breaker was when it was saved last: what stops the campaign while the service fails for everybody.
    pub breaker: Option<BreakerState>,
    /// Who runs it, or did last; [`RunnerLock::look`](crate::campaign::RunnerLock::look) tells whether it still runs.
    pub runner: Option<Holder>,
}

/// How many recipients wait by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The rule; none for those that only wait for their turn.
    pub rule: Option<WaitRule>,
    /// How many.
    pub recipients: u64,
    /// When the first of them is due.
    pub next: Timestamp,
}

/// How many recipients came to the same end, or stand at the same place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Their state.
    pub state: State,
    /// What came of the last attempt, if there was one.
    pub outcome: Option<Outcome>,
    /// Its kind of ending.
    pub disposition: Option<String>,
    /// What went wrong, as a word of [`ErrorCode`](crate::ErrorCode).
    pub error: Option<String>,
    /// How many.
    pub recipients: u64,
}

/// How many recipients are in a state by the same cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Their state.
    pub state: State,
    /// The reason without what differs from row to row: see [`cause`].
    pub reason: String,
    /// How many.
    pub recipients: u64,
}

const CAMPAIGNS: &str = "SELECT id, name, created_at, options, service, source_file, source_size, source_modified_at,
    source_sha256, duplicates, import_state = 'complete', imported_lines, imported_rows, refused_rows, duplicate_rows,
    command, command_at, command_by, breaker, runner_pid, runner_host, runner_started_at
    FROM campaigns WHERE ?1 IS NULL OR name = ?1 ORDER BY id";

pub(super) const WAITING: &str = "SELECT wait, count(*), min(due_at) FROM recipients
    WHERE campaign_id = ?1 AND state = 'scheduled' GROUP BY wait ORDER BY 2 DESC";

const ENDINGS: &str = "SELECT r.state, t.outcome, t.disposition, t.error, count(*)
    FROM recipients AS r LEFT JOIN attempts AS t ON t.recipient_id = r.id AND t.number = r.attempts
    WHERE r.campaign_id = ?1 GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3, 4";

const REASONS: &str = "SELECT state, reason, count(*) FROM recipients WHERE campaign_id = ?1 GROUP BY 1, 2";

pub(super) type Asked = Query<'static, sqlx::Sqlite, SqliteArguments>;

impl Database {
    /// All campaigns in it, the oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn campaigns(&mut self) -> Result<Vec<Campaign>, StoreError> {
        self.ask(sqlx::query(CAMPAIGNS).bind(None::<String>), campaign).await
    }

    /// The campaign of that name.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn campaign(&mut self, name: &str) -> Result<Option<Campaign>, StoreError> {
        Ok(self.ask(sqlx::query(CAMPAIGNS).bind(name.to_owned()), campaign).await?.into_iter().next())
    }

    /// How many recipients are in each state; states that nobody is in are left out.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn tally(&mut self, campaign: CampaignId) -> Result<BTreeMap<State, u64>, StoreError> {
        let query =
            sqlx::query("SELECT state, count(*) FROM recipients WHERE campaign_id = ?1 GROUP BY state");
        let counted = |columns: &mut Columns<'_>| Ok((columns.read(State::from_word)?, columns.number()?));
        Ok(self.ask(query.bind(campaign.0), counted).await?.into_iter().collect())
    }

    /// How many recipients have a number that another campaign of the database has as well.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn shared_numbers(&mut self, campaign: CampaignId) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "SELECT count(*) FROM recipients AS r WHERE r.campaign_id = ?1 AND EXISTS (
                SELECT 1 FROM campaigns AS c CROSS JOIN recipients AS o
                ON o.campaign_id = c.id AND o.canonical = r.canonical WHERE c.id <> ?1)",
        );
        let counts = self.ask(query.bind(campaign.0), |columns| columns.number()).await?;
        Ok(counts.first().copied().unwrap_or_default())
    }

    /// Number of recipients whose number another campaign of the database called less than so long ago; calls that are known
    /// not to have been placed are none.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn recently_called(
        &mut self,
        campaign: CampaignId,
        now: Timestamp,
        within: Duration,
    ) -> Result<u64, StoreError> {
        let query = sqlx::query(concat!(
            "SELECT count(*) FROM recipients AS r WHERE r.campaign_id = ?1 AND EXISTS (
                SELECT 1 FROM attempts AS t CROSS JOIN recipients AS o ON o.id = t.recipient_id
                WHERE t.canonical = r.canonical AND t.dialed_at > ?2 AND ",
            counts_from!("t", "?3"),
            " > ?2 AND t.outcome <> 'not_placed' AND o.campaign_id <> ?1)"
        ));
        let query = query.bind(campaign.0).bind(millis(now - within)).bind(millis(now));
        let counts = self.ask(query, |columns| columns.number()).await?;
        Ok(counts.first().copied().unwrap_or_default())
    }

    /// The numbers that campaigns called less than so long ago, but for those that only the campaign of that name called;
    /// calls that are known not to have been placed are none.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn called_within(
        &mut self,
        now: Timestamp,
        within: Duration,
        except: &str,
    ) -> Result<BTreeSet<CanonicalNumber>, StoreError> {
        let query = sqlx::query(concat!(
            "SELECT DISTINCT t.to_number FROM attempts AS t CROSS JOIN recipients AS o ON o.id = t.recipient_id
             CROSS JOIN campaigns AS c ON c.id = o.campaign_id
             WHERE t.dialed_at > ?1 AND ",
            counts_from!("t", "?3"),
            " > ?1 AND t.outcome <> 'not_placed' AND c.name <> ?2"
        ));
        let query = query.bind(millis(now - within)).bind(except.to_owned()).bind(millis(now));
        let numbers =
            self.ask(query, |columns| columns.read(|text| Some(PhoneNumber::parse(text).ok()?.canonical())));
        Ok(numbers.await?.into_iter().collect())
    }

    /// How many of the scheduled wait by which rule, and until when.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn waiting(&mut self, campaign: CampaignId) -> Result<Vec<Waiting>, StoreError> {
        let query = sqlx::query(WAITING).bind(campaign.0);
        self.ask(query, |columns| {
            Ok(Waiting {
                rule: columns.maybe(WaitRule::from_word)?,
                recipients: columns.number()?,
                next: columns.moment()?.unwrap_or_default(),
            })
        })
        .await
    }

    /// How many recipients came to which end, the most first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn endings(&mut self, campaign: CampaignId) -> Result<Vec<Ending>, StoreError> {
        let query = sqlx::query(ENDINGS).bind(campaign.0);
        self.ask(query, |columns| {
            Ok(Ending {
                state: columns.read(State::from_word)?,
                outcome: columns.maybe(Outcome::from_word)?,
                disposition: columns.plain()?,
                error: columns.plain()?,
                recipients: columns.number()?,
            })
        })
        .await
    }

    /// The causes by which most recipients are in their states, so many at most, the most first. However many reasons there
    /// are, only their causes are held.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn reasons(&mut self, campaign: CampaignId, most: usize) -> Result<Vec<Reason>, StoreError> {
        let mut causes: BTreeMap<(State, String), u64> = BTreeMap::new();
        self.stream(sqlx::query(REASONS).bind(campaign.0), |columns| {
            let state = columns.read(State::from_word)?;
            let reason: String = columns.plain()?;
            let recipients: u64 = columns.number()?;
            *causes.entry((state, cause(&reason).into_owned())).or_default() += recipients;
            Ok::<(), StoreError>(())
        })
        .await?;
        let mut reasons: Vec<_> = causes
            .into_iter()
            .map(|((state, reason), recipients)| Reason { state, reason, recipients })
            .collect();
        reasons.sort_by_key(|it| std::cmp::Reverse(it.recipients));
        reasons.truncate(most);
        Ok(reasons)
    }

    /// Writes down who runs the campaign now.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn set_runner(&mut self, campaign: CampaignId, runner: &Holder) -> Result<(), StoreError> {
        let sql =
            "UPDATE campaigns SET runner_pid = ?2, runner_host = ?3, runner_started_at = ?4 WHERE id = ?1";
        let query = sqlx::query(sql).bind(campaign.0).bind(i64::from(runner.pid)).bind(runner.host.clone());
        self.change(query.bind(millis(runner.since))).await.map(drop)
    }

    /// Runs one statement; tells how many rows it changed.
    pub(super) async fn change(&mut self, query: Asked) -> Result<u64, StoreError> {
        let mut connection = self.link.take().await?;
        let done = query.execute(&mut connection).await.map_err(|error| failed(self.link.path(), &error))?;
        self.link.put(connection);
        Ok(done.rows_affected())
    }

    /// All rows of an answer that is not long.
    pub(super) async fn ask<T>(
        &mut self,
        query: Asked,
        read: impl Fn(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut connection: SqliteConnection = self.link.take().await?;
        let path = self.link.path();
        let rows: Vec<SqliteRow> =
            query.fetch_all(&mut connection).await.map_err(|error| failed(path, &error))?;
        let answer = rows.iter().map(|row| read(&mut Columns::of(row, path))).collect();
        self.link.put(connection);
        answer
    }
}

fn campaign(columns: &mut Columns<'_>) -> Result<Campaign, StoreError> {
    Ok(Campaign {
        id: CampaignId(columns.plain()?),
        name: columns.plain()?,
        created_at: columns.moment()?.unwrap_or_default(),
        options: columns.plain()?,
        service: columns.plain()?,
        source: Source { file: columns.plain()?, size: columns.number()?, modified_at: columns.moment()? },
        source_sha256: columns.plain()?,
        duplicates: columns.read(Duplicates::from_word)?,
        imported: columns.plain()?,
        lines_done: columns.number()?,
        recipients: columns.number()?,
        refused: columns.number()?,
        duplicate_rows: columns.number()?,
        command: columns.read(Command::from_word)?,
        command_at: columns.moment()?,
        command_by: columns.plain()?,
        breaker: {
            // What another version wrote keeps nobody from looking at the rest.
            let breaker: Option<&str> = columns.plain()?;
            breaker.and_then(|text| serde_json::from_str(text).ok())
        },
        runner: {
            let pid: Option<u32> = columns.plain()?;
            let host: Option<String> = columns.plain()?;
            let since = columns.moment()?;
            pid.zip(host).zip(since).map(|((pid, host), since)| Holder { pid, host, since })
        },
    })
}

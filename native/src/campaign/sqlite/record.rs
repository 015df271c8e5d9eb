//! Recipients as reports, exports and people want them: all of each, whatever its state, with what became of its attempts.

use std::future::poll_fn;

use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, SqliteConnection};

use super::connect::failed;
use super::query::Asked;
use super::rows::{Columns, attempt, attempt_columns, count};
use super::{CampaignId, Database};
use crate::campaign::{People, StoreError};
use polyai_outbound_core::campaign::{
    Attempt, Priority, RecipientId, State, Tries, WaitRule, Zone, ZoneBy, Zones,
};
use polyai_outbound_core::{CallStatus, Metadata, PhoneNumber, StatusChange, Timestamp};

/// A recipient as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it is known by.
    pub id: RecipientId,
    /// The line of the list at which it stands.
    pub row: u64,
    /// Whom to call.
    pub to_number: PhoneNumber,
    /// What the row is called elsewhere.
    pub external_id: Option<String>,
    /// What the voice agent is told.
    pub metadata: Metadata,
    /// Where the recipient lives, if the row says so.
    pub time_zone: Option<Zone>,
    /// Zones that count beside those of the number, unless there is a time zone: those of the row's state or province.
    pub also_in: Zones,
    /// Not to be called before.
    pub not_before: Option<Timestamp>,
    /// Not to be called from then on.
    pub not_after: Option<Timestamp>,
    /// Before or after others that are due.
    pub priority: Priority,
    /// Where it is in its life.
    pub state: State,
    /// When it is to be called, if it is scheduled.
    pub due_at: Option<Timestamp>,
    /// By which rule not before, or not at all.
    pub wait: Option<WaitRule>,
    /// Why it is in its state.
    pub reason: String,
    /// How often it was tried.
    pub tries: Tries,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Its last attempt.
    pub last: Option<Attempt>,
}

impl Record {
    /// The zones of which all have to be within a window for a call; `zone_by` is that of the campaign's options.
    #[must_use]
    pub fn zones(&self, zone_by: ZoneBy) -> Zones {
        zone_by.zones(&self.to_number, self.time_zone, &self.also_in)
    }
}

/// What is known of a recipient from its beginning, each part in the order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The recipient as it is now.
    pub record: Record,
    /// Its attempts.
    pub attempts: Vec<Attempt>,
    /// Status changes of its calls, each with the number of its attempt.
    pub statuses: Vec<(u32, StatusChange)>,
    /// Why it was put off, and what people decided about it.
    pub notes: Vec<Note>,
}

/// Something that was decided about a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// By whom: `campaign`, or a person.
    pub by: String,
    /// What and why.
    pub text: String,
}

/// Which recipients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// That of a line of the list.
    Row(u64),
    /// All with this number, in whichever form it is written.
    Number(PhoneNumber),
    /// All that are called so elsewhere.
    ExternalId(String),
}

/// The columns of a [`Record`] and its last attempt.
macro_rules! records_where {
    ($condition:literal) => {
        concat!(
            "SELECT r.id, r.row, r.to_number, r.external_id, r.metadata, r.time_zone, r.also_in, r.not_before, r.not_after, \
             r.priority, r.state, r.due_at, r.wait, r.reason, r.attempts, r.dials, r.refusals, r.redials, \
             r.updated_at, ",
            $crate::campaign::sqlite::rows::attempt_columns!(),
            " FROM recipients AS r LEFT JOIN attempts AS t ON t.recipient_id = r.id AND t.number = r.attempts \
             WHERE r.campaign_id = ?1",
            $condition
        )
    };
}
pub(super) use records_where;

const ALL: &str = records_where!(" ORDER BY r.row");
pub(super) const BY_ROW: &str = records_where!(" AND r.row = ?2");
pub(super) const BY_NUMBER: &str = records_where!(" AND r.canonical = ?2 ORDER BY r.row");
pub(super) const BY_EXTERNAL_ID: &str = records_where!(" AND r.external_id = ?2 ORDER BY +r.row");

const ATTEMPTS: &str =
    concat!("SELECT ", attempt_columns!(), " FROM attempts AS t WHERE t.recipient_id = ?1 ORDER BY t.number");
const STATUSES: &str =
    "SELECT attempt, status, reason, at, correlation_id FROM status_changes WHERE recipient_id = ?1
    ORDER BY attempt, at";
const NOTES: &str = "SELECT at, by, text FROM notes WHERE recipient_id = ?1 ORDER BY at";
const NUMBERS: &str = "SELECT to_number, time_zone, also_in, state FROM recipients WHERE campaign_id = ?1";

/// Whoever never was and never can be called is left out: who is suppressed, and duplicates. Who expired or was cancelled, or was
/// refused by the service, may be called yet: by a later `--until`, or put back by a person.
const CALLED: &str = "SELECT canonical FROM recipients WHERE campaign_id = ?1
    AND (dials > 0 OR (state <> 'suppressed' AND (state <> 'rejected' OR attempts > 0)))";

impl Database {
    /// Hands out all recipients in the order of the list, one at a time: memory does not grow with the list.
    ///
    /// # Errors
    /// If the database cannot be read, or as `each` says, which ends it.
    pub async fn for_each_recipient<E: From<StoreError>>(
        &mut self,
        campaign: CampaignId,
        mut each: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), E> {
        self.stream(sqlx::query(ALL).bind(campaign.0), |columns| each(record(columns)?)).await
    }

    /// Hands out number, zones and state of all recipients, in no particular order: what a report by zones is made of. `zone_by` is
    /// that of the campaign's options.
    ///
    /// # Errors
    /// If the database cannot be read, or as `each` says, which ends it.
    pub async fn for_each_number<E: From<StoreError>>(
        &mut self,
        campaign: CampaignId,
        zone_by: ZoneBy,
        mut each: impl FnMut(&PhoneNumber, Zones, State) -> Result<(), E>,
    ) -> Result<(), E> {
        self.stream(sqlx::query(NUMBERS).bind(campaign.0), |columns| {
            let number = columns.read(|text| PhoneNumber::parse(text).ok())?;
            let zone = columns.maybe(|text| Zone::parse(text).ok())?;
            let zones = zone_by.zones(&number, zone, &columns.also_in()?);
            each(&number, zones, columns.read(State::from_word)?)
        })
        .await
    }

    /// Adds everybody who was called by the campaign, or may yet be, to `people`.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn add_people(&mut self, campaign: CampaignId, people: &mut People) -> Result<(), StoreError> {
        self.stream(sqlx::query(CALLED).bind(campaign.0), |columns| {
            let number: &str = columns.plain()?;
            people.add_hash(people.hash(number));
            Ok(())
        })
        .await
    }

    /// All that is known of some recipients: mostly of one, but a number may stand in several rows.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn history(&mut self, campaign: CampaignId, who: &Who) -> Result<Vec<History>, StoreError> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let fail = |error: sqlx::Error| failed(path, &error);
        let mut transaction = connection.begin().await.map_err(fail)?;
        let query = match who {
            Who::Row(row) => sqlx::query(BY_ROW).bind(campaign.0).bind(count(*row)),
            Who::Number(number) => {
                sqlx::query(BY_NUMBER).bind(campaign.0).bind(number.canonical().as_str().to_owned())
            }
            Who::ExternalId(id) => sqlx::query(BY_EXTERNAL_ID).bind(campaign.0).bind(id),
        };
        let rows = query.fetch_all(&mut *transaction).await.map_err(fail)?;
        let mut histories = Vec::with_capacity(rows.len());
        for row in &rows {
            let record = record(&mut Columns::of(row, path))?;
            let mut parts = Vec::with_capacity(3);
            for sql in [ATTEMPTS, STATUSES, NOTES] {
                parts.push(rows_of(&mut transaction, sql, record.id).await.map_err(fail)?);
            }
            let mut parts = parts.iter().map(Vec::as_slice);
            let mut part = || parts.next().unwrap_or_default().iter().map(|row| Columns::of(row, path));
            let attempts = part().filter_map(|mut it| attempt(&mut it).transpose());
            histories.push(History {
                attempts: attempts.collect::<Result<_, StoreError>>()?,
                statuses: part().map(|mut it| status(&mut it)).collect::<Result<_, _>>()?,
                notes: part().map(|mut it| note(&mut it)).collect::<Result<_, _>>()?,
                record,
            });
        }
        transaction.commit().await.map_err(fail)?;
        self.link.put(connection);
        Ok(histories)
    }

    /// Hands out the rows of an answer that may be long.
    pub(super) async fn stream<E: From<StoreError>>(
        &mut self,
        query: Asked,
        mut each: impl FnMut(&mut Columns<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let mut rows = query.fetch(&mut connection);
        while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
            each(&mut Columns::of(&row.map_err(|error| failed(path, &error))?, path))?;
        }
        drop(rows);
        self.link.put(connection);
        Ok(())
    }
}

async fn rows_of(
    connection: &mut SqliteConnection,
    sql: &'static str,
    recipient: RecipientId,
) -> sqlx::Result<Vec<SqliteRow>> {
    sqlx::query(sql).bind(recipient.0).fetch_all(connection).await
}

pub(super) fn record(columns: &mut Columns<'_>) -> Result<Record, StoreError> {
    Ok(Record {
        id: RecipientId(columns.plain()?),
        row: columns.number()?,
        to_number: columns.read(|text| PhoneNumber::parse(text).ok())?,
        external_id: columns.plain()?,
        metadata: columns.read(|text| Metadata::from_saved_json(text.as_bytes()).ok())?,
        time_zone: columns.maybe(|text| Zone::parse(text).ok())?,
        also_in: columns.also_in()?,
        not_before: columns.moment()?,
        not_after: columns.moment()?,
        priority: {
            let priority: u8 = columns.number()?;
            Priority::new(priority).unwrap_or_default()
        },
        state: columns.read(State::from_word)?,
        due_at: columns.moment()?,
        wait: columns.maybe(WaitRule::from_word)?,
        reason: columns.plain()?,
        tries: columns.tries()?,
        updated_at: columns.moment()?.unwrap_or_default(),
        last: attempt(columns)?,
    })
}

fn status(columns: &mut Columns<'_>) -> Result<(u32, StatusChange), StoreError> {
    let attempt = columns.number()?;
    let change = StatusChange {
        status: columns.read(|text| Some(CallStatus::from_word(text)))?,
        reason: columns.plain()?,
        at: columns.moment()?.unwrap_or_default(),
        correlation_id: columns.plain()?,
    };
    Ok((attempt, change))
}

fn note(columns: &mut Columns<'_>) -> Result<Note, StoreError> {
    Ok(Note { at: columns.moment()?.unwrap_or_default(), by: columns.plain()?, text: columns.plain()? })
}

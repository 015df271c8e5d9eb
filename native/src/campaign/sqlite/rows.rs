//! Rows as core's types, and core's types as what SQLite holds.

use std::path::Path;

use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, Row, Sqlite, Type};

use super::connect::failed;
use crate::campaign::{StoreError, StoreErrorKind};
use polyai_outbound_core::campaign::{Attempt, Outcome, Recipient, RecipientId, Tries, Zone, Zones};
use polyai_outbound_core::{CallSid, CallStatus, Metadata, PhoneNumber, Reading, Timestamp};

/// A moment as a column holds it.
pub(super) fn millis(at: Timestamp) -> i64 {
    i64::try_from(at.as_millis()).unwrap_or(i64::MAX)
}

/// A count as a column holds it.
pub(super) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A moment as a column held it.
pub(super) fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millis(u64::try_from(millis).unwrap_or_default())
}

/// Rows as the one parameter that SQLite makes rows of again.
pub(super) fn json(rows: &impl Serialize, path: &Path) -> Result<String, StoreError> {
    serde_json::to_string(rows).map_err(|error| {
        StoreError::new(StoreErrorKind::Other, path, format!("it cannot be written as JSON: {error}"))
    })
}

/// A row that is read from its first column to its last.
pub(super) struct Columns<'a> {
    row: &'a SqliteRow,
    path: &'a Path,
    next: usize,
}

impl<'a> Columns<'a> {
    pub(super) const fn of(row: &'a SqliteRow, path: &'a Path) -> Self {
        Self { row, path, next: 0 }
    }

    /// The next column as it is.
    pub(super) fn plain<T: Decode<'a, Sqlite> + Type<Sqlite>>(&mut self) -> Result<T, StoreError>
    where
        usize: ColumnIndex<SqliteRow>,
    {
        let at = self.next;
        self.next += 1;
        self.row.try_get(at).map_err(|error| failed(self.path, &error))
    }

    /// The next column as what `read` makes of it.
    pub(super) fn read<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
        let text: &str = self.plain()?;
        read(text).ok_or_else(|| self.wrong())
    }

    /// The same for a column that may be null.
    pub(super) fn maybe<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
        let text: Option<&str> = self.plain()?;
        text.map(|text| read(text).ok_or_else(|| self.wrong())).transpose()
    }

    pub(super) fn number<T: TryFrom<i64>>(&mut self) -> Result<T, StoreError> {
        let number: i64 = self.plain()?;
        T::try_from(number).map_err(|_| self.wrong())
    }

    pub(super) fn moment(&mut self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.plain::<Option<i64>>()?.map(moment))
    }

    /// Column `also_in`, from [`also_in_text`].
    pub(super) fn also_in(&mut self) -> Result<Zones, StoreError> {
        let zones = self.maybe(|text| text.split(',').map(|name| Zone::parse(name).ok()).collect())?;
        Ok(zones.unwrap_or(Zones::NONE))
    }

    /// Columns `attempts, dials, refusals, redials`.
    pub(super) fn tries(&mut self) -> Result<Tries, StoreError> {
        Ok(Tries {
            attempts: self.number()?,
            dials: self.number()?,
            refusals: self.number()?,
            redials: self.maybe(|text| serde_json::from_str(text).ok())?.unwrap_or_default(),
        })
    }

    /// Columns `status, status_reason`.
    pub(super) fn reading(&mut self) -> Result<Option<Reading>, StoreError> {
        let status = self.maybe(|text| Some(CallStatus::from_word(text)))?;
        let reason: Option<String> = self.plain()?;
        Ok(status.map(|status| Reading { status, reason: reason.unwrap_or_default() }))
    }

    /// The column that was read last holds what it cannot; the value is not told, it may be a number or metadata.
    fn wrong(&self) -> StoreError {
        let column = self.row.columns().get(self.next.saturating_sub(1));
        let name = column.map_or("?", sqlx::Column::name);
        let id: Result<i64, _> = self.row.try_get(0);
        let said = match id {
            Ok(id) => format!("column {name} of row {id} holds a value that this version cannot read"),
            Err(_) => format!("column {name} holds a value that this version cannot read"),
        };
        StoreError::new(StoreErrorKind::Corrupt, self.path, said)
    }
}

/// Zones with commas between; nothing if there are none.
pub(super) fn also_in_text(zones: &Zones) -> Option<String> {
    let names: Vec<_> = zones.iter().map(Zone::name).collect();
    (!names.is_empty()).then(|| names.join(","))
}

/// The moment from which an attempt counts, as [`PastCall::counts_from`](polyai_outbound_core::campaign::PastCall) says.
macro_rules! counts_from {
    ($attempt:literal, $now:literal) => {
        concat!(
            "iif(",
            $attempt,
            ".dialed_at > ",
            $now,
            ", coalesce(",
            $attempt,
            ".recounted_at, ",
            $attempt,
            ".dialed_at), ",
            $attempt,
            ".dialed_at)"
        )
    };
}
pub(super) use counts_from;

/// The columns of a recipient `r`; `$since` is the parameter from when dials are told, and `$now` that of the time. What is
/// counted from a moment is not dated before it, so that the index by dates serves.
macro_rules! recipient_columns {
    ($since:literal, $now:literal) => {
        concat!(
            "r.id, r.row, r.to_number, r.time_zone, r.also_in, r.not_before, r.not_after, r.metadata, r.attempts, r.dials, \
             r.refusals, r.redials, \
             (SELECT max(",
            counts_from!("e", $now),
            ") FROM attempts AS e JOIN recipients AS o ON o.id = e.recipient_id \
              WHERE e.canonical = r.canonical AND o.campaign_id <> r.campaign_id AND e.outcome <> 'not_placed'), \
             (SELECT max(w.recounted_at) FROM attempts AS w WHERE w.canonical = r.canonical AND w.dialed_at > ",
            $now,
            "), (SELECT json_group_array(json_array(",
            counts_from!("a", $now),
            ", a.outcome <> 'not_placed', a.recipient_id <> r.id)) \
              FROM attempts AS a WHERE a.canonical = r.canonical AND a.dialed_at >= ",
            $since,
            " AND ",
            counts_from!("a", $now),
            " >= ",
            $since,
            " AND (a.sent OR a.outcome <> 'not_placed'))"
        )
    };
}
pub(super) use recipient_columns;

/// A recipient, from [`recipient_columns`].
pub(super) fn recipient(columns: &mut Columns<'_>) -> Result<Recipient, StoreError> {
    let mut recipient = Recipient {
        id: RecipientId(columns.plain()?),
        row: columns.number()?,
        to_number: columns.read(|text| PhoneNumber::parse(text).ok())?,
        time_zone: columns.maybe(|text| Zone::parse(text).ok())?,
        also_in: columns.also_in()?,
        not_before: columns.moment()?,
        not_after: columns.moment()?,
        metadata: columns.read(|text| Metadata::from_saved_json(text.as_bytes()).ok())?,
        tries: columns.tries()?,
        dialed: Vec::new(),
        triggered: Vec::new(),
        dialed_by_others: None,
        called_elsewhere: columns.moment()?,
        recounted_at: columns.moment()?,
    };
    // When, whether it may have rung, and whether for another row.
    let mut triggers: Vec<(i64, u8, u8)> = columns.read(|text| serde_json::from_str(text).ok())?;
    triggers.sort_unstable();
    for (at, rang, by_other) in triggers {
        let at = moment(at);
        recipient.triggered.push(at);
        if rang != 0 {
            recipient.dialed.push(at);
            if by_other != 0 {
                recipient.dialed_by_others = Some(at);
            }
        }
    }
    Ok(recipient)
}

/// The columns of an attempt `t`.
macro_rules! attempt_columns {
    () => {
        "t.number, t.dialed_at, t.outcome, t.call_sid, t.placed_at, t.seen_at, t.status, t.status_reason, \
         t.ended_at, t.disposition, t.error, t.correlation_id, t.sent"
    };
}
pub(super) use attempt_columns;

/// An attempt, from [`attempt_columns`]; nothing if an outer join found none.
pub(super) fn attempt(columns: &mut Columns<'_>) -> Result<Option<Attempt>, StoreError> {
    let Some(number) = columns.plain()? else { return Ok(None) };
    Ok(Some(Attempt {
        number,
        dialed_at: columns.moment()?.unwrap_or_default(),
        outcome: columns.read(Outcome::from_word)?,
        call_sid: columns.maybe(|text| CallSid::parse(text).ok())?,
        placed_at: columns.moment()?,
        seen_at: columns.moment()?,
        reading: columns.reading()?,
        ended_at: columns.moment()?,
        disposition: columns.maybe(|text| Some(text.to_owned().into()))?,
        error: columns.maybe(|text| Some(text.to_owned().into()))?,
        correlation_id: columns.plain()?,
        sent: columns.plain()?,
    }))
}

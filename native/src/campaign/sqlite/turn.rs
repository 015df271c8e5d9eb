//! One visit of a runner: what it saves and what it fetches, as one transaction.
//!
//! A statement costs a way to SQLite's thread and back, which is more than most of them do there: so all changes of a turn
//! go to a table at once, as one JSON text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Connection, Sqlite, SqliteConnection};

use super::CampaignId;
use super::connect::failed;
use super::opt_outs::{explain, opted_out};
use super::query::Asked;
use super::rows::{
    Columns, attempt, attempt_columns, count, counts_from, json, millis, moment, recipient, recipient_columns,
};
use crate::campaign::{StoreError, StoreErrorKind};
use polyai_outbound_core::campaign::{
    Attempt, BreakerState, CLOCK_STEP, Change, Command, Fetch, Intended, Known, LONGEST_CALL, Misdated,
    Obstacle, Outcome, PLANNED_ANEW, PastCall, Priority, READ_AGAIN, Recipient, RecipientId, Refusal,
    STATUS_KEPT, SharedSid, State, Turn, Turned, Unfinished, WaitRule,
};
use polyai_outbound_core::{CallSid, StatusChange, Timestamp};

/// Query for the obstacles of each intent, `[id, attempt, dialed_at]`, that a runner did not know when it fetched the row: another
/// campaign may have dialed its number since. The state is null if it is nobody's of this campaign.
pub(super) const INTENDED: &str = concat!(
    "SELECT c.value ->> 0,
        EXISTS (SELECT 1 FROM suppressions AS s WHERE s.campaign_id = ?1 AND s.to_number = r.canonical) OR ",
    opted_out!(),
    ",
        r.state,
        EXISTS (SELECT 1 FROM attempts AS t
            WHERE t.recipient_id = r.id AND t.number = c.value ->> 1 AND t.dialed_at = c.value ->> 2
                AND t.outcome = 'dialing'),
        (SELECT json_group_array(json_array(t.dialed_at, t.recounted_at, t.outcome))
            FROM attempts AS t JOIN recipients AS o ON o.id = t.recipient_id
            WHERE t.canonical = r.canonical AND o.campaign_id <> ?1 AND t.dialed_at > ?3)
    FROM json_each(?2) AS c LEFT JOIN recipients AS r ON r.id = c.value ->> 0 AND +r.campaign_id = ?1"
);

/// Returns 1 if an attempt is dated ahead, as [`PastCall::is_ahead`] says: after `?1`, which is [`CLOCK_STEP`] from now.
pub(super) const AHEAD: &str =
    "SELECT EXISTS (SELECT 1 FROM attempts WHERE coalesce(recounted_at, dialed_at) > ?1)";

pub(super) const RECOUNT: &str =
    "UPDATE attempts SET recounted_at = ?2 WHERE coalesce(recounted_at, dialed_at) > ?1";

/// Another list may have suppressed a row since its runner fetched it: it is not put off any more.
macro_rules! unless_suppressed {
    ($then:literal, $else:literal) => {
        concat!(
            "iif(recipients.state = 'suppressed' AND c.value ->> 1 IN ('scheduled', 'held'), ",
            $then,
            ", ",
            $else,
            ")"
        )
    };
}

/// The plus keeps SQLite from looking for all of a campaign and comparing each.
pub(super) const SAVE_RECIPIENTS: &str = concat!(
    "UPDATE recipients SET state = ",
    unless_suppressed!("recipients.state", "c.value ->> 1"),
    ", due_at = ",
    unless_suppressed!("NULL", "c.value ->> 2"),
    ", wait = ",
    unless_suppressed!("NULL", "c.value ->> 3"),
    ", reason = ",
    unless_suppressed!("recipients.reason", "c.value ->> 4"),
    ", attempts = c.value ->> 5, dials = c.value ->> 6, refusals = c.value ->> 7, redials = c.value ->> 8, updated_at = ?3
    FROM json_each(?2) AS c WHERE recipients.id = c.value ->> 0 AND +recipients.campaign_id = ?1"
);

pub(super) const SAVE_ATTEMPTS: &str = "INSERT INTO attempts (recipient_id, number, to_number, canonical_form, dialed_at, outcome,
        call_sid, placed_at, seen_at, status, status_reason, ended_at, disposition, error, correlation_id, sent)
    SELECT r.id, c.value ->> 1, r.to_number, r.canonical_form, c.value ->> 2, c.value ->> 3, c.value ->> 4, c.value ->> 5,
        c.value ->> 6, c.value ->> 7, c.value ->> 8, c.value ->> 9, c.value ->> 10, c.value ->> 11, c.value ->> 12, c.value ->> 13
    FROM json_each(?1) AS c CROSS JOIN recipients AS r ON r.id = c.value ->> 0 WHERE true
    ON CONFLICT (recipient_id, number) DO UPDATE SET dialed_at = excluded.dialed_at, outcome = excluded.outcome,
        call_sid = excluded.call_sid, placed_at = excluded.placed_at, seen_at = excluded.seen_at,
        status = excluded.status, status_reason = excluded.status_reason, ended_at = excluded.ended_at,
        disposition = excluded.disposition, error = excluded.error, correlation_id = excluded.correlation_id,
        sent = excluded.sent";

pub(super) const SAVE_STATUSES: &str =
    "INSERT INTO status_changes (recipient_id, attempt, at, status, reason, correlation_id)
    SELECT c.value ->> 0, c.value ->> 1, c.value ->> 2, c.value ->> 3, c.value ->> 4, c.value ->> 5
    FROM json_each(?1) AS c WHERE true ON CONFLICT DO NOTHING";

pub(super) const SAVE_NOTES: &str = "INSERT INTO notes (recipient_id, at, by, text)
    SELECT c.value ->> 0, ?2, 'campaign', c.value ->> 1 FROM json_each(?1) AS c WHERE true ON CONFLICT DO NOTHING";

/// Which of the attempts, `[recipient, number]` of each, have a call SID that another had before: of each with the first of
/// those. One of which it is unknown anyway whether it rang has been told of.
pub(super) const SHARED: &str = "SELECT a.recipient_id, o.row, iif(o.campaign_id = ?1, NULL, k.name),
        min(coalesce(b.placed_at, 1 << 62))
    FROM json_each(?2) AS c
    CROSS JOIN attempts AS a ON a.recipient_id = c.value ->> 0 AND a.number = c.value ->> 1 AND a.outcome <> 'unknown'
    CROSS JOIN attempts AS b ON b.call_sid = a.call_sid
        AND (coalesce(b.placed_at, 1 << 62), b.dialed_at, b.recipient_id, b.number)
            < (coalesce(a.placed_at, 1 << 62), a.dialed_at, a.recipient_id, a.number)
    CROSS JOIN recipients AS o ON o.id = b.recipient_id
    CROSS JOIN campaigns AS k ON k.id = o.campaign_id
    GROUP BY a.recipient_id";
/// One that is stopped pauses the campaign, unless it is paused or cancelled already.
pub(super) const SAVE_BREAKER: &str = "UPDATE campaigns SET breaker = ?2,
        command = iif(stops, 'pause', command),
        command_at = iif(stops, ?3, command_at),
        command_by = iif(stops, 'the campaign itself', command_by)
    FROM (SELECT ?2 ->> 'phase' = 'stopped' AND command = 'run' AS stops FROM campaigns WHERE id = ?1)
    WHERE id = ?1";

pub(super) const BREAKER: &str = "SELECT breaker FROM campaigns WHERE id = ?1";

/// The newest of those of a state whose call was placed.
macro_rules! known_of {
    ($state:literal) => {
        concat!(
            "SELECT * FROM (SELECT r.id, t.number, t.call_sid FROM recipients AS r CROSS JOIN attempts AS t \
             ON t.recipient_id = r.id WHERE r.campaign_id = ?1 AND r.state = '",
            $state,
            "' AND t.call_sid IS NOT NULL AND t.placed_at IS NOT NULL ORDER BY r.id DESC, t.number DESC LIMIT 1)"
        )
    };
}

/// One is enough; those who are scheduled are not looked through, because they may be many.
pub(super) const KNOWN: &str = concat!(
    known_of!("in_progress"),
    " UNION ALL ",
    known_of!("succeeded"),
    " UNION ALL ",
    known_of!("status_lost"),
    " UNION ALL ",
    known_of!("failed"),
    " LIMIT 1"
);

pub(super) const COUNT_INTENTS: &str =
    "UPDATE campaigns SET intents = intents + ?2 WHERE id = ?1 RETURNING intents";

pub(super) const COMMAND: &str = "SELECT command FROM campaigns WHERE id = ?1";

/// In a cancelled campaign nobody is scheduled or held.
pub(super) const CANCEL: &str =
    "UPDATE recipients SET state = 'cancelled', due_at = NULL, wait = NULL, updated_at = ?2,
        reason = 'the campaign was cancelled by ' || (SELECT command_by FROM campaigns WHERE id = ?1)
            || ' before it was called' || iif(dials > 0, ' again', '')
    WHERE campaign_id = ?1 AND state IN ('scheduled', 'held')";

pub(super) const UNFINISHED: &str = concat!(
    "SELECT ",
    recipient_columns!("?2", "?3"),
    ", ",
    attempt_columns!(),
    " FROM recipients AS r LEFT JOIN attempts AS t ON t.recipient_id = r.id AND t.number = r.attempts \
     WHERE r.campaign_id = ?1 AND r.state IN ('dialing', 'in_progress') ORDER BY r.id"
);

/// Those of the lost that the service may still tell of are to be read again from now on.
pub(super) const READ_THE_LOST_AGAIN: &str = "UPDATE recipients SET due_at = ?2
    WHERE campaign_id = ?1 AND state = 'status_lost' AND due_at IS NULL AND EXISTS (
        SELECT 1 FROM attempts AS t WHERE t.recipient_id = recipients.id AND t.number = recipients.attempts
            AND t.call_sid IS NOT NULL AND t.ended_at > ?3)";

pub(super) const LOST: &str = concat!(
    "SELECT ",
    recipient_columns!("?2", "?5"),
    ", ",
    attempt_columns!(),
    " FROM recipients AS r CROSS JOIN attempts AS t ON t.recipient_id = r.id AND t.number = r.attempts \
     WHERE r.campaign_id = ?1 AND r.state = 'status_lost' AND r.due_at <= ?3 AND t.call_sid IS NOT NULL \
     ORDER BY r.due_at, r.id LIMIT ?4"
);

/// Whose time was decided by a clock that has been set back since.
pub(super) const MISDATED: &str = concat!(
    "SELECT ",
    recipient_columns!("?2", "?5"),
    ", r.updated_at, r.state, r.due_at, r.wait FROM recipients AS r \
     WHERE r.campaign_id = ?1 AND r.state IN ('scheduled', 'expired') AND r.updated_at > ?3 \
     ORDER BY r.updated_at LIMIT ?4"
);

/// The first of a priority that are due.
macro_rules! due_of {
    ($priority:literal) => {
        concat!(
            "SELECT id FROM (SELECT id FROM recipients WHERE campaign_id = ?1 AND priority = ",
            $priority,
            " AND state = 'scheduled' AND due_at <= ?3 ORDER BY due_at, id LIMIT ?4)"
        )
    };
}

/// One priority after the other, so that what is read is the beginning of each one's part of the index.
pub(super) const DUE: &str = concat!(
    "WITH picked (id) AS MATERIALIZED (",
    due_of!(9),
    " UNION ALL ",
    due_of!(8),
    " UNION ALL ",
    due_of!(7),
    " UNION ALL ",
    due_of!(6),
    " UNION ALL ",
    due_of!(5),
    " UNION ALL ",
    due_of!(4),
    " UNION ALL ",
    due_of!(3),
    " UNION ALL ",
    due_of!(2),
    " UNION ALL ",
    due_of!(1),
    " UNION ALL ",
    due_of!(0),
    " LIMIT ?4) SELECT ",
    recipient_columns!("?2", "?5"),
    ", r.priority FROM picked CROSS JOIN recipients AS r ON r.id = picked.id \
     ORDER BY r.priority DESC, r.due_at, r.id"
);

/// When the one of a priority is due that comes after so many.
macro_rules! next_of {
    ($priority:literal, $skipped:literal) => {
        concat!(
            "SELECT (SELECT due_at FROM recipients WHERE campaign_id = ?1 AND priority = ",
            $priority,
            " AND state = 'scheduled' ORDER BY due_at, id LIMIT 1 OFFSET ",
            $skipped,
            ") AS at"
        )
    };
}

pub(super) const NEXT_DUE: &str = concat!(
    "SELECT min(at) FROM (",
    next_of!(9, "?2"),
    " UNION ALL ",
    next_of!(8, "?3"),
    " UNION ALL ",
    next_of!(7, "?4"),
    " UNION ALL ",
    next_of!(6, "?5"),
    " UNION ALL ",
    next_of!(5, "?6"),
    " UNION ALL ",
    next_of!(4, "?7"),
    " UNION ALL ",
    next_of!(3, "?8"),
    " UNION ALL ",
    next_of!(2, "?9"),
    " UNION ALL ",
    next_of!(1, "?10"),
    " UNION ALL ",
    next_of!(0, "?11"),
    ")"
);

/// For what an earlier run left behind, dials are told of the last day.
const DAY: Duration = Duration::from_hours(24);

/// Does it all, or nothing; tells how many intents were ever saved, if there are new ones.
pub(super) async fn perform(
    connection: &mut SqliteConnection,
    path: &Path,
    campaign: CampaignId,
    turn: &Turn,
) -> Result<(Turned, Option<u64>), StoreError> {
    let mut visit = Visit { connection, path, campaign };
    let writes = !turn.changes.is_empty() || turn.breaker.is_some();
    if !writes && turn.fetch.is_none() {
        return Ok((Turned { command: visit.command().await?, ..Turned::default() }, None));
    }
    // Asked before, because a transaction that began with reading may not go on to write.
    let recounts = turn.fetch.is_some() && visit.is_ahead(turn).await?;
    let writes_first = writes || recounts || turn.fetch == Some(Fetch::Unfinished);
    let begin = if writes_first { "BEGIN IMMEDIATE" } else { "BEGIN" };
    let fail = |error: sqlx::Error| failed(path, &error);
    let mut transaction = visit.connection.begin_with(begin).await.map_err(fail)?;
    let mut visit = Visit { connection: &mut transaction, path, campaign };
    let mut turned = Turned { refused: visit.refused(turn).await?, ..Turned::default() };
    visit.save(turn, &turned.refused).await?;
    let intents = visit.count_intents(turn, &turned.refused).await?;
    turned.shared = visit.shared(&turn.changes).await?;
    if let Some(breaker) = &turn.breaker {
        let query = sqlx::query(SAVE_BREAKER).bind(campaign.0).bind(visit.json(breaker)?);
        visit.run(query.bind(millis(turn.now))).await?;
    }
    turned.command = visit.command().await?;
    if turned.command == Command::Cancel && !turn.changes.is_empty() {
        // Who was put off by a runner that did not know of it yet.
        visit.run(sqlx::query(CANCEL).bind(campaign.0).bind(millis(turn.now))).await?;
    }
    if writes_first && turn.fetch.is_some() {
        let recount = sqlx::query(RECOUNT).bind(millis(turn.now + CLOCK_STEP)).bind(millis(turn.now));
        visit.run(recount).await?;
    }
    let fetched = visit.fetch(turn, &mut turned).await;
    // A row that cannot be read keeps no result of another from being saved.
    transaction.commit().await.map_err(fail)?;
    fetched?;
    Ok((turned, intents))
}

struct Visit<'a> {
    connection: &'a mut SqliteConnection,
    path: &'a Path,
    campaign: CampaignId,
}

impl Visit<'_> {
    async fn command(&mut self) -> Result<Command, StoreError> {
        let row = sqlx::query(COMMAND).bind(self.campaign.0).fetch_optional(&mut *self.connection).await;
        match row.map_err(|error| failed(self.path, &error))? {
            Some(row) => Columns::of(&row, self.path).read(Command::from_word),
            None => {
                Err(StoreError::new(StoreErrorKind::Other, self.path, "the campaign is not in it any more"))
            }
        }
    }

    /// Which of the changes are intents that cannot be taken.
    async fn refused(&mut self, turn: &Turn) -> Result<Vec<Refusal>, StoreError> {
        let intents: Vec<_> = turn
            .changes
            .iter()
            .filter(|change| change.state == State::Dialing)
            .map(|change| {
                let attempt = change.attempt.as_ref();
                (change.id.0, attempt.map(|it| it.number), attempt.map(|it| millis(it.dialed_at)))
            })
            .collect();
        if intents.is_empty() {
            return Ok(Vec::new());
        }
        let since = turn.now - LONGEST_CALL.max(turn.not_again_within);
        let query = sqlx::query(INTENDED).bind(self.campaign.0).bind(self.json(&intents)?);
        let query = query.bind(millis(since));
        let rows = query.fetch_all(&mut *self.connection).await.map_err(|error| failed(self.path, &error))?;
        let mut refused = Vec::new();
        for row in &rows {
            let mut columns = Columns::of(row, self.path);
            let id = RecipientId(columns.plain()?);
            let is_suppressed = columns.plain()?;
            let state = columns.maybe(State::from_word)?;
            let is_saved = columns.plain()?;
            let elsewhere = columns.read(past_calls)?;
            let obstacle = match state {
                Some(state) => Intended { is_suppressed, state, is_saved, elsewhere }
                    .obstacle(turn.now, turn.not_again_within),
                None => Some(Obstacle::NotScheduled),
            };
            refused.extend(obstacle.map(|obstacle| Refusal { id, obstacle }));
        }
        Ok(refused)
    }

    async fn is_ahead(&mut self, turn: &Turn) -> Result<bool, StoreError> {
        let query = sqlx::query_scalar(AHEAD).bind(millis(turn.now + CLOCK_STEP));
        query.fetch_one(&mut *self.connection).await.map_err(|error| failed(self.path, &error))
    }

    async fn save(&mut self, turn: &Turn, refused: &[Refusal]) -> Result<(), StoreError> {
        let refused: BTreeSet<_> = refused.iter().map(|refusal| refusal.id).collect();
        let changes = || turn.changes.iter().filter(|change| !refused.contains(&change.id));
        let recipients: Vec<_> = changes().map(|change| recipient_row(change, turn.now)).collect();
        if recipients.is_empty() {
            return Ok(());
        }
        let asked = recipients.len() as u64;
        let query = sqlx::query(SAVE_RECIPIENTS).bind(self.campaign.0).bind(self.json(&recipients)?);
        if self.run(query.bind(millis(turn.now))).await? != asked {
            let said = "a recipient that was to be changed is not in this campaign";
            return Err(StoreError::new(StoreErrorKind::Other, self.path, said));
        }
        let suppressed: Vec<_> =
            changes().filter(|it| it.state == State::Suppressed).map(|it| it.id.0).collect();
        if !suppressed.is_empty() {
            self.run(explain(self.campaign, self.json(&suppressed)?)).await?;
        }
        let attempts: Vec<_> = changes().filter_map(attempt_row).collect();
        if !attempts.is_empty() {
            self.run(sqlx::query(SAVE_ATTEMPTS).bind(self.json(&attempts)?)).await?;
        }
        let statuses: Vec<_> = changes().flat_map(status_rows).collect();
        if !statuses.is_empty() {
            self.run(sqlx::query(SAVE_STATUSES).bind(self.json(&statuses)?)).await?;
        }
        let notes: Vec<_> =
            changes().filter(|change| change.note).map(|change| (change.id.0, &change.reason)).collect();
        if !notes.is_empty() {
            self.run(sqlx::query(SAVE_NOTES).bind(self.json(&notes)?).bind(millis(turn.now))).await?;
        }
        Ok(())
    }

    /// Counts the intents that are saved; one that comes again because its turn does is counted again, which does no harm.
    async fn count_intents(&mut self, turn: &Turn, refused: &[Refusal]) -> Result<Option<u64>, StoreError> {
        let intents = turn.changes.iter().filter(|change| change.state == State::Dialing);
        let new = intents.filter(|change| refused.iter().all(|refusal| refusal.id != change.id)).count();
        if new == 0 {
            return Ok(None);
        }
        let counting = sqlx::query_scalar(COUNT_INTENTS).bind(self.campaign.0).bind(count(new as u64));
        // Not `fetch_one`: it leaves before the statement is done.
        let counted: Vec<i64> =
            counting.fetch_all(&mut *self.connection).await.map_err(|error| failed(self.path, &error))?;
        Ok(counted.first().and_then(|it| u64::try_from(*it).ok()))
    }

    /// Which of the changes have a call SID that another attempt had before.
    async fn shared(&mut self, changes: &[Change]) -> Result<Vec<SharedSid>, StoreError> {
        let named = |change: &Change| {
            let attempt = change.attempt.as_ref()?;
            attempt.call_sid.as_ref().map(|_| (change.id.0, attempt.number))
        };
        let named: Vec<_> = changes.iter().filter_map(named).collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let query = sqlx::query(SHARED).bind(self.campaign.0).bind(self.json(&named)?);
        let rows = query.fetch_all(&mut *self.connection).await.map_err(|error| failed(self.path, &error))?;
        rows.iter()
            .map(|row| {
                let mut columns = Columns::of(row, self.path);
                Ok(SharedSid {
                    id: RecipientId(columns.plain()?),
                    other_row: columns.number()?,
                    other_campaign: columns.plain()?,
                })
            })
            .collect()
    }

    async fn fetch(&mut self, turn: &Turn, turned: &mut Turned) -> Result<(), StoreError> {
        match turn.fetch {
            None => {}
            Some(Fetch::Unfinished) => {
                let lost = sqlx::query(READ_THE_LOST_AGAIN).bind(self.campaign.0).bind(millis(turn.now));
                self.run(lost.bind(millis(turn.now - STATUS_KEPT))).await?;
                let unfinished = sqlx::query(UNFINISHED).bind(self.campaign.0).bind(millis(turn.now - DAY));
                turned.unfinished = self.unfinished(unfinished.bind(millis(turn.now))).await?;
                turned.breaker = self.breaker().await?;
                turned.known = self.known().await?;
            }
            Some(Fetch::Due { by, limit, dialed_since }) => {
                (turned.due, turned.next_due) = self.due(turn.now, by, limit, dialed_since).await?;
                let lost = sqlx::query(LOST).bind(self.campaign.0).bind(millis(turn.now - DAY));
                let lost = lost.bind(millis(by)).bind(count(READ_AGAIN as u64)).bind(millis(turn.now));
                turned.unfinished = self.unfinished(lost).await?;
                turned.misdated = self.misdated(turn.now, dialed_since).await?;
            }
        }
        Ok(())
    }

    async fn misdated(
        &mut self,
        now: Timestamp,
        dialed_since: Timestamp,
    ) -> Result<Vec<Misdated>, StoreError> {
        let query = sqlx::query(MISDATED).bind(self.campaign.0).bind(millis(dialed_since));
        let query = query.bind(millis(now + CLOCK_STEP)).bind(count(PLANNED_ANEW as u64)).bind(millis(now));
        let rows = query.fetch_all(&mut *self.connection).await.map_err(|error| failed(self.path, &error))?;
        rows.iter()
            .map(|row| {
                let mut columns = Columns::of(row, self.path);
                Ok(Misdated {
                    recipient: recipient(&mut columns)?,
                    decided_at: moment(columns.plain()?),
                    state: columns.read(State::from_word)?,
                    due_at: columns.moment()?,
                    wait: columns.maybe(WaitRule::from_word)?,
                })
            })
            .collect()
    }

    async fn breaker(&mut self) -> Result<Option<Box<BreakerState>>, StoreError> {
        let row = sqlx::query(BREAKER).bind(self.campaign.0).fetch_one(&mut *self.connection).await;
        let row = row.map_err(|error| failed(self.path, &error))?;
        Columns::of(&row, self.path).maybe(|text| serde_json::from_str(text).ok())
    }

    async fn known(&mut self) -> Result<Option<Known>, StoreError> {
        let row = sqlx::query(KNOWN).bind(self.campaign.0).fetch_optional(&mut *self.connection).await;
        let Some(row) = row.map_err(|error| failed(self.path, &error))? else { return Ok(None) };
        let mut columns = Columns::of(&row, self.path);
        Ok(Some(Known {
            recipient: RecipientId(columns.plain()?),
            attempt: columns.number()?,
            call_sid: columns.read(|text| CallSid::parse(text).ok())?,
        }))
    }

    async fn unfinished(&mut self, query: Asked) -> Result<Vec<Unfinished>, StoreError> {
        let rows = query.fetch_all(&mut *self.connection).await.map_err(|error| failed(self.path, &error))?;
        rows.iter()
            .map(|row| {
                let mut columns = Columns::of(row, self.path);
                let recipient = recipient(&mut columns)?;
                // If nothing is known of it, it may have left.
                let attempt = attempt(&mut columns)?
                    .unwrap_or_else(|| Attempt::intended(recipient.tries.attempts, Timestamp::default()));
                Ok(Unfinished { recipient, attempt })
            })
            .collect()
    }

    async fn due(
        &mut self,
        now: Timestamp,
        by: Timestamp,
        limit: usize,
        dialed_since: Timestamp,
    ) -> Result<(Vec<Recipient>, Option<Timestamp>), StoreError> {
        let query = sqlx::query(DUE)
            .bind(self.campaign.0)
            .bind(millis(dialed_since))
            .bind(millis(by))
            .bind(count(limit as u64))
            .bind(millis(now));
        let rows = query.fetch_all(&mut *self.connection).await.map_err(|error| failed(self.path, &error))?;
        let mut due = Vec::with_capacity(rows.len());
        let mut fetched: BTreeMap<u8, i64> = BTreeMap::new();
        for row in &rows {
            let mut columns = Columns::of(row, self.path);
            due.push(recipient(&mut columns)?);
            *fetched.entry(columns.number()?).or_default() += 1;
        }
        let mut query = sqlx::query_scalar(NEXT_DUE).bind(self.campaign.0);
        for priority in Priority::all() {
            query = query.bind(fetched.get(&priority.get()).copied().unwrap_or_default());
        }
        let next: Option<i64> =
            query.fetch_one(&mut *self.connection).await.map_err(|error| failed(self.path, &error))?;
        Ok((due, next.map(moment)))
    }

    /// Runs a statement, and tells how many rows it wrote.
    async fn run(&mut self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<u64, StoreError> {
        let done = query.execute(&mut *self.connection).await.map_err(|error| failed(self.path, &error))?;
        Ok(done.rows_affected())
    }

    fn json(&self, rows: &impl Serialize) -> Result<String, StoreError> {
        json(rows, self.path)
    }
}

/// Calls, from the last column of [`INTENDED`].
fn past_calls(text: &str) -> Option<Vec<PastCall>> {
    let calls: Vec<(i64, Option<i64>, &str)> = serde_json::from_str(text).ok()?;
    let call = |(dialed_at, recounted_at, outcome): (i64, Option<i64>, &str)| {
        let outcome = Outcome::from_word(outcome)?;
        Some(PastCall { dialed_at: moment(dialed_at), recounted_at: recounted_at.map(moment), outcome })
    };
    calls.into_iter().map(call).collect()
}

fn recipient_row(change: &Change, now: Timestamp) -> impl Serialize {
    let due_at = change.due_at.or((change.state == State::Scheduled).then_some(now));
    let tries = &change.tries;
    (
        change.id.0,
        change.state.as_str(),
        due_at.map(millis),
        change.wait.map(WaitRule::as_str),
        &change.reason,
        tries.attempts,
        tries.dials,
        tries.refusals,
        (!tries.redials.is_empty()).then_some(&tries.redials),
    )
}

fn attempt_row(change: &Change) -> Option<impl Serialize> {
    let attempt = change.attempt.as_ref()?;
    let reading = attempt.reading.as_ref();
    Some((
        change.id.0,
        attempt.number,
        millis(attempt.dialed_at),
        attempt.outcome.as_str(),
        attempt.call_sid.as_ref(),
        attempt.placed_at.map(millis),
        attempt.seen_at.map(millis),
        reading.map(|it| it.status.as_str()),
        reading.map(|it| &it.reason),
        attempt.ended_at.map(millis),
        attempt.disposition.as_deref(),
        attempt.error.as_deref(),
        attempt.correlation_id.as_deref(),
        attempt.sent,
    ))
}

fn status_rows(change: &Change) -> impl Iterator<Item = impl Serialize> {
    let attempt = change.attempt.as_ref().map_or(change.tries.attempts, |attempt| attempt.number);
    change.statuses.iter().map(move |seen| {
        let StatusChange { status, reason, at, correlation_id } = seen;
        (change.id.0, attempt, millis(*at), status.as_str(), reason, correlation_id.as_deref())
    })
}

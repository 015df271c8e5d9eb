//! Putting recipients back in place: those that ended without having been reached are called again, and calls whose end was
//! lost are read again. Who may have rung without anybody knowing is called again by a decision about that row alone: while it
//! is unconfirmed see [`Resolution`](super::Resolution), after a person has closed it see [`Database::redial`].

use std::collections::BTreeSet;

use sqlx::Connection;

use super::connect::failed;
use super::decide::Decided;
use super::rows::{count, json, millis};
use super::{CampaignId, Database};
use crate::campaign::{StoreError, StoreErrorKind, cause};
use polyai_outbound_core::campaign::{Command, State};

/// What putting a recipient back in place comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Requeue {
    /// It is called again, as if it were its first call: within its windows, and if it is on no suppression list.
    CallAgain,
    /// Its call was placed and its end is not known: that is read again, and nobody is called.
    ReadAgain,
}

impl Requeue {
    /// What it comes to for a recipient in that state; nothing if it cannot be put back.
    #[must_use]
    pub const fn of(state: State) -> Option<Self> {
        match state {
            State::Held | State::Failed | State::Rejected | State::Expired | State::Cancelled => {
                Some(Self::CallAgain)
            }
            State::StatusLost => Some(Self::ReadAgain),
            State::Scheduled
            | State::Dialing
            | State::InProgress
            | State::Succeeded
            | State::Unconfirmed
            | State::Suppressed => None,
        }
    }
}

/// Which recipients: those for which all that is said holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// In one of these states; none means in any.
    pub states: Vec<State>,
    /// Whose reason, or [`cause`], holds this text, in whichever case.
    pub reason: Option<String>,
    /// Whose last call had this kind of ending.
    pub disposition: Option<String>,
    /// Of these lines of the list.
    pub rows: Option<Vec<u64>>,
}

/// A recipient that was selected, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The line of the list at which it stands.
    pub row: u64,
    /// Its state.
    pub state: State,
    /// Why it is in it.
    pub reason: String,
    /// How often it was tried.
    pub attempts: u32,
    /// How many of these rang, or may have.
    pub dials: u32,
}

impl Selected {
    /// Refused when the list was read, because its number stands in several rows: calling them all would be calling somebody
    /// twice.
    #[must_use]
    pub const fn is_duplicate(&self) -> bool {
        matches!(self.state, State::Rejected) && self.attempts == 0
    }
}

const SELECT: &str = "SELECT r.row, r.state, r.reason, r.attempts, r.dials
    FROM recipients AS r LEFT JOIN attempts AS t ON t.recipient_id = r.id AND t.number = r.attempts
    WHERE r.campaign_id = ?1
        AND (?2 IS NULL OR r.state IN (SELECT value FROM json_each(?2)))
        AND (?3 IS NULL OR r.row IN (SELECT value FROM json_each(?3)))
        AND (?4 IS NULL OR t.disposition = ?4)
    ORDER BY r.row";

/// Of the last call of the recipient `r` nobody knows whether it rang, or how it ended.
macro_rules! may_have_rung {
    () => {
        "EXISTS (SELECT 1 FROM attempts AS t WHERE t.recipient_id = r.id AND t.number = r.attempts \
         AND t.outcome IN ('unknown', 'lost'))"
    };
}

/// The recipient `r` could be put back to be called, but may have rung.
macro_rules! to_decide {
    () => {
        concat!(
            "r.campaign_id = ?1 AND r.state IN ('held', 'failed', 'rejected', 'expired', 'cancelled') AND ",
            may_have_rung!()
        )
    };
}

/// `?2` is `[row, state, attempts]` of each: one that changed since is left as it is, and so is who may have rung.
macro_rules! unchanged {
    ($columns:literal) => {
        concat!(
            $columns,
            " FROM json_each(?2) AS c CROSS JOIN recipients AS r ON r.campaign_id = ?1 AND r.row = c.value ->> 0 \
             WHERE r.state = c.value ->> 1 AND r.attempts = c.value ->> 2 AND (r.state = 'status_lost' OR NOT ",
            may_have_rung!(),
            ")"
        )
    };
}

macro_rules! notes_of {
    ($($select:tt)*) => {
        concat!("INSERT INTO notes (recipient_id, at, by, text) ", $($select)*, " ON CONFLICT DO NOTHING")
    };
}

/// The reason until now is written over, and is to be told later.
const KEEP: &str = notes_of!(unchanged!("SELECT r.id, r.updated_at, 'campaign', r.reason"));

const NOTE: &str = notes_of!(unchanged!("SELECT r.id, ?3, ?4, iif(r.state = 'status_lost', ?5, ?6)"));

/// Attempts go on being numbered, and dials go on counting; what a row may still be tried begins anew.
const REQUEUE: &str = concat!(
    "UPDATE recipients SET state = iif(state = 'status_lost', state, 'scheduled'), due_at = ?3, wait = NULL, \
     reason = iif(state = 'status_lost', ?4, ?5), refusals = 0, redials = NULL, updated_at = ?3 \
     WHERE id IN (",
    unchanged!("SELECT r.id"),
    ")"
);

const TO_DECIDE: &str = concat!("SELECT r.row FROM recipients AS r WHERE ", to_decide!());

/// `?2` is the rows.
macro_rules! redialed {
    ($columns:literal) => {
        concat!(
            $columns,
            " FROM recipients AS r WHERE r.row IN (SELECT value FROM json_each(?2)) AND ",
            to_decide!()
        )
    };
}

const KEEP_REDIALED: &str = notes_of!(redialed!("SELECT r.id, r.updated_at, 'campaign', r.reason"));

const NOTE_REDIALED: &str = notes_of!(redialed!("SELECT r.id, ?3, ?4, ?5"));

/// The tries that are left to a row begin anew, as for one that is put back.
const REDIAL: &str = concat!(
    "UPDATE recipients SET state = 'scheduled', due_at = ?3, wait = NULL, reason = ?4, refusals = 0, redials = NULL, \
     updated_at = ?3 WHERE id IN (",
    redialed!("SELECT r.id"),
    ")"
);

impl Database {
    /// The lines of recipients that could be put back by their state, but of whose last call nobody knows whether it rang, or
    /// how it ended: a person has closed them. [`requeue`](Self::requeue) leaves them as they are.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn may_have_rung(&mut self, campaign: CampaignId) -> Result<BTreeSet<u64>, StoreError> {
        let mut rows = BTreeSet::new();
        self.stream(sqlx::query(TO_DECIDE).bind(campaign.0), |columns| {
            rows.insert(columns.number()?);
            Ok::<_, StoreError>(())
        })
        .await?;
        Ok(rows)
    }

    /// Calls recipients again that [may have rung](Self::may_have_rung) and that a person has closed since, and remembers why.
    /// One that changed since is left as it is. Tells how many they are.
    ///
    /// # Errors
    /// If the campaign is cancelled, or the database cannot be written. Nothing is done then.
    pub async fn redial(
        &mut self,
        campaign: CampaignId,
        rows: &[u64],
        decided: Decided<'_>,
    ) -> Result<u64, StoreError> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let fail = |error: sqlx::Error| failed(path, &error);
        let rows = json(&rows.iter().map(|row| count(*row)).collect::<Vec<_>>(), path)?;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
        let command: Option<String> = sqlx::query_scalar("SELECT command FROM campaigns WHERE id = ?1")
            .bind(campaign.0)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(fail)?;
        if command.as_deref() == Some(Command::Cancel.as_str()) {
            let said = "the campaign is cancelled and calls nobody";
            return Err(StoreError::new(StoreErrorKind::Other, path, said)
                .advise("make another campaign of these rows"));
        }
        let Decided { by, note, now } = decided;
        let reason = format!("{by} decided to call again: {note}");
        let keeping = sqlx::query(KEEP_REDIALED).bind(campaign.0).bind(&rows);
        keeping.execute(&mut *transaction).await.map_err(fail)?;
        let noting = sqlx::query(NOTE_REDIALED).bind(campaign.0).bind(&rows).bind(millis(now));
        noting.bind(by).bind(&reason).execute(&mut *transaction).await.map_err(fail)?;
        let redialing = sqlx::query(REDIAL).bind(campaign.0).bind(&rows).bind(millis(now)).bind(&reason);
        let redialing = redialing.execute(&mut *transaction).await.map_err(fail)?;
        transaction.commit().await.map_err(fail)?;
        self.link.put(connection);
        Ok(redialing.rows_affected())
    }

    /// Hands out who is selected, in the order of the list and whatever their states, one at a time.
    ///
    /// # Errors
    /// If the database cannot be read, or as `each` says, which ends it.
    pub async fn for_each_selected<E: From<StoreError>>(
        &mut self,
        campaign: CampaignId,
        selection: &Selection,
        mut each: impl FnMut(Selected) -> Result<(), E>,
    ) -> Result<(), E> {
        let path = self.path();
        let states: Vec<_> = selection.states.iter().map(|it| it.as_str()).collect();
        let states = if states.is_empty() { None } else { Some(json(&states, path)?) };
        let rows = match &selection.rows {
            Some(rows) => Some(json(&rows.iter().map(|row| count(*row)).collect::<Vec<_>>(), path)?),
            None => None,
        };
        let query = sqlx::query(SELECT).bind(campaign.0).bind(states).bind(rows);
        let wanted = selection.reason.as_deref().map(str::to_lowercase);
        self.stream(query.bind(selection.disposition.clone()), |columns| {
            let selected = Selected {
                row: columns.number()?,
                state: columns.read(State::from_word)?,
                reason: columns.plain()?,
                attempts: columns.number()?,
                dials: columns.number()?,
            };
            let holds =
                |reason: &str| wanted.as_deref().is_none_or(|text| reason.to_lowercase().contains(text));
            if holds(&selected.reason) || holds(&cause(&selected.reason)) { each(selected) } else { Ok(()) }
        })
        .await
    }

    /// Puts recipients back in place that were [selected](Self::for_each_selected), and remembers why. One that changed since
    /// is left as it is, and so is one that would be called and [may have rung](Self::may_have_rung). Tells how many were put
    /// back.
    ///
    /// # Errors
    /// If one of them cannot be put back from its state, if one is to be called and the campaign is cancelled, or if the
    /// database cannot be written. Nothing is done then.
    pub async fn requeue(
        &mut self,
        campaign: CampaignId,
        selected: &[Selected],
        decided: Decided<'_>,
    ) -> Result<u64, StoreError> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let fail = |error: sqlx::Error| failed(path, &error);
        if let Some(other) = selected.iter().find(|it| Requeue::of(it.state).is_none()) {
            let said = format!("row {} is {}, which is not put back in place", other.row, other.state);
            return Err(StoreError::new(StoreErrorKind::Other, path, said));
        }
        let keys: Vec<_> =
            selected.iter().map(|it| (count(it.row), it.state.as_str(), it.attempts)).collect();
        let keys = json(&keys, path)?;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
        let command: Option<String> = sqlx::query_scalar("SELECT command FROM campaigns WHERE id = ?1")
            .bind(campaign.0)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(fail)?;
        let calls = selected.iter().any(|it| Requeue::of(it.state) == Some(Requeue::CallAgain));
        if calls && command.as_deref() == Some(Command::Cancel.as_str()) {
            let said = "the campaign is cancelled and calls nobody";
            return Err(StoreError::new(StoreErrorKind::Other, path, said)
                .advise("make another campaign of these rows"));
        }
        let Decided { by, note, now } = decided;
        let note = if note.is_empty() { String::new() } else { format!(": {note}") };
        let read = format!("its end is read again, as {by} decided{note}");
        let call = format!("{by} put it back to be called again{note}");
        sqlx::query(KEEP).bind(campaign.0).bind(&keys).execute(&mut *transaction).await.map_err(fail)?;
        let noting = sqlx::query(NOTE).bind(campaign.0).bind(&keys).bind(millis(now));
        noting.bind(by).bind(&read).bind(&call).execute(&mut *transaction).await.map_err(fail)?;
        let requeuing = sqlx::query(REQUEUE).bind(campaign.0).bind(&keys).bind(millis(now));
        let requeuing = requeuing.bind(&read).bind(&call).execute(&mut *transaction).await.map_err(fail)?;
        transaction.commit().await.map_err(fail)?;
        self.link.put(connection);
        Ok(requeuing.rows_affected())
    }
}

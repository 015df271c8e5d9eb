//! What people decide about a campaign and its recipients, from whichever terminal, also while it runs.

use std::fmt;

use sqlx::Connection;

use super::connect::failed;
use super::rows::{Columns, count, json, millis};
use super::turn::CANCEL;
use super::{CampaignId, Database};
use crate::campaign::{StoreError, StoreErrorKind};
use polyai_outbound_core::Timestamp;
use polyai_outbound_core::campaign::{Command, State};

/// Who decides, when, and why.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'a> {
    /// A person's name.
    pub by: &'a str,
    /// Why, in a sentence.
    pub note: &'a str,
    /// When.
    pub now: Timestamp,
}

/// What is to be done with recipients of whom nobody knows whether they were called, or how their call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// They are called again.
    Redial,
    /// They were reached.
    Succeeded,
    /// They were not, and are not called again.
    Failed,
}

impl Resolution {
    const fn state(self) -> State {
        match self {
            Self::Redial => State::Scheduled,
            Self::Succeeded => State::Succeeded,
            Self::Failed => State::Failed,
        }
    }

    /// The states that it is for. Of a call that is lost it is known that it rang: it can be closed alone.
    #[must_use]
    pub const fn takes(self) -> &'static [State] {
        match self {
            Self::Redial => &[State::Unconfirmed],
            Self::Succeeded | Self::Failed => &[State::Unconfirmed, State::StatusLost],
        }
    }
}

/// Which recipients are decided about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// All that are `unconfirmed`.
    All,
    /// Those of these lines of the list.
    Of(Vec<u64>),
}

/// Why nothing was resolved.
#[derive(Debug)]
pub enum ResolveError {
    /// The database could not be written.
    Store(StoreError),
    /// These lines of the list are in another state than those that it is for, or no recipients at all.
    NotUnconfirmed(Vec<(u64, Option<State>)>),
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 10;
        let rows = match self {
            Self::Store(error) => return error.fmt(f),
            Self::NotUnconfirmed(rows) => rows,
        };
        f.write_str("only rows that are unconfirmed can be resolved, and nothing was done: ")?;
        for (nth, (row, state)) in rows.iter().take(SHOWN).enumerate() {
            let comma = if nth == 0 { "" } else { ", " };
            match state {
                Some(state) => write!(f, "{comma}row {row} is {state}")?,
                None => write!(f, "{comma}row {row} is no recipient")?,
            }
        }
        match rows.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

impl std::error::Error for ResolveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::NotUnconfirmed(_) => None,
        }
    }
}

impl From<StoreError> for ResolveError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

const OTHERS: &str = "SELECT w.value, r.state FROM json_each(?2) AS w
    LEFT JOIN recipients AS r ON r.campaign_id = ?1 AND r.row = w.value
    WHERE r.state IS NULL OR r.state NOT IN (SELECT value FROM json_each(?3))";

/// `?2` is the rows, or null for all; `?6` is the states that they may be in.
macro_rules! resolved {
    () => {
        "campaign_id = ?1 AND state IN (SELECT value FROM json_each(?6)) \
         AND (?2 IS NULL OR row IN (SELECT value FROM json_each(?2)))"
    };
}

/// The reason until now is written over, and is to be told later.
const KEEP: &str = concat!(
    "INSERT INTO notes (recipient_id, at, by, text) SELECT id, updated_at, 'campaign', reason FROM recipients WHERE ",
    resolved!(),
    " ON CONFLICT DO NOTHING"
);

const NOTE: &str = concat!(
    "INSERT INTO notes (recipient_id, at, by, text) SELECT id, ?3, ?4, ?5 FROM recipients WHERE ",
    resolved!(),
    " ON CONFLICT DO NOTHING"
);

const RESOLVE: &str = concat!(
    "UPDATE recipients SET state = ?4, due_at = iif(?4 = 'scheduled', ?3, NULL), wait = NULL, reason = ?5, \
     updated_at = ?3 WHERE ",
    resolved!()
);

impl Database {
    /// Says what a person wants of a campaign; its runner learns it with its next turn. A cancel also cancels whoever is
    /// scheduled or held, and is final. Tells how many recipients that were.
    ///
    /// # Errors
    /// If the campaign is cancelled already and is to go on, or the database cannot be written.
    pub async fn set_command(
        &mut self,
        campaign: CampaignId,
        command: Command,
        by: &str,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let fail = |error: sqlx::Error| failed(path, &error);
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
        let done = sqlx::query(
            "UPDATE campaigns SET command = ?2, command_at = ?3, command_by = ?4
             WHERE id = ?1 AND (command <> 'cancel' OR ?2 = 'cancel')",
        )
        .bind(campaign.0)
        .bind(command.as_str())
        .bind(millis(now))
        .bind(by)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
        let cancelled = match command {
            _ if done.rows_affected() == 0 => {
                let said = "the campaign is cancelled, or not in it";
                return Err(StoreError::new(StoreErrorKind::Other, path, said).advise(
                    "a cancelled campaign stays so: make another of the rows that are still to be called",
                ));
            }
            Command::Run | Command::Pause => 0,
            Command::Cancel => sqlx::query(CANCEL)
                .bind(campaign.0)
                .bind(millis(now))
                .execute(&mut *transaction)
                .await
                .map_err(fail)?
                .rows_affected(),
        };
        transaction.commit().await.map_err(fail)?;
        self.link.put(connection);
        Ok(cancelled)
    }

    /// Decides about recipients that are `unconfirmed`, or `status_lost` and named, and remembers why. Tells how many they
    /// are.
    ///
    /// # Errors
    /// If one of the rows is in another state, which is told; if the campaign is cancelled and they are to be called; or if
    /// the database cannot be written. Nothing is done then.
    pub async fn resolve(
        &mut self,
        campaign: CampaignId,
        rows: &Rows,
        resolution: Resolution,
        decided: Decided<'_>,
    ) -> Result<u64, ResolveError> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let fail = |error: sqlx::Error| failed(path, &error);
        let wanted = match rows {
            Rows::All => None,
            Rows::Of(rows) => Some(json(&rows.iter().map(|row| count(*row)).collect::<Vec<_>>(), path)?),
        };
        // All of those that are lost is never meant.
        let states = if wanted.is_some() { resolution.takes() } else { &[State::Unconfirmed] };
        let states = json(&states.iter().map(|it| it.as_str()).collect::<Vec<_>>(), path)?;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
        if let Some(wanted) = &wanted {
            let others = sqlx::query(OTHERS).bind(campaign.0).bind(wanted).bind(&states);
            let others = others.fetch_all(&mut *transaction).await.map_err(fail)?;
            if !others.is_empty() {
                let told = others.iter().map(|row| {
                    let mut columns = Columns::of(row, path);
                    Ok((columns.number()?, columns.maybe(State::from_word)?))
                });
                return Err(ResolveError::NotUnconfirmed(told.collect::<Result<_, StoreError>>()?));
            }
        }
        let command: Option<String> = sqlx::query_scalar("SELECT command FROM campaigns WHERE id = ?1")
            .bind(campaign.0)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(fail)?;
        if resolution == Resolution::Redial && command.as_deref() == Some(Command::Cancel.as_str()) {
            let cancelled =
                StoreError::new(StoreErrorKind::Other, path, "the campaign is cancelled and calls nobody");
            return Err(cancelled.advise("close these rows, and make another campaign of them").into());
        }
        let Decided { by, note, now } = decided;
        let reason = match resolution {
            Resolution::Redial => format!("{by} decided to call again: {note}"),
            Resolution::Succeeded | Resolution::Failed => format!("{by} closed it: {note}"),
        };
        for noting in [KEEP, NOTE] {
            let noting = sqlx::query(noting).bind(campaign.0).bind(&wanted).bind(millis(now)).bind(by);
            noting.bind(&reason).bind(&states).execute(&mut *transaction).await.map_err(fail)?;
        }
        let resolving = sqlx::query(RESOLVE).bind(campaign.0).bind(&wanted).bind(millis(now));
        let resolving = resolving.bind(resolution.state().as_str()).bind(&reason).bind(&states);
        let done = resolving.execute(&mut *transaction).await.map_err(fail)?;
        transaction.commit().await.map_err(fail)?;
        self.link.put(connection);
        Ok(done.rows_affected())
    }
}

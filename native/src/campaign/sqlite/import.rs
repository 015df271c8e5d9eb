//! Making a campaign, and putting its recipients into it: in batches, each of which is in it whole or not at all.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use serde::Serialize;
use sqlx::{Connection, SqliteConnection};

#[cfg(doc)]
use super::Campaign;
use super::canonical::other_form;
use super::connect::{Link, failed};
use super::log::checkpoint;
use super::rows::{also_in_text, count, json, millis};
use super::{CampaignId, Database};
use crate::campaign::{StoreError, StoreErrorKind};
use polyai_outbound_core::campaign::{NewRecipient, Standing, WaitRule};
use polyai_outbound_core::{CanonicalNumber, Timestamp};

/// What is done about rows with the same number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// The first of them is called, and the others are left out.
    #[default]
    First,
    /// Each of them is called.
    Each,
    /// None of them is called.
    Reject,
}

impl Duplicates {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::First, Self::Each, Self::Reject];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Each => "each",
            Self::Reject => "reject",
        }
    }

    /// What the word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// A campaign to be made.
#[derive(Clone, Debug)]
pub struct NewCampaign {
    /// What it is called; no other in the database may be called the same.
    pub name: String,
    /// When it is made.
    pub created_at: Timestamp,
    /// What it is run with, as JSON; whoever runs it gives it a meaning.
    pub options: String,
    /// Base URL and API, for people; never a credential.
    pub service: String,
    /// The list that is dialed.
    pub source: Source,
    /// What is done about rows with the same number.
    pub duplicates: Duplicates,
}

/// A list as a file: enough to tell whether it is still the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path.
    pub file: String,
    /// Its bytes.
    pub size: u64,
    /// When it was last written, if the file system knows.
    pub modified_at: Option<Timestamp>,
}

/// A recipient with what is decided about it at first.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The row.
    pub recipient: NewRecipient,
    /// Where it stands, as a [`Planner`](crate::campaign::Planner) says.
    pub standing: Standing,
}

/// A row that was left out, because another had its number before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The row that was left out.
    pub row: u64,
    /// The row that is called.
    pub first: u64,
}

impl Database {
    /// Makes a campaign without recipients: [`importer`](Self::importer) is next.
    ///
    /// # Errors
    /// If there is one of that name, or the database cannot be written.
    pub async fn create_campaign(&mut self, new: &NewCampaign) -> Result<CampaignId, StoreError> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let source = &new.source;
        let id: Option<i64> = sqlx::query_scalar(
            "INSERT INTO campaigns (name, created_at, options, service, source_file, source_size, source_modified_at,
                duplicates)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (name) DO NOTHING RETURNING id",
        )
        .bind(&new.name)
        .bind(millis(new.created_at))
        .bind(&new.options)
        .bind(&new.service)
        .bind(&source.file)
        .bind(count(source.size))
        .bind(source.modified_at.map(millis))
        .bind(new.duplicates.as_str())
        // Not `fetch_optional`: it leaves before the statement is done, and so before it is committed.
        .fetch_all(&mut connection)
        .await
        .map_err(|error| failed(path, &error))?
        .into_iter()
        .next();
        self.link.put(connection);
        id.map(CampaignId).ok_or_else(|| {
            StoreError::new(StoreErrorKind::Other, self.path(), "a campaign of that name is in it already")
                .advise("resume that one, or give this one another name with --name")
        })
    }

    /// Begins the import of a campaign anew: what one that was cut off has left goes away.
    ///
    /// # Errors
    /// If its import is complete, or the database cannot be written.
    pub async fn begin_import(&mut self, campaign: CampaignId) -> Result<(), StoreError> {
        self.importer(campaign).await?;
        let mut connection = self.link.take().await?;
        let fail = |error: sqlx::Error| failed(self.link.path(), &error);
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
        for sql in [
            "DELETE FROM recipients WHERE campaign_id = ?1",
            "UPDATE campaigns SET imported_lines = 0, imported_rows = 0, refused_rows = 0, duplicate_rows = 0
             WHERE id = ?1",
        ] {
            sqlx::query(sql).bind(campaign.0).execute(&mut *transaction).await.map_err(fail)?;
        }
        transaction.commit().await.map_err(fail)?;
        self.link.put(connection);
        Ok(())
    }

    /// The import of a campaign, which adds to what is in it: of one that was cut off, [`Campaign::lines_done`] tells after
    /// which line to go on, and [`begin_import`](Self::begin_import) takes it away.
    ///
    /// # Errors
    /// If its import is complete, or the database cannot be read.
    pub async fn importer(&mut self, campaign: CampaignId) -> Result<Importer<'_>, StoreError> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT import_state, duplicates FROM campaigns WHERE id = ?1")
                .bind(campaign.0)
                .fetch_optional(&mut connection)
                .await
                .map_err(|error| failed(path, &error))?;
        self.link.put(connection);
        let other = |said: &str| StoreError::new(StoreErrorKind::Other, self.link.path(), said);
        let (state, duplicates) = row.ok_or_else(|| other("the campaign is not in it"))?;
        if state == "complete" {
            return Err(other("the campaign's list was imported before").advise("run the campaign as it is"));
        }
        Ok(Importer {
            link: &mut self.link,
            campaign,
            duplicates: Duplicates::from_word(&duplicates).unwrap_or_default(),
        })
    }
}

/// Puts the rows of a list into a campaign.
#[derive(Debug)]
pub struct Importer<'a> {
    link: &'a mut Link,
    campaign: CampaignId,
    duplicates: Duplicates,
}

impl Importer<'_> {
    /// Saves some rows, and that the list was read up to a line; a few thousand rows at a time cost least. `refused` is how
    /// many of the lines since the last time are no recipients. Tells which rows were left out as duplicates.
    ///
    /// # Errors
    /// If the database cannot be written: then nothing of this is in it, and it may be tried again.
    pub async fn add(
        &mut self,
        rows: &[Planned],
        refused: u64,
        lines_done: u64,
    ) -> Result<Vec<Duplicate>, StoreError> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let fail = |error: sqlx::Error| failed(path, &error);
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
        let duplicates = match self.duplicates {
            Duplicates::First => self.known(&mut transaction, rows).await?,
            Duplicates::Each | Duplicates::Reject => Vec::new(),
        };
        // Both are in the order of `rows`.
        let mut left_out = duplicates.iter().map(|it| it.row).peekable();
        let rows: Vec<_> = rows
            .iter()
            .filter(|row| left_out.next_if_eq(&row.recipient.row).is_none())
            .map(planned_row)
            .collect();
        sqlx::query(
            "INSERT INTO recipients (campaign_id, row, to_number, external_id, metadata, time_zone, not_before, not_after,
                priority, state, due_at, wait, reason, canonical_form, also_in, updated_at)
             SELECT ?1, c.value ->> 0, c.value ->> 1, c.value ->> 2, c.value ->> 3, c.value ->> 4, c.value ->> 5,
                c.value ->> 6, c.value ->> 7, c.value ->> 8, c.value ->> 9, c.value ->> 10, c.value ->> 11, c.value ->> 12,
                c.value ->> 13, created_at
             FROM campaigns CROSS JOIN json_each(?2) AS c WHERE campaigns.id = ?1",
        )
        .bind(self.campaign.0)
        .bind(json(&rows, path)?)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
        sqlx::query(
            "UPDATE campaigns SET imported_lines = ?2, imported_rows = imported_rows + ?3,
                refused_rows = refused_rows + ?4, duplicate_rows = duplicate_rows + ?5 WHERE id = ?1",
        )
        .bind(self.campaign.0)
        .bind(count(lines_done))
        .bind(count(rows.len() as u64))
        .bind(count(refused))
        .bind(count(duplicates.len() as u64))
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
        transaction.commit().await.map_err(fail)?;
        self.link.put(connection);
        Ok(duplicates)
    }

    /// Says that all of the list was read, and what its SHA-256 is. Only then the campaign may run.
    ///
    /// # Errors
    /// If the database cannot be written: then it may be tried again.
    pub async fn finish(&mut self, sha256: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut connection = self.link.take().await?;
        let fail = |error: sqlx::Error| failed(self.link.path(), &error);
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
        if self.duplicates == Duplicates::Reject {
            sqlx::query(
                "UPDATE recipients SET state = 'rejected', due_at = NULL, wait = NULL, updated_at = ?2,
                    reason = 'its number is also in row ' || other.row || ', and --duplicates reject calls neither'
                 FROM (
                    SELECT r.id, (
                        SELECT min(o.row) FROM recipients AS o
                        WHERE o.campaign_id = ?1 AND o.canonical = r.canonical AND o.row <> r.row) AS row
                    FROM (
                        SELECT canonical FROM recipients WHERE campaign_id = ?1 GROUP BY canonical HAVING count(*) > 1
                    ) AS twice
                    CROSS JOIN recipients AS r ON r.campaign_id = ?1 AND r.canonical = twice.canonical
                 ) AS other
                 WHERE recipients.id = other.id AND recipients.state IN ('scheduled', 'held')",
            )
            .bind(self.campaign.0)
            .bind(millis(now))
            .execute(&mut *transaction)
            .await
            .map_err(fail)?;
        }
        sqlx::query("UPDATE campaigns SET import_state = 'complete', source_sha256 = ?2 WHERE id = ?1")
            .bind(self.campaign.0)
            .bind(sha256)
            .execute(&mut *transaction)
            .await
            .map_err(fail)?;
        transaction.commit().await.map_err(fail)?;
        // From here on the file alone is a campaign. If somebody reads what is older, the first intent waits for it.
        checkpoint(&mut connection, self.link.path()).await?;
        self.link.put(connection);
        Ok(())
    }

    /// The rows whose number came before: in an earlier batch, or in this one.
    async fn known(
        &self,
        connection: &mut SqliteConnection,
        rows: &[Planned],
    ) -> Result<Vec<Duplicate>, StoreError> {
        let path = self.link.path();
        let forms: Vec<_> = rows.iter().map(|row| row.recipient.to_number.canonical()).collect();
        let numbers: Vec<_> = forms.iter().map(CanonicalNumber::as_str).collect();
        let stored: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT c.key, min(r.row) FROM json_each(?2) AS c
             CROSS JOIN recipients AS r ON r.campaign_id = ?1 AND r.canonical = c.value GROUP BY c.key",
        )
        .bind(self.campaign.0)
        .bind(json(&numbers, path)?)
        .fetch_all(connection)
        .await
        .map_err(|error| failed(path, &error))?;
        let mut firsts: HashMap<&CanonicalNumber, u64> = HashMap::with_capacity(rows.len());
        for (at, row) in stored {
            let of = usize::try_from(at).ok().and_then(|at| forms.get(at));
            if let (Some(of), Ok(row)) = (of, u64::try_from(row)) {
                firsts.insert(of, row);
            }
        }
        let mut duplicates = Vec::new();
        for (NewRecipient { row, .. }, form) in rows.iter().map(|row| &row.recipient).zip(&forms) {
            match firsts.entry(form) {
                Slot::Vacant(slot) => {
                    slot.insert(*row);
                }
                Slot::Occupied(first) => duplicates.push(Duplicate { row: *row, first: *first.get() }),
            }
        }
        Ok(duplicates)
    }
}

fn planned_row(row: &Planned) -> impl Serialize {
    let Planned { recipient, standing } = row;
    (
        recipient.row,
        &recipient.to_number,
        &recipient.external_id,
        &recipient.metadata,
        recipient.time_zone.map(|zone| zone.name()),
        recipient.not_before.map(millis),
        recipient.not_after.map(millis),
        recipient.priority.get(),
        standing.state.as_str(),
        standing.due_at.map(millis),
        standing.wait.map(WaitRule::as_str),
        &standing.reason,
        other_form(&recipient.to_number),
        also_in_text(&recipient.also_in),
    )
}

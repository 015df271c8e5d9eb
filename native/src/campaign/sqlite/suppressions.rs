//! Suppression lists: numbers that are not called, whatever else is known of them.

use sqlx::SqliteConnection;

use super::connect::{Link, failed};
use super::rows::{count, json};
use super::{CampaignId, Database};
use crate::campaign::StoreError;
use polyai_outbound_core::{CanonicalNumber, PhoneNumber};

/// A suppression list of a campaign, in figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionCount {
    /// Its file.
    pub file: String,
    /// Numbers that it holds, each once.
    pub numbers: u64,
    /// Rows of the campaign's list that are not called because it has their number.
    pub rows_removed: u64,
    /// Entries that were passed over when it was read, if any were: rows without a number, numbers in an old form.
    pub passed: Option<String>,
}

/// A suppression list that keeps everybody from being called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionBlock {
    /// Its file.
    pub file: String,
    /// Problem of the list, as the run said it.
    pub why: String,
    /// Numbers that it holds and that it held, if it has lost so many that a person has to
    /// [accept](Database::accept_suppressions) it.
    pub shrunk: Option<(u64, u64)>,
}

/// What becomes of the numbers that are known of a list already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Replaced,
    Kept,
}

impl Database {
    /// Begins to replace what is known of a list, by its name, with what it holds now.
    ///
    /// Numbers that come on a list while the campaign runs are not dialed from the next turn on: nothing else is to be
    /// done about them.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn replace_suppressions(
        &mut self,
        campaign: CampaignId,
        source: impl Into<String>,
    ) -> Result<Suppressing<'_>, StoreError> {
        self.suppress(campaign, source.into(), Known::Replaced).await
    }

    /// Begins to add to what is known of a list; what it does not hold any more stays.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn add_suppressions(
        &mut self,
        campaign: CampaignId,
        source: impl Into<String>,
    ) -> Result<Suppressing<'_>, StoreError> {
        self.suppress(campaign, source.into(), Known::Kept).await
    }

    async fn suppress(
        &mut self,
        campaign: CampaignId,
        source: String,
        known: Known,
    ) -> Result<Suppressing<'_>, StoreError> {
        let mut connection = self.link.take().await?;
        let fail = |error: sqlx::Error| failed(self.link.path(), &error);
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.map_err(fail)?;
        if known == Known::Replaced {
            sqlx::query("DELETE FROM suppressions WHERE campaign_id = ?1 AND source = ?2")
                .bind(campaign.0)
                .bind(&source)
                .execute(&mut connection)
                .await
                .map_err(fail)?;
        }
        Ok(Suppressing { link: &mut self.link, connection, campaign, source })
    }

    /// The most numbers that a list held since it was imported or [accepted](Self::accept_suppressions); nothing if it is
    /// not known.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn most_suppressions(
        &mut self,
        campaign: CampaignId,
        source: &str,
    ) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT numbers FROM suppression_lists WHERE campaign_id = ?1 AND source = ?2";
        let query = sqlx::query(sql).bind(campaign.0).bind(source.to_owned());
        Ok(self.ask(query, |columns| columns.number()).await?.first().copied())
    }

    /// Keeps that a person has accepted a list with so many numbers, however many it held before.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn accept_suppressions(
        &mut self,
        campaign: CampaignId,
        source: &str,
        numbers: u64,
    ) -> Result<(), StoreError> {
        let most = "INSERT INTO suppression_lists (campaign_id, source, numbers) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET numbers = excluded.numbers";
        self.set_suppressions(most, campaign, source, numbers).await?;
        self.unblock_suppression(campaign, source).await
    }

    /// Keeps why nobody is called by a list, for those who ask how the campaign stands.
    pub(in crate::campaign) async fn block_suppression(
        &mut self,
        campaign: CampaignId,
        block: &SuppressionBlock,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO suppression_blocks (campaign_id, source, why, numbers, before) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET why = excluded.why, numbers = excluded.numbers, before = excluded.before";
        let (numbers, before) = block.shrunk.unzip();
        let query = sqlx::query(sql).bind(campaign.0).bind(block.file.clone()).bind(block.why.clone());
        self.change(query.bind(numbers.map(count)).bind(before.map(count))).await.map(drop)
    }

    /// Forgets that a list blocks.
    pub(in crate::campaign) async fn unblock_suppression(
        &mut self,
        campaign: CampaignId,
        source: &str,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM suppression_blocks WHERE campaign_id = ?1 AND source = ?2";
        self.change(sqlx::query(sql).bind(campaign.0).bind(source.to_owned())).await.map(drop)
    }

    /// The suppression lists by which nobody was called when a run last looked at them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn suppression_blocks(
        &mut self,
        campaign: CampaignId,
    ) -> Result<Vec<SuppressionBlock>, StoreError> {
        let sql = "SELECT source, why, numbers, before FROM suppression_blocks WHERE campaign_id = ?1 ORDER BY rowid";
        let positive = |it: i64| u64::try_from(it).unwrap_or_default();
        self.ask(sqlx::query(sql).bind(campaign.0), |columns| {
            let (file, why) = (columns.plain()?, columns.plain()?);
            let (numbers, before) = (columns.plain::<Option<i64>>()?, columns.plain::<Option<i64>>()?);
            Ok(SuppressionBlock { file, why, shrunk: numbers.map(positive).zip(before.map(positive)) })
        })
        .await
    }

    /// Keeps what was passed over when a list was read.
    pub(in crate::campaign) async fn keep_passed(
        &mut self,
        campaign: CampaignId,
        source: &str,
        passed: Option<String>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE suppression_lists SET passed = ?3
            WHERE campaign_id = ?1 AND source = ?2 AND passed IS NOT ?3";
        self.change(sqlx::query(sql).bind(campaign.0).bind(source.to_owned()).bind(passed)).await.map(drop)
    }

    /// Keeps that a list held so many numbers, if it never held more.
    pub(in crate::campaign) async fn hold_suppressions(
        &mut self,
        campaign: CampaignId,
        source: &str,
        numbers: u64,
    ) -> Result<(), StoreError> {
        let most = "INSERT INTO suppression_lists (campaign_id, source, numbers) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET numbers = excluded.numbers WHERE excluded.numbers > numbers";
        self.set_suppressions(most, campaign, source, numbers).await
    }

    async fn set_suppressions(
        &mut self,
        sql: &'static str,
        campaign: CampaignId,
        source: &str,
        numbers: u64,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(sql).bind(campaign.0).bind(source.to_owned()).bind(count(numbers));
        self.change(query).await.map(drop)
    }

    /// The suppression lists of a campaign: how many numbers are on each, and how many rows it has removed.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn suppression_counts(
        &mut self,
        campaign: CampaignId,
    ) -> Result<Vec<SuppressionCount>, StoreError> {
        let sql = "SELECT source, passed,
                (SELECT count(*) FROM suppressions AS s WHERE s.campaign_id = l.campaign_id AND s.source = l.source),
                (SELECT count(*) FROM recipients AS r WHERE r.campaign_id = l.campaign_id AND r.state = 'suppressed'
                    AND EXISTS (SELECT 1 FROM suppressions AS s WHERE s.campaign_id = r.campaign_id
                        AND s.to_number = r.canonical AND s.source = l.source))
             FROM suppression_lists AS l WHERE campaign_id = ?1 ORDER BY l.rowid";
        self.ask(sqlx::query(sql).bind(campaign.0), |columns| {
            let (file, passed) = (columns.plain()?, columns.plain()?);
            Ok(SuppressionCount { file, passed, numbers: columns.number()?, rows_removed: columns.number()? })
        })
        .await
    }

    /// Those of the numbers that are on a suppression list of the campaign, in whichever form, in no particular order.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn suppressed(
        &mut self,
        campaign: CampaignId,
        numbers: &[PhoneNumber],
    ) -> Result<Vec<PhoneNumber>, StoreError> {
        let wanted: Vec<_> = numbers.iter().map(PhoneNumber::canonical).enumerate().collect();
        let wanted: Vec<_> = wanted.iter().map(|(at, number)| (at, number.as_str())).collect();
        let sql = "SELECT n.value ->> 0 FROM json_each(?2) AS n WHERE EXISTS (
                SELECT 1 FROM suppressions WHERE campaign_id = ?1 AND to_number = n.value ->> 1)";
        let query = sqlx::query(sql).bind(campaign.0).bind(json(&wanted, self.link.path())?);
        let found = self.ask(query, |columns| columns.number::<usize>()).await?;
        let found = found.into_iter().filter_map(|at| numbers.get(at));
        Ok(found.cloned().collect())
    }
}

/// A suppression list that is being replaced or added to. Until [`finish`](Self::finish) the old one holds, and dropping this
/// keeps it.
#[derive(Debug)]
#[must_use]
pub struct Suppressing<'a> {
    link: &'a mut Link,
    connection: SqliteConnection,
    campaign: CampaignId,
    source: String,
}

impl Suppressing<'_> {
    /// Adds some of its numbers; a few thousand at a time cost least. A number may come twice.
    ///
    /// # Errors
    /// If the database cannot be written: then begin again.
    pub async fn add(&mut self, numbers: &[PhoneNumber]) -> Result<(), StoreError> {
        let path = self.link.path();
        let numbers: Vec<_> = numbers.iter().map(PhoneNumber::canonical).collect();
        let numbers: Vec<_> = numbers.iter().map(CanonicalNumber::as_str).collect();
        sqlx::query(
            "INSERT INTO suppressions (campaign_id, to_number, source)
             SELECT ?1, value, ?2 FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING",
        )
        .bind(self.campaign.0)
        .bind(&self.source)
        .bind(json(&numbers, path)?)
        .execute(&mut self.connection)
        .await
        .map_err(|error| failed(path, &error))?;
        Ok(())
    }

    /// Puts the new list in the place of the old, and tells how many numbers are known of it.
    ///
    /// # Errors
    /// If the database cannot be written: then the old list holds.
    pub async fn finish(mut self) -> Result<u64, StoreError> {
        let fail = |error: sqlx::Error| failed(self.link.path(), &error);
        let numbers: i64 =
            sqlx::query_scalar("SELECT count(*) FROM suppressions WHERE campaign_id = ?1 AND source = ?2")
                .bind(self.campaign.0)
                .bind(&self.source)
                .fetch_one(&mut self.connection)
                .await
                .map_err(fail)?;
        sqlx::query("COMMIT").execute(&mut self.connection).await.map_err(fail)?;
        self.link.put(self.connection);
        Ok(u64::try_from(numbers).unwrap_or_default())
    }
}

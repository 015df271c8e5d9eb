//! Suppression lists: numbers that are not called, whatever else is known of them.

use sqlx::SqliteConnection;

use super::connect::{Link, failed};
use super::rows::json;
use super::{CampaignId, Database};
use crate::campaign::StoreError;
use polyai_outbound_core::{CanonicalNumber, PhoneNumber};

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
        let source = source.into();
        let mut connection = self.link.take().await?;
        let fail = |error: sqlx::Error| failed(self.link.path(), &error);
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.map_err(fail)?;
        sqlx::query("DELETE FROM suppressions WHERE campaign_id = ?1 AND source = ?2")
            .bind(campaign.0)
            .bind(&source)
            .execute(&mut connection)
            .await
            .map_err(fail)?;
        Ok(Suppressing { link: &mut self.link, connection, campaign, source })
    }

    /// Those of the numbers that are on a list of the campaign, in whichever form, in no particular order.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn suppressed(
        &mut self,
        campaign: CampaignId,
        numbers: &[PhoneNumber],
    ) -> Result<Vec<PhoneNumber>, StoreError> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let wanted: Vec<_> = numbers.iter().map(PhoneNumber::canonical).enumerate().collect();
        let wanted: Vec<_> = wanted.iter().map(|(at, number)| (at, number.as_str())).collect();
        let rows: Vec<i64> = sqlx::query_scalar(
            "SELECT n.value ->> 0 FROM json_each(?2) AS n WHERE EXISTS (
                SELECT 1 FROM suppressions WHERE campaign_id = ?1 AND to_number = n.value ->> 1)",
        )
        .bind(campaign.0)
        .bind(json(&wanted, path)?)
        .fetch_all(&mut connection)
        .await
        .map_err(|error| failed(path, &error))?;
        self.link.put(connection);
        let found = rows.into_iter().filter_map(|at| numbers.get(usize::try_from(at).ok()?));
        Ok(found.cloned().collect())
    }
}

/// A suppression list that is being replaced. Until [`finish`](Self::finish) the old one holds, and dropping this keeps it.
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

    /// Puts the new list in the place of the old, and tells how many numbers are on it.
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

//! A campaign that is gone on with in another way: its options, and when those are called whom nobody has tried to call.

use sqlx::{Connection, SqliteConnection};

use super::connect::failed;
use super::rows::{Columns, json, millis};
use super::{CampaignId, Database};
use crate::campaign::StoreError;
use polyai_outbound_core::campaign::{NewRecipient, Options, Planner, WaitRule, Zone};
use polyai_outbound_core::{PhoneNumber, Timestamp};

/// So many rows are planned at a time.
const BATCH: i64 = 4096;

/// Those whose time was decided by the options alone: nobody has tried to call them.
const UNTRIED: &str = "SELECT id, row, to_number, time_zone, also_in, not_before, not_after FROM recipients
    WHERE campaign_id = ?1 AND id > ?2 AND attempts = 0
        AND (state IN ('held', 'expired') OR (state = 'scheduled' AND wait IN ('window', 'not_before')))
    ORDER BY id LIMIT ?3";

/// Those whose reason says that; how often they were tried makes no difference, for it was their turn when they were put off.
const PUT_OFF: &str = "SELECT id, row, to_number, time_zone, also_in, not_before, not_after FROM recipients
    WHERE campaign_id = ?1 AND id > ?2 AND state IN ('scheduled', 'expired') AND instr(reason, ?4) > 0
    ORDER BY id LIMIT ?3";

const PLANNED: &str =
    "UPDATE recipients SET state = p.value ->> 1, due_at = p.value ->> 2, wait = p.value ->> 3,
        reason = p.value ->> 4, updated_at = ?2
    FROM json_each(?1) AS p WHERE recipients.id = p.value ->> 0";

/// An import that was cut off: nobody was called by it.
const DISCARD: [&str; 5] = [
    "DELETE FROM recipients WHERE campaign_id IN (SELECT id FROM campaigns WHERE id = ?1 AND import_state = 'importing')",
    "DELETE FROM suppressions WHERE campaign_id IN (SELECT id FROM campaigns WHERE id = ?1 AND import_state = 'importing')",
    "DELETE FROM opt_outs WHERE campaign_id IN (SELECT id FROM campaigns WHERE id = ?1 AND import_state = 'importing')",
    "DELETE FROM suppression_lists WHERE campaign_id IN (SELECT id FROM campaigns WHERE id = ?1 AND import_state = 'importing')",
    "DELETE FROM campaigns WHERE id = ?1 AND import_state = 'importing'",
];

/// Who is planned anew when a campaign is gone on with in another way, and by which options.
#[derive(Clone, Copy, Debug)]
pub struct Replan<'a> {
    /// Options of the campaign from now on.
    pub options: &'a Options,
    /// Those whom nobody has tried to call, as when they were imported: they may be called sooner, later or not at all.
    pub untried: bool,
    /// Those who wait by one of these rules, as far as [`WaitRule::reason_says`] tells, or expired because of it. They are due
    /// as soon as a window is open, when a runner judges them by the rule as it is then.
    pub waiting_by: &'a [WaitRule],
}

impl Database {
    /// Keeps other options with a campaign, and plans some of its recipients anew. In one transaction.
    ///
    /// Not while the campaign runs.
    ///
    /// # Errors
    /// If the database cannot be written: then all is as it was.
    pub async fn change_options(
        &mut self,
        campaign: CampaignId,
        options: &str,
        replan: Replan<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut connection = self.link.take().await?;
        let path = self.link.path();
        let fail = |error: sqlx::Error| failed(path, &error);
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
        sqlx::query("UPDATE campaigns SET options = ?2 WHERE id = ?1")
            .bind(campaign.0)
            .bind(options)
            .execute(&mut *transaction)
            .await
            .map_err(fail)?;
        let mut planner = Planner::new(replan.options);
        let untried = replan.untried.then_some((UNTRIED, None));
        let said = replan.waiting_by.iter().filter_map(|rule| rule.reason_says());
        for whose in untried.into_iter().chain(said.map(|said| (PUT_OFF, Some(said)))) {
            let mut after = 0;
            while let Some(last) =
                plan(&mut transaction, path, campaign, whose, &mut planner, after, now).await?
            {
                after = last;
            }
        }
        transaction.commit().await.map_err(fail)?;
        self.link.put(connection);
        Ok(())
    }

    /// Takes a campaign away whose list was not read whole, so that nobody was called by it. One that was is left.
    ///
    /// # Errors
    /// If the database cannot be written: then all is as it was.
    pub async fn discard_import(&mut self, campaign: CampaignId) -> Result<(), StoreError> {
        let mut connection = self.link.take().await?;
        let fail = |error: sqlx::Error| failed(self.link.path(), &error);
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
        for sql in DISCARD {
            sqlx::query(sql).bind(campaign.0).execute(&mut *transaction).await.map_err(fail)?;
        }
        transaction.commit().await.map_err(fail)?;
        self.link.put(connection);
        Ok(())
    }
}

/// Plans some; tells the last of them, or nothing if there were none.
async fn plan(
    connection: &mut SqliteConnection,
    path: &std::path::Path,
    campaign: CampaignId,
    (whose, said): (&'static str, Option<&str>),
    planner: &mut Planner,
    after: i64,
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let fail = |error: sqlx::Error| failed(path, &error);
    let query = sqlx::query(whose).bind(campaign.0).bind(after).bind(BATCH).bind(said);
    let rows = query.fetch_all(&mut *connection).await.map_err(fail)?;
    let mut planned = Vec::with_capacity(rows.len());
    let mut last = None;
    for row in &rows {
        let columns = &mut Columns::of(row, path);
        let id: i64 = columns.plain()?;
        let row = columns.number()?;
        let mut recipient = NewRecipient::new(row, columns.read(|text| PhoneNumber::parse(text).ok())?);
        recipient.time_zone = columns.maybe(|text| Zone::parse(text).ok())?;
        recipient.also_in = columns.also_in()?;
        recipient.not_before = columns.moment()?;
        recipient.not_after = columns.moment()?;
        let standing = planner.first(now, &recipient);
        let due_at = standing.due_at.map(millis);
        planned.push((
            id,
            standing.state.as_str(),
            due_at,
            standing.wait.map(WaitRule::as_str),
            standing.reason,
        ));
        last = Some(id);
    }
    if last.is_some() {
        sqlx::query(PLANNED)
            .bind(json(&planned, path)?)
            .bind(millis(now))
            .execute(connection)
            .await
            .map_err(fail)?;
    }
    Ok(last)
}

//! Numbers that lists themselves say must not be called: of the list of a campaign, and of every other list of the file.

use std::collections::BTreeSet;

use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;

use super::rows::{count, json, millis};
use super::{CampaignId, Database};
use crate::campaign::{StoreError, Withheld};
use polyai_outbound_core::{PhoneNumber, Timestamp};

/// Words of the list of a campaign, `?1`, or of another, about the number of a row; in the words of a reason.
macro_rules! said_of {
    ($number:literal) => {
        concat!(
            "(SELECT iif(o.certain, 'row ' || o.row || iif(o.campaign_id = ?1, '', ' of ' || o.list) || ' says ' || o.said \
             || ' of this number', 'row ' || o.row || ' has this number, and nobody knows whether it may be called: ' \
             || o.said) FROM opt_outs AS o WHERE o.to_number = ",
            $number,
            " AND (o.campaign_id = ?1 OR o.certain) ORDER BY o.campaign_id <> ?1, o.certain DESC, o.list, o.row LIMIT 1)"
        )
    };
}

/// Condition that a number, `r.canonical`, must not be called by the campaign `?1`.
macro_rules! opted_out {
    () => {
        "EXISTS (SELECT 1 FROM opt_outs AS o WHERE o.to_number = r.canonical AND (o.campaign_id = ?1 OR o.certain))"
    };
}
pub(super) use opted_out;

macro_rules! spread_reason {
    () => {
        "'it must not be called: row ' || o.row || ' of ' || o.list || ' says ' || o.said || ' of this number'"
    };
}

macro_rules! spread_over {
    () => {
        "(SELECT to_number, min(row) AS row, list, said FROM opt_outs WHERE campaign_id = ?1 AND certain GROUP BY to_number) AS o \
         WHERE recipients.campaign_id <> ?1 AND recipients.campaign_id IN (SELECT id FROM campaigns) \
         AND recipients.canonical = o.to_number AND recipients.state IN ('scheduled', 'held')"
    };
}

/// Condition that an opt-out was recorded by another campaign of the same list as that of a campaign, `?1`: of the same path,
/// or with the same content, `?2`.
macro_rules! of_same_list {
    () => {
        "certain AND campaign_id <> ?1 AND (list = (SELECT source_file FROM campaigns WHERE id = ?1) \
         OR campaign_id IN (SELECT id FROM campaigns WHERE source_sha256 = ?2))"
    };
}

/// The column by which a list says that a number must not be called.
macro_rules! said_by {
    () => {
        "substr(said, 1, instr(said, '=') - 1)"
    };
}

const SAID_BY: &str = concat!("SELECT DISTINCT ", said_by!(), " FROM opt_outs WHERE ", of_same_list!());

const TAKE_BACK: &str = concat!(
    "DELETE FROM opt_outs WHERE to_number IN (SELECT value FROM json_each(?3)) AND ",
    of_same_list!(),
    " AND ",
    said_by!(),
    " IN (SELECT value FROM json_each(?4)) RETURNING to_number"
);

/// Rows that are to be called, or held, by the list of a campaign, and must not be.
const APPLY: &str = concat!(
    "UPDATE recipients SET state = 'suppressed', due_at = NULL, wait = NULL, updated_at = ?2,
        reason = 'it must not be called: ' || ",
    said_of!("recipients.canonical"),
    " WHERE campaign_id = ?1 AND state = ?3 AND attempts = 0 AND canonical IN (
        SELECT to_number FROM opt_outs WHERE campaign_id = ?1)"
);

/// The same of other campaigns, of what a list is certain of: also rows that wait to be called again.
const SPREAD: &str = concat!(
    "UPDATE recipients SET state = 'suppressed', due_at = NULL, wait = NULL, updated_at = ?2, reason = ",
    spread_reason!(),
    " FROM ",
    spread_over!()
);

/// The same for the history of these rows, before they are changed.
const SPREAD_NOTES: &str = concat!(
    "INSERT INTO notes (recipient_id, at, by, text) SELECT recipients.id, ?2, 'campaign', ",
    spread_reason!(),
    " FROM recipients CROSS JOIN ",
    spread_over!(),
    " ON CONFLICT DO NOTHING"
);

/// Says of rows that were suppressed just now which list it was, if it was no suppression list.
const EXPLAIN: &str = concat!(
    "UPDATE recipients SET reason = 'it must not be called: ' || ",
    said_of!("recipients.canonical"),
    " FROM json_each(?2) AS c WHERE recipients.id = c.value AND +recipients.campaign_id = ?1
        AND NOT EXISTS (SELECT 1 FROM suppressions AS s WHERE s.campaign_id = ?1 AND s.to_number = recipients.canonical)
        AND ",
    said_of!("recipients.canonical"),
    " IS NOT NULL"
);

/// Opt-out of a number, as a list tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberOptOut {
    /// The file of the list, if it is another campaign's.
    pub other_list: Option<String>,
    /// The line of it.
    pub row: u64,
    /// As `DoNotCall=1`; or why nobody knows whether the number may be called.
    pub said: String,
    /// True if the row says that the number must not be called; false if it cannot be told.
    pub is_certain: bool,
}

/// Rows of a campaign that were suppressed after they were read, by how they stood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::campaign) struct Applied {
    pub(in crate::campaign) scheduled: u64,
    pub(in crate::campaign) held: u64,
}

impl Database {
    /// Takes away what the list of a campaign said, as of an import that was cut off.
    pub(in crate::campaign) async fn forget_opt_outs(
        &mut self,
        campaign: CampaignId,
    ) -> Result<(), StoreError> {
        self.change(sqlx::query("DELETE FROM opt_outs WHERE campaign_id = ?1").bind(campaign.0))
            .await
            .map(drop)
    }

    /// Keeps numbers from being called, for whatever row, that the list of a campaign says must not be, or leaves open.
    pub(in crate::campaign) async fn add_opt_outs(
        &mut self,
        campaign: CampaignId,
        withheld: &[Withheld],
    ) -> Result<(), StoreError> {
        if withheld.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = withheld.iter().map(|it| (it.to_number.canonical(), it)).collect();
        let rows: Vec<_> = rows
            .iter()
            .map(|(number, it)| (number.as_str(), it.row, &it.said, u8::from(it.is_certain)))
            .collect();
        let rows = json(&rows, self.link.path())?;
        let sql = "INSERT INTO opt_outs (to_number, campaign_id, list, row, said, certain)
            SELECT o.value ->> 0, c.id, c.source_file, o.value ->> 1, o.value ->> 2, o.value ->> 3
            FROM campaigns AS c CROSS JOIN json_each(?2) AS o WHERE c.id = ?1 ON CONFLICT DO NOTHING";
        self.change(sqlx::query(sql).bind(campaign.0).bind(rows)).await.map(drop)
    }

    /// Suppresses the rows of the campaign whose number its list withholds, and those of other campaigns that are to be called.
    pub(in crate::campaign) async fn apply_opt_outs(
        &mut self,
        campaign: CampaignId,
        now: Timestamp,
    ) -> Result<Applied, StoreError> {
        let own = |state: &'static str| sqlx::query(APPLY).bind(campaign.0).bind(millis(now)).bind(state);
        let applied = Applied {
            scheduled: self.change(own("scheduled")).await?,
            held: self.change(own("held")).await?,
        };
        self.change(sqlx::query(SPREAD_NOTES).bind(campaign.0).bind(millis(now))).await?;
        self.change(sqlx::query(SPREAD).bind(campaign.0).bind(millis(now))).await?;
        Ok(applied)
    }

    /// The columns by which other campaigns read in the same list as that of a campaign that numbers must not be called.
    pub(in crate::campaign) async fn opted_out_by(
        &mut self,
        campaign: CampaignId,
        sha256: &str,
    ) -> Result<Vec<String>, StoreError> {
        let query = sqlx::query(SAID_BY).bind(campaign.0).bind(sha256.to_owned());
        self.ask(query, |columns| columns.plain()).await
    }

    /// Takes back what they read of these numbers in these columns; tells of how many numbers.
    pub(in crate::campaign) async fn take_back_opt_outs(
        &mut self,
        campaign: CampaignId,
        sha256: &str,
        numbers: &[PhoneNumber],
        columns: &[String],
    ) -> Result<u64, StoreError> {
        let numbers: Vec<_> = numbers.iter().map(PhoneNumber::canonical).collect();
        let numbers: Vec<_> = numbers.iter().map(|number| number.as_str()).collect();
        let numbers = json(&numbers, self.link.path())?;
        let columns = json(&columns, self.link.path())?;
        let query = sqlx::query(TAKE_BACK).bind(campaign.0).bind(sha256.to_owned());
        let taken = self.ask(query.bind(numbers).bind(columns), |columns| columns.plain::<String>()).await?;
        Ok(taken.into_iter().collect::<BTreeSet<_>>().len() as u64)
    }

    /// Opt-outs of the numbers in other lists of the database, in the order of the numbers; `None` where there is none.
    pub(in crate::campaign) async fn opted_out_elsewhere(
        &mut self,
        campaign: CampaignId,
        numbers: &[PhoneNumber],
    ) -> Result<Vec<Option<String>>, StoreError> {
        let wanted: Vec<_> = numbers.iter().map(PhoneNumber::canonical).collect();
        let wanted: Vec<_> = wanted.iter().map(|number| number.as_str()).collect();
        let sql = concat!("SELECT n.key, ", said_of!("n.value"), " AS said FROM json_each(?2) AS n
            WHERE EXISTS (SELECT 1 FROM opt_outs AS o WHERE o.to_number = n.value AND o.campaign_id <> ?1 AND o.certain)");
        let query = sqlx::query(sql).bind(campaign.0).bind(json(&wanted, self.link.path())?);
        let mut found = vec![None; numbers.len()];
        let rows = self.ask(query, |columns| Ok((columns.number::<usize>()?, columns.plain()?))).await?;
        for (at, said) in rows {
            if let Some(slot) = found.get_mut(at) {
                *slot = Some(said);
            }
        }
        Ok(found)
    }

    /// The opt-out that keeps a campaign from calling a number, that of its own list first; `None` if no list of the database
    /// has one.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn opted_out(
        &mut self,
        campaign: CampaignId,
        number: &PhoneNumber,
    ) -> Result<Option<NumberOptOut>, StoreError> {
        let query = sqlx::query(
            "SELECT iif(campaign_id = ?1, NULL, list), row, said, certain FROM opt_outs
             WHERE to_number = ?2 AND (campaign_id = ?1 OR certain)
             ORDER BY campaign_id <> ?1, certain DESC, list, row LIMIT 1",
        );
        let query = query.bind(campaign.0).bind(number.canonical().as_str().to_owned());
        let found = self.ask(query, |columns| {
            Ok(NumberOptOut {
                other_list: columns.plain()?,
                row: columns.number()?,
                said: columns.plain()?,
                is_certain: columns.plain()?,
            })
        });
        Ok(found.await?.into_iter().next())
    }

    /// Takes over what the lists of another database say, but for a campaign's of that name; for a plan of what would be there.
    /// A list with the content of `sha256` is `file`, under whatever path it was read.
    ///
    /// # Errors
    /// If either cannot be read or written.
    pub async fn copy_opt_outs(
        &mut self,
        from: &mut Self,
        except: &str,
        (file, sha256): (&str, &str),
    ) -> Result<(), StoreError> {
        const BATCH: usize = 4096;
        let sql = "SELECT o.to_number, o.campaign_id, o.row, iif(c.source_sha256 = ?3, ?2, o.list), o.said
            FROM opt_outs AS o JOIN campaigns AS c ON c.id = o.campaign_id
            WHERE o.certain AND c.name <> ?1 AND (o.to_number, o.campaign_id, o.row) > (?4, ?5, ?6)
            ORDER BY o.to_number, o.campaign_id, o.row LIMIT ?7";
        let mut after = (String::new(), i64::MIN, i64::MIN);
        loop {
            let (number, campaign, row) = after;
            let query = sqlx::query(sql).bind(except.to_owned()).bind(file.to_owned());
            let query = query.bind(sha256.to_owned()).bind(number).bind(campaign).bind(row);
            let rows = from.ask(query.bind(count(BATCH as u64)), |columns| {
                let (number, campaign) = (columns.plain::<String>()?, columns.plain::<i64>()?);
                let (row, list) = (columns.plain::<i64>()?, columns.plain::<String>()?);
                Ok((number, campaign, row, list, columns.plain::<String>()?))
            });
            let rows = rows.await?;
            let Some((number, campaign, row, ..)) = rows.last() else { return Ok(()) };
            after = (number.clone(), *campaign, *row);
            let sql = "INSERT INTO opt_outs (to_number, campaign_id, list, row, said, certain)
                SELECT value ->> 0, -(value ->> 1), value ->> 3, value ->> 2, value ->> 4, 1 FROM json_each(?1) WHERE true
                ON CONFLICT DO NOTHING";
            let rows = json(&rows, self.link.path())?;
            self.change(sqlx::query(sql).bind(rows)).await?;
        }
    }
}

/// The statement that says of rows, by their ids, which list keeps them from being called.
pub(super) fn explain(campaign: CampaignId, ids: String) -> Query<'static, Sqlite, SqliteArguments> {
    sqlx::query(EXPLAIN).bind(campaign.0).bind(ids)
}

//! What people ask who look closer: what the waiting wait for, what redials came to, whose turn it is, who is not settled.

use super::query::Asked;
use super::record::{Record, record, records_where};
use super::rows::{Columns, count, counts_from, millis, moment};
use super::{CampaignId, Database};
use crate::campaign::StoreError;
use polyai_outbound_core::campaign::{Outcome, RecipientId, State, WaitRule};
use polyai_outbound_core::{PhoneNumber, Timestamp};

/// A call SID that the service answered to several triggers: all but one of these calls cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedCall {
    /// The call SID.
    pub call_sid: String,
    /// Its attempts, in the order of dialing, in whichever campaign of the database.
    pub attempts: Vec<SharedBy>,
}

/// An attempt that shares its call SID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedBy {
    /// The name of its campaign.
    pub campaign: String,
    /// The line of the list.
    pub row: u64,
    /// Its number.
    pub attempt: u32,
}

/// What a redial rule came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redialed {
    /// The rule's name, as `no-answer`.
    pub rule: String,
    /// For how many recipients it was used.
    pub recipients: u64,
    /// How often in all.
    pub redials: u64,
    /// How many of these recipients a call of theirs then succeeded for.
    pub succeeded: u64,
}

const FIRST_REASON: &str = "SELECT reason FROM recipients WHERE id = (
    SELECT id FROM recipients WHERE campaign_id = ?1 AND state = 'scheduled' AND wait IS ?2 ORDER BY due_at, id LIMIT 1)";

const HELD: &str =
    "SELECT wait, count(*) FROM recipients WHERE campaign_id = ?1 AND state = 'held' GROUP BY wait
    ORDER BY 2 DESC, 1";

const ATTEMPTED: &str =
    "SELECT t.outcome, count(*) FROM recipients AS r CROSS JOIN attempts AS t ON t.recipient_id = r.id
    WHERE r.campaign_id = ?1 GROUP BY 1 ORDER BY 2 DESC, 1";

const REDIALED: &str = "SELECT used.value ->> 0, count(*), sum(used.value ->> 1), sum(r.state = 'succeeded')
    FROM recipients AS r CROSS JOIN json_each(r.redials) AS used
    WHERE r.campaign_id = ?1 AND r.redials IS NOT NULL GROUP BY 1 ORDER BY 3 DESC, 1";

/// `?2` is a recipient, or null for all of the campaign.
const SHARED: &str = "SELECT a.call_sid, k.name, o.row, a.number
    FROM attempts AS a CROSS JOIN recipients AS o ON o.id = a.recipient_id CROSS JOIN campaigns AS k ON k.id = o.campaign_id
    WHERE a.call_sid IN (
        SELECT t.call_sid FROM recipients AS r CROSS JOIN attempts AS t ON t.recipient_id = r.id
        WHERE r.campaign_id = ?1 AND (?2 IS NULL OR r.id = ?2) AND EXISTS (
            SELECT 1 FROM attempts AS b
            WHERE b.call_sid = t.call_sid AND (b.recipient_id <> t.recipient_id OR b.number <> t.number)))
    ORDER BY a.call_sid, a.dialed_at, a.recipient_id, a.number";

const IN_STATE: &str = records_where!(" AND r.state = ?2 ORDER BY r.row LIMIT ?3");

/// Each half reads as much of the index as there are rows to be counted.
const BEFORE: &str =
    "SELECT (SELECT count(*) FROM recipients WHERE campaign_id = ?1 AND state = 'scheduled' AND priority > ?2 AND due_at <= ?3)
    + (SELECT count(*) FROM recipients WHERE campaign_id = ?1 AND state = 'scheduled' AND priority = ?2
        AND (due_at, id) < (?4, ?5))";

const ENDING_IN: &str = "SELECT row FROM recipients WHERE campaign_id = ?1 AND to_number LIKE '%' || ?2
    ORDER BY row LIMIT ?3";

/// When attempts for a number count from, of those that $which.
macro_rules! counted {
    ($which:literal) => {
        concat!(
            "SELECT * FROM (SELECT ",
            counts_from!("t", "?3"),
            " AS at FROM attempts AS t WHERE t.canonical = ?1 AND t.dialed_at >= ?2 AND (",
            $which,
            ")) WHERE at >= ?2 ORDER BY at"
        )
    };
}

const DIALED: &str = counted!("t.outcome <> 'not_placed'");
const TRIGGERED: &str = counted!("t.sent OR t.outcome <> 'not_placed'");

const STUCK: &str = "SELECT count(*) FROM recipients AS r CROSS JOIN attempts AS t
    ON t.recipient_id = r.id AND t.number = r.attempts
    WHERE r.campaign_id = ?1 AND r.state = 'in_progress' AND t.placed_at <= ?2";

impl Database {
    /// Why the one of those that wait by a rule is not called yet that is due first, in a sentence; none for the rule
    /// means those that only wait for their turn.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn first_reason(
        &mut self,
        campaign: CampaignId,
        rule: Option<WaitRule>,
    ) -> Result<Option<String>, StoreError> {
        let query = sqlx::query(FIRST_REASON).bind(campaign.0).bind(rule.map(WaitRule::as_str));
        Ok(self.ask(query, |columns| columns.plain()).await?.into_iter().next())
    }

    /// How many are held, by which rule, the most first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn held(&mut self, campaign: CampaignId) -> Result<Vec<(Option<WaitRule>, u64)>, StoreError> {
        self.counted(sqlx::query(HELD).bind(campaign.0), |columns| columns.maybe(WaitRule::from_word)).await
    }

    /// How many attempts had which outcome, the most first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn attempted(&mut self, campaign: CampaignId) -> Result<Vec<(Outcome, u64)>, StoreError> {
        self.counted(sqlx::query(ATTEMPTED).bind(campaign.0), |columns| columns.read(Outcome::from_word))
            .await
    }

    /// What redial rules came to, the most used first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn redialed(&mut self, campaign: CampaignId) -> Result<Vec<Redialed>, StoreError> {
        self.ask(sqlx::query(REDIALED).bind(campaign.0), |columns| {
            Ok(Redialed {
                rule: columns.plain()?,
                recipients: columns.number()?,
                redials: columns.number()?,
                succeeded: columns.number()?,
            })
        })
        .await
    }

    /// Call SIDs of a campaign, or of one of its recipients, that the service answered to several triggers.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn shared_calls(
        &mut self,
        campaign: CampaignId,
        recipient: Option<RecipientId>,
    ) -> Result<Vec<SharedCall>, StoreError> {
        let query = sqlx::query(SHARED).bind(campaign.0).bind(recipient.map(|it| it.0));
        let rows = self.ask(query, |columns| {
            let call_sid: String = columns.plain()?;
            let shared =
                SharedBy { campaign: columns.plain()?, row: columns.number()?, attempt: columns.number()? };
            Ok((call_sid, shared))
        });
        let mut calls: Vec<SharedCall> = Vec::new();
        for (call_sid, shared) in rows.await? {
            match calls.last_mut().filter(|call| call.call_sid == call_sid) {
                Some(call) => call.attempts.push(shared),
                None => calls.push(SharedCall { call_sid, attempts: vec![shared] }),
            }
        }
        Ok(calls)
    }

    /// The first recipients of the list that are in a state, so many at most.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn recipients_in(
        &mut self,
        campaign: CampaignId,
        state: State,
        most: u32,
    ) -> Result<Vec<Record>, StoreError> {
        let query = sqlx::query(IN_STATE).bind(campaign.0).bind(state.as_str()).bind(i64::from(most));
        self.ask(query, record).await
    }

    /// How many are to be called before this one, of those that are due by then.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn before(
        &mut self,
        campaign: CampaignId,
        record: &Record,
        by: Timestamp,
    ) -> Result<u64, StoreError> {
        let query = sqlx::query(BEFORE).bind(campaign.0).bind(i64::from(record.priority.get()));
        let query = query.bind(millis(by)).bind(record.due_at.map(millis)).bind(record.id.0);
        Ok(self.ask(query, |columns| columns.number()).await?.into_iter().next().unwrap_or_default())
    }

    /// The rows whose numbers end in these digits, so many at most. It looks at every row.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn rows_ending_in(
        &mut self,
        campaign: CampaignId,
        digits: u64,
        most: u32,
    ) -> Result<Vec<u64>, StoreError> {
        let query = sqlx::query(ENDING_IN).bind(campaign.0).bind(count(digits)).bind(i64::from(most));
        self.ask(query, |columns| columns.number()).await
    }

    /// When a number was dialed since then, by any row of any campaign, as it counts at `now`; those that are known to have
    /// placed no call are not among them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn dialed(
        &mut self,
        number: &PhoneNumber,
        now: Timestamp,
        since: Timestamp,
    ) -> Result<Vec<Timestamp>, StoreError> {
        let query = sqlx::query(DIALED).bind(number.canonical().as_str().to_owned());
        let query = query.bind(millis(since)).bind(millis(now));
        self.ask(query, |columns| columns.plain().map(moment)).await
    }

    /// When triggers for a number may have reached a server since then, whatever came of them, by whichever campaign of the
    /// database, as it counts at `now`, the first first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn triggered(
        &mut self,
        number: &PhoneNumber,
        now: Timestamp,
        since: Timestamp,
    ) -> Result<Vec<Timestamp>, StoreError> {
        let query = sqlx::query(TRIGGERED).bind(number.canonical().as_str().to_owned());
        let query = query.bind(millis(since)).bind(millis(now));
        self.ask(query, |columns| columns.plain().map(moment)).await
    }

    /// How many calls were placed by then and have not ended.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn stuck(&mut self, campaign: CampaignId, placed_by: Timestamp) -> Result<u64, StoreError> {
        let query = sqlx::query(STUCK).bind(campaign.0).bind(millis(placed_by));
        Ok(self.ask(query, |columns| columns.number()).await?.into_iter().next().unwrap_or_default())
    }

    /// The suppression lists of a campaign that a number is on, by their names.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn suppressing(
        &mut self,
        campaign: CampaignId,
        number: &PhoneNumber,
    ) -> Result<Vec<String>, StoreError> {
        let query = sqlx::query(
            "SELECT source FROM suppressions WHERE campaign_id = ?1 AND to_number = ?2 ORDER BY source",
        );
        self.ask(query.bind(campaign.0).bind(number.canonical().as_str().to_owned()), |columns| {
            columns.plain()
        })
        .await
    }

    async fn counted<T>(
        &mut self,
        query: Asked,
        what: impl Fn(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<(T, u64)>, StoreError> {
        self.ask(query, |columns| Ok((what(columns)?, columns.number()?))).await
    }
}

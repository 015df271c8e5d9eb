//! The form by which numbers are compared, as rows keep it: of rows that are saved, and of those that were saved before
//! there was one. What the form is says core.

use std::path::Path;

use polyai_outbound_core::PhoneNumber;
use sqlx::SqliteConnection;

use super::connect::failed;
use super::rows::json;
use crate::campaign::StoreError;

/// So many rows are looked at at a time.
const BATCH: i64 = 4096;

const NUMBERS: &str = "SELECT id, to_number FROM recipients WHERE id > ?1 ORDER BY id LIMIT ?2";
const KEEP: &str = "UPDATE recipients SET canonical_form = c.value ->> 1 FROM json_each(?1) AS c
    WHERE recipients.id = c.value ->> 0";
/// A number was dialed as it stands in its row.
const ATTEMPTS: &str = "UPDATE attempts SET canonical_form = r.canonical_form FROM recipients AS r
    WHERE r.id = attempts.recipient_id AND r.canonical_form IS NOT NULL";
const SUPPRESSED: &str = "SELECT DISTINCT campaign_id, to_number FROM suppressions
    WHERE (campaign_id, to_number) > (?1, ?2) ORDER BY campaign_id, to_number LIMIT ?3";
const SUPPRESS: &str = "UPDATE OR REPLACE suppressions SET to_number = c.value ->> 2 FROM json_each(?1) AS c
    WHERE suppressions.campaign_id = c.value ->> 0 AND suppressions.to_number = c.value ->> 1";

/// The form of a number, where it is not the number itself.
pub(super) fn other_form(number: &PhoneNumber) -> Option<String> {
    let form = number.canonical();
    (form.as_str() != number.as_str()).then(|| form.as_str().to_owned())
}

/// Gives all rows their form; nothing is committed here.
pub(super) async fn fill(connection: &mut SqliteConnection, path: &Path) -> Result<(), StoreError> {
    let fail = |error: sqlx::Error| failed(path, &error);
    let form = |text: &str| PhoneNumber::parse(text).ok().and_then(|number| other_form(&number));
    let mut after = i64::MIN;
    loop {
        let rows: Vec<(i64, String)> = sqlx::query_as(NUMBERS)
            .bind(after)
            .bind(BATCH)
            .fetch_all(&mut *connection)
            .await
            .map_err(fail)?;
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        let forms: Vec<_> = rows.iter().filter_map(|(id, number)| Some((id, form(number)?))).collect();
        if !forms.is_empty() {
            sqlx::query(KEEP).bind(json(&forms, path)?).execute(&mut *connection).await.map_err(fail)?;
        }
    }
    sqlx::query(ATTEMPTS).execute(&mut *connection).await.map_err(fail)?;
    let mut after = (i64::MIN, String::new());
    loop {
        let query = sqlx::query_as(SUPPRESSED).bind(after.0).bind(after.1).bind(BATCH);
        let numbers: Vec<(i64, String)> = query.fetch_all(&mut *connection).await.map_err(fail)?;
        let Some(last) = numbers.last().cloned() else { return Ok(()) };
        let forms: Vec<_> =
            numbers.iter().filter_map(|(campaign, number)| Some((campaign, number, form(number)?))).collect();
        if !forms.is_empty() {
            sqlx::query(SUPPRESS).bind(json(&forms, path)?).execute(&mut *connection).await.map_err(fail)?;
        }
        after = last;
    }
}

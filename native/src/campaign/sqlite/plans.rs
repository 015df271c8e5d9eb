//! How SQLite goes about what a runner asks again and again: by an index, to what is wanted and no further.

use sqlx::{AssertSqlSafe, Row};

use super::turn::{
    AHEAD, BREAKER, CANCEL, COMMAND, DUE, INTENDED, KNOWN, LOST, MISDATED, NEXT_DUE, READ_THE_LOST_AGAIN,
    RECOUNT, SAVE_ATTEMPTS, SAVE_BREAKER, SAVE_NOTES, SAVE_RECIPIENTS, SAVE_STATUSES, SHARED, UNFINISHED,
};
use super::{Database, query, record};

/// The steps of a statement's plan.
async fn plan(sql: &str) -> Vec<String> {
    let directory = tempfile::TempDir::new().unwrap();
    let mut database = Database::open(directory.path().join("calls.db"), true).await.unwrap();
    let mut connection = database.link.take().await.unwrap();
    let query = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
    query.fetch_all(&mut connection).await.unwrap().iter().map(|row| row.get("detail")).collect()
}

/// Reading all of a table, or all of a campaign's part of one; going through the parameter or what was picked is no harm.
fn is_long(step: &str) -> bool {
    const SHORT: [&str; 4] = ["SCAN c VIRTUAL TABLE", "SCAN picked", "SCAN (subquery", "SCAN CONSTANT ROW"];
    let whole = step.starts_with("SCAN ") && !SHORT.iter().any(|short| step.starts_with(short));
    whole || step.ends_with("(campaign_id=?)")
}

#[tokio::test]
async fn nothing_that_a_turn_does_reads_a_whole_table() {
    for sql in [
        AHEAD,
        INTENDED,
        RECOUNT,
        SAVE_RECIPIENTS,
        SAVE_ATTEMPTS,
        SAVE_STATUSES,
        SAVE_NOTES,
        SAVE_BREAKER,
        BREAKER,
        KNOWN,
        COMMAND,
        CANCEL,
        UNFINISHED,
        READ_THE_LOST_AGAIN,
        LOST,
        MISDATED,
        SHARED,
        DUE,
        NEXT_DUE,
    ] {
        let plan = plan(sql).await;
        assert!(!plan.iter().any(|step| is_long(step)), "{sql}\n{}", plan.join("\n"));
    }
}

#[tokio::test]
async fn who_is_due_is_read_from_the_beginning_of_the_queue_for_each_priority() {
    let plan = plan(DUE).await;
    let by_queue =
        "SEARCH recipients USING COVERING INDEX recipients_due (campaign_id=? AND priority=? AND due_at<?)";
    assert_eq!(plan.iter().filter(|step| *step == by_queue).count(), 10, "{}", plan.join("\n"));
    // Only the few that were picked are sorted, once.
    assert_eq!(plan.iter().filter(|step| step.contains("TEMP B-TREE FOR")).count(), 1, "{}", plan.join("\n"));
}

#[tokio::test]
async fn a_row_that_people_ask_for_is_found_by_an_index() {
    for sql in [record::BY_ROW, record::BY_NUMBER, record::BY_EXTERNAL_ID] {
        let plan = plan(sql).await;
        assert!(!plan.iter().any(|step| is_long(step)), "{sql}\n{}", plan.join("\n"));
    }
}

#[tokio::test]
async fn who_waits_for_what_is_counted_in_the_queue_alone() {
    let plan = plan(query::WAITING).await;
    assert!(
        plan[0].starts_with("SEARCH recipients USING COVERING INDEX recipients_due"),
        "{}",
        plan.join("\n")
    );
}

#[tokio::test]
async fn going_through_a_whole_table_is_noticed() {
    assert!(plan("SELECT * FROM recipients WHERE reason = ''").await.iter().any(|step| is_long(step)));
}

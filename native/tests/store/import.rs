//! Lists become recipients: once each, fast, and on from where an import was cut off.

use std::time::Instant;

use polyai_outbound::campaign::{Database, Duplicate, Duplicates, Planned};
use polyai_outbound::core::campaign::{State, WaitRule, Zone};
use tempfile::TempDir;

use crate::common::{Fixture, NOW, at, entry, imported, new_campaign, number};

async fn fresh() -> (TempDir, Database) {
    let directory = TempDir::new().unwrap();
    let database = Database::open(directory.path().join("calls.db"), true).await.unwrap();
    (directory, database)
}

#[tokio::test]
async fn of_rows_with_the_same_number_the_first_is_taken_within_a_batch_and_across_them() {
    let (_directory, mut database) = fresh().await;
    let campaign = database.create_campaign(&new_campaign("spring", Duplicates::First)).await.unwrap();
    let mut importer = database.importer(campaign).await.unwrap();
    let left_out = importer.add(&[entry(2, 1), entry(3, 2), entry(4, 1), entry(5, 1)], 1, 5).await.unwrap();
    assert_eq!(left_out, [Duplicate { row: 4, first: 2 }, Duplicate { row: 5, first: 2 }]);
    let left_out = importer.add(&[entry(6, 3), entry(7, 2), entry(8, 3)], 0, 8).await.unwrap();
    assert_eq!(left_out, [Duplicate { row: 7, first: 3 }, Duplicate { row: 8, first: 6 }]);
    importer.finish("00", NOW).await.unwrap();
    let known = database.campaign("spring").await.unwrap().unwrap();
    assert_eq!((known.recipients, known.refused, known.duplicate_rows, known.lines_done), (3, 1, 4, 8));
    assert!(known.imported);
    assert_eq!(database.tally(campaign).await.unwrap()[&State::Scheduled], 3);
}

#[tokio::test]
async fn other_campaigns_numbers_are_no_duplicates() {
    let (_directory, mut database) = fresh().await;
    imported(&mut database, "spring", Duplicates::First, &[entry(1, 1)]).await;
    let autumn = imported(&mut database, "autumn", Duplicates::First, &[entry(1, 1)]).await;
    assert_eq!(database.tally(autumn).await.unwrap()[&State::Scheduled], 1);
}

#[tokio::test]
async fn each_row_with_the_same_number_is_taken_if_so_asked() {
    let (_directory, mut database) = fresh().await;
    let campaign = imported(&mut database, "spring", Duplicates::Each, &[entry(1, 1), entry(2, 1)]).await;
    assert_eq!(database.tally(campaign).await.unwrap()[&State::Scheduled], 2);
}

#[tokio::test]
async fn no_row_with_the_same_number_is_called_if_so_asked_and_each_names_another() {
    let (directory, mut database) = fresh().await;
    let mut suppressed = entry(5, 1);
    suppressed.standing.state = State::Suppressed;
    suppressed.standing.due_at = None;
    let rows = [entry(1, 1), entry(2, 2), entry(3, 1), entry(4, 1), suppressed];
    let campaign = imported(&mut database, "spring", Duplicates::Reject, &rows).await;
    let tally = database.tally(campaign).await.unwrap();
    assert_eq!(
        tally.into_iter().collect::<Vec<_>>(),
        [(State::Scheduled, 1), (State::Rejected, 3), (State::Suppressed, 1)]
    );
    let mut reasons = Vec::new();
    let mut reader = Database::read_only(directory.path().join("calls.db")).await.unwrap();
    let mut each = |record: polyai_outbound::campaign::Record| {
        reasons.push(record.reason);
        Ok::<_, polyai_outbound::campaign::StoreError>(())
    };
    reader.for_each_recipient(campaign, &mut each).await.unwrap();
    assert!(reasons[0].contains("also in row 3"), "{reasons:?}");
    assert!(reasons[2].contains("also in row 1"), "{reasons:?}");
    assert_eq!(reasons[1], "to be called");
}

#[tokio::test]
async fn a_row_is_kept_as_it_was_decided() {
    let mut rows = [entry(1, 1), entry(2, 2)];
    rows[0].standing.state = State::Held;
    rows[0].standing.due_at = None;
    rows[0].standing.wait = Some(WaitRule::ZoneUnknown);
    rows[0].standing.reason = "nobody knows its zone".to_owned();
    rows[1].standing.due_at = Some(at(60));
    rows[1].standing.wait = Some(WaitRule::Window);
    rows[1].recipient.external_id = Some("A-1".to_owned());
    rows[1].recipient.time_zone = Some(Zone::parse("Europe/Berlin").unwrap());
    let mut fixture = Fixture::with(&rows).await;
    assert_eq!(
        fixture.text("SELECT state || '/' || wait || '/' || reason FROM recipients WHERE row = 1").await,
        "held/zone_unknown/nobody knows its zone"
    );
    assert_eq!(
        fixture.text("SELECT external_id || '/' || wait FROM recipients WHERE row = 2").await,
        "A-1/window"
    );
    let due = fixture.due(at(60), 9).await.due;
    assert_eq!(due[0].time_zone.map(Zone::name), Some("Europe/Berlin"));
    assert_eq!(due[0].metadata, rows[1].recipient.metadata);
}

#[tokio::test]
async fn an_import_that_was_cut_off_goes_on_after_the_last_line_that_was_saved() {
    let (directory, mut database) = fresh().await;
    let path = directory.path().join("calls.db");
    let campaign = database.create_campaign(&new_campaign("spring", Duplicates::First)).await.unwrap();
    let mut importer = database.importer(campaign).await.unwrap();
    importer.add(&[entry(2, 1), entry(3, 2)], 0, 3).await.unwrap();
    // The same row again: refused as a whole.
    importer.add(&[entry(4, 4), entry(3, 3)], 0, 4).await.unwrap_err();
    drop(database);
    let mut database = Database::open(&path, false).await.unwrap();
    let known = database.campaign("spring").await.unwrap().unwrap();
    assert_eq!((known.imported, known.lines_done), (false, 3));
    let mut importer = database.importer(campaign).await.unwrap();
    assert_eq!(importer.add(&[entry(4, 1)], 0, 4).await.unwrap(), [Duplicate { row: 4, first: 2 }]);
    importer.finish("00", NOW).await.unwrap();
    let error = database.importer(campaign).await.err().unwrap();
    assert!(error.to_string().contains("imported before"), "{error}");
    assert_eq!(database.campaign("spring").await.unwrap().unwrap().source_sha256.as_deref(), Some("00"));
}

#[tokio::test]
async fn a_name_is_given_once() {
    let (_directory, mut database) = fresh().await;
    database.create_campaign(&new_campaign("spring", Duplicates::First)).await.unwrap();
    let error = database.create_campaign(&new_campaign("spring", Duplicates::First)).await.unwrap_err();
    assert!(error.to_string().contains("--name"), "{error}");
    assert_eq!(database.campaigns().await.unwrap().len(), 1);
    assert_eq!(database.campaign("autumn").await.unwrap(), None);
}

#[tokio::test]
async fn a_suppression_list_is_replaced_as_a_whole_or_stays() {
    let mut fixture = Fixture::of(1).await;
    let campaign = fixture.campaign;
    let all = [number(1), number(2), number(3)];
    let mut list = fixture.database.replace_suppressions(campaign, "a").await.unwrap();
    list.add(&[number(1), number(2), number(1)]).await.unwrap();
    list.add(&[number(2)]).await.unwrap();
    assert_eq!(list.finish().await.unwrap(), 2);
    let mut other = fixture.database.replace_suppressions(campaign, "b").await.unwrap();
    other.add(&[number(2)]).await.unwrap();
    other.finish().await.unwrap();
    assert_eq!(fixture.database.suppressed(campaign, &all).await.unwrap(), [number(1), number(2)]);

    let mut dropped = fixture.database.replace_suppressions(campaign, "a").await.unwrap();
    dropped.add(&[number(3)]).await.unwrap();
    drop(dropped);
    assert_eq!(fixture.database.suppressed(campaign, &all).await.unwrap(), [number(1), number(2)]);

    let mut list = fixture.database.replace_suppressions(campaign, "a").await.unwrap();
    list.add(&[number(3)]).await.unwrap();
    list.finish().await.unwrap();
    assert_eq!(fixture.database.suppressed(campaign, &all).await.unwrap(), [number(2), number(3)]);
}

#[tokio::test]
async fn twenty_thousand_rows_are_imported_and_the_first_of_them_found_at_once() {
    const ROWS: u64 = 20_000;
    let rows: Vec<Planned> = (1..=ROWS).map(|row| entry(row, row)).collect();
    let (_directory, mut database) = fresh().await;
    let campaign = database.create_campaign(&new_campaign("spring", Duplicates::First)).await.unwrap();
    let mut importer = database.importer(campaign).await.unwrap();
    let begun = Instant::now();
    for batch in rows.chunks(2000) {
        importer.add(batch, 0, batch.last().unwrap().recipient.row).await.unwrap();
    }
    importer.finish("00", NOW).await.unwrap();
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    assert_eq!(database.campaign("spring").await.unwrap().unwrap().recipients, ROWS);
    assert_eq!(database.tally(campaign).await.unwrap()[&State::Scheduled], ROWS);
}

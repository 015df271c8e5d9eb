//! The log beside the file: without it, a file that calls were made with is refused.

use std::path::{Path, PathBuf};

use polyai_outbound::Credential;
use polyai_outbound::campaign::{
    CampaignId, Database, Duplicates, Origin, RunIndex, RunnerLock, Store, StoreError, StoreErrorKind,
};
use polyai_outbound::core::campaign::{Attempt, State};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use crate::common::{Fixture, NOW, at, entry, imported, intent, turn, with_attempt};

fn log(path: &Path) -> PathBuf {
    path.with_file_name(format!("{}-wal", path.file_name().unwrap().display()))
}

async fn refused(path: &Path) -> StoreError {
    let error = Database::open(path, false).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::LogMissing, "{error}");
    assert!(error.to_string().contains("-wal is missing"), "{error}");
    let reading = Database::read_only(path).await.unwrap_err();
    assert_eq!(reading.to_string(), error.to_string(), "who reads is told the same");
    error
}

/// A copy of the file alone, elsewhere.
fn copied(path: &Path) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("copy.db");
    std::fs::copy(path, &copy).unwrap();
    (folder, copy)
}

#[tokio::test]
async fn a_file_that_was_copied_linked_or_moved_away_from_its_log_is_refused_once_somebody_was_called() {
    let mut fixture = Fixture::of(3).await;
    let (_folder, before) = copied(&fixture.path());
    Database::open(&before, false).await.unwrap();
    fixture.save(vec![intent(1)]).await.unwrap();
    let (folder, copy) = copied(&fixture.path());
    refused(&copy).await;
    let linked = folder.path().join("linked.db");
    std::fs::hard_link(&copy, &linked).unwrap();
    refused(&linked).await;
    let moved = folder.path().join("moved.db");
    std::fs::rename(&copy, &moved).unwrap();
    refused(&moved).await;
    // Neither an empty log nor something else is a log.
    for other in ["", "short", &"not a log ".repeat(50)] {
        std::fs::write(log(&moved), other).unwrap();
        refused(&moved).await;
    }
    // With its log it is whole.
    std::fs::copy(log(&fixture.path()), log(&moved)).unwrap();
    let tally = Database::open(&moved, false).await.unwrap().tally(fixture.campaign).await.unwrap();
    assert_eq!(tally[&State::Dialing], 1);
}

/// A panic, a task that was canceled, an error that was handed on: nobody closed anything, and threads of SQLite's connections
/// close them meanwhile.
#[tokio::test]
async fn a_run_that_was_dropped_leaves_its_log_and_whoever_opens_both_has_every_call() {
    let mut fixture = Fixture::of(3).await;
    fixture.save(vec![intent(1), intent(2)]).await.unwrap();
    let Fixture { directory, database, store, campaign } = fixture;
    let path = directory.path().join("calls.db");
    drop((database, store));
    closed(&path).await;
    refused(&copied(&path).1).await;
    Database::open(&path, false).await.unwrap().close().await.unwrap();
    assert_eq!(std::fs::metadata(log(&path)).map_or(0, |log| log.len()), 0, "all is in the file");
    let (_folder, copy) = copied(&path);
    let tally = Database::open(&copy, false).await.unwrap().tally(campaign).await.unwrap();
    assert_eq!(tally[&State::Dialing], 2);
}

/// Waits until all connections to a file that were dropped are closed, but for one that stays.
async fn closed(path: &Path) {
    let log = log(path);
    let open_logs = || {
        let open = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
        open.filter(|open| std::fs::read_link(open.path()).is_ok_and(|file| file == log)).count()
    };
    while open_logs() > 1 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_program_that_closes_its_database_last_leaves_a_file_that_opens() {
    let mut fixture = Fixture::of(3).await;
    fixture.save(vec![intent(1), intent(2)]).await.unwrap();
    let Fixture { directory, database, store, campaign } = fixture;
    drop(store);
    database.close().await.unwrap();
    let (_folder, copy) = copied(&directory.path().join("calls.db"));
    let tally = Database::open(&copy, false).await.unwrap().tally(campaign).await.unwrap();
    assert_eq!(tally[&State::Dialing], 2);
}

#[test]
fn an_empty_key_is_filled_and_a_counter_that_cannot_be_read_passes_no_copy() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("key"), "").unwrap();
    let index = RunIndex::open(folder.path()).unwrap();
    let key = std::fs::read_to_string(folder.path().join("key")).unwrap();
    RunIndex::open(folder.path()).unwrap();
    assert_eq!(key, std::fs::read_to_string(folder.path().join("key")).unwrap());
    let origin = Origin { database_id: "a".to_owned(), campaign: CampaignId(1), list: "b".to_owned() };
    assert_eq!(index.calls(&origin).unwrap(), None);
    drop(index.counter(&origin, Path::new("calls.db"), NOW).unwrap());
    assert_eq!(index.calls(&origin).unwrap(), Some(0));
    let counter = std::fs::read_dir(folder.path().join("campaigns")).unwrap().next().unwrap().unwrap().path();
    for broken in [&b"{"[..], b"{\"calls\":3", b"\0\0\0\0", b"\xff\xfe", b"7", b"[]"] {
        std::fs::write(&counter, broken).unwrap();
        assert_eq!(index.calls(&origin).unwrap(), Some(u64::MAX), "{broken:?}");
    }
    std::fs::write(&counter, "x".repeat(4000)).unwrap();
    drop(index.counter(&origin, Path::new("calls.db"), NOW).unwrap());
    assert_eq!(std::fs::metadata(&counter).unwrap().len(), 1025);
}

#[tokio::test]
async fn whoever_opens_a_database_while_it_is_run_leaves_its_mark() {
    let mut fixture = Fixture::of(3).await;
    let lock = RunnerLock::acquire(&fixture.path(), fixture.campaign, NOW).await.unwrap();
    fixture.save(vec![intent(1)]).await.unwrap();
    for _ in 0..3 {
        Database::open(fixture.path(), false).await.unwrap().close().await.unwrap();
        refused(&copied(&fixture.path()).1).await;
    }
    drop(lock);
    Database::open(fixture.path(), false).await.unwrap();
    Database::open(copied(&fixture.path()).1, false).await.unwrap();
}

#[tokio::test]
async fn another_campaign_that_is_run_keeps_the_mark_too() {
    let mut fixture = Fixture::of(2).await;
    let other = imported(&mut fixture.database, "autumn", Duplicates::Each, &[entry(1, 9)]).await;
    let theirs = RunnerLock::acquire(&fixture.path(), other, NOW).await.unwrap();
    let ours = RunnerLock::acquire(&fixture.path(), fixture.campaign, NOW).await.unwrap();
    fixture.save(vec![intent(1)]).await.unwrap();
    drop(ours);
    Database::open(fixture.path(), false).await.unwrap();
    refused(&copied(&fixture.path()).1).await;
    drop(theirs);
    Database::open(fixture.path(), false).await.unwrap();
    Database::open(copied(&fixture.path()).1, false).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_log_that_is_removed_or_replaced_while_it_is_written_to_stops_calls() {
    for way in ["removed", "replaced", "emptied and replaced", "moved away", "replaced by a folder"] {
        let mut fixture = Fixture::of(3).await;
        fixture.save(vec![intent(1)]).await.unwrap();
        let (wal, aside) = (log(&fixture.path()), fixture.directory.path().join("aside"));
        std::fs::rename(&wal, &aside).unwrap();
        match way {
            "replaced" => drop(std::fs::copy(&aside, &wal).unwrap()),
            "emptied and replaced" => std::fs::write(&wal, "").unwrap(),
            "replaced by a folder" => std::fs::create_dir(&wal).unwrap(),
            "removed" => std::fs::remove_file(&aside).unwrap(),
            _ => {}
        }
        for _ in 0..2 {
            let error = fixture.store.turn(&turn(at(1), vec![intent(2)], None)).await.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::LogMissing, "{way}: {error}");
            assert!(error.to_string().contains("nobody is called any more"), "{way}: {error}");
        }
        if way == "moved away" {
            std::fs::rename(&aside, &wal).unwrap();
            fixture.save(vec![intent(2)]).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_file_without_tables_and_without_a_log_is_refused_and_an_empty_one_is_new() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("calls.db");
    // What SQLite leaves of a file whose tables were in the log alone.
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut sql = SqliteConnection::connect_with(&options).await.unwrap();
    for made in ["PRAGMA application_id = 7", "PRAGMA user_version = 3"] {
        sqlx::query(made).execute(&mut sql).await.unwrap();
    }
    sql.close().await.unwrap();
    let error = refused(&path).await;
    assert!(error.to_string().contains("no tables"), "{error}");
    std::fs::write(&path, "").unwrap();
    Database::open(&path, false).await.unwrap();
}

#[tokio::test]
async fn a_file_that_was_emptied_is_refused_while_its_log_is_there() {
    let mut fixture = Fixture::of(2).await;
    fixture.save(vec![intent(1)]).await.unwrap();
    let (folder, copy) = copied(&fixture.path());
    std::fs::copy(log(&fixture.path()), log(&copy)).unwrap();
    for file in ["emptied", "removed"] {
        match file {
            "emptied" => std::fs::write(&copy, "").unwrap(),
            _ => std::fs::remove_file(&copy).unwrap(),
        }
        for create in [true, false] {
            let error = Database::open(&copy, create).await.unwrap_err();
            assert!(error.to_string().contains("its log is"), "{error}");
        }
    }
    drop(folder);
}

#[tokio::test]
async fn who_takes_a_file_without_its_log_as_it_is_has_what_is_in_the_file() {
    let mut fixture = Fixture::of(2).await;
    fixture.save(vec![intent(1)]).await.unwrap();
    let (_folder, copy) = copied(&fixture.path());
    refused(&copy).await;
    let mut database = Database::open_without_log(&copy).await.unwrap();
    assert_eq!(database.tally(fixture.campaign).await.unwrap()[&State::Scheduled], 2);
    drop(database);
    Database::open(&copy, false).await.unwrap();
}

#[tokio::test]
async fn the_first_intent_waits_for_whoever_reads_what_is_older_than_the_mark() {
    let mut fixture = Fixture::of(2).await;
    fixture.store.set_patience(std::time::Duration::from_millis(50));
    let mut long = fixture.sql().await;
    sqlx::query("BEGIN").execute(&mut long).await.unwrap();
    sqlx::query("SELECT * FROM recipients").fetch_one(&mut long).await.unwrap();
    let error = fixture.save(vec![intent(1)]).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Busy, "{error}");
    sqlx::query("COMMIT").execute(&mut long).await.unwrap();
    fixture.save(vec![intent(1)]).await.unwrap();
}

#[tokio::test]
async fn a_program_whose_runner_has_ended_needs_no_close() {
    let mut fixture = Fixture::of(3).await;
    let other = imported(&mut fixture.database, "autumn", Duplicates::Each, &[entry(1, 9)]).await;
    let _ours = RunnerLock::acquire(&fixture.path(), fixture.campaign, NOW).await.unwrap();
    fixture.save(vec![intent(1)]).await.unwrap();
    let path = fixture.path();
    // Another campaign that is run in this process keeps the mark.
    let theirs = RunnerLock::acquire(&path, other, NOW).await.unwrap();
    fixture.store.close().await.unwrap();
    refused(&copied(&path).1).await;
    drop(theirs);
    fixture.save(vec![intent(2)]).await.unwrap();
    fixture.store.close().await.unwrap();
    Database::open(copied(&path).1, false).await.unwrap();
    let Fixture { directory: _directory, database, store, .. } = fixture;
    drop((database, store));
    Database::open(&path, false).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_put_beside_the_log_of_another_is_told_with_what_to_do() {
    let mut fixture = Fixture::of(3).await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("calls.db");
    // As a kill leaves them.
    fixture.save((1..=3).map(intent).collect()).await.unwrap();
    std::fs::copy(log(&fixture.path()), log(&path)).unwrap();
    let restored = Fixture::of(5000).await;
    let other = restored.path();
    restored.database.close().await.unwrap();
    std::fs::copy(&other, &path).unwrap();
    let read = async {
        let mut database = Database::open(&path, false).await?;
        let campaign = database.campaigns().await?[0].id;
        database.for_each_recipient(campaign, |_| Ok::<_, StoreError>(())).await
    };
    let error = read.await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error}");
    let said = error.to_string();
    assert!(said.contains("calls.db-wal beside it may be that of another file"), "{said}");
    assert!(said.contains("move the log away, put the file there once more"), "{said}");
}

#[tokio::test]
async fn another_token_is_kept_once_a_call_was_placed_by_it() {
    let mut fixture = Fixture::of(3).await;
    let (campaign, token) = (fixture.campaign, |token: &str| Credential::new(token).unwrap());
    let later = NOW + std::time::Duration::from_secs(60);
    assert!(fixture.database.check_token(campaign, &token("one"), false, NOW).await.unwrap());
    fixture.save(vec![intent(1)]).await.unwrap();
    assert!(!fixture.database.check_token(campaign, &token("two"), false, later).await.unwrap());
    assert!(fixture.database.check_token(campaign, &token("two"), true, later).await.unwrap());
    let mut store = fixture.database.store(campaign).await.unwrap();
    let attempt = |number, placed: bool, dialed_at| Attempt {
        placed_at: placed.then_some(dialed_at),
        ..Attempt::intended(number, dialed_at)
    };
    // Neither one that is not placed yet, nor one of before says that the token is right.
    for attempt in [attempt(1, true, NOW), attempt(2, false, later)] {
        let change = with_attempt(1, State::InProgress, attempt);
        store.turn(&turn(later, vec![change], None)).await.unwrap();
        assert!(fixture.database.check_token(campaign, &token("one"), false, later).await.unwrap());
    }
    assert!(fixture.database.check_token(campaign, &token("two"), true, later).await.unwrap());
    store
        .turn(&turn(later, vec![with_attempt(1, State::InProgress, attempt(2, true, later))], None))
        .await
        .unwrap();
    assert!(!fixture.database.check_token(campaign, &token("one"), false, later).await.unwrap());
    assert!(fixture.database.check_token(campaign, &token("two"), false, later).await.unwrap());
}

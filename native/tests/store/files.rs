//! The file: who may read it, what is refused, and what faults of the disk, of rights and of other processes come to.

use std::time::Duration;

use polyai_outbound::campaign::{Database, Duplicates, Store, StoreErrorKind};
use polyai_outbound::core::campaign::State;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;

use crate::common::{Fixture, NOW, change, entry, fetch_due, ids, imported, intent, new_campaign, turn};

async fn refused(path: &std::path::Path, create: bool) -> polyai_outbound::campaign::StoreError {
    Database::open(path, create).await.unwrap_err()
}

#[tokio::test]
async fn a_file_that_is_not_there_is_made_only_if_asked() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("calls.db");
    let error = refused(&path, false).await;
    assert_eq!(error.kind(), StoreErrorKind::Io, "{error}");
    assert!(!path.exists());
    Database::open(&path, true).await.unwrap();
    Database::open(&path, false).await.unwrap();
    Database::open(&path, true).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_but_the_owner_may_read_what_is_beside_it_either() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::of(1).await;
    let _lock = polyai_outbound::campaign::RunnerLock::acquire(&fixture.path(), fixture.campaign, NOW).await;
    let mut names = Vec::new();
    for file in std::fs::read_dir(fixture.directory.path()).unwrap() {
        let file = file.unwrap();
        names.push(file.file_name().into_string().unwrap());
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?} is {mode:o}", file.file_name());
    }
    names.sort();
    assert_eq!(names, ["calls.db", "calls.db-shm", "calls.db-wal", "calls.db.1.lock"]);
}

#[tokio::test]
async fn it_is_written_to_the_disk_with_every_turn() {
    let mut fixture = Fixture::of(1).await;
    let settings = fixture.store.settings().await.unwrap();
    assert_eq!(
        settings,
        [
            ("journal_mode", "wal".to_owned()),
            ("synchronous", "2".to_owned()),
            ("foreign_keys", "1".to_owned())
        ]
    );
}

#[tokio::test]
async fn a_file_of_another_program_or_of_a_newer_version_is_refused_and_left_alone() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("other.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::query("CREATE TABLE addresses (id)").execute(&mut connection).await.unwrap();
    let error = refused(&path, true).await;
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    assert!(error.to_string().contains("another program"), "{error}");

    let text = directory.path().join("list.csv");
    std::fs::write(&text, "to_number\n".repeat(100)).unwrap();
    assert_eq!(refused(&text, true).await.kind(), StoreErrorKind::Corrupt);
    assert_eq!(std::fs::read_to_string(&text).unwrap(), "to_number\n".repeat(100));

    let fixture = Fixture::of(1).await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99, 'later', 1, x'00', 0)";
    sqlx::query(newer).execute(&mut fixture.sql().await).await.unwrap();
    let error = refused(&fixture.path(), true).await;
    assert!(error.to_string().contains("version 99"), "{error}");
    let error = Database::read_only(fixture.path()).await.unwrap_err();
    assert!(error.to_string().contains("or a newer one"), "{error}");
}

#[tokio::test]
async fn a_damaged_file_is_called_so() {
    let fixture = Fixture::of(500).await;
    let path = fixture.path();
    let mut sql = fixture.sql().await;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(&mut sql).await.unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(4096) {
        *byte = 0xa5;
    }
    let copy = fixture.directory.path().join("copy.db");
    std::fs::write(&copy, bytes).unwrap();
    assert_eq!(refused(&copy, false).await.kind(), StoreErrorKind::Corrupt);
}

#[tokio::test]
async fn several_who_make_it_at_once_get_the_same_one() {
    for _ in 0..5 {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("calls.db");
        let opening: Vec<_> = (0..8).map(|_| tokio::spawn(Database::open(path.clone(), true))).collect();
        for opened in opening {
            opened.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn on_a_full_disk_a_turn_saves_nothing_and_with_room_the_same_turn_saves_all() {
    let mut fixture = Fixture::of(20).await;
    let mut list: Vec<_> = (1..=20).map(intent).collect();
    for (change, nth) in list.iter_mut().zip(0..) {
        // Longer than what is free in the pages that are there.
        change.reason = format!("{nth} {}", "because ".repeat(4000));
    }
    let turn = turn(NOW, list, Some(fetch_due(NOW, 99)));
    fixture.store.limit_pages(1);
    for _ in 0..3 {
        let error = fixture.store.turn(&turn).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
        assert!(error.to_string().contains("make room"), "{error}");
        assert_eq!(fixture.count("SELECT count(*) FROM recipients WHERE state <> 'scheduled'").await, 0);
        assert_eq!(fixture.count("SELECT count(*) FROM attempts").await, 0);
        let due = fixture.due(NOW, 99).await;
        assert_eq!(due.due.len(), 20, "it can be read");
    }
    fixture.store.limit_pages(u32::MAX - 1);
    let turned = fixture.store.turn(&turn).await.unwrap();
    assert_eq!((turned.refused.as_slice(), ids(&turned).as_slice()), (&[][..], &[][..]));
    assert_eq!(fixture.count("SELECT count(*) FROM attempts").await, 20);
}

/// Root may write what nobody may; the directory that is no directory stops root, too.
#[cfg(unix)]
#[tokio::test]
async fn a_file_that_may_not_be_written_is_read_and_says_so_when_it_is_written() {
    let fixture = Fixture::of(2).await;
    let path = fixture.path();
    let mut reader = Database::read_only(&path).await.unwrap();
    assert_eq!(reader.tally(fixture.campaign).await.unwrap()[&State::Scheduled], 2);
    let error = reader.create_campaign(&new_campaign("autumn", Duplicates::First)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::ReadOnly, "{error}");
    assert!(error.to_string().contains("writable"), "{error}");
    let mut store = reader.store(fixture.campaign).await.unwrap();
    let error = store.turn(&turn(NOW, vec![intent(1)], None)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::ReadOnly, "{error}");
    let turned = store.turn(&turn(NOW, Vec::new(), Some(fetch_due(NOW, 9)))).await.unwrap();
    assert_eq!(ids(&turned), [1, 2]);
}

#[tokio::test]
async fn a_database_that_somebody_holds_is_busy_and_free_again_later() {
    let mut fixture = Fixture::of(1).await;
    fixture.store.set_patience(Duration::from_millis(50));
    let mut browser = fixture.sql().await;
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut browser).await.unwrap();
    let turn = turn(NOW, vec![intent(1)], None);
    let error = fixture.store.turn(&turn).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Busy, "{error}");
    assert!(error.to_string().contains("another process"), "{error}");
    assert_eq!(fixture.due(NOW, 1).await.due.len(), 1, "reading does not wait");
    sqlx::query("COMMIT").execute(&mut browser).await.unwrap();
    assert_eq!(fixture.store.turn(&turn).await.unwrap().refused, []);
}

#[tokio::test]
async fn somebody_who_holds_it_for_a_moment_is_waited_for() {
    let mut fixture = Fixture::of(2).await;
    let mut browser = fixture.sql().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut browser).await.unwrap();
    let mut hasty =
        Database::open(fixture.path(), false).await.unwrap().store(fixture.campaign).await.unwrap();
    hasty.set_patience(Duration::from_millis(300));
    let (turn, later) = (turn(NOW, vec![intent(1)], None), turn(NOW, vec![intent(2)], None));
    let (turned, ()) = tokio::join!(fixture.store.turn(&turn), async {
        // Once another that came later has waited in vain, the first has waited as long.
        assert_eq!(hasty.turn(&later).await.unwrap_err().kind(), StoreErrorKind::Busy);
        sqlx::query("COMMIT").execute(&mut browser).await.unwrap();
    });
    assert_eq!(turned.unwrap().refused, []);
}

#[tokio::test]
async fn a_turn_that_is_dropped_at_any_point_leaves_all_or_nothing_and_the_store_usable() {
    let mut fixture = Fixture::of(1600).await;
    let mut cut_off = 0;
    for nth in 0..100 {
        let rows = (nth * 16 + 1)..=(nth * 16 + 16);
        let turn = turn(NOW, rows.map(intent).collect(), Some(fetch_due(NOW, 9)));
        let patience = Duration::from_micros(20 * nth.unsigned_abs());
        cut_off += i64::from(tokio::time::timeout(patience, fixture.store.turn(&turn)).await.is_err());
        // In one statement: what was cut off at its very end may be saved between two.
        let parts = "SELECT count(*) FROM recipients AS r WHERE state = 'dialing'
            AND NOT EXISTS (SELECT 1 FROM attempts AS t WHERE t.recipient_id = r.id)";
        assert_eq!(fixture.count(parts).await, 0);
        let rest = "SELECT count(*) % 16 FROM recipients WHERE state = 'dialing'";
        assert_eq!(fixture.count(rest).await, 0, "some of a turn and not all");
        assert_eq!(fixture.store.turn(&turn).await.unwrap().refused, [], "the same turn again");
        assert_eq!(fixture.count("SELECT count(*) FROM attempts").await, nth * 16 + 16);
    }
    assert!(cut_off > 0, "no turn was cut off");
}

#[tokio::test]
async fn what_cannot_be_saved_undoes_all_of_its_turn() {
    let mut fixture = Fixture::of(2).await;
    let mut wrong = change(99, State::Failed, "");
    wrong.note = true;
    fixture.save(vec![intent(1), wrong]).await.unwrap_err();
    assert_eq!(fixture.count("SELECT count(*) FROM attempts").await, 0);
    assert_eq!(fixture.count("SELECT count(*) FROM recipients WHERE state = 'scheduled'").await, 2);
    fixture.save(vec![intent(1)]).await.unwrap();
}

#[tokio::test]
async fn what_the_database_cannot_hold_is_said_without_what_it_holds() {
    let mut fixture = Fixture::with(&[entry(1, 1)]).await;
    let update = "UPDATE recipients SET to_number = '0049 151 5550001', metadata = '{\"a\": 1}'";
    sqlx::query(update).execute(&mut fixture.sql().await).await.unwrap();
    let fetch = turn(NOW, Vec::new(), Some(fetch_due(NOW, 9)));
    let error = fixture.store.turn(&fetch).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    assert!(error.to_string().contains("column to_number of row 1"), "{error}");
    assert!(!format!("{error} {error:?}").contains("5550001"), "{error}");
}

#[tokio::test]
async fn copies_of_the_files_at_any_moment_open_with_all_turns_that_were_answered() {
    let mut fixture = Fixture::of(300).await;
    let path = fixture.path();
    for id in 1..=300_i64 {
        fixture.save(vec![intent(id)]).await.unwrap();
        if id % 30 == 0 {
            let copy = TempDir::new().unwrap();
            let copied = copy.path().join("calls.db");
            std::fs::copy(&path, &copied).unwrap();
            std::fs::copy(path.with_file_name("calls.db-wal"), copied.with_file_name("calls.db-wal"))
                .unwrap();
            let mut database = Database::open(&copied, false).await.unwrap();
            let tally = database.tally(fixture.campaign).await.unwrap();
            assert_eq!(tally[&State::Dialing], id.unsigned_abs());
        }
    }
}

#[tokio::test]
async fn a_log_that_was_cut_off_in_the_middle_of_a_turn_opens_without_that_turn() {
    let mut fixture = Fixture::of(66).await;
    let wal = fixture.path().with_file_name("calls.db-wal");
    // From here on the log has nothing of the import.
    fixture.save(vec![intent(65)]).await.unwrap();
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(&mut fixture.sql().await).await.unwrap();
    fixture.save(vec![intent(66)]).await.unwrap();
    let before = std::fs::metadata(&wal).unwrap().len();
    fixture.save((1..=32).map(intent).collect()).await.unwrap();
    let between = std::fs::metadata(&wal).unwrap().len();
    fixture.save((33..=64).map(intent).collect()).await.unwrap();
    let (main, log) = (std::fs::read(fixture.path()).unwrap(), std::fs::read(&wal).unwrap());
    assert!(before < between && between < log.len() as u64, "the log grows with each turn here");
    let end = log.len() as u64;
    for cut in (before..end).step_by(1000).chain([between, end - 1, end]) {
        let copy = TempDir::new().unwrap();
        let copied = copy.path().join("calls.db");
        std::fs::write(&copied, &main).unwrap();
        std::fs::write(copied.with_file_name("calls.db-wal"), &log[..usize::try_from(cut).unwrap()]).unwrap();
        let tally = Database::open(&copied, false).await.unwrap().tally(fixture.campaign).await.unwrap();
        let dialing = tally[&State::Dialing] - 2;
        let whole = if cut < between { 0 } else { 32 };
        assert_eq!(dialing, if cut == end { 64 } else { whole }, "cut at {cut}");
    }
}

#[tokio::test]
async fn campaigns_of_one_file_do_not_mix() {
    let mut fixture = Fixture::of(2).await;
    let other = imported(&mut fixture.database, "autumn", Duplicates::Each, &[entry(1, 9)]).await;
    let mut theirs = fixture.database.store(other).await.unwrap();
    let turned = theirs.turn(&turn(NOW, Vec::new(), Some(fetch_due(NOW, 9)))).await.unwrap();
    assert_eq!(ids(&turned), [3]);
    assert_eq!(ids(&fixture.due(NOW, 9).await), [1, 2]);
    fixture.sql().await.close().await.unwrap();
}

//! Suppression lists that change while a campaign runs.

use std::time::Duration;

use polyai_outbound::campaign::{Store, SuppressionList, WatchedStore};
use polyai_outbound::core::campaign::{Obstacle, RecipientId, Refusal, State, Turned};

use crate::common::{Fixture, NOW, change, fetch_due, ids, intent, number, turn};

/// Shorter than by default, so that tests need not wait for long.
const STILL: Duration = Duration::from_millis(150);

/// A campaign of three rows whose store watches a list with these lines.
async fn watched(lines: &str) -> (Fixture, WatchedStore, std::path::PathBuf) {
    let fixture = Fixture::of(3).await;
    let path = fixture.directory.path().join("never.txt");
    std::fs::write(&path, lines).unwrap();
    let store = watching(&fixture, &path).await;
    (fixture, store, path)
}

async fn watching(fixture: &Fixture, path: &std::path::Path) -> WatchedStore {
    let database = polyai_outbound::campaign::Database::open(fixture.path(), false).await.unwrap();
    let list = SuppressionList::new(path, None).may_be_empty(true);
    let mut store = WatchedStore::new(database, fixture.campaign, vec![list]).await.unwrap();
    store.set_still(STILL);
    store
}

async fn dial(store: &mut WatchedStore, id: i64) -> Turned {
    store.turn(&turn(NOW, vec![intent(id)], None)).await.unwrap()
}

fn suppressed(id: i64) -> Vec<Refusal> {
    vec![Refusal { id: RecipientId(id), obstacle: Obstacle::Suppressed }]
}

#[tokio::test]
async fn a_number_that_comes_on_a_list_is_not_dialed_from_the_next_turn_on_and_one_that_leaves_it_is() {
    let (fixture, mut store, path) = watched("# nobody yet\n").await;
    assert_eq!(dial(&mut store, 1).await.refused, []);
    std::fs::write(&path, format!("{}\n", number(2).as_str())).unwrap();
    assert_eq!(dial(&mut store, 2).await.refused, suppressed(2));
    // Put in place whole, as programs do; of the same length.
    let new = fixture.directory.path().join("new.txt");
    std::fs::write(&new, format!("{}\n", number(3).as_str())).unwrap();
    std::fs::rename(&new, &path).unwrap();
    assert_eq!(dial(&mut store, 3).await.refused, suppressed(3));
    assert_eq!(dial(&mut store, 2).await.refused, suppressed(2), "not before the file was still for a while");
    tokio::time::sleep(STILL).await;
    assert_eq!(dial(&mut store, 3).await.refused, suppressed(3));
    assert_eq!(dial(&mut store, 2).await.refused, []);
    assert_eq!(fixture.text("SELECT group_concat(state) FROM recipients").await, "dialing,dialing,scheduled");
}

#[tokio::test]
async fn a_list_that_cannot_be_read_stops_the_calling_and_nothing_else_until_it_can() {
    let (fixture, mut store, path) = watched("").await;
    assert_eq!(dial(&mut store, 1).await.blocked, None);
    let lines = format!("{}\n", number(2).as_str());
    for spoilt in [Some("415555O100\n"), None] {
        match spoilt {
            Some(text) => std::fs::write(&path, text).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let ended = change(1, State::Succeeded, "the call ended in success");
        let changes = vec![intent(3), ended];
        let turned = store.turn(&turn(NOW, changes, Some(fetch_due(NOW, 9)))).await.unwrap();
        let why = turned.blocked.as_deref().unwrap();
        assert!(why.contains("never.txt"), "{why}");
        assert!(!why.contains("415555"), "{why}");
        assert_eq!(turned.refused, [Refusal { id: RecipientId(3), obstacle: Obstacle::NotScheduled }]);
        assert_eq!(ids(&turned), [2, 3], "who may be called when it can be read again");
        assert_eq!(fixture.text("SELECT state FROM recipients WHERE id = 1").await, "succeeded");
    }
    std::fs::write(&path, lines).unwrap();
    let turned = dial(&mut store, 2).await;
    assert_eq!((turned.blocked, turned.refused), (None, suppressed(2)));
}

/// Where there is one thread for all, calls would not be followed meanwhile.
#[cfg(unix)]
#[tokio::test(flavor = "current_thread")]
async fn calls_are_followed_while_a_list_is_read() {
    let fixture = Fixture::of(1).await;
    let path = fixture.directory.path().join("never.txt");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let mut store = watching(&fixture, &path).await;
    let slow = path.clone();
    let writer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(600));
        std::fs::write(slow, "# nobody\n").unwrap();
    });
    let mut ticks = 0;
    let mut every = tokio::time::interval(Duration::from_millis(20));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let asked = turn(NOW, Vec::new(), None);
    let mut turned = std::pin::pin!(store.turn(&asked));
    loop {
        tokio::select! {
            done = &mut turned => break drop(done.unwrap()),
            _ = every.tick() => ticks += 1,
        }
    }
    writer.join().unwrap();
    assert!(ticks > 5, "{ticks}");
}

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
    store.set_still(Duration::from_secs(3600));
    assert_eq!(dial(&mut store, 1).await.refused, []);
    std::fs::write(&path, format!("{}\n", number(2).as_str())).unwrap();
    assert_eq!(dial(&mut store, 2).await.refused, suppressed(2));
    // Put in place whole, as programs do; of the same length.
    let new = fixture.directory.path().join("new.txt");
    std::fs::write(&new, format!("{}\n", number(3).as_str())).unwrap();
    std::fs::rename(&new, &path).unwrap();
    assert_eq!(dial(&mut store, 3).await.refused, suppressed(3));
    assert_eq!(dial(&mut store, 2).await.refused, suppressed(2), "not before the file was still for a while");
    store.set_still(Duration::ZERO);
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

/// How many are on the list of [`listed`].
const LISTED: u64 = 20;

/// A campaign of rows that are all on a list, whose store watches it.
async fn listed() -> (Fixture, WatchedStore, std::path::PathBuf) {
    let fixture = Fixture::of(LISTED + 1).await;
    let path = fixture.directory.path().join("never.txt");
    std::fs::write(&path, lines(1..=LISTED)).unwrap();
    let mut store = watching(&fixture, &path).await;
    assert_eq!(ring(&mut store).await, (0, None));
    tokio::time::sleep(STILL).await;
    assert_eq!(ring(&mut store).await, (0, None));
    (fixture, store, path)
}

fn lines(rows: impl IntoIterator<Item = u64>) -> String {
    rows.into_iter().map(|row| format!("{}\n", number(row).as_str())).collect()
}

/// Tries to call everybody who was on the list: how many would ring, and what stands in the way.
async fn ring(store: &mut WatchedStore) -> (usize, Option<String>) {
    let ids = 1..=i64::try_from(LISTED).unwrap();
    let turned = store.turn(&turn(NOW, ids.map(intent).collect(), None)).await.unwrap();
    (usize::try_from(LISTED).unwrap() - turned.refused.len(), turned.blocked)
}

/// A step of rewriting a file.
type Step = fn(&std::path::Path);

fn put(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

/// A new file in the place of the old one.
fn replace(path: &std::path::Path, text: &str) {
    let new = path.with_extension("new");
    put(&new, text);
    std::fs::rename(new, path).unwrap();
}

fn append(path: &std::path::Path, text: &str) {
    let mut file = std::fs::File::options().append(true).create(true).open(path).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
}

fn overwrite(path: &std::path::Path, text: &str, length: u64) {
    let mut file = std::fs::File::options().write(true).open(path).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    file.set_len(length).unwrap();
}

#[cfg(unix)]
fn point(path: &std::path::Path, text: &str) {
    let target = path.with_extension(format!("to{}", text.len()));
    put(&target, text);
    let link = path.with_extension("link");
    let _ = std::fs::remove_file(&link);
    std::os::unix::fs::symlink(&target, &link).unwrap();
    std::fs::rename(link, path).unwrap();
}

#[cfg(unix)]
fn allow(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Ways in which files are rewritten, each step of which is looked at, for a moment and for longer than a file has to be still.
#[cfg(unix)]
const WAYS: [(&str, &[Step]); 14] = [
    ("> file", &[|it| put(it, ""), |it| put(it, &lines(1..=LISTED))]),
    (
        "curl -o",
        &[
            |it| put(it, ""),
            |it| append(it, &lines(1..=4)),
            |it| append(it, &lines(5..=11)),
            |it| {
                append(it, &lines(12..=LISTED));
            },
        ],
    ),
    ("cut within a number", &[|it| overwrite(it, "", 50), |it| put(it, &lines(1..=LISTED))]),
    ("mv of a short one", &[|it| replace(it, &lines(3..=5)), |it| replace(it, &lines(1..=LISTED))]),
    (
        "rsync --inplace",
        &[|it| overwrite(it, &lines((1..=LISTED).rev()), 26 * 5), |it| put(it, &lines((1..=LISTED).rev()))],
    ),
    (
        ">> file",
        &[|it| append(it, &lines([99])), |it| append(it, "\n# twice\n+14155550"), |it| append(it, "199\n")],
    ),
    ("rm", &[|it| std::fs::remove_file(it).unwrap(), |it| put(it, &lines(1..=LISTED))]),
    (
        "mv to a backup",
        &[
            |it| std::fs::rename(it, it.with_extension("bak")).unwrap(),
            |it| std::fs::rename(it.with_extension("bak"), it).unwrap(),
        ],
    ),
    ("chmod", &[|it| allow(it, 0), |it| allow(it, 0o600)]),
    ("ln -sf", &[|it| point(it, &lines(1..=2)), |it| point(it, &lines(1..=LISTED))]),
    ("header alone", &[|it| put(it, "phone\n"), |it| put(it, &format!("phone\n{}", lines(1..=LISTED)))]),
    ("comments alone", &[|it| put(it, "# export of today\n"), |it| put(it, &lines(1..=LISTED))]),
    (
        "a folder",
        &[
            |it| {
                std::fs::remove_file(it).unwrap();
                std::fs::create_dir(it).unwrap();
            },
            |it| {
                std::fs::remove_dir(it).unwrap();
                put(it, &lines(1..=LISTED));
            },
        ],
    ),
    (
        "a quote",
        &[
            |it| put(it, &format!("phone,why\n{}", lines(1..=LISTED).replacen('\n', ",\"x\n", 1))),
            |it| put(it, &lines(1..=LISTED)),
        ],
    ),
];

#[cfg(unix)]
#[tokio::test]
async fn however_a_list_is_rewritten_nobody_on_it_rings() {
    for (way, steps) in WAYS {
        let (_fixture, mut store, path) = listed().await;
        for (nth, step) in steps.iter().enumerate() {
            step(&path);
            assert_eq!(ring(&mut store).await.0, 0, "{way}, step {nth}");
            tokio::time::sleep(STILL).await;
            assert_eq!(ring(&mut store).await.0, 0, "{way}, step {nth}, and still");
        }
        assert_eq!(ring(&mut store).await, (0, None), "{way}: whole again");
    }
}

#[tokio::test]
async fn a_number_leaves_a_list_when_the_file_has_been_still_and_not_before() {
    let (_fixture, mut store, path) = listed().await;
    put(&path, &lines(2..=LISTED));
    for _ in 0..4 {
        tokio::time::sleep(STILL * 2 / 3).await;
        append(&path, "# still being written\n");
        assert_eq!(ring(&mut store).await, (0, None));
    }
    tokio::time::sleep(STILL).await;
    assert_eq!(ring(&mut store).await, (1, None), "of twenty one");
}

#[tokio::test]
async fn a_list_that_lost_more_than_a_tenth_blocks_until_a_person_accepts_it() {
    for (kept, is_blocked) in [(18, false), (17, true), (10, true), (1, true), (0, true)] {
        let (mut fixture, mut store, path) = listed().await;
        store.set_still(Duration::from_secs(3600));
        replace(&path, &lines(1..=kept));
        for _ in 0..2 {
            let (rang, why) = ring(&mut store).await;
            assert_eq!((rang, why.is_some()), (0, is_blocked), "{kept}");
            if let Some(why) = why {
                let numbers = if kept == 1 { "number" } else { "numbers" };
                let said = format!("holds {kept} {numbers}, where it held 20 before");
                assert!(why.contains(&said) && why.contains("--accept-shorter-suppression"), "{why}");
            }
        }
        store.set_still(Duration::ZERO);
        if is_blocked {
            let (rang, why) = ring(&mut store).await;
            assert!(rang == 0 && why.is_some(), "time alone is no person: {kept}");
            // Nor is another run.
            let mut again = watching(&fixture, &path).await;
            assert!(ring(&mut again).await.1.is_some(), "{kept}");
            let source = path.display().to_string();
            fixture.database.accept_suppressions(fixture.campaign, &source, kept).await.unwrap();
        }
        let gone = usize::try_from(LISTED - kept).unwrap();
        assert_eq!(ring(&mut store).await, (gone, None), "{kept}");
    }
}

#[tokio::test]
async fn a_list_that_is_drained_drop_by_drop_blocks_when_a_tenth_is_gone() {
    let (_fixture, mut store, path) = listed().await;
    // An intent that was saved before is the same when it is saved again.
    for (kept, before, after) in [(19, 0, Some(1)), (18, 1, Some(2)), (17, 0, None)] {
        replace(&path, &lines(1..=kept));
        assert_eq!(ring(&mut store).await.0, before, "{kept}");
        tokio::time::sleep(STILL).await;
        let (rang, why) = ring(&mut store).await;
        assert_eq!((rang, why.is_none()), (after.unwrap_or_default(), after.is_some()), "{kept}");
    }
}

#[tokio::test]
async fn a_list_that_never_held_a_number_blocks_unless_it_may_be_empty() {
    for text in ["", "\u{feff}", "phone\n", "# nobody\n", "\r\n\r\n", "phone,name\r\n"] {
        let fixture = Fixture::of(LISTED).await;
        let path = fixture.directory.path().join("never.txt");
        put(&path, text);
        let mut store = watching(&fixture, &path).await;
        assert_eq!(ring(&mut store).await, (20, None), "{text:?}: it may be");
        let fixture = Fixture::of(LISTED).await;
        let database = polyai_outbound::campaign::Database::open(fixture.path(), false).await.unwrap();
        let lists = vec![SuppressionList::new(&path, None)];
        let mut store = WatchedStore::new(database, fixture.campaign, lists).await.unwrap();
        let (rang, why) = ring(&mut store).await;
        assert!(rang == 0 && why.is_some_and(|why| why.contains("holds no number")), "{text:?}");
    }
}

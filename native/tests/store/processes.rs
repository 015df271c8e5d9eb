//! Other processes: one runner each, and runners that are killed.

use std::io::{BufRead, BufReader, Lines, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use polyai_outbound::campaign::{CampaignId, Database, LockError, RunnerLock, Store};
use polyai_outbound::core::campaign::{Fetch, State};

use crate::common::{Fixture, NOW, intent, turn};

/// What a child process of these tests is to do, and with which database.
const TASK: &str = "STORE_TEST_TASK";
const DATABASE: &str = "STORE_TEST_DATABASE";

/// This test binary once more, for one task; killed when dropped.
struct Other {
    child: Child,
    says: Lines<BufReader<ChildStdout>>,
}

impl Other {
    fn start(task: &str, database: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "processes::what_the_other_process_does", "--nocapture"]);
        command.env(TASK, task).env(DATABASE, database).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let says = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, says }
    }

    /// What it says, up to a line that begins so.
    fn until(&mut self, begin: &str) -> String {
        self.says.by_ref().map(Result::unwrap).find(|line| line.starts_with(begin)).unwrap()
    }

    /// The next row that it says is saved.
    fn saved(&mut self) -> i64 {
        self.until("saved ").strip_prefix("saved ").unwrap().parse().unwrap()
    }

    /// Ends it without warning, and tells which further rows it had said were saved.
    fn kill(mut self) -> Vec<i64> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.says
            .by_ref()
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("saved ")?.parse().ok())
            .collect()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Not a test of its own: the other side of those below.
#[tokio::test]
async fn what_the_other_process_does() {
    let Ok(task) = std::env::var(TASK) else { return };
    let path = std::env::var_os(DATABASE).unwrap();
    let campaign = CampaignId(1);
    let _lock = RunnerLock::acquire(path.as_ref(), campaign, NOW).await.unwrap();
    say("locked");
    if task == "hold" {
        // Nothing comes: until the test is over.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        return;
    }
    let mut store = Database::open(&path, false).await.unwrap().store(campaign).await.unwrap();
    loop {
        let fetch = Fetch::Due { by: NOW, limit: 1, dialed_since: NOW };
        let due = store.turn(&turn(NOW, Vec::new(), Some(fetch))).await.unwrap().due;
        let Some(next) = due.first() else { return };
        store.turn(&turn(NOW, vec![intent(next.id.0)], None)).await.unwrap();
        say(&format!("saved {}", next.id.0));
    }
}

/// At once, and past the capture of test output.
fn say(line: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{line}").unwrap();
    out.flush().unwrap();
}

#[tokio::test]
async fn a_second_runner_is_told_who_the_first_is_and_may_run_once_that_is_killed() {
    let fixture = Fixture::of(1).await;
    let path = fixture.path();
    assert!(RunnerLock::look(&path, fixture.campaign).unwrap().is_none());
    let mut other = Other::start("hold", &path);
    other.until("locked");
    let refused = RunnerLock::acquire(&path, fixture.campaign, NOW).await.unwrap_err();
    let LockError::AlreadyRunning(Some(holder)) = &refused else { panic!("{refused}") };
    assert_eq!((holder.pid, holder.since), (other.child.id(), NOW));
    assert!(!holder.host.is_empty());
    assert!(refused.to_string().contains(&format!("process {} on {}", holder.pid, holder.host)), "{refused}");
    assert_eq!(RunnerLock::look(&path, fixture.campaign).unwrap().flatten().as_ref(), Some(holder));
    other.kill();
    let lock = RunnerLock::acquire(&path, fixture.campaign, NOW).await.unwrap();
    assert_eq!(lock.holder().pid, std::process::id());
}

#[tokio::test]
async fn a_lock_is_for_one_campaign_and_for_one_file_by_whatever_name() {
    let fixture = Fixture::of(1).await;
    let path = fixture.path();
    let lock = RunnerLock::acquire(&path, CampaignId(1), NOW).await.unwrap();
    RunnerLock::acquire(&path, CampaignId(2), NOW).await.unwrap();
    let detour = fixture.directory.path().join(".").join("calls.db");
    assert!(RunnerLock::acquire(&detour, CampaignId(1), NOW).await.is_err());
    #[cfg(unix)]
    {
        let link = fixture.directory.path().join("link.db");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(RunnerLock::acquire(&link, CampaignId(1), NOW).await.is_err());
    }
    drop(lock);
    RunnerLock::acquire(&detour, CampaignId(1), NOW).await.unwrap();
}

#[tokio::test]
async fn who_only_looks_keeps_nobody_from_running() {
    let fixture = Fixture::of(1).await;
    let path = fixture.path();
    let looking = std::thread::spawn({
        let path = path.clone();
        move || (0..2000).for_each(|_| drop(RunnerLock::look(&path, CampaignId(1)).unwrap()))
    });
    while !looking.is_finished() {
        drop(RunnerLock::acquire(&path, CampaignId(1), NOW).await.unwrap());
    }
    looking.join().unwrap();
}

#[tokio::test]
async fn what_was_saved_when_the_process_was_killed_is_there_and_nothing_is_half_saved() {
    let mut fixture = Fixture::of(20_000).await;
    let path = fixture.path();
    let mut saved = 0;
    for round in 1..=12 {
        let mut other = Other::start("run", &path);
        let mut told: Vec<_> = (0..round * 4).map(|_| other.saved()).collect();
        // Each time at another point of the turn that is on its way.
        tokio::time::sleep(Duration::from_micros(200 * round)).await;
        told.extend(other.kill());
        for id in &told {
            assert_eq!(state(&fixture, *id).await, State::Dialing.as_str(), "row {id} was said to be saved");
        }
        saved += told.len();
        let halves = "SELECT count(*) FROM recipients AS r WHERE (r.state = 'dialing') <>
            EXISTS (SELECT 1 FROM attempts AS t WHERE t.recipient_id = r.id)";
        assert_eq!(fixture.count(halves).await, 0);
    }
    let dialing = fixture.count("SELECT count(*) FROM recipients WHERE state = 'dialing'").await;
    assert!(usize::try_from(dialing).unwrap() >= saved);
    assert!(
        usize::try_from(dialing).unwrap() <= saved + 12,
        "at most the turn that was on its way at each kill"
    );
    assert_eq!(fixture.text("PRAGMA integrity_check").await, "ok");
    let unfinished =
        fixture.store.turn(&turn(NOW, Vec::new(), Some(Fetch::Unfinished))).await.unwrap().unfinished;
    assert_eq!(unfinished.len(), usize::try_from(dialing).unwrap());
}

async fn state(fixture: &Fixture, id: i64) -> String {
    let query = sqlx::query_scalar("SELECT state FROM recipients WHERE id = ?1").bind(id);
    query.fetch_one(&mut fixture.sql().await).await.unwrap()
}

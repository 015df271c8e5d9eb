//! A campaign in a database of its own, on a sandbox of its own.

use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use polyai_outbound::campaign::{Attempt, Change, Database, Outcome, State, Store, Turn, Who};
use polyai_outbound::sandbox::RunningSandbox;
use serde_json::Value;

use super::{LONGEST, Ran, Run, Running, outbound_at, sandbox};

/// Windows that are always open: that somebody's zone is not known still counts.
pub(crate) const ALWAYS: [&str; 4] = ["--window", "mon-sun 00:00-24:00", "--window-margin", "0s"];

pub(crate) struct Kept {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) sandbox: RunningSandbox,
}

impl Kept {
    /// An empty folder, and a sandbox in which a minute of a call takes a second.
    pub(crate) async fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), sandbox: sandbox(60.0).await }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path("calls.db")
    }

    pub(crate) fn write(&self, name: &str, lines: &[impl AsRef<str>]) -> PathBuf {
        let lines: String = lines.iter().map(|it| format!("{}\n", it.as_ref())).collect();
        let path = self.path(name);
        std::fs::write(&path, lines).unwrap();
        path
    }

    /// `outbound campaign …` by Ada, with the database but without a service or a token.
    pub(crate) fn says<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Run {
        let words = ["campaign"].into_iter().chain(args);
        let run = super::outbound(words).env("POLYAI_OUTBOUND_DB", self.database()).env("USER", "ada");
        run.env("POLYAI_OUTBOUND_STATE_DIR", self.path("state"))
    }

    /// `outbound campaign run LIST …`, fast and on the sandbox.
    pub(crate) fn runs(&self, list: &str, more: &[&str]) -> Run {
        let path = self.path(list).display().to_string();
        let args =
            ["campaign", "run", path.as_str(), "--timeout", "2", "--max-retries", "0", "--lost-after", "2"];
        let url = self.sandbox.base_url();
        outbound_at(&url, args.into_iter().chain(more.iter().copied()))
            .env("POLYAI_OUTBOUND_DB", self.database())
            .env("POLYAI_OUTBOUND_STATE_DIR", self.path("state"))
            .env("USER", "ada")
    }

    /// `outbound campaign …` in the campaign's folder, whose database it names from there, on the sandbox.
    pub(crate) fn runs_here(&self, words: &[&str]) -> Run {
        let run = self.says(words.iter().copied()).env("TZ", "UTC").env("POLYAI_OUTBOUND_DB", "calls.db");
        let run = run.env("POLYAI_OUTBOUND_BASE_URL", self.sandbox.base_url());
        run.env("POLYAI_OUTBOUND_TOKEN", "sandbox").current_dir(self.folder.path())
    }

    /// The one line of JSON that a command prints.
    pub(crate) async fn asks<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Value {
        self.says(args).arg("--json").ran().await.expect(0).only_json()
    }

    /// Returns when the campaign's status is so.
    pub(crate) async fn until(&self, is_so: impl Fn(&Value) -> bool) -> Value {
        self.comes_to(&["status", "--json"], is_so).await
    }

    /// The same of one of several.
    pub(crate) async fn until_of(&self, name: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        self.comes_to(&["status", name, "--json"], is_so).await
    }

    async fn comes_to(&self, status: &[&str], is_so: impl Fn(&Value) -> bool) -> Value {
        let since = Instant::now();
        while since.elapsed() < LONGEST {
            if self.database().exists() {
                let ran = self.says(status.iter().copied()).ran().await;
                if ran.code == Some(0) && is_so(&ran.only_json()) {
                    return ran.only_json();
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the campaign does not come to that: {:?}", self.says(status.iter().copied()).ran().await);
    }

    /// The end of a row's call is lost, as after minutes in which the service refused every reading of it: rather than wait
    /// for them, that is written into the database.
    pub(crate) async fn loses(&self, row: u64) {
        let mut database = Database::open(self.database(), false).await.unwrap();
        let campaign = database.campaigns().await.unwrap().remove(0).id;
        let record = database.history(campaign, &Who::Row(row)).await.unwrap().remove(0).record;
        let (now, last) = (record.updated_at, record.last.unwrap());
        let attempt = Attempt {
            outcome: Outcome::Lost,
            ended_at: Some(now),
            error: Some("expired".into()),
            disposition: None,
            ..last
        };
        let lost = Change {
            id: record.id,
            row,
            state: State::StatusLost,
            due_at: None,
            wait: None,
            reason: "it was placed, and its end is lost: the status of this call has expired".to_owned(),
            tries: record.tries,
            attempt: Some(attempt),
            statuses: Vec::new(),
            note: true,
        };
        let turn =
            Turn { now, changes: vec![lost], breaker: None, not_again_within: Duration::ZERO, fetch: None };
        database.store(campaign).await.unwrap().turn(&turn).await.unwrap();
    }

    /// How often each number was really called, by the sandbox's own book.
    pub(crate) async fn rang(&self, number: &str) -> usize {
        self.book().await.iter().filter(|it| it.as_str() == number).count()
    }

    /// The numbers of all calls that were really placed.
    pub(crate) async fn book(&self) -> Vec<String> {
        let script = format!("curl -sS --noproxy '*' {}/_sandbox/calls", self.sandbox.base_url());
        let ran = super::shell(&script).ran().await.expect(0);
        let book: Value = serde_json::from_str(&ran.stdout).unwrap();
        let calls = book["calls"].as_array().expect("a list of calls");
        calls.iter().map(|call| call["to_number"].as_str().unwrap().to_owned()).collect()
    }

    /// Ends a run as Ctrl-C does, twice.
    pub(crate) async fn stops(&self, mut running: Running) -> Ran {
        running.signal("INT").await;
        running.tells("interrupted").await;
        // Signals within half a second are of one press.
        tokio::time::sleep(Duration::from_millis(600)).await;
        running.signal("INT").await;
        running.ran().await
    }
}

/// The fictional number of the San Francisco area with these last two digits, which choose how the call ends.
pub(crate) fn number(ending: u32) -> String {
    format!("+141555501{ending:02}")
}

/// A window that is closed for three days at least, wherever one is.
pub(crate) fn far_window() -> String {
    const DAYS: [&str; 7] = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];
    let days = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() / 86_400;
    let day = usize::try_from((days + 4) % 7).unwrap();
    format!("{} 10:00-16:00", DAYS[day])
}

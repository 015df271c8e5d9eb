//! Nobody is called again by accident: by another database, another name, an old copy, another token, another campaign.

use std::time::Duration;

use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{Attempt, Change, Database, Store, Turn, WaitRule, Who};

use crate::campaign::{Folder, list, numbers};
use crate::common::{Ran, Run, comes_true, outbound, outbound_at, sandbox};

/// A list of so many people, each of whom is reached.
fn folder(people: usize) -> Folder {
    let numbers = numbers(people, "0100");
    Folder::with(&list(numbers.iter().map(String::as_str)))
}

impl Folder {
    /// How many wait because another campaign called their number.
    async fn waiting(&self, name: &str) -> u64 {
        let mut database = Database::read_only(self.path("calls.db")).await.unwrap();
        let campaign = database.campaign(name).await.unwrap().unwrap();
        let waiting = database.waiting(campaign.id).await.unwrap();
        waiting.iter().filter(|it| it.rule == Some(WaitRule::RecentCall)).map(|it| it.recipients).sum()
    }
}

impl Folder {
    /// When the first is due of those who wait because another campaign called their number.
    async fn next_recent(&self, name: &str) -> Option<Timestamp> {
        let mut database = Database::read_only(self.path("calls.db")).await.unwrap();
        let campaign = database.campaign(name).await.unwrap()?;
        let waiting = database.waiting(campaign.id).await.unwrap();
        waiting.iter().find(|it| it.rule == Some(WaitRule::RecentCall)).map(|it| it.next)
    }

    /// The call of a row was so long ago, as far as the database knows; when that was.
    async fn ages(&self, name: &str, row: u64, ago: Duration) -> Timestamp {
        let mut database = Database::open(self.path("calls.db"), false).await.unwrap();
        let campaign = database.campaign(name).await.unwrap().unwrap().id;
        let record = database.history(campaign, &Who::Row(row)).await.unwrap().remove(0).record;
        let (now, last) = (record.updated_at, record.last.unwrap());
        let dialed_at = last.dialed_at - ago;
        let change = Change {
            id: record.id,
            row,
            state: record.state,
            due_at: None,
            wait: None,
            reason: record.reason,
            tries: record.tries,
            attempt: Some(Attempt { dialed_at, ..last }),
            statuses: Vec::new(),
            note: false,
        };
        let turn =
            Turn { now, changes: vec![change], breaker: None, not_again_within: Duration::ZERO, fetch: None };
        database.store(campaign).await.unwrap().turn(&turn).await.unwrap();
        dialed_at
    }
}

/// A run of some list from some database, with the memory of the folder's runs.
fn other(folder: &Folder, base_url: &str, file: &str, database: &str) -> Run {
    outbound_at(base_url, ["campaign", "run", "--rate", "50", "--no-windows", "a test"])
        .arg(folder.path(file))
        .arg("--db")
        .arg(folder.path(database))
        .env("POLYAI_OUTBOUND_STATE_DIR", folder.state.path())
}

#[track_caller]
fn refused(ran: Ran, code: i32, texts: &[&str]) {
    let ran = ran.expect(code).says(texts);
    assert!(!ran.said().contains("5550100"), "no number is told: {ran:?}");
}

#[tokio::test]
async fn a_list_that_was_run_before_is_not_run_from_another_database_unless_a_person_says_so() {
    let sandbox = sandbox(200.0).await;
    let (folder, url) = (folder(3), sandbox.base_url());
    folder.run(&url, ["--rate", "50"]).ran().await.expect(0);
    std::fs::copy(folder.path("people.csv"), folder.path("renamed.csv")).unwrap();
    std::fs::create_dir(folder.path("elsewhere")).unwrap();
    for (file, database) in [
        ("people.csv", "typo.db"),
        ("people.csv", "elsewhere/calls.db"),
        ("renamed.csv", "calls2.db"),
        ("renamed.csv", "calls.db"),
    ] {
        let ran = other(&folder, &url, file, database).ran().await;
        refused(ran, 2, &["this list was run on", "people", " 20", "to call these people again: --again"]);
        assert!(database == "calls.db" || !folder.path(database).exists(), "nothing is left of {database}");
    }
    std::fs::remove_file(folder.path("calls.db")).unwrap();
    let ran = other(&folder, &url, "people.csv", "calls.db").ran().await;
    refused(ran, 2, &["That database is not there any more: restore it from a backup", "--again"]);
    assert_eq!(sandbox.calls().len(), 3);
    other(&folder, &url, "people.csv", "typo.db").arg("--again").ran().await.expect(0);
    assert_eq!(sandbox.calls().len(), 6);
    // Another list, and another service, are other matters.
    folder.write("more.csv", &list(["+12125550129"]));
    other(&folder, &url, "more.csv", "more.db").ran().await.expect(0);
    let another = crate::common::sandbox(200.0).await;
    other(&folder, &another.base_url(), "people.csv", "other-service.db").ran().await.expect(0);
}

#[tokio::test]
async fn an_older_copy_of_a_database_and_one_without_its_log_call_nobody() {
    let sandbox = sandbox(200.0).await;
    let (folder, url) = (folder(4), sandbox.base_url());
    folder.run(&url, []).env("POLYAI_OUTBOUND_TOKEN", "wrong").ran().await.expect(3);
    std::fs::copy(folder.path("calls.db"), folder.path("early.db")).unwrap();
    let backup = |to: &str| {
        outbound(["campaign", "backup"])
            .arg("--db")
            .arg(folder.path("calls.db"))
            .arg("--to")
            .arg(folder.path(to))
    };
    let made = backup("backup.db").ran().await.expect(0);
    assert!(made.stdout.contains("with 1 campaign and all calls until now"), "{made:?}");
    made.says(&["`run` refuses to go on from it until --accept-older-database"]);
    backup("backup.db").ran().await.expect(6).says(&["there is a file of that name"]);
    folder.run(&url, ["--rate", "50"]).ran().await.expect(0);
    assert_eq!(sandbox.calls().len(), 4);
    let run = |database| other(&folder, &url, "people.csv", database);
    let accept = "--suppress FILE --accept-older-database";
    refused(run("early.db").ran().await, 6, &["it is an older copy", "4 calls were begun since", accept]);
    refused(run("backup.db").ran().await, 6, &["it is a backup, made on ", accept]);
    // On another machine it is not known what came after a backup.
    let foreign = tempfile::tempdir().unwrap();
    let ran = run("backup.db").env("POLYAI_OUTBOUND_STATE_DIR", foreign.path()).ran().await;
    refused(ran, 6, &["it is a backup", "who was called since is not in it"]);
    for name in ["early.db", "backup.db"] {
        std::fs::rename(folder.path(name), folder.path("calls.db")).unwrap();
        // That people may be called again is one thing, and that calls are missing in a database another.
        refused(run("calls.db").arg("--again").ran().await, 6, &[accept]);
    }
    assert_eq!(sandbox.calls().len(), 4);
    let ran = run("calls.db").arg("--accept-older-database").ran().await.expect(0);
    ran.says(&["warning: database", "it is a backup, made on ", "4 calls are missing in it"]);
    assert_eq!(sandbox.calls().len(), 8);
}

#[tokio::test]
async fn a_backup_after_which_nobody_was_called_goes_on_by_itself() {
    let sandbox = sandbox(200.0).await;
    let (folder, url) = (folder(2), sandbox.base_url());
    folder.run(&url, ["--rate", "50"]).ran().await.expect(0);
    let to = folder.path("backup.db");
    let backup =
        outbound(["campaign", "backup"]).arg("--db").arg(folder.path("calls.db")).arg("--to").arg(&to);
    backup.ran().await.expect(0);
    let mut copy = Database::open(&to, false).await.unwrap();
    assert!(copy.backup_at().await.unwrap().is_some());
    copy.close().await.unwrap();
    other(&folder, &url, "people.csv", "backup.db").ran().await.expect(0);
    assert_eq!(sandbox.calls().len(), 2);
}

#[tokio::test]
async fn another_token_goes_on_with_a_campaign_only_if_a_person_says_so() {
    let tokens = |token: &'static str| async move {
        let config = polyai_outbound::sandbox::Config::default().with_speed(200.0).unwrap();
        let config = config.with_token(polyai_outbound::Credential::new(token).unwrap());
        polyai_outbound::sandbox::SandboxServer::bind(([127, 0, 0, 1], 0).into(), config)
            .await
            .unwrap()
            .spawn()
    };
    let sandbox = tokens("connector-one-token").await;
    let (folder, url) = (folder(3), sandbox.base_url());
    let run = |token: &str, rate| folder.run(&url, ["--rate", rate]).env("POLYAI_OUTBOUND_TOKEN", token);
    // By a token that was wrong nobody was called, and the right one is no other one.
    run("typed-wrong", "50").ran().await.expect(3);
    let mut first = run("connector-one-token", "0.1").start();
    while sandbox.calls().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    first.signal("INT").await;
    first.tells("interrupted: ").await;
    first.ran().await.expect(130);
    for other in ["connector-two-token", "connector-one-toke", "Connector-one-token", "x", "sandbox"] {
        let ran = run(other, "50").ran().await;
        assert!(!ran.said().contains(other) || other == "x", "{ran:?}");
        refused(ran, 2, &["was begun with another token", "--other-token"]);
    }
    // A typing mistake binds nothing, because the service takes no call by it.
    run("connector-tow-token", "50").arg("--other-token").ran().await.expect(3);
    refused(run("connector-tow-token", "50").ran().await, 2, &["--other-token"]);
    run("connector-one-token", "50").ran().await.expect(0);
    assert_eq!(sandbox.calls().len(), 3);
    let database = std::fs::read(folder.path("calls.db")).unwrap();
    let is_in = |token: &str| database.windows(token.len()).any(|part| part == token.as_bytes());
    assert!(!is_in("connector-one-token") && !is_in("connector-two-token"));
}

#[tokio::test]
async fn numbers_that_another_campaign_called_wait_and_plan_and_run_tell_how_many() {
    let sandbox = sandbox(200.0).await;
    let (folder, url) = (folder(3), sandbox.base_url());
    folder.run(&url, ["--rate", "50"]).ran().await.expect(0);
    let ours = numbers(4, "0100");
    folder.write("autumn.csv", &list(ours.iter().map(String::as_str)));
    let plan = outbound(["campaign", "plan", "--json"]).arg(folder.path("autumn.csv")).arg("--db");
    let plan = plan.arg(folder.path("calls.db")).ran().await.expect(0).only_json();
    assert_eq!(plan["recently_called"], 3);
    let until = ["--again", "--until", "2099-01-01T00:00:00Z"];
    let mut run = other(&folder, &url, "autumn.csv", "calls.db").args(until).start();
    run.tells("3 rows have numbers that another campaign of the database called within").await;
    comes_true(async || sandbox.calls().len() == 4 && folder.waiting("autumn").await == 3).await;
    run.signal("INT").await;
    run.ran().await.expect(130);
    assert_eq!(sandbox.calls().len(), 4, "the fourth was called by nobody before");
    let why = outbound(["campaign", "why", "2", "--name", "autumn", "--db"]).arg(folder.path("calls.db"));
    let why = why.ran().await.expect(0).stdout;
    assert!(
        why.contains("another campaign called its number") && why.contains("--not-again-within"),
        "{why}"
    );
    folder.write("winter.csv", &list(ours.iter().rev().map(String::as_str)));
    // Only the minute's rest after any call is kept then.
    let mut free = other(&folder, &url, "winter.csv", "calls.db")
        .args(["--again", "--not-again-within", "none"])
        .start();
    free.tells("for another row with their number").await;
    assert_eq!(folder.waiting("winter").await, 0);
    free.signal("KILL").await;
    free.ran().await;
}

#[tokio::test]
async fn a_longer_and_a_shorter_time_between_campaigns_reach_those_who_wait_already() {
    const HOUR: Duration = Duration::from_secs(3600);
    let sandbox = sandbox(200.0).await;
    let (folder, url) = (folder(1), sandbox.base_url());
    folder.run(&url, ["--rate", "50"]).ran().await.expect(0);
    let dialed_at = folder.ages("people", 2, HOUR * 2).await;
    folder.write("autumn.csv", &list(numbers(1, "0100").iter().map(String::as_str)));
    let run = |more: &[&str]| {
        other(&folder, &url, "autumn.csv", "calls.db").args(["--again"]).args(more.iter().copied())
    };
    for (more, within) in [
        (&[][..], HOUR * 24),
        (&["--not-again-within", "3h"], HOUR * 3),
        (&["--not-again-within", "60h"], HOUR * 60),
        (&["--not-again-within", "150m"], HOUR * 5 / 2),
    ] {
        let running = run(more).start();
        let until = dialed_at + within;
        comes_true(async || folder.next_recent("autumn").await == Some(until)).await;
        running.signal("INT").await;
        running.ran().await.expect(130);
        assert_eq!(sandbox.calls().len(), 1, "{more:?}");
    }
    run(&["--not-again-within", "0"]).ran().await.expect(0);
    assert_eq!(sandbox.calls().len(), 2);
}

#[tokio::test]
async fn where_nothing_can_be_remembered_no_campaign_is_begun_and_one_goes_on() {
    let sandbox = sandbox(200.0).await;
    let (folder, url) = (folder(1), sandbox.base_url());
    folder.write("file", "");
    folder.write("damaged-key", "");
    std::fs::create_dir(folder.path("damaged")).unwrap();
    folder.write("damaged/key", "no key");
    let unusable = [folder.path("file").join("x"), folder.path("file"), folder.path("damaged")];
    let run = || folder.run(&url, ["--rate", "50"]);
    for state in &unusable[..2] {
        let ran = run().env("POLYAI_OUTBOUND_STATE_DIR", state).ran().await;
        refused(ran, 2, &["and so nobody is called", "Set POLYAI_OUTBOUND_STATE_DIR to a folder"]);
        assert!(!folder.path("calls.db").exists());
    }
    // As in a container or from cron: the environment has nothing that says where a home is.
    let ran = run().env("POLYAI_OUTBOUND_STATE_DIR", "").ran().await;
    refused(ran, 2, &["no folder is known for that", "Set POLYAI_OUTBOUND_STATE_DIR to a folder"]);
    let ran = run().env("POLYAI_OUTBOUND_STATE_DIR", &unusable[2]).ran().await;
    assert!(!ran.stderr.contains("POLYAI_OUTBOUND_STATE_DIR"), "that would forget everybody: {ran:?}");
    refused(ran, 2, &["damaged/key is damaged", "or remove the whole folder"]);
    assert!(!folder.path("calls.db").exists());
    assert_eq!(sandbox.calls().len(), 0);
    run().ran().await.expect(0);
    for state in &unusable {
        let ran = run().env("POLYAI_OUTBOUND_STATE_DIR", state).ran().await.expect(0);
        ran.says(&["warning: this machine cannot remember which lists were run"]);
    }
    assert_eq!(sandbox.calls().len(), 1);
    let home = tempfile::tempdir().unwrap();
    folder.write("more.csv", &list(["+13125550100"]));
    let ran = other(&folder, &url, "more.csv", "more.db").env("POLYAI_OUTBOUND_STATE_DIR", "");
    ran.env("HOME", home.path()).ran().await.expect(0);
}

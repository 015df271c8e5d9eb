//! The runner over a store that does what no store should, and under a clock that steps back.

#![cfg(feature = "campaign")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: what is not there fails them"
)]

#[cfg(feature = "sandbox")]
#[path = "runner/arrived.rs"]
mod arrived;
mod common;
#[cfg(feature = "sandbox")]
#[path = "runner/saved.rs"]
mod saved;
#[cfg(feature = "sandbox")]
#[path = "runner/world.rs"]
mod world;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use polyai_outbound::Client;
use polyai_outbound::campaign::{Options, Runner, Store, StoreError, Turn, Turned};

/// Answers so many turns with nothing, and falls at the next.
struct Falling {
    after: u32,
}

impl Store for Falling {
    async fn turn(&mut self, _: &Turn) -> Result<Turned, StoreError> {
        let Some(left) = self.after.checked_sub(1) else { panic!("the store fell") };
        self.after = left;
        Ok(Turned { next_due: Some(polyai_outbound::Timestamp::from_millis(1 << 50)), ..Turned::default() })
    }
}

#[tokio::test]
async fn a_store_that_panics_does_so_in_its_runner_which_would_wait_for_ever_else() {
    for after in 0..3 {
        let client = Client::builder().base_url("http://127.0.0.1:9").token("t").build().unwrap();
        let mut runner = Runner::new(&client, Falling { after }, Options::default()).unwrap();
        let told = AssertUnwindSafe(async { while runner.next().await.is_some() {} }).catch_unwind();
        let told = tokio::time::timeout(Duration::from_secs(20), told).await;
        let panic = told.expect("it waits for a store that is gone").unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"the store fell"));
    }
}

/// Knows nobody, and ends as it is told.
struct Closing(fn() -> std::future::Ready<Result<(), StoreError>>, bool);

impl Store for Closing {
    async fn turn(&mut self, _: &Turn) -> Result<Turned, StoreError> {
        Ok(Turned::default())
    }

    async fn close(&mut self) -> Result<(), StoreError> {
        if self.1 {
            std::future::pending::<()>().await;
        }
        (self.0)().await
    }
}

fn closing(store: Closing) -> Runner {
    let client = Client::builder().base_url("http://127.0.0.1:9").token("t").build().unwrap();
    Runner::new(&client, store, Options::default()).unwrap()
}

#[tokio::test]
async fn a_store_that_panics_while_it_closes_does_so_in_its_runner() {
    let mut runner = closing(Closing(|| panic!("the store fell"), false));
    let told = AssertUnwindSafe(async { while runner.next().await.is_some() {} }).catch_unwind();
    let told = tokio::time::timeout(Duration::from_secs(20), told).await;
    let panic = told.expect("it ends").unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the store fell"));
}

#[tokio::test]
async fn a_store_that_hangs_while_it_closes_is_not_waited_for_however_often_its_end_is_asked_for() {
    let mut runner = closing(Closing(|| std::future::ready(Ok(())), true));
    let told = async {
        while let Ok(Some(_)) | Err(_) = tokio::time::timeout(Duration::from_millis(50), runner.next()).await
        {
        }
    };
    tokio::time::timeout(Duration::from_secs(20), told).await.expect("it ends");
}

#[cfg(feature = "sandbox")]
#[tokio::test]
async fn a_clock_that_steps_back_is_noticed_however_often_the_wait_is_begun_anew() {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::{SystemTime, UNIX_EPOCH};

    use polyai_outbound::campaign::{CallingWindows, Event, MemoryStore, NewRecipient, Planner, State};
    use polyai_outbound::sandbox::{Config, SandboxServer};
    use polyai_outbound::{PhoneNumber, Timestamp};

    let config = Config::default().with_speed(10.0).unwrap();
    let sandbox = SandboxServer::bind(([127, 0, 0, 1], 0).into(), config).await.unwrap().spawn();
    let client = Client::builder().base_url(sandbox.base_url()).token("sandbox").build().unwrap();
    let ahead = Arc::new(AtomicU64::new(0));
    let clock = {
        let ahead = Arc::clone(&ahead);
        move || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            Timestamp::default() + since + Duration::from_secs(ahead.load(Ordering::Relaxed))
        }
    };
    let windows = CallingWindows::always("a test: nobody is called").unwrap();
    let options = Options { windows, ..Options::default() };
    let recipient = NewRecipient::new(1, PhoneNumber::parse("+14155550100").unwrap());
    let standing = Planner::new(&options).first(clock(), &recipient);
    let mut store = MemoryStore::new();
    store.add(recipient, standing);

    ahead.store(3600, Ordering::Relaxed);
    let mut runner =
        Runner::with_clock(&client, Arc::new(Mutex::new(store)), options, Box::new(clock)).unwrap();
    let is_followed =
        |event: &Event| matches!(event, Event::Saved(change) if change.state == State::InProgress);
    while !is_followed(&runner.next().await.unwrap()) {}
    // Now it waits for the moment of its first reading, by the clock as it is.
    while tokio::time::timeout(Duration::from_millis(300), runner.next()).await.is_ok() {}
    ahead.store(0, Ordering::Relaxed);
    let told = async {
        // As a program does that has more to look at than the campaign.
        while let Ok(Some(_)) | Err(_) = tokio::time::timeout(Duration::from_millis(50), runner.next()).await
        {
        }
    };
    tokio::time::timeout(Duration::from_secs(40), told).await.expect("the call is followed to its end");
}

#[cfg(feature = "sandbox")]
#[tokio::test]
async fn a_database_whose_runner_has_ended_is_whole_without_its_log_and_without_a_close() {
    use polyai_outbound::Timestamp;
    use polyai_outbound::campaign::{
        CallingWindows, Database, Duplicates, ListImport, ListOptions, NewCampaign, Rejects, RunnerLock,
        Source, State,
    };
    use polyai_outbound::sandbox::{Config, SandboxServer};

    let config = Config::default().with_speed(100.0).unwrap();
    let sandbox = SandboxServer::bind(([127, 0, 0, 1], 0).into(), config).await.unwrap().spawn();
    let client = Client::builder().base_url(sandbox.base_url()).token("sandbox").build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (path, list) = (folder.path().join("calls.db"), folder.path().join("people.csv"));
    std::fs::write(&list, "phone\n+14155550100\n+14155550130\n").unwrap();
    let windows = CallingWindows::always("a test: nobody is called").unwrap();
    let options = Options { windows, ..Options::default() };
    let now = Timestamp::from_millis(1_795_622_400_000);
    let mut database = Database::open(&path, true).await.unwrap();
    let new = NewCampaign {
        name: "spring".to_owned(),
        created_at: now,
        options: "{}".to_owned(),
        service: client.service().base_url().as_str().to_owned(),
        source: Source { file: "people.csv".to_owned(), size: 0, modified_at: None },
        duplicates: Duplicates::First,
    };
    let campaign = database.create_campaign(&new).await.unwrap();
    let list_options = ListOptions::default();
    let import =
        ListImport { list: &list, list_options: &list_options, options: &options, suppress: &[], now };
    import.run(&mut database, campaign, Rejects::beside(&list), |_| {}).await.unwrap();
    let lock = RunnerLock::acquire(&path, campaign, now).await.unwrap();
    let mut runner = Runner::new(&client, database.store(campaign).await.unwrap(), options).unwrap();
    while runner.next().await.is_some() {}
    // All of it is still there, and nothing was closed by anybody.
    let copy = folder.path().join("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    let tally = Database::open(&copy, false).await.unwrap().tally(campaign).await.unwrap();
    assert_eq!(tally[&State::Succeeded], 2);
    assert!(runner.next().await.is_none(), "it has ended for good");
    drop((runner, lock, database));
    assert_eq!(Database::open(&path, false).await.unwrap().tally(campaign).await.unwrap(), tally);
}

//! A service that fails for everybody: no row ends because of it, and people and programs are told why nobody is called.

use polyai_outbound::campaign::State;
use polyai_outbound::sandbox::{Config, SandboxServer};
use serde_json::Value;

use crate::campaign::{Folder, list, numbers, rang};
use crate::common::server::{Does, Server, accepts, gateway};
use crate::common::{Run, another_press, nobody, outbound, sandbox};

/// A command of campaigns about the one in the folder.
fn asks<'a>(folder: &Folder, words: impl IntoIterator<Item = &'a str>) -> Run {
    let words: Vec<_> = words.into_iter().collect();
    outbound([&["campaign"], &words[..]].concat()).arg("--db").arg(folder.path("calls.db"))
}

/// The events of a kind among lines of JSON.
fn of_kind<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|it| it["type"] == kind).collect()
}

fn folder(rows: usize) -> Folder {
    Folder::with(&list(numbers(rows, "0100").iter().map(String::as_str)))
}

#[tokio::test]
async fn where_nobody_listens_no_row_ends_and_all_are_called_once_somebody_does() {
    let folder = folder(6);
    let base_url = nobody();
    let mut running = folder.run(&base_url, ["--rate", "20", "--json"]).start();
    let reason = format!("Cannot reach {}: ", &*base_url);
    running.tells(&reason).await;
    running.tells("No calls are being placed: 1 trigger failed. The service is tried again in ").await;
    running.tells(" by one call; calls go on by themselves when it works").await;
    running.tells(", since ").await;

    let status = asks(&folder, ["status", "--json"]).ran().await.expect(0).only_json();
    // One of them may be on its way again, to try the service.
    let states = status["states"].as_object().unwrap();
    let waiting: u64 = ["scheduled", "dialing"].iter().filter_map(|state| states.get(*state)?.as_u64()).sum();
    assert_eq!((&status["breaker"]["phase"], waiting), (&"open".into(), 6), "{states:?}");
    assert!(status["breaker"]["why"].as_str().unwrap().starts_with(&reason), "{status}");
    assert!(status["breaker"]["next_probe_at"].as_str().is_some(), "{status}");
    let ran = asks(&folder, ["status"]).ran().await.expect(0);
    assert!(ran.stdout.contains(&reason) && ran.stdout.contains("The service is tried again in "), "{ran:?}");
    let ran = asks(&folder, ["why", "3"]).ran().await.expect(0);
    assert!(ran.stdout.contains(&reason), "{ran:?}");
    assert!(ran.stdout.contains("What would change that: a service that works"), "{ran:?}");
    assert!(!ran.stdout.contains("a higher --rate"), "{ran:?}");

    let address = base_url.strip_prefix("http://").unwrap().parse().unwrap();
    let config = Config::default().with_speed(50.0).unwrap();
    let sandbox = SandboxServer::bind(address, config).await.unwrap().spawn();
    running.tells("the service works again after ").await;
    let ran = running.ran().await.expect(0);
    let lines = ran.json();
    let phases: Vec<_> = of_kind(&lines, "breaker").iter().map(|it| it["phase"].clone()).collect();
    assert_eq!((phases.first(), phases.last()), (Some(&"open".into()), Some(&"closed".into())), "{phases:?}");
    assert!(of_kind(&lines, "pace").is_empty(), "it is no congestion");
    assert!(!ran.said().contains("congested"), "{}", ran.said());
    assert!(rang(&sandbox).iter().all(|(_, times)| *times == 1) && rang(&sandbox).len() == 6);
    let status = asks(&folder, ["status", "--json"]).ran().await.expect(0).only_json();
    assert_eq!((&status["breaker"]["phase"], &status["over"]), (&"closed".into(), &true.into()));
}

#[tokio::test]
async fn a_login_page_in_place_of_the_service_stops_the_campaign_after_three_triggers_until_it_is_resumed() {
    let folder = folder(20);
    let server = Server::start(gateway(200), gateway(200)).await;
    let mut running = folder.run(server.base_url(), ["--rate", "20"]).start();
    running.tells("Something other than the service answers at ").await;
    running.tells("the network. 3 phones in a row may have rung").await;
    running.tells("then go on with: ").await;
    assert_eq!(server.posts(), 3);
    // It is told at once, and saved with the next visit to the database.
    let status = loop {
        let status = asks(&folder, ["status", "--json"]).ran().await.expect(0).only_json();
        if status["breaker"]["phase"] != "open" {
            break status;
        }
    };
    assert_eq!(
        (&status["breaker"]["phase"], &status["command"]["command"], &status["command"]["by"]),
        (&"stopped".into(), &"pause".into(), &"the campaign itself".into())
    );
    assert_eq!((&status["states"]["unconfirmed"], &status["states"]["scheduled"]), (&3.into(), &17.into()));
    let ran = asks(&folder, ["why", "9"]).ran().await.expect(0);
    assert!(ran.stdout.contains("3 phones in a row may have rung"), "{ran:?}");
    assert!(ran.stdout.contains("change that: resuming it, once what is wrong is put right: `"), "{ran:?}");
    assert!(!ran.stdout.contains("a higher --rate"), "{ran:?}");
    running.signal("INT").await;
    let ran = running.ran().await.expect(5);
    assert!(!ran.stderr.contains("paused: nobody is called"), "it is said once: {ran:?}");

    // Another run does not go on by itself.
    let mut running = folder.run(server.base_url(), []).start();
    running.tells("3 phones in a row may have rung").await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(server.posts(), 3);
    let ran = asks(&folder, ["resume"]).ran().await.expect(0);
    assert!(ran.stdout.contains("goes on: 17 rows are to be called"), "{ran:?}");
    running.tells("No calls are being placed, since ").await;
    assert_eq!(server.posts(), 4, "one call tries it");
    running.signal("INT").await;
    running.ran().await.expect(5);
    let unconfirmed = folder.records().await.iter().filter(|it| it.state == State::Unconfirmed).count();
    assert_eq!(unconfirmed, 4);
}

#[tokio::test]
async fn a_wait_that_the_service_asks_for_is_said() {
    let folder = folder(3);
    let server = Server::start(Does::AsksToWait, accepts()).await;
    let mut running = folder.run(server.base_url(), ["--json"]).start();
    running.tells("the service asks to wait for 30 s. No calls are placed until ").await;
    running.tells("no calls: the service asks to wait until ").await;
    running.signal("INT").await;
    let ran = running.ran().await.expect(130);
    let lines = ran.json();
    assert_eq!(of_kind(&lines, "asked_to_wait")[0]["asked_seconds"], 30);
    let asked = |line: &&Value| line["asked_until"].as_str().is_some();
    assert!(of_kind(&lines, "progress").iter().any(asked), "{lines:?}");
}

#[tokio::test]
async fn a_call_that_does_not_end_keeps_nobody_waiting_and_is_told_of() {
    // The first waits in the queue for ten minutes: one here.
    let mut rows = numbers(4, "0100");
    rows.insert(0, "+14155550104".to_owned());
    let folder = Folder::with(&list(rows.iter().map(String::as_str)));
    let sandbox = sandbox(10.0).await;
    let options = ["--max-in-flight", "1", "--stuck-after", "2s", "--rate", "10", "--json"];
    let mut running = folder.run(&sandbox.base_url(), options).start();
    running.tells("and 1 that does not end beside them").await;
    let status = asks(&folder, ["status", "--json"]).ran().await.expect(0).only_json();
    assert_eq!(status["stuck"], 1, "{status}");
    let ran = asks(&folder, ["status"]).ran().await.expect(0);
    assert!(ran.stdout.contains("1 call placed over 2 s ago, followed beside those in flight"), "{ran:?}");
    running.signal("INT").await;
    running.tells("interrupted").await;
    another_press().await;
    running.signal("INT").await;
    let ran = running.ran().await;
    let lines = ran.json();
    assert!(of_kind(&lines, "progress").iter().any(|it| it["stuck"] == 1), "{lines:?}");
    // People are told of it beside those in flight, programs as one of them.
    let count = |it: &Value, name: &str| it[name].as_u64().unwrap();
    let told: Vec<_> = of_kind(&lines, "progress")
        .into_iter()
        .map(|it| count(it, "in_flight") - count(it, "stuck"))
        .collect();
    let shown =
        ran.stderr.lines().filter_map(|it| it.split_once("in flight ")?.1.split_once(' ')?.0.parse().ok());
    assert_eq!(shown.collect::<Vec<u64>>(), told, "{ran:?}");
    let states: Vec<_> = folder.records().await.iter().map(|it| it.state).collect();
    assert!(states[1..].contains(&State::Succeeded), "{states:?}");
}

#[tokio::test]
async fn triggers_that_may_have_arrived_are_counted_for_each_number_whatever_was_answered() {
    let folder = folder(1);
    let server = Server::start(Does::Answers(429, String::new()), accepts()).await;
    let options = ["--max-triggers-per-number", "2", "--max-per-number", "1"];
    let mut running = folder.run(server.base_url(), options).start();
    let count = async {
        while server.posts() < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), count).await.expect("it is sent twice");
    running.tells("because their number was called as often as it may be").await;
    assert_eq!(server.posts(), 2);
    let ran = asks(&folder, ["why", "2"]).ran().await.expect(0);
    for said in ["its number was sent to the service 2 times within 24 hours", "--max-triggers-per-number"] {
        assert!(ran.stdout.contains(said), "{said}: {ran:?}");
    }
    running.signal("INT").await;
    running.ran().await.expect(130);
}

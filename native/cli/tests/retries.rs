//! `--max-retries`: what it says is what is sent, counted where it arrives; options that no run can have; and when a row is next.

use crate::campaign::{Folder, list};
use crate::common::server::{Does, SID, Server, accepts, refusal};
use crate::common::{outbound_at, sandbox};

#[tokio::test]
async fn a_request_is_sent_again_as_often_as_was_said_and_no_oftener() {
    let runs = ["0", "1", "2", "4"].map(|retries| async move {
        let requests = retries.parse::<usize>().unwrap() + 1;
        let server = Server::start(refusal(500), refusal(503)).await;
        let args = ["call", "+14155550100", "--json", "--max-retries", retries];
        let ran = outbound_at(server.base_url(), args).ran().await.expect(6);
        assert_eq!((server.posts(), server.seen().len()), (requests, requests), "{retries}: {ran:?}");
        assert_eq!(ran.only_json()["error"]["attempts"], requests);

        let server = Server::start(Does::Hangs, refusal(503)).await;
        let ran =
            outbound_at(server.base_url(), ["status", SID, "--json", "--max-retries", retries]).ran().await;
        assert_eq!(server.seen().len(), requests, "{retries}: {ran:?}");
        assert_eq!(ran.expect(6).only_json()["error"]["attempts"], requests);
    });
    futures_util::future::join_all(runs).await;
}

#[tokio::test]
async fn what_is_not_said_is_three_times_again() {
    let server = Server::start(Does::Hangs, refusal(503)).await;
    outbound_at(server.base_url(), ["status", SID]).ran().await.expect(6);
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn a_trigger_of_a_campaign_that_is_refused_or_lost_is_sent_once_whatever_is_said() {
    for retries in ["0", "5"] {
        for (does, code) in [(refusal(400), 1), (Does::Cuts, 5)] {
            let server = Server::start(does.clone(), accepts()).await;
            let folder = Folder::with(&list(["+12125550100"]));
            folder.run(server.base_url(), ["--max-retries", retries]).ran().await.expect(code);
            assert_eq!(server.posts(), 1, "{retries}: {does:?}");
        }
    }
}

#[tokio::test]
async fn an_option_that_the_api_does_not_know_is_refused_before_it_is_kept() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550100"]));
    let says = ["--variant: the outbound API knows no variants"];
    let run = |more: &[&'static str]| folder.run(&sandbox.base_url(), more.iter().copied());
    run(&["--variant", "v1"]).ran().await.expect(2).says(&says);
    assert!(!folder.path("calls.db").exists());
    run(&[]).ran().await.expect(0);
    // Nor does a campaign that is there take it up: it would be refused for it ever after.
    run(&["--variant", "v1", "--rate", "5"]).ran().await.expect(2).says(&says);
    let ran = run(&[]).ran().await.expect(0);
    assert!(!ran.stderr.contains("--rate"), "{ran:?}");
    assert_eq!(sandbox.calls().len(), 1);
}

#[tokio::test]
async fn programs_are_told_when_a_row_is_called_again() {
    let sandbox = sandbox(100.0).await;
    let folder = Folder::with(&list(["+12125550102"]));
    let mut run = folder.run(&sandbox.base_url(), ["--redial", "busy=1x1h", "--json"]).start();
    let again = loop {
        let line: serde_json::Value = serde_json::from_str(&run.line().await).unwrap();
        if line["type"] == "row" && line["state"] == "scheduled" {
            break line;
        }
    };
    let at = |name: &str| again[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(at("due_at"), at("ended_at") + jiff::SignedDuration::from_hours(1), "{again}");
    assert_eq!((&again["wait"], &again["disposition"]), (&"redial".into(), &"busy".into()), "{again}");
    run.signal("INT").await;
    run.ran().await.expect(130);
}

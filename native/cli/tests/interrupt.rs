//! Ctrl-C, and being told to end: what is left behind is said, with how to go on.

use crate::common::server::{Does, SID, Server};
use crate::common::{Ran, nobody, outbound_at, sandbox, shell};

/// The command that is offered, run as a person would in the same environment.
async fn resumed(ran: &Ran, base_url: &str) -> Ran {
    let (_, command) = ran.stderr.split_once("follow it with: ").unwrap();
    let command = command.lines().next().unwrap().to_owned();
    shell(&command)
        .env("POLYAI_OUTBOUND_BASE_URL", base_url)
        .env("POLYAI_OUTBOUND_TOKEN", "sandbox")
        .ran()
        .await
}

#[tokio::test]
async fn a_call_that_is_followed_goes_on_and_can_be_followed_again() {
    let sandbox = sandbox(60.0).await;
    let url = sandbox.base_url();
    let runs = ["INT", "TERM", "HUP"].map(|signal| {
        let url = &url;
        async move {
            let mut run = outbound_at(url, ["call", "+14155550101", "--wait", "--json"]).start();
            let placed: serde_json::Value = serde_json::from_str(&run.line().await).unwrap();
            let sid = placed["call_sid"].as_str().unwrap();
            run.signal(signal).await;
            let ran = run.ran().await.expect(130).says(&["interrupted; the call goes on", sid]);
            let error = &ran.only_json()["error"];
            assert_eq!((&error["code"], &error["placement"]), (&"cancelled".into(), &"placed".into()));
            assert_eq!(error["call_sid"], sid);
            let resumed = resumed(&ran, url).await.expect(1);
            assert!(resumed.stdout.contains(sid) && resumed.stdout.contains("no answer"), "{resumed:?}");
        }
    });
    futures_util::future::join_all(runs).await;
    assert_eq!(sandbox.calls().len(), 3);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_was_started_to_outlive_its_terminal_does() {
    let sandbox = sandbox(60.0).await;
    let run = shell("trap '' HUP; exec outbound call +14155550101 --wait")
        .env("POLYAI_OUTBOUND_BASE_URL", sandbox.base_url())
        .env("POLYAI_OUTBOUND_TOKEN", "sandbox");
    let mut run = run.start();
    run.line().await;
    run.signal("HUP").await;
    let ran = run.ran().await.expect(1);
    assert!(ran.stdout.contains("no answer"), "{ran:?}");
}

#[tokio::test]
async fn the_command_to_go_on_repeats_the_flags_that_say_where() {
    let success = r#"{"status":"SUCCESS","reason":""}"#.to_owned();
    let calling = r#"{"status":"CALLING","reason":""}"#.to_owned();
    let answer = format!(r#"{{"callSid":"{SID}","status":"QUEUED"}}"#);
    let server = Server::start(Does::Answers(200, answer), Does::Answers(200, calling)).await;
    let later = Server::start(Does::Hangs, Does::Answers(200, success)).await;
    let (_folder, path) = crate::common::file("it's the token", "sandbox\n");
    let flags = ["--api", "agents", "--agent-id", "an agent", "--environment", "pre-release", "--base-url"];
    let args =
        [&["call", "+14155550100", "--wait"], &flags[..], &[server.base_url(), "--token-file"]].concat();
    let mut run = crate::common::outbound(args).arg(&path).start();
    run.line().await;
    run.signal("INT").await;
    let ran = run.ran().await.expect(130);
    let (_, command) = ran.stderr.split_once("follow it with: ").unwrap();
    let command = command.trim().replace(server.base_url(), later.base_url());
    shell(&command).ran().await.expect(0);
    let path =
        format!("GET /v1/agents/an%20agent/telephony/outbound-calls/{SID}/status?environment=pre-release ");
    assert!(later.seen()[0].starts_with(&path), "{:?}", later.seen());
}

#[tokio::test]
async fn a_status_that_is_followed_can_be_followed_again() {
    let sandbox = sandbox(60.0).await;
    let url = sandbox.base_url();
    let placed = outbound_at(&url, ["call", "+14155550101", "--json"]).ran().await.expect(0).only_json();
    let sid = placed["call_sid"].as_str().unwrap();
    let mut run = outbound_at(&url, ["status", sid, "--wait"]).start();
    run.line().await;
    run.signal("INT").await;
    let ran = run.ran().await.expect(130).says(&["interrupted; the call goes on", sid]);
    resumed(&ran, &url).await.expect(1);
}

#[tokio::test]
async fn with_its_trigger_on_the_way_a_call_is_of_unknown_placement() {
    for signal in ["INT", "TERM", "HUP"] {
        for wait in [&[][..], &["--wait"]] {
            let server = Server::start(Does::Hangs, Does::Hangs).await;
            let args = ["call", "+14155550100", "--json"].iter().chain(wait).copied();
            let run = outbound_at(server.base_url(), args).start();
            server.arrived().await;
            run.signal(signal).await;
            let ran =
                run.ran().await.expect(5).says(&["interrupted", "may have been placed", "do not dial again"]);
            assert_eq!(ran.only_json()["error"]["placement"], "unknown");
            assert_eq!(server.posts(), 1);
        }
    }
}

#[tokio::test]
async fn between_two_attempts_nothing_was_placed() {
    for wait in [&[][..], &["--wait"]] {
        let server = Server::start(Does::AsksToWait, Does::Hangs).await;
        let args = ["call", "+14155550100", "--json", "-v"].iter().chain(wait).copied();
        let mut run = outbound_at(server.base_url(), args).start();
        run.tells("trying again").await;
        run.signal("INT").await;
        let ran = run.ran().await.expect(130).says(&["interrupted; no call was placed"]);
        assert_eq!(ran.only_json()["error"]["placement"], "not_placed");
    }
}

#[tokio::test]
async fn a_status_read_that_hangs_is_given_up_and_says_nothing_of_a_call_that_goes_on() {
    let server = Server::start(Does::Hangs, Does::Hangs).await;
    for (wait, says, goes_on) in [
        (&[][..], "interrupted before the status of ", false),
        (&["--wait"], "interrupted; the call goes on as ", true),
    ] {
        let args = ["status", SID, "--json"].iter().chain(wait).copied();
        let run = outbound_at(server.base_url(), args).start();
        server.arrived().await;
        run.signal("INT").await;
        let ran = run.ran().await.expect(130).says(&[&format!("{says}{SID}")]);
        assert_eq!(ran.said().contains("goes on"), goes_on, "{ran:?}");
        assert_eq!(ran.only_json()["error"]["call_sid"], SID);
    }
}

#[tokio::test]
async fn the_help_says_which_of_the_two_exit_codes_an_interruption_has() {
    let ran = outbound_at(&nobody(), ["--help"]).ran().await.expect(0);
    assert!(ran.stdout.contains("130  interrupted; 5 instead if a trigger was on its way"), "{}", ran.stdout);
}

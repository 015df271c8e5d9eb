//! Output for programs: with `--json` stdout holds JSON lines and nothing else, and stderr what is for people.

use serde_json::Value;

use crate::common::server::{Does, SID, Server, accepts, refusal};
use crate::common::{Ran, outbound, outbound_at, sandbox};

const FIELDS: [&str; 6] = ["attempts", "call_sid", "correlation_id", "placement", "reason", "status"];

fn has_all_fields(line: &Value) {
    let mut names: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, FIELDS, "{line}");
}

#[tokio::test]
async fn a_call_that_is_followed_tells_each_change_with_the_same_fields() {
    let sandbox = sandbox(8.0).await;
    let args = ["call", "+14155550101", "--wait", "--json"];
    let ran = outbound_at(&sandbox.base_url(), args).ran().await.expect(1);
    let lines = ran.json();
    lines.iter().for_each(has_all_fields);
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    let sid = sandbox.calls()[0].call_sid.as_str().to_owned();
    for line in &lines {
        assert_eq!(line["call_sid"], sid);
        assert_eq!((&line["placement"], &line["attempts"]), (&"placed".into(), &1.into()));
    }
    assert_eq!((&first["status"], &first["reason"]), (&Value::Null, &"".into()));
    assert_eq!(last["status"], "failure");
    assert_eq!(last["reason"], "call setup: no answer from the called party");
    assert!(first["correlation_id"].is_string() && last["correlation_id"].is_string());
    assert_eq!(ran.stderr, "");
}

#[tokio::test]
async fn one_line_for_a_call_and_for_a_status_in_both_dialects() {
    let sandbox = sandbox(60.0).await;
    let agents = ["--api", "agents", "--agent-id", "agent-1", "--environment", "pre-release"];
    for (api, word) in [(&[][..], Value::Null), (&agents, "queued".into())] {
        let all = |args: &[&'static str]| args.iter().chain(api).copied().collect::<Vec<_>>();
        let call =
            outbound_at(&sandbox.base_url(), all(&["call", "+14155550104", "--json"])).ran().await.expect(0);
        let call = call.says(&["follow it with: "]);
        let line = call.only_json();
        has_all_fields(&line);
        assert_eq!((&line["status"], &line["placement"]), (&word, &"placed".into()));
        let sid = line["call_sid"].as_str().unwrap();
        let status =
            outbound_at(&sandbox.base_url(), all(&["status"])).arg(sid).arg("--json").ran().await.expect(0);
        let line = status.only_json();
        has_all_fields(&line);
        assert_eq!((&line["status"], &line["call_sid"]), (&"queued".into(), &sid.into()));
    }
}

#[tokio::test]
async fn an_error_of_the_service_tells_all_that_is_known_of_it() {
    let server = Server::start(refusal(400), Does::Hangs).await;
    let ran = outbound_at(server.base_url(), ["call", "+14155550100", "--json"]).ran().await.expect(2);
    let error = ran.only_json()["error"].clone();
    for (name, value) in [
        ("code", Value::from("rejected")),
        ("placement", "not_placed".into()),
        ("attempts", 1.into()),
        ("http_status", 400.into()),
        ("service_message", "told to refuse".into()),
        ("service_code", "TOLD".into()),
    ] {
        assert_eq!(error[name], value, "{name}");
    }
    assert!(error["message"].as_str().unwrap().contains("told to refuse"));
    ran.says(&["error: ", "told to refuse", "TOLD", "HTTP 400"]);
}

#[tokio::test]
async fn what_is_wrong_with_the_command_line_is_told_as_json_too() {
    let refused: &[&[&str]] = &[
        &["--json"],
        &["--json", "call"],
        &["call", "--json=true", "+14155550100"],
        &["call", "+14155550100", "--json="],
        &["call", "--json", "+14155550100", "--region", "mars"],
        &["call", "--json", "+14155550100", "--nonsense"],
        &["call", "--json", "12"],
        &["call", "--json", "+14155550100"],
        &["status", "--json", "12"],
        &["sandbox", "--json", "--speed", "0"],
        &["completions", "--json", "tcsh"],
    ];
    for args in refused {
        let ran = outbound(args.iter().copied()).ran().await.expect(2);
        let error = ran.only_json()["error"].clone();
        assert_eq!(error["code"], "invalid_input", "{args:?}");
        let message = error["message"].as_str().unwrap();
        assert!(!message.is_empty() && !message.contains("error:") && !message.contains('\n'), "{message}");
        ran.says(&["error: "]);
    }
}

#[tokio::test]
async fn a_stdout_that_nobody_reads_changes_no_exit_code_and_loses_no_sid() {
    let sandbox = sandbox(60.0).await;
    let url = sandbox.base_url();
    let broken = |args: &[&'static str]| outbound_at(&url, args.iter().copied()).stdout_closed().ran();
    let (call, json, waits, unknown, usage) = tokio::join!(
        broken(&["call", "+14155550100"]),
        broken(&["call", "+14155550100", "--json"]),
        broken(&["call", "+14155550101", "--wait", "--json"]),
        broken(&["call", "+14155550106", "--json"]),
        broken(&["call", "--json"]),
    );
    let placed = |ran: &Ran| sandbox.calls().iter().any(|call| ran.stderr.contains(call.call_sid.as_str()));
    assert!(placed(&call) && placed(&json) && placed(&waits));
    for (ran, exit) in [(call, 0), (json, 0), (waits, 1), (unknown, 5), (usage, 2)] {
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
        ran.expect(exit);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_loses_no_sid() {
    let server = Server::start(accepts(), Does::Hangs).await;
    let run = crate::common::shell("outbound call +14155550100 --json > /dev/full")
        .env("POLYAI_OUTBOUND_BASE_URL", server.base_url())
        .env("POLYAI_OUTBOUND_TOKEN", "sandbox");
    run.ran().await.expect(0).says(&[SID]);
}

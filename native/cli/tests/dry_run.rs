//! `--dry-run`: what would be sent, shown and not sent; and its curl line, really run.

use serde_json::{Value, json};

use crate::common::server::{Does, Server, accepts};
use crate::common::{Ran, file, nobody, outbound, outbound_at, sandbox, shell};

const AGENTS: [&str; 6] = ["--api", "agents", "--agent-id", "agent 1/2", "--environment", "pre-release"];
const TOKEN: &str = "s3cret-t0ken";

/// Values that a shell would take apart.
fn awkward() -> Value {
    json!({
        "quotes": r#"it's a "quoted" value"#,
        "shell": "$HOME `id` $(id) \\ ! * ~ ; & | > # %s {a,b}",
        "spaces": "  two  spaces  ",
        "unicode": "Zoë 東京 🚀 \u{301}",
        "at": "@/etc/passwd",
        "tab": "a\tb",
        "empty": "",
    })
}

async fn dry_run(url: &str, more: &[&str]) -> Ran {
    let args = ["call", "+14155550100", "--dry-run", "--encryption", "UDP/RTP", "--metadata-json", "-"];
    let run = outbound(args.iter().chain(more).copied());
    let run = run.env("POLYAI_OUTBOUND_BASE_URL", url).env("POLYAI_OUTBOUND_TOKEN", TOKEN);
    run.stdin(awkward().to_string()).ran().await.expect(0)
}

#[tokio::test]
async fn it_shows_the_request_of_each_dialect_with_the_credential_masked() {
    let nobody = nobody();
    let url = &*nobody;
    let outbound_body = json!({"to_number": "+14155550100", "metadata": awkward(), "encryption": "UDP/RTP"});
    let agents_body = json!({
        "toNumber": "+14155550100", "environment": "pre-release", "metadata": awkward(), "encryption": "udp_rtp"
    });
    let agents_path = "/v1/agents/agent%201%2F2/telephony/outbound-calls";
    for (api, path, header, body) in [
        (&[][..], "/v1/outbound-calling", "X-PolyAi-Auth-Token", outbound_body),
        (&AGENTS, agents_path, "X-API-KEY", agents_body),
    ] {
        let ran = dry_run(url, api).await;
        assert!(!ran.said().contains(TOKEN), "{ran:?}");
        let expected = [
            format!("POST {url}{path}\n"),
            format!("{header}: ***\n"),
            format!("printf '%s\\n' \"{header}: $POLYAI_OUTBOUND_TOKEN\" | curl "),
        ];
        for text in expected {
            assert!(ran.stdout.contains(&text), "{text}: {ran:?}");
        }
        ran.says(&["nothing was sent"]);

        let ran = dry_run(url, &[api, &["--json"]].concat()).await;
        assert!(!ran.said().contains(TOKEN), "{ran:?}");
        let shown = ran.only_json();
        assert_eq!((&shown["method"], &shown["url"]), (&"POST".into(), &format!("{url}{path}").into()));
        assert_eq!((&shown["body"], &shown["headers"][header]), (&body, &"***".into()));
        assert!(ran.stdout.contains(" -H @-"), "{ran:?}");
    }
}

/// What curl would be given, word for word and at last on stdin, by a curl that is a function of the shell.
async fn words(line: &str) -> (Vec<String>, String) {
    let script = format!("curl() {{ printf '%s\\0' \"$@\"; cat; }}\n{line}");
    let ran = shell(&script).env("POLYAI_OUTBOUND_TOKEN", TOKEN).ran().await.expect(0);
    let mut words: Vec<_> = ran.stdout.split('\0').map(str::to_owned).collect();
    let stdin = words.pop().unwrap();
    (words, stdin)
}

#[tokio::test]
async fn the_shell_takes_its_curl_line_back_whole() {
    for api in [&[][..], &AGENTS] {
        let shown = dry_run(&nobody(), &[api, &["--json"]].concat()).await.only_json();
        let (words, stdin) = words(shown["curl"].as_str().unwrap()).await;
        let after = |flag: &str| &words[words.iter().position(|it| it == flag).unwrap() + 1];
        assert_eq!(serde_json::from_str::<Value>(after("--data-raw")).unwrap(), shown["body"]);
        assert_eq!(after("-X"), "POST");
        assert!(words.contains(&shown["url"].as_str().unwrap().to_owned()));
        assert!(words.windows(2).any(|it| it == ["-H", "@-"]), "{words:?}");
        assert!(!words.iter().any(|it| it.contains(TOKEN)), "a process list would show it: {words:?}");
        let header = if api.is_empty() { "X-PolyAi-Auth-Token" } else { "X-API-KEY" };
        assert_eq!(stdin, format!("{header}: {TOKEN}\n"));
    }
}

#[tokio::test]
async fn its_curl_line_places_exactly_one_call_with_all_that_was_given() {
    let sandbox = sandbox(60.0).await;
    let recorder = Server::start(accepts(), Does::Hangs).await;
    for (nth, api) in [&[][..], &AGENTS].into_iter().enumerate() {
        let mut shown = Value::Null;
        for url in [sandbox.base_url().as_str(), recorder.base_url()] {
            shown = dry_run(url, &[api, &["--json"]].concat()).await.only_json();
            let run = shell(shown["curl"].as_str().unwrap()).env("POLYAI_OUTBOUND_TOKEN", "sandbox");
            let run = run.env("http_proxy", "http://127.0.0.1:1");
            assert!(run.ran().await.expect(0).stdout.contains("OUT-"));
        }
        let calls = sandbox.calls();
        assert_eq!(calls.len(), nth + 1);
        assert_eq!(calls[nth].api.dialect().name, if api.is_empty() { "outbound" } else { "agents" });
        let seen = recorder.seen().remove(nth);
        let (_, body) = seen.split_once("\r\n\r\n").unwrap();
        assert_eq!(serde_json::from_str::<Value>(body).unwrap(), shown["body"]);
        assert_eq!(shown["body"]["metadata"], awkward());
    }
}

#[tokio::test]
async fn its_curl_line_takes_the_token_from_where_it_was_taken() {
    let (_folder, path) = file("to ken", "s3cret-t0ken\r\n");
    let nobody = nobody();
    let url = &*nobody;
    let args = ["call", "+14155550100", "--dry-run", "--json", "--base-url", url, "--token-file"];
    let shown = outbound(args).arg(&path).ran().await.expect(0).only_json();
    let (words, stdin) = words(shown["curl"].as_str().unwrap()).await;
    assert_eq!(stdin, format!("X-PolyAi-Auth-Token: {TOKEN}\n"));
    assert!(!words.iter().any(|it| it.contains(TOKEN)), "a process list would show it: {words:?}");
}

#[tokio::test]
async fn it_needs_no_token_and_takes_no_wait() {
    let nobody = nobody();
    let url = &*nobody;
    let ran = outbound(["call", "+14155550100", "--dry-run", "--base-url", url]).ran().await.expect(0);
    assert!(ran.stdout.contains("X-PolyAi-Auth-Token: ***"), "{ran:?}");
    let args = ["call", "+14155550100", "--dry-run", "--wait"];
    outbound_at(url, args).ran().await.expect(2).says(&["--wait", "--dry-run"]);
}

#[tokio::test]
async fn what_would_be_refused_is_refused_here_too() {
    let nobody = nobody();
    let url = &*nobody;
    let variant = ["call", "+14155550100", "--dry-run", "--variant", "v1"];
    outbound_at(url, variant).ran().await.expect(2).says(&["--variant: the outbound API knows no variants"]);
    let args = [&variant[..], &AGENTS].concat();
    let ran = outbound_at(url, args).ran().await.expect(0);
    assert!(ran.stdout.contains(r#""variantId":"v1""#), "{ran:?}");
}

//! Where to call and as whom: flags, environment, the token and its file.

use serde_json::Value;

use crate::common::server::{Does, Server, accepts};
use crate::common::{Ran, Run, file, outbound};

const CALL: [&str; 4] = ["call", "+14155550100", "--dry-run", "--json"];

fn call(args: &[&str], environment: &[(&str, &str)]) -> Run {
    let run = outbound(CALL.iter().chain(args).copied());
    environment.iter().fold(run, |run, (name, value)| run.env(&format!("POLYAI_OUTBOUND_{name}"), value))
}

async fn shown(args: &[&str], environment: &[(&str, &str)]) -> Value {
    call(args, environment).ran().await.expect(0).only_json()
}

async fn refused(args: &[&str], environment: &[(&str, &str)], says: &[&str]) -> Ran {
    call(args, environment).ran().await.expect(2).says(says)
}

#[tokio::test]
async fn every_region_of_each_dialect_is_where_the_reference_says() {
    let agents = ["--api", "agents", "--agent-id", "a", "--environment", "live"];
    for (api, region, host) in [
        (&[][..], "us", "https://api.us-1.platform.polyai.app/"),
        (&[], "UK", "https://api.uk-1.platform.polyai.app/"),
        (&[], "euw", "https://api.euw-1.platform.polyai.app/"),
        (&[], "eu", "https://api.euw-1.platform.polyai.app/"),
        (&agents, "us", "https://api.us.poly.ai/"),
        (&agents, "eu", "https://api.eu.poly.ai/"),
        (&agents, "euw", "https://api.eu.poly.ai/"),
        (&agents, "uk", "https://api.uk.poly.ai/"),
        (&agents, "studio", "https://api.studio.poly.ai/"),
    ] {
        for (flags, environment) in [(&["--region", region][..], vec![]), (&[], vec![("REGION", region)])] {
            let shown = shown(&[api, flags].concat(), &environment).await;
            assert!(shown["url"].as_str().unwrap().starts_with(host), "{region}: {shown}");
        }
    }
    let given_in = "error: --region or POLYAI_OUTBOUND_REGION: ";
    refused(&["--region", "studio"], &[], &[given_in, "us, uk, euw, eu"]).await;
    refused(&[], &[("REGION", "studio")], &[given_in, "us, uk, euw, eu"]).await;
}

#[tokio::test]
async fn a_flag_beats_the_environment() {
    let url = |shown: Value| shown["url"].as_str().unwrap().to_owned();
    let from = |it: &str| format!("{it}/v1/outbound-calling");
    let (one, two) = ("http://127.0.0.1:1", "http://127.0.0.1:2/prefix");
    let us = "https://api.us-1.platform.polyai.app";
    assert_eq!(url(shown(&["--base-url", one], &[("BASE_URL", two)]).await), from(one));
    assert_eq!(url(shown(&["--base-url", one], &[("REGION", "us")]).await), from(one));
    assert_eq!(
        url(shown(&["--base-url", one], &[("REGION", "garbage"), ("BASE_URL", "garbage")]).await),
        from(one)
    );
    assert_eq!(url(shown(&["--region", "us"], &[("REGION", "uk")]).await), from(us));
    assert_eq!(url(shown(&["--region", "us"], &[("BASE_URL", two)]).await), from(us));
    assert_eq!(url(shown(&["--region", "us"], &[("REGION", "uk"), ("BASE_URL", two)]).await), from(us));
    assert_eq!(url(shown(&[], &[("BASE_URL", two)]).await), from(two));

    let agents = [("API", "agents"), ("AGENT_ID", "a"), ("ENVIRONMENT", "live"), ("BASE_URL", one)];
    let path = |agent: &str| format!("{one}/v1/agents/{agent}/telephony/outbound-calls");
    let by_environment = shown(&[], &agents).await;
    assert_eq!(by_environment["url"], path("a"));
    assert_eq!(by_environment["body"]["environment"], "live");
    let by_flags = shown(&["--agent-id", "b", "--environment", "sandbox"], &agents).await;
    assert_eq!(by_flags["url"], path("b"));
    assert_eq!(by_flags["body"]["environment"], "sandbox");
    assert_eq!(url(shown(&["--api", "outbound"], &agents).await), from(one));
    let garbage = [("API", "x"), ("AGENT_ID", ""), ("ENVIRONMENT", "x"), ("BASE_URL", one)];
    let flags = ["--api", "agents", "--agent-id", "b", "--environment", "live"];
    assert_eq!(shown(&flags, &garbage).await["url"], path("b"));
}

#[tokio::test]
async fn an_empty_variable_is_not_set() {
    let empty = [("API", ""), ("REGION", ""), ("AGENT_ID", ""), ("ENVIRONMENT", ""), ("TOKEN", "")];
    let with = |name, value| [&empty[..], &[(name, value)]].concat();
    assert!(shown(&[], &with("BASE_URL", "http://127.0.0.1:1")).await["url"].is_string());
    refused(&[], &with("BASE_URL", ""), &["--region", "--base-url"]).await;
    let sends = with("BASE_URL", "http://127.0.0.1:1")
        .iter()
        .fold(outbound(["call", "+14155550100"]), |run, (name, value)| {
            run.env(&format!("POLYAI_OUTBOUND_{name}"), value)
        });
    sends.ran().await.expect(2).says(&["there is no token", "POLYAI_OUTBOUND_TOKEN", "--token-file"]);
}

#[tokio::test]
async fn what_contradicts_itself_is_refused_by_its_names() {
    let both = [("BASE_URL", "http://127.0.0.1:1"), ("REGION", "us")];
    refused(&[], &both, &["POLYAI_OUTBOUND_BASE_URL", "POLYAI_OUTBOUND_REGION"]).await;
    refused(&["--base-url", "http://127.0.0.1:1", "--region", "us"], &[], &["--base-url", "--region"]).await;
    let url = [("BASE_URL", "http://127.0.0.1:1")];
    refused(&["--agent-id", "a"], &url, &["--agent-id", "--api agents"]).await;
    refused(&["--environment", "live"], &url, &["--environment", "--api agents"]).await;
    refused(&["--api", "agents"], &url, &["--agent-id", "POLYAI_OUTBOUND_AGENT_ID"]).await;
    refused(&["--api", "agents", "--agent-id", ".."], &url, &["--agent-id: would change the path"]).await;
    let by_variable = [("BASE_URL", "http://127.0.0.1:1"), ("AGENT_ID", "..")];
    refused(&["--api", "agents"], &by_variable, &["POLYAI_OUTBOUND_AGENT_ID: would change the path"]).await;
    let agent = ["--api", "agents", "--agent-id", "a"];
    refused(&agent, &url, &["--environment", "pre-release", "POLYAI_OUTBOUND_ENVIRONMENT"]).await;
}

#[tokio::test]
async fn an_unknown_word_is_answered_with_the_known_ones() {
    let words = [
        ("api", "API", "outbound, agents"),
        ("region", "REGION", "us, uk, euw, eu, studio"),
        ("environment", "ENVIRONMENT", "sandbox, pre-release, live"),
    ];
    for (flag, variable, known) in words {
        refused(&[&format!("--{flag}"), "mars"], &[], &[&format!("--{flag}"), known]).await;
        let agents = [("API", "agents"), ("AGENT_ID", "a"), ("BASE_URL", "http://127.0.0.1:1")];
        let environment: Vec<_> = match flag {
            "region" => vec![(variable, "mars")],
            _ => {
                agents.into_iter().filter(|(name, _)| *name != variable).chain([(variable, "mars")]).collect()
            }
        };
        refused(&[], &environment, &[&format!("POLYAI_OUTBOUND_{variable}"), known]).await;
    }
    refused(&["--encryption", "none"], &[], &["--encryption", "TLS/SRTP, TLS/RTP, UDP/SRTP or UDP/RTP"])
        .await;
}

#[tokio::test]
async fn a_base_url_that_is_none_is_refused_by_the_name_of_what_gave_it() {
    for (url, says) in [
        ("api.example.com", "https://"),
        ("http://api.example.com", "not encrypted"),
        ("https://user:pass@api.example.com", "credentials"),
        ("https://api.example.com/?a=b", "a query"),
        ("https://api.example.com/#a", "a fragment"),
        ("", ""),
    ] {
        refused(&["--base-url", url], &[], &["--base-url: ", says]).await;
        if !url.is_empty() {
            let ran = refused(&[], &[("BASE_URL", url)], &["POLYAI_OUTBOUND_BASE_URL: ", says]).await;
            assert!(!ran.said().contains("pass@"));
        }
    }
}

/// The token that a server sees.
async fn token_seen(args: &[&str], path: Option<&std::path::Path>, variable: Option<&str>) -> String {
    let server = Server::start(accepts(), Does::Hangs).await;
    let mut run =
        outbound(["call", "+14155550100", "--base-url", server.base_url()].iter().chain(args).copied());
    if let Some(path) = path {
        run = run.arg("--token-file").arg(path);
    }
    if let Some(token) = variable {
        run = run.env("POLYAI_OUTBOUND_TOKEN", token);
    }
    run.ran().await.expect(0);
    let seen = server.seen();
    let header = seen[0].lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("X-PolyAi-Auth-Token").then(|| value.to_owned())
    });
    header.unwrap()
}

#[tokio::test]
async fn the_token_comes_from_its_file_before_the_environment() {
    for content in ["from-file", "from-file\n", "from-file\r\n", "from-file\n\n"] {
        let (_folder, path) = file("token", content);
        assert_eq!(token_seen(&[], Some(&path), Some("from-variable")).await, "from-file");
        assert_eq!(token_seen(&[], Some(&path), None).await, "from-file");
    }
    assert_eq!(token_seen(&[], None, Some("from-variable")).await, "from-variable");
}

#[tokio::test]
async fn a_token_file_that_is_none_is_refused_without_repeating_it() {
    for (content, says) in [
        (&b"\xef\xbb\xbfs3cret-t0ken"[..], "byte order mark"),
        (b"s3cret-t0ken\ns3cret-t0ken\n", "more than one line"),
        (b"s3cret-t0ken\rs3cret-t0ken", "more than one line"),
        (b"", "empty"),
        (b"\r\n", "empty"),
        (b"s3cret-t0ken s3cret-t0ken", "position 13 of 25"),
        (b"s3cret-t0ken\xc3\xa9", "position 13 of 14"),
        (b"s3cret-t0ken\xff\xfe", "UTF-8"),
    ] {
        let (_folder, path) = file("token", content);
        let ran =
            call(&["--base-url", "http://127.0.0.1:1", "--token-file"], &[]).arg(&path).ran().await.expect(2);
        let ran = ran.says(&["--token-file: ", says]);
        assert!(!ran.said().contains("s3cret"), "{ran:?}");
    }
    let (folder, _) = file("token", "");
    for (path, says) in [("s3cret-t0ken", "No such file"), (folder.path().to_str().unwrap(), "directory")] {
        let args = ["--base-url", "http://127.0.0.1:1", "--token-file", path];
        let ran = refused(&args, &[], &["--token-file: ", says, "expected the path of a text file"]).await;
        assert!(!ran.said().contains("s3cret"), "{ran:?}");
    }
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_refused_without_repeating_it() {
    for token in ["s3cret t0ken", "s3cret\n", "s3crét"] {
        let run = call(&["--base-url", "http://127.0.0.1:1"], &[("TOKEN", token)]);
        let ran = run.ran().await.expect(2).says(&["POLYAI_OUTBOUND_TOKEN: ", "position"]);
        assert!(!ran.said().contains("s3c"), "{ran:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_not_text_is_refused_and_nothing_panics() {
    use std::os::unix::ffi::OsStrExt;
    let broken = std::ffi::OsStr::from_bytes(b"s3cret\xff");
    let run = outbound(["call", "+14155550100", "--region", "us"]).env("POLYAI_OUTBOUND_TOKEN", broken);
    run.ran().await.expect(2).says(&["POLYAI_OUTBOUND_TOKEN: is not text"]);
    for args in [&["call"][..], &["call", "--json", "+14155550100", "--metadata"], &["status"], &[]] {
        let ran = outbound(args.iter().copied()).arg(broken).ran().await.expect(2);
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    }
}

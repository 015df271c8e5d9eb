//! Neither the token, nor a metadata value, nor a whole phone number is printed: on no path, at no level of detail.

use crate::common::server::{Does, SID, Server, accepts, gateway};
use crate::common::{Ran, Run, file, nobody, outbound, sandbox};

const TOKEN: &str = "s3cret-t0ken-7f3a";
const VALUE: &str = "Lovelace-and-more";
const NUMBER: &str = "+14155550100";

/// Detail to the last, and everything that is known of it elsewhere asked for too.
fn told_all(run: Run, base_url: &str) -> Run {
    let run = run.env("POLYAI_OUTBOUND_BASE_URL", base_url).env("POLYAI_OUTBOUND_TOKEN", TOKEN);
    run.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "1").arg("-vvv")
}

fn call(base_url: &str, more: &[&str]) -> Run {
    let metadata = format!("name={VALUE}");
    let args = ["call", NUMBER, "--metadata", &metadata, "--max-retries", "1", "--timeout", "0.5"];
    told_all(outbound(args.iter().chain(more).copied()), base_url)
}

#[track_caller]
fn keeps_its_secrets(ran: &Ran) {
    let said = ran.said();
    for secret in [TOKEN, VALUE, NUMBER, "4155550100", "415-555-0100", "(415) 555"] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[tokio::test]
async fn every_path_of_a_call_keeps_its_secrets() {
    // A service that quotes all that it was given.
    let quoting = |status: u16| {
        let body = format!(
            r#"{{"error":"bad {NUMBER} or +1 (415) 555-0100, name={VALUE}, token {TOKEN}","code":"{NUMBER}"}}"#
        );
        Does::Answers(status, body)
    };
    let page = Does::AnswersInItsPlace(502, format!("<html>{NUMBER} {VALUE} {TOKEN}</html>"));
    let posts = [
        accepts(),
        quoting(200),
        quoting(400),
        quoting(401),
        quoting(403),
        quoting(404),
        quoting(429),
        quoting(500),
        quoting(503),
        page,
        gateway(504),
        Does::Cuts,
        Does::Hangs,
        Does::Babbles,
    ];
    let runs = posts.map(|to_posts| async move {
        let server = Server::start(to_posts.clone(), Does::Hangs).await;
        for more in [&[][..], &["--json"]] {
            let ran = call(server.base_url(), more).ran().await;
            assert!(ran.stderr.contains("outbound{"), "the log is there: {ran:?}");
            keeps_its_secrets(&ran);
        }
        let seen = server.seen().remove(0);
        assert!([TOKEN, VALUE, NUMBER].iter().all(|it| seen.contains(it)), "they were sent: {seen}");
    });
    futures_util::future::join_all(runs).await;
    keeps_its_secrets(&call(&nobody(), &[]).ran().await.expect(6));
}

#[tokio::test]
async fn following_a_call_keeps_its_secrets() {
    let quoting = format!(r#"{{"error":"{NUMBER} token {TOKEN}","code":"X"}}"#);
    let server = Server::start(accepts(), Does::Answers(401, quoting)).await;
    let (call_ran, status_ran) = tokio::join!(
        call(server.base_url(), &["--wait", "--json"]).ran(),
        told_all(outbound(["status", SID]), server.base_url()).ran(),
    );
    keeps_its_secrets(&call_ran.expect(5));
    keeps_its_secrets(&status_ran.expect(3));
}

#[tokio::test]
async fn what_was_typed_wrongly_is_not_repeated() {
    let value = format!("name={VALUE}");
    let inline = format!(r#"{{"name":"{VALUE}"}}"#);
    let country = format!("--country={NUMBER}");
    let misspelt = format!("--metdata={value}");
    let token = format!("--token={TOKEN}");
    let typed: &[&[&str]] = &[
        &[NUMBER],
        &["call", NUMBER, NUMBER],
        &["call", "-14155550100"],
        &["call", "--wait", "4155550100"],
        &["call", "+1415555010O"],
        &["call", "(415) 555-0100"],
        &["call", NUMBER, "--country", NUMBER],
        &["call", NUMBER, &country],
        &["call", NUMBER, "--timeout", NUMBER],
        &["call", NUMBER, "--timeout=4155550100x"],
        &["call", NUMBER, "--max-retries", "4155550100415555010041555501004155550100"],
        &["call", NUMBER, "--region", NUMBER],
        &["call", NUMBER, "--api", NUMBER],
        &["call", NUMBER, "--environment", NUMBER],
        &["call", NUMBER, "--encryption", NUMBER],
        &["call", NUMBER, "--base-url", NUMBER],
        &["call", NUMBER, "--wait=4155550100"],
        &["status", NUMBER],
        &["status", SID, NUMBER],
        &["status", &value],
        &["completions", NUMBER],
        &["sandbox", "--listen", NUMBER],
        &["sandbox", "--seed", "4155550100x"],
        &["call", NUMBER, &value],
        &["call", NUMBER, "--metadata", VALUE],
        &["call", NUMBER, &misspelt],
        &["call", NUMBER, "--metdata", &value],
        &["call", NUMBER, "--metadata-json", &inline],
        &["call", NUMBER, "--wait", VALUE],
        &["call", NUMBER, "--token", TOKEN],
        &["call", NUMBER, &token],
        &["call", NUMBER, "--token-file", TOKEN],
        &["call", NUMBER, TOKEN],
        &["call", NUMBER, "--region", TOKEN],
        &["call", NUMBER, "--", "--metadata", &value],
        &["call", NUMBER, "--Lovelace-and-more at noon"],
        &[TOKEN],
        &["help", TOKEN],
        &["help", NUMBER],
    ];
    for args in typed {
        for more in [&[][..], &["--json"]] {
            let ran = outbound(more.iter().chain(args.iter()).copied()).ran().await;
            assert_eq!(ran.code, Some(2), "{args:?}: {ran:?}");
            assert!(ran.stderr.contains("error: "), "{args:?}: {ran:?}");
            keeps_its_secrets(&ran);
        }
    }
    for variable in ["API", "REGION", "ENVIRONMENT", "BASE_URL"] {
        let run = outbound(["call", NUMBER]).env("POLYAI_OUTBOUND_AGENT_ID", "a");
        let run = if variable == "ENVIRONMENT" { run.env("POLYAI_OUTBOUND_API", "agents") } else { run };
        keeps_its_secrets(&run.env(&format!("POLYAI_OUTBOUND_{variable}"), TOKEN).ran().await.expect(2));
    }
}

#[tokio::test]
async fn a_dry_run_shows_number_and_metadata_by_design_and_no_token() {
    let (_folder, path) = file("token", TOKEN);
    let run = call("http://127.0.0.1:1", &["--dry-run"]).arg("--token-file").arg(&path);
    let ran = run.ran().await.expect(0);
    assert!(ran.stdout.contains(NUMBER) && ran.stdout.contains(VALUE));
    assert!(!ran.said().contains(TOKEN));
    keeps_its_secrets(&Ran { stdout: String::new(), ..ran });
}

#[tokio::test]
async fn the_sandbox_keeps_the_secrets_of_its_clients() {
    let args = ["sandbox", "--listen", "127.0.0.1:0", "--speed", "60", "--token", TOKEN, "-vvv"];
    let mut run = outbound(args).env("RUST_LOG", "trace").start();
    let first = run.line().await;
    let base_url = first.rsplit_once(' ').unwrap().1;
    call(base_url, &[]).ran().await.expect(0);
    run.signal("INT").await;
    let mut ran = run.ran().await.expect(0);
    // The example of a call has the number that is called here.
    ran.stderr = ran.stderr.replace(&format!("call {NUMBER} --wait"), "");
    keeps_its_secrets(&ran);
    // So does one in this process, which lists what it has placed for its owner alone.
    let own = sandbox(60.0).await;
    let run = call(&own.base_url(), &[]).env("POLYAI_OUTBOUND_TOKEN", "sandbox");
    keeps_its_secrets(&run.ran().await.expect(0));
    assert!(!format!("{:?}", own.calls()).contains(NUMBER));
}

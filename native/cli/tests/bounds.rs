//! Bounds on the cost of any file, variable or server: little memory, a few words, and the right exit code. Every run
//! has an address space that what is too long does not fit into.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::common::list::Kept;
use crate::common::server::{Does, SID, Server, accepts, refusal};
use crate::common::{Ran, Run, file, shell};

const MIB: usize = 1 << 20;

/// `outbound` in half a GiB, with a service and a token; what is in `"$1"` and so on is not the script's business.
fn within_bounds(base_url: &str, script: &str) -> Run {
    // The address space that malloc reserves for each thread is no memory that is used.
    shell(&format!("ulimit -v 524288 && exec outbound {script}"))
        .env("MALLOC_ARENA_MAX", "1")
        .env("POLYAI_OUTBOUND_BASE_URL", base_url)
        .env("POLYAI_OUTBOUND_TOKEN", "sandbox")
}

/// It ended with that code, and said it in few words.
#[track_caller]
fn in_few_words(ran: Ran, code: i32) -> Ran {
    let length = ran.said().len();
    assert!(length < 6_000, "{length} bytes, as {:?}", ran.said().get(..300));
    ran.expect(code)
}

/// A file whose content is made piece by piece.
fn long(name: &str, pieces: &[(&[u8], usize)]) -> (tempfile::TempDir, PathBuf) {
    let (folder, path) = file(name, "");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    for (piece, times) in pieces {
        for _ in 0..*times {
            file.write_all(piece).unwrap();
        }
    }
    file.flush().unwrap();
    (folder, path)
}

fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test]
async fn a_body_of_a_gib_is_neither_held_nor_printed_and_the_call_is_of_unknown_placement() {
    let server = Server::start(Does::Floods(200, "{\"x\":\"".to_owned()), Does::Hangs).await;
    let ran = within_bounds(server.base_url(), "call +14155550100 --wait --json").ran().await;
    let error = &in_few_words(ran, 5).only_json()["error"];
    assert_eq!((&error["code"], &error["placement"]), (&json!("unexpected_answer"), &json!("unknown")));
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn a_status_of_a_gib_is_a_reading_that_failed() {
    let server = Server::start(accepts(), Does::Floods(200, "{\"x\":\"".to_owned())).await;
    let script = format!("status {SID} --json --max-retries 1");
    let ran = in_few_words(within_bounds(server.base_url(), &script).ran().await, 6);
    assert_eq!(ran.only_json()["error"]["code"], "unexpected_answer");
    assert_eq!(server.seen().len(), 2);

    let mut run = within_bounds(server.base_url(), "call +14155550100 --wait --json").start();
    run.line().await;
    while server.seen().len() < 6 {
        server.arrived().await;
    }
    run.signal("INT").await;
    in_few_words(run.ran().await, 130).says(&["trying again in", SID]);
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn metadata_of_10_mb_is_refused_for_its_length() {
    let text = format!("{{\"name\":\"{}\"}}", "Secretvalue".repeat(MIB));
    let (_folder, path) = file("metadata.json", &text);
    let script = "call +14155550100 --dry-run --metadata-json";
    let from_file = within_bounds("http://127.0.0.1:1", &format!("{script} {}", shown(&path))).ran().await;
    let from_stdin = within_bounds("http://127.0.0.1:1", &format!("{script} -")).stdin(text).ran().await;
    let endless = within_bounds("http://127.0.0.1:1", &format!("{script} /dev/zero")).ran().await;
    for ran in [from_file, from_stdin, endless] {
        let said =
            ["--metadata-json: is longer than 1 MiB; expected less than 26624 bytes (26 KB) as base64"];
        assert!(!in_few_words(ran, 2).says(&said).said().contains("Secret"));
    }
    let blank = format!("{}{{\"name\":\"Ada\"}}", " ".repeat(MIB - 100));
    let (_folder, path) = file("metadata.json", blank);
    in_few_words(within_bounds("http://127.0.0.1:1", &format!("{script} {}", shown(&path))).ran().await, 0);
}

#[tokio::test]
async fn a_token_is_taken_whole_or_not_at_all() {
    let name = "status OUT-1 --json --max-retries 0 --token-file";
    for (pieces, says) in [
        (&[(&b"t"[..], 65_537)][..], "the file is longer than 64 KiB"),
        (&[(b"t", 100 * MIB)], "the file is longer than 64 KiB"),
        (&[(b"t", 1), (b"\n", 70_000)], "the file is longer than 64 KiB"),
        (&[(b"t", 10), (b"\xff", 1)], "the file is not UTF-8"),
    ] {
        let (_folder, path) = long("token", pieces);
        let ran = within_bounds("http://127.0.0.1:1", &format!("{name} {}", shown(&path))).ran().await;
        in_few_words(ran, 2).says(&[
            "--token-file: ",
            says,
            "expected the path of a text file with the token",
        ]);
    }
    // As long as can be: it goes on its way.
    let (_folder, path) = long("token", &[(b"t", 65_536)]);
    let server = Server::start(Does::Hangs, refusal(401)).await;
    let ran = within_bounds(server.base_url(), &format!("{name} {}", shown(&path))).ran().await;
    in_few_words(ran, 3);
    assert!(server.seen()[0].contains(&"t".repeat(65_536)));
}

/// A variable can have 128 KiB on Linux.
#[tokio::test]
async fn a_variable_as_long_as_can_be_is_refused_without_being_repeated() {
    let long = "Secretvalue".repeat(11_000);
    for (variable, args) in [
        ("POLYAI_OUTBOUND_BASE_URL", ""),
        ("POLYAI_OUTBOUND_REGION", "--api outbound"),
        ("POLYAI_OUTBOUND_API", ""),
        ("POLYAI_OUTBOUND_ENVIRONMENT", "--api agents --agent-id a"),
    ] {
        let run = within_bounds("", &format!("call +14155550100 --dry-run {args}"));
        let run = if variable.ends_with("BASE_URL") || variable.ends_with("REGION") {
            run
        } else {
            run.env("POLYAI_OUTBOUND_BASE_URL", "http://127.0.0.1:1")
        };
        let ran = in_few_words(run.env(variable, &long).ran().await, 2).says(&[variable]);
        assert!(!ran.said().contains("Secretvalue"), "{variable}: {ran:?}");
    }
    let number = format!("+{}", "1".repeat(100_000));
    let ran = shell(&format!("exec outbound call {number} --dry-run --region us")).ran().await;
    in_few_words(ran, 2);
}

#[tokio::test]
async fn a_list_with_a_field_of_100_mb_is_imported_but_for_that_row() {
    let kept = Kept::new().await;
    let pieces: [(&[u8], usize); 3] = [
        (b"phone,note\n+14155550100,a\n+14155550101,\"", 1),
        (&[b'x'; 1 << 10], 100 << 10),
        (b"\"\n+14155550102,b\n", 1),
    ];
    let (folder, path) = long("people.csv", &pieces);
    let script = format!(
        "campaign run {} --db {} --json --window 'mon-sun 00:00-24:00' --window-margin 0s",
        shown(&path),
        shown(&kept.database())
    );
    let ran = in_few_words(within_bounds(&kept.sandbox.base_url(), &script).ran().await, 1);
    let imported =
        ran.json().into_iter().find(|it| it["type"] == "imported").unwrap_or_else(|| panic!("{ran:?}"));
    assert_eq!(
        (&imported["rows"], &imported["accepted"], &imported["refused"]),
        (&json!(3), &json!(2), &json!(1))
    );
    let rejects = std::fs::read_to_string(folder.path().join("people.rejects.csv")).unwrap();
    assert!(rejects.contains(",3,,is longer than 1 MiB"), "{rejects}");
    assert!(rejects.len() < 1_000);
}

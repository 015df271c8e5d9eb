//! Numbers, metadata and limits of a call on the command line, and the messages where they are wrong.

use serde_json::{Value, json};

use crate::common::{Ran, Run, file, outbound};

fn call(args: &[&str]) -> Run {
    let all = ["call", "--dry-run", "--json", "--base-url", "http://127.0.0.1:1"];
    outbound(all.iter().chain(args).copied())
}

async fn refused(args: &[&str], says: &[&str]) -> Ran {
    call(args).ran().await.expect(2).says(says)
}

async fn body(run: Run) -> Value {
    run.ran().await.expect(0).only_json()["body"].clone()
}

#[tokio::test]
async fn a_number_that_is_none_is_refused_with_what_is_wrong_and_not_repeated() {
    for (args, says) in [
        (&["4155550100"][..], "does not begin with +"),
        (&["+1415555010"], "9 digits after calling code 1"),
        (&["+1 415 555 0100"], "a space"),
        (&["+1415555010O"], "a letter"),
        (&["+99955501000"], "calling code"),
        (&[""], "is empty"),
        (&["+14155550100", "--country", "GB"], "--country: is GB, whose numbers begin with +44"),
        (&["4155550100", "--country", "UK"], "GB"),
        (&["4155550100", "--country", "USA"], "two letters"),
        (&["4155550100", "--country", "XX"], "no country"),
        (&["4155550100", "--country", "+14155550100"], "two letters"),
        (&["call me", "--country", "US"], "a letter"),
    ] {
        let ran = refused(args, &["error: ", says]).await;
        assert!(!ran.said().contains("415555"), "{ran:?}");
    }
}

#[tokio::test]
async fn numbers_of_both_forms_go_to_the_service_as_they_are() {
    assert_eq!(body(call(&["+14155550100"])).await, json!({"to_number": "+14155550100"}));
    let redundant = call(&["+14155550100", "--country", "us"]);
    assert_eq!(body(redundant).await, json!({"to_number": "+14155550100"}), "its country is in it");
    let national = json!({"to_number": "(415) 555-0100", "country_code": "US"});
    assert_eq!(body(call(&["(415) 555-0100", "--country", "us"])).await, national);
}

#[tokio::test]
async fn metadata_is_taken_from_arguments_a_file_and_stdin_together() {
    let (_folder, path) = file("metadata.json", r#"{"name": "Ada", "slot": "9:30"}"#);
    let path = path.to_str().unwrap();
    let all = json!({"name": "Ada", "slot": "9:30", "x": "a=b=c", "empty": ""});
    let args = ["+14155550100", "--metadata", "x=a=b=c", "--metadata-json", path, "--metadata", "empty="];
    assert_eq!(body(call(&args)).await["metadata"], all);
    let args = ["+14155550100", "--metadata-json", "-", "--metadata=x=a=b=c", "--metadata", "empty="];
    let from_stdin = call(&args).stdin(r#"{"name": "Ada", "slot": "9:30"}"#);
    assert_eq!(body(from_stdin).await["metadata"], all);
    let marked = call(&args).stdin("\u{feff}{\"name\": \"Ada\", \"slot\": \"9:30\"}");
    assert_eq!(body(marked).await["metadata"], all, "a mark of byte order is no part of it");
    let nothing = call(&["+14155550100", "--metadata-json", "-"]).stdin("{}");
    assert_eq!(body(nothing).await, json!({"to_number": "+14155550100"}));
}

#[tokio::test]
async fn metadata_that_is_none_is_refused_by_its_name_and_its_value_not_repeated() {
    for (pairs, says) in [
        (&["Secretvalue"][..], &["--metadata, the 1st time", "KEY=VALUE"][..]),
        (&["a=b", "Secretvalue"], &["--metadata, the 2nd time", "KEY=VALUE"]),
        (&["=Secretvalue"], &["--metadata", "key 1 is empty"]),
        (&["a b=Secretvalue"], &["--metadata", "`a b`"]),
        (&["a=Secretvalue\r\nX: y"], &["--metadata", "`a`", "carriage return"]),
        (&["a=Secretvalue", "a=Secretvalue"], &["--metadata", "`a` twice"]),
        (&["name=Secretvalue", "Name=Secretvalue"], &["--metadata", "`name` and `Name`"]),
        (&["contact=Secretvalue"], &["--metadata", "`contact`", "rename it (X-contact, say)"]),
    ] {
        let args: Vec<_> =
            pairs.iter().flat_map(|pair| ["--metadata", pair]).chain(["+14155550100"]).collect();
        let ran = refused(&args, says).await;
        assert!(!ran.said().contains("Secretvalue"), "{ran:?}");
    }
    let large = format!("a={}", "x".repeat(20_000));
    refused(&["+14155550100", "--metadata", &large], &["--metadata", "26 KB", "base64"]).await;
}

#[tokio::test]
async fn a_metadata_file_that_is_none_is_refused_and_not_repeated() {
    for (text, says) in [
        (&br#"{"name": "Secretvalue", "age": 36}"#[..], &["`age`", "a number"][..]),
        (br#"{"name": "Secretvalue", "nested": {}}"#, &["`nested`", "an object"]),
        (br#"{"name": "Secretvalue", "no": null}"#, &["`no`", "null"]),
        (br#"["Secretvalue"]"#, &["all strings"]),
        (br#"{"name": "Secretvalue""#, &["not JSON", "line 1 column"]),
        (b"", &["not JSON"]),
        (b"\x7fELF\x02\x01\x00\xff", &["not JSON"]),
        (br#"{"a": "Secretvalue", "a": "Secretvalue"}"#, &["`a` twice"]),
        (br#"{"a": "Secretvalue", "A": "Secretvalue"}"#, &["`a` and `A`"]),
        (br#"{"From": "Secretvalue"}"#, &["`From`", "rename it (X-From, say)"]),
    ] {
        let (_folder, path) = file("metadata.json", text);
        let args = ["+14155550100", "--metadata-json"];
        let from_file = call(&args).arg(&path).ran().await.expect(2);
        let from_stdin = call(&args).arg("-").stdin(text).ran().await.expect(2);
        for ran in [from_file, from_stdin] {
            let ran = ran.says(&["--metadata-json: "]).says(says);
            assert!(!ran.said().contains("Secretvalue"), "{ran:?}");
        }
    }
    let (_folder, path) = file("metadata.json", r#"{"a": "x"}"#);
    let args = ["+14155550100", "--metadata", "a=y", "--metadata-json", path.to_str().unwrap()];
    refused(&args, &["--metadata", "`a` twice"]).await;
    let folder = path.parent().unwrap().to_str().unwrap();
    refused(&["+14155550100", "--metadata-json", folder], &["--metadata-json: ", "directory"]).await;
    let inline = r#"{"name": "Secretvalue"}"#;
    let says = ["--metadata-json: ", "No such file", "expected the path of a JSON file, or - for stdin"];
    let ran = refused(&["+14155550100", "--metadata-json", inline], &says).await;
    assert!(!ran.said().contains("Secretvalue"), "{ran:?}");
}

#[tokio::test]
async fn limits_that_are_none_are_refused_with_what_is_expected() {
    for seconds in ["0", "-1", "NaN", "inf", "1e300", "soon", ""] {
        refused(&["+14155550100", "--timeout", seconds], &["--timeout"]).await;
    }
    refused(&["+14155550100", "--timeout", "0"], &["expected a number of seconds above 0"]).await;
    for times in ["-1", "1.5", "many", "4294967296"] {
        refused(
            &["+14155550100", "--max-retries", times],
            &["--max-retries", "expected a whole number, 0 or more"],
        )
        .await;
    }
    for (args, says) in [
        (["--speed", "0"], "a factor above 0"),
        (["--speed", "-1"], "a factor above 0"),
        (["--speed", "NaN"], "a factor above 0"),
        (["--speed", "fast"], "a number"),
        (["--rate", "0"], "triggers per second"),
        (["--rate", "-0.5"], "triggers per second"),
        (["--seed", "-1"], "a whole number"),
        (["--listen", "localhost"], "an IP address and a port"),
        (["--listen", "127.0.0.1"], "an IP address and a port"),
        (["--token", "a b"], "--token: "),
    ] {
        outbound(["sandbox"].into_iter().chain(args)).ran().await.expect(2).says(&[says]);
    }
}

#[tokio::test]
async fn a_sid_that_is_none_is_refused() {
    for (sid, says) in [("12", "OUT-"), ("OUT-", "nothing after"), ("OUT-a b", "a space"), ("", "OUT-")] {
        outbound(["status", sid, "--region", "us"]).ran().await.expect(2).says(&["SID: ", says]);
    }
}

#[tokio::test]
async fn a_near_miss_is_answered_with_what_was_meant() {
    for (args, says) in [
        (&["cal", "+14155550100"][..], "'call'"),
        (&["call", "--wiat", "+14155550100"], "'--wait'"),
        (&["call", "+14155550100", "--dryrun"], "'--dry-run'"),
        (&["call", "+14155550100", "--metdata", "a=b"], "'--metadata'"),
    ] {
        outbound(args.iter().copied()).ran().await.expect(2).says(&[says, "Usage: outbound"]);
    }
}

#[tokio::test]
async fn number_and_metadata_are_taken_from_stdin_where_no_process_list_shows_them() {
    for (text, args, body_of_it) in [
        (r#"{"to_number":"+14155550128"}"#, &[][..], json!({"to_number": "+14155550128"})),
        (
            r#"{"metadata":{"name":"Ada","slot":"9:30"},"to_number":"+14155550128"}"#,
            &[],
            json!({"to_number": "+14155550128", "metadata": {"name": "Ada", "slot": "9:30"}}),
        ),
        (
            "\u{feff}{\n  \"to_number\": \"(415) 555-0128\",\n  \"country\": \"us\"\n}\n",
            &[],
            json!({"to_number": "(415) 555-0128", "country_code": "US"}),
        ),
        (
            r#"{"to_number":"(415) 555-0128","country_code":"US"}"#,
            &["--country", "us"],
            json!({"to_number": "(415) 555-0128", "country_code": "US"}),
        ),
        (
            r#"{"to_number":"(415) 555-0128","metadata":null}"#,
            &["--country", "US", "--metadata", "x=1"],
            json!({"to_number": "(415) 555-0128", "country_code": "US", "metadata": {"x": "1"}}),
        ),
        (
            r#"{"to_number":"+14155550128","metadata":{"name":"Zo\u00eb"}}"#,
            &["--metadata=slot=9:30"],
            json!({"to_number": "+14155550128", "metadata": {"name": "Zoë", "slot": "9:30"}}),
        ),
    ] {
        assert_eq!(body(call(&["-"]).args(args.iter().copied()).stdin(text)).await, body_of_it, "{text}");
    }
}

#[tokio::test]
async fn what_is_no_call_on_stdin_is_refused_without_being_repeated() {
    const NUMBER: &str = "+14155550128";
    for (text, args, says) in [
        (String::new(), &[][..], "standard input: is empty"),
        (" \n".to_owned(), &[], "standard input: is empty"),
        (NUMBER.to_owned(), &[], "standard input: is not such an object, at line 1"),
        (format!("[\"{NUMBER}\"]"), &[], "expected one JSON object there"),
        (format!("{{\"to_number\":\"{NUMBER}\"}}\n{{}}"), &[], "at line 2"),
        (format!("{{\"number\":\"{NUMBER}\"}}"), &[], "is not such an object"),
        (format!("{{\"to_number\":\"{NUMBER}\",\"to_number\":\"{NUMBER}\"}}"), &[], "is not such an object"),
        ("{\"to_number\":14155550128}".to_owned(), &[], "is not such an object"),
        ("{\"metadata\":{}}".to_owned(), &[], "is not such an object"),
        ("{\"to_number\":\"4155550128\"}".to_owned(), &[], "does not begin with +"),
        (
            format!("{{\"to_number\":\"{NUMBER}\",\"metadata\":{{\"a\":4155550128}}}}"),
            &[],
            "standard input: metadata",
        ),
        (
            format!("{{\"to_number\":\"{NUMBER}\",\"metadata\":{{\"a\":\"1\",\"a\":\"2\"}}}}"),
            &[],
            "standard input: metadata",
        ),
        (format!("{{\"to_number\":\"{NUMBER}\",\"metadata\":[\"Ada\"]}}"), &[], "is not such an object"),
        (format!("{{\"to_number\":\"{NUMBER}\",\"country\":\"US\"}}"), &["--country", "GB"], "--country: "),
        (format!("{{\"to_number\":\"{NUMBER}\"}}"), &["--metadata-json", "-"], "--metadata-json -: "),
        (
            format!("{{\"to_number\":\"{NUMBER}\",\"x\":\"{}\"}}", "Ada".repeat(1_000_000)),
            &[],
            "is longer than",
        ),
    ] {
        let ran =
            call(&["-"]).args(args.iter().copied()).stdin(text.clone()).ran().await.expect(2).says(&[says]);
        // The example in the message has another number.
        assert!(!ran.said().contains("5550128") && !ran.said().contains("AdaAda"), "{ran:?}");
    }
}

#[tokio::test]
async fn a_name_below_localhost_is_not_this_machine() {
    for url in [
        "http://x.localhost:1",
        "http://api.x.localhost",
        "http://LOCALHOST.LOCALHOST/y",
        "http://127.0.0.1.localhost",
        "http://polyai.localhost.",
    ] {
        let ran = outbound(["call", "+14155550128", "--dry-run", "--base-url", url]).ran().await.expect(2);
        ran.says(&["--base-url: is not encrypted", "http:// for localhost, 127.0.0.1 or [::1]"]);
    }
    for url in ["http://localhost:1", "http://LocalHost", "http://127.9.9.9", "http://[::1]:80/x"] {
        outbound(["call", "+14155550128", "--dry-run", "--base-url", url]).ran().await.expect(0);
    }
}

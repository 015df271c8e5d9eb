//! The history of a row: what happened, in the order of time, and why it is not called yet.

use serde_json::Value;

use crate::common::list::{ALWAYS, Kept, far_window, number};
use crate::common::outbound_at;
use crate::common::server::{Does, SID, Server, accepts};

fn texts(why: &Value) -> Vec<&str> {
    why["history"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_row_that_was_called_tells_each_step_in_the_order_of_time_with_its_correlation_ids() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone,external_id".to_owned(), format!("{},E-1", number(1))]);
    kept.runs("people.csv", &["--no-windows", "a test"]).ran().await.expect(1);
    let why = kept.asks(["why", "2"]).await;
    let texts = texts(&why);
    let at =
        |text: &str| texts.iter().position(|it| it.contains(text)).unwrap_or_else(|| panic!("{text}: {why}"));
    let steps = [
        at("taken from line 2 of"),
        at("attempt 1: dialed"),
        at("accepted the call as OUT-"),
        at(
            "status is failure: call setup: no answer from the called party (counts as no-answer) [correlation id ",
        ),
    ];
    assert!(steps.is_sorted(), "{why}");
    let times: Vec<_> =
        why["history"].as_array().unwrap().iter().map(|it| it["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(why["zones"], serde_json::json!(["America/Los_Angeles"]));
    assert_eq!(
        (&why["state"], &why["attempts"], &why["due_at"]),
        (&"failed".into(), &1.into(), &Value::Null)
    );
    assert_eq!(why["to_number"], number(1), "the one who asks sees it");
    let text = kept.says(["why", "2"]).ran().await.expect(0);
    for said in [
        "by its number it is in America/Los_Angeles",
        "local time",
        "Now failed: the call ended in failure",
        "nothing asks for another call",
    ] {
        assert!(text.stdout.contains(said), "{said}: {text:?}");
    }
}

#[tokio::test]
async fn a_row_that_waits_tells_until_when_by_which_rule_and_what_would_change_that() {
    let kept = Kept::new().await;
    kept.write(
        "people.csv",
        &["phone,time_zone", "+18505550100,", "+18505550101,America/Chicago", "+12135550100,"],
    );
    let running = kept.runs("people.csv", &["--window", &far_window()]).start();
    kept.until(|it| it["states"]["scheduled"] == 3).await;

    let both = kept.asks(["why", "2"]).await;
    assert_eq!((&both["wait"], &both["state"]), (&"window".into(), &"scheduled".into()), "{both}");
    let said = both["why"].to_string();
    assert!(said.contains("it is not called before") && said.contains("by the rule window"), "{both}");
    assert!(said.contains(":00:00 to ") && said.contains(" there ("), "two zones, two clocks: {both}");
    assert!(both["change"].as_str().unwrap().contains("--window"), "{both}");
    let own = kept.asks(["why", "3"]).await;
    assert!(own["why"].to_string().contains("10:00:00 there ("), "{own}");
    assert!(kept.says(["why", "3"]).ran().await.stdout.contains("by the list it is in America/Chicago"));

    kept.asks(["pause"]).await;
    let paused = kept.asks(["why", "2"]).await["why"].to_string();
    assert!(paused.contains("the campaign is paused since") && paused.contains("by ada@"), "{paused}");
    kept.asks(["resume"]).await;
    kept.stops(running).await;
    let left = kept.asks(["why", "2"]).await["why"].to_string();
    assert!(left.contains("nobody runs it now") && left.contains("campaign run "), "{left}");
}

#[tokio::test]
async fn a_row_that_is_due_names_a_higher_rate_only_if_it_waits_for_the_pace() {
    let kept = Kept::new().await;
    // The first is in a queue for ten minutes: ten seconds here, and the others wait for it.
    kept.write("people.csv", &["phone".to_owned(), number(4), number(0), number(1)]);
    let more = ["--no-windows", "a test", "--max-in-flight", "1", "--rate", "10"];
    let running = kept.runs("people.csv", &more).start();
    kept.until(|it| it["in_flight"] == 1).await;
    let change = async || kept.asks(["why", "4"]).await["change"].as_str().unwrap().to_owned();
    let says = |change: &str, said: &[&str], not: &[&str]| {
        for said in said {
            assert!(change.contains(said), "{said}: {change}");
        }
        for not in not {
            assert!(!change.contains(not), "{not}: {change}");
        }
    };
    says(&change().await, &["a higher --rate or --max-in-flight"], &["resume", "starting"]);
    kept.asks(["pause"]).await;
    says(&change().await, &["resuming it: `", "campaign resume --name"], &["--rate", "starting"]);
    kept.stops(running).await;
    let both = &["resuming it: `", "; then starting it: `", "campaign run "];
    says(&change().await, both, &["--rate"]);
    kept.asks(["resume"]).await;
    says(&change().await, &["starting it: `"], &["--rate", "resum"]);
}

#[tokio::test]
async fn held_suppressed_and_late_rows_tell_why_they_are_not_called() {
    let kept = Kept::new().await;
    kept.write(
        "people.csv",
        &[
            "phone,not_after",
            "+80012345678,",
            "+12135550100,",
            "+13125550100,2020-01-01T00:00:00Z",
            "+12125550106,",
        ],
    );
    let never = kept.write("never.txt", &["+12135550100"]).display().to_string();
    kept.runs("people.csv", &[&ALWAYS[..], &["--suppress", &never]].concat()).ran().await.expect(5);
    for (row, state, says, change) in [
        ("2", "held", "rule zone_unknown", "time_zone column"),
        ("3", "suppressed", "never.txt", "another campaign"),
        ("4", "expired", "its time is over", "another campaign with this row and a later not_after"),
        ("5", "unconfirmed", "nobody knows whether the phone rang", "resolve 5 --redial"),
    ] {
        let why = kept.asks(["why", row]).await;
        assert_eq!(why["state"], state, "{why}");
        assert!(why["why"].to_string().contains(says), "{says}: {why}");
        assert!(why["change"].as_str().unwrap().contains(change), "{change}: {why}");
    }
}

#[tokio::test]
async fn a_row_is_found_by_its_number_in_any_form_that_the_list_took_and_all_rows_of_a_number_are_told() {
    let kept = Kept::new().await;
    kept.write(
        "people.csv",
        &["phone,external_id", "(415) 555-0100,A-1", "tel:+1-415-555-0100,17", "415.555.0102,Ada & Co"],
    );
    let args = ["--window", &far_window(), "--country", "US", "--duplicates", "each"];
    let running = kept.runs("people.csv", &args).start();
    kept.until(|it| it["states"]["scheduled"] == 3).await;
    for form in [
        "+14155550100",
        "(415) 555-0100",
        "tel:+1 415 555 0100",
        "415-555-0100",
        "4155550100",
        "'+14155550100",
    ] {
        let ran = kept.says(["why", "--json", "--", form]).ran().await.expect(0);
        let rows: Vec<_> = ran.json().iter().map(|it| it["row"].as_u64().unwrap()).collect();
        assert_eq!(rows, [2, 3], "{form}");
    }
    assert_eq!(kept.asks(["why", "Ada & Co"]).await["row"], 4);
    assert_eq!(kept.asks(["why", "17"]).await["row"], 3, "an external id, as there is no such line");
    assert_eq!(kept.asks(["why", "4"]).await["row"], 4);
    kept.stops(running).await;
}

#[tokio::test]
async fn a_national_number_is_found_without_a_country_by_its_digits() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone", "+442079460018", "+12125550100"]);
    let running = kept.runs("people.csv", &["--window", &far_window()]).start();
    kept.until(|it| it["states"]["scheduled"] == 2).await;
    for form in ["020 7946 0018", "(020) 7946-0018", "7946 0018"] {
        assert_eq!(kept.asks(["why", form]).await["row"], 2, "{form}");
    }
    assert_eq!(kept.asks(["why", "020 7946 0018", "--country", "GB"]).await["row"], 2);
    kept.stops(running).await;
}

#[tokio::test]
async fn the_number_is_shown_to_the_one_who_asks_and_stands_in_no_log_and_no_error() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone,name".to_owned(), format!("{},Lovelace", number(2))]);
    kept.runs("people.csv", &["--no-windows", "a test"]).ran().await.expect(1);
    for form in [number(2), "415 555 0102".to_owned(), "+12125550199".to_owned(), "(212) 555-0199".to_owned()]
    {
        let ran = kept.says(["why", form.as_str(), "-vvv"]).env("RUST_LOG", "trace").ran().await;
        for secret in ["5550102", "5550199", "555-01", "555 01", "Lovelace"] {
            assert!(!ran.stderr.contains(secret), "{secret}: {ran:?}");
        }
        assert!(!ran.stdout.contains("Lovelace"), "{ran:?}");
    }
    let ran = kept.says(["why", "+12125550199", "--json"]).ran().await.expect(4);
    assert_eq!(ran.only_json()["error"]["code"], "not_found");
    assert!(!ran.said().contains("5550199"), "{ran:?}");
}

#[tokio::test]
async fn a_call_sid_that_is_answered_to_two_triggers_is_an_alarm_and_the_second_row_is_not_called_again() {
    let server =
        Server::start(accepts(), Does::Answers(200, r#"{"status":"success","reason":""}"#.to_owned())).await;
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone".to_owned(), number(0), number(1)]);
    let list = kept.path("people.csv").display().to_string();
    let run = outbound_at(server.base_url(), ["campaign", "run", &list, "--no-windows", "a test", "--json"]);
    let run = run.env("POLYAI_OUTBOUND_DB", kept.database());
    let ran = run.ran().await.expect(5).says(&["the same call SID to two triggers", "Row 3 has OUT-"]);
    let alarm = ran.json().into_iter().find(|it| it["type"] == "shared_call_sid").unwrap();
    assert_eq!((&alarm["row"], &alarm["other_row"], &alarm["call_sid"]), (&3.into(), &2.into(), &SID.into()));
    assert_eq!(server.posts(), 2);
    for row in ["2", "3"] {
        let why = kept.says(["why", row]).ran().await.expect(0).stdout;
        for said in [SID, "row 2 (attempt 1), row 3 (attempt 1)", "one call alone can be followed"] {
            assert!(why.contains(said), "{said}: {why}");
        }
    }
    let report = kept.asks(["report"]).await;
    assert_eq!(report["shared_call_sids"][0]["call_sid"], SID);
    assert_eq!((&report["states"]["succeeded"], &report["states"]["unconfirmed"]), (&1.into(), &1.into()));
    let text = kept.says(["report"]).ran().await.expect(0).stdout;
    assert!(text.contains("Tell the service's support"), "{text}");
}

#[tokio::test]
async fn an_attempt_whose_answer_never_came_is_told_with_the_id_that_its_trigger_was_sent_under() {
    let server = Server::start(Does::Cuts, Does::Cuts).await;
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone".to_owned(), number(0)]);
    let list = kept.path("people.csv").display().to_string();
    let run = outbound_at(server.base_url(), ["campaign", "run", &list, "--no-windows", "a test"]);
    run.env("POLYAI_OUTBOUND_DB", kept.database()).ran().await.expect(5);
    let request = server.seen().remove(0).to_lowercase();
    let (_, id) = request.split_once("x-polyai-correlation-id: ").unwrap();
    let id = id.lines().next().unwrap();
    let why = kept.asks(["why", "2"]).await;
    let told = why["history"].as_array().unwrap().iter().find(|it| it["kind"] == "ended").unwrap();
    assert_eq!(told["correlation_id"], id, "{why}");
    assert!(told["text"].as_str().unwrap().contains(&format!("[correlation id {id}]")), "{why}");
    assert_eq!(kept.asks(["report"]).await["unsettled"][0]["correlation_id"], id);
    assert_eq!(kept.asks(["export"]).await["correlation_id"], id);
}

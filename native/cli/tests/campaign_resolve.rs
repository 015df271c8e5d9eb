//! Rows of which nobody knows whether they rang: nothing rings again but by a person's decision, which is kept.

use crate::common::list::{Kept, number};

/// Two that are unconfirmed (rows 2 and 3), and one that succeeded (4).
async fn unconfirmed() -> Kept {
    ended(&[6, 13, 0]).await
}

/// And one that is lost (5).
async fn unconfirmed_and_lost() -> Kept {
    let kept = ended(&[6, 13, 0, 1]).await;
    kept.loses(5).await;
    kept
}

async fn ended(endings: &[u32]) -> Kept {
    let kept = Kept::new().await;
    let list: Vec<_> = endings.iter().map(|ending| number(*ending)).collect();
    kept.write("people.csv", &[&["phone".to_owned()][..], &list].concat());
    let ran = kept.runs("people.csv", &["--no-windows", "a test", "--rate", "50"]).ran().await;
    assert_eq!(ran.code, Some(5), "{ran:?}");
    kept
}

#[tokio::test]
async fn what_may_have_rung_is_called_again_only_when_a_person_says_so_twice_and_the_decision_is_kept() {
    let kept = unconfirmed().await;
    let again = kept.runs("people.csv", &[]).ran().await;
    assert_eq!(
        (again.code, kept.rang(&number(13)).await),
        (Some(5), 1),
        "a run calls nobody again: {again:?}"
    );

    let redial = ["resolve", "3", "--redial", "--note", "she heard nothing"];
    let ran = kept.says(redial).ran().await.expect(2);
    assert!(ran.stderr.contains("may ring a second time") && ran.stderr.contains("give --yes"), "{ran:?}");
    assert_eq!(kept.asks(["status"]).await["states"]["unconfirmed"], 2, "nothing is done without a yes");

    let ran = kept.says(redial).arg("--yes").ran().await.expect(0);
    assert!(
        ran.stdout.contains("1 row is called again") && ran.stdout.contains("nobody runs it now"),
        "{ran:?}"
    );
    kept.runs("people.csv", &[]).ran().await.expect(5);
    assert_eq!(kept.rang(&number(13)).await, 2, "it rang again, as was decided");
    assert_eq!((kept.rang(&number(6)).await, kept.rang(&number(0)).await), (1, 1), "and no other");
    let why = kept.asks(["why", "3"]).await;
    let decided = why["history"].as_array().unwrap().iter().find(|it| it["by"].is_string()).unwrap().clone();
    assert!(decided["by"].as_str().unwrap().starts_with("ada@"), "{why}");
    assert!(decided["text"].as_str().unwrap().ends_with("decided to call again: she heard nothing"), "{why}");
    assert_eq!(why["dials"], 2, "a trigger that found no connection is none: {why:#}");
    let texts: Vec<_> =
        why["history"].as_array().unwrap().iter().map(|it| it["text"].as_str().unwrap()).collect();
    assert!(
        texts.iter().any(|it| it.contains("is not one that the service gives (HTTP 502)")),
        "what was known before is kept: {why}"
    );
}

#[tokio::test]
async fn rows_are_closed_by_line_or_number_and_what_is_lost_too() {
    let kept = unconfirmed_and_lost().await;
    let six = number(6);
    let closed = kept.asks(["resolve", &six, "5", "--close", "succeeded", "--note", "spoke to both"]).await;
    assert_eq!((&closed["rows"], &closed["decision"]), (&2.into(), &"succeeded".into()));
    let closed = kept.asks(["resolve", "--all-unconfirmed", "--close", "failed", "--note", "gave up"]).await;
    assert_eq!(closed["rows"], 1);
    let status = kept.asks(["status"]).await;
    assert_eq!(
        (&status["states"]["succeeded"], &status["states"]["failed"]),
        (&3.into(), &1.into()),
        "{status}"
    );
    let why = kept.asks(["why", "2"]).await;
    assert!(why["reason"].as_str().unwrap().ends_with("closed it: spoke to both"), "{why}");
    kept.runs("people.csv", &[]).ran().await.expect(1);
    assert_eq!(kept.book().await.len(), 4, "nobody was called again");
    let none =
        kept.says(["resolve", "--all-unconfirmed", "--close", "failed", "--note", "x"]).ran().await.expect(0);
    assert!(none.stdout.contains("no row is unconfirmed: nothing was changed"), "{none:?}");
}

#[tokio::test]
async fn rows_in_other_states_are_refused_by_their_state_and_then_none_is_changed() {
    let kept = unconfirmed_and_lost().await;
    let resolve = |words: &[&'static str]| {
        kept.says(["resolve"].into_iter().chain(words.iter().copied()).chain(["--note", "x", "--yes"]))
    };
    let ran = resolve(&["2", "4", "--close", "failed"]).ran().await.expect(2);
    assert!(
        ran.stderr.contains("row 4 is succeeded") && ran.stderr.contains("nothing was changed"),
        "{ran:?}"
    );
    let ran = resolve(&["5", "--redial"]).ran().await.expect(2);
    assert!(ran.stderr.contains("row 5 is status_lost"), "{ran:?}");
    // Row 2's number ends so, but a line was meant.
    resolve(&["5550106", "--close", "failed"]).ran().await.expect(4).says(&["there is no such row"]);
    resolve(&["77", "--close", "failed"]).ran().await.expect(4).says(&["there is no such row"]);
    let ran = resolve(&["+12125550199", "--close", "failed"]).ran().await.expect(4);
    assert!(!ran.said().contains("2125550199"), "a number is not repeated: {ran:?}");
    let status = kept.asks(["status"]).await;
    assert_eq!((&status["states"]["unconfirmed"], &status["states"]["status_lost"]), (&2.into(), &1.into()));
}

#[tokio::test]
async fn a_row_that_is_not_there_is_named_as_it_was_typed_and_a_number_by_its_place() {
    let kept = unconfirmed().await;
    let close = |rows: [&'static str; 2]| {
        kept.says(["resolve"].into_iter().chain(rows).chain(["--close", "failed", "--note", "x"]))
    };
    let ran = close(["2", "99"]).ran().await.expect(4);
    let ran = ran.says(&["row 99: there is no such row in campaign people", "nothing was changed"]);
    assert!(!ran.stderr.contains("ROW|NUMBER"), "{ran:?}");
    let ran = close(["2", "+12125550199"]).ran().await.expect(4);
    let ran = ran.says(&["the 2nd ROW|NUMBER that was given: there is no such row", "such a number"]);
    assert!(!ran.said().contains("5550199"), "a number is not repeated: {ran:?}");
    assert_eq!(kept.asks(["status"]).await["states"]["unconfirmed"], 2);
}

#[tokio::test]
async fn a_decision_and_a_note_must_be_given() {
    let kept = unconfirmed().await;
    for words in [
        &["resolve", "2", "--note", "x"][..],
        &["resolve", "2", "--close", "failed"],
        &["resolve", "2", "--close", "failed", "--note", " "],
        &["resolve", "2", "--close", "maybe", "--note", "x"],
        &["resolve", "2", "--close", "failed", "--redial", "--note", "x"],
        &["resolve", "--close", "failed", "--note", "x"],
        &["resolve", "2", "--all-unconfirmed", "--close", "failed", "--note", "x"],
    ] {
        let ran = kept.says(words.iter().copied()).ran().await;
        assert_eq!(ran.code, Some(2), "{words:?}: {ran:?}");
    }
    assert_eq!(kept.asks(["status"]).await["states"]["unconfirmed"], 2);
}

#[tokio::test]
async fn a_runner_that_is_at_work_calls_again_what_is_decided_meanwhile() {
    let kept = Kept::new().await;
    // One that is unconfirmed at once, and one that keeps the campaign open.
    kept.write(
        "people.csv",
        &[
            "phone,not_before".to_owned(),
            format!("{},", number(13)),
            format!("{},2100-01-01T00:00:00Z", number(0)),
        ],
    );
    let running = kept.runs("people.csv", &["--no-windows", "a test"]).start();
    kept.until(|it| it["states"]["unconfirmed"] == 1).await;
    let decided = kept.asks(["resolve", "2", "--redial", "--yes", "--note", "not reached"]).await;
    assert_eq!((&decided["rows"], &decided["runner"]["runs"]), (&1.into(), &true.into()));
    crate::common::comes_true(async || kept.rang(&number(13)).await == 2).await;
    kept.stops(running).await;
}

#[tokio::test]
async fn nobody_is_called_again_by_a_campaign_that_is_cancelled() {
    let kept = unconfirmed().await;
    kept.asks(["cancel", "--yes"]).await;
    let ran = kept.says(["resolve", "2", "--redial", "--yes", "--note", "x"]).ran().await.expect(2);
    assert!(ran.stderr.contains("is cancelled and calls nobody"), "{ran:?}");
    assert_eq!(kept.asks(["resolve", "2", "--close", "failed", "--note", "x"]).await["rows"], 1);
}

#[tokio::test]
async fn last_digits_that_several_numbers_end_in_decide_about_none_of_them() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone", "+14155550106", "+17185550106", "+14155550113"]);
    let ran = kept.runs("people.csv", &["--no-windows", "a test", "--rate", "50"]).ran().await;
    assert_eq!(ran.code, Some(5), "{ran:?}");
    for digits in ["555-0106", "(555) 0106", "0555 0106"] {
        for decision in [&["--close", "failed"][..], &["--redial", "--yes"]] {
            let words =
                ["resolve", digits].into_iter().chain(decision.iter().copied()).chain(["--note", "x"]);
            kept.says(words)
                .ran()
                .await
                .expect(2)
                .says(&["rows 2, 3 have different numbers that end in these digits"]);
        }
    }
    assert_eq!(kept.asks(["status"]).await["states"]["unconfirmed"], 3);
    // Digits that one of them alone ends in are that one.
    let closed = kept.asks(["resolve", "(718) 555-0106", "--close", "failed", "--note", "x"]).await;
    assert_eq!(closed["rows"], 1);
    assert_eq!(kept.asks(["why", "3"]).await["state"], "failed");
    assert_eq!(kept.asks(["why", "2"]).await["state"], "unconfirmed");
}

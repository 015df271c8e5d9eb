//! Times and counts that `status`, `report`, `export` and `why` tell, held by values: of a campaign whose every moment was
//! written.

use polyai_outbound::campaign::{Attempt, Outcome, State, WaitRule};
use serde_json::{Value, json};

use crate::common::list::Kept;
use crate::common::transcript::Transcript;
use crate::common::world::{self, Step, at, over, placed, tries};

const LIST: [&str; 9] = [
    "phone,external_id,time_zone,not_before,not_after,priority,name",
    "+14155550100,A,,,,,Ada",
    "+12125550101,B,America/New_York,,2100-01-01T00:00:00Z,7,Alan",
    "+13125550106,C,,,,,Grace",
    "+13035550109,D,,,,,Edsger",
    "+442079460018,E,,2100-01-04T09:00:00Z,,,Radia",
    "+80012345678,F,,,,,Barbara",
    "+16175550100,G,,,2020-01-01T00:00:00Z,,Donald",
    "+18085550102,H,,,,,Tony",
];
const NO_ANSWER: &str = "call setup: no answer from the called party";
const BUSY: &str = "call setup: the called party is busy";

/// Made on the first of July 2025 at 16:00 UTC: noon in New York, 9:00 in San Francisco.
async fn july() -> Kept {
    let kept = Kept::new().await;
    kept.write("people.csv", &LIST);
    let first = placed(1, "2025-07-01T16:00:10Z", "2025-07-01T16:00:11.125Z", "OUT-b1");
    let second = placed(2, "2025-07-01T17:00:41Z", "2025-07-01T17:00:42Z", "OUT-b2");
    let ada = placed(1, "2025-07-01T16:00:05.250Z", "2025-07-01T16:00:06.500Z", "OUT-a1");
    let lost = placed(1, "2025-07-01T16:03:00Z", "2025-07-01T16:03:01Z", "OUT-d1");
    let busy = placed(2, "2025-07-01T20:00:00Z", "2025-07-01T20:00:01Z", "OUT-h1");
    let ended = |row, at, state, reason, tries, attempt, statuses| Step {
        row,
        at,
        state,
        reason,
        due_at: None,
        wait: None,
        tries,
        attempt: Some(attempt),
        statuses,
    };
    let steps = vec![
        ended(
            2,
            "2025-07-01T16:01:31Z",
            State::Succeeded,
            "the call ended in success",
            tries(1, 1, &[]),
            over(ada, "2025-07-01T16:01:30.750Z", "", None),
            &[("2025-07-01T16:00:20Z", "calling", ""), ("2025-07-01T16:01:30.750Z", "success", "")],
        ),
        Step {
            due_at: Some("2025-07-01T17:00:41Z"),
            wait: Some(WaitRule::Redial),
            ..ended(
                3,
                "2025-07-01T16:00:41Z",
                State::Scheduled,
                "is called again by the rule no-answer=1x1h",
                tries(1, 1, &[("no-answer", 1)]),
                over(first, "2025-07-01T16:00:41Z", NO_ANSWER, Some("no-answer")),
                &[("2025-07-01T16:00:41Z", "failure", NO_ANSWER)],
            )
        },
        ended(
            3,
            "2025-07-01T17:01:12Z",
            State::Failed,
            "the call ended in failure: call setup: the called party is busy",
            tries(2, 2, &[("no-answer", 1)]),
            over(second, "2025-07-01T17:01:12Z", BUSY, Some("busy")),
            &[("2025-07-01T17:01:12Z", "failure", BUSY)],
        ),
        ended(
            4,
            "2025-07-01T16:02:30Z",
            State::Unconfirmed,
            "no answer came in time",
            tries(1, 1, &[]),
            Attempt {
                outcome: Outcome::Unknown,
                ended_at: Some(at("2025-07-01T16:02:30Z")),
                error: Some("timed_out".into()),
                correlation_id: Some("asked-c".to_owned()),
                ..Attempt::intended(1, at("2025-07-01T16:02:00Z"))
            },
            &[],
        ),
        ended(
            5,
            "2025-07-01T18:10:00Z",
            State::StatusLost,
            "it was placed, and its end is lost",
            tries(1, 1, &[]),
            Attempt {
                outcome: Outcome::Lost,
                ended_at: Some(at("2025-07-01T18:10:00Z")),
                error: Some("expired".into()),
                ..lost
            },
            &[],
        ),
        Step {
            due_at: Some("2025-07-01T20:00:00Z"),
            wait: Some(WaitRule::Retry),
            ..ended(
                9,
                "2025-07-01T19:59:01Z",
                State::Scheduled,
                "its trigger placed no call and is sent again",
                tries(1, 0, &[]),
                Attempt {
                    outcome: Outcome::NotPlaced,
                    ended_at: Some(at("2025-07-01T19:59:01Z")),
                    error: Some("rate_limited".into()),
                    ..Attempt::intended(1, at("2025-07-01T19:59:00Z"))
                },
                &[],
            )
        },
        Step {
            due_at: Some("2100-02-01T19:30:00Z"),
            wait: Some(WaitRule::Redial),
            ..ended(
                9,
                "2025-07-01T20:00:30Z",
                State::Scheduled,
                "is called again by the rule busy=1x1h",
                tries(2, 1, &[("busy", 1)]),
                over(busy, "2025-07-01T20:00:30Z", BUSY, Some("busy")),
                &[("2025-07-01T20:00:30Z", "failure", BUSY)],
            )
        },
    ];
    world::write(&kept, "2025-07-01T16:00:00Z", &["no-answer=1x1h", "busy=1x1h"], steps).await;
    kept
}

/// All of it for people: each moment in the file is one that is written above, as it is told there.
#[tokio::test]
async fn people_are_told_the_moments_and_counts_that_were_written() {
    let kept = july().await;
    let mut transcript = Transcript::timeless(&kept);
    for words in ["status", "report", "export"] {
        transcript.runs(&kept, &[words]).await;
    }
    for row in 2..=9 {
        transcript.runs(&kept, &["why", &row.to_string()]).await;
    }
    transcript.is("known-times");
}

#[tokio::test]
async fn programs_are_told_the_moments_of_each_row_that_were_written() {
    let kept = july().await;
    let rows = kept.says(["export", "--format", "jsonl"]).ran().await.expect(0).json();
    let told: Vec<Value> = rows
        .iter()
        .map(|it| {
            json!([
                it["row"],
                it["state"],
                it["due_at"],
                it["attempts"],
                it["call_sid"],
                it["status"],
                it["status_reason"],
                it["disposition"],
                it["error"],
                it["correlation_id"],
                it["placed_at"],
                it["ended_at"],
            ])
        })
        .collect();
    let none = Value::Null;
    assert_eq!(
        told,
        [
            json!([
                2,
                "succeeded",
                none,
                1,
                "OUT-a1",
                "success",
                "",
                none,
                none,
                "asked-1",
                "2025-07-01T16:00:06.500Z",
                "2025-07-01T16:01:30.750Z"
            ]),
            json!([
                3,
                "failed",
                none,
                2,
                "OUT-b2",
                "failure",
                BUSY,
                "busy",
                none,
                "asked-2",
                "2025-07-01T17:00:42.000Z",
                "2025-07-01T17:01:12.000Z"
            ]),
            json!([
                4,
                "unconfirmed",
                none,
                1,
                none,
                none,
                none,
                none,
                "timed_out",
                "asked-c",
                none,
                "2025-07-01T16:02:30.000Z"
            ]),
            json!([
                5,
                "status_lost",
                none,
                1,
                "OUT-d1",
                none,
                none,
                none,
                "expired",
                none,
                "2025-07-01T16:03:01.000Z",
                "2025-07-01T18:10:00.000Z"
            ]),
            json!([
                6,
                "scheduled",
                "2100-01-04T09:00:00.000Z",
                0,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none
            ]),
            json!([7, "held", none, 0, none, none, none, none, none, none, none, none]),
            json!([8, "expired", none, 0, none, none, none, none, none, none, none, none]),
            json!([
                9,
                "scheduled",
                "2100-02-01T19:30:00.000Z",
                2,
                "OUT-h1",
                "failure",
                BUSY,
                "busy",
                none,
                "asked-2",
                "2025-07-01T20:00:01.000Z",
                "2025-07-01T20:00:30.000Z"
            ]),
        ]
    );
    let of_list: Vec<Value> = rows
        .iter()
        .map(|it| {
            json!([
                it["to_number"],
                it["external_id"],
                it["time_zone"],
                it["not_before"],
                it["not_after"],
                it["priority"],
                it["metadata"]["name"]
            ])
        })
        .collect();
    assert_eq!(
        of_list,
        [
            json!(["+14155550100", "A", none, none, none, 5, "Ada"]),
            json!(["+12125550101", "B", "America/New_York", none, "2100-01-01T00:00:00.000Z", 7, "Alan"]),
            json!(["+13125550106", "C", none, none, none, 5, "Grace"]),
            json!(["+13035550109", "D", none, none, none, 5, "Edsger"]),
            json!(["+442079460018", "E", none, "2100-01-04T09:00:00.000Z", none, 5, "Radia"]),
            json!(["+80012345678", "F", none, none, none, 5, "Barbara"]),
            json!(["+16175550100", "G", none, none, "2020-01-01T00:00:00.000Z", 5, "Donald"]),
            json!(["+18085550102", "H", none, none, none, 5, "Tony"]),
        ]
    );
}

#[tokio::test]
async fn programs_are_told_the_counts_that_were_written() {
    let kept = july().await;
    let states = json!({
        "scheduled": 2, "held": 1, "dialing": 0, "in_progress": 0, "succeeded": 1, "failed": 1, "unconfirmed": 1,
        "status_lost": 1, "rejected": 0, "suppressed": 0, "expired": 1, "cancelled": 0,
    });
    let report = kept.asks(["report"]).await;
    assert_eq!(report["states"], states);
    assert_eq!(
        report["attempts"],
        json!({ "success": 1, "failure": 3, "not_placed": 1, "unknown": 1, "lost": 1 })
    );
    assert_eq!(
        (&report["rows"], &report["refused"], &report["duplicates"]),
        (&json!(8), &json!(0), &json!(0))
    );
    let zones = json!([
        { "zones": ["America/New_York"], "rows": 2, "succeeded": 0, "failed": 1, "other": 1, "open": 0 },
        { "zones": [], "rows": 1, "succeeded": 0, "failed": 0, "other": 0, "open": 1 },
        { "zones": ["America/Chicago"], "rows": 1, "succeeded": 0, "failed": 0, "other": 1, "open": 0 },
        { "zones": ["America/Denver"], "rows": 1, "succeeded": 0, "failed": 0, "other": 1, "open": 0 },
        { "zones": ["America/Los_Angeles"], "rows": 1, "succeeded": 1, "failed": 0, "other": 0, "open": 0 },
        {
            "zones": ["Europe/Guernsey", "Europe/Isle_of_Man", "Europe/Jersey", "Europe/London"],
            "rows": 1, "succeeded": 0, "failed": 0, "other": 0, "open": 1,
        },
        { "zones": ["Pacific/Honolulu"], "rows": 1, "succeeded": 0, "failed": 0, "other": 0, "open": 1 },
    ]);
    assert_eq!(report["zones"], zones);
    assert_eq!(
        report["unsettled"],
        json!([
            {
                "row": 4, "external_id": "C", "state": "unconfirmed", "reason": "no answer came in time",
                "call_sid": null, "dialed_at": "2025-07-01T16:02:00.000Z", "correlation_id": "asked-c",
            },
            {
                "row": 5, "external_id": "D", "state": "status_lost", "reason": "it was placed, and its end is lost",
                "call_sid": "OUT-d1", "dialed_at": "2025-07-01T16:03:00.000Z", "correlation_id": null,
            },
        ])
    );
    let status = kept.asks(["status"]).await;
    assert_eq!(status["states"], states);
    assert_eq!(
        ["rows", "done", "in_flight", "stuck", "over", "created_at"].map(|name| status[name].clone()),
        [json!(8), json!(5), json!(0), json!(0), json!(false), json!("2025-07-01T16:00:00.000Z")]
    );
    assert_eq!(status["runner"], json!({ "runs": false, "pid": null, "host": null, "since": null }));
    assert_eq!(
        status["waiting"],
        json!([
            {
                "rule": "redial", "rows": 1, "next_at": "2100-02-01T19:30:00.000Z",
                "why": "is called again by the rule busy=1x1h",
            },
            {
                "rule": "not_before", "rows": 1, "next_at": "2100-01-04T09:00:00.000Z",
                "why": "is not to be called before 2100-01-04 09:00 UTC",
            },
        ])
    );
    assert_eq!(status["held"], json!([{ "rule": "zone_unknown", "rows": 1 }]));
}

#[tokio::test]
async fn the_history_of_a_row_has_its_moments_by_the_clocks_where_it_is() {
    let kept = july().await;
    let why = kept.asks(["why", "3"]).await;
    let told: Vec<_> = why["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| json!([it["at"], it["local"], it["kind"], it["attempt"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["2025-07-01T16:00:00.000Z", "Tue 2025-07-01 12:00:00", "imported", null]),
            json!(["2025-07-01T16:00:10.000Z", "Tue 2025-07-01 12:00:10", "dialed", 1]),
            json!(["2025-07-01T16:00:11.125Z", "Tue 2025-07-01 12:00:11", "placed", 1]),
            json!(["2025-07-01T16:00:41.000Z", "Tue 2025-07-01 12:00:41", "status", 1]),
            json!(["2025-07-01T17:00:41.000Z", "Tue 2025-07-01 13:00:41", "dialed", 2]),
            json!(["2025-07-01T17:00:42.000Z", "Tue 2025-07-01 13:00:42", "placed", 2]),
            json!(["2025-07-01T17:01:12.000Z", "Tue 2025-07-01 13:01:12", "status", 2]),
        ]
    );
    assert_eq!((&why["attempts"], &why["dials"], &why["due_at"]), (&json!(2), &json!(2), &Value::Null));
    let later = kept.asks(["why", "9"]).await;
    assert_eq!(
        (&later["due_at"], &later["wait"], &later["zones"]),
        (&json!("2100-02-01T19:30:00.000Z"), &json!("redial"), &json!(["Pacific/Honolulu"]))
    );
}

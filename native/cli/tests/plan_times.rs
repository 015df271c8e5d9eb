//! When a plan begins and ends: moments that can be reckoned from the list, the rate and the window.

use serde_json::json;

use crate::common::list::{Kept, far_window};

/// So many whole minutes from now, at which nobody may be called before.
fn in_minutes(minutes: i64) -> jiff::Timestamp {
    let now = jiff::Timestamp::now().as_second();
    jiff::Timestamp::from_second((now / 60 + minutes) * 60).unwrap()
}

fn rfc3339(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}

#[tokio::test]
async fn a_plan_begins_and_ends_when_the_rows_and_the_rate_say() {
    let kept = Kept::new().await;
    let from = in_minutes(3 * 24 * 60 + 30);
    let rows = (0..5).map(|nth| format!("+1212555010{nth},{from}"));
    kept.write("people.csv", &["phone,not_before".to_owned()].into_iter().chain(rows).collect::<Vec<_>>());
    let plan = ["plan", "people.csv", "--no-windows", "a test", "--max-in-flight", "1000", "--rate", "0.1"];
    // Five calls in 50 seconds, the last of which lasts for 90.
    let ends = from + jiff::SignedDuration::from_secs(50 + 90);
    let json = kept.runs_here(&[&plan[..], &["--json"]].concat()).ran().await.expect(0).only_json();
    assert_eq!(
        (&json["calls"], &json["begins_at"], &json["ends_at"], &json["do_not_fit"], &json["beyond_400_days"]),
        (&json!(5), &json!(rfc3339(from)), &json!(rfc3339(ends)), &json!(0), &json!(0))
    );
    assert_eq!(json["assumed"], json!({ "rate": 0.1, "seconds_a_call": 90, "redials": false }));
    let text = kept.runs_here(&plan).env("TZ", "Asia/Kathmandu").ran().await.expect(0).stdout;
    let there = |at| jiff::tz::TimeZone::get("Asia/Kathmandu").unwrap().to_datetime(at);
    let said = format!(
        "5 calls at one call in 10 s: from {} to {} by this machine's clock, in 3 days.",
        there(from).strftime("%a %Y-%m-%d %H:%M"),
        there(ends).strftime("%a %Y-%m-%d %H:%M")
    );
    assert!(text.contains(&said), "{said}: {text}");

    // In 30 seconds three of them are called.
    let until = (from + jiff::SignedDuration::from_secs(30)).to_string();
    let json = kept
        .runs_here(&[&plan[..], &["--until", &until, "--json"]].concat())
        .ran()
        .await
        .expect(0)
        .only_json();
    assert_eq!((&json["calls"], &json["do_not_fit"]), (&json!(3), &json!(2)), "{json}");
}

#[tokio::test]
async fn a_plan_waits_for_the_next_window_by_the_clocks_of_each_zone() {
    let kept = Kept::new().await;
    kept.write("people.csv", &["phone", "+12125550100", "+12125550101", "+18085550100"]);
    let window = far_window();
    let json = kept.runs_here(&["plan", "people.csv", "--window", &window, "--json"]).ran().await;
    let json = json.expect(0).only_json();
    // The first ten o'clock of that day of the week, by those clocks.
    let opens = |zone: &str| {
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let day = i64::try_from(days.iter().position(|day| window.starts_with(day)).unwrap()).unwrap() + 1;
        let zone = jiff::tz::TimeZone::get(zone).unwrap();
        let today = zone.to_datetime(jiff::Timestamp::now()).date();
        let ahead = (day - i64::from(today.weekday().to_monday_one_offset())).rem_euclid(7);
        let date = today.checked_add(jiff::Span::new().days(ahead)).unwrap();
        zone.to_ambiguous_timestamp(date.at(10, 0, 0, 0)).earlier().unwrap()
    };
    let (new_york, honolulu) = (opens("America/New_York"), opens("Pacific/Honolulu"));
    let close = |at: jiff::Timestamp| rfc3339(at + jiff::SignedDuration::from_mins(6 * 60 - 5));
    assert_eq!(
        json["zones"],
        json!([
            {
                "zones": ["America/New_York"], "rows": 2, "to_call": 2, "held": 0, "expired": 0,
                "opens_at": rfc3339(new_york), "closes_at": close(new_york),
            },
            {
                "zones": ["Pacific/Honolulu"], "rows": 1, "to_call": 1, "held": 0, "expired": 0,
                "opens_at": rfc3339(honolulu), "closes_at": close(honolulu),
            },
        ])
    );
    // Ten at a time, of 90 seconds each: one in nine.
    let ends = rfc3339(honolulu + jiff::SignedDuration::from_secs(9 + 90));
    assert_eq!((&json["begins_at"], &json["ends_at"]), (&json!(rfc3339(new_york)), &json!(ends)));
    assert_eq!(json["calls"], 3);
}

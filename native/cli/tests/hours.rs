//! A single call at an hour at which nobody is called, and to numbers that are called only if somebody asks for them.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::common::{nobody, outbound, outbound_at, sandbox};

/// A service that is not on this machine's loopback, and answers nobody.
const AWAY: [&str; 6] = ["--base-url", "https://service.invalid", "--max-retries", "0", "--timeout", "5"];
/// Numbers of places without summer time, and how many hours their clocks are ahead of UTC.
const PLACES: [(&str, i64); 8] = [
    ("+81312345678", 9),
    ("+97142123456", 4),
    ("+85221234567", 8),
    ("+541123456789", -3),
    ("+18085550134", -10),
    ("+2348031234567", 1),
    ("+6562345678", 8),
    ("+50622123456", -6),
];

/// The hour there now.
fn hour(ahead: i64) -> i64 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    (i64::try_from(seconds / 3600).unwrap() + ahead).rem_euclid(24)
}

#[tokio::test]
async fn outside_decent_hours_a_script_places_no_call_without_saying_so() {
    let mut late = 0;
    for (number, ahead) in PLACES {
        let hour = hour(ahead);
        // Not about the hours at which it changes.
        let (is_day, is_night) = ((9..20).contains(&hour), !(7..22).contains(&hour));
        let call = || outbound(["call", number]).args(AWAY).env("POLYAI_OUTBOUND_TOKEN", "t");
        if is_night {
            late += 1;
            let ran =
                call().ran().await.expect(2).says(&["--anytime", "No call was placed", "08:00 to 21:00"]);
            assert!(!ran.said().contains(&number[4..]), "{ran:?}");
            let json = call().arg("--json").ran().await.expect(2).only_json();
            assert_eq!(json["error"]["code"], "invalid_input");
            assert_eq!(call().arg("--wait").ran().await.code, Some(2), "{number}");
            outbound(["call", number, "--dry-run"]).args(AWAY).ran().await.expect(0);
        }
        if is_day || is_night {
            // The call goes out, to a service that is not there.
            let run = if is_night { call().arg("--anytime") } else { call() };
            let ran = run.ran().await;
            assert_eq!(ran.code, Some(6), "{number} at {hour}: {ran:?}");
        }
    }
    assert!(late > 0, "it is night somewhere");
}

#[tokio::test]
async fn a_number_of_which_nobody_knows_where_it_is_is_never_called_at_a_decent_hour() {
    for number in ["+80012345678", "+883510012345"] {
        let run = outbound(["call", number]).args(AWAY).env("POLYAI_OUTBOUND_TOKEN", "t");
        run.ran().await.expect(2).says(&["Nobody knows what time it is", "--anytime"]);
    }
}

#[tokio::test]
async fn a_sandbox_on_this_machine_calls_nobody_so_nothing_is_asked() {
    let sandbox = sandbox(60.0).await;
    for (number, _) in PLACES {
        outbound_at(&sandbox.base_url(), ["call", number]).ran().await.expect(0);
    }
}

#[tokio::test]
async fn emergency_and_premium_numbers_are_called_only_if_they_are_asked_for_by_name() {
    let sandbox = sandbox(60.0).await;
    for (number, country, flag, other) in [
        ("911", "US", "--allow-emergency", "--allow-premium"),
        ("112", "DE", "--allow-emergency", "--allow-premium"),
        ("999", "GB", "--allow-emergency", "--allow-premium"),
        ("000", "AU", "--allow-emergency", "--allow-premium"),
        ("119", "JP", "--allow-emergency", "--allow-premium"),
        ("+19005550134", "US", "--allow-premium", "--allow-emergency"),
        ("+449098790000", "GB", "--allow-premium", "--allow-emergency"),
        ("0900 1234567", "DE", "--allow-premium", "--allow-emergency"),
        ("+33899123456", "FR", "--allow-premium", "--allow-emergency"),
        ("+61190123456", "AU", "--allow-premium", "--allow-emergency"),
    ] {
        let call = || outbound_at(&sandbox.base_url(), ["call", number, "--country", country]);
        let ran = call().ran().await.expect(2).says(&["NUMBER: is ", flag]);
        assert!(!ran.said().contains("5550134") && !ran.said().contains("8790000"), "{ran:?}");
        call().arg(other).ran().await.expect(2);
        call().args(["--dry-run"]).ran().await.expect(2);
        call().arg(flag).ran().await.expect(0);
    }
    outbound_at(&nobody(), ["call", "+1911"]).ran().await.expect(2);
}

#[tokio::test]
async fn rows_with_premium_numbers_are_refused_unless_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    let rows =
        ["+19005550134", "+449098790000", "+4990012345678", "+33899123456", "+14155550134", "+81990123456"];
    std::fs::write(&path, format!("phone\n{}\n", rows.join("\n"))).unwrap();
    let plan = |more: &[&str]| {
        let run = outbound(["campaign", "plan", "--json"]).arg(&path);
        more.iter().fold(run, |run, it| run.arg(it)).ran()
    };
    let json = plan(&[]).await.expect(0).only_json();
    assert_eq!((json["accepted"].as_u64(), json["refused"].as_u64()), (Some(1), Some(5)), "{json}");
    let why = json["refused_by"][0]["problem"].as_str().unwrap_or_default().to_owned();
    assert!(json.to_string().contains("premium-rate"), "{why} {json}");
    let json = plan(&["--allow-premium"]).await.expect(0).only_json();
    assert_eq!((json["accepted"].as_u64(), json["refused"].as_u64()), (Some(6), Some(0)), "{json}");
}

#[tokio::test]
async fn a_list_with_one_number_in_two_forms_calls_it_once_and_a_suppressed_one_in_neither() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    let rows = [
        "+5491123456789",
        "+54 11 2345-6789",
        "+5511987654321",
        "+55 11 8765-4321",
        "+390612345678",
        "+39 6 12345678",
        "+442079460134",
        "+44 (0)20 7946 0134",
    ];
    std::fs::write(&path, format!("phone\n{}\n", rows.join("\n"))).unwrap();
    let never = folder.path().join("never.txt");
    std::fs::write(&never, "+39612345678\n+551187654321\n+54 9 11 2345 6789\n").unwrap();
    let plan = outbound(["campaign", "plan", "--json"]).arg(&path).arg("--suppress").arg(&never);
    let json = plan.ran().await.expect(0).only_json();
    let told = ["accepted", "duplicates", "suppressed", "calls"].map(|it| json[it].as_u64().unwrap());
    assert_eq!(told, [4, 4, 3, 1], "{json}");
}

#[cfg(target_os = "linux")]
mod on_a_terminal {
    use super::*;
    use crate::common::shell;

    #[tokio::test]
    async fn a_person_is_asked_outside_decent_hours_and_only_a_yes_calls() {
        let night = PLACES.into_iter().filter(|(_, ahead)| !(7..22).contains(&hour(*ahead)));
        for (number, _) in night.take(2) {
            let typed = |answer: &str| {
                let call = format!("outbound call {number} {}", AWAY.join(" "));
                let script = format!("printf '{answer}\\n' | script -qec '{call}' /dev/null");
                shell(&script).env("POLYAI_OUTBOUND_TOKEN", "t")
            };
            for no in ["n", "", "no", "maybe", "1"] {
                let ran = typed(no).ran().await.expect(130);
                assert!(ran.stdout.contains("Call anyway? [y/N]"), "{ran:?}");
                assert!(
                    ran.stdout.contains("no call was placed") && !ran.stdout.contains(&number[4..]),
                    "{ran:?}"
                );
            }
            // The call goes out, to a service that is not there.
            assert_eq!(typed("y").ran().await.code, Some(6));
        }
    }
}

#[tokio::test]
async fn a_national_number_without_its_area_code_is_refused_and_says_what_is_missing() {
    let sandbox = sandbox(100.0).await;
    for (number, country) in [
        ("555-0130", "US"),
        ("5550130", "CA"),
        ("1 555 0130", "US"),
        ("7183 8750", "GB"),
        ("12 34 56", "FR"),
        ("234 5678", "IN"),
    ] {
        let ran = outbound_at(&sandbox.base_url(), ["call", number, "--country", country, "--anytime"])
            .ran()
            .await
            .expect(2);
        assert!(ran.said().contains("area code"), "{number}: {ran:?}");
        assert!(!ran.said().contains(number), "{ran:?}");
    }
    for (number, country) in [("(415) 555-0130", "US"), ("020 7183 8750", "GB"), ("(11) 91234-5678", "BR")] {
        outbound_at(&sandbox.base_url(), ["call", number, "--country", country, "--anytime"])
            .ran()
            .await
            .expect(0);
    }
    assert_eq!(sandbox.calls().len(), 3);
    for number in
        ["+881612345678", "+447012345678", "+34905123456", "+491371234567", "+870776123456", "+882161234567"]
    {
        let ran = outbound_at(&sandbox.base_url(), ["call", number, "--anytime"]).ran().await.expect(2);
        ran.says(&["--allow-premium"]);
        outbound_at(&sandbox.base_url(), ["call", number, "--anytime", "--allow-premium"])
            .ran()
            .await
            .expect(0);
    }
    assert_eq!(sandbox.calls().len(), 9);
}

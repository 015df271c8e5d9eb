//! What is kept as JSON is the same when it is read again: whatever the options of a campaign are, a later run goes on by
//! the same ones.

use proptest::prelude::*;

use super::*;
use crate::{Allowed, Encryption, Restricted, VariantId};

fn a_time() -> impl Strategy<Value = String> {
    (0..1440_u16).prop_map(|it| format!("{:02}:{:02}", it / 60, it % 60))
}

fn windows() -> impl Strategy<Value = CallingWindows> {
    let days = prop::sample::subsequence(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 1..=7);
    let one = (days, a_time(), a_time())
        .prop_filter("has an end after its start", |(_, start, end)| start != end)
        .prop_map(|(days, one, two)| {
            let (start, end) = if one < two { (one, two) } else { (two, one) };
            format!("{} {start}-{end}", days.join(","))
        });
    let holidays = prop::collection::vec((1..=9999_u16, 1..=12_u8, 1..=28_u8), 0..4).prop_map(|dates| {
        dates.into_iter().map(|(y, m, d)| Holiday::parse(&format!("{y:04}-{m:02}-{d:02}")).unwrap()).collect()
    });
    prop_oneof![
        5 => (prop::collection::vec(one, 1..6), holidays).prop_map(|(texts, holidays): (_, Vec<_>)| {
            CallingWindows::parse(&texts).unwrap().with_holidays(holidays)
        }),
        1 => "\\PC{0,20}[a-z]\\PC{0,20}".prop_map(|reason| CallingWindows::always(&reason).unwrap()),
    ]
}

fn a_rule() -> impl Strategy<Value = RedialRule> {
    let kinds = DISPOSITIONS.iter().map(|it| it.name.to_owned()).collect::<Vec<_>>();
    let ending = prop_oneof![
        prop::sample::select(kinds),
        Just("failure".to_owned()),
        "[a-z=x ]{0,8}[a-z]".prop_map(|text| format!("reason:{text}")),
    ];
    (ending, 1..=100_u32, 60..10_000_000_u64)
        .prop_map(|(ending, times, seconds)| format!("{ending}={times}x{seconds}s").parse().unwrap())
}

/// Rates as people write them: of more than 15 digits `serde_json` may read the last one otherwise.
fn a_pace() -> impl Strategy<Value = Pace> {
    let rate = (1..10_000_000_000_u64, 0..8_usize)
        .prop_map(|(digits, places)| format!("{digits}e-{places}").parse::<f64>().unwrap());
    (rate, 1..=u32::MAX, 1..=u32::MAX).prop_map(|(rate, max_in_flight, max_dialing)| Pace {
        rate,
        max_in_flight,
        max_dialing,
    })
}

fn a_breaker() -> impl Strategy<Value = BreakerOptions> {
    (any::<[u32; 4]>(), any::<[u32; 2]>()).prop_map(|(counts, spans)| BreakerOptions {
        faults_in_a_row: counts[0],
        recent: counts[1],
        recent_faults: counts[2],
        unknown_in_a_row: counts[3],
        first_probe: Duration::from_secs(spans[0].into()),
        longest_probe: Duration::from_secs(spans[1].into()),
    })
}

fn options() -> impl Strategy<Value = Options> {
    let spans = (any::<u32>(), any::<u32>());
    let counts = (1..=u32::MAX, 1..=u32::MAX, any::<u32>(), any::<u32>(), spans, a_breaker());
    let allowed = prop::collection::vec(prop::sample::select(&Restricted::ALL[..]), 0..3)
        .prop_map(|kinds| kinds.into_iter().fold(Allowed::NONE, Allowed::and));
    let said = (
        prop::option::of(prop::sample::select(&Encryption::ALL[..])),
        prop::option::of("\\PC{0,8}[a-z]"),
        allowed,
    );
    let rules = prop::collection::vec(a_rule(), 0..4);
    (windows(), any::<u64>(), prop::option::of(any::<u64>()), a_pace(), rules, counts, said).prop_map(
        |(windows, margin, until, pace, redial, counts, (encryption, variant, allowed))| Options {
            windows,
            zone_by: ZoneBy::Country,
            window_margin: Duration::from_secs(margin),
            until: until.map(Timestamp::from_millis),
            pace,
            redial,
            max_attempts: counts.0,
            max_per_number: counts.1,
            max_refusals: counts.2,
            max_triggers_per_number: counts.3,
            stuck_after: Duration::from_secs(counts.4.0.into()),
            not_again_within: Duration::from_secs(counts.4.1.into()),
            breaker: counts.5,
            encryption,
            variant_id: variant.map(|id| VariantId::new(id).unwrap()),
            allowed,
        },
    )
}

proptest! {
    #[test]
    fn options_are_the_same_after_json(options in options()) {
        let json = serde_json::to_string(&options).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Options>(&json).unwrap(), &options, "{}", json);
        // Some stores keep it as a value rather than as text.
        let value = serde_json::to_value(&options).unwrap();
        prop_assert_eq!(serde_json::from_value::<Options>(value).unwrap(), options);
    }

    #[test]
    fn windows_are_the_same_after_they_are_written(windows in windows()) {
        if windows.reason().is_none() {
            let holidays: Vec<_> = windows.holidays().collect();
            let read = CallingWindows::parse(&windows.windows()).unwrap().with_holidays(holidays.clone());
            prop_assert_eq!(&read, &windows);
            let read = CallingWindows::parse(&[windows.to_string()]).unwrap().with_holidays(holidays);
            prop_assert_eq!(read, windows);
        }
    }

    #[test]
    fn a_redial_rule_is_the_same_after_it_is_written(rule in a_rule()) {
        prop_assert_eq!(rule.to_string().parse::<RedialRule>().unwrap(), rule);
    }

    #[test]
    fn a_span_is_the_same_after_it_is_written(seconds in 0..u64::from(u32::MAX)) {
        let written = span::Span(Duration::from_secs(seconds)).to_string();
        prop_assert_eq!(parse_span("x", &written).unwrap(), Duration::from_secs(seconds), "{}", written);
    }
}

#[test]
fn options_as_an_earlier_version_wrote_them_are_read() {
    let json = r#"{"windows":{"windows":["mon-sat 09:00-20:00"]},"window_margin":300,"until":null,
        "pace":{"rate":1.0,"max_in_flight":10,"max_dialing":64},"redial":["no-answer=3x30m"],
        "max_attempts":10,"max_per_number":3,"max_refusals":3}"#;
    let read: Options = serde_json::from_str(json).unwrap();
    let redial = vec!["no-answer=3x30m".parse().unwrap()];
    let pace = Pace { max_dialing: 64, ..Pace::default() };
    assert_eq!(read, Options { redial, pace, ..Options::default() });
    let mut written = serde_json::to_value(Options::default()).unwrap();
    written["breaker"] = serde_json::json!({ "first_probe": 10 });
    let read: Options = serde_json::from_value(written).unwrap();
    let breaker = BreakerOptions { first_probe: secs(10), ..BreakerOptions::default() };
    assert_eq!(read, Options { breaker, ..Options::default() });
}

#[test]
fn options_that_are_not_understood_whole_are_refused() {
    let json = serde_json::to_value(Options::default()).unwrap();
    for (name, value) in [
        ("max_atempts", serde_json::json!(3)),
        ("encryption", serde_json::json!("SRTP")),
        ("variant_id", serde_json::json!(" ")),
        ("window_margin", serde_json::json!(-1)),
        ("redial", serde_json::json!(["no-answer"])),
        ("until", serde_json::json!("tomorrow")),
        ("breaker", serde_json::json!({ "faults_in_row": 3 })),
    ] {
        let mut odd = json.clone();
        odd[name] = value;
        assert!(serde_json::from_value::<Options>(odd).is_err(), "{name}");
    }
}

#[test]
fn options_by_which_nobody_would_be_called_are_refused_with_what_to_mend() {
    let good = Options::default();
    let pace = |rate, max_in_flight, max_dialing| Options {
        pace: Pace { rate, max_in_flight, max_dialing },
        ..good.clone()
    };
    let redial = |rules: &[&str]| Options {
        redial: rules.iter().map(|it| it.parse().unwrap()).collect(),
        ..good.clone()
    };
    let breaker = |change: fn(&mut BreakerOptions)| {
        let mut options = good.clone();
        change(&mut options.breaker);
        options
    };
    assert!(good.check().is_ok());
    assert!(pace(0.001, 1, 1).check().is_ok());
    assert!(redial(&["busy=1x1m", "no-answer=1x1m", "reason:busy=1x1m"]).check().is_ok());
    for (options, field) in [
        (pace(0.0, 1, 1), "rate"),
        (pace(-1.0, 1, 1), "rate"),
        (pace(f64::NAN, 1, 1), "rate"),
        (pace(f64::INFINITY, 1, 1), "rate"),
        (pace(1.0, 0, 1), "max_in_flight"),
        (pace(1.0, 1, 0), "max_in_flight"),
        (Options { max_attempts: 0, ..good.clone() }, "max_attempts"),
        (Options { max_per_number: 0, ..good.clone() }, "max_per_number"),
        (redial(&["busy=1x1m", "no-answer=1x1m", "busy=2x1h"]), "redial"),
        (breaker(|it| it.faults_in_a_row = 0), "faults_in_a_row"),
        (breaker(|it| it.recent_faults = 0), "recent_faults"),
        (breaker(|it| it.recent = 9), "recent"),
        (breaker(|it| it.unknown_in_a_row = 0), "unknown_in_a_row"),
        (breaker(|it| it.first_probe = secs(0)), "first_probe"),
        (breaker(|it| it.longest_probe = secs(4)), "first_probe"),
    ] {
        assert_eq!(options.check().unwrap_err().field(), field);
        let base_url = crate::BaseUrl::parse("http://localhost").unwrap();
        let service = Service::at(base_url, crate::Api::Outbound, None);
        assert!(Campaign::new(service.into(), options, crate::Limits::default(), 7).is_err(), "{field}");
    }
}

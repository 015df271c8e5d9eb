//! What the fictional numbers do, each row of the table.

use std::ops::RangeInclusive;

use super::*;

/// What becomes of a trigger.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    /// 200 with a SID.
    Accepted,
    /// The status that means "failed to place the call", in the service's envelope.
    Failing,
    /// 429 with `Retry-After: 2`.
    TurnedAway,
    /// An own answer of another status, in the service's envelope.
    Own(u16),
    /// An own 400 in a validator's form.
    Validation,
    Cut,
    Hang,
    /// An answer that is not the service's.
    Foreign(u16),
}

fn told(service: &Service, reaction: Reaction) -> Told {
    let response = match reaction {
        Reaction::Cut { after } => {
            assert_eq!(after, Duration::ZERO);
            return Told::Cut;
        }
        Reaction::Hang => return Told::Hang,
        Reaction::Answer { response, after } => {
            assert_eq!(after, Duration::ZERO);
            response
        }
    };
    let seen = Seen {
        status: response.status,
        headers: response.headers,
        body: response.body,
        after: Duration::ZERO,
    };
    if seen.headers.get(CORRELATION_ID).is_none() {
        return Told::Foreign(seen.status);
    }
    match seen.status {
        200 => Told::Accepted,
        429 => {
            seen.refusal(service);
            assert_eq!(seen.headers.get("Retry-After"), Some("2"));
            Told::TurnedAway
        }
        400 if seen.json().get("detail").is_some() || seen.json().get("errors").is_some() => Told::Validation,
        failing if failing == service.api().dialect().placing_failed => {
            seen.refusal(service);
            Told::Failing
        }
        other => {
            seen.refusal(service);
            Told::Own(other)
        }
    }
}

struct Row {
    xx: u8,
    /// What one trigger after the other is told.
    told: &'static [Told],
    /// How many of them placed a call.
    placed: usize,
    /// The words that the first call placed goes through, and for how many seconds.
    life: &'static [(&'static str, RangeInclusive<f64>)],
    end: (&'static str, &'static str),
}

const QUEUED: (&str, RangeInclusive<f64>) = ("queued", 2.0..=2.0);
const CALLING: (&str, RangeInclusive<f64>) = ("calling", 8.0..=25.0);
const PLAIN: &[(&str, RangeInclusive<f64>)] = &[QUEUED, CALLING];
const SUCCESS: (&str, &str) = ("success", "");

#[rustfmt::skip]
const ROWS: [Row; 28] = {
    use Told::{Accepted, Cut, Failing, Foreign, Hang, Own, TurnedAway, Validation};
    [
        Row { xx: 0, told: &[Accepted, Accepted], placed: 2, life: PLAIN, end: SUCCESS },
        Row { xx: 1, told: &[Accepted], placed: 1, life: PLAIN, end: ("failure", "call setup: no answer from the called party") },
        Row { xx: 2, told: &[Accepted], placed: 1, life: PLAIN, end: ("failure", "call setup: the called party is busy") },
        Row { xx: 3, told: &[Accepted], placed: 1, life: &[("queued", 20.0..=30.0)], end: ("failure", "call queueing: max timeout limit exceeded") },
        Row { xx: 4, told: &[Accepted], placed: 1, life: &[("queued", 600.0..=600.0), ("calling", 20.0..=20.0)], end: SUCCESS },
        Row { xx: 5, told: &[Failing, Failing, Accepted, Failing, Failing, Accepted], placed: 2, life: PLAIN, end: SUCCESS },
        Row { xx: 6, told: &[Cut, Cut], placed: 2, life: PLAIN, end: SUCCESS },
        Row { xx: 7, told: &[TurnedAway, Accepted, TurnedAway, Accepted], placed: 2, life: PLAIN, end: SUCCESS },
        Row { xx: 8, told: &[Accepted], placed: 1, life: PLAIN, end: SUCCESS },
        Row { xx: 9, told: &[Accepted], placed: 1, life: &[QUEUED, ("calling", 150.0..=150.0)], end: SUCCESS },
        Row { xx: 10, told: &[Accepted], placed: 1, life: &[QUEUED, ("ringing", 5.0..=5.0), CALLING], end: SUCCESS },
        Row { xx: 11, told: &[Hang], placed: 1, life: PLAIN, end: SUCCESS },
        Row { xx: 12, told: &[Foreign(502), Foreign(502)], placed: 0, life: &[], end: SUCCESS },
        Row { xx: 13, told: &[Foreign(502), Foreign(502)], placed: 2, life: PLAIN, end: SUCCESS },
        // In the agents dialect 400.
        Row { xx: 14, told: &[Own(401), Own(401), Own(401)], placed: 0, life: &[], end: SUCCESS },
        Row { xx: 15, told: &[Own(403), Own(403), Own(403)], placed: 0, life: &[], end: SUCCESS },
        Row { xx: 16, told: &[Own(404), Own(404), Own(404)], placed: 0, life: &[], end: SUCCESS },
        Row { xx: 17, told: &[Own(408), Own(408)], placed: 0, life: &[], end: SUCCESS },
        Row { xx: 18, told: &[Own(408), Own(408)], placed: 2, life: PLAIN, end: SUCCESS },
        Row { xx: 19, told: &[Own(503), Own(503), Accepted, Own(503)], placed: 1, life: PLAIN, end: SUCCESS },
        Row { xx: 20, told: &[Foreign(503), Foreign(503)], placed: 2, life: PLAIN, end: SUCCESS },
        Row { xx: 21, told: &[Foreign(500), Foreign(500)], placed: 2, life: PLAIN, end: SUCCESS },
        Row { xx: 22, told: &[Validation, Validation], placed: 0, life: &[], end: SUCCESS },
        Row { xx: 23, told: &[Validation, Validation], placed: 0, life: &[], end: SUCCESS },
        Row { xx: 24, told: &[Accepted], placed: 1, life: PLAIN, end: SUCCESS },
        Row { xx: 25, told: &[Accepted], placed: 1, life: PLAIN, end: SUCCESS },
        Row { xx: 26, told: &[Accepted], placed: 1, life: PLAIN, end: SUCCESS },
        Row { xx: 27, told: &[Accepted], placed: 1, life: &[QUEUED, ("calling", 21_600.0..=21_600.0)], end: SUCCESS },
    ]
};

/// What the dialects disagree about: the status that a connector without outbound calling is refused with.
fn in_dialect(service: &Service, told: Told) -> Told {
    match (told, service.api()) {
        (Told::Own(401), Api::Agents { .. }) => Told::Own(400),
        (told, Api::Agents { .. } | Api::Outbound) => told,
    }
}

#[test]
fn every_number_tells_the_trigger_what_its_script_says_and_places_as_often() {
    for service in services() {
        for (at, Row { xx, told: expected, placed, .. }) in ROWS.into_iter().enumerate() {
            assert_eq!(usize::from(xx), at, "a row for each");
            let mut sandbox = sandbox();
            let request = trigger(&service, xx);
            let heard: Vec<_> =
                expected.iter().map(|_| told(&service, sandbox.handle(START, &request))).collect();
            let expected: Vec<_> = expected.iter().map(|told| in_dialect(&service, *told)).collect();
            assert_eq!(heard, expected, "{xx}");
            assert_eq!(sandbox.calls().count(), placed, "{xx}");
        }
    }
}

#[test]
fn every_placed_call_lives_as_its_script_says() {
    for service in services() {
        for seed in 0..20 {
            for Row { xx, told, life, end, .. } in ROWS.into_iter().filter(|row| row.placed > 0) {
                let mut sandbox = Sandbox::new(Config::default().with_seed(seed));
                for _ in told {
                    let _ = sandbox.handle(START, &trigger(&service, xx));
                }
                sandbox.handle_time(START + seconds(8.0 * 3600.0));
                let call = sandbox.calls().next().unwrap();
                assert_eq!((call.placed_at, call.api), (START, service.api().clone()));
                let mut at = START;
                for ((word, span), change) in life.iter().zip(&call.changes) {
                    assert_eq!((change.status.as_str(), change.at), (*word, at), "{xx}");
                    let next = call.changes.iter().find(|next| next.at > at).expect("an end");
                    assert!(
                        span.contains(&next.at.since(at).as_secs_f64()),
                        "{xx} {change:?} until {next:?}"
                    );
                    at = next.at;
                }
                assert_eq!(call.changes.len(), life.len() + 1, "{xx}");
                assert_eq!((call.status.as_str(), call.reason.as_str()), end, "{xx}");
                assert_eq!(call.ended_at, Some(at), "{xx}");
            }
        }
    }
}

#[test]
fn status_reads_show_each_change_when_it_comes_in_the_words_of_the_dialect() {
    for service in services() {
        for xx in [0, 1, 2, 3, 4, 10, 27] {
            let mut sandbox = sandbox();
            let call_sid = place(&mut sandbox, START, &service, xx);
            sandbox.handle_time(START + seconds(8.0 * 3600.0));
            let changes = sandbox.calls().next().unwrap().changes;
            let mut sandbox = self::sandbox();
            assert_eq!(place(&mut sandbox, START, &service, xx), call_sid, "the same seed, the same call");
            for (at, change) in changes.iter().enumerate() {
                let shown = |seen: Seen| {
                    assert_eq!(seen.status, 200);
                    let names: Vec<_> = seen.json().as_object().unwrap().keys().cloned().collect();
                    match service.api() {
                        Api::Outbound => assert_eq!(names, ["reason", "status"]),
                        Api::Agents { .. } => {
                            assert_eq!(names, ["callSid", "reason", "status"]);
                            assert_eq!(seen.sid(), call_sid);
                        }
                    }
                    (seen.text("status"), seen.text("reason"))
                };
                let in_dialect = |word: &str| match service.api() {
                    Api::Outbound => word.to_owned(),
                    Api::Agents { .. } => word.to_uppercase(),
                };
                if at > 0 {
                    let just_before = change.at - Duration::from_millis(1);
                    let before = in_dialect(changes[at - 1].status.as_str());
                    assert_eq!(
                        shown(read(&mut sandbox, just_before, &service, &call_sid)),
                        (before, String::new())
                    );
                }
                let now = (in_dialect(change.status.as_str()), change.reason.clone());
                assert_eq!(shown(read(&mut sandbox, change.at, &service, &call_sid)), now);
            }
        }
    }
}

#[test]
fn a_call_to_08_fails_to_be_read_three_times_and_each_call_anew() {
    for service in services() {
        let mut sandbox = sandbox();
        for _ in 0..2 {
            let call_sid = place(&mut sandbox, START, &service, 8);
            for _ in 0..3 {
                let seen = read(&mut sandbox, START, &service, &call_sid);
                assert_eq!(seen.status, service.api().dialect().placing_failed);
                seen.refusal(&service);
            }
            for _ in 0..3 {
                assert_eq!(read(&mut sandbox, START, &service, &call_sid).status, 200);
            }
        }
    }
}

#[test]
fn reads_of_24_25_and_26_fail_three_times_as_their_scripts_say_and_each_call_anew() {
    for service in services() {
        let mut sandbox = sandbox();
        for (xx, expected) in [(24, Told::Own(400)), (25, Told::Own(403)), (26, Told::Foreign(404))] {
            for _ in 0..2 {
                let call_sid = place(&mut sandbox, START, &service, xx);
                let request = wire::status_request(&service, &call_sid);
                for _ in 0..3 {
                    assert_eq!(told(&service, sandbox.handle(START, &request)), expected, "{xx}");
                }
                assert_eq!(read(&mut sandbox, START, &service, &call_sid).status, 200);
            }
        }
    }
}

#[test]
fn foreign_answers_are_those_of_a_gateway_a_cache_and_a_proxy() {
    let [service, _] = services();
    let mut sandbox = sandbox();
    let mut answer = |xx| ask(&mut sandbox, START, &trigger(&service, xx));
    let said = |seen: &Seen, text: &str| String::from_utf8_lossy(&seen.body).contains(text);
    assert!(said(&answer(12), "502 Bad Gateway"));
    let varnish = answer(20);
    assert_eq!(varnish.headers.get("Retry-After"), Some("5"), "which looks as if it were turned away");
    assert!(said(&varnish, "Guru Meditation"));
    let fastify = answer(21);
    let body: Value = serde_json::from_slice(&fastify.body).unwrap();
    assert!(body["error"].is_string() && body["code"].is_string(), "it has the members of an envelope");
}

#[test]
fn a_validator_names_the_number_in_the_forms_of_the_dialect() {
    let [outbound, agents] = services();
    let body = |service: &Service, xx| ask(&mut sandbox(), START, &trigger(service, xx)).json();
    let message = "is not a number that can be called";
    assert_eq!(body(&outbound, 22), serde_json::json!({ "detail": format!("to_number: {message}") }));
    let list = serde_json::json!({ "detail": [{ "loc": ["body", "to_number"], "msg": message }] });
    assert_eq!(body(&outbound, 23), list);
    let errors = [serde_json::json!({ "field": "toNumber", "message": message })];
    let expected = serde_json::json!({ "message": "Validation failed", "errors": errors });
    assert_eq!([body(&agents, 22), body(&agents, 23)], [expected.clone(), expected]);
}

#[test]
fn a_connector_without_outbound_calling_is_said_to_be_one() {
    for service in services() {
        let seen = ask(&mut sandbox(), START, &trigger(&service, 14));
        assert!(seen.refusal(&service).contains("not configured for outbound calling"));
    }
}

#[test]
fn a_call_to_09_is_gone_at_the_moment_of_its_end() {
    for service in services() {
        let mut sandbox = sandbox();
        let call_sid = place(&mut sandbox, START, &service, 9);
        let end = START + seconds(152.0);
        let seen = read(&mut sandbox, end - Duration::from_millis(1), &service, &call_sid);
        assert_eq!((seen.status, seen.text("status").to_lowercase().as_str()), (200, "calling"));
        assert_eq!(read(&mut sandbox, end, &service, &call_sid).status, 404);
        assert_eq!(sandbox.calls().next().unwrap().ended_at, Some(end));
    }
}

#[test]
fn refusals_are_counted_for_each_number_alone() {
    let [service, _] = services();
    let mut sandbox = sandbox();
    for number in ["+14155550105", "+12125550105"] {
        let request = trigger_to(&service, number);
        for expected in [Told::Failing, Told::Failing, Told::Accepted] {
            assert_eq!(told(&service, sandbox.handle(START, &request)), expected);
        }
    }
}

#[test]
fn a_number_plays_its_script_in_every_form_and_area() {
    let [service, _] = services();
    for (number, country) in [
        ("+12025550106", None),
        ("+19995550106", None),
        ("2025550106", Some("US")),
        ("(202) 555-0106", Some("us")),
        ("1-202-555-0106", Some("US")),
    ] {
        let call = TriggerCall::new(Destination::parse(number, country).unwrap());
        let request = wire::trigger_request(&service, &call).unwrap();
        assert_eq!(told(&service, sandbox().handle(START, &request)), Told::Cut, "{number}");
    }
}

#[test]
fn numbers_that_only_look_like_fictional_ones_are_ordinary() {
    let [service, _] = services();
    for (number, country) in [
        ("+12025550206", None),
        ("+12025560106", None),
        ("+11025550106", None),
        ("+12025550128", None),
        ("+12025550199", None),
        ("+442025550106", None),
        ("2025550106", Some("GB")),
        ("555-0106", Some("US")),
        ("22025550106", Some("US")),
    ] {
        let call = TriggerCall::new(Destination::parse(number, country).unwrap());
        let request = wire::trigger_request(&service, &call).unwrap();
        assert_eq!(told(&service, sandbox().handle(START, &request)), Told::Accepted, "{number}");
    }
}

#[test]
fn the_same_seed_and_requests_make_the_same_answers_to_the_byte() {
    for service in services() {
        let run = |seed| {
            let mut sandbox = Sandbox::new(Config::default().with_seed(seed));
            sandbox.set_faults(Faults { server_error: 0.2, cut_after: 0.2, ..Faults::default() }).unwrap();
            let mut seen = String::new();
            for number in 0..100_u32 {
                let now = START + seconds(f64::from(number));
                let trigger = trigger_to(&service, &format!("+44207946{number:04}"));
                seen += &transcript(&sandbox.handle(now, &trigger));
                let read = sandbox.calls().last().map(|call| wire::status_request(&service, &call.call_sid));
                seen += &read.map(|read| transcript(&sandbox.handle(now, &read))).unwrap_or_default();
            }
            seen + &transcript(&sandbox.handle(START, &control(Method::Get, "calls", "")))
        };
        assert_eq!(run(7), run(7));
    }
}

#[test]
fn another_seed_draws_other_identifiers_lives_and_strikes() {
    let [service, _] = services();
    let run = |seed| {
        let mut sandbox = Sandbox::new(Config::default().with_seed(seed));
        let seen = ask(&mut sandbox, START, &trigger(&service, 0));
        let correlation_id = seen.headers.get("X-PolyAI-Correlation-Id").unwrap().to_owned();
        sandbox.handle_time(START + seconds(60.0));
        let lasted = sandbox.calls().next().unwrap().ended_at;
        sandbox.set_faults(Faults { cut_before: 0.5, ..Faults::default() }).unwrap();
        let strikes: Vec<_> = (0..50)
            .map(|_| matches!(sandbox.handle(START, &trigger(&service, 0)), Reaction::Cut { .. }))
            .collect();
        (correlation_id, seen.sid(), lasted, strikes)
    };
    let (one, other) = (run(7), run(8));
    assert_ne!(one.0, other.0);
    assert_ne!(one.1, other.1);
    assert_ne!(one.2, other.2);
    assert_ne!(one.3, other.3);
}

#[test]
fn how_often_calls_are_read_changes_nothing_about_later_calls() {
    let [service, _] = services();
    let run = |reads| {
        let mut sandbox = sandbox();
        let call_sid = place(&mut sandbox, START, &service, 0);
        for _ in 0..reads {
            read(&mut sandbox, START, &service, &call_sid);
        }
        for number in 0..50 {
            let _ = sandbox.handle(START, &trigger_to(&service, &format!("+44207946{number:04}")));
        }
        sandbox.handle_time(START + seconds(3600.0));
        // A correlation id is drawn for every request, reads among them.
        let unnamed = |call| PlacedCall { correlation_id: String::new(), ..call };
        sandbox.calls().map(unnamed).collect::<Vec<_>>()
    };
    assert_eq!(run(0), run(5));
}

#[test]
fn refusals_are_counted_for_each_number_by_itself() {
    let [service, _] = services();
    let mut sandbox = sandbox();
    let numbers = ["+14155550107", "+15145550107", "+14515550107", "+12125550107", "+12225550105"];
    for number in numbers {
        let refused = ask(&mut sandbox, START, &trigger_to(&service, number)).status;
        assert_ne!(refused, 200, "{number}: as if it was refused before");
    }
    for number in &numbers[..4] {
        assert_eq!(ask(&mut sandbox, START, &trigger_to(&service, number)).status, 200, "{number}");
    }
}

#[test]
fn a_number_elsewhere_that_has_the_digits_of_a_fictional_one_is_not_scripted() {
    let [service, _] = services();
    // Denmark, Singapore: ten digits with the calling code.
    for number in ["+4525550107", "+6565550107"] {
        assert_eq!(ask(&mut sandbox(), START, &trigger_to(&service, number)).status, 200, "{number}");
    }
    // No area code of North America begins with 0 or 1.
    for number in ["+10155550107", "+11155550107"] {
        assert_eq!(ask(&mut sandbox(), START, &trigger_to(&service, number)).status, 200, "{number}");
    }
}

//! Time: speed, retention, clocks that step, and the rate.

use super::*;

/// When the last call will have ended; the sandbox's clock stays where it is.
fn ended_at(sandbox: &Sandbox) -> Timestamp {
    sandbox.calls.last().unwrap().seen(START + Duration::MAX).ended_at.unwrap()
}

#[test]
fn status_data_is_kept_for_two_hours_after_the_end() {
    for service in services() {
        let mut sandbox = sandbox();
        let call_sid = place(&mut sandbox, START, &service, 1);
        let gone_at = ended_at(&sandbox) + seconds(7200.0);
        let seen = read(&mut sandbox, gone_at - Duration::from_millis(1), &service, &call_sid);
        assert_eq!((seen.status, seen.text("status").to_lowercase().as_str()), (200, "failure"));
        let seen = read(&mut sandbox, gone_at, &service, &call_sid);
        assert_eq!((seen.status, seen.refusal(&service).contains("expired")), (404, true));
        assert_eq!(sandbox.calls().count(), 1, "what was placed is never forgotten");
    }
}

#[test]
fn speed_shortens_lives_and_retention_alike() {
    for (speed, tolerance) in [(0.5, 0.002), (1.0, 0.0), (60.0, 0.001), (1000.0, 0.001)] {
        let [service, _] = services();
        let life = |speed| {
            let mut sandbox = Sandbox::new(Config::default().with_speed(speed).unwrap());
            let call_sid = place(&mut sandbox, START, &service, 0);
            let gone_at = ended_at(&sandbox) + seconds(7200.0 / speed);
            let before = read(&mut sandbox, gone_at - Duration::from_millis(2), &service, &call_sid).status;
            let then = read(&mut sandbox, gone_at, &service, &call_sid).status;
            assert_eq!((before, then), (200, 404), "at speed {speed}");
            let call = sandbox.calls().next().unwrap();
            call.changes.iter().map(|change| change.at.since(START).as_secs_f64()).collect::<Vec<_>>()
        };
        let real = life(1.0);
        let fast = life(speed);
        for (real, fast) in real.iter().zip(&fast) {
            assert!((real / speed - fast).abs() <= tolerance, "{real} at speed {speed} is {fast}");
        }
    }
}

#[test]
fn any_speed_above_nothing_is_survived() {
    let [service, _] = services();
    for speed in [f64::MIN_POSITIVE, 1e-9, 1e9, f64::MAX] {
        let mut sandbox = Sandbox::new(Config::default().with_speed(speed).unwrap());
        let call_sid = place(&mut sandbox, START, &service, 0);
        for now in [START, START + seconds(1.0), START + Duration::MAX] {
            let _ = sandbox.handle(now, &wire::status_request(&service, &call_sid));
        }
    }
    for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Config::default().with_speed(speed).unwrap_err().field(), "speed");
        assert_eq!(Config::default().with_rate(speed).unwrap_err().field(), "rate");
    }
}

#[test]
fn a_clock_that_steps_back_brings_nothing_back() {
    for service in services() {
        let mut sandbox = sandbox();
        let call_sid = place(&mut sandbox, START, &service, 0);
        let end = ended_at(&sandbox);
        sandbox.handle_time(end);
        let hour_back = START - seconds(3600.0);
        let seen = read(&mut sandbox, hour_back, &service, &call_sid);
        assert_eq!(seen.text("status").to_lowercase(), "success");
        let later = place(&mut sandbox, hour_back, &service, 0);
        assert!(sandbox.calls().last().unwrap().placed_at >= end, "placed after what it came after");
        assert_eq!(read(&mut sandbox, hour_back, &service, &later).text("status").to_lowercase(), "queued");
        assert_eq!(read(&mut sandbox, end + seconds(7200.0), &service, &call_sid).status, 404);
        assert_eq!(read(&mut sandbox, hour_back, &service, &call_sid).status, 404, "gone for good");
    }
}

#[test]
fn more_triggers_than_the_rate_are_told_when_to_come_back_and_place_nothing() {
    for service in services() {
        // Speed is for calls alone.
        let config = Config::default().with_rate(2.0).unwrap().with_speed(50.0).unwrap();
        let mut sandbox = Sandbox::new(config);
        let mut at = |millis| {
            let seen = ask(&mut sandbox, START + Duration::from_millis(millis), &trigger(&service, 0));
            if seen.status == 429 {
                seen.refusal(&service);
            }
            (seen.status, seen.headers.get("Retry-After").map(str::to_owned))
        };
        let turned_away = (429, Some("1".to_owned()));
        assert_eq!([at(0), at(0), at(0)], [(200, None), (200, None), turned_away.clone()]);
        assert_eq!([at(499), at(500), at(500)], [turned_away.clone(), (200, None), turned_away.clone()]);
        assert_eq!([at(5_000), at(5_000), at(5_000)], [(200, None), (200, None), turned_away]);
        assert_eq!(sandbox.calls().count(), 5);
    }
}

#[test]
fn a_slow_rate_asks_for_as_long_as_it_takes_and_is_kept() {
    let [service, _] = services();
    let mut sandbox = Sandbox::new(Config::default().with_rate(0.1).unwrap());
    let mut now = START;
    for _ in 0..20 {
        place(&mut sandbox, now, &service, 0);
        let seen = ask(&mut sandbox, now + seconds(0.5), &trigger(&service, 0));
        assert_eq!((seen.status, seen.headers.get("Retry-After")), (429, Some("10")));
        now = now + seconds(10.0);
    }
}

#[test]
fn whoever_comes_back_every_second_is_told_ever_less_and_accepted_in_time() {
    let [service, _] = services();
    let mut sandbox = Sandbox::new(Config::default().with_rate(0.1).unwrap());
    place(&mut sandbox, START, &service, 0);
    for second in 1..10_u32 {
        let seen = ask(&mut sandbox, START + seconds(f64::from(second)), &trigger(&service, 0));
        assert_eq!(seen.headers.get("Retry-After"), Some((10 - second).to_string().as_str()));
    }
    place(&mut sandbox, START + seconds(10.0), &service, 0);
}

#[test]
fn only_what_places_a_call_counts_against_the_rate() {
    let [service, _] = services();
    let mut sandbox = Sandbox::new(Config::default().with_rate(1.0).unwrap());
    let mut invalid = trigger(&service, 0);
    invalid.body = b"{}".to_vec();
    for _ in 0..3 {
        assert_eq!(ask(&mut sandbox, START, &invalid).status, 400);
        assert_eq!(ask(&mut sandbox, START, &trigger(&service, 12)).status, 502);
    }
    let call_sid = place(&mut sandbox, START, &service, 0);
    assert_eq!(ask(&mut sandbox, START, &trigger(&service, 0)).status, 429);
    for _ in 0..100 {
        assert_eq!(read(&mut sandbox, START, &service, &call_sid).status, 200, "reads have no rate");
    }
}

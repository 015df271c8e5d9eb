//! Faults: what strikes whom, how often, and the route that sets them.

use super::*;

fn struck(faults: Faults) -> Sandbox {
    let mut sandbox = sandbox();
    sandbox.set_faults(faults).unwrap();
    sandbox
}

const NONE: Faults =
    Faults { server_error: 0.0, cut_before: 0.0, cut_after: 0.0, delay: 0.0, delay_ms: 1000 };

#[test]
fn a_server_error_is_the_dialects_own_and_places_nothing() {
    for service in services() {
        let mut sandbox = sandbox();
        let call_sid = place(&mut sandbox, START, &service, 0);
        sandbox.set_faults(Faults { server_error: 1.0, ..NONE }).unwrap();
        for request in [trigger(&service, 0), wire::status_request(&service, &call_sid)] {
            let seen = ask(&mut sandbox, START, &request);
            assert_eq!(seen.status, service.api().dialect().placing_failed);
            seen.refusal(&service);
        }
        assert_eq!(sandbox.calls().count(), 1);
    }
}

#[test]
fn a_connection_cut_before_places_nothing_and_one_cut_after_does() {
    for service in services() {
        for (faults, placed) in
            [(Faults { cut_before: 1.0, ..NONE }, 0), (Faults { cut_after: 1.0, ..NONE }, 1)]
        {
            let mut sandbox = struck(faults);
            let reaction = sandbox.handle(START, &trigger(&service, 0));
            assert!(matches!(reaction, Reaction::Cut { after: Duration::ZERO }), "{reaction:?}");
            assert_eq!(sandbox.calls().count(), placed);
            let read = wire::status_request(&service, &CallSid::parse("OUT-1").unwrap());
            assert!(matches!(sandbox.handle(START, &read), Reaction::Cut { .. }));
        }
    }
}

#[test]
fn a_delay_comes_on_top_of_whatever_happens() {
    for service in services() {
        let long = Duration::from_millis(250);
        let mut sandbox = struck(Faults { delay: 1.0, delay_ms: 250, ..NONE });
        assert_eq!(ask(&mut sandbox, START, &trigger(&service, 0)).after, long);
        let mut invalid = trigger(&service, 0);
        invalid.body.clear();
        let seen = ask(&mut sandbox, START, &invalid);
        assert_eq!((seen.status, seen.after), (400, long));
        assert!(
            matches!(sandbox.handle(START, &trigger(&service, 6)), Reaction::Cut { after } if after == long)
        );
        assert!(matches!(sandbox.handle(START, &trigger(&service, 11)), Reaction::Hang));
    }
}

#[test]
fn rates_are_kept() {
    let [service, _] = services();
    let mut sandbox =
        struck(Faults { server_error: 0.1, cut_before: 0.2, cut_after: 0.3, delay: 0.4, delay_ms: 1 });
    let (mut errors, mut cut, mut delayed) = (0, 0, 0);
    for _ in 0..10_000 {
        let after = match sandbox.handle(START, &trigger(&service, 0)) {
            Reaction::Answer { response, after } => {
                errors += u32::from(response.status == 500);
                after
            }
            Reaction::Cut { after } => {
                cut += 1;
                after
            }
            Reaction::Hang => panic!("hangs"),
        };
        delayed += u32::from(!after.is_zero());
    }
    // At most one of the first three strikes: 0.2, then 0.1 of the rest, then 0.3 of what is left.
    assert!((700..900).contains(&errors), "{errors}");
    assert!((4_000..4_320).contains(&cut), "{cut}");
    assert!((3_850..4_150).contains(&delayed), "{delayed}");
    let placed = sandbox.calls().count();
    assert!((7_050..7_350).contains(&placed), "{placed}");
}

#[test]
fn neither_the_sandboxs_own_routes_nor_a_wrong_token_nor_a_preflight_are_struck() {
    let mut sandbox = struck(Faults { cut_before: 1.0, delay: 1.0, ..NONE });
    for path in ["calls", "faults"] {
        let seen = ask(&mut sandbox, START, &control(Method::Get, path, ""));
        assert_eq!((seen.status, seen.after), (200, Duration::ZERO));
    }
    for service in services() {
        let mut request = trigger(&service, 0);
        request.headers = Headers::default();
        assert_eq!(ask(&mut sandbox, START, &request).status, 401);
        request.method = Method::Options;
        request.headers.push("Access-Control-Request-Method", "POST");
        assert_eq!(ask(&mut sandbox, START, &request).status, 204);
    }
}

#[test]
fn faults_are_set_shown_and_cleared_over_http() {
    let mut sandbox = sandbox();
    let shown = |sandbox: &mut Sandbox, method: Method, body: &str| {
        let seen = ask(sandbox, START, &control(method, "faults", body));
        assert_eq!(seen.status, 200);
        String::from_utf8(seen.body).unwrap()
    };
    let none = r#"{"server_error":0.0,"cut_before":0.0,"cut_after":0.0,"delay":0.0,"delay_ms":1000}"#;
    assert_eq!(shown(&mut sandbox, Method::Get, ""), none);
    let set = r#"{"server_error":0.0,"cut_before":0.0,"cut_after":0.25,"delay":1.0,"delay_ms":40}"#;
    assert_eq!(shown(&mut sandbox, Method::Post, r#"{"cut_after":0.25,"delay":1,"delay_ms":40}"#), set);
    assert_eq!(shown(&mut sandbox, Method::Get, ""), set);
    assert_eq!(sandbox.faults(), Faults { cut_after: 0.25, delay: 1.0, delay_ms: 40, ..NONE });
    assert_eq!(
        shown(&mut sandbox, Method::Post, r#"{"cut_before":1}"#).find("0.25"),
        None,
        "all are set at once"
    );
    assert_eq!(shown(&mut sandbox, Method::Delete, ""), none);
    assert_eq!(sandbox.faults(), NONE);
}

#[test]
fn what_are_no_faults_is_refused_and_changes_nothing() {
    let held = Faults { delay: 0.5, ..NONE };
    let mut sandbox = struck(held);
    for (body, said) in [
        (r#"{"server_error":1.1}"#, "server_error: is 1.1; expected a rate from 0 to 1"),
        (r#"{"cut_before":-0.1}"#, "cut_before: is -0.1"),
        (r#"{"delay":2}"#, "delay: is 2"),
        (r#"{"cut_afer":1}"#, "unknown field `cut_afer`"),
        (r#"{"delay_ms":-1}"#, "-1"),
        (r#"{"delay":"often"}"#, "expected"),
        ("[]", "expected"),
        ("", "expected"),
    ] {
        let seen = ask(&mut sandbox, START, &control(Method::Post, "faults", body));
        assert_eq!(seen.status, 400, "{body}");
        assert!(seen.text("error").contains(said), "{body}: {}", seen.text("error"));
    }
    assert_eq!(sandbox.set_faults(Faults { cut_after: f64::NAN, ..NONE }).unwrap_err().field(), "cut_after");
    assert_eq!(sandbox.faults(), held);
}

#[test]
fn a_failure_is_told_in_the_words_of_its_dialect() {
    let [outbound, agents] = services();
    let failed = |service: &Service| ask(&mut sandbox(), START, &trigger(service, 5));
    let seen = failed(&outbound);
    assert_eq!((seen.status, seen.text("code").as_str()), (500, "INTERNAL_ERROR"));
    let seen = failed(&agents);
    assert_eq!((seen.status, seen.text("error_code").as_str()), (502, "UPSTREAM_FAILED"));
    assert_eq!(seen.text("error"), "Bad Gateway");
}

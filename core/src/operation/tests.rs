//! Tests of what one reply means, in both dialects: the row of the table, the code, and what is read from it.

use super::*;
use crate::retry::RetryAfter;
use crate::testing::{
    SID, START, TOKEN, agents, both, foreign, foreign_with, others_envelope, outbound, own_envelope, reply,
    reply_with, trigger_call,
};

/// What came of one attempt.
enum Verdict<Value> {
    Answered(Value),
    Failed(Happened, Box<Failure>),
}

fn judge<O: Operation>(operation: &O, reply: &Reply, now: Timestamp) -> Verdict<O::Value> {
    match answered(operation, reply, now) {
        Some(value) => Verdict::Answered(value),
        None => {
            let (happened, failure) = subject(operation).judge(reply, now);
            Verdict::Failed(happened, failure)
        }
    }
}

/// What a reply is.
#[derive(Clone, Copy, Debug)]
enum Body {
    /// The error envelope of the service that was asked, under its header.
    Own,
    /// That of the other dialect, under the service's header.
    Others,
    /// The service's envelope without its header, as proxies write it.
    Bare,
    /// The service's envelope under the header of another answer.
    Mixed,
    /// A gateway's page.
    Page,
    Empty,
}

use Body::{Bare, Empty, Mixed, Others, Own, Page};

impl Body {
    fn answer(self, service: &Service, status: u16, retry_after: Option<&'static str>) -> Reply {
        let named =
            r#"{"error":"it failed","code":"E7","error_id":"id-2","success":false,"error_code":"E7"}"#;
        let (header, body) = match self {
            Own => (true, own_envelope(service)),
            Others => (true, others_envelope(service)),
            Bare => (false, own_envelope(service)),
            Mixed => (true, named),
            Page => (false, "<html><h1>Bad Gateway</h1></html>"),
            Empty => (false, ""),
        };
        let fields: Vec<_> = retry_after.map(|it| ("Retry-After", it)).into_iter().collect();
        if header { reply_with(status, &fields, body) } else { foreign_with(status, &fields, body) }
    }
}

fn row<O: Operation>(operation: &O, reply: &Reply) -> Option<(Happened, ErrorCode)> {
    match judge(operation, reply, START) {
        Verdict::Answered(_) => None,
        Verdict::Failed(happened, failure) => {
            assert_eq!(failure.happened, Some(happened));
            Some((happened, failure.code))
        }
    }
}

#[test]
fn every_failed_reply_has_its_row_and_its_code_in_both_dialects() {
    use ErrorCode::{
        Forbidden, NotFound, RateLimited, Rejected, ServiceFailed, Unauthorized, UnexpectedAnswer as Odd,
    };
    use Happened::{ForeignRefusal, NotAnswered, PlacingFailed, Refused, TurnedAway, Unavailable};
    #[rustfmt::skip]
    let table = [
        // status, Retry-After, answer    the row in outbound, agents, agents opted in      code of a trigger, of a reading
        (101, None,      Empty,  [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (200, None,      Empty,  [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (200, None,      Page,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (200, None,      Own,    [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (202, None,      Empty,  [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (204, None,      Empty,  [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (301, None,      Empty,  [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (302, None,      Page,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (307, None,      Own,    [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (400, None,      Own,    [Refused, Refused, Refused],                        [Rejected, Rejected]),
        (400, None,      Others, [Refused, Refused, Refused],                        [Rejected, Rejected]),
        (400, None,      Bare,   [ForeignRefusal, ForeignRefusal, ForeignRefusal],   [Rejected, Odd]),
        (400, None,      Mixed,  [ForeignRefusal, ForeignRefusal, ForeignRefusal],   [Rejected, Odd]),
        (400, None,      Page,   [ForeignRefusal, ForeignRefusal, ForeignRefusal],   [Rejected, Odd]),
        (401, None,      Own,    [Refused, Refused, Refused],                        [Unauthorized, Unauthorized]),
        (401, None,      Page,   [ForeignRefusal, ForeignRefusal, ForeignRefusal],   [Unauthorized, Odd]),
        (403, None,      Own,    [Refused, Refused, Refused],                        [Forbidden, Forbidden]),
        (403, None,      Empty,  [ForeignRefusal, ForeignRefusal, ForeignRefusal],   [Forbidden, Odd]),
        (404, None,      Own,    [Refused, Refused, Refused],                        [NotFound, NotFound]),
        (404, None,      Page,   [ForeignRefusal, ForeignRefusal, ForeignRefusal],   [NotFound, Odd]),
        (405, None,      Page,   [ForeignRefusal, ForeignRefusal, ForeignRefusal],   [Rejected, Odd]),
        (408, None,      Own,    [NotAnswered, NotAnswered, NotAnswered],            [ServiceFailed, ServiceFailed]),
        (408, Some("1"), Bare,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (408, None,      Page,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (409, None,      Own,    [Refused, Refused, Refused],                        [Rejected, Rejected]),
        (422, Some("1"), Own,    [Refused, Refused, Refused],                        [Rejected, Rejected]),
        (429, None,      Own,    [TurnedAway, TurnedAway, TurnedAway],               [RateLimited, RateLimited]),
        (429, Some("2"), Empty,  [TurnedAway, TurnedAway, TurnedAway],               [RateLimited, RateLimited]),
        (499, None,      Empty,  [ForeignRefusal, ForeignRefusal, ForeignRefusal],   [Rejected, Odd]),
        (500, None,      Own,    [PlacingFailed, NotAnswered, NotAnswered],          [ServiceFailed, ServiceFailed]),
        (500, None,      Others, [PlacingFailed, NotAnswered, NotAnswered],          [ServiceFailed, ServiceFailed]),
        (500, None,      Bare,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (500, None,      Mixed,  [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (500, None,      Page,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (500, Some("1"), Empty,  [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (501, None,      Own,    [NotAnswered, NotAnswered, NotAnswered],            [ServiceFailed, ServiceFailed]),
        (502, None,      Own,    [NotAnswered, NotAnswered, PlacingFailed],          [ServiceFailed, ServiceFailed]),
        (502, None,      Others, [NotAnswered, NotAnswered, PlacingFailed],          [ServiceFailed, ServiceFailed]),
        (502, None,      Bare,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (502, None,      Mixed,  [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (502, None,      Page,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (503, None,      Own,    [Unavailable, Unavailable, Unavailable],            [ServiceFailed, ServiceFailed]),
        (503, None,      Others, [Unavailable, Unavailable, Unavailable],            [ServiceFailed, ServiceFailed]),
        (503, Some("1"), Bare,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (503, Some("1"), Mixed,  [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (503, Some("1"), Page,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (503, None,      Page,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (504, None,      Own,    [NotAnswered, NotAnswered, NotAnswered],            [ServiceFailed, ServiceFailed]),
        (504, None,      Page,   [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (999, None,      Empty,  [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
        (0,   None,      Empty,  [NotAnswered, NotAnswered, NotAnswered],            [Odd, Odd]),
    ];
    let opted_in = Arc::new((*agents()).clone().with_agents_502_not_placed(true));
    let outbound = Arc::new((*outbound()).clone().with_agents_502_not_placed(true));
    for (status, retry_after, body, rows, [of_trigger, of_reading]) in table {
        for (service, expected) in [&outbound, &agents(), &opted_in].into_iter().zip(rows) {
            let reply = body.answer(service, status, retry_after);
            let place = format!("{status} {retry_after:?} {body:?} in {}", service.api().dialect().name);
            let trigger = Trigger::new(Arc::clone(service), trigger_call()).unwrap();
            assert_eq!(row(&trigger, &reply), Some((expected, of_trigger)), "{place}, trigger");
            let read = StatusRead::new(Arc::clone(service), CallSid::parse(SID).unwrap());
            assert_eq!(row(&read, &reply), Some((expected, of_reading)), "{place}, status");
        }
    }
}

#[test]
fn refused_values_are_the_services_own_in_their_own_forms_and_are_told() {
    for (body, own, told) in [
        (r#"{"detail":"Not allowed"}"#, true, "Not allowed"),
        (
            r#"{"detail":[{"loc":["body","to_number"],"msg":"field required"}]}"#,
            true,
            "to_number: field required",
        ),
        (
            r#"{"message":"Validation failed","errors":[{"field":"toNumber","message":"+14155550100 is bad"}]}"#,
            true,
            "Validation failed: toNumber: [number] is bad",
        ),
        (r#"{"errors":[{"field":"toNumber","message":"is bad"}]}"#, false, "toNumber: is bad"),
        (r#"{"message":"Not here"}"#, false, "Not here"),
    ] {
        for service in both() {
            let trigger = Trigger::new(service, trigger_call()).unwrap();
            let refusal = |it: &Reply| match judge(&trigger, it, START) {
                Verdict::Failed(happened, failure) => (happened, failure.message.unwrap_or_default()),
                Verdict::Answered(_) => panic!("{body} is no success"),
            };
            let expected = if own { Happened::Refused } else { Happened::ForeignRefusal };
            assert_eq!(refusal(&reply(422, body)), (expected, told.to_owned()), "{body}");
            assert_eq!(refusal(&foreign(422, body)), (Happened::ForeignRefusal, told.to_owned()), "{body}");
            assert_eq!(
                refusal(&reply(500, body)).0,
                Happened::NotAnswered,
                "no failure has that form: {body}"
            );
        }
    }
}

#[test]
fn any_2xx_that_names_the_call_is_a_placed_call_and_nothing_else_is() {
    let placed = format!(r#"{{"call_sid":"{SID}"}}"#);
    for service in both() {
        let trigger = Trigger::new(service.clone(), trigger_call()).unwrap();
        for status in [200, 201, 202, 299] {
            assert_eq!(row(&trigger, &reply(status, &placed)), None, "{status}");
        }
        for status in [100, 300, 302, 404, 429, 500, 502, 503] {
            assert!(row(&trigger, &reply(status, &placed)).is_some(), "{status}");
        }
        for broken in [
            r#"{"call_sid":"OUT-3f2504e0"#,
            r#"{"call_sid":""}"#,
            r#"{"call_sid":"CA123"}"#,
            r#"{"call_sid":"OUT-a b"}"#,
            r#"{"call_sid":17}"#,
            r#"{"call_sid":null}"#,
            r#"{"sid":"OUT-1"}"#,
            r#"["OUT-1"]"#,
            "OUT-1",
        ] {
            let expected = Some((Happened::NotAnswered, ErrorCode::UnexpectedAnswer));
            assert_eq!(row(&trigger, &reply(200, broken)), expected, "{broken}");
        }
    }
}

#[test]
fn an_envelope_is_of_text_and_of_either_dialect() {
    for (body, own) in [
        (r#"{"error":"failed"}"#, true),
        (r#"{"code":"E7"}"#, true),
        (r#"{"success":false,"error_code":"E7"}"#, true),
        (r#"{"error":"failed","error_id":"ID-1"}"#, true),
        (r#"{"error":"failed","error_id":"id-2"}"#, false),
        (r#"{"error":{"text":"failed"},"code":7}"#, false),
        (r#"{"error_code":"E7"}"#, false),
        (r#"{"success":true,"error_code":"E7"}"#, false),
        (r#"{"success":"false","error_code":"E7"}"#, false),
        (r#"{"success":false,"error_code":null}"#, false),
        (r#"{"message":"Internal Server Error"}"#, false),
        (r#"["error","code"]"#, false),
    ] {
        let trigger = Trigger::new(outbound(), trigger_call()).unwrap();
        let expected = if own {
            (Happened::PlacingFailed, ErrorCode::ServiceFailed)
        } else {
            (Happened::NotAnswered, ErrorCode::UnexpectedAnswer)
        };
        assert_eq!(row(&trigger, &reply(500, body)), Some(expected), "{body}");
        assert_eq!(row(&trigger, &foreign(500, body)).unwrap().0, Happened::NotAnswered, "no header: {body}");
    }
}

#[test]
fn a_failure_that_names_a_call_contradicts_itself_and_is_not_believed_to_have_placed_none() {
    let trigger = Trigger::new(outbound(), trigger_call()).unwrap();
    let body = format!(r#"{{"error":"failed to place","code":"E7","call_sid":"{SID}"}}"#);
    assert_eq!(row(&trigger, &reply(500, &body)).unwrap().0, Happened::NotAnswered);
    for status in [408, 429, 503] {
        let turned_away =
            Reply::from_parts(status, None, RetryAfter::parse("1"), Answer::read(body.as_bytes()));
        assert_eq!(row(&trigger, &turned_away).unwrap().0, Happened::NotAnswered, "{status}");
    }
    for (status, code) in [
        (400, ErrorCode::UnexpectedAnswer),
        (401, ErrorCode::Unauthorized),
        (404, ErrorCode::NotFound),
        (409, ErrorCode::UnexpectedAnswer),
        (422, ErrorCode::UnexpectedAnswer),
    ] {
        assert_eq!(row(&trigger, &reply(status, &body)), Some((Happened::NotAnswered, code)), "{status}");
    }
}

#[test]
fn a_refused_reading_that_names_its_call_is_refused() {
    let read = StatusRead::new(outbound(), CallSid::parse(SID).unwrap());
    let body = format!(r#"{{"error":"it failed","code":"E7","call_sid":"{SID}"}}"#);
    for (status, code) in
        [(400, ErrorCode::Rejected), (401, ErrorCode::Unauthorized), (404, ErrorCode::NotFound)]
    {
        assert_eq!(row(&read, &reply(status, &body)), Some((Happened::Refused, code)), "{status}");
    }
}

#[test]
fn a_call_that_a_failure_names_is_told_of_where_it_may_have_been_placed() {
    let body = format!(r#"{{"error":"failed to place","code":"E7","call_sid":"{SID}"}}"#);
    let named = |status: u16| {
        let trigger = Trigger::new(outbound(), trigger_call()).unwrap();
        match judge(&trigger, &reply(status, &body), START) {
            Verdict::Failed(_, failure) => failure.call_sid,
            Verdict::Answered(_) => panic!("{status} is no success"),
        }
    };
    for status in [302, 400, 401, 404, 408, 409, 422, 429, 500, 502, 504] {
        assert_eq!(named(status), CallSid::parse(SID).ok(), "{status}");
    }
    let read = StatusRead::new(outbound(), CallSid::parse(SID).unwrap());
    let another = reply(500, r#"{"error":"it failed","code":"E7","call_sid":"OUT-another"}"#);
    let Verdict::Failed(_, failure) = judge(&read, &another, START) else { panic!("a 500 is no status") };
    assert_eq!(failure.call_sid, None, "a reading is about the call that it asked about");
}

#[test]
fn what_is_named_as_the_call_and_is_no_sid_is_told_and_cleared() {
    let trigger = Trigger::new(outbound(), trigger_call()).unwrap();
    let said = |body: &str| match judge(&trigger, &reply(200, body), START) {
        Verdict::Failed(_, failure) => failure.message.unwrap_or_default(),
        Verdict::Answered(_) => panic!("{body} is no success"),
    };
    assert_eq!(said(r#"{"call_sid":"CA-3f25"}"#), "it names the call `CA-3f25`, which is no call SID");
    assert_eq!(
        said(r#"{"call_sid":"OUT-Ada Lovelace\n+14155550100"}"#),
        "it names the call `OUT-[metadata] [number]`, which is no call SID"
    );
    assert_eq!(said(r#"{"call_sid":"CA-1","message":"accepted"}"#), "accepted");
    assert_eq!(said(r#"{"call_sid":17}"#), "a JSON object without what was asked for");
    let read = StatusRead::new(outbound(), CallSid::parse(SID).unwrap());
    let Verdict::Failed(_, failure) = judge(&read, &reply(200, r#"{"call_sid":"CA-3f25"}"#), START) else {
        panic!("it has no status")
    };
    assert_eq!(failure.message.as_deref(), Some("a JSON object without what was asked for"));
    let body = format!(r#"{{"call_sid":"{SID}"}}"#);
    let Verdict::Failed(_, failure) = judge(&trigger, &reply(500, &body), START) else {
        panic!("a 500 is no success")
    };
    assert_eq!(failure.message.as_deref(), Some("a JSON object without what was asked for"));
}

#[test]
fn a_status_is_believed_only_of_the_call_that_was_asked_for() {
    let read = StatusRead::new(agents(), CallSid::parse(SID).unwrap());
    let value = |body: &str| match judge(&read, &reply(200, body), START) {
        Verdict::Answered(reading) => Some((reading.status, reading.reason)),
        Verdict::Failed(..) => None,
    };
    let own = format!(r#"{{"callSid":"{SID}","status":"FAILURE","reason":"busy"}}"#);
    assert_eq!(value(&own), Some((CallStatus::Failure, "busy".to_owned())));
    assert_eq!(
        value(r#"{"status":"QUEUED"}"#),
        Some((CallStatus::Queued, String::new())),
        "reason may be absent"
    );
    assert!(value(&own.replace(&SID[4..], &SID[4..].to_uppercase())).is_some(), "a UUID has no case");
    assert_eq!(value(r#"{"callSid":"OUT-other","status":"SUCCESS","reason":""}"#), None);
    assert_eq!(value(r#"{"reason":"no status"}"#), None);
    assert_eq!(value(r#"{"status":200}"#), None);
    assert_eq!(value(r#"{"status":" ","reason":"no word is no status"}"#), None);
}

#[test]
fn a_failure_says_all_that_could_be_read() {
    let read = StatusRead::new(agents(), CallSid::parse(SID).unwrap());
    let answer = Answer::read(own_envelope(&agents()).as_bytes());
    let Verdict::Failed(_, failure) =
        judge(&read, &Reply::from_parts(503, None, RetryAfter::parse("7"), answer), START)
    else {
        panic!("a 503 is no value");
    };
    assert_eq!(failure.http_status, Some(503));
    assert_eq!(failure.message.as_deref(), Some("it failed"));
    assert_eq!(failure.service_code.as_deref(), Some("E7"));
    assert_eq!(failure.correlation_id.as_deref(), Some("id-1"), "error_id stands in for the header");
    assert_eq!(failure.retry_after, Some(Duration::from_secs(7)));
}

#[test]
fn what_a_transport_says_has_its_row_and_is_cleared() {
    let trigger = Trigger::new(outbound(), trigger_call()).unwrap();
    let detail = format!("POST of +14155550100 for Ada Lovelace with {TOKEN}");
    for (error, row) in [
        (TransportError::NeverSent(detail.clone()), (Happened::NeverSent, ErrorCode::NotConnected)),
        (TransportError::Lost(detail), (Happened::Lost, ErrorCode::ConnectionLost)),
    ] {
        let (happened, failure) = subject(&trigger).judge_transport(&error);
        assert_eq!((happened, failure.code), row);
        assert_eq!(failure.message.as_deref(), Some("POST of [number] for [metadata] with [token]"));
    }
}

#[test]
fn an_operation_shows_nothing_that_must_not_be_shown() {
    let trigger = Trigger::new(outbound(), trigger_call()).unwrap();
    let read = StatusRead::new(agents(), CallSid::parse(SID).unwrap());
    let shown = format!("{trigger:?} {read:?}");
    for private in [TOKEN, "4155550100", "Lovelace"] {
        assert!(!shown.contains(private), "{shown}");
    }
}

#[test]
fn an_error_tells_all_that_is_known_each_by_itself_and_as_a_sentence() {
    let trigger = Trigger::new(agents(), trigger_call()).unwrap();
    let answer = Answer::read(own_envelope(&agents()).as_bytes());
    let (_, failure) =
        subject(&trigger).judge(&Reply::from_parts(503, Some("id-1"), RetryAfter::parse("7"), answer), START);
    let error = crate::Error::new(failure, Some(Placement::NotPlaced), 3);
    assert_eq!((error.code(), error.http_status()), (ErrorCode::ServiceFailed, Some(503)));
    assert_eq!((error.message(), error.service_code()), (Some("it failed"), Some("E7")));
    assert_eq!((error.correlation_id(), error.retry_after()), (Some("id-1"), Some(Duration::from_secs(7))));
    assert_eq!((error.placement(), error.attempts()), (Some(Placement::NotPlaced), 3));
    assert_eq!(
        error.to_string(),
        "the service failed (HTTP 503): it failed [E7]; no call was placed; 3 attempts; correlation id id-1"
    );
    let sid = CallSid::parse(SID).unwrap();
    let error = error.with_placement(Placement::Placed).with_code(ErrorCode::Expired).with_call(sid);
    assert_eq!(
        error.to_string(),
        format!(
            "{} (HTTP 503): it failed [E7]; the call was placed; call {SID}; 3 attempts; correlation id id-1",
            ErrorCode::Expired.sentence()
        )
    );
    let error = crate::Error::new(Failure::new(ErrorCode::ConnectionLost), Some(Placement::Unknown), 1);
    assert_eq!(
        error.to_string(),
        "the connection broke before the answer was there; the call may have been placed, so it is not dialed again"
    );
    let refused = crate::Error::from(crate::PhoneNumber::parse("").unwrap_err());
    assert_eq!((refused.code(), refused.placement()), (ErrorCode::InvalidInput, Some(Placement::NotPlaced)));
    assert_eq!((refused.attempts(), refused.service_code(), refused.call_sid()), (0, None, None));
    assert!(refused.to_string().contains(": to_number: is empty; "), "{refused}");
}

#[test]
fn every_code_has_its_word_and_a_sentence_of_its_own() {
    use ErrorCode::{
        Cancelled, ConnectionLost, DeadlineExceeded, Expired, Forbidden, InvalidInput, NotConnected,
        NotFound, RateLimited, Rejected, ServiceFailed, TimedOut, Unauthorized, UnexpectedAnswer,
    };
    let words = [
        (InvalidInput, "invalid_input"),
        (Unauthorized, "unauthorized"),
        (Forbidden, "forbidden"),
        (Rejected, "rejected"),
        (NotFound, "not_found"),
        (Expired, "expired"),
        (RateLimited, "rate_limited"),
        (ServiceFailed, "service_failed"),
        (UnexpectedAnswer, "unexpected_answer"),
        (NotConnected, "not_connected"),
        (ConnectionLost, "connection_lost"),
        (TimedOut, "timed_out"),
        (DeadlineExceeded, "deadline_exceeded"),
        (Cancelled, "cancelled"),
    ];
    for (code, word) in words {
        assert_eq!(code.to_string(), word);
        assert_eq!(serde_json::to_value(code).unwrap(), word);
    }
    let sentences: std::collections::BTreeSet<_> = words.iter().map(|(code, _)| code.sentence()).collect();
    assert_eq!(sentences.len(), words.len());
    assert!(sentences.iter().all(|sentence| sentence.contains(' ')));
    for (placement, word) in
        [(Placement::NotPlaced, "not_placed"), (Placement::Placed, "placed"), (Placement::Unknown, "unknown")]
    {
        assert_eq!(
            (placement.to_string().as_str(), serde_json::to_value(placement).unwrap()),
            (word, word.into())
        );
    }
}

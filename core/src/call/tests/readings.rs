//! Tests of how a call is read: the spacing of readings, odd words, 404 and outages.

use super::*;
use crate::call::following::{POLL_JITTER, POLL_LONGEST};

#[test]
fn readings_are_2_to_5_seconds_apart_and_a_ringing_call_is_read_no_slower_than_a_waiting_one() {
    let waits = |word: &str| {
        let mut shell = placed(&outbound());
        let mut waits: Vec<_> = (0..40).map(|_| shell.read(status(&outbound(), word, ""))).collect();
        assert!(waits.iter().all(|wait| (secs(2)..=secs(5)).contains(wait)), "{word}: {waits:?}");
        waits.split_off(1)
    };
    let (queued, calling, unknown) = (waits("queued"), waits("calling"), waits("ringing"));
    assert!(queued[..20].iter().zip(&calling).all(|(queued, calling)| *calling <= *queued + POLL_JITTER));
    assert!(queued[10..].iter().all(|wait| *wait >= POLL_LONGEST), "it slows down: {queued:?}");
    for quick in [calling, unknown] {
        assert!(quick.iter().all(|wait| *wait <= POLL_SHORTEST + POLL_JITTER), "{quick:?}");
        assert!(quick.windows(2).any(|pair| pair[0] != pair[1]), "with jitter");
    }
    let mut shell = placed(&outbound());
    for _ in 0..20 {
        shell.read(status(&outbound(), "queued", ""));
    }
    shell.read(status(&outbound(), "calling", ""));
    let wait = shell.read(status(&outbound(), "calling", ""));
    assert!(wait <= POLL_SHORTEST + POLL_JITTER, "once it rings it is read quickly at once: {wait:?}");
}

#[test]
fn an_unknown_word_is_told_kept_and_no_end() {
    let mut shell = placed(&outbound());
    for word in ["ringing", "ringing", "in-progress", "calling", "success"] {
        shell.read(status(&outbound(), word, ""));
    }
    assert_eq!(shell.words(), ["placed", "ringing", "in-progress", "calling", "success", "ended in success"]);
}

#[test]
fn what_goes_against_the_lifecycle_is_told_and_not_believed() {
    let mut shell = placed(&outbound());
    for word in ["calling", "queued", "calling", "success"] {
        shell.read(status(&outbound(), word, ""));
    }
    assert_eq!(shell.words(), ["placed", "calling", "not queued", "success", "ended in success"]);
}

#[test]
fn a_call_that_was_just_placed_may_be_invisible_for_a_while() {
    let missing = || reply(404, own_envelope(&outbound()));
    let mut shell = placed(&outbound());
    while shell.now < START + secs(27) {
        shell.read(missing());
    }
    assert_eq!(shell.words(), ["placed"], "a 404 within the grace says nothing");
    shell.read(status(&outbound(), "queued", ""));
    assert_eq!(shell.words(), ["placed", "queued"]);

    let mut shell = placed(&outbound());
    while shell.outcome().is_none() {
        shell.read(missing());
    }
    assert!((secs(180)..secs(190)).contains(&shell.now.since(START)), "it takes minutes to be believed");
    assert_eq!(shell.error().code(), ErrorCode::NotFound);
    assert_eq!(shell.error().placement(), Some(Placement::Placed));
}

#[test]
fn a_call_that_was_seen_and_is_gone_has_expired() {
    let missing = || reply(404, own_envelope(&outbound()));
    let mut shell = placed(&outbound());
    for answer in
        [status(&outbound(), "calling", ""), missing(), status(&outbound(), "calling", ""), missing()]
    {
        shell.read(answer);
        assert_eq!(shell.words(), ["placed", "calling"], "one 404 may come from a stale replica");
    }
    let first = shell.now;
    while shell.outcome().is_none() {
        assert!(shell.now.since(first) < secs(190), "minutes are enough");
        shell.read(missing());
    }
    assert!(shell.now.since(first) >= secs(180), "two in a row are not: {:?}", shell.now.since(first));
    assert_eq!(shell.error().code(), ErrorCode::Expired);
    assert_eq!(shell.error().http_status(), Some(404));
}

#[test]
fn a_clock_that_leaps_between_two_refusals_does_not_make_them_minutes_of_it() {
    let mut shell = placed(&outbound());
    shell.read(status(&outbound(), "calling", ""));
    shell.read(reply(404, own_envelope(&outbound())));
    shell.pass(secs(3_600));
    shell.answer(reply(404, own_envelope(&outbound())));
    shell.read(status(&outbound(), "success", ""));
    assert_eq!(shell.words(), ["placed", "calling", "success", "ended in success"]);
}

#[test]
fn a_gateways_4xx_says_nothing_of_a_call_that_was_placed() {
    for http_status in [400, 401, 403, 404, 405, 407, 410, 451] {
        for service in both() {
            for answer in [
                foreign(http_status, own_envelope(&service)),
                foreign(http_status, "<html>"),
                reply(http_status, "{}"),
            ] {
                let mut shell = placed(&service);
                shell.wake();
                let first = shell.now;
                while shell.now.since(first) < secs(300) {
                    shell.answer(answer.clone());
                    assert_eq!(shell.wake().reason, WaitReason::Retry, "{http_status}");
                }
                shell.answer(status(&service, "success", ""));
                assert_eq!(shell.words().last().unwrap(), "ended in success", "{http_status}");
            }
        }
    }
}

#[test]
fn a_call_that_the_service_never_knew_is_not_found_at_once() {
    let mut shell = follow(&outbound());
    shell.answer(reply(404, own_envelope(&outbound())));
    assert_eq!(shell.words(), ["lost: not_found"]);
    assert_eq!(shell.error().placement(), None, "whether it was placed is not for us to say");
    assert_eq!(shell.error().call_sid().map(CallSid::as_str), Some(SID));
}

#[test]
fn a_refused_reading_ends_the_following_and_says_that_the_call_was_placed() {
    for (http_status, code, believed_after) in
        [(401, ErrorCode::Unauthorized, 0), (403, ErrorCode::Forbidden, 0), (400, ErrorCode::Rejected, 180)]
    {
        let mut shell = placed(&agents());
        shell.wake();
        let first = shell.now;
        while shell.outcome().is_none() {
            shell.read(reply(http_status, own_envelope(&agents())));
        }
        assert!((believed_after..=believed_after + 6).contains(&shell.now.since(first).as_secs()));
        assert_eq!(shell.error().code(), code);
        assert_eq!(shell.error().placement(), Some(Placement::Placed));
        assert_eq!(shell.error().call_sid().map(CallSid::as_str), Some(SID));
        assert_eq!(shell.error().correlation_id(), Some("id-1"));
    }
}

#[test]
fn an_outage_is_sat_out_without_hurry_and_without_the_clients_budget() {
    let hurried = RetryPolicy { max_retries: 1, base: Duration::ZERO, cap: Duration::ZERO };
    let mut shell = place_within(&outbound(), Limits { retry: hurried, ..Limits::default() });
    shell.answer(accepted(&outbound()));
    shell.budget = RetryBudget::new(0);
    shell.wake();
    let (begun, mut tries) = (shell.now, 0);
    while shell.now < begun + secs(600) {
        match tries % 3 {
            0 => shell.fail(refused()),
            1 => shell.answer(reply(502, "<html>")),
            _ => shell.answer(reply(429, "")),
        }
        tries += 1;
        assert!(tries < 400, "too many readings in {:?}", shell.now.since(begun));
        assert_eq!(shell.wake().reason, WaitReason::Retry);
    }
    shell.answer(status(&outbound(), "success", ""));
    assert_eq!(shell.words().last().unwrap(), "ended in success");
}

#[test]
fn no_retry_after_keeps_a_call_from_being_followed() {
    for asked in ["99999", "14000", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let mut shell = placed(&outbound());
        shell.read(reply_with(429, &[("Retry-After", asked)], ""));
        let before = shell.now;
        assert_eq!(shell.wake().reason, WaitReason::Retry);
        let wait = shell.now.since(before);
        assert!((secs(600)..=secs(603)).contains(&wait), "{asked}: waited for as long as is safe, {wait:?}");
        shell.read(status(&outbound(), "success", ""));
        assert_eq!(shell.words().last().map(String::as_str), Some("ended in success"), "{asked}");
    }
}

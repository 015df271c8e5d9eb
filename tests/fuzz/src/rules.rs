//! What operators write: calling windows, redial rules, spans of time, dates, zones.
//!
//! The first byte says which of these: `w`, `r`, `s`, `d` or `z`. Windows may be followed, each after the byte 1f, by names of
//! zones, a moment in seconds, a margin in seconds, and holidays, to look for an opening.

use std::time::Duration;

use polyai_outbound_core::Timestamp;
use polyai_outbound_core::campaign::{
    Calendar, CallingWindows, Holiday, RedialRule, Zone, Zones, disposition, parse_span,
};

use crate::clock::{Hours, LATEST};
use crate::play::START;

/// See the module.
pub fn rules(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some(kind) = text.chars().next() else { return };
    let text = &text[kind.len_utf8()..];
    match kind {
        'w' => windows(text),
        'r' => redial(text),
        's' => span(text),
        'd' => date(text),
        'z' => zone(text),
        _ => {}
    }
}

fn redial(text: &str) {
    let Ok(rule) = text.parse::<RedialRule>() else { return };
    let written = rule.to_string();
    assert_eq!(written.parse::<RedialRule>().as_ref(), Ok(&rule), "{written}");
    let json = serde_json::to_string(&rule).unwrap();
    assert_eq!(serde_json::from_str::<RedialRule>(&json).unwrap(), rule);
    assert!((1..=100).contains(&rule.times()) && rule.spacing() >= Duration::from_secs(60));
    let name = rule.name();
    let is_about_itself = match name.strip_prefix("reason:") {
        Some(part) => rule.is_about(&format!("call: {part}.")),
        None => name == "failure" || !rule.is_about("") && !rule.is_about("nothing of the kind"),
    };
    assert!(is_about_itself, "{name}");
    if let Some(kind) = disposition(text) {
        assert_eq!(
            rule.is_about(text),
            name == kind || name == "failure" || rule.is_about(text) && name.starts_with("reason:")
        );
    }
}

fn span(text: &str) {
    let Ok(span) = parse_span("x", text) else { return };
    let mut seconds = 0_u64;
    let mut number = 0_u64;
    for it in text.chars() {
        match it {
            '0'..='9' => number = number * 10 + u64::from(u32::from(it) - u32::from('0')),
            unit => {
                let factor = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)]
                    .into_iter()
                    .find(|known| known.0 == unit);
                seconds += number * factor.expect("a unit").1;
                number = 0;
            }
        }
    }
    assert_eq!(span, Duration::from_secs(seconds));
}

fn date(text: &str) {
    let jiff = jiff::civil::Date::strptime("%Y-%m-%d", text.trim()).ok();
    match Holiday::parse(text) {
        Err(_) => assert!(jiff.is_none_or(|it| it.to_string() != text.trim() || it.year() < 0)),
        Ok(date) => {
            assert_eq!(date.to_string(), text.trim());
            assert_eq!(jiff.map(|it| it.to_string()), Some(date.to_string()));
            let json = serde_json::to_string(&date).unwrap();
            assert_eq!(serde_json::from_str::<Holiday>(&json).unwrap(), date);
        }
    }
}

fn zone(text: &str) {
    match Zone::parse(text) {
        Err(refused) => assert!(!refused.to_string().chars().any(char::is_control)),
        Ok(zone) => {
            assert_eq!(Zone::parse(zone.name()), Ok(zone));
            let known =
                jiff::tz::TimeZoneDatabase::bundled().get(text.trim()).expect("jiff knows it as well");
            let now = jiff::Timestamp::from_millisecond(START.as_millis().try_into().unwrap()).unwrap();
            assert_eq!(known.to_offset(now).seconds(), zone.offset_seconds(START));
        }
    }
}

fn windows(text: &str) {
    let mut fields = text.split('\u{1f}');
    let Ok(windows) = CallingWindows::parse(&[fields.next().unwrap_or_default()]) else { return };
    assert_eq!(CallingWindows::parse(&[windows.to_string()]).as_ref(), Ok(&windows));
    assert_eq!(CallingWindows::parse(&windows.windows()).as_ref(), Ok(&windows));

    let mut field = || fields.next().unwrap_or_default();
    let zones: Vec<Zone> = field().split(',').take(4).filter_map(|it| Zone::parse(it).ok()).collect();
    let now = field().parse::<u64>().map_or(START, |it| Timestamp::from_millis(it.saturating_mul(1_000)));
    let margin = Duration::from_secs(field().parse().unwrap_or_default());
    let windows = windows.with_holidays(field().split(' ').filter_map(|it| Holiday::parse(it).ok()));
    let json = serde_json::to_string(&windows).unwrap();
    assert_eq!(serde_json::from_str::<CallingWindows>(&json).unwrap(), windows);

    let hours = Hours::of(&windows).expect("there are windows");
    let mut calendar = Calendar::new(windows, margin);
    let set: Zones = zones.iter().copied().collect();
    let opening = calendar.opening(&set, now);
    assert_eq!(calendar.opening(&set, now), opening, "asked again");
    if now.as_millis() > LATEST || zones.is_empty() {
        assert!(opening.is_none() || !zones.is_empty());
        return;
    }
    let is_open = |at: Timestamp| {
        at.as_millis() <= LATEST && hours.are_inside(&zones, at) && hours.are_inside(&zones, at + margin)
    };
    match opening {
        None => {
            // A margin may reach over a gap in the windows; without one, what is open now is an opening.
            assert!(!margin.is_zero() || !is_open(now), "it is open");
        }
        Some(opening) => {
            let last = Timestamp::from_millis(opening.closes_at.as_millis() - 1);
            assert!(now <= opening.opens_at && opening.opens_at <= last);
            assert!(is_open(opening.opens_at), "opens outside of the windows");
            assert!(last.as_millis() + 86_400_000 > LATEST || is_open(last), "closes outside of the windows");
            assert!(opening.zone.is_some_and(|zone| zones.contains(&zone)));
            assert!(!margin.is_zero() || opening.opens_at == now || !is_open(now), "it is open sooner");
        }
    }
}

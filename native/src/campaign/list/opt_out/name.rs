//! Which column says who must not be called, by its name.

use super::OptOut;
use super::phrases::{Place, Weight, found, is_denied, without_between, words};
use super::words::{
    ABOUT, ACTIVE, ALLOWED, BEFORE, BEHIND, CALLED, CALLS, CHECK, CLEAN, CONSENT, ELSEWHERE, FORBIDDING,
    FOUND, INACTIVE, KINDS, LABELS, MOMENT, MOMENT_AT_END, NEUTRAL, NOT, OF_CALLS, OPT, OPT_OUT,
    OTHER_MATTERS, PERMITTING, REMARKS, REVOKED, SINCE, STATUS, UNSPACED, WHEN,
};

pub(super) fn by_name(name: &str) -> OptOut {
    let words = words(name);
    if is_elsewhere(&words) {
        return OptOut::Says(Place::Elsewhere);
    }
    if UNSPACED.iter().any(|it| name.to_lowercase().contains(it)) {
        return OptOut::Forbids;
    }
    list(&words)
        .or_else(|| opt_out(&words))
        .or_else(|| consent(&words))
        .or_else(|| allowed(&words))
        .or_else(|| by_tables(&words))
        .unwrap_or_else(|| OptOut::Says(place(&words)))
}

fn is_among(word: &str, tables: &[&[&str]]) -> bool {
    tables.iter().any(|table| table.contains(&word)) || word.bytes().all(|it| it.is_ascii_digit())
}

fn any(words: &[String], among: &[&str]) -> bool {
    words.iter().any(|word| among.contains(&word.as_str()))
}

/// About another way to reach people, and not about calls as well.
fn is_elsewhere(words: &[String]) -> bool {
    let begins_elsewhere = |at: usize| {
        let ahead = words.get(at..).unwrap_or_default().concat();
        ELSEWHERE.iter().any(|other| ahead.starts_with(other))
    };
    (0..words.len()).any(begins_elsewhere) && !words.iter().any(|word| is_of_calls(word))
}

fn is_of_calls(word: &str) -> bool {
    CALLS.iter().any(|part| word.contains(part))
}

/// Kind of a column that tells whether somebody must not be called, or is on a list of those; or when that was looked up.
fn list(words: &[String]) -> Option<OptOut> {
    const LISTS: [&str; 5] = ["dnd", "tps", "ctps", "dnp", "robinson"];
    let says = |weight: Weight, at: usize| match weight {
        Weight::Call | Weight::List => true,
        Weight::Contact => words.get(at).is_some_and(|word| ["do", "dont", "never"].contains(&word.as_str())),
        Weight::Word | Weight::Whole => false,
    };
    let phrase = found(words).filter(|it| says(it.weight, it.at)).map(|it| it.at).min();
    let at = phrase.or_else(|| words.iter().position(|word| LISTS.contains(&word.as_str())))?;
    let last = words.last().map_or("", String::as_str);
    let is_moment = any(words, &MOMENT) || MOMENT_AT_END.contains(&last);
    if any(words, &CHECK) && is_moment && !any(words, &FOUND) {
        return Some(OptOut::Says(Place::Status));
    }
    let joined = words.get(at).is_some_and(|word| NOT.iter().any(|not| word.starts_with(not)));
    let before = words.get(..at).unwrap_or_default();
    let permits = (joined && words.get(at).is_some_and(|it| it.contains("dnc")))
        || CLEAN.contains(&last)
        || is_denied(before)
        || is_no(before);
    Some(if permits { OptOut::Permits } else { OptOut::Forbids })
}

/// A `no` and little else.
fn is_no(before: &[String]) -> bool {
    matches!(without_between(before), [no] if no == "no")
}

/// Kind of a column that tells whether somebody wants no more of calls, or of all.
fn opt_out(words: &[String]) -> Option<OptOut> {
    let is = |at: &usize| match words.get(*at..).unwrap_or_default() {
        [first, second, ..] if second == "out" && OPT.contains(&first.as_str()) => true,
        [first, ..] => OPT_OUT.contains(&first.as_str()),
        [] => false,
    };
    let at = (0..words.len()).find(is)?;
    let tables: [&[&str]; 7] = [&NEUTRAL, &BEFORE, &BEHIND, &SINCE, &OPT_OUT, &OPT, &["out"]];
    if !words.iter().any(|word| is_of_calls(word)) && !words.iter().all(|word| is_among(word, &tables)) {
        return None;
    }
    let before = words.get(..at).unwrap_or_default();
    Some(if is_denied(before) || is_no(before) { OptOut::Permits } else { OptOut::Forbids })
}

/// Kind of a column that tells of somebody's yes to calls.
fn consent(words: &[String]) -> Option<OptOut> {
    let is = |at: &usize| match words.get(*at..).unwrap_or_default() {
        [first, second, ..] if second == "in" && OPT.contains(&first.as_str()) => true,
        [first, ..] => CONSENT.contains(&first.as_str()),
        [] => false,
    };
    let at = (0..words.len()).find(is)?;
    let before = words.get(..at).unwrap_or_default();
    let is_other = any(words, &OTHER_MATTERS) && !words.iter().any(|word| is_of_calls(word));
    if is_other {
        return None;
    }
    let taken_back = any(words, &REVOKED)
        || before.iter().any(|it| ["no", "not", "non", "without"].contains(&it.as_str()));
    let keine = before.iter().any(|it| ["keine", "sin", "sans", "geen", "sem"].contains(&it.as_str()));
    if taken_back || keine {
        return Some(OptOut::Forbids);
    }
    if any(words, &ABOUT) {
        return Some(OptOut::Says(Place::Status));
    }
    let tables: [&[&str]; 5] = [
        &KINDS,
        &CONSENT,
        &BEFORE,
        &BEHIND,
        &["opt", "opted", "opts", "in", "by", "from", "double", "single", "do", "we"],
    ];
    let is_answer = words.iter().all(|word| is_among(word, &tables));
    let is_moment = words.last().is_some_and(|last| WHEN.contains(&last.as_str()));
    Some(if is_answer && !is_moment { OptOut::Permits } else { OptOut::PermitsIfClear })
}

/// Kind of a column that tells that calls are allowed: `can_call`, `Allow Phone Calls`, `phone_ok`.
fn allowed(words: &[String]) -> Option<OptOut> {
    let at = words.iter().position(|word| ALLOWED.contains(&word.as_str()))?;
    if !any(words, &CALLED) {
        return None;
    }
    let tables: [&[&str]; 5] = [
        &ALLOWED,
        &CALLED,
        &BEFORE,
        &BEHIND,
        &[
            "to",
            "be",
            "we",
            "us",
            "this",
            "number",
            "for",
            "by",
            "via",
            "by",
            "do",
            "not",
            "no",
            "ai",
            "hs",
            "marketing",
        ],
    ];
    let before = words.get(..at).unwrap_or_default();
    let behind = words.get(at + 1).map(String::as_str);
    let denied = before
        .iter()
        .chain(words.get(at + 1..).into_iter().flatten())
        .any(|word| ["not", "no", "never", "dont"].contains(&word.as_str()));
    let is_all = words.iter().all(|word| is_among(word, &tables)) || (denied && behind.is_some());
    match (is_all, denied) {
        (true, true) => Some(OptOut::Forbids),
        (true, false) => Some(OptOut::Permits),
        (false, _) => None,
    }
}

fn by_tables(words: &[String]) -> Option<OptOut> {
    // Without what may stand before it and behind it, in as many ways as there are.
    let any_form = |behind: &[&[&str]], is: &dyn Fn(&str) -> bool| {
        let before = words.iter().take_while(|word| is_among(word, &[&BEFORE])).count();
        let after = words.iter().rev().take_while(|word| is_among(word, behind)).count();
        (0..=before).any(|from| {
            (0..=after).any(|until| {
                let kept = words.get(from..words.len().saturating_sub(until)).unwrap_or_default();
                !kept.is_empty() && is(&kept.concat())
            })
        })
    };
    if any_form(&[&BEHIND, &SINCE], &|form| FORBIDDING.contains(&form)) {
        return Some(OptOut::Forbids);
    }
    let other = words.iter().filter(|word| !is_among(word, &[&BEFORE, &BEHIND, &OF_CALLS]));
    let other: Vec<&str> = other.map(String::as_str).collect();
    if words.iter().any(|word| is_of_calls(word) || word.starts_with("campaign") || word == "marketing")
        && matches!(other.as_slice(), [one] if FORBIDDING.contains(one))
    {
        return Some(OptOut::Forbids);
    }
    if any_form(&[&BEHIND], &|form| PERMITTING.contains(&form)) {
        return Some(OptOut::Permits);
    }
    if any_form(&[&["flag", "flags", "indicator", "ind", "yn", "c", "value"]], &|form| {
        ["active", "enabled", "aktiv"].contains(&form)
    }) {
        return Some(OptOut::Active);
    }
    if any_form(&[&["flag", "yn", "c"]], &|form| ACTIVE.contains(&form)) {
        return Some(OptOut::PermitsIfClear);
    }
    any_form(&[&BEHIND, &SINCE], &|form| INACTIVE.contains(&form)).then_some(OptOut::ForbidsIfClear)
}

fn place(words: &[String]) -> Place {
    let whole = words.concat();
    let ends = |among: &[&str]| {
        among.iter().any(|end| words.last().is_some_and(|last| last == end) || whole == *end)
    };
    if STATUS.iter().any(|end| whole.ends_with(end)) {
        Place::Status
    } else if ends(&REMARKS) {
        Place::Remarks
    } else if ends(&LABELS)
        || words.first().is_some_and(|it| ["company", "address", "street", "employer"].contains(&it.as_str()))
    {
        Place::Label
    } else {
        Place::Text
    }
}

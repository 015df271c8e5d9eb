//! Which column says who must not be called, by its name.

use super::OptOut;
use super::words::{
    BEFORE, BEHIND, BETWEEN, CALLS, CHECK, CLEAN, DO_NOT, ELSEWHERE, FORBIDDING, FOUND, LISTS, MOMENT,
    MOMENT_AT_END, NEUTRAL, NOT, OPT, OPT_OUT, PERMITTING, SINCE, STATUS,
};
use crate::campaign::list::columns::words;

pub(super) fn by_name(name: &str) -> Option<OptOut> {
    let words = words(name);
    if is_elsewhere(&words) {
        return None;
    }
    list(&words).or_else(|| opt_out(&words)).or_else(|| by_tables(&words.concat()))
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

/// Kind of a column that tells whether somebody is on a list of those who must not be called, or when that was looked up.
fn list(words: &[String]) -> Option<OptOut> {
    let at = (0..words.len()).find(|at| names_list(words.get(*at..).unwrap_or_default()))?;
    let last = words.last().map_or("", String::as_str);
    let any = |among: &[&str]| words.iter().any(|word| among.contains(&word.as_str()));
    let is_moment = any(&MOMENT) || MOMENT_AT_END.contains(&last);
    if any(&CHECK) && is_moment && !any(&FOUND) {
        return Some(OptOut::Status);
    }
    let joined = words.get(at).is_some_and(|word| NOT.iter().any(|not| word.starts_with(not)));
    let permits = joined || CLEAN.contains(&last) || is_denied(words.get(..at).unwrap_or_default());
    Some(if permits { OptOut::Permits } else { OptOut::Forbids })
}

fn names_list(ahead: &[String]) -> bool {
    let whole = ahead.concat();
    ahead.first().is_some_and(|word| {
        LISTS.contains(&word.as_str())
            || word.contains("dnc")
            || DO_NOT.iter().any(|it| word.contains(it) || whole.starts_with(it))
    })
}

/// Kind of a column that tells whether somebody wants no more of calls, or of all.
fn opt_out(words: &[String]) -> Option<OptOut> {
    let is = |at: &usize| match words.get(*at..).unwrap_or_default() {
        [first, second, ..] if second == "out" && OPT.contains(&first.as_str()) => true,
        [first, ..] => OPT_OUT.contains(&first.as_str()),
        [] => false,
    };
    let at = (0..words.len()).find(is)?;
    let is_neutral = |word: &String| {
        [&NEUTRAL[..], &BEFORE, &BEHIND, &SINCE, &OPT_OUT, &OPT, &["out"]]
            .iter()
            .any(|it| it.contains(&word.as_str()))
            || word.bytes().all(|it| it.is_ascii_digit())
    };
    if !words.iter().any(|word| is_of_calls(word)) && !words.iter().all(is_neutral) {
        return None;
    }
    let denied = is_denied(words.get(..at).unwrap_or_default());
    Some(if denied { OptOut::Permits } else { OptOut::Forbids })
}

/// With a `not` at their end, which is none of `do not`; or a `no` and nothing else.
fn is_denied(before: &[String]) -> bool {
    let mut before = before;
    while let [rest @ .., word] = before
        && BETWEEN.contains(&word.as_str())
    {
        before = rest;
    }
    match before {
        [no] if no == "no" => true,
        [.., first, not] => {
            NOT.contains(&not.as_str()) && !["do", "should", "must"].contains(&first.as_str())
        }
        [not] => NOT.contains(&not.as_str()),
        [] => false,
    }
}

fn by_tables(name: &str) -> Option<OptOut> {
    if any_form(name, &[&BEHIND, &SINCE], |form| FORBIDDING.contains(&form)) {
        return Some(OptOut::Forbids);
    }
    if any_form(name, &[&BEHIND], |form| PERMITTING.contains(&form)) {
        return Some(OptOut::Permits);
    }
    STATUS.iter().any(|end| name.ends_with(end)).then_some(OptOut::Status)
}

/// The name, and what is left of it without what may stand before it and behind it.
fn any_form(name: &str, behind: &[&[&str]], is: impl Fn(&str) -> bool) -> bool {
    let mut forms = vec![name];
    for before in BEFORE {
        forms.extend(name.strip_prefix(before));
    }
    for at in 0..forms.len() {
        let Some(form) = forms.get(at).copied() else { break };
        for behind in behind.iter().copied().flatten() {
            forms.extend(form.strip_suffix(behind));
        }
    }
    forms.into_iter().any(is)
}

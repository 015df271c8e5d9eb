//! Phrases about calling a person, in a cell as in a column's name.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::words::{
    ABOUT, ACTIVE, ALLOWED, ANSWERS, BEFORE, BEHIND, BELLS, BETWEEN, CALL_VERBS, CALLED, CHANNELS, CHECK,
    CONSENT, CONTACT_VERBS, DOES, FORBIDDING, GLUED, INACTIVE, KINDS, LIMITS, NEUTRAL, NO_LONGER, NOT, OPT,
    OPT_OUT, OTHER_MATTERS, PERMITTING, PHRASES, REVOKED, SINCE, STATUS, UNSPACED, WHO,
};
use super::{Said, Spoken};
use crate::campaign::list::columns;

/// Weight of a phrase: where it has to stand to forbid a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Not to be called, in any column.
    Call,
    /// On a list of those who must not be called; letters that may be a firm's name as well.
    List,
    /// Wants no more of it; not of another way to reach people.
    Contact,
    /// Says so of the person alone if it is not within a sentence.
    Word,
    /// Says so if it is all that there is.
    Whole,
}

/// One of the phrases, its words taken apart into what may stand there.
struct Phrase {
    words: Vec<Vec<&'static str>>,
    weight: Weight,
}

/// By the words that they may begin with.
static BY_FIRST: LazyLock<HashMap<&'static str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut by_first: HashMap<&'static str, Vec<Phrase>> = HashMap::new();
    for (text, weight) in PHRASES {
        let words: Vec<Vec<&'static str>> = text.split(' ').map(choices).collect();
        for first in words.first().cloned().unwrap_or_default() {
            let words = words.clone();
            by_first.entry(first).or_default().push(Phrase { words, weight });
        }
    }
    by_first
});

/// The words without which none of the phrases is in a text, as one pattern: most cells have none of them.
static NEEDED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let needed = PHRASES.iter().filter_map(|(text, _)| {
        let shortest = |choices: &Vec<&str>| choices.iter().map(|word| word.len()).min();
        text.split(' ').map(choices).max_by_key(shortest)
    });
    let words: BTreeSet<&str> = needed.flatten().chain(UNSPACED).collect();
    let words: Vec<String> = words.into_iter().map(regex::escape).collect();
    Regex::new(&format!("{}|d[^a-z0-9]+n[^a-z0-9]+c", words.join("|"))).ok()
});

/// False if a text has none of the words that there must be.
fn may_say(text: &str) -> bool {
    let is_spread = text.contains(is_unwritten);
    let plain = folded(text);
    is_spread || NEEDED.as_ref().is_none_or(|needed| needed.is_match(&plain))
}

/// Words that may be glued together.
static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let phrases = PHRASES.iter().flat_map(|(text, _)| text.split(' ').flat_map(choices));
    let tables: [&[&str]; 19] = [
        &CALL_VERBS,
        &CONTACT_VERBS,
        &CHANNELS,
        &GLUED,
        &OPT_OUT,
        &OPT,
        &NEUTRAL,
        &BEFORE,
        &BEHIND,
        &SINCE,
        &FORBIDDING,
        &PERMITTING,
        &ACTIVE,
        &INACTIVE,
        &CONSENT,
        &REVOKED,
        &KINDS,
        &ALLOWED,
        &CALLED,
    ];
    let short: HashSet<&str> =
        ["do", "no", "of", "to", "on", "at", "is", "in", "by", "be", "ok", "ai"].into();
    let all = phrases.chain(tables.into_iter().flatten().copied());
    let more = CHECK.into_iter().chain(STATUS).chain(OTHER_MATTERS).chain(ABOUT);
    let glue = |word: &&str| {
        word.chars().count() > 2 && !["and", "any", "or", "her", "him", "our", "par", "us"].contains(word)
            || short.contains(word)
    };
    all.chain(more).filter(glue).collect()
});

fn choices(word: &'static str) -> Vec<&'static str> {
    let one = |word: &'static str| match word {
        "@call" => CALL_VERBS.to_vec(),
        "@contact" => CONTACT_VERBS.to_vec(),
        "@channel" => CHANNELS.to_vec(),
        word => vec![word],
    };
    word.split('|').flat_map(one).collect()
}

/// Where in some words a phrase stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) weight: Weight,
}

/// All phrases that stand in the words.
pub(super) fn found(words: &[String]) -> impl Iterator<Item = Found> {
    words.iter().enumerate().flat_map(|(at, first)| {
        let here = words.get(at..).unwrap_or_default();
        let phrases = BY_FIRST.get(first.as_str()).into_iter().flatten();
        let fits = move |phrase: &&Phrase| {
            phrase.words.len() <= here.len()
                && phrase.words.iter().zip(here).all(|(choices, word)| choices.contains(&word.as_str()))
        };
        let listed = phrases.filter(fits).map(move |phrase| (phrase.words.len(), phrase.weight));
        // `isondnc`, `fdnc`: no word has these letters that is about something else.
        let within =
            (first.contains("dnc") && !BY_FIRST.contains_key(first.as_str())).then_some((1, Weight::List));
        listed.chain(within).map(move |(length, weight)| Found { at, end: at + length, weight })
    })
}

/// Without accents, apostrophes and the like, in lower case.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for it in text.chars().flat_map(char::to_lowercase) {
        match it {
            'à'..='å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => folded.push('e'),
            'ì'..='ï' | 'ī' | 'į' | 'ı' => folded.push('i'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => folded.push('o'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            'ł' => folded.push('l'),
            'ğ' => folded.push('g'),
            'đ' | 'ď' => folded.push('d'),
            'ř' => folded.push('r'),
            'ť' | 'ţ' | 'ț' => folded.push('t'),
            'ά' => folded.push('α'),
            'έ' => folded.push('ε'),
            'ή' => folded.push('η'),
            'ί' | 'ϊ' | 'ΐ' => folded.push('ι'),
            'ό' => folded.push('ο'),
            'ύ' | 'ϋ' | 'ΰ' => folded.push('υ'),
            'ώ' => folded.push('ω'),
            'ß' => folded.push_str("ss"),
            // Accents that stand by themselves, apostrophes, and what is not to be seen.
            '\u{300}'..='\u{36f}'
            | '\''
            | '’'
            | '‘'
            | '`'
            | '´'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{feff}' => {}
            // Full width.
            '\u{ff01}'..='\u{ff5e}' => {
                folded.extend(char::from_u32(u32::from(it) - 0xfee0).into_iter().flat_map(char::to_lowercase))
            }
            it => folded.push(it),
        }
    }
    folded
}

/// Apostrophes, and what is not to be seen: they are within words.
const fn is_unwritten(it: char) -> bool {
    matches!(it, '\'' | '’' | '‘' | '`' | '´' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The words of a name or a clause: apart at capitals, digits and signs, and where they are glued together.
pub(super) fn words(text: &str) -> Vec<String> {
    let plain: Cow<'_, str> =
        if text.contains(is_unwritten) { text.replace(is_unwritten, "").into() } else { text.into() };
    let mut words = Vec::new();
    let mut letters: Vec<String> = Vec::new();
    for word in columns::words(&plain) {
        let word = folded(&word);
        if word.chars().count() == 1 && word.chars().all(char::is_alphabetic) {
            letters.push(word);
            continue;
        }
        spelled(&mut words, &mut letters);
        glued(&mut words, word);
    }
    spelled(&mut words, &mut letters);
    words
}

/// Letters by themselves are words, unless they spell one: `D.N.C.`.
fn spelled(words: &mut Vec<String>, letters: &mut Vec<String>) {
    let all = letters.concat();
    if BY_FIRST.get(all.as_str()).is_some_and(|it| it.iter().any(|phrase| phrase.words.len() == 1)) {
        words.push(all);
        letters.clear();
    } else {
        words.append(letters);
    }
}

/// A word, or those that it is made of if it is made of known ones alone: `donotcall`.
fn glued(words: &mut Vec<String>, word: String) {
    const LONGEST: usize = 48;
    let is_known = |part: &str| KNOWN.contains(part);
    if word.len() < 5 || word.len() > LONGEST || is_known(&word) || !word.is_ascii() {
        words.push(word);
        return;
    }
    // From how many words each beginning can be made, and where the last of them begins; the fewest win.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; word.len() + 1];
    if let Some(first) = best.first_mut() {
        *first = Some((0, 0));
    }
    for end in 1..=word.len() {
        let made = (0..end).filter_map(|from| {
            let (count, _) = best.get(from).copied().flatten()?;
            word.get(from..end).filter(|part| is_known(part)).map(|_| (count + 1, from))
        });
        let made = made.min();
        if let Some(slot) = best.get_mut(end) {
            *slot = made;
        }
    }
    let mut parts = Vec::new();
    let mut end = word.len();
    while end > 0 {
        let Some((_, from)) = best.get(end).copied().flatten() else {
            words.push(word);
            return;
        };
        parts.extend(word.get(from..end).map(str::to_owned));
        end = from;
    }
    words.extend(parts.into_iter().rev());
}

/// With a `not` at their end, and little behind it.
pub(super) fn is_denied(before: &[String]) -> bool {
    let before = without_between(before);
    match before {
        [.., first, not] => NOT.contains(&not.as_str()) && !DOES.contains(&first.as_str()),
        [not] => NOT.contains(&not.as_str()),
        [] => false,
    }
}

pub(super) fn without_between(before: &[String]) -> &[String] {
    let mut before = before;
    while let [rest @ .., word] = before
        && BETWEEN.contains(&word.as_str())
    {
        before = rest;
    }
    before
}

/// Denied of now, or by a word of which nobody knows what it denies.
fn may_be_denied(before: &[String]) -> bool {
    let before = without_between(before).join(" ");
    NO_LONGER.iter().any(|end| before.strip_suffix(end).is_some_and(|it| it.is_empty() || it.ends_with(' ')))
}

/// Kind of column that a cell is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// One of many words, or an answer.
    Status,
    /// Text that people write.
    Remarks,
    /// Anything.
    Text,
    /// Name of something.
    Label,
    /// Another way to reach people.
    Elsewhere,
}

/// Meaning of a cell's words, or `None` if they say nothing of calling the person.
pub(super) fn spoken(cell: &str, place: Place) -> Option<Spoken> {
    // Numbers, days and moments say nothing, and most cells are words by the dozen.
    if cell.len() < 3 || !cell.chars().any(char::is_alphabetic) {
        return None;
    }
    if !may_say(cell) {
        return None;
    }
    if !cell.is_ascii() || cell.contains('/') {
        let plain = folded(cell);
        if let Some(found) = UNSPACED.into_iter().find(|it| plain.contains(it)) {
            return Some(Spoken::MustNot(found.to_owned()));
        }
    }
    let clauses: Vec<Clause> = clauses(cell);
    let is_alone = clauses.len() == 1;
    let mut doubt = None;
    for (at, clause) in clauses.iter().enumerate() {
        for it in found(&clause.words) {
            if !weighs(clause, it, place, is_alone) {
                continue;
            }
            let before = clause.words.get(..it.at).unwrap_or_default();
            let behind = clause.words.get(it.end..).unwrap_or_default();
            if is_denied(before) || behind.iter().any(|word| BELLS.contains(&word.as_str())) {
                continue;
            }
            let next = clauses.get(at + 1).map(|it| it.words.concat());
            let says_no =
                || behind.is_empty() && next.is_some_and(|next| ANSWERS.contains(&(next.as_str(), Said::No)));
            if matches!(it.weight, Weight::Call | Weight::Contact) && is_limited(clause, it.at, behind) {
                doubt = Some(Spoken::Limited);
            } else if (it.weight != Weight::Call && may_be_denied(before)) || says_no() {
                doubt = doubt.or(Some(Spoken::Unclear));
            } else {
                // Only words that are known are shown.
                let is_known = BY_FIRST.contains_key(clause.words.get(it.at).map_or("", String::as_str));
                let words = clause.words.get(it.at..it.end).unwrap_or_default();
                return Some(Spoken::MustNot(if is_known { words.join(" ") } else { "dnc".to_owned() }));
            }
        }
    }
    doubt
}

/// Says when or how not, and so perhaps when to; of what is not to be done, not of what somebody did.
fn is_limited(clause: &Clause, at: usize, behind: &[String]) -> bool {
    let is_order = ["do", "dont", "never", "not", "no"]
        .iter()
        .any(|it| clause.words.get(at).is_some_and(|word| word == it));
    let behind = behind.iter().skip_while(|word| WHO.contains(&word.as_str()));
    let mut behind = behind.map(String::as_str);
    is_order
        && match (behind.next(), behind.next()) {
            (Some("at"), Some("all")) => false,
            (Some(first), _) => LIMITS.contains(&first),
            (None, _) => false,
        }
}

fn weighs(clause: &Clause, it: Found, place: Place, is_alone: bool) -> bool {
    let is_whole = it.at == 0 && it.end == clause.words.len();
    let has = |among: &[&str]| clause.words.iter().any(|word| among.contains(&word.as_str()));
    let is_of_another_way = || has(&CHANNELS) && !has(&CALL_VERBS);
    match (it.weight, place) {
        (Weight::Call, _) => true,
        (Weight::List | Weight::Contact | Weight::Word | Weight::Whole, Place::Elsewhere) => false,
        (Weight::List, Place::Label) => {
            is_whole || (it.end == clause.words.len() && it.at > 0 && !clause.is_id())
        }
        (Weight::List, Place::Status | Place::Remarks | Place::Text) => !is_of_another_way(),
        (Weight::Contact, Place::Label) => !is_of_another_way() && is_alone,
        (Weight::Contact, Place::Status | Place::Remarks | Place::Text) => !is_of_another_way(),
        (Weight::Word, Place::Status) => true,
        (Weight::Word, Place::Remarks | Place::Text) => is_whole,
        (Weight::Word, Place::Label) => is_whole && is_alone,
        (Weight::Whole, Place::Status | Place::Remarks) => is_whole && is_alone && !clause.asks,
        (Weight::Whole, Place::Text | Place::Label) => false,
    }
}

/// A part of a cell in which a `not` denies what follows.
struct Clause {
    words: Vec<String>,
    /// Its text has no blank: `DNC-2024`.
    is_one: bool,
    /// Ends with a question mark.
    asks: bool,
}

impl Clause {
    fn is_id(&self) -> bool {
        self.is_one && self.words.len() > 1
    }
}

fn clauses(cell: &str) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut text = String::new();
    let mut before = ' ';
    let mut rest = cell.chars().peekable();
    let mut end = |text: &mut String, asks: bool| {
        let plain = addresses_apart(text.trim());
        let words = words(&plain);
        if !words.is_empty() {
            clauses.push(Clause { words, is_one: !plain.contains(char::is_whitespace), asks });
        }
        text.clear();
    };
    while let Some(it) = rest.next() {
        let ahead = rest.peek().copied().unwrap_or(' ');
        let is_end = match it {
            ',' | ';' | '|' | '!' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '“' | '”'
            | '\n' | '\r' | '\t' | '=' | '*' | '、' | '。' | '，' | '；' | '：' | '！' | '？' | '·' | '•'
            | '~' | '+' => true,
            // Not of an address, an abbreviation or a moment.
            ':' | '.' => ahead.is_whitespace() && !(it == '.' && is_single(&text)),
            '/' => before.is_alphabetic() && ahead.is_alphabetic() && !text.contains("://"),
            '-' | '–' | '—' => before.is_whitespace() && ahead.is_whitespace(),
            _ => false,
        };
        if is_end {
            end(&mut text, it == '?');
        } else {
            text.push(it);
        }
        before = it;
    }
    end(&mut text, false);
    clauses
}

/// Ends with one letter by itself, as `D. N. C.` does.
fn is_single(text: &str) -> bool {
    let mut back = text.chars().rev();
    back.next().is_some_and(char::is_alphabetic) && back.next().is_none_or(|it| !it.is_alphanumeric())
}

/// Without addresses of mail and of the web, whose letters are names.
fn addresses_apart(text: &str) -> String {
    let is_address = |word: &str| {
        (word.contains('@') && word.contains('.') && !word.starts_with('@'))
            || word.contains("://")
            || word.starts_with("www.")
            || [".com", ".org", ".net", ".io"].iter().any(|end| word.ends_with(end))
    };
    if !text.contains(['@', '.']) && !text.contains("://") {
        return text.to_owned();
    }
    let kept: Vec<&str> = text.split_whitespace().filter(|word| !is_address(word)).collect();
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_of_folded_words() {
        for (text, _) in PHRASES {
            for word in text.split(' ').flat_map(choices) {
                assert_eq!(folded(word), word, "{text}");
            }
        }
    }

    #[test]
    fn names_are_taken_apart_into_words() {
        for (name, expected) in [
            ("DoNotCall__c", "do not call c"),
            ("donotcall", "do not call"),
            ("HasOptedOutOfCall", "has opted out of call"),
            ("hasoptedoutofcall", "has opted out of call"),
            ("statednc", "state dnc"),
            ("notondnc", "not on dnc"),
            ("D.N.C.", "dnc"),
            ("d n c", "dnc"),
            ("don't call", "dont call"),
            ("mayor", "mayor"),
            ("notice", "notice"),
            ("canada", "canada"),
            ("Duncan", "duncan"),
            ("Löschung", "loschung"),
            ("telemarketingconsent", "telemarketing consent"),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }
}

//! Which column is what, by its name.

use std::collections::BTreeSet;

use polyai_outbound_core::Metadata;

use super::country::CountryColumn;
use super::opt_out::OptOut;
use super::place::Place;
use super::problem::{Fault, Problem, listed as some_of, shown};
use super::time_zone;

/// Names of a column of numbers, in the form of [`normalised`].
const NUMBER: [&str; 6] = ["tonumber", "phonenumber", "phone", "number", "mobile", "contactnumber"];
const NUMBER_SHOWN: &str = "to_number, phone_number, phone, number, mobile or contact_number";

/// Columns that are not metadata, by their names in the form of [`normalised`].
const KNOWN: [(&str, Known); 6] = [
    ("countrycode", Known::CountryCode),
    ("timezone", Known::TimeZone),
    ("notbefore", Known::NotBefore),
    ("notafter", Known::NotAfter),
    ("priority", Known::Priority),
    ("externalid", Known::ExternalId),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    CountryCode,
    TimeZone,
    NotBefore,
    NotAfter,
    Priority,
    ExternalId,
}

/// Where what is found in a row.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) number: usize,
    known: Vec<(Known, usize)>,
    /// Those that may say who must not be called: those that are for it, and those in whose words it may stand.
    pub(crate) opt_outs: Vec<(OptOut, usize)>,
    /// Those that tell the country of a number, beside `country_code`.
    pub(crate) countries: Vec<(CountryColumn, usize)>,
    /// Those that tell in which state somebody lives.
    pub(crate) places: Vec<(Place, usize)>,
    /// Those that tell a time zone, beside `time_zone`.
    pub(crate) zones: Vec<usize>,
    pub(crate) metadata: Vec<usize>,
    /// Columns without a name, in which nothing may stand.
    pub(crate) unnamed: Vec<usize>,
    /// Columns that are taken as if they were not there.
    pub(crate) ignored: Vec<usize>,
}

impl Columns {
    /// The same as [`find`](Self::find), as if those of the `ignored` that are there were not.
    pub(crate) fn find_but(
        names: &[String],
        wanted: Option<&str>,
        listed: Option<&[String]>,
        all_listed: bool,
        ignored: &[String],
    ) -> Result<Self, Fault> {
        let others: Vec<usize> = (0..names.len())
            .filter(|at| !names.get(*at).is_some_and(|name| is_among(name, ignored)))
            .collect();
        let kept: Vec<String> = others.iter().filter_map(|at| names.get(*at).cloned()).collect();
        let mut columns = Self::find(&kept, wanted, listed, all_listed)?;
        let back = |at: &mut usize| *at = others.get(*at).copied().unwrap_or(*at);
        back(&mut columns.number);
        columns.known.iter_mut().for_each(|(_, at)| back(at));
        columns.opt_outs.iter_mut().for_each(|(_, at)| back(at));
        columns.countries.iter_mut().for_each(|(_, at)| back(at));
        columns.places.iter_mut().for_each(|(_, at)| back(at));
        columns.zones.iter_mut().for_each(back);
        columns.metadata.iter_mut().chain(&mut columns.unnamed).for_each(back);
        columns.ignored = (0..names.len()).filter(|at| !others.contains(at)).collect();
        Ok(columns)
    }

    /// Finds them by `names`. `wanted` is the column of numbers, `listed` those that become metadata; all others do if
    /// there is no such list. Those listed have to be there if `all_listed`.
    pub(crate) fn find(
        names: &[String],
        wanted: Option<&str>,
        listed: Option<&[String]>,
        all_listed: bool,
    ) -> Result<Self, Fault> {
        let number = number_column(names, wanted)?;
        check_once(names)?;
        let mut known: Vec<(Known, usize)> = Vec::new();
        let (mut opt_outs, mut countries, mut places) = (Vec::new(), Vec::new(), Vec::new());
        let (mut others, mut unnamed, mut zones) = (Vec::new(), Vec::new(), Vec::new());
        for (at, name) in names.iter().enumerate() {
            if let Some(opt_out) = opt_out_of(name, at == number) {
                opt_outs.push((opt_out, at));
            }
            let Some(kind) = known_by(name) else {
                if name.is_empty() {
                    unnamed.push(at);
                } else if at != number {
                    let country = CountryColumn::by_name(&normalised(name));
                    let perhaps = CountryColumn::perhaps(name).filter(|_| country.is_none());
                    countries.extend(country.into_iter().chain(perhaps).map(|it| (it, at)));
                    places.extend(Place::by_name(name).map(|it| (it, at)));
                    zones.extend(time_zone::is_named(name).then_some(at));
                    let is_ours = OptOut::by_name(name).is_flag() || country == Some(CountryColumn::OfNumber);
                    if !is_ours {
                        others.push(at);
                    }
                }
                continue;
            };
            if at == number {
                continue;
            }
            if let Some((_, other)) = known.iter().find(|(held, _)| *held == kind) {
                return Err(twice(&[name, names.get(*other).map_or("", String::as_str)]));
            }
            known.push((kind, at));
        }
        let metadata = match listed {
            None => others,
            Some(listed) => among(names, listed, all_listed)?,
        };
        for name in metadata.iter().filter_map(|at| names.get(*at)) {
            check_metadata_name(name, listed.is_none())?;
        }
        Ok(Self { number, known, opt_outs, countries, places, zones, metadata, unnamed, ignored: Vec::new() })
    }

    pub(crate) fn known(&self, kind: Known) -> Option<usize> {
        self.known.iter().find(|(held, _)| *held == kind).map(|(_, at)| *at)
    }
}

/// Which column holds the numbers.
pub(crate) fn number_column(names: &[String], wanted: Option<&str>) -> Result<usize, Fault> {
    let position = |is: &dyn Fn(&str) -> bool| {
        let mut found = names.iter().enumerate().filter(|(_, name)| is(name)).map(|(at, _)| at);
        (found.next(), found.next())
    };
    let Some(wanted) = wanted else {
        let is_number = |name: &str| NUMBER.contains(&normalised(name).as_str());
        return match position(&is_number) {
            (Some(at), None) => Ok(at),
            (None, _) => Err(no_number(names, None)),
            (Some(_), Some(_)) => {
                let all: Vec<&String> = names.iter().filter(|name| is_number(name)).collect();
                let problem =
                    format!("has {} columns that may hold the numbers: {}", all.len(), some_of(&all));
                let expected = "one of them, or the name of the right one as number column";
                Err(Problem::new(problem, expected).in_column(None))
            }
        };
    };
    let at = match position(&|name| name == wanted.trim()) {
        (Some(at), _) => Some(at),
        (None, _) => position(&|name| normalised(name) == normalised(wanted)).0,
    };
    at.ok_or_else(|| no_number(names, Some(wanted)))
}

fn no_number(names: &[String], wanted: Option<&str>) -> Fault {
    // A list without a header: its first row would be shown as names.
    if names.iter().any(|name| name.bytes().filter(u8::is_ascii_digit).count() >= 7) {
        let problem = "has a first line that looks like a row, not like the names of columns";
        let expected = format!("a header line before it, with a column {NUMBER_SHOWN}");
        return Problem::new(problem, expected).in_column(None);
    }
    let all = some_of(names);
    match wanted {
        Some(wanted) => {
            let problem = format!("has no column `{}` for the numbers; it has {all}", shown(wanted));
            Problem::new(problem, "the name of one of its columns as number column").in_column(None)
        }
        None => {
            let problem = format!("has no column of numbers; it has {all}");
            let expected = format!("a column {NUMBER_SHOWN}, or the name of another as number column");
            Problem::new(problem, expected).in_column(None)
        }
    }
}

/// Names of SIP headers are the same in either case.
fn check_once(names: &[String]) -> Result<(), Fault> {
    let mut held = BTreeSet::new();
    let named = names.iter().filter(|name| !name.is_empty());
    let Some(again) = named.clone().find(|name| !held.insert(name.to_ascii_lowercase())) else {
        return Ok(());
    };
    match named.clone().find(|name| name.eq_ignore_ascii_case(again)) {
        Some(first) if first != again => Err(twice(&[first, again])),
        Some(_) | None => Err(twice(&[again])),
    }
}

fn twice(names: &[&str]) -> Fault {
    let problem = match names {
        [name] => format!("has the column `{}` twice", shown(name)),
        several => format!("has several columns for the same: {}", some_of(several)),
    };
    Problem::new(problem, "every column once, in either case").in_column(names.first().copied())
}

fn among(names: &[String], listed: &[String], all_listed: bool) -> Result<Vec<usize>, Fault> {
    let mut found = Vec::new();
    for wanted in listed {
        let wanted = wanted.trim();
        let exact = names.iter().position(|name| name == wanted);
        match exact.or_else(|| names.iter().position(|name| normalised(name) == normalised(wanted))) {
            Some(at) if found.contains(&at) => return Err(twice(&[wanted])),
            Some(at) => found.push(at),
            None if all_listed => {
                let problem =
                    format!("has no column `{}` for metadata; it has {}", shown(wanted), some_of(names));
                return Err(Problem::new(problem, "names of its columns as metadata columns").in_column(None));
            }
            None => {}
        }
    }
    Ok(found)
}

fn check_metadata_name(name: &str, by_default: bool) -> Result<(), Fault> {
    let Err(invalid) = Metadata::new([(name, "")]) else { return Ok(()) };
    let hint = if by_default { ", or a list of those columns that are to be metadata" } else { "" };
    if Metadata::is_sip_header(name) {
        let problem = "has a name that SIP itself uses: the agent would read the call's own header for it";
        let expected = format!("another name; rename the column (X-{name}, say){hint}");
        return Err(Problem::new(problem, expected).in_column(Some(name)));
    }
    let expected = format!("{}; rename the column (First_Name for First Name){hint}", invalid.expected());
    let problem = "has a name that cannot be sent: metadata is sent as SIP headers";
    Err(Problem::new(problem, expected).in_column(Some(name)))
}

/// Names that are to be ignored and that no column has.
pub(crate) fn check_ignored(names: &[String], ignored: &[String]) -> Result<(), Fault> {
    match ignored.iter().find(|wanted| !names.iter().any(|name| is_named(name, wanted))) {
        None => Ok(()),
        Some(wanted) => {
            let problem =
                format!("has no column `{}` to be ignored; it has {}", shown(wanted.trim()), some_of(names));
            Err(Problem::new(problem, "names of its columns as columns to be ignored").in_column(None))
        }
    }
}

pub(crate) fn is_among(name: &str, ignored: &[String]) -> bool {
    ignored.iter().any(|wanted| is_named(name, wanted))
}

fn is_named(name: &str, wanted: &str) -> bool {
    !name.is_empty() && normalised(name) == normalised(wanted)
}

/// Kind of opt-out that a column may hold; what is ours by its name is of another kind, but for an id, which may say so
/// as well.
fn opt_out_of(name: &str, is_number: bool) -> Option<OptOut> {
    match known_by(name) {
        _ if is_number => Some(OptOut::TEXT),
        Some(Known::ExternalId) => Some(OptOut::LABEL),
        Some(Known::CountryCode | Known::TimeZone | Known::NotBefore | Known::NotAfter | Known::Priority) => {
            None
        }
        None => Some(OptOut::by_name(name)),
    }
}

/// Returns true if the column may hold the numbers.
pub(crate) fn is_number_column(name: &str, wanted: Option<&str>) -> bool {
    match wanted {
        Some(wanted) => normalised(name) == normalised(wanted),
        None => NUMBER.contains(&normalised(name).as_str()),
    }
}

pub(crate) fn known_by(name: &str) -> Option<Known> {
    let name = normalised(name);
    KNOWN.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

/// Without regard to case, spaces, `-` and `_`.
pub(crate) fn normalised(name: &str) -> String {
    name.chars()
        .filter(|it| !it.is_whitespace() && !matches!(it, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Its words in lower case: apart where a capital begins one, at digits, and at all that is no letter.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    let mut rest = name.chars();
    while let Some(it) = rest.next() {
        // `DNCList` is two words, `TELs` is one.
        let begins_after_capitals = before.is_uppercase() && {
            let mut ahead = rest.clone();
            ahead.next().is_some_and(char::is_lowercase) && ahead.next().is_some_and(char::is_lowercase)
        };
        let begins = (it.is_uppercase() && (before.is_lowercase() || begins_after_capitals))
            || it.is_numeric() != before.is_numeric();
        if begins || !it.is_alphanumeric() {
            words.push(String::new());
        }
        if it.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(it.to_lowercase());
        }
        before = it;
    }
    words.retain(|word| !word.is_empty());
    words
}

//! What a campaign is run with, as it is kept with it: how it is dialed, and how its list was read.

use std::path::{Component, Path, PathBuf};

use polyai_outbound::campaign::{
    CallingWindows, Duplicates, Holiday, ListOptions, Options, SuppressionList, read_holidays,
};
use polyai_outbound::{CountryCode, Restricted, Timestamp};
use serde::{Deserialize, Serialize};

use super::args::{CallingArgs, ListArgs, Redial};
use super::moment;
use crate::failure::Failure;

/// All of it, as JSON in the column `options`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// How it is dialed.
    pub(crate) calling: Options,
    /// How its list was read.
    pub(crate) list: KeptList,
    /// Files of numbers that are never called.
    pub(crate) suppress: Vec<String>,
    /// True if they may be empty.
    #[serde(default)]
    pub(crate) allow_empty_suppression: bool,
    /// True if their rows may be without a number.
    #[serde(default)]
    pub(crate) allow_rows_without_number: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptList {
    pub(crate) number_column: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) metadata_columns: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) ignored_columns: Vec<String>,
}

impl Kept {
    /// Reads what is kept with a campaign.
    pub(crate) fn read(json: &str) -> Result<Self, Failure> {
        serde_json::from_str(json).map_err(|error| {
            Failure::input(format!(
                "the campaign's options cannot be read ({error}); expected what this version of the program writes: use \
                 the version that made the campaign, or give the list another --name"
            ))
        })
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As the command line says for a new campaign, and notes on how it was understood.
    pub(crate) fn new(
        list: &ListArgs,
        calling: &CallingArgs,
        now: Timestamp,
    ) -> Result<(Self, Vec<String>), Failure> {
        let (calling, notes) = over(calling, Options::default(), now)?;
        let mut suppress: Vec<String> = Vec::new();
        for path in &list.suppress {
            add(&mut suppress, path);
        }
        let kept = Self {
            calling,
            list: KeptList::of(list),
            suppress,
            allow_empty_suppression: list.allow_empty_suppression,
            allow_rows_without_number: list.allow_rows_without_number,
        };
        Ok((kept, notes))
    }

    /// With what the command line says in the place of what was; notes on each thing that changes. How the list was read
    /// cannot change, and suppression lists are only added.
    pub(crate) fn over(
        &self,
        list: &ListArgs,
        calling: &CallingArgs,
        now: Timestamp,
    ) -> Result<(Self, Vec<String>), Failure> {
        let (calling, mut notes) = over(calling, self.calling.clone(), now)?;
        notes.extend(self.list.differs(list).map(|flag| {
            format!("{flag}: has no effect, because the list was read before; it needs a campaign of another --name")
        }));
        for ((flag, before), (_, after)) in told(&self.calling).into_iter().zip(told(&calling)) {
            if before != after {
                notes.push(format!("{flag}: {before} -> {after}"));
            }
        }
        let mut suppress = self.suppress.clone();
        for path in &list.suppress {
            if let Some(added) = add(&mut suppress, path) {
                notes.push(format!("--suppress: + {added}"));
            }
        }
        let allow_empty_suppression = self.allow_empty_suppression || list.allow_empty_suppression;
        if allow_empty_suppression != self.allow_empty_suppression {
            notes.push("--allow-empty-suppression: no -> yes".to_owned());
        }
        let allow_rows_without_number = self.allow_rows_without_number || list.allow_rows_without_number;
        if allow_rows_without_number != self.allow_rows_without_number {
            notes.push("--allow-rows-without-number: no -> yes".to_owned());
        }
        let list = self.list.clone();
        Ok((Self { calling, list, suppress, allow_empty_suppression, allow_rows_without_number }, notes))
    }

    pub(crate) fn list_options(&self) -> Result<ListOptions, Failure> {
        Ok(ListOptions {
            country: self.country()?,
            number_column: self.list.number_column.clone(),
            metadata_columns: self.list.metadata_columns.clone(),
            ignored_columns: self.list.ignored_columns.clone(),
        })
    }

    pub(crate) fn suppression_lists(&self) -> Result<Vec<SuppressionList>, Failure> {
        let country = self.country()?;
        let list = |path| {
            SuppressionList::new(path, country)
                .may_be_empty(self.allow_empty_suppression)
                .may_lack_numbers(self.allow_rows_without_number)
        };
        Ok(self.suppress.iter().map(list).collect())
    }

    fn country(&self) -> Result<Option<CountryCode>, Failure> {
        Ok(self.list.country.as_deref().map(CountryCode::parse).transpose()?)
    }
}

impl KeptList {
    fn of(list: &ListArgs) -> Self {
        Self {
            number_column: list.number_column.clone(),
            country: list.country.map(|it| it.as_str().to_owned()),
            metadata_columns: list.metadata_columns.clone(),
            ignored_columns: list.ignore_column.clone(),
        }
    }

    /// Flags that were given and ask for something else than what was done.
    fn differs(&self, list: &ListArgs) -> impl Iterator<Item = &'static str> {
        let given = Self::of(list);
        [
            ("--number-column", given.number_column.is_some() && given.number_column != self.number_column),
            ("--country", given.country.is_some() && given.country != self.country),
            (
                "--metadata-columns",
                given.metadata_columns.is_some() && given.metadata_columns != self.metadata_columns,
            ),
            (
                "--ignore-column",
                !given.ignored_columns.is_empty() && given.ignored_columns != self.ignored_columns,
            ),
        ]
        .into_iter()
        .filter_map(|(flag, differs)| differs.then_some(flag))
    }
}

pub(crate) fn duplicates(list: &ListArgs) -> Duplicates {
    list.duplicates.unwrap_or_default()
}

/// A path that means the same from every folder.
pub(crate) fn whole(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path)).display().to_string()
}

/// Adds a file to those that are known, unless it is one of them in another spelling; tells what was added.
fn add(known: &mut Vec<String>, path: &Path) -> Option<String> {
    let added = whole(path);
    let is_spelling = |it: &String| {
        let (one, other) = (Path::new(it), Path::new(&added));
        one == other || (plain(one) == plain(other) && is_same(one, other))
    };
    // A link to one of them is a list of its own: it may lead elsewhere later.
    if known.iter().any(is_spelling) {
        return None;
    }
    known.push(added.clone());
    Some(added)
}

/// A path without its steps back and forth.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, step| {
        if step == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(step);
        }
        plain
    })
}

/// Returns true if two paths lead to one file now.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    one == other
        || std::fs::canonicalize(one)
            .and_then(|one| Ok(one == std::fs::canonicalize(other)?))
            .unwrap_or_default()
}

/// Options with what the command line says in the place of what was.
fn over(args: &CallingArgs, before: Options, now: Timestamp) -> Result<(Options, Vec<String>), Failure> {
    let mut notes = Vec::new();
    let mut options = before;
    options.windows = windows(args, options.windows)?;
    if let Some(margin) = args.window_margin {
        options.window_margin = margin;
    }
    options.zone_by = args.zone_by.unwrap_or(options.zone_by);
    match args.until.as_deref() {
        None => {}
        Some("none") => options.until = None,
        Some(text) => {
            let (until, note) = moment::until(text, now, options.until)?;
            options.until = Some(until);
            notes.extend(note);
        }
    }
    options.pace.rate = args.rate.unwrap_or(options.pace.rate);
    options.pace.max_in_flight = args.max_in_flight.unwrap_or(options.pace.max_in_flight);
    if !args.redial.is_empty() {
        options.redial = args
            .redial
            .iter()
            .filter_map(|it| match it {
                Redial::Rule(rule) => Some(rule.clone()),
                Redial::None => None,
            })
            .collect();
    }
    options.max_attempts = args.max_attempts.unwrap_or(options.max_attempts);
    options.pace.max_dialing = args.max_dialing.unwrap_or(options.pace.max_dialing);
    options.not_again_within = args.not_again_within.unwrap_or(options.not_again_within);
    options.stuck_after = args.stuck_after.unwrap_or(options.stuck_after);
    options.max_per_number = args.max_per_number.unwrap_or(options.max_per_number);
    options.max_triggers_per_number = args.max_triggers_per_number.unwrap_or(options.max_triggers_per_number);
    if args.max_triggers_per_number.is_some_and(|it| it < options.max_per_number) {
        notes.push(format!(
            "--max-triggers-per-number: is taken for {}, because every call takes a trigger (--max-per-number)",
            options.max_per_number
        ));
    }
    options.encryption = args.encryption.or(options.encryption);
    options.variant_id = args.variant.clone().or(options.variant_id);
    options.allowed = args.allow.added_to(options.allowed);
    options.check()?;
    Ok((options, notes))
}

fn windows(args: &CallingArgs, before: CallingWindows) -> Result<CallingWindows, Failure> {
    if let Some(reason) = &args.no_windows {
        return Ok(CallingWindows::always(reason)?);
    }
    let holidays: Vec<Holiday> = match &args.holidays {
        None => before.holidays().collect(),
        Some(path) => read_holidays(path)?,
    };
    let windows = match (&args.window, &args.holidays) {
        (window, None) if window.is_empty() => return Ok(before),
        (window, Some(_)) if window.is_empty() && before.reason().is_some() => {
            return Err(Failure::input(
                "--holidays: the campaign has no calling windows; expected --window with it",
            ));
        }
        (window, Some(_)) if window.is_empty() => CallingWindows::parse(&before.windows())?,
        (window, _) => CallingWindows::parse(window)?,
    };
    Ok(windows.with_holidays(holidays))
}

/// Options as flags and what they say.
pub(crate) fn told(options: &Options) -> Vec<(&'static str, String)> {
    let list = |words: Vec<String>| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    let until = options.until.map_or_else(|| "none".to_owned(), moment::rfc3339);
    let yes = |is_so| if is_so { "yes" } else { "no" }.to_owned();
    let word = |word: Option<String>| word.unwrap_or_else(|| "as the service does".to_owned());
    vec![
        ("--window", options.windows.to_string()),
        ("--holidays", list(options.windows.holidays().map(|it| it.to_string()).collect())),
        ("--window-margin", moment::span(options.window_margin)),
        ("--zone-by", options.zone_by.as_str().to_owned()),
        ("--until", until),
        ("--rate", options.pace.rate.to_string()),
        ("--max-in-flight", options.pace.max_in_flight.to_string()),
        ("--max-dialing", options.pace.max_dialing.to_string()),
        ("--stuck-after", moment::span(options.stuck_after)),
        ("--redial", list(options.redial.iter().map(ToString::to_string).collect())),
        ("--max-attempts", options.max_attempts.to_string()),
        ("--max-per-number", options.max_per_number.to_string()),
        ("--max-triggers-per-number", options.max_triggers_per_number.to_string()),
        ("--not-again-within", moment::span(options.not_again_within)),
        ("--encryption", word(options.encryption.map(encryption))),
        ("--allow-premium", yes(options.allowed.has(Restricted::Premium))),
        ("--allow-emergency", yes(options.allowed.has(Restricted::Emergency))),
        ("--variant", word(options.variant_id.as_ref().map(|it| it.as_str().to_owned()))),
    ]
}

/// In the words of the flag.
fn encryption(encryption: polyai_outbound::Encryption) -> String {
    (polyai_outbound::core::OUTBOUND.encryption)(encryption).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::PlanArgs;

    fn said(line: &str) -> (ListArgs, CallingArgs) {
        use clap::Parser;
        let line = PlanArgs::parse_from(
            ["x", "list.csv"].into_iter().chain(line.split('|').filter(|it| !it.is_empty())),
        );
        (line.list, line.calling)
    }

    const NOW: Timestamp = Timestamp::from_millis(1_795_622_400_000);

    fn kept(line: &str) -> Kept {
        let (list, calling) = said(line);
        Kept::new(&list, &calling, NOW).unwrap().0
    }

    #[test]
    fn what_is_kept_is_read_back_the_same() {
        let kept = kept(
            "--window=mon-fri 09:00-12:00|--rate=2.5|--redial=busy=2x1h|--until=2026-12-01T18:00:00Z|--country=GB|\
             --suppress=/x/never.txt|--encryption=UDP/RTP",
        );
        assert_eq!(Kept::read(&kept.to_json()).unwrap(), kept);
    }

    #[test]
    fn what_is_given_replaces_what_was_and_is_said() {
        let before = kept("--rate=2|--redial=busy=2x1h|--window=mon-fri 09:00-12:00");
        let (list, calling) = said("--rate=0.5|--redial=none|--country=US|--suppress=/x/never.txt");
        let (after, notes) = before.over(&list, &calling, NOW).unwrap();
        assert_eq!(after.calling.windows, before.calling.windows, "not given, so as it was");
        assert!(after.calling.redial.is_empty());
        assert_eq!(
            notes,
            [
                "--country: has no effect, because the list was read before; it needs a campaign of another --name",
                "--rate: 2 -> 0.5",
                "--redial: busy=2x1h -> none",
                "--suppress: + /x/never.txt",
            ]
        );
        let (list, calling) = said("");
        assert_eq!(after.over(&list, &calling, NOW).unwrap(), (after, Vec::new()));
    }

    #[test]
    fn the_same_command_goes_on_when_its_until_is_past_by_now() {
        let line = "--until=2026-12-01T18:00:00Z";
        let (before, (list, calling)) = (kept(line), said(line));
        let later = Timestamp::from_millis(NOW.as_millis() + 30 * 86_400_000);
        assert_eq!(before.over(&list, &calling, later).unwrap(), (before, Vec::new()));
        let (list, calling) = said("--until=2026-12-02T18:00:00Z");
        assert!(kept(line).over(&list, &calling, later).is_err(), "another moment has to come");
    }
}

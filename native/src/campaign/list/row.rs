//! One row, from the text of its columns to a recipient, or to somebody who must not be called.

use polyai_outbound_core::campaign::{NewRecipient, Priority, Zone, Zones};
use polyai_outbound_core::{CountryCode, Metadata, PhoneNumber};

use super::columns::{Columns, Known};
use super::country::CountryColumn;
use super::moment::{Edge, moment};
use super::opt_out::{Verdict, named};
use super::problem::{Fault, Problem};
use super::{Entry, OptedOut, time_zone};
use crate::campaign::number::{check_calling_code, check_country, is_international, read_number};

const LONGEST_ID: usize = 200;

/// A row whose columns are known.
pub(crate) struct Row<'a> {
    pub(crate) row: u64,
    pub(crate) names: &'a [String],
    pub(crate) columns: &'a Columns,
    /// The country of national numbers, unless the row has its own.
    pub(crate) country: Option<CountryCode>,
}

impl Row<'_> {
    /// Reads the columns, the text of each of which `cell` tells.
    pub(crate) fn read<'t>(&self, cell: impl Fn(usize) -> &'t str) -> Result<Entry, Fault> {
        for at in &self.columns.unnamed {
            if !cell(*at).trim().is_empty() {
                let problem = format!("has something in column {}, which has no name", at + 1);
                return Err(Problem::new(problem, "a name for that column, or nothing in it").in_column(None));
            }
        }
        let to_number = self.number(self.columns.number, &cell)?;
        // Before all that may be wrong with the row: its number must not be called for any other row either.
        if let Some(said) = self.opted_out(&cell)? {
            return Ok(Entry::OptedOut(OptedOut { row: self.row, to_number, said }));
        }
        let time_zone = self.time_zone(&cell)?;
        let not_before =
            self.known(Known::NotBefore, &cell, |text| moment(text, time_zone, Edge::NotBefore))?;
        let not_after = self.known(Known::NotAfter, &cell, |text| moment(text, time_zone, Edge::NotAfter))?;
        if not_before.zip(not_after).is_some_and(|(from, until)| until <= from) {
            let at = self.columns.known(Known::NotAfter).unwrap_or_default();
            let problem = Problem::new("is not after not_before", "a moment after that in not_before");
            return Err(self.fault(at, problem));
        }
        let also_in = match time_zone {
            Some(_) => Zones::NONE,
            None => self.also_in(&to_number, &cell),
        };
        Ok(Entry::Recipient(NewRecipient {
            row: self.row,
            to_number,
            time_zone,
            also_in,
            not_before,
            not_after,
            priority: self.known(Known::Priority, &cell, priority)?.unwrap_or_default(),
            external_id: self.known(Known::ExternalId, &cell, external_id)?,
            metadata: self.metadata(&cell)?,
        }))
    }

    /// The number in a column, by the country that the row tells, or else by that of the list; never by that of the list if the row
    /// tells another.
    pub(crate) fn number<'t>(
        &self,
        at: usize,
        cell: &impl Fn(usize) -> &'t str,
    ) -> Result<PhoneNumber, Fault> {
        let text = cell(at);
        let own = self.known(Known::CountryCode, cell, |text| Ok(CountryCode::parse(text)?))?;
        let mut country = own.zip(self.columns.known(Known::CountryCode));
        for (column, at) in self.told(CountryColumn::OfNumber, cell) {
            let told = column.read(cell(at)).map_err(|problem| self.fault(at, problem))?.code;
            match country {
                Some((other, by)) if other.calling_code() != told.calling_code() => {
                    return Err(self.contradiction(at, told, &format!("`{}`", self.name(by)), other));
                }
                Some(_) => {}
                None => country = Some((told, at)),
            }
        }
        if country.is_none() && !is_international(text) {
            country = self.home(cell)?;
        }
        let read = read_number(text, country.map(|(it, _)| it).or(self.country));
        let to_number = read.map_err(|problem| self.fault(at, problem))?;
        if let Some((own, at)) = own.zip(self.columns.known(Known::CountryCode)) {
            check_country(text, &to_number, own).map_err(|problem| self.fault(at, problem))?;
        } else if let Some((told, at)) = country {
            check_calling_code(text, &to_number, told).map_err(|problem| self.fault(at, problem))?;
        }
        Ok(to_number)
    }

    /// Where the person lives, for a number that does not tell its country itself: not if the list is of another.
    fn home<'t>(&self, cell: &impl Fn(usize) -> &'t str) -> Result<Option<(CountryCode, usize)>, Fault> {
        let mut home: Option<(CountryCode, usize)> = None;
        for (column, at) in self.told(CountryColumn::OfHome, cell) {
            let told = column.read(cell(at)).map_err(|problem| self.fault(at, problem))?.code;
            match (home, self.country) {
                (Some((other, by)), _) if other.calling_code() != told.calling_code() => {
                    return Err(self.contradiction(at, told, &format!("`{}`", self.name(by)), other));
                }
                (_, Some(of_list)) if of_list.calling_code() != told.calling_code() => {
                    return Err(self.contradiction(at, told, "the country of the list (--country)", of_list));
                }
                (Some(_), _) => {}
                (None, _) => home = Some((told, at)),
            }
        }
        Ok(home)
    }

    /// Columns of a kind that hold something.
    fn told<'t>(
        &self,
        kind: CountryColumn,
        cell: &impl Fn(usize) -> &'t str,
    ) -> impl Iterator<Item = (CountryColumn, usize)> {
        let columns = self.columns.countries.iter();
        columns.filter_map(move |(column, at)| Some((column.with(cell(*at)).filter(|it| *it == kind)?, *at)))
    }

    fn contradiction(&self, at: usize, told: CountryCode, by: &str, other: CountryCode) -> Fault {
        let problem = format!(
            "is {} (+{}), but {by} is {} (+{}): nobody knows which country the number is of",
            told.as_str(),
            told.calling_code(),
            other.as_str(),
            other.calling_code()
        );
        let expected = "the same country in both; a number with + and its calling code; or the column not to be looked at: \
                        --ignore-column";
        self.fault(at, Problem::new(problem, expected))
    }

    /// Where and how the row says that it must not be called. What cannot be understood refuses it, unless another column
    /// can be.
    fn opted_out<'t>(&self, cell: &impl Fn(usize) -> &'t str) -> Result<Option<String>, Fault> {
        let mut unclear = None;
        for (column, at) in self.columns.opt_outs.iter().copied() {
            match column.verdict(cell(at)) {
                Ok(Verdict::MustNot(said)) => {
                    return Ok(Some(format!("{}={said} in row {}", named(self.name(at)), self.row)));
                }
                Ok(Verdict::May) => {}
                Err(problem) => unclear = unclear.or_else(|| Some(self.fault(at, problem))),
            }
        }
        unclear.map_or(Ok(None), Err)
    }

    /// The zone that the row tells, in whichever column: it is an error if two of them differ.
    fn time_zone<'t>(&self, cell: &impl Fn(usize) -> &'t str) -> Result<Option<Zone>, Fault> {
        let own = self.known(Known::TimeZone, cell, time_zone::read)?;
        let mut told = own.zip(self.columns.known(Known::TimeZone));
        for at in self.columns.zones.iter().copied().filter(|at| !cell(*at).trim().is_empty()) {
            match (time_zone::read(cell(at)), told) {
                (Ok(zone), Some((other, by))) if !time_zone::agree(zone, other) => {
                    let problem =
                        format!("is another time zone than `{}`: nobody knows which is right", self.name(by));
                    let expected =
                        "the same zone in both; or the column not to be looked at: --ignore-column";
                    return Err(self.fault(at, Problem::new(problem, expected)));
                }
                (Ok(zone), None) => told = Some((zone, at)),
                // What cannot be understood matters only if nothing else is told.
                (Ok(_), Some(_)) | (Err(_), Some(_)) => {}
                (Err(Problem { problem, expected }), None) => {
                    let expected = format!("{expected}; or the column not to be looked at: --ignore-column");
                    return Err(self.fault(at, Problem::new(problem, expected)));
                }
            }
        }
        Ok(told.map(|(zone, _)| zone))
    }

    /// The zones of the states that the row tells, for a number of North America: elsewhere `WA` is no Washington.
    fn also_in<'t>(&self, number: &PhoneNumber, cell: &impl Fn(usize) -> &'t str) -> Zones {
        if number.calling_code() != 1 {
            return Zones::NONE;
        }
        let told = self.columns.places.iter().filter_map(|(place, at)| place.zones(cell(*at)));
        told.fold(Zones::NONE, |all, zones| all.and(&zones))
    }

    fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", String::as_str)
    }

    /// What a known column says, if it is there and not empty.
    fn known<'t, T>(
        &self,
        kind: Known,
        cell: &impl Fn(usize) -> &'t str,
        read: impl Fn(&str) -> Result<T, Problem>,
    ) -> Result<Option<T>, Fault> {
        let Some(at) = self.columns.known(kind) else { return Ok(None) };
        match cell(at).trim() {
            "" => Ok(None),
            text => read(text).map(Some).map_err(|problem| self.fault(at, problem)),
        }
    }

    fn metadata<'t>(&self, cell: &impl Fn(usize) -> &'t str) -> Result<Metadata, Fault> {
        let entries = || {
            let named = self.columns.metadata.iter().filter_map(|at| Some((*at, self.names.get(*at)?)));
            named.map(|(at, name)| (name.as_str(), cell(at))).filter(|(_, value)| !value.trim().is_empty())
        };
        Metadata::new(entries()).map_err(|invalid| {
            // Core names the entry within its sentence; here it is the column.
            let alone =
                entries().find_map(|(name, value)| Some((name, Metadata::new([(name, value)]).err()?)));
            match alone {
                Some((name, invalid)) => Problem::from(invalid).in_column(Some(name)),
                None => {
                    let problem = format!("has metadata that {}", invalid.problem());
                    Problem::new(problem, invalid.expected().to_owned()).in_column(None)
                }
            }
        })
    }

    fn fault(&self, at: usize, problem: Problem) -> Fault {
        problem.in_column(self.names.get(at).map(String::as_str))
    }
}

fn priority(text: &str) -> Result<Priority, Problem> {
    const EXPECTED: &str = "a whole number from 0 (last) to 9 (first)";
    match text.as_bytes() {
        [digit @ b'0'..=b'9'] => Ok(Priority::new(digit - b'0')?),
        _ => Err(Problem::new("is no priority", EXPECTED)),
    }
}

fn external_id(text: &str) -> Result<String, Problem> {
    match text.chars().count() {
        0..=LONGEST_ID => Ok(text.to_owned()),
        long => Err(Problem::new(format!("has {long} characters"), "200 characters at most")),
    }
}

//! One row, from the text of its columns to a recipient.

use polyai_outbound_core::campaign::{NewRecipient, Priority, Zone};
use polyai_outbound_core::{CountryCode, Metadata};

use super::columns::{Columns, Known};
use super::moment::{Edge, moment};
use super::problem::{Fault, Problem};
use crate::campaign::number::{check_country, read_number};

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
    pub(crate) fn read<'t>(&self, cell: impl Fn(usize) -> &'t str) -> Result<NewRecipient, Fault> {
        for at in &self.columns.unnamed {
            if !cell(*at).trim().is_empty() {
                let problem = format!("has something in column {}, which has no name", at + 1);
                return Err(Problem::new(problem, "a name for that column, or nothing in it").in_column(None));
            }
        }
        let country = self.known(Known::CountryCode, &cell, |text| Ok(CountryCode::parse(text)?))?;
        let number = self.columns.number;
        let to_number = read_number(cell(number), country.or(self.country))
            .map_err(|problem| self.fault(number, problem))?;
        if let Some((own, at)) = country.zip(self.columns.known(Known::CountryCode)) {
            check_country(cell(number), &to_number, own).map_err(|problem| self.fault(at, problem))?;
        }
        let time_zone = self.known(Known::TimeZone, &cell, |text| Ok(Zone::parse(text)?))?;
        let not_before =
            self.known(Known::NotBefore, &cell, |text| moment(text, time_zone, Edge::NotBefore))?;
        let not_after = self.known(Known::NotAfter, &cell, |text| moment(text, time_zone, Edge::NotAfter))?;
        if not_before.zip(not_after).is_some_and(|(from, until)| until <= from) {
            let at = self.columns.known(Known::NotAfter).unwrap_or_default();
            let problem = Problem::new("is not after not_before", "a moment after that in not_before");
            return Err(self.fault(at, problem));
        }
        Ok(NewRecipient {
            row: self.row,
            to_number,
            time_zone,
            not_before,
            not_after,
            priority: self.known(Known::Priority, &cell, priority)?.unwrap_or_default(),
            external_id: self.known(Known::ExternalId, &cell, external_id)?,
            metadata: self.metadata(&cell)?,
        })
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

//! Numbers of rows that are refused, if they must not be called, or if nobody knows whether they may: no other row of the
//! list with such a number is called either.

use std::collections::BTreeSet;

use polyai_outbound_core::{CountryCode, PhoneNumber};

use super::OptedOut;
use super::columns::{Columns, Known};
use super::opt_out::{OptOut, Verdict, named};
use crate::campaign::number::cell::{certain, possible};
use crate::campaign::number::read_number;

/// So many digits may be a number.
const DIGITS: usize = 7;

/// A number that no row of the list may call, because of one row of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The line of the list at which that row stands; the first line is 1.
    pub row: u64,
    /// Whom not to call.
    pub to_number: PhoneNumber,
    /// Words of the row, as `DoNotCall=1`; or why nobody knows what it says. Nothing of other cells is in it.
    pub said: String,
    /// True if the row says that the number must not be called; false if it cannot be told.
    pub is_certain: bool,
}

impl From<&OptedOut> for Withheld {
    fn from(opted_out: &OptedOut) -> Self {
        let OptedOut { row, to_number, said } = opted_out;
        let place = format!(" in row {row}");
        let said = said.strip_suffix(&place).unwrap_or(said).to_owned();
        Self { row: *row, to_number: to_number.clone(), said, is_certain: true }
    }
}

impl Withheld {
    /// Why no other row may call the number, as `row 7 says DoNotCall=1 of this number`.
    #[must_use]
    pub fn reason(&self) -> String {
        let Self { row, said, is_certain, .. } = self;
        if *is_certain {
            format!("row {row} says {said} of this number")
        } else {
            format!("row {row} has this number, and nobody knows whether it may be called: {said}")
        }
    }
}

/// Cells of a refused row, as far as they can be read.
pub(crate) struct Reading<'a> {
    pub(crate) row: u64,
    /// Names, kinds and text of what may say that its number must not be called.
    pub(crate) cells: Vec<(&'a str, OptOut, &'a str)>,
    /// Cells that may hold its number.
    pub(crate) numbers: Vec<&'a str>,
    /// Of which countries that may be, if it does not say so itself.
    pub(crate) countries: Vec<CountryCode>,
    /// True if an unclear cell says something of the number, and false if the row itself is unclear.
    pub(crate) fits: bool,
    /// True if nobody knows which cell is in which column, so that of a cell its words alone are certain.
    pub(crate) is_guessed: bool,
}

impl<'a> Reading<'a> {
    /// A record with as many fields as the list has columns.
    pub(crate) fn of_record(
        row: u64,
        names: &'a [String],
        columns: &Columns,
        country: Option<CountryCode>,
        cell: impl Fn(usize) -> &'a str,
    ) -> Self {
        let name = |at: usize| names.get(at).map_or("", String::as_str);
        let cells = columns.opt_outs.iter().map(|(kind, at)| (name(*at), *kind, cell(*at)));
        let told = columns
            .countries
            .iter()
            .filter_map(|(column, at)| Some(column.with(cell(*at))?.read(cell(*at)).ok()?.code));
        let own = columns.known(Known::CountryCode).and_then(|at| CountryCode::parse(cell(at).trim()).ok());
        Self {
            row,
            cells: cells.collect(),
            numbers: vec![cell(columns.number)],
            countries: own.into_iter().chain(told).chain(country).collect(),
            fits: true,
            is_guessed: false,
        }
    }

    /// A line whose fields are not known to be in their columns: the first may be where they belong, or the last.
    pub(crate) fn of_fields(
        row: u64,
        names: &'a [String],
        columns: &Columns,
        country: Option<CountryCode>,
        fields: &[&'a str],
    ) -> Self {
        if fields.len() == names.len() {
            let field = |at: usize| fields.get(at).copied().unwrap_or_default();
            return Self::of_record(row, names, columns, country, field);
        }
        let answers =
            || columns.opt_outs.iter().filter(|(kind, _)| kind.is_answer() || *kind != OptOut::TEXT);
        let shifted = |at: usize| (fields.len() + at).checked_sub(names.len());
        let name = |at: usize| names.get(at).map_or("", String::as_str);
        let left = answers().filter_map(|(kind, at)| Some((name(*at), *kind, *fields.get(*at)?)));
        let right = answers().filter_map(|(kind, at)| Some((name(*at), *kind, *fields.get(shifted(*at)?)?)));
        let any = fields.iter().map(|field| ("a field", OptOut::TEXT, *field));
        Self {
            row,
            cells: left.chain(right).chain(any).collect(),
            numbers: fields.to_vec(),
            countries: country.into_iter().collect(),
            fits: !columns.opt_outs.iter().any(|(kind, _)| kind.is_flag()),
            is_guessed: true,
        }
    }

    /// The numbers that no row may call because of this one.
    pub(crate) fn withheld(&self) -> Vec<Withheld> {
        let Some((said, is_certain)) = self.said() else { return Vec::new() };
        let withheld = |to_number| Withheld { row: self.row, to_number, said: said.clone(), is_certain };
        self.readable().into_iter().map(withheld).collect()
    }

    /// Returns the words that keep its number from being called and true if they are certain, or `None` if it may be called.
    fn said(&self) -> Option<(String, bool)> {
        let (mut unclear, mut guessed) = (None, None);
        for (name, kind, cell) in &self.cells {
            match kind.verdict(cell) {
                Ok(Verdict::MustNot(said)) => {
                    let said = format!("{}={said}", named(name));
                    let is_said = || matches!(OptOut::TEXT.verdict(cell), Ok(Verdict::MustNot(_)));
                    if !self.is_guessed || is_said() {
                        return Some((said, true));
                    }
                    guessed = guessed.or_else(|| Some(format!("the row cannot be read, and may say {said}")));
                }
                Ok(Verdict::May) => {}
                Err(_) if self.fits => {
                    unclear = unclear.or_else(|| Some(format!("its {} is not clear", named(name))));
                }
                Err(_) => {}
            }
        }
        let misfit = || (!self.fits).then(|| "the row cannot be read".to_owned());
        guessed.or(unclear).or_else(misfit).map(|said| (said, false))
    }

    /// Every number that may be meant, in each of the countries: also one that a spreadsheet or a hand has spoilt, for which
    /// the row was refused.
    fn readable(&self) -> BTreeSet<PhoneNumber> {
        let mut found = BTreeSet::new();
        let digits = |text: &str| text.chars().filter(|it| it.is_numeric()).count();
        let countries = || std::iter::once(None).chain(self.countries.iter().copied().map(Some));
        for text in self.numbers.iter().filter(|text| digits(text) >= DIGITS) {
            // `+14155550100 (do not call)`: without the words.
            let plain: String = text.chars().filter(|it| !it.is_alphabetic()).collect();
            let plain = plain.trim_matches(|it: char| !it.is_numeric() && it != '+' && it != '(');
            let meant = [Some((*text).to_owned()), Some(plain.to_owned()), whole(text), corrected(text)];
            for text in meant.into_iter().flatten() {
                for country in countries() {
                    found.extend(read_number(&text, country).ok());
                    found.extend(certain(&text, country).unwrap_or_default().numbers);
                    found.extend(possible(&text, country, true).numbers);
                }
            }
        }
        found
    }
}

/// A number that a spreadsheet wrote as an amount: `14155550100.0`, `1.41555501E+10`.
fn whole(text: &str) -> Option<String> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let text = text.trim().trim_start_matches('\'');
    let amount: f64 = text.replace(',', ".").parse().ok()?;
    let is_whole = amount.fract() == 0.0 && (1e7..EXACT).contains(&amount);
    (is_whole && text.contains(['.', ',', 'e', 'E'])).then(|| format!("{amount:.0}"))
}

/// With digits in the place of the letters that look like them: `415-555-O128`.
fn corrected(text: &str) -> Option<String> {
    let corrected: String = text
        .chars()
        .map(|it| match it {
            'O' | 'o' | 'Q' | 'D' => '0',
            'I' | 'l' | '|' => '1',
            'S' => '5',
            'B' => '8',
            'Z' => '2',
            other => other,
        })
        .filter(|it| *it != '#')
        .collect();
    (corrected != text && !corrected.contains(char::is_alphabetic)).then_some(corrected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(number: &str, country: Option<&str>) -> Vec<String> {
        let reading = Reading {
            row: 2,
            cells: Vec::new(),
            numbers: vec![number],
            countries: country.into_iter().map(|it| CountryCode::parse(it).unwrap()).collect(),
            fits: true,
            is_guessed: false,
        };
        reading.readable().iter().map(|it| it.as_str().to_owned()).collect()
    }

    #[test]
    fn a_number_for_which_a_row_was_refused_is_known_all_the_same() {
        for (text, country, expected) in [
            ("14155550128", None, &["+14155550128"][..]),
            ("+1 415 555 0128 ext 12", None, &["+14155550128"]),
            ("+14155550128x12", None, &["+14155550128"]),
            ("+14155550128 / +14155550129", None, &["+14155550128", "+14155550129"]),
            ("4155550128.0", Some("US"), &["+14155550128"]),
            ("14155550128.0", None, &["+14155550128"]),
            ("1.4155550128E+10", None, &["+14155550128"]),
            ("415-555-O128", Some("US"), &["+14155550128"]),
            ("#(415) 555-0128", Some("US"), &["+14155550128"]),
            ("0044 20 7946 0128", Some("US"), &["+442079460128"]),
            ("+14155550128 (do not call)", None, &["+14155550128"]),
            ("12", Some("US"), &[]),
        ] {
            let found = meant(text, country);
            for number in expected {
                assert!(found.iter().any(|it| it == number), "{text}: {found:?}");
            }
            assert!(!expected.is_empty() || found.is_empty(), "{text}: {found:?}");
        }
    }
}

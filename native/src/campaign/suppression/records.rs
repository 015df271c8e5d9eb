//! The numbers of one record of a suppression list that is CSV: at least one, or it is an error.

use polyai_outbound_core::{CountryCode, PhoneNumber};

use super::Passed;
use super::columns::{Holds, holds};
use crate::campaign::list::country::CountryColumn;
use crate::campaign::list::csv::{Csv, Read, behind_quote, takes_in_rows};
use crate::campaign::list::problem::{Fault, Problem, listed};
use crate::campaign::list::quotes::{PHONE_DIGITS, digits};
use crate::campaign::number::cell::{Numbers, certain, is_date, is_numbers, possible, spoilt};
use crate::campaign::number::{check_calling_code, check_country, is_international};

const TOO_LONG: &str = "is longer than 1 MiB, or has not as many fields as the header";

/// The columns of a list, and the country of numbers without one.
pub(super) struct Records {
    columns: Vec<Holds>,
    country: Option<CountryCode>,
    /// Rows without a number are passed over.
    may_lack_numbers: bool,
}

impl Records {
    pub(super) fn new(csv: &Csv, country: Option<CountryCode>, may_lack_numbers: bool) -> Self {
        Self { columns: csv.names().iter().map(|name| holds(name)).collect(), country, may_lack_numbers }
    }

    /// The numbers of the record that was read last; else the row, and what is wrong with it.
    pub(super) fn numbers(
        &self,
        csv: &Csv,
        read: &Read,
        passed: &mut Passed,
    ) -> Result<Vec<PhoneNumber>, (u64, Fault)> {
        let (row, names) = (read.row, csv.names());
        let name = |at: usize| names.get(at).map(String::as_str);
        self.check_quoting(csv, read)?;
        if !read.held || csv.record().len() != names.len() {
            let problem = Problem::new(TOO_LONG, "as many fields as the header has, and 1 MiB at most");
            return Err((row, problem.in_column(None)));
        }
        let fault = |at: usize| move |problem: Problem| (row, problem.in_column(name(at)));
        let own = self.own_country(csv).map_err(|(at, problem)| fault(at)(problem))?;
        let mut numbers = Vec::new();
        let mut is_numbered = false;
        for (at, holds) in self.columns.iter().enumerate() {
            let cell = csv.record().get(at).trim();
            if cell.is_empty() {
                continue;
            }
            let country = || self.country_of(csv, cell, own).map_err(|(at, problem)| fault(at)(problem));
            let found = match holds {
                Holds::Country | Holds::OtherCountry(_) => continue,
                Holds::Numbers => certain(cell, country()?).map_err(fault(at))?,
                Holds::Perhaps if may_be_number(cell) => certain(cell, country()?).map_err(|problem| {
                    let expected = format!("{}; or no such column", problem.expected);
                    fault(at)(Problem::new(problem.problem, expected))
                })?,
                Holds::Perhaps | Holds::AnyNumbers => possible(cell, country().unwrap_or(self.country), true),
                Holds::Named => {
                    let country = country().unwrap_or(self.country);
                    match spoilt(cell, country) {
                        Some(problem) => return Err(fault(at)(problem)),
                        None => possible(cell, country, true),
                    }
                }
                Holds::Else => possible(cell, country().unwrap_or(self.country), false),
            };
            let Numbers { numbers: found, renumbered } = found;
            is_numbered |= !found.is_empty() || renumbered.is_some();
            if let Some(problem) = renumbered {
                passed.renumbered(row, problem);
            } else if let ([number], Holds::Numbers | Holds::Perhaps) = (found.as_slice(), holds) {
                if let Some((of_country, own)) = own {
                    check_country(cell, number, own).map_err(fault(of_country))?;
                }
                self.agrees(csv, cell, number).map_err(|(at, problem)| fault(at)(problem))?;
            }
            numbers.extend(found);
        }
        match is_numbered {
            true => Ok(numbers),
            false if self.may_lack_numbers => {
                passed.without_number(row);
                Ok(numbers)
            }
            false => Err((row, self.no_number(names))),
        }
    }

    fn check_quoting(&self, csv: &Csv, read: &Read) -> Result<(), (u64, Fault)> {
        let (row, names, quoting) = (read.row, csv.names(), csv.quoting());
        let name = |at: usize| names.get(at).map(String::as_str);
        if names.iter().any(|name| name.contains('"')) {
            let problem =
                "stands below names of columns with a quote within, so that nobody knows which they are";
            return Err((
                row,
                Problem::new(problem, "names of columns without quotes, or each within two").in_column(None),
            ));
        }
        if let Some((lines, at)) = quoting.behind {
            return Err((row + lines, behind_quote().in_column(name(at))));
        }
        let Some(at) = quoting.over_lines else { return Ok(()) };
        if !quoting.may_take_in_numbers(names.len()) {
            return Ok(());
        }
        // Several numbers of one person, each on a line: nothing is lost in them.
        let mut cells = (0..csv.record().len()).map(|at| csv.record().get(at));
        let of_numbers = csv.record().len() == names.len()
            && cells.all(|cell| !cell.contains(['\n', '\r']) || is_numbers(cell, self.country));
        match of_numbers {
            true => Ok(()),
            false => Err((row, takes_in_rows().in_column(name(at)))),
        }
    }

    /// The country of what stands in a cell without a calling code.
    fn country_of(
        &self,
        csv: &Csv,
        cell: &str,
        own: Option<(usize, CountryCode)>,
    ) -> Result<Option<CountryCode>, (usize, Problem)> {
        let told = if is_international(cell) { own } else { self.told_country(csv, own)? };
        Ok(told.map(|(_, it)| it).or(self.country))
    }

    fn own_country(&self, csv: &Csv) -> Result<Option<(usize, CountryCode)>, (usize, Problem)> {
        let Some(at) = self.columns.iter().position(|it| *it == Holds::Country) else { return Ok(None) };
        match csv.record().get(at).trim() {
            "" => Ok(None),
            text => match CountryCode::parse(text) {
                Ok(own) => Ok(Some((at, own))),
                Err(invalid) => Err((at, invalid.into())),
            },
        }
    }

    /// The country of numbers without a calling code: that which the record says, in whichever column. It is an error if it says
    /// two, or another than that of the list: nobody knows then whose number it is.
    fn told_country(
        &self,
        csv: &Csv,
        own: Option<(usize, CountryCode)>,
    ) -> Result<Option<(usize, CountryCode)>, (usize, Problem)> {
        let mut told = own;
        for wanted in [CountryColumn::OfNumber, CountryColumn::OfHome] {
            // Where somebody lives tells nothing more if the number's own country is told.
            if wanted == CountryColumn::OfHome && told.is_some() {
                break;
            }
            for (at, holds) in self.columns.iter().enumerate() {
                let cell = csv.record().get(at).trim();
                if *holds != Holds::OtherCountry(wanted) || cell.is_empty() {
                    continue;
                }
                let code = wanted.read(cell).map_err(|problem| (at, problem))?.code;
                let of_list = self.country.filter(|_| wanted == CountryColumn::OfHome);
                let differs = |other: CountryCode| other.calling_code() != code.calling_code();
                if told.map(|(_, it)| it).or(of_list).is_some_and(differs) {
                    let problem =
                        "says another country than another column, or than that of the list (--country)";
                    return Err((at, Problem::new(problem, "numbers with + and their calling codes")));
                }
                told.get_or_insert((at, code));
            }
        }
        Ok(told)
    }

    /// A number with its calling code is that of the calling code that a column of its own tells.
    fn agrees(&self, csv: &Csv, cell: &str, number: &PhoneNumber) -> Result<(), (usize, Problem)> {
        let of_number = Holds::OtherCountry(CountryColumn::OfNumber);
        for (at, _) in self.columns.iter().enumerate().filter(|(_, holds)| **holds == of_number) {
            let told = csv.record().get(at).trim();
            if is_international(cell) && !told.is_empty() {
                let code = CountryColumn::OfNumber.read(told).map_err(|problem| (at, problem))?.code;
                check_calling_code(cell, number, code).map_err(|problem| (at, problem))?;
            }
        }
        Ok(())
    }

    fn no_number(&self, names: &[String]) -> Fault {
        const EXPECTED: &str = "a number in every row: put it in, take the row out, or pass over such rows with \
                                --allow-rows-without-number";
        let likely = |it: &Holds| !matches!(it, Holds::Else | Holds::Country | Holds::OtherCountry(_));
        let may_hold = self.columns.iter().zip(names).filter(|(it, _)| likely(it));
        match may_hold.collect::<Vec<_>>().as_slice() {
            [(Holds::Numbers, name)] => Problem::new("is empty", EXPECTED).in_column(Some(name)),
            several => {
                let names: Vec<&String> = several.iter().map(|(_, name)| *name).collect();
                let of = if names.is_empty() {
                    String::new()
                } else {
                    format!(" that may hold one: {}", listed(&names))
                };
                Problem::new(format!("has no number in any column{of}"), EXPECTED).in_column(None)
            }
        }
    }
}

/// Digits enough for a number, and nothing that tells that it is something else: words, or a date.
fn may_be_number(cell: &str) -> bool {
    digits(cell) >= PHONE_DIGITS && !cell.contains(char::is_alphabetic) && !is_date(cell)
}

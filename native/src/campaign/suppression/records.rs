//! The numbers of one record of a suppression list that is CSV: at least one, or it is an error.

use polyai_outbound_core::{CountryCode, PhoneNumber};

use super::columns::{Holds, holds};
use crate::campaign::list::country::CountryColumn;
use crate::campaign::list::csv::{Csv, Read, behind_quote, takes_in_rows};
use crate::campaign::list::problem::{Fault, Problem, listed};
use crate::campaign::list::quotes::{PHONE_DIGITS, digits};
use crate::campaign::number::{check_calling_code, check_country, is_international, read_number};

const TOO_LONG: &str = "is longer than 1 MiB, or has not as many fields as the header";

/// The columns of a list, and the country of numbers without one.
pub(super) struct Records {
    columns: Vec<Holds>,
    country: Option<CountryCode>,
}

impl Records {
    pub(super) fn new(csv: &Csv, country: Option<CountryCode>) -> Self {
        Self { columns: csv.names().iter().map(|name| holds(name)).collect(), country }
    }

    /// The numbers of the record that was read last; else the row, and what is wrong with it.
    pub(super) fn numbers(&self, csv: &Csv, read: &Read) -> Result<Vec<PhoneNumber>, (u64, Fault)> {
        let (row, names) = (read.row, csv.names());
        let name = |at: usize| names.get(at).map(String::as_str);
        let quoting = csv.quoting();
        if let Some((lines, at)) = quoting.behind {
            return Err((row + lines, behind_quote().in_column(name(at))));
        }
        if let Some(at) = quoting.over_lines
            && quoting.may_take_in_numbers(csv.delimiter(), names.len())
        {
            return Err((row, takes_in_rows().in_column(name(at))));
        }
        if !read.held || csv.record().len() != names.len() {
            let problem = Problem::new(TOO_LONG, "as many fields as the header has, and 1 MiB at most");
            return Err((row, problem.in_column(None)));
        }
        let fault = |at: usize| move |problem: Problem| (row, problem.in_column(name(at)));
        let own = self.own_country(csv).map_err(|(at, problem)| fault(at)(problem))?;
        let mut numbers = Vec::new();
        for (at, holds) in self.columns.iter().enumerate() {
            let cell = csv.record().get(at).trim();
            let may_hold = match holds {
                Holds::Numbers => !cell.is_empty(),
                Holds::Perhaps => may_be_number(cell) || is_international(cell),
                Holds::Else => is_international(cell),
                Holds::Country | Holds::OtherCountry(_) => false,
            };
            if !may_hold {
                continue;
            }
            let country = match is_international(cell) {
                false => self.told_country(csv, own).map_err(|(at, problem)| fault(at)(problem))?,
                true => own,
            };
            let number = read_number(cell, country.map(|(_, it)| it).or(self.country));
            let number = match (holds, number) {
                (Holds::Numbers, Err(problem)) => return Err(fault(at)(problem)),
                (Holds::Perhaps, Err(problem)) if may_be_number(cell) => {
                    let expected = format!("{}; or no such column", problem.expected);
                    return Err(fault(at)(Problem::new(problem.problem, expected)));
                }
                (Holds::Numbers | Holds::Perhaps, Ok(number)) => number,
                (Holds::Else, Ok(number)) => number,
                (Holds::Perhaps | Holds::Else | Holds::Country | Holds::OtherCountry(_), _) => continue,
            };
            if let Some((of_country, own)) = own {
                check_country(cell, &number, own).map_err(fault(of_country))?;
            }
            self.agrees(csv, cell, &number).map_err(|(at, problem)| fault(at)(problem))?;
            numbers.push(number);
        }
        if numbers.is_empty() {
            return Err((row, self.no_number(names)));
        }
        Ok(numbers)
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
        const EXPECTED: &str = "a number in every row";
        let may_hold =
            self.columns.iter().zip(names).filter(|(it, _)| matches!(it, Holds::Numbers | Holds::Perhaps));
        match may_hold.collect::<Vec<_>>().as_slice() {
            [(Holds::Numbers, name)] => Problem::new("is empty", EXPECTED).in_column(Some(name)),
            several => {
                let names: Vec<&String> = several.iter().map(|(_, name)| *name).collect();
                let problem = format!("has no number in any column that may hold one: {}", listed(&names));
                Problem::new(problem, EXPECTED).in_column(None)
            }
        }
    }
}

/// Digits enough for a number, and nothing that tells that it is something else: words, or a date.
fn may_be_number(cell: &str) -> bool {
    digits(cell) >= PHONE_DIGITS && !cell.contains(char::is_alphabetic) && !is_date(cell)
}

/// `2026-03-01`, `1/3/2026`, and a time behind it.
fn is_date(cell: &str) -> bool {
    let day = cell.split_whitespace().next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
    };
    match parts.as_slice() {
        [first, second, third] => {
            digits(second, 2)
                && ((first.len() == 4 && digits(first, 4) && digits(third, 2))
                    || (digits(first, 2) && third.len() == 4 && digits(third, 4)))
        }
        _ => false,
    }
}

//! Rows as a person names them: by the line of the list, by the number, by what they are called elsewhere.

use polyai_outbound::CountryCode;
use polyai_outbound::campaign::{History, Who, read_number};

use super::found::Found;
use crate::failure::Failure;

/// What a word may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    RowOrNumber,
    /// That, or an external id.
    Anything,
}

/// A number without its country is looked for by its digits; with fewer, too many would be found.
const FEWEST_DIGITS: usize = 7;
/// So many rows that a word may mean are told.
const MOST: u32 = 20;

/// All that is known of the rows that a word means. The word may be a phone number: it is in no error.
pub(crate) async fn named(
    found: &mut Found,
    text: &str,
    country: Option<CountryCode>,
    may_be: Named,
) -> Result<Vec<History>, Failure> {
    let text = text.trim();
    let (id, kept) = (found.campaign.id, found.kept());
    let kept = kept.and_then(|it| CountryCode::parse(it.list.country.as_deref()?).ok());
    let country = country.or(kept);
    let mut who = Vec::new();
    // Nobody who means a line writes a zero or a plus before it.
    let is_line = !text.starts_with(['0', '+']) && text.bytes().all(|it| it.is_ascii_digit());
    if let (true, Ok(row)) = (is_line, text.parse()) {
        who.push(Who::Row(row));
    }
    if may_be == Named::Anything {
        who.push(Who::ExternalId(text.to_owned()));
    }
    let mut histories = all(found, who).await?;
    if !histories.is_empty() {
        return Ok(histories);
    }
    if let Ok(number) = read_number(text, country) {
        histories = all(found, vec![Who::Number(number)]).await?;
    }
    // A line that is not there is no number to be decided about, though some number may end so.
    let may_end_so = histories.is_empty() && (may_be == Named::Anything || !is_line);
    if let (true, Some(digits)) = (may_end_so, national(text)) {
        let rows = found.database.rows_ending_in(id, digits, MOST).await?;
        histories = all(found, rows.into_iter().map(Who::Row).collect()).await?;
        let mut numbers: Vec<_> = histories.iter().map(|it| &it.record.to_number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        if may_be == Named::RowOrNumber && numbers.len() > 1 {
            let rows: Vec<_> = histories.iter().map(|it| it.record.row.to_string()).collect();
            return Err(Failure::input(format!(
                "ROW|NUMBER: rows {} have different numbers that end in these digits; give the row, or the number with + \
                 and its calling code",
                rows.join(", ")
            )));
        }
    }
    Ok(histories)
}

/// The digits of a number that may be written as dialed within a country: all but the zeros before it.
fn national(text: &str) -> Option<u64> {
    let written = |it: char| it.is_ascii_digit() || " ().-/+".contains(it);
    if !text.chars().all(written) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    if digits.len() < FEWEST_DIGITS { None } else { digits.parse().ok() }
}

/// Each row once, in the order of the list.
async fn all(found: &mut Found, who: Vec<Who>) -> Result<Vec<History>, Failure> {
    let mut all = Vec::new();
    for who in who {
        all.extend(found.database.history(found.campaign.id, &who).await?);
    }
    all.sort_by_key(|it| it.record.row);
    all.dedup_by_key(|it| it.record.row);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::national;

    #[test]
    fn what_may_be_a_number_within_a_country_is_known_by_its_digits() {
        assert_eq!(national("(415) 555-0100"), Some(4_155_550_100));
        assert_eq!(national("020 7946 0018"), Some(2_079_460_018));
        assert_eq!(national("+1 415 555 0100"), Some(14_155_550_100));
        for other in ["17", "555-01", "A-4155550100", "", "415x5550100"] {
            assert_eq!(national(other), None, "{other}");
        }
    }
}

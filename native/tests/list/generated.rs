//! Two thousand suppression lists, made by chance: each is refused, or holds every number that was put on it. What a list
//! means is known by how it was made, and not by what reads it.

use std::collections::BTreeSet;

use polyai_outbound::CountryCode;
use polyai_outbound::campaign::SuppressionList;

use super::write;

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((it ^ (it >> 31)) % most as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Once in so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

const NUMBER_COLUMNS: [&str; 24] = [
    "to_number",
    "phone",
    "Phone 2",
    "mobile",
    "home_phone",
    "alt_phone",
    "work phone",
    "Cell",
    "tel",
    "MSISDN",
    "number",
    "Mobile Number",
    "Telephone",
    "contact_number",
    "Home",
    "Work",
    "Contact 2",
    "Direct",
    "Home #",
    "Ph1",
    "Main Line",
    "電話番号",
    "телефон",
    "Erreichbar unter",
];
const OTHER_COLUMNS: [&str; 7] = ["name", "reason", "notes", "date", "cancelled", "hotel", "DoNotCall"];
const WORDS: [&str; 14] = [
    "Ann",
    "moved away",
    "asked, twice",
    "yes",
    "",
    "2026-03-01",
    "5 inch",
    "O'Neill",
    "62701-1234",
    "100294857",
    "1299.00",
    "A-1042",
    "3/1/2026",
    "Mary Jo 2",
];
/// What may go wrong with a cell of another column; the last are honest.
const ODD_CELLS: [&str; 9] = [
    "\"5 inch",
    "bolt 7\"",
    "\"said \\\"never\\\"\"",
    "\"Ann\" B",
    "\"a\nb\"",
    "5\" bolt",
    "\"x, y\"",
    "\"\"",
    "\"q\"\"q\"",
];
const COMMENTS: [&str; 6] = ["# asked", "# +1 415 555 0199", "#left out", "#", "#---", "## Head office"];
/// What is no comment, and stands where a number was.
const SPOILT: [&str; 9] = [
    "#NAME?",
    "#VALEUR!",
    "##",
    "#ERROR!",
    "#N/A",
    "########",
    "4.41E+11",
    "#1 (415) 555-0128",
    "415555O128",
];

/// One of the forms in which a number of the United States is written.
fn form(chance: &mut Chance, last: usize) -> String {
    let (area, line) = (chance.pick(&["415", "212", "617"]).to_string(), format!("01{last:02}"));
    match chance.below(13) {
        0 => format!("+1{area}555{line}"),
        1 => format!("({area}) 555-{line}"),
        2 => format!("{area}-555-{line}"),
        3 => format!("+1 {area} 555 {line}"),
        4 => format!("tel:+1-{area}-555-{line}"),
        5 => format!("1{area}555{line}"),
        6 => format!("{area}.555.{line}"),
        7 => format!("001{area}555{line}"),
        8 => format!("'+1 {area} 555 {line}"),
        9 => format!("call +1 {area} 555 {line} never"),
        10 => format!("{area}555{line}"),
        11 => format!("1-{area}-555-{line}"),
        _ => format!("\u{ff0b}1 ({area}) 555\u{2011}{line}"),
    }
}

/// The number that is meant, by its digits alone.
fn meant(written: &str) -> String {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    format!("+1{}", &digits[digits.len() - 10..])
}

/// A list, the numbers on it, and whether nothing is wrong with it.
struct Made {
    text: String,
    numbers: BTreeSet<String>,
    is_honest: bool,
}

fn lines(chance: &mut Chance, made: &mut Made, end: &str) {
    for _ in 0..1 + chance.below(20) {
        let last = 28 + chance.below(72);
        let written = form(chance, last);
        let line = match chance.below(40) {
            0 => chance.pick(&SPOILT).to_string(),
            1..=4 => {
                made.text += *chance.pick(&COMMENTS);
                made.text += end;
                continue;
            }
            5..=8 => format!("{written}  # May"),
            9 => format!("\"{written}"),
            10..=12 => format!("\"{written}\""),
            _ => written.clone(),
        };
        made.is_honest &= !SPOILT.contains(&line.as_str()) && line != format!("\"{written}");
        made.text += &line;
        made.text += end;
        made.numbers.insert(meant(&written));
    }
}

fn records(chance: &mut Chance, made: &mut Made, end: &str) {
    let separator = *chance.pick(&[",", ";", "\t"]);
    let mut columns: Vec<(&str, bool)> = Vec::new();
    for _ in 0..1 + chance.below(3) {
        columns.push((*chance.pick(&NUMBER_COLUMNS), true));
    }
    for _ in 0..chance.below(4) {
        columns.insert(chance.below(columns.len() + 1), (*chance.pick(&OTHER_COLUMNS), false));
    }
    let mut seen = BTreeSet::new();
    columns.retain(|(name, _)| seen.insert(name.to_lowercase()));
    // A single column of that name could be a number that cannot be read.
    if columns.len() == 1 && columns[0].0 == "Erreichbar unter" {
        columns[0].0 = "phone";
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    made.text += &(names.join(separator) + end);
    for _ in 0..1 + chance.below(20) {
        if chance.once_in(10) {
            made.text += &(chance.pick(&COMMENTS).to_string() + end);
        }
        let mut cells = Vec::new();
        let first = columns.iter().position(|(_, is_number)| *is_number).unwrap();
        for (at, (_, is_number)) in columns.iter().enumerate() {
            if !is_number {
                let word = chance.pick(&WORDS).to_string();
                let odd = chance.once_in(40).then(|| chance.below(ODD_CELLS.len()));
                made.is_honest &= odd.is_none_or(|odd| odd >= 5);
                let word = if word.contains([',', ';']) { format!("\"{word}\"") } else { word };
                cells.push(
                    odd.map_or(word, |odd| ODD_CELLS[odd].replace(['\t'], " ").replace("x, y", "x,;y")),
                );
                continue;
            }
            if at != first && chance.once_in(3) {
                cells.push(String::new());
                continue;
            }
            let last = 28 + chance.below(72);
            let written = form(chance, last);
            made.numbers.insert(meant(&written));
            // A column of any name does not tell that it holds numbers, so that what is spoilt there is not known for one.
            let is_named = columns[at].0 != "Erreichbar unter";
            cells.push(match chance.below(60) {
                0 if is_named => {
                    made.is_honest = false;
                    chance.pick(&SPOILT).to_string()
                }
                1 => {
                    made.is_honest = false;
                    format!("\"{written}")
                }
                2..=8 => format!("\"{written}\""),
                _ => written,
            });
        }
        made.text += &(cells.join(separator) + end);
    }
}

fn make(chance: &mut Chance) -> Made {
    let end = *chance.pick(&["\n", "\r\n", "\r"]);
    let mut made = Made { text: String::new(), numbers: BTreeSet::new(), is_honest: true };
    if chance.once_in(4) {
        made.text.push('\u{feff}');
    }
    if chance.once_in(4) {
        made.text += &("# export of today".to_owned() + end);
    }
    if chance.once_in(3) {
        lines(chance, &mut made, end)
    } else {
        records(chance, &mut made, end)
    }
    if chance.once_in(5) {
        made.text = made.text.trim_end_matches(['\r', '\n']).to_owned();
    }
    made
}

#[test]
fn a_list_is_refused_or_holds_every_number_that_was_put_on_it() {
    let us = CountryCode::parse("US").unwrap();
    let (mut read, mut refused, mut honest) = (0, 0, 0);
    for seed in 0..2_000 {
        let made = make(&mut Chance(seed * 7_919));
        let written = write("stop.csv", &made.text);
        honest += u32::from(made.is_honest);
        match SuppressionList::new(&written.path, Some(us)).read() {
            Ok(numbers) => {
                let held: BTreeSet<String> = numbers.iter().map(|it| it.as_str().to_owned()).collect();
                let missing: Vec<_> = made.numbers.difference(&held).collect();
                assert!(missing.is_empty(), "seed {seed}: {missing:?} would ring\n{}", made.text);
                assert_eq!(held, made.numbers, "seed {seed}\n{}", made.text);
                read += 1;
            }
            Err(error) => {
                assert!(!made.is_honest, "seed {seed}: {error}\n{}", made.text);
                assert!(!error.to_string().contains("5550"), "{error}");
                refused += 1;
            }
        }
    }
    assert!(read > 700 && refused > 500 && honest > 700, "{read} {refused} {honest}");
}

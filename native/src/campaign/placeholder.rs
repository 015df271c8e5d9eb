//! Placeholders: what spreadsheets and programs write into a cell that has no value. One table for both uses of it: as a
//! number they are refused (see `number`), and as metadata they are counted, because the voice agent would say them.

use polyai_outbound_core::Metadata;

use super::list::problem::shown;

/// Errors of formulas, as Excel, LibreOffice and Google Sheets write them in the languages that have words of their own.
#[rustfmt::skip]
const FORMULA_ERRORS: [&str; 71] = [
    // English, and what other languages share with it.
    "#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#ERROR!", "#SPILL!", "#CALC!",
    "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#GETTING_DATA",
    // German.
    "#NV", "#WERT!", "#BEZUG!", "#ZAHL!", "#ÜBERLAUF!",
    // French.
    "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!", "#PROPAGATION!",
    // Spanish, Italian, Portuguese.
    "#N/D", "#¡VALOR!", "#¡REF!", "#¿NOMBRE?", "#¡DIV/0!", "#¡NUM!", "#¡NULO!", "#VALORE!", "#RIF!", "#NOME?",
    "#NULLO!", "#VALOR!", "#NÚM!", "#NULO!",
    // Dutch.
    "#N/B", "#WAARDE!", "#VERW!", "#NAAM?", "#DEEL/0!", "#GETAL!", "#LEEG!",
    // Polish.
    "#ARG!", "#ADR!", "#NAZWA?", "#DZIEL/0!", "#LICZBA!", "#ZERO!",
    // Danish, Norwegian, Swedish.
    "#I/T", "#VÆRDI!", "#VERDI!", "#NAVN?", "#DIVISION/0!", "#SAKNAS!", "#VÄRDEFEL!", "#REFERENS!", "#NAMN?",
    // Finnish.
    "#PUUTTUU!", "#ARVO!", "#VIITTAUS!", "#NIMI?", "#JAKO/0!",
    // Russian.
    "#Н/Д", "#ЗНАЧ!", "#ССЫЛКА!", "#ДЕЛ/0!",
];

/// What programs write for a value that is missing. To the letter: `none` may be an answer, and `Nan` a name.
#[rustfmt::skip]
const MISSING: [&str; 22] = [
    // pandas, R.
    "nan", "NaN", "NAN", "NaT", "<NA>", "NA", "N/A", "n/a", "None",
    // SQL and JSON, their tools, and JavaScript.
    "null", "NULL", "Null", "(null)", "[null]", "\\N", "undefined", "[object Object]",
    // Ruby, Go.
    "nil", "<nil>",
    // LibreOffice: a formula that cannot be read, has no result, or ends in a circle.
    "Err:502", "Err:509", "Err:522",
];

/// A number that does not fit its column.
const CUT_OFF: &str = "####";

/// The placeholder that a cell holds, if it holds one; in the table's spelling, so that nothing of the cell is shown.
pub(crate) fn placeholder(cell: &str) -> Option<&'static str> {
    let cell = cell.trim();
    if !cell.starts_with('#') {
        return MISSING.into_iter().find(|it| *it == cell);
    }
    formula_error(cell).or_else(|| (cell.len() > 2 && is_cut_off(cell)).then_some(CUT_OFF))
}

/// What a formula shows instead of its result.
pub(crate) fn formula_error(cell: &str) -> Option<&'static str> {
    FORMULA_ERRORS.into_iter().find(|it| it.eq_ignore_ascii_case(cell))
}

/// Whether it is what a column shows that is too narrow for its number.
pub(crate) fn is_cut_off(cell: &str) -> bool {
    cell.chars().all(|it| it == '#')
}

/// A column of metadata in which rows hold a placeholder instead of a value: the voice agent would say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholders {
    /// The column, as it may be shown.
    pub column: String,
    /// Rows that hold one, of those that are recipients.
    pub rows: u64,
    /// Which ones, in the order in which they were met; well-known words, and nothing else of any cell.
    pub examples: Vec<&'static str>,
}

/// In lines of JSON every line may have columns of its own.
const MOST_COLUMNS: usize = 100;

/// Counts the placeholders of one recipient.
pub(crate) fn count(counts: &mut Vec<Placeholders>, metadata: &Metadata) {
    for (column, value) in metadata.iter() {
        let Some(found) = placeholder(value) else { continue };
        let column = shown(column);
        let known = counts.iter().position(|it| it.column == column);
        let at = known.unwrap_or(counts.len());
        if at == counts.len() && at < MOST_COLUMNS {
            counts.push(Placeholders { column, rows: 0, examples: Vec::new() });
        }
        let Some(counted) = counts.get_mut(at) else { continue };
        counted.rows += 1;
        if !counted.examples.contains(&found) {
            counted.examples.push(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_is_known_by_itself_and_told_in_the_spelling_of_the_table() {
        for known in FORMULA_ERRORS.into_iter().chain(MISSING) {
            assert_eq!(placeholder(known), Some(known));
            assert_eq!(placeholder(&format!(" {known}\t")), Some(known));
            assert_eq!(placeholder(&format!("{known} x")), None);
        }
        assert_eq!(placeholder("#n/a"), Some("#N/A"));
        assert_eq!((placeholder("###"), placeholder("########")), (Some("####"), Some("####")));
        let mut all: Vec<_> = FORMULA_ERRORS.into_iter().chain(MISSING).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), FORMULA_ERRORS.len() + MISSING.len(), "each once");
    }

    #[test]
    fn what_somebody_may_mean_is_no_placeholder() {
        for value in
            ["", "none", "Nan", "Nil", "#1", "#", "##", "# 4", "Null Street 1", "-", "0", "no", "N/A?", "na"]
        {
            assert_eq!(placeholder(value), None, "{value}");
        }
    }

    #[test]
    fn rows_are_counted_by_column_and_examples_once() {
        let mut counts = Vec::new();
        for (name, amount) in [("nan", "#N/A"), ("Ada", "#n/a"), ("nan", "NULL"), ("Bob", "12")] {
            count(&mut counts, &Metadata::new([("name", name), ("amount", amount)]).unwrap());
        }
        let of = |column: &str, rows, examples: &[&'static str]| Placeholders {
            column: column.to_owned(),
            rows,
            examples: examples.to_vec(),
        };
        assert_eq!(counts, [of("name", 2, &["nan"]), of("amount", 3, &["#N/A", "NULL"])]);
    }

    #[test]
    fn no_more_columns_are_counted_than_people_read() {
        let mut counts = Vec::new();
        for nth in 0..1_000 {
            count(&mut counts, &Metadata::new([(format!("n{nth}"), "nan")]).unwrap());
        }
        count(&mut counts, &Metadata::new([("n3", "nan")]).unwrap());
        assert_eq!((counts.len(), counts[3].rows), (MOST_COLUMNS, 2));
    }
}

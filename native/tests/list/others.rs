//! Suppression lists and holidays.

use std::fs;

use polyai_outbound::campaign::{ListError, SuppressionList, read_holidays};
use polyai_outbound::{CountryCode, PhoneNumber};

use super::write;

fn suppressed(text: impl AsRef<[u8]>) -> Result<Vec<String>, ListError> {
    let written = write("stop.txt", text);
    let us = CountryCode::parse("US").unwrap();
    let numbers = SuppressionList::new(&written.path, Some(us)).read()?;
    Ok(numbers.iter().map(|number| number.as_str().to_owned()).collect())
}

#[test]
fn a_suppression_list_has_a_number_a_line_in_any_form() {
    let text = "\u{feff}# asked not to be called\r\n\r\n+1 415 555 0100\r\n(415) 555-0101  # in May\r\n\"+44 20 7183 8750\"\r\n\
                   \r\n#left out\r\ntel:+14155550103";
    assert_eq!(suppressed(text).unwrap(), ["+14155550100", "+14155550101", "+14155550103", "+442071838750"]);
    assert_eq!(
        suppressed("# a\r+14155550100\r# b\r\n+14155550101\r").unwrap(),
        ["+14155550100", "+14155550101"]
    );
    assert!(suppressed("").unwrap().is_empty());
    assert!(suppressed("# nobody\n").unwrap().is_empty());
}

#[test]
fn a_suppression_list_may_be_csv_as_a_list_is() {
    let text = "# export\nName;Phone;Country Code;First Name\nAda;(415) 555-0100;;x\n# left out\nBob;020 7183 8750;GB;y\n";
    assert_eq!(suppressed(text).unwrap(), ["+14155550100", "+442071838750"]);
    assert_eq!(suppressed("phone\n+14155550100\n").unwrap(), ["+14155550100"]);
    assert_eq!(suppressed("phone,country_code\n+14155550100,ca\n").unwrap(), ["+14155550100"]);
}

#[test]
fn a_line_that_cannot_be_read_is_an_error_because_it_would_be_called() {
    let long = format!("+14155550100\n{}\n", "1".repeat(3 << 20));
    for (text, row, column, problem) in [
        ("+14155550100\n4.41E+11\n", 2, None, "was rounded by a spreadsheet"),
        ("Ada\n+14155550100\n", 1, None, "has letters"),
        ("+14155550100,+14155550101\n", 1, None, "holds several numbers"),
        ("+14155550100\n#####\n", 2, None, "is ####: the column was too narrow"),
        ("+14155550100\n \t#####\n", 2, None, "is ####: the column was too narrow"),
        ("+14155550100\n#N/A\n", 2, None, "is an error of a spreadsheet's formula"),
        ("phone,name\n+14155550100,Ada\n12,Bob\n", 3, Some("phone"), "has too few digits"),
        ("phone,name\n,Ada\n", 2, Some("phone"), "is empty"),
        ("phone,name\n+14155550100\n", 2, None, "is longer than 1 MiB, or has not as many fields"),
        ("phone,country_code\n(415) 555-0100,USA\n", 2, Some("country_code"), "is not two letters"),
        (
            "phone,country_code\n+14155550100,DE\n",
            2,
            Some("country_code"),
            "is DE, whose numbers begin with +49",
        ),
        ("phone\n\"+14155550100\n+14155550101\n", 2, None, "has a quote that is opened and never closed"),
        (&long, 2, None, "is longer than 1 MiB"),
    ] {
        let error = suppressed(text).unwrap_err();
        assert_eq!((error.row(), error.column()), (Some(row), column), "{error}");
        assert!(error.problem().starts_with(problem), "{error}");
        assert!(!error.to_string().replace("as +14155550100", "").contains("4155550"), "{error}");
    }
    assert!(suppressed(b"+14155550100\n\xff\xff\n").is_err());
    assert!(suppressed(b"\xff\xfe+\x001\x00").is_err());
    let missing = SuppressionList::new("no/such/list", None);
    assert!(missing.read().is_err() && missing.fingerprint().is_err());
}

#[test]
fn a_suppression_list_is_handed_over_one_by_one_until_somebody_says_no() {
    let written = write("stop.txt", "+14155550100\n+14155550101\n+14155550100\nbroken\n");
    let list = SuppressionList::new(&written.path, None);
    let mut seen = Vec::new();
    let stopped = list.for_each(|number: PhoneNumber| {
        seen.push(number);
        if seen.len() == 3 { Err(Box::<dyn std::error::Error>::from("enough")) } else { Ok(()) }
    });
    assert_eq!(stopped.unwrap_err().to_string(), "enough");
    assert_eq!(seen.len(), 3, "in its order, and as often as they are there");
}

#[test]
fn a_change_of_the_file_is_seen_without_reading_it() {
    let written = write("stop.txt", "+14155550100\n");
    let list = SuppressionList::new(&written.path, None);
    let read = list.for_each(|_| Ok::<_, ListError>(())).unwrap();
    assert_eq!(list.fingerprint().unwrap(), read);
    fs::write(&written.path, "+14155550100\n+14155550101\n").unwrap();
    let grown = list.fingerprint().unwrap();
    assert_ne!(grown, read, "it is longer");
    let other = written.folder.path().join("other");
    fs::write(&other, "+14155550100\n+14155550102\n").unwrap();
    let modified = fs::metadata(&written.path).unwrap().modified().unwrap();
    fs::File::options().write(true).open(&other).unwrap().set_modified(modified).unwrap();
    fs::rename(&other, &written.path).unwrap();
    assert_ne!(list.fingerprint().unwrap(), grown, "it is another file of the same length and time");
}

#[test]
fn a_file_that_changes_while_it_is_read_is_not_taken_for_read() {
    let written = write("stop.txt", "+14155550100\n+14155550101\n");
    let list = SuppressionList::new(&written.path, None);
    let error = list.for_each(|_| {
        fs::write(&written.path, "+14155550100\n+14155550101\n+14155550102\n").unwrap();
        Ok::<_, ListError>(())
    });
    assert_eq!(error.unwrap_err().problem(), "was changed while it was read");
}

#[test]
fn holidays_are_a_date_a_line() {
    let text = "\u{feff}# Ontario\r\n2026-12-25 Christmas Day\r\n\r\n2026-12-26\tBoxing Day\r\n2027-01-01, New Year\r\n  2027-02-15";
    let written = write("holidays.txt", text);
    let dates: Vec<String> = read_holidays(&written.path).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(dates, ["2026-12-25", "2026-12-26", "2027-01-01", "2027-02-15"]);
    for (text, row) in [
        ("2026-12-25\n25/12/2026\n", 2),
        ("2026-02-29\n", 1),
        ("Christmas 2026-12-25\n", 1),
        ("2026-12-25Christmas\n", 1),
        ("2026-1-1\n", 1),
    ] {
        let written = write("holidays.txt", text);
        let error = read_holidays(&written.path).unwrap_err();
        assert_eq!(error.row(), Some(row), "{error}");
        assert!(error.expected().contains("2026-12-25"), "{error}");
    }
}

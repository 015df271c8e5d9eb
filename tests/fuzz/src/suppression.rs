//! Suppression lists. The input is the file.

use polyai_outbound::PhoneNumber;
use polyai_outbound::campaign::{ListError, SuppressionList, read_number};

use crate::files::with_file;
use crate::secrets::{is_one_line, quotes_no_number};

/// See the module.
pub fn suppression(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let read = with_file(data, |path| {
        let list = SuppressionList::new(path, "US".parse().ok());
        let mut handed_over = Vec::new();
        let read = list.for_each(|number| {
            handed_over.push(number);
            Ok::<_, ListError>(())
        });
        read.map(|_| handed_over)
    });
    let numbers = match read {
        Err(error) => {
            let column = error.column().unwrap_or_default();
            is_one_line(column, 64);
            for said in [column, error.problem(), error.expected()] {
                quotes_no_number(said, &text);
                is_one_line(said, 2_000);
            }
            return;
        }
        Ok(numbers) => numbers,
    };
    assert!(str::from_utf8(data).is_ok(), "what is taken is text");
    // Within quotes a line may be part of a cell that is something else.
    if !text.contains('"') {
        for line in text.trim_start_matches('\u{feff}').split(['\r', '\n']).map(str::trim) {
            if PhoneNumber::parse(line).is_ok()
                && let Ok(number) = read_number(line, None)
            {
                assert!(numbers.contains(&number), "a number is passed over, and would be called");
            }
        }
    }
    let again: String = numbers.iter().map(|number| format!("{}\n", number.as_str())).collect();
    let again = with_file(again.as_bytes(), |path| SuppressionList::new(path, None).read()).unwrap();
    assert_eq!(again, numbers.into_iter().collect());
}

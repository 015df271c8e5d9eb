//! Files of holidays. The input is the file.

use polyai_outbound::campaign::read_holidays;

use crate::files::with_file;
use crate::secrets::is_one_line;

/// See the module.
pub fn holidays(data: &[u8]) {
    let dates = match with_file(data, |path| read_holidays(path)) {
        Err(error) => {
            is_one_line(error.problem(), 300);
            return;
        }
        Ok(dates) => dates,
    };
    let text = str::from_utf8(data).expect("what is taken is text");
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = text
        .split(['\r', '\n'])
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    assert_eq!(lines.len(), dates.len(), "every line is a date");
    for (line, date) in lines.iter().zip(&dates) {
        let date = date.to_string();
        assert!(line.trim_start().starts_with(&date), "{date} is not what {line} begins with");
        assert_eq!(jiff::civil::Date::strptime("%Y-%m-%d", &date).unwrap().to_string(), date);
    }
}

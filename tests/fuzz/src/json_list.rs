//! Lists as JSON Lines. The input is the file.

use polyai_outbound::campaign::Entry;
use serde_json::Value;

use crate::list::{Whole, read};

/// See the module.
pub fn json_list(data: &[u8]) {
    let Some(Whole { entries, .. }) = read("list.jsonl", data) else { return };
    let text = str::from_utf8(data).expect("what is taken is text");
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // At the beginning of a file, before it is known what it is, a form feed is a line end as well.
    let text = text.trim_start_matches([' ', '\n', '\r', '\u{c}']);
    let lines: Vec<&str> = text.split(['\r', '\n']).filter(|line| !line.trim().is_empty()).collect();
    assert_eq!(lines.len(), entries.len(), "every line is a row");
    for (line, entry) in lines.into_iter().zip(&entries) {
        let Entry::Recipient(recipient) = entry else { continue };
        let Value::Object(object) = serde_json::from_str(line).expect("what is taken is JSON") else {
            panic!("what is taken is an object")
        };
        // A flag that says who must not be called may be a boolean, a number or null.
        assert!(!object.values().any(|it| it.is_array() || it.is_object()));
        for (name, value) in recipient.metadata.iter() {
            let held =
                object.iter().find(|(held, _)| held.trim() == name).and_then(|(_, value)| value.as_str());
            assert_eq!(held, Some(value));
        }
    }
}

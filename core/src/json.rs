//! JSON as it is written here: objects of text and whole numbers, member by member.
//!
//! What `serde` makes of a derived type is code anew for each of them, and was a tenth of the wasm.

use crate::text::{all, push_decimal, push_hex};

/// A JSON object in the making.
///
/// ```
/// use polyai_outbound_core::json::Object;
///
/// let mut object = Object::default();
/// object.text("name", "Ada").number("age", 36).text("note", None);
/// assert_eq!(object.end(), r#"{"name":"Ada","age":36,"note":null}"#);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Object(String);

impl Object {
    /// A member that is text, or null.
    pub fn text<'a>(&mut self, name: &str, value: impl Into<Option<&'a str>>) -> &mut Self {
        self.text_or_null(name, value.into())
    }

    /// A member that is a whole number, or null.
    pub fn number(&mut self, name: &str, value: impl Into<Option<u64>>) -> &mut Self {
        self.number_or_null(name, value.into())
    }

    /// A member that was written as JSON before.
    pub fn json(&mut self, name: &str, value: &str) -> &mut Self {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        quote(name, &mut self.0);
        self.0.push(':');
        self.0.push_str(value);
        self
    }

    /// The object as text.
    #[must_use]
    pub fn end(&mut self) -> String {
        let mut text = std::mem::take(&mut self.0);
        if text.is_empty() {
            text.push('{');
        }
        text.push('}');
        text
    }

    #[inline(never)]
    fn text_or_null(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        self.json(name, "");
        match value {
            Some(value) => quote(value, &mut self.0),
            None => self.0.push_str("null"),
        }
        self
    }

    #[inline(never)]
    fn number_or_null(&mut self, name: &str, value: Option<u64>) -> &mut Self {
        self.json(name, "");
        match value {
            Some(value) => push_decimal(value, &mut self.0),
            None => self.0.push_str("null"),
        }
        self
    }
}

/// Writes a text in its quotes, to the letter as `serde_json` does.
#[inline(never)]
pub fn quote(text: &str, out: &mut String) {
    let plain = |byte: u8| byte >= b' ' && !matches!(byte, b'"' | b'\\');
    out.push('"');
    // Most text stays as it is.
    if all(text, plain) {
        out.push_str(text);
    } else {
        text.chars().for_each(|it| escape(it, out));
    }
    out.push('"');
}

fn escape(it: char, out: &mut String) {
    let short = match it {
        '"' => '"',
        '\\' => '\\',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\0'..='\u{1f}' => {
            out.push_str(r"\u00");
            let mut digits = String::new();
            push_hex(it.into(), 2, &mut digits);
            out.push_str(&digits.to_ascii_lowercase());
            return;
        }
        plain => return out.push(plain),
    };
    out.push('\\');
    out.push(short);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_quoted_as_serde_json_does() {
        let all: String = (0..0x100).chain([0x2028, 0xfeff, 0x1_f600]).filter_map(char::from_u32).collect();
        for text in ["", "plain", all.as_str()] {
            let mut quoted = String::new();
            quote(text, &mut quoted);
            assert_eq!(quoted, serde_json::to_string(text).unwrap());
        }
    }

    #[test]
    fn an_object_is_what_serde_json_writes() {
        let mut object = Object::default();
        object.text("a\"b", "c\\\n\u{1}\u{7f}é").number("n", u64::MAX).number("none", None).json("o", "{}");
        let expected = serde_json::json!({"a\"b": "c\\\n\u{1}\u{7f}é", "n": u64::MAX, "none": null, "o": {}});
        assert_eq!(object.end().parse::<serde_json::Value>().unwrap(), expected);
        assert_eq!(Object::default().end(), "{}");
    }

    proptest! {
        #[test]
        fn any_text_is_quoted_to_the_letter_as_serde_json_does(text in "(?s).{0,40}|[\\x00-\\x7f]{0,40}") {
            let mut quoted = String::from("x");
            quote(&text, &mut quoted);
            prop_assert_eq!(quoted, format!("x{}", serde_json::to_string(&text).unwrap()));
        }

        #[test]
        fn any_object_is_to_the_letter_what_serde_json_writes(
            entries in prop::collection::vec(("(?s).{0,8}", prop::option::of("(?s).{0,8}"), any::<u64>()), 0..5),
        ) {
            let mut object = Object::default();
            let mut expected = Vec::new();
            for (name, text, number) in &entries {
                object.text(name, text.as_deref()).number(name, *number);
                let name = serde_json::to_string(name).unwrap();
                expected.push(format!("{name}:{}", serde_json::to_string(text).unwrap()));
                expected.push(format!("{name}:{number}"));
            }
            prop_assert_eq!(object.end(), format!("{{{}}}", expected.join(",")));
        }
    }
}

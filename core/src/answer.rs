//! What the service's JSON says, read leniently: every answer and error of both dialects is one flat object.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::text::{all, printable, rewrite, trim};

/// The members that any answer of either dialect may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// `call_sid` or `callSid`.
    CallSid,
    /// `status`.
    Status,
    /// `reason`.
    Reason,
    /// `error`.
    Error,
    /// `code`.
    Code,
    /// `error_id`.
    ErrorId,
    /// `error_code`.
    ErrorCode,
    /// `error_message`.
    ErrorMessage,
    /// `message`.
    Message,
}

impl Member {
    const COUNT: usize = 9;

    /// The member of that name; reading is lenient, so both dialects' names are known in both.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "call_sid" | "callSid" => Self::CallSid,
            "status" => Self::Status,
            "reason" => Self::Reason,
            "error" => Self::Error,
            "code" => Self::Code,
            "error_id" => Self::ErrorId,
            "error_code" => Self::ErrorCode,
            "error_message" => Self::ErrorMessage,
            "message" => Self::Message,
            _ => return None,
        })
    }
}

/// What the body of a response says.
#[derive(Clone)]
pub enum Answer {
    /// A JSON object, as all that the service says is.
    Object(Members),
    /// Anything else: a gateway's page, a body that broke off, nothing at all. The start of its text is kept.
    Foreign(String),
}

impl Answer {
    /// How much of a text that is not the service's is kept for the reader of an error, in characters.
    const EXCERPT: usize = 200;

    /// Reads a body. Bytes that are not UTF-8 are read as replacement characters, as `fetch` does.
    ///
    /// What is kept is no longer than the body, and it is read in a time that grows with its length: what is not known is
    /// passed over, however deep it goes. How much is read of a body is for the shell to bound.
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        // The lossy reading alone would do, but looks at every byte more slowly.
        let text = std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed);
        Self::read_text(&text)
    }

    /// Reads a body that its host has decoded.
    #[must_use]
    pub fn read_text(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // A reader of JSON may present numbers as objects, as `serde_json` does with `arbitrary_precision`.
        if !trim(text).starts_with('{') {
            return Self::foreign(text);
        }
        let mut json = serde_json::Deserializer::from_str(text);
        match Reading::Body.deserialize(&mut json).and_then(|value| json.end().map(|()| value)) {
            Ok(Value::Object(members)) => Self::Object(members),
            Ok(_) | Err(_) => Self::foreign(text),
        }
    }

    /// A body that is no JSON object.
    fn foreign(text: &str) -> Self {
        let plain = rewrite(text, Self::EXCERPT, printable);
        Self::Foreign(trim(&plain).to_owned())
    }

    /// A member's text, if the answer is an object that has it as text.
    #[must_use]
    pub fn text(&self, member: Member) -> Option<&str> {
        match self {
            Self::Object(members) => members.text(member),
            Self::Foreign(_) => None,
        }
    }
}

/// The members of an answer that are text, whether it says `"success": false`, and which values it refuses.
#[derive(Clone, Default)]
pub struct Members {
    texts: [Option<Box<str>>; Member::COUNT],
    denies_success: bool,
    details: Option<Refusals>,
}

/// The values that an answer refuses: `detail`, a sentence or a list of `{loc, msg}`; or `errors`, a list of
/// `{field, message}` beside a `message`.
#[derive(Clone)]
struct Refusals {
    /// Whether they came as `errors`, which needs a `message` beside it.
    needs_message: bool,
    /// One sentence each, joined.
    text: Box<str>,
}

impl Members {
    fn hold(&mut self, member: Member, said: Option<Box<str>>) {
        let Some(slot) = self.texts.get_mut(member as usize) else { return };
        *slot = match (slot.take(), said) {
            (Some(held), said) if member == Member::CallSid => Some(one_sid(held, said)),
            (_, said) => said,
        };
    }

    /// A member's text.
    #[must_use]
    pub fn text(&self, member: Member) -> Option<&str> {
        self.texts.get(member as usize)?.as_deref()
    }

    /// The values that the answer refuses, as one text.
    pub(crate) fn details(&self) -> Option<&str> {
        self.details.as_ref().map(|it| &*it.text).filter(|text| !text.is_empty())
    }

    /// Whether the answer has the form in which values are refused.
    pub(crate) fn is_refusal(&self) -> bool {
        self.details.as_ref().is_some_and(|it| !it.needs_message || self.text(Member::Message).is_some())
    }

    /// Whether the answer says `"success": false`.
    #[must_use]
    pub const fn denies_success(&self) -> bool {
        self.denies_success
    }
}

/// What a second name of a call makes of the first. Two that differ name no call: whichever counted, it may be the other
/// that rings. Both are kept, as what is no SID, for whoever has to look for the call.
fn one_sid(held: Box<str>, said: Option<Box<str>>) -> Box<str> {
    match said {
        Some(said) if !held.starts_with("OUT-") || held.eq_ignore_ascii_case(&said) => said,
        // A space marks what was joined before.
        _ if !all(&held, |byte| byte != b' ') => held,
        said => format!("{held} and {}", said.as_deref().unwrap_or("none")).into(),
    }
}

/// A value as far as anything is made of it.
enum Value {
    Text(Box<str>),
    Bool(bool),
    /// A body.
    Object(Members),
    /// Sentences, or the steps of a path.
    List(Vec<String>),
    /// A value that is refused.
    Refused {
        place: Option<String>,
        message: Option<String>,
    },
    Other,
}

impl Value {
    fn text(self) -> Option<Box<str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bool(_) | Self::Object(_) | Self::List(_) | Self::Refused { .. } | Self::Other => None,
        }
    }

    /// The place of a value that is refused.
    fn place(self) -> Option<String> {
        match self {
            Self::Text(name) => Some(name.into()),
            // The last step names the field, those before it say within what.
            Self::List(path) => path.into_iter().next_back(),
            Self::Bool(_) | Self::Object(_) | Self::Refused { .. } | Self::Other => None,
        }
    }

    /// One of a list.
    fn sentence(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.into()),
            Self::Refused { place: Some(place), message: Some(message) } => {
                Some(format!("{place}: {message}"))
            }
            Self::Refused { place: None, message: Some(message) } => Some(message),
            Self::Refused { message: None, .. }
            | Self::Bool(_)
            | Self::Object(_)
            | Self::List(_)
            | Self::Other => None,
        }
    }
}

/// Where a value stands, which says of which kinds it may be. All else is passed over, however deep it goes: one odd
/// member must not make an answer unreadable that says whether somebody's phone rings.
#[derive(Clone, Copy)]
enum Reading {
    /// The whole: an object.
    Body,
    /// A member of it, or a step of a path: a text or a boolean.
    Scalar,
    /// The value of `detail` or `errors`: a text, or a list of refused values.
    Details,
    /// One of that list: a text, or an object of a place and a message.
    Item,
    /// The place of a refused value: a text, or a path of them.
    Place,
    /// Of no meaning here.
    Unknown,
}

impl Reading {
    /// So many of a list are told; the rest is passed over.
    const MOST: usize = 8;

    /// The members of a body.
    fn members<'de, E>(entries: &mut dyn Entries<'de, E>) -> Result<Value, E> {
        let mut members = Members::default();
        while let Some(name) = entries.name()? {
            match name.as_str() {
                "success" => {
                    members.denies_success = matches!(entries.value(Self::Scalar)?, Value::Bool(false));
                }
                "detail" | "errors" => {
                    let text = match entries.value(Self::Details)? {
                        Value::Text(text) => Some(text),
                        Value::List(refused) => Some(refused.join("; ").into()),
                        Value::Bool(_) | Value::Object(_) | Value::Refused { .. } | Value::Other => None,
                    };
                    let needs_message = name == "errors";
                    members.details = text.map(|text| Refusals { needs_message, text });
                }
                other => match Member::named(other) {
                    Some(member) => members.hold(member, entries.value(Self::Scalar)?.text()),
                    None => drop(entries.value(Self::Unknown)?),
                },
            }
        }
        Ok(Value::Object(members))
    }

    /// What is said of a value that is refused.
    fn refused<'de, E>(entries: &mut dyn Entries<'de, E>) -> Result<Value, E> {
        let (mut place, mut message) = (None, None);
        while let Some(name) = entries.name()? {
            match name.as_str() {
                "loc" | "field" => place = entries.value(Self::Place)?.place(),
                "msg" | "message" => message = entries.value(Self::Scalar)?.text().map(Into::into),
                _ => drop(entries.value(Self::Unknown)?),
            }
        }
        Ok(Value::Refused { place, message })
    }
}

/// An object, entry by entry, from whichever reader: what is made of it is compiled once for all of them.
trait Entries<'de, E> {
    fn name(&mut self) -> Result<Option<String>, E>;
    fn value(&mut self, reading: Reading) -> Result<Value, E>;
}

impl<'de, A: MapAccess<'de>> Entries<'de, A::Error> for A {
    fn name(&mut self) -> Result<Option<String>, A::Error> {
        self.next_key()
    }

    fn value(&mut self, reading: Reading) -> Result<Value, A::Error> {
        self.next_value_seed(reading)
    }
}

impl<'de> DeserializeSeed<'de> for Reading {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self {
            Self::Unknown => IgnoredAny::deserialize(deserializer).map(|_| Value::Other),
            Self::Body | Self::Scalar | Self::Details | Self::Item | Self::Place => {
                deserializer.deserialize_any(self)
            }
        }
    }
}

impl<'de> Visitor<'de> for Reading {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let each = match self {
            Self::Details => Some(Self::Item),
            Self::Place => Some(Self::Scalar),
            Self::Body | Self::Scalar | Self::Item | Self::Unknown => None,
        };
        let mut told = Vec::new();
        if let Some(each) = each {
            while told.len() < Self::MOST
                && let Some(one) = seq.next_element_seed(each)?
            {
                told.extend(one.sentence());
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(each.map_or(Value::Other, |_| Value::List(told)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        match self {
            Self::Body => Self::members(&mut map),
            Self::Item => Self::refused(&mut map),
            Self::Scalar | Self::Details | Self::Place | Self::Unknown => {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Value::Other)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &[u8], member: Member) -> Option<String> {
        Answer::read(body).text(member).map(str::to_owned)
    }

    #[test]
    fn members_are_read_whatever_stands_beside_them() {
        let body = br#"{"x":[1,{"y":[]}],"call_sid":"OUT-1","status":"queued","reason":null,"n":1e400,"error":{"a":1}}"#;
        // A number beyond all bounds is a fault of the JSON for some readers, so it is left out of this claim.
        let body = String::from_utf8_lossy(body).replace("1e400", "1.5e3");
        assert_eq!(text(body.as_bytes(), Member::CallSid).as_deref(), Some("OUT-1"));
        assert_eq!(text(body.as_bytes(), Member::Status).as_deref(), Some("queued"));
        assert_eq!(text(body.as_bytes(), Member::Reason), None);
        assert_eq!(text(body.as_bytes(), Member::Error), None);
    }

    #[test]
    fn refused_values_are_told_in_each_form_and_whatever_stands_beside_them() {
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        let nested = format!("{}1{}", r#"{"loc":"#.repeat(5_000), "}".repeat(5_000));
        for (members, expected, refusal) in [
            (r#""detail":"Not authenticated""#.to_owned(), Some("Not authenticated"), true),
            (
                r#""detail":[{"loc":["body","to_number"],"msg":"field required","type":"missing"}]"#.to_owned(),
                Some("to_number: field required"),
                true,
            ),
            (
                r#""detail":[{"loc":["body","metadata",0],"msg":"a"},{"msg":"b"},{"loc":["x"]},"c",7,[["d"]]]"#
                    .to_owned(),
                Some("metadata: a; b; c"),
                true,
            ),
            (
                r#""message":"Validation failed","errors":[{"field":"toNumber","message":"bad"}]"#.to_owned(),
                Some("toNumber: bad"),
                true,
            ),
            (r#""errors":[{"field":"toNumber","message":"bad"}]"#.to_owned(), Some("toNumber: bad"), false),
            (r#""detail":null"#.to_owned(), None, false),
            (r#""detail":{"loc":[],"msg":"one"}"#.to_owned(), None, false),
            (r#""detail":[]"#.to_owned(), None, true),
            (format!(r#""detail":[{{"loc":{deep},"msg":{deep}}},{deep}],"code":"E""#), None, true),
            (format!(r#""detail":[{{"loc":{nested},"msg":"a"}}]"#), Some("a"), true),
            (format!(r#""detail":{nested}"#), None, false),
        ] {
            let Answer::Object(read) = Answer::read(format!("{{{members}}}").as_bytes()) else {
                panic!("{members}");
            };
            assert_eq!((read.details(), read.is_refusal()), (expected, refusal), "{members}");
        }
        let many = (0..100).map(|it| format!(r#"{{"msg":"m{it}"}}"#)).collect::<Vec<_>>().join(",");
        let Answer::Object(read) = Answer::read(format!(r#"{{"detail":[{many}],"code":"E"}}"#).as_bytes())
        else {
            panic!("an object");
        };
        assert_eq!(read.details(), Some("m0; m1; m2; m3; m4; m5; m6; m7"));
        assert_eq!(read.text(Member::Code), Some("E"), "the rest is passed over");
    }

    #[test]
    fn of_a_name_that_comes_twice_the_last_counts() {
        assert_eq!(
            text(br#"{"status":"queued","status":"calling"}"#, Member::Status).as_deref(),
            Some("calling")
        );
        assert_eq!(text(br#"{"status":"queued","status":1}"#, Member::Status), None);
    }

    #[test]
    fn two_sids_that_differ_name_no_call() {
        for (members, expected) in [
            (r#""call_sid":"OUT-1","call_sid":"OUT-2""#, "OUT-1 and OUT-2"),
            (r#""call_sid":"OUT-1","callSid":"OUT-2""#, "OUT-1 and OUT-2"),
            (r#""call_sid":"OUT-1","call_sid":"OUT-2","call_sid":"OUT-1""#, "OUT-1 and OUT-2"),
            (r#""call_sid":"OUT-1","call_sid":"CA-1","call_sid":"OUT-2""#, "OUT-1 and CA-1"),
            (r#""call_sid":"OUT-1","call_sid":null,"call_sid":"OUT-2""#, "OUT-1 and none"),
            (r#""call_sid":"OUT-1","callSid":null"#, "OUT-1 and none"),
            (r#""call_sid":"OUT-a","call_sid":"OUT-A""#, "OUT-A"),
            (r#""call_sid":"CA-1","call_sid":"OUT-1""#, "OUT-1"),
            (r#""call_sid":null,"call_sid":"OUT-1""#, "OUT-1"),
        ] {
            let told = text(format!("{{{members}}}").as_bytes(), Member::CallSid);
            assert_eq!(told.as_deref(), Some(expected), "{members}");
        }
    }

    #[test]
    fn a_byte_order_mark_and_broken_utf_8_do_not_hide_an_answer() {
        assert_eq!(text(b"\xef\xbb\xbf{\"call_sid\":\"OUT-1\"}", Member::CallSid).as_deref(), Some("OUT-1"));
        assert_eq!(
            text(b"{\"reason\":\"\xff\",\"call_sid\":\"OUT-1\"}", Member::CallSid).as_deref(),
            Some("OUT-1")
        );
    }

    #[test]
    fn what_is_no_object_is_foreign_and_its_start_is_kept() {
        for body in
            ["", "null", "[]", "\"OUT-1\"", "{\"call_sid\":\"OUT-1\"", "{} {}", "<html>Bad\nGateway</html>"]
        {
            assert!(matches!(Answer::read(body.as_bytes()), Answer::Foreign(_)), "{body}");
        }
        match Answer::read(format!("<html>\u{0}{}", "x".repeat(5_000)).as_bytes()) {
            Answer::Foreign(kept) => assert_eq!(kept.chars().count(), 200),
            Answer::Object(_) => panic!("a page is not an object"),
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_harm() {
        let deep = format!("{{\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let _ = Answer::read(deep.as_bytes());
    }

    const NAMES: [(&str, Member); 10] = [
        ("call_sid", Member::CallSid),
        ("callSid", Member::CallSid),
        ("status", Member::Status),
        ("reason", Member::Reason),
        ("error", Member::Error),
        ("code", Member::Code),
        ("error_id", Member::ErrorId),
        ("error_code", Member::ErrorCode),
        ("error_message", Member::ErrorMessage),
        ("message", Member::Message),
    ];

    #[test]
    fn a_member_is_text_or_it_is_none_whatever_else_it_is() {
        for (name, member) in NAMES {
            assert_eq!(Member::named(name), Some(member));
            for odd in ["1", "-1", "1.5", "true", "false", "null", "[]", "[1,[2]]", "{}", r#"{"a":{"b":1}}"#]
            {
                let body = format!(r#"{{"{name}":{odd},"last":1}}"#);
                assert!(matches!(Answer::read(body.as_bytes()), Answer::Object(_)), "{body}");
                assert_eq!(text(body.as_bytes(), member), None, "{body}");
            }
            let body = format!(r#"{{"{name}":"\u0041 x"}}"#);
            assert_eq!(text(body.as_bytes(), member).as_deref(), Some("A x"));
        }
        for name in ["", "Status", "call-sid", "sid", "success"] {
            assert_eq!(Member::named(name), None, "{name}");
        }
    }

    #[test]
    fn only_false_itself_denies_success() {
        let denies = |json: &str| match Answer::read(json.as_bytes()) {
            Answer::Object(members) => members.denies_success(),
            Answer::Foreign(_) => panic!("{json} is an object"),
        };
        assert!(denies(r#"{"success":false}"#) && denies(r#"{"success":true,"success":false}"#));
        for other in ["true", "null", "0", "\"false\"", "[false]", "{}"] {
            assert!(!denies(&format!(r#"{{"success":{other}}}"#)), "{other}");
        }
        assert!(!denies("{}"));
    }
}

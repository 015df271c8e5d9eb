//! What the voice agent is told about a call, checked to be what a SIP header can carry.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::InvalidInput;
use crate::json::Object;
use crate::text::{decimal, except, filled, numbered, numbered_by, rewrite};

/// What the voice agent is told about a call: names and text, in the order given.
///
/// The service hands each entry to the voice agent as a SIP header, so a name has to be a legal header name and
/// nothing may carry CR, LF, NUL or another control character, save a tab. Case tells no two headers apart, so `name` and `Name` are the same. Names of SIP's own
/// headers ([`is_sip_header`](Self::is_sip_header)) are refused: the agent reads the call's from the same place, and would
/// take one for the other. Its `Debug` shows names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Metadata(Vec<(String, String)>);

impl Metadata {
    /// The service takes less than this many bytes of base64. The reference says "26 KB"; read as 26 × 1024, because
    /// only what is beyond that is certain to be refused, and a refusal by the service places no call.
    pub const LIMIT_BASE64_BYTES: usize = 26 * 1024;

    /// Longer JSON is not read.
    pub const LONGEST_JSON: usize = 1024 * 1024;

    /// No metadata.
    pub const EMPTY: Self = Self(Vec::new());

    /// Takes names and values.
    ///
    /// # Errors
    /// If a name is not a legal header name, is one of SIP's own or comes twice (in whatever case), a name or value has a
    /// control character other than a tab, or all of it is too large. The error names the entry and never shows a value.
    ///
    /// ```
    /// use polyai_outbound_core::Metadata;
    ///
    /// let refused = Metadata::new([("Contact", "Ada")]).unwrap_err();
    /// assert_eq!(
    ///     refused.to_string(),
    ///     "metadata: the key `Contact` is a header that SIP itself uses, and the agent would read the call's own for it; \
    ///      expected another name: rename it (X-Contact, say)"
    /// );
    /// ```
    pub fn new<K: Into<String>, V: Into<String>>(
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, InvalidInput> {
        let metadata = Self::legal(entries)?;
        metadata
            .iter()
            .try_for_each(|(name, value)| check_own(name).and_then(|()| check_controls(name, value)))?;
        metadata.check_once()?;
        Ok(metadata)
    }

    /// What SIP can carry at all.
    fn legal<K: Into<String>, V: Into<String>>(
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, InvalidInput> {
        let mut taken: Vec<(String, String)> = Vec::new();
        for (name, value) in entries {
            let (name, value) = (name.into(), value.into());
            check_name(&name, taken.len() + 1)?;
            check_value(&name, &value)?;
            taken.push((name, value));
        }
        let metadata = Self(taken);
        metadata.check_size()?;
        Ok(metadata)
    }

    /// A header that SIP itself uses (RFC 3261, section 20), by its name or its short form, in either case.
    ///
    /// ```
    /// use polyai_outbound_core::Metadata;
    ///
    /// assert!(Metadata::is_sip_header("Contact") && Metadata::is_sip_header("f"), "f is short for From");
    /// assert!(!Metadata::is_sip_header("X-Contact"));
    /// ```
    #[must_use]
    pub fn is_sip_header(name: &str) -> bool {
        SIP_HEADERS.iter().chain(&SHORT_FORMS).any(|header| header.eq_ignore_ascii_case(name))
    }

    /// Reads a JSON object whose values are all strings.
    ///
    /// ```
    /// use polyai_outbound_core::Metadata;
    ///
    /// let refused = Metadata::from_json(br#"{"name": "Ada", "age": 36}"#).unwrap_err();
    /// assert_eq!(
    ///     refused.to_string(),
    ///     "metadata: the value of `age` is a number; expected a JSON object whose values are all strings"
    /// );
    /// ```
    ///
    /// What is longer than a MiB is not read: however it is written, it is too much. What is read takes some fifty times
    /// its length at most, and a time that grows with it.
    ///
    /// # Errors
    /// If it is not such an object, with the name of the entry that is not text, or longer; else as [`Metadata::new`].
    pub fn from_json(text: &[u8]) -> Result<Self, InvalidInput> {
        const EXPECTED: &str = "a JSON object whose values are all strings";
        if text.len() > Self::LONGEST_JSON {
            let expected = numbered("less than {} bytes (26 KB) as base64", Self::LIMIT_BASE64_BYTES);
            return Err(InvalidInput::new("metadata", "is longer than 1 MiB", expected));
        }
        let entries: Entries = serde_json::from_slice(text)
            .map_err(|error| InvalidInput::new("metadata", no_entries(text, &error), EXPECTED))?;
        Self::new(entries.0)
    }

    /// Reads the JSON of metadata that was taken once and saved, be it by a version that took more names: what is saved can
    /// be read for good.
    ///
    /// # Errors
    /// If it is nothing that was ever taken.
    pub fn from_saved_json(text: &[u8]) -> Result<Self, InvalidInput> {
        let entries: Entries = serde_json::from_slice(text).map_err(|_| {
            InvalidInput::new(
                "metadata",
                "is not as it was saved",
                "a JSON object whose values are all strings",
            )
        })?;
        Self::legal(entries.0)
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it as a JSON object.
    pub(crate) fn to_json(&self) -> String {
        let mut object = Object::default();
        for (name, value) in self.iter() {
            object.text(name, value);
        }
        object.end()
    }

    /// Each with all before it: after [`check_size`](Self::check_size) there are not many.
    fn check_once(&self) -> Result<(), InvalidInput> {
        for (nth, (name, _)) in self.0.iter().enumerate() {
            let before = self.0.get(..nth).unwrap_or_default();
            let Some((held, _)) = before.iter().find(|(held, _)| held.eq_ignore_ascii_case(name)) else {
                continue;
            };
            let problem = if held == name {
                filled("has the key `{}` twice", &[&quoted(name)])
            } else {
                let problem =
                    "has the keys `{}` and `{}`, which are the same SIP header: case tells none apart";
                filled(problem, &[&quoted(held), &quoted(name)])
            };
            return Err(InvalidInput::new("metadata", problem, "each key once"));
        }
        Ok(())
    }

    fn check_size(&self) -> Result<(), InvalidInput> {
        // Most metadata is a few lines: what cannot reach the limit even if every byte were escaped is not measured.
        let raw: usize = self.0.iter().map(|(name, value)| name.len() + value.len() + 6).sum();
        if raw.saturating_mul(6 * 4 / 3) < Self::LIMIT_BASE64_BYTES {
            return Ok(());
        }
        let base64 = self.to_json().len().div_ceil(3).saturating_mul(4);
        if base64 < Self::LIMIT_BASE64_BYTES {
            return Ok(());
        }
        Err(InvalidInput::new(
            "metadata",
            numbered("is {} bytes as base64 of its JSON", base64),
            numbered("less than {} bytes (26 KB)", Self::LIMIT_BASE64_BYTES),
        ))
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(name, _)| (name, "***"))).finish()
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The headers that RFC 3261 defines, in section 20.
const SIP_HEADERS: [&str; 44] = [
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Alert-Info",
    "Allow",
    "Authentication-Info",
    "Authorization",
    "Call-ID",
    "Call-Info",
    "Contact",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Type",
    "CSeq",
    "Date",
    "Error-Info",
    "Expires",
    "From",
    "In-Reply-To",
    "Max-Forwards",
    "Min-Expires",
    "MIME-Version",
    "Organization",
    "Priority",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Require",
    "Record-Route",
    "Reply-To",
    "Require",
    "Retry-After",
    "Route",
    "Server",
    "Subject",
    "Supported",
    "Timestamp",
    "To",
    "Unsupported",
    "User-Agent",
    "Via",
    "Warning",
    "WWW-Authenticate",
];

/// The same of those that have a short form (RFC 3261, section 7.3.3): `Call-ID`, `Contact`, `Content-Encoding`,
/// `Content-Length`, `Content-Type`, `From`, `Subject`, `Supported`, `To`, `Via`.
const SHORT_FORMS: [&str; 10] = ["i", "m", "e", "l", "c", "f", "s", "k", "t", "v"];

/// Refuses a name of a header that the call has itself.
fn check_own(name: &str) -> Result<(), InvalidInput> {
    if !Metadata::is_sip_header(name) {
        return Ok(());
    }
    let problem =
        "the key `{}` is a header that SIP itself uses, and the agent would read the call's own for it";
    let expected = filled("another name: rename it (X-{}, say)", &[name]);
    Err(InvalidInput::new("metadata", filled(problem, &[name]), expected))
}

/// A legal name of a SIP header: a token of RFC 3261.
fn check_name(name: &str, nth: usize) -> Result<(), InvalidInput> {
    const EXPECTED: &str = "a SIP header name: letters, digits and any of - . ! % * _ + ` ' ~";
    let legal = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~')
    };
    if name.is_empty() {
        return Err(InvalidInput::new("metadata", numbered("key {} is empty", nth), EXPECTED));
    }
    match except(name, legal) {
        None => Ok(()),
        Some(at) => Err(InvalidInput::new(
            "metadata",
            filled(
                "the key `{}` has a character at byte {} that a header name cannot hold",
                &[&quoted(name), &decimal(at as u64 + 1)],
            ),
            EXPECTED,
        )),
    }
}

fn check_value(name: &str, value: &str) -> Result<(), InvalidInput> {
    let what = match except(value, |byte| !matches!(byte, b'\r' | b'\n' | 0))
        .and_then(|at| value.as_bytes().get(at))
    {
        None => return Ok(()),
        Some(b'\r') => "a carriage return",
        Some(b'\n') => "a line feed",
        Some(_) => "a NUL",
    };
    Err(InvalidInput::new(
        "metadata",
        filled(
            "the value of `{}` has {}, which would end the SIP header that carries it",
            &[&quoted(name), what],
        ),
        "text on one line",
    ))
}

/// Refuses what no SIP header can carry (RFC 3261, section 25.1: TEXT-UTF8 has no controls), and what would steer the
/// terminal of whoever reads it. A tab is white space there. What was saved by an earlier version may hold it.
fn check_controls(name: &str, value: &str) -> Result<(), InvalidInput> {
    let Some(control) = value.chars().find(|it| it.is_control() && *it != '\t') else { return Ok(()) };
    let what = match control {
        '\u{b}' => "a vertical tab".to_owned(),
        '\u{c}' => "a form feed".to_owned(),
        '\u{1b}' => "an escape character".to_owned(),
        other => numbered_by("a control character (U+{})", other),
    };
    let problem =
        filled("the value of `{}` has {}, which a SIP header cannot carry", &[&quoted(name), &what]);
    Err(InvalidInput::new("metadata", problem, "text without control characters"))
}

/// Why a text is no JSON object of strings. What serde_json says of anything but an object would quote it.
fn no_entries(text: &[u8], error: &serde_json::Error) -> String {
    match serde_json::from_slice::<serde_json::Value>(text) {
        // serde_json appends where it stopped; the name of the entry says it better.
        Ok(serde_json::Value::Object(_)) => {
            let said = error.to_string();
            said.rsplit_once(" at line ").map_or(said.as_str(), |(problem, _)| problem).to_owned()
        }
        Ok(other) => format!("is {}", kind_of(&other)),
        Err(fault) => format!("is not JSON: the fault is at line {} column {}", fault.line(), fault.column()),
    }
}

/// A name as it may stand in an error: on one line, and not at length.
fn quoted(name: &str) -> String {
    const LONGEST: usize = 64;
    rewrite(name, LONGEST, |it| Some(if it.is_control() { char::REPLACEMENT_CHARACTER } else { it }))
}

/// The entries of a JSON object whose values are all strings.
struct Entries(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    let value = map.next_value::<serde_json::Value>()?;
                    let serde_json::Value::String(value) = value else {
                        return Err(A::Error::custom(format!(
                            "the value of `{}` is {}",
                            quoted(&name),
                            kind_of(&value)
                        )));
                    };
                    entries.push((name, value));
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// What kind of JSON value this is, with its article.
pub(crate) const fn kind_of(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "a boolean",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a string",
        serde_json::Value::Array(_) => "an array",
        serde_json::Value::Object(_) => "an object",
    }
}

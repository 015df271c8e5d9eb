//! An answer, read a second time: what it says, and whether it is certainly the service's own.

use std::fmt;
use std::time::Duration;

use polyai_outbound_core::Response;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::fault::{CORRELATION_ID, Told};

/// An answer, read once.
pub struct Answer<'a> {
    response: &'a Response,
    members: Members,
}

/// The members of an object in the order in which they stand, those that come twice as well.
#[derive(Default)]
struct Members(Vec<(String, Value)>);

impl<'a> Answer<'a> {
    /// The answer, if there was one.
    #[must_use]
    pub fn of(told: &'a Told) -> Option<Self> {
        let Told::Answer(response) = told else { return None };
        Some(Self { response, members: serde_json::from_slice(&response.body).unwrap_or_default() })
    }

    #[must_use]
    pub const fn status(&self) -> u16 {
        self.response.status
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.members.0.iter().rev().find(|(held, _)| held == name).map(|(_, value)| value)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// The status of which it tells, in lower case, and the reason.
    #[must_use]
    pub fn word(&self) -> Option<String> {
        self.text("status").map(str::to_lowercase)
    }

    #[must_use]
    pub fn reason(&self) -> &str {
        self.text("reason").unwrap_or_default()
    }

    /// How long it asks to wait.
    #[must_use]
    pub fn asks_to_wait(&self) -> Option<Duration> {
        self.response.headers.get("Retry-After")?.parse().ok().map(Duration::from_secs)
    }

    /// What may be a name of a call.
    fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.members.0.iter().filter(|(name, _)| name == "call_sid" || name == "callSid");
        names.filter_map(|(_, sid)| sid.as_str())
    }

    /// Whether anything in it may be a name of a call.
    #[must_use]
    pub fn may_name_a_call(&self) -> bool {
        self.names().next().is_some()
    }

    /// The call that it names, if it names one: two that differ are none.
    #[must_use]
    pub fn call(&self) -> Option<&str> {
        let sid = self.names().next()?;
        (sid.starts_with("OUT-") && self.names().all(|other| other == sid)).then_some(sid)
    }

    /// The ids that it carries: in its header, and in its body.
    pub fn ids(&self) -> impl Iterator<Item = u128> {
        let ids = [self.response.headers.get(CORRELATION_ID), self.text("error_id")];
        ids.into_iter().flatten().filter_map(uuid)
    }

    /// Whether it is certainly the service that answers so: an error in a form of its own, with its header, which says what
    /// the body says.
    #[must_use]
    pub fn is_own(&self) -> bool {
        let header = self.response.headers.get(CORRELATION_ID);
        let says = |name: &str| self.get(name).is_some_and(|value| !value.is_null());
        let error = says("error") || says("code");
        let platform = self.get("success") == Some(&Value::Bool(false)) && says("error_code");
        let refuses = (400..500).contains(&self.status());
        let validation = refuses && (says("detail") || (says("message") && says("errors")));
        let same = self.get("error_id").is_none_or(|id| id.as_str() == header);
        header.is_some() && same && (error || platform || validation)
    }

    /// Whether it is certainly the service that answers a reading so: with a status of which it is known, or any where that
    /// does not matter; or with a refusal.
    #[must_use]
    pub fn answers_a_reading(&self, any_word: bool) -> bool {
        let word = self.word().unwrap_or_default();
        match self.status() {
            200..=299 if any_word => !word.is_empty(),
            200..=299 => ["queued", "calling", "success", "failure"].contains(&word.as_str()),
            429 => false,
            400..=499 => self.is_own(),
            _ => false,
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}

/// The number of a random UUID (version 4) as it is written.
#[must_use]
pub fn uuid(text: &str) -> Option<u128> {
    let digits = text.bytes().enumerate().try_fold(0, |number, (at, byte)| {
        let digit = match (at, byte) {
            (8 | 13 | 18 | 23, b'-') => return Some(number),
            (8 | 13 | 18 | 23, _) => return None,
            (14, b'4') => 4,
            (14, _) => return None,
            (19, b'8' | b'9') | (_, b'0'..=b'9') if at != 19 || byte >= b'8' => byte - b'0',
            (19, b'a' | b'b') => byte - b'a' + 10,
            (_, b'a'..=b'f') if at != 19 => byte - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(digit))
    });
    digits.filter(|_| text.len() == 36)
}

#[cfg(test)]
mod tests {
    use polyai_outbound_core::Headers;

    use super::*;

    const ID: &str = "0b1c2d3e-4f50-4a61-9b72-c8d9e0f1a2b3";

    fn told(status: u16, id: Option<&str>, body: &str) -> Told {
        let mut headers = Headers::default();
        if let Some(id) = id {
            headers.push(CORRELATION_ID, id.to_owned());
        }
        Told::Answer(Response { status, headers, body: body.into() })
    }

    #[test]
    fn only_a_random_uuid_is_one() {
        assert_eq!(uuid(ID), Some(0x0b1c_2d3e_4f50_4a61_9b72_c8d9_e0f1_a2b3));
        for wrong in [
            "",
            "0b1c2d3e-4f50-4a61-9b72-c8d9e0f1a2b",
            "0b1c2d3e-4f50-4a61-9b72-c8d9e0f1a2b33",
            "0b1c2d3e-4f50-1a61-9b72-c8d9e0f1a2b3",
            "0b1c2d3e-4f50-4a61-7b72-c8d9e0f1a2b3",
            "0b1c2d3e-4f50-4a61-cb72-c8d9e0f1a2b3",
            "0b1c2d3e04f50-4a61-9b72-c8d9e0f1a2b3",
            "0B1C2D3E-4F50-4A61-9B72-C8D9E0F1A2B3",
        ] {
            assert_eq!(uuid(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn own_is_what_has_the_form_and_the_header_that_says_the_same() {
        let platform = format!(r#"{{"success":false,"error_code":"X","error_id":"{ID}"}}"#);
        for (status, id, body, own) in [
            (500, Some(ID), r#"{"error":"no","code":"X"}"#, true),
            (500, Some(ID), r#"{"error":"no"}"#, true),
            (500, Some(ID), &*platform, true),
            (500, Some("another"), &*platform, false),
            (500, None, r#"{"error":"no","code":"X"}"#, false),
            (500, Some(ID), "{}", false),
            (500, Some(ID), "<html>", false),
            (500, Some(ID), r#"{"detail":"no"}"#, false),
            (400, Some(ID), r#"{"detail":"no"}"#, true),
            (400, Some(ID), r#"{"message":"no"}"#, false),
            (400, Some(ID), r#"{"message":"no","errors":[]}"#, true),
        ] {
            let told = told(status, id, body);
            assert_eq!(Answer::of(&told).unwrap().is_own(), own, "{status} {id:?} {body}");
        }
    }

    #[test]
    fn two_names_that_differ_name_no_call() {
        for (body, call) in [
            (r#"{"call_sid":"OUT-1"}"#, Some("OUT-1")),
            (r#"{"call_sid":"OUT-1","callSid":"OUT-1"}"#, Some("OUT-1")),
            (r#"{"call_sid":"OUT-1","callSid":"OUT-2"}"#, None),
            (r#"{"call_sid":"OUT-1","call_sid":"OUT-2"}"#, None),
            (r#"{"call_sid":"1"}"#, None),
        ] {
            let told = told(200, None, body);
            let answer = Answer::of(&told).unwrap();
            assert_eq!(answer.call(), call, "{body}");
            assert!(answer.may_name_a_call());
        }
    }
}

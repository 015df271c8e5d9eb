//! Answers of the service, in both dialects: to a trigger, and to the readings that follow it.
//!
//! The first part of the input is flags (`a`: agents dialect; `n`: a national number; `e`: the exchange alone, not the whole
//! call; `s`: a reading), credential, number and metadata value, separated by the byte 1f. All others are replies. Where
//! their bytes are 11 to 18 they quote what must not be shown: the number, the credential, the metadata value, and this as
//! JSON, as JSON in ASCII, and as JSON in ASCII within JSON; number and value with their slashes escaped.

use std::fmt::Write as _;

use polyai_outbound_core::{
    AgentId, Answer, Api, CORRELATION_ID, Call, CallEvent, CallSid, CallStatus, Credential, Destination,
    Environment, Error, Exchange, Limits, Member, Metadata, Method, Placement, Progress, Response,
    Restricted, StatusRead, Trigger, TriggerCall,
};
use serde_json::{Map, Value};

use crate::json::{self, Kind};
use crate::play::{SEPARATOR, Told, drive, responses, service};
use crate::secrets::is_one_line;

/// What we say ourselves, in which a secret may stand by chance.
const OURS: [&str; 9] = [
    "[token]",
    "[number]",
    "[metadata]",
    "an empty body",
    "a JSON object without what was asked for",
    "it names the call ``, which is no call SID",
    "waited 30 s",
    "connection refused",
    "connection reset",
];

/// See the module.
pub fn answer(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == SEPARATOR);
    let head = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let mut fields = head.split('\u{1f}');
    let flags = fields.next().unwrap_or_default();
    let is = |flag| flags.contains(flag);
    let secrets = Secrets::new(&mut fields, is('n'));
    let bodies: Vec<Vec<u8>> = parts.map(|part| secrets.quoted_in(part)).collect();
    for body in &bodies {
        reading(body);
    }

    let api = if is('a') {
        Api::Agents { agent_id: AgentId::new("agent-1").unwrap(), environment: Environment::Live }
    } else {
        Api::Outbound
    };
    let service = service(api, Some(secrets.credential.clone()));
    let placing = Placing::new(is('a'));
    let responses = responses(bodies.iter().map(Vec::as_slice));
    let limits = Limits::default();
    if is('s') {
        let sid = CallSid::parse("OUT-known").unwrap();
        let secrets = Secrets { number: None, metadata: None, ..secrets };
        let mut machine = Exchange::new(StatusRead::new(service, sid), limits, 7);
        drive(&mut machine, responses, |_, told| match told {
            Told::Sent(method, _) => assert_eq!(method, Method::Get),
            Told::Event(Progress::Retrying(retrying)) => secrets.id(retrying.correlation_id.as_deref()),
            Told::Event(Progress::Done(Ok(read))) => {
                secrets.id(read.correlation_id.as_deref());
                secrets.status(&read.value.status);
                secrets.text(&read.value.reason);
            }
            Told::Event(Progress::Done(Err(error))) => secrets.error(&error),
        });
    } else if is('e') {
        let trigger = Trigger::new(service, secrets.call.clone()).unwrap();
        let mut placing = placing;
        drive(&mut Exchange::new(trigger, limits, 7), responses, |_, told| match told {
            Told::Sent(method, response) => placing.sends(&method, response),
            Told::Event(Progress::Retrying(retrying)) => secrets.id(retrying.correlation_id.as_deref()),
            Told::Event(Progress::Done(Ok(placed))) => {
                secrets.id(placed.correlation_id.as_deref());
                placed.value.status.iter().for_each(|status| secrets.status(status));
                placing.placed(&placed.value.call_sid);
            }
            Told::Event(Progress::Done(Err(error))) => {
                secrets.error(&error);
                placing.failed(&error);
            }
        });
    } else {
        let mut placing = placing;
        let mut machine = Call::place(service, secrets.call.clone(), limits, 7).unwrap();
        drive(&mut machine, responses, |_, told| match told {
            Told::Sent(method, response) => placing.sends(&method, response),
            Told::Event(CallEvent::Placed(placed)) => {
                secrets.id(placed.correlation_id.as_deref());
                placing.placed(&placed.value.call_sid);
            }
            Told::Event(CallEvent::Retrying(retrying)) => secrets.id(retrying.correlation_id.as_deref()),
            Told::Event(CallEvent::Status(change)) => {
                secrets.status(&change.status);
                secrets.text(&change.reason);
            }
            Told::Event(CallEvent::Regression(status)) => secrets.status(&status),
            Told::Event(CallEvent::Ended(Ok(end))) => {
                assert!(end.status.is_terminal());
                secrets.text(&end.reason);
                secrets.id(end.correlation_id.as_deref());
            }
            Told::Event(CallEvent::Ended(Err(error))) => {
                secrets.error(&error);
                placing.failed(&error);
            }
        });
    }
}

/// A body, read by us and by serde_json.
fn reading(body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let ours = Answer::read(body);
    match (&ours, object(text)) {
        (Answer::Object(members), Some(object)) => {
            for name in
                ["status", "reason", "error", "code", "error_id", "error_code", "error_message", "message"]
            {
                let member = Member::named(name).unwrap();
                assert_eq!(members.text(member), object.get(name).and_then(Value::as_str), "{name}");
            }
            if let Some(sid) = named_call(&object) {
                assert_eq!(members.text(Member::CallSid), sid);
            }
            assert_eq!(members.denies_success(), object.get("success") == Some(&Value::Bool(false)));
        }
        (Answer::Object(_), None) => {
            // What is passed over may be a number, an escape or a depth that serde_json makes no value of.
            assert_eq!(json::kind(text), Some(Kind::Object), "taken for an object");
        }
        (Answer::Foreign(excerpt), object) => {
            assert!(object.is_none(), "not taken for an object");
            is_one_line(excerpt, 200);
        }
    }
}

fn object(text: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Some(object),
        Ok(_) | Err(_) => None,
    }
}

/// The SID's text, if it is clear which: of both names the last counts, and serde_json's map does not tell which that is.
fn named_call(object: &Map<String, Value>) -> Option<Option<&str>> {
    match (object.get("call_sid"), object.get("callSid")) {
        (Some(_), Some(_)) => None,
        (one, other) => Some(one.or(other).and_then(Value::as_str)),
    }
}

/// What is known of the placing of one call, by a second reading of the rules of what may be sent again.
struct Placing {
    agents: bool,
    /// What the last trigger was answered.
    last: Option<Option<Response>>,
    is_placed: bool,
}

impl Placing {
    const fn new(agents: bool) -> Self {
        Self { agents, last: None, is_placed: false }
    }

    fn sends(&mut self, method: &Method, response: Option<Response>) {
        if *method == Method::Get {
            assert!(self.is_placed, "a call is read that was not placed");
            return;
        }
        assert!(!self.is_placed, "a second call is placed");
        if let Some(last) = &self.last {
            assert!(self.is_not_placed(last.as_ref()), "sent again, though it may have rung");
        }
        self.last = Some(response);
    }

    fn placed(&mut self, sid: &CallSid) {
        let response = self.last.as_ref().and_then(Option::as_ref).expect("an answer says so");
        assert!((200..300).contains(&response.status));
        assert!(sid.as_str().starts_with("OUT-"));
        assert!(!self.is_placed);
        self.is_placed = true;
    }

    fn failed(&self, error: &Error) {
        match error.placement() {
            None => panic!("a trigger's error tells whether it was placed"),
            Some(Placement::Placed) => assert!(self.is_placed),
            Some(Placement::Unknown) => assert!(!self.is_placed && self.last.is_some()),
            Some(Placement::NotPlaced) => {
                assert!(!self.is_placed);
                let Some(last) = &self.last else { return };
                let refused = last.as_ref().is_some_and(|it| {
                    matches!(it.status, 400..=499) && it.status != 408 && !names_a_call(it)
                });
                assert!(refused || self.is_not_placed(last.as_ref()), "it may have rung: {error}");
            }
        }
    }

    /// Whether what was answered says that nobody's phone rings and that it may be sent again.
    fn is_not_placed(&self, response: Option<&Response>) -> bool {
        let Some(response) = response else { return false };
        if response.status == 0 {
            return true;
        }
        if names_a_call(response) {
            return false;
        }
        match response.status {
            429 => true,
            503 => is_own(response),
            500 => !self.agents && is_own(response),
            _ => false,
        }
    }
}

/// Whether it is an error envelope of either dialect, under the service's header, which is its `error_id`.
fn is_own(response: &Response) -> bool {
    let visible = |text: &str| -> String { text.chars().filter(char::is_ascii_graphic).take(128).collect() };
    let header = response.headers.get(CORRELATION_ID).map(visible).filter(|id| !id.is_empty());
    let Some(header) = header else { return false };
    let text = String::from_utf8_lossy(&response.body);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let Some(object) = object(text) else { return json::kind(text) == Some(Kind::Object) };
    let has = |name| object.get(name).is_some_and(Value::is_string);
    let id = object.get("error_id").and_then(Value::as_str).map(visible).filter(|id| !id.is_empty());
    let is_envelope = has("error")
        || has("code")
        || (object.get("success") == Some(&Value::Bool(false)) && has("error_code"));
    is_envelope && id.is_none_or(|id| id.eq_ignore_ascii_case(&header))
}

/// Whether a body names a call, beyond doubt.
fn names_a_call(response: &Response) -> bool {
    let text = String::from_utf8_lossy(&response.body);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    object(text).is_some_and(|object| named_call(&object).flatten().is_some())
}

/// What must not be shown.
struct Secrets {
    credential: Credential,
    call: TriggerCall,
    number: Option<String>,
    metadata: Option<String>,
}

impl Secrets {
    /// Of the fields that will do; else some that do.
    fn new<'a>(fields: &mut impl Iterator<Item = &'a str>, national: bool) -> Self {
        let mut field = || fields.next().unwrap_or_default();
        let credential = Credential::new(field()).unwrap_or_else(|_| Credential::new("tok-Q7w3Z").unwrap());
        let (number, country, usual) =
            if national { (field(), Some("US"), "(415) 555-0123") } else { (field(), None, "+14155550123") };
        let destination = Destination::parse(number, country)
            .unwrap_or_else(|_| Destination::parse(usual, country).unwrap());
        let metadata = Metadata::new([("note", field())])
            .ok()
            .filter(|it| it.iter().all(|(_, value)| !value.is_empty()))
            .unwrap_or_else(|| Metadata::new([("note", "Zoë \"Q\"")]).unwrap());
        let number = match &destination {
            Destination::E164(number) => number.as_str().to_owned(),
            Destination::National { number, .. } => number.as_str().to_owned(),
        };
        let value = metadata.iter().next().map(|(_, value)| value.to_owned());
        let mut call = TriggerCall::new(destination).with_metadata(metadata);
        for kind in Restricted::ALL {
            call = call.allowing(kind);
        }
        Self { credential, call, number: Some(number), metadata: value }
    }

    fn quoted_in(&self, part: &[u8]) -> Vec<u8> {
        let value = self.metadata.as_deref().unwrap_or_default();
        let number = self.number.as_deref().unwrap_or_default();
        let json = serde_json::to_string(value).unwrap();
        let ascii = value.encode_utf16().fold(String::new(), |mut out, unit| {
            write!(out, "\\u{unit:04x}").unwrap();
            out
        });
        let mut out = Vec::with_capacity(part.len());
        for byte in part {
            match byte {
                0x11 => out.extend_from_slice(number.as_bytes()),
                0x12 => out.extend_from_slice(self.credential.expose().as_bytes()),
                0x13 => out.extend_from_slice(value.as_bytes()),
                0x14 => out.extend_from_slice(&json.as_bytes()[1..json.len() - 1]),
                0x15 => out.extend_from_slice(ascii.as_bytes()),
                0x16 => out.extend_from_slice(ascii.replace('\\', "\\\\").as_bytes()),
                0x17 => out.extend_from_slice(number.replace('/', "\\/").as_bytes()),
                0x18 => out.extend_from_slice(json[1..json.len() - 1].replace('/', "\\/").as_bytes()),
                other => out.push(*other),
            }
        }
        out
    }

    /// Those that a text could be shown to hold: not too short, and in no words of ours.
    fn telling(&self) -> impl Iterator<Item = &str> {
        [Some(self.credential.expose()), self.number.as_deref(), self.metadata.as_deref()]
            .into_iter()
            .flatten()
            .filter(|it| it.chars().count() >= 3 && !it.contains(['[', ']']))
            .filter(|it| !OURS.iter().any(|ours| ours.contains(it)))
    }

    fn text(&self, text: &str) {
        is_one_line(text, 500);
        for secret in self.telling() {
            let line: String = secret.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
            let line = line.trim();
            assert!(
                line.chars().count() < 3
                    || OURS.iter().any(|ours| ours.contains(line))
                    || !text.contains(line),
                "{text:?} shows {secret:?}"
            );
        }
        let marks = [' ', '-', '(', ')', '.', '/', '\u{a0}', '+'];
        let close: String = text.chars().filter(|it| !marks.contains(it)).collect();
        let digits = close.split(|it: char| !it.is_ascii_digit()).map(str::len).max();
        assert!(digits < Some(7), "{text:?} shows a phone number");
    }

    fn status(&self, status: &CallStatus) {
        if let CallStatus::Other(word) = status {
            self.text(word);
        }
    }

    fn id(&self, id: Option<&str>) {
        let Some(id) = id else { return };
        assert!((1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()), "{id:?}");
        for secret in self.telling() {
            let visible: String = secret.chars().filter(char::is_ascii_graphic).collect();
            assert!(visible.len() < 3 || !id.contains(&visible), "{id:?} shows {secret:?}");
        }
    }

    fn error(&self, error: &Error) {
        error.message().into_iter().for_each(|it| self.text(it));
        self.id(error.correlation_id());
        // Its phone numbers are masked, so it may be a little longer than another id.
        for secret in self.telling() {
            assert!(
                !error.service_code().is_some_and(|code| code.contains(secret)),
                "{error} shows {secret:?}"
            );
        }
        if let Some(sid) = error.call_sid() {
            assert!(sid.as_str().starts_with("OUT-"));
        }
    }
}

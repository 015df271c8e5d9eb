//! Tests of the sandbox: what they share is here, what they show is in the files beside.

mod calls;
mod checks;
mod clock;
mod drawn;
mod faults;
mod laws;
mod routes;
mod scripts;

use serde_json::Value;

use super::*;
use crate::message::Headers;
use crate::{
    AgentId, Api, BaseUrl, CallSid, Credential, Destination, Environment, Metadata, Service, TriggerCall,
    wire,
};

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Both dialects, so that every test of the API runs in both.
fn services() -> [Service; 2] {
    let agents =
        Api::Agents { agent_id: AgentId::new("agent/1").unwrap(), environment: Environment::PreRelease };
    [Api::Outbound, agents].map(service)
}

fn service(api: Api) -> Service {
    let base_url = BaseUrl::parse("http://localhost:1").unwrap();
    Service::at(base_url, api, Some(Credential::new("sandbox").unwrap()))
}

fn sandbox() -> Sandbox {
    Sandbox::new(Config::default())
}

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// The trigger of a call to `+1 NPA 555 01xx`.
fn trigger(service: &Service, xx: u8) -> Request {
    trigger_to(service, &format!("+141555501{xx:02}"))
}

fn trigger_to(service: &Service, number: &str) -> Request {
    let call = TriggerCall::new(Destination::parse(number, None).unwrap());
    wire::trigger_request(service, &call).unwrap()
}

/// What the sender of a request sees of an answer.
struct Seen {
    status: u16,
    headers: Headers,
    body: Vec<u8>,
    after: Duration,
}

impl Seen {
    fn json(&self) -> Value {
        assert_eq!(self.headers.get("Content-Type"), Some("application/json"));
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The text of a member, of whichever dialect.
    fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.json())).to_owned()
    }

    fn sid(&self) -> CallSid {
        let json = self.json();
        let text = json.get("call_sid").or_else(|| json.get("callSid")).and_then(Value::as_str);
        CallSid::parse(text.expect("an accepted trigger")).unwrap()
    }

    /// The message of a refusal, checked to be in the envelope of its dialect.
    fn refusal(&self, service: &Service) -> String {
        let json = self.json();
        let names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        match service.api() {
            Api::Outbound => {
                assert_eq!(names, ["code", "error"]);
                assert!(!self.text("code").is_empty());
                self.text("error")
            }
            Api::Agents { .. } => {
                assert_eq!(names, ["data", "error", "error_code", "error_id", "error_message", "success"]);
                assert_eq!((&json["success"], &json["data"]), (&Value::Bool(false), &Value::Null));
                assert_eq!(Some(&*self.text("error_id")), self.headers.get("X-PolyAI-Correlation-Id"));
                let code = self.text("error_code");
                assert!(code.bytes().all(|it| it.is_ascii_uppercase() || it == b'_'), "{code}");
                assert!(!self.text("error").is_empty());
                self.text("error_message")
            }
        }
    }
}

/// The answer to a request that is answered.
fn ask(sandbox: &mut Sandbox, now: Timestamp, request: &Request) -> Seen {
    match sandbox.handle(now, request) {
        Reaction::Answer { response, after } => {
            Seen { status: response.status, headers: response.headers, body: response.body, after }
        }
        other @ (Reaction::Cut { .. } | Reaction::Hang) => panic!("no answer to {request:?} but {other:?}"),
    }
}

/// Places a call and tells what it is known by.
fn place(sandbox: &mut Sandbox, now: Timestamp, service: &Service, xx: u8) -> CallSid {
    let seen = ask(sandbox, now, &trigger(service, xx));
    assert_eq!(seen.status, 200, "{:?}", seen.json());
    seen.sid()
}

fn read(sandbox: &mut Sandbox, now: Timestamp, service: &Service, call_sid: &CallSid) -> Seen {
    ask(sandbox, now, &wire::status_request(service, call_sid))
}

/// A request to one of the sandbox's own routes.
fn control(method: Method, path: &str, body: &str) -> Request {
    let url = format!("http://localhost:1/_sandbox/{path}");
    Request { method, url, headers: Headers::default(), body: body.into() }
}

/// Everything of a reaction, to be compared.
fn transcript(reaction: &Reaction) -> String {
    match reaction {
        Reaction::Answer { response, after } => {
            let headers: String =
                response.headers.iter().map(|(k, v)| format!("{k}: {}\n", v.expose())).collect();
            format!("{after:?} {}\n{headers}{}", response.status, String::from_utf8_lossy(&response.body))
        }
        Reaction::Cut { after } => format!("cut {after:?}"),
        Reaction::Hang => "hang".to_owned(),
    }
}

fn with_url(request: &Request, url: String) -> Request {
    Request { url, ..request.clone() }
}

fn with_body(service: &Service, body: &str) -> Request {
    Request { body: body.into(), ..trigger(service, 0) }
}

fn without(request: &Request, name: &str) -> Request {
    let mut headers = Headers::default();
    for (held, value) in request.headers.iter().filter(|(held, _)| !held.eq_ignore_ascii_case(name)) {
        headers.push(held.to_owned(), value.expose().to_owned());
    }
    Request { headers, ..request.clone() }
}

/// A request that is refused: its status and its message.
fn refused(service: &Service, request: &Request) -> (u16, String) {
    let mut sandbox = sandbox();
    let seen = ask(&mut sandbox, START, request);
    assert_eq!(sandbox.calls().count(), 0);
    (seen.status, seen.refusal(service))
}

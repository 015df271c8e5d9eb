//! Requests to the sandbox. Parts of the input are requests, separated by the byte 1e: `METHOD URL`, header lines, an empty
//! line, the body. `{sid}` is the SID of the last call that was accepted, and a number before the method is for how many
//! milliseconds the clock goes on (or back). Without header lines it has those that it should.

use std::collections::BTreeMap;
use std::time::Duration;

use polyai_outbound_core::sandbox::{Config, Faults, Reaction, Sandbox};
use polyai_outbound_core::{CallSid, CallStatus, Headers, Method, Request, Response, Timestamp, Transition};
use serde_json::Value;

use crate::play::{SEPARATOR, START};
use crate::secrets::{is_one_line, quotes_no_digits};

/// See the module.
pub fn sandbox(data: &[u8]) {
    let speed = data.first().map_or(1.0, |byte| f64::from(1 + (byte >> 4)));
    let mut world = World {
        sandbox: Sandbox::new(Config::default().with_speed(speed).unwrap().with_rate(3.0).unwrap()),
        now: START,
        sid: "OUT-none".to_owned(),
        seen: BTreeMap::new(),
    };
    for part in data.split(|byte| *byte == SEPARATOR).take(24) {
        world.ask(part);
    }
}

struct World {
    sandbox: Sandbox,
    now: Timestamp,
    sid: String,
    /// What was last read of each call.
    seen: BTreeMap<String, CallStatus>,
}

impl World {
    fn ask(&mut self, part: &[u8]) {
        let request = self.request(part);
        let before = self.sandbox.calls().count();
        let faults = self.sandbox.faults();
        let reaction = self.sandbox.handle(self.now, &request);
        let placed = self.sandbox.calls().count() - before;
        assert!(placed <= 1);
        if placed == 1 {
            assert_eq!(request.method, Method::Post, "only a trigger places a call");
            let token = request.headers.iter().any(|(_, value)| value.expose() == "sandbox");
            assert!(token, "placed for nobody");
        }
        match &reaction {
            Reaction::Answer { response, after } => {
                assert!(*after <= Duration::from_millis(faults.delay_ms));
                let accepted = self.answered(&request, response);
                let is_foreign = response.headers.get("X-PolyAI-Correlation-Id").is_none();
                let is_unknown = is_foreign || response.status == 408;
                assert!(placed == usize::from(accepted) || is_unknown, "{} tells otherwise", response.status);
            }
            Reaction::Cut { after } => assert!(*after <= Duration::from_millis(faults.delay_ms)),
            Reaction::Hang => assert_eq!(placed, 1, "hangs by its number only"),
        }
        for call in self.sandbox.calls() {
            assert!(call.changes.windows(2).all(|pair| pair[0].at <= pair[1].at));
            assert!(call.ended_at.is_none_or(|at| call.placed_at <= at && call.status.is_terminal()));
        }
    }

    fn request(&mut self, part: &[u8]) -> Request {
        let end = part.windows(2).position(|two| two == b"\n\n").unwrap_or(part.len());
        let head = String::from_utf8_lossy(&part[..end]).replace("{sid}", &self.sid);
        let body = part.get(end + 2..).unwrap_or_default().to_vec();
        let mut lines = head.split('\n');
        let mut words = lines.next().unwrap_or_default().split(' ');
        let mut method = words.next().unwrap_or_default();
        if let Ok(millis) = method.parse::<i64>() {
            let step = Duration::from_millis(millis.unsigned_abs());
            self.now = if millis < 0 { self.now - step } else { self.now + step };
            method = words.next().unwrap_or_default();
        }
        let url = words.next().unwrap_or_default().to_owned();
        let mut headers = Headers::default();
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            headers.push(name.to_owned(), value.to_owned());
        }
        if headers.is_empty() {
            headers.push("X-PolyAi-Auth-Token", "sandbox");
            headers.push("X-API-KEY", "sandbox");
            headers.push("Content-Type", "application/json");
        }
        Request { method: Method::from(method), url, headers, body }
    }

    /// Looks at an answer; whether it accepts a trigger.
    fn answered(&mut self, request: &Request, response: &Response) -> bool {
        let Some(id) = response.headers.get("X-PolyAI-Correlation-Id") else {
            // Something else's answer, in place of one that the service gave or would have given.
            assert!(matches!(response.status, 404 | 500 | 502 | 503), "{}", response.status);
            return false;
        };
        assert_eq!(id.len(), 36);
        let said = match response.headers.get("Content-Type") {
            Some("application/json") => serde_json::from_slice::<Value>(&response.body).unwrap(),
            other => {
                assert_eq!((other, response.status, response.body.len()), (None, 204, 0));
                assert_eq!(request.method, Method::Options);
                return false;
            }
        };
        let text = |name: &str| said.get(name).and_then(Value::as_str);
        if response.status != 200 {
            assert!(
                matches!(response.status, 400 | 401 | 403 | 404 | 405 | 408 | 429 | 500 | 502 | 503),
                "{}",
                response.status
            );
            assert_eq!(response.status == 429, response.headers.get("Retry-After").is_some());
            assert_eq!(response.status == 405, response.headers.get("Allow").is_some());
            let message = match text("error_message") {
                Some(message) => {
                    assert_eq!(said["success"], Value::Bool(false));
                    assert_eq!((text("error_id"), said["data"].is_null()), (Some(id), true));
                    assert!(text("error").is_some() && text("error_code").is_some());
                    message
                }
                // A validator's forms, which quote nothing.
                None if said.get("detail").is_some() => return false,
                None if text("message").is_some() => {
                    assert!(said["errors"].is_array());
                    return false;
                }
                None => {
                    assert!(text("code").is_some());
                    text("error").expect("says what is wrong")
                }
            };
            assert!(!message.is_empty());
            // The keys of metadata are named, and the sandbox's own bodies quoted.
            if !request.url.contains("_sandbox") && !message.starts_with("metadata: ") {
                is_one_line(message, 600);
                quotes_no_digits(message, &String::from_utf8_lossy(&request.body));
            }
            return false;
        }
        if request.url.contains("_sandbox") {
            self.own_route(&said);
            return false;
        }
        match request.method {
            Method::Post => {
                let sid = text("call_sid").or(text("callSid")).expect("names the call");
                CallSid::parse(sid).unwrap();
                sid.clone_into(&mut self.sid);
                true
            }
            Method::Get => {
                let status = CallStatus::from_word(text("status").expect("says where the call is"));
                let reason = text("reason").expect("has a reason, if an empty one");
                assert_eq!(reason.is_empty(), status != CallStatus::Failure);
                let sid = self.sandbox.calls().find(|call| request.url.contains(call.call_sid.as_str()));
                if let Some(call) = sid {
                    assert_eq!(call.status, status);
                    let held = self.seen.insert(call.call_sid.to_string(), status.clone());
                    assert!(held.is_none_or(|held| held.to(&status) != Transition::Regression));
                }
                false
            }
            Method::Delete | Method::Options | Method::Other(_) => {
                panic!("{} is answered", request.method.as_str())
            }
        }
    }

    fn own_route(&self, said: &Value) {
        match said.get("calls") {
            Some(calls) => {
                let calls = calls.as_array().unwrap();
                assert_eq!(calls.len(), self.sandbox.calls().count());
                for (shown, call) in calls.iter().zip(self.sandbox.calls()) {
                    assert_eq!(shown["call_sid"].as_str(), Some(call.call_sid.as_str()));
                    assert_eq!(shown["correlation_id"].as_str(), Some(call.correlation_id.as_str()));
                    assert_eq!(
                        shown["metadata"].as_object().map(serde_json::Map::len),
                        Some(call.metadata.len())
                    );
                }
            }
            None => {
                let faults: Faults = serde_json::from_value(said.clone()).unwrap();
                assert_eq!(faults.delay_ms, self.sandbox.faults().delay_ms);
                let rates = |it: &Faults| [it.server_error, it.cut_before, it.cut_after, it.delay];
                let set = rates(&self.sandbox.faults());
                assert!(rates(&faults).iter().zip(set).all(|(one, other)| (one - other).abs() < 1e-15));
                assert!(set.iter().all(|rate| (0.0..=1.0).contains(rate)));
            }
        }
    }
}

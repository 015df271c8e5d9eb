//! The loop between an operation and the service, both as they are exported, in virtual time.

use polyai_outbound_wasm::{Operation, Sandbox};
use serde_json::{Value, json};

use super::{START, kind, value};

pub(crate) struct Play {
    pub(crate) operation: Operation,
    pub(crate) sandbox: Sandbox,
    pub(crate) now: f64,
    /// How many requests were sent, and how many of them given up.
    pub(crate) sent: usize,
    pub(crate) given_up: usize,
    flight: Option<Flight>,
}

/// What comes of the request that is on its way, and when.
struct Flight {
    at: f64,
    seen: Value,
}

impl Play {
    pub(crate) fn new(operation: Operation) -> Self {
        let sandbox = Sandbox::new(Some(7.0), None, None).expect("valid");
        Self { operation, sandbox, now: START, sent: 0, given_up: 0, flight: None }
    }

    /// Goes on with another operation against the same service.
    pub(crate) fn go_on(&mut self, operation: Operation) {
        self.operation = operation;
        self.flight = None;
    }

    /// What is told next; nothing once the operation has ended.
    pub(crate) fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(told) = self.drain() {
                return Some(told);
            }
            let due = self.operation.timeout()?;
            match self.flight.take_if(|flight| flight.at <= due) {
                Some(Flight { at, seen }) => {
                    self.now = at;
                    self.arrive(&seen);
                }
                None => {
                    self.now = due;
                    self.operation.tick(due);
                }
            }
        }
    }

    /// Does what it says until it tells something, or has nothing more to say.
    pub(crate) fn drain(&mut self) -> Option<Value> {
        while let Some(output) = self.operation.poll(self.now) {
            let told = value(&output);
            match kind(&told) {
                "send" => self.send(&told),
                "abort" => {
                    assert!(self.flight.take().is_some(), "only what is on its way is given up");
                    self.given_up += 1;
                }
                _ => return Some(told),
            }
        }
        None
    }

    /// Everything until the end.
    pub(crate) fn all(&mut self) -> Vec<Value> {
        std::iter::from_fn(|| self.next()).collect()
    }

    pub(crate) fn end(&mut self) -> Value {
        self.all().pop().expect("an end")
    }

    pub(crate) fn cancel(&mut self) {
        self.operation.cancel(self.now);
    }

    /// How many phones rang.
    pub(crate) fn rung(&mut self) -> usize {
        value(&self.sandbox.calls(self.now)).as_array().expect("a list").len()
    }

    /// What is known of the call.
    pub(crate) fn snapshot(&self) -> Option<Value> {
        self.operation.snapshot().map(|known| value(&known))
    }

    fn send(&mut self, told: &Value) {
        assert!(self.flight.is_none(), "one request at a time");
        self.sent += 1;
        let asked = json!({
            "method": told["method"], "url": told["url"], "headers": told["headers"], "body": told["body"],
        });
        let seen = value(&self.sandbox.handle(self.now, &asked.to_string()).expect("a request"));
        let after = match kind(&seen) {
            "hang" => f64::INFINITY,
            _ => seen["afterMs"].as_f64().expect("a time"),
        };
        self.flight = Some(Flight { at: self.now + after, seen });
    }

    fn arrive(&mut self, seen: &Value) {
        if kind(seen) == "cut" {
            return self.operation.lost(self.now, "other side closed".to_owned());
        }
        let header = |name: &str| {
            let mut fields = seen["headers"].as_array().expect("headers").iter();
            let field =
                fields.find(|field| field[0].as_str().is_some_and(|it| it.eq_ignore_ascii_case(name)));
            field.and_then(|field| field[1].as_str()).map(str::to_owned)
        };
        let status = u16::try_from(seen["status"].as_u64().expect("a status")).expect("a status");
        let body = seen["body"].as_str().expect("a body");
        answer(
            &mut self.operation,
            self.now,
            (status, header("X-PolyAI-Correlation-Id"), header("Retry-After")),
            body,
        );
    }
}

/// Hands an answer over as JavaScript does.
pub(crate) fn answer(
    operation: &mut Operation,
    now: f64,
    (status, correlation_id, retry_after): (u16, Option<String>, Option<String>),
    body: &str,
) {
    operation.reply(now, status, correlation_id, retry_after, None, body.to_owned());
}

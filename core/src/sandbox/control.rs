//! The sandbox's own routes: what was placed, and which faults are injected.

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::answer::{self, Kind, Refusal};
use super::{Faults, Sandbox};
use crate::InvalidInput;
use crate::dialect::OUTBOUND;
use crate::message::{Method, Request, Response};

/// `GET /_sandbox/calls`
pub(super) fn calls(sandbox: &Sandbox, id: Uuid) -> Response {
    #[derive(Serialize)]
    struct Calls<'a> {
        #[serde(serialize_with = "each")]
        calls: &'a Sandbox,
    }
    fn each<S: Serializer>(sandbox: &Sandbox, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(sandbox.calls())
    }
    answer::json(id, 200, &Calls { calls: sandbox })
}

/// `GET`, `POST` and `DELETE /_sandbox/faults`
pub(super) fn faults(sandbox: &mut Sandbox, id: Uuid, request: &Request) -> Response {
    let set = match &request.method {
        Method::Post => read(&request.body).and_then(|faults| {
            sandbox
                .set_faults(faults)
                .map_err(|invalid: InvalidInput| Refusal::input(invalid.field(), &invalid))
        }),
        Method::Delete => {
            sandbox.faults = Faults::default();
            Ok(())
        }
        Method::Get | Method::Options | Method::Other(_) => Ok(()),
    };
    match set {
        Ok(()) => answer::json(id, 200, &sandbox.faults()),
        Err(refusal) => answer::refused(id, &OUTBOUND, &refusal),
    }
}

fn read(body: &[u8]) -> Result<Faults, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let expected =
            r#"an object as {"server_error":0.1,"cut_before":0,"cut_after":0,"delay":0.5,"delay_ms":1000}"#;
        Refusal::new(Kind::Invalid, format!("the body: {error}; expected {expected}"))
    })
}

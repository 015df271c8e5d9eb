//! The sandbox's own routes: what was placed, and which faults are injected.

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::answer::{self, Kind, Refusal};
use super::{Faults, Reaction, Sandbox};
use crate::message::{Method, Request};

/// `GET /_sandbox/calls`
pub(super) fn calls(sandbox: &Sandbox, id: Uuid) -> Reaction {
    #[derive(Serialize)]
    struct Calls<'a> {
        #[serde(serialize_with = "each")]
        calls: &'a Sandbox,
    }
    fn each<S: Serializer>(sandbox: &Sandbox, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(sandbox.calls())
    }
    answer::json(id, &Calls { calls: sandbox })
}

/// `GET`, `POST` and `DELETE /_sandbox/faults`
pub(super) fn faults(sandbox: &mut Sandbox, id: Uuid, request: &Request) -> Result<Reaction, Refusal> {
    match &request.method {
        Method::Post => {
            let faults = read(&request.body)?;
            sandbox.set_faults(faults).map_err(|invalid| Refusal::input(invalid.field(), &invalid))?;
        }
        Method::Delete => sandbox.faults = Faults::default(),
        Method::Get | Method::Options | Method::Other(_) => {}
    }
    Ok(answer::json(id, &sandbox.faults()))
}

fn read(body: &[u8]) -> Result<Faults, Refusal> {
    // By way of a map, because for serde an array would do as well.
    let object = serde_json::from_slice::<serde_json::Map<_, _>>(body);
    object.and_then(|object| serde_json::from_value(object.into())).map_err(|error| {
        let expected =
            r#"an object as {"server_error":0.1,"cut_before":0,"cut_after":0,"delay":0.5,"delay_ms":1000}"#;
        Refusal::new(Kind::Invalid, format!("the body: {error}; expected {expected}"))
    })
}

//! Notes on stderr for a person who waits for a call whose status the service does not show yet.

use crate::common::server::{Does, Server, accepts, refusal};
use crate::common::{Ran, outbound_at};

const NOTE: &str = "no status of the call yet";

/// Of a call whose status is read twice with this answer.
async fn read_twice(reads: Does) -> Ran {
    let server = Server::start(accepts(), reads).await;
    let mut run = outbound_at(server.base_url(), ["call", "+14155550100", "--wait"]).start();
    run.line().await;
    while server.seen().len() < 3 {
        server.arrived().await;
    }
    run.signal("INT").await;
    run.ran().await.expect(130)
}

#[tokio::test]
async fn that_the_service_does_not_show_a_call_yet_is_said_once_and_only_then() {
    let queued = Does::Answers(200, r#"{"status":"queued","reason":""}"#.to_owned());
    let (unseen, seen) = tokio::join!(read_twice(refusal(404)), read_twice(queued));
    assert_eq!(unseen.stderr.matches(NOTE).count(), 1, "{unseen:?}");
    assert_eq!(seen.stderr.matches(NOTE).count(), 0, "{seen:?}");
}

//! The runner over a store that does what no store should.

#![cfg(feature = "campaign")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use polyai_outbound::Client;
use polyai_outbound::campaign::{Options, Runner, Store, StoreError, Turn, Turned};

/// Answers so many turns with nothing, and falls at the next.
struct Falling {
    after: u32,
}

impl Store for Falling {
    async fn turn(&mut self, _: &Turn) -> Result<Turned, StoreError> {
        let Some(left) = self.after.checked_sub(1) else { panic!("the store fell") };
        self.after = left;
        Ok(Turned { next_due: Some(polyai_outbound::Timestamp::from_millis(1 << 50)), ..Turned::default() })
    }
}

#[tokio::test]
async fn a_store_that_panics_does_so_in_its_runner_which_would_wait_for_ever_else() {
    for after in 0..3 {
        let client = Client::builder().base_url("http://127.0.0.1:9").token("t").build().unwrap();
        let mut runner = Runner::new(&client, Falling { after }, Options::default()).unwrap();
        let told = AssertUnwindSafe(async { while runner.next().await.is_some() {} }).catch_unwind();
        let told = tokio::time::timeout(Duration::from_secs(20), told).await;
        let panic = told.expect("it waits for a store that is gone").unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"the store fell"));
    }
}

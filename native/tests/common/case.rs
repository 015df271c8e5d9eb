//! One way of answering every trigger, and what has to come of it: a row of the tables of hostile servers.

use std::time::Duration;

use polyai_outbound::{ClientBuilder, ErrorCode, Placement};

use super::server::{Act, Server, raw};
use super::{SID, builder, call, expect_eq, within};

use Placement::{NotPlaced, Placed, Unknown};

/// The answer to a trigger that was taken.
pub(crate) fn accepted() -> String {
    format!(r#"{{"call_sid":"{SID}"}}"#)
}

/// The head of a 200, whose body is left to what follows.
pub(crate) fn head(fields: &str) -> Act {
    raw(format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{fields}\r\n"))
}

/// What one way of answering every request leads to, with three retries allowed.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) at: At,
    /// How many triggers the server reads whole, and how many requests the client counts.
    pub(crate) posts: usize,
    pub(crate) attempts: u32,
    pub(crate) placement: Placement,
    /// Nothing if the trigger succeeds.
    pub(crate) code: Option<ErrorCode>,
    /// Whether it is over only when the time for one request is.
    pub(crate) waits: bool,
}

pub(crate) enum At {
    Answers(Vec<Act>),
    /// Done to a connection before anything is read.
    Greets(Vec<Act>),
    /// The same, to a client that expects TLS.
    GreetsTls(Vec<Act>),
    Url(String),
}

/// Sent once, and nobody can say whether a phone rang.
pub(crate) fn unknown(name: &'static str, code: ErrorCode, acts: impl Into<Vec<Act>>) -> Case {
    let at = At::Answers(acts.into());
    Case { name, at, posts: 1, attempts: 1, placement: Unknown, code: Some(code), waits: false }
}

/// The service says that it placed no call; sent again only where that can help.
pub(crate) fn refused(name: &'static str, code: ErrorCode, posts: u32, act: Act) -> Case {
    let at = At::Answers(vec![act]);
    Case {
        name,
        at,
        posts: posts as usize,
        attempts: posts,
        placement: NotPlaced,
        code: Some(code),
        waits: false,
    }
}

/// The SID arrived, however badly the rest went.
pub(crate) fn placed(name: &'static str, acts: impl Into<Vec<Act>>) -> Case {
    let at = At::Answers(acts.into());
    Case { name, at, posts: 1, attempts: 1, placement: Placed, code: None, waits: false }
}

/// No request leaves.
pub(crate) fn not_connected(name: &'static str, at: At) -> Case {
    Case {
        name,
        at,
        posts: 0,
        attempts: 4,
        placement: NotPlaced,
        code: Some(ErrorCode::NotConnected),
        waits: false,
    }
}

impl Case {
    pub(crate) fn that_waits(self) -> Self {
        Self { waits: true, ..self }
    }
}

impl Case {
    pub(crate) fn greeted(self, acts: impl Into<Vec<Act>>) -> Self {
        Self { at: At::Greets(acts.into()), ..self }
    }

    /// Triggers a call and compares what came of it with the row, shortened to the retries that are allowed.
    pub(crate) async fn hold(
        self,
        most: u32,
        settings: fn(ClientBuilder) -> ClientBuilder,
    ) -> Result<(), String> {
        let (server, url) = match self.at {
            At::Answers(acts) => served(Server::always(acts).await, "http"),
            At::Greets(acts) => served(Server::greeting(acts).await, "http"),
            At::GreetsTls(acts) => served(Server::greeting(acts).await, "https"),
            At::Url(url) => (None, url),
        };
        let mut set_up = settings(builder(url));
        if self.waits {
            set_up = set_up.request_timeout(Duration::from_secs(1));
        }
        let trigger = set_up.build().unwrap().trigger(call());
        let handle = trigger.handle();
        // Over before the time for a request is, unless that was set.
        let longest = Duration::from_secs(25);
        let result = match self.attempts {
            1 => within(longest, trigger).await.ok_or_else(|| format!("it takes longer than {longest:?}"))?,
            _ => trigger.await,
        };

        let attempts = self.attempts.min(most);
        match (&result, self.code) {
            (Ok(done), None) => {
                expect_eq("the SID", done.value.call_sid.as_str(), SID)?;
                expect_eq("attempts", done.attempts, attempts)?;
            }
            (Err(error), Some(code)) => {
                expect_eq("the code", error.code(), code)?;
                expect_eq("the error's placement", error.placement(), Some(self.placement))?;
                expect_eq("attempts", error.attempts(), attempts)?;
            }
            (result, code) => return Err(format!("the result is {result:?}, expected {code:?}")),
        }
        expect_eq("the handle's placement", handle.placement(), self.placement)?;
        expect_eq("the handle's SID", handle.call_sid(), result.ok().map(|done| done.value.call_sid))?;
        // The client is gone: a request that was sent behind the caller's back is here once its connection is over.
        if let Some(server) = &server {
            server.all_over().await;
        }
        let seen = server.as_ref().map_or_else(Vec::new, Server::seen);
        let flooded = server.as_ref().map_or(0, Server::flooded);
        if flooded > 32 * 1024 * 1024 {
            return Err(format!("{flooded} bytes were taken of what has no end"));
        }
        expect_eq("the number of POSTs", seen.len(), self.posts.min(most as usize))?;
        expect_eq("the requests are alike", seen.windows(2).all(|two| two[0].body == two[1].body), true)
    }
}

fn served(server: Server, scheme: &str) -> (Option<Server>, String) {
    let url = format!("{scheme}://{}", server.address());
    (Some(server), url)
}

//! The native client, driven as its users drive it, in real time and with seeds of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::StreamExt;
use polyai_outbound::{
    CallEvent, CallEvents, Client, Placement, PlacementHandle, RetryPolicy, Snapshot, Timestamp,
};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::compare;
use crate::effect::{self, Effect, Told};
use crate::format::{Operation, Vector};
use crate::server::{Seen, Server};

/// Waits between attempts are times, which are not compared here, and are not worth waiting for.
const BASE: Duration = Duration::from_millis(10);
const CAP: Duration = Duration::from_millis(50);
const AT_MOST: Duration = Duration::from_secs(60);

pub(crate) fn replay(vector: &Vector<'_>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        tokio::time::timeout(AT_MOST, played(vector)).await.unwrap_or_else(|_| Err("never ends".to_owned()))
    })
}

async fn played(vector: &Vector<'_>) -> Result<(), String> {
    let seen = Seen::default();
    let subscriber = tracing_subscriber::registry().with(Retries(seen.clone()));
    let _logged = tracing::subscriber::set_default(subscriber);
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let started = Timestamp::from_millis(u64::try_from(since_epoch.as_millis()).unwrap_or_default());
    let server = Server::start(vector, started, seen.clone()).await;
    let client = client(vector, &server.origin);

    let mut expected: Vec<Effect> = vector.effects();
    let known = match vector.cancel_after() {
        None => {
            perform(vector, &client, started, &seen, &mut None).await;
            None
        }
        Some(after) => {
            let mut handle = unpolled(vector, &client);
            // Dropped at that moment, which is how a caller gives up here.
            if !after.is_zero() {
                let performing = perform(vector, &client, started, &seen, &mut handle);
                if tokio::time::timeout(after, performing).await.is_ok() {
                    return Err("it ends before it is cancelled".to_owned());
                }
            }
            // What a future that was dropped would have told is asked of its handle.
            let end = expected.pop();
            // Nor was anybody told any more of what that answer says which was there in whole.
            let then = i64::try_from(after.as_millis()).unwrap();
            expected.retain(
                |told| !matches!(told, Effect::Placed { at, .. } | Effect::Status { at, .. } if *at == then),
            );
            Some((end, handle))
        }
    };
    let lines = |effects: Vec<Effect>| -> Vec<String> {
        let seen: Vec<_> = effects.into_iter().map(|effect| as_seen(effect.without_times())).collect();
        effect::lines(&seen)
    };
    compare(&lines(expected), &lines(seen.all().await))?;
    known.map_or(Ok(()), |(end, handle)| told_by_handle(end, handle))
}

fn client(vector: &Vector<'_>, origin: &str) -> Client {
    let base_url = &vector.service.base_url;
    let host = base_url.find("://").map_or(0, |at| at + 3);
    let path = base_url[host..].find('/').map_or("", |at| &base_url[host + at..]);
    let limits = vector.limits();
    let builder = Client::builder()
        .base_url(format!("{origin}{path}"))
        .api(vector.api())
        .agents_502_not_placed(vector.service.agents_502_not_placed)
        .request_timeout(limits.request_timeout)
        .timeout(limits.operation_timeout)
        .follow_timeout(limits.follow_timeout)
        .retry(RetryPolicy { base: BASE, cap: CAP, ..limits.retry });
    let builder = match &vector.service.token {
        Some(token) => builder.token(token),
        None => builder,
    };
    builder.build().unwrap()
}

/// The handle of what was dropped before it could do anything.
fn unpolled(vector: &Vector<'_>, client: &Client) -> Option<PlacementHandle> {
    match &vector.operation {
        Operation::Trigger(trigger) => Some(client.trigger(trigger.call()).handle()),
        Operation::Call(trigger) => Some(client.call(trigger.call()).handle()),
        Operation::Status { .. } | Operation::Resume(_) => None,
    }
}

/// Notes everything that is told until the end.
async fn perform(
    vector: &Vector<'_>,
    client: &Client,
    started: Timestamp,
    seen: &Seen,
    handle: &mut Option<PlacementHandle>,
) {
    match &vector.operation {
        Operation::Trigger(trigger) => {
            let triggering = client.trigger(trigger.call());
            *handle = Some(triggering.handle());
            seen.note(match triggering.await {
                Ok(done) => Effect::triggered(0, &done),
                Err(error) => Effect::failed(0, &error),
            });
        }
        Operation::Status { call_sid } => seen.note(match client.status(call_sid).await {
            Ok(done) => Effect::read(0, &done),
            Err(error) => Effect::failed(0, &error),
        }),
        Operation::Call(trigger) => {
            let calling = client.call(trigger.call());
            *handle = Some(calling.handle());
            follow(calling.events(), seen).await;
        }
        Operation::Resume(snapshot) => {
            let later = started.since(vector.start());
            let shifted = |at: Option<Timestamp>| at.map(|at| at + later);
            let placed_at = shifted(snapshot.placed_at);
            let known = Snapshot { placed_at, seen_at: shifted(snapshot.seen_at), ..snapshot.clone() };
            follow(client.watch(known).events(), seen).await;
        }
    }
}

async fn follow(mut events: CallEvents, seen: &Seen) {
    while let Some(event) = events.next().await {
        // Told by the log as well, as those of a trigger are.
        if !matches!(event, CallEvent::Retrying(_))
            && let Some(effect) = event.effect(Timestamp::default(), Timestamp::default())
        {
            seen.note(effect);
        }
        if matches!(event, CallEvent::Ended(_)) {
            return;
        }
    }
}

/// As a server sees it: HTTP's names have no case.
fn as_seen(mut effect: Effect) -> Effect {
    if let Effect::Request { headers, .. } = &mut effect {
        headers.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase());
    }
    effect
}

/// A handle tells whether a call was placed, and as what.
fn told_by_handle(end: Option<Effect>, handle: Option<PlacementHandle>) -> Result<(), String> {
    let expected = match end {
        Some(Effect::Failed { code, placement, call_sid, .. }) if code == "cancelled" => {
            (placement, call_sid)
        }
        Some(Effect::Triggered { call_sid, .. }) => {
            (Some(Placement::Placed.as_str().to_owned()), Some(call_sid))
        }
        other => return Err(format!("cancelled, it ends with {other:?}")),
    };
    // Of a call that was placed elsewhere nothing is asked.
    let Some(handle) = handle else { return Ok(()) };
    let found = (
        Some(handle.placement().as_str().to_owned()),
        handle.call_sid().map(|call_sid| call_sid.to_string()),
    );
    if found == expected { Ok(()) } else { Err(format!("the handle tells {found:?}, expected {expected:?}")) }
}

/// Takes retries from the log.
struct Retries(Seen);

impl<S: tracing::Subscriber> Layer<S> for Retries {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut text = |name| fields.0.remove(name);
        if text("message").as_deref() != Some("attempt failed, trying again") {
            return;
        }
        self.0.note(Effect::Retry {
            at: 0,
            code: text("code").unwrap_or_default(),
            http_status: text("http_status").and_then(|it| it.parse().ok()),
            correlation_id: text("correlation_id"),
            attempts: text("attempts").and_then(|it| it.parse().ok()).unwrap_or_default(),
            after_ms: 0,
        });
    }
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

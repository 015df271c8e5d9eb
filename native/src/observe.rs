//! What is written to `tracing`, and what each kind of machine tells of its outcome. Fields are the SID, the
//! correlation id and words of our own: never a token, metadata or a number. What a service says in its own words is
//! for the caller to show: it may quote what only the caller knows, metadata of a call that was placed elsewhere say.

use polyai_outbound_core::{
    Call, CallEvent, CallSid, CallStatus, Completed, Error, Exchange, Machine, Placed, Placement, Progress,
    Reading, Retrying, StatusRead, Trigger,
};
use tracing::Span;
use tracing::field::{Empty, display};

/// The span of one operation; SID and correlation id are filled in once they are known.
pub(crate) fn span(operation: &'static str, call_sid: Option<&CallSid>) -> Span {
    let span = tracing::info_span!("outbound", operation, call_sid = Empty, correlation_id = Empty);
    if let Some(call_sid) = call_sid {
        span.record("call_sid", display(call_sid));
    }
    span
}

/// A machine whose events are logged and whose outcome is remembered.
pub(crate) trait Observed: Machine {
    /// Logs an event.
    fn observe(event: &Self::Event, span: &Span);

    /// Whether a call was placed, and as what, if the event tells.
    fn outcome(event: &Self::Event) -> Option<(Placement, Option<CallSid>)>;

    /// What dropping it now would leave behind; nothing if that is no question.
    fn placement_if_dropped(&self) -> Option<Placement>;
}

fn correlate(span: &Span, correlation_id: Option<&str>) {
    if let Some(id) = correlation_id {
        span.record("correlation_id", display(id));
    }
}

fn retrying(event: &Retrying) {
    tracing::info!(
        correlation_id = event.correlation_id.as_deref(),
        code = event.code.as_str(),
        http_status = event.http_status,
        attempts = event.attempts,
        after_ms = u64::try_from(event.after.as_millis()).unwrap_or(u64::MAX),
        "attempt failed, trying again"
    );
}

fn placed(event: &Completed<Placed>, span: &Span) {
    correlate(span, event.correlation_id.as_deref());
    span.record("call_sid", display(&event.value.call_sid));
    tracing::info!(attempts = event.attempts, "call placed");
}

fn read(event: &Completed<Reading>, span: &Span) {
    correlate(span, event.correlation_id.as_deref());
    tracing::debug!(status = word(&event.value.status), attempts = event.attempts, "status read");
}

/// The status in words of our own.
fn word(status: &CallStatus) -> &str {
    match status {
        CallStatus::Queued | CallStatus::Calling | CallStatus::Success | CallStatus::Failure => {
            status.as_str()
        }
        CallStatus::Other(_) => "other",
    }
}

fn failed(error: &Error, span: &Span) {
    // Without an answer it is the transport that says what happened.
    let message = error.http_status().is_none().then(|| error.message());
    correlate(span, error.correlation_id());
    tracing::warn!(
        code = error.code().as_str(),
        http_status = error.http_status(),
        placement = error.placement().map(Placement::as_str),
        attempts = error.attempts(),
        transport = message.flatten(),
        "failed"
    );
}

fn outcome_of<T>(
    result: &Result<T, Error>,
    sid: impl Fn(&T) -> CallSid,
) -> Option<(Placement, Option<CallSid>)> {
    match result {
        Ok(value) => Some((Placement::Placed, Some(sid(value)))),
        Err(error) => Some((error.placement()?, error.call_sid().cloned())),
    }
}

impl Observed for Exchange<Trigger> {
    fn observe(event: &Self::Event, span: &Span) {
        match event {
            Progress::Retrying(event) => retrying(event),
            Progress::Done(Ok(event)) => placed(event, span),
            Progress::Done(Err(error)) => failed(error, span),
        }
    }

    fn outcome(event: &Self::Event) -> Option<(Placement, Option<CallSid>)> {
        match event {
            Progress::Retrying(_) => None,
            Progress::Done(result) => outcome_of(result, |done| done.value.call_sid.clone()),
        }
    }

    fn placement_if_dropped(&self) -> Option<Placement> {
        Self::placement_if_dropped(self)
    }
}

impl Observed for Exchange<StatusRead> {
    fn observe(event: &Self::Event, span: &Span) {
        match event {
            Progress::Retrying(event) => retrying(event),
            Progress::Done(Ok(event)) => read(event, span),
            Progress::Done(Err(error)) => failed(error, span),
        }
    }

    fn outcome(_: &Self::Event) -> Option<(Placement, Option<CallSid>)> {
        None
    }

    fn placement_if_dropped(&self) -> Option<Placement> {
        None
    }
}

impl Observed for Call {
    fn observe(event: &Self::Event, span: &Span) {
        match event {
            CallEvent::Placed(event) => placed(event, span),
            CallEvent::Retrying(event) => retrying(event),
            CallEvent::Status(change) => tracing::info!(status = word(&change.status), "status changed"),
            CallEvent::Regression(status) => {
                tracing::warn!(status = word(status), "a status that cannot follow was not believed");
            }
            CallEvent::Ended(Ok(end)) => {
                let correlation_id = end.correlation_id.as_deref();
                tracing::info!(correlation_id, status = word(&end.status), "call ended");
            }
            CallEvent::Ended(Err(error)) => failed(error, span),
        }
    }

    fn outcome(event: &Self::Event) -> Option<(Placement, Option<CallSid>)> {
        match event {
            CallEvent::Placed(event) => Some((Placement::Placed, Some(event.value.call_sid.clone()))),
            CallEvent::Ended(result) => outcome_of(result, |end| end.call_sid.clone()),
            CallEvent::Retrying(_) | CallEvent::Status(_) | CallEvent::Regression(_) => None,
        }
    }

    fn placement_if_dropped(&self) -> Option<Placement> {
        Self::placement_if_dropped(self)
    }
}

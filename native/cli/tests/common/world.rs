//! A campaign whose every moment is known: written into its database as a run would have, at times that are literal.

use std::time::Duration;

use polyai_outbound::campaign::{
    Attempt, Change, Database, Duplicates, ListImport, ListOptions, NewCampaign, Options, Outcome, Record,
    RedialRule, Rejects, Source, State, Store, StoreError, Tries, Turn, WaitRule,
};
use polyai_outbound::core::Reading;
use polyai_outbound::{CallSid, CallStatus, StatusChange, Timestamp};
use serde_json::json;

use super::list::Kept;

/// A row as it is written, and when.
pub(crate) struct Step {
    pub(crate) row: u64,
    pub(crate) at: &'static str,
    pub(crate) state: State,
    pub(crate) reason: &'static str,
    pub(crate) due_at: Option<&'static str>,
    pub(crate) wait: Option<WaitRule>,
    pub(crate) tries: Tries,
    pub(crate) attempt: Option<Attempt>,
    /// Readings of the attempt's call, and when each was made.
    pub(crate) statuses: &'static [(&'static str, &'static str, &'static str)],
}

/// An attempt that placed a call.
pub(crate) fn placed(number: u32, dialed_at: &str, placed_at: &str, sid: &str) -> Attempt {
    Attempt {
        outcome: Outcome::InProgress,
        placed_at: Some(at(placed_at)),
        call_sid: Some(CallSid::parse(sid).unwrap()),
        ..Attempt::intended(number, at(dialed_at))
    }
}

/// The same at its end, as it was read.
pub(crate) fn over(
    attempt: Attempt,
    ended_at: &str,
    reason: &str,
    disposition: Option<&'static str>,
) -> Attempt {
    let status = if disposition.is_some() { CallStatus::Failure } else { CallStatus::Success };
    let outcome = if disposition.is_some() { Outcome::Failure } else { Outcome::Success };
    Attempt {
        outcome,
        seen_at: Some(at(ended_at)),
        reading: Some(Reading { status, reason: reason.to_owned() }),
        ended_at: Some(at(ended_at)),
        disposition: disposition.map(Into::into),
        correlation_id: Some(format!("asked-{}", attempt.number)),
        ..attempt
    }
}

pub(crate) fn tries(attempts: u32, dials: u32, redials: &[(&str, u32)]) -> Tries {
    let redials = redials.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    Tries { attempts, dials, refusals: 0, redials }
}

pub(crate) fn at(text: &str) -> Timestamp {
    let at: jiff::Timestamp = text.parse().unwrap();
    Timestamp::from_millis(at.as_millisecond().try_into().unwrap())
}

/// A campaign `people` of the list `people.csv`, made at that moment, in which that has happened.
pub(crate) async fn write(kept: &Kept, made_at: &str, rules: &[&str], steps: Vec<Step>) {
    let mut database = Database::open(kept.database(), true).await.unwrap();
    let options = Options {
        redial: rules.iter().map(|it| it.parse::<RedialRule>().unwrap()).collect(),
        ..Options::default()
    };
    let list = kept.path("people.csv");
    let campaign = database
        .create_campaign(&NewCampaign {
            name: "people".to_owned(),
            created_at: at(made_at),
            options: json!({ "calling": options, "list": {}, "suppress": [] }).to_string(),
            service: "https://api.example.com (outbound API)".to_owned(),
            source: Source { file: "/lists/people.csv".to_owned(), size: 0, modified_at: None },
            duplicates: Duplicates::default(),
        })
        .await
        .unwrap();
    let list_options = ListOptions::default();
    let import = ListImport {
        list: &list,
        list_options: &list_options,
        options: &options,
        suppress: &[],
        now: at(made_at),
    };
    import.run(&mut database, campaign, Rejects::beside(&list), |_| ()).await.unwrap();
    let mut records: Vec<Record> = Vec::new();
    let each = |record| {
        records.push(record);
        Ok::<_, StoreError>(())
    };
    database.for_each_recipient(campaign, each).await.unwrap();
    let mut store = database.store(campaign).await.unwrap();
    for step in steps {
        let record = records.iter().find(|it| it.row == step.row).unwrap();
        let change = Change {
            id: record.id,
            row: step.row,
            state: step.state,
            due_at: step.due_at.map(at),
            wait: step.wait,
            reason: step.reason.to_owned(),
            tries: step.tries,
            attempt: step.attempt,
            statuses: step.statuses.iter().map(status).collect(),
            note: false,
        };
        let turn = Turn {
            now: at(step.at),
            changes: vec![change],
            breaker: None,
            not_again_within: Duration::ZERO,
            fetch: None,
        };
        store.turn(&turn).await.unwrap();
    }
    store.close().await.unwrap();
    database.close().await.unwrap();
}

fn status((at_, word, reason): &(&str, &str, &str)) -> StatusChange {
    StatusChange {
        status: CallStatus::from_word(word),
        reason: (*reason).to_owned(),
        at: at(at_),
        correlation_id: None,
    }
}

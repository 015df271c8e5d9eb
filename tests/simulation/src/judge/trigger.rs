//! Whether a request may leave.

use std::time::Duration;

use polyai_outbound_core::campaign::{FlightId, Purpose};
use polyai_outbound_core::{Method, Request, Timestamp};
use serde_json::Value;

use super::{Asked, Judge, Now, Promise, Stage, Verdict, Why, holds};

const DAY: Duration = Duration::from_secs(24 * 3600);

impl Judge {
    /// A request leaves the process; `now` by its clock.
    ///
    /// # Errors
    /// If it may not.
    pub fn leaves(&mut self, id: FlightId, request: &Request, real: Timestamp, now: Timestamp) -> Verdict {
        let row = self.place(id.recipient);
        let ledger = &self.rows[&row];
        let at = ledger.attempts.iter().position(|attempt| attempt.number == id.attempt);
        let at = at.filter(|_| !self.requests.contains_key(&id));
        let Some(attempt) = at else {
            return holds(Promise::IntentFirst, false, || {
                format!("row {row}: a request of which nobody knows")
            });
        };
        let trigger = request.method == Method::Post;
        let asked = Asked { row, attempt, trigger, left_at: real, answered: false, given_up: false };
        self.requests.insert(id, asked);
        let traced = self.traced(request)?;
        let held = &mut self.rows.get_mut(&row).expect("a row").attempts[attempt];
        held.ids.push(traced);
        let now = Now { told: now, real };
        if trigger || id.purpose != Purpose::Call {
            self.tries(id, trigger, now, &format!("row {row}"))?;
        }
        let held = &mut self.rows.get_mut(&row).expect("a row").attempts[attempt];
        if trigger {
            let saved = held.intent_id == Some(traced);
            holds(Promise::Traced, saved, || {
                format!(
                    "row {row}: sent under {traced}, and {:?} is saved",
                    self.rows[&row].attempts[attempt].intent_id
                )
            })?;
            self.trigger_leaves(row, attempt, request, now)
        } else {
            if id.purpose == Purpose::Call {
                held.followed_from.get_or_insert(real);
            }
            self.reading_leaves(row, attempt, request)
        }
    }

    fn reading_leaves(&self, row: usize, attempt: usize, request: &Request) -> Verdict {
        let sid = self.rows[&row].attempts[attempt].sid.as_deref();
        let asks = sid.is_some_and(|sid| request.url.contains(&format!("/{sid}")));
        holds(Promise::Evidence, asks, || format!("row {row}: reads {} and has {sid:?}", request.url))
    }

    fn trigger_leaves(&mut self, row: usize, attempt: usize, request: &Request, now: Now) -> Verdict {
        let ledger = &self.rows[&row];
        let held = &ledger.attempts[attempt];
        let who = || format!("row {row}, attempt {}", held.number);
        let ready = held.stage == Stage::Intended && held.told && held.incarnation == self.incarnation;
        holds(Promise::IntentFirst, ready, || format!("{}: its intent is not saved ({held:?})", who()))?;
        let may_not = self.may_not.or(self.draining.then_some("it calls nobody any more"));
        holds(Promise::Commands, may_not.is_none(), || {
            format!("{}: {}", who(), may_not.unwrap_or_default())
        })?;

        let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        let name = if self.speaks.0 { "toNumber" } else { "to_number" };
        let says =
            |pointer: &str| body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let right = says(&format!("/{name}")) == ledger.number && says("/metadata/row") == row.to_string();
        holds(Promise::Border, right, || format!("{}: calls somebody else", who()))?;

        self.number_may_be_sent(&ledger.phone, held.intended_at, &who())?;
        let Now { told: now, real } = now;
        let (not_before, not_after) = ledger.between;
        let open = self.rules.hours.allow(&ledger.zones, now, self.rules.margin);
        holds(Promise::Hours, open, || {
            format!("{}: {now:?} is outside its hours in {:?}: {:?}", who(), ledger.zones, self.rules.hours)
        })?;
        holds(Promise::Hours, not_before.is_none_or(|at| at <= now), || format!("{}: too early", who()))?;
        holds(Promise::Hours, not_after.is_none_or(|at| now < at), || format!("{}: too late", who()))?;
        holds(Promise::Hours, self.rules.until.is_none_or(|at| now < at), || {
            format!("{}: the campaign is over", who())
        })?;
        self.leaves.push(real);
        self.not_too_fast(real, &who())?;
        let ledger = self.rows.get_mut(&row).expect("a row");
        ledger.attempts[attempt].faults = self.outcomes.faults;
        ledger.attempts[attempt].stage = Stage::Left;
        ledger.attempts[attempt].left = true;
        Ok(())
    }

    /// The second line of defence: what may have reached the service counts, whatever its answer was taken for.
    fn number_may_be_sent(&self, number: &str, now: Now, who: &str) -> Verdict {
        let attempts = self.rows.values().filter(|it| it.phone == number).flat_map(|it| &it.attempts);
        let left = attempts.filter(|it| it.left && it.stage != Stage::NotPlaced(Why::NotSent));
        let today = left.filter(|it| now.since(it.intended_at) < DAY).count();
        holds(Promise::Number, today < self.rules.most_triggers as usize, || {
            format!("{who}: {today} triggers for its number may have reached the service in a day")
        })
    }

    /// Not more within any time than the rate allows: a bucket holds a tenth of a second's worth, and one at least; it is
    /// full again when the clock was set forward, and the store brings together what it keeps waiting.
    fn not_too_fast(&self, real: Timestamp, who: &str) -> Verdict {
        let (rate, ..) = self.rules.pace;
        let most = (rate / 10.0).max(1.0);
        for (first, from) in self.leaves.iter().enumerate() {
            // A trigger whose turn it was while the process stood still leaves when it goes on.
            let steps = self.jumps.iter().chain(&self.thaws);
            let jumps = steps.filter(|at| **at + self.slack() >= *from).count();
            let buckets = most * (1 + jumps) as f64;
            let time = real.since(*from) + self.slack();
            let allowed = time.as_secs_f64() * rate * 1.001 + buckets;
            let left = self.leaves.len() - first;
            holds(Promise::Rate, left as f64 <= allowed + 1e-6, || {
                format!("{who}: {left} triggers in {:?}, at {rate} a second", real.since(*from))
            })?;
        }
        Ok(())
    }

    fn slack(&self) -> Duration {
        Duration::from_millis(self.store_takes * 2 + 2)
    }
}

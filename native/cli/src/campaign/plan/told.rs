//! A plan, for people and for programs.

use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{EarlierRun, Imported, Options, Zones, local};
use serde_json::{Value, json};

use super::groups::ZoneRow;
use super::simulate::{CALL, Timing};
use crate::campaign::events::per_second;
use crate::campaign::memory::earlier;
use crate::campaign::moment::{here, rfc3339, span};
use crate::campaign::words::many;
use crate::campaign::{kept, prepare};
use crate::output::harmless;
use crate::table::table;

/// So many lines of a kind are shown to people; programs get all.
const SHOWN: usize = 20;
const YEAR: Duration = Duration::from_hours(366 * 24);

pub(super) struct Plan {
    pub(super) imported: Imported,
    /// Rows whose number another campaign of the database called recently.
    pub(super) recent: u64,
    /// Earlier runs that people of the list were on, and what the list is called.
    pub(super) earlier: Vec<EarlierRun>,
    pub(super) file: PathBuf,
    pub(super) refused_by: Vec<(String, u64)>,
    pub(super) zones: Vec<ZoneRow>,
    pub(super) timing: Timing,
    /// Rows of which only an area code says where they are.
    pub(super) by_area_code: u64,
    pub(super) options: Options,
    pub(super) now: Timestamp,
}

impl Plan {
    pub(super) fn for_people(&self) -> String {
        let mut text = prepare::told(&self.imported);
        let lists = prepare::suppression_told(&self.imported.suppression);
        for line in lists.chain(prepare::suppression_sum(&self.imported)) {
            let _ = write!(text, "\n{line}");
        }
        if self.recent > 0 {
            let _ = write!(text, "\n{}", prepare::told_recent(self.recent, self.options.not_again_within));
        }
        for line in earlier::planned(&self.file, &self.earlier) {
            let _ = write!(text, "\nWarning: {line}");
        }
        if !self.refused_by.is_empty() {
            let rows = self.refused_by.iter().take(SHOWN);
            let rows = rows.map(|(what, count)| vec![count.to_string(), harmless(what)]).collect();
            let _ = write!(text, "\n\n{}", table(&["#rows", "refused, because"], rows));
            more(&mut text, self.refused_by.len());
        }
        if !self.zones.is_empty() {
            let rows = self.zones.iter().take(SHOWN).map(|row| {
                let counts = row.counts;
                let other = counts.held + counts.expired;
                vec![counts.to_call.to_string(), other.to_string(), zones(&row.zones), self.window(row)]
            });
            let header = ["#to call", "#not", "zones, of which all must be within a window", "window"];
            let _ = write!(text, "\n\n{}", table(&header, rows.collect()));
            more(&mut text, self.zones.len());
        }
        if self.by_area_code > 0 {
            let rests = if self.by_area_code == 1 { "row rests" } else { "rows rest" };
            let _ = write!(
                text,
                "\n\n{} {rests} on an area code alone, which says where a number was given out;\n\
                 people move. Give the list a time_zone or a state, or use --zone-by country.",
                self.by_area_code
            );
        }
        let _ = write!(text, "\n\n{}", self.time());
        let options: Vec<_> =
            kept::told(&self.options).into_iter().map(|(flag, said)| format!("{flag} {said}")).collect();
        let _ = write!(
            text,
            "\nAssumed: {} a call, each row called once (no redials), nothing in the way. By: {}",
            span(CALL),
            options.join("; ")
        );
        text
    }

    fn window(&self, row: &ZoneRow) -> String {
        match row.opening {
            None if row.zones.is_empty() => "held: give these rows a time_zone".to_owned(),
            None => "held: their windows never meet; give these rows a time_zone".to_owned(),
            Some(opening) => match opening.zone {
                None => "at any time".to_owned(),
                // A span without an end is told with one that is far away.
                Some(_) if opening.opens_at <= self.now && opening.closes_at.since(self.now) > YEAR => {
                    "open, without an end".to_owned()
                }
                Some(zone) if opening.opens_at <= self.now => {
                    let first = row.zones.iter().next().unwrap_or(zone);
                    format!("open, until {}", local(opening.closes_at, first))
                }
                Some(zone) => format!("opens {}", local(opening.opens_at, zone)),
            },
        }
    }

    fn time(&self) -> String {
        let Timing { rate, begins_at, ends_at, called, unfit, beyond } = self.timing;
        let mut text = match (begins_at, ends_at) {
            (Some(begins_at), Some(ends_at)) => format!(
                "{} at {}: from {} to {} by this machine's clock, in {}.",
                many(called, "call", "calls"),
                per_second(rate),
                here(begins_at, self.now),
                here(ends_at, self.now),
                span(ends_at.since(self.now))
            ),
            (None, _) | (_, None) => "Nobody would be called.".to_owned(),
        };
        if called > 0 && rate < self.options.pace.rate {
            let most = self.options.pace.max_in_flight;
            let _ = write!(text, " (--max-in-flight {most} allows no more than that.)");
        }
        if unfit > 0 {
            let _ = write!(text, "\n{}", {
                if unfit == 1 {
                    "1 row does not fit: there is no time for it before its end".to_owned()
                } else {
                    format!("{unfit} rows do not fit: there is no time for them before their end")
                }
            });
            text.push_str(if self.options.until.is_some() { ", or --until." } else { "." });
        }
        if beyond > 0 {
            let _ = write!(text, "\n{} would not be called within 400 days.", many(beyond, "row", "rows"));
        }
        text
    }

    pub(super) fn to_json(&self) -> Value {
        let mut value = prepare::to_json(&self.imported);
        let zones: Vec<_> = self
            .zones
            .iter()
            .map(|row| {
                json!({
                    "zones": row.zones.iter().map(|zone| zone.name()).collect::<Vec<_>>(),
                    "rows": row.counts.rows,
                    "to_call": row.counts.to_call,
                    "held": row.counts.held,
                    "expired": row.counts.expired,
                    "opens_at": row.opening.map(|it| rfc3339(it.opens_at)),
                    "closes_at": row.opening.filter(|it| it.zone.is_some()).map(|it| rfc3339(it.closes_at)),
                })
            })
            .collect();
        let refused: Vec<_> =
            self.refused_by.iter().map(|(what, rows)| json!({ "what": what, "rows": rows })).collect();
        if let Some(fields) = value.as_object_mut() {
            fields.insert("type".to_owned(), json!("plan"));
            fields.insert("recently_called".to_owned(), json!(self.recent));
            fields.insert("earlier_runs".to_owned(), earlier::to_json(&self.earlier));
            fields.insert("refused_by".to_owned(), json!(refused));
            fields.insert("zones".to_owned(), json!(zones));
            fields.insert("by_area_code_alone".to_owned(), json!(self.by_area_code));
            fields.insert("calls".to_owned(), json!(self.timing.called));
            fields.insert("begins_at".to_owned(), json!(self.timing.begins_at.map(rfc3339)));
            fields.insert("ends_at".to_owned(), json!(self.timing.ends_at.map(rfc3339)));
            fields.insert("do_not_fit".to_owned(), json!(self.timing.unfit));
            fields.insert("beyond_400_days".to_owned(), json!(self.timing.beyond));
            fields.insert("options".to_owned(), json!(self.options));
            fields.insert(
                "assumed".to_owned(),
                json!({ "rate": self.timing.rate, "seconds_a_call": CALL.as_secs(), "redials": false }),
            );
        }
        value
    }
}

fn more(text: &mut String, all: usize) {
    if all > SHOWN {
        let _ = write!(text, "\n… and {} more (all of them with --json)", all - SHOWN);
    }
}

/// A few of them by name.
fn zones(zones: &Zones) -> String {
    const NAMED: usize = 3;
    if zones.is_empty() {
        return "unknown".to_owned();
    }
    let names: Vec<_> = zones.iter().take(NAMED).map(|zone| zone.name()).collect();
    match zones.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

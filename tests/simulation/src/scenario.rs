//! What befalls a world, as data drawn from its seed: options, rows, and what happens when. Parts of it can be left out.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono_tz::Tz;
use polyai_outbound_core::campaign::{
    CallingWindows, Command, Holiday, NewRecipient, Options, Pace, Priority, RedialRule, Zone,
};
use polyai_outbound_core::{AgentId, Api, Environment, Metadata, PhoneNumber, Timestamp};

use crate::chance::chance;
use crate::civil::Hours;
use crate::fault::{Fault, Whom};
use crate::people::{FAMILIES, NAMED, SCRIPTED, other_form};

/// What befalls a world.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it was drawn from.
    pub seed: u64,
    /// When it begins, by a clock that is right.
    pub start: Timestamp,
    /// Which dialect is spoken.
    pub api: Api,
    /// A 502 of the agents API means not placed there, and the process is told so.
    pub opted: bool,
    /// By how many millionths the clock of the process is wrong, and how it is at first, in milliseconds.
    pub drift: i64,
    /// By how many milliseconds the clock of the process is ahead at first, until it is set right.
    pub ahead: u64,
    /// How fast calls live.
    pub speed: f64,
    /// How many triggers a second the service accepts.
    pub service_rate: Option<f64>,
    /// How long a message is under way at most, in milliseconds.
    pub latency: u64,
    /// How long the store takes at most, in milliseconds.
    pub store_takes: u64,
    /// How the campaign is run.
    pub rules: Rules,
    /// Whom to call.
    pub rows: Vec<Row>,
    /// What happens.
    pub happenings: Vec<Happening>,
}

/// How a campaign is run, in words that the judge has no part of the product for.
#[derive(Clone, Debug)]
pub struct Rules {
    /// When people may be called; none for at any time.
    pub hours: Hours,
    /// What has to be left of an hour, in milliseconds.
    pub margin: u64,
    /// Until when.
    pub until: Option<Timestamp>,
    /// Calls a second, calls at a time, triggers at a time.
    pub pace: (f64, u32, u32),
    /// Which endings are followed by another call: name, times, seconds.
    pub redial: Vec<(&'static str, u32, u64)>,
    /// Dials of a recipient, dials of a number in a day, refusals.
    pub most: (u32, u32, u32),
    /// Triggers for a number in a day that may have reached the service.
    pub most_triggers: u32,
}

/// One row of the list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number.
    pub number: String,
    /// Where such a number may be.
    pub zones: Vec<Tz>,
    /// Where it says that it is.
    pub named: Option<Tz>,
    /// Not before, not from then on.
    pub between: (Option<Timestamp>, Option<Timestamp>),
    /// Who comes first.
    pub priority: u8,
}

/// When something happens: so long after the beginning, or after that trigger left.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// After the beginning, in milliseconds.
    At(u64),
    /// After the trigger of that number.
    Trigger(u32),
}

/// Something that happens.
#[derive(Clone, Copy, Debug)]
pub struct Happening {
    /// When.
    pub when: When,
    /// What.
    pub what: What,
}

/// What can happen.
#[derive(Clone, Copy, Debug)]
pub enum What {
    /// The process ends after so many more effects, and another begins after so many milliseconds.
    Crash { effects: u32, down: u64 },
    /// A person gives a command.
    Command(Command),
    /// The number of that row is put on the suppression list.
    Suppress(usize),
    /// The clock of the process is set, by so many milliseconds.
    Jump(i64),
    /// The clock of the process is set right.
    SetRight,
    /// The store fails for so long; it may do what it is asked all the same.
    StoreFails { lasts: u64, having_done: bool },
    /// The suppression list cannot be read for so long.
    Blocked { lasts: u64 },
    /// Another campaign calls the number of that row for so long.
    Elsewhere { row: usize, lasts: u64 },
    /// The process stands still for so long, and whether it looks at the time before it looks at what came meanwhile.
    Freeze { lasts: u64, time_first: bool },
    /// Such requests fare like this for so long, that many in a hundred.
    Weather { fault: Fault, whom: Whom, percent: u8, lasts: u64 },
    /// Ctrl-C, once; begun again after so long.
    Drain { down: u64 },
    /// Ctrl-C, twice.
    Stop { down: u64 },
}

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
/// Moments around which clocks are set somewhere, and one at which nothing is: 2026-11-24.
const BEGINNINGS: [u64; 5] =
    [1_795_521_600_000, 1_804_896_000_000, 1_806_105_600_000, 1_792_800_000_000, 1_806_710_400_000];

impl Scenario {
    /// The scenario of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut rng = chance(&[seed, 1]);
        let start =
            Timestamp::from_millis(BEGINNINGS[rng.usize(..BEGINNINGS.len())] + rng.u64(..72) * HOUR / 2);
        let rules = rules(&mut rng, start);
        let rows = rows(&mut chance(&[seed, 2]), start);
        let mut happenings = happenings(&mut chance(&[seed, 3]), rows.len());
        let ahead = ahead(&mut chance(&[seed, 11]), rows.len(), &mut happenings);
        let agents = rng.u8(..4) == 0;
        let agent = AgentId::new("agent-7").ok().filter(|_| agents);
        Self {
            seed,
            start,
            api: agent
                .map_or(Api::Outbound, |agent_id| Api::Agents { agent_id, environment: Environment::Live }),
            opted: agents && rng.bool(),
            drift: if rng.bool() { 0 } else { rng.i64(-300..=300) },
            ahead: ahead.unwrap_or_default(),
            speed: pick(&mut rng, [1.0, 4.0, 10.0, 40.0]),
            service_rate: (rng.u8(..5) == 0).then(|| 0.2 + rng.f64()),
            latency: pick(&mut rng, [2, 20, 300, 3_000]),
            store_takes: pick(&mut rng, [0, 0, 5, 2_000, 20_000]),
            rules,
            rows,
            happenings,
        }
    }

    /// Of how many parts it consists that can be left out: rows, then what happens, then a few circumstances.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.rows.len() + self.happenings.len() + CIRCUMSTANCES
    }

    /// The same without some of its parts. Rows keep their numbers.
    #[must_use]
    pub fn without(&self, parts: &BTreeSet<usize>) -> Self {
        let mut less = self.clone();
        let (rows, happenings) = (self.rows.len(), self.happenings.len());
        for (at, row) in less.rows.iter_mut().enumerate() {
            if parts.contains(&at) {
                row.number.clear();
            }
        }
        let mut at = rows;
        less.happenings.retain(|_| {
            at += 1;
            !parts.contains(&(at - 1))
        });
        let circumstance = |nth| parts.contains(&(rows + happenings + nth));
        if circumstance(0) {
            less.drift = 0;
        }
        if circumstance(1) {
            less.service_rate = None;
        }
        if circumstance(2) {
            less.latency = 2;
        }
        if circumstance(3) {
            less.store_takes = 0;
        }
        if circumstance(4) {
            less.rules.redial.clear();
        }
        if circumstance(5) {
            less.rules.hours = Hours::default();
        }
        if circumstance(6) {
            less.rules.until = None;
        }
        if circumstance(7) {
            less.api = Api::Outbound;
            less.opted = false;
        }
        if circumstance(8) {
            less.opted = false;
        }
        if circumstance(9) {
            less.ahead = 0;
        }
        less
    }

    /// The rules as the product reads them.
    #[must_use]
    pub fn options(&self) -> Options {
        let Rules { hours, margin, until, pace, redial, most, most_triggers } = &self.rules;
        let windows = if hours.spans.is_empty() {
            CallingWindows::always("nobody is called here")
        } else {
            let holidays =
                hours.holidays.iter().map(|date| Holiday::parse(&date.to_string()).expect("a date"));
            CallingWindows::parse(&hours.written()).map(|windows| windows.with_holidays(holidays))
        };
        let rule = |(name, times, seconds): &(&str, u32, u64)| {
            format!("{name}={times}x{seconds}s").parse::<RedialRule>().expect("a rule")
        };
        Options {
            windows: windows.expect("windows"),
            window_margin: Duration::from_millis(*margin),
            until: *until,
            pace: Pace { rate: pace.0, max_in_flight: pace.1, max_dialing: pace.2 },
            redial: redial.iter().map(rule).collect(),
            max_attempts: most.0,
            max_per_number: most.1,
            max_refusals: most.2,
            max_triggers_per_number: *most_triggers,
            ..Options::default()
        }
    }

    /// The rows as the product takes them, with their places in the list.
    #[must_use]
    pub fn recipients(&self) -> Vec<(usize, NewRecipient)> {
        let rows = self.rows.iter().enumerate().filter(|(_, row)| !row.number.is_empty());
        rows.map(|(at, row)| {
            let number = PhoneNumber::parse(&row.number).expect("a number");
            let mut recipient = NewRecipient::new(at as u64, number);
            recipient.time_zone = row.named.map(|zone| Zone::parse(zone.name()).expect("a zone"));
            (recipient.not_before, recipient.not_after) = row.between;
            recipient.priority = Priority::new(row.priority).expect("a priority");
            let metadata = [("row", at.to_string()), ("secret", format!("{SECRET}{at}"))];
            recipient.metadata = Metadata::new(metadata).expect("metadata");
            (at, recipient)
        })
        .collect()
    }
}

/// What the metadata of a row says that nobody else may.
pub const SECRET: &str = "knows-the-way-";
const CIRCUMSTANCES: usize = 10;

fn pick<T: Copy, const N: usize>(rng: &mut fastrand::Rng, of: [T; N]) -> T {
    of[rng.usize(..N)]
}

/// Anything up to one of these: what is short is as likely as what is long.
fn up_to<const N: usize>(rng: &mut fastrand::Rng, bounds: [u64; N]) -> u64 {
    let bound = pick(rng, bounds);
    rng.u64(..=bound)
}

fn rules(rng: &mut fastrand::Rng, start: Timestamp) -> Rules {
    let mut spans = Vec::new();
    if rng.bool() {
        for _ in 0..=rng.usize(..2) {
            let from = rng.u16(0..80) * 15;
            // Short ones as well, so that they close in the middle of things.
            let longest = pick(rng, [1, 2, 80, 80]);
            let to = from + rng.u16(1..=longest).min(92 - from / 15) * 15;
            let days = if rng.bool() { 0b111_1111 } else { rng.u8(1..=0b111_1111) };
            spans.push((days, from, to));
        }
    }
    let date = |days| chrono::DateTime::from_timestamp_millis((start.as_millis() + days * 24 * HOUR) as i64);
    let holiday = date(rng.u64(..3)).map(|moment| moment.date_naive());
    let mut redial = Vec::new();
    for name in ["no-answer", "busy", "congestion", "failure"] {
        if rng.u8(..3) == 0 {
            redial.push((name, rng.u32(1..=3), pick(rng, [60, 90, 600, 7_200])));
        }
    }
    let few = |rng: &mut fastrand::Rng| pick(rng, [1, 2, 3, 10]);
    let most = (few(rng), few(rng), rng.u32(..4));
    Rules {
        hours: Hours { spans, holidays: holiday.into_iter().filter(|_| rng.u8(..4) == 0).collect() },
        margin: pick(rng, [0, MINUTE, 5 * MINUTE]),
        until: (rng.u8(..4) > 0).then(|| start + Duration::from_millis(rng.u64(HOUR..40 * HOUR))),
        pace: (pick(rng, [0.2, 1.0, 3.0, 30.0]), few(rng), few(rng)),
        redial,
        most,
        most_triggers: most.1.max(pick(rng, [1, 3, 10])),
    }
}

fn rows(rng: &mut fastrand::Rng, start: Timestamp) -> Vec<Row> {
    let most = pick(rng, [2, 6, 6, 12, 30]);
    let mut rows: Vec<Row> = Vec::new();
    for _ in 0..rng.usize(1..=most) {
        let known = rng.usize(..8) == 0 && !rows.is_empty();
        let (number, zones) = if known {
            let same = &rows[rng.usize(..rows.len())];
            let other = other_form(&same.number).filter(|_| rng.bool());
            (other.unwrap_or_else(|| same.number.clone()), same.zones.clone())
        } else {
            let family =
                &FAMILIES[if rng.bool() { rng.usize(..SCRIPTED) } else { rng.usize(..FAMILIES.len()) }];
            // Some numbers are refused for ever, or called for six hours.
            let script = pick(
                rng,
                [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26],
            );
            let end = if family.digits == 1 { rng.u8(..10).to_string() } else { format!("{script:02}") };
            (format!("{}{end}", family.prefix), family.zones.to_vec())
        };
        let moment = |rng: &mut fastrand::Rng, one_in: u8| {
            (rng.u8(..one_in) == 0).then(|| start + Duration::from_millis(rng.u64(..6 * HOUR)))
        };
        rows.push(Row {
            number,
            zones,
            named: (rng.u8(..4) == 0).then(|| NAMED[rng.usize(..NAMED.len())]),
            between: (moment(rng, 8), moment(rng, 8)),
            priority: rng.u8(..10),
        });
    }
    rows
}

/// Some clocks are ahead at first, by days or years, and are set right while calls are made.
fn ahead(rng: &mut fastrand::Rng, rows: usize, happenings: &mut Vec<Happening>) -> Option<u64> {
    const YEAR: u64 = 365 * 24 * HOUR;
    if rng.u8(..6) > 0 {
        return None;
    }
    let when = match rng.u8(..3) {
        0 => When::At(up_to(rng, [MINUTE, HOUR, 4 * HOUR, 30 * HOUR])),
        _ => When::Trigger(rng.u32(1..=1 + rows as u32)),
    };
    let ahead = pick(rng, [2 * HOUR, 3 * 24 * HOUR, YEAR, 10 * YEAR]);
    happenings.push(Happening { when, what: What::SetRight });
    // At the latest then: not every world has so many triggers.
    happenings.push(Happening { when: When::At(40 * HOUR), what: What::SetRight });
    // The number of a row is called by somebody else while the clock is wrong.
    if rng.bool() {
        let what = What::Elsewhere { row: rng.usize(..rows), lasts: up_to(rng, [1_000, 10 * MINUTE]) };
        happenings.push(Happening { when: When::At(0), what });
    }
    Some(ahead)
}

fn happenings(rng: &mut fastrand::Rng, rows: usize) -> Vec<Happening> {
    let most = pick(rng, [1, 3, 8, 16]);
    let mut happenings = Vec::new();
    for _ in 0..rng.usize(..=most) {
        let when = match rng.u8(..3) {
            0 => When::At(up_to(rng, [MINUTE, HOUR, 4 * HOUR, 30 * HOUR])),
            _ => When::Trigger(rng.u32(1..=1 + rows as u32)),
        };
        let lasts = up_to(rng, [1_000, 20_000, 10 * MINUTE, 3 * HOUR]);
        let down = up_to(rng, [1_000, MINUTE, HOUR, 4 * HOUR]);
        let row = rng.usize(..rows);
        let whom = pick(rng, [Whom::All, Whom::All, Whom::Triggers, Whom::Readings]);
        let what = match rng.u8(..40) {
            0..6 => What::Crash { effects: rng.u32(..8), down },
            6 => What::Command(Command::Pause),
            7 | 8 => What::Command(Command::Run),
            9 if rng.bool() => What::Command(Command::Cancel),
            9 | 10 => What::Suppress(row),
            11 | 22 | 23 => What::Jump(pick(rng, [3_600_000, -3_600_000, 90_000, -90_000, -86_400_000])),
            12 | 13 | 24 | 25 => What::StoreFails { lasts, having_done: rng.bool() },
            14 => What::Blocked { lasts },
            15 => What::Elsewhere { row, lasts },
            16 => What::Drain { down },
            17 => What::Stop { down },
            18 | 19 => What::Freeze { lasts, time_first: rng.bool() },
            20 | 21 => {
                let fault = pick(rng, Fault::OUTAGES);
                let lasts = up_to(rng, [MINUTE, 10 * MINUTE, HOUR]);
                What::Weather { fault, whom, percent: 100, lasts }
            }
            _ => {
                let fault = pick(rng, Fault::ALL);
                What::Weather { fault, whom, percent: pick(rng, [5, 30, 100]), lasts }
            }
        };
        happenings.push(Happening { when, what });
    }
    happenings
}

//! What the clocks on people's walls show, and whether they are within calling windows: a second reading of both.

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use polyai_outbound_core::Timestamp;
use polyai_outbound_core::campaign::{CallingWindows, Zone};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Windows as they are written, taken apart.
pub(crate) struct Hours {
    /// Day of the week from Monday; minutes of the day from the first to before the second.
    spans: Vec<(usize, u32, u32)>,
    holidays: Vec<String>,
}

impl Hours {
    /// Of windows; nothing, if people may be called at any time.
    pub(crate) fn of(windows: &CallingWindows) -> Option<Self> {
        if windows.reason().is_some() {
            return None;
        }
        let mut spans = Vec::new();
        for window in windows.windows() {
            let (days, hours) = window.split_once(' ').unwrap();
            let (start, end) = hours.split_once('-').unwrap();
            for part in days.split(',') {
                let (first, last) = part.split_once('-').unwrap_or((part, part));
                let at = |day| DAYS.iter().position(|it| *it == day).unwrap();
                for day in at(first)..=at(last) {
                    spans.push((day, minutes(start), minutes(end)));
                }
            }
        }
        assert!(!spans.is_empty() && spans.iter().all(|(_, start, end)| start < end && *end <= 1440));
        Some(Self { spans, holidays: windows.holidays().map(|it| it.to_string()).collect() })
    }

    /// Whether the clocks of all these zones are inside then.
    pub(crate) fn are_inside(&self, zones: &[Zone], at: Timestamp) -> bool {
        zones.iter().all(|zone| {
            let civil = civil(*zone, at);
            let minute =
                u32::from(civil.hour().unsigned_abs()) * 60 + u32::from(civil.minute().unsigned_abs());
            let day = usize::from(civil.weekday().to_monday_zero_offset().unsigned_abs());
            !self.holidays.contains(&civil.date().to_string())
                && self.spans.iter().any(|it| it.0 == day && (it.1..it.2).contains(&minute))
        })
    }
}

fn minutes(time: &str) -> u32 {
    let (hour, minute) = time.split_once(':').unwrap();
    hour.parse::<u32>().unwrap() * 60 + minute.parse::<u32>().unwrap()
}

/// The end of the year 9000: what is later, calendars are not asked about.
pub(crate) const LATEST: u64 = 221_876_841_600_000;

fn civil(zone: Zone, at: Timestamp) -> DateTime {
    let rules: TimeZone = TimeZoneDatabase::bundled().get(zone.name()).unwrap();
    rules.to_datetime(jiff::Timestamp::from_millisecond(i64::try_from(at.as_millis()).unwrap()).unwrap())
}

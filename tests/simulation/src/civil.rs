//! Calling windows a second time, by another library's zones and another way of looking: is it open at this moment?

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use polyai_outbound_core::Timestamp;

/// Hours of a week in which people may be called; none for at any time.
#[derive(Clone, Debug, Default)]
pub struct Hours {
    /// Which days (bit 0 is Monday), from which minute of the day to before which.
    pub spans: Vec<(u8, u16, u16)>,
    /// On which nobody is called.
    pub holidays: Vec<NaiveDate>,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Hours {
    /// As the product reads them.
    #[must_use]
    pub fn written(&self) -> Vec<String> {
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let spans = self.spans.iter().map(|(days, from, to)| {
            let days: Vec<_> = (0..7).filter(|day| days >> day & 1 == 1).map(|day| DAYS[day]).collect();
            format!("{} {}-{}", days.join(","), time(*from), time(*to))
        });
        spans.collect()
    }

    fn open(&self, zone: Tz, at: Timestamp) -> bool {
        let moment = DateTime::<Utc>::from_timestamp_millis(i64::try_from(at.as_millis()).unwrap_or(0));
        let Some(there) = moment.map(|moment| moment.with_timezone(&zone)) else { return false };
        let day = there.weekday().num_days_from_monday();
        let minute = u16::try_from(there.hour() * 60 + there.minute()).unwrap_or(u16::MAX);
        !self.holidays.contains(&there.date_naive())
            && self
                .spans
                .iter()
                .any(|(days, from, to)| days >> day & 1 == 1 && (*from..*to).contains(&minute))
    }

    /// Whether somebody who may be in any of these zones may be called at that moment, with that many milliseconds left.
    #[must_use]
    pub fn allow(&self, zones: &[Tz], at: Timestamp, margin: u64) -> bool {
        if self.spans.is_empty() {
            return true;
        }
        // Spans are of quarters of an hour at least, so looking every five minutes misses none.
        let last = at.as_millis() + margin;
        let looks =
            (at.as_millis()..last).step_by(300_000).chain([last.saturating_sub(u64::from(margin > 0))]);
        let mut looks = looks.map(Timestamp::from_millis);
        !zones.is_empty() && looks.all(|look| zones.iter().all(|zone| self.open(*zone, look)))
    }

    /// Whether there is such a moment from the one to before the other, as far as a look every so often tells.
    #[must_use]
    pub fn allow_within(
        &self,
        zones: &[Tz],
        from: Timestamp,
        to: Timestamp,
        margin: u64,
        every: usize,
    ) -> bool {
        let looks = (from.as_millis()..to.as_millis()).step_by(every);
        looks.map(Timestamp::from_millis).any(|look| self.allow(zones, look, margin))
    }
}

//! What the clocks show where a recipient is, or may be.

use polyai_outbound::Timestamp;
use polyai_outbound::campaign::{Record, Zone, ZoneBy, Zones};

use crate::campaign::words::{clock, many};

pub(super) struct Clocks {
    zones: Zones,
    by: By,
}

/// What says so.
#[derive(Clone, Copy)]
enum By {
    List,
    Number,
    NumberAndState,
    Country,
}

impl Clocks {
    pub(super) fn of(record: &Record, zone_by: ZoneBy) -> Self {
        let by = match (record.time_zone, zone_by, record.also_in.is_empty()) {
            (Some(_), _, _) => By::List,
            (None, ZoneBy::Country, _) => By::Country,
            (None, ZoneBy::AreaCode, false) => By::NumberAndState,
            (None, ZoneBy::AreaCode, true) => By::Number,
        };
        Self { zones: record.zones(zone_by), by }
    }

    pub(super) const fn zones(&self) -> &Zones {
        &self.zones
    }

    /// Where that is.
    pub(super) fn sentence(&self) -> String {
        const SHOWN: usize = 3;
        let names: Vec<_> = self.zones.iter().take(SHOWN).map(Zone::name).collect();
        let names = names.join(", ");
        let by = match self.by {
            By::List => return format!("by the list it is in {names}"),
            By::Number => "by its number",
            By::NumberAndState => "by its number and its state",
            By::Country => "by the country of its number (--zone-by)",
        };
        match self.zones.len() {
            0 => "in which time zone it is nobody knows".to_owned(),
            1 => format!("{by} it is in {names}"),
            2..=SHOWN => format!("{by} it may be in {names}"),
            all => {
                let others = many((all - SHOWN) as u64, "other zone", "other zones");
                format!("{by} it may be in {names} or {others}")
            }
        }
    }

    pub(super) fn utc(&self, at: Timestamp) -> String {
        clock(at, 0, "%Y-%m-%d %H:%M:%S")
    }

    /// What the clocks there show; from the earliest to the latest, if they differ.
    pub(super) fn local(&self, at: Timestamp) -> String {
        const FORM: &str = "%a %Y-%m-%d %H:%M:%S";
        let offsets = || self.zones.iter().map(|zone| zone.offset_seconds(at));
        let (Some(least), Some(most)) = (offsets().min(), offsets().max()) else { return "?".to_owned() };
        let from = clock(at, least, FORM);
        if least == most {
            return from;
        }
        let same_day = clock(at, least, "%F") == clock(at, most, "%F");
        format!("{from} to {}", clock(at, most, if same_day { "%H:%M:%S" } else { FORM }))
    }

    /// A moment to come, in a sentence.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        let utc = format!("{} UTC", self.utc(at));
        match self.zones.len() {
            0 => utc,
            _ => format!("{} there ({utc})", self.local(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_differ_are_told_from_the_earliest_to_the_latest() {
        let at = Timestamp::from_millis(1_782_907_200_000); // 2026-07-01T12:00:00Z
        let clocks = |zones: &[&str]| Clocks {
            zones: zones.iter().map(|it| Zone::parse(it).unwrap()).collect(),
            by: By::Number,
        };
        assert_eq!(clocks(&["Europe/London"]).local(at), "Wed 2026-07-01 13:00:00");
        assert_eq!(
            clocks(&["America/Chicago", "America/New_York"]).local(at),
            "Wed 2026-07-01 07:00:00 to 08:00:00"
        );
        assert_eq!(
            clocks(&["Pacific/Honolulu", "Pacific/Auckland"]).local(at),
            "Wed 2026-07-01 02:00:00 to Thu 2026-07-02 00:00:00"
        );
        assert_eq!(clocks(&[]).moment(at), "2026-07-01 12:00:00 UTC");
    }
}

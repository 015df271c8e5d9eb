//! When a recipient is called: the one place where all rules about time are put together.

use super::{
    Calendar, NewRecipient, Opening, Options, Recipient, Standing, State, WaitRule, Zone, ZoneBy, Zones,
};
use crate::{PhoneNumber, Timestamp};

/// Says when recipients are to be called by a campaign's options.
pub struct Planner {
    calendar: Calendar,
    zone_by: ZoneBy,
    until: Option<Timestamp>,
}

/// When a recipient is to be called, at the earliest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// At that moment; if a window decides it, with the zone in which it opens.
    At(Timestamp, Option<Zone>),
    /// There is no such moment.
    Never(WaitRule),
    /// There is one, but the recipient's time is over by then, or the campaign's.
    TooLate { at: Timestamp, zone: Option<Zone>, end: Timestamp, of_campaign: bool },
}

/// What of a recipient decides when it is called.
#[derive(Clone, Copy)]
pub(super) struct Whom<'a> {
    pub(super) to_number: &'a PhoneNumber,
    pub(super) time_zone: Option<Zone>,
    pub(super) also_in: &'a Zones,
    pub(super) not_before: Option<Timestamp>,
    pub(super) not_after: Option<Timestamp>,
}

impl Recipient {
    pub(super) const fn whom(&self) -> Whom<'_> {
        Whom {
            to_number: &self.to_number,
            time_zone: self.time_zone,
            also_in: &self.also_in,
            not_before: self.not_before,
            not_after: self.not_after,
        }
    }
}

impl Planner {
    /// One that plans by these options.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        Self {
            calendar: Calendar::new(options.windows.clone(), options.window_margin),
            zone_by: options.zone_by,
            until: options.until,
        }
    }

    /// Where a row stands when it is added to a campaign.
    pub fn first(&mut self, now: Timestamp, recipient: &NewRecipient) -> Standing {
        let whom = Whom {
            to_number: &recipient.to_number,
            time_zone: recipient.time_zone,
            also_in: &recipient.also_in,
            not_before: recipient.not_before,
            not_after: recipient.not_after,
        };
        self.standing(now, whom, now, None)
    }

    /// The first moment at or after `earliest` at which the recipient may be called.
    pub(super) fn when(&mut self, whom: Whom<'_>, earliest: Timestamp) -> When {
        let earliest = earliest.max(whom.not_before.unwrap_or(earliest));
        let zones = self.zone_by.zones(whom.to_number, whom.time_zone, whom.also_in);
        let Some(Opening { opens_at, zone, .. }) = self.calendar.opening(&zones, earliest) else {
            return When::Never(if zones.is_empty() { WaitRule::ZoneUnknown } else { WaitRule::NoWindow });
        };
        let at = opens_at.max(earliest);
        let zone = zone.filter(|_| at > earliest);
        let end = match (whom.not_after, self.until) {
            (Some(own), Some(until)) if own <= until => Some((own, false)),
            (_, Some(until)) => Some((until, true)),
            (Some(own), None) => Some((own, false)),
            (None, None) => None,
        };
        match end {
            Some((end, of_campaign)) if at >= end => When::TooLate { at, zone, end, of_campaign },
            Some(_) | None => When::At(at, zone),
        }
    }

    /// Where a recipient stands that is not to be called before `earliest`, which is so by that rule.
    pub(super) fn standing(
        &mut self,
        now: Timestamp,
        whom: Whom<'_>,
        earliest: Timestamp,
        rule: Option<(WaitRule, String)>,
    ) -> Standing {
        let scheduled =
            |at, wait, reason| Standing { state: State::Scheduled, due_at: Some(at), wait, reason };
        match self.when(whom, earliest) {
            When::At(at, Some(zone)) => {
                let reason = format!("waits for its calling window, which opens {}", local(at, zone));
                scheduled(at, Some(WaitRule::Window), reason)
            }
            When::At(at, None) if at <= now => scheduled(at, None, "is to be called as soon as the pace allows".to_owned()),
            When::At(at, None) => match rule {
                Some((rule, reason)) if at <= earliest => scheduled(at, Some(rule), reason),
                Some(_) | None => {
                    let reason = format!("is not to be called before {}", whole(at, whom.time_zone));
                    scheduled(at, Some(WaitRule::NotBefore), reason)
                }
            },
            When::Never(wait) => Standing {
                state: State::Held,
                due_at: None,
                wait: Some(wait),
                reason: match wait {
                    WaitRule::ZoneUnknown => {
                        "nobody knows in which time zone this number is: give its time_zone".to_owned()
                    }
                    WaitRule::NoWindow
                    | WaitRule::NotBefore
                    | WaitRule::Window
                    | WaitRule::Redial
                    | WaitRule::Retry
                    | WaitRule::NumberCap
                    | WaitRule::SameNumber
                    | WaitRule::RecentCall => {
                        "there is no moment within the calling windows of every zone that this number may be in: \
                         give its time_zone"
                            .to_owned()
                    }
                },
            },
            When::TooLate { at, zone, end, of_campaign } => Standing {
                state: State::Expired,
                due_at: None,
                wait: None,
                reason: too_late(at, zone, end, of_campaign, whom.time_zone),
            },
        }
    }
}

/// Why there is no call any more.
fn too_late(
    at: Timestamp,
    zone: Option<Zone>,
    end: Timestamp,
    of_campaign: bool,
    own: Option<Zone>,
) -> String {
    let whose = if of_campaign { "the campaign calls nobody from" } else { "it is not to be called from" };
    let end = whole(end, own);
    match zone {
        Some(zone) => format!("{whose} {end} on, and its next calling window opens {}", local(at, zone)),
        None => format!("{whose} {end} on"),
    }
}

/// A moment as people in that zone would say it.
#[must_use]
pub fn local(at: Timestamp, zone: Zone) -> String {
    format!("{} ({})", civil(at, zone.offset_seconds(at)), zone.name())
}

/// The same in the recipient's own zone if that is known, else in UTC.
pub(super) fn whole(at: Timestamp, zone: Option<Zone>) -> String {
    zone.map_or_else(|| format!("{} UTC", civil(at, 0)), |zone| local(at, zone))
}

fn civil(at: Timestamp, offset_seconds: i32) -> String {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    let moment = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    let offset = jiff::tz::Offset::from_seconds(offset_seconds).unwrap_or(jiff::tz::Offset::UTC);
    offset.to_datetime(moment).strftime("%Y-%m-%d %H:%M").to_string()
}

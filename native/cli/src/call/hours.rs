//! Decent hours for a single call: nobody is rung at night because somebody far away forgot the clock there.

use polyai_outbound::campaign::read_number;
use polyai_outbound::core::campaign::{Zone, Zones};
use polyai_outbound::{Destination, Timestamp};

use crate::campaign::ask::{self, Answer};
use crate::failure::Failure;

/// Minutes of the day from which, and until which, people are called; on every day of the week.
const DECENT: (i64, i64) = (8 * 60, 21 * 60);

/// Sentence about a number of no place.
pub(super) const NOWHERE: &str = "Nobody knows what time it is where this number is";

/// Returns true if it is not known in which zone a number may be.
pub(super) fn is_nowhere(destination: &Destination) -> bool {
    zones(destination).is_empty()
}

/// What speaks against calling the number now; nothing where it is a decent hour in every zone that it may be in.
fn objection(zones: &Zones, now: Timestamp) -> Option<String> {
    if zones.is_empty() {
        return Some(NOWHERE.to_owned());
    }
    let late = zones.iter().map(|zone| (minute_of_day(zone, now), zone));
    let (minute, zone) = late.into_iter().find(|(minute, _)| !(DECENT.0..DECENT.1).contains(minute))?;
    let place = zone.name().replace('_', " ");
    Some(format!("It is {:02}:{:02} in {place}, where this number may be", minute / 60, minute % 60))
}

fn minute_of_day(zone: Zone, now: Timestamp) -> i64 {
    let utc = i64::try_from(now.as_millis() / 1000).unwrap_or_default();
    (utc + i64::from(zone.offset_seconds(now))).div_euclid(60).rem_euclid(24 * 60)
}

/// The zones that the number may be in; none if it cannot be told which number it is.
fn zones(destination: &Destination) -> Zones {
    match destination {
        Destination::E164(number) => Zones::of(number),
        Destination::National { number, country } => read_number(number.as_str(), Some(*country))
            .map_or_else(|_| Zones::from_iter([]), |number| Zones::of(&number)),
    }
}

/// Answer to whether the number may be called now: at a decent hour, or because a person at the terminal says so.
pub(super) fn confirmed(destination: &Destination, now: Timestamp) -> Result<Answer, Failure> {
    let Some(objection) = objection(&zones(destination), now) else { return Ok(Answer::Yes) };
    let unasked = format!(
        "{objection}; people are called from 08:00 to 21:00. No call was placed. Call at another hour, or give \
         --anytime to call now"
    );
    ask::confirmed(&format!("{objection}. Call anyway?"), &unasked)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noon in London, on a day of winter.
    const NOON: Timestamp = Timestamp::from_millis(1_796_126_400_000);
    const HOUR: u64 = 3_600_000;

    fn said(number: &str, country: Option<&str>, hours: u64) -> Option<String> {
        let now = Timestamp::from_millis(NOON.as_millis() + hours * HOUR);
        objection(&zones(&Destination::parse(number, country).unwrap()), now)
    }

    #[test]
    fn an_hour_is_decent_if_it_is_so_in_every_zone_of_the_number() {
        for (number, country, hours, expected) in [
            ("+442079460134", None, 0, None),
            ("+442079460134", None, 8, None),
            ("+442079460134", None, 9, Some("21:00 in Europe/")),
            ("+442079460134", None, 19, Some("07:00 in Europe/")),
            ("+442079460134", None, 20, None),
            ("020 8366 1177", Some("GB"), 8, None),
            ("020 8366 1177", Some("GB"), 9, Some("21:00 in Europe/")),
            ("+12125550134", None, 0, Some("07:00 in America/New York")),
            ("+12125550134", None, 1, None),
            ("(212) 555-0134", Some("US"), 0, Some("07:00 in America/New York")),
            ("+14155550134", None, 3, Some("07:00 in America/Los Angeles")),
            ("+81312345678", None, 0, Some("21:00 in Asia/Tokyo")),
            // Half past five, and a quarter to six, ahead.
            ("+911123456789", None, 3, None),
            ("+911123456789", None, 4, Some("21:30 in Asia/")),
            ("+97714123456", None, 3, None),
            // An Australian mobile may be in Perth, where it is three hours earlier than in Sydney, or on the Cocos Islands.
            ("+61412345678", None, 22, Some("21:00 in A")),
            ("+61412345678", None, 13, Some("07:30 in Indian/Cocos")),
            ("+61412345678", None, 14, None),
        ] {
            let said = said(number, country, hours);
            let told = said.as_deref().map(|it| expected.is_some_and(|expected| it.contains(expected)));
            assert_eq!(told, expected.map(|_| true), "{number} {hours}: {said:?}");
        }
    }

    #[test]
    fn a_number_of_no_place_has_no_decent_hour() {
        let numbers =
            ["+80012345678", "+883510012345", "+979123456789", "+8835100123456"].map(|it| (it, None));
        // Numbers that are not given out, as those for fiction: nobody knows which they are.
        for (number, country) in
            numbers.into_iter().chain([("07700 900134", Some("GB")), ("12345", Some("US"))])
        {
            for hours in [0, 6, 12, 18] {
                let said = said(number, country, hours);
                assert!(
                    said.as_deref().is_some_and(|it| it.starts_with("Nobody knows")),
                    "{number}: {said:?}"
                );
            }
        }
    }
}

//! Where a recipient may be: time zones by name, all those that a number may be in, and those of states and countries.

mod parse;
mod post_code;
mod state;
mod table;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{InvalidInput, PhoneNumber, Timestamp};

/// A time zone of the IANA database that is a place where people live.
///
/// The rules of all zones are part of this crate: none are read from the system, so a plan made on one machine holds
/// on every other.
///
/// ```
/// use polyai_outbound_core::Timestamp;
/// use polyai_outbound_core::campaign::Zone;
///
/// let zone = Zone::parse("europe/london")?;
/// assert_eq!(zone.name(), "Europe/London");
/// assert_eq!(zone.offset_seconds(Timestamp::from_millis(1_782_907_200_000)), 3600, "on a first of July");
/// assert_eq!(
///     Zone::parse("EST").unwrap_err().to_string(),
///     "time_zone: is an abbreviation, which does not say where and leaves out summer time; \
///      expected the name of a zone in the IANA database: America/New_York, for instance"
/// );
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zone(&'static str);

impl Zone {
    /// Takes the name of a zone in the IANA database, in any case: `Europe/London`, and older names such as
    /// `US/Eastern` and `Asia/Calcutta` as well.
    ///
    /// # Errors
    /// If there is no such zone, or it is no place: an abbreviation, a bare offset, or `UTC`.
    pub fn parse(name: &str) -> Result<Self, InvalidInput> {
        parse::zone(name)
    }

    /// Its name as the IANA database writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// How far its clocks are ahead of UTC at that moment; negative west of Greenwich.
    #[must_use]
    pub fn offset_seconds(self, at: Timestamp) -> i32 {
        // Every zone of the table has rules: a test holds it to that.
        self.rules().map_or(0, |rules| rules.to_offset(moment(at)).seconds())
    }

    /// When its clocks are set and by how much.
    pub(super) fn rules(self) -> Option<TimeZone> {
        TimeZoneDatabase::bundled().get(self.0).ok()
    }
}

/// The moment as the time zone database takes it; what is beyond its end, in the year 9999, is at its end.
pub(super) fn moment(at: Timestamp) -> jiff::Timestamp {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX)
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl std::str::FromStr for Zone {
    type Err = InvalidInput;

    fn from_str(name: &str) -> Result<Self, InvalidInput> {
        Self::parse(name)
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&name).map_err(D::Error::custom)
    }
}

/// All zones that somebody may be in: none means that it is not known.
///
/// Made for safety: a number says where it was given out, not where its owner is now, so where a number may be in
/// several zones it is in all of them. An area code of North America is in the zones of all codes that serve the same
/// place; a mobile, freephone or other number without a place is in every zone of its country; a number of no country
/// is in no zone that is known.
///
/// ```
/// use polyai_outbound_core::PhoneNumber;
/// use polyai_outbound_core::campaign::{Zone, Zones};
///
/// let names = |number| Ok::<_, polyai_outbound_core::InvalidInput>(Zones::of(&PhoneNumber::parse(number)?).to_string());
/// assert_eq!(names("+12125550100")?, "America/New_York");
/// assert_eq!(names("+18505550100")?, "America/Chicago, America/New_York", "the Panhandle of Florida has both");
/// assert!(Zones::of(&PhoneNumber::parse("+61412345678")?).len() > 5, "an Australian mobile may be anywhere there");
/// assert!(Zones::of(&PhoneNumber::parse("+80012345678")?).is_empty(), "nobody knows");
///
/// let own = Zones::from(Zone::parse("Asia/Tokyo")?);
/// assert_eq!(own.len(), 1);
/// # Ok::<(), polyai_outbound_core::InvalidInput>(())
/// ```
#[derive(Clone)]
pub struct Zones(Held);

/// Where the zones are held, in order and each once; how they are held makes no difference.
#[derive(Clone)]
enum Held {
    Table(&'static [Zone]),
    One(Zone),
    Many(Arc<[Zone]>),
}

impl Zones {
    /// The zones that the number may be in.
    #[must_use]
    pub fn of(number: &PhoneNumber) -> Self {
        let digits = number.as_str().trim_start_matches('+');
        // A shorter number of North America has no area code: what looks like one is not.
        let digits = if number.calling_code() == 1 && digits.len() != 11 { "1" } else { digits };
        Self(Held::Table(longest(digits)))
    }

    /// None that is known.
    pub const NONE: Self = Self(Held::Table(&[]));

    /// These and others: all of them have to be open.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        match (self.is_empty(), others.is_empty()) {
            (_, true) => self.clone(),
            (true, false) => others.clone(),
            (false, false) if others.iter().all(|zone| self.as_slice().contains(&zone)) => self.clone(),
            (false, false) => self.iter().chain(others.iter()).collect(),
        }
    }

    /// The zones, in the order of their names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Zone> + '_ {
        self.as_slice().iter().copied()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether it is not known where that is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    fn as_slice(&self) -> &[Zone] {
        match &self.0 {
            Held::Table(zones) => zones,
            Held::One(zone) => std::slice::from_ref(zone),
            Held::Many(zones) => zones,
        }
    }
}

/// The set of the longest prefix in the table that these digits begin with.
fn longest(digits: &str) -> &'static [Zone] {
    let longest = digits.len().min(table::LONGEST);
    (1..=longest)
        .rev()
        .find_map(|length| {
            let prefix = digits.get(..length)?;
            let at = table::PREFIXES.binary_search_by(|(it, _)| (*it).cmp(prefix)).ok()?;
            table::SETS.get(usize::from(table::PREFIXES.get(at)?.1)).copied()
        })
        .unwrap_or_default()
}

/// By which zones somebody is called who is not known to live in one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneBy {
    /// Those that the number may be in by its area code, which says where it was given out: people move.
    #[default]
    AreaCode,
    /// All zones of the mainland of the number's country: [`Zones::of_country`].
    Country,
}

impl ZoneBy {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::AreaCode, Self::Country];

    /// The word on a command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AreaCode => "area-code",
            Self::Country => "country",
        }
    }

    /// The zones that have to be open for a call: `own` alone if the list says where somebody lives; else those of the
    /// number and, beside them, `also_in`, those of the state that the list has. A number of no known zone is in none, even
    /// then: nobody knows what else it is.
    ///
    /// ```
    /// use polyai_outbound_core::PhoneNumber;
    /// use polyai_outbound_core::campaign::{ZoneBy, Zones};
    ///
    /// let boston = PhoneNumber::parse("+16175550123")?;
    /// let california = Zones::of_state("CA").unwrap();
    /// let zones = ZoneBy::AreaCode.zones(&boston, None, &california);
    /// assert_eq!(zones.to_string(), "America/Los_Angeles, America/New_York");
    /// # Ok::<(), polyai_outbound_core::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn zones(self, number: &PhoneNumber, own: Option<Zone>, also_in: &Zones) -> Zones {
        if let Some(own) = own {
            return own.into();
        }
        let by_number = match self {
            Self::AreaCode => Zones::of(number),
            Self::Country => Zones::of_country(number),
        };
        if by_number.is_empty() { by_number } else { by_number.and(also_in) }
    }
}

impl From<Zone> for Zones {
    fn from(zone: Zone) -> Self {
        Self(Held::One(zone))
    }
}

impl FromIterator<Zone> for Zones {
    fn from_iter<I: IntoIterator<Item = Zone>>(zones: I) -> Self {
        let zones: std::collections::BTreeSet<Zone> = zones.into_iter().collect();
        Self(Held::Many(zones.into_iter().collect()))
    }
}

impl PartialEq for Zones {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Zones {}

impl PartialOrd for Zones {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Zones {
    fn cmp(&self, other: &Self) -> Ordering {
        let (own, others) = (self.as_slice(), other.as_slice());
        // Most sets are of the table: one and the same, often, and long.
        if std::ptr::eq(own, others) { Ordering::Equal } else { own.cmp(others) }
    }
}

impl Hash for Zones {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl fmt::Debug for Zones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Their names with commas between; `unknown` if there are none.
impl fmt::Display for Zones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, others)) = self.as_slice().split_first() else {
            return f.write_str("unknown");
        };
        write!(f, "{first}")?;
        others.iter().try_for_each(|zone| write!(f, ", {zone}"))
    }
}

#[cfg(test)]
mod tests;

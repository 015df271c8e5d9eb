//! Columns that tell in which state or province somebody lives.

use polyai_outbound_core::campaign::Zones;

/// A column that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `CA`, `California`.
    State,
    /// `1 Market St, San Francisco, CA 94105`.
    Address,
}

/// Ends of their names, as letters and digits in lower case: `billing_state`, `State/Province`.
const STATES: [&str; 13] = [
    "state",
    "states",
    "province",
    "region",
    "statecode",
    "provincecode",
    "regioncode",
    "stateprovince",
    "provincestate",
    "statename",
    "provincename",
    "stateabbr",
    "stateabbreviation",
];

const ADDRESSES: [&str; 13] = [
    "address",
    "addresses",
    "address1",
    "address2",
    "address3",
    "addressline1",
    "addressline2",
    "addr",
    "location",
    "citystate",
    "citystatezip",
    "addressformatted",
    "residence",
];

impl Place {
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        let name: String =
            name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        match (ends(&STATES), ends(&ADDRESSES)) {
            (true, _) => Some(Self::State),
            (false, true) => Some(Self::Address),
            (false, false) => None,
        }
    }

    /// The zones of the state that the cell tells, if it does. Columns of these names hold much else, so that no cell is
    /// wrong.
    pub(crate) fn zones(self, cell: &str) -> Option<Zones> {
        match self {
            // `New York (NY)` ends in one as an address does.
            Self::State => Zones::of_state(cell).or_else(|| Zones::of_address(cell)),
            Self::Address => Zones::of_address(cell),
        }
    }
}

//! Columns that tell where somebody lives: a state or province, an address or a town with its state, a post code.

use polyai_outbound_core::campaign::Zones;

use super::columns::words;

/// A column that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `CA`, `California`; `CA/NY`.
    State,
    /// `1 Market St, San Francisco, CA 94105`.
    Address,
    /// The same, or a part of it, of which two letters at the end may be others: `100 MAIN CT`.
    Part,
    /// `94105`, `M5V 2T6`.
    PostCode,
}

/// Ends of their names, as letters and digits in lower case: `billing_state`, `State/Province`.
#[rustfmt::skip]
const STATES: [&str; 22] = [
    "state", "states", "province", "provinces", "region", "statecode", "provincecode", "regioncode", "stateprovince", "provincestate",
    "statename", "provincename", "stateabbr", "stateabbreviation", "provinceterritory", "stateterritory", "territory", "statecd",
    "usstate", "estado", "bundesland", "provincia",
];

#[rustfmt::skip]
const ADDRESSES: [&str; 18] = [
    "address", "addresses", "address1", "address2", "address3", "addressline1", "addressline2", "addr", "location", "citystate",
    "citystatezip", "addressformatted", "residence", "adresse", "direccion", "dirección", "indirizzo", "endereço",
];

#[rustfmt::skip]
const PARTS: [&str; 14] = [
    "street", "street1", "street2", "city", "town", "county", "municipality", "locality", "hometown", "citytown", "cityname", "metro",
    "metroarea", "lives",
];

#[rustfmt::skip]
const POST_CODES: [&str; 14] = [
    "zip", "zipcode", "zips", "zip5", "zip4", "zipcd", "postalcode", "postcode", "postalzip", "zippostal", "zippostalcode",
    "postalcodezip", "postalzipcode", "zippostcode",
];

/// Last words of a name that are short for one of these.
const SHORT: [(&str, Place); 4] =
    [("st", Place::State), ("prov", Place::State), ("pc", Place::PostCode), ("postal", Place::PostCode)];

impl Place {
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        let whole: String =
            name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let ends = |ends: &[&str]| ends.iter().any(|end| whole.ends_with(end));
        let by_end = [
            (&STATES[..], Self::State),
            (&ADDRESSES, Self::Address),
            (&PARTS, Self::Part),
            (&POST_CODES, Self::PostCode),
        ];
        if let Some((_, place)) = by_end.iter().find(|(names, _)| ends(names)) {
            return Some(*place);
        }
        // Not `1st`.
        let words = words(name);
        let (last, before) = words.split_last()?;
        let is_ordinal = before.last().is_some_and(|it| it.chars().all(char::is_numeric));
        SHORT.iter().find(|(short, _)| short == last && !is_ordinal).map(|(_, place)| *place)
    }

    /// The zones of the place that the cell tells, if it does. Columns of these names hold much else, so that no cell is
    /// wrong.
    pub(crate) fn zones(self, cell: &str) -> Option<Zones> {
        let cell = cell.trim();
        match self {
            // `New York (NY)` ends in one as an address does.
            Self::State => Zones::of_states(cell).or_else(|| Zones::of_address(cell)),
            Self::Address => Zones::of_address(cell).or_else(|| post_code_at_end(cell)),
            Self::Part if cell.contains(',') || cell.contains('(') => {
                Zones::of_address(cell).or_else(|| post_code_at_end(cell))
            }
            Self::Part => post_code_at_end(cell).and_then(|_| Zones::of_address(cell)),
            // `HI 96813` ends as an address does.
            Self::PostCode => Zones::of_post_code(cell).or_else(|| Zones::of_address(cell)),
        }
    }
}

/// Of an address that ends in one without a state that is known: `…, San Francisco 94105-1420`.
fn post_code_at_end(cell: &str) -> Option<Zones> {
    let words: Vec<&str> = cell.split([' ', ',', '\n']).filter(|it| !it.is_empty()).collect();
    let is_whole = |code: &str| matches!(code.bytes().filter(u8::is_ascii_alphanumeric).count(), 5 | 6 | 9);
    match words.as_slice() {
        // A house number stands before its street.
        [_, _, .., last] if is_whole(last) => Zones::of_post_code(last),
        [.., first, last] if first.len() == 3 && last.len() == 3 => {
            Zones::of_post_code(&[*first, *last].concat())
        }
        _ => None,
    }
}

//! Who is called: families of numbers, with the zones in which such a number may be, as anybody can look them up.

use chrono_tz::Tz;
use chrono_tz::{America, Asia, Australia, Europe};

/// Numbers of a kind.
#[derive(Debug)]
pub struct Family {
    /// What they begin with.
    pub prefix: &'static str,
    /// How many digits follow.
    pub digits: u8,
    /// Where they may be.
    pub zones: &'static [Tz],
}

const fn family(prefix: &'static str, digits: u8, zones: &'static [Tz]) -> Family {
    Family { prefix, digits, zones }
}

/// One zone for each offset that Russia has.
const RUSSIA: [Tz; 11] = [
    Europe::Kaliningrad,
    Europe::Moscow,
    Europe::Samara,
    Asia::Yekaterinburg,
    Asia::Omsk,
    Asia::Krasnoyarsk,
    Asia::Irkutsk,
    Asia::Yakutsk,
    Asia::Vladivostok,
    Asia::Magadan,
    Asia::Kamchatka,
];

/// The first are of numbers for fiction, whose last two digits choose what happens. Of zones whose clocks agree one stands
/// for all.
pub const FAMILIES: [Family; 16] = [
    family("+141555501", 2, &[America::Los_Angeles]),
    family("+121255501", 2, &[America::New_York]),
    family("+131255501", 2, &[America::Chicago]),
    family("+4420794600", 2, &[Europe::London]),
    family("+813234567", 2, &[Asia::Tokyo]),
    family("+9122234567", 2, &[Asia::Kolkata]),
    family("+4930234567", 2, &[Europe::Berlin]),
    family("+331402345", 2, &[Europe::Paris]),
    family("+612937456", 2, &[Australia::Sydney, Australia::Brisbane]),
    family("+8001234567", 1, &[]),
    family("+791234567", 2, &RUSSIA),
    family("+141588801", 2, &[America::Los_Angeles]),
    family("+130355501", 2, &[America::Denver]),
    // Each can be written in two forms.
    family("+54911234567", 2, &[America::Argentina::Buenos_Aires]),
    family("+3906123456", 2, &[Europe::Rome]),
    family("+55119876543", 2, &[America::Sao_Paulo]),
];
/// What some numbers begin with, and what they may begin with instead: both ring the same phone.
const FORMS: [(&str, &str); 3] = [("+54911", "+5411"), ("+3906", "+396"), ("+55119876", "+5511876")];

/// The same number in its other form, if it has one.
#[must_use]
pub fn other_form(number: &str) -> Option<String> {
    FORMS.into_iter().find_map(|(one, other)| {
        let swapped = |from: &str, to: &str| number.strip_prefix(from).map(|rest| format!("{to}{rest}"));
        swapped(one, other).or_else(|| swapped(other, one))
    })
}

/// Whose phone it is, whichever way the number is written.
#[must_use]
pub fn phone(number: &str) -> String {
    let shorter = FORMS.iter().find_map(|(one, other)| Some(format!("{other}{}", number.strip_prefix(one)?)));
    shorter.unwrap_or_else(|| number.to_owned())
}
/// How many of them are of numbers for fiction.
pub const SCRIPTED: usize = 3;
/// Zones that a row may name of itself.
pub const NAMED: [Tz; 8] = [
    Europe::London,
    America::New_York,
    Asia::Kolkata,
    Australia::Lord_Howe,
    America::Sao_Paulo,
    Asia::Tokyo,
    Europe::Berlin,
    America::Los_Angeles,
];

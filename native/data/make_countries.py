#!/usr/bin/env python3
"""Makes the table of what countries are called.

    pip install babel==2.19.0 pycountry==26.2.16 phonenumbers==9.0.43
    python3 native/data/make_countries.py            # writes the file
    python3 native/data/make_countries.py --check    # fails if it differs from what it would write

Sources: ISO 3166-1 through `pycountry` (alpha-3 codes and English names), Unicode CLDR through `babel` (Unicode license)
for names in the languages below, and names that people write, below. A name of two countries is left out: it tells
neither.
"""

import pathlib
import sys
import unicodedata

import phonenumbers
import pycountry
from babel import Locale

TABLE = pathlib.Path(__file__).parent.parent / "src" / "campaign" / "list" / "country" / "names.rs"
LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "tr", "cs", "ro", "hu", "ja", "zh", "ko", "ru", "ar", "el", "he", "uk"]

WRITTEN = {
    "US": ["usa", "us of a", "united states of america", "estados unidos", "eeuu", "ee.uu."],
    "GB": ["uk", "great britain", "britain", "england", "scotland", "wales", "northern ireland", "united kingdom of great britain and northern ireland"],
    "GR": ["el"],
    "NL": ["holland", "the netherlands"],
    "AE": ["uae"],
    "KR": ["south korea", "republic of korea", "korea republic of", "korea south"],
    "KP": ["north korea", "korea north"],
    "RU": ["russia", "russian federation"],
    "CZ": ["czechia", "czech republic"],
    "CI": ["ivory coast", "cote divoire"],
    "MM": ["burma", "myanmar"],
    "CV": ["cape verde", "cabo verde"],
    "SZ": ["swaziland", "eswatini"],
    "MK": ["macedonia", "north macedonia"],
    "CD": ["drc", "dr congo", "congo kinshasa", "democratic republic of the congo"],
    "CG": ["congo brazzaville", "republic of the congo"],
    "VN": ["vietnam"], "LA": ["laos"], "SY": ["syria"], "IR": ["iran"], "BO": ["bolivia"], "VE": ["venezuela"],
    "TZ": ["tanzania"], "MD": ["moldova"], "BN": ["brunei"], "TW": ["taiwan"], "HK": ["hong kong"], "MO": ["macau", "macao"],
    "PS": ["palestine"], "VA": ["vatican", "vatican city", "holy see"], "TR": ["turkey", "turkiye"], "IE": ["republic of ireland", "eire"],
    "CN": ["china", "prc", "mainland china"], "XK": ["kosovo", "xkx"], "TL": ["east timor", "timor leste"],
    "MX": ["mexico"], "DE": ["brd"],
}
# These name two countries, or a continent.
UNCLEAR = {"congo", "korea", "guinea", "america", "samoa", "virginislands", "saintmartin"}


def letters(name):
    return "".join(it for it in name.lower() if it.isalpha())


def folded(name):
    return "".join(it for it in unicodedata.normalize("NFD", name) if not unicodedata.combining(it))


def names():
    found = {}
    for code in sorted(phonenumbers.SUPPORTED_REGIONS | {"AC", "TA", "XK"}):
        said = list(WRITTEN.get(code, []))
        iso = pycountry.countries.get(alpha_2=code)
        if iso:
            said += [iso.alpha_3, iso.name, getattr(iso, "official_name", iso.name), getattr(iso, "common_name", iso.name)]
        said += [Locale(language).territories.get(code, "") for language in LANGUAGES]
        for name in said:
            for form in {letters(name), letters(folded(name))}:
                if len(form) > 1:
                    found.setdefault(form, set()).add(code)
    two = {form for form, codes in found.items() if len(codes) > 1} | (UNCLEAR - {"guinea"})
    codes = {code.lower() for code in phonenumbers.SUPPORTED_REGIONS}
    return {form: min(codes_) for form, codes_ in found.items() if form not in two and form not in codes}


def table():
    rows = sorted(names().items(), key=lambda it: it[0].encode())
    lines, line = [], "   "
    for form, code in rows:
        cell = f' ("{form}", "{code}"),'
        if len(line) + len(cell) > 116:
            lines.append(line)
            line = "   "
        line += cell
    lines.append(line)
    return f"""//! What countries are called, as letters in lower case, with and without accents, in the order of their bytes.
//!
//! Made by `native/data/make_countries.py` from ISO 3166-1 (by way of `pycountry`) and Unicode CLDR (by way of `babel`,
//! Unicode license); not to be edited by hand.

#[rustfmt::skip]
pub(super) static NAMES: [(&str, &str); {len(rows)}] = [
{chr(10).join(lines)}
];
"""


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(TABLE.read_text() != table())
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(table())

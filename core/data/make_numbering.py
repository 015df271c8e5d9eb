#!/usr/bin/env python3
"""Makes the compact tables of calling codes and regions from libphonenumber's metadata.

    pip install phonenumbers==9.0.43
    python3 core/data/make_numbering.py            # writes the files
    python3 core/data/make_numbering.py --check    # fails if they differ from what it would write

Source: libphonenumber (Apache-2.0, https://github.com/google/libphonenumber) through the Python port `phonenumbers`
of the version above. Of each region its calling code, the possible lengths of whole national numbers, the beginnings
of its premium-rate numbers and its trunk prefix are taken.

The service's contract is narrower than the metadata: `+`, then 7 to 15 digits in all. What is outside that, some very
short numbers of +43, +49 and +98 for instance, is left out of the table and of the examples alike.
"""

import pathlib
import re
import sys

import number_patterns
import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

HERE = pathlib.Path(__file__).parent
TABLE = HERE.parent / "src" / "phone" / "numbering.rs"
PREMIUM = HERE.parent / "src" / "phone" / "premium.rs"
TRUNKS = HERE.parent / "src" / "phone" / "canonical" / "trunk.rs"
EXAMPLES = HERE / "example_numbers.txt"
CONTRACT_DIGITS = range(7, 15 + 1)
KINDS = [
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
]
# Beginnings that are longer than this are told together with the length of the whole number.
LONGEST_BEGINNING = 6
# Behind any area code of North America: pay-per-call, by custom and not by libphonenumber.
EXCHANGE_976 = "...976...."


def metadata_of(code):
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    if regions == ("001",):
        return [PhoneMetadata.metadata_for_nongeo_region(code)]
    return [PhoneMetadata.metadata_for_region(region) for region in regions]


def lengths(code):
    found = set()
    for metadata in metadata_of(code):
        found |= {n for n in metadata.general_desc.possible_length if n > 0}
    return sorted(n for n in found if n + len(str(code)) in CONTRACT_DIGITS)


def table():
    codes = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    out = [
        "//! Calling codes with the possible lengths of a national number, and the regions that have them.",
        "//!",
        "//! Made by `core/data/make_numbering.py` from libphonenumber's metadata (Apache-2.0), by way of",
        f"//! `phonenumbers` {phonenumbers.__version__}; not to be edited by hand.",
        "",
        "/// A set of lengths as bits.",
        "const fn lengths(of: &[u8]) -> u16 {",
        "    let (mut bits, mut rest) = (0, of);",
        "    while let [first, others @ ..] = rest {",
        "        bits |= 1 << *first;",
        "        rest = others;",
        "    }",
        "    bits",
        "}",
        "",
        "/// Calling code, and how many digits may follow it; in the order of the codes.",
        f"pub(super) const CALLING_CODES: [(u16, u16); {len(codes)}] = [",
    ]
    for code in codes:
        out.append(f"    ({code}, lengths(&[{', '.join(map(str, lengths(code)))}])),")
    out += [
        "];",
        "",
        "/// Regions that have numbers: ISO 3166-1 alpha-2 codes in their order, and the calling code of each.",
        'pub(super) const REGIONS: &str = "\\',
    ]
    out += [f"    {''.join(regions[start : start + 40])}\\" for start in range(0, len(regions), 40)]
    out += ['    ";', "", "#[rustfmt::skip]", f"pub(super) static REGION_CALLING_CODES: [u16; {len(regions)}] = ["]
    numbers = [f"{phonenumbers.country_code_for_region(region)}," for region in regions]
    out += [f"    {' '.join(numbers[start : start + 20])}" for start in range(0, len(numbers), 20)]
    out += ["];", ""]
    return "\n".join(out)


class Ambiguous(Exception):
    """Numbers of several kinds begin so."""


def patterns(code, is_wanted):
    """The patterns of some kinds of numbers, each with the lengths that it has."""
    found = []
    for metadata in metadata_of(code):
        for kind in filter(is_wanted, KINDS):
            desc = getattr(metadata, kind)
            if desc and desc.national_number_pattern and desc.national_number_pattern != "NA":
                own = {n for n in desc.possible_length if n > 0}
                of = own or {n for n in metadata.general_desc.possible_length if n > 0}
                found.append((number_patterns.parse(desc.national_number_pattern), of))
    return found


def may_begin(of, digits, length=None):
    if length is None:
        return any(number_patterns.may_begin(tree, digits) for tree, _ in of)
    return any(length in lengths and number_patterns.may_be(tree, digits, length) for tree, lengths in of)


def beginnings(code):
    """What only premium-rate numbers begin with; where it tells them only by their length, with dots to that length."""
    premium = patterns(code, lambda kind: kind == "premium_rate")
    others = patterns(code, lambda kind: kind != "premium_rate")

    def walk(digits, length):
        if not may_begin(premium, digits, length):
            return
        if digits and not may_begin(others, digits, length):
            yield digits
        elif len(digits) == LONGEST_BEGINNING:
            # Nothing at all: it may be a number of another kind.
            if length is None:
                raise Ambiguous
        else:
            for more in "0123456789":
                yield from walk(digits + more, length)

    try:
        return list(walk("", None))
    except Ambiguous:
        lengths = sorted({n for _, of in premium for n in of})
        return sorted(digits.ljust(length, ".") for length in lengths for digits in walk("", length))


def premium():
    rows = []
    for code in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE):
        found = beginnings(code) + ([EXCHANGE_976] if code == 1 else [])
        if found:
            rows.append(f'({code}, "{" ".join(found)}"),')
    head = [
        "//! Calling codes with the beginnings of their premium-rate numbers; where one has dots, it is a whole number.",
        "//!",
        "//! Made by `core/data/make_numbering.py` from libphonenumber's metadata (Apache-2.0), by way of",
        f"//! `phonenumbers` {phonenumbers.__version__}; not to be edited by hand.",
        "",
        "/// In the order of the codes.",
        "#[rustfmt::skip]",
        f"pub(super) static PREMIUM: [(u16, &str); {len(rows)}] = [",
    ]
    return "\n".join(head + [f"    {row}" for row in rows] + ["];", ""])


def has_trunk_zero(metadata):
    """Whether a 0 is dialed before national numbers, by rule or, as in Belarus, by habit."""
    prefix = re.match(metadata.national_prefix_for_parsing or "$", "0" + 9 * "1")
    return metadata.national_prefix == "0" or (prefix is not None and prefix[0] == "0")


def trunks():
    """Calling codes whose trunk prefix is 0, where a number with it could pass for another; Italy's 0 is part of it."""
    rows = []
    for code in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE):
        all_of = metadata_of(code)
        if code != 39 and not any(map(has_trunk_zero, all_of)):
            continue
        general = [number_patterns.parse(metadata.general_desc.national_number_pattern) for metadata in all_of]
        own = [digit for digit in "0123456789" if any(number_patterns.may_begin(it, "0" + digit) for it in general)]
        rows.append(f'({code}, "{"" if code == 39 else "".join(own)}"),')
    head = [
        "//! Calling codes of countries where a 0 is dialed before national numbers that is not dialed from abroad; with",
        "//! the digits behind a 0 that belongs to the number.",
        "//!",
        "//! Made by `core/data/make_numbering.py` from libphonenumber's metadata (Apache-2.0), by way of",
        f"//! `phonenumbers` {phonenumbers.__version__}; not to be edited by hand.",
        "",
        "/// In the order of the codes. Italy is among them: its 0 is dialed from abroad as well, and is often lost.",
        "#[rustfmt::skip]",
        f"pub(super) static TRUNKS: [(u16, &str); {len(rows)}] = [",
    ]
    lines = [f"    {' '.join(rows[start : start + 8])}" for start in range(0, len(rows), 8)]
    return "\n".join(head + lines + ["];", ""])


def examples():
    found = set()
    kinds = [getattr(PhoneNumberType, name) for name in dir(PhoneNumberType) if name.isupper()]
    for region in phonenumbers.SUPPORTED_REGIONS:
        for kind in kinds:
            number = phonenumbers.example_number_for_type(region, kind)
            if number:
                found.add(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        if regions == ("001",):
            number = phonenumbers.example_number_for_non_geo_entity(code)
            found.add(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    return "\n".join(sorted(number for number in found if len(number.removeprefix("+")) in CONTRACT_DIGITS)) + "\n"


def main():
    made = {TABLE: table(), PREMIUM: premium(), TRUNKS: trunks(), EXAMPLES: examples()}
    if "--check" in sys.argv[1:]:
        stale = [path.name for path, text in made.items() if not path.exists() or path.read_text() != text]
        if stale:
            sys.exit(f"not what the metadata says: {', '.join(stale)}; run this script without --check")
        return
    for path, text in made.items():
        path.write_text(text)


main()

#!/usr/bin/env python3
"""Makes the compact tables of calling codes and regions from libphonenumber's metadata.

    pip install phonenumbers==9.0.43
    python3 core/data/make_numbering.py            # writes the files
    python3 core/data/make_numbering.py --check    # fails if they differ from what it would write

Source: libphonenumber (Apache-2.0, https://github.com/google/libphonenumber) through the Python port `phonenumbers`
of the version above. Of each region only its calling code and the possible lengths of whole national numbers are
taken.

The service's contract is narrower than the metadata: `+`, then 7 to 15 digits in all. What is outside that, some very
short numbers of +43, +49 and +98 for instance, is left out of the table and of the examples alike.
"""

import pathlib
import sys

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

HERE = pathlib.Path(__file__).parent
TABLE = HERE.parent / "src" / "phone" / "numbering.rs"
EXAMPLES = HERE / "example_numbers.txt"
CONTRACT_DIGITS = range(7, 15 + 1)


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
        "/// Regions that have numbers, as ISO 3166-1 alpha-2 and in its order, with their calling codes.",
        "#[rustfmt::skip]",
        f"pub(super) static REGIONS: [(&str, u16); {len(regions)}] = [",
    ]
    rows = [f'("{region}", {phonenumbers.country_code_for_region(region)}),' for region in regions]
    out += [f"    {' '.join(rows[start : start + 8])}" for start in range(0, len(rows), 8)]
    out += ["];", ""]
    return "\n".join(out)


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
    made = {TABLE: table(), EXAMPLES: examples()}
    if "--check" in sys.argv[1:]:
        stale = [path.name for path, text in made.items() if not path.exists() or path.read_text() != text]
        if stale:
            sys.exit(f"not what the metadata says: {', '.join(stale)}; run this script without --check")
        return
    for path, text in made.items():
        path.write_text(text)


main()

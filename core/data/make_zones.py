#!/usr/bin/env python3
"""Makes the compact table of the time zones that a number may be in.

    pip install phonenumbers==9.0.43 tzdata==2026.6
    python3 core/data/make_zones.py            # writes the file
    python3 core/data/make_zones.py --check    # fails if it differs from what it would write

Sources: libphonenumber (Apache-2.0, https://github.com/google/libphonenumber) through the Python port `phonenumbers`,
for which zones a prefix is in and of which kind a number is; the time zone database (public domain,
https://www.iana.org/time-zones) through `tzdata`, for the zones of a country and the names there are.

Libphonenumber's rows are made to show where a number is likely to be. Here they decide whether somebody is woken, so
that wherever a row may be wrong zones are added, never taken away. Where it is known to be wrong is said below.
"""

import datetime
import functools
import importlib.resources
import itertools
import pathlib
import sys
import zoneinfo

import phonenumbers
import tzdata
from phonenumbers import PhoneMetadata
from phonenumbers.tzdata import TIMEZONE_DATA

sys.dont_write_bytecode = True  # nothing is left beside the scripts
from number_patterns import may_begin, parse

HERE = pathlib.Path(__file__).parent
TABLE = HERE.parent / "src" / "campaign" / "zone" / "table.rs"
REGIONS = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
NANP = 1

# --- what is known and not in the data ------------------------------------------------------------------------------

# Mobiles are geographic there: they share area codes with fixed lines. Libphonenumber says so of 62 and 86 as well,
# for what used to be wireless fixed lines; their mobiles of today go everywhere.
GEOGRAPHIC_MOBILES = {52, 54, 55}

# Zones where numbers of the code are used beside those of its own regions: bases in Antarctica (672), Northern Cyprus
# (90), the Palestinian territories (972), South Georgia (500), Kerguelen (262), Abkhazia and South Ossetia (995).
ALSO_USED_IN = {
    90: ["Asia/Famagusta"],
    262: ["Indian/Kerguelen"],
    500: ["Atlantic/South_Georgia"],
    672: ["Antarctica/Casey", "Antarctica/Davis", "Antarctica/Macquarie", "Antarctica/Mawson"],
    972: ["Asia/Gaza", "Asia/Hebron"],
    995: ["Europe/Moscow"],
}

# Rows name a zone of another country that has, or had, the same hours. What is meant instead.
FOREIGN = {
    (7, "Europe/Bucharest"): ["Europe/Kaliningrad"],  # which has no summer time
    (52, "America/New_York"): ["America/Cancun"],  # which has none either
    (353, "Europe/Guernsey"): ["Europe/Dublin"],
    (353, "Europe/Isle_of_Man"): ["Europe/Dublin"],
    (353, "Europe/London"): ["Europe/Dublin"],
}

# Geographic prefixes whose rows are older than the last change of the hours there, or where a border of zones runs
# through the prefix: what is to be added. Sources: the zones' descriptions in tz's zone.tab and its news, and the
# numbering plans of the countries (ITU-T E.129 communications).
ADDED = {
    "5561": ["America/Cuiaba"],  # Distrito Federal and beyond: towns of Goiás near Mato Grosso
    "5566": ["America/Sao_Paulo"],  # the Araguaia valley of Mato Grosso lives by Goiás
    "5593": ["America/Santarem", "America/Manaus"],  # western Pará
    "5597": ["America/Eirunepe", "America/Rio_Branco"],  # western Amazonas, an hour behind Manaus
    "7411": ["Asia/Khandyga", "Asia/Vladivostok", "Asia/Ust-Nera", "Asia/Srednekolymsk"],  # Yakutia has three
    "7845": ["Europe/Saratov"],  # an hour ahead of Moscow since 2016
}

# The same, wherever a row of the country names the first: Chihuahua and part of Nayarit have left mountain time, and
# the towns at the border with the United States have its summer time.
ADDED_WITH = {
    (52, "America/Mazatlan"): [
        "America/Chihuahua", "America/Ciudad_Juarez", "America/Ojinaga", "America/Bahia_Banderas",
    ],
}

# Area codes of North America through which a border of zones runs. Libphonenumber gives most of their exchanges one
# row each, but a number keeps its exchange when its owner moves within the area code. Sources: 49 CFR part 71 (the
# limits of the standard time zones of the United States), tz's northamerica file, NANPA's maps of area codes.
STRADDLING = {
    "208": ["America/Boise", "America/Los_Angeles"],  # Idaho
    "219": ["America/Chicago", "America/New_York"],  # Indiana: north-west
    "250": ["America/Vancouver", "America/Edmonton", "America/Creston", "America/Dawson_Creek", "America/Fort_Nelson"],
    "270": ["America/Chicago", "America/New_York"],  # Kentucky: west
    # Saskatchewan: Lloydminster and Creighton live by their neighbours.
    "306": ["America/Regina", "America/Swift_Current", "America/Edmonton", "America/Winnipeg"],
    "308": ["America/Chicago", "America/Denver"],  # Nebraska: west
    "334": ["America/Chicago", "America/New_York"],  # Alabama: Phenix City and Lanett live by Georgia
    "402": ["America/Chicago", "America/Denver"],  # Nebraska: Cherry County
    "418": ["America/Toronto", "America/Halifax", "America/Blanc-Sablon"],  # Québec: east
    "423": ["America/Chicago", "America/New_York"],  # Tennessee: Chattanooga and its west
    "432": ["America/Chicago", "America/Denver"],  # Texas: Culberson County
    "435": ["America/Denver", "America/Phoenix"],  # Utah: the Navajo Nation and the Arizona Strip
    "505": ["America/Denver", "America/Phoenix"],  # New Mexico: at the border with Arizona
    "541": ["America/Los_Angeles", "America/Boise"],  # Oregon: Malheur County
    "574": ["America/Chicago", "America/New_York"],  # Indiana: north
    "580": ["America/Chicago", "America/Denver"],  # Oklahoma: Kenton
    "605": ["America/Chicago", "America/Denver"],  # South Dakota
    "606": ["America/Chicago", "America/New_York"],  # Kentucky: east
    "620": ["America/Chicago", "America/Denver"],  # Kansas: south
    "701": ["America/Chicago", "America/Denver", "America/North_Dakota/Center"],  # North Dakota
    "709": ["America/St_Johns", "America/Goose_Bay", "America/Halifax"],  # Newfoundland and Labrador
    "775": ["America/Los_Angeles", "America/Boise", "America/Denver"],  # Nevada: West Wendover, Jackpot
    "785": ["America/Chicago", "America/Denver"],  # Kansas: north
    "807": ["America/Toronto", "America/Winnipeg", "America/Atikokan"],  # Ontario: north-west
    "812": ["America/Chicago", "America/New_York"],  # Indiana: south
    "819": ["America/Toronto", "America/Halifax"],  # Québec: north
    "850": ["America/Chicago", "America/New_York"],  # Florida: the Panhandle
    "867": [  # Yukon, Northwest Territories and Nunavut
        "America/Whitehorse", "America/Dawson", "America/Inuvik", "America/Edmonton", "America/Cambridge_Bay",
        "America/Rankin_Inlet", "America/Resolute", "America/Iqaluit", "America/Vancouver",
    ],
    "906": ["America/Chicago", "America/New_York"],  # Michigan: Upper Peninsula
    "907": [  # Alaska
        "America/Adak", "America/Anchorage", "America/Juneau", "America/Metlakatla", "America/Nome", "America/Sitka",
        "America/Yakutat", "America/Vancouver",  # Hyder lives by British Columbia
    ],
    "915": ["America/Denver", "America/Chicago"],  # Texas: Hudspeth County
    "928": ["America/Phoenix", "America/Denver"],  # Arizona: the Navajo Nation has summer time
    "931": ["America/Chicago", "America/New_York"],  # Tennessee: the Cumberland Plateau
}

# Area codes that serve one and the same place, the oldest first. A newer one has few rows or none, and those it has are
# of its first exchanges only. Source: NANPA's planning letters and its list of area codes in service, to 2026. An area
# code may stand twice, where it lies over two that are not over each other.
OVERLAYS = """
    201 551 / 202 771 / 203 475 / 204 431 584 / 205 659 / 206 564 / 208 986 / 209 350 / 210 726 / 212 646 332 917
    213 323 738 / 214 972 469 945 / 215 267 445 / 217 447 / 240 301 227 / 248 947 / 250 778 236 672 257 / 256 938
    270 364 / 281 713 832 346 621 / 303 720 983 / 304 681 / 305 786 645 / 306 639 474 / 309 861 / 310 424 / 312 773 872
    313 679 / 314 557 / 315 680 / 317 463 / 318 457 / 330 234 / 334 483 / 336 743 / 360 564 / 253 564 / 425 564
    402 531 / 403 587 825 368 / 404 770 678 470 943 / 405 572 / 407 321 689 / 408 669 / 410 443 667 / 412 724 878
    415 628 / 416 647 437 942 / 418 581 367 / 419 567 / 423 729 / 440 436 / 450 579 354 / 480 602 623 / 503 971
    506 428 / 507 924 / 508 774 / 510 341 / 512 737 / 513 283 / 514 438 263 / 516 363 / 518 838 / 519 226 548 382
    530 837 / 540 826 / 541 458 / 559 357 / 561 728 / 570 272 / 573 235 / 601 769 / 604 778 236 672 257 / 608 353
    609 640 / 610 484 835 / 613 343 753 / 614 380 / 615 629 / 617 857 / 618 730 / 619 858 / 630 331
    631 934 / 658 876 / 662 471 / 702 725 / 703 571 / 704 980 / 705 249 683 / 706 762 / 707 369 / 708 464 / 709 879
    714 657 / 715 534 / 716 624 / 717 223 / 718 347 929 917 / 732 848 / 740 220 / 757 948 / 760 442 / 780 587 825 368
    781 339 / 787 939 / 801 385 / 803 839 / 804 686 / 805 820 / 809 829 849 / 812 930 / 813 656 / 814 582 / 815 779
    816 975 / 817 682 / 818 747 / 819 873 468 / 843 854 / 845 329 / 847 224 / 850 448 / 860 959 / 862 973 / 864 821
    870 327 / 902 782 / 903 430 / 904 324 / 905 289 365 742 / 909 840 / 910 472 / 916 279 / 918 539 / 919 984
    920 274 / 937 326 / 954 754 / 970 748 / 978 351
"""

# --- what the sources say -------------------------------------------------------------------------------------------

KINDS = "fixed_line mobile pager toll_free premium_rate shared_cost personal_number voip uan voicemail".split()
# Zones are read from the package above, never from the system.
zoneinfo.reset_tzpath(())
THIS_YEAR = datetime.datetime(2026, 1, 15, tzinfo=datetime.timezone.utc)


def tz_file(name):
    return (importlib.resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8").splitlines()


def zone_tab():
    found = {}
    for line in tz_file("zone.tab"):
        if not line.startswith("#"):
            region, _, zone = line.split("\t")[:3]
            found.setdefault(region, set()).add(zone)
    return found


ZONES_OF_REGION = zone_tab()
PLACES = set().union(*ZONES_OF_REGION.values())
LINKS = {line.split()[2]: line.split()[1] for line in tz_file("tzdata.zi") if line.startswith("L ")}


def today(zone):
    """The name that the zone goes by today; zones of a country that merely share their hours stay apart."""
    while zone not in PLACES:
        zone = LINKS[zone]
    return zone


@functools.cache
def patterns(code):
    """Kind and pattern of all numbers of the code, region by region."""
    found = []
    for region in REGIONS[code]:
        metadata = PhoneMetadata.metadata_for_region(region)
        for kind in KINDS:
            described = getattr(metadata, kind)
            if described and described.national_number_pattern:
                found.append((region, kind, parse(described.national_number_pattern)))
    return found


def rows_of(code):
    """The rows of a code, by their whole prefix; no code is the beginning of another."""
    return {prefix: set(zones) for prefix, zones in TIMEZONE_DATA.items() if prefix.startswith(str(code))}


def meant(code, zone):
    return {today(it) for it in FOREIGN.get((code, zone), [zone])}


def zones_of_regions(code, regions):
    """All zones that the regions have, and those where their numbers are used as well."""
    found = {today(zone) for zone in ALSO_USED_IN.get(code, [])}
    for region in regions:
        found |= ZONES_OF_REGION.get(region, set())
    return found


def zones_of_code(code):
    found = zones_of_regions(code, REGIONS[code])
    for zones in rows_of(code).values():
        for zone in zones:
            found |= meant(code, zone)
    return found


@functools.cache
def hours(zone):
    """What the zone's clocks show, from this year on."""
    of = zoneinfo.ZoneInfo(zone)
    return tuple((THIS_YEAR + datetime.timedelta(days=day)).astimezone(of).utcoffset() for day in range(3 * 366))


def standard_offset(zone):
    now = THIS_YEAR.astimezone(zoneinfo.ZoneInfo(zone))
    return now.utcoffset() - now.dst()


# --- countries other than those of North America --------------------------------------------------------------------


def geographic(code, prefix, rows):
    """The zones of a prefix that is surely geographic."""
    own = next(prefix[:n] for n in range(len(prefix), 0, -1) if prefix[:n] in rows)
    named = set()
    for zone in rows[own]:
        named |= meant(code, zone)
        named |= {today(it) for it in ADDED_WITH.get((code, zone), [])}
    for key, zones in ADDED.items():
        if key.startswith(prefix) or prefix.startswith(key):
            named |= set(map(today, zones))
    # Rows name one zone for all that have the same standard time, with and without summer time: Adelaide for Darwin,
    # Mexico City for Matamoros.
    offsets = {standard_offset(zone) for zone in named}
    return named | {zone for zone in zones_of_code(code) if standard_offset(zone) in offsets}


def country_rows(code):
    """The zones of every prefix of a country that differ from those of what it is part of."""
    everything = zones_of_code(code)
    root = str(code)
    rows, found = rows_of(code), {}
    assert root in rows, root
    # Rows that are all the same do not tell places apart, though the country has several (China, Chile); and zones
    # that keep the same hours need not be told apart, though all are named: one may leave the others some day.
    if len(set(map(frozenset, rows.values()))) == 1 or len({hours(zone) for zone in everything}) == 1:
        return {root: everything}
    if code == 55:
        rows = by_area_code(rows, root, 2)
    split = [*rows, *(key for key in ADDED if key.startswith(root))]

    def go(prefix, inherited):
        possible = [it for it in patterns(code) if may_begin(it[2], prefix[len(root) :])]
        surely = {"fixed_line", "mobile"} if code in GEOGRAPHIC_MOBILES else {"fixed_line"}
        mixed = any(kind in surely for _, kind, _ in possible) and any(kind not in surely for _, kind, _ in possible)
        if prefix == root:
            zones = everything
        elif not possible:
            # What the metadata does not know is as sure as what it is part of.
            zones = inherited
        elif all(kind in surely for _, kind, _ in possible):
            zones = geographic(code, prefix, rows)
        else:
            zones = zones_of_regions(code, {region for region, _, _ in possible})
        if zones != inherited:
            found[prefix] = zones
        deeper = any(it != prefix and it.startswith(prefix) for it in split)
        if deeper or (mixed and len(prefix) < len(root) + 3) or prefix == root:
            for digit in "0123456789":
                go(prefix + digit, zones)

    go(root, None)
    return found


def by_area_code(rows, root, digits):
    """The union of an area code's rows: those of Recife say that it is Noronha, an hour ahead."""
    found = {root: rows[root]}
    for area in map("".join, itertools.product("0123456789", repeat=digits)):
        prefix = root + area
        own = next(prefix[:n] for n in range(len(prefix), 0, -1) if prefix[:n] in rows)
        found[prefix] = set(rows[own]).union(*(zones for key, zones in rows.items() if key.startswith(prefix)))
    return found


# --- North America --------------------------------------------------------------------------------------------------


def north_america():
    """The zones of every area code."""
    rows = rows_of(NANP)
    everything = zones_of_code(NANP)
    base = {}
    for prefix, zones in rows.items():
        if len(prefix) >= 4:
            base.setdefault(prefix[1:4], set()).update(map(today, zones))
    for area, zones in STRADDLING.items():
        base[area] |= set(map(today, zones))
    # A complex ends at a stroke or at the end of its line.
    complexes = [areas.split() for line in OVERLAYS.splitlines() for areas in line.split("/")]
    found = {area: set(zones) for area, zones in base.items()}
    for areas in complexes:
        union = set().union(*(base.get(area, set()) for area in areas))
        for area in areas:
            found.setdefault(area, set()).update(union)
    # Toll-free, personal, premium and all other codes without a place, and those that nobody has yet, have no row of
    # their own: they are everywhere.
    kept = {f"1{area}": zones for area, zones in found.items() if zones and is_place(area)}
    return {"1": everything, **kept}


def is_place(area):
    """Whether the metadata knows the code as geographic, or nothing of it: then it is a new overlay."""
    kinds = {kind for _, kind, tree in patterns(NANP) if may_begin(tree, area)}
    return not kinds or bool(kinds & {"fixed_line"})


# --- the table ------------------------------------------------------------------------------------------------------

# Names of the database that are no places: people live in none of them.
NO_PLACES = set("CET EET EST EST5EDT CST6CDT Factory Greenwich HST MET MST MST7MDT PST8PDT".split())
NO_PLACES |= set("UCT UTC Universal WET Zulu".split())


def names():
    listed = (importlib.resources.files("tzdata") / "zones").read_text(encoding="utf-8").split()
    kept = [it for it in listed if it not in NO_PLACES and not it.startswith(("Etc/", "GMT"))]
    return sorted(kept, key=str.lower)


def all_rows():
    found = {}
    for code, regions in REGIONS.items():
        if regions == ("001",):
            # Satellites, international networks and freephone: nobody can say where.
            assert not rows_of(code), code
        elif code == NANP:
            found |= north_america()
        else:
            found |= country_rows(code)
    return found


def wrapped(items, indent):
    out, line = [], ""
    for item in items:
        if len(indent) + len(line) + len(item) + 2 > 110:
            out.append(indent + line.rstrip())
            line = ""
        line += f"{item}, "
    return [*out, indent + line.rstrip()]


def table():
    rows = all_rows()
    sets = sorted({tuple(sorted(zones)) for zones in rows.values()})
    listed = names()
    for zones in sets:
        assert all(zone in listed for zone in zones), zones
    out = [
        "//! Prefixes of numbers with the sets of zones that such a number may be in, and the names of all zones.",
        "//!",
        "//! Made by `core/data/make_zones.py` from libphonenumber's number-to-zone data (Apache-2.0), by way of",
        f"//! `phonenumbers` {phonenumbers.__version__}, and the time zone database {tzdata.IANA_VERSION};"
        " not to be edited by hand.",
        "",
        "use super::Zone;",
        "",
        "/// All zones that are places, without regard to case in order.",
        "#[rustfmt::skip]",
        f"pub(super) static NAMES: [&str; {len(listed)}] = [",
        *wrapped([f'"{it}"' for it in listed], "    "),
        "];",
        "",
        "/// Sets of zones, each in order.",
        "#[rustfmt::skip]",
        f"pub(super) static SETS: [&[Zone]; {len(sets)}] = [",
    ]
    for index, zones in enumerate(sets):
        items = [f'Zone("{it}")' for it in zones]
        one = f"    &[{', '.join(items)}], // {index}"
        out += [one] if len(one) <= 110 else [f"    &[ // {index}", *wrapped(items, "        "), "    ],"]
    out += [
        "];",
        "",
        "/// How many digits the longest prefix has.",
        f"pub(super) const LONGEST: usize = {max(map(len, rows))};",
        "",
        "/// Prefixes in order, each with the place of its set in [`SETS`]; the longest that fits is right.",
        "#[rustfmt::skip]",
        f"pub(super) static PREFIXES: [(&str, u16); {len(rows)}] = [",
    ]
    for prefix, zones in sorted(rows.items()):
        zones = tuple(sorted(zones))
        more = f" and {len(zones) - 1} more" if len(zones) > 1 else ""
        out.append(f'    ("{prefix}", {sets.index(zones)}), // {zones[0]}{more}')
    return "\n".join([*out, "];", ""])


def main():
    made = table()
    if "--check" in sys.argv[1:]:
        if not TABLE.exists() or TABLE.read_text(encoding="utf-8") != made:
            sys.exit(f"not what the metadata says: {TABLE.name}; run this script without --check")
        return
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(made, encoding="utf-8")


main()

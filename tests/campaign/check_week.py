"""A week of calls around the world, judged by code that shares nothing with what placed them.

Makes a list (every zone of the IANA database by name, and example numbers of every country, fixed and mobile, by number
alone), has `week` dial it in virtual time, and checks every call that the sandbox placed by Python's own time zones and by
libphonenumber's own number-to-zone data: every zone that a number may be in must be inside a window.

    check_week.py WEEK_BINARY          one week from 28 March 2027: clocks go forward in Europe, back in Australia and
                                       New Zealand; and one from 1 November 2026: back in North America
"""

import concurrent.futures
import datetime as dt
import functools
import json
import re
import subprocess
import sys
from collections import defaultdict
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

import phonenumbers
from phonenumbers import timezone as number_zones

# The rules of the package `tzdata`, pinned, not the system's, which may be years old.
reset_tzpath(())
UTC = dt.timezone.utc
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MARGIN = dt.timedelta(minutes=5)

# The weeks: start (UTC), days, and for each the windows. By day, and around the hours that are skipped or come twice.
WEEKS = [
    ("spring in Europe, autumn in Oceania", dt.datetime(2027, 3, 28, tzinfo=UTC), 8),
    ("autumn in North America", dt.datetime(2026, 10, 31, tzinfo=UTC), 8),
]
WINDOWS = {
    "by day": ["mon-sat 09:00-20:00"],
    "twice a day": ["mon-fri 08:30-11:45", "mon-fri 13:15-18:00", "sat 10:00-14:00"],
    "in the hours that clocks skip or repeat": ["sat,sun 00:30-04:15", "sat,sun 22:00-24:00", "mon 00:00-02:00"],
}
# Not places where people live, or names that the list reader refuses for good reason.
NO_PLACES = {"Factory", "localtime", "posixrules"}


def rows():
    """The list: (number, zone or None)."""
    used = set()
    # NANP numbers 555-0100 to 555-0199 of many area codes are fictional; the zone is what the row says.
    zones = sorted(z for z in available_timezones() if "/" in z and not z.startswith(("Etc/", "posix/", "right/", "SystemV/")))
    for nth, zone in enumerate(zones):
        for each in range(6):
            yield f"+1{201 + nth % 700:03d}55501{(nth // 700) * 6 + each + 28:02d}", zone
    for country in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
            example = phonenumbers.example_number_for_type(country, kind)
            if example is None:
                continue
            for step in range(12):
                number = phonenumbers.PhoneNumber(example.country_code, example.national_number + step)
                if example.italian_leading_zero:
                    number.italian_leading_zero = True
                text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
                # The sandbox refuses some fictional ones for ever, which ends a campaign.
                if re.fullmatch(r"\+1\d{3}55501(1[4-9]|2[0-7])", text):
                    continue
                if text not in used and phonenumbers.is_possible_number(number):
                    used.add(text)
                    yield text, None


def windows(texts):
    """By weekday: spans as minutes of the day."""
    by_day = defaultdict(list)
    for text in texts:
        days, hours = text.split()
        start, end = (int(it[:2]) * 60 + int(it[3:]) for it in hours.split("-"))
        for part in days.split(","):
            first, _, last = part.partition("-")
            for day in range(DAYS.index(first), DAYS.index(last or first) + 1):
                by_day[day].append((start, end))
    return by_day


def inside(moment, zone, by_day):
    local = moment.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute + local.second / 60
    return any(start <= minute < end for start, end in by_day[local.weekday()])


def zones_by_country():
    """What tz's own table says of each country."""
    by_country = defaultdict(list)
    for line in resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            by_country[country].append(zone)
    return by_country


COUNTRIES = zones_by_country()


@functools.cache
def zones_of(number, zone):
    """A number that tells its place is where libphonenumber says; any other may be anywhere in its country."""
    if zone is not None:
        return [zone]
    parsed = phonenumbers.parse(number)
    if phonenumbers.is_number_geographical(parsed):
        zones = number_zones.time_zones_for_geographical_number(parsed)
        if zones != (phonenumbers.timezone.UNKNOWN_TIMEZONE,):
            return zones
    # tz has no row for Kosovo and a few islands, libphonenumber has.
    zones = COUNTRIES.get(phonenumbers.region_code_for_number(parsed)) or number_zones.time_zones_for_number(parsed)
    return [zone for zone in zones if zone != phonenumbers.timezone.UNKNOWN_TIMEZONE]


def judge(calls, by_day):
    """Calls outside, calls too near an end, and the zones in which calls were placed."""
    outside, late, zones_seen = [], [], set()
    for call in calls:
        placed = dt.datetime.fromtimestamp(call["placed_at"] / 1000, UTC)
        zones = zones_of(call["to_number"], call["time_zone"])
        if not zones:
            outside.append((call, "nobody knows its zone"))
        for zone in zones:
            zones_seen.add(zone)
            if not inside(placed, zone, by_day):
                outside.append((call, zone))
            # Within the margin before an end nobody is called: five minutes later it must be a window still.
            elif not inside(placed + MARGIN - dt.timedelta(seconds=1), zone, by_day):
                late.append((call, zone))
    return outside, late, zones_seen


def check(ok, text, detail=""):
    print(("ok      " if ok else "FAILED  ") + text + (f": {detail}" if detail and not ok else ""))
    return ok


def main():
    binary = sys.argv[1]
    table = list(dict(rows()).items())
    lines = "".join(json.dumps({"to_number": number, "time_zone": zone}) + "\n" for number, zone in table)
    results = []
    lived = [(week, start, days, name, texts) for week, start, days in WEEKS for name, texts in WINDOWS.items()]

    def live(world):
        _, start, days, _, texts = world
        arguments = [str(int(start.timestamp() * 1000)), str(days), "3", *texts]
        return subprocess.run([binary, *arguments], input=lines, capture_output=True, text=True)

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for (week, _, _, name, texts), ran in zip(lived, pool.map(live, lived)):
            if not check(ran.returncode == 0, f"{week}, {name}: runs", ran.stderr[-500:]):
                results.append(False)
                continue
            calls = [json.loads(line) for line in ran.stdout.splitlines()]
            outside, late, zones_seen = judge(calls, windows(texts))
            print(f"        {ran.stderr.strip()}; in {len(zones_seen)} zones")
            what = f"{week}, {name}: "
            results.append(check(len(calls) > 1000, what + "people are called", len(calls)))
            results.append(check(not outside, what + "nobody is called outside a window", outside[:3]))
            results.append(check(not late, what + "nobody is called within the margin before an end", late[:3]))
            named = {zone for _, zone in table if zone}
            missing = named - zones_seen
            results.append(check(not missing, what + "in every zone somebody is called", sorted(missing)[:5]))
    # The checker can see: an hour later, many of the same calls would be outside.
    later = [dict(call, placed_at=call["placed_at"] + 3 * 3_600_000) for call in calls]
    results.append(check(judge(later, windows(texts))[0], "the same calls three hours later would be outside"))
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

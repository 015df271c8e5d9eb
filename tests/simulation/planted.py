#!/usr/bin/env python3
"""Plants bugs into a copy of the crates, one at a time, and tells after how many seeds the simulation finds each, or which test
does: what is read from files is no part of the simulated world.

usage: tests/simulation/planted.py [NAME …]             what the simulation finds, and what a test of lists finds
       tests/simulation/planted.py --native [NAME …]    what any test of `native` finds

A bug is a few words of the source that are replaced; if they are not there any more, that is a failure too.
"""

import contextlib
import pathlib
import re
import shutil
import subprocess
import sys
import time

from planted_in_native import PLANTED_IN_NATIVE

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPY = ROOT / "target/planted"
CAMPAIGN = "core/src/campaign/"
SEEDS = 40_000
CAMPAIGN_TESTS = ["campaign_peers", "list", "list_long", "runner", "store"]

# What is planted: name, file, what stands there, what is put there.
PLANTED = [
    ("the trigger leaves before its intent is saved", CAMPAIGN + "machine.rs",
     "        self.flights.add(live);\n    }\n\n    /// Whether a trigger may leave",
     "        let id = live.recipient.id;\n        self.flights.add(live);\n        self.flights.saved(id);\n    }\n\n    /// Whether a trigger may leave"),
    ("a trigger whose answer was lost is sent again", CAMPAIGN + "ending.rs",
     "None => self.unconfirmed(now, id, error),", "None => self.try_again(now, id, error),"),
    ("a request that may have left counts as not placed", "core/src/retry.rs",
     "row(Lost, Unknown, false, true)", "row(Lost, NotPlaced, true, true)"),
    ("a gateway's page counts as not placed", "core/src/retry.rs",
     "row(NotAnswered, Unknown, false, true)", "row(NotAnswered, NotPlaced, true, true)"),
    ("the window is not looked at again when the trigger leaves", CAMPAIGN + "beginning.rs",
     "if standing.state != State::Scheduled || standing.due_at.is_none_or(|due| due > now) {",
     "if standing.state == State::Held {"),
    ("one zone that is open suffices", CAMPAIGN + "windows/calendar.rs",
     "if timestamp(span.0) > at {", "if timestamp(span.0) > at && rules.len() == 1 {"),
    ("what a crash left is called again", CAMPAIGN + "beginning.rs",
     "            live.attempt.outcome = Outcome::Unknown;\n            live.attempt.ended_at = Some(now);\n            let mut change = live.change(\n                State::Unconfirmed,",
     "            live.attempt.outcome = Outcome::NotPlaced;\n            live.attempt.ended_at = Some(now);\n            let mut change = live.change(\n                State::Scheduled,"),
    ("a command is forgotten between intent and trigger", CAMPAIGN + "machine.rs",
     "matches!((self.mode, self.command), (Mode::Dialing, Command::Run))", "matches!(self.mode, Mode::Dialing)"),
    ("no token is taken", CAMPAIGN + "machine.rs", "        self.pacing.take();\n", ""),
    ("calls in flight are not counted", CAMPAIGN + "pacing.rs",
     "in_flight < self.allowed().1 as usize && dialing < dialing_at_most",
     "in_flight < usize::MAX && dialing < dialing_at_most.max(usize::MAX)"),
    ("nobody waits as long as the service asks for", CAMPAIGN + "pacing.rs",
     "&& self.asked.is_none() && self.tokens", "&& self.tokens"),
    ("the list is not looked at when the intent is saved", CAMPAIGN + "memory.rs",
     "is_suppressed: self.suppressed.contains(number),", "is_suppressed: false,"),
    ("the canonical form is forgotten", "core/src/phone/canonical.rs",
     "CanonicalNumber([head, national].concat())", "CanonicalNumber([head, written].concat())"),
    ("what the store did not take is forgotten", CAMPAIGN + "visit.rs",
     "self.pending.put_back(change);", "drop(change);"),
    ("a status is forgotten when a newer one comes", CAMPAIGN + "pending.rs",
     "statuses.append(&mut change.statuses);\n            change.statuses = statuses;", "statuses.clear();"),
    ("a number may be called once more in a day", CAMPAIGN + "judging.rs",
     "times.len().checked_sub(cap as usize)", "times.len().checked_sub(cap as usize + 1)"),
    ("a recent call of another campaign is ignored", CAMPAIGN + "options.rs",
     "const fn not_again_within() -> Duration {\n    Duration::from_secs(24 * 3600)", "const fn not_again_within() -> Duration {\n    Duration::from_secs(0)"),
    ("a redial does not keep its minute from other rows", CAMPAIGN + "judging.rs",
     "= recipient.dialed_by_others {", "= recipient.dialed_by_others.filter(|_| recipient.tries.dials == 0) {"),
    ("a rule is used once more", CAMPAIGN + "ending.rs",
     "if used >= rule.times() {", "if used > rule.times() {"),
    ("a store that failed is waited for in a spin", CAMPAIGN + "machine.rs",
     "let look = failed || self", "let look = (failed && false) || self"),
    ("the clock of a wait is forgotten when it is set back", "core/src/time.rs",
     "self.from = self.from.min(now);", "let _ = now;"),
    ("a reason tells the number", CAMPAIGN + "ending.rs",
     'let reason = format!("was placed, and is {word}");',
     'let reason = format!("was placed to {}, and is {word}", live.recipient.to_number.as_str());'),
    ("a row is over at the time at which it may begin", CAMPAIGN + "planner.rs",
     "            not_before: recipient.not_before,\n            not_after: recipient.not_after,\n        };\n        self.standing(now, whom, now, None)",
     "            not_before: recipient.not_before,\n            not_after: recipient.not_before,\n        };\n        self.standing(now, whom, now, None)"),
    ("a row fails a call before it was dialed as often as it may be", CAMPAIGN + "ending.rs",
     "tries.dials >= self.options.max_attempts", "tries.dials + 1 >= self.options.max_attempts"),
    ("a rule about congestion fits nothing", CAMPAIGN + "disposition.rs",
     '            "call queueing",\n', ''),
    ("whether the clock was set back is told the wrong way round", CAMPAIGN + "judging.rs",
     "if dialed > now || was_set_back(recipient, Some(dialed)) {",
     "if dialed <= now && !was_set_back(recipient, Some(dialed)) {"),
    ("a call that is dated ahead counts from its date", CAMPAIGN + "memory.rs",
     "call.recounted_at = Some(now);", "let _ = (call, now);"),
    ("what goes backwards is told", "core/src/call.rs",
     "self.outputs.push(Output::Event(CallEvent::Regression(status)));",
     "let change = StatusChange { status, reason: String::new(), at: now, correlation_id: None };\n"
     "                self.outputs.push(Output::Event(CallEvent::Status(change)));"),
    ("a refused reading is believed at once", "core/src/call/following.rs",
     "let is_believed = self.missing.is_believed(now, lost_after);", "let is_believed = true;"),
    ("the last change forgets the SID", CAMPAIGN + "ending.rs",
     "        let change = if succeeded {\n", "        live.attempt.call_sid = None;\n        let change = if succeeded {\n"),
    ("what rings is not counted, only what is dialed", CAMPAIGN + "live.rs",
     "self.lives.len() - self.stuck.len()", "self.dialing"),
    ("one more retry than asked for", "core/src/exchange/attempts.rs",
     "retries_made >= self.limits.retry.max_retries", "retries_made > self.limits.retry.max_retries"),
    ("a cancelled trigger is said to be not placed", "core/src/exchange/attempts.rs",
     "(Happened::Lost, Some(failure))\n            }\n            State::Ready(failure)",
     "(Happened::NeverSent, Some(failure))\n            }\n            State::Ready(failure)"),
    ("a trigger that was answered 408 is sent again", "core/src/operation.rs",
     "408 => Happened::NotAnswered,", "408 => Happened::TurnedAway,"),
    ("a trigger that the agents API answered with 502 is sent again", "core/src/service.rs",
     "dialect.placing_failed_is_certain || self.agents_502_not_placed", "true"),
    ("Retry-After is believed", "core/src/operation.rs",
     "503 if is_own => Happened::Unavailable,", "503 if is_own || reply.retry_after.is_some() => Happened::Unavailable,"),
    ("an envelope without the service's header is believed", "core/src/wire.rs",
     "self.correlated && (is_envelope || is_refusal)", "is_envelope || is_refusal"),
    ("the breaker never opens", CAMPAIGN + "breaker.rs", "was_closed && self.opens(fault.alone)", "false"),
    ("an outage counts against rows", CAMPAIGN + "breaker.rs",
     "let counts = entry.works < works", "let counts = entry.works <= works"),
    ("a gateway's 404 is believed", "core/src/operation.rs",
     "400..=499 if is_own => Happened::Refused,", "400..=499 if is_own || !self.places_a_call => Happened::Refused,"),
    ("a late wake drops answers", "core/src/exchange/attempts.rs",
     "if has_chances && is_late(due, now) {", "if false {"),
]


# What stands outside of the core, and of which test it is found.
NATIVE = "native/src/campaign/"
PLANTED_IN_LISTS = [
    ("the second column of a suppression list is ignored", NATIVE + "suppression/records.rs",
     "            numbers.extend(found);\n", "            numbers.extend(found);\n            break;\n",
     ("list", "a_list_is_refused_or_holds_every_number_that_was_put_on_it")),
    ("a suppression list that has shrunk is believed", NATIVE + "watched.rs",
     "lost > most / 10 || (most > 0 && numbers == 0)", "lost > most",
     ("store", "a_list_that_lost_more_than_a_tenth_blocks_until_a_person_accepts_it")),
]


def copy():
    """The crates and the simulation as a workspace of their own, so that nothing else is built."""
    for folder in ("core", "native", "tests"):
        shutil.rmtree(COPY / folder, ignore_errors=True)
    COPY.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "core", COPY / "core")
    shutil.copytree(ROOT / "native", COPY / "native", ignore=shutil.ignore_patterns("cli"))
    shutil.copytree(ROOT / "tests/simulation", COPY / "tests/simulation")
    manifest = (ROOT / "Cargo.toml").read_text()
    manifest = re.sub(r"^members = .*$", 'members = ["core", "native", "tests/simulation"]', manifest, flags=re.M)
    manifest = re.sub(r"^default-members = .*$", "", manifest, flags=re.M)
    (COPY / "Cargo.toml").write_text(manifest)
    (COPY / ".config").mkdir(exist_ok=True)
    for name in ("Cargo.lock", "rust-toolchain.toml"):
        shutil.copy(ROOT / name, COPY / name)
    # Its overrides name tests of crates that are not there.
    nextest = (ROOT / ".config/nextest.toml").read_text().partition("\n[[profile.default.overrides]]")[0]
    (COPY / ".config/nextest.toml").write_text(nextest)


def cargo(*arguments):
    # Built quickly rather than well.
    quick = ["--config", "profile.release.lto=false", "--config", "profile.release.opt-level=1",
             "--config", "profile.release.incremental=true", "--config", "profile.release.codegen-units=8"]
    command = ["cargo", *quick, *arguments]
    return subprocess.run(command, cwd=COPY, capture_output=True, text=True)


class NotPlanted(Exception):
    pass


@contextlib.contextmanager
def bug(file, old, new):
    """The copy with the bug in it."""
    path = COPY / file
    source = path.read_text()
    if source.count(old) != 1:
        raise NotPlanted(f"stands {source.count(old)} times in {file}")
    path.write_text(source.replace(old, new))
    try:
        yield
    finally:
        path.write_text(source)


def find(name, file, old, new):
    with bug(file, old, new):
        built = cargo("build", "--release", "-p", "polyai-outbound-simulation")
        if built.returncode:
            return "does not build: " + built.stderr[-2_000:], False
        command = [COPY / "target/release/simulation", "--seeds", f"0..{SEEDS}", "--jobs", "1", "--most", "1", "--lines", "0"]
        lived = subprocess.run(command, capture_output=True, text=True)
    broken = re.search(r"^(\w+) of seed (\d+) breaks (\w+)", lived.stdout, flags=re.M)
    if broken is None:
        return f"is not found in {SEEDS} seeds", False
    kind, seed, promise = broken.groups()
    return f"{promise} ({kind}), after {int(seed) + 1} seeds", True


def find_by_test(name, file, old, new, test):
    suite, case = test
    with bug(file, old, new):
        ran = cargo("test", "-p", "polyai-outbound", "--all-features", "--test", suite, case)
    if f"{case} ... FAILED" not in ran.stdout:
        return f"is not found by {case}: " + (ran.stdout + ran.stderr)[-2_000:], False
    return f"by the test {case}", True


def find_by_any_test(name, file, old, new):
    # The rest of native's tests know nothing of campaigns, and take most of the time.
    narrowed = ["--lib", *(f"--test={name}" for name in CAMPAIGN_TESTS)] if "/campaign" in file else []
    tests = ["nextest", "run", "-p", "polyai-outbound", "--all-features", *narrowed]
    with bug(file, old, new):
        built = cargo(*tests, "--no-run")
        if built.returncode:
            return "does not build: " + built.stderr[-2_000:], False
        ran = cargo(*tests, "--fail-fast")
    failed = re.search(r"^ *(?:FAIL|TIMEOUT|SIG\w+) \[.*?\] \(.*?\) (.*)$", ran.stderr, flags=re.M)
    return (f"by the test {failed[1]}", True) if failed else ("is found by no test " + ran.stderr[-300:], False)


def main():
    names = sys.argv[1:]
    copy()
    passed = failed = 0
    if names[:1] == ["--native"]:
        names = names[1:]
        bugs = [(find_by_any_test, planted) for planted in PLANTED_IN_NATIVE]
    else:
        bugs = [(find, planted) for planted in PLANTED] + [(find_by_test, planted) for planted in PLANTED_IN_LISTS]
    for look, planted in bugs:
        if names and not any(name in planted[0] for name in names):
            continue
        began = time.monotonic()
        try:
            told, found = look(*planted)
        except NotPlanted as why:
            told, found = str(why), False
        passed, failed = passed + found, failed + (not found)
        print(f"{'found' if found else 'NOT FOUND'}: {planted[0]}: {told} [{time.monotonic() - began:.0f} s]", flush=True)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())

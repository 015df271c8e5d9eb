"""Kills a campaign with SIGKILL at random moments, again and again, and asks the sandbox what really rang.

    kills.py OUTBOUND_BINARY KILLS [SEED]

The sandbox is a process of its own and lives on. Afterwards every row must have ended, with a reason; no number may have
rung more often than a redial rule asked for; and no more rows may be unconfirmed than had a trigger on its way at a kill.
"""

import collections
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

RATE = 60
IN_FLIGHT = 150
SPEED = 400
TERMINAL = {"succeeded", "failed", "unconfirmed", "status_lost", "rejected", "suppressed", "expired", "cancelled"}
results = []


def check(ok, text, detail=""):
    results.append(bool(ok))
    print(("ok      " if ok else "FAILED  ") + text + (f": {detail}" if detail and not ok else ""), flush=True)


def numbers(count, rng):
    """Numbers without a script, and of the scripted ones those whose answers arrive."""
    taken = set()
    while len(taken) < count:
        area = rng.choice([212, 312, 415, 617, 702, 808, 907])
        taken.add(f"+1{area}{rng.randrange(200, 900)}{rng.randrange(0, 10000):04d}")
    scripted = [f"+1{area}55501{xx:02d}" for area in range(301, 304) for xx in (0, 1, 2, 3, 5, 7, 8, 10)]
    return scripted + sorted(taken)


def query(database, sql):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10) as connection:
        return connection.execute(sql).fetchall()


def dialing(database):
    """How many intents to call were saved and not resolved when it was killed."""
    if not os.path.exists(database):
        return 0
    try:
        return query(database, "SELECT count(*) FROM recipients WHERE state = 'dialing'")[0][0]
    except sqlite3.OperationalError:
        return 0  # killed before the schema was there


def main():
    binary, kills = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    rng = random.Random(seed)
    folder = tempfile.mkdtemp(prefix="kills-")
    database, listed = os.path.join(folder, "campaigns.db"), os.path.join(folder, "list.csv")
    # The first kills strike the import, all others the calls; there must be work left for the last.
    rows = numbers(int(kills * 0.55 * RATE), rng)
    with open(listed, "w", encoding="utf-8") as out:
        out.write("phone,name\n" + "".join(f"{number},Ada {nth}\n" for nth, number in enumerate(rows)))

    environment = {key: value for key, value in os.environ.items() if not key.startswith("POLYAI_")}
    sandbox = subprocess.Popen(
        [binary, "sandbox", "--listen", "127.0.0.1:0", "--speed", str(SPEED), "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True)
    base_url = json.loads(sandbox.stdout.readline())["base_url"]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    # Many answers take a while, so that kills find triggers on their way; some triggers fail and are sent again.
    faults = {"delay": 0.6, "delay_ms": 700, "server_error": 0.03}
    opener.open(urllib.request.Request(f"{base_url}/_sandbox/faults", json.dumps(faults).encode(), method="POST"))
    environment |= {"POLYAI_OUTBOUND_BASE_URL": base_url, "POLYAI_OUTBOUND_TOKEN": "sandbox",
                    "POLYAI_OUTBOUND_STATE_DIR": os.path.join(folder, "state")}
    command = [
        binary, "campaign", "run", listed, "--db", database, "--name", "kills", "--no-windows", "a test: nobody is called",
        "--rate", str(RATE), "--max-in-flight", str(IN_FLIGHT), "--redial", "busy=1x1m", "--json"]

    try:
        in_flight, exits = 0, collections.Counter()
        for nth in range(kills):
            runner = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
            try:
                # What ends by itself before it is killed has nothing left to do, or failed.
                runner.wait(timeout=0.02 + rng.random() * (0.3 if nth < 10 else 0.9))
                exits[runner.returncode] += 1
                if runner.returncode not in (0, 1, 5):
                    print(runner.stderr.read().decode()[-2000:])
                    break
            except subprocess.TimeoutExpired:
                runner.send_signal(signal.SIGKILL)
                runner.wait()
                exits["killed"] += 1
            in_flight += dialing(database)
        last = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, timeout=900)
        check(last.returncode in (0, 1, 5), "after all kills the same command goes on to the end", last.stderr[-1000:])
        calls = json.load(opener.open(f"{base_url}/_sandbox/calls"))["calls"]
    finally:
        sandbox.terminate()
        sandbox.wait()

    states = dict(query(database, "SELECT state, count(*) FROM recipients GROUP BY state"))
    rang = collections.Counter(call["to_number"] for call in calls)
    print(f"{exits['killed']} kills, {len(rows)} rows, {len(calls)} calls; {in_flight} triggers on their way at the kills; {states}")
    check(exits["killed"] >= kills * 0.9, f"it was killed at work, {kills} times or nearly", dict(exits))
    check(sum(states.values()) == len(rows), "every row of the list is there once", (sum(states.values()), len(rows)))
    check(set(states) <= TERMINAL, "every row has ended", states)
    check(not query(database, "SELECT id FROM recipients WHERE trim(reason) = ''"), "every row has a reason")
    check(states.get("unconfirmed", 0) <= in_flight, "no more are unconfirmed than had a trigger on its way at a kill",
          (states.get("unconfirmed", 0), in_flight))
    asked = dict(query(database, """
        SELECT to_number, 1 + coalesce((SELECT sum(value ->> 1) FROM json_each(redials)), 0) FROM recipients"""))
    twice = {number: times for number, times in rang.items() if times > asked.get(number, 0)}
    check(not twice, "no number rang more often than a redial rule asked for", list(twice.items())[:5])
    check(any(times > 1 for times in asked.values()), "a redial rule asked for some to be called again")
    silent = [number for (number,) in query(
        database, "SELECT to_number FROM recipients WHERE state IN ('succeeded', 'failed', 'status_lost')") if not rang[number]]
    refused = {number for (number,) in query(database, "SELECT to_number FROM recipients WHERE dials = 0")}
    check(not [number for number in silent if number not in refused], "nobody is said to have been called who was not", silent[:5])
    ended = {call["to_number"]: call["status"] for call in calls}
    wrong = [(number, state, ended.get(number)) for number, state in query(
        database, "SELECT to_number, state FROM recipients WHERE state IN ('succeeded', 'failed') AND dials > 0")
        if ended.get(number) != {"succeeded": "success", "failed": "failure"}[state]]
    check(not wrong, "what is said of each call is what the service says", wrong[:5])
    check(states.get("status_lost", 0) == 0, "no status was lost", states)
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed")
    if failed:
        print(f"kept: {folder}")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs a campaign on a disk that fills up while it calls, and has room again later.

    full_disk.py OUTBOUND_BINARY

The disk is a small file system in memory; mounting it takes root, or a system that lets users have namespaces of their own.
While it is full nobody may be called; calls in flight must be followed; what became of them must be saved once there is room.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

results = []


def check(ok, text, detail=""):
    results.append(bool(ok))
    print(("ok      " if ok else "FAILED  ") + text + (f": {detail}" if detail and not ok else ""), flush=True)


def events_until(runner, wanted, events, seconds):
    """Reads events until one of that kind comes; whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        line = runner.stdout.readline()
        if not line:
            return False
        events.append(json.loads(line))
        if wanted(events[-1]):
            return True
    return False


def room(path):
    found = os.statvfs(path)
    return found.f_bavail * found.f_bsize


def main():
    binary = sys.argv[1]
    folder = tempfile.mkdtemp(prefix="disk-")
    disk = os.path.join(folder, "disk")
    os.mkdir(disk)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", disk], check=True)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("POLYAI_")}
    sandbox = subprocess.Popen([binary, "sandbox", "--listen", "127.0.0.1:0", "--speed", "10", "--json"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True)
    base_url = json.loads(sandbox.stdout.readline())["base_url"]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    placed = lambda: json.load(opener.open(f"{base_url}/_sandbox/calls"))["calls"]
    environment |= {"POLYAI_OUTBOUND_BASE_URL": base_url, "POLYAI_OUTBOUND_TOKEN": "sandbox",
                    "POLYAI_OUTBOUND_STATE_DIR": os.path.join(folder, "state")}
    listed, database = os.path.join(folder, "list.csv"), os.path.join(disk, "campaigns.db")
    with open(listed, "w", encoding="utf-8") as out:
        out.write("phone\n" + "".join(f"+1{212 + nth % 5}55501{28 + nth % 48:02d}\n" for nth in range(0, 240)))
    command = [binary, "campaign", "run", listed, "--db", database, "--name", "disk", "--no-windows", "a test", "--rate", "10",
               "--max-in-flight", "40", "--json"]
    try:
        runner = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True)
        events = []
        saved = lambda event: event.get("state") == "in_progress"
        for _ in range(20):
            events_until(runner, saved, events, 20)
        # The disk is filled to its last byte.
        filler = os.path.join(disk, "filler")
        try:
            with open(filler, "wb", buffering=0) as out:
                while True:
                    out.write(b"x" * 65536 if room(disk) > 65536 else b"x" * 512)
        except OSError:
            pass
        check(events_until(runner, lambda event: "store_failed" in json.dumps(event), events, 60), "it tells that the disk is full", events[-3:])
        told = json.dumps(events[-1])
        check("room" in told, "and what to do", told)
        # What left before the failure was noticed may be on its way still.
        dialed = sum(event.get("state") == "dialing" for event in events)
        end = time.monotonic() + 60
        while len(placed()) < dialed and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(6)
        check(len(placed()) == dialed, "nobody is called while it is full", (dialed, len(placed())))
        check(runner.poll() is None, "it goes on following what is in flight")
        os.remove(filler)
        check(events_until(runner, lambda event: "store_recovered" in json.dumps(event), events, 60), "it tells that there is room again", events[-3:])
        output, errors = runner.communicate(timeout=240)
        check(runner.returncode in (0, 1), "it goes on to the end", (runner.returncode, errors[-500:]))
        calls = placed()
        export = subprocess.run([binary, "campaign", "export", "--db", database, "--format", "jsonl"], capture_output=True, text=True, env=environment)
        rows = [json.loads(line) for line in export.stdout.splitlines()]
        numbers = [call["to_number"] for call in calls]
        check(len(numbers) == len(set(numbers)) == len(rows) == 240, "everybody was called once", (len(numbers), len(set(numbers)), len(rows)))
        ended = {call["to_number"]: call["status"] for call in calls}
        wrong = [row for row in rows if {"succeeded": "success", "failed": "failure"}.get(row["state"]) != ended.get(row["to_number"].lstrip("'"))]
        check(not wrong, "what became of every call is saved", wrong[:2])
    finally:
        sandbox.terminate()
        sandbox.wait()
        runner.kill()
        subprocess.run(["umount", "-l", disk], check=False)
        shutil.rmtree(folder, ignore_errors=True)
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

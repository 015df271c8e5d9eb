"""Copies, moves, links and removes a campaign's database, its log and its lock, before, while and after it is run and killed.

    copies.py OUTBOUND_BINARY RUNS [SEED]

Each run is a list of its own and a few random steps: the campaign is started from a database of any name that is there,
killed or left to its end, and files are put about meanwhile. The sandbox is a process of its own and knows what rang:
afterwards no number may have rung twice, and whatever was not called was refused with a sentence that says what to do.
"""

import collections
import concurrent.futures
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROWS = 10
# How a command that was refused ends; all others end as campaigns do.
REFUSED = {2, 6}
ADVICE = ("--again", "--accept-older-database", "put ", "remove the log", "end it first", "end that one first", "give another", "check the path", "resume that one",
          "run the campaign as it is", "make the file", "restore it from a backup")


class Refused(Exception):
    """A refusal that does not say what to do, or an end that is none."""


class Run:
    def __init__(self, binary, base_url, seed):
        self.binary, self.rng = binary, random.Random(seed)
        self.folder = tempfile.mkdtemp(prefix="copies-")
        self.log, self.ends = [], collections.Counter()
        area, first = 200 + seed % 780, seed // 780 * ROWS
        self.numbers = [f"+1{area}{222 + (first + nth) // 7000:03d}{1000 + (first + nth) % 7000 + 28:04d}" for nth in range(ROWS)]
        self.listed = self.path("people.csv")
        with open(self.listed, "w", encoding="utf-8") as out:
            out.write("phone,run\n" + "".join(f"{number},{seed}\n" for number in self.numbers))
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("POLYAI_")}
        self.environment |= {"POLYAI_OUTBOUND_BASE_URL": base_url, "POLYAI_OUTBOUND_TOKEN": "sandbox",
                             "POLYAI_OUTBOUND_STATE_DIR": self.path("state")}
        self.nth = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def databases(self):
        return sorted(name for name in os.listdir(self.folder) if name.endswith(".db"))

    # --- what is done with files ---

    def new(self, kind):
        self.nth += 1
        return self.path(f"{kind}{self.nth}.db")

    def files(self):
        """A database with its log and its lock, as far as they are there."""
        names = self.databases()
        file = self.path(self.rng.choice(names) if names else "calls.db")
        return file, file + "-wal", file + ".1.lock"

    def act(self):
        file, wal, lock = self.files()
        target = self.new("other")
        other = self.path(self.rng.choice(self.databases() or ["calls.db"]))
        log_aside, lock_aside = self.path("log-aside"), self.path("lock-aside")
        acts = {
            "cp file": lambda: shutil.copy(file, target),
            "cp file and log": lambda: (shutil.copy(file, target), shutil.copy(wal, target + "-wal")),
            "cp file over another": lambda: shutil.copy(file, other),
            "mv file": lambda: os.rename(file, target),
            "mv file and log": lambda: (os.rename(file, target), os.rename(wal, target + "-wal")),
            "mv file over another": lambda: os.rename(file, other),
            "ln file": lambda: os.link(file, target),
            "ln -s file": lambda: os.symlink(file, target),
            "rm file": lambda: os.remove(file),
            "rm file and log": lambda: (os.remove(file), os.remove(wal)),
            "rm all": lambda: [os.remove(self.path(name)) for name in os.listdir(self.folder) if ".db" in name],
            "cp log aside": lambda: shutil.copy(wal, log_aside),
            "mv log aside": lambda: os.rename(wal, log_aside),
            "ln log aside": lambda: os.link(wal, log_aside + str(self.nth)),
            "cp log back": lambda: shutil.copy(log_aside, wal),
            "mv log back": lambda: os.rename(log_aside, wal),
            "rm log": lambda: os.remove(wal),
            "empty log": lambda: os.truncate(wal, 0),
            "rm lock": lambda: os.remove(lock),
            "mv lock aside": lambda: os.rename(lock, lock_aside),
            "mv lock back": lambda: os.rename(lock_aside, lock),
            "cp lock": lambda: shutil.copy(lock, lock_aside),
            "ln lock": lambda: os.link(lock, target + ".1.lock"),
        }
        name = self.rng.choice(sorted(acts))
        try:
            acts[name]()
            self.log.append(f"{name} {os.path.basename(file)} ({os.path.basename(target)}, {os.path.basename(other)})")
        except (OSError, shutil.SameFileError):
            pass  # There is no such file just now.

    # --- what is done with the campaign ---

    def start(self, database):
        command = [self.binary, "campaign", "run", self.listed, "--db", database, "--no-windows", "a test", "--rate", "40",
                   "--max-in-flight", "5"]
        self.log.append(f"run {os.path.basename(database)}")
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.environment, text=True)

    def some_database(self):
        return self.path(self.rng.choice(self.databases() + ["calls.db"]))

    def ended(self, process, patience):
        """Waits for it. One that does not end, because its database is gone, is interrupted and then killed."""
        for name in (None, signal.SIGINT, signal.SIGINT, signal.SIGKILL):
            if name is not None:
                process.send_signal(name)
            try:
                _, errors = process.communicate(timeout=patience)
                break
            except subprocess.TimeoutExpired:
                patience = 2
        code = process.returncode
        self.ends[code] += 1
        said = errors.strip().splitlines()[-1:] if errors else []
        self.log.append(f"ended with {code}: {said}")
        if code not in (0, 1, 5, 130, -signal.SIGKILL) and code not in REFUSED:
            raise Refused(f"it ended with {code}: {errors[-500:]}")
        if code in REFUSED and not any(advice in errors for advice in ADVICE):
            raise Refused(f"it does not say what to do: {errors[-500:]}")

    def live(self):
        process = self.start(self.path("calls.db"))
        for _ in range(self.rng.randrange(2, 5)):
            time.sleep(self.rng.random() * 0.35)
            for _ in range(self.rng.randrange(0, 3)):
                self.act()
            if self.rng.random() < 0.3:
                # Beside the one that runs.
                self.ended(self.start(self.some_database()), 6)
            if self.rng.random() < 0.6:
                process.kill()
                self.ended(process, 5)
                for _ in range(self.rng.randrange(0, 4)):
                    self.act()
                process = self.start(self.some_database())
        self.ended(process, 6)
        for _ in range(self.rng.randrange(0, 3)):
            self.act()
        for name in sorted({*self.databases(), "calls.db"}):
            self.ended(self.start(self.path(name)), 6)


def lived(binary, base_url, seed):
    run = Run(binary, base_url, seed)
    try:
        run.live()
        return run, None
    except Refused as why:
        return run, str(why)


def main():
    binary, runs = sys.argv[1], int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    environment = {key: value for key, value in os.environ.items() if not key.startswith("POLYAI_")}
    sandbox = subprocess.Popen(
        [binary, "sandbox", "--listen", "127.0.0.1:0", "--speed", "400", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True)
    base_url = json.loads(sandbox.stdout.readline())["base_url"]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    failed, ends, rang_in_all = 0, collections.Counter(), 0
    try:
        with concurrent.futures.ThreadPoolExecutor(max_workers=12) as pool:
            every = list(pool.map(lambda seed: lived(binary, base_url, seed), range(first, first + runs)))
        rang = collections.Counter(call["to_number"] for call in json.load(opener.open(f"{base_url}/_sandbox/calls"))["calls"])
    finally:
        sandbox.terminate()
        sandbox.wait()
    for seed, (run, why) in enumerate(every, first):
        twice = [number for number in run.numbers if rang[number] > 1]
        if twice:
            why = f"{len(twice)} numbers rang twice"
        if why:
            failed += 1
            print(f"FAILED  seed {seed}: {why}\n        " + "\n        ".join(run.log) + f"\n        kept: {run.folder}", flush=True)
        else:
            shutil.rmtree(run.folder, ignore_errors=True)
        ends.update(run.ends)
        rang_in_all += sum(rang[number] for number in run.numbers)
    print(f"{runs} runs, {sum(ends.values())} commands, ended {dict(ends)}; {rang_in_all} of {runs * ROWS} numbers rang")
    # Refusing everything would be no art.
    if rang_in_all < runs * ROWS / 2:
        failed += 1
        print("FAILED  most people were never called")
    print(f"{runs - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

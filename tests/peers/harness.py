"""What the parts share: the command that is run, proxies that are started, and checks that are counted."""

import asyncio
import collections
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import tempfile

HERE = pathlib.Path(__file__).parent
AGENTS = ["--api", "agents", "--agent-id", "agent-1", "--environment", "live"]


class Report:
    """The checks of a part, printed together."""

    def __init__(self, part):
        self.part, self.lines, self.passed, self.failed = part, [], 0, 0

    def check(self, ok, text, detail=""):
        self.passed, self.failed = self.passed + bool(ok), self.failed + (not ok)
        self.lines.append(("ok      " if ok else "FAILED  ") + f"{self.part}: {text}" + (f"\n          {detail}" if detail and not ok else ""))


class Ran:
    """What came of a run."""

    def __init__(self, code, stdout, stderr):
        self.code, self.stdout, self.stderr = code, stdout, stderr

    @property
    def json(self):
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def error(self):
        return (self.json[-1].get("error") or {}) if self.stdout.strip() else {}

    def __repr__(self):
        return f"exit {self.code}\n{self.stdout[-1500:]}{self.stderr[-1500:]}"


#: Every process of the command that was started, so that none outlives the tests.
started = []
#: One is started at a time: many at once would let the peers stand still for seconds, and their answers come too late.
starting = asyncio.Lock()


class Outbound:
    """The command, against one service, in a folder of its own."""

    def __init__(self, binary, url, **environment):
        self.binary, self.url = binary, url
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="peers-"))
        clean = {key: value for key, value in os.environ.items() if not key.startswith("POLYAI_")}
        self.environment = clean | {"POLYAI_OUTBOUND_BASE_URL": url, "POLYAI_OUTBOUND_TOKEN": "peers-token"}
        own = {"POLYAI_OUTBOUND_DB": str(self.folder / "campaigns.db"), "POLYAI_OUTBOUND_STATE_DIR": str(self.folder / "state")}
        self.environment |= {"NO_PROXY": "127.0.0.1"} | own | environment

    async def start(self, *args):
        # Files, because a pipe that nobody reads would stop what is written to it.
        nth = random.getrandbits(64)
        files = [self.folder / f"{nth:x}.{name}" for name in ("out", "err")]
        async with starting:
            with open(files[0], "wb") as out, open(files[1], "wb") as err:
                process = await asyncio.create_subprocess_exec(
                    self.binary, *args, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=err, env=self.environment, cwd=self.folder)
        started.append(process)
        return Running(process, *files)

    async def run(self, *args, seconds=90):
        return await (await self.start(*args)).ran(seconds)

    async def call(self, *args, number="+14155550100", seconds=90):
        return await self.run("call", number, "--json", *args, seconds=seconds)

    def campaign(self, numbers, *args, rate=50):
        """The arguments that run a campaign over these numbers, at any hour and as fast as it can."""
        (self.folder / "list.csv").write_text("phone\n" + "".join(f"{number}\n" for number in numbers))
        return ["campaign", "run", "list.csv", "--no-windows", "a test: nobody is called", "--rate", str(rate), "--max-in-flight", "50", "--json", *args]

    async def rows(self):
        """Every row of the campaign, as it is exported."""
        ran = await self.run("campaign", "export", "--format", "jsonl")
        return ran.json if ran.code == 0 else []

    async def states(self):
        """How many rows are in each state."""
        return dict(collections.Counter(row["state"] for row in await self.rows()))

    def clean(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Running:
    def __init__(self, process, out, err):
        self.process, self.out, self.err = process, out, err

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    @property
    def stdout(self):
        return self.out.read_text()

    @property
    def stderr(self):
        return self.err.read_text()

    async def ran(self, seconds=90):
        """What came of it. A run that does not end in time is killed and has the code `None`."""
        try:
            code = await asyncio.wait_for(self.process.wait(), seconds)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            code = None
        return Ran(code, self.stdout, self.stderr)

    async def until(self, ready, seconds=60):
        """Waits until `ready` says so of what it has printed; whether it did in time and before the end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not ready(self):
                    if self.process.returncode is not None:
                        return ready(self)
                    await asyncio.sleep(0.05)
                return True
        return False


async def together(report, tests, crowd=12, seconds=150):
    """Runs so many tests at a time, each of them `(function, *arguments)`. One that breaks off or takes too long has failed."""
    places = asyncio.Semaphore(crowd)

    async def one(test, *arguments):
        async with places:
            try:
                await asyncio.wait_for(test(*arguments), seconds)
            except Exception as error:
                name = f"{test.__module__}.{test.__name__}{arguments[2:]}"[:120]
                report.check(False, f"{name} runs to its end", f"{type(error).__name__}: {error}")

    await asyncio.gather(*(one(*test) for test in tests))


def end_all():
    """Ends whatever still runs, frozen or not."""
    for process in started:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


@contextlib.asynccontextmanager
async def program(*args, ready, **options):
    """Runs a program for as long as the block takes, from when it has printed what it is ready with."""
    process = await asyncio.create_subprocess_exec(
        *args, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, **options)
    try:
        async with asyncio.timeout(30):
            while not (found := ready((await process.stdout.readline()).decode())):
                pass
        yield found
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


def numbers(count):
    """So many numbers in the United States."""
    return [f"+1212{555 if nth > 9999 else 334 + nth // 10000}{nth:04d}" for nth in range(count)]

"""The command and its campaigns against hostile peers, real proxies, outages, frozen processes and clocks that step.

    run.py OUTBOUND_BINARY [PART …]

All parts run side by side, because they wait more than they work. Ends with `N passed, M failed`.
"""

import asyncio
import importlib
import os
import re
import sys
import time

import harness

PARTS = ["proxies", "answers", "outages", "readings", "freezes", "clocks"]


async def run(part, binary):
    report, began = harness.Report(part), time.monotonic()
    try:
        await importlib.import_module(part).run(binary, report)
    except Exception as error:  # whatever breaks off is a failure
        report.check(False, "it ran to its end", f"{type(error).__name__}: {error}")
    finally:
        harness.end_all()
    print("\n".join(report.lines) + f"\n{part}: {time.monotonic() - began:.0f} s", flush=True)
    return report.passed, report.failed


async def apart(part, binary):
    """A part in a process of its own, so that its peers answer in time however much the others do."""
    process = await asyncio.create_subprocess_exec(sys.executable, __file__, binary, part, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    *lines, counts = told.decode().splitlines() or [""]
    print("\n".join(lines), flush=True)
    found = re.fullmatch(r"(\d+) passed, (\d+) failed", counts)
    if not found:
        print(f"FAILED  {part}: it ended without counting: {counts}")
    return tuple(map(int, found.groups())) if found else (0, 1)


async def main():
    binary, *parts = sys.argv[1:]
    binary, parts = os.path.abspath(binary), parts or PARTS
    one = run if len(parts) == 1 else apart
    counts = await asyncio.gather(*(one(part, binary) for part in parts))
    passed, failed = (sum(column) for column in zip(*counts))
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

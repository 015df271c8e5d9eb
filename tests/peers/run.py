"""The command and its campaigns against hostile peers, real proxies, outages, frozen processes and clocks that step.

    run.py OUTBOUND_BINARY [PART …]

All parts run side by side, because they wait more than they work. Ends with `N passed, M failed`.
"""

import asyncio
import importlib
import os
import sys
import time

import harness

PARTS = ["proxies", "answers", "outages", "readings", "freezes", "clocks"]


async def run(part, binary):
    report, began = harness.Report(part), time.monotonic()
    try:
        await importlib.import_module(part).run(binary, report)
    except Exception as error:  # a part that breaks off is a failure, and the others go on
        report.check(False, "it ran to its end", f"{type(error).__name__}: {error}")
    print("\n".join(report.lines), f"\n{part}: {time.monotonic() - began:.0f} s", flush=True)
    return report


async def main():
    binary, *parts = sys.argv[1:]
    binary = os.path.abspath(binary)
    try:
        reports = await asyncio.gather(*(run(part, binary) for part in parts or PARTS))
    finally:
        harness.end_all()
    passed, failed = sum(it.passed for it in reports), sum(it.failed for it in reports)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

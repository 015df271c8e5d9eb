"""Checks that are counted, for the scripts beside this."""

import subprocess
import sys

sys.dont_write_bytecode = True
_counts = {True: 0, False: 0}


def check(what: str, wrong: list[str]) -> None:
    """One check: passed if nothing is wrong."""
    _counts[not wrong] += 1
    print(f"{'FAIL' if wrong else 'ok  '}  {what}")
    for each in wrong:
        print(f"        {each}")


def end() -> None:
    """Says how many there were, as `tests/run` counts them."""
    print(f"{_counts[True]} passed, {_counts[False]} failed")
    sys.exit(_counts[False] > 0 or _counts[True] == 0)


def output(*command: str) -> str:
    """What a command says; its errors go where ours do."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def tracked(*patterns: str) -> list[str]:
    """The files of the repository whose names fit."""
    found = output("git", "ls-files", "--", *patterns).splitlines()
    if not found:
        raise SystemExit(f"no file is named {' or '.join(patterns)}: what is it that should be checked?")
    return found

"""The clock on the wall steps by an hour, forward or back, while calls are triggered and followed: nothing that is
answered is given up, nobody is rung twice, and nothing waits for the hour."""

import asyncio
import pathlib
import random

import harness
from peer import Does, Peer

RUNS = 20
HOUR = 3600
SLOWLY = Does(works=True, places=True, after=0.5)


def library():
    """Debian's libfaketime, which gives a process another clock."""
    found = list(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        raise FileNotFoundError("libfaketime: install Debian's package of that name")
    return str(found[0])


class Clock:
    """The clock of one command; the time that passes is always the true one."""

    def __init__(self, outbound):
        self.file = outbound.folder / "clock"
        outbound.environment |= {
            "LD_PRELOAD": library(), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1"}
        self.set(0)

    def set(self, seconds):
        fresh = self.file.with_suffix(".fresh")
        fresh.write_text(f"{seconds:+d}\n")
        fresh.replace(self.file)


async def stepped(clock, nth, rng, within):
    """Steps at a random moment, forward or back, and for half of the runs back to where it was."""
    await asyncio.sleep(rng.random() * within)
    clock.set(HOUR if nth % 2 else -HOUR)
    if nth % 4 < 2:
        await asyncio.sleep(rng.random() * within)
        clock.set(0)


async def call(binary, report, nth):
    rng = random.Random(nth)
    peer = await Peer(life=4.0).listen()
    peer.trigger = lambda _: SLOWLY
    outbound = harness.Outbound(binary, peer.url)
    clock = Clock(outbound)
    running = await outbound.start("call", "+14155550100", "--wait", "--json")
    await peer.arrived.wait()
    await stepped(clock, nth, rng, 0.5 if nth % 8 < 4 else 4.0)
    ran = await running.ran(60)
    told = (ran.code, peer.rings.total())
    report.check(told == (0, 1), f"call {nth} under a clock that steps: it is followed to its end, one ring", (told, ran))
    outbound.clean()
    await peer.refuse()


async def campaign(binary, report, nth):
    rng = random.Random(200 + nth)
    peer = await Peer(life=4.0).listen()
    peer.trigger = lambda _: SLOWLY
    listed = harness.numbers(6)
    outbound = harness.Outbound(binary, peer.url)
    clock = Clock(outbound)
    running = await outbound.start(*outbound.campaign(listed, rate=2))
    await peer.arrived.wait()
    await stepped(clock, nth, rng, 4.0)
    ran = await running.ran(90)
    states = await outbound.states()
    told = (ran.code, states, dict(peer.posts))
    expected = (0, {"succeeded": 6}, {number: 1 for number in listed})
    report.check(told == expected, f"campaign {nth} under a clock that steps: all calls are followed to their ends, one ring each", (told, ran))
    outbound.clean()
    await peer.refuse()


async def run(binary, report):
    await harness.together(report, [(test, binary, report, nth) for test in (call, campaign) for nth in range(RUNS)], crowd=20)

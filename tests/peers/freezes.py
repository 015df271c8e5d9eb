"""The process is stopped beyond every time-out while an answer comes, which then lies in its socket. It is read before
anything is given up: nothing that came is lost, and nobody is rung twice."""

import asyncio
import random
import signal

import harness
from peer import ACCEPTS, Does, Peer, refusal

RUNS = 20
#: How long a request may take, how long an answer takes, and for how long the process is stopped.
TIMEOUT, TAKES, STOPPED = 3.0, 0.3, 4.5
SLOWLY = Does(works=True, places=True, after=TAKES)


async def stop(running, rng):
    await asyncio.sleep(rng.random() * TAKES * 0.8)
    running.signal(signal.SIGSTOP)
    await asyncio.sleep(STOPPED)
    running.signal(signal.SIGCONT)


async def call(binary, report, nth):
    """Stopped while its trigger is answered, or while the one reading is that says how the call ended."""
    rng, at_reading = random.Random(nth), nth % 2 == 1
    peer = await Peer().listen()
    peer.trigger = lambda _: ACCEPTS if at_reading else SLOWLY
    # Once told, a result is not told again: if it were lost, it would be for good.
    peer.read = lambda request: SLOWLY if peer.reads == 1 else refusal(request.agents, 404, "its status data has expired")
    outbound = harness.Outbound(binary, peer.url)
    running = await outbound.start("call", "+14155550100", "--wait", "--json", "--timeout", str(TIMEOUT))
    while not (peer.reads if at_reading else peer.posts) and running.process.returncode is None:
        await asyncio.sleep(0.005)
    await stop(running, rng)
    ran = await running.ran(60)
    what = "the reading" if at_reading else "the trigger"
    told = (ran.code, peer.rings.total(), peer.posts.total())
    report.check(told == (0, 1, 1), f"call {nth}, stopped while {what} was answered: the answer is read, one ring", (told, ran))
    outbound.clean()
    await peer.refuse()


async def campaign(binary, report, nth):
    """Stopped three times, each time while one request or more is answered."""
    rng = random.Random(100 + nth)
    peer = await Peer().listen()
    peer.trigger = lambda _: SLOWLY
    told = set()

    def read(request):
        if request.path in told:
            return refusal(request.agents, 404, "its status data has expired")
        told.add(request.path)
        return SLOWLY

    peer.read = read
    listed = harness.numbers(6)
    outbound = harness.Outbound(binary, peer.url)
    running = await outbound.start(*outbound.campaign(listed, "--timeout", str(TIMEOUT), rate=3))
    for _ in range(3):
        seen = len(peer.correlations) + rng.randrange(1, 4)
        while len(peer.correlations) < seen and running.process.returncode is None:
            await asyncio.sleep(0.005)
        await stop(running, rng)
    ran = await running.ran(120)
    states = await outbound.states()
    told = (ran.code, states, dict(peer.posts))
    expected = (0, {"succeeded": 6}, {number: 1 for number in listed})
    report.check(told == expected, f"campaign {nth}, stopped three times: every answer is read, everybody is rung once", (told, ran))
    outbound.clean()
    await peer.refuse()


async def run(binary, report):
    await harness.together(report, [(test, binary, report, nth) for test in (call, campaign) for nth in range(RUNS)], crowd=20)

"""Something before the service refuses its readings for a while (in virtual time for five minutes: tests/tests/outages):
that is not the service's word, and no result is lost by it."""

import asyncio

import harness
from peer import ACCEPTS, Peer, page

LASTS, ROWS = 15.0, 10
KINDS = {"404": page(404, "Not Found"), "400": page(400, "Bad Request"), "405": page(405, "Method Not Allowed"), "403": page(403, "Forbidden"), "410": page(410, "Gone")}


async def refused_for_a_while(peer, does):
    """From the first reading on."""
    peer.read = lambda _: does
    while not peer.reads:
        await asyncio.sleep(0.02)
    await asyncio.sleep(LASTS)
    peer.read = lambda _: ACCEPTS


async def call(binary, report, what, does):
    peer = await Peer(life=1.0).listen()
    outbound = harness.Outbound(binary, peer.url)
    running = await outbound.start("call", "+14155550100", "--wait", "--json")
    await refused_for_a_while(peer, does)
    ran = await running.ran(90)
    report.check((ran.code, peer.rings.total()) == (0, 1), f"a gateway answers {what} to the readings of a call: its result is not lost", ran)
    outbound.clean()
    await peer.refuse()


async def campaign(binary, report, what, does):
    peer = await Peer(life=1.0).listen()
    outbound = harness.Outbound(binary, peer.url)
    running = await outbound.start(*outbound.campaign(harness.numbers(ROWS)))
    await refused_for_a_while(peer, does)
    ran = await running.ran(90)
    states = await outbound.states()
    told = (ran.code, states, peer.posts.total())
    report.check(told == (0, {"succeeded": ROWS}, ROWS), f"a gateway answers {what} to the readings of a campaign: 0 of {ROWS} results are lost", (told, ran))
    outbound.clean()
    await peer.refuse()


async def run(binary, report):
    await harness.together(report, [(test, binary, report, what, does) for test in (call, campaign) for what, does in KINDS.items()])

"""An outage in the middle of a list, of each kind, scaled down to seconds (in virtual time it lasts ten minutes:
tests/tests/outages). No row ends because of it, three at most become unconfirmed, and then the list is finished: by itself,
or by one `campaign resume` if the run has asked for that."""

import asyncio

import harness
from peer import ACCEPTS, LOGIN, REDIRECT, Does, Peer, page, refusal

ROWS, LASTS = 60, 12.0

KINDS = {
    "refuses connections": None,
    "resets them": Does(ends="reset"),
    "hangs": Does(ends="hang"),
    "answers a gateway's 502": page(502, "Bad Gateway"),
    "answers a gateway's 503": page(503, "Service Unavailable"),
    "answers a gateway's 504": page(504, "Gateway Time-out"),
    "fails with its own 500": refusal(False, 500),
    "answers a gateway's 400": page(400, "Bad Request"),
    "answers a gateway's 404": page(404, "Not Found"),
    "answers a gateway's 405": page(405, "Method Not Allowed"),
    "redirects": REDIRECT,
    "shows a login page": LOGIN,
}


async def outage(binary, report, what, does):
    peer = await Peer(life=0.5).listen()
    outbound = harness.Outbound(binary, peer.url)
    listed = harness.numbers(ROWS)
    running = await outbound.start(*outbound.campaign(listed, "--timeout", "2", rate=10))
    while peer.posts.total() < ROWS // 4 and running.process.returncode is None:
        await asyncio.sleep(0.02)
    # From now on nothing works, triggers and readings alike.
    if does is None:
        await peer.refuse()
    else:
        peer.trigger = peer.read = lambda _: does
    await asyncio.sleep(LASTS)
    states = await outbound.states()
    asks = "campaign resume" in running.stderr
    report.check(states.get("unconfirmed", 0) <= 3, f"the service {what}: three rows at most become unconfirmed", states)
    report.check(set(states) <= {"succeeded", "scheduled", "dialing", "in_progress", "unconfirmed"}, f"the service {what}: no row ends because of it", states)
    if does is None:
        await peer.listen()
    else:
        peer.trigger = peer.read = lambda _: ACCEPTS
    resumed = await outbound.run("campaign", "resume") if asks else None
    ran = await running.ran(100)
    states = await outbound.states()
    unconfirmed = states.pop("unconfirmed", 0)
    by = "by one resume, which it asked for" if asks else "by itself"
    report.check(
        unconfirmed <= 3 and states == {"succeeded": ROWS - unconfirmed}, f"the service {what}: then the list is finished, {by}",
        (states, unconfirmed, resumed, ran))
    report.check(max(peer.rings.values()) == 1, f"the service {what}: nobody is rung twice", peer.rings.most_common(3))
    report.check(ran.code == (5 if unconfirmed else 0), f"the service {what}: the exit code says whether a row is unconfirmed", ran)
    outbound.clean()
    await peer.refuse()


async def run(binary, report):
    await harness.together(report, [(outage, binary, report, what, does) for what, does in KINDS.items()])

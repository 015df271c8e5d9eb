"""The table of what may be sent again, told by a peer: how often a trigger is sent, and what the command exits with."""

import asyncio

import harness
from peer import ACCEPTS, FETCH_FAILED, LOGIN, PROXY_ERROR, REDIRECT, Does, Peer, page, refusal

RETRIES = 2
AGAIN = 1 + RETRIES
OPTED_IN = ["--agents-502-not-placed"]
OUTBOUND, AGENTS = False, True

#: A service of the other dialect's envelope is the service as well; without the header nobody is.
def envelope(agents, status, **more):
    return refusal(agents, status, own=False, **more)


#: What, dialect, answer, further flags; POSTs, exit code, placement.
TABLE = [
    ("408 of its own", OUTBOUND, refusal(OUTBOUND, 408), [], 1, 5, "unknown"),
    ("408 of its own", AGENTS, refusal(AGENTS, 408), [], 1, 5, "unknown"),
    ("408 of something else", OUTBOUND, page(408, "Request Timeout"), [], 1, 5, "unknown"),
    ("500 of its own", OUTBOUND, refusal(OUTBOUND, 500), [], AGAIN, 6, "not_placed"),
    ("500 of its own in the other envelope", OUTBOUND, refusal(AGENTS, 500), [], AGAIN, 6, "not_placed"),
    ("500 of its own", AGENTS, refusal(AGENTS, 500), [], 1, 5, "unknown"),
    ("500 in its envelope without its header", OUTBOUND, envelope(OUTBOUND, 500), [], 1, 5, "unknown"),
    ("a proxy's JSON 500", OUTBOUND, PROXY_ERROR, [], 1, 5, "unknown"),
    ("500 that says another error_id than its header", OUTBOUND, Does(500, {"success": False, "error": "x", "error_id": "another", "error_code": "X"}, own=True), [], 1, 5, "unknown"),
    ("502 of its own", OUTBOUND, refusal(OUTBOUND, 502), [], 1, 5, "unknown"),
    ("502 of its own", AGENTS, refusal(AGENTS, 502), [], 1, 5, "unknown"),
    ("502 of its own, with the option", AGENTS, refusal(AGENTS, 502), OPTED_IN, AGAIN, 6, "not_placed"),
    ("502 without its header, with the option", AGENTS, envelope(AGENTS, 502), OPTED_IN, 1, 5, "unknown"),
    ("a gateway's 502, with the option", AGENTS, page(502, "Bad Gateway"), OPTED_IN, 1, 5, "unknown"),
    ("503 of its own", OUTBOUND, refusal(OUTBOUND, 503), [], AGAIN, 6, "not_placed"),
    ("503 of its own", AGENTS, refusal(AGENTS, 503), [], AGAIN, 6, "not_placed"),
    ("503 in its envelope without its header", AGENTS, envelope(AGENTS, 503), [], 1, 5, "unknown"),
    ("a cache's 503 page with Retry-After", OUTBOUND, FETCH_FAILED, [], 1, 5, "unknown"),
    ("a cache's 503 page with Retry-After", AGENTS, FETCH_FAILED, [], 1, 5, "unknown"),
    ("504 of its own", OUTBOUND, refusal(OUTBOUND, 504), [], 1, 5, "unknown"),
    ("429 of its own", OUTBOUND, refusal(OUTBOUND, 429), [], AGAIN, 6, "not_placed"),
    ("a redirect", OUTBOUND, REDIRECT, [], 1, 5, "unknown"),
    ("a login page", OUTBOUND, LOGIN, [], 1, 5, "unknown"),
    ("200 without a SID", OUTBOUND, Does(200, {"status": "queued"}, own=True), [], 1, 5, "unknown"),
    ("200 with two SIDs", OUTBOUND, Does(200, {"call_sid": "OUT-1", "callSid": "OUT-2"}, own=True), [], 1, 5, "unknown"),
    ("a cut connection", OUTBOUND, Does(), [], 1, 5, "unknown"),
    ("a reset connection", AGENTS, Does(ends="reset"), [], 1, 5, "unknown"),
    ("400 of its own", OUTBOUND, refusal(OUTBOUND, 400), [], 1, 2, "not_placed"),
    ("400 of a validator", AGENTS, Does(400, {"message": "Validation failed", "errors": [{"field": "toNumber", "message": "no"}]}, own=True), [], 1, 2, "not_placed"),
    ("401 of its own", OUTBOUND, refusal(OUTBOUND, 401), [], 1, 3, "not_placed"),
    ("404 of its own", AGENTS, refusal(AGENTS, 404), [], 1, 4, "not_placed"),
    ("a gateway's 400", OUTBOUND, page(400, "Bad Request"), [], 1, 2, "not_placed"),
    ("a gateway's 404", OUTBOUND, page(404, "Not Found"), [], 1, 4, "not_placed"),
    ("a gateway's 405", OUTBOUND, page(405, "Method Not Allowed"), [], 1, 2, "not_placed"),
]


def named(row):
    what, agents, *_ = row
    return f"{what}, {'agents' if agents else 'outbound'}"


async def call(binary, report, row):
    _, agents, does, flags, posts, code, placement = row
    peer = await Peer().listen()
    peer.trigger = lambda _: does
    outbound = harness.Outbound(binary, peer.url)
    ran = await outbound.call(*(harness.AGENTS if agents else []), *flags, "--max-retries", str(RETRIES))
    told = (peer.posts.total(), ran.code, ran.error.get("placement"))
    report.check(told == (posts, code, placement), f"{named(row)}: {posts} POSTs, exit code {code}, {placement}", (told, ran))
    # Whatever came of it, support can find it: by the id that the answer had, else by the one that was sent.
    report.check(
        ran.error.get("correlation_id") == peer.correlations[-1] is not None and len(set(peer.correlations)) == len(peer.correlations),
        f"{named(row)}: a fresh correlation id with each request, and the last one is told", (peer.correlations, ran))
    outbound.clean()
    await peer.refuse()


async def campaign(binary, report, row):
    """Each of a list's triggers is answered so; a placement that is unknown stops the list after three."""
    _, agents, does, flags, posts, _, placement = row
    peer = await Peer().listen()
    peer.trigger = lambda _: does
    outbound = harness.Outbound(binary, peer.url)
    running = await outbound.start(*outbound.campaign(harness.numbers(8), *(harness.AGENTS if agents else []), *flags))
    stopped = await running.until(lambda it: "campaign resume" in it.stderr)
    # More of them would be dialed now.
    await asyncio.sleep(3)
    states = await outbound.states()
    report.check(states.get("unconfirmed") == 3, f"{named(row)}: three rows of a campaign become unconfirmed", (states, running.stderr))
    report.check(list(peer.posts.values()) == [1, 1, 1], f"{named(row)}: in a campaign 1 POST for each of them and for no other", peer.posts)
    report.check(stopped, f"{named(row)}: the campaign stops until a person resumes it, and says so", running.stderr)
    told = await outbound.run("campaign", "cancel", "--yes")
    ran = await running.ran()
    report.check(ran.code == 5, f"{named(row)}: the campaign's exit code is 5", (told, ran))
    outbound.clean()
    await peer.refuse()


async def campaign_again(binary, report, row):
    """Two triggers of a list are answered so, and then none."""
    _, agents, does, flags, *_ = row
    peer = await Peer().listen()
    peer.trigger = lambda _: does if peer.posts.total() < 2 else ACCEPTS
    outbound = harness.Outbound(binary, peer.url)
    ran = await outbound.run(*outbound.campaign(harness.numbers(3), *(harness.AGENTS if agents else []), *flags))
    states = await outbound.states()
    told = (ran.code, states, peer.posts.total(), max(peer.rings.values()))
    report.check(told == (0, {"succeeded": 3}, 5, 1), f"{named(row)}: a campaign sends again, and everybody is rung once", (told, ran))
    outbound.clean()
    await peer.refuse()


async def run(binary, report):
    unknown = [row for row in TABLE if row[6] == "unknown"]
    again = [row for row in TABLE if row[4] == AGAIN and "429" not in row[0]]
    await harness.together(report, [
        *((call, binary, report, row) for row in TABLE),
        *((campaign, binary, report, row) for row in unknown),
        *((campaign_again, binary, report, row) for row in again),
    ])

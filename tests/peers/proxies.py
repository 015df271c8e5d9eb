"""Real proxies before a service that accepts a trigger, rings, and then breaks off. Whatever the proxy makes of that, the
phone rings once and the command says that it does not know."""

import asyncio
import contextlib
import pathlib
import tempfile

import harness
from peer import ACCEPTS, Does, Peer

#: What the service does once it has rung.
AFTERWARDS = {
    "cuts": Does(places=True),
    "resets": Does(ends="reset", places=True),
    "hangs": Does(ends="hang", places=True),
    "breaks off in the middle of its answer": Does(200, {"call_sid": "OUT-0b7f4f4e"}, own=True, ends="half", places=True),
    "says what is no HTTP": Does(ends="noise", places=True),
}

VCL = """
vcl 4.1;
backend service {{ .host = "127.0.0.1"; .port = "{port}"; .first_byte_timeout = 2s; .between_bytes_timeout = 2s; }}
sub vcl_recv {{ return (pass); }}
"""


@contextlib.asynccontextmanager
async def varnish(upstream):
    with tempfile.TemporaryDirectory(prefix="varnish-") as folder:
        vcl = pathlib.Path(folder, "service.vcl")
        vcl.write_text(VCL.format(port=upstream.port))
        state = f"{folder}/state"
        # Without a jail: whoever runs the tests runs it, and what it keeps is in a folder of their own.
        command = ["varnishd", "-F", "-j", "none", "-a", "127.0.0.1:0", "-f", str(vcl), "-n", state, "-s", "malloc,16m", "-t", "0"]
        async with harness.program(*command, ready=lambda line: "Started" in line or "said Child starts" in line):
            process = await asyncio.create_subprocess_exec(
                "varnishadm", "-n", state, "debug.listen_address", stdout=asyncio.subprocess.PIPE)
            told, _ = await process.communicate()
            _, host, port = told.decode().split()[:3]
            yield f"http://{host}:{port}"


def fastify(upstream):
    return harness.program("node", str(harness.HERE / "proxy.mjs"), upstream.url, ready=lambda line: line.strip() if "http://" in line else None)


async def behind(binary, report, name, proxy):
    upstream = await Peer(life=1.0).listen()
    async with proxy(upstream) as url:
        # The proxy works at all: a call behind it is placed, and followed to its end.
        outbound = harness.Outbound(binary, url)
        ran = await outbound.call("--wait")
        report.check(ran.code == 0 and upstream.rings.total() == 1, f"a call behind {name} is followed to its end", ran)
        outbound.clean()
        for nth, (what, does) in enumerate(AFTERWARDS.items()):
            for api in ([], harness.AGENTS):
                number = f"+1415555{nth}0{len(api):02d}"
                upstream.trigger = lambda _, does=does: does
                outbound = harness.Outbound(binary, url)
                ran = await outbound.call(*api, number=number)
                told = (upstream.rings[number], ran.code, ran.error.get("placement"))
                report.check(told == (1, 5, "unknown"), f"the service behind {name} {what}: one ring, exit code 5, unknown", (told, ran))
                outbound.clean()
    await upstream.refuse()


async def campaign_behind(binary, report, name, proxy):
    upstream = await Peer(life=1.0).listen()
    upstream.trigger = lambda _: AFTERWARDS["cuts"]
    async with proxy(upstream) as url:
        outbound = harness.Outbound(binary, url)
        listed = harness.numbers(12)
        running = await outbound.start(*outbound.campaign(listed))
        # It is given the time to dial them all, if it were to.
        await asyncio.sleep(20)
        states = await outbound.states()
        report.check(max(upstream.rings.values(), default=0) == 1, f"nobody rings twice behind {name}, in a campaign", upstream.rings)
        report.check(0 < states.get("unconfirmed", 0) <= 3, f"behind {name} at most three rows become unconfirmed", states)
        report.check(states.get("failed", 0) == 0, f"behind {name} no row fails because of it", states)
        upstream.trigger = lambda _: ACCEPTS
        told = await outbound.run("campaign", "resume")
        ran = await running.ran()
        states = await outbound.states()
        expected = {"succeeded": 12 - states.get("unconfirmed", 0), "unconfirmed": states.get("unconfirmed", 0)}
        report.check(states == expected and ran.code == 5, f"once the service behind {name} is well, one `resume` finishes the list", (states, told, ran))
        report.check(upstream.rings == {number: 1 for number in listed}, f"and everybody was rung once behind {name}", upstream.rings)
        outbound.clean()
    await upstream.refuse()


async def run(binary, report):
    proxies = {"Varnish": varnish, "Fastify's proxy": fastify}
    await harness.together(report, [
        (test, binary, report, name, proxy) for name, proxy in proxies.items() for test in (behind, campaign_behind)])

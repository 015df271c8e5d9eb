"""A service of the tests' own: it counts what arrives, and does with each request what it is told.

A peer speaks both dialects. `trigger` and `read` are what it does with either kind of request, and may be changed while
it runs; each is given the request and answers with a `Does`. Unless told otherwise it accepts every trigger, and a call
is in `calling` for `life` seconds, then a success, whose status is kept for `kept` seconds.
"""

import asyncio
import collections
import dataclasses
import errno
import json
import random
import re
import socket
import struct
import time
import uuid

CORRELATION = "X-PolyAI-Correlation-Id"


@dataclasses.dataclass(frozen=True)
class Does:
    """What becomes of a request. Whoever is not answered is cut off, unless it hangs."""

    status: int | None = None
    #: A dictionary is JSON, text is a page.
    body: object = ""
    headers: tuple = ()
    #: Whether the answer is marked as the service's own, as only the service marks its answers.
    own: bool = False
    #: Instead of an answer, or in the middle of it: `cut`, `reset`, `hang`, `half`, `noise`.
    ends: str = ""
    #: As by a service with which nothing is wrong.
    works: bool = False
    #: How long it takes, in seconds.
    after: float = 0.0
    #: Whether a trigger places a call, whatever it is told.
    places: bool = False


def page(status, title, **more):
    return Does(status, f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>", **more)


def refusal(agents, status, name="told to refuse", **more):
    """The service's own envelope of an error; `ID` becomes the correlation id of the answer."""
    more.setdefault("own", True)
    if agents:
        envelope = {"success": False, "error": name, "error_id": "ID", "error_code": "TOLD", "error_message": name, "data": None}
        return Does(status, envelope, **more)
    return Does(status, {"error": name, "code": "TOLD"}, **more)


#: What answers before or instead of the service, by name.
LOGIN = page(200, "Sign in to the network")
REDIRECT = page(302, "Found", headers=(("Location", "/login"),))
#: As Varnish writes it when a backend that had taken the request breaks off.
FETCH_FAILED = page(503, "503 Backend fetch failed", headers=(("Retry-After", "1"),))
#: As Fastify's proxy writes it then: the members of an envelope, and not the header of the service.
PROXY_ERROR = Does(500, {"statusCode": 500, "code": "ECONNRESET", "error": "Internal Server Error", "message": "socket hang up"})


@dataclasses.dataclass
class Request:
    method: str
    path: str
    headers: dict
    body: dict
    at: float = 0.0

    @property
    def agents(self):
        return self.path.startswith("/v1/agents/")

    @property
    def number(self):
        return self.body.get("to_number") or self.body.get("toNumber")


class Peer:
    def __init__(self, life=0.0, kept=7200.0):
        self.life, self.kept = life, kept
        self.trigger = lambda request: ACCEPTS
        self.read = lambda request: ACCEPTS
        #: Numbers of all triggers that arrived, and of those that rang somebody's phone.
        self.posts, self.rings = collections.Counter(), collections.Counter()
        self.reads = 0
        self.correlations = []
        #: When each call was placed, by SID.
        self.calls = {}
        self.arrived = asyncio.Event()
        self.server, self.port, self.writers = None, 0, set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    async def listen(self):
        """Begins to listen, at the same port as before.

        It is below those that the system gives to who asks for any, so that nobody else gets it meanwhile.
        """
        while True:
            port = self.port or random.randrange(20_000, 30_000)
            try:
                self.server = await asyncio.start_server(self.serve, "127.0.0.1", port)
            except OSError as error:
                if self.port or error.errno != errno.EADDRINUSE:
                    raise
            else:
                self.port = port
                return self

    async def refuse(self):
        """Listens no more: whoever connects is refused."""
        self.server.close()
        for writer in list(self.writers):
            writer.transport.abort()

    async def serve(self, reader, writer):
        self.writers.add(writer)
        try:
            while (request := await read_request(reader)) is not None:
                if not await self.answer(request, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side is gone, or the tests are over
        finally:
            self.writers.discard(writer)
            writer.close()

    async def answer(self, request, writer):
        """Does what it is told with a request; whether the connection goes on."""
        request.at = time.monotonic()
        self.correlations.append(request.headers.get(CORRELATION.lower()))
        sid = None
        if request.method == "POST":
            does = self.trigger(request)
            self.posts[request.number] += 1
            if does.places:
                self.rings[request.number] += 1
                sid = f"OUT-{uuid.uuid4()}"
                self.calls[sid] = request.at
        else:
            self.reads += 1
            does = self.read(request)
        self.arrived.set()
        await asyncio.sleep(does.after)
        if does.works:
            does = self.accepted(request, sid)
        return await self.perform(does, request, writer)

    def accepted(self, request, sid):
        """The service's answer when nothing is wrong."""
        if request.method == "POST":
            return Does(200, {"callSid": sid, "status": "QUEUED"} if request.agents else {"call_sid": sid}, own=True)
        sid = re.search(r"OUT-[0-9a-f-]+", request.path)[0]
        age = time.monotonic() - self.calls.get(sid, float("-inf"))
        if age > self.life + self.kept:
            return refusal(request.agents, 404, "no such call, or its data has expired")
        status = "calling" if age < self.life else "success"
        status = {"callSid": sid, "status": status.upper()} if request.agents else {"status": status}
        return Does(200, {**status, "reason": ""}, own=True)

    async def perform(self, does, request, writer):
        if does.ends == "hang":
            await asyncio.sleep(3600)
        if does.ends == "reset":
            # With no time to linger the socket is reset when it is closed.
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
            return False
        if does.ends == "noise":
            writer.write(b"what is that?\r\n\r\n")
        if does.status is None:
            return False
        identifier = request.headers.get(CORRELATION.lower()) or str(uuid.uuid4())
        is_json = isinstance(does.body, dict)
        body = (json.dumps(does.body).replace('"ID"', f'"{identifier}"') if is_json else does.body).encode()
        headers = [("Content-Type", "application/json" if is_json else "text/html"), ("Content-Length", str(len(body))), *does.headers]
        if does.own:
            headers.append((CORRELATION, identifier))
        head = f"HTTP/1.1 {does.status} Told\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
        writer.write(head.encode() + (body[: len(body) // 2] if does.ends == "half" else body))
        await writer.drain()
        return not does.ends


#: What a service does with which nothing is wrong; a trigger rings.
ACCEPTS = Does(works=True, places=True)


async def read_request(reader):
    """A whole request; nothing once the other side has closed."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    first, *lines = head.rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:size]
        await reader.readline()
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, json.loads(body) if body else {})

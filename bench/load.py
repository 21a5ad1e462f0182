"""The load: keep-alive connections in a process of its own, each sending as soon as it is answered.

With a pace, requests fall due at a steady rate instead, whatever the answers take, and how long one
took counts from when it was due: a stall weighs on all that should have been sent meanwhile.

Reads a plan from standard input, says `begin` when it has warmed up, and writes one JSON result.
It parses no more than the status and the length, to leave the processor to those it measures.
"""

import asyncio
import itertools
import json
import pickle
import sys
import time
from array import array
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from random import Random
from typing import cast

import uvloop


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send: beginnings of requests, and tails to pair them with in rotation.

    A beginning is the request line; a tail holds the headers all requests share, such as a token.
    The pace is in requests a second, 0 for as fast as they are answered.
    """

    port: int
    beginnings: list[bytes]
    tails: list[bytes]
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 32
    warm_up: float = 1.0
    seconds: float = 5.0
    most: int = 0
    pace: float = 0.0
    seed: int = 1

    def requests(self) -> Iterator[bytes]:
        """Yield whole requests, in a random order that visits every beginning."""
        chance = Random(self.seed)
        places = list(range(len(self.beginnings)))
        number = 0
        while True:
            chance.shuffle(places)
            for place in places:
                number += 1
                yield self._request(place, number)

    def _request(self, place: int, number: int) -> bytes:
        head = self.beginnings[place] + self.tails[number % len(self.tails)]
        if not self.bodies:
            return head + b"\r\n"
        body = self.bodies[place % len(self.bodies)]
        return b"%bcontent-length: %d\r\n\r\n%b" % (head, len(body), body)


@dataclass(slots=True)
class Result:
    """What was measured between warm-up and end."""

    requests: int
    seconds: float
    p50: float
    p99: float
    octets: int
    others: dict[int, int]


class Run:
    """One run over all its connections."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.source = plan.requests()
        self.durations = array("d")
        self.statuses: Counter[int] = Counter()
        self.octets = 0
        self.is_measuring = False
        self.is_over = False
        self.ended = asyncio.Event()
        self.due: deque[float] = deque()
        self.free: deque[Client] = deque()

    def next(self, client: "Client") -> None:
        """Let a connection send what is due, or wait until something is."""
        if self.is_over:
            return
        if not self.plan.pace:
            client.send(time.perf_counter())
        elif self.due:
            client.send(self.due.popleft())
        else:
            self.free.append(client)

    async def keep_pace(self) -> None:
        """Let requests fall due until the end."""
        began = time.perf_counter()
        for number in itertools.count():
            due = began + number / self.plan.pace
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if self.is_over:
                return
            if self.free:
                self.free.popleft().send(due)
            else:
                self.due.append(due)

    def note(self, status: int, seconds: float, octets: int) -> None:
        """Take note of one answer."""
        if not self.is_measuring:
            return
        self.durations.append(seconds)
        self.statuses[status] += 1
        self.octets += octets
        if 0 < self.plan.most <= len(self.durations):
            self.is_measuring, self.is_over = False, True
            self.ended.set()

    async def run(self) -> Result:
        """Warm up, measure, and return what was found."""
        loop = asyncio.get_running_loop()
        for _ in range(self.plan.connections):
            await loop.create_connection(lambda: Client(self), "127.0.0.1", self.plan.port)
        pacing = loop.create_task(self.keep_pace()) if self.plan.pace else None
        await asyncio.sleep(self.plan.warm_up)
        sys.stdout.write("begin\n")
        sys.stdout.flush()
        began = time.perf_counter()
        self.is_measuring = True
        try:
            await asyncio.wait_for(self.ended.wait(), self.plan.seconds)
        except TimeoutError:
            self.is_measuring, self.is_over = False, True
        if pacing:
            await pacing
        return self._result(time.perf_counter() - began)

    def _result(self, seconds: float) -> Result:
        sorted_durations = sorted(self.durations) or [0.0]
        count = len(sorted_durations)
        return Result(
            requests=len(self.durations),
            seconds=seconds,
            p50=sorted_durations[count // 2] * 1000,
            p99=sorted_durations[min(count - 1, count * 99 // 100)] * 1000,
            octets=self.octets,
            others={s: n for s, n in self.statuses.items() if not 200 <= s < 300},
        )


class Client(asyncio.Protocol):
    """One connection with one request under way."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._held = b""
        self._missing = 0
        self._length = 0
        self._status = 0
        self._sent_at = 0.0
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast("asyncio.WriteTransport", transport)
        self._run.next(self)

    def data_received(self, data: bytes) -> None:
        """Count what arrives; send the next request when the answer is whole."""
        if self._missing:
            self._missing -= len(data)
        else:
            self._held += data
            if not self._read_head():
                return
        if self._missing <= 0:
            self._run.note(self._status, time.perf_counter() - self._sent_at, self._length)
            self._held, self._missing = b"", 0
            self._run.next(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Count a connection that went before its time as an answer with status 0."""
        self._run.note(0, time.perf_counter() - self._sent_at, 0)

    def _read_head(self) -> bool:
        """Find status and length; return whether the head is whole."""
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self._held
        self._status = int(head[9:12])
        at = head.find(b"content-length: ") + 16
        self._length = end + 4 + int(head[at : head.find(b"\r\n", at)])
        self._missing = self._length - len(head)
        return True

    def send(self, due: float) -> None:
        """Send the next request, which was due then."""
        if self._run.is_over or self._transport is None:
            return
        self._sent_at = due
        self._transport.write(next(self._run.source))


async def _main() -> None:
    plan: Plan = pickle.load(sys.stdin.buffer)  # noqa: S301 - from bench.run, over a pipe
    result = await Run(plan).run()
    sys.stdout.write(json.dumps(asdict(result)) + "\n")


if __name__ == "__main__":
    uvloop.run(_main())

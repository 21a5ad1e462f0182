"""Raw clients that write down every whole answer before they ask again: what cannot be lost."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from bench.plans import Rows, tails_of

PAUSE: Final = 0.05
SHOWN: Final = b'"customer_id"'
# How often each is asked: get, list, change, create.
MIX: Final = (50, 20, 25, 5)


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer, and when it was asked for and complete."""

    request_id: str
    status: int
    operation: str
    asked_at: float
    at: float
    shows_data: bool

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.at - self.asked_at


@dataclass(slots=True)
class Journal:
    """What all clients were answered, and how often a connection broke within an answer."""

    answers: list[Answer] = field(default_factory=list)
    broken: int = 0

    def between(self, start: float, end: float) -> list[Answer]:
        """Return the answers to what was asked, and answered, in a span of time."""
        return [one for one in self.answers if start <= one.asked_at and one.at <= end]


class Crowd:
    """Clients that ask without pause until told to stop; one that is cut off comes back."""

    def __init__(self, rows: Rows, port: int, clients: int) -> None:
        self.journal = Journal()
        self._rows = rows
        self._ids = rows.ids
        self._port = port
        self._tails = tails_of(rows)
        self._is_over = False
        self._good = asyncio.Event()
        self._tasks = [asyncio.create_task(self._ask(number)) for number in range(clients)]

    async def stop(self) -> None:
        """Let every client finish what it asked, and end."""
        self._is_over = True
        await asyncio.gather(*self._tasks)

    async def until_answered(self, limit: float) -> float:
        """Wait for the next good answer; returns how long it took, or raises TimeoutError."""
        began = time.monotonic()
        self._good.clear()
        async with asyncio.timeout(limit):
            await self._good.wait()
        return time.monotonic() - began

    async def _ask(self, number: int) -> None:
        chance = Random(number)
        while not self._is_over:
            try:
                await self._talk(chance)
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(PAUSE)

    async def _talk(self, chance: Random) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            while not self._is_over:
                operation, request = self._request(chance)
                asked_at = time.monotonic()
                writer.write(request)
                self._write_down(await self._answer(reader, operation, asked_at))
        finally:
            writer.close()

    def _write_down(self, answer: Answer) -> None:
        self.journal.answers.append(answer)
        if answer.status < 300:
            self._good.set()

    async def _answer(
        self, reader: asyncio.StreamReader, operation: str, asked_at: float
    ) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        try:
            body = await reader.readexactly(int(headers["content-length"]))
        except (OSError, asyncio.IncompleteReadError):
            self.journal.broken += 1
            raise
        return Answer(
            headers["x-request-id"],
            int(head[0][9:12]),
            operation,
            asked_at,
            time.monotonic(),
            SHOWN in body,
        )

    def _request(self, chance: Random) -> tuple[str, bytes]:
        operation = chance.choices(("get", "list", "change", "create"), MIX)[0]
        start, body = self._words(operation, chance)
        tail = chance.choice(self._tails)
        if body is None:
            return operation, start + tail + b"\r\n"
        more = b"content-type: application/json\r\nif-match: *\r\ncontent-length: %d\r\n\r\n%b"
        return operation, start + tail + more % (len(body), body)

    def _words(self, operation: str, chance: Random) -> tuple[bytes, bytes | None]:
        one = chance.choice(self._ids)
        if operation == "get":
            return f"GET /v1/customers/{one} HTTP/1.1\r\n".encode(), None
        if operation == "list":
            return b"GET /v1/customers?tier=%b&limit=20 HTTP/1.1\r\n" % _tier(chance), None
        if operation == "change":
            body = {"remark": f"Called on day {chance.randrange(1000)}"}
            return f"PATCH /v1/customers/{one} HTTP/1.1\r\n".encode(), _json(body)
        body = {"kind": "person", "name": "王小明", "tier": "D"}
        return b"POST /v1/customers HTTP/1.1\r\n", _json(body)


def statuses(answers: Sequence[Answer]) -> dict[int, int]:
    """Count answers by status."""
    found: dict[int, int] = {}
    for one in answers:
        found[one.status] = found.get(one.status, 0) + 1
    return dict(sorted(found.items()))


def _tier(chance: Random) -> bytes:
    return chance.choice("ABCD").encode()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()

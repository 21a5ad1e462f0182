"""Events: answers that go on (server-sent events, as the HTML standard has them), with an end.

The first byte waits for the audit line as that of any answer does. Between two looks nothing is
held, no connection to the database either; each look asks again whether the reader is still let in.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from app.core.problems import NotNow, NotSignedIn, Problem
from app.core.views import Event, Streamed, dump
from app.http.asgi import Receive, Scope, Send, header

MEDIA_TYPE: Final = "text/event-stream"
STILL: Final = "cims.still"
LEAVING: Final = "cims.leaving"
LOOK: Final = 0.5
SILENCE: Final = 15.0
LONGEST: Final = 300.0
SECONDS: Final = LONGEST + 30  # of the request that the stream answers
MOST: Final = 4
OPENING: Final = b"retry: 2000\n\n"
HEARTBEAT: Final = b":\n\n"

_open: Counter[object] = Counter()


class SeenEvent(str):
    """The id of the event that the reader of a stream has seen last; empty for none."""

    __slots__ = ()


class TooManyStreams(Problem):
    """The reader follows as many things as one may at a time."""

    slug, status = "too-many-streams", 429
    title, title_zh = "You follow too many things at once.", "同时打开的事件流过多。"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})


def seen_event(scope: Scope) -> SeenEvent:
    """Return the id that the reader of a stream names (Last-Event-ID)."""
    return SeenEvent((header(scope, b"last-event-id") or b"").decode("latin-1"))


async def send_events(
    scope: Scope, receive: Receive, send: Send, streamed: Streamed, reader: object
) -> None:
    """Send events until the last one, the reader's leave, or the longest time."""
    with _counted(reader):
        head = [(b"content-type", MEDIA_TYPE.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await _say(send, OPENING)
        gone = asyncio.create_task(_gone(scope, receive))
        try:
            with suppress(NotNow, NotSignedIn):  # the reader connects again, and is told then
                await _tell(scope, send, streamed, gone)
        finally:
            gone.cancel()
            await streamed.events.aclose()
    await send({"type": "http.response.body", "body": b""})


async def _tell(scope: Scope, send: Send, streamed: Streamed, gone: asyncio.Task[None]) -> None:
    clock = asyncio.get_running_loop().time
    began = spoke = clock()
    async for event in streamed.events:
        scope[STILL]()
        if event is not None or clock() - spoke >= SILENCE:
            await _say(send, HEARTBEAT if event is None else _written(event))
            spoke = clock()
        if gone.done() or clock() - began >= LONGEST or (event is not None and event.is_last):
            return
        await asyncio.wait([gone], timeout=LOOK)


async def _say(send: Send, said: bytes) -> None:
    await send({"type": "http.response.body", "body": said, "more_body": True})


def _written(event: Event) -> bytes:
    """Write an event; JSON has no line breaks of its own."""
    head = f"id: {event.id}\nevent: {event.name}\ndata: ".encode()
    return head + dump(event.values) + b"\n\n"


async def _gone(scope: Scope, receive: Receive) -> None:
    """Return when the reader has gone, or the service is about to."""
    leaving = scope.setdefault(LEAVING, asyncio.Event())
    waiting = [
        asyncio.ensure_future(leaving.wait()),
        asyncio.ensure_future(_disconnected(receive)),
    ]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@contextmanager
def _counted(reader: object) -> Iterator[None]:
    if _open[reader] >= MOST:
        raise TooManyStreams
    _open[reader] += 1
    try:
        yield
    finally:
        _open[reader] -= 1
        if not _open[reader]:
            del _open[reader]

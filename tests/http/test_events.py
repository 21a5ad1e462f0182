"""Events: an answer that goes on, until its last event, its longest time, or its reader's leave."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from app.core.problems import NotNow, NotSignedIn
from app.core.views import Event, Streamed
from app.http import events
from app.http.asgi import Message, Receive, Scope, Send
from app.http.events import LEAVING, STILL, seen_event, send_events
from app.http.wire import GuardedProtocol
from tests.http.listening import listening


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often."""
    monkeypatch.setattr(events, "LOOK", 0.01)


async def told(
    *what: Event | None, fault: Exception | None = None
) -> AsyncGenerator[Event | None, None]:
    """Tell these, then nothing new for ever, or a fault."""
    for one in what:
        yield one
    while fault is None:
        yield None
    raise fault


def event(number: int, *, is_last: bool = False) -> Event:
    """Make an event."""
    return Event(id=str(number), name="job", values={"done": number}, is_last=is_last)


async def sent(
    stream: AsyncGenerator[Event | None, None], scope: Scope, *, stays: bool = True
) -> list[Message]:
    """Send a stream, and return what was sent."""
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        await asyncio.sleep(30 if stays else 0.1)
        return {"type": "http.disconnect"}

    async with asyncio.timeout(5):
        await send_events(scope, receive, send, Streamed(stream), "reader")
    return messages


def let_in(**more: Any) -> Scope:
    """Make the scope of a reader who is let in."""
    return {"headers": [], STILL: lambda: None, **more}


def text_of(messages: list[Message]) -> str:
    """Return all that was said."""
    return b"".join(message.get("body", b"") for message in messages).decode()


async def test_the_last_event_ends_the_stream() -> None:
    """Events are written as the standard has them; the answer is ended."""
    messages = await sent(told(event(1), None, event(2, is_last=True)), let_in())

    assert text_of(messages) == (
        'retry: 2000\n\nid: 1\nevent: job\ndata: {"done":1}\n\n'
        'id: 2\nevent: job\ndata: {"done":2}\n\n'
    )
    assert messages[0]["headers"] == [(b"content-type", b"text/event-stream")]
    assert [message.get("more_body", False) for message in messages[1:]] == [
        True,
        True,
        True,
        False,
    ]


async def test_silence_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing to tell a comment is sent now and then, until the longest time is over."""
    monkeypatch.setattr(events, "SILENCE", 0.05)
    monkeypatch.setattr(events, "LONGEST", 0.3)

    messages = await sent(told(), let_in())

    said = text_of(messages).removeprefix("retry: 2000\n\n")
    assert set(said.split("\n\n")) == {":", ""}
    assert 2 <= said.count(":") <= 6
    assert messages[-1].get("more_body", False) is False


async def test_a_reader_who_has_gone_ends_it() -> None:
    """Nothing is looked up for nobody."""
    messages = await sent(told(), let_in(), stays=False)

    assert text_of(messages) == "retry: 2000\n\n"


async def test_a_service_that_stops_ends_it() -> None:
    """An open stream does not hold up the end of the service."""
    scope = let_in()
    streaming = asyncio.create_task(sent(told(), scope))
    await asyncio.sleep(0.1)

    scope[LEAVING].set()

    assert text_of(await streaming) == "retry: 2000\n\n"


@pytest.mark.parametrize("fault", [NotNow(), NotSignedIn()])
async def test_what_cannot_be_told_ends_it(fault: Exception) -> None:
    """Without a database or a session the stream ends whole, and leaves room for the next one."""
    said = [text_of(await sent(told(fault=fault), let_in())) for _ in range(events.MOST + 1)]

    assert {*said} == {"retry: 2000\n\n"}


async def test_who_is_out_is_told_nothing() -> None:
    """Before each event it is asked whether the reader may still be told."""

    def out() -> None:
        raise NotSignedIn

    assert text_of(await sent(told(event(1)), let_in(**{STILL: out}))) == "retry: 2000\n\n"


def test_the_event_seen_last_is_read() -> None:
    """From the header, empty without one."""
    assert seen_event({"headers": [(b"last-event-id", b"7")]}) == "7"
    assert seen_event({"headers": []}) == ""


async def test_a_server_that_shuts_down_ends_its_streams() -> None:
    """Over a real connection: the answer comes to its whole end, without waiting for the limit."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope[STILL] = lambda: None
        await send_events(scope, receive, send, Streamed(told()), "it")

    async with listening(app, GuardedProtocol) as where:
        talking = asyncio.create_task(where.talk(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n", ends=False))
        await asyncio.sleep(0.3)
        async with asyncio.timeout(3):
            await where.server.shutdown()

    answer = await talking
    assert b"text/event-stream" in answer
    assert answer.endswith(b"0\r\n\r\n")

"""The wire: clients that send too slowly, too much or no HTTP, and clients that do not read."""

import asyncio
from typing import ClassVar, Final

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.core.clock import new_id
from app.core.problems import Problem, TooLarge, Unreadable
from app.http.errors import describe
from app.http.events import LEAVING
from app.http.limits import LARGEST_HEADERS

LARGEST_HEAD: Final = 2 * LARGEST_HEADERS
HEAD, BODY, NOTHING = "head", "body", "nothing"
FIXED: Final = (
    b"content-type: application/problem+json\r\n"
    b"cache-control: no-store\r\n"
    b"x-content-type-options: nosniff\r\n"
    b"connection: close\r\n"
)


class GuardedProtocol(HttpToolsProtocol):
    """Parses as uvicorn does, which by itself waits and collects without end.

    What a request is refused for here never was one, so it has no audit line.
    """

    # The body's time is that of the longest request, a batch, and some more to tell the client.
    seconds: ClassVar[dict[str, float]] = {HEAD: 10.0, BODY: 40.0}
    unread_seconds: ClassVar[float] = 30.0

    _part = HEAD
    _timed = NOTHING
    _head = 0
    _timer: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Wait for a request, not for ever."""
        super().connection_made(transport)
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop to wait."""
        super().connection_lost(exc)
        self._part = NOTHING
        self._arm()
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Take what came, and see what is still missing."""
        before = self._part
        super().data_received(data)
        if before is HEAD and self._part is HEAD:
            self._head += len(data)
            if self._head > LARGEST_HEAD:
                self._refuse(TooLarge())
        if self._part is not self._timed:
            self._arm()

    def on_message_begin(self) -> None:
        """Begin a request; the time for the one before must not end this one's connection."""
        super().on_message_begin()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._part, self._timed, self._head = HEAD, NOTHING, 0

    def on_headers_complete(self) -> None:
        """Go on to its body."""
        super().on_headers_complete()
        self._part = BODY

    def on_message_complete(self) -> None:
        """Wait for nothing more."""
        super().on_message_complete()
        self._part = NOTHING

    def shutdown(self) -> None:
        """End when what is being answered is; an answer that goes on is told to come to its end."""
        super().shutdown()
        answering: RequestResponseCycle | None = self.cycle
        leaving = None if answering is None else answering.scope.get(LEAVING)
        if isinstance(leaving, asyncio.Event):
            leaving.set()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP in the one form of refusals."""
        del msg
        self._refuse(Unreadable())

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio asks whether to stay open
        """Answer a client that has said all it will say; who breaks off in between is gone."""
        answering: RequestResponseCycle | None = self.cycle
        if answering is None or answering.response_complete or self._part is not NOTHING:
            return False
        answering.keep_alive = False
        return True

    def pause_writing(self) -> None:
        """Drop a client that asks and does not read: its answers would fill the memory."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.unread_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: it reads."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _arm(self) -> None:
        """Wait for the part that is missing now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timed = self._part
        if self._part is not NOTHING:
            self._timer = self.loop.call_later(self.seconds[self._part], self.shutdown)

    def _refuse(self, problem: Problem) -> None:
        answering: RequestResponseCycle | None = self.cycle
        if answering is None or answering.response_complete or not answering.response_started:
            request_id = str(new_id())
            body = orjson.dumps(describe(problem, {"path": "/", "headers": []}, request_id))
            head = b"HTTP/1.1 %d \r\ncontent-length: %d\r\nx-request-id: %s\r\n"
            start = head % (problem.status, len(body), request_id.encode())
            self.transport.write(start + FIXED + b"\r\n" + body)
        self.transport.close()

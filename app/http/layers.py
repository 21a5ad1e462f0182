"""The two layers around the whole application: who is asking, and nothing without its line."""

import asyncio
import re
import traceback
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import structlog

from app.core.access import Actor
from app.core.audit import Line
from app.core.clock import new_id
from app.core.problems import Broken, NotNow, NotSignedIn, Problem, TooLarge
from app.core.work import Platform, UnitOfWork
from app.http.asgi import App, Message, Receive, Scope, Send, header
from app.http.errors import send_problem
from app.http.events import STILL
from app.http.limits import LARGEST_HEADERS, METRICS, purpose_of
from app.http.routes import LIMIT, WORK
from app.http.sources import Sources
from app.http.throttle import CHARGE, RATE, Throttle, TooMany

LAST_WORD: Final = 0.3
# Whoever signs in needs no token, and is not kept out by an old one.
SIGNING_IN: Final = ("/v1/auth/token", "/v1/auth/sso")
REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}\Z")
# Liveness, metrics and pages without data: the declared short list of trust.md D1.
UNAUDITED: Final = frozenset({"/metrics", "/docs", "/openapi.json", "/problems"})
UNAUDITED_BELOW: Final = ("/health/", "/docs/", "/problems/", "/.well-known/")
# Whoever watches over the service is never turned away: it would be taken for dead.
SUPERVISED: Final = "/health/"
# Who is connected is who asks: no proxy is trusted.
ANYBODY: Final = Sources()
log = structlog.get_logger()


class Gate(Protocol):
    """Turns a bearer token into an actor."""

    def actor(self, token: str, source: str | None) -> Actor:
        """Return the actor who may come from that address, or raise NotSignedIn."""


class Audited:
    """The outermost layer: holds the first byte of an answer until its line is durable."""

    def __init__(
        self,
        app: App,
        holder: "PlatformHolder",
        seconds: float,
        sources: Sources = ANYBODY,
    ) -> None:
        self._app = app
        self._holder = holder
        self._seconds = seconds
        self._sources = sources

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with its line, or not at all."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        work = UnitOfWork(self._holder.platform, Line(request_id, self._sources.of(scope)))
        scope[WORK] = work
        held = Held(send, work, scope)
        problem = await self._attempt(scope, receive, held, work)
        if problem is not None and not held.is_started:
            await self._refuse(problem, scope, held)
        METRICS.count(work)

    async def _attempt(
        self, scope: Scope, receive: Receive, held: "Held", work: UnitOfWork
    ) -> Problem | None:
        try:
            async with asyncio.timeout(self._seconds) as limit:
                scope[LIMIT] = limit
                await self._app(scope, receive, held)
        except Problem as problem:
            return problem
        except TimeoutError:
            return NotNow()
        except Exception as crash:  # noqa: BLE001 - the outermost layer: a crash gets its line too
            _log_crash(crash, work)
            return Broken()
        return None

    async def _refuse(self, problem: Problem, scope: Scope, held: "Held") -> None:
        """Send the problem with its line; without one, nothing but that we cannot answer now."""
        held.forget()
        request_id = held.work.line.request_id
        try:
            async with asyncio.timeout(self._left(scope)):
                await send_problem(problem, scope, held, request_id)
        except (NotNow, TimeoutError):
            if not held.is_started:
                await send_problem(NotNow(), scope, held.without_line, request_id)

    def _left(self, scope: Scope) -> float:
        """Return what is left of the request's time for the line of its refusal, or a moment."""
        limit: asyncio.Timeout = scope[LIMIT]
        left = (limit.when() or 0.0) - asyncio.get_running_loop().time()
        return max(LAST_WORD, min(left, self._seconds))


def _is_unaudited(path: str) -> bool:
    return path in UNAUDITED or path.startswith(UNAUDITED_BELOW)


def _log_crash(crash: Exception, work: UnitOfWork) -> None:
    """Log where it crashed, never the message: it may hold a value."""
    places = traceback.extract_tb(crash.__traceback__)[-3:]
    where = [f"{Path(place.filename).name}:{place.lineno}" for place in places]
    kind = type(crash).__name__
    log.error("request crashed", request_id=work.line.request_id, kind=kind, where=where)


class Held:
    """A `send` that holds the answer's first byte until the audit line is durable."""

    def __init__(self, send: Send, work: UnitOfWork, scope: Scope) -> None:
        self._send = send
        self._scope = scope
        self._start: Message | None = None
        self.work = work
        self.is_started = False

    async def __call__(self, message: Message) -> None:
        """Hold the start; let all go once the line is written."""
        if self.is_started:
            await self._send(message)
        elif message["type"] == "http.response.start":
            self._start = message
        else:
            await self._settle()
            await self._release(message)

    def forget(self) -> None:
        """Drop a held start, so that a refusal can take its place."""
        self._start = None

    async def without_line(self, message: Message) -> None:
        """Send the one answer that needs no line: that no line could be written."""
        if message["type"] == "http.response.start":
            self._start = message
            self.work.line.status = message["status"]
        else:
            await self._release(message)

    async def _settle(self) -> None:
        work, status = self.work, self._status()
        refused = status >= 400  # noqa: PLR2004 - the HTTP line between answers and refusals
        work.line.status = status
        if _is_unaudited(self._scope["path"]):
            return
        if refused:
            work.tally.give_back()
            work.line.shown.clear()
            work.line.line_id = new_id()  # a line of its own, whatever became of the first
        elif work.settled or work.before:
            work.tally.show_anyway(work.line)
        else:
            work.tally.show(work.line)
        if refused or not work.settled:
            await work.settle()

    async def _release(self, message: Message) -> None:
        self.is_started = True
        start = self._start or {}
        start["headers"] = [
            *start.get("headers", ()),
            (b"x-request-id", self.work.line.request_id.encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *self._scope.get(RATE, ()),
        ]
        await self._send(start)
        is_bodiless = self._scope["method"] == "HEAD"
        await self._send({**message, "body": b""} if is_bodiless else message)

    def _status(self) -> int:
        return int((self._start or {"status": 500})["status"])


class Authenticated:
    """The layer inside: the actor, from a token verified once."""

    def __init__(self, app: App, holder: "PlatformHolder", throttle: Throttle) -> None:
        self._app = app
        self._holder = holder
        self._throttle = throttle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the actor of the request; a bad token ends it, none leaves it to the route."""
        if scope["type"] == "http":
            line = scope[WORK].line
            self._name(scope, line)
            self._admit(scope, line)
            _check_headers(scope)
            line.purpose = purpose_of(scope)
        await self._app(scope, receive, send)

    def _admit(self, scope: Scope, line: Line) -> None:
        try:
            charge = self._throttle.admit(line.actor, line.source)
            scope[CHARGE], scope[RATE] = charge, charge.headers()
        except TooMany:
            if not scope["path"].startswith(SUPERVISED):
                raise

    def _name(self, scope: Scope, line: Line) -> None:
        """Name the token's actor; guesses count against the source they come from."""
        try:
            token = _bearer(scope)
            if token is not None:
                line.actor = self._holder.gate.actor(token, line.source)
                scope[STILL] = partial(self._holder.gate.actor, token, line.source)
        except NotSignedIn as refused:
            if refused.whose is not None:
                line.detail["api_client"] = str(refused.whose)
            scope[RATE] = self._throttle.admit(line.actor, line.source).headers()
            raise


class PlatformHolder:
    """Where the platform and the gate stand once the service has started."""

    platform: Platform
    gate: Gate


def _bearer(scope: Scope) -> str | None:
    value = header(scope, b"authorization")
    if value is None or scope["path"].startswith(SIGNING_IN):
        return None
    scheme, _, token = value.partition(b" ")
    if scheme.lower() != b"bearer":
        raise NotSignedIn
    try:
        return token.decode("ascii")
    except UnicodeDecodeError:
        raise NotSignedIn from None


def _request_id(scope: Scope) -> str:
    given = header(scope, b"x-request-id")
    return given.decode() if given and REQUEST_ID.match(given) else str(new_id())


def _check_headers(scope: Scope) -> None:
    if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEADERS:
        raise TooLarge

"""Routes: FastAPI documents them; one plan, made once, fills the arguments and sends the answer."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints
from uuid import UUID

from fastapi import Depends
from fastapi.routing import APIRoute

from app.core import kinds
from app.core.access import ActorKind
from app.core.freshness import StepUp, require_step_up
from app.core.kinds import Invalid
from app.core.paging import Asked
from app.core.permissions import Permission
from app.core.problems import (
    IfMatchMissing,
    NotFound,
    NotPermitted,
    NotSignedIn,
    Problem,
)
from app.core.schemas import Input, admit
from app.core.views import Answer, Rendered, render
from app.core.work import UnitOfWork
from app.http.asgi import Receive, Scope, Send, header, respond
from app.http.bodies import is_table, read_file, read_form, read_json, read_table
from app.http.errors import members
from app.http.events import SeenEvent, seen_event, send_events
from app.http.files import send_file
from app.http.idempotency import Idempotency
from app.http.queries import read_options, read_query, refuse_query
from app.http.throttle import charge

WORK: Final = "cims.work"
LIMIT: Final = "cims.limit"


def _given() -> None:
    """Stand in for what the plan fills; keeps the parameter out of FastAPI's own reading."""


Work = Annotated[UnitOfWork, Depends(_given)]
Query = Annotated[Asked, Depends(_given)]


class Form(dict[str, str]):
    """The members of a form-encoded body, and two headers: `basic` (Authorization) and `agent`."""


FormBody = Annotated[Form, Depends(_given)]
FilePieces = AsyncIterator[bytes]
FileBody = Annotated[FilePieces, Depends(_given)]
IfMatch = Annotated[str, Depends(_given)]
LastEventId = Annotated[SeenEvent, Depends(_given)]
Body = Callable[..., Awaitable[Any]]
Filler = Callable[[Scope, UnitOfWork, Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a route states beside its signature."""

    permission: Permission | None
    step_up: StepUp | None = None
    problems: tuple[type[Problem], ...] = ()
    seconds: float | None = None
    changes: bool = True
    table: bool = False
    cost: int = 1


class LeanRoute(APIRoute):
    """A route that fills its arguments by a plan of its own and holds to its promise."""

    promise: Promise

    def prepare(self, promise: Promise) -> None:
        """Make the plan from the signature, once."""
        self.promise = promise
        self.method = next(iter(self.methods or {"GET"}))
        hints = get_type_hints(self.endpoint, include_extras=True)
        names = inspect.signature(self.endpoint).parameters
        given = [get_args(hint)[0] for hint in hints.values() if get_origin(hint) is Annotated]
        self.form, self.file = Form in given, FilePieces in given
        self.body = next((hints[n] for n in names if _is_input(hints[n])), None)
        self.plan = tuple((name, _filler(name, hints[name])) for name in names)
        self.success = self.status_code or 200
        self.keyed = self.method in {"POST", "PATCH"} and promise.changes

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: rights, arguments, the endpoint, the bytes."""
        work: UnitOfWork = scope[WORK]
        work.line.operation = self.operation_id or self.name
        work.line.status = self.success
        if self.promise.seconds is not None:
            extend(scope, self.promise.seconds)
        if self.promise.cost > 1:
            charge(scope, self.promise.cost - 1)
        self._require(work)
        if self.promise.step_up is StepUp.ALWAYS:
            await require_step_up(work)
        if self.method != "GET" and not self._takes_table(scope):
            refuse_query(scope)
        body = await self._read(scope, receive)
        rendered = await self._answer(scope, work, body)
        if rendered.stream is not None:
            await send_events(scope, receive, send, rendered.stream, work.actor.actor_id)
            return
        if rendered.file is not None:
            await send_file(send, rendered.file)
            return
        await self._send(scope, send, rendered)

    async def _read(self, scope: Scope, receive: Receive) -> Any:
        if self.form:
            return await read_form(scope, receive)
        if self.file:
            return read_file(scope, receive)
        if self._takes_table(scope):
            return {**read_options(scope), **await read_table(scope, receive)}
        return await read_json(scope, receive) if self.body is not None else None

    def _takes_table(self, scope: Scope) -> bool:
        return self.promise.table and is_table(scope)

    async def _answer(self, scope: Scope, work: UnitOfWork, body: Any) -> Rendered:
        key = header(scope, b"idempotency-key") if self.keyed else None
        run = partial(self._run, scope, work, body)
        if key is None:
            return await run()
        return await Idempotency(work, key, scope, body).once(run)

    async def _run(self, scope: Scope, work: UnitOfWork, body: Any) -> Rendered:
        if self.body is not None:
            body = admit(self.body, body, work.actor.policy)
        arguments = {name: fill(scope, work, body) for name, fill in self.plan}
        answer: Answer = await self.endpoint(**arguments)
        return render(answer, partial(_say, scope))

    def _require(self, work: UnitOfWork) -> None:
        permission = self.promise.permission
        if permission is None:
            return
        if work.actor.kind is ActorKind.NOBODY:
            raise NotSignedIn
        if not work.actor.may(permission):
            raise NotPermitted

    async def _send(self, scope: Scope, send: Send, rendered: Rendered) -> None:
        headers = [(b"content-type", rendered.media_type.encode())] if rendered.body else []
        if rendered.etag:
            headers.append((b"etag", rendered.etag.encode()))
            if self.method == "GET" and rendered.is_whole and _same(scope, rendered.etag):
                await respond(send, 304, b"", headers)
                return
        if rendered.location:
            headers.append((b"location", rendered.location.encode()))
        await respond(send, self.success, rendered.body, headers)


def _say(scope: Scope, value: Any) -> Any:
    """Write what is no JSON: a problem within an answer in the caller's language."""
    return members(value, scope) if isinstance(value, Problem) else str(value)


def extend(scope: Scope, seconds: float) -> None:
    """Give the request a later deadline: its route promises long work."""
    limit: asyncio.Timeout = scope[LIMIT]
    limit.reschedule(asyncio.get_running_loop().time() + seconds)


def _same(scope: Scope, etag: str) -> bool:
    seen = header(scope, b"if-none-match")
    return seen is not None and (etag.encode() in seen or seen.strip() == b"*")


def _is_input(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Input)


def _filler(name: str, hint: Any) -> Filler:
    """Choose how one argument is filled, by its type."""
    if hint is UUID:
        return partial(_path_id, name)
    if get_origin(hint) is Annotated and (chosen := FILLERS.get(get_args(hint)[0])):
        return chosen
    if _is_input(hint):
        return _body
    return partial(_path_text, name)


def _path_id(name: str, scope: Scope, _work: UnitOfWork, _body: Any) -> UUID:
    try:
        found: UUID = kinds.UUID.normalise(scope["path_params"][name])
    except Invalid:
        raise NotFound from None
    return found


def _path_text(name: str, scope: Scope, _work: UnitOfWork, _body: Any) -> str:
    text: str = scope["path_params"][name]
    return text


def _body(_scope: Scope, _work: UnitOfWork, body: Any) -> Any:
    return body


def _if_match(scope: Scope, _work: UnitOfWork, _body: Any) -> str:
    seen = (header(scope, b"if-match") or b"").strip()
    if not seen:
        raise IfMatchMissing
    return seen.decode("latin-1")


def _query(scope: Scope, _work: UnitOfWork, _body: Any) -> Asked:
    return read_query(scope)


def _form(scope: Scope, _work: UnitOfWork, body: Any) -> Form:
    form = Form(body)
    if (given := header(scope, b"authorization")) is not None:
        form["basic"] = given.decode("latin-1")
    form["agent"] = (header(scope, b"user-agent") or b"").decode("latin-1")
    return form


FILLERS: Final[dict[Any, Filler]] = {
    UnitOfWork: lambda _scope, work, _body: work,
    Asked: _query,
    Form: _form,
    FilePieces: _body,
    SeenEvent: lambda scope, _work, _body: seen_event(scope),
    str: _if_match,
}


class FeatureRouter:
    """Collects a feature's routes under one prefix and tag; the app takes them flat."""

    def __init__(self, prefix: str, tag: str) -> None:
        self.prefix = prefix
        self.tag = tag
        self.routes: list[LeanRoute] = []

    def route(
        self,
        method: str,
        path: str,
        *,
        response_model: Any,
        status: int = 200,
        extra: dict[str, Any] | None = None,
        **promise: Any,
    ) -> Callable[[Body], Body]:
        """Register an endpoint with its promise; its docstring is its documentation."""

        def register(endpoint: Body) -> Body:
            route = LeanRoute(
                self.prefix + path,
                endpoint,
                methods=[method],
                response_model=response_model,
                status_code=status,
                tags=[self.tag],
                operation_id=endpoint.__name__,
                openapi_extra=extra,
            )
            route.prepare(Promise(**promise))
            self.routes.append(route)
            return endpoint

        return register

    def get(self, path: str = "", **promise: Any) -> Callable[[Body], Body]:
        """Register a GET route."""
        return self.route("GET", path, **promise)

    def post(self, path: str = "", **promise: Any) -> Callable[[Body], Body]:
        """Register a POST route."""
        return self.route("POST", path, **promise)

    def patch(self, path: str = "", **promise: Any) -> Callable[[Body], Body]:
        """Register a PATCH route."""
        return self.route("PATCH", path, **promise)

    def delete(self, path: str = "", **promise: Any) -> Callable[[Body], Body]:
        """Register a DELETE route."""
        return self.route("DELETE", path, status=204, response_model=None, **promise)


def feature_router(noun: str, tag: str | None = None, *, prefix: str = "/v1") -> FeatureRouter:
    """Return the router of a noun: `/v1/<noun>`."""
    return FeatureRouter(f"{prefix}/{noun}" if noun else prefix, tag or noun)

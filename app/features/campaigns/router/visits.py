"""The address of a customer's own page: HTML for browsers, JSON where that is asked for.

It is no operation of the contract, since it answers in pages; its lines are written all the same.
"""

from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from app.core.problems import Malformed, Problem
from app.core.work import UnitOfWork
from app.features.campaigns.models import TaskOutcome
from app.features.campaigns.pages import CONTENT_POLICY, form_page, plain_page
from app.features.campaigns.problems import LinkNotValid
from app.features.campaigns.service import VisitService
from app.features.campaigns.visiting import NAMES
from app.features.campaigns.words import Language
from app.http.asgi import header
from app.http.bodies import read_form, read_json
from app.http.errors import describe, speaks_chinese
from app.http.routes import WORK
from app.http.throttle import charge

PATH: Final = "/self/{token}"
LOOKING, ANSWERING = "view_self_service", "answer_self_service"
# Of the requests that somebody unknown has in a minute.
COST: Final = 5
GOOD, UNFIT = 200, 422
CONFIRMING: Final = "confirm"
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "Accept, Accept-Language",
}


async def _visit(request: Request) -> Response:
    """Answer one visit."""
    visit = _Visit(request)
    charge(request.scope, COST - 1)
    return await (visit.answer() if request.method == "POST" else visit.look())


class _Visit:
    """One request to a customer's page, in one language and one of two forms."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._work: UnitOfWork = request.scope[WORK]
        self._token: str = request.path_params["token"]
        self._is_json = b"application/json" in (header(request.scope, b"accept") or b"")
        self._language = _language(request)

    async def look(self) -> Response:
        """Show what is held."""
        self._work.line.operation = LOOKING
        try:
            held = await VisitService(self._work).look(self._token)
        except LinkNotValid as refused:
            return self._refused(refused)
        if self._is_json:
            ordered = {name: held.values[name] for name in NAMES}
            return JSONResponse(
                {"fields": ordered, "expires_at": held.expires_at.isoformat()}, headers=HEADERS
            )
        return self._page(form_page(self._language, held.values))

    async def answer(self) -> Response:
        """Take a confirmation or a correction; what will not do comes back as it was typed."""
        self._work.line.operation = ANSWERING
        given = await self._given()
        is_confirming = given.pop("action", None) == CONFIRMING
        service = VisitService(self._work)
        try:
            outcome = await (
                service.confirm(self._token)
                if is_confirming
                else service.correct(self._token, given)
            )
        except LinkNotValid as refused:
            return self._refused(refused)
        except Malformed as refused:
            return self._unfit(refused, given)
        if self._is_json:
            return JSONResponse({"status": outcome.value}, headers=HEADERS)
        is_confirmed = outcome is TaskOutcome.CONFIRMED
        page = "confirmed" if is_confirmed else "held"
        return self._page(plain_page(self._language, page))

    async def _given(self) -> dict[str, Any]:
        """Read the form, or JSON; raises what refuses a body."""
        scope, receive = self._request.scope, self._request.receive
        kind = (header(scope, b"content-type") or b"").split(b";")[0].strip().lower()
        if kind != b"application/json":
            return {**await read_form(scope, receive)}
        body = await read_json(scope, receive)
        if not isinstance(body, dict):
            raise Malformed
        return body

    def _unfit(self, refused: Malformed, given: dict[str, Any]) -> Response:
        if self._is_json:
            return self._problem(refused)
        faults = {fault.pointer.removeprefix("/"): fault.code for fault in refused.faults}
        typed = {name: str(given.get(name) or "") for name in NAMES}
        return self._page(form_page(self._language, typed, faults), UNFIT)

    def _refused(self, refused: Problem) -> Response:
        if self._is_json:
            return self._problem(refused)
        return self._page(plain_page(self._language, "not_valid"), refused.status)

    def _problem(self, refused: Problem) -> Response:
        document = describe(refused, self._request.scope, self._work.line.request_id)
        document["instance"] = "/self"  # the token stays out of what is copied around
        media_type = "application/problem+json"
        body = orjson.dumps(document)
        return Response(body, refused.status, media_type=media_type, headers=HEADERS)

    def _page(self, text: str, status: int = GOOD) -> Response:
        own = {"Content-Language": self._language.tag}
        return HTMLResponse(text, status, headers={**own, **HEADERS})


def _language(request: Request) -> Language:
    """Choose the language: what the visitor switched to, else what the browser prefers."""
    asked = request.query_params.get("lang")
    if asked in {language.code for language in Language}:
        return next(language for language in Language if language.code == asked)
    return Language.ZH if speaks_chinese(request.scope) else Language.EN


def visit_routes() -> list[Route]:
    """Return the page's route; HEAD counts as a look."""
    return [Route(PATH, _visit, methods=["GET", "POST"], include_in_schema=False)]

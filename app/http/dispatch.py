"""Dispatch: from method and path to a route, by one look-up instead of trying every pattern."""

from collections.abc import Mapping
from typing import Final

from fastapi import FastAPI
from starlette.routing import Match

from app.core.problems import MethodNotAllowed, NotFound, TooLarge
from app.http.asgi import Receive, Scope, Send
from app.http.routes import LeanRoute, extend

LONGEST_PATH: Final = 1024
PAGE_SECONDS: Final = 30.0  # the reader of the document is large, and lines may be slow
Pattern = tuple[str | None, ...]
Form = tuple[int, ...]


class Dispatcher:
    """Finds a feature's route, or a page of the FastAPI application; anything else is not there."""

    def __init__(self, routes: list[LeanRoute], otherwise: FastAPI) -> None:
        self._otherwise = otherwise
        self._pages = [p for p in otherwise.router.routes if not isinstance(p, LeanRoute)]
        self._by_pattern: dict[Pattern, dict[str, LeanRoute]] = {}
        self._forms: dict[tuple[int, str], list[Form]] = {}
        self._params: dict[str, tuple[tuple[str, int], ...]] = {}
        for route in routes:
            self._add(route)

    def _add(self, route: LeanRoute) -> None:
        parts = route.path.split("/")[1:]
        form = tuple(place for place, part in enumerate(parts) if part.startswith("{"))
        self._by_pattern.setdefault(_filled(form, parts), {})[route.method] = route
        self._params[route.path] = tuple((parts[place][1:-1], place) for place in form)
        near = self._forms.setdefault((len(parts), _first(parts)), [])
        if form not in near:
            near.append(form)
            near.sort(key=len)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to its route."""
        if scope["type"] != "http":
            await self._otherwise(scope, receive, send)
            return
        path: str = scope["path"]
        if len(path) > LONGEST_PATH:
            raise TooLarge
        parts = path.split("/")[1:]
        if not parts:
            raise NotFound  # `*` is no address of ours
        by_method = self._find(parts)
        if by_method is None:
            await self._show_page(scope, receive, send)
            return
        route = by_method.get(scope["method"]) or _without_body(scope, by_method)
        if route is None:
            raise MethodNotAllowed(headers={"Allow": _allowed(by_method)})
        scope["path_params"] = {name: parts[at] for name, at in self._params[route.path]}
        await route.handle(scope, receive, send)

    async def _show_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        for page in self._pages:
            match, found = page.matches(scope)
            if match is Match.PARTIAL:
                raise MethodNotAllowed(headers={"Allow": "GET, HEAD"})
            if match is Match.FULL:
                scope.update(found)
                extend(scope, PAGE_SECONDS)
                await page.handle(scope, receive, send)
                return
        raise NotFound

    def _find(self, parts: list[str]) -> dict[str, LeanRoute] | None:
        """Ask for the address as it is first, then with ids where the routes near it have some."""
        for form in self._forms.get((len(parts), _first(parts)), ()):
            found = self._by_pattern.get(_filled(form, parts))
            if found is not None:
                return found
        return None


def _without_body(scope: Scope, by_method: Mapping[str, LeanRoute]) -> LeanRoute | None:
    """Answer HEAD as GET: the same operation with the same line; its body is dropped at the end."""
    return by_method.get("GET") if scope["method"] == "HEAD" else None


def _allowed(by_method: Mapping[str, LeanRoute]) -> str:
    return ", ".join(sorted({*by_method, "HEAD"} if "GET" in by_method else by_method))


def _filled(form: Form, parts: list[str]) -> Pattern:
    pattern: list[str | None] = [*parts]
    for place in form:
        pattern[place] = None
    return tuple(pattern)


def _first(parts: list[str]) -> str:
    return parts[1] if len(parts) > 1 else parts[0]

"""Pages: the document, its reader and a page for every problem, served without outside network."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from app.core.problems import REGISTRY, NotFound
from app.http.errors import speaks_chinese
from app.http.explanations import Explainer, operations_by_problem
from app.http.routes import LeanRoute

Endpoint = Callable[[Request], Awaitable[Response]]
OWN: Final = Path(__file__).parent / "assets"
CARRIER: Final = "fastapi_offline"
CARRIED: Final = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png")
ALLOWED: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {"Content-Security-Policy": ALLOWED, "Referrer-Policy": "no-referrer"}


def add_pages(app: FastAPI, routes: Iterable[LeanRoute], body: bytes) -> None:
    """Serve the document of these routes, as JSON, and the pages around it: no customer data."""
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    used = operations_by_problem(routes)
    files = _files()
    pages: dict[str, Endpoint] = {
        "/openapi.json": partial(_document, body, etag),
        "/docs": partial(_file, OWN / "docs.html"),
        "/docs/assets/{name}": partial(_asset, files),
        "/problems": _problems,
        "/problems/{slug}": partial(_problem, used),
    }
    for path, endpoint in pages.items():
        app.router.routes.append(Route(path, endpoint, include_in_schema=False))


def _files() -> dict[str, Path]:
    """Find the files of Swagger UI inside the package that carries them, without importing it."""
    carrier = find_spec(CARRIER)
    if carrier is None or carrier.origin is None:
        raise LookupError(f"{CARRIER} is not installed: install the requirements again")
    static = Path(carrier.origin).parent / "static"
    own = {path.name: path for path in OWN.iterdir() if path.suffix in {".js", ".css"}}
    return own | {name: static / name for name in CARRIED}


async def _document(body: bytes, etag: str, request: Request) -> Response:
    """Give the document, or 304 to those who hold it."""
    headers = {"ETag": etag, **HEADERS}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


async def _file(path: Path, _request: Request) -> Response:
    return FileResponse(path, headers=HEADERS)


async def _asset(files: dict[str, Path], request: Request) -> Response:
    path = files.get(request.path_params["name"])
    if path is None:
        raise NotFound
    return FileResponse(path, headers=HEADERS)


async def _problems(request: Request) -> Response:
    explainer = _explainer(request)
    return _page(explainer, explainer.all(REGISTRY.values()))


async def _problem(used: dict[str, list[str]], request: Request) -> Response:
    problem = REGISTRY.get(request.path_params["slug"])
    if problem is None:
        raise NotFound
    explainer = _explainer(request)
    return _page(explainer, explainer.one(problem, used.get(problem.slug, [])))


def _explainer(request: Request) -> Explainer:
    return Explainer(chinese=speaks_chinese(request.scope))


def _page(explainer: Explainer, text: str) -> Response:
    own = {"Content-Language": explainer.language, "Vary": "Accept-Language"}
    return HTMLResponse(text, headers={**own, **HEADERS})

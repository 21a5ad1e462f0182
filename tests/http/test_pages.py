"""Pages: served from here alone, under a strict policy, one for every problem."""

import re
from importlib.machinery import ModuleSpec

import httpx
import orjson
import pytest
from fastapi import FastAPI

from app.core.problems import REGISTRY
from app.http import pages
from app.http.pages import add_pages
from app.routes import all_routes, the_document
from tests.service import Service

ASSETS = ("docs.js", "pages.css", "swagger-ui-bundle.js", "swagger-ui.css", "favicon.png")


@pytest.fixture(scope="module")
def client() -> httpx.AsyncClient:
    """A caller of the pages alone: they need no database."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_pages(app, all_routes(), orjson.dumps(the_document()))
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://cims.example")


async def test_the_document_is_served_as_it_is(client: httpx.AsyncClient) -> None:
    """What is served is what was made; 304 to those who hold it."""
    answer = await client.get("/openapi.json")

    assert answer.json() == the_document()
    held = await client.get("/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (held.status_code, held.content) == (304, b"")


async def test_the_docs_page_asks_nobody_else(client: httpx.AsyncClient) -> None:
    """No address of another host stands in the page, its start or the style of the pages."""
    for path in ("/docs", "/docs/assets/docs.js", "/docs/assets/pages.css"):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert "//" not in re.sub(r"^\s*// .*$", "", answer.text, flags=re.MULTILINE)


async def test_the_docs_page_finds_its_parts(client: httpx.AsyncClient) -> None:
    """Everything that it loads is there, and nothing stands inline."""
    page = (await client.get("/docs")).text

    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert {f"/docs/assets/{name}" for name in ASSETS if name != "pages.css"} < set(loaded)
    assert not re.search(r"<script>|<style|\son\w+=|style=", page)
    for path in loaded:
        assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/problems", "/docs/assets/docs.js"])
async def test_pages_bear_a_strict_policy(client: httpx.AsyncClient, path: str) -> None:
    """Only what comes from here is loaded, nothing inline runs, nobody frames the page."""
    policy = (await client.get(path)).headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_the_sign_in_form_is_not_kept(client: httpx.AsyncClient) -> None:
    """The page keeps the token over a reload, but neither password nor secret."""
    script = (await client.get("/docs/assets/docs.js")).text

    assert "persistAuthorization: true" in script
    assert "delete entry.password" in script
    assert "delete entry.clientSecret" in script


async def test_every_problem_has_a_page(client: httpx.AsyncClient) -> None:
    """The type of a problem leads to its explanation, and the list leads there."""
    listed = (await client.get("/problems")).text

    for slug in REGISTRY:
        answer = await client.get(f"/problems/{slug}")
        assert answer.status_code == 200
        assert answer.headers["content-language"] == "en"
        assert f"<code>{slug}</code>" in answer.text
        assert f'href="/problems/{slug}"' in listed


async def test_pages_of_problems_speak_the_reader_s_language(client: httpx.AsyncClient) -> None:
    """Accept-Language chooses the heading."""
    answer = await client.get("/problems/stale", headers={"Accept-Language": "zh-CN"})

    assert answer.headers["content-language"] == "zh-CN"
    assert answer.headers["vary"] == "Accept-Language"
    assert f"<h1>{REGISTRY['stale'].title_zh}</h1>" in answer.text


@pytest.mark.parametrize("spec", [None, ModuleSpec("fastapi_offline", None)])
def test_without_the_files_of_the_reader_nothing_starts(
    monkeypatch: pytest.MonkeyPatch, spec: ModuleSpec | None
) -> None:
    """The message says what to do."""
    monkeypatch.setattr(pages, "find_spec", lambda _: spec)

    with pytest.raises(LookupError, match="install the requirements again"):
        add_pages(FastAPI(), all_routes(), b"{}")


@pytest.mark.parametrize(
    "path", ["/problems/none", "/docs/assets/none.js", "/docs/assets/docs.html"]
)
async def test_a_page_that_is_not_there_is_a_problem(service: Service, path: str) -> None:
    """Unknown slugs and files are refused like any unknown address."""
    async with service.anonymous() as client:
        answer = await client.get(path)

    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-found"

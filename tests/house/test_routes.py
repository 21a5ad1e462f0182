"""Every route: documented, permitted to some and refused to others, audited, shown by views."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from app.core.problems import NotFound, NotPermitted, NotSignedIn
from app.core.views import Shown
from app.features.staff.roles import SHIPPED
from app.http.refusals import refusals_of
from app.http.routes import LeanRoute
from app.routes import all_routes
from tests.features.staff.builders import PASSWORD, a_colleague
from tests.service import Service

ROUTES: Final = all_routes()
UNAUDITED: Final = {
    "get_liveness",
    "get_readiness",
    "get_metrics",
    "list_signing_keys",
    "get_server_metadata",
}
AUDITED: Final = [route for route in ROUTES if route.operation_id not in UNAUDITED]
PUBLIC: Final = {
    *("create_token", "accept_invitation", "list_signing_keys", "get_server_metadata"),
    *("list_identity_providers", "start_sso", "complete_sso"),
    *("create_first_factor", "confirm_first_factor"),
    *("get_liveness", "get_readiness"),
}
VERBS: Final = {
    *("get", "list", "create", "change", "remove", "search", "batch"),
    *("reveal", "archive", "restore", "verify", "explain", "confirm", "end"),
    *("invite", "accept", "suspend", "reactivate", "depart", "import"),
    *("publish", "retire", "extend", "retry", "acknowledge", "close", "open", "review"),
    *("cancel", "restart", "preview", "undo", "check"),
    *("disable", "enable", "rotate", "start", "complete"),
    *("take", "release", "follow", "view"),
    *("link", "download"),
    *("place", "fulfil", "return"),
    "ignore",
    *("map", "try", "submit", "approve", "reject"),
    *("schedule", "correct"),
}
CANARY: Final = "canary-4711"
ANY_ID: Final = "01890000-0000-7000-8000-000000000000"

each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)
each_audited = pytest.mark.parametrize("route", AUDITED, ids=lambda route: route.operation_id)
Plant = Callable[[LeanRoute, Any], None]


@each_route
def test_it_says_what_it_does(route: LeanRoute) -> None:
    """A route has words, a name of verb and noun, and every refusal that its promise implies."""
    name = route.operation_id or ""
    documented = refusals_of(route)

    assert len((route.endpoint.__doc__ or "").split()) >= 3
    assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name)
    assert name.partition("_")[0] in VERBS
    assert {NotSignedIn, NotPermitted} <= {*documented} or route.promise.permission is None
    assert NotFound in documented or "{" not in route.path


def test_names_are_used_once() -> None:
    """No two routes have the same name, or the same method and address."""
    names = [route.operation_id for route in ROUTES]
    addresses = [(route.method, re.sub(r"{\w+}", "{}", route.path)) for route in ROUTES]

    assert len({*names}) == len(names)
    assert len({*addresses}) == len(addresses)


def test_only_the_declared_few_are_public() -> None:
    """A route without a permission stands on the short list."""
    public = {route.operation_id for route in ROUTES if route.promise.permission is None}

    assert public == PUBLIC


async def signed_in(service: Service, *roles: str) -> httpx.AsyncClient:
    """Return the client of somebody new with these roles."""
    colleague = await a_colleague(service.owner_url, roles=roles)
    form = {"grant_type": "password", "username": colleague.username, "password": PASSWORD}
    client = service.anonymous()
    token = (await client.post("/v1/auth/token", data=form)).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client


@pytest.fixture(scope="module")
async def nobody(service: Service) -> httpx.AsyncClient:
    """A client that is signed in and holds no scope at all."""
    return await signed_in(service)


@pytest.fixture(scope="module")
async def everybody(service: Service) -> httpx.AsyncClient:
    """A client that holds every scope there is."""
    return await signed_in(service, *(role.code for role in SHIPPED))


@each_route
async def test_it_refuses_who_may_not(
    service: Service, nobody: httpx.AsyncClient, route: LeanRoute
) -> None:
    """Without scopes it is 403, without a token 401, whatever is sent, each with its line."""
    if route.promise.permission is None:
        return

    refused = await ask(nobody, route)
    unknown = await ask(service.anonymous(), route)

    assert refused.json()["type"] == "/problems/not-permitted"
    assert unknown.json()["type"] == "/problems/not-signed-in"
    for answer in (refused, unknown) if route in AUDITED else ():
        (line,) = await service.lines_of(answer)
        assert (line["status"], line["operation"]) == (answer.status_code, route.operation_id)
        assert (line["subjects"], line["shown"], line["changed"]) == ([], None, [])


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Plant:
    """Put another endpoint, which takes nothing, into a route."""

    def put(route: LeanRoute, answer: Any) -> None:
        async def endpoint() -> Any:
            if isinstance(answer, Exception):
                raise answer
            return answer

        for name, value in {
            "endpoint": endpoint,
            "plan": (),
            "body": None,
            "form": False,
            "file": False,
        }.items():
            monkeypatch.setattr(route, name, value)

    return put


@each_audited
async def test_it_leaves_a_line_when_it_answers(
    service: Service, everybody: httpx.AsyncClient, plant: Plant, route: LeanRoute
) -> None:
    """Whatever the endpoint does, an answer has its line."""
    plant(route, Shown({"member": "value"}))

    answer = await ask(everybody, route)

    (line,) = await service.lines_of(answer)
    assert answer.status_code == line["status"] == route.success
    assert line["operation"] == route.operation_id


@each_route
async def test_it_leaves_a_line_and_no_word_when_it_crashes(
    service: Service, everybody: httpx.AsyncClient, plant: Plant, route: LeanRoute
) -> None:
    """A crash is 500 with its line, and nothing of what went wrong leaves."""
    plant(route, RuntimeError(CANARY))

    answer = await ask(everybody, route)

    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/broken")
    assert CANARY not in answer.text
    if route in AUDITED:
        (line,) = await service.lines_of(answer)
        assert (line["status"], line["operation"]) == (500, route.operation_id)
        assert CANARY not in str(line)


@each_route
async def test_only_views_leave(
    everybody: httpx.AsyncClient, plant: Plant, route: LeanRoute
) -> None:
    """An endpoint that returns something bare answers without it."""
    for bare in ({"name": CANARY}, [CANARY], CANARY, Bare(CANARY)):
        plant(route, bare)

        answer = await ask(everybody, route)

        assert CANARY not in answer.text
        assert CANARY not in str(answer.headers)


@dataclass
class Bare:
    """A record as no route may return it."""

    name: str


async def ask(client: httpx.AsyncClient, route: LeanRoute) -> httpx.Response:
    """Send a request for a record that is not there."""
    path = re.sub(r"{\w+}", ANY_ID, route.path)
    return await client.request(route.method, path, headers={"If-Match": "*"})

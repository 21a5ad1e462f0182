"""The matrix of roles and operations as it is served, against what the service does."""

import re
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import orjson
import pytest

from app.features.staff.roles import SHIPPED
from app.http.routes import LeanRoute
from app.settings import Settings
from tests.colleagues import a_client
from tests.conftest import NewDatabase
from tests.http.documented import Node, operations
from tests.service import Service, running_service

CODES: Final = [role.code for role in SHIPPED]
CLOSED: Final = {"/problems/not-permitted", "/problems/not-signed-in"}
UNKNOWN: Final = "/problems/field-not-available"
ANY_ID: Final = "01890000-0000-7000-8000-000000000000"
JSON: Final = "application/json"
# What ends or changes something for the caller is called by somebody of its own.
ENDING: Final = {("POST", "self:read"), ("DELETE", "self:read")}


@pytest.fixture(scope="module")
async def own_service(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A service of this file's own: test_document makes what the examples make, too."""
    urls = await new_database()
    async with running_service(settings, urls.app, urls.owner) as running:
        yield running


async def ask(client: httpx.AsyncClient, route: LeanRoute, operation: Node) -> httpx.Response:
    """Send the documented example, or a patch of nothing, for a record that is not there."""
    content = operation.get("requestBody", {}).get("content", {})
    body: Any = {} if route.method == "PATCH" else content.get(JSON, {}).get("example")
    path = re.sub(r"{\w+}", ANY_ID, route.path)
    return await client.request(route.method, path, json=body, headers={"If-Match": "*"})


def is_open(route: LeanRoute, answer: httpx.Response) -> bool:
    """Whether the call itself was let in, whatever became of it.

    It was not, either, when all that a new record consists of, or is to be revealed, is unknown.
    """
    if "problem" not in answer.headers.get("content-type", ""):
        return True
    refusal = answer.json()
    if refusal["type"] == UNKNOWN and route.path.endswith("/reveal"):
        return False
    if refusal["type"] == UNKNOWN and route.success == httpx.codes.CREATED:
        return set(refusal["names"]) < set(orjson.loads(answer.request.content))
    return refusal["type"] not in CLOSED


async def served(service: Service) -> dict[str, dict[str, bool]]:
    """Return the matrix by operation."""
    admin = await service.as_("administrator")
    rows = (await admin.get("/v1/roles/matrix")).json()["operations"]
    return {row["operation_id"]: row["roles"] for row in rows}


async def test_matrix_names_every_operation(own_service: Service) -> None:
    """No operation is left out, and none is without an answer for a role."""
    matrix = await served(own_service)

    assert [operation["operationId"] for _, operation in operations()] == list(matrix)
    assert all(set(CODES) <= roles.keys() for roles in matrix.values())


@pytest.mark.parametrize("code", CODES)
async def test_matrix_is_what_the_service_does(own_service: Service, code: str) -> None:
    """Every operation, called by a person of each role, is open where the matrix says so."""
    matrix = await served(own_service)
    found: dict[str, bool] = {}
    person = await a_client(own_service, code)
    for route, operation in operations():
        is_ending = (route.method, route.promise.permission) in ENDING
        client = await a_client(own_service, code) if is_ending else person
        found[operation["operationId"]] = is_open(route, await ask(client, route, operation))

    assert found == {name: roles[code] for name, roles in matrix.items()}


async def test_without_a_token_only_the_public_is_open(own_service: Service) -> None:
    """Nobody gets in where a permission is needed."""
    async with own_service.anonymous() as client:
        found = {
            operation["operationId"]: is_open(route, await ask(client, route, operation))
            for route, operation in operations()
        }

    public = {o["operationId"] for route, o in operations() if route.promise.permission is None}
    assert {name for name, opened in found.items() if opened} == public

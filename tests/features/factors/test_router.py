"""Second factors through the whole service: rights, words, and lines without a secret in them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from app.core.clock import new_id
from app.settings import FactorSettings, Settings
from tests.conftest import DatabaseUrls
from tests.features.factors.authenticator import Authenticator
from tests.features.factors.builders import code_now
from tests.features.identity.signing_in import form_of, sent
from tests.features.staff.builders import a_colleague
from tests.service import Service, running_service

PATH = "/v1/me/factors"
CONFIGURED = FactorSettings(
    issuer="Example Ltd",
    site="app.example",
    origins=["https://a.example", "https://app.example"],
    compulsory_for=[],
)
ANY_ID = "01890000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
async def service(database_urls: DatabaseUrls, settings: Settings) -> AsyncIterator[Service]:
    """A service on a database of this module's own, with settings for second factors."""
    configured = settings.model_copy(update={"factors": CONFIGURED})
    async with running_service(configured, database_urls.app, database_urls.owner) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Somebody:
    """A signed-in user."""

    client: httpx.AsyncClient
    user_id: str


@pytest.fixture
async def somebody(service: Service, digest: str) -> AsyncIterator[Somebody]:
    """A user of no other test, signed in."""
    colleague = await a_colleague(service.owner_url, digest=digest)
    async with service.anonymous() as client:
        token = (await sent(service, form_of(colleague.username))).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield Somebody(client, str(colleague.user_id))


async def with_app(client: httpx.AsyncClient) -> tuple[dict[str, Any], httpx.Response]:
    """Add an app and confirm it."""
    made = (await client.post(f"{PATH}/totp", json={"label": "My phone"})).json()
    code = {"code": code_now(made["secret"])}
    return made, await client.post(f"{PATH}/{made['factor_id']}/confirm", json=code)


async def test_an_app_is_added_and_confirmed(somebody: Somebody) -> None:
    """It waits for its code, then counts, and is listed with the codes that are left."""
    made = await somebody.client.post(f"{PATH}/totp", json={"label": "My phone"})
    members = made.json()
    waiting = (await somebody.client.get(PATH)).json()
    code = {"code": code_now(members["secret"])}
    confirmed = await somebody.client.post(f"{PATH}/{members['factor_id']}/confirm", json=code)

    assert made.status_code == 201
    assert "issuer=Example%20Ltd" in members["otpauth_uri"]
    assert made.headers["location"] == f"{PATH}/{members['factor_id']}"
    assert waiting["items"][0]["confirmed_at"] is None
    assert waiting["recovery_codes_left"] == 0
    assert confirmed.status_code == 200
    assert len(confirmed.json()["recovery_codes"]) == 10
    listed = (await somebody.client.get(PATH)).json()
    assert (listed["recovery_codes_left"], listed["has_more"]) == (10, False)
    assert listed["items"] == [confirmed.json()["factor"]]


async def test_lines_tell_the_factor_and_no_secret(service: Service, somebody: Somebody) -> None:
    """Each change has its line, with the factor's id and kind, without seed or code."""
    made, confirmed = await with_app(somebody.client)

    (line,) = await service.lines_of(confirmed)
    assert (line["operation"], line["status"]) == ("confirm_factor", 200)
    assert line["changed"] == ["second_factors", "recovery_codes"]
    assert made["factor_id"] in line["detail"]
    for secret in (made["secret"], *confirmed.json()["recovery_codes"]):
        assert secret not in str(line)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{PATH}/totp", {}),
        ("POST", "/v1/me/recovery-codes", None),
        ("POST", f"{PATH}/passkey/options", None),
    ],
)
async def test_with_a_factor_a_fresh_one_is_asked_for(
    somebody: Somebody, method: str, path: str, body: Any
) -> None:
    """A token alone changes nothing once there is a factor."""
    await with_app(somebody.client)

    answer = await somebody.client.request(method, path, json=body)

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/fresh-factor-needed")


async def test_a_token_alone_removes_no_factor(somebody: Somebody) -> None:
    """What counts stays; what does not exist is not there."""
    made, _ = await with_app(somebody.client)

    kept = await somebody.client.delete(f"{PATH}/{made['factor_id']}")
    unknown = await somebody.client.delete(f"{PATH}/{new_id()}")

    assert (kept.status_code, unknown.status_code) == (403, 404)
    assert len((await somebody.client.get(PATH)).json()["items"]) == 1


async def test_an_app_that_never_counted_is_removed(somebody: Somebody) -> None:
    """204, and it is gone."""
    made = (await somebody.client.post(f"{PATH}/totp", json={})).json()

    assert (await somebody.client.delete(f"{PATH}/{made['factor_id']}")).status_code == 204
    assert (await somebody.client.get(PATH)).json()["items"] == []


async def test_a_passkey_is_added(service: Service, somebody: Somebody) -> None:
    """Site, origins and name are those of the settings; the answer has no key in it."""
    device = Authenticator(origin="https://app.example", site="app.example")
    asked = (await somebody.client.post(f"{PATH}/passkey/options")).json()["public_key"]

    body = {"label": "My laptop", "credential": device.create(asked)}
    made = await somebody.client.post(f"{PATH}/passkey", json=body)

    assert asked["rp"] == {"id": "app.example", "name": "Example Ltd"}
    assert made.status_code == 201
    assert made.json()["factor"]["kind"] == "passkey"
    assert len(made.json()["recovery_codes"]) == 10
    (line,) = await service.lines_of(made)
    assert line["operation"] == "create_passkey"


@pytest.mark.parametrize("credential", [{}, {"response": 5}, {"id": [], "response": {"a": "b"}}])
async def test_what_is_no_passkey_is_refused(somebody: Somebody, credential: Any) -> None:
    """Whatever a browser may send in its place is refused in one way."""
    answer = await somebody.client.post(f"{PATH}/passkey", json={"credential": credential})

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/passkey-refused")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{PATH}/totp", {"label": ""}),
        (f"{PATH}/totp", {"label": "a\u202eb"}),
        (f"{PATH}/totp", {"label": 5}),
        (f"{PATH}/totp", {"label": None}),
        (f"{PATH}/totp", {"secret": "x"}),
        (f"{PATH}/{ANY_ID}/confirm", {"code": 492039}),
        (f"{PATH}/{ANY_ID}/confirm", {}),
        (f"{PATH}/passkey", {"credential": "x"}),
    ],
)
async def test_malformed_input_is_refused(somebody: Somebody, path: str, body: Any) -> None:
    """422, and nothing is added."""
    assert (await somebody.client.post(path, json=body)).status_code == 422
    assert (await somebody.client.get(PATH)).json()["items"] == []


async def test_a_wrong_code_does_not_confirm(somebody: Somebody) -> None:
    """409 with words about the clock."""
    made = (await somebody.client.post(f"{PATH}/totp", json={})).json()

    answer = await somebody.client.post(
        f"{PATH}/{made['factor_id']}/confirm", json={"code": "abcdef"}
    )

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/code-wrong")


async def test_an_answer_with_a_secret_is_kept_nowhere(
    service: Service, somebody: Somebody
) -> None:
    """A key for retries is of no effect: the second try has a secret of its own."""
    keyed = {"Idempotency-Key": "one"}
    seeds = [
        (await somebody.client.post(f"{PATH}/totp", json={}, headers=keyed)).json()["secret"]
        for _ in range(2)
    ]
    connection = await asyncpg.connect(service.owner_url)
    kept = await connection.fetchval("select count(*) from idempotency_keys")
    await connection.close()

    assert len({*seeds}) == 2
    assert kept == 0


async def test_an_administrator_resets(service: Service, somebody: Somebody) -> None:
    """Only whoever has the right; the line names the user."""
    await with_app(somebody.client)
    path = f"/v1/users/{somebody.user_id}/factors"
    admin, desk = await service.as_("administrator"), await service.as_("service")

    refused = await desk.delete(path)
    answer = await admin.delete(path)

    assert (refused.status_code, answer.status_code) == (403, 204)
    assert (await somebody.client.get(PATH)).status_code == 401
    (line,) = await service.lines_of(answer)
    assert somebody.user_id in line["detail"]
    assert line["changed"] == ["recovery_codes", "second_factors"]
    assert (await admin.delete(f"/v1/users/{new_id()}/factors")).status_code == 404


async def test_nobody_resets_their_own(service: Service) -> None:
    """An administrator's token alone takes no factor from its own account."""
    admin = await service.as_("administrator")
    own = (await admin.get("/v1/me")).json()["user_id"]

    answer = await admin.delete(f"/v1/users/{own}/factors")

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/own-factors")


async def test_other_systems_have_none(service: Service) -> None:
    """A client has no second factor to list or add."""
    system = await service.as_("integration")

    for answer in (await system.get(PATH), await system.post(f"{PATH}/totp", json={})):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-permitted")

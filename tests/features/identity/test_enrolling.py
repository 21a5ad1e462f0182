"""Compulsory factors: who may not do without one adds it before the first session opens."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.settings import FactorSettings, Settings
from tests.conftest import DatabaseUrls
from tests.features.factors.builders import code_now
from tests.features.identity.proving import PATH, a_place, answered, kind_of
from tests.features.identity.signing_in import bearing, form_of, sent
from tests.features.staff.builders import Colleague, a_colleague, change
from tests.service import Service, running_service

ENROL = "/v1/auth/enrol"
CONFIGURED = FactorSettings(compulsory_for=["service", "factors:reset"])
REFUSED = (401, "sign-in-failed")
ANY_ID = "01890000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
async def service(database_urls: DatabaseUrls, settings: Settings) -> AsyncIterator[Service]:
    """A service that demands second factors."""
    configured = settings.model_copy(update={"factors": CONFIGURED})
    async with running_service(configured, database_urls.app, database_urls.owner) as running:
        yield running


@pytest.fixture
async def clerk(service: Service, digest: str) -> Colleague:
    """Somebody whose role demands a factor, without one."""
    return await a_colleague(service.owner_url, digest=digest, roles=("service",))


async def enters(service: Service, one: Colleague, **proof: str) -> httpx.Response:
    """Send the password."""
    return await sent(service, form_of(one.username) | proof, a_place())


async def posted(service: Service, path: str, **body: Any) -> httpx.Response:
    """Send a step of enrolling, without a token."""
    async with service.anonymous() as client:
        return await client.post(path, json=body)


async def enrolled(service: Service, challenge: str) -> httpx.Response:
    """Take both steps."""
    made = (await posted(service, ENROL, challenge=challenge)).json()
    body = {"factor_id": made["factor_id"], "code": code_now(made["secret"], -1)}
    return await posted(service, f"{ENROL}/confirm", challenge=challenge, **body)


async def test_who_needs_a_factor_is_told(service: Service, digest: str) -> None:
    """By role or by permission; others sign in with the password, other systems as well."""
    kinds = []
    for role in ("service", "administrator", "sales"):
        one = await a_colleague(service.owner_url, digest=digest, roles=(role,))
        kinds.append((await enters(service, one)).status_code)
    system = await service.as_("integration")

    assert kinds == [403, 403, 200]
    assert (await system.get("/v1/me")).status_code == 200


async def test_wrong_password_is_not_told(service: Service, clerk: Colleague) -> None:
    """Only whoever knows the password learns that a factor is missing."""
    answer = await sent(service, form_of(clerk.username, "wrong"), a_place())

    assert kind_of(answer) == REFUSED


async def test_enrolling_signs_in(service: Service, clerk: Colleague) -> None:
    """Two steps bring an app, recovery codes and a session; then signing in asks for the app."""
    asked = await enters(service, clerk)

    answer = await enrolled(service, asked.json()["challenge"])

    assert kind_of(asked) == (403, "factor-enrolment-needed")
    assert (answer.status_code, len(answer.json()["recovery_codes"])) == (200, 10)
    one = bearing(service, answer)
    assert 0 <= one.claims["iat"] - one.claims["auth_time"] <= 5
    assert len((await one.client.get(PATH)).json()["items"]) == 1
    assert kind_of(await enters(service, clerk)) == (403, "second-factor-needed")
    lines = await service.lines_of(answer)
    assert {line["operation"] for line in lines} == {"confirm_first_factor"}
    assert {line["actor_id"] for line in lines} == {clerk.user_id}
    for code in answer.json()["recovery_codes"]:
        assert code not in str(lines)


async def test_challenge_is_good_for_nothing_else(service: Service, clerk: Colleague) -> None:
    """It opens no session by itself, and one for signing in enrols nobody."""
    challenge = (await enters(service, clerk)).json()["challenge"]
    await enrolled(service, challenge)
    other = (await enters(service, clerk)).json()["challenge"]

    for answer in (
        await answered(service, challenge, otp="000000"),
        await posted(service, ENROL, challenge=other),
        await posted(service, ENROL, challenge="x"),
        await posted(service, f"{ENROL}/confirm", challenge=other, factor_id=ANY_ID, code="1"),
    ):
        assert kind_of(answer) == REFUSED


async def test_challenge_enrols_once(service: Service, clerk: Colleague) -> None:
    """Neither while there is a factor nor after a reset it adds another one."""
    challenge = (await enters(service, clerk)).json()["challenge"]
    await enrolled(service, challenge)

    again = await posted(service, ENROL, challenge=challenge)
    sql = "delete from factors where user_id = $1"
    await change(service.owner_url, sql, clerk.user_id)
    later = await posted(service, ENROL, challenge=challenge)

    assert (kind_of(again), kind_of(later)) == (REFUSED, REFUSED)
    assert kind_of(await enters(service, clerk)) == (403, "factor-enrolment-needed")


async def test_wrong_code_does_not_enrol(service: Service, clerk: Colleague) -> None:
    """A mistyped code is told, and the next one goes with the same challenge."""
    challenge = (await enters(service, clerk)).json()["challenge"]
    made = (await posted(service, ENROL, challenge=challenge)).json()
    step = {"challenge": challenge, "factor_id": made["factor_id"]}

    wrong = await posted(service, f"{ENROL}/confirm", **step, code="abcdef")
    unknown = await posted(service, f"{ENROL}/confirm", **step | {"factor_id": ANY_ID}, code="1")
    right = await posted(service, f"{ENROL}/confirm", **step, code=code_now(made["secret"]))

    assert (kind_of(wrong), kind_of(unknown)) == ((409, "code-wrong"), (404, "not-found"))
    assert right.status_code == 200


async def test_challenge_dies_with_the_account(service: Service, clerk: Colleague) -> None:
    """Whoever is suspended meanwhile enrols nothing."""
    challenge = (await enters(service, clerk)).json()["challenge"]
    sql = "update users set status = 'suspended' where user_id = $1"
    await change(service.owner_url, sql, clerk.user_id)

    assert kind_of(await posted(service, ENROL, challenge=challenge)) == REFUSED


async def test_last_factor_stays(service: Service, clerk: Colleague) -> None:
    """Whoever needs one may not remove it, even just after showing it."""
    challenge = (await enters(service, clerk)).json()["challenge"]
    one = bearing(service, await enrolled(service, challenge))
    (factor,) = (await one.client.get(PATH)).json()["items"]

    answer = await one.client.delete(f"{PATH}/{factor['factor_id']}")

    assert kind_of(answer) == (409, "last-factor")

"""Second factors after a provider: our own is asked for, unless the provider is trusted."""

import time
from typing import Any, Final

import pytest

from app.settings import FactorSettings, Settings
from app.settings.providers import SsoSettings
from tests.conftest import NewDatabase
from tests.features.factors.builders import code_now
from tests.features.identity.proving import Holder, a_holder, answered, kind_of, stepped_up
from tests.features.identity.signing_in import bearing
from tests.features.sso.conftest import all_providers
from tests.features.sso.idp import Idp, Person
from tests.features.sso.ways import a_mail, a_person, through, user_of
from tests.features.staff.builders import a_digest
from tests.service import Service, running_service

MFA: Final[dict[str, Any]] = {"amr": ["pwd", "mfa"]}


@pytest.fixture(scope="session")
async def digest() -> str:
    """A digest of the tests' password, made once."""
    return await a_digest()


async def a_linked_holder(service: Service, idp: Idp, digest: str) -> tuple[Holder, Person]:
    """Open somebody who has an app, and an account at the provider."""
    holder, mail = await a_holder(service, digest), a_mail()
    admin = await service.as_("administrator")
    path = f"/v1/users/{holder.colleague.user_id}"
    await admin.patch(path, json={"email": mail}, headers={"If-Match": "*"})
    return holder, a_person(mail)


async def test_own_factor_is_asked_for(sso_service: Service, idp: Idp, digest: str) -> None:
    """Whatever the provider says of factors, ours is asked for, and opens one session."""
    holder, person = await a_linked_holder(sso_service, idp, digest)

    asked = await through(sso_service, idp, person, **MFA, auth_time=int(time.time()))

    assert kind_of(asked) == (403, "second-factor-needed")
    assert "access_token" not in asked.json()
    challenge = asked.json()["challenge"]
    answers = [
        await answered(sso_service, challenge, otp="000000"),
        await answered(sso_service, challenge, otp=holder.code()),
        await answered(sso_service, challenge, recovery_code=holder.recovery_codes[0]),
    ]
    assert [answer.status_code for answer in answers] == [401, 200, 401]
    assert "auth_time" in bearing(sso_service, answers[1]).claims


async def test_person_without_a_password_has_a_factor_too(sso_service: Service, idp: Idp) -> None:
    """The challenge after a provider needs no password in the account."""
    person = a_person(a_mail(), groups=["Sellers"])
    one = bearing(sso_service, await through(sso_service, idp, person, "groups"))
    made = (await one.client.post("/v1/me/factors/totp", json={})).json()
    code = {"code": code_now(made["secret"], -1)}
    await one.client.post(f"/v1/me/factors/{made['factor_id']}/confirm", json=code)

    asked = await through(sso_service, idp, person, "groups")
    challenge = asked.json()["challenge"]
    answer = await answered(sso_service, challenge, otp=code_now(made["secret"]))

    assert (kind_of(asked), answer.status_code) == ((403, "second-factor-needed"), 200)


@pytest.mark.parametrize("claims", [MFA, {"amr": "mfa"}, {"acr": "gold"}])
async def test_trusted_provider_has_seen_one(
    sso_service: Service, idp: Idp, digest: str, claims: dict[str, Any]
) -> None:
    """Where that is set, its word and its moment count as a factor, however old that is."""
    _, person = await a_linked_holder(sso_service, idp, digest)
    shown_at = int(time.time()) - 3600

    answer = await through(sso_service, idp, person, "trusted", **claims, auth_time=shown_at)

    one = bearing(sso_service, answer)
    assert one.claims["auth_time"] == shown_at
    fresh = await one.client.post("/v1/me/factors/totp", json={})
    assert kind_of(fresh) == (403, "fresh-factor-needed")
    assert kind_of(await stepped_up(one)) == (403, "second-factor-needed")


async def test_moment_of_the_future_is_now(sso_service: Service, idp: Idp, digest: str) -> None:
    """A provider whose clock is ahead makes nothing fresher than now."""
    _, person = await a_linked_holder(sso_service, idp, digest)

    answer = await through(
        sso_service, idp, person, "trusted", **MFA, auth_time=int(time.time()) + 86_400
    )

    assert bearing(sso_service, answer).claims["auth_time"] <= time.time()


@pytest.mark.parametrize(
    "claims",
    [
        {"amr": ["pwd"], "auth_time": 1_790_000_000},
        {"amr": ["mfa"]},
        {"amr": {"mfa": True}, "auth_time": 1_790_000_000},
        {"acr": "silver", "auth_time": 1_790_000_000},
        {"acr": None, "auth_time": 1_790_000_000},
    ],
)
async def test_trusted_provider_has_to_say_so(
    sso_service: Service, idp: Idp, digest: str, claims: dict[str, Any]
) -> None:
    """Without a word that stands for a factor, or without its moment, ours is asked for."""
    _, person = await a_linked_holder(sso_service, idp, digest)

    answer = await through(sso_service, idp, person, "trusted", **claims)

    assert kind_of(answer) == (403, "second-factor-needed")


async def test_compulsory_factor_is_set_up_first(
    new_database: NewDatabase, settings: Settings, idp: Idp
) -> None:
    """Whose role demands a factor sets one up before the first session, also after a provider."""
    urls = await new_database()
    sso = SsoSettings(providers=all_providers(idp.issuer))
    factors = FactorSettings(compulsory_for=["sales"])
    strict = settings.model_copy(update={"sso": sso, "factors": factors})
    person = a_person(a_mail(), groups=["Sellers"])
    async with running_service(strict, urls.app, urls.owner) as service:
        asked = await through(service, idp, person, "groups")
        async with service.anonymous() as client:
            challenge = {"challenge": asked.json()["challenge"]}
            made = (await client.post("/v1/auth/enrol", json=challenge)).json()
            code = {"factor_id": made["factor_id"], "code": code_now(made["secret"])}
            told = await client.post("/v1/auth/enrol/confirm", json={**challenge, **code})

        assert kind_of(asked) == (403, "factor-enrolment-needed")
        assert told.status_code == 200, told.text
        assert (await user_of(service, told))["roles"] == ["sales"]

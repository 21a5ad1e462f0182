"""The shipped settings: who may reveal or administer is let in by password and code only."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from app.core import keys
from app.core.sealing import Sealing
from app.features.factors.seeding import ensure_demo_factors
from app.features.staff.seeding import DemoUser
from app.settings import FactorSettings, Settings
from app.tools import factor_rules
from tests.conftest import DatabaseUrls
from tests.features.factors.builders import code_now
from tests.features.staff.builders import PASSWORD, a_colleague
from tests.service import Service, demo_staff, running_service

TOKEN = "/v1/auth/token"


@pytest.fixture(scope="module")
async def service(database_urls: DatabaseUrls, settings: Settings) -> AsyncIterator[Service]:
    """A service as it ships, with demo users who have what they need to sign in."""
    shipped = settings.model_copy(update={"factors": FactorSettings()})
    made = [*await demo_staff(database_urls.owner)]
    ring = keys.load(settings.keys_folder)
    sealing = Sealing(ring.wrapping, ring.index)
    connection = await asyncpg.connect(database_urls.owner)
    users = await ensure_demo_factors(connection, sealing, factor_rules(shipped.factors), made, {})
    await connection.close()
    async with running_service(shipped, database_urls.app, database_urls.owner, users) as running:
        yield running


def form_of(user: DemoUser) -> dict[str, str]:
    """Return what a user sends without a code."""
    return {"grant_type": "password", "username": user.username, "password": user.password}


def named(service: Service, username: str) -> DemoUser:
    """Return a demo user."""
    return next(user for user in service.users if user.username == username)


async def posted(service: Service, form: dict[str, str]) -> httpx.Response:
    """Ask for a token."""
    async with service.anonymous() as client:
        return await client.post(TOKEN, data=form)


@pytest.mark.parametrize("username", ["administrator", "data_officer", "service"])
async def test_a_password_alone_is_not_enough(service: Service, username: str) -> None:
    """The code goes along with the password; a moment later the same code serves no more."""
    user = named(service, username)
    assert user.totp_secret is not None
    alone = await posted(service, form_of(user))
    code = code_now(user.totp_secret)
    inside = await posted(service, {**form_of(user), "otp": code})
    again = await posted(service, {**form_of(user), "otp": code})

    assert (alone.status_code, alone.json()["type"][-20:]) == (403, "second-factor-needed")
    assert inside.status_code == 200
    assert again.status_code == 401


@pytest.mark.parametrize("username", ["sales", "marketing", "data_entry", "auditor"])
async def test_who_shows_nothing_hidden_signs_in_by_password(
    service: Service, username: str
) -> None:
    """An empty code, as a script may send along, does no harm."""
    user = named(service, username)
    assert user.totp_secret is None
    assert (await posted(service, {**form_of(user), "otp": ""})).status_code == 200


async def test_who_has_no_factor_yet_is_led_to_one(service: Service) -> None:
    """A newcomer in such a role gets no session before the first factor."""
    newcomer = await a_colleague(service.owner_url, roles=("administrator",))
    form = {"grant_type": "password", "username": newcomer.username, "password": PASSWORD}
    answer = await posted(service, form)
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("factor-enrolment-needed")

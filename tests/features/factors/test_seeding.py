"""Demo users: whoever needs a second factor has an app whose secret is told."""

import asyncpg
import pytest

from app.core.passwords import Passwords
from app.core.work import Platform
from app.features.factors.rules import FactorRules
from app.features.factors.seeding import ensure_demo_factors
from app.features.staff.seeding import DemoUser, ensure_demo_staff
from app.settings import FactorSettings
from app.tools import factor_rules
from tests.conftest import DatabaseUrls

SHIPPED = factor_rules(FactorSettings())
ASKED = {"administrator", "data_officer", "service"}
COUNT = "select count(*) from factors f join users u using (user_id) where u.username = $1"


@pytest.fixture(scope="module")
async def users(database_urls: DatabaseUrls) -> list[DemoUser]:
    """The demo staff of this module's database."""
    connection, passwords = await asyncpg.connect(database_urls.owner), Passwords()
    made = await ensure_demo_staff(connection, passwords)
    passwords.close()
    await connection.close()
    return made


async def seeded(
    platform: Platform, owner_url: str, users: list[DemoUser], rules: FactorRules = SHIPPED
) -> list[DemoUser]:
    """Have the factors of these users, whose known secrets they carry."""
    connection = await asyncpg.connect(owner_url)
    known = {user.username: user.totp_secret for user in users if user.totp_secret}
    try:
        return await ensure_demo_factors(connection, platform.sealing, rules, users, known)
    finally:
        await connection.close()


async def counted(owner_url: str, username: str) -> int:
    """Count the factors of a user."""
    connection = await asyncpg.connect(owner_url)
    try:
        return int(await connection.fetchval(COUNT, username))
    finally:
        await connection.close()


def test_by_default_who_reveals_or_administers_needs_a_factor() -> None:
    """Also where the act is granted for some customers only; `[]` leaves it to everybody."""
    nobody = factor_rules(FactorSettings(compulsory_for=[]))
    assert SHIPPED.demand(["any"], ["self:read", "customers:reveal@own"])
    assert SHIPPED.demand(["any"], ["roles:publish"])
    assert not SHIPPED.demand(["any"], ["self:read", "customers:read", "contact:masked"])
    assert not nobody.demand(["administrator"], ["roles:publish"])


async def test_who_needs_one_has_one(
    platform: Platform, database_urls: DatabaseUrls, users: list[DemoUser]
) -> None:
    """A second run gives nobody another; a secret that was lost gives way to a new one."""
    first = await seeded(platform, database_urls.owner, users)
    second = await seeded(platform, database_urls.owner, first)
    lost = await seeded(platform, database_urls.owner, users)

    assert {user.role for user in first if user.totp_secret} == ASKED
    assert second == first
    assert {user.role for user in lost if user.totp_secret} == ASKED
    assert [u.totp_secret for u in lost if u.role in ASKED] != [
        u.totp_secret for u in first if u.role in ASKED
    ]
    assert await counted(database_urls.owner, "service") == 1
    assert await counted(database_urls.owner, "sales") == 0


async def test_where_none_is_demanded_nobody_has_one(
    platform: Platform, database_urls: DatabaseUrls, users: list[DemoUser]
) -> None:
    """The settings decide."""
    rules = factor_rules(FactorSettings(compulsory_for=["marketing"]))
    made = await seeded(platform, database_urls.owner, users, rules)
    assert [user.role for user in made if user.totp_secret] == ["marketing"]

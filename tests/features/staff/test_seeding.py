"""Seeding: what the command line puts in place, and puts in place once."""

from collections import Counter
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.core.passwords import Passwords
from app.features.staff.client_secrets import digest_of, has_form
from app.features.staff.problems import UsernameTaken
from app.features.staff.roles import SHIPPED
from app.features.staff.seeding import (
    DemoUser,
    create_admin,
    ensure_demo_staff,
)
from tests.conftest import NewDatabase

FURTHER = {"sales_south", "reporting", "regional_officer_east", "regional_officer_south"}


@pytest.fixture
async def owner(new_database: NewDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner, in a database that has nothing but the shipped roles."""
    urls = await new_database()
    connection = await asyncpg.connect(urls.owner)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def passwords() -> AsyncIterator[Passwords]:
    """The password checker."""
    made = Passwords()
    yield made
    made.close()


SECRETS = (
    "select digest from client_secrets s join users u on u.user_id = s.api_client_id "
    "where username = $1 and ended_at is null"
)


async def epoch(owner: asyncpg.Connection) -> int:
    """Return the count of changes."""
    return int(await owner.fetchval("select epoch from staff_epoch"))


async def fits(owner: asyncpg.Connection, passwords: Passwords, user: DemoUser) -> bool:
    """Whether the password of a demo user, or the secret of a system, opens the door."""
    if user.client_secret is not None:
        asked = await owner.fetch(SECRETS, user.username)
        return [row["digest"] for row in asked] == [digest_of(user.password)]
    sql = "select password_digest from credentials join users using (user_id) where username = $1"
    return await passwords.verify(user.password, await owner.fetchval(sql, user.username))


async def test_demo_staff_has_every_role(owner: asyncpg.Connection, passwords: Passwords) -> None:
    """One for each role; two sell, two are systems, two regional; all passwords fit."""
    users = await ensure_demo_staff(owner, passwords)

    roles = Counter(user.role for user in users)
    more = ["sales", "integration", "regional_officer", "regional_officer"]
    assert roles == Counter({role.code: 1 for role in SHIPPED}) + Counter(more)
    assert all(user.username in {user.role, *FURTHER} for user in users)
    assert len({user.password for user in users}) == len(users)
    assert [await fits(owner, passwords, user) for user in users] == [True] * len(users)


async def test_forty_people_work_here(owner: asyncpg.Connection, passwords: Passwords) -> None:
    """Most are invited and have no password; each department has some, and some belong to two."""
    users = await ensure_demo_staff(owner, passwords)
    await ensure_demo_staff(owner, passwords, {one.username: one.password for one in users})

    rows = await owner.fetch(
        "select status, count(*) from users where kind = 'person' group by status"
    )
    assert {row["status"]: row["count"] for row in rows} == {"active": 10, "invited": 30}
    assert await owner.fetchval("select count(*) from credentials") == 10
    assert await owner.fetchval("select count(*) from client_secrets") == len(users) - 10 == 2
    assert await owner.fetchval("select count(distinct department_id) from users") == 7
    assert await owner.fetchval("select count(*) from department_memberships") == 2


async def test_sellers_sit_in_different_places(
    owner: asyncpg.Connection, passwords: Passwords
) -> None:
    """The two sales users do not reach each other's department."""
    await ensure_demo_staff(owner, passwords)

    rows = await owner.fetch(
        "select d.name, above.name as above from users join departments d using (department_id) "
        "join departments above on above.department_id = d.parent_id "
        "where username in ('sales', 'sales_south') order by username"
    )
    assert [tuple(row) for row in rows] == [
        ("Shanghai sales", "East China"),
        ("Shenzhen sales", "South China"),
    ]


async def test_second_start_changes_nobody(owner: asyncpg.Connection, passwords: Passwords) -> None:
    """With the passwords at hand, users, departments and digests stay as they are."""
    users = await ensure_demo_staff(owner, passwords)
    sql = "select * from users full join credentials using (user_id) order by user_id"
    before = await owner.fetch(sql), await owner.fetchval("select count(*) from departments")

    again = await ensure_demo_staff(owner, passwords, {one.username: one.password for one in users})

    assert again == users
    assert before == (
        await owner.fetch(sql),
        await owner.fetchval("select count(*) from departments"),
    )


async def test_lost_passwords_are_drawn_anew(
    owner: asyncpg.Connection, passwords: Passwords
) -> None:
    """A demo user whose password is known nowhere gets another one; the others keep theirs."""
    users = await ensure_demo_staff(owner, passwords)
    known = {one.username: one.password for one in users if one.username != "sales"}

    again = await ensure_demo_staff(owner, passwords, known)

    changed = {old.username for old, new in zip(users, again, strict=True) if old != new}
    assert changed == {"sales"}
    assert [await fits(owner, passwords, user) for user in again] == [True] * len(users)


async def test_systems_carry_what_they_sign_in_with(
    owner: asyncpg.Connection, passwords: Passwords
) -> None:
    """Two systems have id and secret, an owner and an end; the rest are people."""
    users = await ensure_demo_staff(owner, passwords)

    systems = [user for user in users if user.client_id]
    rows = await owner.fetch("select * from api_clients where owner_id is not null")
    assert [user.client_id for user in systems] == ["integration", "reporting"]
    assert all(user.client_secret == user.password for user in systems)
    assert all(user.password not in repr(user) for user in systems)
    assert len(rows) == 2


async def test_a_password_from_before_becomes_a_secret(
    owner: asyncpg.Connection, passwords: Passwords
) -> None:
    """A system of an earlier release gets a secret; its password is good no more."""
    known = {"integration": "kept from before"}
    users = await ensure_demo_staff(owner, passwords, known)

    system = next(user for user in users if user.username == "integration")
    assert has_form(system.password)
    assert await fits(owner, passwords, system)


async def test_known_passwords_serve_a_new_database(
    owner: asyncpg.Connection, passwords: Passwords
) -> None:
    """A file that outlived its database still says the truth."""
    users = await ensure_demo_staff(owner, passwords, {"sales": "kept from before"})

    sales = next(user for user in users if user.username == "sales")
    assert sales.password == "kept from before"
    assert await fits(owner, passwords, sales)


def test_demo_user_does_not_show_its_password() -> None:
    """A demo user in a log tells no password."""
    assert "open sesame" not in repr(DemoUser("sales", "open sesame", "sales"))


async def test_first_administrator(owner: asyncpg.Connection, passwords: Passwords) -> None:
    """An administrator is opened under the one form of the name, with a password that fits."""
    before = await epoch(owner)

    password = await create_admin(owner, passwords, " Root ")

    (row,) = await owner.fetch("select * from users where username = 'root'")
    assert (row["roles"], row["display_name"], row["status"]) == (
        ["administrator"],
        "Root",
        "active",
    )
    assert await fits(owner, passwords, DemoUser("root", password, "administrator"))
    assert await epoch(owner) == before + 1


async def test_taken_name_is_refused(owner: asyncpg.Connection, passwords: Passwords) -> None:
    """Nobody's password is replaced by opening another user of the name."""
    await create_admin(owner, passwords, "root")
    before = await owner.fetch("select * from credentials")

    with pytest.raises(UsernameTaken):
        await create_admin(owner, passwords, "ROOT")

    assert await owner.fetch("select * from credentials") == before


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a" * 101])
async def test_what_is_no_name_is_refused(
    owner: asyncpg.Connection, passwords: Passwords, name: str
) -> None:
    """A name that nobody could sign in with is not given."""
    with pytest.raises(ValueError, match="1 to 100 printable characters"):
        await create_admin(owner, passwords, name)

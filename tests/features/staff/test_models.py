"""The staff's tables: what the service may do with them, and what nobody may put into them."""

import asyncpg
import pytest

from tests.conftest import DatabaseUrls
from tests.features.staff.builders import PASSWORD, a_colleague

FORBIDDEN = [
    "delete from users",
    "truncate users",
    "delete from roles",
    "update role_versions set scopes = '{reach:all}'",
    "delete from role_versions",
    "delete from staff_epoch",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_service_cannot_raise_itself(database_urls: DatabaseUrls, statement: str) -> None:
    """Whoever has taken over the service still cannot give a role more, nor hide a user."""
    app = await asyncpg.connect(database_urls.app)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(statement)

    await app.close()


async def test_service_may_renew_a_digest(database_urls: DatabaseUrls) -> None:
    """Digests may be replaced, because parameters grow stronger at sign-in."""
    app = await asyncpg.connect(database_urls.app)

    assert await app.execute("update credentials set changed_at = changed_at") != ""

    await app.close()


@pytest.mark.parametrize(
    "statement",
    [
        "update users set kind = 'job' where user_id = $1",
        "update users set status = 'gone' where user_id = $1",
        "update users set department_id = user_id where user_id = $1",
    ],
)
async def test_values_are_closed_sets(database_urls: DatabaseUrls, statement: str) -> None:
    """Kind, status and department have the values that the code knows."""
    colleague = await a_colleague(database_urls.owner, digest=PASSWORD)
    owner = await asyncpg.connect(database_urls.owner)

    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await owner.execute(statement, colleague.user_id)

    await owner.close()


async def test_epoch_is_one_row(database_urls: DatabaseUrls) -> None:
    """There is one count of changes."""
    owner = await asyncpg.connect(database_urls.owner)

    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute("insert into staff_epoch values (false, 1)")

    await owner.close()

"""The databases of a cluster, on every PostgreSQL version there is."""

import asyncpg
import pytest

from app.postgres.addresses import Role
from app.postgres.cluster import Cluster
from app.postgres.sessions import session


async def test_database_from_a_template(any_cluster: Cluster) -> None:
    """A copy has the template's tables, belongs to the owner and lets in the serving roles only."""
    await any_cluster.create_database("pattern")
    async with session(any_cluster.addresses.dsn(Role.OWNER, "pattern")) as owner:
        await owner.execute("CREATE TABLE shelf (id int)")

    await any_cluster.create_database("copy_1", template="pattern")

    async with session(any_cluster.addresses.dsn(Role.APP, "copy_1")) as app:
        assert await app.fetchval("SELECT to_regclass('shelf')::text") == "shelf"
        assert not await app.fetchval("SELECT has_database_privilege('copy_1', 'TEMPORARY')")
        for name in ("copy_1", "pattern"):
            await any_cluster.drop_database(name)


@pytest.mark.parametrize("database", ["postgres", "template1"])
async def test_other_databases_are_closed(any_cluster: Cluster, database: str) -> None:
    """The databases that came with the cluster let no working role in."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(any_cluster.addresses.dsn(Role.APP, database))


async def test_only_plain_database_names_are_taken(any_cluster: Cluster) -> None:
    """A name that would need quoting never reaches a statement."""
    with pytest.raises(ValueError, match="plain database name"):
        await any_cluster.create_database('x"; DROP DATABASE cims; --')

"""The three roles and their databases, on every PostgreSQL version there is."""

import asyncio

import asyncpg
import pytest

from app.postgres import roles
from app.postgres.addresses import Role
from app.postgres.cluster import Cluster
from app.postgres.sessions import session

ATTRIBUTES = """
    SELECT rolname, rolcanlogin AND NOT (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole
                                         OR rolreplication) AS is_plain
    FROM pg_roles WHERE rolname LIKE 'cims%'
"""
RIGHTS = """
    SELECT has_database_privilege($1, 'cims', 'CONNECT') AS connect,
           has_database_privilege($1, 'cims', 'CREATE') AS create,
           has_database_privilege($1, 'cims', 'TEMPORARY') AS temporary,
           has_schema_privilege($1, 'public', 'CREATE') AS tables
"""


async def plain_roles(cluster: Cluster) -> dict[str, bool]:
    """Return which roles can sign in and nothing more."""
    async with session(cluster.addresses.superuser) as admin:
        return {row["rolname"]: row["is_plain"] for row in await admin.fetch(ATTRIBUTES)}


async def test_roles_are_plain(any_cluster: Cluster) -> None:
    """Owner, app and auditor may sign in; none is superuser, passes row security or makes roles."""
    assert await plain_roles(any_cluster) == dict.fromkeys(roles.WORKING, True)


@pytest.mark.parametrize("role", [Role.APP, Role.AUDITOR])
async def test_serving_roles_may_only_connect(any_cluster: Cluster, role: Role) -> None:
    """App and auditor may connect to the database and create nothing in it."""
    async with session(any_cluster.addresses.superuser, "cims") as admin:
        rights = await admin.fetchrow(RIGHTS, role)

    assert rights is not None
    assert dict(rights) == {"connect": True, "create": False, "temporary": False, "tables": False}


async def test_owner_makes_tables(any_cluster: Cluster) -> None:
    """The owner of the database makes tables in it, which the app cannot read unasked."""
    async with session(any_cluster.addresses.owner) as owner:
        await owner.execute("DROP TABLE IF EXISTS shelf; CREATE TABLE shelf (id int)")

    async with session(any_cluster.addresses.app) as app:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.fetch("SELECT * FROM shelf")


async def test_overreaching_roles_are_put_right(any_cluster: Cluster) -> None:
    """Attributes, memberships, rights and passwords that were changed come back as they belong."""
    addresses = any_cluster.addresses
    async with session(addresses.superuser, "cims") as admin:
        await admin.execute(
            "ALTER ROLE cims_app SUPERUSER BYPASSRLS CREATEDB PASSWORD 'guessed';"
            "GRANT cims_owner TO cims_auditor; GRANT CREATE ON SCHEMA public TO PUBLIC;"
            "GRANT ALL ON DATABASE cims TO cims_app, PUBLIC"
        )

    await roles.prepare(addresses.superuser, addresses.passwords)

    assert await plain_roles(any_cluster) == dict.fromkeys(roles.WORKING, True)
    async with session(addresses.app) as app:
        rights = await app.fetchrow(RIGHTS, "cims_app")
        is_member = await app.fetchval("SELECT pg_has_role('cims_auditor', 'cims_owner', 'MEMBER')")
    assert rights is not None
    assert (rights["create"], rights["tables"], is_member) == (False, False, False)


async def test_preparing_at_the_same_time_is_safe(any_cluster: Cluster) -> None:
    """Several starters may prepare one cluster at once, the database not yet there."""
    addresses = any_cluster.addresses
    await any_cluster.drop_database("shared")

    await asyncio.gather(
        *(roles.prepare(addresses.superuser, addresses.passwords, "shared") for _ in range(4))
    )

    async with session(addresses.dsn(Role.APP, "shared")) as app:
        assert await app.fetchval("SELECT current_database()") == "shared"


async def test_administrator_need_not_be_superuser(any_cluster: Cluster) -> None:
    """A managed PostgreSQL is prepared by a role that may only create roles and databases."""
    addresses = any_cluster.addresses
    async with session(addresses.superuser) as admin:
        await admin.execute("DROP DATABASE IF EXISTS shared WITH (FORCE)")
        await admin.execute("DROP DATABASE cims WITH (FORCE)")
        await admin.execute("DROP ROLE cims_owner, cims_app, cims_auditor")
        await admin.execute("CREATE ROLE dba LOGIN CREATEROLE CREATEDB PASSWORD 'made-up'")
        await admin.execute("GRANT CONNECT ON DATABASE postgres TO dba")
    socket = f"host={addresses.socket_folder}&port={addresses.port}"

    for _ in range(2):
        await roles.prepare(f"postgresql://dba:made-up@/postgres?{socket}", addresses.passwords)

    assert await plain_roles(any_cluster) == dict.fromkeys(roles.WORKING, True)
    async with session(addresses.superuser) as admin:
        await admin.execute("REASSIGN OWNED BY dba TO postgres; DROP OWNED BY dba; DROP ROLE dba")

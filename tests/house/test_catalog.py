"""The catalog: a migrated database keeps the schema rules, and each rule notices its breach."""

from collections.abc import AsyncIterator
from itertools import product
from typing import Final

import asyncpg
import pytest

from app.core.catalog import breaches
from app.core.records import PLACED, Placement
from tests.conftest import DatabaseUrls

FUNCTION: Final = (
    "create function planted() returns trigger language plpgsql as 'begin return new; end'"
)
PLANTS: Final = {
    "create table planted (one int primary key)": "planted is not declared",
    "drop table claims": "claims is declared but not there",
    "create unique index on notes (note_id)": "a unique index of notes lacks customer_id",
    "alter table notes drop constraint pk_notes, add primary key (note_id, customer_id)": (
        "the key of notes does not begin with customer_id"
    ),
    "alter table notes add foreign key (created_by) references users (user_id)": (
        "notes refers to users without customer_id"
    ),
    "alter table notes drop constraint fk_notes_customer_id, add foreign key (customer_id) "
    "references customers on delete set null": "notes refers to customers with SET NULL",
    f"{FUNCTION}; create trigger planted before insert on notes "
    "for each row execute function planted()": "notes has a trigger or rule",
    "create rule planted as on insert to notes do also nothing": "notes has a trigger or rule",
    "alter table lookups drop constraint pk_lookups, alter column hash drop not null": (
        "lookups.hash may be null"
    ),
    "create table planted (one int); grant select on planted to cims_app": (
        "the rights of cims_app on planted"
    ),
    "grant delete on customers to cims_app": "the rights of cims_app on customers",
    "revoke update on notes from cims_app": "the rights of cims_app on notes",
    "revoke all on notes from cims_app": "the rights of cims_app on notes",
    "grant update on audit_lines to cims_app": "the rights of cims_app on audit_lines",
    "grant select on customers to cims_auditor": "the rights of cims_auditor on customers",
    "grant select on notes to public": "the rights of public on notes",
}
FORBIDDEN: Final = (
    "select 1 from {0} for update",
    "delete from {0}",
    "truncate {0}",
    "drop table {0}",
    "alter table {0} rename to planted",
)


@pytest.fixture(scope="module")
async def owner(database_urls: DatabaseUrls) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the owner."""
    connection = await asyncpg.connect(database_urls.owner)
    yield connection
    await connection.close()


async def test_a_migrated_database_keeps_every_rule(owner: asyncpg.Connection) -> None:
    """Nothing in the catalog breaks a rule."""
    assert await breaches(owner) == []


@pytest.mark.parametrize(("statement", "sentence"), PLANTS.items(), ids=range(len(PLANTS)))
async def test_each_rule_notices_its_breach(
    owner: asyncpg.Connection, statement: str, sentence: str
) -> None:
    """What is planted is named in a sentence."""
    transaction = owner.transaction()
    await transaction.start()

    await owner.execute(statement)
    found = await breaches(owner)

    await transaction.rollback()
    assert any(sentence in breach for breach in found), found


@pytest.mark.parametrize("role", ["cims_app", "cims_auditor", "public"])
async def test_each_role_has_exactly_what_is_declared(owner: asyncpg.Connection, role: str) -> None:
    """No table, partition or view grants anybody more, or less, than its declaration says."""
    rows = await owner.fetch(
        "select c.relname as name, a.privilege_type as privilege from pg_class c, "
        "aclexplode(c.relacl) a where c.relnamespace = 'public'::regnamespace "
        "and coalesce(a.grantee::regrole::text, '') = case $1 when 'public' then '-' else $1 end",
        role,
    )
    granted: dict[str, set[str]] = {}
    for row in rows:
        granted.setdefault(row["name"], set()).add(row["privilege"])
    declared = {
        "cims_app": {name: {*placed.app_may} for name, placed in PLACED.items()},
        "cims_auditor": {name: {*placed.auditor_may} for name, placed in PLACED.items()},
    }.get(role, {})
    expected = {name: rights for name, rights in declared.items() if rights}
    if role == "cims_app":
        expected["alembic_version"] = {"SELECT"}

    assert granted == expected


async def test_the_app_role_is_an_ordinary_one(owner: asyncpg.Connection) -> None:
    """It owns nothing, inherits from nobody, and has none of the great rights."""
    great = await owner.fetchval(
        "select rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication "
        "from pg_roles where rolname = 'cims_app'"
    )
    owned = await owner.fetchval(
        "select count(*) from pg_class where relowner = 'cims_app'::regrole"
    )
    member_of = await owner.fetchval(
        "select count(*) from pg_auth_members where member = 'cims_app'::regrole"
    )

    assert (great, owned, member_of) == (False, 0, 0)


@pytest.mark.parametrize("role", ["app", "auditor"])
async def test_nobody_who_serves_can_rewrite_the_audit(
    database_urls: DatabaseUrls, owner: asyncpg.Connection, role: str
) -> None:
    """Audit tables and their partitions take no update, delete, truncate or drop."""
    tables = [
        row[0]
        for row in await owner.fetch(
            "select relname from pg_class where relname ~ '^(audit_|projections$)' "
            "and relkind in ('r', 'p')"
        )
    ]
    connection = await asyncpg.connect(getattr(database_urls, role))
    taken = [
        statement
        for table, statement in product(tables, FORBIDDEN)
        if not await _is_refused(connection, statement.format(table))
    ]
    await connection.close()

    assert taken == []
    assert len(tables) > 20


async def _is_refused(connection: asyncpg.Connection, statement: str) -> bool:
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    return False


def test_every_table_of_the_audit_is_declared_append_only() -> None:
    """No declaration gives away a right that would let the app rewrite what it has written."""
    kept = [name for name, placed in PLACED.items() if placed.placement is Placement.AUDIT]

    assert "audit_lines" in kept
    for name in (*kept, "projections", "customer_history", "key_checks"):
        assert not {"UPDATE", "DELETE", "TRUNCATE"} & {*PLACED[name].app_may}, name

"""The catalog checker: the schema rules that let one code base run on one machine or many.

Each rule is numbered as in docs/architecture.md; a breach is one sentence.
"""

from collections.abc import Iterator
from typing import Final

import asyncpg

from app.core.privileges import APP, AUDITOR
from app.core.records import PLACED, Placement

OWN: Final = frozenset({"alembic_version"})
PARTITIONED: Final = "audit_lines_"

TABLES: Final = (
    "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace "
    "where n.nspname = 'public' and c.relkind in ('r', 'p')"
)
UNIQUE: Final = (
    "select t.relname as name, i.indisprimary as is_primary, "
    "array(select a.attname::text from unnest(i.indkey::int[]) with ordinality k (id, place) "
    "join pg_attribute a on a.attrelid = t.oid and a.attnum = k.id order by k.place) as columns "
    "from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n "
    "on n.oid = t.relnamespace where n.nspname = 'public' and i.indisunique"
)
FOREIGN: Final = (
    "select t.relname as name, f.relname as target, c.confdeltype::text as on_delete, "
    "array(select a.attname::text from unnest(c.conkey) k join pg_attribute a "
    "on a.attrelid = t.oid and a.attnum = k) as columns "
    "from pg_constraint c join pg_class t on t.oid = c.conrelid "
    "join pg_class f on f.oid = c.confrelid where c.contype = 'f'"
)
TRIGGERS: Final = (
    "select t.relname as name from pg_trigger g join pg_class t on t.oid = g.tgrelid "
    "where not g.tgisinternal union select tablename from pg_rules where schemaname = 'public'"
)
KEYS_NOT_NULL: Final = (
    "select table_name as name, column_name as key from information_schema.columns "
    "where table_schema = 'public' and is_nullable = 'YES'"
)
GRANTED: Final = (
    "select c.relname as name, coalesce(r.rolname, 'public') as role, "
    "array_agg(a.privilege_type::text) as rights from pg_class c "
    "join pg_namespace n on n.oid = c.relnamespace cross join aclexplode(c.relacl) a "
    "left join pg_roles r on r.oid = a.grantee "
    "where n.nspname = 'public' and a.grantee <> c.relowner group by c.relname, r.rolname"
)


async def breaches(connection: asyncpg.Connection) -> list[str]:
    """Return every breach of the schema rules; to be asked as the owner."""
    tables = {row["name"] for row in await connection.fetch(TABLES)}
    found = list(_undeclared(tables))
    found += _keys(await connection.fetch(UNIQUE))
    found += _foreign(await connection.fetch(FOREIGN))
    triggered = await connection.fetch(TRIGGERS)
    found += [f"{row['name']} has a trigger or rule (10)" for row in triggered]
    found += _nullable(await connection.fetch(KEYS_NOT_NULL))
    found += _rights(await connection.fetch(GRANTED))
    return found


def _undeclared(tables: set[str]) -> Iterator[str]:
    for name in sorted(tables - OWN):
        if name not in PLACED and not name.startswith(PARTITIONED):
            yield f"{name} is not declared (14)"
    for name in sorted(PLACED.keys() - tables):
        yield f"{name} is declared but not there (14)"


def _keys(rows: list[asyncpg.Record]) -> Iterator[str]:
    for row in rows:
        placed = PLACED.get(row["name"])
        if placed is None or placed.key is None or placed.placement is Placement.LOCAL:
            continue
        if placed.key not in row["columns"]:
            yield f"a unique index of {row['name']} lacks {placed.key} (1, 5)"
        is_key = placed.placement is Placement.CUSTOMER and row["is_primary"]
        if is_key and row["columns"][0] != "customer_id":
            yield f"the key of {row['name']} does not begin with customer_id (1)"


def _foreign(rows: list[asyncpg.Record]) -> Iterator[str]:
    for row in rows:
        placed = PLACED.get(row["name"])
        if placed is None or placed.placement is not Placement.CUSTOMER:
            continue
        if "customer_id" not in row["columns"]:
            yield f"{row['name']} refers to {row['target']} without customer_id (1, 2)"
        if row["on_delete"] not in {"a", "c", "r"}:
            yield f"{row['name']} refers to {row['target']} with SET NULL or SET DEFAULT (1)"


def _nullable(rows: list[asyncpg.Record]) -> Iterator[str]:
    for row in rows:
        placed = PLACED.get(row["name"])
        if placed is not None and row["key"] == placed.key:
            yield f"{row['name']}.{row['key']} may be null (1)"


def _rights(rows: list[asyncpg.Record]) -> Iterator[str]:
    """Tell where anybody but the owner has more than is declared, or less."""
    held = {(row["role"], row["name"]): {*row["rights"]} for row in rows}
    declared = {(APP, "alembic_version"): {"SELECT"}}
    for name, placed in PLACED.items():
        declared |= {(APP, name): {*placed.app_may}, (AUDITOR, name): {*placed.auditor_may}}
    for role, name in sorted(held.keys() | declared.keys()):
        if held.get((role, name), set()) != declared.get((role, name), set()):
            yield f"the rights of {role} on {name} are not the declared ones (10)"

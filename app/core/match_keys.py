"""Match keys: what likely doubles share, kept as keyed tokens beside the look-ups.

A key comes from one field alone (`Field.match`), so whoever may change the field has all it takes.
Only keyed 64-bit hashes are stored; what very many share brings nobody together and is skipped.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    PrimaryKeyConstraint,
    Table,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as postgresql_insert

from app.core.fields import Field
from app.core.records import Placement, Record, metadata, place
from app.core.remembering import remembered
from app.core.sealing import Sealing

MATCH_KEYS: Final = place(
    Table(
        "match_keys",
        metadata,
        Column("token", BigInteger, nullable=False),
        Column("customer_id", Uuid, nullable=False),
        Column("row_id", Uuid, nullable=False),
        PrimaryKeyConstraint("token", "customer_id", "row_id"),
    ),
    Placement.HASHED,
    "token",
    app_may=("SELECT", "INSERT", "DELETE"),
)
WEAK: Final = "~"
ENOUGH: Final = 2  # what two records must share to be held against each other
ADD: Final = (
    "insert into match_keys (token, customer_id, row_id) "
    "select * from unnest($1::bigint[], $2::uuid[], $3::uuid[]) on conflict do nothing"
)
DROP: Final = (
    "delete from match_keys k using unnest($1::bigint[], $2::uuid[], $3::uuid[]) "
    "as gone (token, customer_id, row_id) where k.token = gone.token "
    "and k.customer_id = gone.customer_id and k.row_id = gone.row_id"
)
Key = tuple[int, UUID, UUID]


def tokens_of(record: type[Record], values: Mapping[str, Any], sealing: Sealing) -> list[int]:
    """Return the tokens of a row, in order and each once."""
    return sorted(weighted_tokens(record, values, sealing))


def weighted_tokens(
    record: type[Record], values: Mapping[str, Any], sealing: Sealing
) -> dict[int, int]:
    """Return the tokens of a row, each with what sharing it counts for."""
    found: dict[int, int] = {}
    for name, entry in _matched(record):
        value = values.get(name)
        if value is not None and entry.match is not None:
            for key in entry.match(value, values):
                found[sealing.token(f"match {key}")] = 1 if key.startswith(WEAK) else ENOUGH
    return found


@remembered(64)
def _matched(record: type[Record]) -> tuple[tuple[str, Field], ...]:
    return tuple((name, entry) for name, entry in record.fields.items() if entry.match)


def rekeying(
    record: type[Record], stored: Mapping[str, Any], fresh: Mapping[str, Any], sealing: Sealing
) -> dict[str, Any]:
    """Return the parameters by which a change takes keys away and brings others, if it does.

    What is not seen of a row is in neither, and its keys stay.
    """
    if all(stored.get(name) == fresh.get(name) for name, _ in _matched(record)):
        return {}
    before, after = (set(tokens_of(record, row, sealing)) for row in (stored, fresh))
    return {"gone_keys": sorted(before - after), "come_keys": sorted(after - before)}


async def add_keys(connection: asyncpg.Connection, keys: list[Key]) -> None:
    """Add keys that may be there already."""
    if keys:
        await connection.execute(ADD, *map(list, zip(*keys, strict=True)))


async def drop_keys(connection: asyncpg.Connection, keys: list[Key]) -> None:
    """Take keys away."""
    if keys:
        await connection.execute(DROP, *map(list, zip(*keys, strict=True)))


def unkeyed(changed: CTE) -> CTE:
    """Take keys of a changed or removed row away."""
    return (
        delete(MATCH_KEYS)
        .where(
            MATCH_KEYS.c.token == any_(bindparam("gone_keys", type_=ARRAY(BigInteger))),
            MATCH_KEYS.c.customer_id == changed.c.customer_id,
            MATCH_KEYS.c.row_id == bindparam("row_id", type_=Uuid),
        )
        .cte("unkeyed")
    )


def rekeyed(changed: CTE) -> list[CTE]:
    """Take away the keys of the old values and bring those of the new ones."""
    come = func.unnest(bindparam("come_keys", type_=ARRAY(BigInteger)))
    given = come.table_valued("token").render_derived(name="keyed")
    rows = select(given.c.token, changed.c.customer_id, bindparam("row_id", type_=Uuid))
    put = postgresql_insert(MATCH_KEYS).from_select(
        list(MATCH_KEYS.c.keys()), rows.select_from(changed, given)
    )
    return [unkeyed(changed), put.on_conflict_do_nothing().cte("keyed_anew")]

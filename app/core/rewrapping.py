"""Rewrapping: every data key under the newest wrapping key, in steps, while the service runs."""

from typing import Any, Final

from app.core.sealing import WrappedKey
from app.core.work import Platform, UnitOfWork

STEP: Final = 500
COUNTS: Final = "select wrapping_key, count(*) as keys from customer_keys group by wrapping_key"
OLDER: Final = (
    "select customer_id, wrapping_key, wrapped from customer_keys where wrapping_key <> $1 "
    "order by customer_id limit $2"
)
PUT: Final = (
    "update customer_keys k set wrapping_key = $1, wrapped = fresh.wrapped "
    "from unnest($2::uuid[], $3::int[], $4::bytea[]) as fresh (customer_id, was, wrapped) "
    "where k.customer_id = fresh.customer_id and k.wrapping_key = fresh.was"
)


async def count_by_wrapping_key(platform: Platform) -> dict[int, int]:
    """Return how many data keys each wrapping key wraps."""
    rows = await platform.database.fetch(COUNTS, [])
    return {row["wrapping_key"]: row["keys"] for row in rows}


async def rewrap_step(work: UnitOfWork) -> int:
    """Wrap the next five hundred data keys anew, with their line; 0 when none is left.

    A step is one transaction and takes up where the last one ended, whoever ended it.
    """
    sealing = work.platform.sealing
    rows = await work.platform.database.fetch(OLDER, [sealing.newest, STEP])
    if not rows:
        return 0
    fresh = [_fresh(work, row) for row in rows]
    work.line.note_subjects(str(row["customer_id"]) for row in rows)
    work.line.detail["wrapping_key"] = sealing.newest
    async with work.changing() as connection:
        ids, was, wrapped = (list(column) for column in zip(*fresh, strict=True))
        await connection.execute(PUT, sealing.newest, ids, was, wrapped)
    return len(rows)


def _fresh(work: UnitOfWork, row: Any) -> tuple[Any, int, bytes]:
    old = WrappedKey(row["wrapping_key"], row["wrapped"])
    fresh = work.platform.sealing.rewrap(row["customer_id"], old)
    return row["customer_id"], old.wrapping_key, fresh.wrapped

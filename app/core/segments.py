"""Segments in the database: where the chain ends, and how it is made to reach further."""

from dataclasses import fields
from typing import Final

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.chain import ENTRY, Segment, Tip, next_segment
from app.core.clock import now

MOST_LINES: Final = 20_000
LOCK: Final = 0x43494D53_5345414C  # "CIMSSEAL", as an advisory lock of the running transaction

COLUMNS: Final = tuple(entry.name for entry in fields(Segment))
TRY_LOCK: Final = "select pg_try_advisory_xact_lock($1)"
WAIT_FOR_LOCK: Final = "select pg_advisory_xact_lock($1) is not null"
TIP: Final = (
    "select segment_no, to_xid, sha256(hash || signature) from audit_segments "
    "where segment_no <= $1 order by segment_no desc limit 1"
)
BEYOND: Final = 2**63 - 1
# Every transaction below the horizon has ended, so no line can appear there any more.
HORIZON: Final = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
FIRST: Final = "select min(xid) from audit_lines where xid >= $1 and xid < $2"
TOO_MANY: Final = (
    "select xid from audit_lines where xid >= $1 and xid < $2 order by xid offset $3 limit 1"
)
LINES: Final = "select seq, mac from audit_lines where xid >= $1 and xid < $2"
INSERT: Final = (
    f"insert into audit_segments ({', '.join(COLUMNS)}) "  # noqa: S608 - names of our own columns
    f"values ({', '.join(f'${place}' for place, _ in enumerate(COLUMNS, 1))})"
)


class ChainOutOfStepError(Exception):
    """What is at hand does not continue the chain that was written down; `args[0]` says how."""


async def seal_next(
    connection: asyncpg.Connection, key: Ed25519PrivateKey, *, lock: str = TRY_LOCK
) -> bool:
    """Seal one segment; False when nothing waits, or when another process is sealing.

    Raises ChainOutOfStepError in a database whose transaction ids began anew (a restored dump).
    """
    async with connection.transaction():
        if not await connection.fetchval(lock, LOCK):
            return False
        tip = await tip_of(connection)
        to_xid = await _end_of_next(connection, tip)
        lines = await connection.fetch(LINES, tip.to_xid, to_xid)
        if not lines:
            return False
        entries = sorted(ENTRY.pack(seq, mac) for seq, mac in lines)
        segment = next_segment(tip, to_xid, entries, now(), key)
        await connection.execute(INSERT, *(getattr(segment, name) for name in COLUMNS))
        return True


async def tip_of(connection: asyncpg.Connection, segment_no: int = BEYOND) -> Tip:
    """Return where the chain ends now, or ended with a segment."""
    row = await connection.fetchrow(TIP, segment_no)
    return Tip(*row) if row else Tip()


async def _end_of_next(connection: asyncpg.Connection, tip: Tip) -> int:
    """Return the horizon, or a nearer end before the line that would be too many."""
    horizon = int(await connection.fetchval(HORIZON))
    if horizon < tip.to_xid:
        raise ChainOutOfStepError("transaction-ids-behind")
    too_many = await connection.fetchval(TOO_MANY, tip.to_xid, horizon, MOST_LINES)
    if too_many is None:
        return horizon
    first = int(await connection.fetchval(FIRST, tip.to_xid, horizon))
    return max(int(too_many), first + 1)

"""The audit lines that a load leaves."""

import asyncpg


async def lines(owner: asyncpg.Connection, since: int) -> list[asyncpg.Record]:
    """Return the audit lines after one of them."""
    found: list[asyncpg.Record] = await owner.fetch(
        "select * from audit_lines where seq > $1 order by seq", since
    )
    return found


async def last(owner: asyncpg.Connection) -> int:
    """Return the number of the last line."""
    return int(await owner.fetchval("select coalesce(max(seq), 0) from audit_lines"))

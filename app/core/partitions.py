"""Partitions: the months of the audit, made ahead, so that a line always finds its place."""

import re
from datetime import date
from typing import Final

import asyncpg

from app.core.clock import now

MONTHS: Final = 24
NAME: Final = re.compile(r"audit_lines_([0-9]{4})_([0-9]{2})")
EXISTING: Final = (
    "select inhrelid::regclass::text from pg_inherits where inhparent = 'audit_lines'::regclass"
)


def months_from(today: date, months: int) -> list[date]:
    """Return the first days of so many months, beginning with the one before today's.

    The month before serves clocks that are set back, and requests that began before midnight.
    """
    start = today.year * 12 + today.month - 2
    return [_first_day(number) for number in range(start, start + months + 2)]


def partition_sql(month: date) -> str:
    """Return the statement that makes a month's partition; it grants nothing to anybody.

    Rights on the parent suffice to write through it, and nobody but the owner needs any other.
    """
    start, end = month.isoformat(), _first_day(_number(month) + 1).isoformat()
    return (
        f"create table if not exists audit_lines_{month:%Y_%m} partition of audit_lines "
        f"for values from ('{start} 00:00:00+00') to ('{end} 00:00:00+00')"
    )


async def ensure_partitions(
    connection: asyncpg.Connection, today: date, months: int = MONTHS
) -> list[str]:
    """Make the partitions that are missing, as the owner; returns their statements."""
    known = {_first_day(number) for number in await _existing(connection)}
    missing = [partition_sql(month) for month in months_from(today, months) if month not in known]
    for statement in missing:
        await connection.execute(statement)
    return missing


async def months_ahead(connection: asyncpg.Connection, today: date | None = None) -> int:
    """Return for how many months after this one lines have a place; -1 when they have none now."""
    known, number = await _existing(connection), _number(today or now().date())
    ahead = -1
    while number + ahead + 1 in known:
        ahead += 1
    return ahead


async def _existing(connection: asyncpg.Connection) -> set[int]:
    names = [NAME.fullmatch(row[0]) for row in await connection.fetch(EXISTING)]
    return {_number(date(int(name[1]), int(name[2]), 1)) for name in names if name}


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _first_day(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)

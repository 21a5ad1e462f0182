"""Verifications of the audit that came by themselves: up to where, and what they found."""

from datetime import datetime
from typing import Any, Final

from app.core.statements import Statement
from app.core.verification import Newest, Proof, Report, verify
from app.core.work import UnitOfWork

LAST: Final = Statement(
    "select checked_at, last_segment, bad_kind from audit_checks order by checked_at desc limit 1",
    (),
    {},
)
NEWEST_SEGMENT: Final = Statement("select coalesce(max(segment_no), 0) from audit_segments", (), {})
ADD: Final = Statement(
    "insert into audit_checks (checked_at, first_segment, last_segment, lines, bad_kind, bad_seq) "
    "values ($1, $2, $3, $4, $5, $6)",
    ("checked_at", "first_segment", "last_segment", "lines", "bad_kind", "bad_seq"),
    {},
)


class CheckRepository:
    """Verifies, and keeps what was found."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def last(self) -> dict[str, Any] | None:
        """Return when was verified last, up to where, and whether it held."""
        rows = await self._work.fetch(LAST, {})
        return dict(rows[0]) if rows else None

    async def newest_segment(self) -> int:
        """Return the number of the newest segment."""
        return int((await self._work.fetch(NEWEST_SEGMENT, {}))[0][0])

    async def verified(self, proof: Proof, newest: Newest | None) -> Report:
        """Verify the newest part, or the whole trail."""
        async with self._work.platform.database.connection() as connection:
            return await verify(connection, proof, newest=newest)

    async def add(self, at: datetime, report: Report) -> None:
        """Keep what was found."""
        bad = report.first_bad
        values = {
            "checked_at": at,
            "first_segment": report.first_segment,
            "last_segment": report.last_segment,
            "lines": report.lines,
            "bad_kind": bad.kind.value if bad else None,
            "bad_seq": bad.seq if bad else None,
        }
        await self._work.fetch(ADD, values)

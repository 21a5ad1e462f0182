"""Figures of departments, one row for each day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from app.core.statements import Statement
from app.core.work import UnitOfWork
from app.features.quality.models import QUALITY_FIGURES

PARTS: Final = ("completeness", "validity", "freshness", "score")
KEEP: Final = Statement(
    "insert into quality_figures (department_id, day, customers, completeness, validity, "  # noqa: S608 - constants alone
    "freshness, score, doubles, made_at) select c.department_id, $1, count(*), "
    + ", ".join(f"round(avg(q.{name}))" for name in PARTS)
    + ", coalesce(max(d.number), 0), $2 from customers c "
    "join customer_quality q on q.customer_id = c.customer_id "
    "left join (select x.department_id, count(*) as number from duplicate_candidates p "
    "join customers x on x.customer_id = p.customer_id where p.status = 'open' "
    "group by x.department_id) d on d.department_id = c.department_id "
    "where c.status in ('prospect', 'active', 'inactive') group by c.department_id "
    "on conflict (department_id, day) do update set customers = excluded.customers, "
    + ", ".join(f"{name} = excluded.{name}" for name in PARTS)
    + ", doubles = excluded.doubles, made_at = excluded.made_at returning department_id",
    ("day", "at"),
    {},
)
LIST: Final = Statement(
    f"select {', '.join(QUALITY_FIGURES.c.keys())} from quality_figures "  # noqa: S608 - names of our own columns
    "where ($1::uuid[] is null or department_id = any($1)) and day >= $2 and day <= $3 "
    "and ($4::date is null or (day, department_id) < ($4, $5)) "
    "order by day desc, department_id desc limit $6",
    ("departments", "first", "last", "day", "department_id", "most"),
    {},
)


class FigureRepository:
    """Keeps the figures of a day, and reads them."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def keep(self, day: date, at: datetime) -> int:
        """Keep the figures of the day as they are now; returns of how many departments."""
        return len(await self._work.fetch(KEEP, {"day": day, "at": at}))

    async def page(
        self,
        departments: Sequence[UUID] | None,
        between: tuple[date, date],
        after: Mapping[str, Any],
        most: int,
    ) -> list[dict[str, Any]]:
        """Return figures of these departments, or of all; the newest day first."""
        params = {"day": None, "department_id": None, **after}
        params |= {"departments": departments, "first": between[0], "last": between[1]}
        return [dict(row) for row in await self._work.fetch(LIST, {**params, "most": most})]

"""Figures: how whole, valid and fresh the customers of a department are, day by day."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from app.core import kinds
from app.core.clock import now, today
from app.core.cursors import read_cursor, write_cursor
from app.core.jobs import job_work
from app.core.kinds import Invalid, Kind
from app.core.paging import Asked, read_limit
from app.core.permissions import Permission
from app.core.problems import Fault, Malformed
from app.core.quality_rules import StandardKind
from app.core.views import Listed
from app.core.work import Platform, UnitOfWork
from app.features.quality.measuring import SHARES, USUAL
from app.features.quality.repository import FigureRepository, RuleRepository
from app.features.quality.schemas import FigureView
from app.features.quality.seeing import sees_everything
from app.features.quality.service.reach import departments_for

OPERATION: Final = "keep_quality_figures"
SPAN: Final = timedelta(days=30)
# Of fewer customers a figure would tell of single ones whether hidden fields are filled.
LEAST: Final = 5
PARTS: Final = (*SHARES, "score")


async def keep_figures(platform: Platform) -> int:
    """Keep today's figures; an earlier run of the day is written over."""
    work = job_work(platform, OPERATION)
    async with work.pinned():
        number = await FigureRepository(work).keep(today(platform.zone), now())
        async with work.changing():
            work.line.detail["departments"] = number
    return number


class FigureService:
    """Shows figures of departments that the actor reaches whole."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def page(self, asked: Asked) -> Listed:
        """List figures, the newest day first; the last 30 days unless it is said otherwise."""
        asked.only("limit", "cursor", "department_id", "from", "to")
        last = _read(asked, "to", kinds.DATE) or today(self._work.platform.zone)
        first = _read(asked, "from", kinds.DATE) or _before(last)
        department_id = _read(asked, "department_id", kinds.UUID)
        limit, cursor = read_limit(asked.one("limit")), asked.one("cursor")
        sealing, place = self._work.platform.sealing, f"figures {first} {last} {department_id}"
        after: dict[str, Any] = {}
        if cursor:
            day, one = read_cursor(sealing, place, cursor)
            after = {"day": date.fromisoformat(day), "department_id": UUID(one)}
        wanted = self._departments(department_id)
        found = await FigureRepository(self._work).page(wanted, (first, last), after, limit + 1)
        shown, more = found[:limit], len(found) > limit
        end = [shown[-1]["day"].isoformat(), str(shown[-1]["department_id"])] if more else []
        whole = sees_everything(self._work.actor.policy, await self._paths())
        self._work.note([], "quality-figures", dict.fromkeys(FigureView.model_fields, "read"))
        items = [_view(row, whole=whole) for row in shown]
        return Listed(items, write_cursor(sealing, place, end) if more else None)

    def _departments(self, wanted: UUID | None) -> list[UUID] | None:
        """Return the departments to be shown; None for all, nothing for one beyond reach."""
        reached = departments_for(self._work.actor, Permission.QUALITY_READ)
        if wanted is None:
            return None if reached is None else [*reached]
        return [wanted] if reached is None or wanted in reached else []

    async def _paths(self) -> tuple[str, ...]:
        """Return all fields that the stored parts were measured by."""
        rules = await RuleRepository(self._work).all()
        named = {path for rule in rules if rule.enabled for path in rule.paths}
        if not any(rule.kind is StandardKind.WEIGHTS and not rule.scope for rule in rules):
            named |= {path for weights in USUAL.values() for path in weights}
        return tuple(sorted(named))


def _view(row: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    if not whole and row["customers"] < LEAST:
        row = {**row, **dict.fromkeys(PARTS)}
    shown = {name: row[name] for name in FigureView.model_fields}
    return {**shown, "department_id": str(row["department_id"])}


def _before(last: date) -> date:
    try:
        return last - SPAN
    except OverflowError:
        return date.min


def _read(asked: Asked, name: str, kind: Kind) -> Any:
    given = asked.one(name)
    if given is None:
        return None
    try:
        return kind.normalise(given)
    except Invalid as refused:
        raise Malformed(faults=[Fault(f"/{name}", refused.code)]) from None

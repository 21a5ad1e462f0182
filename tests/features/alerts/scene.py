"""A watcher in a test: lines as the service writes them, at any time, and the alerts they raise."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.core.access import NOBODY, Actor, ActorKind, an_actor
from app.core.audit import Line
from app.core.clock import new_id
from app.core.work import Platform, UnitOfWork
from app.features.alerts.service import Turn, watch
from app.features.staff.directory import StaffDirectory
from tests.service import Service

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SHOWN = {"customers": {"name": "read"}}
TUESDAY = 1


def _working_hour() -> datetime:
    """Return the newest Tuesday before today, 10:00 in Shanghai: no night, no weekend."""
    day = datetime.now(UTC).replace(hour=2, minute=0, second=0, microsecond=0) - DAY
    return day - (day.weekday() - TUESDAY) % 7 * DAY


WORKING = _working_hour()
WATCHED = "select coalesce(max(xid), 0) < (select to_xid from alert_watch) from audit_lines"
ALERTS = "select * from alerts where who = $1 order by alert_id"


def somebody(kind: ActorKind = ActorKind.PERSON) -> Actor:
    """Return an actor that no other test knows."""
    return an_actor(kind, new_id(), roles=("service",), scopes=("customers:read",))


def ids(number: int) -> list[str]:
    """Draw ids of customers, in order."""
    return sorted(str(new_id()) for _ in range(number))


@dataclass(slots=True)
class Scene:
    """A service, a platform on its database, and the watcher."""

    service: Service
    platform: Platform

    async def line(
        self, actor: Actor, subjects: Iterable[str] = (), at: datetime = WORKING, **other: Any
    ) -> Line:
        """Write a line as a unit of work does: by default, of having read customers."""
        line = Line(str(new_id()), actor=actor, at=at, operation="get_customer", status=200)
        for name, value in other.items():
            setattr(line, name, value)
        line.note_subjects(subjects)
        if line.subjects and "shown" not in other:
            line.shown = dict(SHOWN)
        await UnitOfWork(self.platform, line).settle()
        return line

    async def refusal(self, source: str, at: datetime = WORKING, status: int = 401) -> None:
        """Write the line of a request that nobody was signed in for."""
        await self.line(NOBODY, at=at, status=status, source=source, operation="get_customer")

    async def watch(self) -> Turn:
        """Watch until every line that stands was looked at."""
        directory: StaffDirectory = self.platform.tools[StaffDirectory]
        await directory.refresh()
        whole = Turn()
        for _ in range(100):
            turn = await watch(self.platform)
            whole.lines += turn.lines
            whole.raised += turn.raised
            if (await self.platform.database.fetch(WATCHED, []))[0][0]:
                return whole
        raise AssertionError("the horizon does not move")

    async def alerts(self, who: Actor | UUID | str) -> list[dict[str, Any]]:
        """Watch, and return the alerts about somebody or some source."""
        await self.watch()
        return await self.standing(who)

    async def standing(self, who: Actor | UUID | str) -> list[dict[str, Any]]:
        """Return the alerts about somebody or some source as they stand."""
        named = str(who.actor_id) if isinstance(who, Actor) else str(who)
        rows = await self.platform.database.fetch(ALERTS, [named])
        return [dict(row) for row in rows]

    async def rules(self, who: Actor | UUID | str) -> list[str]:
        """Watch, and return of which rules there are alerts about somebody."""
        return sorted(alert["rule_code"] for alert in await self.alerts(who))

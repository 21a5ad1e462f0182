"""Campaigns: written as drafts, opened round by round, each round by one alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import DateTime, Integer, Text, Uuid, bindparam, insert, null, or_, select, update

from app.core.remembering import remembered
from app.core.statements import Statement, compile_statement
from app.core.work import UnitOfWork
from app.features.campaigns.models import UPDATE_CAMPAIGNS, CampaignStatus

TABLE: Final = UPDATE_CAMPAIGNS
THIS: Final = TABLE.c.campaign_id == bindparam("this_id", type_=Uuid)
STARTABLE: Final = or_(
    TABLE.c.status == CampaignStatus.DRAFT.value, TABLE.c.status == CampaignStatus.SCHEDULED.value
)
RUNNING: Final = TABLE.c.status == CampaignStatus.RUNNING.value
SETTABLE: Final = (
    *("name", "filter", "department_ids", "opens_at", "closes_at", "week"),
    *("channels", "remind_after_days", "status", "run_by", "trouble"),
)
AT: Final = bindparam("at", type_=DateTime(timezone=True))
INSERT: Final = compile_statement(
    insert(TABLE).values({c.name: bindparam(c.name, type_=c.type) for c in TABLE.c})
)
SAVE: Final = compile_statement(
    update(TABLE)
    .where(THIS, STARTABLE)
    .values({name: bindparam(name, type_=TABLE.c[name].type) for name in SETTABLE})
    .returning(TABLE.c.campaign_id)
)
OPEN: Final = compile_statement(
    update(TABLE)
    .where(THIS, STARTABLE)
    .values(
        status=CampaignStatus.RUNNING.value,
        round=TABLE.c.round + 1,
        round_opened_at=AT,
        round_closes_at=bindparam("until", type_=DateTime(timezone=True)),
        run_by=bindparam("by", type_=Uuid),
        reminded_at=null(),
        trouble=null(),
    )
    .returning(*TABLE.c)
)
JOB: Final = compile_statement(
    update(TABLE).where(THIS).values(job_id=bindparam("job_id", type_=Uuid))
)
REST: Final = compile_statement(
    update(TABLE)
    .where(THIS, TABLE.c.status != CampaignStatus.CLOSED.value)
    .values(
        status=bindparam("to", type_=Text),
        opens_at=bindparam("opens_at", type_=DateTime(timezone=True)),
        closes_at=bindparam("closes_at", type_=DateTime(timezone=True)),
    )
    .returning(*TABLE.c)
)
REMINDED: Final = compile_statement(update(TABLE).where(THIS).values(reminded_at=AT))
TROUBLED: Final = compile_statement(
    update(TABLE).where(THIS).values(trouble=bindparam("trouble", type_=Text))
)
TO_OPEN: Final = compile_statement(
    select(*TABLE.c)
    .where(TABLE.c.status == CampaignStatus.SCHEDULED.value, TABLE.c.opens_at <= AT)
    .order_by(TABLE.c.campaign_id)
)
TO_TEND: Final = compile_statement(
    select(*TABLE.c)
    .where(
        RUNNING,
        or_(
            TABLE.c.round_closes_at <= AT,
            TABLE.c.reminded_at.is_(None) & TABLE.c.remind_after_days.is_not(None),
        ),
    )
    .order_by(TABLE.c.campaign_id)
)


class CampaignRepository:
    """Reads and writes campaigns."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def add(self, values: Mapping[str, Any]) -> None:
        """Write a campaign, in the change that is under way."""
        await self._work.fetch(INSERT, {**dict.fromkeys(TABLE.c.keys()), **values})

    async def find(self, campaign_id: UUID) -> dict[str, Any] | None:
        """Return a campaign."""
        found = await self._work.fetch(_listed(("this_id",)), {"this_id": campaign_id, "most": 1})
        return dict(found[0]) if found else None

    async def page(self, status: str | None, after: UUID | None, most: int) -> list[dict[str, Any]]:
        """Return campaigns, newest first."""
        given = {"status": status, "after": after}
        names = tuple(name for name, value in given.items() if value is not None)
        return [dict(r) for r in await self._work.fetch(_listed(names), {**given, "most": most})]

    async def save(self, campaign: Mapping[str, Any]) -> bool:
        """Put a campaign back that is not under way; False when it is."""
        params = {name: campaign[name] for name in SETTABLE}
        return bool(await self._work.fetch(SAVE, {**params, "this_id": campaign["campaign_id"]}))

    async def open(self, campaign_id: UUID, at: datetime, until: datetime) -> dict[str, Any] | None:
        """Open the next round in the actor's name; None when it is open, or over."""
        by = self._work.actor.actor_id
        rows = await self._work.fetch(
            OPEN, {"this_id": campaign_id, "at": at, "until": until, "by": by}
        )
        return dict(rows[0]) if rows else None

    async def made_by(self, campaign_id: UUID, job_id: UUID) -> None:
        """Name the job that makes the round's tasks."""
        await self._work.fetch(JOB, {"this_id": campaign_id, "job_id": job_id})

    async def rest(
        self, campaign_id: UUID, to: CampaignStatus, window: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """End a round: until the next window, or for good; None for what is over."""
        params = {"this_id": campaign_id, "to": to.value, **window}
        rows = await self._work.fetch(REST, params)
        return dict(rows[0]) if rows else None

    async def reminded(self, campaign_id: UUID, at: datetime) -> None:
        """Note that all were reminded."""
        await self._work.fetch(REMINDED, {"this_id": campaign_id, "at": at})

    async def troubled(self, campaign_id: UUID, trouble: str) -> None:
        """Note why a round could not be opened."""
        await self._work.fetch(TROUBLED, {"this_id": campaign_id, "trouble": trouble})

    async def to_open(self, at: datetime) -> list[dict[str, Any]]:
        """Return those whose window has come."""
        return [dict(row) for row in await self._work.fetch(TO_OPEN, {"at": at})]

    async def to_tend(self, at: datetime) -> list[dict[str, Any]]:
        """Return those that run, and are to be closed or to be reminded of some day."""
        return [dict(row) for row in await self._work.fetch(TO_TEND, {"at": at})]


@remembered(16)
def _listed(names: tuple[str, ...]) -> Statement:
    conditions = {
        "this_id": THIS,
        "status": TABLE.c.status == bindparam("status", type_=Text),
        "after": TABLE.c.campaign_id < bindparam("after", type_=Uuid),
    }
    asked = select(*TABLE.c).where(*(conditions[name] for name in names))
    asked = asked.order_by(TABLE.c.campaign_id.desc())
    return compile_statement(asked.limit(bindparam("most", type_=Integer)))

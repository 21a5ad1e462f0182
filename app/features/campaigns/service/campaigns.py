"""Campaigns: prepared, scheduled, started and ended by stewards."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.core.clock import new_id, now
from app.core.job_queue import enqueue
from app.core.paging import Asked
from app.core.permissions import Permission
from app.core.problems import Fault, Malformed, NotFound, Stale
from app.core.repository import ANY_STATE
from app.core.views import Listed, Shown, etag_of
from app.core.work import UnitOfWork
from app.features.campaigns.models import CampaignStatus
from app.features.campaigns.months import present_window
from app.features.campaigns.problems import CampaignNotReady, CampaignOver, CampaignUnderWay
from app.features.campaigns.repository import CampaignRepository, LinkRepository, TaskRepository
from app.features.campaigns.schemas import CampaignView, Figures
from app.features.campaigns.service.paging import Pages, read_choice
from app.features.campaigns.service.scope import scope_of
from app.features.customers.problems import DepartmentNotAvailable
from app.features.staff.directory import StaffDirectory

KIND: Final = "campaigns.round_opened"
USUAL: Final = timedelta(days=7)
STARTABLE: Final = {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED}
NO_WINDOW: Final[dict[str, Any]] = {"opens_at": None, "closes_at": None}


class CampaignService:
    """What a steward may do with campaigns; each is seen by all who may make one."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._campaigns = CampaignRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List campaigns, newest first."""
        asked.only("limit", "cursor", "status")
        status = read_choice(asked, "status", CampaignStatus)
        pages = Pages(self._work, asked, "campaign_id", {"status": status})
        rows, cursor = pages.cut(await self._campaigns.page(status, pages.after, pages.limit + 1))
        self._work.note([], "update-campaigns", {"campaign": "read"} if rows else {})
        return Listed([view_of(row) for row in rows], cursor)

    async def get(self, campaign_id: UUID) -> Shown:
        """Show a campaign and how far its newest round is."""
        campaign = await self._found(campaign_id)
        self._work.note([], "update-campaigns", {"campaign": "read"})
        return Shown(view_of(campaign), extra=await self._progress(campaign))

    async def create(self, values: Mapping[str, Any]) -> Shown:
        """Prepare a campaign; its scope is read as its maker may read it."""
        campaign = {**EMPTY, **self._checked(values), "campaign_id": new_id(), "made_at": now()}
        campaign["made_by"] = self._work.actor.actor_id
        async with self._work.pinned(), self._work.changing():
            self._note(campaign, values)
            await self._campaigns.add(campaign)
        location = f"/v1/update-campaigns/{campaign['campaign_id']}"
        return Shown(view_of(campaign), location=location)

    async def change(self, campaign_id: UUID, seen: str, values: Mapping[str, Any]) -> Shown:
        """Change a campaign that is not under way; one that was scheduled is a draft again."""
        campaign = await self._found(campaign_id)
        if seen not in {ANY_STATE, etag_of(view_of(campaign))}:
            raise Stale(headers={"ETag": etag_of(view_of(campaign))})
        fresh = {**campaign, **self._checked(values), "status": CampaignStatus.DRAFT.value}
        return await self._saved(fresh, values)

    async def schedule(self, campaign_id: UUID) -> Shown:
        """Let a campaign open by itself when its window comes, in the actor's name."""
        campaign = await self._found(campaign_id)
        if campaign["week"] is not None:
            window = present_window(campaign["week"], now(), self._work.platform.zone)
            campaign.update(opens_at=window.opens_at, closes_at=window.closes_at)
        if campaign["opens_at"] is None or (campaign["closes_at"] or now()) <= now():
            raise CampaignNotReady
        by = self._work.actor.actor_id
        fresh = {"status": CampaignStatus.SCHEDULED.value, "trouble": None, "run_by": by}
        return await self._saved({**campaign, **fresh}, fresh)

    async def start(self, campaign_id: UUID) -> Shown:
        """Open a round at once; a job makes its tasks."""
        campaign = await self._found(campaign_id)
        opened = await open_round(self._work, campaign)
        return Shown(view_of(opened), location=f"/v1/jobs/{opened['job_id']}", tagged=False)

    async def close(self, campaign_id: UUID) -> Shown:
        """End a campaign for good; what is open is missed, links serve until their time."""
        campaign = await self._found(campaign_id)
        return Shown(view_of(await rest(self._work, campaign, CampaignStatus.CLOSED, NO_WINDOW)))

    async def _found(self, campaign_id: UUID) -> dict[str, Any]:
        campaign = await self._campaigns.find(campaign_id)
        if campaign is None:
            raise NotFound
        return campaign

    async def _saved(self, campaign: Mapping[str, Any], told: Mapping[str, Any]) -> Shown:
        async with self._work.pinned(), self._work.changing():
            self._note(campaign, told)
            if not await self._campaigns.save(campaign):
                raise CampaignUnderWay
        return Shown(view_of(campaign))

    async def _progress(self, campaign: Mapping[str, Any]) -> dict[str, Any]:
        """Count tasks and links, in those departments that the actor works for."""
        of = {name: campaign[name] for name in ("campaign_id", "round")}
        figures: dict[UUID, dict[str, int]] = {}
        for department, status, outcome, number in await TaskRepository(self._work).counts(**of):
            name = outcome if status == "done" else status
            _add(figures.setdefault(department, {}), {name: number})
        for counted in await LinkRepository(self._work).counts(**of):
            _add(figures.setdefault(counted.pop("department_id"), {}), counted)
        seen = {one: figures[one] for one in sorted(figures) if self._counts(one)}
        totals: dict[str, int] = {}
        for counted in seen.values():
            _add(totals, counted)
        by_department = [{"department_id": one, **_whole(part)} for one, part in seen.items()]
        return {"totals": _whole(totals), "departments": by_department}

    def _counts(self, department_id: UUID) -> bool:
        actor = self._work.actor
        allowed = actor.policy.allowed(Permission.CAMPAIGNS_WRITE)
        return department_id in actor.below or any(where.is_everywhere for where in allowed)

    def _checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Read what came in; raises Malformed, DepartmentNotAvailable, FieldNotAvailable."""
        read = {name: value for name, value in values.items() if name != "recurrence"}
        if "recurrence" in values:
            read["week"] = (values["recurrence"] or {}).get("week")
        if "channels" in read:
            read["channels"] = sorted({channel.value for channel in read["channels"]})
        opens, closes = read.get("opens_at"), read.get("closes_at")
        if opens and closes and closes <= opens:
            raise Malformed(faults=[Fault("/closes_at", "time-out-of-range")])
        self._require_scope(read)
        return read

    def _require_scope(self, read: Mapping[str, Any]) -> None:
        departments = read.get("department_ids", [])
        directory: StaffDirectory = self._work.platform.tools[StaffDirectory]
        if not directory.staff.departments.keys() >= {*departments}:
            raise DepartmentNotAvailable
        scope_of(self._work.actor.policy, read.get("filter", {}), departments)

    def _note(self, campaign: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        note(self._work, campaign, values)


EMPTY: Final[dict[str, Any]] = {
    "filter": {},
    "department_ids": [],
    "week": None,
    "remind_after_days": None,
    "status": CampaignStatus.DRAFT.value,
    "round": 0,
    "run_by": None,
    "trouble": None,
    "round_opened_at": None,
    "round_closes_at": None,
    "job_id": None,
    "reminded_at": None,
    **NO_WINDOW,
}


async def open_round(work: UnitOfWork, campaign: Mapping[str, Any]) -> dict[str, Any]:
    """Open the next round in the actor's name, and queue the job that makes its tasks.

    Of any number at once one opens it; raises CampaignUnderWay for the others.
    """
    at, campaigns, campaign_id = now(), CampaignRepository(work), campaign["campaign_id"]
    async with work.pinned(), work.changing():
        opened = await campaigns.open(campaign_id, at, _ends(campaign, at))
        if opened is None:
            raise CampaignUnderWay
        note(work, opened, {"status": None, "round": None})
        asked = {"campaign_id": str(campaign_id), "round": opened["round"]}
        once = f"campaign {campaign_id} {opened['round']}"
        opened["job_id"] = await enqueue(work, KIND, asked, once=once)
        await campaigns.made_by(campaign_id, opened["job_id"])
    return opened


async def rest(
    work: UnitOfWork,
    campaign: Mapping[str, Any],
    to: CampaignStatus,
    window: Mapping[str, Any],
) -> dict[str, Any]:
    """End a round: its open tasks are missed; raises CampaignOver."""
    campaign_id = campaign["campaign_id"]
    async with work.pinned(), work.changing():
        rested = await CampaignRepository(work).rest(campaign_id, to, window)
        if rested is None:
            raise CampaignOver
        note(work, rested, {"status": None})
        await TaskRepository(work).miss(campaign_id=campaign_id, round=rested["round"])
    return rested


def note(work: UnitOfWork, campaign: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Note on the line what became of a campaign; filters by their names alone."""
    work.line.changed.update(dict.fromkeys(values))
    work.line.detail["campaign"] = {
        "campaign_id": str(campaign["campaign_id"]),
        "status": campaign["status"],
        "round": campaign["round"],
        "channels": [*campaign["channels"]],
        "filter": sorted(campaign["filter"]),
        "departments": [str(one) for one in campaign["department_ids"]],
    }


def view_of(campaign: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that a view shows."""
    week = campaign["week"]
    made = {"recurrence": None if week is None else {"every": "month", "week": week}}
    return {n: made[n] if n in made else campaign[n] for n in CampaignView.model_fields}


def _ends(campaign: Mapping[str, Any], at: datetime) -> datetime:
    """Return when a round ends that opens now: with its window, or after a week."""
    closes: datetime | None = campaign["closes_at"]
    return closes if closes is not None and closes > at else at + USUAL


def _add(figures: dict[str, int], more: Mapping[str, int]) -> None:
    for name, number in more.items():
        figures[name] = figures.get(name, 0) + number


def _whole(figures: Mapping[str, int]) -> dict[str, int]:
    return {name: figures.get(name, 0) for name in Figures.model_fields}

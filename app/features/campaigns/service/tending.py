"""What campaigns do by themselves: rounds open and end with their windows, owners are reminded."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from app.core.access import ActorKind
from app.core.audit import Line
from app.core.clock import new_id, now
from app.core.job_runs import SubmitterNotActive
from app.core.jobs import job_work
from app.core.permissions import Permission
from app.core.problems import NotPermitted, Problem
from app.core.work import Platform, UnitOfWork
from app.features.campaigns.letters import REMINDER
from app.features.campaigns.models import CampaignStatus
from app.features.campaigns.months import next_window
from app.features.campaigns.problems import CampaignOver, CampaignUnderWay
from app.features.campaigns.repository import CampaignRepository
from app.features.campaigns.service.campaigns import NO_WINDOW, open_round, rest
from app.features.campaigns.service.telling import BATCH, tell_owners
from app.features.staff.directory import StaffDirectory

OPERATION: Final = "tend_update_campaigns"
REMINDED: Final = "reminded"


async def tend_campaigns(platform: Platform) -> None:
    """Do for every campaign what its time has come for."""
    at = now()
    for campaign in await CampaignRepository(job_work(platform, OPERATION)).to_open(at):
        await _open(platform, campaign)
    for campaign in await CampaignRepository(job_work(platform, OPERATION)).to_tend(at):
        if campaign["round_closes_at"] <= at:
            await _end(platform, campaign)
        elif campaign["round_opened_at"] + timedelta(days=campaign["remind_after_days"]) <= at:
            await _remind(platform, campaign)


async def _open(platform: Platform, campaign: Mapping[str, Any]) -> None:
    """Open a round in the name of whoever scheduled it; what hinders it is kept."""
    try:
        await open_round(_in_the_name_of(platform, campaign["run_by"]), campaign)
    except CampaignUnderWay:
        pass  # another worker was faster
    except Problem as problem:
        if campaign["trouble"] == problem.slug:
            return
        work = job_work(platform, OPERATION)
        async with work.pinned(), work.changing():
            told = {"campaign_id": str(campaign["campaign_id"]), "trouble": problem.slug}
            work.line.detail["campaign"] = told
            await CampaignRepository(work).troubled(campaign["campaign_id"], problem.slug)


async def _end(platform: Platform, campaign: Mapping[str, Any]) -> None:
    """End a round: for good, or until the window of the next month."""
    to, window = CampaignStatus.CLOSED, NO_WINDOW
    work = job_work(platform, OPERATION)
    if campaign["week"] is not None:
        after = next_window(campaign["week"], campaign["round_closes_at"], platform.zone)
        to = CampaignStatus.SCHEDULED
        window = {"opens_at": after.opens_at, "closes_at": after.closes_at}
    with suppress(CampaignOver):  # a steward was faster
        await rest(work, campaign, to, window)


async def _remind(platform: Platform, campaign: Mapping[str, Any]) -> None:
    """Mail each owner who has open tasks still, once."""
    work, told = job_work(platform, OPERATION), BATCH
    while told == BATCH:
        async with work.pinned(), work.changing():
            work.line.detail["campaign"] = {"campaign_id": str(campaign["campaign_id"])}
            told = await tell_owners(work, campaign, REMINDED, REMINDER)
            if told < BATCH:
                await CampaignRepository(work).reminded(campaign["campaign_id"], now())
        work.next_line()


def _in_the_name_of(platform: Platform, user_id: UUID) -> UnitOfWork:
    """Open a unit of work with the rights that somebody has at this moment."""
    directory: StaffDirectory = platform.tools[StaffDirectory]
    user = directory.staff.users.get(user_id)
    if user is None or not user.is_active:
        raise SubmitterNotActive
    actor = replace(directory.staff.actor(user, OPERATION), kind=ActorKind.JOB)
    if not actor.may(Permission.CAMPAIGNS_WRITE):
        raise NotPermitted
    line = Line(str(new_id()), actor=actor, operation=OPERATION, status=200)
    return UnitOfWork(platform, line)

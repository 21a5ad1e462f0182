"""Opening a round, step by step: tasks, links to customers, a mail to each owner.

Each step is one transaction with its progress, so that a worker that dies leaves whole steps: a
customer has one task a round, gets one link, and an owner one mail, however often it begins anew.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from app.core.access import Decision
from app.core.clock import now
from app.core.projections import Opened
from app.core.work import UnitOfWork
from app.features.campaigns.letters import SELF_SERVICE, WORK_LIST
from app.features.campaigns.models import CampaignChannel, CampaignStatus
from app.features.campaigns.repository import (
    CampaignRepository,
    CorrectionRepository,
    LinkRepository,
    RoundRepository,
)
from app.features.campaigns.rules import SelfServiceRules
from app.features.campaigns.service.campaigns import KIND
from app.features.campaigns.service.scope import scope_of
from app.features.campaigns.service.telling import BATCH, tell_owners
from app.features.customers.models import Customer
from app.features.mail.service import Correspondent, Outbox
from app.features.staff.service.notices import moment

__all__ = ["KIND", "Progress", "RoundService"]

TASKS_A_STEP: Final = 500
LINKS_A_STEP: Final = 100
FIRST: Final = UUID(int=0)
BEGUN: Final = "begun"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round is; it is kept with each step."""

    phase: str = "tasks"
    after: str | None = None
    tasks: int = 0
    links: int = 0
    told: int = 0

    @classmethod
    def of(cls, checkpoint: Mapping[str, Any]) -> Self:
        """Take up the thread."""
        return cls(**checkpoint)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to do."""
        return self.phase == "whole"


class RoundService:
    """Does the next step of a round, as whoever opened it, with their rights of the moment."""

    def __init__(self, work: UnitOfWork, wanted: Mapping[str, Any]) -> None:
        self._work = work
        self._wanted = wanted
        self._of = {"campaign_id": UUID(wanted["campaign_id"]), "round": wanted["round"]}
        self._rounds = RoundRepository(work)
        self._outbox = Outbox(work)

    async def go_on(self, before: Progress) -> Progress:
        """Do a step; a round that was ended meanwhile is whole."""
        campaign = await CampaignRepository(self._work).find(self._of["campaign_id"])
        is_open = campaign is not None and campaign["status"] == CampaignStatus.RUNNING.value
        if campaign is None or not is_open or campaign["round"] != self._of["round"]:
            return replace(before, phase="whole")
        self._work.line.detail["campaign"] = {**self._wanted, "phase": before.phase}
        if before.phase == "tasks":
            return await self._make(campaign, before)
        if before.phase == "links":
            return await self._send(campaign, before)
        return await self._tell(campaign, before)

    async def _make(self, campaign: Mapping[str, Any], before: Progress) -> Progress:
        policy, departments = self._work.actor.policy, campaign["department_ids"]
        page = scope_of(policy, campaign["filter"], departments)
        after = None if before.after is None else (UUID(before.after),)
        page = replace(page, limit=TASKS_A_STEP, after=after)
        ids = await self._rounds.customers(page)
        made = await self._rounds.make(
            ids,
            **self._of,
            at=now(),
            due_at=campaign["round_closes_at"],
            is_assigned=CampaignChannel.TASK in campaign["channels"],
        )
        self._work.line.changed["update_task"] = None
        progress = replace(before, tasks=before.tasks + made)
        if len(ids) < TASKS_A_STEP:
            return replace(progress, phase="links", after=None)
        return replace(progress, after=str(ids[-1]))

    async def _send(self, campaign: Mapping[str, Any], before: Progress) -> Progress:
        """Mail links to those whose address is known and who do not refuse mail."""
        is_asked = CampaignChannel.MAIL in campaign["channels"] and self._outbox.is_open
        after = FIRST if before.after is None else UUID(before.after)
        found = await self._rounds.to_mail(after, LINKS_A_STEP, **self._of) if is_asked else []
        ids, at = [row["customer_id"] for row in found], now()
        customers = await CorrectionRepository(self._work).opened(ids, frozenset({"email"}))
        unwanted = await self._rounds.unwanted(ids) if ids else set()
        mailed = []
        for row in found:
            address = _address(customers.get(row["customer_id"]))
            if address is not None and row["customer_id"] not in unwanted:
                await self._link(row, address, at)
                mailed.append(row["customer_id"])
        await self._rounds.mailed(mailed, at, **self._of)
        progress = replace(before, links=before.links + len(mailed))
        if len(found) < LINKS_A_STEP:
            return replace(progress, phase="owners", after=None)
        return replace(progress, after=str(ids[-1]))

    async def _link(self, task: Mapping[str, Any], address: str, at: datetime) -> None:
        """Draw a customer's link; its token stands in the sealed letter alone."""
        rules: SelfServiceRules = self._work.platform.tools[SelfServiceRules]
        token, expires_at = secrets.token_urlsafe(32), at + rules.lasting
        values = {**task, **self._of, "sent_at": at, "expires_at": expires_at}
        await LinkRepository(self._work).put(token, values)
        words = {"link": rules.link(token), "until": moment(expires_at)}
        recipient = Correspondent(task["customer_id"], address)
        await self._outbox.queue(recipient, SELF_SERVICE, words, expires_at)

    async def _tell(self, campaign: Mapping[str, Any], before: Progress) -> Progress:
        told = await tell_owners(self._work, campaign, BEGUN, WORK_LIST)
        progress = replace(before, told=before.told + told)
        return progress if told == BATCH else replace(progress, phase="whole")


def _address(customer: Opened | None) -> str | None:
    """Return an address that is seen in clear; a mask is none."""
    if customer is None or customer.policy.on_read(Customer.fields["email"]) is not Decision.SHOW:
        return None
    found: str | None = customer.stored.get("email")
    return found

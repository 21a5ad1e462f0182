"""Visits of customers to their page: looking, confirming, and correcting, which is held."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.core.clock import new_id, now
from app.core.fields import Field
from app.core.kinds import Invalid
from app.core.permissions import Permission
from app.core.problems import Fault, FieldNotAvailable, Malformed
from app.core.projections import Opened
from app.core.sealing import place_of, seal, value_digest
from app.core.work import UnitOfWork
from app.features.campaigns.models import CorrectionStatus, TaskOutcome, TaskStatus
from app.features.campaigns.problems import LinkNotValid
from app.features.campaigns.repository import CorrectionRepository, LinkRepository, TaskRepository
from app.features.campaigns.repository.links import Link
from app.features.campaigns.service.checking import check_customer
from app.features.campaigns.visiting import ENTRIES, SHOWN, VISITOR

LONGEST: Final = 1000
MISSING: Final = "missing"


@dataclass(frozen=True, slots=True)
class Held:
    """What the page shows: the values held, as text."""

    values: dict[str, str]
    expires_at: datetime


class VisitService:
    """What a customer does with a link; all that is wrong with a link is one refusal."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._links = LinkRepository(work)

    async def look(self, token: str) -> Held:
        """Show what is held; the first look is noted. Raises LinkNotValid."""
        link = await self._admitted(token)
        async with self._work.pinned():
            opened = await self._opened(link)
            if link.opened_at is None:
                async with self._work.changing():
                    await self._links.open(token, now())
        return Held({n: opened.values[n] or "" for n in SHOWN}, link.expires_at)

    async def confirm(self, token: str) -> TaskOutcome:
        """Say that all is right: the record is dated, the link used up."""
        link, at = await self._admitted(token), now()
        async with self._work.pinned():
            await self._use(token, TaskOutcome.CONFIRMED, at)
            await TaskRepository(self._work).answer(
                link.task, TaskStatus.DONE, TaskOutcome.CONFIRMED, at
            )
            right = Permission.CUSTOMERS_WRITE
            await check_customer(self._work, link.customer_id, right, {}, at)
        return TaskOutcome.CONFIRMED

    async def correct(self, token: str, given: Mapping[str, Any]) -> TaskOutcome:
        """Hold what differs for review; where nothing does, all is confirmed.

        Raises Malformed with every value that will not do; the link is good for another try.
        """
        link, at = await self._admitted(token), now()
        wanted = _read(given)
        opened = await self._opened(link)
        after = {name: v for name, v in wanted.items() if v != opened.stored.get(name)}
        if not after:
            return await self.confirm(token)
        async with self._work.pinned(), self._work.changing():
            await self._use(token, TaskOutcome.CORRECTED, at)
            await TaskRepository(self._work).answer(link.task, TaskStatus.IN_REVIEW, None, at)
            await self._hold(link, opened, after, at)
        return TaskOutcome.CORRECTED

    async def _admitted(self, token: str) -> Link:
        """Let the bearer of a link act as its customer, on the line from here on."""
        link = await self._links.find(token, now())
        if link is None:
            raise LinkNotValid
        line = self._work.line
        line.actor = VISITOR
        line.note_subjects([str(link.customer_id)])
        told = {"campaign_id": str(link.campaign_id), "round": link.round}
        line.detail["self_service"] = told
        return link

    async def _opened(self, link: Link) -> Opened:
        opened = await self._links.held(link, SHOWN)
        if opened is None:
            raise LinkNotValid
        return opened

    async def _use(self, token: str, outcome: TaskOutcome, at: datetime) -> None:
        self._work.line.detail["self_service"]["outcome"] = outcome.value
        if not await self._links.use(token, at, outcome):
            raise LinkNotValid

    async def _hold(
        self, link: Link, opened: Opened, after: Mapping[str, Any], at: datetime
    ) -> None:
        """Keep before and after sealed with the customer's key; the line has digests alone."""
        correction_id, line = new_id(), self._work.line
        before = {name: opened.stored.get(name) for name in after}
        place = place_of("customer_corrections", "sealed", link.customer_id, correction_id)
        line.changed.update(dict.fromkeys(after))
        line.detail["correction"] = str(correction_id)
        line.detail["values"] = {
            name: [value_digest(opened.key, name, v) for v in (before[name], after[name])]
            for name in after
        }
        values = {
            **link.task,
            "correction_id": correction_id,
            "names": [*after],
            "sealed": seal(opened.key, place, {"before": before, "after": dict(after)}),
            "status": CorrectionStatus.PENDING.value,
            "submitted_at": at,
        }
        await CorrectionRepository(self._work).add(values)


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    """Read the values that were sent by the kinds of their fields; raises Malformed."""
    if unknown := [name for name in given if name not in SHOWN]:
        raise FieldNotAvailable(names=unknown)
    wanted, faults = {}, []
    for entry in ENTRIES:
        if entry.name in given:
            try:
                wanted[entry.name] = _value(entry, given[entry.name])
            except Invalid as refused:
                faults.append(Fault(f"/{entry.name}", refused.code))
    if faults:
        raise Malformed(faults=faults)
    return wanted


def _value(entry: Field, given: Any) -> Any:
    """Normalise one value; an emptied one is none, unless every customer has one."""
    if given is None or (isinstance(given, str) and not given.strip()):
        if entry.required:
            raise Invalid(MISSING)
        return None
    if isinstance(given, str) and len(given) > LONGEST:
        raise Invalid("text-too-long")
    return entry.kind.normalise(given)

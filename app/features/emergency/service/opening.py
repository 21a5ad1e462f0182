"""Opening customers out of reach in an emergency."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from app.core.access import ActorKind
from app.core.clock import new_id, now
from app.core.kinds import Invalid
from app.core.problems import Fault, Malformed, NotFound
from app.core.views import Shown
from app.core.work import UnitOfWork
from app.features.customers.models import ExternalId
from app.features.customers.service import OpeningService
from app.features.emergency.problems import (
    EmergencyNotNeeded,
    EmergencyOpenAlready,
    EmergencyTooOften,
    NotAPerson,
)
from app.features.emergency.repository import EmergencyRepository, Target
from app.features.emergency.rules import EmergencyRules
from app.features.emergency.schemas import KnownElsewhere, NewEmergencyAccess
from app.features.emergency.service.texts import keep_reason, require_ticket, sealed, words
from app.features.emergency.service.views import shown
from app.features.staff.directory import StaffDirectory
from app.features.staff.service import changed_staff

DAY: Final = timedelta(days=1)
# Of numbers that are nobody's, so many more may be tried than customers may be opened.
MISSES: Final = 4


class EmergencyService:
    """Opens a customer for one person, for a while."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.accesses = EmergencyRepository(work)
        self.rules: EmergencyRules = work.platform.tools[EmergencyRules]
        self.directory: StaffDirectory = work.platform.tools[StaffDirectory]

    async def open(self, new: NewEmergencyAccess) -> Shown:
        """Open a customer; raises NotFound, EmergencyNotNeeded, EmergencyTooOften and others."""
        require_person(self.work)
        why = words(new.reason_text, "/reason_text", self.rules.reason_characters)
        require_ticket(new.ticket)
        await self._require_few()
        access = self._access(await self._target(new), new)
        keep_reason(self.work, access, why)
        access["reason_text"] = sealed(self.work, access, "reason_text", why)
        note(self.work, access, [*new.values()], ticket=new.ticket, reason=new.reason)
        async with changed_staff(self.work, self.directory):
            await self._require_few()
            if await self.accesses.is_open(access["customer_id"]):
                raise EmergencyOpenAlready
            await self.accesses.add(access)
        path = f"/v1/emergency-accesses/{access['emergency_access_id']}"
        return Shown(await shown(self.work, {**EMPTY, **access, "is_open": True}), location=path)

    async def _target(self, new: NewEmergencyAccess) -> Target:
        """Return the customer that is meant, if an emergency would show more of it."""
        customer_id = await self._named(new)
        target = await self.accesses.target(customer_id) if customer_id else None
        if target is None:
            raise NotFound
        if not target.is_needed:
            raise EmergencyNotNeeded
        return target

    async def _named(self, new: NewEmergencyAccess) -> UUID | None:
        if (new.customer_id is None) is (new.external_id is None):
            raise Malformed(faults=[Fault("/customer_id", "one-customer")])
        if new.external_id is None:
            return new.customer_id
        (owner,) = await OpeningService(self.work).owners([_claim(new.external_id)])
        return owner

    async def _require_few(self) -> None:
        """Slow down before anything is looked for, so that nothing is learnt from it."""
        opened, missed = await self.accesses.tried(now() - DAY)
        most = self.rules.most_a_day
        if opened >= most or missed >= MISSES * most:
            raise EmergencyTooOften

    def _access(self, target: Target, new: NewEmergencyAccess) -> dict[str, Any]:
        at = now()
        return {
            "customer_id": target.customer_id,
            "wrapping_key": target.wrapping_key,
            "wrapped": target.wrapped,
            "emergency_access_id": new_id(),
            "user_id": self.work.actor.actor_id,
            "reason": new.reason.value,
            "ticket": new.ticket,
            "opened_at": at,
            "until": at + self.rules.lasting,
        }


EMPTY: Final[dict[str, Any]] = {
    **dict.fromkeys(("ended_at", "ended_by", "reviewed_at", "reviewed_by", "verdict", "note")),
    "awaits_review": True,
}


def require_person(work: UnitOfWork) -> None:
    """Refuse other systems; raises NotAPerson."""
    if work.actor.kind is not ActorKind.PERSON:
        raise NotAPerson


def note(work: UnitOfWork, access: dict[str, Any], names: list[str], **detail: Any) -> None:
    """Note what is done about which access; the texts are no part of it."""
    work.line.note_subjects([str(access["customer_id"])])
    work.line.changed.update(dict.fromkeys(names))
    told = {"emergency_access_id": str(access["emergency_access_id"]), **detail}
    work.line.detail["emergency_access"] = told


def _claim(known: KnownElsewhere) -> dict[str, Any]:
    """Return the number as it is stored; raises Malformed."""
    found = {}
    for name, value in known.values().items():
        try:
            found[name] = ExternalId.fields[name].kind.normalise(value)
        except Invalid as refused:
            raise Malformed(faults=[Fault(f"/external_id/{name}", refused.code)]) from None
    return found

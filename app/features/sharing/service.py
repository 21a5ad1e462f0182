"""Lending customers to other departments, and taking them back."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from app.core.access import Policy
from app.core.clock import new_id, now
from app.core.cursors import read_cursor, write_cursor
from app.core.fields import Field
from app.core.grants import Grade
from app.core.kinds import TIMESTAMP, Invalid
from app.core.kinds import UUID as UUID_KIND
from app.core.paging import Asked, read_limit
from app.core.permissions import Permission
from app.core.problems import Fault, FieldNotAvailable, Malformed, NotFound, NotPermitted
from app.core.records import RESOURCES
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.customers.problems import DepartmentNotAvailable
from app.features.customers.service import CustomerService
from app.features.sharing.problems import LentToItself, NotTheManager, SharingEnded
from app.features.sharing.repository import NARROWING, SharingRepository
from app.features.sharing.schemas import NewSharingGrant, SharingGrantView
from app.features.staff.directory import StaffDirectory
from app.features.staff.service import changed_staff

LONGEST: Final = timedelta(days=366)
CLEAR: Final = {Grade.READ, Grade.WRITE}
SHOWN: Final = dict.fromkeys(SharingGrantView.model_fields, "read")


class SharingService:
    """What may be done to lend."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.grants = SharingRepository(work)
        self.directory: StaffDirectory = work.platform.tools[StaffDirectory]

    async def lend(self, new: NewSharingGrant) -> Shown:
        """Lend groups that the lender reads in clear; raises NotFound, NotTheManager and others."""
        granted = await CustomerService(self.work).granted(new.customer_id)
        groups = sorted({*new.groups})
        _require_read(granted.standing, groups)
        if not granted.standing.allows(Permission.CUSTOMERS_SHARE):
            raise NotPermitted
        _require_time(new)
        await self._require_manager(new.customer_id)
        await self._require_other(new)
        values = {
            "customer_id": new.customer_id,
            "sharing_grant_id": new_id(),
            "department_id": new.department_id,
            "groups": groups,
            "until": new.until,
            "made_at": now(),
            "made_by": self.work.actor.actor_id,
        }
        self._note(values, groups)
        async with changed_staff(self.work, self.directory):
            await self.grants.add(values)
        shown = _view({**values, "ended_at": None, "ended_by": None, "is_current": True})
        return Shown(shown, location=f"/v1/sharing-grants/{shown['sharing_grant_id']}")

    async def end(self, sharing_grant_id: UUID) -> Shown:
        """Take a customer back; raises NotFound, NotTheManager, SharingEnded."""
        grant = await self.grants.find(sharing_grant_id)
        if grant is None:
            raise NotFound
        await self._require_manager(grant["customer_id"])
        self._note(grant, ["ended_at"])
        at = now()
        async with changed_staff(self.work, self.directory):
            if not await self.grants.end(grant, at):
                raise SharingEnded
        by = self.work.actor.actor_id
        return Shown(_view({**grant, "ended_at": at, "ended_by": by, "is_current": False}))

    async def page(self, asked: Asked) -> Listed:
        """List what is lent of customers within reach, newest first."""
        asked.only("limit", "cursor", *NARROWING)
        narrowed = {name: _id(name, text) for name in NARROWING if (text := asked.one(name))}
        limit, place = read_limit(asked.one("limit")), f"sharing-grants {sorted(narrowed.items())}"
        found = await self.grants.page(narrowed, self._after(asked, place), limit + 1)
        rows, more = found[:limit], len(found) > limit
        ids = {str(row["customer_id"]): None for row in rows}
        self.work.note(ids, "sharing-grants", SHOWN if rows else {})
        items = [_view(row) for row in rows]
        if not more:
            return Listed(items)
        last = [rows[-1]["made_at"], str(rows[-1]["sharing_grant_id"])]
        return Listed(items, write_cursor(self.work.platform.sealing, place, last))

    def _after(self, asked: Asked, place: str) -> dict[str, Any]:
        cursor = asked.one("cursor")
        if cursor is None:
            return {}
        made_at, last_id = read_cursor(self.work.platform.sealing, place, cursor)
        return {"made_at": TIMESTAMP.normalise(made_at), "last_id": UUID(last_id)}

    async def _require_manager(self, customer_id: UUID) -> None:
        """Let managers of the customer's department and of those above lend, and data officers."""
        actor = self.work.actor
        allowed = actor.policy.allowed(Permission.CUSTOMERS_SHARE)
        if any(where.is_everywhere for where in allowed):
            return
        department_id = await self.grants.department_of(customer_id)
        staff = self.directory.staff
        managers = {staff.departments[one].manager_id for one in staff.above(department_id)}
        if actor.actor_id not in managers:
            raise NotTheManager

    async def _require_other(self, new: NewSharingGrant) -> None:
        """Refuse departments that do not exist, or that reach the customer anyway."""
        if new.department_id not in self.directory.staff.departments:
            raise DepartmentNotAvailable
        home = await self.grants.department_of(new.customer_id)
        if new.department_id in self.directory.staff.above(home):
            raise LentToItself

    def _note(self, grant: Any, names: list[str]) -> None:
        line = self.work.line
        line.note_subjects([str(grant["customer_id"])])
        line.changed.update(dict.fromkeys(names))
        line.detail["lent"] = {
            "sharing_grant_id": str(grant["sharing_grant_id"]),
            "department_id": str(grant["department_id"]),
            "groups": list(grant["groups"]),
            "until": grant["until"].isoformat(),
        }


def _require_read(granted: Policy, groups: list[str]) -> None:
    """Refuse groups that the lender does not read in clear, like names that do not exist."""
    unread = [group for group in groups if not _is_read(granted, _fields_of(group))]
    if unread:
        raise FieldNotAvailable(names=unread)


def _is_read(granted: Policy, entries: list[Field]) -> bool:
    return bool(entries) and all(granted.grade(entry) in CLEAR for entry in entries)


def _fields_of(group: str) -> list[Field]:
    records = RESOURCES.values()
    return [e for record in records for e in record.fields.values() if e.group.name == group]


def _require_time(new: NewSharingGrant) -> None:
    if not timedelta() < new.until - now() <= LONGEST:
        raise Malformed(faults=[Fault("/until", "time-out-of-range")])


def _id(name: str, text: str) -> UUID:
    try:
        found: UUID = UUID_KIND.normalise(text)
    except Invalid as refused:
        raise Malformed(faults=[Fault(f"/{name}", refused.code)]) from None
    return found


def _view(row: Any) -> dict[str, Any]:
    return {name: _plain(row[name]) for name in SharingGrantView.model_fields}


def _plain(value: Any) -> Any:
    return str(value) if hasattr(value, "hex") and hasattr(value, "bytes") else value

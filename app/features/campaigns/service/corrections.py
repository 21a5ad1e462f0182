"""Corrections under review: shown field by field, approved in all or in part, or rejected."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.core.access import Decision
from app.core.clock import now
from app.core.fields import Field
from app.core.paging import Asked
from app.core.permissions import Permission
from app.core.problems import FieldNotAvailable, FieldReadOnly, NotFound, NotPermitted, Stale
from app.core.projections import Opened
from app.core.repository import ANY_STATE
from app.core.sealing import place_of, unseal
from app.core.views import Listed, Shown, etag_of
from app.core.work import UnitOfWork
from app.features.campaigns.models import CorrectionStatus, TaskOutcome, TaskStatus
from app.features.campaigns.problems import CorrectionSettled
from app.features.campaigns.repository import CorrectionRepository, TaskRepository
from app.features.campaigns.schemas import CorrectionSummaryView, CorrectionView
from app.features.campaigns.service.checking import check_customer
from app.features.campaigns.service.paging import Pages, read_choice, read_id
from app.features.campaigns.visiting import ENTRIES, SHOWN
from app.features.customers.models import Customer

REVIEWING = Permission.CORRECTIONS_REVIEW
PENDING = CorrectionStatus.PENDING
STALE = CorrectionStatus.STALE


class CorrectionService:
    """What a reviewer does, by what is granted of each customer itself."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._corrections = CorrectionRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List corrections of customers within reach, oldest first, without values."""
        asked.only("limit", "cursor", "status", "campaign_id", "customer_id")
        status = read_choice(asked, "status", CorrectionStatus)
        narrowed = {
            "status": PENDING.value if status == STALE else status,
            "campaign_id": read_id(asked, "campaign_id"),
            "customer_id": read_id(asked, "customer_id"),
        }
        given = {name: value for name, value in narrowed.items() if value is not None}
        pages = Pages(self._work, asked, "correction_id", {**given, "asked": status})
        rows, cursor = pages.cut(await self._corrections.page(given, pages.after, pages.limit + 1))
        opened = await self._corrections.opened([row["customer_id"] for row in rows], SHOWN)
        self._work.line.shown.clear()  # of the customers nothing is shown but which they are
        self._work.note([str(one) for one in opened], "customer-corrections", {"fields": "read"})
        seen = [(row, opened[row["customer_id"]]) for row in rows if row["customer_id"] in opened]
        items = [_summary(row, customer) for row, customer in seen]
        return Listed([i for i in items if status is None or i["status"] == status], cursor)

    async def get(self, correction_id: UUID) -> Shown:
        """Show a correction field by field; raises NotFound."""
        row, customer = await self._found(correction_id)
        return Shown(_view(row, customer))

    async def approve(self, correction_id: UUID, seen: str, names: Sequence[str] | None) -> Shown:
        """Take a correction over, in all or in part, by the ordinary change of the customer.

        Raises Stale when what was seen is not what stands: the base has moved, look again.
        """
        row, customer = await self._pending(correction_id, seen)
        wanted = self._wanted(row, customer, names)
        is_whole = len(wanted) == len(row["names"])
        status = CorrectionStatus.APPROVED if is_whole else CorrectionStatus.PARTLY_APPROVED
        work, at = self._work, now()
        after = _sealed(row, customer)["after"]
        async with work.pinned():
            await self._decide(row, status, wanted)
            await TaskRepository(work).answer(row, TaskStatus.DONE, TaskOutcome.CORRECTED, at)
            values = {name: after.get(name) for name in wanted}
            await check_customer(work, row["customer_id"], REVIEWING, values, at)
        return await self._settled(correction_id)

    async def reject(self, correction_id: UUID, seen: str) -> Shown:
        """Leave the customer as it is; the task is open again."""
        row, _ = await self._pending(correction_id, seen)
        work = self._work
        async with work.pinned(), work.changing():
            await self._decide(row, CorrectionStatus.REJECTED, [])
            await TaskRepository(work).answer(row, TaskStatus.OPEN, None, now())
        return await self._settled(correction_id)

    async def _found(self, correction_id: UUID) -> tuple[dict[str, Any], Opened]:
        """Return a correction with its customer as the actor sees it; raises NotFound."""
        found = await self._corrections.page({"correction_id": correction_id}, None, 1)
        ids = [row["customer_id"] for row in found]
        opened = await self._corrections.opened(ids, SHOWN)
        if not opened:
            raise NotFound
        return found[0], opened[found[0]["customer_id"]]

    async def _pending(self, correction_id: UUID, seen: str) -> tuple[dict[str, Any], Opened]:
        """Return a correction to decide on as it was seen; raises CorrectionSettled, Stale."""
        row, customer = await self._found(correction_id)
        if not customer.policy.allows(REVIEWING):
            raise NotPermitted
        if row["status"] != PENDING:
            raise CorrectionSettled
        tag = etag_of(_view(row, customer))
        if seen not in {ANY_STATE, tag}:
            raise Stale(headers={"ETag": tag})
        return row, customer

    def _wanted(
        self, row: Mapping[str, Any], customer: Opened, names: Sequence[str] | None
    ) -> list[str]:
        """Return what to take over, which the actor may write in this very customer."""
        entries = _entries(row, customer)
        held = {entry.name: entry for entry in entries}
        if unknown := [name for name in names or () if name not in held]:
            raise FieldNotAvailable(names=unknown)
        wanted = [name for name in held if names is None or name in names]
        closed = [name for name in wanted if not customer.policy.may_write(held[name])]
        if closed or not wanted:
            raise FieldReadOnly(names=closed)
        return wanted

    async def _decide(
        self, row: Mapping[str, Any], status: CorrectionStatus, wanted: Sequence[str]
    ) -> None:
        line = self._work.line
        line.changed["correction"] = None
        line.note_subjects([str(row["customer_id"])])
        line.detail["correction"] = {
            **{name: str(row[name]) for name in ("correction_id", "campaign_id")},
            "status": status.value,
            "fields": [*row["names"]],
            "applied": [*wanted],
        }
        if not await self._corrections.decide(row, status, wanted, now()):
            raise CorrectionSettled

    async def _settled(self, correction_id: UUID) -> Shown:
        row, customer = await self._found(correction_id)
        return Shown(_view(row, customer), tagged=False)


def _entries(row: Mapping[str, Any], customer: Opened) -> list[Field]:
    """Return the fields of a correction that the actor sees in this customer."""
    hidden = Decision.HIDE
    entries = [Customer.fields[name] for name in row["names"] if name in SHOWN]
    return [entry for entry in entries if customer.policy.on_read(entry) is not hidden]


def _sealed(row: Mapping[str, Any], customer: Opened) -> dict[str, Any]:
    place = place_of("customer_corrections", "sealed", row["customer_id"], row["correction_id"])
    return unseal(customer.key, place, row["sealed"])


def _status(row: Mapping[str, Any], customer: Opened, entries: Sequence[Field]) -> str:
    """Return where it stands; the base has moved when a field that the actor sees differs."""
    before = _sealed(row, customer)["before"]
    has_moved = any(before.get(e.name) != customer.stored.get(e.name) for e in entries)
    return STALE.value if row["status"] == PENDING and has_moved else str(row["status"])


def _summary(row: Mapping[str, Any], customer: Opened) -> dict[str, Any]:
    entries = _entries(row, customer)
    made = {
        "fields": [entry.name for entry in entries],
        "status": _status(row, customer, entries),
    }
    return {n: made[n] if n in made else row[n] for n in CorrectionSummaryView.model_fields}


def _view(row: Mapping[str, Any], customer: Opened) -> dict[str, Any]:
    entries = _entries(row, customer)
    held = _sealed(row, customer)
    order = [entry for entry in ENTRIES if entry in entries]
    made = {
        "changes": [_changed(row, customer, entry, held) for entry in order],
        "status": _status(row, customer, entries),
    }
    return {n: made[n] if n in made else row[n] for n in CorrectionView.model_fields}


def _changed(
    row: Mapping[str, Any], customer: Opened, entry: Field, held: Mapping[str, Any]
) -> dict[str, Any]:
    """Show one field of a correction, masked where the customer's own value is."""
    name, is_masked = entry.name, customer.policy.on_read(entry) is Decision.MASK
    stages = {
        "before": held["before"].get(name),
        "now": customer.stored.get(name),
        "after": held["after"].get(name),
    }
    if is_masked:
        stages = {n: None if v is None else entry.kind.mask(v) for n, v in stages.items()}
    return {
        "name": name,
        "label": entry.en,
        "label_zh": entry.zh,
        **stages,
        "masked": is_masked,
        "writable": customer.policy.may_write(entry),
        "applied": name in row["applied"],
    }

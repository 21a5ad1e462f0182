"""What may be asked of the audit: its events, who has seen a customer, and whether it holds."""

import base64
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.clock import now
from app.core.paging import Asked
from app.core.permissions import Permission
from app.core.sealing import CustomerKey, place_of, unseal
from app.core.verification import Newest, Proof, Report
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.trail.pages import TrailPage
from app.features.trail.repository import TrailRepository
from app.features.trail.schemas import (
    EVENT_FILTERS,
    LOG_FILTERS,
    VERIFY_OPTIONS,
    AccessView,
    AuditEventView,
    Outcome,
    VerificationView,
    outcome_of,
    read_filters,
)

# Not every filter has an index: a search without a beginning would read years of lines.
LOOKED_BACK: Final = timedelta(days=31)
SEGMENTS: Final = 1000
MOST_LINES: Final = 100_000
# What the scheduled verification is called in the audit, and what one that finds something answers.
BROKEN: Final = "verify_audit_trail"
BROKEN_STATUS: Final = 500
STATUSES: Final[dict[Outcome | None, dict[str, int]]] = {
    Outcome.ALLOWED: {"status.lt": 400},
    Outcome.REFUSED: {"status.gte": 400, "status.lt": 500},
    Outcome.FAILED: {"status.gte": 500},
}
EVENT_MEMBERS: Final = dict.fromkeys(AuditEventView.model_fields, "read")
ACCESS_MEMBERS: Final = dict.fromkeys(AccessView.model_fields, "read")
REPORT_MEMBERS: Final = dict.fromkeys(VerificationView.model_fields, "read")


class TrailService:
    """What may be asked of the audit."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._trail = TrailRepository(work)

    async def events(self, asked: Asked) -> Listed:
        """List audit events, newest first."""
        filters = read_filters(asked, EVENT_FILTERS)
        page = TrailPage.read("audit-events", filters, asked, self._work.platform.sealing)
        statuses = STATUSES.get(filters.pop("outcome", None), {})
        since = filters.setdefault("at.gte", now() - LOOKED_BACK)
        subject = filters.get("subject")
        self._work.note([str(subject)] if subject else [], "audit-events", EVENT_MEMBERS)
        lines = await self._trail.events({**filters, **statuses, **page.position}, page.limit + 1)
        return page.listed(lines, _event, since=since)

    async def access_log(self, customer_id: UUID, asked: Asked) -> Listed:
        """List who has seen or changed a customer, newest first; raises NotFound."""
        filters = read_filters(asked, LOG_FILTERS)
        key = await self._reason_key(customer_id)
        page = TrailPage.read(str(customer_id), filters, asked, self._work.platform.sealing)
        narrowed = {"subject": customer_id, **page.position}
        for name, condition in (("since", "at.gte"), ("until", "at.lt")):
            if name in filters:
                narrowed[condition] = filters[name]
        members = ACCESS_MEMBERS if key else ACCESS_MEMBERS | {"reason": "hidden"}
        self._work.note([str(customer_id)], "access-log", members)
        lines = await self._trail.accesses(narrowed, page.limit + 1)
        return page.listed(lines, lambda line: _access(line, customer_id, key))

    async def verify(self, asked: Asked, proof: Proof) -> Shown:
        """Verify the newest segments, as far as that is quickly done."""
        segments = read_filters(asked, VERIFY_OPTIONS).get("last", SEGMENTS)
        report = await self._trail.verified(proof, Newest(segments, MOST_LINES))
        if not report.ok:
            await self._tell(report)
        self._work.note([], "audit-verification", REPORT_MEMBERS)
        return Shown(_report(report), tagged=False)

    async def _tell(self, report: Report) -> None:
        """Leave the line that the rule `audit_broken` looks for; the answer gets one of its own."""
        line, asked = self._work.line, self._work.line.operation
        line.operation, line.status = BROKEN, BROKEN_STATUS
        line.detail["verification"] = report.told
        async with self._work.changing():
            pass
        self._work.next_line()
        self._work.line.operation = asked

    async def _reason_key(self, customer_id: UUID) -> CustomerKey | None:
        """Return the key that opens reasons, for those who may read customers."""
        wrapped = await self._trail.key_of(customer_id)
        if wrapped is None or not self._work.actor.may(Permission.CUSTOMERS_READ):
            return None
        sealing = self._work.platform.sealing
        return sealing.open_key(customer_id, wrapped.wrapping_key, wrapped.wrapped)


def _event(line: dict[str, Any]) -> dict[str, Any]:
    disclosed = _disclosed(line.pop("shown"))
    return {**line, "outcome": outcome_of(line["status"]), "disclosed": disclosed}


def _access(line: dict[str, Any], customer_id: UUID, key: CustomerKey | None) -> dict[str, Any]:
    shown = {name: line.get(name) for name in ACCESS_MEMBERS}
    shown["has_reason"] = line["reason"] is not None
    shown["reason"] = _reason(line, customer_id, key)
    shown["outcome"] = outcome_of(line["status"])
    shown["fields"] = _disclosed(line["shown"])
    shown["emergency_access_id"] = _emergency(line["detail"], customer_id)
    return shown


def _reason(line: dict[str, Any], customer_id: UUID, key: CustomerKey | None) -> str | None:
    """Open the reason of a line that is about this customer alone."""
    if key is None or line["reason"] is None or line["subjects"] != 1:
        return None
    place = place_of("audit_lines", "reason", customer_id, line["line_id"])
    reason: str = unseal(key, place, base64.b64decode(line["reason"]))["reason"]
    return reason


def _emergency(detail: str | None, customer_id: UUID) -> str | None:
    """Return by which emergency access the customer was open to whoever looked."""
    opened = orjson.loads(detail).get("emergency", {}) if detail else {}
    found: str | None = opened.get(str(customer_id))
    return found


def _disclosed(shown: str | None) -> Any:
    return orjson.Fragment(shown or "{}")


def _report(report: Report) -> dict[str, Any]:
    covered = asdict(report)
    return {
        "ok": report.ok,
        "first_bad": covered.pop("first_bad"),
        "seconds": covered.pop("seconds"),
        "covered": covered,
    }

"""Routes to the audit: its events, who has seen a customer, and whether it holds."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import Field

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.verification import Proof
from app.core.views import Listed, Shown
from app.features.trail.schemas import AccessView, AuditEventView, Outcome, VerificationView
from app.features.trail.service import TrailService
from app.http.documents import PARAMETERS, ListOf
from app.http.routes import FeatureRouter, Query, Work

router = FeatureRouter("/v1", "audit")
LIST_PROBLEMS = (FieldNotAvailable, Malformed, CursorInvalid)
PAGING: Final = (PARAMETERS["limit"], PARAMETERS["cursor"])


class AuditEventPage(ListOf[AuditEventView]):
    """One page of audit events."""

    since: datetime = Field(description="How far back was looked: `at.gte`, or 31 days.")


def _parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _moment(name: str, description: str) -> dict[str, Any]:
    return _parameter(name, description, type="string", format="date-time")


def _id(name: str, description: str) -> dict[str, Any]:
    return _parameter(name, description, type="string", format="uuid")


OUTCOMES: Final = [outcome.value for outcome in Outcome]
EVENT_PARAMETERS: Final = [
    *PAGING,
    _moment("at.gte", "Not before this moment; 31 days back unless given."),
    _moment("at.lt", "Before this moment."),
    _id("actor_id", "Who acted."),
    _parameter("operation", "What was done, such as `get_customer`.", type="string"),
    _parameter("status", "The status that was answered.", type="integer"),
    _parameter("outcome", "How it ended.", type="string", enum=OUTCOMES),
    _id("subject", "The customer that it touched."),
    _parameter("request_id", "The `X-Request-Id` of the answer.", type="string"),
]
LOG_PARAMETERS: Final = [
    *PAGING,
    _moment("since", "Not before this moment."),
    _moment("until", "Before this moment."),
]
VERIFY_PARAMETERS: Final = [
    _parameter("last", "How many of the newest segments.", type="integer", minimum=1, default=1000)
]


@router.get(
    "/audit-events",
    permission=Permission.AUDIT_READ,
    response_model=AuditEventPage,
    problems=LIST_PROBLEMS,
    extra={"parameters": EVENT_PARAMETERS},
)
async def list_audit_events(asked: Query, work: Work) -> Listed:
    """List what was done, newest first; needs `audit:read`.

    Events name customers by id and members by name; they hold no values. Looking is an event, too.
    """
    return await TrailService(work).events(asked)


@router.get(
    "/audit-events/verify",
    cost=100,
    permission=Permission.AUDIT_VERIFY,
    response_model=VerificationView,
    problems=(FieldNotAvailable, Malformed),
    seconds=20.0,
    extra={"parameters": VERIFY_PARAMETERS},
)
async def verify_audit_events(asked: Query, work: Work) -> Shown:
    """Verify that no line was changed, removed, added or moved; needs `audit:verify`.

    Looks at the newest segments, with about 100,000 lines at most, and says what it covered.
    `cims audit verify` looks at everything. What does not hold raises the alert `audit_broken`.
    """
    return await TrailService(work).verify(asked, work.platform.tools[Proof])


@router.get(
    "/customers/{customer_id}/access-log",
    cost=10,
    permission=Permission.ACCESS_LOG_READ,
    response_model=ListOf[AccessView],
    problems=(NotFound, *LIST_PROBLEMS),
    extra={"parameters": LOG_PARAMETERS},
)
async def list_accesses(customer_id: UUID, asked: Query, work: Work) -> Listed:
    """List who has seen or changed a customer within your reach, newest first.

    Needs `access-log:read`. Reasons are shown to those who may read customers, and to nobody once
    the customer's data are erased.
    """
    return await TrailService(work).access_log(customer_id, asked)

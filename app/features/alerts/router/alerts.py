"""Routes of alerts: who reads far more than usual, at night, in sequence, or what is watched."""

from typing import Any, Final
from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Listed, Shown
from app.features.alerts.models import AlertState, Severity
from app.features.alerts.problems import AlertHandled, AlertIsYourOwn
from app.features.alerts.schemas import Acknowledgement, AlertSummaryView, AlertView, Closing
from app.features.alerts.service import AlertService
from app.http.documents import PARAMETERS, ListOf
from app.http.routes import FeatureRouter, Query, Work

router = FeatureRouter("/v1/alerts", "alerts")


def _narrowing(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


LISTING: Final = [
    PARAMETERS["limit"],
    PARAMETERS["cursor"],
    _narrowing("actor_id", "About this actor.", type="string", format="uuid"),
    _narrowing("rule", "Of the rule of this code.", type="string"),
    _narrowing("severity", "Of this severity.", type="string", enum=[*Severity]),
    _narrowing("state", "In this state.", type="string", enum=[*AlertState]),
]
HANDLING: Final = (NotFound, AlertHandled, AlertIsYourOwn, Malformed)


@router.get(
    permission=Permission.ALERTS_READ,
    response_model=ListOf[AlertSummaryView],
    problems=(FieldNotAvailable, CursorInvalid, Malformed),
    extra={"parameters": LISTING},
)
async def list_alerts(asked: Query, work: Work) -> Listed:
    """List alerts, the newest first: who, of which rule, how often. Customers are not named."""
    return await AlertService(work).page(asked)


@router.get(
    "/{alert_id}",
    permission=Permission.ALERTS_READ,
    response_model=AlertView,
    problems=(NotFound,),
)
async def get_alert(alert_id: UUID, work: Work) -> Shown:
    """Show an alert with the lines and customers behind it.

    Customers are named whose access log you may read; where an alert says something of them, as
    that they are closely watched, also only to those who may read that of them. Otherwise it is
    partial, and shows no lines.
    """
    return await AlertService(work).get(alert_id)


@router.post(
    "/{alert_id}/acknowledge",
    permission=Permission.ALERTS_HANDLE,
    response_model=AlertView,
    problems=HANDLING,
)
async def acknowledge_alert(alert_id: UUID, taken: Acknowledgement, work: Work) -> Shown:
    """Say that you look into an open alert; not into one about yourself."""
    return await AlertService(work).acknowledge(alert_id, taken.note)


@router.post(
    "/{alert_id}/close",
    permission=Permission.ALERTS_HANDLE,
    response_model=AlertView,
    problems=HANDLING,
)
async def close_alert(alert_id: UUID, closing: Closing, work: Work) -> Shown:
    """Say what an alert turned out to be; not of one about yourself.

    It opens again when what it counts has doubled since.
    """
    return await AlertService(work).close(alert_id, closing.verdict, closing.note)

"""Alerts: looked through, taken and closed, never by whom they are about."""

from typing import Any, Final
from uuid import UUID

from app.core.clock import now
from app.core.cursors import read_cursor, write_cursor
from app.core.paging import Asked, read_limit
from app.core.problems import NotFound
from app.core.views import Listed, Shown
from app.core.work import UnitOfWork
from app.features.alerts.models import AlertState, Verdict
from app.features.alerts.notes import open_note, seal_note
from app.features.alerts.problems import AlertHandled, AlertIsYourOwn
from app.features.alerts.repository import AlertRepository, AlertRow
from app.features.alerts.schemas import AlertSummaryView, AlertView, read_filters

OPEN: Final = (AlertState.OPEN.value,)
NOT_CLOSED: Final = (AlertState.OPEN.value, AlertState.ACKNOWLEDGED.value)
MEMBERS: Final = dict.fromkeys(AlertView.model_fields, "read")
HANDLING: Final = ("state", "handled_at", "handled_by", "verdict")


class AlertService:
    """What may be done with alerts."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._alerts = AlertRepository(work)

    async def page(self, asked: Asked) -> Listed:
        """List alerts, the newest first, without customers."""
        narrowed = read_filters(asked)
        limit, cursor = read_limit(asked.one("limit")), asked.one("cursor")
        sealing, place = self._work.platform.sealing, f"alerts {sorted(narrowed.items())}"
        before = {"before": UUID(read_cursor(sealing, place, cursor)[0])} if cursor else {}
        found = await self._alerts.page({**narrowed, **before}, limit + 1)
        more = len(found) > limit
        following = write_cursor(sealing, place, [found[limit - 1]["alert_id"]]) if more else None
        return Listed([_summary(alert) for alert in found[:limit]], following)

    async def get(self, alert_id: UUID) -> Shown:
        """Show an alert and what it rests on; raises NotFound."""
        return Shown(await self._view(await self._the(alert_id)), tagged=False)

    async def acknowledge(self, alert_id: UUID, note: str | None) -> Shown:
        """Take an open alert; raises NotFound, AlertIsYourOwn and AlertHandled."""
        return await self._handle(alert_id, AlertState.ACKNOWLEDGED, OPEN, None, note)

    async def close(self, alert_id: UUID, verdict: str, note: str | None) -> Shown:
        """Say what an alert turned out to be; raises the same."""
        return await self._handle(alert_id, AlertState.CLOSED, NOT_CLOSED, verdict, note)

    async def _handle(
        self,
        alert_id: UUID,
        state: AlertState,
        from_states: tuple[str, ...],
        verdict: str | None,
        note: str | None,
    ) -> Shown:
        alert = await self._the(alert_id)
        if alert["actor_id"] == self._work.actor.actor_id:
            raise AlertIsYourOwn
        if alert["state"] not in from_states:
            raise AlertHandled
        row = AlertRow(
            alert_id=alert_id,
            state=state.value,
            handled_at=now(),
            handled_by=self._work.actor.actor_id,
            verdict=Verdict(verdict).value if verdict else None,
            note=seal_note(self._work.platform.sealing, alert_id, note),
        )
        handled = {name: getattr(row, name) for name in HANDLING}
        shown = await self._view({**alert, **handled, "note": row.note or alert["note"]})
        async with self._alerts.changing():
            if not await self._alerts.handle(row, from_states):
                raise AlertHandled
            self._note(alert, state, verdict, has_note=note is not None)
        return Shown(shown, tagged=False)

    async def _the(self, alert_id: UUID) -> dict[str, Any]:
        found = await self._alerts.find(alert_id)
        if found is None:
            raise NotFound
        return found

    async def _view(self, alert: dict[str, Any]) -> dict[str, Any]:
        """Show customers and lines as far as the actor may know them in this light."""
        customers = await self._alerts.visible(alert["kind"], alert["customers"])
        is_partial = len(customers) < len(alert["customers"])
        self._work.note(map(str, customers), "alerts", MEMBERS)
        return {
            **_summary(alert),
            "note": open_note(self._work.platform.sealing, alert["alert_id"], alert["note"]),
            "customers": [str(one) for one in customers],
            # Lines lead to their customers whoever reads the audit.
            "evidence": [] if is_partial else alert["evidence"],
            "is_partial": is_partial,
        }

    def _note(
        self, alert: dict[str, Any], state: AlertState, verdict: str | None, *, has_note: bool
    ) -> None:
        names = ("state", *(["verdict"] if verdict else []), *(["note"] if has_note else []))
        self._work.line.changed.update(dict.fromkeys(names))
        told = {"alert_id": str(alert["alert_id"]), "rule": alert["rule_code"]}
        self._work.line.detail["alert"] = {**told, "state": state.value, "verdict": verdict}


def _summary(alert: dict[str, Any]) -> dict[str, Any]:
    values = {**alert, "rule": alert["rule_code"]}
    return {name: _plain(values[name]) for name in AlertSummaryView.model_fields}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value

"""History: the spans of time in which a record looked the same to this reader."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.core.cursors import read_cursor, write_cursor
from app.core.kinds import TIMESTAMP, Invalid
from app.core.paging import Asked, read_limit
from app.core.problems import Fault, Malformed
from app.core.projections import require_seen
from app.core.records import Record
from app.core.repository import Ids, Repository
from app.core.views import Listed
from app.core.work import UnitOfWork
from app.features.customers.models import Customer, OrganizationProfile, PersonProfile
from app.features.customers.repository import (
    CustomerRepository,
    HistoryRepository,
    OrganizationProfileRepository,
    PersonProfileRepository,
)

REPOSITORIES: Final[Mapping[str, type[Repository]]] = {
    Customer.resource: CustomerRepository,
    PersonProfile.resource: PersonProfileRepository,
    OrganizationProfile.resource: OrganizationProfileRepository,
}


class HistoryService:
    """What a record was, projected by what the reader may see today."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.history = HistoryRepository(work)

    async def spans(self, customer_id: UUID, asked: Asked) -> Listed:
        """List the spans, newest first; `at` picks the one that held at a moment."""
        asked.only("resource", "at", "limit", "cursor")
        repository = REPOSITORIES.get(asked.one("resource") or Customer.resource)
        if repository is None:
            raise Malformed(faults=[Fault("/resource", "choice-unknown")])
        return await self._spans(repository, Ids(customer_id, customer_id), asked)

    async def of_part(self, repository: type[Repository], ids: Ids, asked: Asked) -> Listed:
        """List the spans of a part that is still there; raises NotFound like for any other."""
        require_seen(repository.record, self.work.actor.policy)
        asked.only("at", "limit", "cursor")
        return await self._spans(repository, ids, asked)

    async def _spans(self, repository: type[Repository], ids: Ids, asked: Asked) -> Listed:
        current = await repository(self.work).get(ids)
        granted = (await CustomerRepository(self.work).key_of(ids.customer_id)).policy
        kept = await self.history.kept(repository.record, ids, granted)
        states: list[State] = [(one.values, one.ended_at, one.ended_by) for one in kept]
        states.append((current, None, None))
        spans = _merge(states, repository.record, sees_who=current["created_by"] is not None)
        moment = _moment(asked.one("at"))
        if moment is not None:
            spans = [span for span in spans if _held_at(span, moment)]
        return self._page(f"{ids} {repository.record.resource}", spans, asked)

    def _page(self, history: str, spans: list[dict[str, Any]], asked: Asked) -> Listed:
        """Cut a page: a span that has ended stays as it is, so its end names its place."""
        sealing, limit = self.work.platform.sealing, read_limit(asked.one("limit"))
        if (cursor := asked.one("cursor")) is not None:
            end = TIMESTAMP.normalise(*read_cursor(sealing, history, cursor))
            spans = [span for span in spans if span["valid_to"] and span["valid_to"] <= end]
        items, more = spans[:limit], spans[limit:]
        if not more:
            return Listed(items)
        return Listed(items, write_cursor(sealing, history, [more[0]["valid_to"]]))


State = tuple[dict[str, Any], datetime | None, UUID | None]


def _merge(states: list[State], record: type[Record], *, sees_who: bool) -> list[dict[str, Any]]:
    """Join neighbouring states that look the same to this reader: hidden changes leave no trace."""
    spans: list[dict[str, Any]] = []
    since, by = states[0][0].get("created_at"), None
    for values, ended_at, ended_by in states:
        if spans and _content(spans[-1]["record"]) == _content(values):
            spans[-1] |= {"record": values, "valid_to": ended_at}
        else:
            before = spans[-1]["record"] if spans else {}
            changed = [name for name in record.fields if before and before[name] != values[name]]
            spans.append(
                {
                    "valid_from": since,
                    "valid_to": ended_at,
                    "changed_by": str(by) if by and sees_who else None,
                    "changed": changed,
                    "record": values,
                }
            )
        since, by = ended_at, ended_by
    return spans[::-1]


def _content(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "withheld"}


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment: datetime = TIMESTAMP.normalise(text)
    except Invalid as refused:
        raise Malformed(faults=[Fault("/at", refused.code)]) from None
    return moment


def _held_at(span: dict[str, Any], moment: datetime) -> bool:
    began = span["valid_from"] is None or span["valid_from"] <= moment
    return began and (span["valid_to"] is None or moment < span["valid_to"])

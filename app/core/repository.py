"""The repository: the only place with questions and changes, always within the actor's reach."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import orjson

from app.core.access import Decision, Policy
from app.core.clock import new_id, now
from app.core.counting import count_statement, estimate_statement
from app.core.fields import Field
from app.core.filters import shape_of, values_of
from app.core.grants import Reach, Where
from app.core.match_keys import rekeying, tokens_of
from app.core.paging import Page, next_cursor
from app.core.permissions import Permission
from app.core.problems import (
    FieldNotAvailable,
    FieldReadOnly,
    NotFound,
    NotNow,
    NotPermitted,
    Stale,
)
from app.core.projections import Opened, is_seen, project
from app.core.reading import Question, the_row
from app.core.records import Record
from app.core.sealing import value_digest
from app.core.views import Listed, Shown, etag_of
from app.core.work import UnitOfWork
from app.core.writing import (
    Draft,
    change_statement,
    looked_up_by,
    lookups_of,
    removal_statement,
)

ANY_STATE = "*"
Values = Mapping[str, Any]
EVERYWHERE = (Where(Reach.ALL),)
TRIES = 2


@dataclass(frozen=True, slots=True)
class Ids:
    """Which row: the customer's id, and the row's own (the same for a customer or a profile)."""

    customer_id: UUID
    row_id: UUID

    def params(self) -> dict[str, Any]:
        """Return the parameters that BY_ID leaves open."""
        return {"customer_id": self.customer_id, "row_id": self.row_id}


def by_id(record: type[Record]) -> Question:
    """Ask for one row by its customer and its own id."""
    return Question(record, lambda asked: asked.where(*the_row(record)))


class Repository:
    """Finds, lists, changes and removes the rows of one record."""

    record: ClassVar[type[Record]]
    BY_ID: ClassVar[Question]

    def __init_subclass__(cls) -> None:
        if "record" in vars(cls) and "BY_ID" not in vars(cls):
            cls.BY_ID = by_id(cls.record)

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.found: dict[str, Any] = {}

    async def get(self, ids: Ids, names: frozenset[str] | None = None) -> dict[str, Any]:
        """Return one view; raises NotFound alike for what is not there and what is out of reach."""
        found = await self.work.read(self.BY_ID, ids.params(), names)
        if not found:
            raise NotFound
        return found[0]

    async def page(self, page: Page, **params: Any) -> Listed:
        """Return one page of views, counted only on request."""
        sealing = self.work.platform.sealing
        found = await self.work.read(
            page.question(), {**page.params(sealing), **params}, page.members, shown=page.limit
        )
        more = len(found) > page.limit
        items = found[: page.limit]
        cursor = next_cursor(page, items[-1], sealing) if more else None
        for name in page.unasked:
            for item in items:
                del item[name]
        return Listed(items, cursor, await self._count(page))

    @property
    def _shows_all(self) -> bool:
        policy = self.work.actor.policy
        return all(policy.on_read(e) is Decision.SHOW for e in self.record.fields.values())

    async def _count(self, page: Page) -> int | None:
        if page.count is None:
            return None
        policy, shape = self.work.actor.policy, shape_of(page.filters)
        values = values_of(self.record, page.filters, self.work.platform.sealing)
        # An estimate follows the size of the table: it would tell of customers out of reach, and
        # of hidden values that grow or change.
        if page.count == "estimated" and policy.wheres() == EVERYWHERE and self._shows_all:
            rows = await self.work.fetch(estimate_statement(self.record, shape), values)
            return int(orjson.loads(rows[0][0])[0]["Plan"]["Plan Rows"])
        statement = count_statement(self.record, policy, shape, page.used)
        rows = await self.work.fetch(statement, values)
        count = int(rows[0][0])
        self.work.line.detail["counted"] = {self.record.resource: count}
        return count

    async def open(self, ids: Ids) -> Opened:
        """Open one row for a change, or raise NotFound."""
        opened = await self.work.open(self.BY_ID, ids.params())
        if opened is None:
            raise NotFound
        return opened

    async def change(
        self,
        ids: Ids,
        seen: str,
        values: Mapping[str, Any],
        unless: Callable[[Mapping[str, Any]], None] | None = None,
        act: Permission | None = None,
        **owned: Any,
    ) -> Shown:
        """Change what the actor may write; `owned` are fields that the service itself sets.

        `unless` raises a problem when the stored values forbid the change; `act` is what the actor
        must be allowed to do to this very customer.

        Raises NotFound, Stale when the actor's view is no longer `seen`, FieldReadOnly.
        """
        self.require_writable(values)
        if fixed := [name for name in values if self.record.fields[name].fixed]:
            raise FieldReadOnly(names=fixed)
        for _ in range(TRIES):
            opened = await self.open(ids)
            self._require_granted(opened.policy, values, act)
            if seen not in {ANY_STATE, etag_of(opened.values)}:
                raise Stale(headers={"ETag": etag_of(opened.values)})
            if unless is not None:
                unless(opened.stored)
            if not (values or owned):
                return Shown(opened.values)  # nothing is changed, so nobody has changed it
            shown = await self._write(opened, {**values, **owned})
            if shown is not None:
                return shown
        raise NotNow

    def _require_granted(
        self, policy: Policy, values: Mapping[str, Any], act: Permission | None
    ) -> None:
        """Hold a change against what is granted for the row itself."""
        require_writable(self.record, policy, values)
        if act is not None and not policy.allows(act):
            raise NotPermitted

    async def remove(self, ids: Ids, seen: str) -> None:
        """Remove a row, keeping it in the history; raises NotFound, Stale and FieldReadOnly."""
        settable = {n: None for n, entry in self.record.fields.items() if not entry.owned}
        require_writable(self.record, self.work.actor.policy, settable)
        for _ in range(TRIES):
            opened = await self.open(ids)
            require_writable(self.record, opened.policy, settable)
            if seen not in {ANY_STATE, etag_of(opened.values)}:
                raise Stale(headers={"ETag": etag_of(opened.values)})
            self._note_change(opened, dict.fromkeys(opened.stored))
            self.work.line.shown.clear()  # the answer is empty
            statement = removal_statement(self.record)
            sealing = self.work.platform.sealing
            keys = {"gone_keys": tokens_of(self.record, opened.stored, sealing)}
            if await self.work.change(statement, {**keys, **self._history(opened)}):
                return
        raise NotNow

    def require_writable(self, names: Mapping[str, Any]) -> None:
        """Refuse a write past the actor's grades, whole."""
        require_writable(self.record, self.work.actor.policy, names)

    def derived(self, stored: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return owned fields and internal columns that follow from the stored values."""
        del stored
        return {}, {}

    async def _write(self, opened: Opened, values: dict[str, Any]) -> Shown | None:
        fresh = {**opened.stored, **values}
        owned, internal = self.derived(fresh) if self.follows(values) else ({}, {})
        at, by = now(), self.work.actor.actor_id
        values = {**values, **owned, "updated_at": at, "updated_by": by}
        draft = Draft(self.record, opened.customer_id, opened.row_id, opened.key, fresh | values)
        columns = self._columns(draft, values) | internal
        moves = not looked_up_by(self.record).isdisjoint(values)
        moved = self._moved(opened.stored, draft.values) if moves else {}
        if moved:
            moved |= await self.doubles(draft, moved)
        await self._require_standards(opened, draft.values, values)
        self._note_change(opened, values)
        keys = rekeying(self.record, opened.stored, draft.values, self.work.platform.sealing)
        names = tuple(sorted(columns))
        statement = change_statement(self.record, names, moves=bool(moved), rekeys=bool(keys))
        params = {f"set_{name}": value for name, value in columns.items()} | keys
        if not await self.work.change(statement, {**params, **moved, **self._history(opened)}):
            return None
        granted = self._granted_after(opened, draft.values)
        if not is_seen(self.record, granted):
            granted = opened.policy  # who puts it out of reach sees what it has come to
        projection = project(self.record, granted, None)
        return Shown(projection.of_values(draft.values), extra=self.found)

    async def _require_standards(self, opened: Opened, after: Values, written: Values) -> None:
        """Refuse what would break a rule of quality; where there are some, it is overridden."""

    def _granted_after(self, opened: Opened, values: Mapping[str, Any]) -> Policy:
        """Return what is granted for a row once it has these values."""
        del values
        return opened.policy

    async def doubles(self, draft: Draft, moved: Mapping[str, Any]) -> dict[str, Any]:
        """Return the pairs to keep as possible doubles; a repository that looks for them says."""
        del draft, moved
        return {"pair_others": [], "pair_reasons": []}

    def follows(self, values: Mapping[str, Any]) -> bool:
        """Whether derived fields depend on any of these; a repository with some overrides it."""
        del values
        return False

    def _columns(self, draft: Draft, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns a change sets: open ones plain, the envelopes it touches anew."""
        columns: dict[str, Any] = {}
        for name, value in values.items():
            entry = self.record.fields[name]
            if not entry.is_sealed:
                columns[name] = value
            elif entry.envelope not in columns:
                columns[entry.envelope] = draft.sealed(entry.envelope)
        return columns

    def _moved(self, stored: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
        """Return the look-ups to take away and to bring, if any value with a look-up changes."""
        before, after = self.lookups(stored), self.lookups(fresh)
        gone = [pair for pair in before if pair not in after]
        come = [pair for pair in after if pair not in before]
        if not gone and not come:
            return {}
        return {
            "gone_hashes": [digest for digest, _ in gone],
            "come_hashes": [digest for digest, _ in come],
            "come_kinds": [kind for _, kind in come],
        }

    def lookups(self, stored: Mapping[str, Any]) -> list[tuple[bytes, str]]:
        """Return the blind-index pairs of a row's values: hash and kind."""
        return lookups_of(self.record, stored, self.work.platform.sealing)

    def _history(self, opened: Opened) -> dict[str, Any]:
        return {
            "customer_id": opened.customer_id,
            "row_id": opened.row_id,
            "was_version": opened.version,
            "history_id": new_id(),
            "resource": self.record.resource,
            "ended_at": now(),
            "ended_by": self.work.actor.actor_id,
        }

    def _note_change(self, opened: Opened, values: Mapping[str, Any]) -> None:
        """Note the changed fields, and keyed digests of before and after, on the line."""
        line = self.work.line
        names = [name for name in values if not name.startswith("updated_")]
        line.note_subjects([str(opened.customer_id)])
        line.changed.update(dict.fromkeys(names))
        line.detail["values"] = {
            name: [value_digest(opened.key, name, one.get(name)) for one in (opened.stored, values)]
            for name in names
        }


def require_writable(record: type[Record], policy: Policy, names: Mapping[str, Any]) -> list[Field]:
    """Return the named fields; refuses hidden names like unknown ones, then read-only ones."""
    entries = [(name, record.fields.get(name)) for name in names]
    unknown = [
        name for name, entry in entries if entry is None or policy.on_read(entry) is Decision.HIDE
    ]
    if unknown:
        raise FieldNotAvailable(names=unknown)
    fields = [entry for _, entry in entries if entry is not None]
    if closed := [entry.name for entry in fields if not policy.may_write(entry)]:
        raise FieldReadOnly(names=closed)
    return fields

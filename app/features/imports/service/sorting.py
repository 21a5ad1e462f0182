"""Sorting: what would become of each row, by the rights and the archive of this moment."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.problems import FieldReadOnly, Problem
from app.core.repository import require_writable
from app.core.work import UnitOfWork
from app.features.customers.problems import ExternalIdTaken
from app.features.customers.service import Comparison, MatchingService
from app.features.exchange.incoming import Incoming, RowReader
from app.features.exchange.references import References, named
from app.features.exchange.service import Batch, LoadingService
from app.features.imports.models import ImportMode, MatchKey, RowOutcome
from app.features.imports.service.columns import KEYS, flat, headings_of, require_columns
from app.features.staff.directory import StaffDirectory

LOOKED_UP: Final = frozenset({MatchKey.PHONE, MatchKey.EMAIL, MatchKey.CREDIT_CODE})
# What refuses a row beside the codes of exchange.
AMBIGUOUS, TWICE = "match-ambiguous", "row-given-twice"
KNOWN_ALREADY, NOT_KNOWN = "customer-known", "customer-not-known"


@dataclass(slots=True)
class Sorted:
    """A batch as it was sorted: each row with its outcome, and what it takes to write it."""

    batch: Batch
    outcomes: list[RowOutcome] = field(default_factory=list)
    owners: dict[int, UUID] = field(default_factory=dict)
    comparisons: Mapping[UUID, Comparison] = field(default_factory=dict)
    doubles: Mapping[UUID, list[UUID]] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)


class SortingService(LoadingService):
    """Sorts batches of one import."""

    def __init__(self, work: UnitOfWork, row: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        super().__init__(work)
        self.matching = MatchingService(work)
        self._mode, self._match = row["mode"], row["match"]
        require_columns(about["mapping"], work.actor.policy)
        headings = headings_of(about["headers"], about["header_row"], about["mapping"])
        self.reader = RowReader(headings, references_in(work), row["system"])

    async def owners(self, rows: Sequence[Incoming]) -> Sequence[UUID | None]:
        """Return who is known already, by the key that was chosen before any claim."""
        claimed = await super().owners(rows)
        if self._match not in LOOKED_UP:
            return claimed
        path = KEYS[self._match].path
        values = [flat(row.values).get(path) for row in rows]
        kind = str(KEYS[self._match].lookup)
        carrying = await self.matching.carrying(kind, [v and str(v) for v in values])
        found: list[UUID | None] = []
        for row, value, owner, carriers in zip(rows, values, claimed, carrying, strict=True):
            if value is None:
                row.refuse("missing")
            elif len(carriers) > 1:
                row.refuse(AMBIGUOUS)
            found.append(None if row.refusals else carriers[0] if carriers else owner)
        return found

    async def sort(self, rows: Sequence[Incoming], seen: set[int] | None = None) -> Sorted:
        """Say what would become of a batch; `seen` are the claims of the rows before it."""
        if seen is not None:
            self._require_once(rows, seen)
        found = Sorted(await self.prepare(rows))
        known = await self._compared(found)
        new = {row.row.number: opening for row, opening in found.batch.new.values()}
        found.doubles = await self.matching.doubles([*new.values()])
        for row in rows:
            number = row.row.number
            if row.refusals or (number not in new and number not in known):
                outcome = RowOutcome.REFUSED
            elif number in known:
                outcome = self._of_known(row, found.comparisons[known[number]], found)
            else:
                is_double = new[number].customer_id in found.doubles
                outcome = RowOutcome.POSSIBLE_DOUBLE if is_double else RowOutcome.CREATE
                if self._mode == ImportMode.UPDATE:
                    row.refuse(NOT_KNOWN)
                    outcome = RowOutcome.REFUSED
            found.outcomes.append(outcome)
        return found

    async def _compared(self, found: Sorted) -> dict[int, UUID]:
        """Hold the known ones against what is stored, the first row of each."""
        rows: dict[UUID, Incoming] = {}
        for row, owner in found.batch.known:
            if owner in rows:
                row.refuse(TWICE)
            else:
                rows[owner] = row
        await self.matching.lock([*rows] if self.work.is_pinned else [])
        found.comparisons = await self.known.compare({o: r.values for o, r in rows.items()})
        found.owners = {row.row.number: owner for owner, row in rows.items()}
        return found.owners

    def _of_known(self, row: Incoming, comparison: Comparison, found: Sorted) -> RowOutcome:
        """Say what becomes of a row of a known customer; one out of reach is not known."""
        if self._mode == ImportMode.CREATE:
            row.refuse(KNOWN_ALREADY)
        elif isinstance(comparison.problem, ExternalIdTaken) and self._mode == ImportMode.UPDATE:
            row.refuse(NOT_KNOWN)
        elif (problem := comparison.problem or _closed(comparison)) is not None:
            row.refuse(problem.slug)
        if row.refusals:
            return RowOutcome.REFUSED
        if not comparison.changes:
            return RowOutcome.UNCHANGED
        found.digests[row.row.number] = self._digest(comparison)
        return RowOutcome.UPDATE

    def _digest(self, comparison: Comparison) -> str:
        """Name a difference without its values: another one before or after has another name."""
        told = [
            [record.resource, name, comparison.before[record].stored.get(name), value]
            for record, values in comparison.changes.items()
            for name, value in sorted(values.items())
        ]
        text = orjson.dumps(told, default=str)
        key = self.work.platform.sealing.key_for("import differences")
        return hmac.digest(key, text, "sha256")[:8].hex()

    def _require_once(self, rows: Sequence[Incoming], seen: set[int]) -> None:
        """Refuse rows that claim what an earlier row of the file has claimed."""
        for row in rows:
            if row.refusals:
                continue
            claim = self._claimed(row)
            if claim in seen:
                row.refuse(TWICE)
            seen.add(claim)

    def _claimed(self, row: Incoming) -> int:
        """Return by what a row is told from others, as a number: a file may have very many."""
        if self._match in LOOKED_UP:
            return hash((self._match, str(flat(row.values).get(KEYS[self._match].path))))
        return hash((row.claim["system"], row.claim["value"]))


def references_in(work: UnitOfWork) -> References:
    """Return the names by which a file may call departments and active colleagues."""
    staff = work.platform.tools[StaffDirectory].staff
    people = [one for one in staff.users.values() if one.is_active]
    return References(
        named((d.department_id, (d.name, d.name_zh)) for d in staff.departments.values()),
        named((one.user_id, (one.username, one.display_name)) for one in people),
    )


def _closed(comparison: Comparison) -> Problem | None:
    """Hold a difference against what is granted for the very customer."""
    for record, values in comparison.changes.items():
        try:
            require_writable(record, comparison.before[record].policy, values)
        except Problem:
            return FieldReadOnly()
    return None

"""Rows: what is to become of each, as far as the reader's own rights go at this moment."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.core.access import Decision, Policy
from app.core.cursors import read_cursor, write_cursor
from app.core.paging import Asked, read_limit
from app.core.problems import Fault, Malformed
from app.core.projections import Opened
from app.core.records import Record
from app.core.views import Listed
from app.core.work import UnitOfWork
from app.features.customers.models import ExternalId
from app.features.customers.service import KnownService
from app.features.customers.service.merging import wire
from app.features.exchange.incoming import Incoming, RowReader
from app.features.exchange.refusals import sentences
from app.features.imports.models import RowOutcome, UndoOutcome
from app.features.imports.problems import ImportNotReady
from app.features.imports.repository import ChangeRepository
from app.features.imports.service.columns import KNOWN, flat, headings_of, is_shown
from app.features.imports.service.pieces import ImportFile
from app.features.imports.service.showing import ImportList
from app.features.imports.service.sorting import references_in

NOBODY: Final = UUID(int=0)
Planned = tuple[int, int, dict[str, Any]]  # batch, place in it, and what is kept of the row


class RowList:
    """Lists the rows of an import, and what it has changed."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.list = ImportList(work)

    async def page(self, import_id: UUID, asked: Asked) -> Listed:
        """List rows in their order; raises NotFound, ImportNotReady before there is a dry run."""
        asked.only("outcome", "limit", "cursor")
        outcome = _choice(asked, RowOutcome)
        row = await self.list.found(import_id)
        about = self.list.about(row)
        if about is None or row["counts"] is None:
            raise ImportNotReady(state=row["state"], job_id=str(row["job_id"]))
        limit, place = read_limit(asked.one("limit")), f"import rows {import_id} {outcome}"
        file = ImportFile(self.work, row)
        found = await self._found(file, row, outcome, self._after(asked, place), limit + 1)
        items = await self._shown(file, row, about, found[:limit])
        self.work.note([], "import-rows", {"outcome": "read"})
        if len(found) <= limit:
            return Listed(items)
        last = [*found[limit - 1][:2]]
        return Listed(items, write_cursor(self.work.platform.sealing, place, last))

    async def changes(self, import_id: UUID, asked: Asked) -> Listed:
        """List what an import has changed and what became of that; raises NotFound."""
        asked.only("outcome", "limit", "cursor")
        outcome = _choice(asked, UndoOutcome)
        await self.list.found(import_id)
        limit, place = read_limit(asked.one("limit")), f"import changes {import_id} {outcome}"
        cursor = asked.one("cursor")
        sealing = self.work.platform.sealing
        row, resource = (0, "") if cursor is None else read_cursor(sealing, place, cursor)
        changes = ChangeRepository(self.work, import_id)
        found = await changes.page(outcome, (row, resource), limit + 1)
        rows = found[:limit]
        reached = await KnownService(self.work).reached([one["customer_id"] for one in rows])
        policy = self.work.actor.policy
        self.work.note([], "import-changes", {"outcome": "read"})
        items = [_change(one, reached, policy) for one in rows]
        if len(found) <= limit:
            return Listed(items)
        return Listed(items, write_cursor(sealing, place, [rows[-1]["row"], rows[-1]["resource"]]))

    def _after(self, asked: Asked, place: str) -> tuple[int, int]:
        cursor = asked.one("cursor")
        if cursor is None:
            return 0, -1
        batch, at = read_cursor(self.work.platform.sealing, place, cursor)
        return int(batch), int(at)

    async def _found(
        self,
        file: ImportFile,
        row: Mapping[str, Any],
        outcome: str | None,
        after: tuple[int, int],
        most: int,
    ) -> list[Planned]:
        """Return the next rows of an outcome, batch by batch until there are enough."""
        found: list[Planned] = []
        for batch in range(after[0], row["batches"]):
            for place, one in enumerate(await file.plan(batch)):
                if (batch, place) > after and outcome in {None, one["outcome"]}:
                    found.append((batch, place, one))
            if len(found) >= most:
                return found[:most]
        return found

    async def _shown(
        self,
        file: ImportFile,
        row: Mapping[str, Any],
        about: Mapping[str, Any],
        found: Sequence[Planned],
    ) -> list[dict[str, Any]]:
        """Read the rows again and hold them against what the reader sees."""
        headings = headings_of(about["headers"], about["header_row"], about["mapping"])
        reader = RowReader(headings, references_in(self.work), row["system"])
        incoming: dict[int, Incoming] = {}
        wanted = {one["row"] for _, _, one in found}
        for batch in dict.fromkeys(batch for batch, _, _ in found):
            rows = [one for one in await file.rows(batch) if one.number in wanted]
            incoming |= {one.number: reader.read(one) for one in rows}
        owners = {one["row"]: UUID(one["customer_id"]) for _, _, one in found if one["customer_id"]}
        opened = await KnownService(self.work).seen([*owners.values()])
        is_own = row["submitter_id"] == self.work.actor.actor_id
        headers: dict[str, list[str]] = {}
        for header, paths in zip(about["headers"], about["mapping"], strict=True):
            headers.setdefault(header.strip(), []).extend(paths)
        return [
            self._item(one, incoming[one["row"]], opened.get(owners.get(one["row"], NOBODY)))
            | {"reasons": [self._reason(told, headers, is_own=is_own) for told in one["reasons"]]}
            for _, _, one in found
        ]

    def _item(
        self,
        planned: Mapping[str, Any],
        row: Incoming,
        opened: Mapping[type[Record], Opened] | None,
    ) -> dict[str, Any]:
        """Show a row by what is granted for its very customer."""
        changes, withheld = [], {}
        for path, value in flat(row.values).items():
            record, entry = KNOWN[path]
            if opened and record is ExternalId:
                continue  # it is what told the customer, and stays
            before = opened.get(record) if opened else None
            policy = before.policy if before else self.work.actor.policy
            decision = policy.on_read(entry)
            if decision is Decision.HIDE:
                continue
            if decision is Decision.MASK:
                withheld[path] = "masked"
            after = wire(value) if decision is Decision.SHOW else entry.kind.mask(value)
            stored = wire(before.values.get(entry.name)) if before else None
            is_same = before is not None and wire(before.stored.get(entry.name)) == wire(value)
            if not is_same:
                changes.append({"field": path, "before": stored, "after": after})
        return {
            "row": planned["row"],
            "outcome": planned["outcome"],
            "applied": planned.get("applied"),
            "customer_id": planned["customer_id"] if opened else None,
            "changes": changes,
            "withheld": withheld,
        }

    def _reason(
        self, told: Sequence[str], headers: Mapping[str, Any], *, is_own: bool
    ) -> dict[str, Any]:
        code, header = told
        is_told = is_own or is_shown(headers.get(header, ()), self.work.actor.policy)
        return {
            "code": code,
            "column": header if header and is_told else None,
            "message": " ".join(sentences(code)),
        }


def _change(one: Mapping[str, Any], reached: set[str], policy: Policy) -> dict[str, Any]:
    customer_id = str(one["customer_id"])
    conflicts = [path for path in one["conflicts"] if is_shown([path], policy)]
    told = {name: one[name] for name in ("row", "resource", "act", "outcome")}
    return {
        **told,
        "customer_id": customer_id if customer_id in reached else None,
        "conflicts": conflicts,
    }


def _choice(asked: Asked, kind: type[RowOutcome] | type[UndoOutcome]) -> str | None:
    text = asked.one("outcome")
    if text is not None and text not in {one.value for one in kind}:
        raise Malformed(faults=[Fault("/outcome", "choice-unknown")])
    return text

"""Searching: by part of a name, and by comparisons that may hold a whole phone or document."""

from typing import Any, Final
from uuid import UUID

from app.core import names
from app.core.access import Decision
from app.core.cursors import read_cursor, write_cursor
from app.core.filters import EVERYTHING, FilterReader, Node, looked_up
from app.core.names import QueryTokens
from app.core.paging import both, build_page, digest_of, read_limit
from app.core.problems import Fault, FieldNotAvailable, Malformed
from app.core.projections import available
from app.core.views import Listed
from app.core.work import UnitOfWork
from app.features.customers.models import Customer
from app.features.customers.repository import CustomerRepository
from app.features.customers.repository.customers import still_there
from app.features.customers.schemas import SearchCustomers

ROUNDS: Final = 4
Position = tuple[int, UUID]


class SearchService:
    """Finds customers the actor reaches, over what the actor may read."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.customers = CustomerRepository(work)

    async def search(self, asked: SearchCustomers) -> Listed:
        """Search by name in order of match, or filter and sort like a list."""
        filters = self._filters(asked)
        if asked.q is None:
            return await self._filtered(asked, filters)
        return await self._named(asked, filters)

    def _filters(self, asked: SearchCustomers) -> Node:
        if asked.filter is None:
            return EVERYTHING
        reader = FilterReader(Customer, self.work.actor.policy, lookups=True)
        filters = reader.from_tree(asked.filter)
        if number := looked_up(Customer, filters):
            self.work.line.detail["looked_up"] = number
            self.work.tally.look_up(self.work.actor, number)
        return filters

    async def _filtered(self, asked: SearchCustomers, filters: Node) -> Listed:
        policy, sealing = self.work.actor.policy, self.work.platform.sealing
        members = frozenset(e.name for e in available(Customer, policy, asked.fields or ()))
        page = build_page(
            Customer,
            policy,
            filters=filters,
            sort=asked.sort,
            limit=asked.limit,
            count=asked.count,
            names=members,
        )
        page = page.continued(asked.cursor, sealing)
        return await self.customers.page(page.narrowed(still_there(filters)))

    async def _named(self, asked: SearchCustomers, filters: Node) -> Listed:
        """Ask the index of name tokens, then keep what really matches."""
        self._require_readable_name(asked)
        q = asked.q or ""
        self.work.line.detail["q"] = self.work.platform.sealing.blind("search", q).hex()
        tokens = names.query_tokens(q)
        if tokens is None:
            raise Malformed(faults=[Fault("/q", "nothing-to-search")])
        digest = digest_of(Customer, both(filters, EVERYTHING), ()) + tokens.whole
        limit = read_limit(asked.limit)
        after = self._after(asked.cursor, digest)
        items, last = await self._collect(tokens, filters, after, q=q, limit=limit)
        self.work.line.keep_subjects(item["customer_id"] for item in items)
        if last is None:
            return Listed(items)
        rank, customer_id = last
        position = [rank, str(customer_id)]
        return Listed(items, write_cursor(self.work.platform.sealing, digest, position))

    async def _collect(
        self, tokens: QueryTokens, filters: Node, after: Position | None, *, q: str, limit: int
    ) -> tuple[list[dict[str, Any]], Position | None]:
        """Return what matches, and where the next page goes on: some may be looked at in vain."""
        found: list[dict[str, Any]] = []
        for _ in range(ROUNDS):
            rows = await self.customers.found_by_name(tokens, filters, after, limit + 1)
            found += [row for row in rows if _matches(q, row)]
            if len(found) > limit:
                return found[:limit], _position(found[limit - 1], tokens)
            if len(rows) <= limit:
                return found, None
            after = _position(rows[-1], tokens)
        return found, after

    def _require_readable_name(self, asked: SearchCustomers) -> None:
        """Names in clear are needed to search in them; else `q` is a name like any hidden one."""
        policy = self.work.actor.policy
        if policy.on_read(Customer.fields["name"]) is not Decision.SHOW:
            raise FieldNotAvailable(names=["q"])
        for name in ("sort", "count", "fields"):
            if getattr(asked, name) is not None:
                raise Malformed(faults=[Fault(f"/{name}", "not-with-q")])

    def _after(self, cursor: str | None, digest: str) -> Position | None:
        if cursor is None:
            return None
        rank, last = read_cursor(self.work.platform.sealing, digest, cursor)
        return int(rank), UUID(last)


def _spellings(row: dict[str, Any]) -> list[str]:
    return [name for name in (row["name"], row["other_name"]) if name]


def _matches(q: str, row: dict[str, Any]) -> bool:
    person = row["kind"] == "person"
    return any(names.matches(q, name, person=person) for name in _spellings(row))


def _position(row: dict[str, Any], tokens: QueryTokens) -> Position:
    return _rank(row, tokens), UUID(row["customer_id"])


def _rank(row: dict[str, Any], tokens: QueryTokens) -> int:
    """Rank as the statement does: whole name, beginning, anywhere."""
    person = row["kind"] == "person"
    held: set[str] = set()
    for name in _spellings(row):
        held |= names.search_tokens(name, person=person)
    if tokens.whole in held:
        return 0
    return 1 if tokens.prefix in held else 2

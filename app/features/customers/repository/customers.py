"""Questions and changes of the master record."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Uuid, and_, any_, bindparam, case, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core import names
from app.core.access import Decision, Policy
from app.core.clock import now
from app.core.fields import Field
from app.core.filters import (
    Branch,
    Leaf,
    Node,
    Shape,
    condition,
    fields_used,
    names_in,
    shape_of,
    values_of,
)
from app.core.names import QueryTokens
from app.core.paging import both
from app.core.pooling import is_known_unpooled
from app.core.problems import NotFound
from app.core.projections import Opened
from app.core.reach import POOLED, decisive, mask_of, within_reach
from app.core.reading import Question, reach_of, the_row
from app.core.records import Record
from app.core.remembering import remembered
from app.core.repository import Ids, Repository, Values
from app.core.sealing import Sealing
from app.core.statements import Statement, compile_statement
from app.core.writing import Draft
from app.features.customers.models import Customer
from app.features.customers.repository.doubles import DoubleRepository, pair_params, told
from app.features.customers.repository.standards import require_met

LIVE: Final = Branch("all", (Leaf("status", "in", ["prospect", "active", "inactive"]),))
UNMERGED: Final = Branch("all", (Leaf("status", "ne", "merged"),))
IS_THERE: Final = Customer.table.c.status != "merged"
MOST_STEPS: Final = 10
NAMES: Final = frozenset({"name", "other_name", "kind"})


def derive_names(
    stored: Mapping[str, Any], sealing: Sealing
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return pinyin, index letter and the keyed search tokens that follow from the names."""
    name, person = stored["name"], stored.get("kind") == "person"
    tokens = names.search_tokens(name, person=person)
    if other := stored.get("other_name"):
        tokens |= names.search_tokens(other, person=person)
    read = names.pinyin(name, person=person)
    owned = {"pinyin": read, "index_letter": names.index_letter(name, person=person)}
    return owned, {"name_tokens": sorted(map(sealing.token, tokens))}


def still_there(filters: Node) -> Branch:
    """Leave merged customers out, and archived ones where the list is not asked for a status."""
    return UNMERGED if "status" in names_in(filters) else LIVE


class CustomerRepository(Repository):
    """The master records within the actor's reach."""

    record: ClassVar[type[Record]] = Customer
    BY_ID: ClassVar[Question] = Question(
        Customer, lambda asked: asked.where(*the_row(Customer), IS_THERE)
    )

    def follows(self, values: Mapping[str, Any]) -> bool:
        """Names carry pinyin and search tokens with them."""
        return not NAMES.isdisjoint(values)

    def derived(self, stored: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Derive what follows from the names."""
        return derive_names(stored, self.work.platform.sealing)

    async def doubles(self, draft: Draft, moved: Mapping[str, Any]) -> dict[str, Any]:
        """Look who else carries the new phone or mail."""
        come = zip(moved["come_hashes"], moved["come_kinds"], strict=True)
        doubles = await DoubleRepository(self.work).of(draft.customer_id, come)
        self.found = told(doubles)
        return pair_params(doubles)

    async def _require_standards(self, opened: Opened, after: Values, written: Values) -> None:
        """Refuse what would break a rule; raises StandardNotMet."""
        await require_met(self.work, opened, Customer, after, written)

    async def found_by_name(
        self, asked: QueryTokens, filters: Node, after: tuple[int, UUID] | None, most: int
    ) -> list[dict[str, Any]]:
        """Return customers whose names hold all tokens, best matches first."""
        sealing = self.work.platform.sealing
        used = (*fields_used(Customer, filters), Customer.fields["name"])
        filters = both(filters, still_there(filters))
        params = {
            **values_of(Customer, filters, sealing),
            "tokens": sorted(sealing.token(token) for token in asked.all),
            "whole": [sealing.token(asked.whole)],
            "beginning": [sealing.token(asked.prefix)],
            "most": most,
        }
        if after is not None:
            params |= {"after_rank": after[0], "after_id": after[1]}
        policy = self.work.actor.policy
        question = _by_name(shape_of(filters), policy, used, continued=after is not None)
        return await self.work.read(question, params, Customer.summary)

    def _granted_after(self, opened: Opened, values: Mapping[str, Any]) -> Policy:
        """Return what is granted for a customer whose owner, department or classes have changed.

        Where it is hidden whether it stands in the pool, it is taken to stand there.
        """
        policy = self.work.actor.policy
        if all(values.get(name) == opened.stored.get(name) for name in decisive(policy)):
            return opened.policy
        is_hidden = opened.policy.on_read(Customer.fields[POOLED]) is Decision.HIDE
        if is_hidden and not is_known_unpooled(opened.policy):
            values = {**values, POOLED: now()}
        return policy.of_rows(mask_of(policy, values, self.work.actor))

    async def key_of(self, customer_id: UUID) -> Opened:
        """Open a customer for what belongs to it, showing nothing of it; raises NotFound."""
        ids = Ids(customer_id, customer_id)
        opened = await self.work.open(self.BY_ID, ids.params(), frozenset({"customer_id"}))
        if opened is None:
            raise NotFound
        return opened

    async def is_archived(self, customer_id: UUID) -> bool:
        """Whether a customer within reach is put away; raises NotFound."""
        statement = _status(self.work.actor.policy)
        rows = await self.work.fetch(statement, {"customer_id": customer_id})
        if not rows:
            raise NotFound
        return bool(rows[0]["status"] == "archived")

    async def merged_into(self, customer_id: UUID) -> UUID | None:
        """Return the customer that a merged one has become in the end; says nothing of reach."""
        found: UUID | None = None
        for _ in range(MOST_STEPS):
            rows = await self.work.fetch(INTO, {"customer_id": found or customer_id})
            if not rows:
                break
            found = rows[0][0]
        return found

    async def within_reach(self, ids: Sequence[UUID]) -> set[str]:
        """Return those of the ids that the actor reaches."""
        if not ids:
            return set()
        found = await self.work.read(BY_IDS, {"ids": list(ids)}, frozenset({"customer_id"}))
        return {values["customer_id"] for values in found}


BY_IDS: Final = Question(
    Customer,
    lambda asked: asked.where(
        Customer.table.c.customer_id == any_(bindparam("ids", type_=ARRAY(Uuid))), IS_THERE
    ),
)
INTO: Final = compile_statement(
    select(Customer.table.c.merged_into_id).where(
        Customer.table.c.customer_id == bindparam("customer_id", type_=Uuid), ~IS_THERE
    )
)


@remembered(64)
def _status(policy: Policy) -> Statement:
    table = Customer.table
    asked = select(table.c.status).where(
        table.c.customer_id == bindparam("customer_id", type_=Uuid), IS_THERE
    )
    return compile_statement(within_reach(asked, table, policy, *reach_of(Customer, policy)))


@remembered(256)
def _by_name(shape: Shape, policy: Policy, used: tuple[Field, ...], *, continued: bool) -> Question:
    """Rank all that match by their tokens alone, and read the rows of the best only."""
    table = Customer.table
    tokens = table.c.name_tokens
    rank = case(
        (tokens.contains(_tokens("whole")), 0),
        (tokens.contains(_tokens("beginning")), 1),
        else_=2,
    )
    order = (rank, table.c.customer_id.desc())
    best = select(table.c.customer_id).where(
        tokens.contains(_tokens("tokens")), condition(Customer, shape, [0])
    )
    if continued:
        after_rank = bindparam("after_rank", type_=Integer)
        after_id = bindparam("after_id", type_=Uuid)
        later = and_(rank == after_rank, table.c.customer_id < after_id)
        best = best.where(or_(rank > after_rank, later))
    best = within_reach(best, table, policy, *reach_of(Customer, policy, used)).order_by(*order)
    best = best.limit(bindparam("most", type_=Integer)).correlate(None)
    return Question(
        Customer, lambda asked: asked.where(table.c.customer_id.in_(best)).order_by(*order), used
    )


def _tokens(name: str) -> Any:
    return bindparam(name, type_=ARRAY(BigInteger))

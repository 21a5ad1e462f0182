"""Who may be alike: candidates by shared match keys, and what of them may be weighed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    FromClause,
    Integer,
    Uuid,
    bindparam,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.access import ORDER, Decision, Policy
from app.core.fields import Field
from app.core.grants import Grade, Where
from app.core.match_keys import ENOUGH, MATCH_KEYS, Key, add_keys, weighted_tokens
from app.core.permissions import Permission
from app.core.problems import NotPermitted
from app.core.projections import Opened, is_seen
from app.core.reach import any_holds
from app.core.reading import Question, complete
from app.core.records import Record
from app.core.remembering import remembered
from app.core.sealing import Sealing
from app.core.statements import Statement, any_of, compile_statement
from app.core.work import UnitOfWork
from app.features.customers.matching import Likeness, likeness_of
from app.features.customers.models import (
    Address,
    ContactPoint,
    Customer,
    OrganizationProfile,
    PersonProfile,
)

# What more records carry than this brings nobody together: a common name, a switchboard.
MOST_CARRIERS: Final = 200
CUSTOMERS: Final = Customer.table
WEIGHED: Final[Mapping[type[Record], tuple[str, ...]]] = {
    Customer: (
        *("kind", "name", "other_name", "phone", "email", "wechat"),
        *("city", "address", "postcode"),
    ),
    PersonProfile: ("birth_date", "id_number"),
    OrganizationProfile: ("legal_name", "registration_no"),
    ContactPoint: ("type", "value"),
    Address: ("line",),
}


def _rows_of(record: type[Record]) -> Question:
    return Question(record, lambda asked: asked.where(record.table.c.customer_id == any_of("ids")))


ROWS: Final = {record: _rows_of(record) for record in WEIGHED}
Rule = Callable[[Policy, Field], bool]


def is_shown(policy: Policy, entry: Field) -> bool:
    """Whether a value may be weighed for somebody who types another beside it: seen in clear."""
    return policy.on_read(entry) is Decision.SHOW


def is_readable(policy: Policy, entry: Field) -> bool:
    """Whether a steward may be told of it: sensitive ones are masked for all, and readable."""
    return ORDER[policy.grade(entry)] >= ORDER[Grade.READ]


def told_all(policy: Policy, act: Permission) -> tuple[Where, ...]:
    """Return for which customers an act is allowed, and all that is weighed may be told of."""
    entries = [record.fields[name] for record, names in WEIGHED.items() for name in names]
    held = policy.wheres(
        lambda part: is_seen(Customer, part),
        lambda part: all(is_readable(part, entry) for entry in entries),
    )
    if not policy.parts and not all(is_readable(policy, entry) for entry in entries):
        return ()
    allowed = policy.allowed(act)
    return tuple(where for where in held if where in allowed)


@dataclass(slots=True)
class Alike:
    """A customer with what of it may be weighed, row by row."""

    customer_id: UUID
    values: dict[type[Record], list[Mapping[str, Any]]] = field(default_factory=dict)
    row_ids: dict[type[Record], list[UUID]] = field(default_factory=dict)

    def keys(self, sealing: Sealing) -> dict[Key, int]:
        """Return the match keys of all its rows, each with what sharing it counts for."""
        return {
            (token, self.customer_id, row_id): weight
            for record, rows in self.values.items()
            for row_id, values in zip(self.row_ids[record], rows, strict=True)
            for token, weight in weighted_tokens(record, values, sealing).items()
        }

    def likeness(self) -> Likeness:
        """Return it ready to be compared."""
        (customer,) = self.values[Customer]
        profiles = (*self.values.get(PersonProfile, ()), *self.values.get(OrganizationProfile, ()))
        profile = {name: value for row in profiles for name, value in row.items()}
        return likeness_of(
            customer, profile, self.values.get(ContactPoint, ()), self.values.get(Address, ())
        )


class AlikeRepository:
    """Finds and opens customers to be weighed; nothing of them is shown by it."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def sharing(self, tokens: Mapping[int, int], most: int) -> list[UUID]:
        """Return those within reach that share the most with these tokens."""
        if not tokens:
            return []
        params = {"tokens": list(tokens), "weights": list(tokens.values()), "most": most}
        rows = await self.work.fetch(_sharing(self.work.actor.policy), params)
        return [row["customer_id"] for row in rows]

    async def next_ids(self, after: UUID, most: int) -> list[UUID]:
        """Return the next customers that a scan may weigh; raises NotPermitted where none is."""
        params = {"after": after, "most": most}
        rows = await self.work.fetch(_next(_scanned(self.work.actor.policy)), params)
        return [row["customer_id"] for row in rows]

    async def count(self) -> int:
        """Return how many a scan may weigh; raises NotPermitted where none is."""
        rows = await self.work.fetch(_number(_scanned(self.work.actor.policy)), {})
        return int(rows[0][0])

    async def older(self, keys: Mapping[Key, int]) -> dict[UUID, list[UUID]]:
        """Return for each of whom these are the older ones, within reach, that share enough."""
        own = {(owner, token): weight for (token, owner, _), weight in keys.items()}
        params = {
            "owners": [owner for owner, _ in own],
            "tokens": [token for _, token in own],
            "weights": list(own.values()),
        }
        found: dict[UUID, list[UUID]] = {}
        for row in await self.work.fetch(_older(_scanned(self.work.actor.policy)), params):
            found.setdefault(row["owner_id"], []).append(row["customer_id"])
        return found

    async def keep_keys(self, keys: Mapping[Key, int]) -> None:
        """Add the keys of customers that were opened before keys were kept."""
        async with self.work.pinned() as connection:
            await add_keys(connection, list(keys))

    async def open(self, ids: Sequence[UUID], may: Rule) -> dict[UUID, Alike]:
        """Open customers, with their values as far as they may be weighed."""
        found: dict[UUID, Alike] = {}
        if not ids:
            return found
        for record in WEIGHED:
            for opened in await self._rows(record, ids):
                one = found.setdefault(opened.customer_id, Alike(opened.customer_id))
                self._take(one, record, opened, may)
        return {key: one for key, one in found.items() if one.values.get(Customer)}

    async def _rows(self, record: type[Record], ids: Sequence[UUID]) -> list[Opened]:
        policy = self.work.actor.policy
        names = _readable_names(record, policy)
        if not names:
            return []
        statement, projection = complete(ROWS[record], policy, names)
        rows = await self.work.fetch(statement, {"ids": list(ids)})
        return [projection.open(row, self.work.platform.sealing) for row in rows]

    @staticmethod
    def _take(one: Alike, record: type[Record], opened: Opened, may: Rule) -> None:
        names = _weighed_names(record, opened.policy, may)
        values = {name: opened.stored.get(name) for name in names}
        one.values.setdefault(record, []).append(values)
        one.row_ids.setdefault(record, []).append(opened.row_id)


@remembered(256)
def _weighed_names(record: type[Record], policy: Policy, may: Rule) -> tuple[str, ...]:
    return tuple(name for name in WEIGHED[record] if may(policy, record.fields[name]))


@remembered(256)
def _readable_names(record: type[Record], policy: Policy) -> frozenset[str]:
    fields = record.fields
    return frozenset(
        name for name in WEIGHED[record] if policy.on_read(fields[name]) is not Decision.HIDE
    )


def _scanned(policy: Policy) -> tuple[Where, ...]:
    wheres = told_all(policy, Permission.DUPLICATES_SCAN)
    if not wheres:
        raise NotPermitted
    return wheres


def _block(asked: FromClause) -> Any:
    """Return who carries a token, with how many there are, counted no further than needed."""
    few = (
        select(MATCH_KEYS.c.customer_id)
        .where(MATCH_KEYS.c.token == asked.c.token)
        .correlate(asked)  # each token by itself
        .limit(MOST_CARRIERS + 1)
        .lateral("few")
    )
    size = func.count().over().label("size")
    return select(few.c.customer_id, size).select_from(few).lateral("block")


@remembered(64)
def _sharing(policy: Policy) -> Statement:
    """Find those within reach; what is beyond it only makes a key common, when 200 carry it."""
    given = func.unnest(
        bindparam("tokens", type_=ARRAY(BigInteger)), bindparam("weights", type_=ARRAY(Integer))
    )
    asked = given.table_valued("token", "weight").render_derived(name="asked")
    block = _block(asked)
    shared = func.sum(asked.c.weight).label("shared")
    best = (
        select(block.c.customer_id, shared)
        .select_from(asked.join(block, true()))
        .where(block.c.size <= MOST_CARRIERS)
        .group_by(block.c.customer_id)
        .having(shared >= ENOUGH)
        .cte("best")
    )
    reached = policy.wheres(lambda part: is_seen(Customer, part))
    return compile_statement(
        select(best.c.customer_id)
        .join(CUSTOMERS, CUSTOMERS.c.customer_id == best.c.customer_id)
        .where(CUSTOMERS.c.status != "merged", any_holds(reached, CUSTOMERS))
        .order_by(best.c.shared.desc(), best.c.customer_id)
        .limit(bindparam("most", type_=Integer))
    )


@remembered(64)
def _older(wheres: tuple[Where, ...]) -> Statement:
    given = func.unnest(
        bindparam("owners", type_=ARRAY(Uuid)),
        bindparam("tokens", type_=ARRAY(BigInteger)),
        bindparam("weights", type_=ARRAY(Integer)),
    )
    asked = given.table_valued("owner_id", "token", "weight").render_derived(name="asked")
    block = _block(asked)
    shared = func.sum(asked.c.weight)
    pairs = (
        select(asked.c.owner_id, block.c.customer_id)
        .select_from(asked.join(block, true()))
        .where(block.c.size <= MOST_CARRIERS, block.c.customer_id < asked.c.owner_id)
        .group_by(asked.c.owner_id, block.c.customer_id)
        .having(shared >= ENOUGH)
        .cte("pairs")
    )
    return compile_statement(
        select(pairs.c.owner_id, pairs.c.customer_id)
        .join(CUSTOMERS, CUSTOMERS.c.customer_id == pairs.c.customer_id)
        .where(CUSTOMERS.c.status != "merged", any_holds(wheres, CUSTOMERS))
    )


@remembered(64)
def _next(wheres: tuple[Where, ...]) -> Statement:
    asked = (
        select(CUSTOMERS.c.customer_id)
        .where(CUSTOMERS.c.customer_id > bindparam("after", type_=Uuid))
        .where(CUSTOMERS.c.status != "merged", any_holds(wheres, CUSTOMERS))
        .order_by(CUSTOMERS.c.customer_id)
        .limit(bindparam("most", type_=Integer))
    )
    return compile_statement(asked)


@remembered(64)
def _number(wheres: tuple[Where, ...]) -> Statement:
    asked = select(func.count(literal_column("1"))).select_from(CUSTOMERS)
    return compile_statement(
        asked.where(CUSTOMERS.c.status != "merged", any_holds(wheres, CUSTOMERS))
    )

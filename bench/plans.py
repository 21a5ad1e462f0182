"""What each contender is asked, as ready-made bytes: the same customers, the same questions."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from app.core.access import policy_of
from app.core.clock import new_id
from app.core.keys import KeyRing
from app.core.paging import Asked, next_cursor
from app.core.sealing import Sealing
from app.core.tokens import Tokens
from app.features.customers.models import Customer
from bench.data import ROLE, scopes_of
from bench.load import Plan
from bench.people import people

PLACES: Final = 5000
BATCH: Final = 1000
BATCHES: Final = 3
NOT_HERS: Final = {"department_id", "owner_id"}  # a sales clerk sets neither
OPERATIONS: Final = {
    "R": "get one",
    "L": "list 50 of a tier, from any place",
    "W": "change one sealed member",
    "S": "search by part of a name",
    "B": "create 1,000 in a batch",
}


@dataclass(frozen=True, slots=True)
class Side:
    """Whom to ask: the service or a reference."""

    is_service: bool

    @property
    def prefix(self) -> str:
        """Where its customers are."""
        return "/v1/customers" if self.is_service else "/customers"


@dataclass(frozen=True, slots=True)
class Rows:
    """What is known of the rows under measurement."""

    ring: KeyRing
    users: Sequence[UUID]
    departments: list[str]
    by_tier: Mapping[str, list[str]]
    parts_of_names: Sequence[str]

    @property
    def ids(self) -> list[str]:
        """All customers."""
        return [one for ids in self.by_tier.values() for one in ids]


def plan(rows: Rows, operation: str, port: int, *, for_service: bool, seed: int) -> Plan:
    """Return what to send for one operation; the service is asked with fresh tokens."""
    tails = tails_of(rows) if for_service else [b"host: bench\r\n"]
    made = MAKERS[operation](rows, Side(for_service))
    if made.bodies:
        tails = [tail + b"content-type: application/json\r\n" for tail in tails]
    if operation == "W" and for_service:
        tails = [tail + b"if-match: *\r\n" for tail in tails]
    return replace(made, port=port, tails=tails, seed=seed)


def tails_of(rows: Rows) -> list[bytes]:
    """Return the headers that go with every request: a host, and one user's token."""
    tokens = Tokens(rows.ring, "cims", "cims")
    scopes = scopes_of(ROLE)
    issued = (tokens.issue(user, "bench", scopes, new_id()) for user in rows.users)
    return [f"host: bench\r\nauthorization: Bearer {token}\r\n".encode() for token in issued]


def _get(rows: Rows, side: Side) -> Plan:
    return _plan(f"GET {side.prefix}/{one}" for one in rows.ids)


def _list(rows: Rows, side: Side) -> Plan:
    """Begin anywhere, so that every customer is shown as often as any other."""
    chance = Random(7)
    beginning = _after_cursor(rows) if side.is_service else _after_id
    places = []
    for _ in range(PLACES):
        tier = chance.choice("AABBBCCCCD")
        ids = rows.by_tier[tier]
        places.append(f"GET {side.prefix}?tier={tier}&{beginning(tier, chance.choice(ids[:-50]))}")
    return _plan(places)


def _change(rows: Rows, side: Side) -> Plan:
    bodies = [_body({"remark": f"Called back on day {day}, 下周再联系"}) for day in range(997)]
    return _plan((f"PATCH {side.prefix}/{one}" for one in rows.ids), bodies)


def _search(rows: Rows, side: Side) -> Plan:
    bodies = [_body({"q": part}) for part in rows.parts_of_names]
    return _plan([f"POST {side.prefix}/search"] * len(bodies), bodies)


def _create(rows: Rows, side: Side) -> Plan:
    """Bring new customers; each batch takes other numbers, so that no phone is known already."""
    first = 10_000_000 + Random().randrange(80_000) * BATCH
    bodies = []
    for batch in range(BATCHES + 1):
        new = people(BATCH, rows.departments, first + batch * BATCH)
        items = [{"create": _without(one, NOT_HERS)} if side.is_service else one for one in new]
        bodies.append(_body({"items": items}))
    made = _plan([f"POST {side.prefix}/batch"] * len(bodies), bodies)
    return replace(made, connections=1, warm_up=0.0, seconds=60.0, most=BATCHES)


def _without(values: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _after_id(_tier: str, customer_id: str) -> str:
    return f"after={customer_id}"


def _after_cursor(rows: Rows) -> Callable[[str, str], str]:
    """Return how to begin a page of the service behind any customer, with cursors of its own."""
    sealing = Sealing(rows.ring.wrapping, rows.ring.index)
    policy = policy_of(scopes_of(ROLE))
    pages = {
        tier: Asked((("tier", tier),)).page(Customer, policy, sealing) for tier in rows.by_tier
    }

    def beginning(tier: str, customer_id: str) -> str:
        cursor = next_cursor(pages[tier], {"customer_id": customer_id}, sealing)
        return f"cursor={quote(cursor)}"

    return beginning


def _plan(targets: Any, bodies: Sequence[bytes] = ()) -> Plan:
    beginnings = [f"{target} HTTP/1.1\r\n".encode() for target in targets]
    return Plan(port=0, beginnings=beginnings, tails=[], bodies=list(bodies))


def _body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


MAKERS: Final[Mapping[str, Callable[[Rows, Side], Plan]]] = {
    "R": _get,
    "L": _list,
    "W": _change,
    "S": _search,
    "B": _create,
}

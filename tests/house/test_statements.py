"""Statements: a list makes a constant number of them, and no connection keeps a session's state."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

import pytest

from app.core.database import Database
from tests.features.customers.builders import a_phone
from tests.house.sources import sources
from tests.service import Service

MANY: Final = 50
PARTS: Final = (
    "person_profile,organization_profile,contact_points,addresses,notes,relationships,external_ids"
)
_cities = count(1)
# What outlives a transaction; a capital `Set` begins a sentence, not a statement.
STATE: Final = re.compile(
    r"(^|;)\s*(set|SET)\s+(?!local\b|LOCAL\b)[a-z_]|^\s*(listen|prepare|LISTEN|PREPARE)\s+\w"
    r"|(?i:\bset_config\(|\bpg_(try_)?advisory_lock|\bcreate\s+temp|\bwith\s+hold\b)"
)
Counting = Callable[[], Any]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Count the statements of a while."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        asked: list[str] = []
        fetch = Database.fetch

        async def noted(self: Database, sql: str, args: Any) -> Any:
            asked.append(sql)
            return await fetch(self, sql, args)

        with monkeypatch.context() as patch:
            patch.setattr(Database, "fetch", noted)
            yield asked

    return counting


async def customers(service: Service, number: int) -> str:
    """Open so many customers with parts in a city of their own, and return the city."""
    city = f"城市{next(_cities)}"
    client = await service.as_("sales")
    items = [
        {
            "create": {
                "kind": "person",
                "name": f"王小明 {place}",
                "city": city,
                "phone": a_phone(),
                "contact_points": [{"type": "phone", "value": a_phone()}],
                "addresses": [{"type": "home", "line": f"1 Example Road {place}"}],
                "external_ids": [{"system": "shop", "value": f"{city}-{place}"}],
            }
        }
        for place in range(number)
    ]
    answer = await client.post("/v1/customers/batch", json={"items": items})
    assert {item["status"] for item in answer.json()["items"]} == {201}, answer.text
    return city


@pytest.mark.parametrize("include", ["", PARTS])
@pytest.mark.parametrize("role", ["data_officer", "sales"])
async def test_a_list_makes_as_many_statements_for_fifty_as_for_one(
    service: Service, counted: Counting, role: str, include: str
) -> None:
    """However many rows a list shows, it asks as often, with parts and without."""
    client = await service.as_(role)
    allowed = [part for part in include.split(",") if part]
    numbers = []
    for number in (1, MANY):
        params = {"city": await customers(service, number), "include": include, "count": "exact"}
        with counted() as asked:
            listed = await client.get("/v1/customers", params=params)
        assert len(listed.json()["items"]) == number
        numbers.append(len([sql for sql in asked if "customers" in sql]))

    assert numbers[0] == numbers[1] <= 2 + len(allowed)


async def test_a_search_makes_as_many_statements_for_many_as_for_one(
    service: Service, counted: Counting
) -> None:
    """A search by part of a name does not ask row by row either."""
    client = await service.as_("sales")
    numbers = []
    for number in (1, MANY):
        city = await customers(service, number)
        asked_for = {"q": "小明", "filter": {"field": "city", "value": city}, "limit": MANY}
        with counted() as asked:
            found = await client.post("/v1/customers/search", json=asked_for)
        assert len(found.json()["items"]) == number
        numbers.append(len([sql for sql in asked if "name_tokens" in sql]))

    assert numbers == [1, 1]


def test_no_statement_leaves_state_in_a_session() -> None:
    """Pooled connections are not reset, so nothing may be set, locked or prepared beyond commit."""
    found = [
        (str(source.path), text)
        for source in sources("app", "migrations")
        for text in source.texts()
        if STATE.search(text)
    ]

    assert found == []


@pytest.mark.parametrize(
    "statement",
    [
        "set role cims_owner",
        "SET statement_timeout = 5",
        "set search_path to public",
        "select set_config('a', 'b', false)",
        "select pg_advisory_lock(1)",
        "select pg_try_advisory_lock(1)",
        "listen changes",
    ],
)
def test_the_rule_knows_what_it_looks_for(statement: str) -> None:
    """Each way of leaving state is recognised."""
    assert STATE.search(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "set local lock_timeout = '5s'",
        "update t set a = $1",
        "on conflict (k) do update set a = 1",
        "select pg_try_advisory_xact_lock($1)",
    ],
)
def test_the_rule_leaves_alone_what_ends_with_the_transaction(statement: str) -> None:
    """Ordinary updates and what is local are none of it."""
    assert not STATE.search(statement)

"""Tests of queries: read strictly, within limits, and only where they do something."""

import pytest

from app.http.queries import LONGEST
from tests.features.customers.builders import a_customer
from tests.service import Service


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("x" * (LONGEST + 1), 413, "too-large"),
        ("&".join(["tier=A"] * 101), 400, "unreadable"),
        ("tier=%ff", 400, "unreadable"),
        ("tier=%ED%A0%80", 400, "unreadable"),
        ("tier=A%00", 400, "unreadable"),
        ("%00=A", 400, "unreadable"),
        ("tier=A&fields=tier&fields=city", 422, "malformed"),
        ("sort=tier&sort=city", 422, "malformed"),
        ("=", 422, "field-not-available"),
        (".", 422, "field-not-available"),
        ("tier.", 200, None),
        ("tier.eq.x=A", 422, "operator-not-available"),
    ],
)
async def test_queries_are_read_strictly(
    service: Service, query: str, status: int, kind: str | None
) -> None:
    """What parsers would disagree about is refused."""
    client = await service.as_("sales")

    answer = await client.get(f"/v1/customers?{query}")

    if kind is None:
        assert answer.status_code in {200, 422}
        return
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")


async def test_a_change_takes_no_query(service: Service) -> None:
    """What stands in its address would do nothing, so it is refused and nothing is changed."""
    made = await a_customer(service, tier="A")
    client = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}"

    answer = await client.patch(f"{path}?dry_run=1", json={"tier": "B"}, headers={"If-Match": "*"})

    assert (answer.status_code, answer.json()["names"]) == (422, ["dry_run"])
    assert (await client.get(path)).json()["tier"] == "A"

"""Tests of changes by merge patch: what is sent changes, null empties, the rest stays."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.features.customers.models import Customer
from tests.features.customers.builders import a_customer, a_phone, create
from tests.service import Service

SEEN = {"If-Match": "*"}
SETTABLE = {n: e for n, e in Customer.fields.items() if not e.owned and not e.fixed}
NEEDED = ["name", "department_id"]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def _path(customer: dict[str, Any]) -> str:
    return f"/v1/customers/{customer['customer_id']}"


async def test_every_member_is_set_and_emptied(service: Service) -> None:
    """What each kind gives as its example is kept, and null takes it away."""
    made = await a_customer(service, "data_officer")
    client = await service.as_("data_officer")
    values = {n: e.kind.example for n, e in SETTABLE.items() if n != "department_id"}
    values["owner_id"] = (await client.get("/v1/me")).json()["user_id"]

    changed = await client.patch(_path(made), json=values, headers=SEEN)
    shown = await client.get(_path(made))
    emptied = await client.patch(
        _path(made), json={n: None for n in values if n not in NEEDED}, headers=SEEN
    )

    assert changed.headers["etag"] == shown.headers["etag"]
    assert {n: shown.json()[n] for n in values} == values
    assert all(emptied.json()[n] is None for n in values if n not in NEEDED)
    assert emptied.json()["name"] == values["name"]


@pytest.mark.parametrize("name", NEEDED)
async def test_what_a_customer_needs_is_not_emptied(service: Service, name: str) -> None:
    """A record without a name or a department is none."""
    made = await a_customer(service, "data_officer")
    client = await service.as_("data_officer")

    answer = await client.patch(_path(made), json={name: None}, headers=SEEN)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{name}")


async def test_a_person_stays_a_person(service: Service) -> None:
    """The kind decides about profile and names, and is not changed."""
    made = await a_customer(service)
    client = await service.as_("sales")

    answer = await client.patch(_path(made), json={"kind": "organization"}, headers=SEEN)

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/field-read-only")


async def test_an_empty_patch_changes_nothing_that_is_seen(service: Service) -> None:
    """It is a change all the same, so it needs the state and gives the same one back."""
    made = await a_customer(service)
    client = await service.as_("sales")
    etag = (await client.get(_path(made))).headers["etag"]

    answer = await client.patch(_path(made), json={}, headers={"If-Match": etag})

    assert (answer.status_code, answer.headers["etag"]) == (200, etag)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(sorted(Customer.fields)) | st.text(max_size=5), JSON))
async def test_no_patch_is_a_crash(service: Service, body: dict[str, Any]) -> None:
    """Whatever stands in a body, the answer is a change or a 4xx in the one form."""
    made = await a_customer(service)
    client = await service.as_("sales")

    answer = await client.patch(_path(made), json=body, headers=SEEN)

    assert answer.status_code in {200, 400, 403, 413, 422}, (body, answer.text)
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                *sorted(Customer.fields),
                "contact_points",
                "addresses",
                "external_ids",
                "person_profile",
            ]
        ),
        JSON,
    )
)
async def test_no_new_customer_is_a_crash(service: Service, body: dict[str, Any]) -> None:
    """The same holds for what is opened, with all its parts."""
    client = await service.as_("data_entry")

    answer = await client.post("/v1/customers", json={"kind": "person", "name": "x", **body})

    assert answer.status_code in {201, 400, 403, 409, 413, 422}, (body, answer.text)


@pytest.mark.parametrize("part", ["contact_points", "addresses", "external_ids", "notes"])
@pytest.mark.parametrize("value", [None, {}, "x", [None], [[]], [1], [{}]])
async def test_parts_of_a_new_customer_are_lists_of_objects(
    service: Service, part: str, value: Any
) -> None:
    """Anything else is malformed; notes are added afterwards."""
    answer = await create(service, **{part: value})

    expected = "field-not-available" if part == "notes" else "malformed"
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{expected}")


async def test_nothing_is_kept_of_a_refused_customer(service: Service) -> None:
    """One bad part refuses the whole, and the phone leads nowhere."""
    phone = a_phone()
    answer = await create(service, phone=phone, addresses=[{"type": "home"}])
    client = await service.as_("data_officer")

    found = await client.post(
        "/v1/customers/search", json={"filter": {"field": "phone", "value": phone}}
    )

    assert answer.json()["errors"][0]["pointer"] == "/addresses/0/line"
    assert found.json()["items"] == []


async def test_one_of_many_with_the_same_etag_wins(service: Service) -> None:
    """Twenty at once from one state: one changes, the others are told it is stale."""
    made = await a_customer(service)
    client = await service.as_("sales")
    etag = (await client.get(_path(made))).headers["etag"]

    answers = await asyncio.gather(
        *(
            client.patch(_path(made), json={"city": f"city {n}"}, headers={"If-Match": etag})
            for n in range(20)
        )
    )

    counted = Counter(answer.status_code for answer in answers)
    assert counted[200] == 1
    assert set(counted) <= {200, 412, 503}
    (won,) = [answer for answer in answers if answer.status_code == 200]
    assert (await client.get(_path(made))).json()["city"] == won.json()["city"]


async def test_many_at_once_in_any_state_do_not_crash(service: Service) -> None:
    """With `*` each is done or told to try again; every one that was done left its history."""
    made = await a_customer(service)
    client = await service.as_("sales")

    answers = await asyncio.gather(
        *(client.patch(_path(made), json={"city": f"city {n}"}, headers=SEEN) for n in range(20))
    )

    done = sum(answer.status_code == 200 for answer in answers)
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert all(a.headers["retry-after"] for a in answers if a.status_code == 503)
    history = (await client.get(f"{_path(made)}/history")).json()["items"]
    assert len(history) == done + 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_the_first_and_the_last_day_are_days(service: Service, day: str) -> None:
    """They are kept, sorted by, and come back from the history."""
    made = await a_customer(service, source="days", first_trade_on=day)
    client = await service.as_("sales")
    changed = await client.patch(_path(made), json={"tier": "A"}, headers=SEEN)

    shown = await client.get(_path(made))
    history = await client.get(f"{_path(made)}/history")
    listed = await client.get("/v1/customers?source=days&sort=first_trade_on&limit=1")

    assert shown.headers["etag"] == changed.headers["etag"]
    assert [span["record"]["first_trade_on"] for span in history.json()["items"]] == [day, day]
    assert listed.status_code == 200


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
async def test_the_ends_of_time_are_no_moments(service: Service, moment: str) -> None:
    """The database would take them for infinity; a second nearer is fine."""
    made = await a_customer(service)
    client = await service.as_("sales")
    nearer = "9999-12-31T23:59:59Z"

    refused = await client.patch(_path(made), json={"last_verified_at": moment}, headers=SEEN)
    kept = await client.patch(_path(made), json={"last_verified_at": nearer}, headers=SEEN)

    assert refused.json()["errors"][0]["code"] == "timestamp-invalid"
    assert kept.json()["last_verified_at"] == nearer
    assert (await client.get(_path(made))).headers["etag"] == kept.headers["etag"]

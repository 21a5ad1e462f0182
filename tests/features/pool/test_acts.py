"""Tests of taking, releasing and following up."""

import asyncio
from collections import Counter

import httpx
import pytest

from tests.features.pool.floor import EVERY, Floor, act, stored, who
from tests.journeys.matrix.cells import slug

NOWHERE = "01890000-0000-7000-8000-00000000000a"


async def test_who_takes_a_customer_owns_it(floor: Floor) -> None:
    """It is out of the pool, followed up today, and its contact data are in clear."""
    customer_id = await floor.pooled(phone="+8619977770001")
    before = (await floor.seller.get(f"/v1/customers/{customer_id}")).json()

    taken = await act(floor.seller, customer_id, "take")

    shown = taken.json()
    assert (before["withheld"]["phone"], before["owner_id"]) == ("masked", None)
    assert before["pooled_for"] == "other"
    assert taken.status_code == 200, taken.text
    assert shown["owner_id"] == await who(floor.seller)
    assert (shown["pooled_at"], shown["pooled_for"]) == (None, None)
    assert shown["phone"] == "+8619977770001"
    assert shown["last_follow_up_on"] is not None


async def test_of_twenty_at_once_one_wins(floor: Floor) -> None:
    """The others are told that it is gone; the history has one change."""
    customer_id = await floor.pooled()
    clients = [await floor.colleague() for _ in range(4)]

    answers = await asyncio.gather(*(act(clients[n % 4], customer_id, "take") for n in range(20)))

    outcomes = Counter("won" if a.status_code == 200 else slug(a) for a in answers)
    assert outcomes == {"won": 1, "not-in-pool": 19}
    winner = next(a for a in answers if a.status_code == 200).json()["owner_id"]
    assert (await stored(floor, customer_id))["owner_id"] == winner
    history = (await floor.officer.get(f"/v1/customers/{customer_id}/history")).json()["items"]
    assert [span["record"]["owner_id"] for span in history] == [winner, None, None]


async def test_taking_stops_at_the_daily_number(floor: Floor) -> None:
    """Also with all at once; what is refused stays in the pool, and tells when to come back."""
    customers = [await floor.pooled() for _ in range(8)]
    client = await floor.colleague()
    await floor.rules(takes_per_day=3)

    answers = await asyncio.gather(*(act(client, one, "take") for one in customers))
    await floor.rules(takes_per_day=1000)

    refused = [answer for answer in answers if answer.status_code == 429]
    assert [answer.status_code for answer in answers].count(200) == 3
    assert {slug(answer) for answer in refused} == {"takes-used-up"}
    told = refused[0].json()
    assert (told["limit"], told["left"]) == (3, 0)
    assert told["renews_at"].endswith("T16:00:00Z")
    assert 0 < int(refused[0].headers["retry-after"]) <= 86_400
    states = [(await stored(floor, one))["pooled_at"] for one in customers]
    assert sum(state is None for state in states) == 3


async def test_the_number_renews_with_the_day(floor: Floor) -> None:
    """What was used up on another day does not count."""
    client, first, second = await floor.colleague(), await floor.pooled(), await floor.pooled()
    await floor.rules(takes_per_day=1)
    assert (await act(client, first, "take")).status_code == 200
    assert slug(await act(client, second, "take")) == "takes-used-up"

    await floor.execute("update pool_uses set used_on = used_on - 1")
    again = await act(client, second, "take")
    await floor.rules(takes_per_day=1000)

    assert again.status_code == 200


async def test_nobody_holds_more_than_allowed(floor: Floor) -> None:
    """And a take that is refused for it is not counted."""
    client = await floor.colleague()
    await floor.owned(client)
    customer_id = await floor.pooled()
    await floor.rules(most_held=1)

    full = await act(client, customer_id, "take")
    await floor.rules(most_held=None)

    assert slug(full) == "pool-full"
    assert (await act(client, customer_id, "take")).status_code == 200


async def test_who_gave_back_waits_and_others_do_not(floor: Floor) -> None:
    """With the reason on record, and the text sealed on the line."""
    customer_id = await floor.owned(floor.seller)

    released = await act(floor.seller, customer_id, "release", reason="no_need", text="Next year")
    (line,) = await floor.service.lines_of(released)
    again = await act(floor.seller, customer_id, "take")
    other = await act(await floor.colleague(), customer_id, "take")

    shown = released.json()
    assert released.status_code == 200, released.text
    assert (shown["owner_id"], shown["pooled_for"]) == (None, "no_need")
    assert shown["withheld"]["phone"] == "masked"
    assert line["operation"] == "release_customer"
    assert '"reason":"no_need"' in line["detail"]
    assert set(line["changed"]) == {"owner_id", "pooled_at", "pooled_for"}
    assert line["reason"] is not None
    assert "Next year" not in str(line)
    assert slug(again) == "cooling-down"
    assert again.json()["until"].endswith("T16:00:00Z")
    assert other.status_code == 200


async def test_after_the_days_it_may_be_taken_again(floor: Floor) -> None:
    """By the same person."""
    customer_id = await floor.owned(floor.seller)
    await act(floor.seller, customer_id, "release", reason="unreachable")
    await floor.execute("update pool_returns set returned_at = returned_at - interval '6 days'")

    assert (await act(floor.seller, customer_id, "take")).status_code == 200


async def test_what_cannot_be_released_or_followed_up(floor: Floor) -> None:
    """Others' customers, what is in the pool already, what has no pool, and nothing."""
    own, pooled = await floor.owned(floor.seller), await floor.pooled()
    other = await floor.colleague()
    south = await floor.service.as_("sales_south")
    made = await south.post("/v1/customers", json={"kind": "person", "name": "South"})
    far = made.json()["customer_id"]
    why = {"reason": "other"}

    assert slug(await act(other, own, "release", **why)) == "not-the-owner"
    assert slug(await act(other, own, "follow-up")) == "not-the-owner"
    assert slug(await act(floor.seller, pooled, "release", **why)) == "in-pool-already"
    assert slug(await act(floor.officer, far, "release", **why)) == "no-pool"
    assert slug(await act(floor.seller, own, "take")) == "not-in-pool"
    assert slug(await act(floor.seller, own, "release", reason="no_follow_up")) == "malformed"
    for verb, values in (("take", {}), ("follow-up", {}), ("release", why)):
        assert slug(await act(floor.seller, far, verb, **values)) == "not-found"
        assert slug(await act(floor.seller, NOWHERE, verb, **values)) == "not-found"


@pytest.mark.parametrize("way", ["follow-up", "notes"])
async def test_the_owner_follows_up(floor: Floor, way: str) -> None:
    """By the act and by a note, once a day in the history; a colleague's note does not count."""
    customer_id = await floor.owned(floor.seller)
    await floor.age(customer_id, 20)
    note = {"text": "Called"} if way == "notes" else {}
    before = (await stored(floor, customer_id))["last_follow_up_on"]
    await act(await floor.colleague(), customer_id, "notes", text="Not mine")
    unmoved = (await stored(floor, customer_id))["last_follow_up_on"]

    answers = [await act(floor.seller, customer_id, way, **note) for _ in range(2)]
    lines = [line for answer in answers for line in await floor.service.lines_of(answer)]

    after = await stored(floor, customer_id)
    history = (await floor.officer.get(f"/v1/customers/{customer_id}/history")).json()["items"]
    assert all(answer.is_success for answer in answers)
    assert (unmoved, after["last_follow_up_on"] > before) == (before, True)
    assert [("last_follow_up_on" in line["changed"]) for line in lines] == [True, False]
    assert len(history) == 2


async def test_whoever_names_an_owner_takes_it_out_of_the_pool(floor: Floor) -> None:
    """The new owner is not asked for a follow-up of before."""
    customer_id = await floor.pooled()
    await floor.age(customer_id, 20)
    change = {"owner_id": await who(floor.seller)}

    named = await floor.officer.patch(f"/v1/customers/{customer_id}", json=change, headers=EVERY)

    shown = named.json()
    assert (shown["pooled_at"], shown["pooled_for"]) == (None, None)
    assert shown["last_follow_up_on"] > "2026-01-01"


async def test_an_archived_customer_is_not_taken(floor: Floor) -> None:
    """It stays where it is."""
    customer_id = await floor.pooled()
    await floor.officer.post(f"/v1/customers/{customer_id}/archive", headers=EVERY)

    assert slug(await act(floor.seller, customer_id, "take")) == "customer-archived"


async def test_the_pool_is_a_filter_of_the_list(floor: Floor) -> None:
    """Who sees the owner may ask for what is in the pool."""
    customer_id, own = await floor.pooled(), await floor.owned(floor.seller)

    async def listed(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get("/v1/customers?pooled_at.null=false&limit=200")

    ids = {item["customer_id"] for item in (await listed(floor.seller)).json()["items"]}
    assert customer_id in ids
    assert own not in ids
    assert slug(await listed(await floor.service.as_("service"))) == "field-not-available"

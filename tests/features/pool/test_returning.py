"""Tests of the automatic return, and of its preview."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.commands.principals import open_directory
from app.core.clock import CHINA, today
from app.core.work import Platform
from app.features.pool.service import return_what_is_due
from app.features.staff.directory import StaffDirectory
from app.settings import Settings
from tests.conftest import open_test_platform
from tests.features.pool.floor import EVERY, Floor, act, stored, who


@pytest.fixture(scope="module")
async def platform(floor: Floor, settings: Settings) -> AsyncIterator[Platform]:
    """What the routine runs with, in a process of its own."""
    async with open_test_platform(floor.service.app_url, settings) as opened:
        opened.tools[StaffDirectory] = await open_directory(settings, opened)
        yield opened


async def _due(floor: Floor, days: int) -> dict[str, str]:
    path = f"/v1/pools/{floor.pool_id}/due?days={days}&limit=200"
    items = (await floor.seller.get(path)).json()["items"]
    return {item["customer_id"]: item["due_on"] for item in items}


async def test_what_is_not_followed_up_goes_back(floor: Floor, platform: Platform) -> None:
    """Unless a contract runs, somebody followed up in time, or nobody owns it."""
    day = today(CHINA)
    late, fresh = await floor.owned(floor.seller), await floor.owned(floor.seller)
    bound = await floor.owned(floor.seller, contract_until=day.isoformat())
    over = await floor.owned(floor.seller, contract_until=(day - timedelta(days=1)).isoformat())
    elsewhere = await floor.owned(floor.seller, department_id=floor.places["Shenzhen sales"])
    for one in (late, bound, over, elsewhere):
        await floor.age(one, 40)
    await floor.age(fresh, 20)

    await return_what_is_due(platform)

    states = {one: await stored(floor, one) for one in (late, fresh, bound, over, elsewhere)}
    back = {one for one, state in states.items() if state["pooled_at"]}
    assert back == {late, over}
    assert all(states[one]["owner_id"] is None for one in back)
    assert {states[one]["pooled_for"] for one in back} == {"no_follow_up"}
    history = (await floor.officer.get(f"/v1/customers/{late}/history")).json()["items"]
    assert history[-1]["record"]["owner_id"] == await who(floor.seller)
    assert (await act(floor.seller, late, "take")).status_code == 409


async def test_a_batch_has_its_line(floor: Floor, platform: Platform) -> None:
    """With the customers as subjects; a second run finds nothing and leaves none."""
    one = await floor.owned(floor.seller)
    await floor.age(one, 40)

    first, second = await return_what_is_due(platform), await return_what_is_due(platform)

    log = (await floor.officer.get(f"/v1/customers/{one}/access-log")).json()["items"]
    (line,) = [entry for entry in log if entry["operation"] == "return_to_pool"]
    assert (first >= 1, second) == (True, 0)
    assert set(line["changed"]) == {"owner_id", "pooled_at", "pooled_for"}


async def test_the_preview_says_when(floor: Floor) -> None:
    """Day by day, and the same as the run will."""
    soon, later = await floor.owned(floor.seller), await floor.owned(floor.seller)
    bound = await floor.owned(floor.seller, contract_until="2099-01-01")
    await floor.age(soon, 28)
    await floor.age(later, 20)
    await floor.age(bound, 28)

    week, fortnight = await _due(floor, 7), await _due(floor, 14)

    assert soon in week
    assert later not in week
    assert {soon, later} <= fortnight.keys()
    assert bound not in fortnight
    assert week[soon] < fortnight[later]


async def test_a_young_pool_takes_nothing_back(floor: Floor, platform: Platform) -> None:
    """Days from before it was opened do not count."""
    one = await floor.customer(
        department_id=floor.places["Hangzhou sales"], owner_id=await who(floor.seller)
    )
    await floor.age(one, 400)
    rules = {"takes_per_day": 1, "contact_views_per_day": 1, "return_after_days": 30}
    new = {"department_id": floor.places["Hangzhou sales"], **rules}
    made = (await floor.officer.post("/v1/pools", json=new)).json()

    await return_what_is_due(platform)
    ended = await floor.officer.post(f"/v1/pools/{made['pool_id']}/end")

    assert ended.status_code == 200
    assert (await stored(floor, one))["pooled_at"] is None


async def test_never_is_never(floor: Floor, platform: Platform) -> None:
    """Without `return_after_days` nothing goes back."""
    one = await floor.owned(floor.seller)
    await floor.age(one, 4000)
    await floor.rules(return_after_days=None)

    returned = await return_what_is_due(platform)
    due = await _due(floor, 3650)
    await floor.rules(return_after_days=30)

    assert (returned, due) == (0, {})
    await floor.officer.post(f"/v1/customers/{one}/archive", headers=EVERY)

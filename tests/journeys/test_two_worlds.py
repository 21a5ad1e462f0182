"""Two databases that differ only in what a role may not see answer it byte for byte alike."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from app.core.access import policy_of
from app.core.fields import Field
from app.core.records import Record
from app.features.staff.seeding import DemoUser
from app.postgres.addresses import Role
from app.postgres.cluster import Cluster
from app.settings import EmergencySettings, Settings
from tests.features.customers.builders import a_customer
from tests.journeys.matrix.cells import CUSTOMER, SEATS, Seat, cells
from tests.journeys.worlds.battery import LIST, Battery, Exchange
from tests.journeys.worlds.clock import Clock
from tests.journeys.worlds.passing import PASSING, passing_staff
from tests.journeys.worlds.values import concealed
from tests.journeys.worlds.world import KINDS, OFFICER, World
from tests.service import Service, demo_staff, running_service

STAFFED = "staffed"
Seen = dict[tuple[str, str], list[Any]]
Run = Callable[[World], Awaitable[Any]]


@pytest.fixture(scope="module")
async def staff(cluster: Cluster) -> Sequence[DemoUser]:
    """The demo staff of a database from which all worlds are copied."""
    await cluster.create_database(STAFFED, template="cims")
    owner = cluster.addresses.dsn(Role.OWNER, STAFFED)
    return [*await demo_staff(owner), *await passing_staff(owner)]


@pytest.fixture
async def both(
    cluster: Cluster,
    staff: Sequence[DemoUser],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Awaitable[list[Any]]]:
    """Build one world after the other by the same clock, and do the same in both."""
    clock = Clock()
    clock.take_over(monkeypatch)
    many = EmergencySettings(most_a_day=100)
    open_often = settings.model_copy(update={"emergency": many})

    @asynccontextmanager
    async def opened(kind: type[World], seat: Seat, number: int) -> AsyncIterator[World]:
        name = f"world_{seat.role}_{number}"
        await cluster.create_database(name, template=STAFFED)
        app, owner = [cluster.addresses.dsn(role, name) for role in (Role.APP, Role.OWNER)]
        async with running_service(open_often, app, owner, staff) as service:
            world = kind(service, clock, seat, number)
            await world.build()
            yield world
        await cluster.drop_database(name)

    async def run(seat: Seat, deed: Run, kind: type[World] = World) -> list[Any]:
        results = []
        for number in (0, 1):
            async with opened(kind, seat, number) as world:
                results.append(await deed(world))
        return results

    return run


every_actor = pytest.mark.parametrize(
    "seat", [*SEATS.values(), *PASSING.values()], ids=[*SEATS, *PASSING]
)


@every_actor
async def test_what_is_hidden_leaves_no_trace(
    seat: Seat, both: Callable[..., Awaitable[list[Any]]]
) -> None:
    """Whatever the role asks, status, headers and body are the same in both worlds."""

    async def deed(world: World) -> tuple[list[Exchange], Seen, list[str]]:
        seen = await entitled(world)
        world.clock.go_to(6000)
        return await Battery(world, seat.role).run(), seen, [*world.near, *world.far]

    (here, seen_here, ids_here), (there, seen_there, ids_there) = await both(seat, deed)

    assert ids_here == ids_there
    assert [
        difference(one, other) for one, other in zip(here, there, strict=True) if one != other
    ] == []
    alike = [at for at in seen_here if seen_here[at] == seen_there[at]]
    assert alike == []


class PooledWorld(World):
    """A world whose near customers all stand in the common pool."""

    async def _tie_out_of_reach(self) -> None:
        await super()._tie_out_of_reach()
        self.clock.go_to(4000)
        places = await self.must("GET", "/v1/departments")
        ids = {one["name"]: one["department_id"] for one in places["items"]}
        rules = {"takes_per_day": 9, "contact_views_per_day": 9, "return_after_days": 9}
        new = {**rules, "department_id": ids["East China"]}
        await self.must("POST", "/v1/pools", json=new)
        for customer_id in self.near:
            path = f"{LIST}/{customer_id}/release"
            await self.must("POST", path, json={"reason": "other"})


async def test_what_the_pool_masks_leaves_no_trace(
    both: Callable[..., Awaitable[list[Any]]],
) -> None:
    """To those who sell, of customers in the pool, as if their role had it masked."""
    sales = SEATS["sales"]
    leading = {f"{group}:write" for group in ("contact", "address")}
    masked = {f"{group}:masked" for group in ("contact", "address")}
    scopes = sales.scopes - leading | masked
    seat = Seat("sales", policy_of(scopes), scopes)

    async def deed(world: World) -> tuple[list[Exchange], Seen]:
        seen = await entitled(world)
        world.clock.go_to(6000)
        return await Battery(world, "sales").run(), seen

    (here, seen_here), (there, seen_there) = await both(seat, deed, PooledWorld)

    assert [
        difference(one, other) for one, other in zip(here, there, strict=True) if one != other
    ] == []
    assert [at for at in seen_here if seen_here[at] == seen_there[at]] == []


async def entitled(world: World) -> Seen:
    """Look at everything that the role does not see in clear, as one who may."""
    seen: Seen = {}
    for record, entry in concealed(world.seat):
        paths = await rows_of(world, record)
        seen[record.resource, entry.name] = [await reveal(world, path, entry) for path in paths]
    return seen


def difference(one: Exchange, other: Exchange) -> str:
    """Tell where two answers part, for whoever reads a failed test."""
    if (one.asked, one.status) != (other.asked, other.status):
        return f"{one.asked} {one.status} / {other.asked} {other.status}"
    pairs = enumerate(zip(one.body, other.body, strict=False))
    same = next((place for place, (byte, twin) in pairs if byte != twin), 0)
    parted = " / ".join(str(each.body[max(0, same - 80) : same + 120]) for each in (one, other))
    return f"{one.asked}: {set(one.headers) ^ set(other.headers)} {parted}"


async def rows_of(world: World, record: type[Record]) -> list[str]:
    """Return the addresses of all rows of a record that belong to near customers."""
    found = []
    for place, customer_id in enumerate(world.near):
        path = f"{LIST}/{customer_id}"
        if record is CUSTOMER:
            found.append(path)
        elif not record.single:
            rows = await world.must("GET", f"{path}/{record.resource}")
            found += [f"{path}/{record.resource}/{row[record.key]}" for row in rows["items"]]
        elif record.noun.startswith(KINDS[place % 2]):
            found.append(f"{path}/{record.noun.replace('_', '-')}")
    return found


async def reveal(world: World, path: str, entry: Field) -> Any:
    """Return a stored value: most are plain to the data officer, some need the act."""
    shown = await world.must("GET", path, params={"fields": entry.name})
    if shown["withheld"]:
        asked = {"fields": [entry.name], "purpose": "two worlds"}
        shown = await world.must("POST", f"{path}/reveal", json=asked)
    return shown[entry.name]


def test_there_is_enough_to_hide() -> None:
    """Every role but one has fields that it does not see at all, so that the proof has ground."""
    hidden = {role: sum(seat.hides(entry) for _, entry in cells()) for role, seat in SEATS.items()}

    assert {role for role, number in hidden.items() if number == 0} == {OFFICER}


async def test_an_estimate_does_not_follow_hidden_changes(service: Service) -> None:
    """What hidden values need of space, and how often they change, moves no figure."""
    officer, marketing = await service.as_(OFFICER), await service.as_("marketing")
    made = [(await a_customer(service))["customer_id"] for _ in range(30)]
    owner = await asyncpg.connect(service.owner_url)
    await owner.execute("analyze customers")
    before = await marketing.get(LIST, params={"count": "estimated", "limit": "1"})

    for customer_id in made:
        remark = {"remark": f"{customer_id} " * 30}  # short enough to stay in the row
        await officer.patch(f"{LIST}/{customer_id}", json=remark, headers={"If-Match": "*"})
    after = await marketing.get(LIST, params={"count": "estimated", "limit": "1"})

    await owner.close()
    assert after.content == before.content

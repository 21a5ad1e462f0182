"""The story of stepping up: what administers and reveals in bulk asks for a fresh factor."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest

from app.settings import FactorSettings, Settings
from tests.colleagues import a_client
from tests.conftest import NewDatabase
from tests.features.identity.proving import Holder, a_holder, stepped_up
from tests.features.identity.signing_in import bearing
from tests.features.quotas.builders import SMALL, customers_of, reveal
from tests.features.roles.builders import READER, Office, a_new_role, edit, publish, slug
from tests.features.staff.builders import a_colleague
from tests.service import Service, running_service

EVERY = {"If-Match": "*"}
NEEDED = (403, "fresh-factor-needed")


@pytest.fixture(scope="module")
async def house(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A service in which two customers in an hour are revealed without a factor."""
    urls = await new_database()
    few = SMALL.model_copy(update={"reveals_per_day": 100, "records_per_day": 1000})
    async with running_service(
        settings.model_copy(update={"quotas": few}), urls.app, urls.owner
    ) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Stepping:
    """An administrator with an app: as she signed in, and after she has shown it anew."""

    holder: Holder

    @property
    def stale(self) -> httpx.AsyncClient:
        """The session that added the app, and has shown none since."""
        return self.holder.inside.client

    async def fresh(self) -> httpx.AsyncClient:
        """The same session, a moment after stepping up."""
        answer = await stepped_up(self.holder.inside, otp=self.holder.code())
        assert answer.status_code == 200, answer.text
        return bearing(self.holder.service, answer).client


@pytest.fixture
async def careful(house: Service) -> Stepping:
    """An administrator with an app."""
    return Stepping(await a_holder(house, None, "administrator"))


async def test_publishing_and_retiring_a_role(house: Service, careful: Stepping) -> None:
    """Both ask; whoever has no factor, where none is compulsory, goes on as before."""
    maker = await a_client(house, "administrator")
    code = await a_new_role(Office(house, maker, careful.stale))
    await edit(maker, code, **READER)
    refused = await publish(careful.stale, code)
    early = await careful.stale.post(f"/v1/roles/{code}/retire")
    fresh = await careful.fresh()

    published = await publish(fresh, code)
    retired = await fresh.post(f"/v1/roles/{code}/retire")

    assert slug(refused) == slug(early) == NEEDED
    assert (published.status_code, retired.status_code) == (200, 200), published.text
    other = await a_new_role(Office(house, maker, maker))
    assert (await maker.post(f"/v1/roles/{other}/retire")).status_code == 200


async def test_giving_a_powerful_role(house: Service, careful: Stepping) -> None:
    """A role that reveals asks; one that does not, another name, and taking it away do not."""
    colleague = await a_colleague(house.owner_url, roles=("sales",))
    path = f"/v1/users/{colleague.user_id}"
    stale = careful.stale
    named = await stale.patch(path, json={"display_name": "Lin"}, headers=EVERY)
    plain = await stale.patch(path, json={"roles": ["sales", "marketing"]}, headers=EVERY)
    refused = await stale.patch(path, json={"roles": ["sales", "service"]}, headers=EVERY)
    fresh = await careful.fresh()

    given = await fresh.patch(path, json={"roles": ["sales", "service"]}, headers=EVERY)
    kept = await stale.patch(path, json={"roles": ["service"]}, headers=EVERY)

    assert (named.status_code, plain.status_code) == (200, 200), plain.text
    assert slug(refused) == NEEDED
    assert given.json()["roles"] == ["sales", "service"]
    assert kept.status_code == 200, "a session that has stepped up stays fresh"


async def test_inviting_somebody_powerful(careful: Stepping) -> None:
    """One by one or many at once; the item that is refused leaves the others alone."""
    new = {"username": "powerful.one", "display_name": "One", "roles": ["administrator"]}
    items = [{**new, "username": "powerful.two"}, {"username": "plain.one", "display_name": "P"}]

    refused = await careful.stale.post("/v1/users", json=new)
    answer = await careful.stale.post("/v1/users/import", json={"items": items})
    made = await (await careful.fresh()).post("/v1/users", json=new)

    assert slug(refused) == NEEDED
    found = answer.json()["items"]
    assert [item["status"] for item in found] == [403, 201]
    assert found[0]["problem"]["type"] == "/problems/fresh-factor-needed"
    assert made.status_code == 201, made.text


async def test_resetting_the_factors_of_another(house: Service, careful: Stepping) -> None:
    """Taking them away opens an account with a password alone."""
    other = await a_holder(house, None, "sales")
    path = f"/v1/users/{other.colleague.user_id}/factors"

    refused = await careful.stale.delete(path)
    done = await (await careful.fresh()).delete(path)

    assert slug(refused) == NEEDED
    assert done.status_code == 204


async def test_revealing_in_bulk(house: Service) -> None:
    """The third customer within the hour asks; one revealed already does not, nor once it is fresh.

    Whoever has no factor reveals as before.
    """
    customers = await customers_of(house, 4)
    holder = await a_holder(house, None, "service")
    desk, bare = holder.inside.client, await a_client(house, "service")

    free = [await reveal(desk, one) for one in (*customers[:2], customers[0])]
    refused = await reveal(desk, customers[2])
    fresh = bearing(house, await stepped_up(holder.inside, otp=holder.code())).client
    opened = [await reveal(fresh, one) for one in customers]
    without = [await reveal(bare, one) for one in customers]

    assert {one.status_code for one in (*free, *opened, *without)} == {200}
    assert slug(refused) == NEEDED
    (line,) = await house.lines_of(refused)
    assert (line["status"], line["shown"]) == (403, None)


@pytest.fixture(scope="module")
async def stern(
    new_database: NewDatabase, settings: Settings
) -> AsyncIterator[tuple[Service, ...]]:
    """The same house before a factor was made compulsory, and since."""
    urls = await new_database()
    rules = FactorSettings(compulsory_for=["roles:publish"])
    strict = settings.model_copy(update={"factors": rules})
    async with (
        running_service(settings, urls.app, urls.owner) as before,
        running_service(strict, urls.app, urls.owner, before.users) as after,
    ):
        yield before, after


async def test_where_one_is_compulsory_having_none_is_no_way_round(
    stern: tuple[Service, ...],
) -> None:
    """A session from before the rule is refused what asks for a fresh factor."""
    before, after = stern
    token = (await before.as_("administrator")).headers["Authorization"]
    client = after.anonymous()
    client.headers["Authorization"] = token

    refused = await client.post("/v1/roles/none/retire")
    let = await client.get("/v1/roles")

    assert slug(refused) == NEEDED
    assert let.status_code == 200


async def test_a_system_is_not_asked_for_what_it_cannot_have(house: Service) -> None:
    """It goes on to be refused, or not, for what it does."""
    system = await house.as_("integration")

    answer = await system.post(
        "/v1/customers/search", json={"filter": {"field": "phone", "value": "+8618800000001"}}
    )

    assert answer.status_code == 200

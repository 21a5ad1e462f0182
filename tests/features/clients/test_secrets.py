"""Secrets of other systems: two at a time, rotated without a gap, ended one by one."""

import asyncio
import re

import pytest

from tests.features.clients.builders import PATH, System, a_system, bearing
from tests.features.roles.builders import slug
from tests.features.staff.builders import change
from tests.service import Service

EXPIRE = (
    "update client_secrets set expires_at = now() where api_client_id = $1 "
    "and expires_at is not null"
)
KEPT = "select digest from client_secrets where api_client_id = $1"


@pytest.fixture
async def shop(staffed_service: Service) -> System:
    """A system of the test's own."""
    return await a_system(staffed_service)


async def test_secrets_are_recognisable_and_kept_as_digests(shop: System) -> None:
    """Scanners know one by its beginning; the service shows none twice."""
    shown = await shop.shown()

    assert re.fullmatch(r"cims_secret_[A-Za-z0-9_-]{43}", shop.secret)
    assert "client_secret" not in shown
    assert shop.secret not in str(shown)
    assert [one["kind"] for one in shown["secrets"]] == ["secret"]


async def test_two_are_live_at_once(shop: System) -> None:
    """After a rotation both let the system in; a third has to wait until one has ended."""
    second = await shop.rotated()

    statuses = [(await shop.ask(one)).status_code for one in (shop.secret, second)]
    third = await shop.act("rotate-secret", old_secret_expires_in=60)

    assert statuses == [200, 200]
    assert slug(third) == (409, "two-secrets-live")
    assert len((await shop.shown())["secrets"]) == 2


async def test_one_of_many_rotations_at_once_comes_through(shop: System) -> None:
    """However many ask at the same time, there is never a third live secret."""
    asked = [shop.act("rotate-secret", old_secret_expires_in=60) for _ in range(8)]
    answers = await asyncio.gather(*asked)

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert len((await shop.shown())["secrets"]) == 2


async def test_a_rotation_leaves_no_gap(shop: System) -> None:
    """While requests go on, the secret is rotated and the old one ended: nothing is refused."""
    statuses: list[int] = []
    secret, is_over = [shop.secret], asyncio.Event()

    async def use() -> None:
        while not is_over.is_set():
            answer = await shop.ask(secret[0])
            statuses.append(answer.status_code)
            client = bearing(shop.service, answer.json()["access_token"])
            statuses.append((await client.get("/v1/me")).status_code)

    users = [asyncio.create_task(use()) for _ in range(3)]
    old = (await shop.shown())["secrets"][0]["secret_id"]
    secret[0] = await shop.rotated()
    await asyncio.sleep(0.5)  # whoever began with the old one is through
    ended = await shop.act("end-secret", secret_id=old)
    await asyncio.sleep(0.3)
    is_over.set()
    await asyncio.gather(*users)

    assert ended.status_code == 200
    assert len(statuses) > 6
    assert {*statuses} == {200}
    assert (await shop.ask(shop.secret)).status_code == 401


async def test_an_ended_secret_takes_its_tokens_along(shop: System) -> None:
    """What was had with it is refused, what was had with the other one is not."""
    second = await shop.rotated()
    first_token, second_token = [await shop.token(one) for one in (shop.secret, second)]
    first_id = (await shop.shown())["secrets"][0]["secret_id"]

    answer = await shop.act("end-secret", secret_id=first_id)

    clients = [bearing(shop.service, token) for token in (first_token, second_token)]
    assert [(await one.get("/v1/me")).status_code for one in clients] == [401, 200]
    assert len(answer.json()["secrets"]) == 1
    assert slug(await shop.act("end-secret", secret_id=first_id)) == (404, "not-found")


async def test_the_old_one_may_end_by_itself(shop: System) -> None:
    """A rotation may say how long the secret before stays good."""
    second = await shop.rotated(old_secret_expires_in=60)
    expiries = [one["expires_at"] is not None for one in (await shop.shown())["secrets"]]
    both = [(await shop.ask(one)).status_code for one in (shop.secret, second)]

    await change(shop.service.owner_url, EXPIRE, shop.api_client_id)

    after = [(await shop.ask(one)).status_code for one in (shop.secret, second)]
    assert (expiries, both, after) == ([True, False], [200, 200], [401, 200])
    assert len((await shop.shown())["secrets"]) == 1


@pytest.mark.parametrize("seconds", [0, -1, 10**12, "60", 1.5])
async def test_odd_times_are_refused(shop: System, seconds: object) -> None:
    """A time is a number of seconds, at most ninety days."""
    answer = await shop.act("rotate-secret", old_secret_expires_in=seconds)

    assert slug(answer) == (422, "malformed")


async def test_a_system_rotates_its_own_secret(shop: System) -> None:
    """With the current secret beside its token, and for itself alone."""
    client = await shop.signed_in()
    wrong = {"current_secret": "cims_secret_" + "B" * 43}

    refused = await client.post("/v1/me/rotate-secret", json=wrong)
    answer = await client.post("/v1/me/rotate-secret", json={"current_secret": shop.secret})

    assert slug(refused) == (403, "secret-mistaken")
    assert answer.status_code == 200
    assert (await shop.ask(answer.json()["client_secret"])).status_code == 200
    (line,) = await shop.service.lines_of(answer)
    assert (str(line["actor_id"]), line["changed"]) == (shop.api_client_id, ["secrets"])


async def test_a_person_has_no_secret_to_rotate(staffed_service: Service) -> None:
    """Whoever is no system is refused as for a wrong secret."""
    seller = await staffed_service.as_("sales")

    answer = await seller.post("/v1/me/rotate-secret", json={"current_secret": "anything"})

    assert slug(answer) == (403, "secret-mistaken")


async def test_no_system_ends_or_rotates_itself_as_an_administrator(
    staffed_service: Service,
) -> None:
    """Even one that looks after systems has to show its secret for a new one."""
    robot = await a_system(staffed_service, roles=["administrator"])
    client = await robot.signed_in()
    path = f"{PATH}/{robot.api_client_id}"

    answers = [
        await client.post(f"{path}/rotate-secret", json={}),
        await client.post(f"{path}/end-secret", json={"secret_id": robot.api_client_id}),
        await client.post(f"{path}/disable"),
        await client.patch(path, json={"roles": ["sales"]}, headers={"If-Match": "*"}),
    ]

    assert {slug(answer) for answer in answers} == {(409, "own-client")}

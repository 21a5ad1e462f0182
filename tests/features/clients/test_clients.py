"""Other systems are administered: opened, changed, disabled, ended, handed over."""

from typing import Any

import pytest

from app.core.clock import new_id
from tests.colleagues import a_client, a_role
from tests.features.clients.builders import PATH, System, a_system, bearing, in_days, terms
from tests.features.roles.builders import slug
from tests.features.staff.builders import a_colleague
from tests.service import Service

NOBODY = "01890000-0000-7000-8000-00000000000a"
EVERY = {"If-Match": "*"}


@pytest.fixture
async def shop(staffed_service: Service) -> System:
    """A system of the test's own."""
    return await a_system(staffed_service)


async def test_a_new_one_is_on_record(staffed_service: Service) -> None:
    """The answer says where it is; its line names the system, its roles and who opened it."""
    administrator = await staffed_service.as_("administrator")

    answer = await administrator.post(PATH, json=await terms(staffed_service))

    made = answer.json()
    (line,) = await staffed_service.lines_of(answer)
    assert answer.headers["location"] == f"{PATH}/{made['api_client_id']}"
    assert made["client_id"].startswith("client_")
    assert made["status"] == "active"
    assert made["owner_is_active"]
    assert "customers:read" in made["granted_scopes"]
    assert {made["api_client_id"], made["client_id"]} <= {*_words(line["detail"])}
    assert made["client_secret"] not in str(line)


def _words(detail: str) -> list[str]:
    return detail.replace('"', " ").split()


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"owner_id": NOBODY}, (409, "colleague-not-available")),
        ({"roles": ["no_such_role"]}, (409, "role-unknown")),
        ({"roles": []}, (422, "malformed")),
        ({"roles": ["sales", "sales"]}, (422, "malformed")),
        ({"department_id": NOBODY}, (409, "department-unknown")),
        ({"expires_at": in_days(-1)}, (422, "malformed")),
        ({"expires_at": in_days(367)}, (422, "malformed")),
        ({"expires_at": "2027-06-30"}, (422, "malformed")),
        ({"expires_at": None}, (422, "malformed")),
        ({"networks": ["192.0.2.1/24"]}, (422, "malformed")),
        ({"networks": ["fe80::1%eth0"]}, (422, "malformed")),
        ({"networks": ["anywhere"]}, (422, "malformed")),
        ({"networks": ["\x00"]}, (400, "unreadable")),
        ({"scopes": ["customers:archive"]}, (422, "malformed")),
        ({"scopes": ["\ud7ff"]}, (422, "malformed")),
        ({"client_id": "mine"}, (422, "field-not-available")),
        ({"status": "ended"}, (422, "field-not-available")),
    ],
)
async def test_what_no_system_may_have(
    staffed_service: Service, given: dict[str, Any], refusal: tuple[int, str]
) -> None:
    """Each part of the terms is checked before there is a system."""
    administrator = await staffed_service.as_("administrator")

    answer = await administrator.post(PATH, json={**await terms(staffed_service), **given})

    assert slug(answer) == refusal


@pytest.mark.parametrize("missing", ["owner_id", "expires_at", "roles", "name", "description"])
async def test_nothing_of_it_is_optional(staffed_service: Service, missing: str) -> None:
    """No system without somebody who answers for it, nor without an end."""
    administrator = await staffed_service.as_("administrator")
    given = await terms(staffed_service)
    del given[missing]

    assert slug(await administrator.post(PATH, json=given)) == (422, "malformed")


async def test_it_is_changed_by_what_was_seen(shop: System) -> None:
    """An ETag holds until somebody changes the terms; use and secrets do not disturb it."""
    administrator = await shop.service.as_("administrator")
    path = f"{PATH}/{shop.api_client_id}"
    seen = (await administrator.get(path)).headers["etag"]
    await shop.rotated()

    first = await administrator.patch(path, json={"name": "Shop"}, headers={"If-Match": seen})
    again = await administrator.patch(path, json={"name": "Shop 2"}, headers={"If-Match": seen})
    without = await administrator.patch(path, json={"name": "Shop 3"})

    assert [one.status_code for one in (first, again, without)] == [200, 412, 428]
    (line,) = await shop.service.lines_of(first)
    assert line["changed"] == ["name"]


async def test_disabled_and_enabled(shop: System) -> None:
    """Disabling ends the tokens for good; enabled again, it asks for new ones."""
    client = await shop.signed_in()
    disabled = await shop.act("disable")
    out = (await client.get("/v1/me")).status_code
    twice = await shop.act("disable")
    enabled = await shop.act("enable")

    assert (disabled.json()["status"], out) == ("disabled", 401)
    assert slug(twice) == (409, "client-status-forbids")
    assert (enabled.json()["status"], (await client.get("/v1/me")).status_code) == ("active", 401)
    assert (await shop.ask()).status_code == 200


async def test_the_end_is_the_end(shop: System) -> None:
    """An ended system has no secret, comes back by nothing, and stays readable."""
    client = await shop.signed_in()
    ended = await shop.act("end")

    assert (ended.json()["status"], ended.json()["secrets"]) == ("ended", [])
    assert (await client.get("/v1/me")).status_code == 401
    for answer in (
        await shop.act("enable"),
        await shop.act("rotate-secret", old_secret_expires_in=1),
        await shop.change(name="Again"),
        await shop.act("end"),
    ):
        assert slug(answer) == (409, "client-status-forbids")
    assert (await shop.shown())["client_id"] == shop.client_id


async def test_it_is_no_user_to_be_changed(shop: System) -> None:
    """The routes of users leave systems alone: their terms would be passed by."""
    administrator = await shop.service.as_("administrator")
    path = f"/v1/users/{shop.api_client_id}"

    answers = [
        await administrator.patch(path, json={"roles": ["sales"]}, headers=EVERY),
        await administrator.post(f"{path}/suspend"),
        await administrator.post(f"{path}/reactivate"),
        await administrator.post(f"{path}/invite"),
        await administrator.post(f"{path}/depart", json={}),
    ]

    assert {slug(answer) for answer in answers} == {(409, "other-system")}


async def test_lists_are_narrowed(shop: System) -> None:
    """By owner, by status, and to those that nobody answers for."""
    administrator = await shop.service.as_("administrator")
    owner = (await shop.shown())["owner_id"]

    of_owner = (await administrator.get(PATH, params={"owner_id": owner})).json()["items"]
    active = (await administrator.get(PATH, params={"status": "active", "limit": 200})).json()
    names = ("status=new", "owner_id=x", "ownerless=1", "name=shop")
    odd = [await administrator.get(f"{PATH}?{name}") for name in names]

    assert [one["client_id"] for one in of_owner] == [shop.client_id]
    assert "secrets" not in of_owner[0]
    assert shop.client_id in {one["client_id"] for one in active["items"]}
    assert [one.status_code for one in odd] == [422] * 4


async def test_a_leaver_hands_systems_over(staffed_service: Service) -> None:
    """With a successor they are hers; without one they are shown as nobody's."""
    owner, successor = [await a_colleague(staffed_service.owner_url) for _ in range(2)]
    shop = await a_system(staffed_service, owner_id=str(owner.user_id))
    administrator = await staffed_service.as_("administrator")
    path, heir = f"/v1/users/{owner.user_id}", str(successor.user_id)
    before = (await administrator.get(f"{path}/proof")).json()
    await administrator.post(f"{path}/depart", json={"successor_id": heir})
    handed = (await shop.shown())["owner_id"]
    after = (await administrator.get(f"{path}/proof")).json()
    await administrator.post(f"/v1/users/{heir}/depart", json={})
    ownerless = (await administrator.get(PATH, params={"ownerless": "true"})).json()["items"]

    assert (before["api_clients_owned"], after["api_clients_owned"]) == (1, 0)
    assert (handed, after["is_dead"]) == (heir, True)
    assert shop.client_id in {one["client_id"] for one in ownerless}
    assert (await shop.shown())["owner_id"] is None


async def test_nobody_gives_a_role_that_is_not_theirs_to_give(staffed_service: Service) -> None:
    """Without `staff:write` one gives, and sees secrets of, one's own roles alone."""
    keeper = await a_role(staffed_service, "clients:read", "clients:write")
    client = await a_client(staffed_service, keeper)
    shop = await a_system(staffed_service)
    path = f"{PATH}/{shop.api_client_id}"

    higher = await client.post(PATH, json=await terms(staffed_service))
    own = await client.post(PATH, json=await terms(staffed_service, roles=[keeper]))
    secret = await client.post(f"{path}/rotate-secret", json={})
    raised = await client.patch(path, json={"roles": ["administrator"]}, headers=EVERY)
    renamed = await client.patch(path, json={"name": "Renamed"}, headers=EVERY)

    refused = {slug(one) for one in (higher, secret, raised)}
    assert refused == {(403, "not-permitted")}
    assert (own.status_code, renamed.status_code) == (201, 200)


async def test_roles_kept_apart_meet_in_no_system(staffed_service: Service) -> None:
    """A rule on two roles counts for systems, and a role that one holds cannot be retired."""
    one, other = [await a_role(staffed_service, "customers:read") for _ in range(2)]
    administrator = await staffed_service.as_("administrator")
    for role in (one, other):
        await a_system(staffed_service, roles=[role])
    rule = {"roles": [one, other], "reason": "Tested."}
    made = await administrator.post("/v1/role-separations", json=rule)
    both = await administrator.post(PATH, json=await terms(staffed_service, roles=[one, other]))
    held = await administrator.post(f"/v1/roles/{one}/retire")

    assert made.status_code == 201
    assert slug(both) == (409, "roles-separate")
    assert slug(held) == (409, "role-held")


async def test_a_random_id_is_not_found(staffed_service: Service) -> None:
    """A person's id, and one of nobody, are unknown here alike."""
    administrator = await staffed_service.as_("administrator")
    person = await a_colleague(staffed_service.owner_url)

    answers = [await administrator.get(f"{PATH}/{one}") for one in (person.user_id, new_id())]

    assert {slug(answer) for answer in answers} == {(404, "not-found")}


async def test_what_it_does_carries_its_id(shop: System) -> None:
    """A line of a system names the system, its roles and its session."""
    answer = await bearing(shop.service, await shop.token()).get("/v1/customers?limit=1")

    (line,) = await shop.service.lines_of(answer)
    assert (str(line["actor_id"]), line["actor_kind"]) == (shop.api_client_id, "client")
    assert (line["roles"], line["session"] is not None) == (["integration"], True)

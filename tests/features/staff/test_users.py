"""Users: invited, found, shown, changed, suspended and taken back."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from app.core.access import ActorKind
from app.core.clock import new_id
from app.settings import Settings
from tests.colleagues import a_client, sign_in
from tests.conftest import NewDatabase
from tests.features.staff.builders import a_colleague
from tests.features.staff.inviting import (
    act,
    active,
    changed,
    department,
    invited,
    shown,
    signed_in,
    slug,
    wait_until_out,
)
from tests.service import Service, running_service


async def test_an_invited_user_is_shown_whole(staffed_service: Service) -> None:
    """Who is invited has a status, a mail address and an address of its own."""
    made = await invited(staffed_service, email="He.Miao@Example.com", roles=["sales"])
    answer = await shown(staffed_service, made)

    user = answer.json()
    assert user == {name: value for name, value in made.items() if name != "invitation"}
    assert (user["status"], user["kind"], user["roles"]) == ("invited", "person", ["sales"])
    assert user["email"] == "he.miao@example.com"
    assert answer.headers["etag"]


async def test_mail_addresses_are_sealed(staffed_service: Service) -> None:
    """The database holds no readable mail address of the staff."""
    made = await invited(staffed_service, email="canary@example.com")
    owner = await asyncpg.connect(staffed_service.owner_url)

    sql = "select email from users where user_id = $1"
    sealed = await owner.fetchval(sql, made["user_id"])

    await owner.close()
    assert sealed
    assert b"canary" not in sealed


async def test_a_change_leaves_a_line_without_values(staffed_service: Service) -> None:
    """The line names the user and the members, and no personal value."""
    made = await invited(staffed_service)
    answer = await changed(staffed_service, made, display_name="新名 Xin", roles=["service"])

    (line,) = await staffed_service.lines_of(answer)
    assert line["changed"] == ["display_name", "roles"]
    assert made["user_id"] in line["detail"]
    assert "service" in line["detail"]
    assert "新名" not in line["detail"]


async def test_names_are_taken_once(staffed_service: Service) -> None:
    """The same name in another case and width is the same name."""
    client = await staffed_service.as_("administrator")
    answer = await client.post("/v1/users", json={"username": "ＳＡＬＥＳ", "display_name": "x"})

    assert (answer.status_code, slug(answer)) == (409, "username-taken")


@pytest.mark.parametrize(
    ("values", "status", "problem"),
    [
        ({"username": "a\nb"}, 422, "malformed"),
        ({"username": "   "}, 422, "malformed"),
        ({"username": None}, 422, "malformed"),
        ({"display_name": ""}, 422, "malformed"),
        ({"email": "no mail"}, 422, "malformed"),
        ({"roles": ["sales", "sales"]}, 422, "malformed"),
        ({"roles": ["nosuch"]}, 409, "role-unknown"),
        ({"department_id": str(new_id())}, 409, "department-unknown"),
        ({"department_id": "x"}, 422, "malformed"),
        ({"further_department_ids": [str(new_id())]}, 422, "malformed"),
        ({"status": "active"}, 422, "field-not-available"),
        ({"kind": "client"}, 422, "field-not-available"),
    ],
)
async def test_what_does_not_fit_is_refused(
    staffed_service: Service, values: dict[str, object], status: int, problem: str
) -> None:
    """A user of impossible members is not invited."""
    client = await staffed_service.as_("administrator")
    body = {"username": f"guest_{new_id().hex}", "display_name": "x", **values}
    answer = await client.post("/v1/users", json=body)

    assert (answer.status_code, slug(answer)) == (status, problem)


async def test_a_retry_invites_once(staffed_service: Service) -> None:
    """Under the same key the first answer comes again, token and all."""
    client = await staffed_service.as_("administrator")
    body = {"username": f"guest_{new_id().hex}", "display_name": "x"}
    headers = {"Idempotency-Key": new_id().hex}
    first, second = [await client.post("/v1/users", json=body, headers=headers) for _ in "12"]

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()


async def test_changes_start_from_what_was_seen(staffed_service: Service) -> None:
    """Without an ETag it is 428, with an old one 412, with the right one done."""
    made = await invited(staffed_service)
    client = await staffed_service.as_("administrator")
    seen = (await shown(staffed_service, made)).headers["etag"]

    missing = await client.patch(f"/v1/users/{made['user_id']}", json={"email": None})
    right = await changed(staffed_service, made, seen, display_name="何田 He Tian")
    stale = await changed(staffed_service, made, seen, display_name="何园 He Yuan")

    assert [missing.status_code, right.status_code, stale.status_code] == [428, 200, 412]
    assert stale.headers["etag"] == right.headers["etag"]
    assert right.json()["display_name"] == "何田 He Tian"


async def test_null_empties_a_member(staffed_service: Service) -> None:
    """A merge patch leaves out what stays, and empties what is null."""
    place = await department(staffed_service)
    made = await invited(
        staffed_service, email="a@example.com", department_id=place["department_id"]
    )
    answer = await changed(staffed_service, made, email=None)

    assert answer.json()["email"] is None
    assert answer.json()["department_id"] == place["department_id"]


async def test_other_rights_end_the_tokens_of_before(staffed_service: Service) -> None:
    """A role that is taken away is gone on the next request."""
    made = await active(staffed_service, roles=["sales"])
    client = await signed_in(staffed_service, made["username"])
    before = await client.get("/v1/me")
    answer = await changed(staffed_service, made, roles=["marketing"])

    assert (before.status_code, answer.status_code) == (200, 200)
    assert (await client.get("/v1/me")).status_code == 401


async def test_several_departments_are_reached(staffed_service: Service) -> None:
    """Who belongs to several departments reaches all of them and what is below."""
    one, other = await department(staffed_service), await department(staffed_service)
    below = await department(staffed_service, parent_id=other["department_id"])
    made = await active(
        staffed_service,
        roles=["sales"],
        department_id=one["department_id"],
        further_department_ids=[other["department_id"]],
    )
    client = await signed_in(staffed_service, made["username"])
    rights = (await client.get("/v1/me/permissions")).json()

    assert rights["departments"] == [
        *(one["department_id"], other["department_id"], below["department_id"])
    ]
    left = await changed(staffed_service, made, further_department_ids=[])
    assert left.json()["further_department_ids"] == []


@pytest.mark.parametrize("values", [{"roles": ["sales"]}, {"department_id": None}])
async def test_nobody_changes_own_rights(
    staffed_service: Service, values: dict[str, object]
) -> None:
    """One's own roles and departments are changed by somebody else, one's name by oneself."""
    client = await staffed_service.as_("administrator")
    path = f"/v1/users/{(await client.get('/v1/me')).json()['user_id']}"
    headers = {"If-Match": "*"}

    refused = await client.patch(path, json=values, headers=headers)
    allowed = await client.patch(path, json={"display_name": "安宁 An Ning"}, headers=headers)

    assert (refused.status_code, slug(refused)) == (409, "own-account")
    assert allowed.status_code == 200


@pytest.mark.parametrize("verb", ["suspend", "reactivate"])
async def test_nobody_changes_own_status(staffed_service: Service, verb: str) -> None:
    """One does not suspend oneself by mistake."""
    client = await staffed_service.as_("administrator")
    own = (await client.get("/v1/me")).json()

    answer = await act(staffed_service, own, verb)

    assert (answer.status_code, slug(answer)) == (409, "own-account")


async def test_suspended_users_are_out_at_once(staffed_service: Service) -> None:
    """A suspended user's token is no good any more; taken back, the password is as before."""
    made = await active(staffed_service, roles=["sales"])
    client = await signed_in(staffed_service, made["username"])

    suspended = await act(staffed_service, made, "suspend")
    await wait_until_out(client)
    again = await act(staffed_service, made, "suspend")
    back = await act(staffed_service, made, "reactivate")

    assert (suspended.json()["status"], back.json()["status"]) == ("suspended", "active")
    assert (again.status_code, slug(again)) == (409, "status-forbids")
    own = (await (await signed_in(staffed_service, made["username"])).get("/v1/me")).json()
    assert own["username"] == made["username"]


async def test_who_never_came_is_invited_again(staffed_service: Service) -> None:
    """Without a password, taking back leaves a user invited; who is active is not taken back."""
    made = await invited(staffed_service)
    await act(staffed_service, made, "suspend")

    back = await act(staffed_service, made, "reactivate")
    twice = await act(staffed_service, made, "reactivate")

    assert back.json()["status"] == "invited"
    assert slug(twice) == "status-forbids"


@pytest.fixture
async def small_service(new_database: NewDatabase, settings: Settings) -> AsyncIterator[Service]:
    """A service of its own, where no other test has made an administrator."""
    urls = await new_database()
    async with running_service(settings, urls.app, urls.owner) as running:
        yield running


async def test_the_last_administrator_stays(small_service: Service) -> None:
    """Not even another system may leave the staff without an administrator."""
    system = await a_colleague(
        small_service.owner_url, roles=("administrator",), kind=ActorKind.CLIENT
    )
    client = await a_client_of(small_service, system.username)
    own = (await (await small_service.as_("administrator")).get("/v1/me")).json()
    path = f"/v1/users/{own['user_id']}"

    answers = [
        await client.post(f"{path}/suspend"),
        await client.post(f"{path}/depart", json={}),
        await client.patch(path, json={"roles": ["sales"]}, headers={"If-Match": "*"}),
    ]

    assert [slug(answer) for answer in answers] == ["last-administrator"] * 3


async def a_client_of(service: Service, username: str) -> httpx.AsyncClient:
    """Sign a colleague of the builders in."""
    client = service.anonymous()
    await sign_in(client, username)
    return client


@pytest.mark.parametrize("verb", ["", "/invite", "/suspend", "/reactivate", "/proof"])
async def test_unknown_users_are_not_there(staffed_service: Service, verb: str) -> None:
    """Every act on an unknown user is the same 404."""
    client = await staffed_service.as_("administrator")
    method = "GET" if verb in {"", "/proof"} else "POST"

    answer = await client.request(method, f"/v1/users/{new_id()}{verb}")

    assert (answer.status_code, slug(answer)) == (404, "not-found")


async def test_only_administrators_change_the_staff(staffed_service: Service) -> None:
    """Reading the staff is not changing it."""
    client = await a_client(staffed_service, "data_officer")
    answer = await client.post("/v1/users", json={"username": "x", "display_name": "x"})

    assert (answer.status_code, slug(answer)) == (403, "not-permitted")

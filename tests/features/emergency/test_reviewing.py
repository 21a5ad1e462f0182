"""Tests of what the second officer sees, ends and judges, and of what ends by itself."""

import asyncio
import time
from typing import Any
from uuid import UUID

import pytest

from app.settings import Settings
from tests.colleagues import a_role, sign_in
from tests.conftest import NewDatabase
from tests.features.emergency.desk import PATH, WHY, Desk, a_desk, customer
from tests.features.staff.builders import a_colleague, change
from tests.journeys.matrix.cells import slug
from tests.service import running_service

NOWHERE = "01890000-0000-7000-8000-00000000000a"
AGE = (
    "update emergency_accesses set opened_at = opened_at - interval '1 hour', "
    "until = until - interval '1 hour' where emergency_access_id = $1"
)


async def _listed(desk: Desk, made: dict[str, Any], by: str = "regional_officer_east") -> list[Any]:
    client = await desk.service.as_(by)
    answer = await client.get(f"{PATH}?customer_id={made['customer_id']}")
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["items"]
    return found


async def test_the_second_officer_sees_it_at_once(desk: Desk) -> None:
    """Who, why, until when, and each look with its fields as it happens."""
    made = await desk.customer()
    await desk.opened(made["customer_id"])
    (fresh,) = await _listed(desk, made)
    await desk.opener.get(customer(made), headers={"X-Purpose": "to warn them"})
    await desk.opener.get(customer(made, "/history"))

    (seen,) = await _listed(desk, made)
    one = (await desk.reviewer.get(f"{PATH}/{seen['emergency_access_id']}")).json()

    assert (fresh["is_open"], fresh["is_reviewed"], fresh["reads"]) == (True, False, [])
    assert (seen["user_id"], seen["reason_text"]) == (desk.opener_id, WHY)
    assert seen["reason"] == {"code": "safety", "en": "Danger to somebody", "zh": "人身安全"}
    assert [read["operation"] for read in seen["reads"]] == [
        "list_customer_history",
        "get_customer",
    ]
    assert (seen["reads_count"], seen["reads"][1]["purpose"]) == (2, "to warn them")
    assert seen["reads"][1]["fields"]["customers"]["phone"] == "read"
    assert one == seen


async def test_auditors_and_data_officers_see_all(desk: Desk) -> None:
    """The officer of the opener's own region does not: the customer is not hers to reach."""
    made = await desk.customer()
    access = await desk.opened(made["customer_id"])
    south = await desk.service.as_("regional_officer_south")

    assert len(await _listed(desk, made, "auditor")) == 1
    assert len(await _listed(desk, made, "data_officer")) == 1
    assert await _listed(desk, made, "regional_officer_south") == []
    assert slug(await south.get(f"{PATH}/{access['emergency_access_id']}")) == "not-found"
    assert slug(await desk.end(access, south)) == "not-found"
    assert slug(await desk.review(access, south)) == "not-found"


async def test_the_opener_does_not_review_by_what_is_opened(desk: Desk) -> None:
    """An emergency brings the customer within sight, not within a reviewer's reach."""
    made = await desk.customer()
    access = await desk.opened(made["customer_id"])
    listed = await desk.opener.get(f"{PATH}?customer_id={made['customer_id']}")

    assert listed.json()["items"] == []
    assert slug(await desk.review(access, desk.opener)) == "not-found"


async def test_nobody_reviews_their_own(desk: Desk) -> None:
    """Not even when the customer has come within reach, nor by a further role."""
    made = await desk.customer()
    officer = await a_colleague(
        desk.service.owner_url,
        roles=("regional_officer",),
        department_id=UUID(desk.places["South China"]),
    )
    client = desk.service.anonymous()
    await sign_in(client, officer.username)
    access = (await desk.open(made["customer_id"], client)).json()
    assert (await desk.end(access, client)).status_code == 200
    more = "update users set roles = array['regional_officer', 'auditor'] where user_id = $1"
    await change(desk.service.owner_url, more, officer.user_id)
    await asyncio.sleep(1.0)
    await sign_in(client, officer.username)

    seen = await client.get(f"{PATH}/{access['emergency_access_id']}")
    own = await desk.review(access, client)

    assert seen.status_code == 200
    assert slug(own) == "emergency-is-your-own"


async def test_a_verdict_is_given_once_and_after_the_end(desk: Desk) -> None:
    """What is open still cannot be judged; of two at once one is heard."""
    made = await desk.customer()
    access = await desk.opened(made["customer_id"])
    early = await desk.review(access)
    await desk.end(access)
    officer = await desk.service.as_("data_officer")

    answers = await asyncio.gather(desk.review(access), desk.review(access, officer))
    (seen,) = await _listed(desk, made)
    kept = next(answer for answer in answers if answer.status_code == 200)
    (line,) = await desk.service.lines_of(kept)

    assert slug(early) == "emergency-open-still"
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert slug(await desk.review(access)) == "emergency-reviewed"
    assert (seen["is_reviewed"], seen["verdict"]) == (True, "justified")
    assert seen["note"] == "The caller was heard by two."
    assert '"verdict":"justified"' in line["detail"]
    assert "heard" not in str(line)


async def test_another_system_judges_nothing(desk: Desk) -> None:
    """Not in the name of anybody."""
    made = await desk.customer()
    access = await desk.opened(made["customer_id"])
    await desk.end(access)
    system = await a_colleague(desk.service.owner_url, roles=("auditor",))
    kind = "update users set kind = 'client' where user_id = $1"
    await change(desk.service.owner_url, kind, system.user_id)
    client = desk.service.anonymous()
    await asyncio.sleep(1.0)
    await sign_in(client, system.username)

    assert slug(await desk.review(access, client)) == "not-a-person"


async def test_what_awaits_a_review_comes_first_and_is_counted(desk: Desk) -> None:
    """Then what is reviewed, each the newest first, page by page."""
    made = [await desk.customer() for _ in range(4)]
    accesses = [await desk.opened(one["customer_id"]) for one in made]
    for access in accesses[2:]:
        await desk.end(access)
        await desk.review(access)
    path = f"{PATH}?user_id={desk.opener_id}&limit=1"
    page = (await desk.reviewer.get(path)).json()
    found = [item["emergency_access_id"] for item in page["items"]]
    while page["has_more"]:
        page = (await desk.reviewer.get(f"{path}&cursor={page['next_cursor']}")).json()
        found += [item["emergency_access_id"] for item in page["items"]]
    whole = (await desk.reviewer.get(f"{PATH}?limit=200")).json()

    ids = [access["emergency_access_id"] for access in accesses]
    assert found == [ids[1], ids[0], ids[3], ids[2]]
    assert page["unreviewed"] == len([one for one in whole["items"] if not one["is_reviewed"]]) >= 2


@pytest.mark.parametrize("who", ["opener", "reviewer"])
async def test_either_ends_it(desk: Desk, who: str) -> None:
    """At once in this process, once, with its line."""
    made = await desk.customer()
    access = await desk.opened(made["customer_id"])
    client = getattr(desk, who)

    ended = await desk.end(access, client)
    (line,) = await desk.service.lines_of(ended)
    gone = await desk.opener.get(customer(made))

    assert (ended.status_code, ended.json()["is_open"]) == (200, False)
    assert ended.json()["ended_by"] == str(line["actor_id"])
    assert [str(one) for one in line["subjects"]] == [made["customer_id"]]
    assert slug(gone) == "not-found"
    assert slug(await desk.end(access, client)) == "emergency-ended"


async def test_others_end_nothing_and_learn_nothing(desk: Desk) -> None:
    """An access of somebody else is as one that never was."""
    made = await desk.customer()
    access = await desk.opened(made["customer_id"])
    seller = await desk.service.as_("sales")

    foreign = await desk.end(access, seller)
    unknown = await desk.end({"emergency_access_id": NOWHERE}, seller)

    assert (slug(foreign), slug(unknown)) == ("not-found", "not-found")
    assert (await desk.opener.get(customer(made))).status_code == 200


async def test_time_ends_it_by_itself(desk: Desk) -> None:
    """Without anybody's doing; then it can be reviewed, and opened anew."""
    made = await desk.customer()
    access = await desk.opened(made["customer_id"])
    await desk.opener.get(customer(made))
    await change(desk.service.owner_url, AGE, UUID(access["emergency_access_id"]))

    gone = await desk.opener.get(customer(made))
    late = await desk.end(access)
    reviewed = await desk.review(access)
    again = await desk.open(made["customer_id"])

    assert (slug(gone), slug(late)) == ("not-found", "emergency-ended")
    assert reviewed.status_code == 200
    assert again.status_code == 201


@pytest.mark.parametrize("way", ["suspend", "depart"])
async def test_it_ends_with_the_person(desk: Desk, way: str) -> None:
    """For good: who comes back within the hour has to open it again."""
    made = await desk.customer()
    access = await desk.opened(made["customer_id"])
    administrator = await desk.service.as_("administrator")
    path = f"/v1/users/{desk.opener_id}"

    out = await administrator.post(f"{path}/{way}", json={} if way == "depart" else None)
    (seen,) = await _listed(desk, made)
    refused = await desk.opener.get(customer(made))
    if way == "suspend":
        assert (await administrator.post(f"{path}/reactivate")).is_success
        await sign_in(desk.opener, (await administrator.get(path)).json()["username"])
        assert slug(await desk.opener.get(customer(made))) == "not-found"

    me = (await administrator.get("/v1/me")).json()["user_id"]
    assert out.is_success, out.text
    assert slug(refused) == "not-signed-in"
    assert (seen["is_open"], seen["ended_by"]) == (False, me)
    assert slug(await desk.end(access, desk.reviewer)) == "emergency-ended"


async def test_it_ends_with_the_right_to_open(desk: Desk) -> None:
    """Who may open nothing any more sees nothing by what was opened."""
    made = await desk.customer()
    kept = ("identity:read", "customers:read", "record:read")
    role = await a_role(desk.service, *kept, "emergency:open")
    south = UUID(desk.places["South China"])
    officer = await a_colleague(desk.service.owner_url, roles=(role,), department_id=south)
    client = desk.service.anonymous()
    await sign_in(client, officer.username)
    assert (await desk.open(made["customer_id"], client)).status_code == 201
    scopes = "update roles set scopes = $2 where code = $1"
    await change(desk.service.owner_url, scopes, role, ["self:read", *kept])
    await asyncio.sleep(1.0)
    await sign_in(client, officer.username)

    assert slug(await client.get(customer(made))) == "not-found"


async def test_another_process_knows_within_a_second(
    new_database: NewDatabase, settings: Settings
) -> None:
    """That it is open, and that it is not any more."""
    urls = await new_database()
    async with (
        running_service(settings, urls.app, urls.owner) as one,
        running_service(settings, urls.app, urls.owner, one.users) as other,
    ):
        desk = await a_desk(one)
        made = await desk.customer()
        async with other.anonymous() as elsewhere:
            elsewhere.headers["Authorization"] = desk.opener.headers["Authorization"]
            access = await desk.opened(made["customer_id"])
            opened = await _seconds_until(200, elsewhere, made)
            await desk.end(access)
            ended = await _seconds_until(404, elsewhere, made)

    assert opened < 1.0
    assert ended < 1.0


async def _seconds_until(status: int, client: Any, made: dict[str, Any]) -> float:
    began = time.monotonic()
    while (await client.get(customer(made))).status_code != status:
        assert time.monotonic() - began < 5, status
        await asyncio.sleep(0.02)
    return time.monotonic() - began

"""Roles kept apart, over HTTP and for those who assign roles."""

import asyncpg
import pytest

from app.core.audit import Line
from app.core.work import UnitOfWork
from app.features.staff.problems import RolesSeparate
from app.features.staff.separation import require_separate
from app.settings import Settings
from tests.colleagues import a_client
from tests.conftest import open_test_platform
from tests.features.roles.builders import (
    READER,
    ROLES,
    Office,
    a_published_role,
    edit,
    publish,
    slug,
)

RULES = "/v1/role-separations"


async def two_roles(office: Office) -> list[str]:
    """Publish two roles and return their codes."""
    return [await a_published_role(office) for _ in range(2)]


async def test_rule_is_made_listed_and_removed(office: Office) -> None:
    """A rule names its two roles in one order, tells who made it, and goes again."""
    first, second = await two_roles(office)
    body = {"roles": [second, first], "reason": "Whoever pays does not order."}

    answer = await office.maker.post(RULES, json=body)
    made = answer.json()
    listed = (await office.maker.get(RULES)).json()["items"]
    removed = await office.maker.delete(f"{RULES}/{made['separation_id']}")
    again = await office.maker.delete(f"{RULES}/{made['separation_id']}")

    assert answer.status_code == 201
    assert (made["one"], made["other"]) == tuple(sorted([first, second]))
    assert (made in listed, made["people"]) == (True, 0)
    assert (removed.status_code, slug(again)) == (204, (404, "not-found"))
    (line,) = await office.service.lines_of(removed)
    assert first in line["detail"]


async def test_two_roles_are_kept_apart_once(office: Office) -> None:
    """A second rule about the same two is refused, in whichever order they come."""
    first, second = await two_roles(office)
    body = {"roles": [first, second], "reason": "Tested."}
    await office.maker.post(RULES, json=body)

    answer = await office.maker.post(RULES, json={**body, "roles": [second, first]})

    assert slug(answer) == (409, "separation-exists")


@pytest.mark.parametrize(
    ("roles", "pointer", "code"),
    [
        (["sales", "nobody"], "/roles/1", "role-unknown"),
        (["\u200b", "sales"], "/roles/0", "role-unknown"),
        (["sales", "sales"], "/roles/1", "given-twice"),
        (["sales"], "/roles", "list-empty"),
        (["sales", "service", "auditor"], "/roles", "list-too-long"),
    ],
)
async def test_rule_needs_two_roles(
    office: Office, roles: list[str], pointer: str, code: str
) -> None:
    """A rule is about two different roles that exist."""
    answer = await office.maker.post(RULES, json={"roles": roles, "reason": "Tested."})

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["code"]) == (422, pointer, code)


async def test_rule_is_not_broken_from_birth(office: Office) -> None:
    """While somebody holds both roles they are not kept apart; first one is taken away."""
    first, second = await two_roles(office)
    await a_client(office.service, first, second)

    answer = await office.maker.post(RULES, json={"roles": [first, second], "reason": "Tested."})

    assert slug(answer) == (409, "separation-broken")
    assert first not in str((await office.maker.get(RULES)).json())


async def test_broken_rule_stands_against_publishing(office: Office) -> None:
    """A rule that is broken behind the service's back is shown, and holds the draft up."""
    first, second = await two_roles(office)
    await office.maker.post(RULES, json={"roles": [first, second], "reason": "Tested."})
    await a_client(office.service, first, second)
    await edit(office.maker, first, **{**READER, "reach": "below"})

    compared = (await office.maker.get(f"{ROLES}/{first}/draft/comparison")).json()
    answer = await publish(office.checker, first)

    assert [rule["people"] for rule in compared["separations"]] == [1]
    assert slug(answer) == (409, "separation-broken")


async def test_assigning_both_is_refused(office: Office, settings: Settings) -> None:
    """Whoever assigns roles is told of two that may not meet, and of no others."""
    first, second = await two_roles(office)
    await office.maker.post(RULES, json={"roles": [first, second], "reason": "Tested."})

    async with open_test_platform(office.service.app_url, settings) as platform:
        work = UnitOfWork(platform, Line("tested-request"))
        await require_separate(work, [first, "sales"])
        with pytest.raises(RolesSeparate) as refused:
            await require_separate(work, ["sales", second, first])

    assert refused.value.members["names"] == sorted([first, second])


async def test_nobody_is_given_both(office: Office) -> None:
    """Inviting somebody with both roles is refused, and so is giving the second to a colleague."""
    first, second = await two_roles(office)
    await office.maker.post(RULES, json={"roles": [first, second], "reason": "Tested."})
    new = {"username": first, "display_name": "小明"}

    both = await office.maker.post("/v1/users", json={**new, "roles": [first, second]})
    one = await office.maker.post("/v1/users", json={**new, "roles": [first]})
    path, seen = one.headers["location"], {"If-Match": "*"}
    added = await office.maker.patch(path, json={"roles": [first, second]}, headers=seen)

    assert slug(both) == slug(added) == (409, "roles-separate")
    assert one.status_code == 201


@pytest.mark.parametrize("role", ["sales", "auditor", "data_officer"])
async def test_roles_are_for_administrators(office: Office, role: str) -> None:
    """Nobody else reads or changes roles and rules."""
    client = await office.service.as_(role)
    body = {"roles": ["sales", "service"], "reason": "Tested."}

    answers = [
        await client.get(RULES),
        await client.post(RULES, json=body),
        await client.get(ROLES),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


async def test_database_knows_two_roles_only(office: Office) -> None:
    """No rule about one role gets into the table, whoever writes it."""
    connection = await asyncpg.connect(office.service.owner_url)

    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(
            "insert into role_separations values (gen_random_uuid(), 'sales', 'sales', 'x', now())"
        )

    await connection.close()

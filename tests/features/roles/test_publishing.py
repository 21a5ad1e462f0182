"""Publishing over HTTP: who may, what then holds, and for whom."""

import asyncio
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.settings import AccessSettings, Settings
from tests.colleagues import a_client, wait_for
from tests.conftest import NewDatabase
from tests.features.customers.builders import a_customer
from tests.features.roles.builders import (
    READER,
    ROLES,
    Office,
    a_new_role,
    a_published_role,
    edit,
    publish,
    slug,
)
from tests.service import Service, running_service


async def test_published_role_really_works(office: Office) -> None:
    """A role made over HTTP shows and hides fields as it was granted."""
    made = await a_customer(office.service, phone="+8613800138000", tier="A", city="北京市")
    grants = [
        *READER["grants"],
        {"target": "contact", "grade": "masked"},
        {"target": "customers.tier", "grade": "read"},
    ]
    code = await a_published_role(office, **{**READER, "grants": grants})
    client = await a_client(office.service, code)

    shown = (await client.get(f"/v1/customers/{made['customer_id']}")).json()

    assert (shown["name"], shown["tier"], shown["city"]) == (made["name"], "A", None)
    assert shown["withheld"]["phone"] == "masked"
    assert shown["withheld"]["city"] == shown["withheld"]["kind"] == "hidden"
    assert "13800138000" not in str(shown)
    assert (await client.get("/v1/customers?city=x")).status_code == 422


async def test_everybody_obeys_at_once(office: Office) -> None:
    """What is published holds for those who hold the role, whose tokens name other rights."""
    made = await a_customer(office.service)
    code = await a_published_role(office)
    client = await a_client(office.service, code)
    path = f"/v1/customers/{made['customer_id']}"
    assert (await client.get(path)).json()["name"] == made["name"]
    await edit(office.maker, code, permissions=[])

    answer = await publish(office.checker, code)

    await wait_for(client, path, lambda found: found.status_code in {401, 403})
    assert (answer.json()["version"], answer.json()["has_draft"]) == (2, False)


async def test_line_says_what_came_in_force(office: Office) -> None:
    """The audit holds what was granted and withdrawn, by names."""
    code = await a_published_role(office)
    await edit(office.maker, code, grants=[{"target": "trade", "grade": "read", "reach": "own"}])

    answer = await publish(office.checker, code)

    (line,) = await office.service.lines_of(answer)
    assert (line["operation"], line["status"]) == ("publish_role_draft", 200)
    assert line["changed"] == ["en", "scopes", "version", "zh"]
    assert '"granted":["trade:read@own"]' in line["detail"]
    assert '"withdrawn":["identity:read","record:read"]' in line["detail"]


async def test_maker_is_not_checker(office: Office) -> None:
    """Whoever had a hand in the draft cannot publish it, also when another edited it last."""
    code = await a_new_role(office)
    await edit(office.maker, code, **READER)
    own = await publish(office.maker, code)
    await edit(office.checker, code, en="Tested by two")
    still_own = await publish(office.maker, code)

    third = await a_client(office.service, "administrator")

    assert slug(own) == slug(still_own) == (409, "draft-is-your-own")
    assert (await publish(third, code)).status_code == 200


async def test_nobody_changes_a_role_of_their_own(office: Office) -> None:
    """Who holds a role does not publish its change, whoever edited it."""
    await edit(office.maker, "administrator", en="Administrators")
    answer = await publish(office.checker, "administrator")

    await office.maker.delete(f"{ROLES}/administrator/draft", headers={"If-Match": "*"})

    assert slug(answer) == (409, "role-is-your-own")


async def test_approval_is_for_what_was_seen(office: Office) -> None:
    """A draft that was edited after the checker saw it is not published."""
    code = await a_new_role(office)
    seen = (await edit(office.maker, code, **READER)).headers["etag"]
    await edit(office.maker, code, permissions=["customers:read", "audit:read"])

    path = f"{ROLES}/{code}/draft/publish"
    stale = await office.checker.post(path, json={}, headers={"If-Match": seen})
    missing = await office.checker.post(path, json={})

    assert (slug(stale), slug(missing)) == ((412, "stale"), (428, "if-match-missing"))
    assert (await office.maker.get(f"{ROLES}/{code}")).json()["version"] == 0


async def test_nothing_is_not_published(office: Office) -> None:
    """Without a draft, or with one that changes nothing, there is nothing to publish."""
    code = await a_published_role(office)
    without = await publish(office.checker, code)
    await edit(office.maker, code, **READER)
    same = await publish(office.checker, code)

    assert slug(without) == slug(same) == (409, "nothing-to-publish")


async def test_of_publishers_at_once_one_wins(office: Office) -> None:
    """However many publish the same draft at once, it comes in force once."""
    code = await a_new_role(office)
    seen = (await edit(office.maker, code, **READER)).headers["etag"]
    path = f"{ROLES}/{code}/draft/publish"

    answers = await asyncio.gather(
        *(office.checker.post(path, json={}, headers={"If-Match": seen}) for _ in range(6))
    )

    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    versions = (await office.maker.get(f"{ROLES}/{code}/versions")).json()["items"]
    assert [version["version"] for version in versions] == [1]


async def test_every_process_obeys_within_a_second(
    new_database: NewDatabase, settings: Settings
) -> None:
    """What one process publishes holds in another, for tokens that were good before."""
    urls = await new_database()
    async with running_service(settings, urls.app, urls.owner) as one:
        office = Office(one, await one.as_("administrator"), await one.as_("administrator"))
        code = await a_published_role(office)
        async with running_service(settings, urls.app, urls.owner, one.users) as other:
            client = await a_client(other, code)
            assert (await client.get("/v1/customers")).status_code == 200
            await edit(office.maker, code, permissions=[])
            await publish(office.checker, code)
            published = time.monotonic()
            await wait_for(client, "/v1/customers", lambda found: found.status_code in {401, 403})
            took = time.monotonic() - published

    assert took < 1.0


async def test_published_once_under_one_key(office: Office) -> None:
    """A retry under the same Idempotency-Key gets the first answer."""
    code = await a_new_role(office)
    seen = (await edit(office.maker, code, **READER)).headers["etag"]
    headers = {"If-Match": seen, "Idempotency-Key": code}
    path = f"{ROLES}/{code}/draft/publish"

    first = await office.checker.post(path, json={}, headers=headers)
    again = await office.checker.post(path, json={}, headers=headers)

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.json()["version"] == 1


async def test_editing_is_not_publishing(office: Office) -> None:
    """The right to edit drafts puts nothing in force."""
    editors = await a_published_role(office, permissions=["roles:read", "roles:write"])
    client = await a_client(office.service, editors)
    code = await a_new_role(office)
    await edit(office.maker, code, **READER)

    assert slug(await publish(client, code)) == (403, "not-permitted")
    assert (await edit(client, code, reach="below")).status_code == 200


async def test_another_system_does_not_check(office: Office) -> None:
    """A client that may publish does not stand in for a person."""
    publishers = await a_published_role(office, permissions=["roles:publish", "roles:read"])
    client = await a_client(office.service, publishers)
    connection = await asyncpg.connect(office.service.owner_url)
    await connection.execute("update users set kind = 'client' where $1 = any(roles)", publishers)
    await connection.execute("update staff_epoch set epoch = epoch + 1")
    await connection.close()
    code = await a_new_role(office)
    await edit(office.maker, code, **READER)
    await wait_for(client, "/v1/me", lambda found: found.json()["kind"] == "client")

    assert slug(await publish(client, code)) == (409, "draft-is-your-own")


@pytest.fixture(params=[False, True], ids=["alone", "allowed"])
async def small(
    request: pytest.FixtureRequest, new_database: NewDatabase, settings: Settings
) -> AsyncIterator[Service]:
    """A service of its own with one administrator, or with a setting that lets each publish."""
    urls = await new_database()
    access = AccessSettings(publish_alone=request.param)
    chosen = settings.model_copy(update={"access": access})
    async with running_service(chosen, urls.app, urls.owner) as running:
        if request.param:
            await a_client(running, "administrator")
        yield running


async def test_alone_one_publishes_alone(small: Service) -> None:
    """With nobody else to check, or when the setting says so, the maker publishes; it is noted."""
    admin = await small.as_("administrator")
    office = Office(small, admin, admin)
    code = await a_new_role(office)
    await edit(admin, code, **READER)

    answer = await publish(admin, code)

    assert answer.status_code == 200
    (line,) = await small.lines_of(answer)
    assert '"alone":true' in line["detail"]

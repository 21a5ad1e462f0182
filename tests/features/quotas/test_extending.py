"""Extending a quota: a factor shown anew opens a further one, so many times a day."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from app.settings import Settings
from tests.colleagues import a_client, wait_for
from tests.conftest import NewDatabase
from tests.features.identity.proving import Holder, a_holder, stepped_up
from tests.features.identity.signing_in import SignedIn, bearing
from tests.features.quotas.builders import EXTEND, SMALL, read, slug, use_of
from tests.service import Service, running_service

RECORDS = {"quota": "records"}
# Tokens tell the moment of the factor in whole seconds.
SECOND = 1.1


@pytest.fixture
async def holder(counting: Service, customers: list[str], digest: str) -> Holder:
    """Somebody of the desk with an app."""
    return await a_holder(counting, digest, "service")


async def fresh(holder: Holder, steps: int = 0) -> SignedIn:
    """Show the factor, and go on with the token that says so."""
    code = holder.recovery_codes.pop() if steps else None
    proof = {"recovery_code": code} if code else {"otp": holder.code()}
    answer = await stepped_up(holder.inside, **proof)
    assert answer.status_code == 200, answer.text
    return bearing(holder.service, answer)


async def test_a_fresh_factor_opens_a_further_quota(holder: Holder) -> None:
    """Without it the quota stays spent; with it as much again can be read, on an own line."""
    client = holder.inside.client
    await read(client, 10)
    refused = await client.post(EXTEND, json=RECORDS)
    inside = await fresh(holder)

    extended = await inside.client.post(EXTEND, json=RECORDS)

    assert (refused.status_code, slug(refused)) == (403, "fresh-factor-needed")
    assert extended.status_code == 200, extended.text
    told = extended.json()
    assert (told["used"], told["left"], told["extended"], told["extensions_left"]) == (10, 10, 1, 0)
    assert [(await read(client, size)).status_code for size in (10, 1)] == [200, 429]
    (line,) = await holder.service.lines_of(extended)
    assert line["operation"] == "extend_my_quota"
    assert line["detail"] == '{"extended":{"quota":"records","times":1}}'
    assert line["changed"] == ["extended"]


async def test_it_ends_after_so_many_times(holder: Holder) -> None:
    """However often the factor is shown."""
    first = await (await fresh(holder)).client.post(EXTEND, json=RECORDS)
    inside = await fresh(holder, 1)

    again = await inside.client.post(EXTEND, json=RECORDS)
    other = await inside.client.post(EXTEND, json={"quota": "lookups"})

    assert (first.status_code, other.status_code) == (200, 200)
    assert (again.status_code, slug(again)) == (409, "no-further-quota")


async def test_without_a_factor_one_waits(counting: Service, customers: list[str]) -> None:
    """A person without one, and another system."""
    person = await a_client(counting, "service")
    system = await counting.as_("integration")

    answers = [await client.post(EXTEND, json=RECORDS) for client in (person, system)]

    assert [slug(one) for one in answers] == ["fresh-factor-needed", "not-permitted"]
    assert (await use_of(person))["extended"] == 0


async def test_only_a_quota_can_be_extended(holder: Holder) -> None:
    """Anything else is refused by its place."""
    inside = await fresh(holder)

    answer = await inside.client.post(EXTEND, json={"quota": "patience"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/quota")


@pytest.fixture
async def lenient(
    new_database: NewDatabase, settings: Settings
) -> AsyncIterator[tuple[Service, Service]]:
    """Two processes on one database that let a quota be extended three times; none for reveals."""
    urls = await new_database()
    quotas = SMALL.model_copy(update={"extensions_per_day": 3, "reveals_per_day": 0})
    lax = settings.model_copy(update={"quotas": quotas})
    async with (
        running_service(lax, urls.app, urls.owner) as one,
        running_service(lax, urls.app, urls.owner, one.users) as other,
    ):
        yield one, other


async def test_each_time_takes_a_factor_shown_anew(
    lenient: tuple[Service, Service], digest: str
) -> None:
    """The one that opened it is used up for that, also in another process."""
    here, there = lenient
    holder = await a_holder(here, digest, "service")
    inside = await fresh(holder)
    elsewhere = there.anonymous()
    elsewhere.headers["Authorization"] = inside.client.headers["Authorization"]
    await wait_for(elsewhere, "/v1/me", lambda answer: answer.status_code == 200)

    first = await inside.client.post(EXTEND, json=RECORDS)
    again = await elsewhere.post(EXTEND, json=RECORDS)
    await asyncio.sleep(SECOND)
    anew = await (await fresh(holder, 1)).client.post(EXTEND, json=RECORDS)
    endless = await inside.client.post(EXTEND, json={"quota": "reveals"})

    assert (first.status_code, slug(again)) == (200, "fresh-factor-needed")
    assert anew.json()["extended"] == 2
    assert slug(endless) == "no-further-quota"


async def test_an_old_factor_does_not_do(holder: Holder) -> None:
    """It has to be shown within five minutes."""
    inside = await fresh(holder)
    connection = await asyncpg.connect(holder.service.owner_url)
    old = "update sessions set factor_at = factor_at - $1::interval where session_id = $2"
    await connection.execute(old, timedelta(minutes=6), inside.session_id)
    await connection.close()
    answer = await holder.service.anonymous().post(
        "/v1/auth/token",
        data={
            "grant_type": "refresh_token",
            "refresh_token": holder.inside.members["refresh_token"],
        },
    )

    refused = await bearing(holder.service, answer).client.post(EXTEND, json=RECORDS)

    assert slug(refused) == "fresh-factor-needed"

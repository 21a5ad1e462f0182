"""Quotas over HTTP: what counts, what is refused beyond, and what is told."""

import asyncio
from datetime import datetime

import asyncpg
import httpx

from app.core.clock import now
from tests.colleagues import a_client
from tests.features.quotas.builders import (
    MINE,
    PATH,
    look_up,
    read,
    reveal,
    slug,
    use_of,
    used,
)
from tests.service import Service

NOBODYS = "+8618799999999"


async def test_what_is_shown_counts(counting: Service, customers: list[str]) -> None:
    """Lists, searches, one by id, with parts or without: each customer once a request."""
    client = await a_client(counting, "service")

    await read(client, 3)
    await client.post(f"{PATH}/search", json={"q": "王小明", "limit": 2})
    await client.get(f"{PATH}/{customers[0]}?include=contact_points,notes")
    await client.get(f"{PATH}/{customers[0]}/history")

    assert await used(client) == 3 + 2 + 1 + 1


async def test_beyond_the_quota_nothing_is_shown(counting: Service, customers: list[str]) -> None:
    """Refused whole, with what is left; a smaller page still fits, and the refusal has its line."""
    client = await a_client(counting, "service")
    await read(client, 8)

    refused = await read(client, 3)
    fitting = await read(client, 2)
    last = await client.get(f"{PATH}/{customers[0]}", headers={"Accept-Language": "zh-CN"})

    assert (refused.status_code, slug(refused)) == (429, "read-quota-spent")
    assert (refused.json()["quota"], refused.json()["left"]) == ("records", 2)
    assert int(refused.headers["retry-after"]) > 0
    assert datetime.fromisoformat(refused.json()["renews_at"]) > now()
    assert (fitting.status_code, last.status_code) == (200, 429)
    assert last.json()["title"].startswith("今日额度已用完")
    (line,) = await counting.lines_of(refused)
    assert (line["status"], line["shown"]) == (429, None)


async def test_many_at_once_get_no_more_than_there_is(
    counting: Service, customers: list[str]
) -> None:
    """Of twenty at the same time exactly as many come through as are left."""
    client = await a_client(counting, "service")
    paths = [f"{PATH}/{customers[place % 12]}" for place in range(20)]

    answers = await asyncio.gather(*(client.get(path) for path in paths))

    assert sorted(answer.status_code for answer in answers) == [200] * 10 + [429] * 10
    assert await used(client) == 10


async def test_refused_reads_count_nothing(counting: Service, customers: list[str]) -> None:
    """A name that will not do, a record that is not there, a right that is not held."""
    client = await a_client(counting, "service")

    answers = [
        await client.get(f"{PATH}?fields=nonsense"),
        await client.get(f"{PATH}/01890000-0000-7000-8000-00000000dead"),
        await client.post(f"{PATH}/{customers[0]}/archive", headers={"If-Match": "*"}),
        await client.patch(
            f"{PATH}/{customers[0]}", json={"tier": "A"}, headers={"If-Match": '"1"'}
        ),
    ]

    assert {answer.status_code for answer in answers} <= {403, 404, 412, 422}
    assert await used(client) == 0


async def test_a_change_is_no_back_door(counting: Service, customers: list[str]) -> None:
    """An empty change answers the record, so it is refused before it is made."""
    client = await a_client(counting, "data_officer")
    path = f"{PATH}/{customers[0]}"
    await read(client, 9)
    changed = await client.patch(path, json={"tier": "A"}, headers={"If-Match": "*"})

    refused = await client.patch(path, json={"tier": "B"}, headers={"If-Match": "*"})
    noted = await client.post(f"{path}/notes", json={"text": "Beyond"})

    assert changed.status_code == 200, changed.text
    assert (slug(refused), slug(noted)) == ("read-quota-spent", "read-quota-spent")
    other = await a_client(counting, "data_officer")
    assert (await other.get(path)).json()["tier"] == "A"
    assert (await other.get(f"{path}/notes")).json()["items"] == []


async def test_a_batch_goes_as_far_as_the_quota(counting: Service, customers: list[str]) -> None:
    """Each further item is refused by itself; an atomic batch is refused whole."""
    client = await a_client(counting, "data_officer")
    await read(client, 8)
    changes = [
        {"customer_id": one, "if_match": "*", "change": {"source": "batched"}}
        for one in customers[:3]
    ]

    atomic = await client.post(f"{PATH}/batch", json={"items": changes, "atomic": True})
    answer = await client.post(f"{PATH}/batch", json={"items": changes, "atomic": False})

    assert slug(atomic) == "batch-refused"
    assert [item["status"] for item in answer.json()["items"]] == [200, 200, 429]
    assert await used(client) == 10
    lines = await counting.lines_of(answer)
    assert [line["shown"] is None for line in lines] == [False, False, True]


async def test_lookups_have_a_quota_of_their_own(counting: Service, customers: list[str]) -> None:
    """Found or not, masked or not, each value counts, before anything is looked up."""
    client = await a_client(counting, "service")

    found = await look_up(client, "+8618800000001")
    missed = await look_up(client, *[NOBODYS] * 3)
    beyond = await look_up(client, "+8618800000001", NOBODYS)
    last = await look_up(client, NOBODYS)

    assert [item["customer_id"] for item in found.json()["items"]] == [customers[1]]
    assert found.json()["items"][0]["withheld"]["phone"] == "masked"
    assert (missed.status_code, last.status_code) == (200, 200)
    assert (slug(beyond), beyond.json()["quota"]) == ("read-quota-spent", "lookups")
    assert (await used(client, "lookups"), await used(client)) == (5, 1)
    (line,) = await counting.lines_of(missed)
    assert line["detail"] == '{"looked_up":3}'


async def test_a_lookup_counts_though_the_answer_is_refused(
    counting: Service, customers: list[str]
) -> None:
    """Else somebody without records left could guess for ever: refused would mean found."""
    client = await a_client(counting, "service")
    await read(client, 10)

    found = await look_up(client, "+8618800000001")
    missed = await look_up(client, NOBODYS)

    assert (found.status_code, missed.status_code) == (429, 200)
    assert await used(client, "lookups") == 2


async def test_reveals_have_a_quota_of_their_own(counting: Service, customers: list[str]) -> None:
    """What was refused does not count; what was shown counts as a record, too."""
    client = await a_client(counting, "service")
    missing = await reveal(client, "01890000-0000-7000-8000-00000000dead")

    answers = [await reveal(client, one) for one in customers[:5]]

    assert missing.status_code == 404
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert answers[-1].json()["quota"] == "reveals"
    assert (await used(client, "reveals"), await used(client)) == (4, 4)


async def test_other_systems_have_limits_of_their_own(
    counting: Service, customers: list[str]
) -> None:
    """And nothing to extend them by."""
    told = await use_of(await counting.as_("integration"))

    assert (told["limit"], told["extensions_left"]) == (10_000, 0)
    assert told["used"] >= len(customers)


async def test_one_sees_what_is_left(counting: Service, customers: list[str]) -> None:
    """Of each quota, and when it is whole again."""
    client = await a_client(counting, "service")
    await read(client, 4)

    told = await use_of(client)

    assert told["renews_at"] > now().isoformat()
    del told["renews_at"]
    assert told == {
        "quota": "records",
        "limit": 10,
        "used": 4,
        "left": 6,
        "extended": 0,
        "extensions_left": 1,
    }


async def test_administrators_see_the_use_of_others(
    counting: Service, customers: list[str]
) -> None:
    """Whoever looks after sessions; nobody else, and not of somebody who is not there."""
    client = await a_client(counting, "service")
    me = (await client.get("/v1/me")).json()["user_id"]
    await read(client, 4)
    administrator = await a_client(counting, "administrator")

    seen = await administrator.get(f"/v1/users/{me}/quotas")
    unknown = await administrator.get("/v1/users/01890000-0000-7000-8000-00000000dead/quotas")
    refused = await client.get(f"/v1/users/{me}/quotas")

    assert seen.json() == (await client.get(MINE)).json()
    assert (unknown.status_code, refused.status_code) == (404, 403)
    (line,) = await counting.lines_of(seen)
    assert me in line["detail"]


async def test_without_the_table_nothing_is_shown(counting: Service, customers: list[str]) -> None:
    """After some seconds of blindness it is 503; all is well once the table is back."""
    client = await a_client(counting, "service")
    connection = await asyncpg.connect(counting.owner_url)
    await connection.execute("alter table quota_uses rename to quota_uses_lost")
    try:
        closed = await _until(client, 503)
    finally:
        await connection.execute("alter table quota_uses_lost rename to quota_uses")
        await connection.close()
    opened = await _until(client, 200)

    assert (slug(closed), closed.headers["retry-after"]) == ("not-now", "1")
    assert opened.status_code == 200


async def _until(client: httpx.AsyncClient, status: int) -> httpx.Response:
    """Read one customer every second until the answer has this status."""
    for _ in range(9):
        answer = await read(client, 1)
        if answer.status_code == status:
            return answer
        await asyncio.sleep(1)
    raise AssertionError(status)

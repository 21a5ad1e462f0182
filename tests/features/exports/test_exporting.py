"""Exports: what stands in the file, whom the audit names, and what is refused."""

import asyncio
import csv
import io
from dataclasses import replace
from typing import Any

import httpx
import orjson
import pytest

from app.core.clock import new_id
from app.features.exports.repository import ExportRepository
from app.features.exports.rules import ExportRules
from app.features.roles.seeding import PUT_ROLE
from app.settings import Settings
from tests.colleagues import a_client, a_role, sign_in, wait_for
from tests.core.job_scene import Table
from tests.features.exports.desk import READING, asked, customers, linked, taken, whole, written
from tests.features.exports.reading import cells_of
from tests.features.jobs.scene import id_of
from tests.features.staff.builders import a_colleague, change
from tests.journeys.matrix.cells import slug
from tests.service import Service


def rows_of(file: bytes) -> list[list[str]]:
    """Read a CSV file as any program would."""
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))


async def exporter(service: Service, *scopes: str) -> httpx.AsyncClient:
    """Open somebody who reads classes and exports, and has these scopes."""
    return await a_client(service, await a_role(service, *READING, *scopes))


async def signed_in(service: Service, username: str) -> httpx.AsyncClient:
    """Return a client of a colleague."""
    client = service.anonymous()
    await sign_in(client, username)
    return client


async def shrunk(service: Service, client: httpx.AsyncClient, role: str, *left: str) -> None:
    """Leave a role nothing but this; tokens issued for more end with it."""
    scopes = ["self:read", *READING, *left]
    await change(service.owner_url, PUT_ROLE, role, "Tested", "测试", scopes, 2)
    await wait_for(client, "/v1/me", lambda got: got.status_code == httpx.codes.UNAUTHORIZED)


async def test_a_file_holds_what_was_asked_for(own: Service, settings: Settings) -> None:
    """Columns in the order asked for, headers in Chinese, filtered as lists are."""
    name = f"甲{new_id().hex[:6]}"
    await customers(own, {"name": name, "city": name}, {"name": "乙", "city": "elsewhere"})

    file = await whole(
        own,
        settings,
        await own.as_("data_officer"),
        columns=["tier", "name", "phone"],
        filter={"city": name},
        language="zh-CN",
    )

    assert file.startswith(b"\xef\xbb\xbf")
    assert rows_of(file) == [["客户等级", "客户名称", "手机"], ["A", name, "'+8613800138000"]]
    assert file.count(b"\r\n") == 2


async def test_the_audit_names_everybody_in_it(own: Service, settings: Settings) -> None:
    """Each page has its line with subjects and fields, the export its own, with no value."""
    officer, city = await own.as_("data_officer"), f"c{new_id().hex}"
    made = await customers(own, {"city": city}, {"city": city})
    export = await asked(officer, columns=["name", "tier"], filter={"city": city})
    job = await written(own, settings, export)
    answer = await taken(officer, export, await linked(officer, export))

    page, end = await Table(own.owner_url).lines(job["job_id"])
    (line,) = await own.lines_of(answer)

    assert {str(one) for one in page["subjects"]} == {one["customer_id"] for one in made}
    detail = orjson.loads(page["detail"])["export"]
    assert (detail["columns"], detail["filter"], detail["rows"]) == (["name", "tier"], ["city"], 2)
    assert (page["purpose"], page["actor_kind"]) == ("yearly_review", "job")
    assert orjson.loads(end["detail"])["job"]["state"] == "succeeded"
    assert orjson.loads(line["detail"])["export"]["act"] == "taken"
    assert all(city not in str(dict(one)) for one in (page, end, line))


async def test_masked_stays_masked_and_hidden_is_unknown(own: Service, settings: Settings) -> None:
    """A mask leaves as a mask; a hidden name is refused like one that does not exist."""
    client, city = await exporter(own, "contact:masked", "region:read"), f"c{new_id().hex}"
    await customers(own, {"city": city})

    file = await whole(
        own,
        settings,
        client,
        format="jsonl",
        columns=["phone", "tier"],
        filter={"city": city},
    )
    body = {"format": "csv", "purpose": "review"}
    hidden = await client.post("/v1/exports", json={**body, "filter": {"owner_id.null": "true"}})
    unknown = await client.post("/v1/exports", json={**body, "filter": {"nothing": "1"}})
    column = await client.post("/v1/exports", json={**body, "columns": ["name"]})

    line = orjson.loads(file)
    assert line == {"phone": line["phone"], "tier": "A", "withheld": {"phone": "masked"}}
    assert "*" in line["phone"]
    assert {slug(one) for one in (hidden, unknown, column)} == {"field-not-available"}


async def test_rights_are_those_of_when_it_runs(own: Service, settings: Settings) -> None:
    """A group that the role has lost since is null, and named as hidden."""
    role, city = await a_role(own, *READING, "identity:read", "region:read"), f"c{new_id().hex}"
    username = (await a_colleague(own.owner_url, roles=(role,))).username
    client = await signed_in(own, username)
    await customers(own, {"city": city})
    wanted = {"format": "jsonl", "columns": ["name", "tier"], "filter": {"city": city}}
    export = await asked(client, **wanted)

    await shrunk(own, client, role, "region:read")
    client = await signed_in(own, username)
    await written(own, settings, export)
    answer = await taken(client, export, await linked(client, export))

    assert orjson.loads(answer.content) == {
        "name": None,
        "tier": "A",
        "withheld": {"name": "hidden"},
    }


async def test_a_file_that_shows_more_than_one_may_see_is_outdated(
    own: Service, settings: Settings
) -> None:
    """Rights that change after it was written close it, link or no link."""
    role = await a_role(own, *READING, "identity:read")
    username = (await a_colleague(own.owner_url, roles=(role,))).username
    client = await signed_in(own, username)
    await customers(own, {})
    export = await asked(client, columns=["name"])
    await written(own, settings, export)
    token = await linked(client, export)

    await shrunk(own, client, role)
    client = await signed_in(own, username)

    assert slug(await taken(client, export, token)) == "export-outdated"
    assert slug(await client.post(f"/v1/exports/{export['export_id']}/link")) == "export-outdated"


async def test_only_rows_leave_that_may_be_exported(own: Service, settings: Settings) -> None:
    """Whoever reads all customers, and exports their own ones, takes these alone."""
    client = await exporter(own, "customers:export@own", "region:read")
    city = f"c{new_id().hex}"
    await customers(own, {"city": city}, {"city": city, "owner_id": str(await id_of(client))})

    file = await whole(own, settings, client, columns=["city"], filter={"city": city})

    listed = (await client.get("/v1/customers", params={"city": city})).json()["items"]
    assert len(listed) == 2
    assert rows_of(file)[1:] == [[city]]


async def test_one_exports_so_often_a_day(own: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one is refused, also of many at once, and leaves neither export nor job."""
    client = await exporter(own)
    tools = own.app._holder.platform.tools  # type: ignore[attr-defined]  # noqa: SLF001 - a rule of the service
    monkeypatch.setitem(tools, ExportRules, replace(tools[ExportRules], most_a_day=2))
    body = {"format": "csv", "purpose": "review"}

    answers = await asyncio.gather(*(client.post("/v1/exports", json=body) for _ in range(6)))

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [202, 202, 429, 429, 429, 429]
    assert {slug(one) for one in answers if one.status_code == 429} == {"exports-too-many"}
    assert len((await client.get("/v1/exports")).json()["items"]) == 2


async def test_more_than_a_file_may_hold_is_refused(own: Service, settings: Settings) -> None:
    """The job says so and nothing stands in the file."""
    officer, city = await own.as_("data_officer"), f"c{new_id().hex}"
    await customers(own, {"city": city}, {"city": city})
    export = await asked(officer, filter={"city": city})
    few = settings.model_copy(
        update={"exports": settings.exports.model_copy(update={"most_rows": 1})}
    )

    job = await written(own, few, export, "failed")

    assert job["trouble"] == "export-too-large"
    assert (await officer.get(f"/v1/exports/{export['export_id']}")).json()["state"] == "failed"


async def test_a_lost_worker_leaves_whole_pages(
    own: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off between pages and within one, the file is as if nothing had been."""
    officer, city = await own.as_("data_officer"), f"c{new_id().hex}"
    made = await customers(own, *({"city": city, "name": f"人{n}"} for n in range(7)))
    monkeypatch.setattr("app.features.exports.service.writing.ROWS", 2)
    export = await asked(officer, columns=["customer_id"], filter={"city": city}, format="xlsx")
    breaks = iter([False, True, False, True, False, False, False])
    keep = ExportRepository.add_piece

    async def breaking(self: Any, *args: Any) -> None:
        await keep(self, *args)
        if next(breaks):
            raise TimeoutError  # as when the database is gone

    monkeypatch.setattr(ExportRepository, "add_piece", breaking)
    job = await written(own, settings, export)
    answer = await taken(officer, export, await linked(officer, export))

    rows = cells_of(answer.content, "xlsx")
    assert (job["starts"], job["done"]) == (3, 7)
    assert [row[0] for row in rows[1:]] == sorted((c["customer_id"] for c in made), reverse=True)

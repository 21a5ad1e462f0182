"""Taking a file: once, by its owner, within its time and the quota; and letting go of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from app.core.clock import new_id, now
from app.core.metering import Metered
from app.features.exports.service import let_go
from app.settings import Settings
from tests.colleagues import a_client, a_role
from tests.conftest import open_test_platform
from tests.core.job_scene import Table
from tests.features.clients.builders import a_system
from tests.features.exports.desk import READING, asked, customers, linked, taken, written
from tests.features.staff.builders import change
from tests.journeys.matrix.cells import slug
from tests.service import Service


async def test_of_twenty_at_once_one_takes_it(own: Service, settings: Settings) -> None:
    """The link serves once, and then nothing of the file is left."""
    officer, city = await own.as_("data_officer"), f"c{new_id().hex}"
    await customers(own, {"city": city})
    export = await asked(officer, filter={"city": city})
    await written(own, settings, export)
    token = await linked(officer, export)

    answers = await asyncio.gather(*(taken(officer, export, token) for _ in range(20)))

    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 200
    assert set(codes[1:]) <= {403, 409}
    table, export_id = Table(own.owner_url), UUID(export["export_id"])
    pieces = await table.ask("select 1 from export_pieces where export_id = $1", export_id)
    (row,) = await table.ask("select sealed_key from exports where export_id = $1", export_id)
    assert (pieces, row["sealed_key"]) == ([], None)
    shown = (await officer.get(f"/v1/exports/{export_id}")).json()
    assert (shown["state"], shown["rows"]) == ("taken", 1)


async def test_a_narrowed_token_exports_no_more_than_it_sees(
    own: Service, settings: Settings
) -> None:
    """The file of another system's narrower token is written and taken with what it bears."""
    await customers(own, {})
    system = await a_system(own, roles=[await a_role(own, *READING, "contact:read")])
    narrow = await system.signed_in(scope=" ".join((*READING[:2], "record:read", "classes:read")))
    whole = await system.signed_in()
    hidden = await narrow.post(
        "/v1/exports",
        json={"format": "csv", "purpose": "yearly_review", "columns": ["tier", "phone"]},
    )
    export = await asked(narrow, columns=["tier"])
    await written(own, settings, export)
    refused = await whole.post(f"/v1/exports/{export['export_id']}/link")
    answer = await taken(narrow, export, await linked(narrow, export))

    line, *_ = await Table(own.owner_url).lines(UUID(export["job_id"]))
    (seen,) = await own.lines_of(answer)
    assert slug(hidden) == "field-not-available"
    assert (slug(refused), answer.status_code) == ("export-outdated", 200)
    assert line["policy"] == seen["policy"]


async def test_a_link_is_the_newest_and_its_owners(own: Service, settings: Settings) -> None:
    """An older token, a guess, and somebody else's try are refused; the file remains."""
    officer, other = await own.as_("data_officer"), await a_client(own, await a_role(own, *READING))
    await customers(own, {})
    export = await asked(officer)
    early = await officer.post(f"/v1/exports/{export['export_id']}/link")
    await written(own, settings, export)
    old, token = await linked(officer, export), await linked(officer, export)

    refused = [await taken(officer, export, one) for one in (old, "guess")]
    foreign = await taken(other, export, token)

    assert slug(early) == "export-not-ready"
    assert {slug(one) for one in refused} == {"export-link-refused"}
    assert slug(foreign) == "not-found"
    assert (await taken(officer, export, token)).status_code == 200


async def test_what_has_expired_is_let_go_of(own: Service, settings: Settings) -> None:
    """Nobody takes it, and the routine leaves neither piece nor key."""
    officer = await own.as_("data_officer")
    await customers(own, {})
    export = await asked(officer)
    await written(own, settings, export)
    token, export_id = await linked(officer, export), UUID(export["export_id"])
    past = now() - timedelta(seconds=1)
    table = Table(own.owner_url)
    sql = "update exports set expires_at = $2 where export_id = $1"
    await change(own.owner_url, sql, export_id, past)

    late = await taken(officer, export, token)
    async with open_test_platform(own.app_url, settings) as platform:
        await let_go(platform)

    assert slug(late) == "export-gone"
    shown = (await officer.get(f"/v1/exports/{export_id}")).json()
    assert shown["state"] == "expired"
    assert not await table.ask("select 1 from export_pieces where export_id = $1", export_id)


async def test_what_is_cancelled_is_let_go_of(own: Service, settings: Settings) -> None:
    """An export is cancelled by its job; nothing of it is left, and nothing can be taken."""
    officer = await own.as_("data_officer")
    export = await asked(officer)

    cancelled = await officer.post(f"/v1/jobs/{export['job_id']}/cancel")
    async with open_test_platform(own.app_url, settings) as platform:
        await let_go(platform)

    assert cancelled.json()["state"] == "cancelled"
    path = f"/v1/exports/{export['export_id']}"
    assert (await officer.get(path)).json()["state"] == "cancelled"
    assert slug(await officer.post(f"{path}/link")) == "export-gone"
    sql = "select sealed_key from exports where export_id = $1"
    (row,) = await Table(own.owner_url).ask(sql, UUID(export["export_id"]))
    assert row["sealed_key"] is None


async def test_it_counts_as_reading(
    own: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spent quota refuses the file, and leaves it to be taken when there is more."""
    client = await a_client(own, await a_role(own, *READING, "region:read"))
    city = f"c{new_id().hex}"
    await customers(own, {"city": city}, {"city": city})
    export = await asked(client, filter={"city": city})
    await written(own, settings, export)
    token = await linked(client, export)
    meter = own.app._holder.platform.meter  # type: ignore[attr-defined]  # noqa: SLF001 - a limit of the service
    people = meter.limits.people
    few = replace(meter.limits, people={**people, Metered.RECORDS: 1})

    with monkeypatch.context() as patch:
        patch.setattr(meter, "limits", few)
        refused = await taken(client, export, token)
    answer = await taken(client, export, token)

    assert (slug(refused), answer.status_code) == ("read-quota-spent", 200)
    used = (await client.get("/v1/me/quotas")).json()["items"]
    assert next(one["used"] for one in used if one["quota"] == "records") == 2

"""Who sees what of an import, and who decides on it."""

from uuid import UUID

import httpx

from app.core.clock import new_id
from tests.colleagues import a_client, a_role
from tests.features.imports.desk import CLERK, FIELDS, Desk, a_number, a_table, approved
from tests.features.jobs.scene import id_of
from tests.journeys.matrix.cells import slug
from tests.service import Service

SECRET = ("客户编号", "客户名称", "手机", "负责人")


async def a_clerk(service: Service) -> Desk:
    """Return the desk of somebody from whom the people of organisations are hidden."""
    officer = await service.as_("data_officer")
    department = (await officer.get("/v1/departments")).json()["items"][0]["department_id"]
    role = await a_role(service, *CLERK, *FIELDS, "external:write")
    return Desk(service, await a_client(service, role, department_id=UUID(department)))


async def test_hidden_fields_are_unknown_headers(own: Service) -> None:
    """No proposal, sample or mapping tells of a field that is hidden from the uploader."""
    desk = await a_clerk(own)

    one = await desk.uploaded(a_table(SECRET, (a_number(), "王小明", "13800138201", "机密")))
    path = f"/v1/imports/{one['import_id']}/mapping"
    refused = [
        slug(await desk.client.put(path, json={"columns": [["external-ids.value"], [name]]}))
        for name in ("organization-profiles.manager_name", "customers.nothing")
    ]

    column = one["table"]["columns"][3]
    assert (column["fields"], column["samples"]) == ([], [])
    assert refused == ["field-not-available"] * 2


async def test_a_reviewer_sees_no_more_than_elsewhere(own: Service) -> None:
    """Headers, rows, reasons and errors keep what is hidden; who sees too little never decides."""
    desk = await a_clerk(own)
    role = await a_role(own, "imports:write", "imports:approve", "reach:all", "classes:read")
    blind = await a_client(own, role)
    theirs = Desk(own, blind)
    bad = (a_number(), "甲", "1", "机密")
    one = await desk.tried(a_table(SECRET, (a_number(), "王小明", "13800138201", "机密"), bad))
    assert one["counts"]["refused"] == 1
    await desk.act(one, "submit")

    seen, rows = await theirs.shown(one), await theirs.rows(one)
    errors = await blind.get(f"/v1/imports/{one['import_id']}/errors")
    body = {"plan_id": one["plan_id"]}
    judged = await blind.post(f"/v1/imports/{one['import_id']}/approve", json=body)

    assert [(c["header"], c["samples"], c["fields"]) for c in seen["table"]["columns"]] == [
        (None, [], [])
    ] * 4
    assert [row["changes"] for row in rows] == [[], []]
    assert [row["reasons"][0]["column"] for row in rows if row["reasons"]] == [None]
    assert not any(word in errors.text for word in ("甲", "机密", "手机"))
    assert slug(judged) == "not-permitted"


async def test_four_eyes_and_only_what_was_looked_at(own: Service) -> None:
    """Nobody approves their own, nor another dry run than they saw; strangers find nothing."""
    officer = await own.as_("data_officer")
    desk = Desk(own, officer)
    number = a_number()
    one = await desk.tried(
        a_table(("客户编号", "客户名称"), (number, "王小明"), (a_number(), "李娜")), mode="create"
    )
    path = f"/v1/imports/{one['import_id']}"
    body = {"plan_id": one["plan_id"]}
    early = await officer.post(f"{path}/approve", json=body)
    await desk.act(one, "submit")
    mine = await officer.post(f"{path}/approve", json=body)
    reviewer = await a_client(
        own, await a_role(own, *CLERK, *FIELDS, "imports:approve", "reach:all", "external:read")
    )
    other = await reviewer.post(f"{path}/approve", json={"plan_id": str(new_id())})
    stranger = await a_client(own, await a_role(own, *CLERK))
    assert [slug(a) for a in (early, mine, other)] == [
        "import-not-yours",
        "import-not-yours",
        "import-moved",
    ]
    assert slug(await stranger.get(path)) == "not-found"
    rejected = await Desk(own, reviewer).act(one, "reject", reason="Names are missing")
    assert (rejected["state"], rejected["decision"]) == ("mapped", "rejected")

    one = await desk.worked(await desk.act(one, "dry-run"))
    department = (await officer.get("/v1/departments")).json()["items"][0]["department_id"]
    ids = [{"system": "import", "value": number}]
    new = {"kind": "person", "name": "抢先", "department_id": department, "external_ids": ids}
    assert (await officer.post("/v1/customers", json=new)).status_code == httpx.codes.CREATED
    done = await desk.worked(await approved(desk, reviewer, one, outcomes=["create"]))
    assert (done["state"], done["applied"]["created"], done["applied"]["skipped"]) == (
        "partly_completed",
        1,
        1,
    )
    assert str(await id_of(reviewer)) == done["decided_by"]

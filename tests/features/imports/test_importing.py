"""Imports: a messy file tried, approved by another, written once, and taken back."""

import csv
import io
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from app.core.clock import new_id
from app.features.imports.repository import PieceRepository
from app.features.imports.rules import ImportRules
from tests.colleagues import a_client, a_role
from tests.core.job_scene import Table
from tests.features.imports.desk import CLERK, FIELDS, Desk, a_number, a_table, approved
from tests.journeys.matrix.cells import slug
from tests.service import Service

LOST = "update jobs set lease = gen_random_uuid(), due_at = now() where job_id = $1"


async def a_desk(service: Service, username: str = "data_entry") -> Desk:
    """Return the desk of one of the demo staff."""
    return Desk(service, await service.as_(username))


async def a_reviewer(service: Service) -> httpx.AsyncClient:
    """Open somebody who may decide on all imports."""
    scopes = (*CLERK, *FIELDS, "imports:approve", "reach:all", "external:write")
    return await a_client(service, await a_role(service, *scopes))


async def edited_by(client: httpx.AsyncClient, customer_id: str, **change: str) -> None:
    """Change a customer, as anybody may meanwhile."""
    path = f"/v1/customers/{customer_id}"
    etag = (await client.get(path)).headers["etag"]
    patched = await client.patch(path, json=change, headers={"If-Match": etag})
    assert patched.status_code == httpx.codes.OK, patched.text


HEAD = ("客户编号", "客户名称", "手机", "出生日期", "备用")


def a_mess(numbers: list[str]) -> bytes:
    """Write a table as people send it."""
    tail = f"{new_id().int % 10**8:08d}"
    return a_table(
        ("客户名单", "", "", "", ""),
        HEAD,
        (numbers[0], "王小明", f"138 {tail[:4]} {tail[4:]}", "1990/1/2", "A"),
        (numbers[1], "李娜", f"+86-139{tail}", "1991年3月4日", "B"),
        (numbers[2], "赵六", "123", "", "=1+1"),
        (numbers[3], "示例贸易有限公司", f"137{tail}", "", "C"),
        (numbers[0], "王小明", f"138{tail}", "", "A"),
        encoding="gb18030",
        delimiter=";",
    )


async def test_a_messy_file_is_read_mapped_and_tried(own: Service) -> None:
    """GB18030, a title above Chinese headers, mixed phones: proposed, corrected, sorted."""
    clerk, numbers = await a_desk(own), [a_number() for _ in range(4)]

    one = await clerk.uploaded(a_mess(numbers))
    table = one["table"]
    assert (table["encoding"], table["delimiter"], table["header_row"]) == ("gb18030", ";", 2)
    fields = [column["fields"] for column in table["columns"]]
    assert fields[:3] == [["external-ids.value"], ["customers.name"], ["customers.phone"]]
    assert (fields[4], table["columns"][4]["samples"]) == ([], [])
    assert (table["columns"][2]["fill_rate"], table["columns"][3]["fill_rate"]) == (1.0, 0.4)
    assert "王小明" in table["columns"][1]["samples"]

    one = await clerk.mapped(one, columns=[*fields[:4], ["customers.tier"]], save_as="名单")
    one = await clerk.worked(await clerk.act(one, "dry-run"))
    assert (one["state"], one["counts"]["create"]) == ("validated", 3)
    refused = await clerk.rows(one, outcome="refused")
    told = [(row["row"], row["reasons"][0]["code"]) for row in refused]
    assert told == [(5, "phone-invalid"), (7, "row-given-twice")]
    errors = await clerk.client.get(f"/v1/imports/{one['import_id']}/errors")
    lines = list(csv.reader(io.StringIO(errors.text.removeprefix("\ufeff"), newline="")))
    assert lines[0] == [*HEAD, "row", "reason"]
    assert lines[1][:6] == [numbers[2], "赵六", "123", "", "'=1+1", "5"]
    assert "phone-invalid" in lines[1][6]
    again = await clerk.uploaded(a_mess(numbers))
    assert again["table"]["saved_as"] == "名单"
    assert again["table"]["columns"][4]["fields"] == ["customers.tier"]


async def test_what_is_approved_is_written_and_on_record(own: Service) -> None:
    """By another person, in the uploader's name, owned by nobody, with a line that names all."""
    clerk, officer = await a_desk(own), await own.as_("data_officer")
    one = await clerk.tried(a_mess([a_number() for _ in range(4)]), columns=None)
    body = {"plan_id": one["plan_id"]}
    own_try = await clerk.client.post(f"/v1/imports/{one['import_id']}/approve", json=body)

    one = await clerk.worked(await approved(clerk, officer, one))

    assert slug(own_try) == "not-permitted"
    assert one["state"] == "partly_completed"
    assert (one["applied"]["created"], one["applied"]["refused"]) == (3, 2)
    line, *_ = await Table(own.owner_url).lines(UUID(one["job_id"]))
    made = [row["customer_id"] for row in await clerk.rows(one, outcome="create")]
    assert {str(subject) for subject in line["subjects"]} == {*made}
    told = orjson.loads(line["detail"])["import"]
    assert (told["import_id"], told["act"], told["create"]) == (one["import_id"], "applied", 3)
    shown = (await officer.get(f"/v1/customers/{made[0]}")).json()
    assert (shown["owner_id"], shown["name"], shown["phone"][:6]) == (None, "王小明", "+86138")


async def test_an_import_is_taken_back_but_for_what_was_edited(own: Service) -> None:
    """New customers go, changed fields return, edited ones stay and are told in three buckets."""
    officer = await own.as_("data_officer")
    reviewer = await a_reviewer(own)
    desk = Desk(own, officer)
    known, edited, new, touched = (a_number() for _ in range(4))
    head = ("客户编号", "客户名称", "客户等级")
    first = await desk.tried(a_table(head, (known, "旧甲", "A"), (edited, "旧乙", "A")))
    await desk.worked(await approved(desk, reviewer, first))
    second = await desk.tried(
        a_table(
            *(head, (known, "新甲", "B"), (edited, "新乙", "B")),
            *((new, "新丙", "C"), (touched, "新丁", "C")),
        )
    )
    (row, _) = await desk.rows(second, outcome="update")
    assert {c["field"]: (c["before"], c["after"]) for c in row["changes"]} == {
        "customers.name": ("旧甲", "新甲"),
        "customers.tier": ("A", "B"),
    }
    done = await desk.worked(await approved(desk, reviewer, second))
    rows = {r["row"]: r["customer_id"] for r in await desk.rows(done)}
    await edited_by(officer, rows[3], tier="D")
    await edited_by(officer, rows[5], name="改丁")

    undone = await desk.worked(await desk.act(done, "undo"))
    shown = [(await officer.get(f"/v1/customers/{rows[n]}")).json() for n in (2, 3, 4, 5)]

    assert undone["state"] == "undone"
    assert undone["undone"] == {"undone": 2, "kept": 1, "conflict": 1}
    assert [(c["name"], c["tier"], c["status"]) for c in shown] == [
        ("旧甲", "A", "active"),
        ("旧乙", "D", "active"),
        ("新丙", "C", "archived"),
        ("改丁", "C", "active"),
    ]
    await _listed(desk, undone)
    assert (await desk.tried(a_table(head, (new, "新丙", "C"))))["counts"]["create"] == 1


async def test_a_lost_worker_writes_every_row_once(
    own: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off within a batch and between batches, the import is as if nothing had been."""
    monkeypatch.setattr("app.features.imports.service.reading.BATCH", 2)
    desk, officer = await a_desk(own), await own.as_("data_officer")
    numbers = [a_number() for _ in range(7)]
    one = await desk.tried(
        a_table(("客户编号", "客户名称"), *((n, f"人{at}") for at, n in enumerate(numbers)))
    )
    table, breaks = Table(own.owner_url), iter([False, LOST, TimeoutError, False, LOST])
    keep = PieceRepository.put

    async def breaking(self: Any, *args: Any) -> None:
        await keep(self, *args)
        if (fault := next(breaks, False)) is LOST:
            await table.ask(LOST, UUID(running["job_id"]))  # as when another worker has taken it
        elif fault:
            raise TimeoutError  # as when the database is gone

    monkeypatch.setattr(PieceRepository, "put", breaking)
    running = await approved(desk, officer, one)
    done = await desk.worked(running)

    assert (done["state"], done["applied"]["created"], done["done"]) == ("completed", 7, 7)
    made = await table.ask(
        "select count(*), count(distinct customer_id) from import_changes where import_id = $1",
        UUID(done["import_id"]),
    )
    assert tuple(made[0]) == (7, 7)


async def test_matching_by_phone_and_possible_doubles(own: Service) -> None:
    """A phone known already makes a double, or is what rows are matched by, as was chosen."""
    desk, officer = await a_desk(own, "data_officer"), await own.as_("data_officer")
    department = (await officer.get("/v1/departments")).json()["items"][0]["department_id"]
    new = {"kind": "person", "name": "王小明", "phone": "+8613800138301", "tier": "A"}
    await officer.post("/v1/customers", json={**new, "department_id": department})
    content = a_table(
        ("客户名称", "手机", "客户等级"),
        ("王晓明", "13800138301", "B"),
        ("李娜", "13800138302", "B"),
    )

    doubled = await desk.tried(content)
    matched = await desk.tried(content, match="phone", mode="update")

    assert (doubled["counts"]["possible_double"], doubled["counts"]["create"]) == (1, 1)
    assert (matched["counts"]["update"], matched["counts"]["refused"]) == (1, 1)
    (refused,) = await desk.rows(matched, outcome="refused")
    assert refused["reasons"][0]["code"] == "customer-not-known"


async def test_what_is_no_table_is_refused(own: Service) -> None:
    """By its first bytes, its declared type or its size, and leaves nothing behind."""
    desk = await a_desk(own)
    binary = {"Content-Type": "application/octet-stream"}
    answers = [
        await desk.client.post("/v1/imports", content=b"{}", headers={"Content-Type": "image/png"}),
        await desk.client.post("/v1/imports", content=b"\xd0\xcf\x11\xe0ole", headers=binary),
        await desk.client.post("/v1/imports", content=b"a" * (4 << 20), headers=binary),
    ]
    answer = await desk.client.post("/v1/imports", content=b"a\0b\n", headers=binary)
    failed = await desk.worked(answer.json(), "failed")

    assert [slug(one) for one in answers] == ["not-a-file", "not-a-table", "file-too-large"]
    assert (failed["state"], failed["trouble"]) == ("failed", "not-a-table")
    left = await Table(own.owner_url).ask("select 1 from imports where state = 'uploading'")
    assert not left


async def test_limits_of_a_day_and_of_undoing(
    own: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file too many is refused, and so is taking back what is long done."""
    desk, officer = await a_desk(own), await own.as_("data_officer")
    one = await desk.tried(a_table(("客户编号", "客户名称"), (a_number(), "王小明")))
    await desk.worked(await approved(desk, officer, one))
    sql = "update imports set undo_until = now() where import_id = $1"
    await Table(own.owner_url).ask(sql, UUID(one["import_id"]))
    late = await desk.client.post(f"/v1/imports/{one['import_id']}/undo")
    tools = own.app._holder.platform.tools  # type: ignore[attr-defined]  # noqa: SLF001 - a rule of the service
    monkeypatch.setitem(tools, ImportRules, replace(tools[ImportRules], most_a_day=0))
    kind = {"Content-Type": "application/octet-stream"}
    many = await desk.client.post("/v1/imports", content=b"a", headers=kind)

    early = await desk.client.post(f"/v1/imports/{one['import_id']}/submit")
    told = [slug(answer) for answer in (late, many, early)]
    assert told == ["undo-too-late", "imports-too-many", "import-not-ready"]


async def _listed(desk: Desk, undone: dict[str, Any]) -> None:
    """Find what was kept, and which fields of what was edited since."""
    (conflict,) = await desk.changes(undone, "conflict")
    assert (conflict["row"], conflict["conflicts"]) == (3, ["customers.tier"])
    assert [c["row"] for c in await desk.changes(undone, "kept")] == [5]

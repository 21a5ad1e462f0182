"""Jobs over HTTP: one's own, those of all, cancelling, restarting, and rights as they are."""

import asyncio

import httpx

from app.core.clock import new_id
from app.core.job_seals import open_part
from app.core.work import Platform
from app.features.jobs.jobs import forget_old_jobs
from app.features.roles.seeding import PUT_ROLE
from app.settings import Settings
from tests.colleagues import a_client, a_role, sign_in
from tests.core.job_scene import Table
from tests.features.jobs.scene import (
    COUNTING,
    FAILING,
    OFF,
    REACHING,
    SIGN,
    WITHIN,
    id_of,
    running,
    submitted,
)
from tests.features.staff.builders import a_colleague, change
from tests.features.staff.inviting import slug
from tests.service import Service

GRANT = "update users set roles = $2 where user_id = $1"


async def test_a_submitter_sees_the_outcome(
    own: Service, platform_of_own: Platform, settings: Settings, table: Table
) -> None:
    """From queued to succeeded; others see that there is a job, and not what came of it."""
    client, other = await a_client(own, "sales"), await a_client(own, "sales")
    job_id = await submitted(platform_of_own, client, COUNTING.kind, to=3)
    before = (await client.get(f"/v1/jobs/{job_id}")).json()
    async with running(settings, own):
        await table.until(job_id, "succeeded")

    shown = (await client.get(f"/v1/jobs/{job_id}")).json()
    overseen = (await (await own.as_("administrator")).get(f"/v1/jobs/{job_id}")).json()
    hidden = await other.get(f"/v1/jobs/{job_id}")

    assert (before["state"], before["done"], before["total"]) == ("queued", 0, None)
    assert (shown["state"], shown["done"], shown["total"]) == ("succeeded", 3, 3)
    assert shown["step"] == {"en": "Counting.", "zh": "计数中。"}
    assert (shown["parameters"], shown["result"]) == ({"to": 3}, {"counted": 3})
    assert shown["withheld"] == {}
    assert (overseen["parameters"], overseen["result"]) == (None, None)
    assert overseen["withheld"] == {"parameters": "hidden", "result": "hidden"}
    assert slug(hidden) == "not-found"


async def test_lists_hold_what_is_there_for_the_reader(
    own: Service, platform_of_own: Platform
) -> None:
    """One's own jobs, newest first, page by page; with the permission those of all."""
    client = await a_client(own, "sales")
    made = [str(await submitted(platform_of_own, client, "tests.left", n=n)) for n in range(3)]
    mine, auditor = str(await id_of(client)), await own.as_("auditor")

    first = (await client.get("/v1/jobs?limit=2")).json()
    rest = (await client.get(f"/v1/jobs?limit=2&cursor={first['next_cursor']}")).json()
    seen = (await auditor.get(f"/v1/jobs?submitter_id={mine}&state=queued")).json()["items"]
    foreign = (await client.get(f"/v1/jobs?submitter_id={new_id()}")).json()["items"]
    none = (await client.get("/v1/jobs?kind=tests.other")).json()["items"]

    assert [job["job_id"] for job in first["items"] + rest["items"]] == made[::-1]
    assert [job["job_id"] for job in seen] == made[::-1]
    assert {job["parameters"] for job in seen} == {None}
    assert (foreign, none) == ([], [])
    assert slug(await client.get("/v1/jobs?state=lost")) == "malformed"
    assert slug(await client.get("/v1/jobs?submitter_id=lost")) == "malformed"
    assert slug(await client.get("/v1/jobs?cursor=lost")) == "cursor-invalid"
    assert slug(await client.get("/v1/jobs?lease=lost")) == "field-not-available"


async def test_what_waits_is_cancelled_at_once(own: Service, platform_of_own: Platform) -> None:
    """It never begins; a second time there is nothing to cancel."""
    client = await a_client(own, "sales")
    job_id = await submitted(platform_of_own, client, COUNTING.kind, to=3)

    answer = await client.post(f"/v1/jobs/{job_id}/cancel")
    again = await client.post(f"/v1/jobs/{job_id}/cancel")

    assert answer.json()["state"] == "cancelled"
    assert answer.json()["ended_at"] is not None
    assert slug(again) == "job-ended"
    lines = await own.lines_of(answer)
    assert (lines[0]["changed"], str(job_id) in lines[0]["detail"]) == (["state"], True)


async def test_what_runs_is_cancelled_before_its_next_step(
    own: Service, platform_of_own: Platform, settings: Settings, table: Table
) -> None:
    """The answer says that it will end; then it has."""
    client = await a_client(own, "sales")
    job_id = await submitted(platform_of_own, client, COUNTING.kind, to=1000, pause=0.05)
    async with running(settings, own):
        await table.until_row(job_id, lambda row: row["done"] > 1)
        answer = (await client.post(f"/v1/jobs/{job_id}/cancel")).json()
        row = await table.until(job_id, "cancelled")

    assert (answer["state"], answer["is_cancelling"]) == ("running", True)
    assert 1 < row["done"] < 1000


async def test_what_is_held_can_be_restarted(
    own: Service, platform_of_own: Platform, settings: Settings, table: Table
) -> None:
    """By its submitter, and by those who manage jobs, not by those who only see them."""
    client = await a_client(own, "sales")
    job_id = await submitted(platform_of_own, client, FAILING.kind)
    too_early = await client.post(f"/v1/jobs/{job_id}/restart")
    async with running(settings, own):
        await table.until(job_id, "held")
    held = (await client.get(f"/v1/jobs/{job_id}")).json()

    by_auditor = await (await own.as_("auditor")).post(f"/v1/jobs/{job_id}/restart")
    by_other = await (await a_client(own, "sales")).post(f"/v1/jobs/{job_id}/restart")
    answer = await (await own.as_("administrator")).post(f"/v1/jobs/{job_id}/restart")
    async with running(settings, own):
        row = await table.until(job_id, "held")

    assert slug(too_early) == "job-not-restartable"
    assert held["trouble"]["type"] == "/problems/broken"
    assert (slug(by_auditor), slug(by_other)) == ("not-permitted", "not-found")
    assert (answer.json()["state"], answer.json()["trouble"]) == ("queued", None)
    assert (row["starts"], row["attempts"]) == (2, 1)


async def test_a_suspended_submitter_has_no_job(
    own: Service, platform_of_own: Platform, settings: Settings, table: Table
) -> None:
    """Who may not act when the job would run has it fail, whoever restarts it."""
    client = await a_client(own, "sales")
    job_id = await submitted(platform_of_own, client, COUNTING.kind, to=3)
    await change(own.owner_url, OFF, await id_of(client))

    async with running(settings, own):
        first = await table.until(job_id, "failed")
        await (await own.as_("administrator")).post(f"/v1/jobs/{job_id}/restart")
        row = await table.until_row(job_id, lambda row: row["starts"] == 2 and row["ended_at"])

    assert (first["trouble"], row["trouble"], row["done"]) == (*["submitter-not-active"] * 2, 0)


async def test_rights_are_those_of_the_moment(
    own: Service, platform_of_own: Platform, settings: Settings, table: Table
) -> None:
    """A role that changes counts from the next step on; one that is lost ends the job."""
    broad = await a_role(own, "customers:read", "identity:read@all")
    narrow = await a_role(own, "customers:read", "identity:masked@own")
    person = await a_colleague(own.owner_url, roles=(broad,))
    client = own.anonymous()
    await sign_in(client, person.username)
    job_id = await submitted(platform_of_own, client, REACHING.kind)
    await change(own.owner_url, GRANT, person.user_id, [narrow])

    async with running(settings, own):
        await table.until_row(job_id, lambda row: row["done"] == 1)
        await change(own.owner_url, GRANT, person.user_id, [await a_role(own)])
        await asyncio.sleep(WITHIN)
        SIGN.set()
        row = await table.until(job_id, "failed")
    await sign_in(client, person.username)
    shown = (await client.get(f"/v1/jobs/{job_id}")).json()

    assert (row["trouble"], row["done"]) == ("not-permitted", 1)
    assert shown["result"] == {"step 1": ["customers:read", "identity:masked@own", "self:read"]}
    assert [line["status"] for line in await table.lines(job_id)] == [200, 403]


async def test_a_job_has_no_more_rights_than_its_token(
    own: Service, platform_of_own: Platform, settings: Settings, table: Table
) -> None:
    """What a narrowed token queued stays as narrow; what roles lose, it loses too."""
    role = await a_role(own, "customers:read", "identity:read@all", "contact:read@all")
    client, token = await a_client(own, role), frozenset({"customers:read", "identity:read@all"})
    job_id = await submitted(platform_of_own, client, REACHING.kind, narrowing=token)
    async with running(settings, own):
        await table.until_row(job_id, lambda row: row["done"] == 1)
        less = ["self:read", "customers:read", "identity:masked@all", "contact:read@all"]
        await change(own.owner_url, PUT_ROLE, role, "Tested", "测试", less, 2)
        await asyncio.sleep(WITHIN)
        SIGN.set()
        row = await table.until(job_id, "succeeded")
    opened = open_part(platform_of_own.sealing, job_id, "result", row["result"])

    assert opened["step 1"] == sorted(token)
    assert opened["step 2"] == ["customers:read", "identity:masked@all"]
    assert b"identity" not in row["narrowing"]


async def test_old_jobs_are_let_go(own: Service, platform_of_own: Platform, table: Table) -> None:
    """What ended months ago is removed, with a line that counts; what is open stays."""
    client = await a_client(own, "sales")
    old, young = [await submitted(platform_of_own, client, "tests.left") for _ in range(2)]
    sql = "update jobs set state = 'succeeded', ended_at = now() - interval '91 days' "
    await table.ask(sql + "where job_id = $1", old)

    await forget_old_jobs(platform_of_own)

    assert (await client.get(f"/v1/jobs/{old}")).status_code == httpx.codes.NOT_FOUND
    assert (await client.get(f"/v1/jobs/{young}")).json()["state"] == "queued"
    (line,) = await table.ask("select detail from audit_lines where operation = 'forget_jobs'")
    assert line["detail"] == '{"jobs":1}'

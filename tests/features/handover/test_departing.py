"""Leaving: the account ends at once, the customers go to a successor, and it can be proven."""

from typing import Any

import asyncpg
import httpx
import pytest

from app.core.clock import new_id
from app.features.handover import repository, service
from tests.features.identity.signing_in import form_of, sent
from tests.features.staff.inviting import (
    PASSWORD,
    accepted,
    active,
    department,
    invited,
    signed_in,
    slug,
    wait_until_out,
)
from tests.service import Service


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand over two at a time."""
    monkeypatch.setattr(repository, "BATCH", 2)


async def depart(
    staffed: Service, user: dict[str, Any], successor: dict[str, Any] | None = None
) -> httpx.Response:
    """Let the administrator end an account."""
    client = await staffed.as_("administrator")
    body = {"successor_id": successor["user_id"]} if successor else {}
    return await client.post(f"/v1/users/{user['user_id']}/depart", json=body)


async def proof(staffed: Service, user: dict[str, Any]) -> dict[str, Any]:
    """Ask what is left of an account."""
    client = await staffed.as_("administrator")
    found: dict[str, Any] = (await client.get(f"/v1/users/{user['user_id']}/proof")).json()
    return found


async def owning(staffed: Service, number: int) -> tuple[dict[str, Any], list[str]]:
    """Have somebody who owns so many customers; return their ids."""
    made = await active(staffed, roles=["sales"])
    officer = await staffed.as_("data_officer")
    item = {
        "kind": "person",
        "name": "王小明",
        "phone": "+8613800138000",
        "department_id": (await department(staffed))["department_id"],
        "owner_id": made["user_id"],
    }
    sent = {"items": [{"create": item}] * number}
    answer = (await officer.post("/v1/customers/batch", json=sent)).json()
    return made, [one["customer"]["customer_id"] for one in answer["items"]]


async def test_everything_goes_to_the_successor(
    staffed_service: Service, small_batches: None
) -> None:
    """In batches, each with its line; being given a customer counts as following it up."""
    leaver, customers = await owning(staffed_service, 5)
    heir = await active(staffed_service, roles=["sales"])
    led = await department(staffed_service, manager_id=leaver["user_id"])

    answer = await depart(staffed_service, leaver, heir)

    assert answer.json() == {
        "user_id": leaver["user_id"],
        "status": "departed",
        "successor_id": heir["user_id"],
        "handed_over": 5,
        "remaining": 0,
        "job_id": None,
    }
    first, *batches = await staffed_service.lines_of(answer)
    assert first["changed"] == ["status", "successor_id"]
    assert [len(line["subjects"]) for line in batches] == [2, 2, 1]
    assert {str(one) for line in batches for one in line["subjects"]} == set(customers)
    assert all(line["changed"] == ["owner_id", "last_follow_up_on"] for line in batches)
    officer = await staffed_service.as_("data_officer")
    shown = (await officer.get(f"/v1/customers/{customers[0]}")).json()
    assert (shown["owner_id"], shown["name"]) == (heir["user_id"], "王小明")
    place = (await officer.get(f"/v1/departments/{led['department_id']}")).json()
    assert place["manager_id"] == heir["user_id"]


async def test_history_keeps_the_owner_of_before(staffed_service: Service) -> None:
    """Handing over is a change like any other: what was is kept, and can be opened."""
    leaver, (customer,) = await owning(staffed_service, 1)
    heir = await active(staffed_service)

    await depart(staffed_service, leaver, heir)

    officer = await staffed_service.as_("data_officer")
    history = (await officer.get(f"/v1/customers/{customer}/history")).json()["items"]
    owners = {entry["record"]["owner_id"] for entry in history}
    assert owners == {leaver["user_id"], heir["user_id"]}
    assert {entry["record"]["name"] for entry in history} == {"王小明"}
    assert ["owner_id"] in [
        [name for name in entry["changed"] if not name.startswith("updated")] for entry in history
    ]


async def test_the_leaver_is_out_at_once(staffed_service: Service) -> None:
    """Tokens end within a second, and the password opens nothing any more."""
    leaver = await active(staffed_service, roles=["sales"])
    client = await signed_in(staffed_service, leaver["username"])

    await depart(staffed_service, leaver)
    await wait_until_out(client)

    form = form_of(leaver["username"], PASSWORD)
    again = await sent(staffed_service, form, source="203.0.113.71")
    assert again.status_code == httpx.codes.UNAUTHORIZED


async def test_time_that_runs_out_leaves_a_rest(
    staffed_service: Service, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be done in time is told, and the next call goes on with the same successor."""
    leaver, _ = await owning(staffed_service, 3)
    heir = await active(staffed_service)
    with monkeypatch.context() as patch:
        patch.setattr(service.HandoverService.depart, "__defaults__", (0.0,))
        cut_short = await depart(staffed_service, leaver, heir)
    half = await proof(staffed_service, leaver)
    rest = await depart(staffed_service, leaver)
    done = await depart(staffed_service, leaver)

    assert (cut_short.json()["handed_over"], cut_short.json()["remaining"]) == (0, 3)
    assert (half["is_dead"], half["customers"]) == (False, 3)
    assert (rest.json()["handed_over"], rest.json()["remaining"]) == (3, 0)
    assert done.json()["handed_over"] == 0
    assert rest.json()["successor_id"] == heir["user_id"]


async def test_an_account_is_proven_dead(staffed_service: Service) -> None:
    """Before, the proof says what is left; after, who ended it and that nothing is."""
    leaver, _ = await owning(staffed_service, 1)
    heir = await active(staffed_service)
    administrator = (await (await staffed_service.as_("administrator")).get("/v1/me")).json()

    before = await proof(staffed_service, leaver)
    await depart(staffed_service, leaver, heir)
    after = await proof(staffed_service, leaver)

    assert (before["is_dead"], before["has_credentials"], before["customers"]) == (False, True, 1)
    assert before["ended_at"] is None
    assert after["is_dead"] is True
    assert (after["status"], after["ended_by"]) == ("departed", administrator["user_id"])
    assert (after["has_credentials"], after["has_invitation"]) == (False, False)


async def test_second_factors_go_with_the_account(staffed_service: Service) -> None:
    """An app is a way in as well: it is named as long as it is there, and taken with a line."""
    leaver = await active(staffed_service, roles=["sales"])
    client = await signed_in(staffed_service, leaver["username"])
    added = await client.post("/v1/me/factors/totp", json={"label": "phone"})

    before = await proof(staffed_service, leaver)
    answer = await depart(staffed_service, leaver)
    after = await proof(staffed_service, leaver)

    assert (added.status_code, before["has_factors"]) == (201, True)
    assert (after["has_factors"], after["is_dead"]) == (False, True)
    lines = await staffed_service.lines_of(answer)
    assert "second_factors" in lines[1]["changed"]


async def test_an_invitation_ends_with_the_account(staffed_service: Service) -> None:
    """Who leaves before coming cannot come any more; nothing about the account changes again."""
    guest = await invited(staffed_service)
    await depart(staffed_service, guest)
    client = await staffed_service.as_("administrator")
    path = f"/v1/users/{guest['user_id']}"

    opened = await accepted(staffed_service, guest["invitation"]["token"])
    acts = [await client.post(f"{path}/{verb}") for verb in ("invite", "suspend", "reactivate")]
    acts.append(await client.patch(path, json={"roles": []}, headers={"If-Match": "*"}))

    assert slug(opened) == "invitation-refused"
    assert [slug(answer) for answer in acts] == ["status-forbids"] * 4
    assert (await proof(staffed_service, guest))["is_dead"] is True


async def test_a_successor_is_somebody_else_who_is_there(staffed_service: Service) -> None:
    """An invited, unknown or leaving successor is refused, and the account goes on."""
    leaver, guest = await active(staffed_service), await invited(staffed_service)

    answers = [
        await depart(staffed_service, leaver, one)
        for one in (guest, leaver, {"user_id": str(new_id())})
    ]

    assert [slug(answer) for answer in answers] == ["colleague-not-available"] * 3
    assert (await proof(staffed_service, leaver))["status"] == "active"


async def test_nobody_leaves_by_themselves(staffed_service: Service) -> None:
    """One does not end one's own account."""
    own = (await (await staffed_service.as_("administrator")).get("/v1/me")).json()

    assert slug(await depart(staffed_service, own)) == "own-account"


async def test_a_department_outlives_its_leavers(staffed_service: Service) -> None:
    """Who has left holds no department."""
    place = await department(staffed_service)
    leaver = await active(staffed_service, department_id=place["department_id"])
    await depart(staffed_service, leaver)
    client = await staffed_service.as_("administrator")

    answer = await client.delete(
        f"/v1/departments/{place['department_id']}", headers={"If-Match": "*"}
    )

    assert answer.status_code == 204


async def test_sealed_rows_stay_as_they_were(staffed_service: Service) -> None:
    """A batch touches no envelope: what is sealed opens as before."""
    leaver, (customer,) = await owning(staffed_service, 1)
    owner = await asyncpg.connect(staffed_service.owner_url)
    sql = "select contact_personal, version from customers where customer_id = $1"
    ((sealed, version),) = await owner.fetch(sql, customer)

    await depart(staffed_service, leaver, await active(staffed_service))

    assert [tuple(row) for row in await owner.fetch(sql, customer)] == [(sealed, version + 1)]
    await owner.close()

"""Tests of handling: who sees what of an alert, who takes it, and who may not."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.colleagues import a_client, a_role
from tests.features.alerts.scene import HOUR, WORKING, Scene, ids, somebody
from tests.features.alerts.test_looking_up import me, reveal
from tests.features.customers.builders import a_customer

NIGHT = WORKING + 13 * HOUR
NOWHERE = "01890000-0000-7000-8000-00000000000a"
RIGHTS = ("alerts:read", "alerts:handle", "access-log:read")


def slug(answer: httpx.Response) -> str:
    """Return the name of a refusal."""
    return str(answer.json()["type"]).removeprefix("/problems/")


async def an_alert(scene: Scene) -> dict[str, Any]:
    """Raise an alert about somebody who reads a customer, with five that are gone, at night."""
    reader, customer = somebody(), await a_customer(scene.service)
    await scene.line(reader, [customer["customer_id"], *ids(5)], NIGHT)
    (alert,) = await scene.alerts(reader)
    return {**alert, "customer_id": customer["customer_id"]}


async def a_vip_alert(scene: Scene) -> dict[str, Any]:
    """Raise an alert about a customer of tier A."""
    desk = await a_client(scene.service, "service")
    customer = await a_customer(scene.service, tier="A", phone="+8613800000031")
    await reveal(desk, customer)
    (alert,) = await scene.alerts(await me(desk))
    return {**alert, "customer_id": customer["customer_id"]}


@pytest.mark.parametrize("role", ["auditor", "data_officer"])
async def test_an_alert_is_taken_and_closed(scene: Scene, role: str) -> None:
    """Open, acknowledged, closed with a verdict; each with its line, the notes sealed."""
    client, alert = await a_client(scene.service, role), await an_alert(scene)
    path = f"/v1/alerts/{alert['alert_id']}"

    taken = await client.post(f"{path}/acknowledge", json={"note": "asking around"})
    closed = await client.post(f"{path}/close", json={"verdict": "misuse", "note": "at last"})

    assert (taken.json()["state"], taken.json()["note"]) == ("acknowledged", "asking around")
    shown = (await client.get(path)).json()
    assert shown == closed.json()
    assert (shown["state"], shown["verdict"], shown["note"]) == ("closed", "misuse", "at last")
    assert shown["handled_by"] == await me(client)
    (line,) = await scene.service.lines_of(closed)
    assert (line["operation"], line["changed"]) == ("close_alert", ["state", "verdict", "note"])
    assert str(alert["alert_id"]) in line["detail"]
    assert "at last" not in str(line)
    (kept,) = await scene.standing(UUID(alert["who"]))
    assert b"at last" not in kept["note"]


async def test_nobody_handles_an_alert_about_themselves(scene: Scene) -> None:
    """An officer reading at night leaves it to a colleague to say that this was in order."""
    one, other = [await a_client(scene.service, "data_officer") for _ in range(2)]
    reader = UUID(await me(one))
    await scene.line(somebody_called(reader), ids(6), NIGHT)
    (alert,) = await scene.alerts(reader)
    path = f"/v1/alerts/{alert['alert_id']}"

    taken = await one.post(f"{path}/acknowledge", json={})
    closed = await one.post(f"{path}/close", json={"verdict": "justified"})

    assert [slug(taken), slug(closed)] == ["alert-is-your-own"] * 2
    assert (await other.post(f"{path}/acknowledge", json={})).status_code == 200


def somebody_called(user_id: UUID) -> Any:
    """Return a user as an actor."""
    return replace(somebody(), actor_id=user_id)


async def test_an_alert_is_handled_once(scene: Scene) -> None:
    """What is taken is not taken again, and what is closed stays as it was closed."""
    officer, alert = await a_client(scene.service, "data_officer"), await an_alert(scene)
    path = f"/v1/alerts/{alert['alert_id']}"
    await officer.post(f"{path}/acknowledge", json={})

    again = await officer.post(f"{path}/acknowledge", json={})
    await officer.post(f"{path}/close", json={"verdict": "mistaken"})
    closed = await officer.post(f"{path}/close", json={"verdict": "misuse"})

    assert [slug(again), slug(closed)] == ["alert-handled"] * 2
    assert (await officer.get(path)).json()["verdict"] == "mistaken"


async def test_lists_narrow_and_go_on(scene: Scene) -> None:
    """By actor, rule, severity and state, page by page, without customers."""
    officer = await a_client(scene.service, "data_officer")
    reader = somebody()
    for days in range(3):
        await scene.line(reader, ids(6), NIGHT - days * 24 * HOUR)
    await scene.watch()
    narrowed = {"actor_id": str(reader.actor_id), "rule": "at_night", "state": "open"}

    first = await officer.get("/v1/alerts", params={**narrowed, "limit": 2})
    cursor = first.json()["next_cursor"]
    rest = await officer.get("/v1/alerts", params={**narrowed, "limit": 2, "cursor": cursor})
    none = await officer.get("/v1/alerts", params={**narrowed, "severity": "critical"})

    assert [len(answer.json()["items"]) for answer in (first, rest, none)] == [2, 1, 0]
    assert not {"customers", "evidence", "note"} & first.json()["items"][0].keys()
    other = await officer.get("/v1/alerts", params={"cursor": cursor})
    assert slug(other) == "cursor-invalid"


@pytest.mark.parametrize(
    ("params", "refusal"),
    [
        ({"state": "lost"}, "malformed"),
        ({"severity": "grave"}, "malformed"),
        ({"actor_id": "me"}, "malformed"),
        ({"rule": "No Rule"}, "malformed"),
        ({"customer_id": NOWHERE}, "field-not-available"),
    ],
)
async def test_other_questions_are_refused(
    scene: Scene, params: dict[str, str], refusal: str
) -> None:
    """Above all, nobody asks whether there is an alert about a customer."""
    officer = await scene.service.as_("data_officer")

    answer = await officer.get("/v1/alerts", params=params)

    assert (answer.status_code, slug(answer)) == (422, refusal)


async def test_what_is_not_there_is_not_found(scene: Scene) -> None:
    """An unknown id has one answer for every act."""
    officer = await scene.service.as_("data_officer")
    path = f"/v1/alerts/{NOWHERE}"

    answers = [
        await officer.get(path),
        await officer.post(f"{path}/acknowledge", json={}),
        await officer.post(f"{path}/close", json={"verdict": "misuse"}),
    ]

    assert [slug(answer) for answer in answers] == ["not-found"] * 3


@pytest.mark.parametrize("role", ["administrator", "sales", "service"])
async def test_others_see_no_alerts(scene: Scene, role: str) -> None:
    """Who manages the rules, or reads customers, is told of nobody."""
    client = await scene.service.as_(role)

    assert (await client.get("/v1/alerts")).status_code == 403
    assert (await client.get(f"/v1/alerts/{NOWHERE}")).status_code == 403


async def test_customers_out_of_reach_are_not_named(scene: Scene) -> None:
    """A reader of one department's logs sees actor and count, no customer and no line."""
    alert = await an_alert(scene)
    near = await a_role(scene.service, *RIGHTS, "reach:all")
    far = await a_role(scene.service, *RIGHTS, "classes:read")
    shown = []
    for role in (near, far):
        client = await a_client(scene.service, role)
        answer = await client.get(f"/v1/alerts/{alert['alert_id']}")
        shown.append(answer.json())
        (line,) = await scene.service.lines_of(answer)
        assert [str(one) for one in line["subjects"]] == shown[-1]["customers"]

    assert [one["customers"] for one in shown] == [[alert["customer_id"]], []]
    for one in shown:  # the others of that night are out of everybody's reach
        assert (one["count"], one["evidence"], one["is_partial"]) == (6, [], True)


async def test_a_watched_customer_is_named_to_who_may_know_it(scene: Scene) -> None:
    """That a customer is closely watched tells its tier, so that the auditor hears of a count."""
    alert = await a_vip_alert(scene)
    path = f"/v1/alerts/{alert['alert_id']}"
    auditor, officer = [await a_client(scene.service, one) for one in ("auditor", "data_officer")]

    hidden, shown = (await auditor.get(path)).json(), (await officer.get(path)).json()

    assert (hidden["count"], hidden["customers"], hidden["evidence"]) == (1, [], [])
    assert shown["customers"] == [alert["customer_id"]]
    assert [line["operation"] for line in shown["evidence"]] == ["reveal_customer"]
    assert (hidden["is_partial"], shown["is_partial"]) == (True, False)

"""Tests of rules as data: read, edited, switched off, added and removed, each on its line."""

from typing import Any

import httpx
import pytest

from tests.colleagues import a_client
from tests.features.alerts.scene import Scene, ids, somebody
from tests.features.alerts.test_handling import slug

EVERY = {"If-Match": "*"}
RULES = "/v1/alert-rules"
OWN: dict[str, Any] = {
    "code": "much_by_systems",
    "en": "Much reading by other systems",
    "zh": "外部系统大量查看",
    "kind": "volume",
    "parameters": {"floor": 5, "who": "all"},
}


@pytest.fixture
async def administrator(scene: Scene) -> httpx.AsyncClient:
    """Somebody who manages rules."""
    return await a_client(scene.service, "administrator")


async def test_shipped_rules_are_there(administrator: httpx.AsyncClient) -> None:
    """One for each kind and more, in both languages, switched on."""
    rules = (await administrator.get(RULES)).json()["items"]

    assert {rule["code"] for rule in rules} >= {"unusual_volume", "at_night", "audit_broken"}
    shipped = [rule for rule in rules if rule["is_shipped"]]
    assert len({rule["kind"] for rule in shipped}) == 7
    assert all(rule["en"] and rule["zh"] and rule["enabled"] for rule in shipped)


async def test_an_edit_is_a_new_version_on_its_line(
    scene: Scene, administrator: httpx.AsyncClient
) -> None:
    """Only what is sent changes; the line says what it was and what it is, and is told of."""
    path = f"{RULES}/guessing"
    seen = await administrator.get(path)

    answer = await administrator.patch(
        path,
        json={"parameters": {"more_than": 80}, "severity": "critical"},
        headers={"If-Match": seen.headers["etag"]},
    )

    rule = answer.json()
    assert (rule["version"], rule["severity"]) == (seen.json()["version"] + 1, "critical")
    assert rule["parameters"] == {**seen.json()["parameters"], "more_than": 80}
    assert (await administrator.get(path)).json() == rule
    (line,) = await scene.service.lines_of(answer)
    assert line["changed"] == ["parameters", "severity"]
    assert '"more_than":50' in line["detail"]
    assert '"more_than":80' in line["detail"]
    assert await scene.rules(rule["changed_by"]) == ["powerful_acts"]


async def test_null_is_as_shipped_again(administrator: httpx.AsyncClient) -> None:
    """A parameter that is emptied is as the kind has it."""
    path = f"{RULES}/walking"
    await administrator.patch(path, json={"parameters": {"records": 99}}, headers=EVERY)

    answer = await administrator.patch(path, json={"parameters": {"records": None}}, headers=EVERY)

    assert answer.json()["parameters"]["records"] == 20


async def test_a_stale_edit_is_refused(administrator: httpx.AsyncClient) -> None:
    """What somebody else has changed meanwhile is not written over, nor changed unseen."""
    path = f"{RULES}/at_night"
    seen = (await administrator.get(path)).headers["etag"]
    await administrator.patch(path, json={"severity": "info"}, headers={"If-Match": seen})

    stale = await administrator.patch(path, json={"enabled": False}, headers={"If-Match": seen})
    unseen = await administrator.patch(path, json={"enabled": False})

    assert (slug(stale), slug(unseen)) == ("stale", "if-match-missing")
    assert (await administrator.get(path)).json()["enabled"]


@pytest.mark.parametrize(
    ("kind", "parameters", "pointer"),
    [
        ("volume", {"floor": 0}, "/parameters/floor"),
        ("volume", {"factor": "much"}, "/parameters/factor"),
        ("volume", {"ceiling": 3}, "/parameters"),
        ("volume", {"tiers": ["A"]}, "/parameters/tiers"),
        ("off_hours", {"zone": "../../etc/passwd"}, "/parameters/zone"),
        ("off_hours", {"zone": "Mars/Base"}, "/parameters/zone"),
        ("off_hours", {"night_from": "25:00"}, "/parameters/night_from"),
        ("off_hours", {"days_off": ["2026-02-30"]}, "/parameters/days_off/0"),
        ("sequence", {"records": 1}, "/parameters/records"),
        ("vip", {"tiers": []}, "/parameters/tiers"),
        ("vip", {"tiers": ["Z"]}, "/parameters/tiers/0"),
        ("own_record", {"who": "all"}, "/parameters/who"),
        ("operation", {}, "/parameters/operations"),
        ("operation", {"operations": ["'; drop"]}, "/parameters/operations/0"),
        ("refusals", {"statuses": [200]}, "/parameters/statuses/0"),
        ("refusals", {"minutes": True}, "/parameters/minutes"),
    ],
)
async def test_parameters_are_closed(
    administrator: httpx.AsyncClient, kind: str, parameters: dict[str, Any], pointer: str
) -> None:
    """What the kind does not know, or cannot mean, is refused with its place."""
    new = {**OWN, "code": "refused", "kind": kind, "parameters": parameters}

    answer = await administrator.post(RULES, json=new)

    assert (answer.status_code, slug(answer)) == (422, "malformed")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_rule_of_ones_own_counts_and_goes(
    scene: Scene, administrator: httpx.AsyncClient
) -> None:
    """It raises alerts beside the shipped ones; removed, its alerts stay."""
    reader = somebody()
    made = await administrator.post(RULES, json=OWN)
    assert (made.status_code, made.headers["location"]) == (201, f"{RULES}/{OWN['code']}")
    await scene.line(reader, ids(6))
    assert await scene.rules(reader) == [OWN["code"]]

    again = await administrator.post(RULES, json=OWN)
    gone = await administrator.delete(f"{RULES}/{OWN['code']}", headers=EVERY)

    assert (slug(again), gone.status_code) == ("alert-rule-code-taken", 204)
    officer = await scene.service.as_("data_officer")
    listed = await officer.get("/v1/alerts", params={"rule": OWN["code"]})
    assert [alert["en"] for alert in listed.json()["items"]] == [None]
    assert slug(await administrator.get(f"{RULES}/{OWN['code']}")) == "not-found"


async def test_shipped_rules_stay(administrator: httpx.AsyncClient) -> None:
    """They can be switched off, not removed."""
    answer = await administrator.delete(f"{RULES}/walking", headers=EVERY)

    assert (answer.status_code, slug(answer)) == (409, "alert-rule-shipped")


@pytest.mark.parametrize("code", ["No Rule", "nothing", "a" * 70, "%00", "%F0%9F%98%80"])
async def test_codes_that_are_none(administrator: httpx.AsyncClient, code: str) -> None:
    """Whatever stands in the address, a rule that is not there is not found."""
    answer = await administrator.get(f"{RULES}/{code}")

    assert answer.status_code in {404, 400}


@pytest.mark.parametrize("role", ["auditor", "data_officer", "sales"])
async def test_others_do_not_touch_rules(scene: Scene, role: str) -> None:
    """Those who handle alerts neither see nor change what they are made by."""
    client = await scene.service.as_(role)

    assert (await client.get(RULES)).status_code == 403
    assert (await client.patch(f"{RULES}/walking", json={}, headers=EVERY)).status_code == 403

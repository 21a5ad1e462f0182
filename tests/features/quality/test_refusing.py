"""Tests of rules: what breaks them is refused with their own words, hidden fields stay hidden."""

from typing import Any

import httpx
import pytest

from tests.colleagues import a_client, a_role
from tests.features.quality.office import EVERY, Office

RULES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (
        {"kind": "format", "parameters": {"field": "source", "characters": ["latin"]}},
        {"source": "Fair 7"},
        {"source": "Fair"},
    ),
    (
        {"kind": "range", "parameters": {"field": "first_trade_on", "most": "today"}},
        {"first_trade_on": "2999-01-01"},
        {"first_trade_on": "2020-01-01"},
    ),
    (
        {
            "kind": "required_from",
            "parameters": {"field": "email", "stage": "lifecycle", "from": "new"},
        },
        {"lifecycle": "existing"},
        {"lifecycle": "future"},
    ),
    (
        {
            "kind": "cross_field",
            "parameters": {"field": "contract_until", "operator": "gte", "other": "first_trade_on"},
        },
        {"contract_until": "2020-01-01", "first_trade_on": "2021-01-01"},
        {"contract_until": "2020-01-01", "first_trade_on": None},
    ),
    (
        {"kind": "format", "parameters": {"field": "city", "form": "email"}, "tiers": ["A"]},
        {"city": "Suzhou", "tier": "A"},
        {"city": "Suzhou", "tier": "B"},
    ),
]


def faults(answer: httpx.Response) -> list[tuple[str, str, str]]:
    """Return where, by which rule and with which words something was refused."""
    assert answer.json()["type"] == "/problems/standard-not-met", answer.text
    return [(one["pointer"], one["code"], one["message"]) for one in answer.json()["errors"]]


@pytest.mark.parametrize(("rule", "bad", "good"), RULES, ids=range(len(RULES)))
async def test_what_breaks_a_rule_is_refused(
    office: Office, rule: dict[str, Any], bad: dict[str, Any], good: dict[str, Any]
) -> None:
    """Creation, change and batch alike, at the field, in the rule's words; a warning is not."""
    known = await office.customer()
    code = await office.rule(**rule)
    place = (f"/{rule['parameters']['field']}", code, f"{code} broken")

    created, changed = await office.opened(**bad), await office.change(known, **bad)
    batch = {"items": [{"customer_id": known, "if_match": "*", "change": bad}]}
    answer = await office.officer.post("/v1/customers/batch", json=batch)
    kept = await office.change(known, **good)

    assert (created.status_code, faults(created)) == (422, [place])
    assert (changed.status_code, faults(changed)) == (422, [place])
    refused = answer.json()["items"][0]["problem"]["errors"][0]
    assert (refused["pointer"], refused["message"]) == (f"/change{place[0]}", place[2])
    assert kept.status_code == 200, kept.text
    path = f"/v1/validation-rules/{code}"
    softened = await office.officer.patch(path, json={"severity": "warning"}, headers=EVERY)
    assert (softened.json()["version"], (await office.change(known, **bad)).status_code) == (2, 200)
    await office.drop(code)


async def test_old_breaches_stand_in_nobodys_way(office: Office) -> None:
    """A record that broke a rule before it was made takes changes of other fields."""
    known = await office.customer(source="Fair 7")
    code = await office.rule(kind="format", parameters={"field": "source", "most_length": 4})

    other, own = (
        await office.change(known, city="Suzhou"),
        await office.change(known, source="12345"),
    )

    assert (other.status_code, own.status_code) == (200, 422)
    await office.drop(code)


async def test_a_profile_is_held_by_its_customer_too(office: Office) -> None:
    """A rule about a profile may ask where trade with its customer stands."""
    known = await office.customer(trade_stage="current", person_profile={"occupation": "Baker"})
    told = {"field": "occupation", "stage": "trade_stage", "from": "current"}
    code = await office.rule(kind="required_from", resource="person-profiles", parameters=told)

    path = f"/v1/customers/{known}/person-profile"
    emptied = await office.officer.patch(path, json={"occupation": None}, headers=EVERY)
    new = await office.opened(trade_stage="current")

    assert faults(emptied) == [("/occupation", code, f"{code} broken")]
    assert faults(new) == [("/person_profile/occupation", code, f"{code} broken")]
    await office.drop(code)


async def narrow_clerk(office: Office) -> httpx.AsyncClient:
    """Return somebody who writes the course of trade, and sees no class and no contact data."""
    role = await a_role(
        office.service,
        *("customers:read", "customers:write", "quality:read", "reach:all"),
        *("trade:write", "record:read", "identity:read"),
    )
    return await a_client(office.service, role)


async def test_a_hidden_field_is_neither_named_nor_valued(office: Office) -> None:
    """Who does not see all of a rule is not refused by it, finds no issue, and scores the same."""
    clerk = await narrow_clerk(office)
    known = await office.customer(source="Fair 7", phone="+8619900000991")
    told = {"field": "first_trade_on", "least": "2020-01-01"}
    codes = [
        await office.rule(kind="range", parameters=told, tiers=["A"]),
        await office.rule(
            kind="required_from",
            parameters={"field": "first_trade_on", "stage": "lifecycle", "from": "new"},
        ),
    ]
    await office.execute("update customers set tier = 'A', lifecycle = 'existing'")
    path, body = f"/v1/customers/{known}", {"first_trade_on": "2010-01-01"}

    written = await clerk.patch(path, json=body, headers=EVERY)
    emptied = await clerk.patch(path, json={"first_trade_on": None}, headers=EVERY)
    await office.measure()
    before = (await clerk.get(f"{path}/quality")).json()
    rules = (await clerk.get("/v1/validation-rules")).json()["items"]
    theirs = await office.issues(clerk)
    officers = {one["rule"] for one in await office.issues(office.officer, customer_id=known)}
    await office.drop(*codes)
    await office.change(known, email="quality@example.com", city="Suzhou", tier="B")
    after = await clerk.get(f"{path}/quality")

    assert (written.status_code, emptied.status_code) == (200, 200)
    assert (rules, theirs, officers) == ([], [], {codes[1]})
    assert (before, before["missing"]) == (after.json(), [])
    for word in ("phone", "tier", "email", "city", *codes):
        assert word not in after.text
    (line,) = await office.service.lines_of(after)
    assert ([str(one) for one in line["subjects"]], "email" in str(line["disclosed"])) == (
        [known],
        False,
    )


async def test_rules_come_as_a_table(office: Office) -> None:
    """Each row has its own answer; a dry run changes nothing, and the line names what was made."""
    rows = (
        "code,en,zh,kind,field,most_length,characters,least,severity\n"
        "from_table,Short,短,format,source,20,latin;digits,,warning\n"
        "no_field,None,无,range,colour,,,1,error\n"
    )
    headers, path = {"Content-Type": "text/csv"}, "/v1/validation-rules/import"

    tried = await office.officer.post(f"{path}?dry_run=true", content=rows, headers=headers)
    made = await office.officer.post(path, content=rows, headers=headers)
    again = await office.officer.post(path, content=rows, headers=headers)

    assert [one["status"] for one in tried.json()["items"]] == [201, 422], tried.text
    assert [one["code"] for one in made.json()["items"]] == ["from_table", None]
    taken = again.json()["items"][0]["problem"]
    assert (taken["status"], taken["type"]) == (409, "/problems/quality-rule-code-taken")
    rule = (await office.officer.get("/v1/validation-rules/from_table")).json()
    told = rule["parameters"]
    assert (told["characters"], told["most_length"]) == (["latin", "digits"], 20)
    (line,) = await office.service.lines_of(made)
    assert "from_table" in line["detail"]
    await office.drop("from_table")


async def test_who_manages_a_region_makes_rules_for_it(office: Office) -> None:
    """Without departments, or with one beyond reach, it is refused; what a rule is about stays."""
    east = await office.service.as_("regional_officer_east")
    new: dict[str, Any] = {"code": "eastern", "en": "East", "zh": "东", "kind": "format"}
    new |= {"parameters": {"field": "source", "most_length": 9}}
    shanghai, shenzhen = (office.places[name] for name in ("Shanghai sales", "Shenzhen sales"))

    tries = [
        await east.post("/v1/validation-rules", json=new | {"departments": given})
        for given in ([], [shenzhen], [shanghai])
    ]
    path = "/v1/validation-rules/eastern"
    elsewhere = await east.patch(path, json={"departments": []}, headers=EVERY)
    other = await east.patch(path, json={"parameters": {"field": "city"}}, headers=EVERY)
    stale = await east.patch(path, json={"enabled": False}, headers={"If-Match": '"0"'})
    unread = await office.service.as_("data_entry")

    assert [one.status_code for one in tries] == [422, 422, 201]
    assert tries[0].json()["errors"][0]["code"] == "department-out-of-reach"
    assert (elsewhere.status_code, stale.status_code) == (422, 412)
    assert other.json()["errors"][0]["code"] == "fixed-in-a-rule"
    assert (await unread.get(path)).status_code == 403
    await office.drop("eastern")

"""Tests of scores, issues and figures: kept by the worker, shown within reach and rights."""

from app.core.clock import CHINA, today
from app.features.quality.service import keep_figures
from tests.features.quality.office import EVERY, Office


async def test_an_issue_opens_and_closes_by_itself(office: Office) -> None:
    """A change is measured on the next round, once; what is set aside stays so until fixed."""
    told = {"field": "source", "most_length": 4}
    code = await office.rule(kind="format", parameters=told, severity="warning")
    known = await office.customer(source="Exhibition")

    await office.measure()
    (found,) = await office.issues(office.officer, customer_id=known)
    path = f"/v1/quality-issues/{found['issue_id']}"
    ignored = await office.officer.post(f"{path}/ignore")
    twice = await office.officer.post(f"{path}/ignore")
    await office.change(known, city="Suzhou")
    await office.measure()
    aside = await office.issues(office.officer, customer_id=known, state="ignored")
    await office.change(known, source="Fair")
    await office.measure()
    fixed = await office.issues(office.officer, customer_id=known, state="fixed")
    await office.change(known, source="Exhibition")
    rounds = [await office.measure(), await office.measure()]
    again = await office.issues(office.officer, customer_id=known)

    assert (found["customer_id"], found["fields"]) == (known, ["customers.source"])
    assert (ignored.json()["state"], twice.json()["type"]) == ("ignored", "/problems/issue-settled")
    assert [one["issue_id"] for one in aside] == [one["issue_id"] for one in fixed]
    assert (rounds[1], [one["issue_id"] for one in again]) == (0, [found["issue_id"]])
    (line,) = await office.service.lines_of(ignored)
    assert code in line["detail"]
    await office.drop(code)


async def test_what_was_set_aside_is_taken_up_again(office: Office) -> None:
    """Only what is set aside, once, and only in the reach of who manages."""
    code = await office.rule(
        kind="format", parameters={"field": "source", "most_length": 4}, severity="warning"
    )
    south = {"department_id": office.places["Customer service"]}
    known = await office.customer(source="Exhibition", **south)
    await office.measure()
    (found,) = await office.issues(office.officer, customer_id=known)
    path = f"/v1/quality-issues/{found['issue_id']}"
    east = await office.service.as_("regional_officer_east")

    early = await office.officer.post(f"{path}/open")
    foreign = await east.post(f"{path}/ignore")
    await office.officer.post(f"{path}/ignore")
    opened = await office.officer.post(f"{path}/open")

    assert (early.status_code, foreign.status_code) == (409, 404)
    assert (opened.status_code, opened.json()["state"]) == (200, "open")
    await office.drop(code)


async def test_what_is_stale_is_a_work_list(office: Office) -> None:
    """By group and tier, of the owner's own; a change of the group, or a verification, ends it."""
    me = (await office.seller.get("/v1/me")).json()["user_id"]
    told = {"group": "contact", "days": 90}
    code = await office.rule(family="freshness", kind="freshness", parameters=told, tiers=["A"])
    old, young, other = [await office.customer(tier=tier, owner_id=me) for tier in ("A", "A", "B")]
    await office.measure()
    for one, days in ((old, 100), (young, 80), (other, 100)):
        await office.age(one, days)

    await office.measure()
    stale = await office.issues(office.seller, kind="stale", owner_id=me)
    quality = (await office.seller.get(f"/v1/customers/{old}/quality")).json()
    await office.change(old, city="Suzhou")
    await office.measure()
    still = await office.issues(office.seller, rule=code)
    await office.change(old, email="fresh@example.com")
    await office.measure()

    assert [(one["customer_id"], one["owner_id"]) for one in stale] == [(old, me)]
    assert [one["rule"] for one in quality["stale"]] == [code]
    assert [one["customer_id"] for one in still] == [old]
    assert await office.issues(office.seller, rule=code) == []
    assert (await office.seller.delete(f"/v1/freshness-rules/{code}")).status_code == 403
    gone = await office.officer.delete(f"/v1/freshness-rules/{code}", headers=EVERY)
    assert gone.status_code == 204


async def test_completeness_goes_by_weights_of_kind_and_tier(office: Office) -> None:
    """The closest scope counts; the score weighs the parts that there are."""
    weights = {"customers.name": 3, "customers.email": 1}
    new = {"family": "completeness", "kind": "weights"}
    whole = await office.rule({"weights": weights}, **new)
    close = await office.rule(
        {"weights": {**weights, "customers.city": 4}}, **new, tiers=["A"], kinds=["person"]
    )
    b, a = [await office.customer(tier=tier) for tier in ("B", "A")]

    of_b, of_a = [
        (await office.officer.get(f"/v1/customers/{one}/quality")).json() for one in (b, a)
    ]
    there = [
        (await office.officer.get(f"/v1/{name}/{whole}")).status_code
        for name in ("completeness-rules", "validation-rules")
    ]

    assert (of_b["parts"]["completeness"], of_b["missing"]) == (75, ["customers.email"])
    assert of_a["parts"] == {"completeness": 38, "validity": None, "freshness": None}
    assert of_a["score"] == 38
    assert there == [200, 404]
    for code in (whole, close):
        await office.officer.delete(f"/v1/completeness-rules/{code}", headers=EVERY)


async def test_figures_are_kept_day_by_day(office: Office) -> None:
    """Written over within a day, for departments reached whole; sellers reach their own alone."""
    south = office.places["Shenzhen sales"]
    await office.customer()
    for _ in range(2):
        await office.customer(department_id=south, email=None)
    await office.measure()
    await keep_figures(office.platform)
    await office.customer(department_id=south)
    await office.measure()
    await keep_figures(office.platform)
    day = today(CHINA).isoformat()

    asked = {"department_id": south, "from": day, "to": day}
    (figure,) = (await office.officer.get("/v1/quality/figures", params=asked)).json()["items"]
    east = await office.service.as_("regional_officer_east")
    theirs = (await east.get("/v1/quality/figures")).json()["items"]
    beyond = (await east.get("/v1/quality/figures", params=asked)).json()["items"]
    first = (await office.officer.get("/v1/quality/figures?limit=1")).json()
    rest = await office.officer.get(f"/v1/quality/figures?cursor={first['next_cursor']}")
    wrong = await office.officer.get("/v1/quality/figures?from=yesterday")

    assert (figure["customers"], figure["day"]) == (3, day)
    assert (figure["validity"], figure["completeness"] < 100) == (100, True)
    assert {one["department_id"] for one in theirs} == {office.places["Shanghai sales"]}
    assert (beyond, wrong.status_code) == ([], 422)
    assert first["items"][0] not in rest.json()["items"]
    nothing = await office.service.as_("marketing")
    assert (await nothing.get("/v1/quality/figures")).status_code == 403

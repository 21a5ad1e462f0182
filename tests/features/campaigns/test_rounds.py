"""Rounds: a task for each customer once, a link by mail, one mail to an owner, windows."""

from typing import Any

from tests.features.campaigns.desk import EVERY, Desk


async def test_a_round_asks_each_customer_once(desk: Desk) -> None:
    """Tasks for those in scope, links for those who may be mailed, one mail for the owner."""
    asked = await desk.customer(source="once")
    mute = await desk.customer(source="once", email=None)
    deaf = await desk.customer(source="once")
    other = await desk.customer(tier="C")
    point = {"type": "email", "value": deaf["email"], "do_not_contact": True}
    path = f"/v1/customers/{deaf['customer_id']}/contact-points"
    assert (await desk.steward.post(path, json=point)).status_code == 201
    campaign_id = await desk.campaign(filter={"source": "once"})

    await desk.started(campaign_id)

    mine = {task["customer"]["customer_id"]: task for task in await desk.tasks(campaign_id)}
    assert {*mine} == {one["customer_id"] for one in (asked, mute, deaf)}
    assert mine[asked["customer_id"]]["link_sent_at"]
    assert [len(desk.mail_to(c["email"])) for c in (asked, deaf, other)] == [1, 0, 0]
    totals = (await desk.page(campaign_id))["totals"]
    assert (totals["open"], totals["links_sent"]) == (3, 1)
    assert await _told(desk, campaign_id, "begun") == 1
    again = await desk.steward.post(f"/v1/update-campaigns/{campaign_id}/start")
    assert again.json()["type"] == "/problems/campaign-under-way"
    sql = "select digest from self_service_links where customer_id = $1"
    (stored,) = await desk.post.run(sql, asked["customer_id"])
    assert desk.link(asked).rpartition("/")[2].encode() not in stored["digest"]


async def test_a_task_is_done_by_confirming_or_correcting(desk: Desk) -> None:
    """Either dates the customer; done once, it is done; the page counts both."""
    customers = [await desk.customer(tier="B") for _ in range(2)]
    campaign_id = await desk.campaign(filter={"tier": "B"}, channels=["task"])
    await desk.started(campaign_id)
    first, second = await desk.tasks(campaign_id, status="open")

    confirmed = await desk.seller.post(f"/v1/update-tasks/{first['task_id']}/confirm")
    path = f"/v1/update-tasks/{second['task_id']}/correct"
    corrected = await desk.seller.post(path, json={"city": "上海市"}, headers=EVERY)

    assert (confirmed.status_code, corrected.status_code) == (200, 200), corrected.text
    for customer in customers:
        held = (await desk.steward.get(f"/v1/customers/{customer['customer_id']}")).json()
        assert held["last_verified_at"]
    twice = await desk.seller.post(f"/v1/update-tasks/{first['task_id']}/confirm")
    assert twice.json()["type"] == "/problems/task-settled"
    (line,) = await desk.post.service.lines_of(corrected)
    assert {"city", "last_verified_at"} <= {*line["changed"]}
    totals = (await desk.page(campaign_id))["totals"]
    assert (totals["confirmed"], totals["corrected"], totals["open"]) == (1, 1, 0)
    assert await desk.tasks(campaign_id, status="open") == []


async def test_others_tasks_are_as_if_not_there(desk: Desk) -> None:
    """Who does not reach the customer finds no task, and sees nobody else's list."""
    await desk.customer(tier="A")
    campaign_id = await desk.campaign(filter={"tier": "A"}, channels=["task"])
    await desk.started(campaign_id)
    (task,) = await desk.tasks(campaign_id)
    stranger = await desk.post.service.as_("sales_south")

    refused = await stranger.post(f"/v1/update-tasks/{task['task_id']}/confirm")
    peeked = await stranger.get("/v1/update-tasks", params={"assignee": desk.seller_id})

    assert (refused.status_code, peeked.status_code) == (404, 403)


async def test_a_campaign_comes_back_by_itself(desk: Desk) -> None:
    """A monthly one opens in its window, reminds once, ends, and waits for the next month."""
    await desk.customer(nature="partner")
    weekly = {"filter": {"nature": "partner"}, "recurrence": {"every": "month", "week": 1}}
    campaign_id = await desk.campaign(**weekly, channels=["task"], remind_after_days=3)
    planned = await desk.steward.post(f"/v1/update-campaigns/{campaign_id}/schedule")
    assert planned.json()["status"] == "scheduled", planned.text

    await _let(desk, campaign_id, "opens_at = now() - interval '1 hour'")
    await desk.tend()
    opened = await desk.page(campaign_id)
    await desk.worked(opened["job_id"])
    await _let(desk, campaign_id, "round_opened_at = now() - interval '4 days'")
    await desk.tend()
    await desk.tend()
    await _let(desk, campaign_id, "round_closes_at = now()")
    await desk.tend()

    ended = await desk.page(campaign_id)
    assert (opened["status"], opened["round"], ended["status"]) == ("running", 1, "scheduled")
    assert ended["opens_at"] > opened["round_opened_at"]
    assert ended["totals"]["missed"] == 1
    assert await _told(desk, campaign_id, "reminded") == 1


async def test_a_campaign_that_is_over_stays_so(desk: Desk) -> None:
    """Without a window none is scheduled; what was closed is neither closed nor started again."""
    path = f"/v1/update-campaigns/{await desk.campaign()}"

    answers = [await desk.steward.post(f"{path}/{act}") for act in ("schedule", "close", "close")]

    slugs = [answer.json().get("type") for answer in answers]
    assert slugs == ["/problems/campaign-not-ready", None, "/problems/campaign-over"]


async def _let(desk: Desk, campaign_id: str, change: str) -> list[Any]:
    """Let time pass for a campaign."""
    sql = f"update update_campaigns set {change} where campaign_id = $1"
    return await desk.post.run(sql, campaign_id)


async def _told(desk: Desk, campaign_id: str, occasion: str) -> int:
    """Count who was told on an occasion."""
    sql = "select count(*) from campaign_notices where campaign_id = $1 and occasion = $2"
    return int((await desk.post.run(sql, campaign_id, occasion))[0][0])

"""A customer's page: looking, confirming, correcting, review, and all links that will not do."""

import base64
import hashlib
import re
from typing import Any

import httpx
import pytest

from app.core.clock import new_id
from app.core.fields import Level
from app.features.campaigns.pages import STYLE, form_page, plain_page
from app.features.campaigns.visiting import ENTRIES, NAMES
from app.features.campaigns.words import WORDS, Language
from tests.features.campaigns.desk import EVERY, JSON, Desk

UNKNOWN = f"/self/{'x' * 43}"


@pytest.fixture
async def customer(desk: Desk) -> dict[str, Any]:
    """Open a round about one customer, who gets a link."""
    mark = str(new_id())
    made = await desk.customer(source=mark, city="北京市")
    await desk.started(await desk.campaign(filter={"source": mark}))
    return made


async def test_a_correction_is_held_reviewed_and_applied(
    desk: Desk, customer: dict[str, Any]
) -> None:
    """Nothing changes before the review; a moved base shows; a part is taken over."""
    visitor = desk.post.service.anonymous("192.0.2.10")
    link, path = desk.link(customer), f"/v1/customers/{customer['customer_id']}"

    looked = await visitor.get(link, headers={"Accept-Language": "zh-CN"})
    unfit = await visitor.post(link, data={"phone": "12", "city": "上海市", "name": "<王>"})
    typed = {"city": "上海市", "email": "new@example.com", "name": customer["name"]}
    sent = await visitor.post(link, data={**typed, "action": "correct"})
    again = await visitor.post(link, data={**typed, "action": "correct"})

    assert customer["phone"] in looked.text
    assert (unfit.status_code, sent.status_code, again.status_code) == (422, 200, 404)
    assert 'href="#field-phone"' in unfit.text
    assert 'value="&lt;王&gt;"' in unfit.text
    assert (await desk.steward.get(path)).json()["city"] == "北京市"
    for answer, operation in ((looked, "view_self_service"), (sent, "answer_self_service")):
        (line,) = await desk.post.service.lines_of(answer)
        assert (line["actor_kind"], line["operation"]) == ("self_service", operation)
        assert [str(one) for one in line["subjects"]] == [customer["customer_id"]]
        assert set(NAMES) <= {*re.findall(r"\w+", line["disclosed"])}


async def test_a_review_sees_a_moved_base_and_takes_a_part(
    desk: Desk, customer: dict[str, Any]
) -> None:
    """What was changed meanwhile is shown again; what is approved goes the ordinary way."""
    visitor = desk.post.service.anonymous("192.0.2.14")
    path = f"/v1/customers/{customer['customer_id']}"
    typed = {"city": "上海市", "email": "new@example.com", "action": "correct"}
    await visitor.post(desk.link(customer), data=typed)
    narrowed = {"customer_id": customer["customer_id"], "status": "pending"}
    listed = (await desk.steward.get("/v1/customer-corrections", params=narrowed)).json()["items"]
    review = f"/v1/customer-corrections/{listed[0]['correction_id']}"
    seen = await desk.steward.get(review)
    await desk.steward.patch(path, json={"city": "天津市"}, headers=EVERY)
    late = await desk.steward.post(
        f"{review}/approve", json={}, headers={"If-Match": seen.headers["etag"]}
    )
    shown = await desk.steward.get(review)
    tag = {"If-Match": shown.headers["etag"]}
    approved = await desk.steward.post(f"{review}/approve", json={"fields": ["city"]}, headers=tag)

    assert (late.status_code, shown.json()["status"]) == (412, "stale")
    assert [c["name"] for c in shown.json()["changes"]] == ["email", "city"]
    assert approved.json()["status"] == "partly_approved", approved.text
    held = (await desk.steward.get(path)).json()
    assert (held["city"], held["email"]) == ("上海市", customer["email"])
    assert held["last_verified_at"]
    (line,) = await desk.post.service.lines_of(approved)
    assert line["operation"] == "approve_customer_correction"
    assert "city" in line["changed"]
    settled = await desk.steward.post(f"{review}/reject", headers=EVERY)
    assert settled.json()["type"] == "/problems/correction-settled"


async def test_confirming_dates_the_customer_once(desk: Desk, customer: dict[str, Any]) -> None:
    """JSON where it is asked for; the link is used up, the task done without a colleague."""
    visitor = desk.post.service.anonymous("192.0.2.11")
    link = desk.link(customer)

    looked = await visitor.get(link, headers=JSON)
    done = await visitor.post(link, json={"action": "confirm"}, headers=JSON)
    used = await visitor.get(link, headers=JSON)

    assert looked.json()["fields"]["email"] == customer["email"]
    assert (done.json(), used.json()["type"]) == (
        {"status": "confirmed"},
        "/problems/link-not-valid",
    )
    held = await desk.steward.get(f"/v1/customers/{customer['customer_id']}")
    assert held.json()["last_verified_at"]
    assert link.rpartition("/")[2] not in used.text


async def test_every_link_that_will_not_do_gets_one_answer(
    desk: Desk, customer: dict[str, Any]
) -> None:
    """Unknown, used and expired links: the same bytes, status and headers."""
    service = desk.post.service
    visitor, link = service.anonymous("192.0.2.12"), desk.link(customer)
    await visitor.post(link, data={"action": "confirm"})
    used = await visitor.get(link)
    await desk.post.run("update self_service_links set used_at = null, expires_at = now()")
    expired, unknown = await visitor.get(link), await visitor.get(UNKNOWN)
    posted = await visitor.post(UNKNOWN, data={"action": "confirm"})

    varying = {"x-request-id", "ratelimit-remaining", "ratelimit-reset"}
    told = [
        (one.status_code, one.content, {n: v for n, v in one.headers.items() if n not in varying})
        for one in (used, expired, unknown, posted)
    ]
    assert told[0][0] == 404
    assert all(one == told[0] for one in told)


async def test_the_page_is_guarded(desk: Desk) -> None:
    """Nothing from elsewhere, nothing inline but the style, kept and indexed by nobody."""
    answer = await desk.post.service.anonymous("192.0.2.13").get(UNKNOWN)

    headers = answer.headers
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]
    refused = await desk.post.service.anonymous("192.0.2.13").post(UNKNOWN, content=b"x")
    assert refused.status_code == httpx.codes.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize("language", Language)
def test_the_form_is_accessible(language: Language) -> None:
    """Language, heading and labels; faults lead to their fields; values are escaped."""
    values = dict.fromkeys(NAMES, '"><script>')
    page = form_page(language, values, {"phone": "phone-invalid"})

    assert f'<html lang="{language.tag}">' in page
    assert page.count("<h1>") == 1
    assert 'name="viewport"' in page
    assert {*re.findall(r'for="field-(\w+)"', page)} == {*NAMES}
    assert 'aria-describedby="fault-phone"' in page
    assert not re.search(r"<script|\son\w+=|style=|src=|https?:|//", page)
    assert 'lang="' in plain_page(language, "not_valid")
    assert WORDS[language].keys() == WORDS[language.other].keys()


def test_nothing_sensitive_is_shown() -> None:
    """A link is no proof of identity: sensitive and owned fields have no place on the page."""
    assert all(e.level is not Level.SENSITIVE and not e.owned for e in ENTRIES)

"""The audit as it is read: events without values, and whether it holds."""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import orjson
import pytest

from app.core.clock import now
from app.features.trail.schemas import AuditEventView
from tests.features.customers.builders import a_customer
from tests.features.trail.builders import EVENTS, events, revealed
from tests.service import Service


async def test_an_event_names_what_was_disclosed_and_holds_no_value(service: Service) -> None:
    """Ids, names of members and how they were shown; neither values nor the reason itself."""
    customer_id, answer = await revealed(service)

    (event,) = await events(service, request_id=answer.headers["x-request-id"])

    assert (event["operation"], event["purpose"]) == ("reveal_customer", "service_call_back")
    assert (event["actor_kind"], event["roles"]) == ("person", ["service"])
    assert (event["status"], event["outcome"], event["changed"]) == (200, "allowed", [])
    assert event["subjects"] == [customer_id]
    assert event.keys() == AuditEventView.model_fields.keys()
    assert event["disclosed"]["customers"]["phone"] == "read"
    assert event["has_reason"] is True
    assert answer.json()["phone"] not in orjson.dumps(event).decode()


async def test_a_refusal_is_an_event(service: Service) -> None:
    """Who was refused stands there with who was answered."""
    answer = await (await service.as_("sales")).get(EVENTS)

    (event,) = await events(service, request_id=answer.headers["x-request-id"])

    assert answer.status_code == 403
    assert (event["status"], event["outcome"], event["disclosed"]) == (403, "refused", {})


async def test_events_can_be_narrowed(service: Service) -> None:
    """Each filter leaves the events that fit it, and all of them together."""
    began = now()
    customer_id, answer = await revealed(service)
    request_id = answer.headers["x-request-id"]
    (event,) = await events(service, request_id=request_id)
    fitting = {
        "subject": customer_id,
        "actor_id": event["actor_id"],
        "operation": "reveal_customer",
        "status": "200",
        "outcome": "allowed",
        "at.gte": began.isoformat(),
        "at.lt": (now() + timedelta(seconds=1)).isoformat(),
        "request_id": request_id,
    }
    other = {
        "subject": str(uuid4()),
        "actor_id": str(uuid4()),
        "operation": "get_customer",
        "status": "404",
        "outcome": "failed",
        "at.gte": now().isoformat(),
        "at.lt": began.isoformat(),
    }

    assert await events(service, **fitting) == [event]
    for name, value in fitting.items():
        assert event in await events(service, **{name: value})
    for name, value in other.items():
        assert await events(service, **{**fitting, name: value}) == []


async def test_events_come_page_by_page_newest_first(service: Service) -> None:
    """Pages join without a gap or a repetition."""
    customer_id, _ = await revealed(service)
    client = await service.as_("sales")
    for _ in range(4):
        await client.get(f"/v1/customers/{customer_id}")
    auditor = await service.as_("auditor")
    asked = {"subject": customer_id, "operation": "get_customer", "limit": "3"}

    first = (await auditor.get(EVENTS, params=asked)).json()
    second = (await auditor.get(EVENTS, params={**asked, "cursor": first["next_cursor"]})).json()

    found = [event["at"] for event in first["items"] + second["items"]]
    assert (len(first["items"]), first["has_more"]) == (3, True)
    assert (len(second["items"]), second["has_more"], second["next_cursor"]) == (1, False, None)
    assert found == sorted(found, reverse=True)


async def test_a_search_without_a_beginning_looks_back_a_month(service: Service) -> None:
    """The answer says from when on it was looked."""
    auditor = await service.as_("auditor")

    usual = (await auditor.get(EVENTS)).json()["since"]
    asked = (await auditor.get(EVENTS, params={"at.gte": "2026-01-05T08:30:00Z"})).json()["since"]

    assert usual[:10] == (now() - timedelta(days=31)).date().isoformat()
    assert asked == "2026-01-05T08:30:00Z"


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("reason=x", "field-not-available"),
        ("sort=at", "field-not-available"),
        ("actor_id=1", "malformed"),
        ("subject=x", "malformed"),
        ("status=abc", "malformed"),
        ("status=%EF%BC%93", "malformed"),
        ("status=99999999999999999999", "malformed"),
        ("outcome=unknown", "malformed"),
        ("at.gte=2026-01-05", "malformed"),
        ("at.lt=2026-01-05T08:30:00", "malformed"),
        ("operation=a&operation=b", "malformed"),
        (f"operation={'a' * 101}", "malformed"),
        ("limit=0", "malformed"),
        ("cursor=AAAA", "cursor-invalid"),
    ],
)
async def test_what_cannot_be_asked(service: Service, query: str, slug: str) -> None:
    """Unknown names, values that will not do and foreign cursors are refused."""
    answer = await (await service.as_("auditor")).get(f"{EVENTS}?{query}")

    assert answer.status_code == 422
    assert answer.json()["type"].endswith(slug)


async def test_a_cursor_continues_its_own_list_only(service: Service) -> None:
    """Other filters are another list."""
    auditor = await service.as_("auditor")
    await auditor.get(EVENTS)
    cursor = (await auditor.get(EVENTS, params={"limit": "1"})).json()["next_cursor"]

    answer = await auditor.get(EVENTS, params={"status": "200", "cursor": cursor})

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("cursor-invalid")


async def test_reading_the_audit_is_an_event_itself(service: Service) -> None:
    """The auditor's looks are seen like anybody's."""
    customer = uuid4()
    auditor = await service.as_("auditor")

    answer = await auditor.get(EVENTS, params={"subject": str(customer)})

    (line,) = await service.lines_of(answer)
    assert orjson.loads(line["disclosed"])["audit-events"]["subjects"] == "read"
    assert (line["operation"], line["subjects"]) == ("list_audit_events", [customer])


@pytest.mark.parametrize("role", ["sales", "marketing", "administrator", "integration"])
async def test_who_may_not_read_the_audit(service: Service, role: str) -> None:
    """Events, verification and access logs each need their permission."""
    made = await a_customer(service)
    client = await service.as_(role)
    paths = (EVENTS, f"{EVENTS}/verify", f"/v1/customers/{made['customer_id']}/access-log")

    assert [(await client.get(path)).status_code for path in paths] == [403] * 3
    async with service.anonymous() as nobody:
        assert [(await nobody.get(path)).status_code for path in paths] == [401] * 3


async def test_verification_says_what_it_covered(service: Service) -> None:
    """An untouched trail holds, and the answer tells how much of it was looked at."""
    await a_customer(service)

    answer = await (await service.as_("auditor")).get(f"{EVENTS}/verify")

    report = answer.json()
    (line,) = await service.lines_of(answer)
    assert (report["ok"], report["first_bad"]) == (True, None)
    assert report["covered"]["is_whole"] is True
    assert report["covered"]["lines"] > 0
    assert "audit-verification" in orjson.loads(line["disclosed"])


async def test_verification_names_the_first_bad_line(service: Service) -> None:
    """A line that the owner of the tables has changed is found."""
    made = await a_customer(service)
    owner = await asyncpg.connect(service.owner_url)
    change = "update audit_lines set status = status + $2 where subjects @> array[$1::text::uuid]"
    await owner.execute(change, made["customer_id"], 1)

    bad = (await (await service.as_("auditor")).get(f"{EVENTS}/verify?last=1000")).json()
    await owner.execute(change, made["customer_id"], -1)
    good = (await (await service.as_("auditor")).get(f"{EVENTS}/verify?last=1000")).json()

    await owner.close()
    assert (bad["ok"], bad["first_bad"]["kind"]) == (False, "changed")
    assert bad["first_bad"]["line_id"] is not None
    assert good["ok"] is True


async def test_what_verification_cannot_be_asked(service: Service) -> None:
    """It takes a number of segments, from one up."""
    auditor = await service.as_("auditor")

    queries = ("last=0", "last=x", "all=true")
    answers = [(await auditor.get(f"{EVENTS}/verify?{query}")).status_code for query in queries]

    assert answers == [422] * 3

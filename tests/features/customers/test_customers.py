"""Tests of the master record through the API: shown, changed, archived, each with its line."""

import orjson

from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service


async def test_each_role_sees_its_fields(service: Service) -> None:
    """Sales sees the phone, service its mask, marketing nothing of it."""
    made = await a_customer(service, phone="+8613800138000", city="上海", tier="A")
    path = f"/v1/customers/{made['customer_id']}"

    sales = (await (await service.as_("sales")).get(path)).json()
    desk = (await (await service.as_("service")).get(path)).json()
    marketing = (await (await service.as_("marketing")).get(path)).json()

    assert sales["phone"] == "+8613800138000"
    assert (desk["phone"], desk["withheld"]["phone"]) == ("138****8000", "masked")
    assert (marketing["phone"], marketing["withheld"]["phone"]) == (None, "hidden")
    assert (marketing["tier"], marketing["city"], marketing["name"]) == ("A", "上海", None)


async def test_a_masked_phone_is_not_recorded_as_disclosed(service: Service) -> None:
    """The line says which fields were shown, and in which form."""
    made = await a_customer(service, phone=a_phone())

    answer = await (await service.as_("service")).get(f"/v1/customers/{made['customer_id']}")

    (line,) = await service.lines_of(answer)
    disclosed = orjson.loads(line["disclosed"])["customers"]
    assert (disclosed["name"], disclosed["phone"]) == ("read", "masked")
    assert [str(one) for one in line["subjects"]] == [made["customer_id"]]


async def test_out_of_reach_is_not_there(service: Service) -> None:
    """Another department's customer and an invented id get the same answer."""
    made = await a_customer(service)
    client = await service.as_("sales_south")

    there = await client.get(f"/v1/customers/{made['customer_id']}")
    nowhere = await client.get("/v1/customers/01890000-0000-7000-8000-000000000000")

    assert there.status_code == nowhere.status_code == 404
    ignored = {"instance", "request_id"}
    assert {k: v for k, v in there.json().items() if k not in ignored} == {
        k: v for k, v in nowhere.json().items() if k not in ignored
    }


async def test_a_change_needs_what_was_seen(service: Service) -> None:
    """Without If-Match 428, with an old one 412, with the right one the change."""
    made = await a_customer(service, tier="A")
    client = await service.as_("sales")
    path = f"/v1/customers/{made['customer_id']}"
    etag = (await client.get(path)).headers["etag"]

    missing = await client.patch(path, json={"tier": "B"})
    changed = await client.patch(path, json={"tier": "B"}, headers={"If-Match": etag})
    stale = await client.patch(path, json={"tier": "C"}, headers={"If-Match": etag})

    assert [missing.status_code, changed.status_code, stale.status_code] == [428, 200, 412]
    assert stale.headers["etag"] == changed.headers["etag"]
    assert (await client.get(path)).headers["etag"] == changed.headers["etag"]


async def test_a_hidden_change_disturbs_nobody(service: Service) -> None:
    """A change of the phone leaves marketing's ETag, and its pending change, alone."""
    made = await a_customer(service, phone=a_phone(), tier="A")
    path = f"/v1/customers/{made['customer_id']}"
    sales, marketing = await service.as_("sales"), await service.as_("marketing")
    before = await marketing.get(path)

    await sales.patch(path, json={"phone": a_phone()}, headers={"If-Match": "*"})
    after = await marketing.get(path, headers={"If-None-Match": before.headers["etag"]})

    assert after.status_code == 304


async def test_a_change_and_its_line_name_fields_not_values(service: Service) -> None:
    """The line of a change names the field, with keyed digests of before and after."""
    old, new = a_phone(), a_phone()
    made = await a_customer(service, phone=old)
    client = await service.as_("sales")

    answer = await client.patch(
        f"/v1/customers/{made['customer_id']}", json={"phone": new}, headers={"If-Match": "*"}
    )

    (line,) = await service.lines_of(answer)
    assert line["changed"] == ["phone"]
    assert new not in str(line)
    assert old not in str(line)
    before, after = orjson.loads(line["detail"])["values"]["phone"]
    assert before != after


async def test_archived_customers_leave_the_lists_and_take_no_change(service: Service) -> None:
    """Archive and restore, each once; between them the record only reads."""
    made = await a_customer(service, city="石家庄")
    officer = await service.as_("data_officer")
    path = f"/v1/customers/{made['customer_id']}"
    seen = {"If-Match": "*"}

    archived = await officer.post(f"{path}/archive", headers=seen)
    refused = await officer.patch(path, json={"tier": "A"}, headers=seen)
    listed = await officer.get("/v1/customers?city=石家庄")
    asked_for = await officer.get("/v1/customers?city=石家庄&status=archived")
    restored = await officer.post(f"{path}/restore", headers=seen)
    again = await officer.post(f"{path}/restore", headers=seen)

    assert (archived.status_code, archived.json()["status"]) == (200, "archived")
    assert refused.json()["type"] == "/problems/customer-archived"
    assert listed.json()["items"] == []
    assert [one["customer_id"] for one in asked_for.json()["items"]] == [made["customer_id"]]
    assert restored.json()["status"] == "active"
    assert again.json()["type"] == "/problems/not-archived"

"""Tests of the check while typing: told within reach, and the same answer whatever is beyond."""

from app.core.clock import new_id
from tests.colleagues import a_client, a_role
from tests.features.customers.builders import a_customer, a_phone
from tests.journeys.matrix.cells import slug
from tests.service import Service


async def test_the_likeliest_come_first_with_reasons(service: Service) -> None:
    """A shared phone and name count for more than a name alone."""
    name, phone = f"Prober {new_id().hex}", a_phone()
    first = await a_customer(service, name=name, phone=phone)
    second = await a_customer(service, name=f"{name} Junior")
    client = await service.as_("sales")

    answer = await client.post("/v1/duplicates/check", json={"name": name, "phone": phone[3:]})

    likely, other = answer.json()["items"]
    assert (likely["customer_id"], likely["reasons"]) == (first["customer_id"], ["name", "phone"])
    assert likely["because"][0]["en"] == "The phones are the same."
    assert other["customer_id"] == second["customer_id"]
    assert "name_part" in other["reasons"]
    assert likely["score"] > 0.9 > other["score"]
    (line,) = await service.lines_of(answer)
    assert {str(s) for s in line["subjects"]} >= {first["customer_id"], second["customer_id"]}


async def test_beyond_reach_nothing_is_told(service: Service) -> None:
    """The answer is byte for byte that of values that nobody has."""
    name, phone = f"Hidden {new_id().hex}", a_phone()
    await a_customer(service, "sales_south", name=name, phone=phone)
    client = await service.as_("sales")

    known = await client.post("/v1/duplicates/check", json={"name": name, "phone": phone})
    unknown = await client.post(
        "/v1/duplicates/check", json={"name": f"Hidden {new_id().hex}", "phone": a_phone()}
    )

    assert known.content == unknown.content
    assert known.json()["items"] == []
    assert [line["subjects"] for line in await service.lines_of(known)] == [[]]


async def test_hidden_members_cannot_be_checked(service: Service) -> None:
    """They are refused like unknown ones."""
    role = await a_role(service, "customers:read", "customers:write", "identity:write", "reach:all")
    client = await a_client(service, role)

    hidden = await client.post("/v1/duplicates/check", json={"phone": a_phone()})
    unknown = await client.post("/v1/duplicates/check", json={"nonsense": "x"})

    assert (slug(hidden), slug(unknown)) == ("field-not-available", "field-not-available")


async def test_a_credit_code_finds_the_company(service: Service) -> None:
    """By the profile that is being typed."""
    code = "91350100M000100Y43"
    made = await a_customer(
        service,
        kind="organization",
        name="示例贸易有限公司",
        organization_profile={"registration_no": code},
    )
    client = await service.as_("sales")

    answer = await client.post(
        "/v1/duplicates/check", json={"organization_profile": {"registration_no": code.lower()}}
    )

    assert made["customer_id"] in {item["customer_id"] for item in answer.json()["items"]}


async def test_a_pair_is_kept_apart(service: Service) -> None:
    """It leaves the queue, with a line that names both; by who could merge them."""
    officer, sales = await service.as_("data_officer"), await service.as_("sales")
    phone = a_phone()
    one, other = [await a_customer(service, phone=phone) for _ in range(2)]
    pair = {"customer_id": one["customer_id"], "other_id": other["customer_id"]}

    refused = await sales.post("/v1/duplicates/not-duplicates", json=pair)
    kept = await officer.post("/v1/duplicates/not-duplicates", json=pair)
    same = await officer.post(
        "/v1/duplicates/not-duplicates", json={**pair, "other_id": one["customer_id"]}
    )

    assert (slug(refused), slug(same)) == ("not-permitted", "malformed")
    assert (kept.json()["status"], kept.json()["reasons"]) == ("not_duplicate", ["phone"])
    (line,) = await service.lines_of(kept)
    assert {str(s) for s in line["subjects"]} == {*pair.values()}
    queue = (await officer.get("/v1/duplicates?limit=200")).json()["items"]
    assert not [p for p in queue if {p["customer_id"], p["other_id"]} == {*pair.values()}]

"""Tests of explaining: the rule that decides, and that it is what reading does."""

import pytest

from app.core.access import Decision
from app.core.records import RESOURCES
from app.features.customers.models import Customer
from app.features.staff.roles import SHIPPED
from tests.features.customers.builders import a_customer
from tests.journeys.matrix.cells import slug
from tests.service import Service

NOBODY = "01890000-0000-7000-8000-00000000000a"
Explained = dict[str, dict[str, object]]


async def _explain(service: Service, **asked: object) -> dict[str, object]:
    officer = await service.as_("data_officer")
    answer = await officer.post("/v1/access/explain", json=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def _fields(explanation: dict[str, object]) -> Explained:
    fields = explanation["fields"]
    assert isinstance(fields, list)
    return {f"{one['resource']}.{one['name']}": one for one in fields}


async def test_a_masked_and_a_hidden_field_are_explained(service: Service) -> None:
    """With the grant that decided, in both languages, and no value."""
    made = await a_customer(service, phone="+8619900001234")

    found = await _explain(service, customer_id=made["customer_id"], role="service")
    phone, trace = _fields(found)["customers.phone"], _fields(found)["customers.updated_at"]

    assert (phone["read"], phone["reveal"], phone["reason"]) == ("mask", True, "masked")
    assert phone["decided_by"] == {
        "scope": "contact:masked",
        "role": "service",
        "reach": "all",
        "when": {},
        "applies": True,
    }
    assert phone["words"] == {
        "en": "Granted masked by the role service (contact:masked).",
        "zh": "由角色 service (contact:masked) 仅授予掩码查看。",
    }
    assert (trace["read"], trace["reason"], trace["decided_by"]) == ("hide", "not-granted", None)
    assert "1234" not in str(found)


@pytest.mark.parametrize("role", [role.code for role in SHIPPED])
async def test_what_is_explained_is_what_is_shown(service: Service, role: str) -> None:
    """For each shipped role, member by member, held against the record as they see it."""
    made = await a_customer(service, phone="+8619900001235")
    found = await _explain(service, customer_id=made["customer_id"], role=role)
    fields = _fields(found)

    client = await service.as_(role)
    answer = await client.get(f"/v1/customers/{made['customer_id']}")

    if answer.status_code == 200:
        words = {"mask": "masked", "hide": "hidden"}
        withheld = {
            name: words[str(fields[f"customers.{name}"]["read"])]
            for name in Customer.fields
            if fields[f"customers.{name}"]["read"] != Decision.SHOW
        }
        assert answer.json()["withheld"] == withheld
    else:
        assert {field["read"] for name, field in fields.items() if "customers." in name} == {"hide"}
    assert len(fields) == sum(len(record.fields) for record in RESOURCES.values())


async def test_a_user_out_of_reach_sees_nothing(service: Service) -> None:
    """Who would see it, were it theirs: the rule that is about other customers is named."""
    made = await a_customer(service)
    officer = await service.as_("data_officer")
    users = (await officer.get("/v1/me")).json()
    administrator = await service.as_("administrator")
    listed = (await administrator.get("/v1/users", params={"limit": 200})).json()["items"]
    south = next(user["user_id"] for user in listed if user["username"] == "sales_south")

    found = await _explain(service, customer_id=made["customer_id"], user_id=south)
    name = _fields(found)["customers.name"]

    assert found["is_within_reach"] is False
    assert (name["read"], name["reason"]) == ("hide", "elsewhere")
    assert name["decided_by"]["applies"] is False  # type: ignore[index]  # it is an object
    assert users["username"] == "data_officer"


async def test_explaining_needs_its_permission_and_its_line(service: Service) -> None:
    """Only data officers ask; the line names the customer and whose eyes were looked through."""
    made = await a_customer(service)
    asked = {"customer_id": made["customer_id"], "role": "service"}
    officer, clerk = await service.as_("data_officer"), await service.as_("sales")

    allowed = await officer.post("/v1/access/explain", json=asked)
    refused = await clerk.post("/v1/access/explain", json=asked)
    (line,) = await service.lines_of(allowed)

    assert slug(refused) == "not-permitted"
    assert [str(one) for one in line["subjects"]] == [made["customer_id"]]
    assert '"roles":["service"]' in line["detail"]


@pytest.mark.parametrize(
    "seer",
    [{}, {"role": "nobody"}, {"user_id": NOBODY}, {"role": "service", "user_id": NOBODY}],
)
async def test_somebody_has_to_be_named(service: Service, seer: dict[str, str]) -> None:
    """One user or one role that exists."""
    made = await a_customer(service)
    officer = await service.as_("data_officer")

    answer = await officer.post(
        "/v1/access/explain", json={"customer_id": made["customer_id"], **seer}
    )

    assert slug(answer) == "nobody-to-explain"


async def test_an_unknown_customer_is_not_there(service: Service) -> None:
    """As everywhere."""
    officer = await service.as_("data_officer")
    asked = {"customer_id": "01890000-0000-7000-8000-00000000000a", "role": "service"}

    assert slug(await officer.post("/v1/access/explain", json=asked)) == "not-found"

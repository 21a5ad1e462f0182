"""Tests of departments: a record is put into one that exists and that its maker reaches."""

from uuid import UUID

from app.core import kinds
from tests.colleagues import a_client, a_role
from tests.features.customers.builders import a_customer, create
from tests.service import Service

SEEN = {"If-Match": "*"}
BODY = {"kind": "person", "name": "王小明"}
MAKER = ("customers:read", "customers:write", "identity:write", "classes:write", "record:read")


async def _department_of(service: Service, username: str) -> UUID:
    me = (await (await service.as_(username)).get("/v1/me")).json()
    return UUID(me["department"]["department_id"])


async def test_a_record_is_put_only_where_one_reaches(staffed_service: Service) -> None:
    """A lead of one department neither opens a record in another one nor moves one there."""
    role = await a_role(staffed_service, *MAKER, "ownership:write")
    mine = await _department_of(staffed_service, "sales")
    other = {"department_id": str(await _department_of(staffed_service, "sales_south"))}
    lead = await a_client(staffed_service, role, department_id=mine)

    made = await lead.post("/v1/customers", json=BODY)
    opened = await lead.post("/v1/customers", json={**BODY, **other})
    moved = await lead.patch(
        f"/v1/customers/{made.json()['customer_id']}", json=other, headers=SEEN
    )

    assert made.json()["department_id"] == str(mine)
    assert opened.json()["type"] == moved.json()["type"] == "/problems/department-not-available"


async def test_a_department_must_exist(service: Service) -> None:
    """Even for whoever reaches all: a record in no department would be lost to everybody else."""
    made = await a_customer(service, "data_officer")
    client = await service.as_("data_officer")
    nowhere = {"department_id": kinds.UUID.example}

    opened = await create(service, "data_officer", **nowhere)
    moved = await client.patch(f"/v1/customers/{made['customer_id']}", json=nowhere, headers=SEEN)

    assert opened.json()["type"] == moved.json()["type"] == "/problems/department-not-available"


async def test_somebody_without_a_department_must_name_one(staffed_service: Service) -> None:
    """A record belongs to a department, if not to its maker's."""
    role = await a_role(staffed_service, *MAKER, "reach:all")
    client = await a_client(staffed_service, role)

    answer = await client.post("/v1/customers", json=BODY)

    assert (answer.status_code, answer.json()["type"]) == (
        409,
        "/problems/department-not-available",
    )

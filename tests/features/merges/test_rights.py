"""Tests of who may merge what: both records within full reach, and all of each for writing."""

from uuid import UUID

import pytest

from app.core.clock import new_id
from app.features.staff.roles import SHIPPED
from tests.colleagues import a_client, a_role
from tests.features.customers.builders import a_customer
from tests.features.merges.desk import body, merged, preview, two
from tests.journeys.matrix.cells import slug
from tests.service import Service

OFFICER = next(role for role in SHIPPED if role.code == "data_officer").scopes()


async def _department(service: Service, name: str) -> UUID:
    administrator = await service.as_("administrator")
    places = (await administrator.get("/v1/departments")).json()["items"]
    return next(UUID(place["department_id"]) for place in places if place["name"] == name)


@pytest.mark.parametrize("group", ["notes", "document", "links", "external", "contact"])
async def test_who_sees_less_than_all_merges_nothing(service: Service, group: str) -> None:
    """A group hidden or only read: nothing hidden is moved, and the refusal tells of no value."""
    one, other = await two(service)
    scopes = [scope for scope in OFFICER if not scope.startswith(f"{group}:")]
    hidden = await a_client(service, await a_role(service, *scopes))
    reading = await a_client(service, await a_role(service, *scopes, f"{group}:read"))

    for client in (hidden, reading):
        for named in (other["customer_id"], str(new_id())):
            asked = body(one, {"customer_id": named})
            answer = await client.post("/v1/merges/preview", json=asked)
            assert slug(answer) == "not-permitted"


async def test_a_record_out_of_reach_is_not_there(service: Service) -> None:
    """On either side, for looking and for merging; and its merges are in no list."""
    near, far = await a_customer(service), await a_customer(service, "sales_south")
    scopes = [scope for scope in OFFICER if scope != "reach:all"]
    role, place = await a_role(service, *scopes), await _department(service, "Shanghai sales")
    local = await a_client(service, role, department_id=place)
    officer = await service.as_("data_officer")
    elsewhere = await a_customer(service, "sales_south")
    made = await merged(officer, far, elsewhere)

    for pair in ((near, far), (far, near), (near, {"customer_id": str(new_id())})):
        answer = await local.post("/v1/merges/preview", json=body(*pair))
        assert slug(answer) == "not-found"
    listed = (await local.get("/v1/merges?limit=200")).json()["items"]
    assert made["merge_id"] not in {one["merge_id"] for one in listed}
    assert slug(await local.get(f"/v1/merges/{made['merge_id']}")) == "not-found"
    assert slug(await local.post(f"/v1/merges/{made['merge_id']}/undo")) == "not-found"


async def test_two_roles_combine_for_each_record(service: Service) -> None:
    """All of one's own department and looking everywhere does not merge what is elsewhere."""
    near, mine = await two(service)
    far = await a_customer(service, "sales_south")
    own = [scope for scope in OFFICER if scope != "reach:all"]
    steward = await a_role(service, *own)
    looker = await a_role(service, "customers:read", "identity:read@all", "contact:read@all")
    place = await _department(service, "Shanghai sales")
    both = await a_client(service, steward, looker, department_id=place)

    seen = await both.get(f"/v1/customers/{far['customer_id']}")
    refused = await both.post("/v1/merges/preview", json=body(near, far))
    allowed = await both.post("/v1/merges/preview", json=body(near, mine))

    assert (seen.status_code, slug(refused)) == (200, "not-permitted")
    assert allowed.status_code == 200, allowed.text


async def test_a_sensitive_number_is_masked_and_kept(service: Service) -> None:
    """The preview shows its mask; the merge carries it over unseen."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    written = await officer.patch(
        f"/v1/customers/{other['customer_id']}/person-profile",
        json={"document_type": "passport", "id_number": "E12345678"},
        headers={"If-Match": "*"},
    )
    assert written.status_code == 200, written.text

    fields = {f["field"]: f for f in (await preview(officer, one, other))["fields"]}
    await merged(officer, one, other)

    held = fields["person-profiles.id_number"]["held"]
    assert "12345678" not in str(held)
    found = await officer.post(
        "/v1/customers/search",
        json={"filter": {"field": "id_number", "op": "eq", "value": "E12345678"}},
    )
    assert one["customer_id"] in {item["customer_id"] for item in found.json()["items"]}


async def test_the_list_is_narrowed_and_goes_on(service: Service) -> None:
    """Newest first, by survivor, page by page; reasons are shown, values are not."""
    officer = await service.as_("data_officer")
    one, other = await two(service)
    third = await a_customer(service)
    made = [await merged(officer, one, loser) for loser in (other, third)]

    path = f"/v1/merges?customer_id={one['customer_id']}&limit=1"
    first = (await officer.get(path)).json()
    second = (await officer.get(f"{path}&cursor={first['next_cursor']}")).json()

    ids = [page["items"][0]["merge_id"] for page in (first, second)]
    assert ids == [made[1]["merge_id"], made[0]["merge_id"]]
    assert first["items"][0]["reason"] == "Entered twice."
    assert slug(await officer.get("/v1/merges?customer_id=x")) == "malformed"

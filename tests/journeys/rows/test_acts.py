"""Acts of one role are not carried to the customers of another."""

from uuid import UUID

from tests.colleagues import a_client, a_role
from tests.journeys.matrix.cells import slug
from tests.journeys.rows.clerks import HANGZHOU, SHENZHEN
from tests.journeys.rows.scene import Scene


async def _places(scene: Scene) -> dict[str, str]:
    officer = await scene.service.as_("data_officer")
    places = (await officer.get("/v1/departments")).json()["items"]
    return {place["name"]: place["department_id"] for place in places}


async def test_a_log_is_read_where_the_role_that_reads_logs_reaches(scene: Scene) -> None:
    """Marketing everywhere does not open the logs of everywhere."""
    ids = await _places(scene)
    keeper = await a_role(scene.service, "access-log:read", "classes:read", "customers:read")
    client = await a_client(scene.service, keeper, "marketing", department_id=UUID(ids[HANGZHOU]))
    for customer_id, stored in scene.stored.items():
        answer = await client.get(f"/v1/customers/{customer_id}/access-log")
        if stored["department_id"] == ids[HANGZHOU]:
            assert answer.status_code == 200
        else:
            assert slug(answer) == "not-found"


async def test_an_auditor_who_also_sells_reads_no_reasons_of_others(scene: Scene) -> None:
    """The log is open everywhere; what colleagues wrote only of customers that one may read."""
    ids = await _places(scene)
    officer = await scene.service.as_("data_officer")
    client = await a_client(scene.service, "sales", "auditor", department_id=UUID(ids[SHENZHEN]))
    asked = {"fields": ["phone"], "purpose": "call back", "reason": "A told reason"}
    seen: dict[bool, list[str]] = {}
    for customer_id, stored in scene.stored.items():
        await officer.post(f"/v1/customers/{customer_id}/reveal", json=asked)
        answer = await client.get(f"/v1/customers/{customer_id}/access-log")
        assert answer.status_code == 200, answer.text
        seen.setdefault(stored["department_id"] == ids[SHENZHEN], []).append(answer.text)

    assert all("A told reason" in text for text in seen[True])
    assert not any("A told reason" in text for text in seen[False])

"""Lines: what stands on them of refusals, batches, lists and searches, and what never does."""

from typing import Any, Final

import asyncpg
import httpx
import orjson
import pytest

from app.core.clock import new_id
from tests.features.customers.builders import a_customer, a_phone
from tests.service import Service

ANY: Final = {"If-Match": "*"}


async def refusals(service: Service) -> list[tuple[int, httpx.Response]]:
    """Be refused in every way there is."""
    made = await a_customer(service)
    path = f"/v1/customers/{made['customer_id']}"
    sales, auditor = await service.as_("sales"), await service.as_("auditor")
    nobody = service.anonymous()
    stale = {"If-Match": '"stale"'}
    json = {"Content-Type": "application/json"}
    forged = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}
    return [
        (400, await sales.post("/v1/customers", content=b"{", headers=json)),
        (401, await nobody.get(path)),
        (401, await nobody.get(path, headers=forged)),
        (403, await auditor.get(path)),
        (403, await sales.patch(path, json={"status": "merged"}, headers=ANY)),
        (404, await sales.get(path[:-1])),
        (404, await sales.get("/v1/nothing")),
        (405, await sales.put(path)),
        (409, await (await service.as_("data_officer")).post(f"{path}/restore", headers=ANY)),
        (412, await sales.patch(path, json={"tier": "A"}, headers=stale)),
        (413, await sales.post("/v1/customers", content=b" " * 2_000_000, headers=json)),
        (415, await sales.post("/v1/customers", content=b"kind=person")),
        (422, await sales.post("/v1/customers", json={"kind": "person"})),
        (422, await sales.get("/v1/customers?no_such_field=1")),
        (428, await sales.patch(path, json={"tier": "A"})),
    ]


async def test_every_refusal_has_its_line(service: Service) -> None:
    """Whatever is refused, and why: one line says so, and that nothing was shown or changed."""
    for status, answer in await refusals(service):
        (line,) = await service.lines_of(answer)

        assert answer.status_code == line["status"] == status, answer.text
        assert (line["shown"], line["changed"]) == (None, []), answer.request.url


async def test_a_refused_batch_leaves_one_line_that_changed_nothing(service: Service) -> None:
    """All or nothing: the lines of its good items go with them, and the refusal has its own."""
    one, two = [await a_customer(service, city="金华") for _ in range(2)]
    client = await service.as_("sales")
    change = {"change": {"tier": "D"}}
    items = [
        {"create": {"kind": "person", "name": "金华人"}},
        {"customer_id": one["customer_id"], "if_match": "*", **change},
        {"customer_id": two["customer_id"], "if_match": '"stale"', **change},
    ]

    answer = await client.post("/v1/customers/batch", json={"items": items, "atomic": True})

    (line,) = await service.lines_of(answer)
    listed = (await client.get("/v1/customers?city=金华")).json()["items"]
    found = await client.post("/v1/customers/search", json={"q": "金华人"})
    assert (answer.status_code, line["status"]) == (422, 422)
    assert (line["shown"], line["changed"]) == (None, [])
    assert [row["tier"] for row in listed] == [None, None]
    assert found.json()["items"] == []


LOOKS: Final = (
    ("GET", "/v1/customers?city={city}&limit=2&include=contact_points,notes", None),
    ("GET", "/v1/customers?city={city}&limit=2&fields=tier", None),
    ("POST", "/v1/customers/search", {"q": "丽水人", "limit": 2}),
    ("POST", "/v1/customers/search", {"filter": {"field": "city", "value": "{city}"}, "limit": 2}),
)


@pytest.mark.parametrize(("method", "path", "body"), LOOKS, ids=range(len(LOOKS)))
async def test_a_line_names_whom_and_what_an_answer_shows(
    service: Service, method: str, path: str, body: Any
) -> None:
    """Exactly the customers shown stand on the line, with the members that were, and how."""
    city = f"丽水{new_id()}"
    for place in range(3):
        points = [{"type": "phone", "value": a_phone()}]
        await a_customer(service, city=city, name=f"丽水人{place}", contact_points=points)
    client = await service.as_("service")
    sent = orjson.loads(orjson.dumps(body).replace(b"{city}", city.encode()))

    answer = await client.request(method, path.format(city=city), json=sent)

    (line,) = await service.lines_of(answer)
    rows = answer.json()["items"]
    disclosed = orjson.loads(line["disclosed"])
    assert sorted(map(str, line["subjects"])) == sorted(row["customer_id"] for row in rows)
    assert disclosed["customers"] == {
        name: rows[0]["withheld"].get(name, "read")
        for name in rows[0]
        if name not in {"withheld", "contact_points", "notes"}
        and rows[0]["withheld"].get(name) != "hidden"
    }
    assert ("contact-points" in disclosed) is ("contact_points" in rows[0])


async def test_neither_line_nor_log_holds_a_credential(
    service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    """Passwords and tokens, good or bad, are written down nowhere."""
    client = service.anonymous()
    password = next(user.password for user in service.users if user.username == "sales")
    token = await service.sign_in("sales")
    form = {"grant_type": "password", "username": "sales"}
    for wrong in (f"{password}x", "wrong horse battery staple"):
        await client.post("/v1/auth/token", data={**form, "password": wrong})
    for bearer in (token, token[:-4], f"{token}.{token}", "secret-bearer-token"):
        await client.get("/v1/me", headers={"Authorization": f"Bearer {bearer}"})
    basic = httpx.BasicAuth("integration", "secret-basic-password")
    grant = {"grant_type": "client_credentials"}
    await client.post("/v1/auth/token", data=grant, auth=basic)

    connection = await asyncpg.connect(service.owner_url)
    lines = str(await connection.fetch("select row_to_json(l) from audit_lines l"))
    await connection.close()
    written = lines + "".join(capfd.readouterr())
    secrets = (password, "wrong horse", token[:60], "secret-bearer", "secret-basic", "c2VjcmV0")

    assert [secret for secret in secrets if secret in written] == []

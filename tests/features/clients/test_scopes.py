"""Scopes of other systems: what their roles grant, or less, and never more."""

import pytest

from tests.colleagues import a_role, wait_for
from tests.features.clients.builders import System, a_system, bearing, scopes_in
from tests.features.customers.builders import a_customer, a_phone
from tests.features.roles.builders import slug
from tests.features.staff.builders import change
from tests.service import Service

ROLE = (
    *("customers:read", "customers:write", "reach:all", "record:read"),
    *("identity:write", "contact:read", "customers.phone:none"),
)
LIST = "/v1/customers?limit=1"
REDUCE = "update roles set scopes = $2 where code = $1"


@pytest.fixture
async def shop(staffed_service: Service) -> System:
    """A system whose role takes a single field away from a group."""
    return await a_system(staffed_service, roles=[await a_role(staffed_service, *ROLE)])


async def test_it_asks_for_less(shop: System) -> None:
    """A narrower token bears what was asked for, and is refused the rest."""
    token = await shop.token(scope="customers:read identity:write")
    client = bearing(shop.service, token)

    listed = await client.get("/v1/customers?limit=1")
    opened = await client.post("/v1/customers", json={"kind": "person", "name": "小明"})

    assert scopes_in(token) == {"customers:read", "identity:write", "reach:all"}
    assert (listed.status_code, opened.status_code) == (200, 403)


async def test_it_may_not_ask_for_more(shop: System) -> None:
    """A scope that the client does not have is refused by the word of OAuth."""
    answers = [
        await shop.ask(scope=scope)
        for scope in ("customers:read customers:archive", "contact:write", "nonsense", "\u2603")
    ]

    assert {slug(answer) for answer in answers} == {(400, "scope-refused")}
    assert {answer.json()["error"] for answer in answers} == {"invalid_scope"}


async def test_leaving_a_limit_out_does_not_lift_it(shop: System) -> None:
    """Asking for a group without the line that hides a field of it still hides the field."""
    made = await a_customer(shop.service, name="Hidden Phone", phone=a_phone())
    token = await shop.token(scope="customers:read record:read contact:read")
    path = f"/v1/customers/{made['customer_id']}"

    shown = (await bearing(shop.service, token).get(path)).json()

    assert "customers.phone:none" in scopes_in(token)
    assert (shown["phone"], shown["withheld"]["phone"]) == (None, "hidden")


async def test_its_own_list_narrows_every_token(shop: System) -> None:
    """A list that is set for the client counts for what was issued before, too."""
    wide = bearing(shop.service, await shop.token())
    before = (await wide.get("/v1/customers?limit=1")).status_code

    changed = await shop.change(scopes=["customers:read", "contact:read"])

    granted = changed.json()["granted_scopes"]
    assert (before, (await wide.get("/v1/me")).status_code) == (200, 401)
    assert granted == ["contact:read", "customers.phone:none", "customers:read", "reach:all"]
    assert scopes_in(await shop.token()) == {*granted}
    assert (await shop.ask(scope="identity:write")).json()["error"] == "invalid_scope"


async def test_a_role_that_loses_something_takes_it_from_tokens(shop: System) -> None:
    """A token with a scope that the role has no more is out; one without it goes on."""
    role = (await shop.shown())["roles"][0]
    wide = bearing(shop.service, await shop.token())
    narrow = bearing(shop.service, await shop.token(scope="customers:read identity:write"))

    left = [scope for scope in ROLE if not scope.startswith("customers:write")]
    await change(shop.service.owner_url, REDUCE, role, left)

    await wait_for(wide, LIST, lambda answer: answer.status_code == 401)
    assert (await narrow.get("/v1/customers?limit=1")).status_code == 200


async def test_a_limit_that_a_role_gains_counts_for_tokens(shop: System) -> None:
    """A token from before the limit grants more than the role now: it is out."""
    role = (await shop.shown())["roles"][0]
    narrow = bearing(shop.service, await shop.token(scope="customers:read identity:write"))

    await change(shop.service.owner_url, REDUCE, role, [*ROLE, "customers.name:masked"])

    await wait_for(narrow, LIST, lambda answer: answer.status_code == 401)

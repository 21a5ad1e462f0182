"""Customers in several places and hands, and clerks whose grants depend on them.

What a clerk should see is worked out here from plain policies, one for each condition, without the
service's own reading of conditions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Any, Final
from uuid import UUID

from app.core.access import policy_of
from app.features.customers.models import Customer
from app.features.staff.roles import SHIPPED
from tests.colleagues import a_client, a_role
from tests.journeys.matrix.samples import samples
from tests.journeys.rows.clerks import (
    HANGZHOU,
    PLAIN,
    SHANGHAI,
    SHENZHEN,
    Case,
    Clerk,
    Values,
    case,
    in_pool,
)
from tests.journeys.rows.passing import a_borrower, a_rescuer
from tests.service import Service


@dataclass(slots=True)
class Scene:
    """The service, the customers as the data officer sees them, and the clerks by name."""

    service: Service
    stored: dict[str, Values] = field(default_factory=dict)
    clerks: dict[str, Clerk] = field(default_factory=dict)

    async def customer(self, **values: Any) -> str:
        """Open a customer with a value in every field; its phone and name are its own."""
        officer = await self.service.as_("data_officer")
        number = len(self.stored)
        new = {
            **samples(Customer),
            **values,
            "phone": f"+86199333300{number:02d}",
            "name": f"Row {ascii_uppercase[number]}ber",
        }
        made = await officer.post("/v1/customers", json=new)
        assert made.status_code == 201, made.text
        seen = await officer.get(f"/v1/customers/{made.json()['customer_id']}")
        self.stored[made.json()["customer_id"]] = seen.json()
        return str(made.json()["customer_id"])


async def a_scene(service: Service) -> Scene:
    """Make clerks and customers."""
    scene = Scene(service)
    officer = await service.as_("data_officer")
    places = (await officer.get("/v1/departments")).json()["items"]
    ids = {place["name"]: place["department_id"] for place in places}
    shanghai = ids[SHANGHAI]
    role = await a_role(service, *CAREFUL)
    careful = await a_client(service, role, department_id=UUID(shanghai))
    both = await a_client(service, "sales", "marketing", department_id=UUID(ids["East China"]))
    me = (await careful.get("/v1/me")).json()["user_id"]
    east = {shanghai, ids[HANGZHOU], ids["East China"]}
    seller = await a_client(service, "sales", department_id=UUID(shanghai))
    scene.clerks["careful"] = Clerk(careful, _careful(me, shanghai))
    scene.clerks["two_roles"] = Clerk(both, _two_roles(east))
    scene.clerks["seller"] = Clerk(seller, _two_roles({shanghai})[:1])
    for place in (SHANGHAI, HANGZHOU, SHENZHEN):
        for tier in ("A", "B", None):
            for owner in (me, None):
                await scene.customer(department_id=ids[place], tier=tier, owner_id=owner)
    await _pool(scene, [ids[SHANGHAI], ids[HANGZHOU]], ids["East China"])
    scene.clerks["borrower"] = await a_borrower(service, ids, scene.stored)
    scene.clerks["rescuer"] = await a_rescuer(service, ids, scene.stored)
    return scene


async def _pool(scene: Scene, places: list[str], above: str) -> None:
    """Open a pool above some departments, and put customers of each into it."""
    officer = await scene.service.as_("data_officer")
    rules = {"department_id": above, "takes_per_day": 1, "contact_views_per_day": 1}
    assert (await officer.post("/v1/pools", json=rules)).status_code == 201
    for place in places:
        for tier in ("A", None):
            customer_id = await scene.customer(department_id=place, tier=tier, owner_id=None)
            path, why = f"/v1/customers/{customer_id}", {"reason": "other"}
            assert (await officer.post(f"{path}/release", json=why)).status_code == 200
            scene.stored[customer_id] = (await officer.get(path)).json()


CAREFUL: Final = (
    *PLAIN,
    "record:read",
    "identity:read@department",
    "classes:read@department",
    "contact:masked@department",
    "region:read@department",
    "customers.district:none@department",
    "contact:write@own",
    "contact:reveal@own",
    "ownership:read@own",
    "notes:write@own",
    "trade:read@all?tier=A",
    "classes:read@all?tier=A",
    "trade:write@department?tier=A|B",
)


def _careful(me: str, department_id: str) -> list[Case]:
    """Write the role down once more, case by case, in plain scopes."""

    def own(stored: Values) -> bool:
        return bool(stored["owner_id"] == me)

    def at_home(stored: Values) -> bool:
        return bool(stored["department_id"] == department_id)

    def best(stored: Values) -> bool:
        return bool(stored["tier"] == "A")

    def good_at_home(stored: Values) -> bool:
        return at_home(stored) and stored["tier"] in {"A", "B"}

    return [
        case(own, "contact:write", "contact:reveal", "ownership:read", "notes:write"),
        case(
            at_home,
            "identity:read",
            "classes:read",
            "contact:masked",
            "region:read",
            "customers.district:none",
        ),
        case(best, "trade:read", "classes:read", reaches_all=True),
        case(good_at_home, "trade:write"),
    ]


def _two_roles(east: set[str]) -> list[Case]:
    roles: Mapping[str, frozenset[str]] = {
        role.code: frozenset(role.scopes()) - {"reach:all"} for role in SHIPPED
    }
    return [
        Case(
            lambda stored: stored["department_id"] in east,
            policy_of(roles["sales"]),
            pooled=policy_of(in_pool(roles["sales"])),
        ),
        Case(lambda _: True, policy_of(roles["marketing"])),
    ]

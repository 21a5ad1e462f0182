"""Customers in several places and hands, and clerks whose grants depend on them.

What a clerk should see is worked out here from plain policies, one for each condition, without the
service's own reading of conditions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import httpx

from app.core.access import Decision, Policy, policy_of
from app.core.fields import Field
from app.features.customers.models import Customer
from app.features.staff.roles import SHIPPED
from tests.colleagues import a_client, a_role
from tests.journeys.matrix.samples import samples
from tests.service import Service

SHANGHAI, HANGZHOU, SHENZHEN = "Shanghai sales", "Hangzhou sales", "Shenzhen sales"
ORDER: Final = (Decision.HIDE, Decision.MASK, Decision.SHOW)
PLAIN: Final = ("customers:read", "customers:write", "customers:archive", "customers:reveal")
Values = dict[str, Any]
Holds = Callable[[Values], bool]


@dataclass(frozen=True, slots=True)
class Case:
    """For which customers some plain scopes count."""

    holds: Holds
    policy: Policy


@dataclass(slots=True)
class Clerk:
    """Somebody with grants by condition: a client, and the cases that say what to expect."""

    client: httpx.AsyncClient
    cases: list[Case]

    def policies(self, stored: Values) -> list[Policy]:
        """Return the policies that count for a customer."""
        return [case.policy for case in self.cases if case.holds(stored)]

    def decision(self, stored: Values, entry: Field) -> Decision:
        """Return the most that any of them shows."""
        found = [policy.on_read(entry) for policy in self.policies(stored)]
        return max(found, key=ORDER.index, default=Decision.HIDE)

    def may_write(self, stored: Values, entry: Field) -> bool:
        """Whether any of them lets the field be set."""
        return any(policy.may_write(entry) for policy in self.policies(stored))

    def reaches(self, stored: Values) -> bool:
        """Whether the customer is there at all."""
        return bool(self.policies(stored))

    def view(self, stored: Values) -> Values:
        """Return what a view of the customer has to hold."""
        shown: Values = {}
        withheld = {}
        for name, entry in Customer.fields.items():
            decision, value = self.decision(stored, entry), stored[name]
            masked = decision is Decision.MASK and value is not None
            clear = value if decision is Decision.SHOW else None
            shown[name] = entry.kind.mask(value) if masked else clear
            if decision is not Decision.SHOW:
                withheld[name] = "masked" if decision is Decision.MASK else "hidden"
        return {**shown, "withheld": withheld}


@dataclass(slots=True)
class Scene:
    """The service, the customers as the data officer sees them, and the clerks by name."""

    service: Service
    stored: dict[str, Values] = field(default_factory=dict)
    clerks: dict[str, Clerk] = field(default_factory=dict)


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
    scene.clerks["careful"] = Clerk(careful, _careful(me, shanghai))
    scene.clerks["two_roles"] = Clerk(both, _two_roles(east))
    for place in (SHANGHAI, HANGZHOU, SHENZHEN):
        for tier in ("A", "B", None):
            for owner in (me, None):
                await _customer(scene, department_id=ids[place], tier=tier, owner_id=owner)
    return scene


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
        _case(own, "contact:write", "contact:reveal", "ownership:read", "notes:write"),
        _case(
            at_home,
            "identity:read",
            "classes:read",
            "contact:masked",
            "region:read",
            "customers.district:none",
        ),
        _case(best, "trade:read", "classes:read"),
        _case(good_at_home, "trade:write"),
    ]


def _two_roles(east: set[str]) -> list[Case]:
    roles: Mapping[str, frozenset[str]] = {
        role.code: frozenset(role.scopes()) - {"reach:all"} for role in SHIPPED
    }
    return [
        Case(lambda stored: stored["department_id"] in east, policy_of(roles["sales"])),
        Case(lambda _: True, policy_of(roles["marketing"])),
    ]


def _case(holds: Holds, *scopes: str) -> Case:
    return Case(holds, policy_of(frozenset({*scopes, "record:read"})))


async def _customer(scene: Scene, **values: Any) -> None:
    """Open a customer with a value in every field; its phone and name are its own."""
    officer = await scene.service.as_("data_officer")
    number = len(scene.stored)
    new = {
        **samples(Customer),
        **values,
        "phone": f"+86199333300{number:02d}",
        "name": f"Row {'ABCDEFGHIJKLMNOPQR'[number]}ber",
    }
    made = await officer.post("/v1/customers", json=new)
    assert made.status_code == 201, made.text
    seen = await officer.get(f"/v1/customers/{made.json()['customer_id']}")
    scene.stored[made.json()["customer_id"]] = seen.json()

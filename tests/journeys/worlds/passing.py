"""Actors of the two worlds who see the near customers by what passes: lent, or in an emergency."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import asyncpg

from app.core.access import policy_of
from app.features.roles.seeding import PUT_ROLE
from app.features.staff.seeding import DemoUser
from tests.features.staff.builders import PASSWORD, a_colleague, change
from tests.journeys.matrix.cells import Seat

HOME: Final = "Shenzhen sales"
ELSEWHERE: Final = "Customer service"
FOUND: Final = "select department_id from departments where name = $1"
NAMED: Final = "update users set username = $2 where user_id = $1"
ACTS: Final = ("customers:read", "customers:write", "customers:reveal", "customers:archive")
WHY: Final = "Nobody of that department can be reached today."
LENT: Final = ("identity", "contact", "classes", "region", "links")
# What the roles grant at home, and what is seen of it of customers of other departments.
ROLES: Final = {
    "borrower": (
        *("identity:write", "contact:masked", "classes:write", "region:read", "trade:write"),
        *("customers.district:none", "links:write", "notes:write", "record:read"),
    ),
    "rescuer": (
        *("identity:write", "contact:masked", "classes:write", "region:read", "notes:write"),
        *("customers.district:none", "document:masked", "record:read", "emergency:open"),
    ),
}
SEEN: Final = {
    "borrower": (
        *("identity:read", "contact:masked", "classes:read", "region:read", "links:read"),
        *("customers.district:none", "record:read"),
    ),
    "rescuer": (
        *("identity:read", "contact:masked", "classes:read", "region:read", "notes:read"),
        *("customers.district:none", "document:masked", "record:read"),
    ),
}
PASSING: Final = {
    name: Seat(name, policy_of(frozenset(seen)), frozenset({*ACTS, *ROLES[name]}))
    for name, seen in SEEN.items()
}


async def passing_staff(owner_url: str) -> Sequence[DemoUser]:
    """Have both actors, in a department that reaches none of the customers."""
    users = []
    connection = await asyncpg.connect(owner_url)
    home = await connection.fetchval(FOUND, HOME)
    await connection.close()
    for name, scopes in ROLES.items():
        held = sorted({"self:read", *ACTS, *scopes})
        await change(owner_url, PUT_ROLE, name, "Tested", "测试", held, 1)
        made = await a_colleague(owner_url, roles=(name,), department_id=home)
        await change(owner_url, NAMED, made.user_id, name)
        users.append(DemoUser(name, PASSWORD, name))
    return users


async def let_pass(world: Any, departments: dict[str, str]) -> None:
    """Lend every near customer to the borrower's department, or open it to the rescuer."""
    until = (world.clock.now(None) + timedelta(days=7)).isoformat()
    for place, customer_id in enumerate(world.near):
        world.clock.go_to(4000 + 10 * place)
        if world.seat.role == "borrower":
            asked = {"groups": LENT, "until": until, "department_id": departments[HOME]}
            path = "/v1/sharing-grants"
            await world.must("POST", path, json={"customer_id": customer_id, **asked})
        else:
            why = {"reason": "nobody_there", "reason_text": WHY, "customer_id": customer_id}
            await world.must("POST", "/v1/emergency-accesses", "rescuer", json=why)
        seen = await world.must("GET", f"/v1/customers/{customer_id}", world.seat.role)
        assert seen["name"] is not None

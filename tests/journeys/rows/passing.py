"""Clerks who see some customers by what passes: lent by another department, or in an emergency."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.core.clock import now
from tests.colleagues import a_client, a_role
from tests.journeys.rows.clerks import (
    HANGZHOU,
    PLAIN,
    SHANGHAI,
    SHENZHEN,
    Case,
    Clerk,
    Holds,
    Values,
    case,
)
from tests.service import Service

BORROWER: Final = (
    *PLAIN,
    "record:read",
    "identity:write",
    "classes:write",
    "contact:masked",
    "customers.phone:write",
    "contact:reveal",
    "region:read",
    "customers.district:none",
    "trade:write",
    "notes:write",
)
RESCUER: Final = (
    *PLAIN,
    "emergency:open",
    "record:read",
    "identity:write@below",
    "contact:masked@below",
    "contact:reveal@below",
    "classes:write@department",
    "region:read@department",
    "customers.district:none@department",
    "customers.phone:write@own",
    "notes:write@own",
    "trade:write@below?tier=A",
)
WHY: Final = "Nobody of that department can be reached today."


async def a_borrower(
    service: Service, ids: Mapping[str, str], stored: Mapping[str, Values]
) -> Clerk:
    """Make a clerk of the south, to whose department some groups of some customers are lent."""
    south = ids[SHENZHEN]
    role = await a_role(service, *BORROWER)
    client = await a_client(service, role, department_id=UUID(south))
    at_home, lent = _at(south), _lent(ids)
    for customer_id, values in stored.items():
        groups = [group for group, holds in lent.items() if holds(values)]
        if groups:
            await _lend(service, customer_id, south, groups)
    return Clerk(client, [case(at_home, *BORROWER), *_borrowed(ids)])


def _borrowed(ids: Mapping[str, str]) -> list[Case]:
    """Return what either clerk sees of that, by what the role grants anywhere."""
    lent = _lent(ids)
    return [
        case(lent["identity"], "identity:read", by="lent"),
        case(lent["contact"], "contact:masked", "customers.phone:read", by="lent"),
        case(lent["classes"], "classes:read", by="lent"),
        case(lent["trade"], "trade:read", by="lent"),
        case(lent["notes"], "notes:read", by="lent"),
        case(lent["region"], "region:read", "customers.district:none", by="lent"),
    ]


def _lent(ids: Mapping[str, str]) -> dict[str, Holds]:
    """Return what is lent of which customers; nobody of the south sees addresses."""
    shanghai, hangzhou = _at(ids[SHANGHAI]), _at(ids[HANGZHOU])

    def best(stored: Values) -> bool:
        return hangzhou(stored) and stored["tier"] == "A"

    def unrated(stored: Values) -> bool:
        return hangzhou(stored) and stored["tier"] is None

    return {
        **dict.fromkeys(("identity", "contact"), shanghai),
        **dict.fromkeys(("classes", "trade", "notes"), best),
        **dict.fromkeys(("region", "address"), unrated),
    }


async def _lend(service: Service, customer_id: str, to: str, groups: list[str]) -> None:
    officer = await service.as_("data_officer")
    until = (now() + timedelta(days=7)).isoformat()
    asked = {"customer_id": customer_id, "department_id": to, "groups": groups, "until": until}
    answer = await officer.post("/v1/sharing-grants", json=asked)
    assert answer.status_code == 201, answer.text


async def a_rescuer(
    service: Service, ids: Mapping[str, str], stored: Mapping[str, Values]
) -> Clerk:
    """Make a colleague of that one who has opened some customers in an emergency, too."""
    south = ids[SHENZHEN]
    role = await a_role(service, *RESCUER)
    client = await a_client(service, role, department_id=UUID(south))
    at_home, shanghai, hangzhou = (_at(ids[name]) for name in (SHENZHEN, SHANGHAI, HANGZHOU))

    def opened(stored: Values) -> bool:
        return shanghai(stored) or (hangzhou(stored) and stored["tier"] == "B")

    def best(holds: Holds) -> Holds:
        return lambda stored: holds(stored) and stored["tier"] == "A"

    for customer_id in [one for one, values in stored.items() if opened(values)]:
        asked = {"customer_id": customer_id, "reason": "nobody_there", "reason_text": WHY}
        answer = await client.post("/v1/emergency-accesses", json=asked)
        assert answer.status_code == 201, answer.text
    near = ("contact:masked", "contact:reveal")
    home = ("region:read", "customers.district:none")
    way = "emergency"
    return Clerk(
        client,
        [
            case(at_home, "identity:write", *near),
            case(at_home, "classes:write", *home),
            case(best(at_home), "trade:write"),
            case(lambda _: False, "customers.phone:write", "notes:write"),  # none is hers
            case(opened, "identity:read", *near, by=way),
            case(opened, "classes:read", *home, by=way),
            case(opened, "customers.phone:read", "notes:read", by=way),
            case(best(opened), "trade:read", by=way),
            *_borrowed(ids),
        ],
    )


def _at(department_id: str) -> Holds:
    return lambda stored: bool(stored["department_id"] == department_id)

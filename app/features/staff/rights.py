"""Rights: what an actor may do, field by field, so that a form can be drawn from it."""

from typing import Any

from app.core.access import Actor, Decision
from app.core.fields import Field
from app.core.permissions import Permission
from app.core.records import RESOURCES


def rights_of(actor: Actor) -> dict[str, Any]:
    """List permissions, reach and fields; a field or resource that is hidden is not named."""
    shown = {
        name: [_right(actor, entry) for entry in record.fields.values() if _is_seen(actor, entry)]
        for name, record in RESOURCES.items()
    }
    return {
        "permissions": sorted(one.value for one in Permission if actor.may(one)),
        "reach": "all" if actor.policy.reaches_all else "departments",
        "departments": list(actor.departments),
        "resources": {name: shown[name] for name in sorted(shown) if shown[name]},
    }


def _is_seen(actor: Actor, entry: Field) -> bool:
    return actor.policy.on_read(entry) is not Decision.HIDE


def _right(actor: Actor, entry: Field) -> dict[str, Any]:
    policy = actor.policy
    read = policy.on_read(entry)
    may_reveal = actor.may(Permission.CUSTOMERS_REVEAL) and policy.may_reveal(entry)
    return {
        "name": entry.name,
        "read": read,
        "write": actor.may(Permission.CUSTOMERS_WRITE) and policy.may_write(entry),
        "reveal": may_reveal and read is Decision.MASK,
    }

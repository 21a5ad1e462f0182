"""Rights: what is listed for an actor, and what is not even named."""

from typing import Any

import pytest

from app.core.access import Actor, ActorKind, Decision, an_actor
from app.core.clock import new_id
from app.core.records import RESOURCES
from app.features.staff.rights import rights_of
from app.features.staff.roles import SHIPPED
from app.tables import load_all

load_all()


def an_actor_of(code: str) -> Actor:
    """Make an actor of a shipped role."""
    role = next(role for role in SHIPPED if role.code == code)
    return an_actor(
        ActorKind.PERSON, new_id(), scopes=role.scopes(), departments=(new_id(), new_id())
    )


def right(rights: dict[str, Any], resource: str, name: str) -> dict[str, Any] | None:
    """Return what is listed of one field, if it is."""
    fields: list[dict[str, Any]] = rights["resources"].get(resource, [])
    return next((entry for entry in fields if entry["name"] == name), None)


def test_hidden_fields_are_not_named() -> None:
    """For every role exactly the fields that its policy does not hide are listed."""
    for role in SHIPPED:
        actor = an_actor_of(role.code)
        listed = rights_of(actor)["resources"]
        for name, record in RESOURCES.items():
            seen = [
                entry.name
                for entry in record.fields.values()
                if actor.policy.on_read(entry) is not Decision.HIDE
            ]
            assert [entry["name"] for entry in listed.get(name, [])] == seen


def test_resource_without_a_field_is_not_named() -> None:
    """An auditor learns of no resource."""
    assert rights_of(an_actor_of("auditor"))["resources"] == {}


def test_masked_field_may_be_revealed() -> None:
    """Service sees the phone masked, may reveal it, and may not write it."""
    assert right(rights_of(an_actor_of("service")), "customers", "phone") == {
        "name": "phone",
        "read": "mask",
        "write": False,
        "reveal": True,
    }


def test_shown_field_needs_no_revealing() -> None:
    """Sales sees and writes the phone; the document is masked, and stays so."""
    rights = rights_of(an_actor_of("sales"))

    assert right(rights, "customers", "phone") == {
        "name": "phone",
        "read": "show",
        "write": True,
        "reveal": False,
    }
    document = right(rights, "person-profiles", "id_number")
    assert document is not None
    assert (document["read"], document["write"], document["reveal"]) == ("mask", False, False)


@pytest.mark.parametrize(
    ("scopes", "write", "reveal"),
    [
        (("contact:write",), False, False),
        (("contact:write", "customers:write"), True, False),
        (("contact:masked", "contact:reveal"), False, False),
        (("contact:masked", "customers:reveal"), False, False),
        (("contact:masked", "contact:reveal", "customers:reveal"), False, True),
        (("contact:read", "contact:reveal", "customers:reveal"), False, False),
    ],
)
def test_grades_need_the_permission(scopes: tuple[str, ...], *, write: bool, reveal: bool) -> None:
    """Writing and revealing need both, grade and permission; what is shown needs no revealing."""
    actor = an_actor(ActorKind.PERSON, new_id(), scopes=scopes)

    phone = right(rights_of(actor), "customers", "phone")

    assert phone is not None
    assert (phone["write"], phone["reveal"]) == (write, reveal)


def test_owned_fields_are_nobodys_to_write() -> None:
    """Not even the data officer is offered to set what the service sets."""
    status = right(rights_of(an_actor_of("data_officer")), "customers", "status")

    assert status is not None
    assert status["write"] is False


def test_reach_is_told() -> None:
    """Reach is all, or the departments named."""
    wide, narrow = an_actor_of("service"), an_actor_of("sales")

    assert rights_of(wide)["reach"] == "all"
    assert rights_of(narrow)["reach"] == "departments"
    assert rights_of(narrow)["departments"] == list(narrow.departments)


def test_permissions_are_named_without_grades() -> None:
    """Permissions are those of operations; grades show in the fields."""
    auditor = next(role for role in SHIPPED if role.code == "auditor")
    told = rights_of(an_actor_of("auditor"))["permissions"]

    assert told == sorted({"self:read", *(one.value for one in auditor.permissions)})
    assert "audit:read" in told

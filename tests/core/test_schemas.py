"""Tests of schemas: every name of a body passes the policy before any value is looked at."""

from typing import Any

import pytest
from pydantic import Field

from app.core.access import Policy, policy_of
from app.core.problems import FieldNotAvailable, FieldReadOnly, Malformed
from app.core.schemas import Input, View, admit, describe, input_of, nested_input, view_of
from app.features.customers.models import Customer, Note
from app.features.customers.schemas import (
    Batch,
    CustomerChange,
    CustomerView,
    NewCustomer,
    NewNote,
    NoteChange,
    Reveal,
)

CLERK = policy_of(
    frozenset({"identity:write", "classes:write", "contact:masked", "record:read", "region:read"})
)
WRITER = policy_of(frozenset({"notes:write"}))


def _refused(model: type[Input], body: Any, policy: Policy = CLERK) -> Any:
    with pytest.raises((FieldNotAvailable, FieldReadOnly, Malformed)) as refused:
        admit(model, body, policy)
    problem = refused.value
    return problem.slug, problem.members.get("names") or [
        (fault.pointer, fault.code) for fault in problem.faults
    ]


def test_what_is_sent_is_normalised_and_nothing_else_is_set() -> None:
    """Members that were left out are not in the values; null is."""
    change = admit(CustomerChange, {"name": " 张伟 ", "tier": None}, CLERK)

    assert change.values() == {"name": "张伟", "tier": None}


@pytest.mark.parametrize("name", ["remark", "nickname", "withheld", "name_tokens", "version", ""])
def test_hidden_names_are_unknown_names(name: str) -> None:
    """One refusal for both, with the names as they were sent."""
    assert _refused(CustomerChange, {name: 1}) == ("field-not-available", [name])


@pytest.mark.parametrize("name", ["city", "phone", "status", "pinyin", "customer_id", "kind"])
def test_what_is_read_is_not_written(name: str) -> None:
    """Read and masked members, those of the service, and those that stay."""
    assert _refused(CustomerChange, {name: 1}) == ("field-read-only", [name])


def test_unknown_comes_before_read_only_before_malformed() -> None:
    """A request is refused whole, for the first reason that there is."""
    body = {"tier": "Z", "city": "x", "nickname": "y"}

    assert _refused(CustomerChange, body) == ("field-not-available", ["nickname"])
    del body["nickname"]
    assert _refused(CustomerChange, body) == ("field-read-only", ["city"])
    del body["city"]
    assert _refused(CustomerChange, body) == ("malformed", [("/tier", "choice-unknown")])


def test_nested_inputs_are_checked_as_deep() -> None:
    """The parts of a new customer, each by its own record."""
    writer = policy_of(frozenset({"identity:write", "classes:write", "contact:write"}))
    body = {"kind": "person", "name": "张伟"}
    point = {"type": "qq", "value": "10001"}

    assert admit(NewCustomer, {**body, "contact_points": [point]}, writer).values()
    assert _refused(
        NewCustomer, {**body, "contact_points": [{**point, "nickname": 1}]}, writer
    ) == (
        "field-not-available",
        ["nickname"],
    )
    assert _refused(NewCustomer, {**body, "addresses": []}, writer)[1] == ["addresses"]
    assert _refused(NewCustomer, {**body, "contact_points": [{"type": "qq"}]}, writer) == (
        "malformed",
        [("/contact_points/0/value", "missing")],
    )


def test_a_part_that_is_seen_but_not_written_is_read_only() -> None:
    """As a whole, by the name it has in the body."""
    reader = policy_of(frozenset({"identity:write", "classes:write", "contact:read"}))
    body = {"kind": "person", "name": "张伟", "contact_points": []}

    assert _refused(NewCustomer, body, reader) == ("field-read-only", ["contact_points"])


@pytest.mark.parametrize(
    ("model", "body", "pointer", "code"),
    [
        (NewNote, {}, "/text", "missing"),
        (NewNote, [], "", "type-object"),
        (NewNote, None, "", "type-object"),
        (NewNote, {"text": None}, "/text", "type-string"),
        (NoteChange, {"text": None}, "/text", "type-string"),
        (NoteChange, {"is_pinned": "yes"}, "/is_pinned", "type-boolean"),
        (Reveal, {"fields": ["x"]}, "/purpose", "missing"),
        (Batch, {"items": [{"customer_id": "x"}]}, "/items/0/customer_id", "uuid-invalid"),
        (Batch, {"items": [{"customer_id": 1}]}, "/items/0/customer_id", "type-string"),
        (Batch, {"items": [{"create": []}]}, "/items/0/create", "type-object"),
        (Batch, {"items": [{}], "atomic": 1}, "/atomic", "type-boolean"),
    ],
)
def test_each_fault_has_its_place_and_code(
    model: type[Input], body: Any, pointer: str, code: str
) -> None:
    """A JSON pointer into the body, and a stable code."""
    assert _refused(model, body, WRITER) == ("malformed", [(pointer, code)])


def test_a_patch_says_that_null_is_not_the_same_as_nothing() -> None:
    """Its schema names no default; what a record needs takes no null."""
    members = NoteChange.model_json_schema()["properties"]

    assert not any("default" in member for member in members.values())
    assert "anyOf" not in members["text"]
    assert {"type": "null"} in members["is_pinned"]["anyOf"]


def test_a_view_has_every_member_and_a_new_record_the_settable_ones() -> None:
    """Both follow the catalogue, with its labels, groups and levels."""
    view, new = CustomerView.model_json_schema()["properties"], NewNote.model_fields

    assert set(Customer.fields) <= set(view)
    assert view["phone"]["x-group"] == "contact"
    assert view["phone"]["x-level"] == "personal"
    assert set(new) == {name for name, entry in Note.fields.items() if not entry.owned}
    assert describe(Note.fields["text"])["title"] == "Text"


def test_inputs_and_views_are_derived_once_declared() -> None:
    """The class keeps its name and words; a nested input is found alone and in a list."""

    @view_of(Note)
    class TestedView(View):
        """A view."""

    @input_of(Note, optional=("text",))
    class Tested(Input):
        """An input."""

        one: NewNote | None = None
        many: list[NewNote] = Field(default_factory=list)
        other: int = 1

    assert (TestedView.__name__, Tested.__doc__) == ("TestedView", "An input.")
    assert admit(Tested, {"text": None}, WRITER).values() == {"text": None}
    assert nested_input(Tested, "one") is nested_input(Tested, "many") is NewNote
    assert nested_input(Tested, "other") is None

"""Tests of reading: what a policy may not see is never selected, and reach is in every question."""

import pytest

from app.core.access import Policy, policy_of
from app.core.problems import FieldNotAvailable, NotPermitted
from app.core.projections import available, is_seen, project, require_seen
from app.core.reading import Question, complete
from app.features.customers.models import Customer, Note, Relationship

ALL = Question(Customer, lambda asked: asked)
CLERK = policy_of(frozenset({"classes:read", "contact:masked", "record:read"}))
EVERYWHERE = policy_of(frozenset({"classes:read", "reach:all"}))
NOBODY = policy_of(frozenset())


def _sql(question: Question, policy: Policy, names: frozenset[str] | None = None) -> str:
    statement, _ = complete(question, policy, names)
    return statement.sql


def test_hidden_columns_are_not_selected() -> None:
    """Neither plain ones nor envelopes of groups that are not granted."""
    text = _sql(ALL, CLERK)

    assert "customers.tier" in text
    assert "customers.contact_personal" in text
    assert not any(f"customers.{name}" in text for name in ("city", "notes_personal", "updated_at"))


def test_only_what_was_asked_for_is_selected() -> None:
    """A sparse question opens no envelope that it does not need."""
    text = _sql(ALL, CLERK, frozenset({"tier"}))

    assert "customers.tier" in text
    assert "contact_personal" not in text
    assert "customers.status" not in text


def test_reach_is_part_of_the_question() -> None:
    """Of the customer, of what it owns, and of whom a relationship joins."""
    links = policy_of(frozenset({"links:read", "notes:read"}))

    assert "customers.department_id = ANY" in _sql(ALL, CLERK)
    assert "customers.department_id = ANY" in _sql(Question(Note, lambda asked: asked), links)
    assert (
        _sql(Question(Relationship, lambda asked: asked), links).count("department_id = ANY") == 2
    )
    assert "department_id = ANY" not in _sql(ALL, EVERYWHERE)


def test_the_same_question_is_compiled_once() -> None:
    """By record, policy and members; a policy is one object for one set of scopes."""
    again = policy_of(frozenset({"record:read", "contact:masked", "classes:read"}))

    assert again is CLERK
    assert complete(ALL, CLERK, None)[0] is complete(ALL, again, None)[0]


def test_hidden_and_unknown_names_are_refused_alike() -> None:
    """With the names as they were asked for, and none of the others."""
    with pytest.raises(FieldNotAvailable) as refused:
        available(Customer, CLERK, ["tier", "remark", "nickname", "phone"])

    assert refused.value.members["names"] == ["remark", "nickname"]
    assert [entry.name for entry in available(Customer, CLERK, ["tier"])] == ["tier"]


def test_a_projection_says_what_it_discloses() -> None:
    """In clear or masked; what is hidden is named as withheld and nowhere else."""
    projection = project(Customer, CLERK, None)

    assert projection.disclosed["phone"] == "masked"
    assert projection.disclosed["tier"] == "read"
    assert "remark" not in projection.disclosed
    assert projection.template["remark"] is None


def test_a_view_of_values_masks_as_a_view_of_a_row() -> None:
    """What is absent is null, masked or not."""
    shown = project(Customer, CLERK, None).of_values({"phone": "+8613800138000", "tier": "A"})

    assert (shown["phone"], shown["email"], shown["tier"]) == ("138****8000", None, "A")


def test_a_record_without_a_readable_member_is_not_there() -> None:
    """Its own ids and times do not make it readable."""
    assert is_seen(Customer, CLERK)
    assert not is_seen(Note, CLERK)
    assert not is_seen(Customer, policy_of(frozenset({"record:read", "trace:read"})))
    require_seen(Customer, CLERK)
    with pytest.raises(NotPermitted):
        require_seen(Note, NOBODY)


def test_parameters_stand_in_their_order() -> None:
    """Given ones before those that are part of the text."""
    statement, _ = complete(ALL, CLERK, None)

    assert statement.args({"reach": (1,), "unused": 2}) == [(1,)]

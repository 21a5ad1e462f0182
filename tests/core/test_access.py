"""Tests of the field policy: the whole truth table, and what scopes mean."""

import pytest

from app.core.access import Decision, Policy, policy_of
from app.core.fields import Field, Level
from app.core.grants import Grade
from app.core.kinds import text
from tests.core.groups import TESTED

S, M, H = Decision.SHOW, Decision.MASK, Decision.HIDE


def _field(level: Level, *, owned: bool = False) -> Field:
    entry = Field(kind=text(max_length=9), en="T", zh="测", group=TESTED, level=level, owned=owned)
    entry.name = "tested"
    return entry


TRUTH = [
    # grade, revealed, open, personal, sensitive
    (Grade.NONE, False, H, H, H),
    (Grade.NONE, True, H, H, H),
    (Grade.MASKED, False, S, M, M),
    (Grade.MASKED, True, S, S, S),
    (Grade.READ, False, S, S, M),
    (Grade.READ, True, S, S, S),
    (Grade.WRITE, False, S, S, M),
    (Grade.WRITE, True, S, S, S),
]


@pytest.mark.parametrize(("grade", "revealed", "opened", "personal", "sensitive"), TRUTH)
def test_read_decision(
    grade: Grade, *, revealed: bool, opened: Decision, personal: Decision, sensitive: Decision
) -> None:
    """A field shows, masks or hides by its level, the grade of its group and the act."""
    revealing = frozenset({"tested"}) if revealed else frozenset[str]()
    policy = Policy({TESTED.name: grade}, frozenset({TESTED.name}), revealing=revealing)

    assert policy.on_read(_field(Level.OPEN)) is opened
    assert policy.on_read(_field(Level.PERSONAL)) is personal
    assert policy.on_read(_field(Level.SENSITIVE)) is sensitive


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("grade", list(Grade))
def test_write_decision(grade: Grade, level: Level) -> None:
    """Only the write grade writes, and nobody writes what the service owns."""
    policy = Policy({TESTED.name: grade})

    assert policy.may_write(_field(level)) is (grade is Grade.WRITE)
    assert not policy.may_write(_field(level, owned=True))


@pytest.mark.parametrize("grade", list(Grade))
@pytest.mark.parametrize("scope", [True, False])
def test_reveal_decision(grade: Grade, *, scope: bool) -> None:
    """Revealing needs the scope of the group, and that the field is not hidden."""
    reveals = frozenset({TESTED.name}) if scope else frozenset[str]()
    policy = Policy({TESTED.name: grade}, reveals)

    assert policy.may_reveal(_field(Level.SENSITIVE)) is (scope and grade is not Grade.NONE)


def test_the_highest_grade_counts() -> None:
    """Two scopes of one group give the higher grade; the order does not matter."""
    policy = policy_of(frozenset({"tested:masked", "tested:write", "tested:read"}))

    assert policy.grade(_field(Level.OPEN)) is Grade.WRITE


def test_nothing_is_granted_by_default() -> None:
    """Without scopes, or with unknown ones, every field is hidden."""
    policy = policy_of(frozenset({"tested:own", "other:write", "tested"}))

    assert policy.on_read(_field(Level.OPEN)) is Decision.HIDE
    assert not policy.reaches_all


def test_equal_scopes_make_one_policy() -> None:
    """Policies are interned, since they key compiled projections."""
    assert policy_of(frozenset({"a:read"})) is policy_of(frozenset({"a:read"}))

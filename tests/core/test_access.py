"""Tests of the field policy: the whole truth table, and what scopes mean."""

import pytest

from app.core.access import Decision, Policy, policy_of
from app.core.fields import Field, Level
from app.core.grants import Grade, Reach
from app.core.joining import within_own_reach
from app.core.kinds import text
from app.core.permissions import Permission
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


PARTED = policy_of(
    frozenset({"tested:masked", "tested:write@own", "tested:reveal@own", "record:read"})
)


def test_the_parts_of_a_policy_count_row_by_row() -> None:
    """A row has what the parts grant that are about it, and no more."""
    own, below = (part.where.reach for part in PARTED.parts)
    entry = _field(Level.PERSONAL)
    each = {(own,): 0b01, (below,): 0b10, (own, below): 0b11}

    assert {own, below} == {Reach.OWN, Reach.BELOW}
    for reaches, mask in each.items():
        is_own = Reach.OWN in reaches
        assert PARTED.of_rows(mask).on_read(entry) is (S if is_own else M)
        assert PARTED.of_rows(mask).may_write(entry) is is_own
        assert PARTED.of_rows(mask).may_reveal(entry) is is_own
    assert PARTED.of_rows(0).on_read(entry) is H
    assert not PARTED.of_rows(0).allows(Permission.CUSTOMERS_ARCHIVE)


def test_what_is_somewhere_granted_is_known() -> None:
    """Names are admitted by the most that any part grants."""
    assert PARTED.on_read(_field(Level.PERSONAL)) is S
    assert PARTED.may_write(_field(Level.OPEN))
    assert not PARTED.reaches_all


def test_every_part_shows_the_id() -> None:
    """What every record carries goes along with whatever else is granted."""
    assert all(part.grades["record"] is Grade.READ for part in PARTED.parts)


def test_a_field_may_be_granted_alone() -> None:
    """Its own grade counts, be it more or less than that of its group."""
    entry = _field(Level.PERSONAL)
    entry.home = "customers"
    more = policy_of(frozenset({"tested:masked", "customers.tested:read"}))
    less = policy_of(frozenset({"tested:write", "customers.tested:none"}))

    assert (more.on_read(entry), less.on_read(entry)) == (S, H)
    assert (more.on_read(_field(Level.PERSONAL)), less.may_write(entry)) == (M, False)


def test_roles_keep_their_reach_when_they_are_joined() -> None:
    """One that reaches all does not carry the grants or the acts of another along."""
    wide = within_own_reach(frozenset({"other:read", "reach:all", "customers:read"}))
    narrow = within_own_reach(
        frozenset({"tested:write", "customers:archive", "record:read", "tested:read@all?tier=A"})
    )
    policy = policy_of(wide | narrow)
    allowed = {part.where.reach: part.permissions or frozenset() for part in policy.parts}

    assert {"customers:read", "customers:archive"} <= wide | narrow
    assert "tested:read@all?tier=A" in narrow
    assert policy.reaches_all
    assert Permission.CUSTOMERS_ARCHIVE in allowed[Reach.BELOW]
    assert Permission.CUSTOMERS_ARCHIVE not in allowed[Reach.ALL]


def test_a_policy_of_one_part_has_none() -> None:
    """The usual role needs no masks."""
    assert policy_of(frozenset({"tested:read@own", "record:read"})).parts == ()
    assert policy_of(frozenset({"tested:read@own"})).where.reach is Reach.OWN

"""Ids and industries."""

import uuid

import pytest

from app.core.kinds import INDUSTRY, UUID, Invalid


def test_id_is_stored_as_id() -> None:
    """The canonical text, in any case, becomes the id; an id stays one."""
    found = UUID.normalise("01900000-0000-7000-8000-00000000ABCD")

    assert found == uuid.UUID("01900000-0000-7000-8000-00000000abcd")
    assert UUID.normalise(found) is found


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("01900000000070008000000000000001", "uuid-invalid"),
        ("{01900000-0000-7000-8000-000000000001}", "uuid-invalid"),
        ("01900000-0000-7000-8000-00000000000g", "uuid-invalid"),
        ("", "uuid-invalid"),
        (1, "type-string"),
    ],
)
def test_bad_id_is_refused(value: object, code: str) -> None:
    """Only one spelling of an id is taken."""
    with pytest.raises(Invalid, match=f"^{code}$"):
        UUID.normalise(value)


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("I65", "I65"),
        ("c1310", "C1310"),
        ("1310", "C1310"),
        ("01", "A01"),
        ("Ｔ97", "T97"),
        ("A", "A"),
    ],
)
def test_industry_gets_its_section(spelling: str, code: str) -> None:
    """Digits alone tell the section letter they belong to."""
    assert INDUSTRY.normalise(spelling) == code


@pytest.mark.parametrize("code", ["I13", "A06", "U", "C1", "C00", "98", "C13101", "农业"])
def test_bad_industry_is_refused(code: str) -> None:
    """A division outside its section, or none at all, is refused."""
    with pytest.raises(Invalid, match=r"^industry-invalid$"):
        INDUSTRY.normalise(code)

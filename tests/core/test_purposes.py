"""Tests of purposes: what is kept in clear must not be personal."""

import pytest

from app.core.problems import Malformed
from app.core.purposes import LONGEST, checked_purpose


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("service_call_back", "service_call_back"),
        (" 回访 ", "回访"),
        ("Ticket 12345", "Ticket 12345"),
        ("x" * LONGEST, "x" * LONGEST),
        ("yearly review 2026", "yearly review 2026"),
    ],
)
def test_a_purpose_is_kept(given: str, kept: str) -> None:
    """Words and short numbers, trimmed."""
    assert checked_purpose(given, "/purpose") == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        "x" * (LONGEST + 1),
        "138001",
        "1 3 8 0 0 1",
        "138-001",
        "٠١٢٣٤٥",
        "a@b",
        "a\nb",
        "a\x1b[31m",
        "a\u202eb",
        "a\u200bb",
        "\ufeffa",
        "a\x85b",
    ],
)
def test_what_looks_personal_or_tricky_is_not(given: str) -> None:
    """Numbers, addresses, controls and tricks of direction are refused, with the place."""
    with pytest.raises(Malformed) as refused:
        checked_purpose(given, "/purpose")

    assert [fault.pointer for fault in refused.value.faults] == ["/purpose"]

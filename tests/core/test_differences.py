"""The first difference between what was sealed and what is there, by the number of the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.core.chain import ENTRY, leaves_of
from app.core.differences import BadKind, Difference, first_difference

Pairs = list[tuple[int, str]]
SEALED: Pairs = [(1, "a"), (2, "b"), (3, "c"), (5, "e")]


def entries(pairs: Pairs) -> list[bytes]:
    """Write lines, each a number and a letter for its MAC."""
    return sorted(ENTRY.pack(seq, letter.encode() * 32) for seq, letter in pairs)


@pytest.mark.parametrize(
    ("there", "kind", "seq"),
    [
        ([(1, "a"), (3, "c"), (5, "e")], BadKind.MISSING, 2),
        ([], BadKind.MISSING, 1),
        ([*SEALED, (4, "d")], BadKind.ADDED, 4),
        ([*SEALED, (9, "a")], BadKind.ADDED, 9),
        ([*SEALED, (2, "b")], BadKind.ADDED, 2),
        ([*SEALED, (2, "x")], BadKind.ADDED, 2),
        ([(1, "a"), (2, "x"), (3, "c"), (5, "e")], BadKind.CHANGED, 2),
        ([(1, "a"), (2, "c"), (3, "b"), (5, "e")], BadKind.REORDERED, 2),
        ([(1, "a"), (3, "c"), (4, "b"), (5, "e")], BadKind.REORDERED, 2),
        ([(0, "c"), (1, "a"), (2, "b"), (5, "e")], BadKind.REORDERED, 0),
        ([(1, "a"), (3, "x"), (5, "e")], BadKind.MISSING, 2),
        ([(1, "x"), (3, "c"), (5, "e")], BadKind.CHANGED, 1),
    ],
)
def test_the_first_difference(there: Pairs, kind: BadKind, seq: int) -> None:
    """Lines missing, added, changed and moved are told apart, and the lowest number counts."""
    assert first_difference(leaves_of(entries(SEALED)), entries(there)) == Difference(kind, seq)


@given(some.lists(some.tuples(some.integers(1, 9), some.sampled_from("abc")), max_size=6))
def test_only_what_was_sealed_is_without_difference(there: Pairs) -> None:
    """Every other collection of lines differs somewhere."""
    sealed = [(1, "a"), (2, "b")]

    different = first_difference(leaves_of(entries(sealed)), entries(there))

    assert (different is None) == (sorted(there) == sealed)

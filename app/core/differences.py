"""Differences: which line of a sealed segment was changed, taken, added or moved first."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.core.chain import LEAF


class BadKind(StrEnum):
    """What is wrong with the first line, or the first segment, that does not hold."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    REORDERED = "reordered"
    KEY_UNKNOWN = "key-unknown"
    SEGMENT_FORGED = "segment-forged"
    CHAIN_BROKEN = "chain-broken"
    HEAD_MISSING = "head-missing"
    HEAD_DIFFERS = "head-differs"
    HEADS_BEHIND = "heads-behind"


@dataclass(frozen=True, slots=True)
class FirstBad:
    """Where the trail stops to hold: a line, or the first line of a segment, and how it fails."""

    kind: BadKind
    seq: int | None = None
    line_id: UUID | None = None
    segment_no: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """The first line, by seq, that is not as it was sealed."""

    kind: BadKind
    seq: int


def first_difference(leaves: bytes, entries: Sequence[bytes]) -> Difference | None:
    """Compare what was sealed with what is there, both in the order of seq."""
    sealed = dict(LEAF.iter_unpack(leaves))
    there = [LEAF.unpack(entry[: LEAF.size]) for entry in entries]
    displaced = dict(sealed.items() - set(there))
    found = [_first_foreign(sealed, there, set(displaced.values())), _first_gone(displaced, there)]
    return min(filter(None, found), key=lambda difference: difference.seq, default=None)


def _first_foreign(
    sealed: dict[int, bytes], there: Sequence[tuple[int, bytes]], displaced: set[bytes]
) -> Difference | None:
    """Return the first of the lines at hand that was not sealed as it is."""
    seen: set[int] = set()
    for seq, mac in there:
        if seq in seen or sealed.get(seq) != mac:
            return Difference(_kind_of(mac, displaced, known=seq in sealed.keys() - seen), seq)
        seen.add(seq)
    return None


def _kind_of(mac: bytes, displaced: set[bytes], *, known: bool) -> BadKind:
    if mac in displaced:
        return BadKind.REORDERED
    return BadKind.CHANGED if known else BadKind.ADDED


def _first_gone(
    displaced: dict[int, bytes], there: Sequence[tuple[int, bytes]]
) -> Difference | None:
    """Return the first sealed line whose seq stands on no line any more."""
    gone = displaced.keys() - {seq for seq, _ in there}
    if not gone:
        return None
    first = min(gone)
    is_elsewhere = displaced[first] in {mac for _, mac in there}
    return Difference(BadKind.REORDERED if is_elsewhere else BadKind.MISSING, first)

"""Verification: the audit trail checked anew from its first line, the first bad one named."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.core.chain import Segment, Tip
from app.core.checking import SELECTED, Lines, SealedLines, Seals
from app.core.differences import FirstBad
from app.core.segments import BEYOND, COLUMNS, tip_of
from app.core.witness import Witness

AT_ONCE: Final = 2000
LINES_AT_ONCE: Final = 5000
SEGMENTS_AT_ONCE: Final = 1000
LOWEST: Final = -(2**63)

LINES: Final = (
    f"select {', '.join(SELECTED)} from audit_lines "  # noqa: S608 - names of our own columns
    "where xid >= $1 and xid < $2 order by xid"
)
# As many segments as hold some thousand lines; the window function does not touch the leaves.
SEGMENTS: Final = (
    f"select {', '.join(COLUMNS)} from ("  # noqa: S608 - names of our own columns
    "select *, sum(line_count) over (order by segment_no) - line_count as before "
    "from audit_segments where segment_no >= $1 and segment_no <= $2 order by segment_no limit $3"
    ") as few where before < $4"
)
NEWEST: Final = (
    "select min(segment_no) from (select segment_no, "
    "sum(line_count) over (order by segment_no desc) - line_count as after "
    "from audit_segments order by segment_no desc limit $1) as newest where after < $2"
)
TOTAL: Final = "select coalesce(sum(line_count), 0) from audit_segments where segment_no >= $1"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """What verification needs from outside the database; `heads` is None where no file is kept."""

    mac_keys: Mapping[int, bytes]
    public_keys: Sequence[Ed25519PublicKey]
    heads: Path | None


@dataclass(frozen=True, slots=True)
class Newest:
    """How far back a quick verification goes: so many segments, and hardly more lines than this."""

    segments: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was verified, and where the trail first fails to hold, if it does."""

    first_bad: FirstBad | None
    first_segment: int
    last_segment: int
    segments: int
    lines: int
    unsealed: int
    heads: int
    is_whole: bool
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether everything that was covered holds."""
        return self.first_bad is None

    @property
    def told(self) -> dict[str, object]:
        """What a line says of it: numbers and words alone."""
        told = asdict(self)
        bad = told.pop("first_bad")
        return {**told, "bad": bad["kind"] if bad else None, "bad_seq": bad["seq"] if bad else None}


async def verify(
    connection: asyncpg.Connection,
    proof: Proof,
    *,
    newest: Newest | None = None,
    on_progress: Progress | None = None,
) -> Report:
    """Verify the whole trail, or its newest part; `on_progress` hears of lines done and in all.

    Sealed lines never change, so that no snapshot is held; memory is bounded.
    """
    began = time.monotonic()
    witness = Witness(proof.heads)
    last = await tip_of(connection)
    before = await _start(connection, newest)
    witness.begin(before.segment_no + 1)
    seals = Seals(proof.mac_keys, proof.public_keys, witness, before)
    walk = _Walk(connection, seals, last, on_progress)
    first_bad = await walk.sealed() or witness.end() or await walk.unsealed()
    return Report(
        first_bad=first_bad,
        first_segment=before.segment_no + 1,
        last_segment=seals.tip.segment_no,
        segments=seals.segments,
        lines=seals.lines + walk.lines_unsealed,
        unsealed=walk.lines_unsealed,
        heads=witness.heads,
        is_whole=before.segment_no == 0,
        seconds=round(time.monotonic() - began, 3),
    )


async def _start(connection: asyncpg.Connection, newest: Newest | None) -> Tip:
    """Return the end of the last segment that will not be looked at."""
    if newest is None:
        return Tip()
    first = await connection.fetchval(NEWEST, newest.segments, newest.lines) or 1
    return await tip_of(connection, first - 1)


class _Walk:
    """One way through the trail, in pieces of some thousand lines."""

    def __init__(
        self, connection: asyncpg.Connection, seals: Seals, last: Tip, progress: Progress | None
    ) -> None:
        self._connection = connection
        self._seals = seals
        self._last = last
        self._progress = progress
        self.lines_unsealed = 0

    async def sealed(self) -> FirstBad | None:
        """Follow the chain to its end."""
        first = self._seals.tip.segment_no + 1
        total = await self._connection.fetchval(TOTAL, first)
        while segments := await self._segments(first):
            if bad := await self._check(segments):
                return bad
            if self._progress is not None:
                self._progress(self._seals.lines, int(total))
            first = segments[-1].segment_no + 1
        return None

    async def unsealed(self) -> FirstBad | None:
        """Check the MACs of the lines that no segment covers yet."""
        async with self._connection.transaction(readonly=True):
            cursor = await self._connection.cursor(LINES, self._low(), BEYOND)
            while rows := await cursor.fetch(AT_ONCE):
                lines = Lines(self._seals.mac_keys)
                lines.add(rows)
                self.lines_unsealed += len(rows)
                if lines.first_bad is not None:
                    return lines.first_bad
        return None

    async def _check(self, segments: Sequence[Segment]) -> FirstBad | None:
        sealed = SealedLines(self._seals, segments)
        high = max(segment.to_xid for segment in segments)
        async with self._connection.transaction(readonly=True):
            cursor = await self._connection.cursor(LINES, self._low(), high)
            while rows := await cursor.fetch(AT_ONCE):
                if bad := sealed.take(rows):
                    return bad
        return sealed.end()

    def _low(self) -> int:
        """Return where the next lines begin: below zero, too, nothing may hide."""
        return self._seals.tip.to_xid if self._seals.tip.segment_no else LOWEST

    async def _segments(self, first: int) -> list[Segment]:
        rows = await self._connection.fetch(
            SEGMENTS, first, self._last.segment_no, SEGMENTS_AT_ONCE, LINES_AT_ONCE
        )
        return [Segment(**row) for row in rows]

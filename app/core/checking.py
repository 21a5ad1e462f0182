"""Checking: lines and segments of the audit trail held against their MACs, seals and each other."""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.core.audit import AS_ARRAY, WRITTEN, line_text, mac_under
from app.core.chain import ENTRY, Segment, Tip, key_id_of, root_of
from app.core.differences import BadKind, FirstBad, first_difference
from app.core.witness import Witness

# A row is what a MAC is made over, in that order and with arrays as text, and three things more.
SELECTED: Final = (
    *(f"{name}::text" if name in AS_ARRAY else name for name in WRITTEN),
    "seq",
    "xid",
)
MAC: Final = WRITTEN.index("mac")
MAC_KEY: Final = WRITTEN.index("mac_key")
LINE_ID: Final = WRITTEN.index("line_id")
SEQ: Final = len(WRITTEN)
XID: Final = SEQ + 1

Row = asyncpg.Record | tuple[Any, ...]
xid_of: Final[Callable[[Row], int]] = itemgetter(XID)


class Lines:
    """The lines of one segment as they come in: each MAC made anew, the first bad one kept."""

    def __init__(self, mac_keys: Mapping[int, bytes]) -> None:
        self._macs = {number: mac_under(key) for number, key in mac_keys.items()}
        self._line_ids: list[UUID] = []
        self.entries: list[bytes] = []
        self.first_bad: FirstBad | None = None

    def add(self, rows: Iterable[Row]) -> None:
        """Check some more lines; this loop is what the time for a million lines is spent in."""
        macs, entries, line_ids, pack = self._macs, self.entries, self._line_ids, ENTRY.pack
        for row in rows:
            mac = row[MAC]
            mac_of = macs.get(row[MAC_KEY])
            if mac_of is None or mac_of(line_text(row[:MAC])) != mac:
                self._note(row)
            entries.append(pack(row[SEQ], mac))
            line_ids.append(row[LINE_ID])

    def _note(self, row: Row) -> None:
        if self.first_bad is None or row[SEQ] < (self.first_bad.seq or 0):
            is_known = row[MAC_KEY] in self._macs
            kind = BadKind.CHANGED if is_known else BadKind.KEY_UNKNOWN
            self.first_bad = FirstBad(kind, row[SEQ], row[LINE_ID])

    def first_bad_of(self, segment: Segment) -> FirstBad | None:
        """Return the first line, by seq, that is not as the segment sealed it."""
        entries = sorted(self.entries)
        if root_of(entries) == segment.root:
            return self.first_bad
        different = first_difference(segment.leaves, entries)
        if different is None:  # only the part of a MAC that the leaves leave out
            return self.first_bad or FirstBad(BadKind.SEGMENT_FORGED, segment.first_seq)
        if self.first_bad is not None and (self.first_bad.seq or 0) < different.seq:
            return self.first_bad
        return FirstBad(different.kind, different.seq, self._line_id(different.seq))

    def _line_id(self, seq: int) -> UUID | None:
        seqs = (ENTRY.unpack(entry)[0] for entry in self.entries)
        return dict(zip(seqs, self._line_ids, strict=True)).get(seq)


class SealedLines:
    """The lines of some segments in the order of their transactions, split and judged."""

    def __init__(self, seals: "Seals", segments: Sequence[Segment]) -> None:
        seals.look_ahead(segments)
        self._seals = seals
        self._waiting = deque(segments)
        self._lines = Lines(seals.mac_keys)

    def take(self, rows: Sequence[Row]) -> FirstBad | None:
        """Check more lines; judge each segment that they complete."""
        while rows:
            end = bisect_left(rows, self._waiting[0].to_xid, key=xid_of)
            self._lines.add(rows[:end])
            rows = rows[end:]
            if rows and (bad := self._judge_first()):
                return bad
        return None

    def end(self) -> FirstBad | None:
        """Judge what has not been judged yet, now that all lines are known."""
        while self._waiting:
            if bad := self._judge_first():
                return bad
        return None

    def _judge_first(self) -> FirstBad | None:
        lines, self._lines = self._lines, Lines(self._seals.mac_keys)
        return self._seals.judge(self._waiting.popleft(), lines)


class Seals:
    """The chain of seals, followed segment by segment."""

    def __init__(
        self,
        mac_keys: Mapping[int, bytes],
        public_keys: Iterable[Ed25519PublicKey],
        witness: Witness,
        tip: Tip,
    ) -> None:
        self.mac_keys = mac_keys
        self._public_keys = {key_id_of(key): key for key in public_keys}
        self._witness = witness
        self._are_proved = False
        self.tip = tip
        self.segments = 0
        self.lines = 0

    def look_ahead(self, segments: Sequence[Segment]) -> None:
        """Prove segments by the last signature alone, if every link before it holds.

        A quiet service has a segment for each few lines: to verify a signature for each of them
        (0.1 ms) would take longer than to check the lines.
        """
        tip = self.tip
        self._are_proved = False
        for segment in segments:
            if not (self._is_whole(segment) and segment.follows(tip)):
                return
            tip = segment.tip
        self._are_proved = self._is_signed(segments[-1])

    def judge(self, segment: Segment, lines: Lines) -> FirstBad | None:
        """Check a segment and its lines; of both, name the line if one is bad by itself."""
        witnessed = self._witness.compare(segment)
        if witnessed is not None and witnessed.kind is BadKind.HEAD_MISSING:
            return witnessed
        fault = self._fault(segment)
        if fault is not None or witnessed is not None:
            return lines.first_bad or fault or witnessed
        if bad := lines.first_bad_of(segment):
            return FirstBad(bad.kind, bad.seq, bad.line_id, segment.segment_no)
        self.tip = segment.tip
        self.segments += 1
        self.lines += len(lines.entries)
        return None

    def _fault(self, segment: Segment) -> FirstBad | None:
        kind = self._kind_of_fault(segment)
        if kind is None:
            return None
        return FirstBad(kind, segment.first_seq, None, segment.segment_no)

    def _kind_of_fault(self, segment: Segment) -> BadKind | None:
        if self._are_proved:
            return None
        if segment.key_id not in self._public_keys:
            return BadKind.KEY_UNKNOWN
        if not self._is_whole(segment) or not self._is_signed(segment):
            return BadKind.SEGMENT_FORGED
        return None if segment.follows(self.tip) else BadKind.CHAIN_BROKEN

    def _is_whole(self, segment: Segment) -> bool:
        return segment.key_id in self._public_keys and segment.hash == segment.digest()

    def _is_signed(self, segment: Segment) -> bool:
        try:
            self._public_keys[segment.key_id].verify(segment.signature, segment.hash)
        except InvalidSignature:
            return False
        return True

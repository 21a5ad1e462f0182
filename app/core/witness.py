"""The witness: the heads file beside the chain, which shows a tail cut off or a rollback."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from app.core.chain import Segment
from app.core.clock import now
from app.core.differences import BadKind, FirstBad
from app.core.heads import Head, heads_from

# A head follows its segment at once; what a crash leaves out is made good at the next start.
MOST_BEHIND: Final = timedelta(minutes=1)


class Witness:
    """Compares segments with the heads that stood in the file when it was made.

    Make it before the chain is read: each head that it knows must then be in the database.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._size = path.stat().st_size if path is not None and path.exists() else 0
        self._heads: Iterator[Head] = iter(())
        self._head: Head | None = None
        self._unwritten: Segment | None = None
        self.heads = 0

    def begin(self, segment_no: int) -> None:
        """Turn to the head of the first segment that will be compared."""
        if self._path is not None and self._size:
            self._heads = heads_from(self._path, segment_no, self._size)
            self._head = next(self._heads, None)

    def compare(self, segment: Segment) -> FirstBad | None:
        """Return the head that the database lacks before this segment, or says otherwise of it."""
        head = self._head
        if head is None or head.segment_no > segment.segment_no:
            self._unwritten = self._unwritten or segment
            return None
        if head.segment_no < segment.segment_no:
            return _missing(head)
        self._head = next(self._heads, None)
        if head.hash != segment.hash.hex():
            return FirstBad(BadKind.HEAD_DIFFERS, segment.first_seq, None, segment.segment_no)
        self.heads += 1
        return None

    def end(self) -> FirstBad | None:
        """Return what is left: a head without its segment, or a segment long without a head."""
        if self._head is not None:
            return _missing(self._head)
        late = self._unwritten
        if self._path is None or late is None or late.sealed_at > now() - MOST_BEHIND:
            return None
        return FirstBad(BadKind.HEADS_BEHIND, late.first_seq, None, late.segment_no)


def _missing(head: Head) -> FirstBad:
    return FirstBad(BadKind.HEAD_MISSING, head.first_seq, None, head.segment_no)

"""The heads file: the chain's signed heads outside the database, where a rollback cannot reach."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

import orjson

LAST_BLOCK: Final = 65_536  # far longer than a line
NEAR: Final = 4096
TRIES: Final = 50
NUMBERS: Final = {"segment_no": int, "first_seq": int, "last_seq": int}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One line of the file: a segment's number, the lines it starts and ends with, its seal."""

    segment_no: int
    first_seq: int
    last_seq: int
    sealed_at: str
    key_id: str
    hash: str
    signature: str

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Read a line; raises ValueError for anything but a head."""
        members = orjson.loads(text)
        if not isinstance(members, dict) or members.keys() != set(cls.__slots__):
            raise ValueError("not a head")
        if any(type(members[name]) is not NUMBERS.get(name, str) for name in members):
            raise ValueError("not a head")
        return cls(**members)

    def line(self) -> bytes:
        """Write the line, its end included."""
        members: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return orjson.dumps(members, option=orjson.OPT_APPEND_NEWLINE)


NO_HEAD: Final = Head(
    segment_no=0, first_seq=0, last_seq=0, sealed_at="", key_id="", hash="", signature=""
)


class HeadsFile:
    """Appends heads in order and without a gap, whatever process comes first; mode 0600."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self) -> Head | None:
        """Return the last whole head; makes the file when there is none. Blocks: use a thread."""
        with self._opened() as file:
            return _last(file)

    def append(self, heads: Sequence[Head]) -> None:
        """Append those heads that continue the file, and make them durable. Blocks likewise."""
        with self._opened() as file:
            last = _last(file)
            reached = last.segment_no if last else 0
            file.seek(0, os.SEEK_END)
            for head in heads:
                if head.segment_no == reached + 1:
                    file.write(head.line())
                    reached += 1
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        """Open the file for one process at a time."""
        is_new = not self._path.exists()
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        with os.fdopen(os.open(self._path, flags, 0o600), "r+b") as file:
            _lock(file)
            if is_new:
                _make_durable(self._path.parent)
            yield file


def _lock(file: BinaryIO) -> None:
    """Take the file, waiting a second at most; raises BlockingIOError."""
    for _ in range(TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(1 / TRIES)
    raise BlockingIOError(errno.EWOULDBLOCK, "another process holds the heads file")


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _last(file: BinaryIO) -> Head | None:
    """Return the last head, cutting off a line that a crash left half written.

    Raises OSError when the last whole line is no head.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LAST_BLOCK))
    whole, end, torn = file.read().rpartition(b"\n")
    if torn:
        file.truncate(size - len(torn))
    if not end:
        return None
    head = _read(whole.rpartition(b"\n")[2])
    if head is None:
        raise OSError(errno.EBADMSG, "the last line of the heads file is no head")
    return head


def heads_from(path: Path, segment_no: int, size: int) -> Iterator[Head]:
    """Yield the heads from a segment on, within the first `size` bytes.

    A line that is no head counts as one of the segment expected there, with nothing that fits.
    A last line without its end is one that is still being written.
    """
    expected = segment_no
    with path.open("rb") as file:
        file.seek(_start(file, segment_no, size))
        while file.tell() < size and (text := file.readline()).endswith(b"\n"):
            head = _read(text) or replace(NO_HEAD, segment_no=expected)
            if head.segment_no >= segment_no:
                expected = head.segment_no + 1
                yield head


def _start(file: BinaryIO, segment_no: int, size: int) -> int:
    """Find by bisection a line's start before the segment's: a year has millions of lines."""
    low, high = 0, size
    while high - low > NEAR:
        middle = (low + high) // 2
        file.seek(middle)
        file.readline()
        at = file.tell()
        head = _read(file.readline()) if at < high else None
        if head is not None and head.segment_no < segment_no:
            low = at
        else:
            high = middle
    return low


def _read(text: bytes) -> Head | None:
    try:
        return Head.read(text)
    except ValueError:
        return None

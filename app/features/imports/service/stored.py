"""A stored file, as what reads tables wants it: opened and sought in, a piece at a time."""

import io
from collections.abc import Callable
from typing import Final

PIECE: Final = 1 << 20


class StoredFile(io.RawIOBase):
    """A file whose pieces are fetched as they are read; one of them is held."""

    def __init__(self, fetch: Callable[[int], bytes], size: int) -> None:
        super().__init__()
        self._fetch = fetch
        self._size = size
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be sought in."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what readers lend
        """Fill a buffer as far as the piece at this place goes."""
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, PIECE)
        if self._held[0] != number:
            self._held = (number, self._fetch(number))
        part = self._held[1][start : start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

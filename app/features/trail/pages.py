"""Pages of audit lines: newest first, continued after the last line shown."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from app.core.cursors import read_cursor, write_cursor
from app.core.paging import Asked, read_limit
from app.core.sealing import Sealing
from app.core.views import Listed


@dataclass(frozen=True, slots=True)
class TrailPage:
    """What page is asked for; the digest keeps a cursor to the list that it came from."""

    digest: str
    limit: int
    position: Mapping[str, tuple[datetime, UUID]]
    sealing: Sealing

    @classmethod
    def read(cls, of_what: str, filters: Mapping[str, Any], asked: Asked, sealing: Sealing) -> Self:
        """Read limit and cursor; raises Malformed and CursorInvalid."""
        text = repr((of_what, sorted(filters.items())))
        digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        limit, cursor = read_limit(asked.one("limit")), asked.one("cursor")
        if not cursor:
            return cls(digest, limit, {}, sealing)
        at, line_id = read_cursor(sealing, digest, cursor)
        position = (datetime.fromisoformat(at), UUID(line_id))
        return cls(digest, limit, {"position": position}, sealing)

    def listed(
        self,
        lines: Sequence[dict[str, Any]],
        show: Callable[[dict[str, Any]], dict[str, Any]],
        **extra: Any,
    ) -> Listed:
        """Show the page; there is a next one when there is a line too many."""
        cursor = None
        if len(lines) > self.limit:
            last = lines[self.limit - 1]
            cursor = write_cursor(self.sealing, self.digest, [last["at"], last["line_id"]])
        return Listed([show(line) for line in lines[: self.limit]], cursor, extra=extra)

"""Pages of rows in the order of their ids, with the cursors of the contract."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.core.cursors import read_cursor, write_cursor
from app.core.kinds import UUID as UUID_KIND
from app.core.kinds import Choice, Invalid
from app.core.paging import Asked, read_limit
from app.core.problems import Fault, Malformed
from app.core.work import UnitOfWork

Rows = list[dict[str, Any]]


def read_id(asked: Asked, name: str) -> UUID | None:
    """Read an id that narrows a list; raises Malformed."""
    text = asked.one(name)
    if text is None:
        return None
    try:
        found: UUID = UUID_KIND.normalise(text)
    except Invalid as refused:
        raise Malformed(faults=[Fault(f"/{name}", refused.code)]) from None
    return found


def read_choice(asked: Asked, name: str, choices: type[Choice]) -> str | None:
    """Read a choice that narrows a list; raises Malformed."""
    text = asked.one(name)
    if text is not None and text not in {choice.value for choice in choices}:
        raise Malformed(faults=[Fault(f"/{name}", "choice-unknown")])
    return text


class Pages:
    """One list: which rows it is about, and where a page of it goes on."""

    def __init__(self, work: UnitOfWork, asked: Asked, key: str, of: Mapping[str, Any]) -> None:
        self._sealing = work.platform.sealing
        self._place = f"{key} {sorted((name, str(value)) for name, value in of.items())}"
        self._key = key
        self.limit = read_limit(asked.one("limit"))
        cursor = asked.one("cursor")
        self.after = UUID(*read_cursor(self._sealing, self._place, cursor)) if cursor else None

    def cut(self, found: Rows) -> tuple[Rows, str | None]:
        """Return the page, and the cursor of the next one when there is more."""
        rows = found[: self.limit]
        if len(found) <= self.limit:
            return rows, None
        return rows, write_cursor(self._sealing, self._place, [str(rows[-1][self._key])])

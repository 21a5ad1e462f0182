"""JSON lines: each customer as its view would be, with the members that were asked for."""

from collections.abc import Sequence
from typing import Any

import orjson

from app.core.fields import Field
from app.core.remembering import remembered
from app.core.views import dump

HIDDEN = "hidden"


class LineWriter:
    """Writes an object a line; a member that is withheld is null or masked, and is named."""

    media_type = "application/jsonl"
    suffix = "jsonl"

    def __init__(self, columns: Sequence[Field], *, chinese: bool, state: dict[str, Any]) -> None:
        del chinese  # names of members are the same in every language
        self._columns = tuple(entry.name for entry in columns)
        self.state = state

    def head(self) -> bytes:
        """Return nothing."""
        return b""

    def page(self, views: Sequence[dict[str, Any]]) -> bytes:
        """Return a line for each view."""
        return b"".join([dump(self._line(view)) + b"\n" for view in views])

    def tail(self) -> bytes:
        """Return nothing."""
        return b""

    def _line(self, view: dict[str, Any]) -> dict[str, Any]:
        line = {name: view.get(name) for name in self._columns}
        gone = tuple(name for name in self._columns if name not in view)
        line["withheld"] = _withheld(view["withheld"], gone) if gone else view["withheld"]
        return line


@remembered(64)
def _withheld(told: orjson.Fragment, gone: tuple[str, ...]) -> orjson.Fragment:
    """Add what is not in the view at all: since it was asked for, it has been hidden."""
    found = orjson.loads(orjson.dumps(told)) | dict.fromkeys(gone, HIDDEN)
    return orjson.Fragment(orjson.dumps(found))
